"""From one decoded record (a JSON object, a row of a table) to an event with typed known fields."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any

from keptword.errors import Place, did_you_mean
from keptword.events import FIELD_TYPES, Event, Scalar, Value
from keptword.instants import InstantError, format_span, is_date, local_instant, parse_instant, to_micros

if TYPE_CHECKING:
    from keptword.readers.reading import Reading

_INT64 = 2**63
_DEEPEST = 16
_FIRST = to_micros(dt.datetime(1000, 1, 1, tzinfo=dt.UTC))
_LAST = to_micros(dt.datetime(9001, 1, 1, tzinfo=dt.UTC))
_INT = re.compile(r"[+-]?[0-9]{1,400}")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")
_DAY_FIRST = re.compile(r"\s*[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}")
_DAY_FIRST_HINT = "which number is the day is not guessed: write 2026-03-02T09:00:00+03:00"
_SURROGATE = re.compile("[\ud800-\udfff]")
_KINDS = {**FIELD_TYPES, "time": "time", "event": "text", "case": "text", "id": "text"}
# What tables of other people call the fields that every log needs; only ever used to suggest a --map.
_OTHER_NAMES = {
    "time": ("timestamp", "created_at", "created", "datetime", "date", "occurred_at", "at", "ts", "when", "время", "дата"),
    "event": ("activity", "event_type", "event_name", "type", "action", "name", "kind", "событие", "действие"),
}
_WISHES = {"time": "2026-03-02T09:00:00+03:00", "event": "noun.participle, such as outage.opened"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a record: the source's field it is about ("" = the record), and the rest of a Problem."""

    code: str
    key: str
    message: str
    hint: str = ""


@dataclass(slots=True)
class Shape:
    """How records of one source become events.

    Attributes:
        zone: IANA zone of times without an offset, or None.
        mapping: canonical name → field of the source.
        table: cells are text: lists are separated by `;` or `,`, and an empty cell is no value.
        unused: fields whose name `mapping` gave to another field.
        met: fields of the source that `mapping` names and that some record had.
    """

    zone: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    table: bool = False
    unused: set[str] = field(default_factory=set)
    met: set[str] = field(default_factory=set)
    _names: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for canonical, source in self.mapping.items():
            self._names.setdefault(source, []).append(canonical)

    def tell(self, file: str, reading: Reading) -> None:
        """Note what `--map` left without effect, or without a name, in a file that has been read."""
        for key in sorted(self.unused):
            reading.note(f"{file}: the field '{key}' is left out: --map takes '{key}' from '{self.mapping[key]}'")
        for key in sorted(set(self._names) - self.met):
            reading.note(f"{file}: no event has the field '{key}', from which --map takes '{self._names[key][0]}'")

    def event(self, record: Mapping[str, Any], place: Place) -> Event | list[Fault]:
        """The event that a record states, or everything that is wrong with the record."""
        faults: list[Fault] = []
        fields: dict[str, Any] = {}
        for key, value in record.items() if not self._names else self._renamed(record, faults):
            if value is None:
                continue
            kind = _KINDS.get(key)
            if type(value) is str and (kind is None or kind == "text"):
                if not value and self.table:
                    continue
                if not value.isascii() and _SURROGATE.search(value):
                    faults.append(_half(key))
                fields[key] = value
            elif key == "time" and (quick := _quick(value)) is not None:
                fields[key] = quick
            elif kind is None:
                self._unknown(key, value, fields, faults, 1)
            else:
                self._known(key, kind, value, fields, faults)
        time, name = fields.pop("time", None), fields.pop("event", "").strip()
        if time is None and not any(f.key == "time" for f in faults):
            faults.append(self._missing("time", record))
        if not name and not any(f.key == "event" for f in faults):
            faults.append(self._missing("event", record))
        if faults:
            return [self._in_the_source(f, record) for f in faults]
        return Event(time, name, fields.pop("case", ""), fields.pop("id", ""), fields, place)

    def _renamed(self, record: Mapping[str, Any], faults: list[Fault]) -> Iterator[tuple[str, Any]]:
        flat: dict[str, Any] = {}
        for key, value in record.items():
            if isinstance(value, dict) and key not in self._names:
                # A map may name an inner field (`--map channel=via.channel`), so it is looked for after flattening.
                inner: dict[str, Any] = {}
                self._unknown(key, value, inner, faults, 1)
                parts = inner if any(name in self._names for name in inner) else {key: value}
                faults += [Fault("L012", k, f"'{k}' is given twice: once nested and once with a dot") for k in parts if k in flat]
                flat.update(parts)
            else:
                flat[key] = value
        for key, value in flat.items():
            if key in self._names:
                self.met.add(key)
                for name in self._names[key]:
                    yield name, value
            elif self.mapping.get(key) in flat:
                self.unused.add(key)
            else:  # not mapped, or the field it was to come from is not here
                yield key, value

    def _in_the_source(self, fault: Fault, record: Mapping[str, Any]) -> Fault:
        source = self.mapping.get(fault.key, fault.key)
        return fault if source == fault.key or source.split(".")[0] not in {k.split(".")[0] for k in record} else Fault(fault.code, source, fault.message, fault.hint)

    def _missing(self, name: str, record: Mapping[str, Any]) -> Fault:
        return missing(name, [k for k in record if isinstance(k, str)], self.mapping, "field")

    def _known(self, key: str, kind: str, value: Any, fields: dict[str, Any], faults: list[Fault]) -> None:
        try:
            typed = _CASTS[kind](self, key, value)
        except InstantError as error:
            hint = _DAY_FIRST_HINT if isinstance(value, str) and _DAY_FIRST.match(value) else error.hint
            faults.append(Fault(error.code, key, str(error), hint))
        except _Wrong as error:
            faults.append(Fault(error.code, key, str(error), error.hint))
        else:
            if typed is not None:
                fields[key] = typed

    def _unknown(self, key: str, value: Any, fields: dict[str, Any], faults: list[Fault], depth: int) -> None:
        if isinstance(value, dict) and depth < _DEEPEST:
            for inner, v in value.items():
                if v is not None:
                    self._unknown(f"{key}.{inner}", v, fields, faults, depth + 1)
            return
        try:
            plain = _plain(key, value)
        except _Wrong as error:
            faults.append(Fault(error.code, key, str(error), error.hint))
            return
        if plain is None:
            return
        if key in fields:
            faults.append(Fault("L012", key, f"'{key}' is given twice: once nested and once with a dot"))
        fields[key] = plain


