"""The history of GitHub's status page as researchers publish it: one incident a line, with all its posts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from keptword.errors import Place
from keptword.events import Event
from keptword.readers.reading import Reading
from keptword.readers.records import Fault
from keptword.readers.source import Source
from keptword.readers.status_events import Fields, Incident, Post, events, plain_status, shared
from keptword.readers.strict_json import Lines, broken, decoder, located, not_utf8, skip

SHAPE = 'write {"id": "…", "started_at": "…", "updates": [{"at": "…", "status": "…", "message": "…"}], …}'


def recognises(head: bytes, _name: str) -> bool:
    """Whether the first line is such an incident."""
    first = head.split(b"\n", 1)[0]
    return first.startswith(b"{") and b'"status_sequence"' in first and b'"updates"' in first


def read(source: Source, reading: Reading) -> Iterator[Event]:
    """The events of every incident; a line that is none goes to `reading`."""
    decode = decoder().decode
    for number, raw in source.lines(reading):
        try:
            text = raw.decode()
            if not text.strip():
                continue
            record = decode(text)
        except UnicodeDecodeError as error:
            reading.reject(raw, [not_utf8(source.name, number, raw, error)])
            continue
        except (ValueError, RecursionError) as error:
            reading.reject(raw, [broken(Lines(source.name, text, number), 0, error)])
            continue
        lines = Lines(source.name, text, number)
        if not isinstance(record, dict):
            reading.reject(
                raw,
                [
                    lines.problem(
                        "L003", skip(text, 0), "an incident is a JSON object, and this is none", hint=SHAPE
                    )
                ],
            )
            continue
        incident = _incident(record, Place(source.name, number), reading.zone)
        if isinstance(incident, list):
            reading.reject(raw, located(lines, 0, incident))
            continue
        found = list(events(incident))
        if reading.keep_going:
            reading.raws[incident.place] = raw
        yield from found


def _incident(record: dict[str, Any], place: Place, zone: str | None) -> Incident | list[Fault]:
    own = Fields(record, zone)
    ident, title, impact = own.text("id", needed=True), own.text("title"), own.text("impact")
    opened, resolved = own.time("started_at", needed=True), own.time("resolved_at")
    started, ended = own.time("downtime_start"), own.time("downtime_end")
    faults = own.faults
    posts = []
    for n, update in enumerate(own.records("updates"), 1):
        part = Fields(update, zone, "updates", f"update {n}: ")
        at = part.time("at", needed=True)
        status = plain_status(part.text("status", needed=True))
        text = part.text("message")
        faults += part.faults
        if at is not None:
            posts.append(Post(f"{ident}.{n:03d}", at, None, status, text))
    if faults or opened is None:
        return faults
    works = impact == "maintenance"
    fields = shared(
        incident=ident, subject=title, impact=impact, components=own.names("components"), url=own.text("url")
    )
    return Incident(
        ident,
        place,
        fields,
        opened,
        started if started is not None else opened,
        resolved,
        ended,
        tuple(posts),
        works,
        guessed=frozenset() if record.get("impact_window") else frozenset(["started"]),
    )
