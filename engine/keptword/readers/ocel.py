"""OCEL 2.0 as JSON, XML or SQLite: events that concern several objects, one of whose types is the case."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from keptword.errors import Place, Problem
from keptword.events import Event
from keptword.instants import InstantError, parse_instant
from keptword.readers.activities import event_of
from keptword.readers.json_records import Record, records
from keptword.readers.reading import Reading, counted
from keptword.readers.records import Fault, Shape
from keptword.readers.source import Source
from keptword.readers.status_events import Fields


@dataclass(frozen=True, slots=True)
class Happening:
    """An event of the log: `time` as it is written, objects by their ids."""

    id: str
    type: str
    time: str
    attributes: dict[str, Any]
    objects: tuple[str, ...]
    place: Place
    raw: bytes = b""


@dataclass(slots=True)
class ObjectLog:
    """A whole log, as far as a case is looked for in it.

    Attributes:
        types: object → its type.
        values: object → attribute → (instant, value) in order of time.
    """

    events: list[Happening] = field(default_factory=list)
    types: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, list[tuple[int, Any]]]] = field(default_factory=dict)

    def value(self, thing: str, name: str, time: str, value: Any, zone: str | None) -> None:
        """An object's attribute has a value from an instant on. InstantError when the time cannot be read."""
        at = parse_instant(time, zone) if time else 0
        self.values.setdefault(thing, {}).setdefault(name, []).append((at, value))


def recognises(head: bytes, _name: str) -> bool:
    """Whether JSON, XML or SQLite of OCEL 2.0 begins here."""
    if head.startswith(b"SQLite format 3\0"):
        return b"event_map_type" in head or b"event_object" in head
    start = head.lstrip()[:1]
    if start == b"<":
        return b"<object-types" in head or b"<event-types" in head
    return start == b"{" and b'"objectTypes"' in head and (b'"eventTypes"' in head or b'"objects"' in head)


def read(source: Source, reading: Reading) -> Iterator[Event]:
    """The events, one for each object of the case's type that they concern.

    The type is named by `--map case=TYPE`; else it is the one of which most events concern exactly one object.
    """
    head = source.head().lstrip()
    if head.startswith(b"SQLite format 3\0"):
        from keptword.readers.ocel_sqlite import read_tables

        log = read_tables(source, reading)
    elif head.startswith(b"<"):
        from keptword.readers.ocel_xml import read_tree

        log = read_tree(source, reading)
    else:
        log = _read_json(source, reading)
    yield from _events(log, source, reading)


def _read_json(source: Source, reading: Reading) -> ObjectLog:
    log = ObjectLog()
    for record in records(source, reading, ("events", "objects")):
        own = Fields(record.value, reading.zone)
        ident, kind = own.text("id", needed=True), own.text("type", needed=True)
        attributes = own.records("attributes")
        if record.list == "objects":
            for attribute in attributes:
                try:
                    log.value(
                        ident,
                        str(attribute.get("name")),
                        str(attribute.get("time") or ""),
                        attribute.get("value"),
                        reading.zone,
                    )
                except InstantError as error:
                    own.fault(error.code, "attributes", str(error), error.hint)
            log.types[ident] = kind
        else:
            time = own.text("time", needed=True)
            related = tuple(str(r.get("objectId")) for r in own.records("relationships"))
            values = {str(a.get("name")): a.get("value") for a in attributes}
            log.events.append(
                Happening(ident, kind, time, values, related, record.place, _kept(record, reading))
            )
        if own.faults:
            record.reject(own.faults)
            if record.list == "events":
                log.events.pop()
    return log


def _kept(record: Record, reading: Reading) -> bytes:
    return record.raw() if reading.keep_going else b""


def case_type(log: ObjectLog) -> str:
    """The type of object of which most events concern exactly one; of several the one with the most objects."""
    single: Counter[str] = Counter()
    for event in log.events:
        kinds = Counter(log.types[o] for o in event.objects if o in log.types)
        single.update(k for k, n in kinds.items() if n == 1)
    sizes = Counter(log.types.values())
    return max(sizes, key=lambda k: (single[k], sizes[k], k), default="")


def _events(log: ObjectLog, source: Source, reading: Reading) -> Iterator[Event]:
    wished = reading.mapping.get("case")
    case = wished or case_type(log)
    if case and not wished:
        reading.note(
            f"{source.name}: '{case}' is taken for the case, since most events concern exactly one; another can be named: --map case=TYPE"
        )
    if wished and wished not in log.types.values():
        known = ", ".join(f"'{k}'" for k in sorted(set(log.types.values())))
        reading.note(f"{source.name}: there is no object of the type '{wished}'; there are: {known}")
    shape = Shape(reading.zone)
    strays = unknown = 0
    for values in log.values.values():
        for history in values.values():
            history.sort(key=lambda h: h[0])
    for event in log.events:
        unknown += sum(o not in log.types for o in event.objects)
        by_type: dict[str, list[str]] = {}
        for thing in event.objects:
            by_type.setdefault(log.types.get(thing, "object"), []).append(thing)
        cases = by_type.get(case, [])
        strays += not cases
        for n, name in enumerate(cases or [""]):
            record = _record(event, name, n, by_type, case, log, reading)
            made = shape.event(record, event.place)
            if isinstance(made, Event):
                if reading.keep_going:
                    reading.raws[event.place] = event.raw
                yield made
            else:
                reading.reject(event.raw, [_problem(f, event) for f in made])
                break
    if strays:
        reading.note(
            f"{source.name}: {counted(strays, 'event')} concerned no object of the type '{case}' and stand in no case"
        )
    if unknown:
        reading.note(
            f"{source.name}: {counted(unknown, 'relation')} led to objects that the log does not have"
        )


def _problem(fault: Fault, event: Happening) -> Problem:
    return Problem(fault.code, f"the event '{event.id}': {fault.message}", event.place, hint=fault.hint)


def _record(
    event: Happening,
    case: str,
    n: int,
    by_type: dict[str, list[str]],
    kind: str,
    log: ObjectLog,
    reading: Reading,
) -> dict[str, Any]:
    name = event_of(event.type)
    record: dict[str, Any] = {
        "time": event.time,
        "event": name,
        "case": case,
        "id": f"ocel:{event.id}" if n == 0 else f"ocel:{event.id}:{case}",
    }
    if name != event.type:
        record["activity"] = event.type
    for key, value in event.attributes.items():
        record.setdefault(key, value)
    for other, things in by_type.items():
        if other != kind:
            record.setdefault(other, things[0] if len(things) == 1 else things)
    for ours, theirs in reading.mapping.items():
        found = event.attributes.get(theirs, by_type.get(theirs))
        if ours not in {"case", "ours"} and found is not None:
            record[ours] = found[0] if isinstance(found, list) else str(found) if ours == "event" else found
    try:
        at = parse_instant(event.time, reading.zone)
    except InstantError:
        return record  # the shape says it with its place
    for key, history in log.values.get(case, {}).items():
        n = bisect_right(history, at, key=lambda h: h[0])
        if n:
            record[f"case:{key}"] = history[n - 1][1]
    return record
