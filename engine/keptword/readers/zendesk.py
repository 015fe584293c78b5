"""Zendesk Support: tickets, audits, comments, ticket events and metric events, as the API and the incremental exports give them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from keptword.events import Event, Value
from keptword.readers.desk import Ticket
from keptword.readers.json_records import records
from keptword.readers.reading import Reading, Role
from keptword.readers.source import Source
from keptword.readers.status_events import Fields
from keptword.readers.zendesk_entries import body, by_rule, channel_of, merged, plain, source_of, words
from keptword.readers.zendesk_records import TAKE, Audit, Desk, File, kind_of

LISTS = ("tickets", "audits", "comments", "ticket_events", "ticket_metric_events", "users", "groups")
_MARKS = (
    b'"ticket_id"',
    b'"requester_id"',
    b'"author_id"',
    b'"ticket_metric_events"',
    b'"generated_timestamp"',
    b'"child_events"',
)
_NAMES = {
    "group_id": "team",
    "assignee_id": "assignee",
    "requester_id": "customer",
    "status": "status",
    "priority": "priority",
    "subject": "subject",
}


def recognises(head: bytes, _name: str) -> bool:
    """Whether two of the names that only Zendesk's records have stand in it."""
    return (
        head.lstrip()[:1] in {b"{", b"["}
        and sum(m in head for m in _MARKS) >= 2
        and (b"zendesk" in head or b'"via"' in head or b'"instance_id"' in head)
    )


def read(source: Source, reading: Reading) -> Iterator[Event]:
    """Takes in the records of a source; the events come from `finish`, when tickets, audits and people are all known."""
    desk: Desk = reading.kept.setdefault("zendesk", Desk())
    for record in records(source, reading, LISTS):
        kind = record.list or kind_of(record.value)
        taken = TAKE[kind](desk, record, reading) if kind in TAKE else None
        if taken is None:
            fields = Fields(record.value, reading.zone)
            fields.fault(
                "L016",
                "",
                "this is no ticket, audit, comment, user or metric event of Zendesk",
                "see docs/formats/zendesk.md for the shapes",
            )
            record.reject(fields.faults)
        elif taken.faults:
            record.reject(taken.faults)
        else:
            record.keep()
        desk.weigh(record.size)
    yield from ()


def finish(reading: Reading) -> Iterator[Event]:
    """The events of every ticket of the run, replayed from its audits; a ticket without audits gives what is certain."""
    desk: Desk = reading.kept.pop("zendesk", Desk())
    desk.met.close()
    staff = _staff(desk)
    for file in desk.files():
        desk.repeats += file.repeats
        if file.audits or file.version:
            yield from _replay(desk, file, staff, reading)
        yield from file.metrics
    for note in desk.counts.said("zendesk"):
        reading.note(note)
    if desk.repeats:
        reading.note(
            f"zendesk: {desk.repeats} tickets or audits came more than once, as pages of an incremental export do; each counts once"
        )
    if desk.users and not reading.people:
        reading.note(
            "zendesk: the list of people says who is an agent today; who was one earlier can be said in sources.yaml"
        )


def _staff(desk: Desk) -> set[str]:
    """People who did what only agents can: a private comment, or being assigned."""
    found = set()
    for file in desk.files():
        for audit in file.audits.values():
            for event in audit.events:
                if (
                    event.get("type") == "Comment"
                    and event.get("public") is False
                    and not by_rule(event, audit)
                ):
                    found.add(str(event.get("author_id") or audit.author))
                elif event.get("field_name") == "assignee_id" and event.get("value"):
                    found.add(str(event["value"]))
    return found - {"-1"}


