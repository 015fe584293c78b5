"""In which order, and by which field, the rules are judged over a log that is laid out in buckets on disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from keptword.plan import ObjectivePlan, Plan

# A violation is an event of its own with an id of its own: what these fields hold is not what its key holds.
_OWN = frozenset({"id", "time", "event"})


@dataclass(frozen=True, slots=True)
class Layout:
    """A way to lay rows out: those with the same text in `field` together, or with `source` by each value of that list."""

    field: str
    source: str | None = None


CASES = Layout("case")


@dataclass(frozen=True, slots=True)
class Pass:
    """Rules that are judged bucket by bucket of one layout; or one objective, over what was judged before (no layout)."""

    layout: Layout | None
    plans: tuple[Plan, ...]


def fitting(plan: Plan) -> list[Layout]:
    """The layouts in whose buckets the events of each key of a rule stand together, the best first."""
    if plan.fan_out is None:
        fields = list(plan.key)
    else:
        fields = [f for f in plan.key if f != plan.fan_out[0]]
        if not fields:
            return [Layout(*plan.fan_out)]
    return [Layout(f) for f in sorted(fields, key=lambda f: (f != "case", f in _OWN))]


def passes(plans: Sequence[Plan]) -> list[Pass]:
    """Every rule in a pass after those that it rests on, or in the same one where violations stay in their bucket.

    Args:
        plans: each after those it rests on.
    """
    out: list[Pass] = []
    done: set[str] = set()
    left = list(plans)
    # Few layouts mean few copies of the log, so a layout that fits many rules goes first.
    liked = [layout for plan in plans if not isinstance(plan.body, ObjectivePlan) for layout in fitting(plan)]
    while left:
        ready = [p for p in left if set(p.rests_on) <= done]
        objectives = [p for p in ready if isinstance(p.body, ObjectivePlan)]
        if objectives:
            out.append(Pass(None, (objectives[0],)))
            done.add(objectives[0].name)
            left.remove(objectives[0])
            continue
        layout = max(fitting(ready[0]), key=liked.count)
        own: list[Plan] = []
        names: set[str] = set()
        for plan in left:
            inside = done | (names if layout.field not in _OWN else set())
            if (
                not isinstance(plan.body, ObjectivePlan)
                and layout in fitting(plan)
                and set(plan.rests_on) <= inside
            ):
                own.append(plan)
                names.add(plan.name)
        out.append(Pass(layout, tuple(own)))
        done |= names
        left = [p for p in left if p.name not in names]
    return out


def layouts(plans: Sequence[Plan]) -> list[Layout]:
    """The layouts that the rules need, that by case first: there every row stands once, and is counted."""
    return list(dict.fromkeys([CASES, *(p.layout for p in passes(plans) if p.layout is not None)]))
