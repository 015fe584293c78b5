"""Values of known and unknown fields: what a reader found, cast to what the field holds, or refused with a reason."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from decimal import Decimal
from math import isfinite
from typing import Any

from keptword.events import Scalar, Value
from keptword.instants import InstantError, format_span, is_date, local_instant, parse_instant, to_micros

TIME_WISH = "2026-03-02T09:00:00+03:00"
SURROGATE = re.compile("[\ud800-\udfff]")
_INT64 = 2**63
FIRST = to_micros(dt.datetime(1000, 1, 1, tzinfo=dt.UTC))
LAST = to_micros(dt.datetime(9001, 1, 1, tzinfo=dt.UTC))
_INT = re.compile(r"[+-]?[0-9]{1,400}")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")


class Wrong(ValueError):
    """A value that cannot be taken for what its field holds.

    Attributes:
        code: of the problem.
        hint: what would be right.
    """

    def __init__(self, message: str, hint: str = "", code: str = "L009") -> None:
        super().__init__(message)
        self.code, self.hint = code, hint


def half(key: str) -> Wrong:
    """What is wrong with a text that ends or begins in the middle of a character."""
    return Wrong(
        f"'{key}' holds half of a character (a lone surrogate), which no UTF-8 text can",
        "write the whole pair",
        "L010",
    )


def _show(value: Any) -> str:
    """A value as the user wrote it, or nearly, at most 60 characters."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError):
        text = type(value).__name__
    text = text if len(text) <= 60 else text[:59] + "…"
    return text if text.startswith('"') else f"'{text}'"


def _text(key: str, value: Any, _zone: str | None, _table: bool) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) >= 10**40:
            raise Wrong(f"'{key}' is a number of more than 40 digits", "write it as text")
        return str(value)  # ticket numbers and priorities: the same text that a table holds
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    raise Wrong(f"'{key}' is text, not {_show(value)}", 'write it in quotes: "…"')


def _bool(key: str, value: Any, _zone: str | None, table: bool) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        word = value.strip().lower()
        if word in {"true", "false"}:
            return word == "true"
        if not word and table:
            return None
    raise Wrong(f"'{key}' is true or false, not {_show(value)}")


def _number(key: str, value: Any, _zone: str | None, table: bool) -> int | float | None:
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _finite(key, value)
    if isinstance(value, str):
        text = value.strip()
        if not text and table:
            return None
        if _INT.fullmatch(text):
            return _finite(key, int(text))
        if _FLOAT.fullmatch(text):
            return _finite(key, float(text))
        if _FLOAT.fullmatch(text.replace(",", ".", 1)):
            raise Wrong(f"'{key}' is a number, not {_show(value)}", f"write {text.replace(',', '.')[:40]}")
    raise Wrong(f"'{key}' is a number, not {_show(value)}")


def _finite(key: str, value: int | float) -> int | float:
    if isinstance(value, float):
        if not isfinite(value):
            raise Wrong(
                f"'{key}' is larger than any number that can be kept exactly or nearly", "write it as text"
            )
    elif not -_INT64 <= value < _INT64:
        raise Wrong(f"'{key}' does not fit into 64 bits", "write it as text")
    return value


def quick(value: Any) -> int | None:
    """The instant of the commonest spellings, `2026-03-02T09:00:00+03:00` and `…Z`, both also with milliseconds, three times as fast; None for any other."""
    if (
        type(value) is not str
        or len(value) not in {20, 24, 25, 29}
        or not value[4] == value[7] == "-"
        or value[10] not in "T "
    ):
        return None
    if not value[13] == value[16] == ":" or (len(value) in {24, 29} and value[19] != "."):
        return None
    try:
        moment = dt.datetime.fromisoformat(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    micros = to_micros(moment)
    return micros if FIRST <= micros < LAST else None


def _time(key: str, value: Any, zone: str | None, table: bool) -> int | None:
    if isinstance(value, str):
        if not value.strip():
            if table:
                return None
            raise Wrong(f"'{key}' is empty", f"write {TIME_WISH}", "L005")
        try:
            return _sane(key, parse_instant(value, zone), value)
        except OverflowError:
            raise _absurd(key, value) from None
    if isinstance(value, dt.datetime):
        if value.tzinfo is not None:
            return _sane(key, to_micros(value), value)
        if zone is None:
            raise InstantError(
                "L006", f"'{value}' has no offset from UTC", "name the log's zone: --timezone Europe/Moscow"
            )
        try:
            return _sane(key, local_instant(value, zone), value)
        except OverflowError:
            raise _absurd(key, value) from None
    hint = f"write {TIME_WISH}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise Wrong(f"{_show(value)} is a number: seconds or milliseconds, nobody can say", hint, "L005")
    raise Wrong(f"{_show(value)} is not a date and time", hint, "L005")


def _sane(key: str, micros: int, value: Any) -> int:
    # Room on both sides, so that adding a limit or an offset never leaves the years that datetime knows.
    if not FIRST <= micros < LAST:
        raise _absurd(key, value)
    return micros


def _absurd(key: str, value: Any) -> Wrong:
    return Wrong(f"'{key}' is {_show(str(value))}, which is not between the years 1000 and 9000", "", "L005")


def _instant(key: str, value: Any, zone: str | None, table: bool) -> int | str | None:
    if isinstance(value, str) and is_date(value.strip()):
        return value.strip()
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    return _time(key, value, zone, table)


def _list(key: str, value: Any, zone: str | None, table: bool) -> tuple[Scalar, ...] | None:
    if isinstance(value, str) and table:
        mark = ";" if ";" in value else ","
        return tuple(part.strip() for part in value.split(mark) if part.strip()) or None
    if not isinstance(value, list | tuple):
        raise Wrong(
            f"'{key}' is a list, not {_show(value)}",
            f"write [{_show(value)}]" if isinstance(value, str) else 'write ["…", "…"]',
        )
    out: list[Scalar] = []
    for item in value:
        if isinstance(item, str):
            if SURROGATE.search(item):
                raise half(key)
            out.append(item)
        elif isinstance(item, int) and not isinstance(item, bool):
            out.append(_text(key, item, zone, table))
        else:
            raise Wrong(f"'{key}' is a list of texts, and {_show(item)} is none")
    return tuple(out) or None


# By type of field: (name, value, zone of the log, whether the value is a cell of a table) → typed value, None for none.
# They raise Wrong or InstantError.
CASTS: dict[str, Callable[[str, Any, str | None, bool], Any]] = {
    "text": _text,
    "bool": _bool,
    "number": _number,
    "time": _time,
    "instant": _instant,
    "list": _list,
}


def plain(key: str, value: Any) -> Value | None:
    """A value of a field that no rule of ours gives a type."""
    if isinstance(value, str):
        if not value.isascii() and SURROGATE.search(value):
            raise half(key)
        return value
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return _finite(key, value)
    if isinstance(value, list | tuple) and all(isinstance(v, str | int | float) for v in value):
        items = (plain(key, v) for v in value)
        return tuple(v for v in items if isinstance(v, str | int | float)) or None
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return format_span(value // dt.timedelta(microseconds=1))
    if isinstance(value, Decimal):
        return _number(key, value, None, False)
    if isinstance(value, bytes):
        raise Wrong(f"'{key}' holds bytes, which no field can", "write it as text")
    if not value:
        return None
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    if SURROGATE.search(text):
        raise half(key)
    return text
