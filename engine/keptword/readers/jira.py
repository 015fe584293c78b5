"""Jira and Jira Service Management: issues of the REST API with their changelog, comments and SLA fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from keptword.events import Event, Value
from keptword.instants import format_instant
from keptword.readers.desk import Counts, Ticket
from keptword.readers.desk_words import plain_priority
from keptword.readers.jira_fields import Person, Statuses, document_text, person, sla_events
from keptword.readers.json_records import Record, records
from keptword.readers.reading import Reading, Role, counted
from keptword.readers.source import Source
from keptword.readers.status_events import Fields

_NAMES = {
    "assignee": "assignee",
    "reporter": "customer",
    "status": "status",
    "priority": "priority",
    "summary": "subject",
}
_TEAMS = frozenset(["team", "assignment group", "group", "support group", "service team"])


def recognises(head: bytes, _name: str) -> bool:
    """Whether issues with their fields begin here."""
    known = sum(
        m in head
        for m in (
            b'"changelog"',
            b'"histories"',
            b'"issuetype"',
            b'"statusCategory"',
            b'"jsdPublic"',
            b'"resolutiondate"',
            b'"reporter"',
        )
    )
    return head.lstrip()[:1] in {b"{", b"["} and b'"fields"' in head and b'"key"' in head and known >= 2


@dataclass(slots=True)
class _Run:
    """What is known of the whole source, and what came up."""

    reading: Reading
    statuses: Statuses = field(default_factory=Statuses)
    counts: Counts = field(default_factory=Counts)
    cut: int = 0
    comments_cut: int = 0


def read(source: Source, reading: Reading) -> Iterator[Event]:
    """The events of every issue, its changelog replayed from the beginning."""
    run = _Run(reading)
    for record in records(source, reading, ("issues", "values"), own=("key",)):
        own = Fields(record.value, reading.zone)
        ident, key = own.text("id"), own.text("key", needed=True)
        issue = record.value.get("fields")
        if not isinstance(issue, dict):
            own.fault(
                "L004", "", "the issue has no 'fields'", "ask the API with fields=*all&expand=changelog"
            )
        inner = Fields(issue if isinstance(issue, dict) else {}, reading.zone, "fields")
        created, updated = inner.time("created", needed=not own.faults), inner.time("updated")
        histories = _histories(record, reading)
        comments = _comments(inner, reading)
        faults = [*own.faults, *inner.faults, *histories.faults, *comments.faults]
        if faults or created is None:
            record.reject(faults)
            continue
        record.keep()
        reading.version(f"jira:{ident or key}", updated or created, record.place)
        yield from _Issue(run, record, dict(inner.record), key, created).events(
            histories.found, comments.found
        )
    _tell(run)


def _tell(run: _Run) -> None:
    for note in run.counts.said("jira", "issue"):
        run.reading.note(note)
    if run.cut:
        run.reading.note(
            f"jira: the changelog of {counted(run.cut, 'issue')} is cut short by the API; its beginning is not known"
        )
    if run.comments_cut:
        run.reading.note(f"jira: not all comments of {counted(run.comments_cut, 'issue')} are in the export")
    for note in run.statuses.said():
        run.reading.note(note)


@dataclass(slots=True)
class _Found:
    found: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)
    faults: list[Any] = field(default_factory=list)


def _histories(record: Record, reading: Reading) -> _Found:
    log = record.value.get("changelog")
    out = _Found()
    if isinstance(log, dict):
        whole = Fields(log, reading.zone, "changelog")
        for n, entry in enumerate(whole.records("histories") or whole.records("values"), 1):
            part = Fields(entry, reading.zone, "changelog", f"history {n}: ")
            at, ident = part.time("created", needed=True), part.text("id") or f"at{n}"
            part.records("items")
            out.faults += part.faults
            if at is not None:
                out.found.append((at, ident, dict(entry)))
        out.faults += whole.faults
    out.found.sort(key=lambda h: (h[0], len(h[1]), h[1]))  # the newest stand first in the cloud
    return out


def _comments(inner: Fields, reading: Reading) -> _Found:
    holder = inner.record.get("comment")
    out = _Found()
    if isinstance(holder, dict):
        whole = Fields(holder, reading.zone, "fields.comment")
        for n, entry in enumerate(whole.records("comments"), 1):
            part = Fields(entry, reading.zone, "fields.comment", f"comment {n}: ")
            at, ident = part.time("created", needed=True), part.text("id", needed=True)
            out.faults += part.faults
            if at is not None:
                out.found.append((at, ident, dict(entry)))
        out.faults += whole.faults
    return out


@dataclass(slots=True)
class _Issue:
    """One issue, replayed."""

    run: _Run
    record: Record
    fields: dict[str, Any]
    key: str
    created: int
    ticket: Ticket = field(init=False)
    reporter: Person = field(init=False)
    staff: set[str] = field(default_factory=set)
    channel: str = ""

    def __post_init__(self) -> None:
        self.ticket = Ticket(f"jira:{self.key}", self.key, self.record.place)
        self.reporter = person(self.fields.get("reporter"))

    def events(
        self,
        histories: list[tuple[int, str, dict[str, Any]]],
        comments: list[tuple[int, str, dict[str, Any]]],
    ) -> list[Event]:
        """Everything that happened, in order."""
        run, ticket = self.run, self.ticket
        run.statuses.learn(self.fields.get("status"))
        self._count(histories, comments)
        if any("jsdPublic" in c for _, _, c in comments) or "requestType" in self.fields:
            self.channel = "portal"
        self._begin(histories)
        moments: list[tuple[int, int, str, dict[str, Any]]] = [(at, 0, i, h) for at, i, h in histories]
        moments += [(at, 1, i, c) for at, i, c in comments]
        # At one instant the changes come first: a reply with a new status knows it.
        for at, what, ident, entry in sorted(moments, key=lambda m: (m[0], m[1], len(m[2]), m[2])):
            if what:
                self._comment(at, ident, entry)
            else:
                self._change(at, ident, entry)
        for at, name, ident, fields in sla_events(self.fields):
            kept = {k: v for k, v in fields.items() if v is not None}
            ticket.events.append(Event(at, name, self.key, f"{ticket.prefix}:{ident}", kept, ticket.place))
        over = Fields(self.fields, run.reading.zone).time("resolutiondate")
        if not isinstance(self.record.value.get("changelog"), dict) and over is not None:
            ticket.add(over, "ticket.solved", "solved", {"status": "solved"})
        return ticket.events

    def _count(
        self,
        histories: list[tuple[int, str, dict[str, Any]]],
        comments: list[tuple[int, str, dict[str, Any]]],
    ) -> None:
        log, said = self.record.value.get("changelog"), self.fields.get("comment")
        total = log.get("total") if isinstance(log, dict) else None
        self.run.cut += isinstance(total, int) and total > len(histories)
        total = said.get("total") if isinstance(said, dict) else None
        self.run.comments_cut += isinstance(total, int) and total > len(comments)
        self.run.counts.flat += not isinstance(log, dict)
        for _, _, entry in histories:
            for item in _items(entry):
                if str(item.get("field")).lower() == "assignee":
                    self.staff |= {
                        str(item[k]) for k in ("from", "to", "fromString", "toString") if item.get(k)
                    }
        for _, _, entry in comments:
            if entry.get("jsdPublic") is False:
                writer = person(entry.get("author"))
                self.staff |= {writer.id, writer.name}
        now = person(self.fields.get("assignee"))
        self.staff |= {now.id, now.name} - {""}

    def _begin(self, histories: list[tuple[int, str, dict[str, Any]]]) -> None:
        """The issue as it was opened: a field that never changed has today's value, else the first that it had."""
        log = self.record.value.get("changelog")
        total = log.get("total") if isinstance(log, dict) else None
        whole = isinstance(log, dict) and not (isinstance(total, int) and total > len(histories))
        first: dict[str, Any] = {}
        for _, _, entry in histories:
            for item in _items(entry):
                first.setdefault(str(item.get("field", "")).lower(), item)
        state: dict[str, str] = {}
        for name, ours in _NAMES.items():
            if name in first:
                who = name in {"assignee", "reporter"}
                state[ours] = str(first[name].get("fromString") or "")
                if name == "reporter" and who:
                    self.reporter = Person(str(first[name].get("from") or ""), state[ours], "")
            elif whole or name in {"summary", "reporter"}:
                value = self.fields.get(name)
                state[ours] = (
                    person(value).name
                    if name in {"assignee", "reporter"}
                    else str(value.get("name", ""))
                    if isinstance(value, dict)
                    else str(value or "")
                )
        for name in _TEAMS & first.keys():
            state["team"] = str(first[name].get("fromString") or "")
        state["customer"] = self.reporter.id or state.get("customer", "")
        if "status" in state:
            state["status"] = self.run.statuses.plain(state["status"])
        if "priority" in state:
            state["priority"] = plain_priority(state["priority"])
        for name, text in state.items():
            self.ticket.set(name, text)
        creator = person(self.fields.get("creator"))
        by: Role = (
            "customer"
            if not creator.id or creator.id == self.reporter.id
            else self._role(creator, self.created, True)
        )
        self.ticket.opened(
            self.created,
            {"role": by, "actor": (creator if creator.id else self.reporter).name, "channel": self.channel},
        )
        described = (
            first["description"].get("fromString")
            if "description" in first
            else self.fields.get("description")
        )
        text = document_text(described)
        if text:
            role: Role = "customer" if by in {"customer", "bot"} else by
            self.ticket.message(
                self.created,
                "description",
                role,
                text,
                public=True,
                actor=self.reporter.name,
                channel=self.channel,
            )

    def _change(self, at: int, ident: str, entry: dict[str, Any]) -> None:
        author = person(entry.get("author"))
        role = self._role(author, at, None)
        who: dict[str, Value | None] = {"actor": author.name, "role": "system" if role == "bot" else role}
        for n, item in enumerate(_items(entry)):
            name = str(item.get("field", "")).lower()
            before, after = (str(item.get(k) or "") for k in ("fromString", "toString"))
            fields = dict(who)
            if name == "status":
                fields |= {"from_name": before, "to_name": after}
                before, after = self.run.statuses.plain(before), self.run.statuses.plain(after)
            elif name == "priority":
                fields |= {"from_name": before, "to_name": after}
                before, after = plain_priority(before), plain_priority(after)
            elif name == "reporter":
                self.reporter = Person(str(item.get("to") or ""), after, "")
                after = self.reporter.id or after
            ours = "team" if name in _TEAMS else _NAMES.get(name, name)
            suffix = f"{ident}.{n}"
            if name == "status" and before == after:
                self.ticket.add(
                    at, "ticket.changed", suffix, {"field": "status", "from": before, "to": after, **fields}
                )
                continue
            self.ticket.change(at, suffix, ours, before, after, fields)

    def _comment(self, at: int, ident: str, entry: dict[str, Any]) -> None:
        author, public = (
            person(entry.get("author")),
            entry.get("jsdPublic") is not False and not entry.get("visibility"),
        )
        text = document_text(entry.get("body"))
        changed = Fields(entry, self.run.reading.zone).time("updated")
        edited = changed is not None and changed - at > 1_000_000
        role = self._role(author, at, public)
        guessed = role == "agent" and public and (author.id or author.name) in self.run.counts.guessed
        more: dict[str, Value | None] = {
            "edited_at": format_instant(changed) if edited and changed is not None else None,
            "guessed": ("role",) if guessed else None,
        }
        self.ticket.message(
            at, f"c{ident}", role, text, public=public, actor=author.name, channel=self.channel, more=more
        )  # fmt: skip

    def _role(self, who: Person, at: int, public: bool | None) -> Role:
        """Customer, agent or machine; `public` says whether words of theirs were, None that they only changed something."""
        reading = self.run.reading
        if who.type == "app" or (not who.id and not who.name):
            return "bot" if who.id else "system"
        if self.reporter.id and who.id == self.reporter.id and public is not False:
            return "customer"
        told = (
            reading.role(who.id, at)
            or reading.role(who.name, at)
            or (reading.role(who.mail, at) if who.mail else None)
        )
        if told is not None:
            return told
        if who.type == "customer":
            return "customer"
        if public and not self.staff & {who.id, who.name}:
            self.run.counts.guessed.add(who.id or who.name)
        return "agent"


def _items(entry: dict[str, Any]) -> list[dict[str, Any]]:
    return [i for i in entry.get("items") or () if isinstance(i, dict)]
