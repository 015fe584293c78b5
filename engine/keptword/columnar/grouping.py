"""Rules by the fields that a log has to be split by for them, and in which order, when no part of it sees the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from keptword.plan import ObjectivePlan, Plan

Split = tuple[tuple[str, ...], tuple[str, str] | None]


@dataclass(frozen=True, slots=True)
class Unit:
    """Rules that are judged together, part by part, on a log that is split by the values of some fields.

    Attributes:
        level: those of a level rest only on rules of their own unit and of lower levels.
        key: the fields, sorted; every key of the rules contains them, so that no key stands in two parts.
        fan_out: the `for_each` of all the rules, or of none: (field of the key, field with the list).
        plans: each after those of the unit that it rests on.
    """

    level: int
    key: tuple[str, ...]
    fan_out: tuple[str, str] | None
    plans: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class Schedule:
    """What to judge, in order.

    Attributes:
        units: by level; rules about events.
        objectives: (level, rule): to be judged after the units of that level, in this order.
    """

    units: tuple[Unit, ...]
    objectives: tuple[tuple[int, Plan], ...]

    @property
    def levels(self) -> range:
        """Every level there is."""
        return range(1 + max([u.level for u in self.units] + [n for n, _ in self.objectives], default=-1))


def splits(plans: Sequence[Plan]) -> dict[str, Split]:
    """Rule → the fields to split by: its own key, or a coarser one of another rule that serves both.

    Rules with `for_each` keep a split of their own, by their whole key: there one event stands under many keys, and the
    point is to spread them.
    """
    keys = {frozenset(p.key) for p in plans if p.fan_out is None and not isinstance(p.body, ObjectivePlan)}
    coarse = [k for k in keys if not any(other < k for other in keys)]
    out: dict[str, Split] = {}
    for plan in plans:
        if isinstance(plan.body, ObjectivePlan):
            continue
        if plan.fan_out is not None:
            out[plan.name] = tuple(sorted(set(plan.key))), plan.fan_out
            continue
        covering = [tuple(sorted(k)) for k in coarse if k <= frozenset(plan.key)]
        # Several may serve: the finest spreads best, the first by name makes the choice the same on every run.
        out[plan.name] = min(covering, key=lambda k: (-len(k), k)), None
    return out


def schedule(plans: Sequence[Plan]) -> Schedule:
    """The units of some rules, which come each after those it rests on (`make_plans` gives them so)."""
    split = splits(plans)
    level: dict[str, int] = {}
    objectives: list[tuple[int, Plan]] = []
    units: dict[tuple[int, Split], list[Plan]] = {}
    known = {p.name: p for p in plans}
    for plan in plans:
        before = [known[r] for r in plan.rests_on if r in known]
        if isinstance(plan.body, ObjectivePlan):
            level[plan.name] = max((level[p.name] for p in before), default=0)
            objectives.append((level[plan.name], plan))
            continue
        own = split[plan.name]
        level[plan.name] = max(
            (level[p.name] + (split.get(p.name) != own) for p in before),
            default=0,
        )
        units.setdefault((level[plan.name], own), []).append(plan)
    return Schedule(
        tuple(
            Unit(n, key, fan_out, tuple(own))
            for (n, (key, fan_out)), own in sorted(
                units.items(), key=lambda u: (u[0][0], u[0][1][0], u[0][1][1] or ())
            )
        ),
        tuple(sorted(objectives, key=lambda o: o[0])),
    )
