"""Events, the fields that every log shares, and the log as the engines take it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from keptword.errors import Place, Problem

Scalar = str | int | float | bool
Value = Scalar | tuple[Scalar, ...]
FieldType = Literal["text", "bool", "number", "instant", "list"]

# The fields whose type is known to every reader; any other field is kept as it comes.
FIELD_TYPES: dict[str, FieldType] = {
    "customer": "text", "incident": "text", "actor": "text", "role": "text", "team": "text", "assignee": "text",
    "direction": "text", "channel": "text", "audience": "text", "subject": "text", "text": "text", "lang": "text",
    "cause": "text", "reason": "text", "topic": "text", "status": "text", "priority": "text", "severity": "text",
    "service": "text", "field": "text", "from": "text", "to": "text", "tariff": "text", "impact": "text",
    "eta": "instant", "effective_at": "instant", "next_update_at": "instant", "starts_at": "instant",
    "ends_at": "instant", "observed_at": "instant", "claimed_at": "instant",
    "planned": "bool", "public": "bool", "answered": "bool",
    "amount": "number",
    "affected": "list", "components": "list", "tags": "list", "guessed": "list",
}  # fmt: skip
HEAD = ("time", "event", "case", "id")


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a log.

    Attributes:
        time: microseconds since 1970-01-01Z.
        event: what happened, `noun.participle`.
        case: the ticket, incident or conversation; "" when the line names none.
        id: unique in the log; made from the content where the log has none.
        fields: every other field. Instants of known fields are microseconds, plain dates stay text, lists are tuples;
            a field without a value is left out.
        place: where the line stands; not part of what the event is.
    """

    time: int
    event: str
    case: str = ""
    id: str = ""
    fields: Mapping[str, Value] = field(default_factory=dict)
    place: Place | None = field(default=None, compare=False)

    def get(self, name: str) -> Value | None:
        """The value of any field, head fields included; None when the event lacks it."""
        if name in HEAD:
            value: Value = getattr(self, name)
            return None if value == "" else value
        return self.fields.get(name)


@dataclass(slots=True)
class Log:
    """Events in order of (time, id), and what is known of where they came from.

    Attributes:
        events: no two with the same id.
        files: names as given by the user.
        rejected: lines left out on the user's demand (`--rejects`).
        duplicates: lines that repeated an event already read (same id, same content).
        notes: what a reader found missing or had to assume, in the user's words.
        formats: what the sources were read as, in order of name.
        table: the columns of a log too large to be held as events, which `events` then makes one by one; else None.
    """

    events: Sequence[Event]
    files: tuple[str, ...] = ()
    rejected: int = 0
    duplicates: int = 0
    notes: list[str] = field(default_factory=list)
    table: Any = None
    formats: tuple[str, ...] = ()


def content_id(event: Event) -> str:
    """An id made from what the event says: the same whatever file, line or day it is read on."""
    said = [event.time, event.event, event.case, sorted((k, _plain(v)) for k, v in event.fields.items())]
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _plain(value: Value) -> object:
    return list(value) if isinstance(value, tuple) else value


def identify(events: Iterable[Event]) -> tuple[list[Event], int, list[Problem]]:
    """Give every event an id, drop repeats, find ids that two different events share.

    Events without an id get one made from their content; lines that say the same without an id are different
    events (`…`, `….2`, `….3`), because nothing says that they are one.

    Returns:
        The events ordered by (time, id); how many repeats were dropped; one problem for each clash (L008).
    """
    known: dict[str, Event] = {}
    same: dict[str, int] = {}
    repeats = 0
    problems: list[Problem] = []
    for event in events:
        if not event.id:
            made = content_id(event)
            number = same[made] = same.get(made, 0) + 1
            event = with_id(event, made if number == 1 else f"{made}.{number}")
        earlier = known.setdefault(event.id, event)
        if earlier is event:
            continue
        if earlier == event:
            repeats += 1
        else:
            problems.append(_clash(earlier, event))
    return sorted(known.values(), key=lambda e: (e.time, e.id)), repeats, problems


def with_id(event: Event, new: str) -> Event:
    """The same event under another id."""
    return Event(event.time, event.event, event.case, new, event.fields, event.place)


def _clash(first: Event, second: Event) -> Problem:
    names = [n for n in HEAD if getattr(first, n) != getattr(second, n)]
    names += sorted(k for k in {*first.fields, *second.fields} if first.fields.get(k) != second.fields.get(k))
    where = second.place or Place("log")
    return Problem(
        "L008",
        f"the id '{second.id}' stands for two different events: they differ in {', '.join(names)}",
        where,
        hint="an id may come twice only with the same content",
        other=(first.place or Place("log"), "the other one"),
    )


def make_log(events: Iterable[Event], files: tuple[str, ...] = ()) -> Log:
    """A log of events made in a program; LogError is not raised here: clashes end in ValueError."""
    ordered, repeats, problems = identify(events)
    if problems:
        raise ValueError(problems[0].message)
    return Log(ordered, files, duplicates=repeats)
