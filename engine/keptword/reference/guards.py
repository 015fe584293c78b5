"""Never A, unless …; at most n A in any window."""

from __future__ import annotations

from keptword.clock import CalendarUnknown, before
from keptword.events import Event
from keptword.obligation import Obligation
from keptword.plan import CountPlan, Excuse, GuardPlan
from keptword.reference.case import Case, at_once


def guard(case: Case, body: GuardPlan) -> list[Obligation]:
    """Never A, unless …"""
    out = []
    stretches = case.stretches(case.all(body.start), body.end) if body.start is not None else []
    for a in case.openers(body.never):
        if not case.plan.in_force(a.time):
            continue
        try:
            forbidden = body.start is None or any(
                s.time <= a.time and (e is None or a.time <= e.time) and s is not a for s, e in stretches
            )
            since = None
            if body.after is not None:
                since = next(
                    (
                        e
                        for e in reversed(case.all(body.after))
                        if e is not a and e.time <= a.time and case.still(e, body.span, a)
                    ),
                    None,
                )
                forbidden = forbidden and since is not None
            excuse = next((b for u in body.unless if (b := excused(case, u, a)) is not None), None)
        except CalendarUnknown as why:
            out.append(case.unknown(a, str(why)))
            continue
        if not forbidden or excuse is not None:
            events = (excuse.id, a.id) if excuse is not None else (a.id,)
            out.append(case.owed(a, a.time, at_once(a.time), "kept", done=a, events=events))
        else:
            events = (since.id, a.id) if since is not None else (a.id,)
            out.append(case.owed(a, a.time, at_once(a.time), "broken", done=a, at=a.time, events=events))
    return out


def excused(case: Case, excuse: Excuse, a: Event) -> Event | None:
    """The B that allows A: neither too recent nor too old, and not cured in between."""
    newest = before(a.time, excuse.at_least, case.plan.clock) if excuse.at_least is not None else a.time
    oldest = before(a.time, excuse.at_most, case.plan.clock) if excuse.at_most is not None else None
    cures = case.all(excuse.cured)
    for b in reversed(case.all(excuse.seen)):
        if b is not a and b.time <= newest and (oldest is None or b.time >= oldest):
            if not any(b.time < c.time < a.time for c in cures):
                return b
    return None


def count(case: Case, body: CountPlan) -> list[Obligation]:
    """At most n A in any window L, or in the key."""
    out = []
    all_of_them = case.openers(body.of)
    for i, a in enumerate(all_of_them):
        if not case.plan.in_force(a.time):
            continue
        try:
            window = [e for e in all_of_them[: i + 1] if case.still(e, body.within, a)]
        except CalendarUnknown as why:
            out.append(case.unknown(a, str(why)))
            continue
        events = tuple(e.id for e in window[-body.at_most - 1 :])
        if len(window) > body.at_most:
            span = f"in {body.within}" if body.within is not None else "in all"
            out.append(
                case.owed(
                    a,
                    a.time,
                    at_once(a.time),
                    "broken",
                    done=a,
                    at=a.time,
                    events=events,
                    why=f"{len(window)} {span}, at most {body.at_most} allowed",
                )
            )
        else:
            out.append(case.owed(a, a.time, at_once(a.time), "kept", done=a, events=(a.id,)))
    return out
