"""Times of the week and working time as conditions ask for them: `time: {within: support}`, `{on: [sat, sun]}`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from keptword.calendars import WEEKDAYS, parse_day_spans
from keptword.errors import Place, Problem, RuleError
from keptword.events import Value
from keptword.instants import as_instant
from keptword.opening import DAY_SECONDS, FIRST_YEAR, LAST_YEAR, Calendar, CalendarUnknown, DaySpan

MOMENT_OPERATORS = ("within", "outside", "on")
_SPAN = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?\s*[-–]\s*\d{1,2}:\d{2}(?::\d{2})?")
_DAYS = re.compile(rf"({'|'.join(WEEKDAYS)})(?:-({'|'.join(WEEKDAYS)}))?")
_WORD = re.compile(r"[^\W\d_][\w-]*")
_WHOLE: tuple[DaySpan, ...] = ((0, DAY_SECONDS),)


@dataclass(frozen=True, slots=True)
class Hours:
    """What a condition on a moment compares with, once its zone and its calendar are known.

    Attributes:
        said: as the rule writes it.
        calendar: open at the moments that are within.
        zone: of dates in fields.
    """

    said: str
    calendar: Calendar
    zone: str

    def __str__(self) -> str:
        return self.said

    def hold(self, value: Value | None) -> bool | None:
        """Whether a moment lies within, its end left out; None where the value is no moment that calendars reckon with.

        Raises:
            RuleError: the calendar does not state the year (E002).
        """
        if value is None or isinstance(value, tuple):
            return None
        at = as_instant(value, self.zone)
        if at is None:
            return None
        try:
            return self.calendar.open_time(at, at + 1) == 1
        except CalendarUnknown as unknown:
            if not FIRST_YEAR <= unknown.year <= LAST_YEAR:
                return None
            raise self.undecided(unknown) from unknown

    def undecided(self, unknown: CalendarUnknown) -> RuleError:
        """The error for a year that the calendar does not state: whether a moment of it lies within is not guessed."""
        return RuleError(
            Problem(
                "E002",
                f"a condition asks whether a moment of {unknown.year} lies in '{self.said}': {unknown}",
                Place(f"calendar {self.calendar.name}"),
                hint="complete the calendar, or judge only the years that it states",
            )
        )


def problem_of(op: str, data: Any) -> str:
    """What is wrong with the hours, days or calendar that a rule writes after `within`, `outside` or `on`; "" if nothing."""
    items = data if isinstance(data, list) else [data]
    if not items or not all(isinstance(i, str) for i in items):
        return f"'{op}' takes {_wanted(op)}, not {data!r}"
    if len(items) == 1 and calendar_named(op, items) is not None:
        return ""
    if op == "on":
        bad = next((i for i in items if _days(i) is None), None)
        return "" if bad is None else f"'{bad}' is not a day of the week"
    if not all(_SPAN.fullmatch(i.strip()) for i in items):
        return f"'{op}' takes {_wanted(op)}, not {', '.join(items)}"
    try:
        parse_day_spans(items)
    except ValueError as error:
        return str(error)
    return ""


def hint_of(op: str) -> str:
    """What would be right."""
    if op == "on":
        return "write [sat, sun], mon-fri, or the name of a calendar for its working days"
    return 'write "09:00-18:00", or the name of a calendar'


def calendar_named(op: str, values: Sequence[object]) -> str | None:
    """The calendar that a condition names; None where it gives hours or days."""
    if len(values) != 1 or op not in MOMENT_OPERATORS:
        return None
    text = str(values[0])
    return text if _WORD.fullmatch(text) and not (op == "on" and _days(text)) else None


@lru_cache(maxsize=1000)
def _plain(op: str, texts: tuple[str, ...], zone: str) -> Hours:
    if op == "on":
        days = {n for t in texts for n in _days(t) or ()}
        week = tuple(_WHOLE if n in days else () for n in range(7))
    else:
        week = (parse_day_spans(list(texts)),) * 7
    said = " | ".join(texts)
    return Hours(said, Calendar(said, zone, week), zone)


def hours_for(
    op: str, values: Sequence[object], zone: str, calendars: Mapping[str, Calendar]
) -> Hours | None:
    """The hours that a condition means; None where it names a calendar that is not there.

    `within` and `outside` ask for the opening hours of a calendar (the working days of one without hours), `on` for its
    working days. Hours and days of the week without a calendar are those of the rule's zone.
    """
    name = calendar_named(op, values)
    if name is None:
        return _plain(op, tuple(str(v) for v in values), zone)
    calendar = calendars.get(name)
    if calendar is None:
        return None
    return Hours(name, whole_days(calendar) if op == "on" or not calendar.has_hours else calendar, zone)


@lru_cache(maxsize=100)
def whole_days(calendar: Calendar) -> Calendar:
    """The calendar that is open on the working days of another, all day long."""
    usual = calendar.hours if calendar.hours is not None else (_WHOLE,) * 5 + ((),) * 2
    return replace(
        calendar,
        hours=tuple(_WHOLE if spans else () for spans in usual),
        open=tuple((day, _WHOLE) for day, _ in calendar.open),
    )


def _days(text: str) -> range | None:
    match = _DAYS.fullmatch(text.strip())
    if match is None:
        return None
    first = WEEKDAYS.index(match[1])
    last = WEEKDAYS.index(match[2] or match[1])
    return range(first, last + 1) if first <= last else None


def _wanted(op: str) -> str:
    return "days of the week" if op == "on" else "hours of the day or a calendar"
