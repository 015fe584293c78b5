"""From an incident on a public status page to events: what happened, what was posted, and which times are only claimed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from keptword.errors import Place
from keptword.events import Event, Value
from keptword.instants import InstantError, format_instant, parse_instant, to_micros
from keptword.readers.records import Fault
from keptword.readers.values import SURROGATE, half

# Room on both sides, so that adding a limit never leaves the years that datetime knows.
_FIRST = to_micros(dt.datetime(1000, 1, 1, tzinfo=dt.UTC))
_LAST = to_micros(dt.datetime(9001, 1, 1, tzinfo=dt.UTC))


@dataclass(frozen=True, slots=True)
class Post:
    """One post.

    Attributes:
        id: unique in the log.
        time: when it appeared, as far as the page knows.
        claimed: the time that the page shows for it, where that is another one.
        status: lower case, `_` for spaces.
        text: unchanged.
        edited: when the text was changed for the last time, if later than `time`.
    """

    id: str
    time: int
    claimed: int | None
    status: str
    text: str
    edited: int | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident, or planned works.

    Attributes:
        fields: what all its events share (subject, impact, components, …).
        opened: when it was put on the page.
        started: when it began, as the page claims afterwards; None when it says nothing of that.
        resolved: when the page called it over; None while it lasts.
        ended: when it was over, as the page claims afterwards.
        works: planned works: announced and begun in place of opened and started.
        starts_at, ends_at: the times for which works were announced.
        prefix: of ids, where those of the page are mere numbers.
        guessed: which of `started` and `resolved` are not said by the page but taken from its posts or claims.
    """

    id: str
    place: Place
    fields: Mapping[str, Value]
    opened: int
    started: int | None
    resolved: int | None
    ended: int | None
    posts: tuple[Post, ...]
    works: bool = False
    starts_at: int | None = None
    ends_at: int | None = None
    prefix: str = ""
    guessed: frozenset[str] = frozenset()


@dataclass(slots=True)
class Fields:
    """Reads the fields of a record and gathers what is wrong with them."""

    record: Mapping[str, Any]
    zone: str | None
    path: str = ""
    where: str = ""
    faults: list[Fault] = field(default_factory=list)

    def text(self, name: str, needed: bool = False) -> str:
        """A text or a number as text; "" when there is none."""
        value = self.record.get(name)
        if value is None or value == "":
            if needed:
                self.fault("L004", name, f"{self.where}the field '{name}' is missing")
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int):
            self.fault("L009", name, f"{self.where}'{name}' is text, not {type(value).__name__}")
            return ""
        if isinstance(value, str) and not value.isascii() and SURROGATE.search(value):
            wrong = half(name)
            self.fault(wrong.code, name, f"{self.where}{wrong}", wrong.hint)
            return ""
        return str(value)

    def time(self, name: str, needed: bool = False) -> int | None:
        """An instant, or None when there is none."""
        value = self.record.get(name)
        if value is None:
            if needed:
                self.fault(
                    "L004", name, f"{self.where}the field '{name}' is missing", "write 2026-03-02T09:00:00Z"
                )
            return None
        if not isinstance(value, str):
            self.fault(
                "L005", name, f"{self.where}'{name}' is not a date and time", "write 2026-03-02T09:00:00Z"
            )
            return None
        try:
            moment = parse_instant(value, self.zone)
        except InstantError as error:
            self.fault(error.code, name, f"{self.where}{error}", error.hint)
            return None
        except OverflowError:
            moment = _LAST
        if _FIRST <= moment < _LAST:
            return moment
        self.fault("L005", name, f"{self.where}'{value}' is not between the years 1000 and 9000")
        return None

    def records(self, name: str) -> list[Mapping[str, Any]]:
        """A list of objects; a missing one is empty."""
        value = self.record.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            self.fault("L009", name, f"{self.where}'{name}' is a list of objects")
            return []
        return value

    def names(self, name: str) -> tuple[str, ...]:
        """A list of names, each a text or an object with a `name`."""
        value = self.record.get(name)
        if not isinstance(value, list):
            return ()
        found = [v.get("name") if isinstance(v, dict) else v for v in value]
        return tuple(dict.fromkeys(v for v in found if isinstance(v, str) and v))

    def fault(self, code: str, name: str, message: str, hint: str = "") -> None:
        """Say what is wrong with a field, "" for the whole record."""
        self.faults.append(Fault(code, self.path or name, message, hint))


def shared(**fields: Value | None) -> dict[str, Value]:
    """The fields that have a value."""
    return {k: v for k, v in fields.items() if v not in (None, "", ())}


def plain_status(text: str) -> str:
    """`In progress` as `in_progress`."""
    return "_".join(text.lower().split())


def events(incident: Incident) -> Iterator[Event]:
    """The events of an incident.

    `time` is when something became visible on the page; what the page says of the past stands in `claimed_at`. Only
    `outage.started` has a claimed time as its own, because nothing else is known of the beginning.
    """

    def made(time: int, name: str, suffix: str, **more: Value | None) -> Event:
        return Event(
            time,
            name,
            incident.id,
            f"{incident.prefix}{incident.id}.{suffix}",
            {**incident.fields, **shared(**more)},
            incident.place,
        )

    if incident.works:
        yield made(
            incident.opened,
            "maintenance.announced",
            "announced",
            starts_at=incident.starts_at,
            ends_at=incident.ends_at,
        )
        begun = next(
            (p for p in incident.posts if p.status in {"in_progress", "verifying", "completed"}), None
        )
        if begun is not None:
            yield made(begun.time, "maintenance.started", "started", starts_at=incident.starts_at)
        if incident.resolved is not None:
            yield made(incident.resolved, "maintenance.ended", "ended")
    else:
        if incident.started is not None:
            yield made(
                incident.started,
                "outage.started",
                "started",
                claimed_at=incident.started,
                observed_at=incident.opened,
                guessed=("time",) if "started" in incident.guessed else None,
            )
        yield made(incident.opened, "outage.opened", "opened")
        if incident.resolved is not None:
            yield made(
                incident.resolved,
                "outage.resolved",
                "resolved",
                observed_at=incident.resolved,
                claimed_at=incident.ended,
                guessed=("time",) if "resolved" in incident.guessed else None,
            )
    for post in incident.posts:
        said = shared(status=post.status, text=post.text, claimed_at=post.claimed, observed_at=post.time)
        said |= shared(edited_at=format_instant(post.edited) if post.edited is not None else None)
        fields = {**incident.fields, "channel": "statuspage", "direction": "out", "public": True, **said}
        yield Event(post.time, "status.posted", incident.id, post.id, fields, incident.place)
