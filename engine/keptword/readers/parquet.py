"""Parquet, through Polars; the only module of the readers that needs it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO

from keptword.errors import LogError, Place, Problem
from keptword.events import Event
from keptword.readers.parquet_check import check
from keptword.readers.reading import Reading, shown
from keptword.readers.records import Shape, missing
from keptword.readers.source import Source

_MAGIC = b"PAR1"


def read(source: Source, reading: Reading) -> Iterator[Event]:
    """The events of a Parquet file, one a row; places count rows, the first row being 1.

    Columns with a time zone are instants; those without one need a zone for the log.
    """
    import polars as pl

    data = source.read()
    if not data:
        reading.note(f"{source.name} is empty")
        return
    if len(data) < 12 or data[:4] != _MAGIC or data[-4:] != _MAGIC:
        raise LogError(Problem("L016", "this is not a whole Parquet file", Place(source.name)))
    try:
        check(BytesIO(data))
        frame = pl.read_parquet(BytesIO(data))
    except (
        pl.exceptions.PolarsError,
        pl.exceptions.PanicException,
        OSError,
        ValueError,
        MemoryError,
    ) as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise LogError(
            Problem("L016", f"this is not a Parquet file that can be read: {why[:200]}", Place(source.name))
        ) from error
    lacking = [n for n in ("time", "event") if not {n, reading.mapping.get(n, n)} & set(frame.columns)]
    if lacking:
        faults = [missing(n, frame.columns, reading.mapping, "column") for n in lacking]
        raise LogError([Problem(f.code, f.message, Place(source.name), hint=f.hint) for f in faults])
    shape = Shape(reading.zone, reading.mapping)
    for number, row in enumerate(_rows(frame, source.name), 1):
        place = Place(source.name, number)
        event = shape.event(row, place)
        raw = b""
        if isinstance(event, list) or reading.keep_going:
            raw = json.dumps(row, ensure_ascii=False, default=str).encode("utf-8", "backslashreplace") + b"\n"
        if isinstance(event, list):
            reading.reject(raw, [Problem(f.code, f.message, place, shown(raw), hint=f.hint) for f in event])
            continue
        if reading.keep_going:
            reading.raws[place] = raw
        yield event
    shape.tell(source.name, reading)


def _rows(frame: object, file: str) -> Iterator[dict[str, object]]:
    import polars as pl

    assert isinstance(frame, pl.DataFrame)
    try:
        yield from frame.iter_rows(named=True, buffer_size=4096)
    except (ValueError, OverflowError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        # Instants beyond the year 9999, which Python's datetime does not have.
        raise LogError(
            Problem("L005", f"a time in this file is outside the years 1 to 9999: {error}", Place(file))
        ) from error
