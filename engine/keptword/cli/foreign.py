"""Large exports of other systems: read once into pieces on disk, then held as columns instead of as events."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from keptword.columnar.reading import framed
from keptword.errors import Place
from keptword.events import Event, Log
from keptword.readers.formats import FORMATS
from keptword.readers.records import Shape
from keptword.spec.conditions import no_words

LARGE = 200_000_000  # bytes of files, unpacked, from which on it pays
_GROWTH = 8  # times a compressed file grows, about


def read_foreign(
    paths: Sequence[str | Path],
    format: str | None,
    zone: str | None,
    mapping: Mapping[str, str],
    progress: Callable[[int, int], None] | None,
    large: int = LARGE,
) -> Log | None:
    """The log as columns; None where it is small, or not foreign, or some of its values want a look one by one.

    Args:
        paths, format, zone, mapping, progress: as for `read_log`.
        large: bytes.

    Raises:
        LogError: every problem found, as `read_log` finds them.
    """
    if format is None or (format != "auto" and not FORMATS[format].foreign) or _size(paths) < large:
        return None
    from keptword.readers import in_pieces

    with in_pieces(paths, format, zone, mapping, progress) as (pieces, reading):
        if not pieces.parts:
            return None
        whole, places = pieces.whole()
        repeats = pieces.repeats
    shape = Shape()

    def make(row: dict[str, Any], number: int) -> Event:
        event = shape.event(row, Place(*places.row(number)))
        if isinstance(event, list):
            raise AssertionError(event[0].message)  # the row was made of an event
        return event

    log = framed(whole, "log", make, no_words)
    if log is None:
        return None
    log.files = tuple(dict.fromkeys(str(p) for p in paths))
    log.duplicates, log.notes = repeats, list(reading.notes)
    log.formats = tuple(sorted(set(reading.formats.values())))
    return log


def _size(paths: Sequence[str | Path]) -> int:
    """Bytes of the files that are named, about what they have unpacked."""
    files = [Path(p) for p in paths]
    inside = [f for p in files if p.is_dir() for f in p.rglob("*") if f.is_file()]
    found = [*(p for p in files if p.is_file()), *inside]
    return sum(os.path.getsize(p) * (_GROWTH if p.suffix in {".gz", ".zst"} else 1) for p in found)
