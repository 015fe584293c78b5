"""What Zendesk's exports hold, taken in: tickets, audits, comments, ticket events, metric events, people and groups."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any

from keptword.errors import Place
from keptword.events import Event
from keptword.readers.desk import Counts
from keptword.readers.held import Held, Met
from keptword.readers.json_records import Record
from keptword.readers.reading import Reading
from keptword.readers.status_events import Fields, shared

_METRIC = {
    "activate": "sla.activated", "pause": "sla.paused", "fulfill": "sla.fulfilled", "apply_sla": "sla.applied", "apply_group_sla": "sla.applied",
    "breach": "sla.breached", "update_status": "sla.updated", "measure": "sla.measured",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Audit:
    """What one author did to a ticket at one instant."""

    id: str
    time: int
    author: str
    via: dict[str, Any]
    events: list[dict[str, Any]]
    place: Place


@dataclass(frozen=True, slots=True)
class Version:
    """A ticket as it was when it was `changed`."""

    changed: int
    record: dict[str, Any]
    place: Place


@dataclass(frozen=True, slots=True)
class Loose:
    """A comment that stands apart from its audit, as an audit with that entry alone."""

    audit: Audit


@dataclass(frozen=True, slots=True)
class File:
    """What is known of one ticket.

    Attributes:
        version: the latest; None when the ticket itself is not there.
        audits: by id.
        metrics: its metric events.
        repeats: versions and comments that say nothing new.
    """

    ticket: str
    version: Version | None
    audits: dict[str, Audit]
    metrics: list[Event]
    repeats: int


@dataclass(slots=True)
class Desk:
    """Everything that the sources of one run say, until all of them are read.

    Attributes:
        held: by ticket: its `Version`s, `Audit`s, `Loose` comments, and metrics as events.
        met: the audits that came.
        users, groups: id → what is said of it.
        counts: what was lacking.
        repeats: audits that came again.
    """

    held: Held = field(default_factory=Held)
    met: Met = field(init=False)
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)
    repeats: int = 0

    def __post_init__(self) -> None:
        self.met = Met(self.held.folder)

    def weigh(self, size: int) -> None:
        """What was taken in since the last call has so many characters."""
        if self.held.weigh(size):
            self.met.spill()

    def files(self) -> Iterator[File]:
        """What is known of each ticket; may be called again."""
        for ticket, records in self.held.tickets():
            yield _file(ticket, records)


def _file(ticket: str, records: list[Version | Audit | Loose | Event]) -> File:
    version: Version | None = None
    audits: dict[str, Audit] = {}
    metrics: list[Event] = []
    loose: list[Audit] = []
    repeats = 0
    for record in records:
        match record:
            case Audit():
                audits[record.id] = record
            case Loose():
                loose.append(record.audit)
            case Version():
                repeats += version is not None
                version = record if version is None or version.changed < record.changed else version
            case _:
                metrics.append(record)
    known = {str(e.get("id")) for a in audits.values() for e in a.events}
    for own in loose:
        ident = str(own.events[0]["id"])
        if ident in known:
            repeats += 1
            continue
        known.add(ident)
        audit = audits.get(own.id)
        audits[own.id] = own if audit is None else replace(audit, events=[*audit.events, *own.events])
    return File(ticket, version, audits, metrics, repeats)


def _print(audit: Audit) -> bytes:
    """The same for audits that say the same."""
    said = (audit.time, audit.author, audit.events)
    try:
        text = json.dumps(said, sort_keys=True)
    except RecursionError:
        text = json.dumps(_shallow(said, 20), sort_keys=True)  # nobody reads what is deeper
    return blake2b(text.encode(), digest_size=16).digest()


def _shallow(value: Any, depth: int) -> Any:
    if isinstance(value, dict):
        return {k: _shallow(v, depth - 1) for k, v in value.items()} if depth else {}
    if isinstance(value, list | tuple):
        return [_shallow(v, depth - 1) for v in value] if depth else []
    return value


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
        slim = {k: value[k] for k in _KEPT if value.get(k) is not None}
        desk.held.add(ident, Version(changed, slim | {"created": created, "changed": changed}, record.place))
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
    print_ = _print(audit)
    known = desk.met.before(ticket, ident, print_, place)
    if known is None:
        desk.held.add(ticket, audit)
        return
    desk.repeats += 1
    if known[0] != print_:
        own.fault(
            "L008",
            "id",
            f"the audit '{ident}' of ticket '{ticket}' came before with another content, in {known[1]}",
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
    whole = Audit(audit, at, author, via if isinstance(via, dict) else {}, [event], place)
    desk.held.add(ticket, Loose(whole))


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
        if desk.met.before(ticket, ident, _print(audit), record.place) is None:
            desk.held.add(ticket, audit)
        else:
            desk.repeats += 1
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
        name = _METRIC.get(kind, "sla.noted")
        desk.held.add(
            ticket, Event(at, name, ticket, f"zendesk:{ticket}:metric:{ident}", fields, record.place)
        )
    return own


TAKE = {
    "tickets": _ticket, "ticket": _ticket, "audits": _audit, "comments": _comment, "ticket_events": _ticket_event,
    "ticket_metric_events": _metric, "users": _user, "groups": _group,
}  # fmt: skip
