"""Conditions on an event: `field: value`, comparisons, and all / any / not around them."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from keptword.errors import did_you_mean
from keptword.events import Event, Scalar, Value
from keptword.instants import InstantError, is_date, midnight, parse_instant

Operator = Literal["in", "not", "gt", "ge", "lt", "le", "exists", "like", "matches", "says"]
OPERATORS: tuple[str, ...] = ("in", "not", "gt", "ge", "lt", "le", "exists", "like", "matches", "says")
_ORDER = {"gt", "ge", "lt", "le"}

# Whether an event's text holds a wording element; the engines pass the wording checks in, this layer knows no words.
Says = Callable[[Event, str], bool]


@dataclass(frozen=True, slots=True)
class Compare:
    """One field against values.

    Attributes:
        field: any field of the event.
        op: `in` holds if the value (or an element of a list) equals one of `values`; `not` is its contrary; the others
            take one value.
        values: what to compare with.
    """

    field: str
    op: Operator
    values: tuple[Scalar, ...]


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
            if (
                isinstance(value, (dict, list))
                or value is None
                or isinstance(value, bool)
                or not _rank(value)
            ):
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
            many = op == "not" or (op == "says" and len(values) > 1)
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


def compare(value: Value | None, op: str, wanted: tuple[Scalar, ...]) -> bool:
    """One comparison of a field's value (None = the event lacks it); a list holds if one of its elements does."""
    if op == "exists":
        return (value is not None) is wanted[0]
    if value is None:
        return op == "not"
    items: tuple[Scalar, ...] = value if isinstance(value, tuple) else (value,)
    match op:
        case "in":
            return any(same(item, w) for item in items for w in wanted)
        case "not":
            return not any(same(item, w) for item in items for w in wanted)
        case "like":
            return any(_glob(str(wanted[0])).match(text_of(item)) is not None for item in items)
        case "matches":
            return any(regex(str(wanted[0])).search(text_of(item)) is not None for item in items)
        case _:
            return any(_ordered(item, op, wanted[0]) for item in items)


def text_of(value: Scalar) -> str:
    """A value as text, the same whatever format the log was read from: `true`, `3`, `2.5`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def same(value: Scalar, wanted: Scalar) -> bool:
    """Equality that does not depend on whether the log was typed: `"100"` in a CSV equals 100 in a rule."""
    if isinstance(wanted, bool) or isinstance(value, bool) or isinstance(wanted, str):
        return text_of(value) == text_of(wanted)
    if isinstance(value, str):
        number = _number(value)
        return number is not None and number == wanted
    return value == wanted


def _ordered(value: Scalar, op: str, wanted: Scalar) -> bool:
    left, right = _rank(value), _rank(wanted)
    if left is None or right is None:
        return False
    # Known instants of the log are whole microseconds; a date or time in the rule is one too.
    if left[0] != right[0] and not (right[0] == "instant" and isinstance(value, int)):
        return False
    a, b = left[1], right[1]
    return a > b if op == "gt" else a >= b if op == "ge" else a < b if op == "lt" else a <= b


def _rank(value: Scalar) -> tuple[str, float] | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return ("number", value)
    number = _number(value)
    if number is not None:
        return ("number", number)
    if is_date(value):
        from datetime import date

        return ("instant", midnight(date.fromisoformat(value), "UTC"))
    try:
        return ("instant", parse_instant(value))
    except InstantError:
        return None


_NUMBER = re.compile(r"[-+]?\d{1,18}(?:\.\d{1,18})?(?:[eE][-+]?\d{1,2})?")


def _number(text: str) -> float | int | None:
    if not _NUMBER.fullmatch(text):
        return None
    return int(text) if text.lstrip("+-").isdigit() else float(text)


@lru_cache(maxsize=1000)
def _glob(pattern: str) -> re.Pattern[str]:
    return re.compile(fnmatch.translate(pattern))


@lru_cache(maxsize=1000)
def regex(pattern: str) -> Any:
    """A compiled regular expression of the linear-time dialect (RE2)."""
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = 16 << 20
    return re2.compile(pattern, options)


def regex_problem(pattern: str) -> str:
    """Why a regular expression is refused, or ""."""
    import re2

    try:
        regex(pattern)
    except re2.error as error:
        why = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
        return f"'{pattern}' is not a regular expression that can be used: {why}"
    return ""
