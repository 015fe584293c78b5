"""The batches of a log put together: one frame, the place of each row, every event with an id of its own or none at all."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from keptword.errors import Place, Problem
from keptword.events import Event, content_id, identify, with_id
from keptword.readers.typed_columns import Batch, event_of, fitted, united

if TYPE_CHECKING:
    import polars as pl


@dataclass(slots=True)
class Places:
    """Where the rows of a log stand, row by row in the order of reading."""

    starts: list[int] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    firsts: list[int] = field(default_factory=list)
    lines: list[Any] = field(default_factory=list)
    count: int = 0

    def add(self, file: str, batch: Batch) -> None:
        """The rows of one more batch."""
        self.starts.append(self.count)
        self.files.append(file)
        self.firsts.append(batch.first)
        self.lines.append(batch.lines)
        self.count += batch.frame.height

    def __call__(self, row: int) -> Place:
        """The place of a row."""
        n = bisect_right(self.starts, row) - 1
        at = row - self.starts[n]
        lines = self.lines[n]
        return Place(self.files[n], self.firsts[n] + at if lines is None else int(lines[at]))


@dataclass(slots=True)
class Assembled:
    """A log as one frame.

    Attributes:
        frame: rows in order of reading; `id` is there only when every row has one of its own.
        places: of the rows as they were read.
        kept: row of the frame → row as it was read; None: the same.
        coded: columns with values of several types, as JSON texts.
        repeats: rows that said again what an earlier one said, left out.
        clashes: ids that stand for different events.
    """

    frame: pl.DataFrame
    places: Places
    coded: frozenset[str]
    kept: Any = None
    repeats: int = 0
    clashes: list[Problem] = field(default_factory=list)

    def of_cases(self, cases: Iterable[str]) -> Assembled:
        """The rows of these cases only."""
        import numpy as np
        import polars as pl

        if "case" not in self.frame.columns:
            return replace(self, frame=self.frame.clear())
        rows = (
            self.frame["case"]
            .is_in(pl.Series(list(cases), dtype=pl.String).implode())
            .fill_null(False)
            .arg_true()
            .to_numpy()
        )
        kept = self.kept if self.kept is not None else np.arange(self.frame.height)
        return replace(self, frame=self.frame[rows], kept=kept[rows])

    def make(self, row: dict[str, Any], number: int) -> Event:
        """The event of a row of the frame."""
        return event_of(
            row, self.places(int(self.kept[number]) if self.kept is not None else number), self.coded
        )


def assembled(pieces: Iterable[tuple[str, Batch]]) -> Assembled | None:
    """All batches as one frame; None when there are no events."""
    import polars as pl

    places = Places()
    batches = []
    for file, batch in pieces:
        places.add(file, batch)
        batches.append(batch)
    if not places.count:
        return None
    types, mixed = united(batches)
    frames = [fitted(batch, types, mixed) for batch in batches]
    del batches
    return settled(Assembled(pl.concat(frames), places, mixed))


def settled(log: Assembled) -> Assembled:
    """The same with its ids seen to: made where some lack, repeats left out, clashes reported."""
    frame = log.frame
    if "id" not in frame.columns:
        return log
    ids = frame["id"]
    lacking = (ids == "").fill_null(True)
    if lacking.all():
        log.frame = frame.drop("id")
        return log
    if lacking.any():
        ids = _filled(log, ids, lacking)
        log.frame = frame = frame.with_columns(ids)
    if ids.n_unique() == len(ids):
        return log
    twice = ids.is_duplicated().arg_true().to_list()
    _, log.repeats, log.clashes = identify(_events(log, twice))
    rows = ids.is_first_distinct().arg_true().to_numpy()
    log.kept = rows if log.kept is None else log.kept[rows]
    log.frame = frame[rows]
    return log


def _filled(log: Assembled, ids: pl.Series, lacking: pl.Series) -> pl.Series:
    rows = lacking.arg_true().to_list()
    given = ids.to_list()
    same: dict[str, int] = {}
    for row, event in zip(rows, _events(log, rows), strict=True):
        made = content_id(with_id(event, ""))
        number = same[made] = same.get(made, 0) + 1
        given[row] = made if number == 1 else f"{made}.{number}"
    import polars as pl

    return pl.Series("id", given, dtype=pl.String)


def _events(log: Assembled, rows: Sequence[int]) -> list[Event]:
    return [log.make(d, row) for row, d in zip(rows, log.frame[rows].to_dicts(), strict=True)]
