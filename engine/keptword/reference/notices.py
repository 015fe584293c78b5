"""Before M, expect B at least L ahead."""

from __future__ import annotations

from dataclasses import replace

from keptword.clock import CalendarUnknown, before
from keptword.events import Event
from keptword.limits import Limit
from keptword.obligation import Obligation
from keptword.plan import NoticePlan, choose, lead_deadlines
from keptword.reference.case import Case, value_of


def notice(case: Case, body: NoticePlan) -> list[Obligation]:
    """Before M, expect B at least L ahead."""
    out = []
    answers = case.all(body.expect)
    changes = [(a, case.moment(a, body.moment)) for a in case.openers(body.before)]
    moved = replaced(case, body, changes)
    for a, moment in changes:
        limit = choose(body.ahead, a, case.plan.zone)
        if limit is None or not case.plan.in_force(a.time):
            continue
        if moment is None:
            out.append(case.unknown(a, f"no time in the field '{body.moment}'"))
            continue
        if not isinstance(limit, Limit):
            raise AssertionError("plans refuse a lead time that is not one length of time")
        try:
            strict, lenient = lead_deadlines(body, limit, moment, case.plan.clock)
            opens = before(moment, body.not_before, case.plan.clock) if body.not_before is not None else None
        except CalendarUnknown as why:
            out.append(case.unknown(a, str(why)))
            continue
        if a.id in moved:
            later = moved[a.id]
            out.append(
                case.owed(
                    a, a.time, lenient, "void", events=(a.id, later.id), why="the change itself was moved"
                )
            )
            continue
        # One notice serves one change: it has to come after the moment of the change before this one.
        earlier = [
            m
            for e, m in changes
            if m is not None and m < moment and e.time <= a.time and e is not a and e.id not in moved
        ]
        previous = max(earlier, default=None)
        useful = [b for b in answers if b is not a and (body.reuse or previous is None or b.time > previous)]
        good = next(
            (b for b in useful if b.time <= lenient.last and (opens is None or b.time >= opens)), None
        )
        too_early = next((b for b in useful if opens is not None and b.time < opens), None)
        after = next((b for b in useful if lenient.last < b.time <= moment), None)
        if good is not None:
            o = case.answered(a, a.time, lenient, good)
            if good.time > strict.last:
                o = replace(
                    o,
                    verdict="borderline",
                    why=f"in time by the most lenient of {', '.join(body.readings)}, not by the strictest",
                )
            out.append(o)
        elif lenient.last >= case.as_of:
            out.append(case.owed(a, a.time, lenient, "open", events=(a.id,)))
        elif too_early is not None:
            out.append(
                case.owed(
                    a,
                    a.time,
                    lenient,
                    "early",
                    done=too_early,
                    at=too_early.time,
                    events=(a.id, too_early.id),
                )
            )
        else:
            out.append(case.answered(a, a.time, lenient, after))
    return out


def replaced(case: Case, body: NoticePlan, changes: list[tuple[Event, int | None]]) -> dict[str, Event]:
    """Changes that a later announcement moved in time: id → the announcement that moved them."""
    out: dict[str, Event] = {}
    if body.change_of is None:
        return out
    for a, moment in changes:
        limit = choose(body.ahead, a, case.plan.zone)
        same = value_of(a, body.change_of)
        if moment is None or same is None or not isinstance(limit, Limit):
            continue
        try:
            _, end = lead_deadlines(body, limit, moment, case.plan.clock)
        except CalendarUnknown:
            continue
        for later, other in changes:
            if (
                a.time < later.time <= end.last
                and other is not None
                and other != moment
                and value_of(later, body.change_of) == same
            ):
                out.setdefault(a.id, later)
    return out
