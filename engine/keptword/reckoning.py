"""Dates: years, months, weeks, days and working days, added and taken away."""

from __future__ import annotations

import calendar as gregorian
from datetime import date, timedelta

from keptword.instants import DAY, to_datetime, zone
from keptword.limits import Limit
from keptword.opening import Calendar, CalendarUnknown
from keptword.opening_table import wall_instant

_ONE = timedelta(days=1)
_MOST_DAYS = 3_660_000  # ten thousand years


def add_months(day: date, months: int) -> date:
    """The same date so many months later (earlier when negative), clamped to the month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 < year < 9999:
        raise _beyond(year)
    return date(year, month + 1, min(day.day, gregorian.monthrange(year, month + 1)[1]))


def add_days(day: date, days: int) -> date:
    """The date so many days later (earlier when negative)."""
    ordinal = day.toordinal() + days
    if not 400 < ordinal < _MOST_DAYS - 10_000:
        raise _beyond(1 if ordinal < 400 else 9999)
    return date.fromordinal(ordinal)


def add_working_days(day: date, count: int, working: Calendar) -> date:
    """The count-th working day after a date (before it when negative); the date itself is never counted.

    Raises:
        CalendarUnknown: the calendar does not state a year on the way.
    """
    if abs(count) > _MOST_DAYS:
        raise _beyond(9999)
    step = 1 if count > 0 else -1
    for _ in range(abs(count)):
        day = next_working_day(add_days(day, step), working, step)
    return day


def next_working_day(day: date, working: Calendar, step: int = 1) -> date:
    """The date itself if it is a working day, else the nearest later one (earlier when `step` is -1)."""
    looked = 0
    while not working.is_working_day(day):
        day = add_days(day, step)
        looked += 1
        if looked > 4_400:  # twelve years
            raise CalendarUnknown(
                day.year, working.name, f"the calendar '{working.name}' has no working days near {day}"
            )
    return day


def forward(day: date, limit: Limit, working: Calendar) -> date:
    """The date with the limit's calendar units added: months from the origin, then days, then working days."""
    day = add_days(add_months(day, 12 * limit.years + limit.months), 7 * limit.weeks + limit.days)
    return add_working_days(day, limit.working_days, working)


def backward(day: date, limit: Limit, working: Calendar) -> date:
    """The date with the limit's calendar units taken away, in the opposite order."""
    day = add_working_days(day, -limit.working_days, working)
    return add_months(add_days(day, -7 * limit.weeks - limit.days), -12 * limit.years - limit.months)


def same_time(moment: int, day: date, zone_name: str) -> int:
    """The instant on `day` at which clocks show what they show at `moment`.

    A time that the clocks skip on that day moves forward by the gap; of a repeated one it is the first.
    """
    wall = to_datetime(moment, zone_name)
    target = wall.replace(year=day.year, month=day.month, day=day.day, fold=0, tzinfo=zone(zone_name))
    if target.date() == to_datetime(moment, zone_name).date():
        return moment
    offset = target.utcoffset()
    assert offset is not None
    seconds = (target.hour * 60 + target.minute) * 60 + target.second
    return (
        (day.toordinal() - _EPOCH_DAY) * DAY
        + seconds * 1_000_000
        + target.microsecond
        - offset // timedelta(microseconds=1)
    )


_EPOCH_DAY = date(1970, 1, 1).toordinal()


def start_of(day: date, zone_name: str) -> int:
    """The first instant of a local day."""
    return wall_instant(day, 0, zone(zone_name))


def end_of(day: date, zone_name: str) -> int:
    """The first instant that no longer belongs to a local day."""
    return start_of(day + _ONE, zone_name)


def at_time(day: date, text: str, zone_name: str) -> int:
    """The instant of a local time such as `17:30` on a day (`24:00` is its end).

    Raises:
        ValueError: the text is not a time of day.
    """
    return wall_instant(day, time_of_day(text), zone(zone_name))


def time_of_day(text: str) -> int:
    """Seconds since midnight of `9:00`, `17:30`, `17:30:15`, `24:00`.

    Raises:
        ValueError: anything else.
    """
    parts = text.strip().split(":")
    if not 2 <= len(parts) <= 3 or not all(p.isascii() and p.isdigit() and len(p) <= 2 for p in parts):
        raise ValueError(f"'{text}' is not a time of day such as 17:30")
    h, m, s = (int(p) for p in [*parts, "0"][:3])
    if h > 24 or m > 59 or s > 59 or (h == 24 and (m or s)):
        raise ValueError(f"'{text}' is not a time of day such as 17:30")
    return h * 3600 + m * 60 + s


def _beyond(year: int) -> CalendarUnknown:
    return CalendarUnknown(
        year, "", "the reckoning leaves the years 1 to 9999, which are all that a calendar holds"
    )
