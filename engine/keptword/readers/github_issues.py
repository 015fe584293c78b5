"""GitHub: issues, each with its timeline (or comments) inside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from keptword.events import Event, Value
from keptword.instants import format_instant
from keptword.readers.desk import Counts, Ticket
from keptword.readers.json_records import records
from keptword.readers.reading import Reading, Role, counted
from keptword.readers.source import Source
from keptword.readers.status_events import Fields

_OURS = frozenset(["OWNER", "MEMBER", "COLLABORATOR"])
_QUIET = frozenset(
    [
        "subscribed",
        "unsubscribed",
        "mentioned",
        "referenced",
        "cross-referenced",
        "committed",
        "head_ref_deleted",
    ]
)


def recognises(head: bytes, _name: str) -> bool:
    """Whether issues of GitHub's API stand here."""
    marks = (
        b'"author_association"',
        b'"comments_url"',
        b'"timeline_url"',
        b'"state_reason"',
        b'"issue_url"',
        b'"html_url"',
        b'"timeline"',
    )
    return head.lstrip()[:1] in {b"{", b"["} and b'"number"' in head and sum(m in head for m in marks) >= 2


def read(source: Source, reading: Reading) -> Iterator[Event]:
    """The events of every issue; its author is the customer, owners, members and collaborators are agents."""
    counts = Counts()
    short = people = 0
    for record in records(source, reading, ("items", "issues"), own=("number",)):
        own = Fields(record.value, reading.zone)
        number, created = own.text("number", needed=True), own.time("created_at", needed=True)
        if created is None or own.faults:
            record.reject(own.faults)
            continue
        issue = _Issue(own, number, created, record.place, counts, reading)
        if own.faults:
            record.reject(own.faults)
            continue
        record.keep()
        short += issue.short
        people += issue.people
        reading.version(f"github:{issue.ticket.case}", own.time("updated_at") or 0, record.place)
        yield from issue.ticket.events
    for note in counts.said("github", "issue"):
        reading.note(note)
    if short:
        reading.note(f"github: the export lacks comments of {counted(short, 'issue')}")
    if people:
        reading.note(
            "github: who is a member is said as of today; who was one earlier can be said in sources.yaml"
        )


class _Issue:
    """One issue, replayed."""

    def __init__(
        self, own: Fields, number: str, created: int, place: Any, counts: Counts, reading: Reading
    ) -> None:
        self.own, self.counts, self.reading = own, counts, reading
        self.people = 0
        record = own.record
        url = str(record.get("html_url") or record.get("url") or "").split("/")
        home = "/".join(url[url.index("github.com") + 1 :][:2]) if "github.com" in url else ""
        self.ticket = Ticket(f"github:{home}#{number}", f"{home}#{number}" if home else number, place)
        self.author = _login(record.get("user"))
        entries = self._entries()
        self.ticket.set("customer", self.author)
        renamed = next((e for _, e in entries if e.get("event") == "renamed"), None)
        before = (
            renamed.get("rename", {}).get("from")
            if renamed is not None and isinstance(renamed.get("rename"), dict)
            else None
        )
        self.ticket.set("subject", str(before or record.get("title") or ""))
        who = self._who(record.get("user"), str(record.get("author_association", "")), created)
        self.ticket.set("status", "open")
        self.ticket.opened(created, {**who, "channel": "portal"})
        self._says(created, "body", record, who)
        for at, entry in entries:
            self._entry(at, entry)
        whole = any(isinstance(record.get(k), list) for k in ("timeline", "events"))
        counts.flat += not whole
        closed = own.time("closed_at")
        if not whole and closed is not None:
            self.ticket.add(
                closed,
                "ticket.closed",
                "closed",
                {"status": "closed", "reason": str(record.get("state_reason") or "") or None},
            )
        total = record.get("comments")
        said = sum(e.get("event", "commented") == "commented" for _, e in entries)
        self.short = isinstance(total, int) and total > said

    def _entries(self) -> list[tuple[int, dict[str, Any]]]:
        out = []
        for key in ("timeline", "events", "comments"):
            if not isinstance(self.own.record.get(key), list):
                continue
            for n, entry in enumerate(self.own.records(key), 1):
                part = Fields(entry, self.reading.zone, key, f"{key} {n}: ")
                if entry.get("event") in _QUIET:
                    self.counts.skip(str(entry["event"]))
                    continue
                name = "submitted_at" if entry.get("event") == "reviewed" else "created_at"
                at = part.time(name, needed=True)
                self.own.faults += part.faults
                if at is not None:
                    out.append((at, {"event": "commented", **entry} if key == "comments" else dict(entry)))
        return sorted(out, key=lambda e: (e[0], len(str(e[1].get("id"))), str(e[1].get("id"))))

    def _entry(self, at: int, entry: dict[str, Any]) -> None:
        kind, ident = (
            str(entry.get("event", "commented")),
            str(entry.get("id") or f"{at}.{entry.get('event')}"),
        )
        who = self._who(entry.get("actor") or entry.get("user"), str(entry.get("author_association", "")), at)
        label = entry.get("label")
        name = str(label.get("name")) if isinstance(label, dict) else ""
        match kind:
            case "commented" | "reviewed":
                self._says(at, ident, entry, who)
            case "closed":
                self.ticket.change(
                    at,
                    ident,
                    "status",
                    "open",
                    "closed",
                    {**who, "reason": str(entry.get("state_reason") or "") or None},
                )
            case "reopened":
                self.ticket.change(at, ident, "status", "closed", "open", who)
            case "assigned":
                self.ticket.change(
                    at,
                    ident,
                    "assignee",
                    str(self.ticket.state.get("assignee", "")),
                    _login(entry.get("assignee")),
                    who,
                )
            case "unassigned":
                self.ticket.change(at, ident, "assignee", _login(entry.get("assignee")), "", who)
            case "labeled":
                self.ticket.change(at, ident, "label", "", name, who)
            case "unlabeled":
                self.ticket.change(at, ident, "label", name, "", who)
            case "renamed" if isinstance(entry.get("rename"), dict):
                self.ticket.change(
                    at,
                    ident,
                    "subject",
                    str(entry["rename"].get("from", "")),
                    str(entry["rename"].get("to", "")),
                    who,
                )
            case _:
                self.counts.skip(kind)

    def _says(self, at: int, ident: str, entry: Any, who: dict[str, Value | None]) -> None:
        text = str(entry.get("body") or "").replace("\r\n", "\n").strip()
        changed = Fields(entry, self.reading.zone).time("updated_at") if ident != "body" else None
        late = changed is not None and changed - at > 60_000_000
        role: Role = who["role"]  # type: ignore[assignment]
        more: dict[str, Value | None] = {
            "edited_at": format_instant(changed) if late and changed is not None else None
        }
        self.ticket.message(
            at, ident, role, text, public=True, actor=str(who["actor"]), channel="portal", more=more
        )

    def _who(self, person: Any, association: str, at: int) -> dict[str, Value | None]:
        login = _login(person)
        kind = str(person.get("type", "")) if isinstance(person, dict) else ""
        if kind == "Bot" or login.endswith("[bot]"):
            return {"actor": login, "role": "bot"}
        if not login:
            return {"actor": "ghost", "role": "customer"}
        told = self.reading.role(login, at)
        if told is None and login != self.author:
            self.people += association in _OURS
        role = (
            "customer"
            if login == self.author
            else told or ("agent" if association in _OURS or not association else "customer")
        )
        return {"actor": login, "role": role}


def _login(person: Any) -> str:
    return str(person.get("login") or "") if isinstance(person, dict) else ""