def missing(name: str, columns: list[str], mapping: Mapping[str, str], what: str) -> Fault:
    """The fault of a record or header without a required field; the hint names the nearest column there is."""
    source = mapping.get(name, name)
    if source != name:
        near = did_you_mean(source, columns)
        return Fault("L004", "", f"there is no {what} '{source}', from which '{name}' was to come", near)
    lower = {c.strip().lower(): c for c in reversed(columns) if c not in _KINDS or c == name}
    lower.pop("" if name in columns else "\0", None)
    near = next((lower[n] for n in (name, *_OTHER_NAMES.get(name, ())) if n in lower and lower[n] != name), "")
    if not near:
        guess = did_you_mean(name, [c for c in lower.values() if c != name])
        near = guess[len("did you mean '") : -2] if guess else ""
    wish = f"write {_WISHES[name]}" if name in columns else f"every event needs one: {_WISHES[name]}"
    hint = f"the nearest {what} is '{near}': --map {name}={_quoted(near)}" if near else wish
    return Fault("L004", "", f"the {what} '{name}' is {'empty' if name in columns else 'missing'}", hint)


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"[\w.-]+", name) else "'" + name.replace("'", "'\\''") + "'"


class _Wrong(ValueError):
    def __init__(self, message: str, hint: str = "", code: str = "L009") -> None:
        super().__init__(message)
        self.code, self.hint = code, hint


def _half(key: str) -> Fault:
    return Fault("L010", key, f"'{key}' holds half of a character (a lone surrogate), which no UTF-8 text can", "write the whole pair")


