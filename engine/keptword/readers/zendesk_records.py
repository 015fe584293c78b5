"""What Zendesk's exports hold, taken in: tickets, audits, comments, ticket events, metric events, people and groups."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from keptword.errors import Place
from keptword.events import Event
from keptword.readers.desk import Counts
from keptword.readers.json_records import Record
from keptword.readers.reading import Reading
from keptword.readers.status_events import Fields, shared

_METRIC = {
    "activate": "sla.activated", "pause": "sla.paused", "fulfill": "sla.fulfilled", "apply_sla": "sla.applied", "apply_group_sla": "sla.applied",
    "breach": "sla.breached", "update_status": "sla.updated", "measure": "sla.measured",
}  # fmt: skip


@dataclass(slots=True)
class Audit:
    """What one author did to a ticket at one instant."""

    id: str
    time: int
    author: str
    via: dict[str, Any]
    events: list[dict[str, Any]]
    place: Place


@dataclass(slots=True)
class Desk:
    """Everything that the sources of one run say, until all of them are read."""

    tickets: dict[str, tuple[int, dict[str, Any], Place]] = field(default_factory=dict)
    audits: dict[str, dict[str, Audit]] = field(default_factory=dict)
    loose: list[tuple[dict[str, Any], Place, int]] = field(default_factory=list)
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    metrics: list[Event] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    repeats: int = 0


def kind_of(value: dict[str, Any]) -> str:
    """The list in which a record that stands by itself would stand; "" if it is none of Zendesk's."""
    keys = value.keys()
    if "events" in keys and "ticket_id" in keys:
        return "audits"
    if "child_events" in keys:
        return "ticket_events"
    if "metric" in keys and "instance_id" in keys:
        return "ticket_metric_events"
    if "requester_id" in keys or "generated_timestamp" in keys:
        return "tickets"
    if "body" in keys and "author_id" in keys:
        return "comments"
    if "role" in keys and "name" in keys:
        return "users"
    if isinstance(value.get("ticket"), dict):
        return "ticket"
    return ""


def _ticket(desk: Desk, record: Record, reading: Reading) -> Fields:
    value = record.value.get("ticket", record.value) if record.list == "" else record.value
    own = Fields(value, reading.zone)
    ident, created = own.text("id", needed=True), own.time("created_at", needed=True)
    changed = own.time("updated_at") or created or 0
    stamp = value.get("generated_timestamp")
    if isinstance(stamp, int) and not isinstance(stamp, bool):
        changed = max(changed, stamp * 1_000_000)
    for name in ("comments", "audits"):
        for n, inner in enumerate(own.records(name), 1):
            part = Fields(inner, reading.zone, name, f"{name[:-1]} {n}: ")
            (_comment_of if name == "comments" else _audit_of)(desk, part, ident, record.place)
            own.faults += part.faults
    for name in ("subject", "status", "description"):
        own.text(name)
    if not own.faults:
        known = desk.tickets.get(ident)
        desk.repeats += known is not None
        if known is None or known[0] < changed:
            slim = {k: value[k] for k in _KEPT if value.get(k) is not None} | {
                "created": created,
                "changed": changed,
            }
            desk.tickets[ident] = (changed, slim, record.place)
    return own


_KEPT = (
    "subject",
    "description",
    "requester_id",
    "submitter_id",
    "via",
    "status",
    "is_public",
    "collaborator_ids",
    "email_cc_ids",
    "tags",
    "metric_set",
)


def _audit(desk: Desk, record: Record, reading: Reading) -> Fields:
    own = Fields(record.value, reading.zone)
    _audit_of(desk, own, own.text("ticket_id", needed=True), record.place)
    return own


def _audit_of(desk: Desk, own: Fields, ticket: str, place: Place) -> None:
    ident, at = own.text("id", needed=True), own.time("created_at", needed=True)
    author, events = own.text("author_id"), own.records("events")
    if own.faults or at is None:
        return
    via = own.record.get("via")
    audit = Audit(ident, at, author, via if isinstance(via, dict) else {}, [_slim(e) for e in events], place)
    known = desk.audits.setdefault(ticket, {}).setdefault(ident, audit)
    if known is not audit:
        desk.repeats += 1
        if (known.time, known.author, known.events) != (audit.time, audit.author, audit.events):
            own.fault(
                "L008",
                "id",
                f"the audit '{ident}' of ticket '{ticket}' came before with another content, in {known.place}",
            )


def _slim(event: Any) -> dict[str, Any]:
    """An entry without what nobody reads: a body comes in up to three forms, and the shortest plain one is enough."""
    kept = dict(event)
    if any(isinstance(kept.get(k), str) and kept[k].strip() for k in ("plain_body", "body")):
        kept.pop("html_body", None)
        if kept.get("plain_body"):
            kept.pop("body", None)
    kept.pop("metadata", None)
    return kept


