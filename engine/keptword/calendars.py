"""Calendar files, read into calendars; every mistake is named with the path at which it stands."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from keptword.holiday_files import Fault, HolidayFile, Steps, read_by_year, read_holiday_file
from keptword.holiday_years import countries, subdivisions
from keptword.instants import is_date, zone
from keptword.opening import DAY_SECONDS, Calendar, CalendarUnknown, DaySpan
from keptword.reckoning import time_of_day

__all__ = ["Calendar", "CalendarError", "CalendarUnknown", "DaySpan", "parse_calendar", "parse_day_spans"]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_KEYS = ("timezone", "hours", "holidays", "closed", "open", "years")
_HOURS_HINT = 'write ["09:00-13:00", "14:00-18:00"]'


class CalendarError(ValueError):
    """A calendar that cannot be used.

    Attributes:
        found: every problem as (path of keys and list indexes, message, hint).
    """

    def __init__(self, found: Iterable[Fault]) -> None:
        self.found: list[Fault] = list(found)
        super().__init__("; ".join(message for _, message, _ in self.found))


def parse_calendar(data: Mapping[str, Any], name: str, base_dir: Path | None = None) -> Calendar:
    """A calendar from the plain data of its file.

    Args:
        data: what YAML 1.2 gives (dates and times are text): timezone, hours, holidays, closed, open, years.
        name: how messages call the calendar.
        base_dir: the folder from which a holiday file is named; None when there is none.

    Raises:
        CalendarError: with all problems.
    """
    if not isinstance(data, Mapping):
        raise CalendarError([((), "a calendar is a mapping with timezone and hours", "")])
    reader = _Reader(base_dir)
    for key in data:
        if key not in _KEYS:
            near = difflib.get_close_matches(str(key), _KEYS, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(_KEYS)}"
            reader.fault((str(key),), f"a calendar has no '{key}'", hint)
    place = reader.zone(data.get("timezone"))
    hours = reader.hours(data["hours"]) if "hours" in data else None
    holidays = reader.holidays(data.get("holidays"))
    closed = reader.dates(data.get("closed", ()), ("closed",))
    opened = reader.opened(data.get("open", {}), hours is not None)
    years = reader.years(data["years"]) if "years" in data else None
    for day in sorted(closed & {day for day, _ in opened}):
        reader.fault(("closed",), f"{day} is both closed and open", "take it out of one of the two")
    if hours is not None and not any(hours) and not opened:
        reader.fault(("hours",), f"the calendar '{name}' never opens", "give at least one day its hours")
    if reader.found:
        raise CalendarError(reader.found)
    working = dict.fromkeys(holidays.working, ())
    return Calendar(
        name=name,
        zone=place,
        hours=hours,
        country=holidays.country,
        subdivision=holidays.subdivision,
        holidays=holidays.off,
        holiday_years=holidays.years,
        closed=closed,
        open=tuple(sorted({**working, **dict(opened)}.items())),
        years=years,
    )


def parse_day_spans(texts: object) -> tuple[DaySpan, ...]:
    """Opening hours of one day, `["09:00-13:00", "22:00-02:00"]`, as seconds since midnight.

    A span that ends at or before its beginning goes on into the next day; `00:00-24:00` is the whole day.

    Raises:
        ValueError: a span that cannot be read, is empty or overlaps another.
    """
    if isinstance(texts, str):
        texts = [texts]
    if not isinstance(texts, (list, tuple)):
        raise ValueError(f"'{texts}' is not a list of opening hours")
    spans = []
    for text in texts:
        ends = str(text).replace("–", "-").split("-")
        if len(ends) != 2:
            raise ValueError(f"'{text}' is not a span of time such as 09:00-18:00")
        begin, end = time_of_day(ends[0]), time_of_day(ends[1])
        if begin in (end, DAY_SECONDS):
            raise ValueError(f"'{text}' is empty")
        spans.append((begin, end if end > begin else end + DAY_SECONDS))
    spans.sort()
    for (_, end), (begin, _) in pairwise(spans):
        if begin < end:
            raise ValueError(f"the spans {', '.join(map(str, texts))} overlap")
    return tuple(spans)


@dataclass(slots=True)
class _Reader:
    """Reads the parts of a calendar and gathers what is wrong with them."""

    base_dir: Path | None
    found: list[Fault] = field(default_factory=list)

    def fault(self, path: Steps, message: str, hint: str = "") -> None:
        self.found.append((path, message, hint))

    def zone(self, value: object) -> str:
        if value is None:
            return "UTC"
        try:
            zone(str(value))
        except ValueError as error:
            self.fault(("timezone",), str(error), "write it as Europe/Moscow")
            return "UTC"
        return str(value)

    def hours(self, value: object) -> tuple[tuple[DaySpan, ...], ...]:
        week: list[tuple[DaySpan, ...]] = [()] * 7
        if not isinstance(value, Mapping):
            self.fault(("hours",), "hours are given by weekday", f"{{mon: …}}; for one day {_HOURS_HINT}")
            return tuple(week)
        seen: dict[int, str] = {}
        for key, texts in value.items():
            path = ("hours", str(key))
            first, _, last = str(key).partition("-")
            if (
                first not in WEEKDAYS
                or (last or first) not in WEEKDAYS
                or (last and WEEKDAYS.index(last) <= WEEKDAYS.index(first))
            ):
                self.fault(
                    path, f"'{key}' is not a weekday", f"write one of {' '.join(WEEKDAYS)}, or mon-fri"
                )
                continue
            spans = self._spans(path, texts)
            for n in range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1):
                if n in seen:
                    self.fault(path, f"'{key}' gives {WEEKDAYS[n]} hours that '{seen[n]}' gives already", "")
                seen[n] = str(key)
                week[n] = spans or ()
        return tuple(week)

    def holidays(self, value: object) -> HolidayFile:
        if value is None:
            return HolidayFile()
        if isinstance(value, str):
            value = {"file": value}
        if not isinstance(value, Mapping):
            return HolidayFile(off=self.dates(value, ("holidays",)))
        if value and all(str(key).isdigit() for key in value):
            return self._merge(read_by_year(value, ("holidays",)))
        for key in value:
            if key not in ("country", "subdivision", "file"):
                self.fault(
                    ("holidays", str(key)),
                    f"holidays have no '{key}'",
                    "give a country (RU), a list of dates, or a file",
                )
        found = HolidayFile()
        if "file" in value:
            found = self._merge(read_holiday_file(str(value["file"]), self.base_dir))
        if "country" not in value:
            if "file" not in value or "subdivision" in value:
                self.fault(("holidays",), "holidays without a country", "write {country: RU}")
            return found
        country = str(value["country"])
        if country not in countries():
            near = country.upper() if country.upper() in countries() else ""
            hint = f"did you mean '{near}'?" if near else "write two letters of ISO 3166, such as RU or DE"
            self.fault(
                ("holidays", "country"), f"'{country}' is not a country whose holidays are known", hint
            )
            return found
        region = value.get("subdivision")
        if region is not None and str(region) not in subdivisions(country):
            known = ", ".join(sorted(subdivisions(country))[:20]) or "none"
            self.fault(
                ("holidays", "subdivision"),
                f"'{region}' is not a region of {country} with holidays of its own",
                f"known: {known}",
            )
            return found
        return HolidayFile(
            found.off, found.working, found.years, country, str(region) if region is not None else None
        )

    def _merge(self, read: tuple[HolidayFile, list[Fault]]) -> HolidayFile:
        self.found.extend(read[1])
        return read[0]

    def dates(self, value: object, path: Steps) -> frozenset[date]:
        if isinstance(value, str) or not isinstance(value, (list, tuple)):
            self.fault(path, "a list of dates is needed here", "write [2026-03-09]")
            return frozenset()
        out = set()
        for n, text in enumerate(value):
            if is_date(str(text)):
                out.add(date.fromisoformat(str(text)))
            else:
                self.fault((*path, n), f"'{text}' is not a date", "write it as 2026-03-09")
        return frozenset(out)

    def opened(self, value: object, has_hours: bool) -> list[tuple[date, tuple[DaySpan, ...]]]:
        if isinstance(value, (list, tuple)):
            return [(day, ()) for day in sorted(self.dates(value, ("open",)))]
        if not isinstance(value, Mapping):
            self.fault(("open",), "open days are given by date", f"2026-11-01: for its hours {_HOURS_HINT}")
            return []
        out = []
        for key, texts in value.items():
            path = ("open", str(key))
            if not is_date(str(key)):
                self.fault(path, f"'{key}' is not a date", "write it as 2026-11-01")
                continue
            spans = self._spans(path, texts)
            if spans == ():
                self.fault(path, f"{key} is open without hours", "a day off goes under closed:")
            elif spans and not has_hours:
                self.fault(
                    path,
                    "special hours in a calendar without hours",
                    "give hours: by weekday, or write open: [2026-11-01]",
                )
            elif spans:
                out.append((date.fromisoformat(str(key)), spans))
        return out

    def years(self, value: object) -> frozenset[int] | None:
        if not isinstance(value, (list, tuple)) or not value:
            self.fault(("years",), "a list of years is needed here", "write [2025, 2026]")
            return None
        out = set()
        for n, year in enumerate(value):
            if str(year).isascii() and str(year).isdigit() and 1900 <= int(year) <= 2200:
                out.add(int(year))
            else:
                self.fault(("years", n), f"'{year}' is not a year", "write it as 2026")
        return frozenset(out)

    def _spans(self, path: Steps, texts: object) -> tuple[DaySpan, ...] | None:
        try:
            return parse_day_spans(texts)
        except ValueError as error:
            self.fault(path, str(error), _HOURS_HINT)
            return None
