"""One comparison of a field's value, the same whatever format the log was read from."""

from __future__ import annotations

import fnmatch
import re
from functools import lru_cache
from typing import Any

from keptword.events import Scalar, Value
from keptword.instants import InstantError, is_date, midnight, parse_instant
from keptword.spec.hours import MOMENT_OPERATORS, Hours


def compare(value: Value | None, op: str, wanted: tuple[Any, ...]) -> bool:
    """One comparison of a field's value (None = the event lacks it); a list holds if one of its elements does.

    Raises:
        RuleError: a moment in a year that the calendar of `within`, `outside` or `on` does not state (E002).
    """
    if op in MOMENT_OPERATORS:
        hours: Hours = wanted[0]
        return hours.hold(value) is (op != "outside")
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


def text_of(value: Scalar | Hours) -> str:
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
    left, right = rank(value), rank(wanted)
    if left is None or right is None:
        return False
    # Known instants of the log are whole microseconds; a date or time in the rule is one too.
    if left[0] != right[0] and not (right[0] == "instant" and isinstance(value, int)):
        return False
    a, b = left[1], right[1]
    return a > b if op == "gt" else a >= b if op == "ge" else a < b if op == "lt" else a <= b


def rank(value: Scalar) -> tuple[str, float] | None:
    """What a value is ordered by: a number or an instant; None where it is neither."""
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
