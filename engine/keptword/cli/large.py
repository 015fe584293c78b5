"""Large logs: read as columns, and a row becomes an event, as the ordinary reader makes it, only when it is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from keptword.columnar.reading import framed, read_large
from keptword.errors import LogError, Place
from keptword.events import Event, Log
from keptword.readers.records import Shape
from keptword.spec.conditions import no_words

Make = Callable[[dict[str, Any], int], Event]


def read_as_columns(
    paths: Sequence[str | Path],
    zone: str | None,
    format: str | None = None,
    mapping: Mapping[str, str] = {},
    progress: Callable[[int, int], None] | None = None,
) -> Log | None:
    """The log as columns; None where it is small, or has to be read line by line.

    Args:
        paths, zone, format, mapping, progress: as for `read_log`.

    Raises:
        LogError: every problem found, as `read_log` finds them.
    """
    if not mapping and format in {None, "auto", "parquet"}:
        one = read_large(paths, lambda name: rows_of(name, zone))
        if one is not None:
            return replace(one, formats=("parquet",))
    from keptword.readers.columns import read_pieces

    pieces = read_pieces(paths, format, zone, mapping, progress)
    if pieces is None:
        return None
    from keptword.readers.assembled import assembled
    from keptword.readers.typed_columns import NotPlain

    try:
        whole = assembled(pieces)
    except NotPlain:
        return None
    reading = pieces.reading
    problems = [*pieces.whole, *reading.problems, *(whole.clashes if whole is not None else ())]
    if problems:
        raise LogError(problems)
    if whole is None:
        return None
    log = framed(whole.frame, "log", whole.make, no_words, whole.coded)
    if log is None:
        return None
    files = tuple(dict.fromkeys(str(p) for p in paths))
    return replace(
        log,
        files=files,
        duplicates=whole.repeats,
        notes=list(reading.notes),
        formats=tuple(sorted(set(reading.formats.values()))),
    )


def rows_of(name: str, zone: str | None = None) -> Make:
    """Makes the events of a file: from a row as a dictionary, and the number of the row from 0."""
    shape = Shape(zone)

    def make(row: dict[str, Any], number: int) -> Event:
        event = shape.event(row, Place(name, number + 1))
        if isinstance(event, list):
            raise AssertionError(f"{name}, line {number + 1}: {event[0].message}")
        return event

    return make
