"""The reckoning of a deadline in words, a line a step, each at most 80 columns wide in ordinary cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from keptword.clock import add_time, calendar_part, clock_start, running, unrolled
from keptword.clock_terms import NEVER, Clock, Deadline, Reading
from keptword.instants import SECOND, format_span, local_date, to_datetime, zone
from keptword.limits import Limit
from keptword.opening import Calendar
from keptword.opening_table import Span
from keptword.pauses import moved_by, tidy
from keptword.reckoning import add_days, add_months, backward, forward
from keptword.schedules import Schedule

_ONE = timedelta(days=1)
_MOST_LINES = 30  # of one list of days or spans; the middle is counted, not listed
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MEANING: dict[Reading, str] = {
    "elapsed": "days of 24 hours; months and years by the calendar",
    "full-days-between": "full days between the day of the notice and that day",
    "date-subtraction": "any time on the date so much earlier",
    "backward-same-date": "the same local time so much earlier",
    "same-date-forward": "the date of the notice plus the limit is that date or before it",
    "full-period-forward": "the period begins the day after the notice and is over by then",
}


def deadline_steps(
    start: int, limit: Limit, clock: Clock, pauses: Sequence[Span], found: Deadline
) -> tuple[str, ...]:
    """How `deadline` came to `found`."""
    out = [f"from {say(start, clock.zone)}: {limit}{_clock_name(clock)}"]
    stops = tidy(pauses, start)
    at = start
    if limit.is_zero:
        out.append("no time at all: due at once")
    elif limit.has_calendar_units:
        part = calendar_part(start, limit, clock)
        out += _calendar_steps(start, limit, clock, part)
        at = moved_by(part.at, stops, NEVER)
        out += _moved_steps(part.at, at, stops, clock)
    elif clock.hours == "eu-1182-71":
        at = clock_start(start, clock)
        out.append(f"the hour of the event is not counted: from {say(at, clock.zone)}")
    if limit.clock and at < NEVER:
        out += _time_steps(at, limit.clock, clock, tidy(stops, at))
    if found.at >= NEVER:
        return (*out, "the clock stands still and is never started again: no deadline comes")
    return (*out, *_roll_steps(start, limit, clock, stops, found), due_line(found, clock.zone))


def lead_steps(moment: int, limit: Limit, clock: Clock, reading: Reading, found: Deadline) -> tuple[str, ...]:
    """How `lead` came to `found`."""
    out = [f"before {say(moment, clock.zone)}: {limit} ahead{_clock_name(clock)}"]
    if limit.has_calendar_units:
        out.append(f"reading {reading}: {_MEANING[reading]}")
    at = moment
    if limit.clock:
        at = moment - limit.clock if clock.opening is None else clock.opening.subtract(moment, limit.clock)
        if clock.opening:
            out += _span_lines(running(at, moment, clock), clock, (), at)
        out.append(
            f"- {hours(limit.clock)}{' of opening time' if clock.opening else ''}: {say(at, clock.zone)}"
        )
    if limit.has_calendar_units:
        day = local_date(at, clock.zone)
        last = local_date(found.last, clock.zone)
        if limit.working_days:
            first = last + _ONE if reading in ("full-days-between", "full-period-forward") else last
            out += _back_lines(day - _ONE, first, clock.working)
        if found.bound == "inclusive":
            target = backward(day, limit, clock.working)
            if reading == "backward-same-date":
                out += _clamp_note(day, target, limit)
                out += _wall_note(at, found.at, clock.zone)
        else:
            out.append(f"the latest date for the notice: {name(last)}")
            if reading in ("same-date-forward", "full-period-forward"):
                out.append(f"{last} + {limit} is {forward(last, limit, clock.working)}")
            if reading == "full-days-between" and not limit.working_days and last + _ONE < day:
                out.append(f"in between: {last + _ONE} to {day - _ONE}, {(day - last).days - 1} full days")
    return (*out, due_line(found, clock.zone))


def say(moment: int, zone_name: str) -> str:
    """An instant as the reckoning shows it: `Mon 2026-03-02 09:00 (+03:00)`."""
    local = to_datetime(moment, zone_name)
    text = local.isoformat(sep=" ")
    offset = text[-6:]
    wall = text[:-6] if local.second or local.microsecond else text[:16]
    return f"{_WEEKDAYS[local.weekday()]} {wall} ({offset})"


def name(day: date) -> str:
    """A date with its weekday: `Mon 2026-03-02`."""
    return f"{_WEEKDAYS[day.weekday()]} {day}"


def hours(micros: int) -> str:
    """Clock time without days, which would be read as days of opening: `36h30m`."""
    return format_span(micros) if micros % SECOND else str(Limit(clock=micros))


def due_line(found: Deadline, zone_name: str) -> str:
    """The last line of a reckoning."""
    if found.at >= NEVER:
        return "due: never"
    if found.bound == "inclusive":
        return f"due: {say(found.at, zone_name)}, this instant included"
    return f"due: before {say(found.at, zone_name)}"


def span_lines(spans: Sequence[Span], clock: Clock) -> list[str]:
    """Running spans, a line each: the date, from, to, how long, and how long in all."""
    return _span_lines(spans, clock, (), spans[0][0]) if spans else []


def _clock_name(clock: Clock) -> str:
    place = f" in {clock.zone}" if clock.zone != "UTC" and not clock.zone.startswith("Etc/") else ""
    return place + (f", calendar {clock.calendar.name}" if clock.calendar else "")


def _calendar_steps(start: int, limit: Limit, clock: Clock, part: Deadline) -> list[str]:
    out: list[str] = []
    day = local_date(start, clock.zone)
    full = bool(limit.working_days) or clock.day == "full"
    if full:
        out.append(f"the day of the event, {name(day)}, is not counted")
    if limit.years or limit.months:
        later = add_months(day, 12 * limit.years + limit.months)
        out.append(f"+ {Limit(years=limit.years, months=limit.months)}: {name(later)}")
        out += _clamp_note(day, later, limit)
        day = later
    if limit.weeks or limit.days:
        day = add_days(day, 7 * limit.weeks + limit.days)
        out.append(f"+ {Limit(weeks=limit.weeks, days=limit.days)}: {name(day)}")
    if limit.working_days:
        last = local_date(part.last, clock.zone)
        out += _day_lines(day + _ONE, last, clock.working)
        out.append(f"+ {limit.working_days}wd: {name(last)}")
        day = last
    if not full:
        out += _wall_note(start, part.at, clock.zone)
    elif clock.cutoff:
        out.append(f"until {clock.cutoff} on that day")
    else:
        out.append(f"until the end of {name(day)}")
    return out


def _clamp_note(day: date, later: date, limit: Limit) -> list[str]:
    if (
        (limit.years or limit.months)
        and not (limit.weeks or limit.days or limit.working_days)
        and later.day != day.day
    ):
        return [f"{later:%Y-%m} has no day {day.day}: its last day, {later.day}"]
    return []


def _wall_note(start: int, at: int, zone_name: str) -> list[str]:
    """What became of the local time on a day on which the clocks change."""
    wanted, got = to_datetime(start, zone_name), to_datetime(at, zone_name)
    out = [f"the same local time: {say(at, zone_name)}"]
    if wanted.time() != got.time():
        out = [f"{wanted:%H:%M} is skipped by the clocks that day: {say(at, zone_name)}"]
    else:
        first = got.replace(tzinfo=zone(zone_name), fold=0).utcoffset()
        if first != got.replace(tzinfo=zone(zone_name), fold=1).utcoffset():
            out.append("that local time comes twice that day: the first one counts")
    return out


def _moved_steps(before: int, after: int, stops: Sequence[Span], clock: Clock) -> list[str]:
    if before == after:
        return []
    out = [_pause_line(stop, resume, clock) for stop, resume in stops if stop < min(after, NEVER)]
    if after < NEVER:
        out.append(f"moved later by the pauses, {format_span(after - before)}: {say(after, clock.zone)}")
    return out


def _pause_line(stop: int, resume: int, clock: Clock) -> str:
    if resume >= NEVER:
        return f"paused from {say(stop, clock.zone)} on"
    return f"paused {say(stop, clock.zone)} to {say(resume, clock.zone)}"


def _time_steps(at: int, amount: int, clock: Clock, stops: Sequence[Span]) -> list[str]:
    due = add_time(at, amount, clock, tuple(stops))
    paused = [(a, b) for a, b in stops if a < due]
    kind = "of opening time" if clock.opening else "of running time" if paused else "elapsed"
    if due >= NEVER:
        return [_pause_line(a, b, clock) for a, b in paused]
    out: list[str] = []
    if clock.opening or paused:
        out += _span_lines(running(at, due, clock, stops), clock, paused, at)
    out.append(f"+ {hours(amount)} {kind}: {say(due, clock.zone)}")
    offsets = {to_datetime(x, clock.zone).utcoffset() for x in (at, due)}
    if not clock.opening and len(offsets) > 1:
        out.append("the clocks change in between, which changes no hours that elapse")
    return out


def _span_lines(spans: Sequence[Span], clock: Clock, paused: Sequence[Span], since: int) -> list[str]:
    """A line a span, with the days that are closed and the pauses between them."""
    place = clock.opening.zone if clock.opening else clock.zone
    lines: list[str] = []
    total = 0
    before = local_date(since, place) - _ONE
    stops = list(paused)
    for begin, end in spans:
        while stops and stops[0][0] <= begin:
            lines.append(_pause_line(*stops.pop(0), clock))
        day = local_date(begin, place)
        if clock.opening:
            lines += _closed_lines(before + _ONE, day, clock.opening)
        total += end - begin
        first, last = to_datetime(begin, place), to_datetime(end, place)
        ends = _wall(last)
        if last.date() != day:
            ends = "24:00" if last.date() == day + _ONE and ends == "00:00" else f"{name(last.date())} {ends}"
        lines.append(f"  {name(day)} {_wall(first)}-{ends}  {hours(end - begin)}, in all {hours(total)}")
        before = max(day, local_date(end - 1, place))
    lines += [_pause_line(a, b, clock) for a, b in stops]
    return _shortened(lines, "lines")


def _closed_lines(first: date, until: date, calendar: Calendar | Schedule) -> list[str]:
    lines: list[str] = []
    day = first
    while day < until and len(lines) < 3 * _MOST_LINES:
        if not calendar.is_working_day(day):
            lines.append(f"  {name(day)} closed: {calendar.why_closed(day)}")
        day += _ONE
    return lines


def _day_lines(first: date, last: date, working: Calendar) -> list[str]:
    """Working days and the days between them, from `first` to `last`."""
    lines = []
    count = 0
    day = first
    while day <= last:
        why = working.why_closed(day)
        count += not why
        lines.append(f"  {name(day)} not counted: {why}" if why else f"  {name(day)} working day {count}")
        day += _ONE
    return _shortened(lines, "days")


def _back_lines(last: date, first: date, working: Calendar) -> list[str]:
    """The same backwards, from `last` to `first`."""
    lines = []
    count = 0
    day = last
    while day >= first:
        why = working.why_closed(day)
        count += not why
        lines.append(
            f"  {name(day)} not counted: {why}" if why else f"  {name(day)} working day {count} before"
        )
        day -= _ONE
    return _shortened(lines, "days")


def _shortened(lines: list[str], what: str) -> list[str]:
    if len(lines) <= _MOST_LINES:
        return lines
    head, tail = lines[: _MOST_LINES - 10], lines[-9:]
    return [*head, f"  … {len(lines) - len(head) - len(tail)} {what} more …", *tail]


def _roll_steps(start: int, limit: Limit, clock: Clock, stops: Sequence[Span], found: Deadline) -> list[str]:
    plain = unrolled(start, limit, clock, tuple(stops))
    if plain.at == found.at and plain.bound == found.bound:
        return []
    day = local_date(plain.last, clock.zone)
    out = [f"{name(day)} is not a working day ({clock.working.why_closed(day)}):"]
    if found.at == start:
        return [*out, "  the working day before lies before the event: due at once"]
    if found.bound == "inclusive":
        return [*out, f"  moved to 12:00 on {name(local_date(found.at, clock.zone))}"]
    side = "before" if clock.roll == "previous-working-day" else "after"
    return [
        *out,
        f"  moved to the end of the working day {side} it, {name(local_date(found.last, clock.zone))}",
    ]


def _wall(moment: datetime) -> str:
    return moment.strftime("%H:%M:%S").removesuffix(":00")
