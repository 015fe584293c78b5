"""XES (IEEE 1849), also compressed: traces become cases, their events events, streamed."""

from __future__ import annotations

from collections.abc import Iterator
from sys import intern
from typing import Any

from keptword.errors import Place, Problem
from keptword.events import FIELD_TYPES, HEAD, Event
from keptword.readers.activities import event_of
from keptword.readers.plain_xes import STANDS_FOR, PlainEvents, in_utf8
from keptword.readers.reading import Reading, counted
from keptword.readers.records import Fault, Shape
from keptword.readers.source import Source
from keptword.readers.values import quick
from keptword.readers.xml_events import XmlStream, local

_POOL = 100_000
_LEAVES = frozenset(["string", "date", "int", "float", "boolean", "id"])
_TEXTS = frozenset(["string", "date", "id"])
_FIELDS = {"org:resource": "actor", "org:group": "team", "identity:id": "id"}


def recognises(head: bytes, _name: str) -> bool:
    """Whether a `log` of XES begins here."""
    return (
        head.lstrip()[:1] == b"<"
        and b"<log" in head
        and (b"xes" in head[:4096].lower() or b"<trace" in head or b'key="concept:name"' in head)
    )


def read(source: Source, reading: Reading) -> Iterator[Event]:
    """The events of every trace; one without a time goes to `reading`."""
    log = _Log(source, reading)
    yield from log.events()


