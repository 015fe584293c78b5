"""A log that does not fit into memory: laid out in buckets on disk while it is read, and judged bucket by bucket."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keptword.columnar.frame import FrameTable
from keptword.columnar.passes import CASES, Layout, layouts
from keptword.columnar.picking import about
from keptword.columnar.reading import framed
from keptword.events import Event
from keptword.obligation import Obligation
from keptword.plan import Plan
from keptword.readers.assembled import Assembled
from keptword.readers.spilling import Part, Spill
from keptword.readers.typed_columns import NotPlain
from keptword.spec.comparing import text_of
from keptword.spec.conditions import no_words

if TYPE_CHECKING:
    from keptword.readers.columns import Pieces
    from keptword.readers.typed_columns import Batch

# How many times the size of its columns a log may take while it is judged: a first, careful guess.
TIMES = 8
_BATCHES = 0.25  # of the budget: what is being read, before it is laid out
_MOST = 512


@dataclass(slots=True)
class Buckets:
    """A log in buckets, as the columnar engine takes it (`bucketed.Store`), with everything else that is known of it."""

    spill: Spill
    wanted: Sequence[Layout]
    count: int
    last: int = 0
    events: int = 0
    told: Callable[[int, int, str], None] | None = None
    _assigned: list[tuple[str, Batch]] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        """Where the buckets lie."""
        return Path(self.spill.name)

    def table(self, layout: Layout, bucket: int) -> FrameTable | None:
        """The rows of a bucket; None when it is empty."""
        return _table(self.spill.bucket(self.wanted.index(layout), bucket))

    def assigned(self, cases: Iterable[str]) -> list[Event]:
        """Who these cases were assigned to."""
        wanted = set(cases)
        out: list[Event] = []
        for bucket in range(self.count):
            log = self.spill.bucket(len(self.wanted), bucket)
            found = _table(log.of_cases(wanted)) if log is not None else None
            if found is not None:
                out += found.named(("ticket.assigned", "ticket.changed"))
        return sorted(out, key=lambda e: (e.time, e.id))

    def about(self, as_of: int, plans: Mapping[str, Plan], found: Sequence[Obligation]) -> list[Event]:
        """The events that have to do with obligations, as `picking.about` gives them."""
        out: list[Event] = []
        for bucket in range(self.count):
            table = self.table(CASES, bucket)
            out += about(table, as_of, plans, found) if table is not None else []
        return out

    def buckets_of(self, texts: Iterable[str]) -> list[int]:
        """The buckets of keys."""
        return self.spill.buckets_of(texts)


def _table(log: Assembled | None) -> FrameTable | None:
    if log is None or not log.frame.height:
        return None
    read = framed(log.frame, "log", log.make, no_words, log.coded)
    if read is None:
        raise NotPlain
    table: FrameTable = read.table
    return table


def held_or_spilled(
    pieces: Pieces,
    plans: Sequence[Plan],
    memory: int,
    begin: Callable[[Spill], Any],
    count: int | None = None,
) -> list[tuple[str, Batch]] | Buckets:
    """All batches of a log if they can be judged in memory, else the log in buckets.

    Args:
        pieces: the log.
        plans: the rules, which say by what fields it is laid out.
        memory: bytes that may be taken.
        begin: given the buckets on disk as soon as there are any, to see to their end.
        count: how many buckets, whatever the memory.
    """
    held: list[tuple[str, Batch]] = []
    size = 0
    batches = iter(pieces)
    for file, batch in batches:
        held.append((file, batch))
        size += int(batch.frame.estimated_size())
        if count is not None or size * TIMES > memory:
            return _spilled(pieces, plans, memory, begin, count, held, size, batches)
    return held


def _spilled(
    pieces: Pieces, plans: Sequence[Plan], memory: int, begin: Callable[[Spill], Any], count: int | None,
    held: list[tuple[str, Batch]], size: int, more: Iterator[tuple[str, Batch]],
) -> Buckets:  # fmt: skip
    whole = size / max(pieces.share(), 0.001)
    wanted = layouts(plans)
    if count is None:
        count = min(_MOST, max(4, ceil(1.5 * whole * TIMES / memory)))
    parts = [
        *(Part(w.field, w.source) for w in wanted),
        Part(CASES.field, None, None, ("ticket.assigned", "ticket.changed")),
        Part("id", None, ("id",)),
    ]
    spill = Spill(parts, count, text_of)
    begin(spill)
    out = Buckets(spill, wanted, count)
    while held:
        _add(out, *held.pop(0))
    for file, batch in more:
        _add(out, file, batch)
    spill.flush()
    return out


def _add(out: Buckets, file: str, batch: Batch) -> None:
    times = batch.frame["time"].to_physical()
    out.last = max(out.last, times.max()) if out.events else times.max()  # type: ignore[assignment,type-var]
    out.events += batch.frame.height
    out.spill.add(file, batch)


@dataclass(frozen=True, slots=True)
class StoredEvents(Sequence[Event]):
    """The events of a log in buckets, bucket by bucket."""

    buckets: Buckets

    def __len__(self) -> int:
        return self.buckets.events

    def __getitem__(self, at: Any) -> Any:
        return list(self)[at]

    def __iter__(self) -> Iterator[Event]:
        for bucket in range(self.buckets.count):
            table = self.buckets.table(CASES, bucket)
            if table is not None:
                yield from (table.row(i) for i in range(len(table)))
