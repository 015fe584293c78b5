"""A Parquet file as columns, its row groups read side by side; texts stay the numbers that the file has for them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Thread, local
from typing import TYPE_CHECKING, Any

from keptword.columnar.columns import INSTANT, PLACE
from keptword.columnar.compiled import kernel
from keptword.columnar.kernels import laying
from keptword.columnar.texts import Coded, Texts
from keptword.events import FIELD_TYPES

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

LARGE = 300_000  # rows from which on columns, and the import of what they need, pay
_SMALL = 8  # bytes a value, on average, up to which a column of text is taken to repeat itself
_READERS = 2
_YEAR_1000, _YEAR_9001 = -30_610_224_000_000_000, 221_876_928_000_000_000


@dataclass(slots=True)
class ReadColumns:
    """What a file holds.

    Attributes:
        times: microseconds, row by row as they stand in the file.
        coded: columns of text as numbers.
        others: the other columns; None: there are none.
    """

    times: Any
    coded: dict[str, Coded]
    others: pl.DataFrame | None


_AHEAD: dict[Path, Future[ReadColumns | None]] = {}


def read_ahead(path: Path, least: int = LARGE) -> None:
    """Begin to read a file that will be asked for: rules are loaded meanwhile, and neither needs the other's processor."""
    if path not in _AHEAD:
        future = _AHEAD[path] = Future[ReadColumns | None]()

        def read() -> None:
            try:
                future.set_result(read_columns(path, least))
            except BaseException as error:  # noqa: BLE001 - whoever asks for the file gets it
                future.set_exception(error)

        Thread(target=read, daemon=True).start()


def read_now(path: Path, least: int) -> ReadColumns | None:
    """As `read_columns`, which may have begun already."""
    future = _AHEAD.pop(path, None)
    return read_columns(path, least) if future is None else future.result()


def read_columns(path: Path, least: int) -> ReadColumns | None:
    """The columns of a file; None where it has fewer than `least` rows, or something has to be looked at value by value.

    Raises:
        OSError, ValueError: (among them all errors of pyarrow) the file is damaged.
    """
    import numpy as np
    import pyarrow.parquet as pq

    whole = pq.ParquetFile(path)
    meta, schema = whole.metadata, whole.schema_arrow
    if meta.num_rows < max(least, 1) or not takes_all({f.name: _kind(f.type) for f in schema}):
        return None
    if len(schema.names) != len(set(schema.names)):
        return None
    repeating = _repeating(meta, schema)
    rows = meta.num_rows
    times = np.empty(rows, dtype=INSTANT)
    texts = {n: Texts() for n in repeating}
    codes = {n: np.empty(rows, dtype=PLACE) for n in repeating}
    others: list[pa.Table] = []
    names = [n for n in schema.names if n != "time" and n not in repeating]
    at = 0
    for group in _groups(path, meta, sorted(repeating)):
        end = at + group.num_rows
        if group["time"].null_count or group["event"].null_count:
            return None
        _times(group["time"], times[at:end])
        for name in repeating:
            _numbers(group[name], texts[name], codes[name][at:end])
        if names:
            others.append(group.select(names))
        at = end
    if at != rows:
        return None
    if int(times.min()) < _YEAR_1000 or int(times.max()) >= _YEAR_9001:
        return None
    return ReadColumns(times, {n: Coded(codes[n], texts[n]) for n in repeating}, _frame(others))


def _repeating(meta: Any, schema: pa.Schema) -> list[str]:
    """The names, the usual key, and every other column of text whose values come again and again."""
    size: dict[str, int] = {}
    for n in range(meta.num_row_groups):
        group = meta.row_group(n)
        for i in range(group.num_columns):
            column = group.column(i)
            size[column.path_in_schema] = size.get(column.path_in_schema, 0) + column.total_uncompressed_size
    return [
        f.name
        for f in schema
        if f.name in {"event", "case"}
        or (_kind(f.type) == "text" and f.name != "id" and size.get(f.name, 0) <= _SMALL * meta.num_rows)
    ]


