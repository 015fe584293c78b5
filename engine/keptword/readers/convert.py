"""Canonical logs written: JSONL and Parquet that `read_log` reads back as the same events."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from keptword.errors import Place, usage_error
from keptword.events import FIELD_TYPES, Event, Log, Value
from keptword.instants import format_instant
from keptword.readers.records import Shape


def event_line(event: Event) -> str:
    """One event as a line of canonical JSONL, its line end included; instants in UTC."""
    record: dict[str, object] = {"time": format_instant(event.time), "event": event.event}
    if event.case:
        record["case"] = event.case
    if event.id:
        record["id"] = event.id
    for key, value in sorted(event.fields.items()):
        instant = FIELD_TYPES.get(key) == "instant" and isinstance(value, int)
        record[key] = format_instant(value) if instant and isinstance(value, int) else value
    return json.dumps(record, ensure_ascii=False, separators=(", ", ": ")) + "\n"


def write_jsonl(log: Log, path: str | Path) -> None:
    """Write a log as JSONL, in the order of (time, id). UsageError U002 when the file cannot be written."""
    try:
        with open(path, "w", encoding="utf-8", newline="\n") as out:
            out.writelines(event_line(event) for event in log.events)
    except OSError as error:
        raise not_written(path, error) from error


def write_rows(rows: Iterable[dict[str, Any]], path: str | Path) -> None:
    """The same of rows of a canonical table, in the order of (time, id); OSError when the file cannot be written."""
    shape = Shape()
    with open(path, "w", encoding="utf-8", newline="\n") as out:
        for number, row in enumerate(rows, 1):
            event = shape.event(row, Place("rows", number))
            if not isinstance(event, Event):
                raise AssertionError(event[0].message)  # the rows were made of events
            out.write(event_line(event))


def write_parquet(log: Log, path: str | Path) -> None:
    """Write a log as Parquet, one typed column a field: instants as UTC timestamps, lists as lists.

    An instant field that holds plain dates somewhere, and a field whose values have several types, become text (a
    text with the JSON of the value where it was none), so no value is lost. UsageError U002 when the file cannot be written.
    """
    import polars as pl

    try:
        pl.DataFrame(columns_of(log.events)).write_parquet(path, compression="zstd")
    except OSError as error:
        raise not_written(path, error) from error


def columns_of(events: Sequence[Event]) -> dict[str, Any]:
    """The columns of a table of events, those of `write_parquet`."""
    import polars as pl

    instants = pl.Datetime("us", "UTC")
    columns: dict[str, Any] = {
        "time": pl.Series([e.time for e in events], dtype=pl.Int64).cast(instants),
        "event": pl.Series([e.event for e in events], dtype=pl.String),
        "case": pl.Series([e.case or None for e in events], dtype=pl.String),
        "id": pl.Series([e.id or None for e in events], dtype=pl.String),
    }
    for name in sorted({key for e in events for key in e.fields}):
        values = [e.fields.get(name) for e in events]
        columns[name] = _column(name, values, instants)
    return columns


def _column(name: str, values: list[Value | None], instants: Any) -> Any:
    import polars as pl

    types = {type(v) for v in values if v is not None}
    if FIELD_TYPES.get(name) == "instant" and types <= {int}:
        return pl.Series(values, dtype=pl.Int64).cast(instants)
    if FIELD_TYPES.get(name) == "instant":
        return pl.Series([format_instant(v) if isinstance(v, int) else v for v in values], dtype=pl.String)
    if FIELD_TYPES.get(name) == "number" and types == {int, float}:
        exact = all(not isinstance(v, int) or int(float(v)) == v for v in values)
        kind: Any = pl.Float64 if exact else pl.String
        return pl.Series([v if v is None or exact else str(v) for v in values], dtype=kind, strict=False)
    for python, column in ((str, pl.String), (bool, pl.Boolean), (int, pl.Int64), (float, pl.Float64)):
        if types == {python}:
            return pl.Series(values, dtype=column)
    if types == {tuple}:
        inner = {type(x) for v in values if isinstance(v, tuple) for x in v}
        for python, column in ((str, pl.String), (bool, pl.Boolean), (int, pl.Int64), (float, pl.Float64)):
            if inner == {python}:
                return pl.Series(
                    [list(v) if isinstance(v, tuple) else None for v in values], dtype=pl.List(column)
                )
    return pl.Series(
        [v if v is None or isinstance(v, str) else json.dumps(v, ensure_ascii=False) for v in values],
        dtype=pl.String,
    )


def not_written(path: str | Path, error: OSError) -> Exception:
    """The usage error U002 for a file that cannot be written."""
    return usage_error(f"'{path}' cannot be written: {(error.strerror or str(error)).lower()}", code="U002")
