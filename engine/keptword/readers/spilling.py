"""A log that is larger than memory, kept on disk for the time of a run: its rows in buckets, those of one key together."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from keptword.errors import Problem, usage_error
from keptword.events import Event, Scalar, identify
from keptword.readers.assembled import Assembled, Places, settled
from keptword.readers.typed_columns import Batch, decoded, fitted, united

if TYPE_CHECKING:
    import polars as pl

ROW = "\0row"  # no field can be called so
FLUSH = 128 * 1024 * 1024
_SPARE = 64 * 1024 * 1024  # what is left free on the disk, whatever comes


@dataclass(frozen=True, slots=True)
class Part:
    """One way of laying the rows out in buckets.

    Attributes:
        field: rows with the same text in it go to the same bucket; rows that lack it are spread.
        source: a list field whose values stand for `field` where a row has them: the row goes to the bucket of each.
        columns: the columns that are kept; None: all.
        events: the names of the events that are kept; None: all.
    """

    field: str
    source: str | None = None
    columns: tuple[str, ...] | None = None
    events: tuple[str, ...] | None = None


@dataclass(slots=True)
class Spill:
    """Rows in buckets on disk; a context in which they are there, and gone afterwards however it ends.

    Attributes:
        parts: the layouts.
        count: buckets in each.
        text: a value as the text that keys compare.
        folder: where; None: the folder for temporary files.
    """

    parts: Sequence[Part]
    count: int
    text: Callable[[Scalar], str]
    folder: str | None = None
    places: Places = field(default_factory=Places)
    written: int = 0
    _home: Any = None
    _types: dict[str, set[Any]] = field(default_factory=dict)
    _coded: set[str] = field(default_factory=set)
    _waiting: dict[tuple[int, int], list[Batch]] = field(default_factory=dict)
    _held: int = 0
    _files: dict[tuple[int, int], list[tuple[Path, frozenset[str]]]] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self._home = tempfile.TemporaryDirectory(
            prefix="keptword-", dir=self.folder, ignore_cleanup_errors=True
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._waiting.clear()
        self._home.cleanup()

    # ----------------------------------------------------------------------------------------------------- writing

    def add(self, file: str, batch: Batch) -> None:
        """The next rows of the log."""
        import numpy as np
        import polars as pl

        first = self.places.count
        self.places.add(file, batch)
        frame = batch.frame
        for name, dtype in frame.schema.items():
            self._types.setdefault(name, set()).add(dtype)
        self._coded |= batch.coded
        frame = frame.with_columns(pl.Series(ROW, np.arange(first, first + frame.height)))
        for n, part in enumerate(self.parts):
            if part.columns is not None and part.field not in frame.columns:
                continue
            own = frame
            if part.events is not None:
                own = own.filter(own["event"].is_in(part.events))
            if part.columns is not None:
                own = own.select([c for c in (*part.columns, ROW) if c in frame.columns])
            rows, bucket = self._buckets(part, own, batch.coded)
            order = np.argsort(bucket, kind="stable")
            ends = np.searchsorted(bucket[order], np.arange(self.count + 1))
            sorted_ = own[order if rows is None else rows[order]]
            for b in range(self.count):
                if ends[b + 1] > ends[b]:
                    some = sorted_.slice(int(ends[b]), int(ends[b + 1] - ends[b]))
                    self._waiting.setdefault((n, b), []).append(Batch(some, coded=batch.coded))
            self._held += int(sorted_.estimated_size())
        if self._held > FLUSH:
            self.flush()

    def flush(self) -> None:
        """Write what waits.

        Raises:
            UsageError: U002, the disk is full.
        """
        room = shutil.disk_usage(self._home.name).free
        if self._held + _SPARE > room:
            raise self._full(room)
        for (n, b), batches in self._waiting.items():
            types, mixed = united(batches)
            import polars as pl

            frame = pl.concat([fitted(batch, types, mixed) for batch in batches])
            files = self._files.setdefault((n, b), [])
            path = Path(self._home.name) / f"{n}-{b}-{len(files)}.arrow"
            try:
                frame.write_ipc(path, compression="lz4")
            except OSError as error:
                raise self._full(shutil.disk_usage(self._home.name).free) from error
            self.written += path.stat().st_size
            files.append((path, mixed))
        self._waiting.clear()
        self._held = 0

    def _full(self, room: int) -> Exception:
        hint = "name a folder with more room: TMPDIR=/somewhere keptword audit …, or give more --memory"
        message = (
            f"the log does not fit into memory, and '{os.path.dirname(self._home.name)}' has no room to lay it out: "
            f"{self.written / 1e9:.1f} GB are written and {room / 1e9:.1f} GB free"
        )
        return usage_error(message, hint, code="U002")

    def _buckets(self, part: Part, frame: pl.DataFrame, coded: frozenset[str]) -> tuple[Any, Any]:
        """The rows that are written (None: each once), and the bucket of each."""
        import numpy as np
        import polars as pl

        spread = frame[ROW].to_numpy() % self.count
        texts = self.texts(frame, part.field, coded)
        if part.source is None or part.source not in frame.columns:
            return None, self._of(texts, spread)
        lists = self.lists(frame[part.source], part.source in coded)
        listed = lists.is_not_null().to_numpy()
        single = np.flatnonzero(~listed)
        items = pl.DataFrame(
            {"row": np.flatnonzero(listed), "item": lists.filter(pl.Series(listed))}
        ).explode("item")
        rows = np.concatenate([single, items["row"].to_numpy()])
        own = self._of(texts, spread)[single]
        bucket = np.concatenate([own, self._of(items["item"], spread[items["row"].to_numpy()])])
        # A row that has two values of one bucket stands in it once; rows stay in order of reading.
        both = np.unique(rows.astype(np.int64) * self.count + bucket)
        return both // self.count, both % self.count

    def _of(self, texts: pl.Series, spread: Any) -> Any:
        import numpy as np

        hashed = (texts.hash(17).to_numpy() % np.uint64(self.count)).astype(np.int64)
        return np.where(texts.is_null().to_numpy(), spread, hashed)

    def buckets_of(self, texts: Iterable[str]) -> list[int]:
        """The bucket of each text of a key field."""
        import numpy as np
        import polars as pl

        column = pl.Series(list(texts), dtype=pl.String)
        return self._of(column, np.zeros(len(column), dtype=np.int64)).tolist()  # type: ignore[no-any-return]

    def texts(self, frame: pl.DataFrame, name: str, coded: frozenset[str]) -> pl.Series:
        """The texts of a field as keys compare them; null where a row lacks it."""
        import polars as pl

        if name not in frame.columns:
            return pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
        column = frame[name]
        if column.dtype == pl.String and name not in coded:
            return column
        if isinstance(column.dtype, pl.Datetime):
            return column.to_physical().cast(pl.String)
        if column.dtype.is_integer():
            return column.cast(pl.String)
        distinct = column.drop_nulls().unique()
        values = [decoded(v) if name in coded else v for v in distinct.to_list()]
        texts = pl.Series(
            [None if isinstance(v, list | tuple) else self.text(v) for v in values], dtype=pl.String
        )
        if isinstance(column.dtype, pl.List) or not len(distinct):
            return pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
        return column.replace_strict(distinct, texts, default=None, return_dtype=pl.String)

    def lists(self, column: pl.Series, coded: bool) -> pl.Series:
        """The values of a list field as texts; null where a row lacks it."""
        import polars as pl

        if isinstance(column.dtype, pl.List):
            return column.set(column.list.len() == 0, None)
        out: list[list[str] | None] = []
        for value in column.to_list():
            known = decoded(value) if coded and value is not None else value
            items = known if isinstance(known, tuple) else (known,)
            out.append(None if known is None else [self.text(v) for v in items])
        return pl.Series(column.name, out, dtype=pl.List(pl.String))

    # ----------------------------------------------------------------------------------------------------- reading

    def bucket(self, part: int, number: int) -> Assembled | None:
        """The rows of one bucket, in order of reading, repeats left out; None when it is empty."""
        frames = list(self._stored(part, number))
        if not frames:
            return None
        import polars as pl

        types = {n: pl.String() if n in self.coded else next(iter(t)) for n, t in self._types.items()}
        types[ROW] = pl.Int64()
        frame = pl.concat([fitted(batch, types, self.coded) for batch in frames])
        rows = frame[ROW].to_numpy()
        return settled(Assembled(frame.drop(ROW), self.places, self.coded, rows))

    @property
    def name(self) -> str:
        """The folder in which the buckets lie."""
        return str(self._home.name)

    @property
    def coded(self) -> frozenset[str]:
        """Columns with values of several types."""
        return frozenset(self._coded | {n for n, t in self._types.items() if len(t) > 1})

    def _stored(self, part: int, number: int) -> Iterator[Batch]:
        import polars as pl

        for path, mixed in self._files.get((part, number), ()):
            yield Batch(pl.read_ipc(path), coded=mixed)

    def repeats(self, ids: int, home: int) -> tuple[int, list[Problem]]:
        """How many rows say again what an earlier one said, and the ids that stand for different events.

        Args:
            ids: the part that is laid out by id.
            home: a part in which every row stands once, with all its columns.
        """
        import polars as pl

        twice: list[pl.Series] = []
        for number in range(self.count):
            found = [b.frame["id"] for b in self._stored(ids, number)]
            if found:
                column = pl.concat(found)
                known = column.filter((column != "").fill_null(False))
                twice.append(known.filter(known.is_duplicated()).unique())
        if not twice or not sum(map(len, twice)):
            return 0, []
        wanted = pl.concat(twice)
        events: list[tuple[int, Event]] = []
        for number in range(self.count):
            for batch in self._stored(home, number):
                if "id" not in batch.frame.columns:
                    continue
                own = batch.frame.filter(batch.frame["id"].is_in(wanted.implode()))
                whole = Assembled(own.drop(ROW), self.places, batch.coded, own[ROW].to_numpy())
                rows = own[ROW].to_list()
                events += [
                    (r, whole.make(d, i))
                    for i, (r, d) in enumerate(zip(rows, whole.frame.to_dicts(), strict=True))
                ]
        _, repeats, clashes = identify(event for _, event in sorted(events, key=lambda e: e[0]))
        return repeats, clashes