def _groups(path: Path, meta: Any, repeating: list[str]) -> Iterator[pa.Table]:
    """The row groups in order; each reader has the file open for itself."""
    import pyarrow.parquet as pq

    mine = local()

    def read(n: int) -> pa.Table:
        if not hasattr(mine, "file"):
            mine.file = pq.ParquetFile(path, metadata=meta, read_dictionary=repeating)
        return mine.file.read_row_group(n, use_threads=meta.num_row_groups < _READERS)

    with ThreadPoolExecutor(_READERS) as pool:
        # A few at a time: what is read and not yet taken over only takes room.
        waiting: deque[Future[pa.Table]] = deque()
        for n in range(meta.num_row_groups):
            waiting.append(pool.submit(read, n))
            if len(waiting) > _READERS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _times(column: pa.ChunkedArray, out: Any) -> None:
    import numpy as np

    at = 0
    for chunk in column.chunks:
        end = at + len(chunk)
        whole = np.frombuffer(chunk.buffers()[1], dtype=INSTANT)[chunk.offset : chunk.offset + len(chunk)]
        if column.type.unit == "ms":
            np.multiply(whole, 1000, out=out[at:end])
        else:
            out[at:end] = whole
        at = end


def _numbers(column: pa.ChunkedArray, texts: Texts, out: Any) -> None:
    """Numbers for the texts of a column; those that the file has itself are only translated."""
    import numpy as np
    import pyarrow as pa

    at = 0
    known: tuple[int, int] | None = None
    names: Any = None
    for chunk in column.chunks:
        end = at + len(chunk)
        if pa.types.is_dictionary(chunk.type):
            words = chunk.dictionary
            own = (words.buffers()[1].address if words.buffers()[1] is not None else 0, len(words))
            if own != known:
                known, names = own, texts.numbered(words)
            numbers = chunk.indices
            if numbers.null_count or numbers.type != pa.int32():
                numbers = numbers.cast(pa.int32()).fill_null(-1)
            there = np.frombuffer(numbers.buffers()[1], dtype=PLACE)[
                numbers.offset : numbers.offset + len(numbers)
            ]
            kernel(laying.translate, True)(there, names, out[at:end])
        else:
            out[at:end] = texts.numbered(chunk if _kind(chunk.type) == "text" else chunk.cast(pa.string()))
        at = end


def _frame(groups: list[pa.Table]) -> pl.DataFrame | None:
    if not groups:
        return None
    import polars as pl
    import pyarrow as pa

    frame = pl.from_arrow(pa.concat_tables(groups))
    assert isinstance(frame, pl.DataFrame)
    return frame


# ----------------------------------------------------------------------------------------------------------- types


def _kind(dtype: pa.DataType) -> str:
    import pyarrow as pa

    is_ = pa.types
    if is_.is_dictionary(dtype):
        return "text" if _kind(dtype.value_type) == "text" else ""
    if is_.is_string(dtype) or is_.is_large_string(dtype):
        return "text"
    if is_.is_boolean(dtype):
        return "bool"
    if is_.is_integer(dtype):
        return "" if is_.is_uint64(dtype) else "whole"
    if is_.is_float32(dtype) or is_.is_float64(dtype):
        return "number"
    if is_.is_timestamp(dtype):
        return "instant" if dtype.tz is not None and dtype.unit in {"us", "ms"} else ""
    if is_.is_list(dtype) or is_.is_large_list(dtype):
        return "list" if _kind(dtype.value_type) == "text" else ""
    return ""


def takes_all(kinds: dict[str, str]) -> bool:
    """Whether every value of every column is what the ordinary reader would take without a word.

    kinds: column → text, bool, whole, number, instant, list; "" for anything else.
    """
    return {"time", "event"} <= set(kinds) and all(_takes(n, k) for n, k in kinds.items())


def _takes(name: str, kind: str) -> bool:
    if name == "time":
        return kind == "instant"
    if name == "event":
        return kind == "text"
    match "text" if name in {"case", "id"} else FIELD_TYPES.get(name, ""):
        case "text":
            return kind in {"text", "whole"}
        case "number":
            return kind in {"whole", "number"}
        case "":
            return kind in {"text", "bool", "whole", "number"}
        case wanted:
            return kind == wanted
