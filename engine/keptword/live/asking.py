"""Conditions as functions: made once when the rules are loaded, asked of every event that comes in."""

from __future__ import annotations

from collections.abc import Callable

from keptword.events import HEAD, Event
from keptword.spec.comparing import compare
from keptword.spec.conditions import All, AnyOf, Compare, Condition, Not, Says

Ask = Callable[[Event], bool]


def asked(condition: Condition | None, says: Says) -> Ask:
    """What `spec.conditions.holds` says of an event under this condition, as a function."""
    match condition:
        case None:
            return lambda _: True
        case Compare(_, "says", values):
            elements = tuple(map(str, values))
            return lambda event: any(says(event, element) for element in elements)
        case Compare(field, op, values) if (
            op in {"in", "not"} and field not in HEAD and all(type(v) is str for v in values)
        ):
            return _texts(field, op, frozenset(map(str, values)), values)
        case Compare(field, op, values):
            return lambda event: compare(event.get(field), op, values)
        case All(parts):
            every = tuple(asked(part, says) for part in parts)
            return lambda event: _all(every, event)
        case AnyOf(parts):
            some = tuple(asked(part, says) for part in parts)
            return lambda event: any(ask(event) for ask in some)
        case Not(part):
            inner = asked(part, says)
            return lambda event: not inner(event)


def _all(every: tuple[Ask, ...], event: Event) -> bool:
    for ask in every:  # noqa: SIM110 - a generator costs more than most of the questions
        if not ask(event):
            return False
    return True


def _texts(field: str, op: str, wanted: frozenset[str], values: tuple[object, ...]) -> Ask:
    """The commonest condition, a text among some texts, without going through the general comparison."""
    among = op == "in"

    def ask(event: Event) -> bool:
        value = event.fields.get(field)
        if type(value) is str:
            return (value in wanted) is among
        return compare(value, op, values)

    return ask
