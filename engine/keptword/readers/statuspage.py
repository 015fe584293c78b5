"""Atlassian Statuspage: incidents.json, scheduled-maintenances.json or summary.json of a page's public API."""

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

_LISTS = ("incidents", "scheduled_maintenances")
SHAPE = "such a file is https://PAGE/api/v2/incidents.json"


def recognises(head: bytes, _name: str) -> bool:
    """Whether this is an answer of the API: a page, and a list of incidents or works."""
    begin = head.lstrip()[:1]
    return begin in {b"{", b"["} and (
        b'"incident_updates"' in head
        or (b'"page"' in head and any(f'"{n}"'.encode() in head for n in _LISTS))
    )


def read(source: Source, reading: Reading) -> Iterator[Event]:
    """The events of every incident and of all planned works; an incident that cannot be used goes to `reading`."""
    data = source.read()
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        number = data.count(b"\n", 0, error.start) + 1
        begin = data.rfind(b"\n", 0, error.start) + 1
        line = data[begin:].split(b"\n", 1)[0]
        inner = UnicodeDecodeError("utf-8", line, error.start - begin, error.end - begin, error.reason)
        reading.reject(data, [not_utf8(source.name, number, line, inner)])
        return
    lines = Lines(source.name, text)
    try:
        whole = decoder().decode(text)
    except (ValueError, RecursionError) as error:
        reading.reject(data, [broken(lines, 0, error)])
        return
    if not isinstance(whole, list) and not (
        isinstance(whole, dict) and any(isinstance(whole.get(n), list) for n in _LISTS)
    ):
        reading.reject(
            data, [lines.problem("L003", skip(text, 0), "there is no list of incidents in this", hint=SHAPE)]
        )
        return
    for at, end in _records(text, whole):
        record = decoder().decode(text[at:end])
        if not isinstance(record, dict):
            reading.reject(
                text[at:end].encode(),
                [lines.problem("L003", at, "an incident is a JSON object, and this is none", hint=SHAPE)],
            )
            continue
        place: Place = lines.place(at)
        incident = _incident(record, place, reading.zone)
        if isinstance(incident, list):
            reading.reject(text[at:end].encode(), located(lines, at, incident))
            continue
        if reading.keep_going:
            reading.raws[place] = text[at:end].encode()
        # A page that is saved again and again has each incident in many states; the latest counts.
        reading.version(
            f"statuspage:{incident.id}", Fields(record, reading.zone).time("updated_at") or 0, place
        )
        yield from events(incident)


def _records(text: str, whole: Any) -> Iterator[tuple[int, int]]:
    """Where each incident begins and ends in a text that is known to be JSON."""
    start = skip(text, 0)
    if isinstance(whole, list):
        yield from _items(text, start)
        return
    at = skip(text, start + 1)
    while text[at] != "}":
        name, end = _SCAN(text, at)
        begin = skip(text, skip(text, end) + 1)
        _, end = _SCAN(text, begin)
        if name in _LISTS and text[begin] == "[":
            yield from _items(text, begin)
        at = skip(text, end)
        at = skip(text, at + 1) if text[at] == "," else at


def _items(text: str, start: int) -> Iterator[tuple[int, int]]:
    at = skip(text, start + 1)
    while text[at] != "]":
        _, end = _SCAN(text, at)
        yield at, end
        at = skip(text, end)
        at = skip(text, at + 1) if text[at] == "," else at


_SCAN = decoder().raw_decode


def _incident(record: dict[str, Any], place: Place, zone: str | None) -> Incident | list[Fault]:
    own = Fields(record, zone)
    ident, title, impact = own.text("id", needed=True), own.text("name"), own.text("impact")
    opened, resolved, started = (
        own.time("created_at", needed=True),
        own.time("resolved_at"),
        own.time("started_at"),
    )
    starts_at, ends_at = own.time("scheduled_for"), own.time("scheduled_until")
    faults = own.faults
    posts = []
    for n, update in enumerate(own.records("incident_updates"), 1):
        part = Fields(update, zone, "incident_updates", f"update {n}: ")
        at, shown = part.time("created_at", needed=True), part.time("display_at")
        ident_of = part.text("id") or f"{ident}.{n:03d}"
        status, text = plain_status(part.text("status", needed=True)), part.text("body")
        changed = part.time("updated_at")
        faults += part.faults
        if at is not None:
            edit = changed if changed is not None and changed - at > 60_000_000 else None
            posts.append(Post(ident_of, at, shown if shown != at else None, status, text, edit))
    if faults or opened is None:
        return faults
    works = starts_at is not None or impact == "maintenance"
    posts.sort(key=lambda p: (p.time, p.id))  # the API gives the newest first
    over = next((p.time for p in posts if p.status in {"resolved", "completed"}), None)
    # The API may state a time of the end that lies before the post which says so; the post is what people could see.
    ended = resolved if over is not None and resolved != over else None
    fields = shared(
        incident=ident,
        subject=title,
        impact=impact,
        components=own.names("components"),
        url=own.text("shortlink"),
    )
    return Incident(
        ident, place, fields, opened, started if started is not None else opened, over if over is not None else resolved,
        ended, tuple(posts), works, starts_at, ends_at, guessed=frozenset() if started is not None else frozenset(["started"]),
    )  # fmt: skip
