"""Whether any event could meet a condition; where that is hard to say, yes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keptword.events import FIELD_TYPES
from keptword.spec.comparing import text_of
from keptword.spec.conditions import All, AnyOf, Compare, Condition, Not


def satisfiable(condition: Condition) -> bool:
    """Whether some event could satisfy a condition; errs on the side of yes."""
    match condition:
        case AnyOf(parts):
            return any(satisfiable(p) for p in parts)
        case Not() | Compare():
            return joint([condition])
        case All():
            demands = list(flat(condition))
            return all(satisfiable(p) for p in demands if isinstance(p, AnyOf)) and joint(demands)


def flat(condition: Condition) -> Iterator[Condition]:
    """The parts that have to hold together."""
    if isinstance(condition, All):
        for part in condition.parts:
            yield from flat(part)
    else:
        yield condition


def joint(parts: Sequence[Condition]) -> bool:
    """Whether comparisons can hold together, field by field; lists of values are not reckoned with."""
    fields: dict[str, list[Compare]] = {}
    for part in parts:
        if isinstance(part, Compare):
            if FIELD_TYPES.get(part.field) != "list":  # a list may hold all of them
                fields.setdefault(part.field, []).append(part)
    return all(_field_possible(comparisons) for comparisons in fields.values())


def _field_possible(comparisons: Sequence[Compare]) -> bool:
    absent = any(c.op == "exists" and c.values[0] is False for c in comparisons)
    if absent and any(
        c.op not in {"exists", "not"} or (c.op == "exists" and c.values[0] is True) for c in comparisons
    ):
        return False
    allowed: set[str] | None = None
    for c in comparisons:
        if c.op == "in":
            texts = {text_of(v) for v in c.values}
            allowed = texts if allowed is None else allowed & texts
    if allowed is not None:
        allowed -= {text_of(v) for c in comparisons if c.op == "not" for v in c.values}
        if not allowed:
            return False
    low = [
        float(v) for c in comparisons if c.op in {"gt", "ge"} for v in c.values if isinstance(v, (int, float))
    ]
    high = [
        float(v) for c in comparisons if c.op in {"lt", "le"} for v in c.values if isinstance(v, (int, float))
    ]
    if not low or not high:
        return True
    strict = any(c.op in {"gt", "lt"} for c in comparisons)
    return max(low) < min(high) or (max(low) == min(high) and not strict)
