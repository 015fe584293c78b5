"""Intercom: conversations with their parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from keptword.errors import Place
from keptword.events import Event
from keptword.instants import SECOND
from keptword.readers.desk import Counts, Ticket
from keptword.readers.html_text import html_text
from keptword.readers.json_records import records
from keptword.readers.reading import Reading, Role, counted
from keptword.readers.source import Source
from keptword.readers.status_events import Fields

_ROLES: dict[str, Role] = {
    "user": "customer",
    "lead": "customer",
    "contact": "customer",
    "visitor": "customer",
    "admin": "agent",
    "bot": "bot",
    "system": "system",
}
_CHANNELS = {
    "email": "email",
    "conversation": "chat",
    "push": "push",
    "sms": "sms",
    "whatsapp": "chat",
    "facebook": "chat",
    "instagram": "chat",
    "twitter": "chat",
    "phone_call": "phone",
}
_STATES = {
    "open": "open",
    "close": "closed",
    "snoozed": "pending",
    "unsnoozed": "open",
    "timer_unsnooze": "open",
}
_WORDS = frozenset(["comment", "note", "quick_reply", "note_and_reopen"])


def recognises(head: bytes, _name: str) -> bool:
    """Whether conversations with parts stand here."""
    return head.lstrip()[:1] in {b"{", b"["} and (
        b'"conversation_parts"' in head or (b'"waiting_since"' in head and b'"admin_assignee_id"' in head)
    )


def read(source: Source, reading: Reading) -> Iterator[Event]:
    """The events of every conversation, its parts replayed in order."""
    counts = Counts()
    cut = 0
    for record in records(source, reading, ("conversations", "data"), own=("id",)):
        own = Fields(record.value, reading.zone)
        ident, created = own.text("id", needed=True), _epoch(own, "created_at")
        ticket = Ticket(f"intercom:{ident}", ident, record.place)
        holder = record.value.get("conversation_parts")
        whole = Fields(holder if isinstance(holder, dict) else {}, reading.zone, "conversation_parts")
        parts = whole.records("conversation_parts")
        own.faults += whole.faults
        total = whole.record.get("total_count")
        if created is not None:
            _begin(ticket, own, created)
            _parts(ticket, own, parts, counts, reading)
        if own.faults:
            record.reject(own.faults)
            continue
        cut += isinstance(total, int) and total > len(parts)
        counts.flat += not isinstance(holder, dict)
        record.keep()
        reading.version(
            f"intercom:{ident}", _epoch(own, "updated_at", needed=False) or created or 0, record.place
        )
        yield from ticket.events
    for note in counts.said("intercom", "conversation"):
        reading.note(note)
    if cut:
        reading.note(
            f"intercom: the export lacks parts of {counted(cut, 'conversation')}: the API gives 500 at most"
        )


def _epoch(part: Fields, name: str, needed: bool = True) -> int | None:
    value = part.record.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        if 0 < value < 10**11:
            return value * SECOND
        part.fault(
            "L005",
            name,
            f"{part.where}'{name}' is {str(value)[:30]}, which is not a time in seconds since 1970",
        )
        return None
    return part.time(name, needed=needed)


def _author(value: Any) -> tuple[Role, str, str]:
    """Role, id and name."""
    who = value if isinstance(value, dict) else {}
    ident = str(who.get("id") or "")
    return (
        _ROLES.get(str(who.get("type", "")), "system"),
        ident,
        str(who.get("name") or who.get("email") or ident),
    )


def _begin(ticket: Ticket, own: Fields, created: int) -> None:
    source = own.record.get("source")
    source = source if isinstance(source, dict) else {}
    role, ident, name = _author(source.get("author"))
    channel = _CHANNELS.get(str(source.get("type", "")), "chat")
    contacts = own.record.get("contacts")
    found = contacts.get("contacts") if isinstance(contacts, dict) else None
    first = found[0] if isinstance(found, list) and found and isinstance(found[0], dict) else {}
    ticket.set("customer", str(first.get("id") or "") or (ident if role == "customer" else ""))
    ticket.set("subject", html_text(str(source.get("subject") or own.record.get("title") or "")))
    ticket.state["channel"] = channel
    ticket.opened(created, {"role": role, "actor": name, "channel": channel})
    text = html_text(str(source.get("body") or ""))
    automated = str(source.get("delivered_as", "")) in {"automated", "campaigns_initiated"}
    if text:
        ticket.message(
            created, "source", "bot" if automated else role, text, public=True, actor=name, channel=channel
        )


def _parts(ticket: Ticket, own: Fields, parts: list[Any], counts: Counts, reading: Reading) -> None:
    found: list[tuple[int, str, dict[str, Any], Place]] = []
    for n, entry in enumerate(parts, 1):
        part = Fields(entry, reading.zone, "conversation_parts", f"part {n}: ")
        at, ident = _epoch(part, "created_at"), part.text("id", needed=True)
        own.faults += part.faults
        if at is not None:
            found.append((at, ident, dict(entry), ticket.place))
    state, channel = "open", str(ticket.state.get("channel", "chat"))
    for at, ident, entry, _ in sorted(found, key=lambda p: (p[0], len(p[1]), p[1])):
        kind = str(entry.get("part_type", ""))
        role, author, name = _author(entry.get("author"))
        told = reading.role(author, at) if role == "agent" else None
        who = {"actor": name, "role": told or role}
        to = entry.get("assigned_to")
        if isinstance(to, dict) and to.get("id"):
            field = "team" if to.get("type") == "team" else "assignee"
            ticket.change(
                at,
                f"{ident}.{field}",
                field,
                str(ticket.state.get(field, "")),
                str(to.get("name") or to["id"]),
                who,
            )
        text = html_text(str(entry.get("body") or ""))
        if kind in _WORDS or text:
            ticket.message(
                at, ident, told or role, text, public=not kind.startswith("note"), actor=name, channel=channel
            )
        new = _STATES.get(kind)
        if new is not None and new != state:
            ticket.change(at, f"{ident}.state", "status", state, new, who)
            state = new
        elif new is None and kind not in _WORDS and not isinstance(to, dict):
            counts.skip(kind or "part without a type")
