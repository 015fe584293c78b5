"""A ticket as it was at each moment: the history of a help desk replayed into events that know the priority and team of their time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from keptword.errors import Place
from keptword.events import Event, Value
from keptword.readers.reading import Role

# What every event of a ticket says, as it was then.
AMBIENT = ("customer", "priority", "team", "assignee", "subject")
DONE = frozenset(["solved", "closed"])


@dataclass(slots=True)
class Ticket:
    """A ticket while its history is replayed.

    Attributes:
        prefix: of the ids of its events, `zendesk:17`.
        case: its number or key.
        place: of its record.
        state: field → value now; `AMBIENT` of it stands in every event.
        events: made so far.
    """

    prefix: str
    case: str
    place: Place
    state: dict[str, Value] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def add(
        self, time: int, name: str, ident: str, fields: Mapping[str, Value | None], place: Place | None = None
    ) -> None:
        """One event: its own fields beside those of the ticket at this moment; fields without a value are left out."""
        whole: dict[str, Value | None] = {k: self.state[k] for k in AMBIENT if k in self.state}
        whole.update(fields)
        kept: dict[str, Value] = {k: v for k, v in whole.items() if v is not None and v not in ("", ())}
        self.events.append(Event(time, name, self.case, f"{self.prefix}:{ident}", kept, place or self.place))

    def set(self, name: str, value: Value | None) -> None:
        """Take a value, or take it away."""
        if value is None or value == "":
            self.state.pop(name, None)
        else:
            self.state[name] = value

    def opened(self, time: int, fields: Mapping[str, Value | None], place: Place | None = None) -> None:
        """`ticket.opened`."""
        self.add(time, "ticket.opened", "opened", {"status": self.state.get("status"), **fields}, place)

    def change(
        self,
        time: int,
        ident: str,
        name: str,
        before: str,
        after: str,
        fields: Mapping[str, Value | None],
        place: Place | None = None,
    ) -> None:
        """A field becomes another: `ticket.assigned` for team and assignee, else `ticket.changed`, and what a status means besides.

        `status` takes the words new, open, pending, hold, solved and closed, and any other that the desk has.
        """
        self.set(name, after)
        said: dict[str, Value | None] = {"field": name, "from": before, "to": after, **fields}
        if name in {"team", "assignee"} and after:
            # An assignment within a team names no team: it gives the ticket to nobody new outside it.
            said = {**said, "team": None, name: after}
            self.add(time, "ticket.assigned", ident, said, place)
            return
        self.add(
            time,
            "ticket.changed",
            ident,
            {**said, name: after} if name in {"status", "priority"} else said,
            place,
        )
        if name != "status":
            return
        if after == "solved":
            self.add(time, "ticket.solved", f"{ident}.solved", {"status": after, **fields}, place)
        elif after == "closed":
            self.add(time, "ticket.closed", f"{ident}.closed", {"status": after, **fields}, place)
        elif before in DONE:
            self.add(
                time,
                "ticket.reopened",
                f"{ident}.reopened",
                {"status": after, "from": before, **fields},
                place,
            )

    def message(
        self, time: int, ident: str, role: Role, text: str, *, public: bool, actor: str, channel: str,
        more: Mapping[str, Value | None] = {}, place: Place | None = None,
    ) -> None:  # fmt: skip
        """Words of somebody: `message.received` from a customer, `message.sent` from anybody else; `internal` if not public."""
        incoming = role == "customer"
        direction = "internal" if not public else "in" if incoming else "out"
        said: dict[str, Value | None] = {
            "role": role, "actor": actor, "direction": direction, "public": public, "channel": channel, "text": text or None, **more,
        }  # fmt: skip
        self.add(time, "message.received" if incoming else "message.sent", ident, said, place)


@dataclass(slots=True)
class Counts:
    """What a desk's reader found lacking or had to guess, for the log-quality report.

    Attributes:
        guessed: people who are taken for agents because nothing says otherwise; their messages say so, too.
        unread: kinds of entry that are not read, with their number.
        flat: records without a history.
        headless: records whose history begins in the middle.
        merged, deleted: records.
    """

    guessed: set[str] = field(default_factory=set)
    unread: dict[str, int] = field(default_factory=dict)
    flat: int = 0
    headless: int = 0
    merged: int = 0
    deleted: int = 0

    def skip(self, kind: str) -> None:
        """One entry of a kind that is not read."""
        self.unread[kind] = self.unread.get(kind, 0) + 1

    def said(self, desk: str, record: str = "ticket") -> Iterable[str]:
        """The notes."""

        def few(n: int, what: str, one: str, many: str) -> str:
            return f"{desk}: {n} {what} {one}" if n == 1 else f"{desk}: {n} {what}s {many}"

        if self.flat:
            yield (
                few(self.flat, record, "comes", "come")
                + " without a history: its status, priority, team and assignee at any time are not known"
            )
        if self.headless:
            yield (
                few(self.headless, record, "has", "have")
                + " no beginning in this export: what was before the first entry is not known"
            )
        if self.merged:
            yield (
                few(self.merged, record, "was", "were")
                + " merged into another: what was not yet due then falls away"
            )
        if self.deleted:
            yield few(self.deleted, record, "was", "were") + " deleted: what was not yet due then falls away"
        if self.unread:
            kinds = ", ".join(f"{k} {n}" for k, n in sorted(self.unread.items()))
            yield f"{desk}: entries of these kinds are not read: {kinds}"