class _Log:
    """The state of reading one file: the trace and the event that are open, and what is nested in them."""

    def __init__(self, source: Source, reading: Reading) -> None:
        self.source, self.reading = source, reading
        self.shape = Shape(reading.zone)
        self.ready: list[Event] = []
        self.trace: dict[str, Any] = {}
        self.shared: dict[str, Any] = {}
        self.event: dict[str, Any] | None = None
        self.case = ""
        self.path: list[str] = []
        self.inside = self.skipping = 0
        self.line = self.nameless = self.caseless = 0
        self.numbers: dict[str, int] = {}
        self.pool: dict[str, str] = {}
        self.names: dict[tuple[str, str], str] = {}
        self.known: dict[str, tuple[str, str]] = {}
        self.plain_shared = True
        self.faults: list[Fault] = []
        self.plain = PlainEvents()
        # With --rejects the bytes of what is bad are handed back, so every one of them has to pass through the parser.
        ahead = self.plain.taken_out if in_utf8(source.head()) and not reading.keep_going else None
        self.stream = XmlStream(source, self._start, self._end, ahead=ahead)
        self.wishes = [(ours, theirs) for ours, theirs in reading.mapping.items() if ours != "ours"]

    def events(self) -> Iterator[Event]:
        """Everything, a piece of the file at a time."""
        # Expat calls back, and a generator cannot yield from there; so events are handed out between pieces.
        for _ in self.stream.pieces(self.reading):
            yield from self.ready
            self.ready.clear()
        yield from self.ready
        if self.nameless:
            self.reading.note(
                f"{self.source.name}: {counted(self.nameless, 'event')} named no activity (concept:name)"
            )
        if self.caseless:
            self.reading.note(
                f"{self.source.name}: {counted(self.caseless, 'event')} stood in no trace with a name (concept:name)"
            )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self.skipping:
            self.skipping += 1
            return
        path = self.path
        if name in _TEXTS and self.inside and not path:
            # Nearly every attribute goes this way: a text or a date that is not inside another.
            key, value = intern(attributes.get("key", "")), attributes.get("value", "")
            path.append(key)
            into = self.trace if self.event is None else self.event
            if key not in into:
                pool = self.pool
                into[key] = pool.setdefault(value, value) if len(value) < 40 and len(pool) < _POOL else value
                return
            self._attribute(name, key, value)
            return
        if name == STANDS_FOR:
            self._plain(self.plain.events[int(attributes["n"])])
            return
        tag = local(name) if ":" in name else name
        if tag in _LEAVES:
            if self.inside:
                key = intern(attributes.get("key", ""))
                self.path.append(key)
                # An attribute may have attributes of its own; they get dotted names.
                self._attribute(
                    tag, key if len(self.path) == 1 else ".".join(self.path), attributes.get("value", "")
                )
        elif tag == "event":
            self.event = {}
            self.faults = []
            self.inside += 1
            self.line = self.stream.line
        elif tag == "trace":
            self.trace, self.shared, self.case = {}, {}, ""
            self.inside += 1
        elif tag in {"global", "classifier", "extension"}:
            self.skipping = 1
        elif self.inside:  # list, container, values
            self.path.append(attributes.get("key", ""))

    def _end(self, name: str) -> None:
        if self.skipping:
            self.skipping -= 1
            return
        if name in _TEXTS and self.path:
            self.path.pop()
            return
        if name == STANDS_FOR:
            return
        tag = local(name) if ":" in name else name
        if tag == "event":
            self.inside -= 1
            self._finish()
            self.event = None
        elif tag == "trace":
            self.inside -= 1
            self.trace, self.shared, self.case = {}, {}, ""
        elif self.inside and self.path:
            self.path.pop()

    def _plain(self, attributes: list[tuple[str, str, str]]) -> None:
        """An event whose attributes were read ahead; most of them need no second look."""
        self.line = self.stream.line
        if not self.shared and self.trace:
            self._share()
        plain = not self.wishes and self.inside == 1 and self.plain_shared
        fields: dict[str, Any] = self.shared.copy()
        time: int | None = None
        activity = ident = transition = ""
        pool, known = self.pool, self.known
        for tag, key, value in attributes if plain else ():
            name, kind = known.get(key) or self._known(key)
            if kind == "text":
                if tag not in _TEXTS or name in fields:
                    plain = False
                    break
                fields[name] = pool.get(value) or self._pooled(value)
            elif kind == "time":
                time = quick(value)
            elif kind == "activity":
                activity = pool.get(value) or self._pooled(value)
            elif kind == "transition":
                transition = fields[name] = pool.get(value) or self._pooled(value)
            elif kind == "id":
                ident = value
            else:
                typed = _typed(tag, kind, value)
                if typed is None or name in fields:
                    plain = False
                    break
                fields[name] = self._pooled(typed) if isinstance(typed, str) else typed
        if not plain or time is None or not activity:
            self._again(attributes)
            return
        event = self.names.get((activity, transition)) or self._named(activity, transition)
        if event != activity:
            fields["activity"] = activity
        if not ident:
            number = self.numbers[self.case] = self.numbers.get(self.case, 0) + 1
            ident = f"xes:{self.case}:{number}"
        self.caseless += not self.case
        self.ready.append(Event(time, event, self.case, ident, fields, Place(self.source.name, self.line)))

    def _known(self, key: str) -> tuple[str, str]:
        """The field that an attribute becomes, and what it holds; `hard` for one that wants a second look."""
        name = intern(_FIELDS.get(key, key))
        special = {"concept:name": "activity", "time:timestamp": "time", "lifecycle:transition": "transition"}
        hard = "id" if name == "id" else "hard" if name in HEAD else FIELD_TYPES.get(name, "any")
        found = (name, special.get(key, hard))
        if len(self.known) < _POOL:
            self.known[key] = found
        return found

    def _pooled(self, value: str) -> str:
        """One object for a value that may come again and again."""
        if len(value) < 40 and len(self.pool) < _POOL:
            return self.pool.setdefault(value, value)
        return value

    def _named(self, activity: str, transition: str) -> str:
        event = event_of(activity, transition)
        if len(self.names) < _POOL:
            self.names[activity, transition] = event
        return event

    def _again(self, attributes: list[tuple[str, str, str]]) -> None:
        """The same the long way."""
        self.event, self.faults = {}, []
        for tag, key, value in attributes:
            self._attribute(tag, key, value)
        self._finish()
        self.event = None

    def _share(self) -> None:
        """What the trace says holds for each of its events."""
        self.case = str(self.trace.get("concept:name", self.trace.get("identity:id", "")))
        self.shared = {
            f"case:{k}": v for k, v in self.trace.items() if k not in {"concept:name", "identity:id"}
        }
        self.plain_shared = all(isinstance(v, str | bool) for v in self.shared.values())

    def _attribute(self, tag: str, key: str, value: str) -> None:
        into = self.trace if self.event is None else self.event
        # The same few names and values come again and again, and expat makes each of them anew.
        if len(value) < 40 and len(self.pool) < _POOL:
            value = self.pool.setdefault(value, value)
        typed: Any = value
        try:
            match tag:
                case "int":
                    typed = int(value)
                case "float":
                    typed = float(value)
                case "boolean":
                    typed = value.strip().lower() in {"true", "1"}
        except ValueError:
            self.faults.append(Fault("L009", key, f"'{key}' is a number ({tag}), not '{value[:60]}'"))
        if key in into:
            into[key] = f"{into[key]},{value}"  # the values of a list share one name
        else:
            into[key] = typed

    def _finish(self) -> None:
        event = self.event
        assert event is not None
        if not self.shared and self.trace:
            self._share()
        activity = str(event.pop("concept:name", ""))
        transition = event.pop("lifecycle:transition", None)
        record: dict[str, Any] = {
            "event": event_of(activity, str(transition or "")),
            "case": self.case,
            **self.shared,
        }
        if "time:timestamp" in event:
            time = event.pop("time:timestamp")
            # Without the zeros that most writers add it is one of the spellings that are read fast.
            exact = isinstance(time, str) and time[19:23] == ".000"
            record["time"] = time[:19] + time[23:] if exact else time
        if activity and record["event"] != activity:
            record["activity"] = activity
        if transition is not None:
            record["lifecycle:transition"] = transition
        for key, value in event.items():
            record[_FIELDS.get(key, key)] = value
        if not record.get("id"):
            number = self.numbers[self.case] = self.numbers.get(self.case, 0) + 1
            record["id"] = f"xes:{self.case}:{number}"
        for ours, theirs in self.wishes:
            found = activity if theirs == "concept:name" else event.get(theirs, record.get(theirs))
            if found is not None:
                record[ours] = str(found) if ours in {"event", "case", "id"} else found
        self.nameless += not activity
        self.caseless += not self.case
        place = Place(self.source.name, self.line)
        made = self.shape.event(record, place) if not self.faults else self.faults
        if isinstance(made, Event):
            self.ready.append(made)
            return
        hint = {"L004": 'give it <date key="time:timestamp" value="2026-03-02T09:00:00Z"/>'}
        self.reading.reject(
            b"",
            [
                Problem(
                    f.code,
                    f"the event of case '{self.case}': {f.message}",
                    place,
                    hint=hint.get(f.code, f.hint),
                )
                for f in made
            ],
        )


def _typed(tag: str, kind: str, value: str) -> str | int | bool | None:
    """The value of an attribute where its type leaves no question; None where it does."""
    match tag:
        case "string" | "id" | "date" if kind == "any":
            return value
        case "int" if kind in {"any", "number"}:
            return int(value) if value.isascii() and value.isdigit() and len(value) < 18 else None
        case "boolean" if kind in {"any", "bool"}:
            return value == "true" if value in {"true", "false"} else None
    return None
