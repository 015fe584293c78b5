"""Lengths of time as people say them: `30 days`, `полтора часа`, `five working days`."""

from __future__ import annotations

import re

from keptword.limits import Limit, parse_limit

# word → unit; every case form that follows a Russian number, and the short forms of both languages
_UNITS: dict[str, tuple[str, ...]] = {
    "s": ("s", "sec", "second", "seconds", "с", "сек", "секунда", "секунду", "секунды", "секунд"),
    "m": ("m", "min", "mins", "minute", "minutes", "мин", "минута", "минуту", "минуты", "минут"),
    "h": ("h", "hr", "hrs", "hour", "hours", "ч", "час", "часа", "часов"),
    "d": ("d", "day", "days", "д", "дн", "день", "дня", "дней"),
    "w": ("w", "week", "weeks", "нед", "неделя", "неделю", "недели", "недель"),
    "mo": ("mo", "month", "months", "мес", "месяц", "месяца", "месяцев"),
    "y": ("y", "year", "years", "г", "год", "года", "лет"),
    "wd": (
        "wd", "working day", "working days", "business day", "business days", "рабочий день", "рабочего дня",
        "рабочих дня", "рабочих дней", "рабочие дни", "р. д.", "рд",
    ),
}  # fmt: skip

# How many of a unit make 24 hours of a "сутки": clock time, not a calendar day.
_DAY_AND_NIGHT = ("сутки", "суток")

_NUMBERS: dict[int, tuple[str, ...]] = {
    1: ("one", "a", "an", "один", "одна", "одно", "одну", "одного", "одной"), 2: ("two", "два", "две", "двух"),
    3: ("three", "три", "трёх", "трех"), 4: ("four", "четыре", "четырёх", "четырех"), 5: ("five", "пять", "пяти"),
    6: ("six", "шесть", "шести"), 7: ("seven", "семь", "семи"), 8: ("eight", "восемь", "восьми"),
    9: ("nine", "девять", "девяти"), 10: ("ten", "десять", "десяти"), 11: ("eleven", "одиннадцать", "одиннадцати"),
    12: ("twelve", "двенадцать", "двенадцати"), 13: ("thirteen", "тринадцать", "тринадцати"),
    14: ("fourteen", "четырнадцать", "четырнадцати"), 15: ("fifteen", "пятнадцать", "пятнадцати"),
    20: ("twenty", "двадцать", "двадцати"), 24: ("twenty-four", "двадцать четыре", "двадцати четырёх", "двадцати четырех"),
    28: ("twenty-eight", "двадцать восемь", "двадцати восьми"), 30: ("thirty", "тридцать", "тридцати"),
    40: ("forty", "сорок", "сорока"), 45: ("forty-five", "сорок пять", "сорока пяти"), 48: ("forty-eight", "сорок восемь", "сорока восьми"),
    50: ("fifty", "пятьдесят", "пятидесяти"), 60: ("sixty", "шестьдесят", "шестидесяти"),
    72: ("seventy-two", "семьдесят два", "семидесяти двух"), 90: ("ninety", "девяносто", "девяноста"),
    100: ("a hundred", "hundred", "сто", "ста"),
}  # fmt: skip
_FIXED = {
    "half an hour": "30m",
    "полчаса": "30m",
    "получаса": "30m",
    "an hour and a half": "90m",
    "полтора часа": "90m",
    "полутора часов": "90m",
    "half a day": "12h",
}

_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words}
_NUMBER_OF = {word: number for number, words in _NUMBERS.items() for word in words}


def _either(words: list[str]) -> str:
    return "|".join(re.escape(w).replace("\\ ", r"\s+") for w in sorted(words, key=len, reverse=True))


_END = r"(?![\w])"
_AMOUNT = rf"(?:(?:\d+|(?:{_either(list(_NUMBER_OF))}){_END})\s*(?:{_either([*_UNIT_OF, *_DAY_AND_NIGHT])}){_END}\.?)"
# A unit alone means one of it: `в течение часа`, `every month`.
_ALONE = rf"(?:(?:{_either([w for ws in _UNITS.values() for w in ws if len(w) > 2] + list(_DAY_AND_NIGHT))}){_END})"
LIMIT = (
    rf"(?:{_either(list(_FIXED))}){_END}|{_AMOUNT}(?:\s*{_AMOUNT})*|(?:\d+(?:mo|wd|[smhdwy]))+{_END}|{_ALONE}"
)
_PIECE = re.compile(
    rf"(\d+|{_either(list(_NUMBER_OF))})?\s*({_either([*_UNIT_OF, *_DAY_AND_NIGHT])}){_END}\.?", re.IGNORECASE
)


def read_limit(text: str) -> str:
    """The limit as rules write it: `30 days` → `30d`.

    Raises:
        ValueError: not a length of time.
    """
    said = " ".join(text.lower().split())
    if said in _FIXED:
        return str(parse_limit(_FIXED[said]))
    try:
        return str(parse_limit(said))
    except ValueError:
        out, at = "", 0
        while at < len(said):
            match = _PIECE.match(said, at)
            if not match:
                raise
            count = 1 if match[1] is None else int(match[1]) if match[1].isdigit() else _NUMBER_OF[match[1]]
            out += f"{24 * count}h" if match[2] in _DAY_AND_NIGHT else f"{count}{_UNIT_OF[match[2]]}"
            at = match.end()
            while at < len(said) and said[at] == " ":
                at += 1
        return str(parse_limit(out))


_ONE = {"en": {"d": ("day", "days", "days"), "w": ("week", "weeks", "weeks"), "mo": ("month", "months", "months"), "y": ("year", "years", "years"),
               "wd": ("working day", "working days", "working days")},
        "ru": {"h": ("ч", "ч", "ч"), "m": ("мин", "мин", "мин"), "s": ("сек", "сек", "сек"), "d": ("день", "дня", "дней"),
               "w": ("неделю", "недели", "недель"), "mo": ("месяц", "месяца", "месяцев"), "y": ("год", "года", "лет"),
               "wd": ("рабочий день", "рабочих дня", "рабочих дней")}}  # fmt: skip


def say_limit(limit: Limit, lang: str) -> str:
    """A limit in words that `read_limit` reads back: `1h`, `30 days`; `1 ч`, `30 дней`."""
    out = []
    for amount, unit in re.findall(r"(\d+)(mo|wd|[smhdwy])", str(limit)):
        forms = _ONE[lang].get(unit)
        out.append(f"{amount}{unit}" if forms is None else f"{amount} {forms[plural(int(amount))]}")
    return " ".join(out)


def plural(n: int) -> int:
    """Which Russian (and English) form follows a number: 0 one, 1 few, 2 many."""
    if n % 10 == 1 and n % 100 != 11:
        return 0
    return 1 if 2 <= n % 10 <= 4 and not 12 <= n % 100 <= 14 else 2
