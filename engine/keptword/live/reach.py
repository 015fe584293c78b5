"""How far back a rule looks, which rules can be followed live, and what may be forgotten when."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from keptword.errors import Place, Problem, Problems, UnsupportedRule
from keptword.instants import DAY
from keptword.limits import Limit
from keptword.plan import (
    CadencePlan,
    CountPlan,
    GuardPlan,
    ObjectivePlan,
    Plan,
    PromisePlan,
    ResponsePlan,
    WordingPlan,
    parts_of,
)
from keptword.spec.conditions import calendars_in


def check_live(plans: Sequence[Plan]) -> None:
    """UnsupportedRule for every rule that cannot be followed event by event, all at once."""
    problems = Problems()
    for plan in plans:
        place = Place(plan.file or plan.name)
        if isinstance(plan.body, ObjectivePlan):
            why = f"the rule {plan.name} is an objective: it counts a whole period, which the live monitor does not keep"
            problems.add(
                Problem("E001", why, place, hint="audit objectives with --engine reference or columnar")
            )
        elif plan.rests_on and "late_by" in set(_texts((plan.body, plan.applies, plan.pauses, plan.key))):
            why = f"the rule {plan.name} asks how late a violation is, which changes with every moment while it lasts"
            problems.add(Problem("E001", why, place, hint="audit it with --engine reference or columnar"))
    problems.raise_if_any(UnsupportedRule)


def asks_calendars(plan: Plan) -> bool:
    """Whether a condition of the rule asks for hours or days, which a calendar may not state for every year."""
    wheres = [plan.applies, *(a.where for m in parts_of(plan) for a in m.alternatives)]
    return any(calendars_in(where) for where in wheres)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | frozenset):
        for item in value:
            yield from _texts(item)
    elif dataclasses.is_dataclass(value):
        for part in dataclasses.fields(value):
            yield from _texts(getattr(value, part.name))


def forgets_when_settled(plan: Plan) -> bool:
    """Whether events older than the rule's `reach` cannot matter once all duties of a key are settled.

    Then forgetting them is exact; other rules remember a key for as long as the settings say.
    """
    if plan.pauses or plan.rests_on or any(_anchored(plan)):
        return False  # a violation becomes known later than its instant
    match plan.body:
        case ResponsePlan(each=each, carry=carry):
            return each == "every" and not carry
        case CadencePlan() | PromisePlan() | WordingPlan():
            return True
        case CountPlan(within=within):
            return within is not None
        case GuardPlan(start=start, after=after, span=span, unless=unless):
            return (
                start is None
                and (after is None or span is not None)
                and all(u.at_most is not None for u in unless)
            )
        case _:
            return False


def _anchored(plan: Plan) -> Iterator[bool]:
    """Whether limits run from other events than the opening one, by pattern."""
    own = {id(m) for m in _own(plan.body)}
    for match in parts_of(plan):
        yield id(match) not in own


def _own(body: Any) -> Iterator[Any]:
    for part in dataclasses.fields(body):
        value = getattr(body, part.name)
        yield value
        if isinstance(value, tuple):
            for item in value:
                yield item
                if dataclasses.is_dataclass(item):
                    yield from (getattr(item, f.name) for f in dataclasses.fields(item))


def reach(plan: Plan) -> int:
    """An upper bound, in microseconds, of how far back of an event its rule looks, as far as limits say it."""
    limits: list[Limit | None]
    match plan.body:
        case CountPlan(within=within):
            limits = [within]
        case GuardPlan(span=span, unless=unless):
            limits = [span, *(u.at_most for u in unless)]
        case ResponsePlan(lookback=lookback):
            limits = [lookback]
        case _:
            limits = []
    return max((_bound(limit, plan) for limit in limits if limit is not None), default=0)


def _bound(limit: Limit, plan: Plan) -> int:
    """Exact for time that just elapses; else generous: opening time at an eighth of the clock, long holidays."""
    clock = plan.clock
    if not limit.has_calendar_units and clock.calendar is None and clock.hours == "elapsed":
        return limit.clock
    days = 366 * limit.years + 31 * limit.months + 7 * limit.weeks + limit.days + 4 * limit.working_days
    return (days + 30) * DAY + 8 * limit.clock