def _show(value: Any) -> str:
    """A value as the user wrote it, or nearly, at most 60 characters."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError):
        text = type(value).__name__
    text = text if len(text) <= 60 else text[:59] + "…"
    return text if text.startswith('"') else f"'{text}'"


def _text(_: Shape, key: str, value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) >= 10**40:
            raise _Wrong(f"'{key}' is a number of more than 40 digits", "write it as text")
        return str(value)  # ticket numbers and priorities: the same text that a table holds
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    raise _Wrong(f"'{key}' is text, not {_show(value)}", 'write it in quotes: "…"')


def _bool(shape: Shape, key: str, value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        word = value.strip().lower()
        if word in {"true", "false"}:
            return word == "true"
        if not word and shape.table:
            return None
    raise _Wrong(f"'{key}' is true or false, not {_show(value)}")


def _number(shape: Shape, key: str, value: Any) -> int | float | None:
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _finite(key, value)
    if isinstance(value, str):
        text = value.strip()
        if not text and shape.table:
            return None
        if _INT.fullmatch(text):
            return _finite(key, int(text))
        if _FLOAT.fullmatch(text):
            return _finite(key, float(text))
        if _FLOAT.fullmatch(text.replace(",", ".", 1)):
            raise _Wrong(f"'{key}' is a number, not {_show(value)}", f"write {text.replace(',', '.')[:40]}")
    raise _Wrong(f"'{key}' is a number, not {_show(value)}")


def _finite(key: str, value: int | float) -> int | float:
    if isinstance(value, float):
        if not isfinite(value):
            raise _Wrong(f"'{key}' is larger than any number that can be kept exactly or nearly", "write it as text")
    elif not -_INT64 <= value < _INT64:
        raise _Wrong(f"'{key}' does not fit into 64 bits", "write it as text")
    return value


def _quick(value: Any) -> int | None:
    """The instant of the commonest spellings, `2026-03-02T09:00:00+03:00` and `…Z`, three times as fast; None for any other."""
    if type(value) is not str or len(value) not in {20, 25} or not value[4] == value[7] == "-" or value[10] not in "T ":
        return None
    if not value[13] == value[16] == ":":
        return None
    try:
        moment = dt.datetime.fromisoformat(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    micros = to_micros(moment)
    return micros if _FIRST <= micros < _LAST else None


def _time(shape: Shape, key: str, value: Any) -> int | None:
    if isinstance(value, str):
        if not value.strip():
            if shape.table:
                return None
            raise _Wrong(f"'{key}' is empty", f"write {_WISHES['time']}", "L005")
        try:
            return _sane(key, parse_instant(value, shape.zone), value)
        except OverflowError:
            raise _absurd(key, value) from None
    if isinstance(value, dt.datetime):
        if value.tzinfo is not None:
            return _sane(key, to_micros(value), value)
        if shape.zone is None:
            raise InstantError("L006", f"'{value}' has no offset from UTC", "name the log's zone: --timezone Europe/Moscow")
        try:
            return _sane(key, local_instant(value, shape.zone), value)
        except OverflowError:
            raise _absurd(key, value) from None
    hint = f"write {_WISHES['time']}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise _Wrong(f"{_show(value)} is a number: seconds or milliseconds, nobody can say", hint, "L005")
    raise _Wrong(f"{_show(value)} is not a date and time", hint, "L005")


def _sane(key: str, micros: int, value: Any) -> int:
    # Room on both sides, so that adding a limit or an offset never leaves the years that datetime knows.
    if not _FIRST <= micros < _LAST:
        raise _absurd(key, value)
    return micros


def _absurd(key: str, value: Any) -> _Wrong:
    return _Wrong(f"'{key}' is {_show(str(value))}, which is not between the years 1000 and 9000", "", "L005")


def _instant(shape: Shape, key: str, value: Any) -> int | str | None:
    if isinstance(value, str) and is_date(value.strip()):
        return value.strip()
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    return _time(shape, key, value)


def _list(shape: Shape, key: str, value: Any) -> tuple[Scalar, ...] | None:
    if isinstance(value, str) and shape.table:
        mark = ";" if ";" in value else ","
        return tuple(part.strip() for part in value.split(mark) if part.strip()) or None
    if not isinstance(value, list | tuple):
        raise _Wrong(f"'{key}' is a list, not {_show(value)}", f"write [{_show(value)}]" if isinstance(value, str) else 'write ["…", "…"]')
    out: list[Scalar] = []
    for item in value:
        if isinstance(item, str):
            if _SURROGATE.search(item):
                raise _Wrong(_half(key).message, _half(key).hint, "L010")
            out.append(item)
        elif isinstance(item, int) and not isinstance(item, bool):
            out.append(_text(shape, key, item))
        else:
            raise _Wrong(f"'{key}' is a list of texts, and {_show(item)} is none")
    return tuple(out) or None


_CASTS: dict[str, Any] = {"text": _text, "bool": _bool, "number": _number, "time": _time, "instant": _instant, "list": _list}


def _plain(key: str, value: Any) -> Value | None:
    """A value of a field that no rule of ours gives a type."""
    if isinstance(value, str):
        if not value.isascii() and _SURROGATE.search(value):
            raise _Wrong(_half(key).message, _half(key).hint, "L010")
        return value
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return _finite(key, value)
    if isinstance(value, list | tuple) and all(isinstance(v, str | int | float) for v in value):
        plain = (_plain(key, v) for v in value)
        return tuple(v for v in plain if isinstance(v, str | int | float)) or None
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return format_span(value // dt.timedelta(microseconds=1))
    if isinstance(value, Decimal):
        return _number(Shape(), key, value)
    if isinstance(value, bytes):
        raise _Wrong(f"'{key}' holds bytes, which no field can", "write it as text")
    if not value:
        return None
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    if _SURROGATE.search(text):
        raise _Wrong(_half(key).message, _half(key).hint, "L010")
    return text
