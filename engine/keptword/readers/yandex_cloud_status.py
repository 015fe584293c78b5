"""Yandex Cloud's status page: its incidents with their comments in HTML, newest first."""

from __future__ import annotations

from collections.abc import Iterator

from keptword.events import Event
from keptword.readers.html_text import html_text
from keptword.readers.json_records import Record, records
from keptword.readers.reading import Reading, counted
from keptword.readers.records import Fault
from keptword.readers.source import Source
from keptword.readers.status_events import Fields, Incident, Post, events, shared

# The page's own words for the kinds of comment, as status pages elsewhere call them.
_STATUS = {"investigation": "investigating"}


def recognises(head: bytes, _name: str) -> bool:
    """Whether this is a page of `items` with a level and comments."""
    return (
        head.lstrip()[:1] in {b"[", b"{"}
        and b'"startDate"' in head
        and b'"comments"' in head
        and b'"levelId"' in head
    )


def read(source: Source, reading: Reading) -> Iterator[Event]:
    """The events of every incident; `startDate` and `endDate` are what the page claims, comments are what could be seen."""
    stale = 0
    for record in records(source, reading, ("items",)):
        incident = _incident(record, reading.zone)
        if isinstance(incident, list):
            record.reject(incident)
            continue
        record.keep()
        reading.version(
            f"yandex-cloud:{incident.id}",
            Fields(record.value, reading.zone).time("updatedAt") or 0,
            record.place,
        )
        stale += record.value.get("status") == "open" and incident.resolved is not None
        yield from events(incident)
    if stale:
        reading.note(
            f"{source.name}: {counted(stale, 'incident')} still said to be open although a comment calls it resolved; the comment counts"
        )


def _incident(record: Record, zone: str | None) -> Incident | list[Fault]:
    own = Fields(record.value, zone)
    ident, title = own.text("id", needed=True), own.text("title")
    created, start, end = own.time("createdAt", needed=True), own.time("startDate"), own.time("endDate")
    level = record.value.get("level")
    label = level.get("label") if isinstance(level, dict) else None
    state = own.text("status").lower()
    reported = own.time("reportPublishedTime")
    faults = own.faults
    posts = []
    for n, comment in enumerate(own.records("comments"), 1):
        part = Fields(comment, zone, "comments", f"comment {n}: ")
        at, changed, kind = (
            part.time("createdAt", needed=True),
            part.time("updatedAt"),
            part.text("type").lower(),
        )
        number, text = part.text("id", needed=True), html_text(part.text("content"))
        faults += part.faults
        if at is not None:
            # The page touches every comment within a few seconds of posting it; that is no edit.
            edit = changed if changed is not None and changed - at > 60_000_000 else None
            posts.append(
                Post(f"yandex-cloud:comment:{number}", at, None, _STATUS.get(kind, kind), text, edit)
            )
    report = html_text(own.text("report")) if record.value.get("isReportPublished") is True else ""
    if report and reported is not None:
        posts.append(Post(f"yandex-cloud:{ident}.report", reported, None, "postmortem", report))
    if faults or created is None:
        return faults
    posts.sort(key=lambda p: (p.time, p.id))
    opened = min([created, *(p.time for p in posts)])
    resolved = next((p.time for p in posts if p.status == "resolved"), None)
    guessed = frozenset(["resolved"]) if resolved is None else frozenset()
    if resolved is None and state == "resolved" and end is not None:
        resolved = max(end, opened)
    services = own.names("services")
    fields = shared(
        incident=ident,
        subject=title,
        impact=label if isinstance(label, str) else None,
        components=services,
        lang="ru",
    )
    return Incident(
        ident, record.place, fields, opened, start, resolved, end if end != resolved else None, tuple(posts), prefix="yandex-cloud:", guessed=guessed
    )  # fmt: skip
