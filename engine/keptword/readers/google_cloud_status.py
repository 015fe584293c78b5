"""Google Cloud's status page: incidents.json, an array of incidents whose updates stand newest first."""

from __future__ import annotations

from collections.abc import Iterator

from keptword.events import Event
from keptword.readers.json_records import Record, records
from keptword.readers.reading import Reading
from keptword.readers.records import Fault
from keptword.readers.source import Source
from keptword.readers.status_events import Fields, Incident, Post, events, shared

OVER = "available"


def recognises(head: bytes, _name: str) -> bool:
    """Whether an array of incidents begins here."""
    return (
        head.lstrip()[:1] in {b"[", b"{"}
        and b'"external_desc"' in head
        and b'"updates"' in head
        and b'"begin"' in head
    )


def read(source: Source, reading: Reading) -> Iterator[Event]:
    """The events of every incident.

    The page closes an incident with a post of the status AVAILABLE; `begin` and `end` are what it claims of the
    outage itself, often days after the fact.
    """
    for record in records(source, reading, ()):
        incident = _incident(record, reading.zone)
        if isinstance(incident, list):
            record.reject(incident)
            continue
        record.keep()
        reading.version(
            f"google-cloud:{incident.id}",
            Fields(record.value, reading.zone).time("modified") or 0,
            record.place,
        )
        yield from events(incident)


def _incident(record: Record, zone: str | None) -> Incident | list[Fault]:
    own = Fields(record.value, zone)
    ident = own.text("id", needed=True)
    created, begin, end = own.time("created", needed=True), own.time("begin"), own.time("end")
    subject, severity, impact = (
        own.text("external_desc"),
        own.text("severity"),
        own.text("status_impact").lower(),
    )
    service = own.text("service_name")
    titles = [p.get("title") for p in own.records("affected_products")]
    faults = own.faults
    posts = []
    for n, update in enumerate(own.records("updates"), 1):
        part = Fields(update, zone, "updates", f"update {n}: ")
        at, shown, changed = part.time("created", needed=True), part.time("when"), part.time("modified")
        status, text = part.text("status", needed=True).lower(), part.text("text")
        faults += part.faults
        if at is not None:
            # The page touches every post within seconds of posting it; that is no edit.
            edit = changed if changed is not None and changed - at > 60_000_000 else None
            posts.append(Post("", at, shown if shown != at else None, status, text, edit))
    if faults or created is None:
        return faults
    posts.sort(key=lambda p: (p.time, p.text))
    # Posts have no id of their own; their time and, within it, their order never change in a later version of the feed.
    same: dict[int, int] = {}
    named = []
    for post in posts:
        n = same[post.time] = same.get(post.time, 0) + 1
        ending = "" if n == 1 else f".{n}"
        named.append(
            Post(
                f"{ident}.{post.time // 1_000_000}{ending}",
                post.time,
                post.claimed,
                post.status,
                post.text,
                post.edited,
            )
        )
    opened = min([created, *(p.time for p in posts)])
    resolved = _over(named)
    guessed = frozenset(["resolved"]) if resolved is None else frozenset()
    if resolved is None and end is not None:
        # The page claims an end that no post told; nobody could see it before the first post.
        resolved = max(end, opened)
    fields = shared(
        incident=ident, subject=subject, severity=severity, impact=impact, service=service,
        components=tuple(t for t in titles if isinstance(t, str) and t),
        url=f"https://status.cloud.google.com/{own.text('uri')}" if own.text("uri") else None,
    )  # fmt: skip
    return Incident(
        ident,
        record.place,
        fields,
        opened,
        begin,
        resolved,
        end if end != resolved else None,
        tuple(named),
        guessed=guessed,
    )


def _over(posts: list[Post]) -> int | None:
    """When the page called the incident over for good: the first of the posts at its end that say so."""
    over = None
    for post in reversed(posts):
        if post.status != OVER:
            break
        over = post.time
    return over
