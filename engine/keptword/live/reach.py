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


def check_live(plans: Sequence[Plan]) -> None:
    """UnsupportedRule for every rule that cannot be followed event by event, all at once."""
    problems = Problems()
    for plan in plans:
        place = Place(plan.file or plan.name)
        if isinstance(plan.body, ObjectivePlan):
            why = f"the rule {plan.name} is an objective: it counts a whole period, which the live monitor does not keep"
            problems.add(Problem("E001", why, place, hint="audit objectives with --engine reference or columnar"))
        elif plan.rests_on and "late_by" in set(_texts((plan.body, plan.applies, plan.pauses, plan.key))):
            why = f"the rule {plan.name} asks how late a violation is, which changes with every moment while it lasts"
            problems.add(Problem("E001", why, place, hint="audit it with --engine reference or columnar"))
    problems.raise_if_any(UnsupportedRule)


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
    """Whether past events of a key cannot matter once all its duties are settled, so that forgetting them is exact."""
    if plan.pauses or plan.rests_on or any(_anchored(plan)):
        return False   # a violation becomes known later than its instant
    match plan.body:
        case ResponsePlan(each=each, lookback=lookback, carry=carry):
            return each == "every" and lookback is None and not carry
        case CadencePlan() | PromisePlan() | WordingPlan():
            return True
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
    match plan.body:
        case CountPlan(within=within):
            return _bound(within)
        case GuardPlan(span=span, unless=unless):
            return max(_bound(span), *(_bound(u.at_most) for u in unless), 0)
        case ResponsePlan(lookback=lookback):
            return _bound(lookback)
        case _:
            return 0


def _bound(limit: Limit | None) -> int:
    """Generous: months of 31 days, three calendar days a working day, opening time at a quarter of the clock."""
    if limit is None:
        return 0
    days = 0
    for part in dataclasses.fields(limit):
        value = getattr(limit, part.name)
        scale = {"years": 366, "months": 31, "weeks": 7, "days": 1, "working_days": 3}.get(part.name, 0)
        days += scale * value if isinstance(value, int) else 0
    return (days + 3) * DAY + 8 * limit.clock
