"""Large Parquet logs in batches of rows: columns that hold what their fields hold, or the ordinary reader reads the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keptword.readers.parquet_check import check_file
from keptword.readers.reading import Reading
from keptword.readers.source import Source
from keptword.readers.typed_columns import Batch, NotPlain, kind_of, names_are_plain
from keptword.readers.values import FIRST, LAST

if TYPE_CHECKING:
    import polars as pl

ROWS = 1_000_000


def parquet(source: Source, reading: Reading) -> Iterator[Batch]:
    """The events of a Parquet file, in order.

    Raises:
        NotPlain: a column, or a value in one, that the ordinary reader has to look at, and no batch has been given yet.
    """
    import polars as pl

    if source.path is None or source.head()[:4] != b"PAR1" or reading.mapping:
        raise NotPlain
    try:
        check_file(source.path)
        scan = pl.scan_parquet(source.path)
        if not {"time", "event"} <= set(scan.collect_schema()):
            raise NotPlain
        rows = scan.select(pl.len()).collect().item()
        size = source.path.stat().st_size
        for at in range(0, rows, ROWS):
            frame = scan.slice(at, ROWS).collect()
            if source.told is not None:
                source.told(size * frame.height // rows)
            yield Batch(_cleaned(frame), at + 1)
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        raise NotPlain from error


def estimated(path: Path) -> int:
    """About how many bytes the columns of a Parquet file take in memory; 0 where it is none."""
    import polars as pl

    try:
        check_file(path)
        scan = pl.scan_parquet(path)
        types = scan.collect_schema().dtypes()
        rows = scan.select(pl.len()).collect().item()
        # A short text takes 16 bytes; of long ones the file itself gives an idea, for they shrink about threefold.
        return int(max(3 * path.stat().st_size, rows * sum(16 if t == pl.String else 8 for t in types)))
    except (pl.exceptions.PolarsError, OSError, ValueError):
        return 0


def _cleaned(frame: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    columns = [
        c
        for name in frame.columns
        if (c := _column(name, frame[name])).null_count() < len(c) or name in {"time", "event"}
    ]
    out = pl.DataFrame(columns)
    if (
        out["time"].null_count()
        or not names_are_plain(out["event"])
        or any(n != n.strip() or not n for n in frame.columns)
    ):
        raise NotPlain
    return out


def _column(name: str, column: pl.Series) -> pl.Series:
    """A column of canonical type; NotPlain where a value may mean something else than it says."""
    import polars as pl

    kind, dtype = kind_of(name), column.dtype
    whole = dtype.is_integer() and dtype not in {pl.UInt64, pl.Int128}
    if isinstance(dtype, pl.Datetime) and dtype.time_zone and dtype.time_unit in {"us", "ms"}:
        if kind not in {"time", "instant"}:
            raise NotPlain  # other fields keep the text of a time
        column = column.cast(pl.Datetime("us", "UTC"))
        known: Any = column.to_physical()
        if column.null_count() < len(column) and not (known.min() >= FIRST and known.max() < LAST):
            raise NotPlain
        return column
    if dtype == pl.String and kind in {"text", ""}:
        return column
    if whole and kind in {"text", "", "number"}:
        return column.cast(pl.String if kind == "text" else pl.Int64)
    if dtype in {pl.Float32, pl.Float64} and kind in {"", "number"} and column.is_finite().all():
        return column.cast(pl.Float64)
    if dtype == pl.Boolean and kind in {"", "bool"}:
        return column
    if dtype == pl.List(pl.String) and kind in {"", "list"}:
        inner = column.filter(column.list.len() > 0).explode()
        if not inner.null_count() and not inner.str.contains("\0", literal=True).any():
            return column
    if dtype == pl.Null:
        return column
    raise NotPlain