def _replay(desk: Desk, file: File, staff: set[str], reading: Reading) -> list[Event]:
    ident, record = file.ticket, file.version.record if file.version else {}
    audits = sorted(file.audits.values(), key=lambda a: (a.time, len(a.id), a.id))
    ticket = Ticket(f"zendesk:{ident}", ident, file.version.place if file.version else audits[0].place)
    counts = desk.counts
    changes = any(e.get("type") in {"Create", "Change"} for a in audits for e in a.events)
    born = next((n for n, a in enumerate(audits) if any(e.get("type") == "Create" for e in a.events)), None)
    if record and not changes:
        # The requester is the only value of today that may be taken for the past: it hardly ever changes.
        counts.flat += 1
        ticket.set("subject", plain(record.get("subject")))
        ticket.set("customer", plain(record.get("requester_id")))
    if born is None and record:
        ticket.set("customer", plain(record.get("requester_id")))
        by = "customer" if record.get("submitter_id") in {None, record.get("requester_id")} else "agent"
        ticket.opened(
            record["created"],
            {
                "role": by,
                "actor": plain(record.get("submitter_id")),
                "channel": channel_of(record.get("via")),
            },
        )
        if not audits and record.get("description"):
            role: Role = "customer" if by == "customer" else "agent"
            ticket.message(
                record["created"], "description", role, str(record["description"]), public=record.get("is_public") is not False,
                actor=plain(record.get("submitter_id")), channel=channel_of(record.get("via")),
            )  # fmt: skip
        metrics = record.get("metric_set")
        if not changes and isinstance(metrics, dict):
            at = Fields(metrics, reading.zone).time("solved_at")
            if at is not None:
                ticket.add(at, "ticket.solved", "solved", {"status": "solved"})
    elif born is None or born > 0:
        counts.headless += 1
    mine = _Walk(desk, ticket, record, staff, reading)
    for n, audit in enumerate(audits):
        mine.audit(audit, opens=n == born)
    if record.get("status") == "deleted":
        counts.deleted += 1
        ticket.add(record["changed"], "ticket.closed", "deleted", {"reason": "deleted", "status": "deleted"})
    return ticket.events


