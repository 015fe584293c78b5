"""Large Parquet logs, read as columns: the checks of the ordinary reader hold for whole columns, or it reads the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, overload

from keptword.columnar import loops
from keptword.columnar.frame import FrameTable
from keptword.events import FIELD_TYPES, Event, Log
from keptword.spec.conditions import Says, no_words

if TYPE_CHECKING:
    import polars as pl

LARGE = 300_000  # rows from which on columns, and the import of what they need, pay
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
    import polars as pl

    try:
        scan = pl.scan_parquet(path)
        schema = scan.collect_schema()
        if not _clean(schema) or scan.select(pl.len()).collect().item() < LARGE:
            return None
        # Numba takes as long to load as a file takes to read, and Polars reads without the interpreter's lock.
        loading = Thread(target=loops.warm, daemon=True)
        loading.start()
        frame = pl.read_parquet(path)
        loading.join()
    except (pl.exceptions.PolarsError, OSError, ValueError):
        return None  # the ordinary reader says what is wrong
    return framed(frame, str(path), make(str(path)), says)


def framed(
    frame: pl.DataFrame,
    name: str,
    make: Callable[[dict[str, Any], int], Event],
    says: Says,
    coded: frozenset[str] | None = None,
) -> Log | None:
    """A frame as a log, or None where it has to be looked at value by value.

    Args:
        frame, name, make, says: as for `read_large`.
        coded: given where every column is known to be clean: those with values of several types, as JSON texts.
    """
    import numpy as np
    import polars as pl

    if (
        (coded is None and not _clean(frame.schema))
        or not frame.height
        or frame["time"].null_count()
        or frame["event"].null_count()
    ):
        return None
    if coded is None and not _values_are_clean(frame):
        return None
    whole = [
        n
        for n, t in frame.schema.items()
        if t.is_integer() and FIELD_TYPES.get(n, "text" if n in {"case", "id"} else "") == "text"
    ]
    if whole:
        frame = frame.with_columns(pl.col(n).cast(pl.String) for n in whole)
    given = False
    if "id" in frame.columns:
        ids = frame["id"]
        if ids.null_count() < len(ids):
            if ids.null_count() or (ids == "").any() or ids.n_unique() < len(ids):
                return None
            given = True
    times = frame["time"].cast(pl.Datetime("us", "UTC")).to_physical().to_numpy()
    origin = None
    if not bool((times[1:] >= times[:-1]).all()):
        origin = np.argsort(times, kind="stable")
        times, frame = times[origin], frame[origin]
    table = FrameTable(
        frame, np.ascontiguousarray(times), origin, make, says, given, coded=coded or frozenset()
    )
    if any(n != n.strip() or not n for n in table.names):
        return None
    return Log(FrameEvents(table), (name,), table=table)


def _values_are_clean(frame: pl.DataFrame) -> bool:
    import polars as pl

    for n, t in frame.schema.items():
        if t.is_float() and not frame[n].is_finite().all():
            return False
        if isinstance(t, pl.Datetime) and not _plausible(frame[n]):
            return False
    return True


def _plausible(column: pl.Series) -> bool:
    import polars as pl

    if column.null_count() == len(column):
        return True
    known = column.cast(pl.Datetime("us", "UTC")).to_physical()
    return known.min() >= _YEAR_1000 and known.max() < _YEAR_9001  # type: ignore[operator,return-value]


def _clean(schema: Any) -> bool:
    """Whether every value of every column is what the ordinary reader would take without a word."""
    return {"time", "event"} <= set(schema) and all(_takes(n, t) for n, t in schema.items())


def _takes(name: str, dtype: Any) -> bool:
    import polars as pl

    if name == "time":
        return (
            isinstance(dtype, pl.Datetime) and dtype.time_zone is not None and dtype.time_unit in {"us", "ms"}
        )
    if name == "event":
        return bool(dtype == pl.String)
    kind = "text" if name in {"case", "id"} else FIELD_TYPES.get(name, "")
    small = dtype.is_integer() and dtype not in {pl.UInt64, pl.Int128}
    match kind:
        case "text":
            return bool(dtype == pl.String or small)
        case "bool":
            return bool(dtype == pl.Boolean)
        case "number":
            return bool(small or dtype.is_float())
        case "instant":
            return (
                isinstance(dtype, pl.Datetime)
                and dtype.time_zone is not None
                and dtype.time_unit in {"us", "ms"}
            )
        case "list":
            return bool(dtype == pl.List(pl.String))
        case _:
            return bool(dtype in {pl.String, pl.Boolean} or small or dtype.is_float())
