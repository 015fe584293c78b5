"""Large Parquet logs: read as columns, and a row becomes an event, as the ordinary reader makes it, only when it is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from keptword.columnar.reading import read_large
from keptword.errors import Place
from keptword.events import Event, Log
from keptword.readers.records import Shape

Make = Callable[[dict[str, Any], int], Event]


def read_as_columns(paths: Sequence[str | Path], zone: str | None) -> Log | None:
    """The log as columns; None where it is small, or has to be read line by line."""
    return read_large(paths, lambda name: rows_of(name, zone))


def rows_of(name: str, zone: str | None = None) -> Make:
    """Makes the events of a file: from a row as a dictionary, and the number of the row from 0."""
    shape = Shape(zone)

    def make(row: dict[str, Any], number: int) -> Event:
        event = shape.event(row, Place(name, number + 1))
        if isinstance(event, list):
            raise AssertionError(f"{name}, line {number + 1}: {event[0].message}")
        return event

    return make
