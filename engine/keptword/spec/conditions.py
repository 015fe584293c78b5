"""Conditions on an event: `field: value`, comparisons, and all / any / not around them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from keptword.errors import did_you_mean
from keptword.events import Event, Scalar
from keptword.opening import Calendar
from keptword.spec.comparing import compare, rank, regex_problem
from keptword.spec.hours import MOMENT_OPERATORS, Hours, calendar_named, hint_of, hours_for, problem_of

Operator = Literal[
    "in", "not", "gt", "ge", "lt", "le", "exists", "like", "matches", "says", "within", "outside", "on"
]
OPERATORS: tuple[str, ...] = (
    "in", "not", "gt", "ge", "lt", "le", "exists", "like", "matches", "says", *MOMENT_OPERATORS,
)  # fmt: skip
_ORDER = {"gt", "ge", "lt", "le"}

# Whether an event's text holds a wording element; the engines pass the wording checks in, this layer knows no words.
Says = Callable[[Event, str], bool]


@dataclass(frozen=True, slots=True)
class Compare:
    """One field against values.

    Attributes:
        field: any field of the event.
        op: `in` holds if the value (or an element of a list) equals one of `values`; `not` is its contrary; the others
            take one value, but for times of the day and days of the week.
        values: what to compare with; one `Hours` in place of them where `bound` has found their zone and calendar.
    """

    field: str
    op: Operator
    values: tuple[Scalar | Hours, ...]


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition


Condition = Compare | All | AnyOf | Not


class ConditionError(ValueError):
    """A condition that cannot be read: (path below the condition, code, message, hint) for each problem."""

    def __init__(self, found: list[tuple[tuple[str | int, ...], str, str, str]]) -> None:
        super().__init__("; ".join(f[2] for f in found))
        self.found = found


def parse_condition(data: Any) -> Condition:
    """Read a condition from YAML data.

    Raises:
        ConditionError: with every problem and its path.
    """
    found: list[tuple[tuple[str | int, ...], str, str, str]] = []
    condition = _parse(data, (), found)
    if found:
        raise ConditionError(found)
    return condition


def _parse(data: Any, path: tuple[str | int, ...], found: list[Any]) -> Condition:
    if not isinstance(data, dict) or not data:
        found.append((path, "R010", "a condition is a mapping such as {channel: phone}", ""))
        return All(())
    parts: list[Condition] = []
    for key, value in data.items():
        here = (*path, key)
        if key in {"all", "any"}:
            if not isinstance(value, list) or not value:
                found.append((here, "R010", f"'{key}' takes a list of conditions", ""))
                continue
            inner = tuple(_parse(v, (*here, i), found) for i, v in enumerate(value))
            parts.append(All(inner) if key == "all" else AnyOf(inner))
        elif key == "not":
            parts.append(Not(_parse(value, here, found)))
        elif key == "says":
            parts.append(Compare("text", "says", _says(value, here, found)))
        else:
            parts.extend(_field(key, value, here, found))
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _field(name: str, data: Any, path: tuple[str | int, ...], found: list[Any]) -> list[Condition]:
    if data is None:
        found.append(
            (
                path,
                "R010",
                f"'{name}' has no value to compare with",
                f"to ask whether it is there: {name}: {{exists: true}}",
            )
        )
        return []
    if not isinstance(data, dict):
        return [Compare(name, "in", _scalars(data, path, found))]
    if not data:
        found.append((path, "R010", f"'{name}' has no comparison", f"known: {', '.join(OPERATORS)}"))
    out: list[Condition] = []
    for op, value in data.items():
        here = (*path, op)
        if op in {"in", "not"}:
            out.append(Compare(name, op, _scalars(value, here, found)))
        elif op in _ORDER:
            if isinstance(value, (dict, list)) or value is None or isinstance(value, bool) or not rank(value):
                found.append((here, "R010", f"'{op}' compares numbers, dates or times, not {value!r}", ""))
            else:
                out.append(Compare(name, op, (value,)))
        elif op == "exists":
            if not isinstance(value, bool):
                found.append((here, "R010", f"'exists' is true or false, not {value!r}", ""))
            else:
                out.append(Compare(name, "exists", (value,)))
        elif op == "like":
            out.append(Compare(name, "like", _one_text(value, op, here, found)))
        elif op == "matches":
            texts = _one_text(value, op, here, found)
            for text in texts:
                problem = regex_problem(str(text))
                if problem:
                    found.append(
                        (
                            here,
                            "R011",
                            problem,
                            "look-around and back-references are not in the linear-time dialect",
                        )
                    )
            out.append(Compare(name, "matches", texts))
        elif op == "says":
            out.append(Compare(name, "says", _says(value, here, found)))
        elif op in MOMENT_OPERATORS:
            if problem := problem_of(op, value):
                found.append((here, "R010", problem, hint_of(op)))
            else:
                out.append(Compare(name, op, tuple(value) if isinstance(value, list) else (value,)))
        else:
            hint = did_you_mean(str(op), OPERATORS) or f"known: {', '.join(OPERATORS)}"
            found.append((here, "R010", f"'{op}' is not a comparison", hint))
    return out


def _scalars(data: Any, path: tuple[str | int, ...], found: list[Any]) -> tuple[Scalar, ...]:
    items = data if isinstance(data, list) else [data]
    for i, item in enumerate(items):
        if isinstance(item, (dict, list)) or item is None:
            place = (*path, i) if isinstance(data, list) else path
            found.append((place, "R010", f"{item!r} is not a value to compare with", ""))
    if not items:
        found.append((path, "R010", "an empty list is never met", ""))
    return tuple(i for i in items if not isinstance(i, (dict, list)) and i is not None)


def _one_text(data: Any, op: str, path: tuple[str | int, ...], found: list[Any]) -> tuple[Scalar, ...]:
    if isinstance(data, (dict, list, bool)) or data is None:
        found.append((path, "R010", f"'{op}' takes a text, not {data!r}", ""))
        return ()
    return (str(data),)


def _says(data: Any, path: tuple[str | int, ...], found: list[Any]) -> tuple[Scalar, ...]:
    items = data if isinstance(data, list) else [data]
    if not items or not all(isinstance(i, str) for i in items):
        found.append(
            (
                path,
                "R010",
                f"'says' takes the name of a wording element, not {data!r}",
                "for example: says: apology",
            )
        )
        return ()
    return tuple(items)


def condition_data(condition: Condition) -> dict[str, Any]:
    """The YAML data that `parse_condition` reads back as the same condition."""
    match condition:
        case Compare(field, "in", values):
            return (
                {field: values[0] if len(values) == 1 else list(values)}
                if field not in _WORDS
                else {"all": [{field: {"in": list(values)}}]}
            )
        case Compare(field, op, values):
            many = op in {"not", "says", *MOMENT_OPERATORS}
            return {field: {op: list(values) if many and len(values) != 1 else values[0]}}
        case All(parts):
            return {"all": [condition_data(p) for p in parts]}
        case AnyOf(parts):
            return {"any": [condition_data(p) for p in parts]}
        case Not(part):
            return {"not": condition_data(part)}


_WORDS = {"all", "any", "not", "says"}


def fields_of(condition: Condition | None) -> set[str]:
    """Every field that a condition reads."""
    match condition:
        case None:
            return set()
        case Compare(field, _, _):
            return {field}
        case All(parts) | AnyOf(parts):
            return set().union(*(fields_of(p) for p in parts))
        case Not(part):
            return fields_of(part)


def said_elements(condition: Condition | None) -> set[str]:
    """Every wording element that a condition asks for."""
    match condition:
        case None:
            return set()
        case Compare(_, "says", values):
            return {str(v) for v in values}
        case Compare():
            return set()
        case All(parts) | AnyOf(parts):
            return set().union(*(said_elements(p) for p in parts))
        case Not(part):
            return said_elements(part)


def calendars_in(condition: Condition | None) -> set[str]:
    """Every calendar that a condition names."""
    match condition:
        case None:
            return set()
        case Compare(_, op, values):
            name = calendar_named(op, values)
            return set() if name is None else {name}
        case All(parts) | AnyOf(parts):
            return set().union(*(calendars_in(p) for p in parts))
        case Not(part):
            return calendars_in(part)


def bound(condition: Condition, zone: str, calendars: Mapping[str, Calendar]) -> Condition:
    """The condition with times of the day, days of the week and calendars put into a zone.

    Raises:
        KeyError: a calendar that is not there.
    """
    match condition:
        case Compare(field, op, values):
            if op not in MOMENT_OPERATORS or isinstance(values[0], Hours):
                return condition
            hours = hours_for(op, values, zone, calendars)
            if hours is None:
                raise KeyError(calendar_named(op, values))
            return Compare(field, op, (hours,))
        case All(parts):
            return All(tuple(bound(p, zone, calendars) for p in parts))
        case AnyOf(parts):
            return AnyOf(tuple(bound(p, zone, calendars) for p in parts))
        case Not(part):
            return Not(bound(part, zone, calendars))


def no_words(event: Event, element: str) -> bool:
    """The `says` of an engine that was given no wording checks: a defect if it is ever asked."""
    raise AssertionError(f"says: {element} needs the wording checks ({event.id})")


def holds(condition: Condition | None, event: Event, says: Says = no_words) -> bool:
    """Whether an event satisfies a condition; no condition is always satisfied.

    A field that the event lacks satisfies only `exists: false` and `not`.
    """
    match condition:
        case None:
            return True
        case Compare(field, op, values):
            return (
                compare(event.get(field), op, values)
                if op != "says"
                else any(says(event, str(v)) for v in values)
            )
        case All(parts):
            return all(holds(p, event, says) for p in parts)
        case AnyOf(parts):
            return any(holds(p, event, says) for p in parts)
        case Not(part):
            return not holds(part, event, says)
