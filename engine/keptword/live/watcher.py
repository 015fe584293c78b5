"""Source, journal and monitor together: written down, then acted on, then said."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from pydantic import BaseModel

from keptword.events import Event
from keptword.live.announce import Announcement, as_data
from keptword.live.journal import Input, Journal, packed
from keptword.live.monitor import Monitor
from keptword.plan import Plan

Parse = Callable[[Sequence[bytes]], Sequence[Event | str | None]]


class Watcher:
    """Takes lines and moments in; what is to be said stands in the journal's outbox.

    Not for several threads. After a crash a new one on the same journal goes on where this one was.
    """

    def __init__(
        self, journal: Journal, monitor: Monitor, parse: Parse, batch: int = 500, everything: bool = True
    ) -> None:
        """Restore what the journal holds, and act on what a crash left.

        Args:
            journal: opened under the `fingerprint` of these rules.
            monitor: new.
            parse: lines → an event each, or why it cannot be used, or None for a blank line.
            batch: how many inputs are acted on between two commits.
            everything: duties that were simply kept or fell away are announced too.
        """
        self.journal, self.monitor, self._parse, self._batch = journal, monitor, parse, batch
        self._everything = everything
        self.counts: Counter[str] = Counter()
        monitor.restore(self._retained(), journal.state())
        pending = list(journal.pending())
        self.counts["replayed"] = len(pending)
        for start in range(0, len(pending), batch):
            self._act(pending[start : start + batch])

    def _retained(self) -> Iterator[tuple[int, Event]]:
        held: list[Input] = []

        def read() -> Iterator[tuple[int, Event]]:
            for item, event in zip(held, self._parse([i.body for i in held]), strict=True):
                if isinstance(event, Event):
                    yield item.seq, event
            held.clear()

        for item in self.journal.retained():
            held.append(item)
            if len(held) == 5000:
                yield from read()
        yield from read()

    def take(
        self, lines: Sequence[bytes], positions: Mapping[str, str] | None = None, latest: int | None = None
    ) -> None:
        """Lines from a source.

        Args:
            lines: one event each.
            positions: how far the source was read.
            latest: events after this instant are left out, as a clock that runs ahead; None: none are.
        """
        kind = "event" if latest is None else f"event {latest}"
        with self.journal.turn():
            inputs = self.journal.record([(kind, line.rstrip(b"\r\n")) for line in lines], positions)
            self._act(inputs[: self._batch])
        for start in range(self._batch, len(inputs), self._batch):
            self._act(inputs[start : start + self._batch])

    def tick(self, now: int) -> None:
        """Time has passed: act if something had to be decided by now."""
        wake = self.monitor.next_wake()
        if wake is not None and wake <= now:
            with self.journal.turn():
                self._act(self.journal.record([("tick", str(now).encode())]))

    def _act(self, inputs: Sequence[Input]) -> None:
        if not inputs:
            return
        lines = [i for i in inputs if i.kind != "tick"]
        parsed = dict(zip((i.seq for i in lines), self._parse([i.body for i in lines]), strict=True))
        said: list[Announcement] = []
        done: list[int] = []
        for item in inputs:
            if item.kind == "tick":
                done.append(item.seq)
                said += self.monitor.advance(int(item.body))
                continue
            event = parsed[item.seq]
            latest = item.kind.partition(" ")[2]
            if isinstance(event, Event) and latest and event.time > int(latest):
                event = f"the event '{event.id}' lies in the future"
            if isinstance(event, Event):
                said += self.monitor.feed(event, item.seq)
                continue
            done.append(item.seq)
            if event is not None:
                self.counts["unreadable"] += 1
                said.append(Announcement("left-out", self.monitor.now or 0, why=event))
        state, forgotten = self.monitor.take_changes()
        wanted = said if self._everything else [a for a in said if a.urgent]
        self.journal.commit(inputs[-1].seq, [packed(as_data(a)) for a in wanted], state, [*done, *forgotten])
        self.counts["announced"] += len(wanted)


def fingerprint(plans: Sequence[Plan], *settings: object) -> str:
    """Changes when anything changes that verdicts or announcements depend on: rules, waivers, settings."""
    text = packed([_plain(plans), _plain(settings)])
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, str | int | float | None):
        return value
    if isinstance(value, Mapping):
        return sorted(([_plain(k), _plain(v)] for k, v in value.items()), key=packed)
    if isinstance(value, frozenset | set):
        return sorted((_plain(v) for v in value), key=packed)
    if isinstance(value, Sequence):
        return [_plain(v) for v in value]
    if is_dataclass(value) and not isinstance(value, type):
        return [
            type(value).__name__,
            *(_plain(getattr(value, f.name)) for f in fields(value) if f.repr and f.name != "used"),
        ]
    return repr(value) if " at 0x" not in repr(value) else type(value).__name__
