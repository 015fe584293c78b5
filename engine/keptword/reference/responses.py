"""After A, expect B within L."""

from __future__ import annotations

from functools import partial

from keptword.clock import CalendarUnknown, Clock, Deadline, before
from keptword.events import Event
from keptword.obligation import Obligation
from keptword.plan import Reckoned, ResponsePlan, Undecidable, changing_due, choose, clock_of, due
from keptword.reference.case import Case


def response(case: Case, body: ResponsePlan) -> list[Obligation]:
    """After A, expect B within L."""
    out = []
    asked = case.openers(body.after)
    answers, cancels = case.all(body.expect), case.all(body.cancel)
    changes = case.all(case.plan.clocks.changed) if case.plan.clocks is not None else []
    used: list[tuple[int, int]] = []  # stretches in which something waited, for `carry`
    for i, a in enumerate(asked):
        if body.each == "first" and i > 0:
            continue
        if body.each == "unanswered":
            # Waiting already: another A lies between the last B before this one (or the beginning) and it.
            last = max((b.time for b in answers if b.time < a.time and b is not a), default=None)
            if any(last is None or earlier.time > last for earlier in asked[:i]):
                continue
        limit = choose(body.within, a, case.plan.zone)
        clock = clock_of(case.plan, a, changes)
        if limit is None or clock is None or not case.plan.in_force(a.time):
            continue
        begins = a.time
        pauses = case.pauses
        if body.carry and used:
            # The clock began with the first A and stood still whenever nothing waited.
            begins = used[0][0]
            pauses = [*case.pauses, *gaps(used, a.time)]
        try:
            opens = before(a.time, body.lookback, clock) if body.lookback is not None else a.time
            found = [b for b in answers if b.time >= opens and b is not a]
            done = found[body.times - 1] if len(found) >= body.times else None
            reckon = partial(due_by, case, limit, begins, a, pauses)
            end, clock = changing_due(
                case.plan, clock, reckon, a, changes, done.time if done is not None else None
            )
            if body.carry and end.at < a.time:
                end = Deadline(a.time, "inclusive")  # used up before: it is due at once, never in the past
        except (Undecidable, CalendarUnknown) as why:
            out.append(case.unknown(a, str(why)))
            continue
        cancel = next((c for c in cancels if a.time <= c.time <= end.last and c is not a), None)
        stopped = cancel is not None and (done is None or cancel.time < done.time)
        if stopped and cancel is not None:
            o = case.owed(a, a.time, end, "void", events=(a.id, cancel.id), why=f"{cancel.event} came first")
        else:
            o = case.answered(a, a.time, end, done)
        until = (
            cancel.time if stopped and cancel is not None else done.time if done is not None else case.as_of
        )
        if body.carry:
            used = joined([*used, (a.time, max(until, a.time))])
        out.append(case.measured(o, begins, until, pauses, clock))
    return out


def due_by(
    case: Case, limit: Reckoned, begins: int, a: Event, pauses: list[tuple[int, int]], clock: Clock
) -> Deadline:
    """The deadline of A by a clock."""
    return due(limit, begins, a, clock, pauses, case.latest(a))


def joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping and touching spans made one, in order."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def gaps(used: list[tuple[int, int]], until: int) -> list[tuple[int, int]]:
    """What lies between spans, up to an instant."""
    ends = [end for _, end in used]
    starts = [start for start, _ in used[1:]] + [until]
    return [(end, start) for end, start in zip(ends, starts, strict=True) if end < start]