@dataclass(slots=True)
class _Walk:
    desk: Desk
    ticket: Ticket
    record: dict[str, Any]
    staff: set[str]
    reading: Reading
    asker: str = ""
    origin: str = ""
    guess: bool = False  # whether the last role was a guess

    def audit(self, audit: Audit, opens: bool) -> None:
        """The events of one audit: the fields first, so that its words know the team and priority that it set."""
        ticket = self.ticket
        if opens:
            for event in audit.events:
                if event.get("type") == "Create":
                    self._take(str(event.get("field_name")), event.get("value"))
            role = self._role(audit.author, audit, {})
            self.origin = channel_of(audit.via)
            ticket.opened(
                audit.time,
                {"role": role, "actor": self._name(audit.author), "channel": self.origin, **self._tags()},
                audit.place,
            )
        elif not self.origin:
            self.origin = channel_of(self.record.get("via"))
        if not self.asker:
            self.asker = plain(self.record.get("requester_id"))
            ticket.set("customer", self.asker)
        # Replies can stand before the changes of the same audit; who is asked about them is meant to find them changed.
        for event in sorted(
            audit.events, key=lambda e: e.get("type") in {"Comment", "VoiceComment", "Notification"}
        ):
            self._event(audit, event)

    def _event(self, audit: Audit, event: dict[str, Any]) -> None:
        kind, ident = str(event.get("type")), str(event.get("id", f"{audit.id}.{audit.events.index(event)}"))
        match kind:
            case "Create":
                return
            case "Change":
                self._change(audit, event, ident)
            case "Comment" | "VoiceComment" | "VoiceApiComment":
                self._comment(audit, event, ident)
            case "Notification":
                self._notification(audit, event, ident)
            case "CommentPrivacyChange":
                fields: dict[str, Value | None] = {
                    "comment": plain(event.get("comment_id")),
                    "actor": self._name(audit.author),
                }
                self.ticket.change(
                    audit.time,
                    ident,
                    "comment_public",
                    "",
                    str(bool(event.get("public"))).lower(),
                    fields,
                    audit.place,
                )
            case _:
                self.desk.counts.skip(kind)

    def _take(self, name: str, value: Any) -> None:
        if name == "requester_id":
            self.asker = plain(value)
        if name in _NAMES:
            self.ticket.set(_NAMES[name], self._shown(name, value))
        elif name == "tags":
            self.ticket.state["tags"] = words(value)

    def _tags(self) -> dict[str, Value | None]:
        return {"tags": self.ticket.state.get("tags")}

    def _change(self, audit: Audit, event: dict[str, Any], ident: str) -> None:
        name = str(event.get("field_name"))
        before, after = self._shown(name, event.get("previous_value")), self._shown(name, event.get("value"))
        rule = by_rule(event, audit)
        fields: dict[str, Value | None] = {
            "actor": rule or self._name(audit.author),
            "role": "system" if rule else self._role(audit.author, audit, event),
        }
        if name == "requester_id":
            self.asker = plain(event.get("value"))
        if merged(event, audit) and name == "status":
            self.desk.counts.merged += 1
            fields["reason"] = "merged"
        if name == "tags":
            self.ticket.state["tags"] = words(event.get("value"))
        self.ticket.change(audit.time, ident, _NAMES.get(name, name), before, after, fields, audit.place)

    def _comment(self, audit: Audit, event: dict[str, Any], ident: str) -> None:
        author = plain(event.get("author_id")) or audit.author
        rule = by_rule(event, audit)
        role: Role = "bot" if rule else self._role(author, audit, event)
        text = body(event)
        public = event.get("public") is not False
        channel = (
            self.origin if role != "customer" else channel_of(event.get("via") or audit.via) or self.origin
        )
        if event.get("type") != "Comment":
            outward = source_of(event, audit).get("rel") == "outbound"
            fields: dict[str, Value | None] = {
                "actor": self._name(author), "role": role, "channel": "phone", "direction": "out" if outward else "in", "public": public, "text": text,
            }  # fmt: skip
            self.ticket.add(
                audit.time, "call.made" if outward else "call.received", ident, fields, audit.place
            )
            return
        files = event.get("attachments")
        more: dict[str, Value | None] = {
            "attachments": len(files) if isinstance(files, list) and files else None,
            "guessed": ("role",) if role == "agent" and self.guess else None,
        }
        self.ticket.message(
            audit.time,
            ident,
            role,
            text,
            public=public,
            actor=rule or self._name(author),
            channel=channel,
            more=more,
            place=audit.place,
        )

    def _notification(self, audit: Audit, event: dict[str, Any], ident: str) -> None:
        """Mail of a trigger or automation, if it went to the customer."""
        told = event.get("recipients")
        if not isinstance(told, list) or self.asker not in {str(r) for r in told}:
            self.desk.counts.skip("Notification to others")
            return
        actor = by_rule(event, audit) or "trigger"
        more: dict[str, Value | None] = {"subject": plain(event.get("subject"))}
        self.ticket.message(
            audit.time,
            ident,
            "system",
            body(event),
            public=True,
            actor=actor,
            channel="email",
            more=more,
            place=audit.place,
        )

    def _role(self, author: str, audit: Audit, event: dict[str, Any]) -> Role:
        self.guess = False
        if author in {"", "-1", "0"} or by_rule(event, audit):
            return "system"
        if author == self.asker:
            return "customer"
        told = self.reading.role(author, audit.time) or self.reading.role(self._name(author), audit.time)
        if told is not None:
            return told
        listed = self.desk.users.get(author, {}).get("role")
        if listed:
            return "customer" if listed == "end-user" else "agent"
        if author in self.staff:
            return "agent"
        copied = {
            str(c)
            for name in ("collaborator_ids", "email_cc_ids")
            for c in self.record.get(name) or ()
            if isinstance(c, int | str)
        }
        if author in copied:
            return "customer"
        self.guess = True
        return "agent"

    def _name(self, ident: str) -> str:
        return self.desk.users.get(ident, {}).get("name") or ident

    def _shown(self, name: str, value: Any) -> str:
        if isinstance(value, list):
            return ",".join(plain(v) for v in value)
        text = plain(value)
        if name == "group_id":
            return self.desk.groups.get(text) or text
        return self._name(text) if name == "assignee_id" else text
