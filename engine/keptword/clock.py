"""The clock: deadlines, lead times and running time, with the reckoning on request.

Instants are microseconds UTC. Limits mix in one order: years and months (clamped to the month's last day, from the
origin), weeks and days, working days, and last hours, minutes and seconds.
"""

from __future__ import annotations

from collections.abc import Sequence

from keptword.clock_terms import (
    DAY_RULES,
    HOUR_RULES,
    NEVER,
    READINGS,
    ROLLS,
    Bound,
    Clock,
    DayRule,
    Deadline,
    HourRule,
    Reading,
    Roll,
    in_range,
)
from keptword.instants import HOUR, local_date, to_datetime
from keptword.leads import all_leads, before, lead
from keptword.limits import Limit
from keptword.opening import Calendar, CalendarUnknown
from keptword.opening_table import Span
from keptword.pauses import moved_by, tidy, without
from keptword.reckoning import at_time, end_of, forward, next_working_day, same_time

__all__ = [
    "DAY_RULES", "HOUR_RULES", "NEVER", "READINGS", "ROLLS", "Bound", "Calendar", "CalendarUnknown", "Clock", "DayRule",
    "Deadline", "HourRule", "Reading", "Roll", "all_leads", "before", "deadline", "elapsed", "in_range", "lead", "running",
]  # fmt: skip


def deadline(
    start: int, limit: Limit, clock: Clock, pauses: Sequence[Span] = (), explain: bool = False
) -> Deadline:
    """The deadline of something that has `limit` from `start` on.

    Args:
        start: the instant of the event.
        limit: how long; a limit of no time gives `start`.
        clock: how to count.
        pauses: [from, to) spans in which the clock stands still; `to` may be NEVER.
        explain: whether to tell the steps of the reckoning.

    Returns:
        The deadline; `at` is NEVER when a pause that does not end stops the clock before it.

    Raises:
        CalendarUnknown: the reckoning touches a year that the calendar does not state.
    """
    if not (
        pauses
        or explain
        or clock.calendar
        or clock.hours != "elapsed"
        or clock.roll_hours
        or limit.has_calendar_units
    ):
        at = start + limit.clock
        return Deadline(at if -(2**55) < at < 2**57 else in_range(at))
    found = _reckon(in_range(start), limit, clock, tidy(pauses, start) if pauses else ())
    if not explain:
        return found
    from keptword.clock_steps import deadline_steps

    return Deadline(found.at, found.bound, deadline_steps(start, limit, clock, tuple(pauses), found))


def running(start: int, end: int, clock: Clock, pauses: Sequence[Span] = ()) -> tuple[Span, ...]:
    """The spans in [start, end) during which the clock runs: open (if the calendar has hours) and not paused."""
    if end <= start:
        return ()
    spans = clock.opening.spans_between(in_range(start), in_range(end)) if clock.opening else ((start, end),)
    return without(spans, tidy(pauses, start)) if pauses else spans


def elapsed(start: int, end: int, clock: Clock, pauses: Sequence[Span] = ()) -> int:
    """How long the clock runs in [start, end), in microseconds (0 when `end` is not after `start`)."""
    if end <= start:
        return 0
    total = _time(start, end, clock)
    for stop, resume in tidy(pauses, start):
        if stop < end:
            total -= _time(stop, min(resume, end), clock)
    return total


def calendar_part(start: int, limit: Limit, clock: Clock) -> Deadline:
    """Where the years, months, weeks, days and working days of a limit end, before pauses and rolling."""
    day = forward(local_date(start, clock.zone), limit, clock.working)
    if not limit.working_days and clock.day == "rolling":
        return Deadline(same_time(start, day, clock.zone))
    if clock.cutoff is not None:
        return Deadline(at_time(day, clock.cutoff, clock.zone))
    return Deadline(end_of(day, clock.zone), "exclusive")


def rolled(start: int, found: Deadline, clock: Clock) -> Deadline:
    """A deadline moved off a day that is no working day, as the clock says; never before `start`."""
    day = local_date(found.last, clock.zone)
    if clock.roll == "none" or clock.working.is_working_day(day):
        return found
    if clock.roll == "previous-working-day":
        moved = end_of(next_working_day(day, clock.working, -1), clock.zone)
        return Deadline(moved, "exclusive") if moved > start else Deadline(start)
    day = next_working_day(day, clock.working)
    if clock.roll == "next-working-day-noon":
        return Deadline(at_time(day, "12:00", clock.zone))
    return Deadline(end_of(day, clock.zone), "exclusive")


def clock_start(start: int, clock: Clock) -> int:
    """Where a limit of hours begins: `start`, or the next full local hour under Regulation 1182/71 art. 3(1)."""
    if clock.hours == "elapsed":
        return start
    offset = to_datetime(start, clock.zone).utcoffset()
    shift = int(offset.total_seconds()) * 1_000_000 if offset is not None else 0
    return ((start + shift) // HOUR + 1) * HOUR - shift


def _reckon(start: int, limit: Limit, clock: Clock, pauses: tuple[Span, ...]) -> Deadline:
    found = unrolled(start, limit, clock, pauses)
    if (
        found.at < NEVER
        and clock.roll != "none"
        and (limit.has_calendar_units or (clock.roll_hours and limit.clock))
    ):
        return rolled(start, found, clock)
    return found


def unrolled(start: int, limit: Limit, clock: Clock, pauses: tuple[Span, ...]) -> Deadline:
    """The deadline before it is moved off days that are no working days (pauses tidy)."""
    found = Deadline(start)
    if limit.has_calendar_units:
        found = calendar_part(start, limit, clock)
        found = Deadline(moved_by(found.at, pauses, NEVER), found.bound)
    elif limit.clock and clock.hours == "eu-1182-71":
        found = Deadline(clock_start(start, clock), "exclusive")
    if limit.clock and found.at < NEVER:
        found = Deadline(add_time(found.at, limit.clock, clock, tidy(pauses, found.at)), found.bound)
    return Deadline(NEVER) if found.at >= NEVER else Deadline(in_range(found.at), found.bound)


def add_time(start: int, amount: int, clock: Clock, pauses: tuple[Span, ...]) -> int:
    """The instant at which the running time since `start` reaches `amount` (pauses tidy)."""
    at, left = start, amount
    for stop, resume in pauses:
        due = _plain_add(at, left, clock)
        if due <= stop:
            return due
        if resume >= NEVER:
            return NEVER
        left -= _time(at, stop, clock)
        at = resume
    return _plain_add(at, left, clock)


def _plain_add(at: int, amount: int, clock: Clock) -> int:
    return clock.opening.add(at, amount) if clock.opening else at + amount


def _time(start: int, end: int, clock: Clock) -> int:
    return clock.opening.open_time(in_range(start), in_range(end)) if clock.opening else end - start