def _comment(desk: Desk, record: Record, reading: Reading) -> Fields:
    own = Fields(record.value, reading.zone)
    ticket = own.text("ticket_id")
    if not ticket:
        own.fault(
            "L004",
            "",
            "a comment says nothing of its ticket",
            "give the audits, or tickets with their comments inside",
        )
        return own
    _comment_of(desk, own, ticket, record.place)
    return own


def _comment_of(desk: Desk, own: Fields, ticket: str, place: Place) -> None:
    """A comment is an audit with one event, unless the audit itself is there, too."""
    ident, at, author = (
        own.text("id", needed=True),
        own.time("created_at", needed=True),
        own.text("author_id"),
    )
    audit = own.text("audit_id") or f"c{ident}"
    if own.faults or at is None:
        return
    via = own.record.get("via")
    event = {**own.record, "type": "Comment"}
    desk.loose.append(
        (
            {
                "ticket": ticket,
                "audit": audit,
                "author": author,
                "via": via if isinstance(via, dict) else {},
                "event": event,
            },
            place,
            at,
        )
    )


def _ticket_event(desk: Desk, record: Record, reading: Reading) -> Fields:
    own = Fields(record.value, reading.zone)
    ident, at, ticket = (
        own.text("id", needed=True),
        own.time("created_at", needed=True),
        own.text("ticket_id", needed=True),
    )
    author, via = (
        own.text("updater_id"),
        own.text("via") if not isinstance(record.value.get("via"), dict) else "",
    )
    events = [_child(e) for e in own.records("child_events")]
    if not own.faults and at is not None:
        channel = {"channel": via.lower().replace(" ", "_")} if via else record.value.get("via", {})
        audit = Audit(ident, at, author, channel, events, record.place)
        known = desk.audits.setdefault(ticket, {}).setdefault(ident, audit)
        desk.repeats += known is not audit
    return own


def _child(event: Any) -> dict[str, Any]:
    """An entry of the ticket event export, which has the changed field as its key, as an entry of an audit."""
    kind = event.get("event_type")
    if kind in {"Change", "Create"}:
        names = [
            k
            for k in event
            if k
            not in {
                "id",
                "via",
                "via_reference_id",
                "event_type",
                "previous_value",
                "created_at",
                "timestamp",
            }
        ]
        name = names[0] if names else ""
        return {
            "id": event.get("id"),
            "type": kind,
            "field_name": name,
            "value": event.get(name),
            "previous_value": event.get("previous_value"),
        }
    public = event.get("comment_public", event.get("public"))
    return {
        **event,
        "type": kind,
        "public": public,
        "via": event["via"] if isinstance(event.get("via"), dict) else {},
    }


def _user(desk: Desk, record: Record, reading: Reading) -> Fields:
    own = Fields(record.value, reading.zone)
    ident = own.text("id", needed=True)
    desk.users[ident] = {"name": own.text("name"), "role": own.text("role")}
    return own


def _group(desk: Desk, record: Record, reading: Reading) -> Fields:
    own = Fields(record.value, reading.zone)
    desk.groups[own.text("id", needed=True)] = own.text("name")
    return own


def _metric(desk: Desk, record: Record, reading: Reading) -> Fields:
    own = Fields(record.value, reading.zone)
    ident, ticket, at = (
        own.text("id", needed=True),
        own.text("ticket_id", needed=True),
        own.time("time", needed=True),
    )
    kind, metric, instance = own.text("type", needed=True), own.text("metric"), own.text("instance_id")
    sla = record.value.get("sla") or record.value.get("group_sla")
    sla = sla if isinstance(sla, dict) else {}
    policy = sla.get("policy")
    if not own.faults and at is not None:
        target = sla.get("target_in_seconds")
        fields = shared(
            metric=metric, instance=instance, policy=str(policy.get("title", "")) if isinstance(policy, dict) else "",
            target_s=target if isinstance(target, int) and not isinstance(target, bool) else None, business_hours=sla.get("business_hours") if isinstance(sla.get("business_hours"), bool) else None,
            role="system",
        )  # fmt: skip
        desk.metrics.append(
            Event(
                at,
                _METRIC.get(kind, "sla.noted"),
                ticket,
                f"zendesk:{ticket}:metric:{ident}",
                fields,
                record.place,
            )
        )
    return own


TAKE = {
    "tickets": _ticket, "ticket": _ticket, "audits": _audit, "comments": _comment, "ticket_events": _ticket_event,
    "ticket_metric_events": _metric, "users": _user, "groups": _group,
}  # fmt: skip
