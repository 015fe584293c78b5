"""Hours in words as figures: "к десяти", "до половины первого", "by half past six"; a clock of twelve hours told from context."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

_HOURS = (
    "одного один часу", "двух два двум двумя", "трех три трем тремя", "четырех четыре четырем четырьмя", "пяти пять пятью", "шести шесть шестью", "семи семь семью",
    "восьми восемь восемью", "девяти девять девятью", "десяти десять десятью", "одиннадцати одиннадцать", "двенадцати двенадцать",
)  # fmt: skip
_ORDINALS = "первого второго третьего четвертого пятого шестого седьмого восьмого девятого десятого одиннадцатого двенадцатого".split()
_ENGLISH = "one two three four five six seven eight nine ten eleven twelve".split()
_HOUR_OF = {word: i + 1 for i, words in enumerate(_HOURS) for word in words.split()} | {
    word: i + 1 for i, word in enumerate(_ENGLISH)
}
_HALF_OF = {word: i for i, word in enumerate(_ORDINALS)}  # "половина первого": the hour that is half over
_HOUR = "|".join(sorted(_HOUR_OF, key=len, reverse=True))
_LEFT = {
    "четверти": 15,
    "пятнадцати": 15,
    "двадцати": 20,
    "десяти": 10,
    "пяти": 5,
    "quarter": 15,
    "five": 5,
    "ten": 10,
    "twenty": 20,
}
_HALF = re.compile(r"\b(?:пол-?|половин\w+\s+)(?P<h>" + "|".join(_ORDINALS) + r")\b")
_QUARTER = re.compile(r"\bчетверт\w+\s+(?P<h>" + "|".join(_ORDINALS) + r")\b")
_BEFORE = re.compile(
    rf"\bбез\s+(?P<left>четверти|пятнадцати|двадцати|десяти|пяти)(?:\s+минут)?\s+(?P<h>{_HOUR})\b|\b(?:a\s+)?(?P<leften>quarter|five|ten|twenty)\s+to\s+(?P<hen>{'|'.join(_ENGLISH)})\b(?!\s*(?:min|hour|day|week))"
)
_PAST = re.compile(
    rf"\b(?P<past>half|(?:a\s+)?quarter|five|ten|twenty)\s+past\s+(?P<h>{'|'.join(_ENGLISH)})\b"
)
_PLAIN = re.compile(
    rf"\b(?P<lead>к|ко|до|по|в|с|после|между|и|позднее|позже|дольше|by|before|until|till|at|than|to|from|between|and|after)\s+(?P<about>(?:примерно|около|about|around|roughly)\s+)?(?P<h>{_HOUR})\b"
    r"(?!\s*(?:-\s*\w|минут|мин\b|дн|день|сут|недел|месяц|рабоч|банков|календар|min|hour|hr|day|week|month|business|working|часа\b(?! дня)|to\s+\w+\s+(?:min|hour|day)|or\s+\w+\s+(?:min|hour|day)))"
)
# "трёх часов дня", "семи часов вечера": a clock time, not a length.
_OF_DAY = re.compile(rf"\b(?P<h>{_HOUR})\s+час\w*(?=\s+(?:дня|вечера|утра|ночи)\b)")
_MORNING = re.compile(r"\bутр|\bmorning|\bночи\b|\ba\.?m\b")
_LATER = re.compile(r"\bвечер|\bдня\b|\bднем\b|после обеда|afternoon|evening|tonight|\bp\.?m\b")


def in_figures(words: str) -> tuple[str, bool]:
    """Folded words of time with hours in words written as "h:mm", and whether any was."""
    out = _OF_DAY.sub(lambda m: f"{_HOUR_OF[m['h']]}:00", words)
    out = _HALF.sub(lambda m: f"{_HALF_OF[m['h']] or 12}:30", out)
    out = _QUARTER.sub(lambda m: f"{_HALF_OF[m['h']] or 12}:15", out)
    out = _PAST.sub(
        lambda m: f"{_HOUR_OF[m['h']]}:{30 if m['past'] == 'half' else _LEFT[m['past'].split()[-1]]:02d}", out
    )
    out = _BEFORE.sub(
        lambda m: f"{(_HOUR_OF[m['h'] or m['hen']] - 2) % 12 + 1}:{60 - _LEFT[m['left'] or m['leften']]}", out
    )
    out = _PLAIN.sub(lambda m: f"{m['lead']} {_HOUR_OF[m['h']]}:00", out)
    return out, out != words


def of_twelve(clock: timedelta, words: str, local: datetime, ahead: int) -> timedelta:
    """A spoken clock time as one of twenty-four hours.

    Args:
        clock: time since midnight as the words have it.
        words: all the folded words of the time ("вечера", "in the morning").
        local: when the message was sent, on its own clock.
        ahead: how many days later the time is meant; 0 for today or no day named.

    Returns:
        What the part of the day says; else today the next one to come, on a later day what lies between 7:00 and 19:00.
    """
    half = timedelta(hours=12)
    if clock >= half + timedelta(hours=1):
        return clock
    base = clock % half
    if _LATER.search(words):
        return base + half
    if _MORNING.search(words):
        return base
    if ahead:
        return base if base >= timedelta(hours=7) else base + half
    now = timedelta(hours=local.hour, minutes=local.minute)
    return next((option for option in (base, base + half) if option >= now), base)
