"""Lead times: the latest instant at which a notice ahead of something is in time, in six readings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from keptword.clock_terms import READINGS, Clock, Deadline, Reading, in_range
from keptword.instants import DAY, local_date
from keptword.limits import Limit
from keptword.reckoning import add_working_days, backward, end_of, forward, same_time

_ONE = timedelta(days=1)


def before(moment: int, limit: Limit, clock: Clock) -> int:
    """The instant that lies `limit` before `moment`: the same local time so many days or months earlier (clamped).

    The opposite of `deadline`: hours first, then working days, days and months.

    Raises:
        CalendarUnknown: the reckoning touches a year that the calendar does not state.
    """
    at = _clock_back(in_range(moment), limit, clock)
    if not limit.has_calendar_units:
        return at
    return same_time(at, backward(local_date(at, clock.zone), limit, clock.working), clock.zone)


def lead(moment: int, limit: Limit, clock: Clock, reading: Reading, explain: bool = False) -> Deadline:
    """The latest instant at which a notice `limit` ahead of `moment` is in time.

    Args:
        moment: when the thing happens.
        limit: how long before.
        clock: how to count; its zone tells the dates, its calendar the working days.
        reading: what "n days before" means; all readings agree for limits of hours, minutes and seconds.
        explain: whether to tell the steps.

    Raises:
        CalendarUnknown: the reckoning touches a year that the calendar does not state.
    """
    found = _read(moment, limit, clock, reading)
    if not explain:
        return found
    from keptword.clock_steps import lead_steps

    return Deadline(found.at, found.bound, lead_steps(moment, limit, clock, reading, found))


def all_leads(moment: int, limit: Limit, clock: Clock) -> dict[Reading, Deadline]:
    """Every reading of one lead time; they differ by up to four days around the ends of months."""
    return {reading: lead(moment, limit, clock, reading) for reading in READINGS}


def _read(moment: int, limit: Limit, clock: Clock, reading: Reading) -> Deadline:
    if not limit.has_calendar_units or reading == "backward-same-date":
        return Deadline(before(moment, limit, clock))
    at = _clock_back(in_range(moment), limit, clock)
    day = local_date(at, clock.zone)
    match reading:
        case "elapsed":
            # Working days, months and years have no length of their own: same local time. Days and weeks: 24 hours.
            rest = Limit(years=limit.years, months=limit.months, working_days=limit.working_days)
            at -= (7 * limit.weeks + limit.days) * DAY
            return Deadline(in_range(before(in_range(at), rest, clock)))
        case "date-subtraction":
            return _any_time_on(backward(day, limit, clock.working), clock)
        case "same-date-forward":
            return _latest(day, limit, clock, lambda d: forward(d, limit, clock.working) <= day)
        case "full-days-between":
            return _latest(day, limit, clock, lambda d: _full_after(d + _ONE, limit, clock) <= day)
        case "full-period-forward":
            return _latest(
                day, limit, clock, lambda d: end_of(forward(d, limit, clock.working), clock.zone) <= at
            )


def _latest(day: date, limit: Limit, clock: Clock, in_time: Callable[[date], bool]) -> Deadline:
    """The end of the latest date that is in time; the test holds up to some date and for none after it."""
    found = backward(day, limit, clock.working)
    while in_time(found + _ONE):
        found += _ONE
    while not in_time(found):
        found -= _ONE
    return _any_time_on(found, clock)


def _full_after(first: date, limit: Limit, clock: Clock) -> date:
    """The first date after a full period that begins with the date `first`."""
    plain = forward(first, Limit(limit.years, limit.months, limit.weeks, limit.days), clock.working)
    if not limit.working_days:
        return plain
    return add_working_days(plain - _ONE, limit.working_days, clock.working) + _ONE


def _any_time_on(day: date, clock: Clock) -> Deadline:
    return Deadline(end_of(day, clock.zone), "exclusive")


def _clock_back(moment: int, limit: Limit, clock: Clock) -> int:
    if not limit.clock:
        return moment
    return clock.opening.subtract(moment, limit.clock) if clock.opening else in_range(moment - limit.clock)
