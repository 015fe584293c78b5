"""The words of the clock: how a rule counts, and the deadline that comes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from keptword.instants import to_micros
from keptword.opening import MONDAY_TO_FRIDAY, Calendar, CalendarUnknown
from keptword.schedules import Schedule

NEVER: int = 2**62  # a deadline that does not come: the clock was paused and never resumed

DayRule = Literal["rolling", "full"]
HourRule = Literal["elapsed", "eu-1182-71"]
Roll = Literal["none", "next-working-day-end", "next-working-day-noon", "previous-working-day"]
Reading = Literal[
    "elapsed",
    "full-days-between",
    "date-subtraction",
    "backward-same-date",
    "same-date-forward",
    "full-period-forward",
]
Bound = Literal["inclusive", "exclusive"]
DAY_RULES: tuple[DayRule, ...] = ("rolling", "full")
HOUR_RULES: tuple[HourRule, ...] = ("elapsed", "eu-1182-71")
ROLLS: tuple[Roll, ...] = ("none", "next-working-day-end", "next-working-day-noon", "previous-working-day")
READINGS: tuple[Reading, ...] = (
    "elapsed", "full-days-between", "date-subtraction", "backward-same-date", "same-date-forward", "full-period-forward"
)  # fmt: skip

_FIRST = to_micros(datetime(1, 1, 3, tzinfo=UTC))
_LAST = to_micros(datetime(9999, 12, 29, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Clock:
    """How a rule counts time.

    Attributes:
        zone: the IANA zone of calendar days, months and working days.
        calendar: opening hours and working days; None: time elapses, Monday to Friday are working days.
        day: what d, w, mo and y end with: the same local time, or the end of the last day.
        hours: whether the hour of the event counts (Regulation 1182/71 leaves it out).
        roll: what happens when the last day is not a working day.
        cutoff: local time, `17:30`, until which the last full day lasts; None: until midnight.
        roll_hours: whether `roll` also moves limits of hours.
    """

    zone: str = "UTC"
    calendar: Calendar | Schedule | None = None
    day: DayRule = "rolling"
    hours: HourRule = "elapsed"
    roll: Roll = "none"
    cutoff: str | None = None
    roll_hours: bool = False

    @property
    def working(self) -> Calendar:
        """The calendar that says which days are working days."""
        if isinstance(self.calendar, Schedule):
            return self.calendar.first
        return self.calendar if self.calendar is not None else MONDAY_TO_FRIDAY

    @property
    def opening(self) -> Calendar | Schedule | None:
        """The calendar whose opening time h, m and s count; None when they elapse."""
        return self.calendar if self.calendar is not None and self.calendar.has_hours else None


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when something is in time.

    Attributes:
        at: microseconds UTC.
        bound: whether `at` itself is still in time.
        steps: the reckoning, a line a step; only when asked for.
    """

    at: int
    bound: Bound = "inclusive"
    steps: tuple[str, ...] = ()

    @property
    def last(self) -> int:
        """The last instant that is in time."""
        return self.at if self.bound == "inclusive" else self.at - 1


def in_range(moment: int) -> int:
    """`moment`, if a calendar can name it.

    Raises:
        CalendarUnknown: it lies before the year 1 or after the year 9999.
    """
    if not _FIRST <= moment <= _LAST:
        raise CalendarUnknown(
            1 if moment < _FIRST else 9999,
            "",
            "the reckoning leaves the years 1 to 9999, which are all that a calendar holds",
        )
    return moment
