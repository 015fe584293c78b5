"""After A, expect B within L."""

from __future__ import annotations

from keptword.clock import CalendarUnknown, Deadline, before
from keptword.obligation import Obligation
from keptword.plan import ResponsePlan, Undecidable, choose, due
from keptword.reference.case import Case


def response(case: Case, body: ResponsePlan) -> list[Obligation]:
    """After A, expect B within L."""
    out = []
    asked = case.openers(body.after)
    answers, cancels = case.all(body.expect), case.all(body.cancel)
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
        if limit is None or not case.plan.in_force(a.time):
            continue
        begins = a.time
        pauses = case.pauses
        if body.carry and used:
            # The clock began with the first A and stood still whenever nothing waited.
            begins = used[0][0]
            pauses = [*case.pauses, *gaps(used, a.time)]
        try:
            end = due(limit, begins, a, case.plan.clock, pauses, case.latest(a))
            if body.carry and end.at < a.time:
                end = Deadline(a.time, "inclusive")  # used up before: it is due at once, never in the past
            opens = before(a.time, body.lookback, case.plan.clock) if body.lookback is not None else a.time
        except (Undecidable, CalendarUnknown) as why:
            out.append(case.unknown(a, str(why)))
            continue
        found = [b for b in answers if b.time >= opens and b is not a]
        done = found[body.times - 1] if len(found) >= body.times else None
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
        out.append(case.measured(o, begins, until, pauses))
    return out


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
