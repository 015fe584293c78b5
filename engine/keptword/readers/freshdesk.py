"""Freshdesk: tickets with their stats and conversations, and conversations by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from keptword.events import Event
from keptword.readers.desk import Counts, Ticket
from keptword.readers.html_text import html_text
from keptword.readers.json_records import Record, records
from keptword.readers.reading import Reading, Role, counted
from keptword.readers.source import Source
from keptword.readers.status_events import Fields

_SOURCES = {
    "1": "email",
    "2": "portal",
    "3": "phone",
    "7": "chat",
    "9": "portal",
    "10": "email",
    "13": "chat",
}


def recognises(head: bytes, _name: str) -> bool:
    """Whether names that only Freshdesk has stand here."""
    marks = (
        b'"fr_due_by"',
        b'"responder_id"',
        b'"fr_escalated"',
        b'"incoming"',
        b'"first_responded_at"',
        b'"body_text"',
    )
    return head.lstrip()[:1] in {b"{", b"["} and sum(m in head for m in marks) >= 2


def read(source: Source, reading: Reading) -> Iterator[Event]:
    """The events of every ticket.

    Freshdesk exports no history: of its status the stats know the last reopening, resolution and closing, and nothing
    says what the priority or the group was at any time, so no event has them.
    """
    counts = Counts()
    cut = 0
    for record in records(source, reading, ("tickets", "conversations"), own=("id",)):
        own = Fields(record.value, reading.zone)
        if "incoming" in record.value and "ticket_id" in record.value:
            ticket = Ticket(f"freshdesk:{own.text('ticket_id')}", own.text("ticket_id"), record.place)
            _message(ticket, own, reading, "")
        else:
            ticket = _ticket(own, record, counts, reading)
            cut += "conversations" not in record.value
            reading.version(f"freshdesk:{ticket.case}", own.time("updated_at") or 0, record.place)
        if own.faults:
            record.reject(own.faults)
            continue
        record.keep()
        yield from ticket.events
    for note in counts.said("freshdesk"):
        reading.note(note)
    if cut:
        reading.note(
            f"freshdesk: {counted(cut, 'ticket')} came without conversations: what was written after the description is not in this file"
        )


def _ticket(own: Fields, record: Record, counts: Counts, reading: Reading) -> Ticket:
    ident, created = own.text("id", needed=True), own.time("created_at", needed=True)
    ticket = Ticket(f"freshdesk:{ident}", ident, record.place)
    ticket.set("customer", own.text("requester_id", needed=True))
    ticket.set("subject", own.text("subject"))
    channel = _SOURCES.get(own.text("source"), "")
    counts.flat += 1
    if created is None:
        return ticket
    outward = own.text("source") == "10"
    role: Role = "agent" if outward else "customer"
    ticket.opened(created, {"role": role, "channel": channel})
    text = own.text("description_text") or html_text(own.text("description"))
    actor = "" if outward else str(ticket.state.get("customer", ""))
    ticket.message(created, "description", role, text, public=True, actor=actor, channel=channel)
    for entry in own.records("conversations"):
        part = Fields(entry, reading.zone, "conversations", f"conversation {entry.get('id', '?')}: ")
        _message(ticket, part, reading, channel)
        own.faults += part.faults
    _ends(ticket, own, reading)
    return ticket


def _ends(ticket: Ticket, own: Fields, reading: Reading) -> None:
    stats = own.record.get("stats")
    if not isinstance(stats, dict):
        return
    part = Fields(stats, reading.zone, "stats")
    for name, event, status in (
        ("reopened_at", "ticket.reopened", "open"),
        ("resolved_at", "ticket.solved", "solved"),
        ("closed_at", "ticket.closed", "closed"),
    ):
        at = part.time(name)
        if at is not None:
            ticket.add(at, event, status, {"status": status})
    own.faults += part.faults


def _message(ticket: Ticket, part: Fields, reading: Reading, channel: str) -> None:
    ident, at, author = (
        part.text("id", needed=True),
        part.time("created_at", needed=True),
        part.text("user_id"),
    )
    text = part.text("body_text") or html_text(part.text("body"))
    if part.faults or at is None:
        return
    incoming, private = part.record.get("incoming") is True, part.record.get("private") is True
    role: Role = "customer" if incoming else reading.role(author, at) or "agent"
    ticket.message(
        at,
        ident,
        role,
        text,
        public=not private,
        actor=author,
        channel=channel,
        more=_attached(part.record.get("attachments")),
    )


def _attached(value: Any) -> dict[str, int]:
    return {"attachments": len(value)} if isinstance(value, list) and value else {}
