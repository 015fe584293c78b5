"""While S, expect B at least every L."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import ceil

from keptword.clock import CalendarUnknown, Deadline, deadline
from keptword.events import Event
from keptword.limits import Limit
from keptword.obligation import Obligation
from keptword.plan import CadencePlan, Match, Reckoned, Undecidable, begun_steps, choose, due, stepped
from keptword.reference.case import Case


def cadence(case: Case, body: CadencePlan) -> list[Obligation]:
    """While S, expect B at least every L."""
    out = []
    answers = case.all(body.expect)
    for start, stop in case.stretches(case.openers(body.start), body.end):
        every = choose(body.every, start, case.plan.zone)
        first = choose(body.first, start, case.plan.zone) if body.first is not None else every
        if every is None or first is None or not case.plan.in_force(start.time):
            continue
        ends = stop.time if stop is not None else None
        inside = [
            b for b in answers if start.time <= b.time and (ends is None or b.time <= ends) and b is not start
        ]
        if body.grid:
            out += grid(case, body, start, stop, inside)
            continue
        for n, point in enumerate([start, *inside]):
            done = inside[n] if n < len(inside) else None
            try:
                steps = begun_steps(
                    case.plan, body, start, case.pauses, partial(inside_of, case, start, stop)
                )
                end = stepped(
                    first if n == 0 else every,
                    steps,
                    point.time,
                    done.time if done is not None else None,
                    partial(due_from, case, start),
                )
                if n > 0 and body.stated is not None:
                    end = stated_due(case, body, point, end)
            except (Undecidable, CalendarUnknown) as why:
                out.append(case.unknown(point, str(why), done))
                continue
            out.append(silence(case, point, end, done, stop))
    return out


def due_from(case: Case, start: Event, limit: Reckoned, since: int) -> Deadline:
    """The deadline of a limit that the start of a stretch chose, counted from an instant."""
    return due(limit, since, start, case.plan.clock, case.pauses, case.latest(start))


def inside_of(case: Case, start: Event, stop: Event | None, match: Match) -> list[int]:
    """The instants of the events that match in a stretch, its start left out."""
    return [
        e.time
        for e in case.all(match)
        if e is not start and start.time <= e.time and (stop is None or e.time <= stop.time)
    ]


def silence(case: Case, point: Event, end: Deadline, done: Event | None, stop: Event | None) -> Obligation:
    """One silence of a cadence: from a point to the next B, to the end of S, or to now."""
    if done is None and stop is not None and stop.time <= end.last:
        return case.owed(
            point, point.time, end, "void", events=(point.id, stop.id), why=f"{stop.event} came first"
        )
    o = case.answered(point, point.time, end, done, stop)
    if not o.is_violation:
        return o
    until = done.time if done is not None else stop.time if stop is not None else case.as_of
    length = end.at - point.time
    return replace(o, silent_periods=ceil((until - point.time) / length) - 1 if length > 0 else 0)


def stated_due(case: Case, body: CadencePlan, point: Event, end: Deadline) -> Deadline:
    """The deadline that the last B itself named: not in the past, and no further away than allowed."""
    stated = case.stated(point, body.stated or "", "next-update")
    if stated is None or stated <= point.time:
        return end
    return Deadline(min(stated, deadline(point.time, body.at_most, case.plan.clock).at), "inclusive")


def grid(
    case: Case, body: CadencePlan, start: Event, stop: Event | None, inside: list[Event]
) -> list[Obligation]:
    """One B in each window (start + (n-1)L, start + nL]; with `first`, the grid begins at the end of the first window."""
    out: list[Obligation] = []
    ends = stop.time if stop is not None else case.as_of
    every = choose(body.every, start, case.plan.zone)
    first = choose(body.first, start, case.plan.zone) if body.first is not None else None
    opened, origin, n = start.time, start.time, 0
    while n == 0 or opened < ends:
        n += 1
        try:
            if first is not None and n == 1:
                end = due(first, start.time, start, case.plan.clock, case.pauses, case.latest(start))
                origin = end.at
            else:
                if not isinstance(every, Limit):
                    raise AssertionError("plans refuse a grid whose limit is not one length of time")
                end = deadline(
                    origin, every.times(n if first is None else n - 1), case.plan.clock, case.pauses
                )
        except (Undecidable, CalendarUnknown) as why:
            return [*out, replace(case.unknown(start, str(why)), part=str(n))]
        done = next((b for b in inside if opened < b.time <= end.last), None)
        later = next((b for b in inside if b.time > end.last), None)
        if done is None and stop is not None and stop.time <= end.last:
            o = case.owed(
                start, opened, end, "void", events=(start.id, stop.id), why=f"{stop.event} came first"
            )
        elif done is not None or later is None:
            o = case.answered(start, opened, end, done, stop)
        else:
            # The next B belongs to a later window: this one stays missed, and the silence ends there.
            o = case.owed(
                start,
                opened,
                end,
                "missed",
                at=end.at,
                late_by=later.time - end.at,
                events=(start.id, later.id),
            )
        out.append(replace(o, part=str(n)))
        if end.at <= opened:
            break  # a limit of no time, or a clock that stands still for ever
        opened = end.last
    return out
