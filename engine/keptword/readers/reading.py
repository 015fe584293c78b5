"""What a reader is given and what it gives back: a source of bytes in, canonical events out, problems beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from keptword.errors import Place, Problem

Role = Literal["customer", "agent", "system", "bot"]
_KEPT = 4096  # how much of a long line is worth keeping for its message


@dataclass(slots=True)
class Rejected:
    """A line that was left out, unchanged, and every reason why."""

    line: bytes
    problems: list[Problem]


@dataclass(slots=True)
class Reading:
    """One run of reading: the wishes of the user, and everything that came up.

    Attributes:
        zone: IANA zone of times without an offset; None refuses them (L006).
        mapping: canonical name → column or field of the source (`--map customer=client_id`).
        problems: every problem found; with `keep_going` the lines concerned are in `rejected` as well.
        keep_going: `--rejects` was given: a bad line is put aside and reading goes on.
        notes: what is missing or had to be assumed, in the user's words, for the log-quality report.
        raws: with `keep_going`, the lines that were read, for when one turns out later to clash with another.
        people: who is an agent, and when, as `sources.yaml` says; None when nothing does.
        ours: addresses and domains of ours, lower case; None when nothing names them.
        teams: name or address in lower case → team, as `sources.yaml` says.
        kept: what a reader keeps until all sources are read, by format; its `finish` takes it out.
        formats: source → the format it was read as.
        wished: field of a source that `--map` names → the name it is to have, and the first file that lacked it.
        met, seen: of those fields the ones that some record had; all fields of the records, where `--map` names any.
        superseded: where records stand that came again in a later version; their events are dropped.
    """

    zone: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    keep_going: bool = False
    problems: list[Problem] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    raws: dict[Place, bytes] = field(default_factory=dict)
    people: Callable[[str, int], Role | None] | None = None
    ours: frozenset[str] | None = None
    teams: Mapping[str, str] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)
    formats: dict[str, str] = field(default_factory=dict)
    superseded: set[Place] = field(default_factory=set)
    wished: dict[str, tuple[str, str]] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    _versions: dict[str, tuple[int, Place]] = field(default_factory=dict, repr=False)

    def bad(
        self, code: str, message: str, place: Place, raw: bytes = b"", hint: str = "", width: int = 1
    ) -> None:
        """Report a line that cannot be used; `raw` is the whole line as it stood in the file."""
        self.reject(raw, [Problem(code, message, place, shown(raw, place.column), width, hint)])

    def reject(self, raw: bytes, problems: Iterable[Problem]) -> None:
        """Report everything that is wrong with one line."""
        found = list(problems)
        self.problems.extend(found)
        if self.keep_going:
            self.rejected.append(Rejected(raw, found))

    def role(self, person: str, time: int) -> Role | None:
        """What somebody was at an instant, as the user says; None if the user says nothing of that."""
        return self.people(person, time) if self.people is not None else None

    def is_ours(self, address: str) -> bool:
        """Whether an e-mail address (lower case) is ours: it, its domain or a domain above that is named."""
        names = (
            self.ours
            if self.ours is not None
            else frozenset(p.strip().lower().lstrip("@") for p in self.mapping.get("ours", "").split(","))
        )
        domain = address.rpartition("@")[2]
        return address in names or any(d in names for d in _domains(domain))

    def team(self, name: str) -> str | None:
        """The team of a person, group or address, as the user says."""
        return self.teams.get(name.lower())

    def version(self, record: str, changed: int, place: Place) -> None:
        """Say that a record stands at `place` as it was at the instant `changed`: of several versions the latest counts.

        Two versions of the same instant both count, and so have to say the same.
        """
        known = self._versions.setdefault(record, (changed, place))
        if known[0] < changed:
            self.superseded.add(known[1])
            self._versions[record] = (changed, place)
        elif known[0] > changed:
            self.superseded.add(place)

    def note(self, text: str) -> None:
        """Say something about the log, once."""
        if text not in self.notes:
            self.notes.append(text)


def _domains(domain: str) -> list[str]:
    parts = domain.split(".")
    return [".".join(parts[n:]) for n in range(len(parts))]


def counted(n: int, what: str) -> str:
    """`1 post`, `2 posts`."""
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def shown(raw: bytes, column: int = 0) -> str:
    """The text of a line for an error message; of a very long one only what is near the column."""
    room = max(_KEPT, 4 * (column + 200))
    text = raw[:room].decode("utf-8", "backslashreplace")
    return text.rstrip("\r\n")
