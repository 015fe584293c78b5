"""ServiceNow's sys_audit as CSV: one row a change of one field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from keptword.errors import Place
from keptword.events import Event, Value
from keptword.instants import InstantError
from keptword.readers.delimited import Rows
from keptword.readers.desk import Counts, Ticket
from keptword.readers.desk_words import plain_priority, plain_status
from keptword.readers.held import Held
from keptword.readers.reading import Reading, Role
from keptword.readers.records import Fault
from keptword.readers.source import Source

_NAMES = {
    "incident_state": "status",
    "state": "status",
    "priority": "priority",
    "assignment_group": "team",
    "assigned_to": "assignee",
    "caller_id": "customer",
    "short_description": "subject",
}
# The audit keeps the numbers of the choice lists.
_STATES = {
    "1": "new",
    "2": "open",
    "3": "hold",
    "4": "pending",
    "5": "hold",
    "6": "solved",
    "7": "closed",
    "8": "closed",
}
_PRIORITIES = {"1": "urgent", "2": "high", "3": "normal", "4": "low", "5": "low"}
_WORDS = {"comments": True, "work_notes": False}


@dataclass(frozen=True, slots=True)
class _Change:
    time: int
    id: str
    field: str
    before: str
    after: str
    user: str
    place: Place


def read_audit(source: Source, reading: Reading, rows: Rows, header: list[str]) -> Iterator[Event]:
    """The events of every record of the audit; a public comment is the customer's if its author never did an agent's work."""
    from keptword.readers.servicenow import order_of_dates

    dates = order_of_dates(source, header, ("sys_created_on",), reading)
    found = Held()
    staff: set[str] = set()
    for number, raw, cells in rows:
        if len(cells) != len(header):
            rows.ragged(number, raw, cells, header)
            continue
        row = {k: v.strip() for k, v in zip(header, cells, strict=True)}
        place = Place(source.name, number)
        try:
            at = dates.instant(row.get("sys_created_on", ""))
        except InstantError as error:
            fault = Fault(error.code, "sys_created_on", str(error), error.hint)
            reading.reject(raw, [rows.located(fault, number, raw, header)])
            continue
        change = _Change(
            at,
            row.get("sys_id") or str(number),
            row.get("fieldname", ""),
            row.get("oldvalue", ""),
            row.get("newvalue", ""),
            row.get("user", ""),
            place,
        )
        if change.field in {"work_notes", "assignment_group", "assigned_to"}:
            staff.add(change.user)
        found.add(row["documentkey"], change)
        found.weigh(len(raw))
        if reading.keep_going:
            reading.raws[place] = raw
    counts = Counts()
    for case, changes in found.tickets():
        counts.headless += 1
        yield from _replay(case, changes, staff, reading)
    for note in counts.said(source.name, "record"):
        reading.note(note)


def _replay(case: str, changes: list[_Change], staff: set[str], reading: Reading) -> list[Event]:
    changes.sort(key=lambda c: (c.time, c.field in _WORDS, c.place.line))
    ticket = Ticket(f"servicenow:{case}", case, changes[0].place)
    for c in reversed(changes):  # what a field was before its first change, it was from the beginning
        if c.field in _NAMES and c.before:
            ticket.set(_NAMES[c.field], _value(_NAMES[c.field], c.before))
    for c in changes:
        role: Role = (
            "system"
            if c.user.lower() in {"system", ""}
            else reading.role(c.user, c.time) or ("agent" if c.user in staff else "customer")
        )
        who: dict[str, Value | None] = {"actor": c.user, "role": role}
        if c.field in _WORDS:
            public = _WORDS[c.field]
            ticket.message(
                c.time,
                c.id,
                role if public else "agent",
                c.after,
                public=public,
                actor=c.user,
                channel="",
                place=c.place,
            )
            continue
        ours = _NAMES.get(c.field, c.field)
        ticket.change(c.time, c.id, ours, _value(ours, c.before), _value(ours, c.after), who, c.place)
    return ticket.events


def _value(name: str, text: str) -> str:
    if name == "status":
        return _STATES.get(text) or plain_status(text)
    return _PRIORITIES.get(text) or plain_priority(text) if name == "priority" else text
