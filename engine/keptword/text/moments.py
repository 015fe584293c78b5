"""Words of time as instants: days, clock times, parts of the day and lengths, reckoned from when the message was sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from keptword.instants import MINUTE, to_micros
from keptword.text.hours import in_figures, of_twelve

_MONTHS = ("янв january jan", "фев february feb", "мар march mar", "апр april apr", "мая май may", "июн june jun", "июл july jul", "авг august aug",
           "сен september sept sep", "окт october oct", "ноя november nov", "дек december dec")  # fmt: skip
_MONTH = r"(?P<{0}>янв\w*|фев\w*|март\w*|апр\w*|ма[яйе]\w?|июн\w*|июл\w*|авг\w*|сен\w*|окт\w*|ноя\w*|дек\w*|jan\w*|feb\w*|mar(?:ch)?|apr\w*|may|june?|july?|aug\w*|sept?\w*|oct\w*|nov\w*|dec\w*)"
_DATES = (
    re.compile(r"\b(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})\b"),
    re.compile(r"\b(?P<d>\d{1,2})[./](?P<m>\d{1,2})[./](?P<y>\d{4}|\d{2})\b"),
    re.compile(
        r"\b(?P<d>\d{1,2})(?:st|nd|rd|th|-?го|-?е|-?ое)?\s+(?:of\s+)?"
        + _MONTH.format("name")
        + r"\.?(?:,?\s+(?P<y>\d{4}))?"
    ),
    re.compile(
        r"\b"
        + _MONTH.format("name")
        + r"\.?\s+(?:the\s+)?(?P<d>\d{1,2})(?:st|nd|rd|th)?\b(?!:)(?:,?\s+(?P<y>\d{4}))?"
    ),
    re.compile(r"\b(?P<d>\d{1,2})/(?P<m>\d{1,2})\b"),
    re.compile(r"\b(?P<d>0[1-9]|[12]\d|3[01])\.(?P<m>0[1-9]|1[0-2])\b(?!\.?\d)"),
)
_DAY_OF_MONTH = re.compile(
    r"\b(?P<d>\d{1,2})(?:-?го|-?му|-?е|-?ое)?\s+числ\w+|\b(?P<e>\d{1,2})(?:st|nd|rd|th)\b|\b(?P<f>\d{1,2})-?(?:го|му|ого|ое)\b"
)
_WEEKDAYS = ("понедельник\\w*|пн|monday|mon", "вторник\\w*|вт|tuesday|tues?", "сред[уаыеой]+|ср|wednesday|wed", "четверг\\w*|чт|thursday|thu(?:rs?)?",
             "пятниц\\w+|пт|friday|fri", "суббот\\w+|сб|saturday|sat", "воскресень\\w+|вс|sunday|sun")  # fmt: skip
_WEEKDAY = re.compile("|".join(rf"\b(?P<w{i}>{p})\b" for i, p in enumerate(_WEEKDAYS)))
_REL = re.compile(
    r"\b(?:(?P<after>послезавтра\w*|the day after tomorrow|day after tomorrow)|(?P<tomorrow>завтра\w*|tomorrow)|(?P<today>сегодня\w*|today|tonight))\b"
)
_CLOCK = re.compile(
    r"(?<![\d.:])(?P<h>\d{1,2})[:.](?P<m>[0-5]\d)(?::[0-5]\d)?\s*(?P<ap>[ap]\.?\s?m\b)?|(?<![\d:.])(?P<h2>\d{1,2})\s*(?P<ap2>[ap]\.?\s?m\b|o'clock)"
    r"|(?<![\d:.-])(?P<h3>\d{1,2})\s*(?:час\w*|ч\.?(?!\w))(?:\s*(?P<m3>[0-5]\d)\s*мин\w*)?|(?<![\d:.])(?P<h4>\d{1,2})\s+(?=утра|вечера|ночи|дня)|(?<![\d:.])(?P<h5>\d{1,2})\s*(?=мск|msk|utc|gmt)"
    r"|(?P<noon>\bполуд\w+|\bполдень|\bnoon|\bmidday)|(?P<midnight>\bполуноч\w+|\bполночь|\bmidnight)|(?P<one>(?<=к )часу дня)"
)
_BARE_RANGE = re.compile(
    r"(?:с|from|between|до|к|to|and|till|until)\s+(\d{1,2})(?![\d:.-])|(?<!\d)\d{1,2}\s*[-–—]\s*(\d{1,2})(?![\d:.])"
)
_PARTS: tuple[tuple[str, int, int], ...] = (
    # pattern, the hour that "до"/"by" means, the hour at which it is over
    (r"после обеда|втор\w+ половин\w+ дня|afternoon|second half of the day", 13, 18),
    (r"перв\w+ половин\w+ дня|first half of the day|до обеда|к обеду|обед\w*|lunch(?:time)?", 13, 13),
    (r"\bутр\w+|\bmorning", 9, 12),
    (r"\bвечер\w*|\bevening|\btonight", 18, 24),
    (r"\bноч\w+|\bnight|overnight", 22, 24),
    (r"\bднем\b|\bднём\b", 12, 18),
)
_NUMBERS = {
    "один": 1, "одного": 1, "одну": 1, "одной": 1, "одна": 1, "два": 2, "две": 2, "двух": 2, "три": 3, "трех": 3, "четыре": 4, "четырех": 4, "пять": 5, "пяти": 5, "шесть": 6, "шести": 6, "семь": 7, "семи": 7,
    "восемь": 8, "восьми": 8, "девять": 9, "десять": 10, "десяти": 10, "двенадцать": 12, "двенадцати": 12, "пятнадцать": 15, "пятнадцати": 15, "двадцать": 20, "двадцати": 20, "тридцать": 30, "тридцати": 30,
    "сорок": 40, "сорока": 40, "полтора": 1.5, "полутора": 1.5, "полторы": 1.5, "пара": 2, "пары": 2, "пару": 2, "трое": 3, "двое": 2, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
    "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "forty-five": 45, "twenty-four": 24, "forty-eight": 48, "seventy-two": 72, "ninety": 90,
    "sixty": 60, "couple": 2, "half": 0.5,
}  # fmt: skip
_WORD_NUMBER = "|".join(sorted(map(re.escape, _NUMBERS), key=len, reverse=True))
_UNITS: tuple[tuple[str, float], ...] = (
    (r"сек\w*|sec\w*|s", 1 / 60), (r"мин\w*|min\w*|m", 1), (r"час\w*|ч|hours?|hrs?|h", 60), (r"суток|сутки|суткам|дн\w*|день|дня|денек|days?|d", 1440),
    (r"недел\w+|нед|weeks?|wk", 10080), (r"месяц\w*|мес|months?", 43200), (r"fortnight", 20160),
)  # fmt: skip
_UNIT = "|".join(f"(?:{p})" for p, _ in _UNITS)
_LENGTH = re.compile(
    rf"(?:(?:(?P<a>\d{{1,3}}(?:[.,]\d)?|\b(?:{_WORD_NUMBER})\b)\s*(?:[-–—]|до|to|or|или|и|and)\s*)?(?P<n>\d{{1,4}}(?:[.,]\d)?|\b(?:{_WORD_NUMBER})\b)[\s-]*(?:of\s+|more\s+|an?\s+|полных\s+|ближайших\s+)?"
    rf"(?P<biz>рабоч\w+|банковск\w+|business|working)?(?:календарн\w+|calendar)?\s*)?(?P<u>\b(?:{_UNIT})\b|(?<=\d)(?:{_UNIT})\b)|\b(?P<half>полчас\w*|получас\w*)\b"
)
_LENGTH_LEAD = re.compile(
    r"\b(?:через|спустя|течени\w+|within|in|next|ближайш\w+|over|after|another|за|займ\w+|занимает|потребуется|требуется|понадобится|уйдет|продл\w+|длится|составит|составляет|take\w*|require\w*|last\w*|need\w*|осталось|останется|дайте|еще|eta|etr|give|allow|следующ\w+|coming)\b"
)
# "минут через сорок", "часа за четыре": the number after its unit, and so an approximate one.
_TURNED = re.compile(
    r"\b(минут\w*|час\w*|дн\w+|недел\w+)\s+(через|за)\s+((?:\d{1,3}|"
    + _WORD_NUMBER
    + r")(?:\s*[-–—]\s*\d{1,3})?)\b(?!\s*(?:минут|час|дн|недел|сут|месяц))"
)
_HALF_DAY = re.compile(r"половин\w+ дня|half of the day")
_NUMBER_LAST = re.compile(r"\b(минут|часов|дней)\s+(\d{1,3})\b(?!\s*(?:минут|час|дн|недел|сут|месяц|:))")
_END = re.compile(r"\b(?:конц\w+|окончани\w+|end of|close of|eod|eob|cob|eow)\b")


@dataclass(frozen=True, slots=True)
class Now:
    """When a message was sent: microseconds UTC, the same on its own clock, the zone of that clock, and its language."""

    at: int
    local: datetime
    place: tzinfo
    lang: str


def resolve(words: str, now: Now) -> int | None:
    """The instant that folded words of time stand for; None for what names no time."""
    words = _NUMBER_LAST.sub(r"\2 \1", _TURNED.sub(r"\2 \3 \1", words))
    words, spoken = in_figures(" ".join(words.replace("\xa0", " ").split()))
    try:
        day, rest = _day(words, now)
        clock = _clock(rest)
        led = _LENGTH_LEAD.match(words) and not re.search(r"\d:\d|[ap]m\b", words)
        if day is None and (clock is None or led) and not _END.search(words) and not _HALF_DAY.search(words):
            length = _length(words, now)
            if length is not None:
                return length
        if clock is not None and spoken:
            clock = of_twelve(clock, words, now.local, (day - now.local.date()).days if day else 0)
        return _compose(words, day, clock, now)
    except (ValueError, OverflowError):
        return None


def _compose(words: str, day: date | None, clock: timedelta | None, now: Now) -> int | None:
    today = now.local.date()
    business = bool(re.search(r"рабоч\w+|business|\bcob\b|\beob\b|смен\w", words))
    if clock is None and _END.search(words):
        if re.search(r"недел|week|eow", words) and day is None:
            last = today + timedelta(days=(4 if business else 6) - today.weekday())
            return _instant(last if last >= today else last + timedelta(days=7), timedelta(hours=24), now)
        if re.search(r"месяц|month", words) and day is None:
            first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
            return _instant(first, timedelta(0), now)
        named = day or today
        at = _instant(named, timedelta(hours=18 if business else 24), now)
        return at if day or at > now.at else _instant(named + timedelta(days=1), timedelta(hours=18), now)
    part = _part(words)
    if clock is not None:
        if day is not None:
            return _instant(day, clock, now)
        at = _instant(today, clock, now)
        return at if at >= now.at else _instant(today + timedelta(days=1), clock, now)
    if part is not None:
        if day is not None:
            return _instant(day, part, now)
        at = _instant(today, part, now)
        return at if at > now.at else _instant(today + timedelta(days=1), part, now)
    return None if day is None else _instant(day, timedelta(hours=24), now)


def _instant(day: date, clock: timedelta, now: Now) -> int:
    naive = datetime.combine(day, time()) + clock
    return to_micros(naive.replace(tzinfo=now.place))


def _day(words: str, now: Now) -> tuple[date | None, str]:
    """The day that is named last, and the words without it."""
    today = now.local.date()
    for pattern in _DATES:
        for match in reversed(list(pattern.finditer(words))):
            found = _date_of(match, now)
            if found is not None:
                return found, words[: match.start()] + " " + words[match.end() :]
    numbered = _DAY_OF_MONTH.search(words)
    if numbered:
        wanted = int(numbered["d"] or numbered["e"] or numbered["f"])
        month = today.replace(day=1)
        for _ in range(14):
            try:
                candidate = month.replace(day=wanted)
            except ValueError:
                candidate = None
            if candidate is not None and candidate >= today:
                return candidate, words[: numbered.start()] + " " + words[numbered.end() :]
            month = (month + timedelta(days=32)).replace(day=1)
        return None, words
    if re.search(r"\bweekend\b", words):  # "before the weekend": by the end of Friday
        return today + timedelta(days=(4 - today.weekday()) % 7), words
    rel = list(_REL.finditer(words))
    if rel:
        match = rel[-1]
        ahead = 2 if match["after"] else 1 if match["tomorrow"] else 0
        keep = " tonight " if match[0] == "tonight" else " "
        return today + timedelta(days=ahead), words[: match.start()] + keep + words[match.end() :]
    named = list(_WEEKDAY.finditer(words))
    if named:
        match = named[-1]
        wanted = next(i for i in range(7) if match[f"w{i}"])
        rest = words[: match.start()] + " " + words[match.end() :]
        ahead = (wanted - today.weekday()) % 7
        clock = _clock(rest)
        if ahead == 0 and (clock is None or _instant(today, clock, now) < now.at):
            ahead = 7
        return today + timedelta(days=ahead), rest
    return None, words


def _date_of(match: re.Match[str], now: Now) -> date | None:
    groups = match.groupdict()
    day = int(groups["d"])
    if groups.get("name"):
        month = next(
            (
                i + 1
                for i, names in enumerate(_MONTHS)
                if any(groups["name"].startswith(n) for n in names.split())
            ),
            0,
        )
    else:
        month = int(groups["m"])
        slash = "/" in match[0]
        if (slash and now.lang == "en" and day <= 12) or (month > 12 >= day):
            day, month = month, day
    year = groups.get("y")
    try:
        if year:
            return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
        today = now.local.date()
        for candidate_year in (today.year - 1, today.year, today.year + 1, today.year + 4):
            try:
                candidate = date(candidate_year, month, day)
            except ValueError:
                continue
            if candidate >= today - timedelta(days=30):
                return candidate
    except ValueError:
        return None
    return None


def _clock(words: str) -> timedelta | None:
    """The last clock time in words, as time since midnight."""
    found: timedelta | None = None
    for match in _CLOCK.finditer(words):
        value = _clock_of(match, words)
        if value is not None:
            found = value
    last = list(_BARE_RANGE.finditer(words))
    if last and not re.search(r"час|мин|дн|day|hour|min", words[last[-1].end() :]):
        hour = int(last[-1][1] or last[-1][2])
        afternoon = re.search(r"\b(?:вечера|дня|pm|p\.m)", words)
        if hour <= 24 and (
            found is None or last[-1].start() > max((m.end() for m in _CLOCK.finditer(words)), default=0)
        ):
            found = timedelta(hours=hour + (12 if afternoon and hour < 12 else 0))
    return found


def _clock_of(match: re.Match[str], words: str) -> timedelta | None:
    if match["noon"]:
        return timedelta(hours=12)
    if match["midnight"]:
        return timedelta(hours=24)
    if match["one"]:
        return timedelta(hours=13)
    hour = int(match["h"] or match["h2"] or match["h3"] or match["h4"] or match["h5"])
    minute = int(match["m"] or match["m3"] or 0)
    half = (match["ap"] or match["ap2"] or "").replace(".", "").replace(" ", "")
    after = words[match.end() : match.end() + 12].strip()
    if half == "am":
        hour %= 12
    elif half == "pm":
        hour = hour % 12 + 12
    elif hour < 12 and re.match(r"(?:вечера|дня|in the (?:afternoon|evening))", after) and hour:
        hour += 12
    elif hour == 12 and after.startswith("ночи"):
        hour = 24
    return timedelta(hours=hour, minutes=minute) if hour <= 24 else None


def _part(words: str) -> timedelta | None:
    for pattern, start, end in _PARTS:
        match = re.search(pattern, words)
        if match:
            until = re.search(
                r"\b(?:до|к|ко|by|before|until|till)\s+(?:\w+\s+){0,2}$", words[: match.start()]
            )
            return timedelta(hours=start if until else end)
    return None


def _length(words: str, now: Now) -> int | None:
    """The end of a length of time from now: minutes and hours on the clock, days on the calendar, working days Monday to Friday."""
    total = 0.0
    days = 0
    months = 0
    working = 0
    seen = False
    for match in _LENGTH.finditer(words):
        if match["half"]:
            total += 30
            seen = True
            continue
        amount = _number(match["n"]) if match["n"] else 1.0
        if match["a"] and re.search(r"\s(?:и|and)\s", match[0]) and match["n"] in {"half", "полтора"}:
            amount = (_number(match["a"]) or 0) + 0.5
        if amount is None or (not match["n"] and seen):
            continue
        size = next(minutes for pattern, minutes in _UNITS if re.fullmatch(pattern, match["u"]))
        if match["biz"] and size == 1440:
            working += int(amount)
        elif size == 43200:
            months += int(amount)
        elif size >= 1440 and float(amount).is_integer():
            days += int(amount * size / 1440)
        else:
            total += amount * size
        seen = True
        if re.match(r"\s+and a half", words[match.end() :]):
            total += size / 2
    if not seen:
        return None
    if "рабоч" in words and not working and days and re.search(r"рабоч\w+ (?:дн|день)", words):
        working, days = days, 0
    local = now.local.replace(tzinfo=None) + timedelta(days=days)
    for _ in range(min(months, 600)):
        first = (local.replace(day=1) + timedelta(days=32)).replace(day=1)
        local = first.replace(
            day=min(local.day, ((first + timedelta(days=31)).replace(day=1) - timedelta(days=1)).day)
        )
    if working:
        day = local.date()
        left = min(working, 2000)
        while left:
            day += timedelta(days=1)
            left -= day.weekday() < 5
        return _instant(day, timedelta(hours=24), now)
    base = to_micros(local.replace(tzinfo=now.place)) if days or months else now.at
    return base + round(total * MINUTE)


def _number(text: str | None) -> float | None:
    if text is None:
        return None
    if text[0].isdigit():
        return float(text.replace(",", "."))
    return float(_NUMBERS.get(text, 0)) or None
