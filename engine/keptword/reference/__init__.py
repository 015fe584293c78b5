"""The plain evaluator: slow, obvious, and the definition of what every rule means.

Each module here is one kind of rule (or a few small ones) over the events of one key, written as docs/semantics.md says
it. Nothing is clever; every other engine is tested against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import assert_never

from keptword import waivers as waiving
from keptword.clock import NEVER
from keptword.evaluation import Assignments, Evaluation, objective, owner_of, violation_event
from keptword.events import Event, Log
from keptword.obligation import Obligation
from keptword.plan import (
    CadencePlan,
    ConsistencyPlan,
    CountPlan,
    GuardPlan,
    NoticePlan,
    ObjectivePlan,
    Plan,
    PromisePlan,
    ResponsePlan,
    WordingPlan,
    keys_of,
    parts_of,
)
from keptword.reference.cadences import cadence
from keptword.reference.case import Case
from keptword.reference.guards import count, guard
from keptword.reference.notices import notice
from keptword.reference.responses import response
from keptword.reference.statements import consistency, promise, wording
from keptword.waivers import Waiver
from keptword.words import Words


def evaluate(
    plans: Sequence[Plan], log: Log, as_of: int, waivers: Sequence[Waiver] = (), words: Words | None = None
) -> Evaluation:
    """Every obligation of every rule.

    Args:
        plans: in an order in which each comes after those it rests on (`make_plans` gives them so).
        log: the events.
        as_of: the moment of judgement, microseconds; later events do not exist.
        waivers: applied before rules that rest on violations see them.
        words: the wording checks.
    """
    words = words or Words()
    events = [e for e in log.events if e.time <= as_of]
    known = {e.id: e for e in events}
    assignments = Assignments.of(events)
    out = Evaluation()
    for plan in plans:
        if isinstance(plan.body, ObjectivePlan):
            found = objective(plan, plan.body, out.obligations, known, as_of)
        else:
            violations = [
                violation_event(o, p.severity)
                for p in plans if p.name in plan.rests_on for o in out.obligations[p.name] if o.is_violation
            ]  # fmt: skip
            known |= {e.id: e for e in violations}
            keys, out.skipped[plan.name] = group(plan, [*events, *violations], words)
            found = [
                _finish(o, known, assignments, as_of)
                for key, own in sorted(keys.items())
                for o in judge(Case(plan, key, own, as_of, words))
            ]
        out.obligations[plan.name] = [
            waiving.apply(waivers, o, known.get(o.opened_by), words.says) for o in found
        ]
    return out


def group(
    plan: Plan, events: Iterable[Event], words: Words
) -> tuple[dict[tuple[str, ...], list[Event]], int]:
    """The events that a rule looks for, by key, in order of (time, id); and how many lacked a field of the key."""
    matches = parts_of(plan)
    keys: dict[tuple[str, ...], list[Event]] = {}
    skipped = 0
    for event in sorted(events, key=lambda e: (e.time, e.id)):
        if any(m.matches(event, words.says) for m in matches):
            own = list(keys_of(event, plan))
            skipped += not own
            for key in own:
                keys.setdefault(key, []).append(event)
    return keys, skipped


def _finish(o: Obligation, known: dict[str, Event], assignments: Assignments, as_of: int) -> Obligation:
    """Fill in what is the same for every kind: the case, whose work it was, no deadline for a clock that stands still."""
    opening = known[o.opened_by]
    done = known[o.done_by] if o.done_by is not None else None
    instant = (
        o.at
        if o.at is not None
        else o.done_at
        if o.done_at is not None
        else min(o.due, as_of)
        if o.due is not None
        else as_of
    )
    owner = owner_of(done, opening, opening.case, instant, assignments)
    return replace(o, case=opening.case, owner=owner, due=None if o.due == NEVER else o.due)


def judge(case: Case) -> list[Obligation]:
    """The obligations of one key."""
    body = case.plan.body
    match body:
        case ResponsePlan():
            return response(case, body)
        case CadencePlan():
            return cadence(case, body)
        case NoticePlan():
            return notice(case, body)
        case GuardPlan():
            return guard(case, body)
        case PromisePlan():
            return promise(case, body)
        case ConsistencyPlan():
            return consistency(case, body)
        case CountPlan():
            return count(case, body)
        case WordingPlan():
            return wording(case, body)
        case ObjectivePlan():
            raise AssertionError("an objective is about obligations, not about events")
        case _:
            assert_never(body)
