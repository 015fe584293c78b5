"""Zammad: tickets with their articles and history, articles by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from keptword.events import Event, Value
from keptword.readers.desk import Counts, Ticket
from keptword.readers.desk_words import plain_priority, plain_status
from keptword.readers.html_text import html_text
from keptword.readers.json_records import records
from keptword.readers.reading import Reading, Role
from keptword.readers.source import Source
from keptword.readers.status_events import Fields

_SENDERS: dict[str, Role] = {"agent": "agent", "customer": "customer", "system": "system"}
_CHANNELS = {
    "email": "email",
    "phone": "phone",
    "web": "portal",
    "sms": "sms",
    "chat": "chat",
    "telegram personal-message": "chat",
    "whatsapp message": "chat",
}
_NAMES = {
    "state": "status",
    "priority": "priority",
    "group": "team",
    "owner": "assignee",
    "customer": "customer",
    "title": "subject",
}
_STATUSES = {
    "pending reminder": "pending",
    "pending close": "pending",
    "merged": "closed",
    "removed": "closed",
}


def recognises(head: bytes, _name: str) -> bool:
    """Whether articles with a sender and `internal` stand here."""
    marks = (
        b'"sender"',
        b'"internal"',
        b'"content_type"',
        b'"first_response_escalation_at"',
        b'"article_count"',
        b'"last_contact_customer_at"',
        b'"value_from"',
    )
    return head.lstrip()[:1] in {b"{", b"["} and sum(m in head for m in marks) >= 3


def read(source: Source, reading: Reading) -> Iterator[Event]:
    """The events of every ticket: its history replayed if the export has it (`history`), its articles as messages."""
    counts = Counts()
    for record in records(source, reading, ("tickets", "ticket_articles", "articles"), own=("id", "number")):
        own = Fields(record.value, reading.zone)
        if "sender" in record.value and "ticket_id" in record.value:
            ticket = Ticket(f"zammad:{own.text('ticket_id')}", own.text("ticket_id"), record.place)
            _article(ticket, own)
        else:
            ticket = _ticket(own, record.place, counts, reading)
            reading.version(f"zammad:{ticket.case}", own.time("updated_at") or 0, record.place)
        if own.faults:
            record.reject(own.faults)
            continue
        record.keep()
        yield from ticket.events
    for note in counts.said("zammad"):
        reading.note(note)


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("name") or value.get("login") or value.get("id")
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _value(name: str, value: Any) -> str:
    text = _plain(value)
    if name == "status":
        return _STATUSES.get(text.lower()) or plain_status(text)
    return plain_priority(text) if name == "priority" else "" if name == "assignee" and text == "-" else text


def _ticket(own: Fields, place: Any, counts: Counts, reading: Reading) -> Ticket:
    ident, created = own.text("id", needed=True), own.time("created_at", needed=True)
    ticket = Ticket(f"zammad:{ident}", ident, place)
    history = _history(own, reading)
    articles = []
    for n, entry in enumerate(own.records("articles"), 1):
        part = Fields(entry, reading.zone, "articles", f"article {n}: ")
        at = part.time("created_at", needed=True)
        articles.append((at or 0, part))
        own.faults += part.faults
    if own.faults or created is None:
        return ticket
    whole = "history" in own.record
    counts.flat += not whole
    first: dict[str, str] = {}
    for _, _, entry in history:
        name = _NAMES.get(str(entry.get("attribute")))
        if name and entry.get("type") == "updated":
            first.setdefault(name, _value(name, entry.get("value_from")))
    for theirs, ours in _NAMES.items():
        if ours in first:
            ticket.set(ours, first[ours])
        elif whole or ours in {"customer", "subject"}:
            ticket.set(ours, _value(ours, own.record.get(theirs) or own.record.get(f"{theirs}_id")))
    opener = min(articles, key=lambda a: a[0])[1].record if articles else {}
    role = _SENDERS.get(_plain(opener.get("sender")).lower(), "customer")
    ticket.opened(created, {"role": role, "channel": _CHANNELS.get(_plain(opener.get("type")).lower(), "")})
    moments: list[tuple[int, int, str, Any]] = [(at, 0, i, e) for at, i, e in history] + [
        (at, 1, "", p) for at, p in articles
    ]
    for at, what, number, entry in sorted(moments, key=lambda m: (m[0], m[1], len(m[2]), m[2])):
        if what:
            _article(ticket, entry)
            own.faults += entry.faults
        elif entry.get("type") == "updated":
            name = str(entry.get("attribute"))
            ours = _NAMES.get(name, name)
            who: dict[str, Value | None] = {
                "actor": _plain(entry.get("created_by") or entry.get("created_by_id"))
            }
            ticket.change(
                at,
                f"h{number}",
                ours,
                _value(ours, entry.get("value_from")),
                _value(ours, entry.get("value_to")),
                who,
            )
    closed = own.time("close_at")
    if not whole and closed is not None:
        ticket.add(closed, "ticket.closed", "closed", {"status": "closed"})
    return ticket


def _history(own: Fields, reading: Reading) -> list[tuple[int, str, dict[str, Any]]]:
    out = []
    for n, entry in enumerate(own.records("history"), 1):
        if entry.get("object", "Ticket") != "Ticket":
            continue
        part = Fields(entry, reading.zone, "history", f"history {n}: ")
        at = part.time("created_at", needed=True)
        own.faults += part.faults
        if at is not None:
            out.append((at, _plain(entry.get("id")) or str(n), dict(entry)))
    return sorted(out, key=lambda h: (h[0], len(h[1]), h[1]))


def _article(ticket: Ticket, part: Fields) -> None:
    ident, at, body = part.text("id", needed=True), part.time("created_at", needed=True), part.text("body")
    if part.faults or at is None:
        return
    role = _SENDERS.get(_plain(part.record.get("sender")).lower(), "agent")
    text = html_text(body) if "html" in str(part.record.get("content_type", "")) else body.strip()
    private = part.record.get("internal") is True
    actor = _plain(part.record.get("created_by")) or _plain(part.record.get("from"))
    ticket.message(
        at,
        f"a{ident}",
        role,
        text,
        public=not private,
        actor=actor,
        channel=_CHANNELS.get(_plain(part.record.get("type")).lower(), ""),
    )
