"""From one decoded record (a JSON object, a row of a table) to an event with typed known fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from keptword.errors import Place, did_you_mean
from keptword.events import FIELD_TYPES, Event
from keptword.instants import InstantError
from keptword.readers.values import CASTS, SURROGATE, TIME_WISH, Wrong, half, plain, quick

if TYPE_CHECKING:
    from keptword.readers.reading import Reading

_DEEPEST = 16
_BOTH = "'{}' is given twice: once nested and once with a dot"
_DAY_FIRST = re.compile(r"\s*[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}")
_DAY_FIRST_HINT = f"which number is the day is not guessed: write {TIME_WISH}"
_KINDS = {**FIELD_TYPES, "time": "time", "event": "text", "case": "text", "id": "text"}
# What tables of other people call the fields that every log needs; only ever used to suggest a --map.
_OTHER_NAMES = {
    "time": (
        "timestamp",
        "created_at",
        "created",
        "datetime",
        "date",
        "occurred_at",
        "at",
        "ts",
        "when",
        "время",
        "дата",
    ),
    "event": (
        "activity",
        "event_type",
        "event_name",
        "type",
        "action",
        "name",
        "kind",
        "событие",
        "действие",
    ),
}
_WISHES = {"time": TIME_WISH, "event": "noun.participle, such as outage.opened"}


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
        met, seen: fields of the source that `mapping` names and that some record had; with `mapping`, all fields of the records.
    """

    zone: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    table: bool = False
    unused: set[str] = field(default_factory=set)
    met: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    _names: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for canonical, source in self.mapping.items():
            self._names.setdefault(source, []).append(canonical)

    def tell(self, file: str, reading: Reading) -> None:
        """Note what `--map` left without effect, or without a name, in a file that has been read."""
        for key in sorted(self.unused):
            reading.note(
                f"{file}: the field '{key}' is left out: --map takes '{key}' from '{self.mapping[key]}'"
            )
        reading.met |= self.met
        reading.seen |= self.seen
        for key in set(self._names) - {self.mapping.get("ours")} if self.seen else ():
            reading.wished.setdefault(key, (self._names[key][0], file))

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
                if not value.isascii() and SURROGATE.search(value):
                    faults.append(_fault(key, half(key)))
                if key in fields:  # only a dotted name that was made of a nested one before
                    faults.append(Fault("L012", key, _BOTH.format(key)))
                fields[key] = value
            elif key == "time" and (micros := quick(value)) is not None:
                fields[key] = micros
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
                faults += [Fault("L012", k, _BOTH.format(k)) for k in parts if k in flat]
                flat.update(parts)
            else:
                flat[key] = value
        self.seen.update(flat)
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
        return (
            fault
            if source == fault.key or source.split(".")[0] not in {k.split(".")[0] for k in record}
            else Fault(fault.code, source, fault.message, fault.hint)
        )

    def _missing(self, name: str, record: Mapping[str, Any]) -> Fault:
        return missing(name, [k for k in record if isinstance(k, str)], self.mapping, "field")

    def _known(self, key: str, kind: str, value: Any, fields: dict[str, Any], faults: list[Fault]) -> None:
        try:
            typed = CASTS[kind](key, value, self.zone, self.table)
        except InstantError as error:
            hint = _DAY_FIRST_HINT if isinstance(value, str) and _DAY_FIRST.match(value) else error.hint
            faults.append(Fault(error.code, key, str(error), hint))
        except Wrong as error:
            faults.append(_fault(key, error))
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
            known = plain(key, value)
        except Wrong as error:
            faults.append(_fault(key, error))
            return
        if known is None:
            return
        if key in fields:
            faults.append(Fault("L012", key, _BOTH.format(key)))
        fields[key] = known


def missing(name: str, columns: list[str], mapping: Mapping[str, str], what: str) -> Fault:
    """The fault of a record or header without a required field; the hint names the nearest column there is."""
    source = mapping.get(name, name)
    if source != name:
        near = did_you_mean(source, columns)
        return Fault("L004", "", f"there is no {what} '{source}', from which '{name}' was to come", near)
    lower = {c.strip().lower(): c for c in reversed(columns) if c not in _KINDS or c == name}
    lower.pop("" if name in columns else "\0", None)
    near = next(
        (lower[n] for n in (name, *_OTHER_NAMES.get(name, ())) if n in lower and lower[n] != name), ""
    )
    if not near:
        guess = did_you_mean(name, [c for c in lower.values() if c != name])
        near = guess[len("did you mean '") : -2] if guess else ""
    wish = f"write {_WISHES[name]}" if name in columns else f"every event needs one: {_WISHES[name]}"
    hint = f"the nearest {what} is '{near}': --map {name}={_quoted(near)}" if near else wish
    return Fault("L004", "", f"the {what} '{name}' is {'empty' if name in columns else 'missing'}", hint)


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"[\w.-]+", name) else "'" + name.replace("'", "'\\''") + "'"


def _fault(key: str, error: Wrong) -> Fault:
    return Fault(error.code, key, str(error), error.hint)
