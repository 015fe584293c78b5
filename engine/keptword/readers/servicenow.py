"""ServiceNow: a CSV of incidents, one row a snapshot or one row an incident, and the CSV of sys_audit."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from keptword.errors import LogError, Place, Problem
from keptword.events import Event, Value
from keptword.instants import InstantError
from keptword.readers.dates import Dates
from keptword.readers.delimited import Rows
from keptword.readers.desk import Ticket
from keptword.readers.desk_words import plain_priority, plain_status
from keptword.readers.held import Held
from keptword.readers.reading import Reading, counted
from keptword.readers.records import Fault
from keptword.readers.source import LONGEST_LINE, Source

_UPDATED = ("sys_updated_at", "sys_updated_on")
_TIMES = ("opened_at", "sys_created_at", "sys_created_on", *_UPDATED, "resolved_at", "closed_at")
# Columns that are followed from snapshot to snapshot; counters and what ServiceNow fills in afterwards are not.
_FOLLOWED = {
    "incident_state": "status", "state": "status", "priority": "priority", "assignment_group": "team", "assigned_to": "assignee", "caller_id": "customer",
    "impact": "impact", "urgency": "urgency", "category": "category", "subcategory": "subcategory", "problem_id": "problem", "made_sla": "made_sla",
}  # fmt: skip
_CHANNELS = {
    "phone": "phone",
    "email": "email",
    "self service": "portal",
    "self-service": "portal",
    "chat": "chat",
    "ivr": "phone",
    "virtual agent": "chat",
}
_NONE = frozenset(["", "?", "null", "undefined"])


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """A row: an incident as it was at `time`."""

    time: int
    count: int
    cells: dict[str, str]
    place: Place


@dataclass(slots=True)
class _Table:
    """The rows of one table, and what came up."""

    snapshots: Held = field(default_factory=Held)  # by incident
    lacking: dict[str, int] = field(default_factory=dict)
    rows: int = 0
    repeats: int = 0
    headless: int = 0
    flat: int = 0


def recognises(head: bytes, _name: str) -> bool:
    """Whether the header is that of incidents with snapshots, or of sys_audit."""
    first = head.split(b"\n", 1)[0].lower()
    incidents = (
        b"number" in first
        and b"opened_at" in first
        and (b"incident_state" in first or b"assignment_group" in first or b"sys_updated" in first)
    )
    return incidents or (b"documentkey" in first and b"fieldname" in first and b"newvalue" in first)


def read(source: Source, reading: Reading) -> Iterator[Event]:
    """The events of every incident, made of the differences between its snapshots, or of its audit."""
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_LINE))
    rows = Rows(source, reading)
    header = [name.strip().lower() for name in rows.header()]
    if not header:
        return
    if "documentkey" in header and "fieldname" in header:
        from keptword.readers.servicenow_audit import read_audit

        yield from read_audit(source, reading, rows, header)
        return
    missing = [name for name in ("number", "opened_at") if name not in header]
    if missing:
        message = f"the table has no column '{missing[0]}'"
        raise LogError(
            Problem(
                "L004",
                message,
                Place(source.name, rows.top, 1),
                rows.first.decode("utf-8", "replace").rstrip(),
                hint="export incidents with number, opened_at and sys_updated_on",
            )
        )
    dates = order_of_dates(source, header, _TIMES, reading)
    table = _Table()
    for number, raw, cells in rows:
        if len(cells) != len(header):
            rows.ragged(number, raw, cells, header)
            continue
        _take(
            table, dict(zip(header, cells, strict=True)), Place(source.name, number), dates, rows, raw, header
        )
        if reading.keep_going:
            reading.raws[Place(source.name, number)] = raw
    for incident, shots in table.snapshots.tickets():
        yield from _replay(incident, shots, table, dates)
    _tell(source, table, header, reading)


def order_of_dates(source: Source, header: list[str], names: tuple[str, ...], reading: Reading) -> Dates:
    """Read ahead until a date shows whether days or months come first.

    Raises:
        LogError: L006 when the table's times have no zone and none is given: once, not once a row.
    """
    dates = Dates(reading.zone)
    columns = [n for n, name in enumerate(header) if name in names]
    ahead = Rows(source, Reading(keep_going=False))
    ahead.header()
    for number, raw, cells in ahead:
        for n in columns:
            text = cells[n].strip() if n < len(cells) else ""
            if text in _NONE:
                continue
            if reading.zone is None and not text.endswith("Z") and "+" not in text:
                hint = "name the zone that ServiceNow showed them in: --timezone Europe/Moscow"
                raise LogError(
                    ahead.problem(
                        "L006",
                        number,
                        raw,
                        n,
                        f"'{text}' has no offset from UTC, as all times of this table",
                        hint,
                    )
                )
            if dates.look(text) or text[4:5] == "-":
                return dates
    return dates


def _take(
    table: _Table,
    cells: dict[str, str],
    place: Place,
    dates: Dates,
    rows: Rows,
    raw: bytes,
    header: list[str],
) -> None:
    faults: list[Fault] = []
    times: dict[str, int] = {}
    for name in _TIMES:
        text = cells.get(name, "").strip()
        if text in _NONE:
            continue
        try:
            times[name] = dates.instant(text)
        except InstantError as error:
            faults.append(Fault(error.code, name, str(error), error.hint))
    incident = cells["number"].strip()
    if incident in _NONE:
        faults.append(Fault("L004", "number", "the row has no number of an incident"))
    if "opened_at" not in times and not any(f.key == "opened_at" for f in faults):
        faults.append(Fault("L004", "opened_at", "the row does not say when the incident was opened"))
    if faults:
        rows.reading.reject(raw, [rows.located(f, place.line, raw, header) for f in faults])
        return
    table.rows += 1
    kept = {}
    for name, text in cells.items():
        if text.strip() in _NONE:
            table.lacking[name] = table.lacking.get(name, 0) + (text.strip() == "?")
        else:
            kept[name] = sys.intern(text.strip())
    updated = next((times[n] for n in _UPDATED if n in times), times["opened_at"])
    count = kept.get("sys_mod_count", "")
    table.snapshots.add(incident, _Snapshot(updated, int(count) if count.isdigit() else -1, kept, place))
    table.snapshots.weigh(len(raw))


def _replay(incident: str, shots: list[_Snapshot], table: _Table, dates: Dates) -> list[Event]:
    snapshots: list[_Snapshot] = []
    for shot in sorted(shots, key=lambda s: (s.time, s.count, s.place.line)):
        if any(s.cells == shot.cells for s in snapshots if s.time == shot.time):
            table.repeats += 1
        else:
            snapshots.append(shot)
    first = snapshots[0]
    ticket = Ticket(f"servicenow:{incident}", incident, first.place)
    opened = dates.instant(first.cells["opened_at"])
    whole = first.count == 0 or (first.count < 0 and first.time <= opened)
    flat = not whole and len(snapshots) == 1
    table.flat += flat
    table.headless += not whole and not flat
    state: dict[str, str] = {}
    channel = _CHANNELS.get(first.cells.get("contact_type", "").lower(), "")
    ticket.set("customer", first.cells.get("caller_id"))
    ticket.set("subject", first.cells.get("short_description"))
    if whole:
        state = {
            ours: _value(ours, first.cells.get(name))
            for name, ours in _FOLLOWED.items()
            if name in first.cells
        }
        for name in ("status", "priority", "team", "assignee"):
            ticket.set(name, state.get(name))
    else:
        state = {"customer": first.cells.get("caller_id", "")}
    more: dict[str, Value | None] = {k: first.cells.get(k) for k in ("category", "location")} if whole else {}
    ticket.opened(opened, {"actor": first.cells.get("opened_by"), "channel": channel, **more})
    text = first.cells.get("description") or first.cells.get("short_description")
    if text:
        ticket.message(
            opened,
            "description",
            "customer",
            text,
            public=True,
            actor=first.cells.get("caller_id", ""),
            channel=channel,
        )
    if flat:  # one row an incident: what it says of the end is all that is known of its history
        for name, event, status in (
            ("resolved_at", "ticket.solved", "solved"),
            ("closed_at", "ticket.closed", "closed"),
        ):
            if name in first.cells:
                at = dates.instant(first.cells[name])
                ticket.add(
                    at,
                    event,
                    status,
                    {"status": status, "claimed_at": at, "reason": first.cells.get("closed_code")},
                )
        return ticket.events
    names: dict[str, int] = {}
    for shot in snapshots[1:] if whole else snapshots:
        key = str(shot.count) if shot.count >= 0 else f"at{shot.time // 1_000_000}"
        n = names[key] = names.get(key, 0) + 1
        _differ(ticket, state, shot, key if n == 1 else f"{key}-{n}", dates)
    return ticket.events


def _differ(ticket: Ticket, state: dict[str, str], shot: _Snapshot, key: str, dates: Dates) -> None:
    """What is another than in the snapshot before, the status last, so that a solution knows its team."""
    who: dict[str, Value | None] = {
        "actor": shot.cells.get("sys_updated_by"),
        "role": "system" if shot.cells.get("sys_updated_by", "").lower() == "system" else "agent",
    }
    now: dict[str, str] = {}
    for name, ours in _FOLLOWED.items():
        if name in shot.cells or ours in state:
            now.setdefault(ours, _value(ours, shot.cells.get(name)))
            now[ours] = now[ours] or _value(ours, shot.cells.get(name))
    for ours in sorted(now, key=lambda o: (o == "status", o)):
        if now[ours] == state.get(ours, ""):
            continue
        fields = dict(who)
        if ours == "status":
            claimed = {"solved": "resolved_at", "closed": "closed_at"}.get(now[ours], "")
            at = dates.instant(shot.cells[claimed]) if claimed in shot.cells else None
            fields |= {
                "claimed_at": at if at != shot.time else None,
                "reason": shot.cells.get("closed_code") if claimed else None,
            }
            fields["to_name"] = shot.cells.get("incident_state") or shot.cells.get("state")
        ticket.change(shot.time, f"{key}.{ours}", ours, state.get(ours, ""), now[ours], fields, shot.place)
    state.update(now)


def _value(name: str, text: str | None) -> str:
    if not text:
        return ""
    return plain_status(text) if name == "status" else plain_priority(text) if name == "priority" else text


def _tell(source: Source, table: _Table, header: list[str], reading: Reading) -> None:
    name = source.name
    lacking = ", ".join(
        f"{k} {n}"
        for k, n in table.lacking.items()
        if n and k in {*_FOLLOWED, *_TIMES, "opened_by", "sys_updated_by"}
    )
    if lacking:
        reading.note(f"{name}: '?' stands for no value in {counted(table.rows, 'row')}: {lacking}")
    if table.headless:
        reading.note(
            f"{name}: the first snapshot of {counted(table.headless, 'incident')} is not that of the opening; what was before is not known"
        )
    if table.flat:
        reading.note(
            f"{name}: {counted(table.flat, 'incident')} came in one row, without a history: its status, priority, team and assignee at any time are not known"
        )
    if table.repeats:
        reading.note(f"{name}: {counted(table.repeats, 'row')} said the same as another and counted once")
    if not {"description", "short_description", "comments"} & set(header):
        reading.note(f"{name}: the table has no messages: rules about replies and words find nothing in it")
