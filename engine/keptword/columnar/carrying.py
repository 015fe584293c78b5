"""Responses that carry time already used over to the next stretch: each deadline rests on the answers before it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import partial

from keptword.clock import CalendarUnknown, Clock, Deadline, before, running
from keptword.columnar.columns import (
    FLAG,
    KEPT,
    LATE,
    LEFT_OUT,
    MISSED,
    OPEN,
    PLACE,
    UNKNOWN,
    VOID,
    Ints,
    filled,
)
from keptword.columnar.deadlines import Reckoner
from keptword.columnar.layout import Lane
from keptword.columnar.owed import Owed
from keptword.events import Event
from keptword.plan import Reckoned, ResponsePlan, Undecidable, changing_due, clock_of, due
from keptword.schedules import Schedule

Spans = list[tuple[int, int]]
_Group = tuple[list[int], list[int]]


def ran(
    owed: Owed, clock: Clock, i: int, begins: int, pauses: Sequence[tuple[int, int]]
) -> tuple[tuple[int, int], ...]:
    """The spans over which the clock of an obligation ran; none where nothing paused it."""
    if not pauses and not isinstance(clock.calendar, Schedule):
        return ()
    times = owed.layout.times
    verdict = owed.was.get(i, int(owed.verdict[i]))
    place = int(owed.other[i]) if verdict == VOID else int(owed.done[i])
    until = int(times[place]) if place >= 0 else owed.as_of
    try:
        return running(begins, max(until, begins), clock, pauses)
    except CalendarUnknown:
        return ()


def carried(
    clock: Reckoner, body: ResponsePlan, asked: Lane, skip: Ints, answers: Lane, cancels: Lane, as_of: int
) -> Owed:
    """After A, expect B within L, of which the A before it have used up a part, or whose calendar may change.

    The clock of a key begins with its first A and stands still whenever nothing waits, so one A is judged after another.
    """
    big, layout, plan = clock.layout.big, clock.layout, clock.plan
    n = len(asked.places)
    limits: list[Reckoned | None] = [None] * n
    for at, limit in clock.table.choices(body.within, layout.rows_at(asked.places), plan.zone):
        for i in at:
            limits[int(i)] = limit
    found, out = _grouped(answers), _grouped(cancels)
    changes = _grouped(layout.all(plan.clocks.changed)) if plan.clocks is not None else {}
    ends, exclusive = filled(n, 0, big), filled(n, 0, big, FLAG)
    done, other = filled(n, -1, big, PLACE), filled(n, -1, big, PLACE)
    verdict = skip.copy()
    owed = Owed(plan, layout, as_of, asked.places, verdict, ends, exclusive, done, other)
    pauses: dict[int, tuple[Clock, int, Spans]] = {}
    used: Spans = []
    key = -1
    for i in range(n):
        if int(asked.keys[i]) != key:
            key, used = int(asked.keys[i]), []
        limit = limits[i]
        if verdict[i] != 0 or limit is None:
            verdict[i] = LEFT_OUT
            continue
        time, place = int(asked.times[i]), int(asked.places[i])
        begins, still = time, clock.pauses(key)
        if used:
            begins, still = used[0][0], [*still, *_gaps(used, time)]
        opening, own = plan.clock, list[Event]()
        if plan.clocks is not None:
            own = [layout.at(p) for p in changes.get(key, _NOTHING)[1]]
            chosen = clock_of(plan, layout.at(place), own)
            if chosen is None:
                verdict[i] = LEFT_OUT
                continue
            opening = chosen
        try:
            opens = before(time, body.lookback, opening) if body.lookback is not None else time
            did = _nth(found.get(key, _NOTHING), opens, place, body.times)
            reckon = partial(_reckon, clock, limit, begins, place, key, still)
            end, ended = changing_due(
                plan, opening, reckon, layout.at(place), own, did[0] if did is not None else None
            )
            if body.carry and end.at < time:
                end = Deadline(time)
        except (Undecidable, CalendarUnknown) as why:
            verdict[i], owed.why[i] = UNKNOWN, str(why)
            continue
        ends[i], exclusive[i] = end.at, int(end.bound == "exclusive")
        pauses[i] = (ended, begins, still)
        stop = _nth(out.get(key, _NOTHING), time, place, 1)
        until = as_of
        if stop is not None and stop[0] <= end.last and (did is None or stop[0] < did[0]):
            verdict[i], other[i], until = VOID, stop[1], stop[0]
        elif did is not None:
            verdict[i], done[i], until = (KEPT if did[0] <= end.last else LATE), did[1], did[0]
        else:
            verdict[i] = MISSED if end.last < as_of else OPEN
        if body.carry:
            used = _joined([*used, (time, max(until, time))])

    def measure(i: int) -> tuple[tuple[int, int], ...]:
        ended, begins, still = pauses[i]
        return ran(owed, ended, i, begins, still)

    owed.measure = measure
    return owed


def _reckon(
    clock: Reckoner, limit: Reckoned, begins: int, place: int, key: int, still: Spans, by: Clock
) -> Deadline:
    return due(limit, begins, clock.layout.at(place), by, still, clock.latest(key, place))


_NOTHING: _Group = ([], [])


def _grouped(lane: Lane) -> dict[int, _Group]:
    out: dict[int, _Group] = {}
    for key, time, place in zip(*lane, strict=True):
        times, places = out.setdefault(int(key), ([], []))
        times.append(int(time))
        places.append(int(place))
    return out


def _nth(group: _Group, since: int, own: int, n: int) -> tuple[int, int] | None:
    """Time and place of the n-th event at or after an instant that is not the opening one."""
    times, places = group
    for j in range(bisect_left(times, since), len(times)):
        if places[j] != own:
            n -= 1
            if n == 0:
                return times[j], places[j]
    return None


def _joined(spans: Spans) -> Spans:
    """Overlapping and touching spans made one, in order."""
    out: Spans = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _gaps(used: Spans, until: int) -> Spans:
    """What lies between spans, up to an instant."""
    begins = [start for start, _ in used[1:]] + [until]
    return [(end, start) for (_, end), start in zip(used, begins, strict=True) if end < start]
