"""Large Parquet logs, read as columns: the checks of the ordinary reader hold for whole columns, or it reads the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from keptword.columnar.compiled import kernel
from keptword.columnar.frame import FrameTable
from keptword.columnar.kernels import laying
from keptword.columnar.parquet import LARGE, read_now, takes_all
from keptword.columnar.texts import Coded, coded
from keptword.events import FIELD_TYPES, Event, Log
from keptword.spec.conditions import Says, no_words

if TYPE_CHECKING:
    import polars as pl

_YEAR_1000, _YEAR_9001 = -30_610_224_000_000_000, 221_876_928_000_000_000
_MAGIC = b"PAR1"


@dataclass(frozen=True, slots=True)
class FrameEvents(Sequence[Event]):
    """The events of a large log, each made when it is asked for."""

    table: FrameTable

    def __len__(self) -> int:
        return len(self.table)

    @overload
    def __getitem__(self, at: int) -> Event: ...
    @overload
    def __getitem__(self, at: slice) -> list[Event]: ...
    def __getitem__(self, at: int | slice) -> Event | list[Event]:
        if isinstance(at, slice):
            return [self.table.row(i) for i in range(*at.indices(len(self)))]
        return self.table.row(at if at >= 0 else len(self) + at)

    def __iter__(self) -> Iterator[Event]:
        return (self.table.row(i) for i in range(len(self)))


def read_large(
    paths: Sequence[str | Path],
    make: Callable[[str], Callable[[dict[str, Any], int], Event]],
    says: Says = no_words,
) -> Log | None:
    """A log of one large Parquet file as columns.

    Args:
        paths: as given by the user.
        make: name of the file → what makes the event of a row, given as a dictionary, and the number of its line.
        says: the wording checks.

    Returns:
        The log; None where it is small, or something other than one Parquet file, or where a column holds something that
        has to be looked at value by value (bad lines among them): then the ordinary reader is to read it.
    """
    if (
        len(paths) != 1
        or not str(paths[0]).lower().endswith((".parquet", ".pq"))
        or not Path(paths[0]).is_file()
    ):
        return None
    path = Path(paths[0])
    if path.stat().st_size < 12:
        return None
    with path.open("rb") as file:
        begins = file.read(4)
        file.seek(-4, 2)
        if begins != _MAGIC or file.read() != _MAGIC:
            return None
    try:
        found = read_now(path, LARGE)
    except (OSError, ValueError):
        return None  # the ordinary reader says what is wrong
    if found is None:
        return None
    if found.others is not None and not _values_are_clean(found.others):
        return None
    return _log(found.times, found.coded, found.others, str(path), make(str(path)), says, frozenset())


def from_arrow(
    table: Any, name: str, make: Callable[[dict[str, Any], int], Event], says: Says
) -> FrameTable | None:
    """A table of Arrow as a log of columns, or None where it has to be looked at value by value."""
    import polars as pl

    frame = pl.from_arrow(table)
    log = framed(frame, name, make, says) if isinstance(frame, pl.DataFrame) else None
    return None if log is None else log.table


def clean(table: Any) -> bool:
    """Whether the columns of a table of Arrow, which may be empty, have types that need no second look."""
    import polars as pl

    frame = pl.from_arrow(table)
    return isinstance(frame, pl.DataFrame) and takes_all({n: _kind(t) for n, t in frame.schema.items()})


def framed(
    frame: pl.DataFrame, name: str, make: Callable[[dict[str, Any], int], Event], says: Says, as_json: frozenset[str] | None = None
) -> Log | None:  # fmt: skip
    """A frame as a log, or None where it has to be looked at value by value.

    Args:
        frame, name, make, says: as for `read_large`.
        as_json: given where every column is known to be clean: those with values of several types, as JSON texts.
    """
    import polars as pl

    if (
        (as_json is None and not takes_all({n: _kind(t) for n, t in frame.schema.items()}))
        or not frame.height
        or frame["time"].null_count()
        or frame["event"].null_count()
        or (as_json is None and not _values_are_clean(frame))
    ):
        return None
    times = frame["time"].cast(pl.Datetime("us", "UTC")).to_physical().to_numpy()
    texts: dict[str, Coded] = {
        n: coded(frame[n].cast(pl.String)) for n in ("event", "case") if n in frame.columns
    }
    return _log(times, texts, frame.drop("time", *texts), name, make, says, as_json or frozenset())


def _log(
    times: Any, texts: dict[str, Coded], frame: pl.DataFrame | None, name: str,
    make: Callable[[dict[str, Any], int], Event], says: Says, as_json: frozenset[str],
) -> Log | None:  # fmt: skip
    """Columns as a log, in order of time; None where they have to be looked at value by value."""
    import numpy as np

    given = False
    if frame is not None:
        cleaned = _cleaned(frame)
        if cleaned is None:
            return None
        frame, given = cleaned
    if any(n != n.strip() or not n for n in texts["event"].texts.all()):
        return None
    origin = None
    times = np.ascontiguousarray(times)
    if not times.flags.writeable:
        times = times.copy()
    if not kernel(laying.steady, True)(times):
        origin = np.argsort(times, kind="stable")
        times = times[origin]
        texts = {n: Coded(c.codes[origin], c.texts) for n, c in texts.items()}
        frame = None if frame is None else frame[origin]
    table = FrameTable(frame, times, origin, make, says, given, texts, as_json)
    return Log(FrameEvents(table), (name,), table=table)


def _cleaned(frame: pl.DataFrame) -> tuple[pl.DataFrame, bool] | None:
    """The columns beside times, names and cases, numbers as text where that is what the field is; whether ids are given."""
    import polars as pl

    whole = [
        n for n, t in frame.schema.items() if t.is_integer() and (n == "id" or FIELD_TYPES.get(n) == "text")
    ]
    if whole:
        frame = frame.with_columns(pl.col(n).cast(pl.String) for n in whole)
    if "id" not in frame.columns or frame["id"].null_count() == frame.height:
        return frame, False
    ids = frame["id"]
    return None if ids.null_count() or (ids == "").any() or ids.n_unique() < len(ids) else (frame, True)


def _values_are_clean(frame: pl.DataFrame) -> bool:
    import polars as pl

    return all(
        not (t.is_float() and not frame[n].is_finite().all())
        and not (isinstance(t, pl.Datetime) and not _plausible(frame[n]))
        for n, t in frame.schema.items()
    )


def _plausible(column: pl.Series) -> bool:
    import polars as pl

    if column.null_count() == len(column):
        return True
    known = column.cast(pl.Datetime("us", "UTC")).to_physical()
    return known.min() >= _YEAR_1000 and known.max() < _YEAR_9001  # type: ignore[operator,return-value]


def _kind(dtype: Any) -> str:
    """What a column of a frame holds, as `takes_all` wants it."""
    import polars as pl

    if dtype == pl.String:
        return "text"
    if dtype == pl.Boolean:
        return "bool"
    if dtype.is_integer():
        return "" if dtype in {pl.UInt64, pl.Int128} else "whole"
    if dtype.is_float():
        return "number"
    if isinstance(dtype, pl.Datetime):
        return "instant" if dtype.time_zone is not None and dtype.time_unit in {"us", "ms"} else ""
    return "list" if dtype == pl.List(pl.String) else ""
