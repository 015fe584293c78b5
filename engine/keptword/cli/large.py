"""Large logs: read as columns, and a row becomes an event, as the ordinary reader makes it, only when it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keptword.columnar.reading import framed, read_large
from keptword.errors import LogError, Place, Problem
from keptword.events import Event, Log
from keptword.plan import Plan
from keptword.readers.records import Shape
from keptword.spec.conditions import no_words

if TYPE_CHECKING:
    from keptword.cli.cache import Kept
    from keptword.readers.assembled import Places
    from keptword.readers.columns import Pieces
    from keptword.readers.typed_columns import Batch

_SMALL = 1_000_000
Make = Callable[[dict[str, Any], int], Event]


@dataclass(frozen=True, slots=True)
class Room:
    """What a log may take of the machine, so that more than that is laid out on disk.

    Attributes:
        plans: the rules that it will be judged by.
        memory: bytes.
        begin: given what lies on disk as soon as there is any, to see to its end.
        count: how many buckets, whatever the memory.
    """

    plans: Sequence[Plan]
    memory: int
    begin: Callable[[AbstractContextManager[Any]], Any]
    count: int | None = None


def read_as_columns(
    paths: Sequence[str | Path],
    zone: str | None,
    format: str | None = None,
    mapping: Mapping[str, str] = {},
    progress: Callable[[int, int], None] | None = None,
    room: Room | None = None,
    cache: bool = False,
    rejects: Path | None = None,
) -> Log | None:
    """The log as columns; None where it is small, or has to be read line by line.

    Args:
        paths, zone, format, mapping, progress: as for `read_log`.
        room: None: all is kept in memory.
        cache: take it from where it was kept laid out, or keep it there.
        rejects: where bad lines are put aside; None: they are an error.

    Raises:
        LogError: every problem found, as `read_log` finds them.
        UsageError: U002, there is no room on the disk.
    """

    def name() -> Kept | None:
        return _kept_as(paths, zone, format, mapping) if cache and rejects is None else None

    place = name()
    known = place.log() if place is not None else None
    if known is not None:
        return known
    found = _read(paths, zone, format, mapping, progress, room, rejects)
    if found is not None and place is not None and found[1] is not None:
        place.keep(found[0], *found[1], name)
    return found[0] if found is not None else None


def _kept_as(
    paths: Sequence[str | Path], zone: str | None, format: str | None, mapping: Mapping[str, str]
) -> Kept | None:
    """What a log is kept as; None where it is too small to be kept, or cannot be read as columns."""
    from keptword.readers.columns import files_of

    files = files_of(paths, format)
    if files is None:
        return None
    from keptword.cli.cache import called

    return called(files, zone, format, mapping, [str(p) for p in paths])


def _read(
    paths: Sequence[str | Path],
    zone: str | None,
    format: str | None,
    mapping: Mapping[str, str],
    progress: Callable[[int, int], None] | None,
    room: Room | None,
    rejects: Path | None,
) -> tuple[Log, tuple[Places, Any] | None] | None:
    """The log, and where its rows stand if all of it is in memory."""
    if len(paths) == 1 and _damaged(Path(paths[0])):
        return None  # the ordinary reader says what is wrong
    if (
        rejects is None
        and not mapping
        and format in {None, "auto", "parquet"}
        and (room is None or _fits(paths, room))
    ):
        one = read_large(paths, lambda name: rows_of(name, zone))
        if one is not None:
            from keptword.readers.assembled import Places

            return replace(one, formats=("parquet",)), (Places([0], [str(paths[0])], [1], [None]), None)
    from keptword.readers.columns import read_pieces
    from keptword.readers.typed_columns import NotPlain

    pieces = read_pieces(paths, format, zone, mapping, progress, rejects is not None)
    if pieces is None:
        return None
    try:
        found = _in_memory(pieces, pieces) if room is None else _somewhere(pieces, room)
    except NotPlain:
        return None
    if found is None:
        return None
    reading = pieces.reading
    log = replace(
        found[0],
        files=tuple(dict.fromkeys(str(p) for p in paths)),
        rejected=len(reading.rejected),
        notes=list(reading.notes),
        formats=tuple(sorted(set(reading.formats.values()))),
    )
    if rejects is not None:
        from keptword.readers import write_rejects

        write_rejects(reading, rejects)
    return log, found[1]


def _damaged(path: Path) -> bool:
    """Whether a Parquet file is such that reading it may end the whole process."""
    from keptword.readers.parquet_check import Damaged, check_file

    if not path.name.lower().endswith((".parquet", ".pq")) or not path.is_file():
        return False
    try:
        check_file(path)
    except (Damaged, OSError):
        return True
    return False


def _fits(paths: Sequence[str | Path], room: Room) -> bool:
    """Whether a single Parquet file may be read at once."""
    path = Path(paths[0])
    if (
        not path.name.lower().endswith((".parquet", ".pq"))
        or not path.is_file()
        or path.stat().st_size < _SMALL
    ):
        return True  # no Parquet file, or a small one, of which the reader of columns says so itself
    from keptword.cli.buckets import TIMES
    from keptword.readers.parquet_columns import estimated

    return room.count is None and len(paths) == 1 and estimated(path) * TIMES <= room.memory


def _in_memory(
    pieces: Pieces, held: Iterable[tuple[str, Batch]]
) -> tuple[Log, tuple[Places, Any] | None] | None:
    from keptword.readers.assembled import assembled

    whole = assembled(held)
    _refuse(pieces, whole.clashes if whole is not None else ())
    if whole is None:
        return None
    log = framed(whole.frame, "log", whole.make, no_words, whole.coded)
    return None if log is None else (replace(log, duplicates=whole.repeats), (whole.places, whole.kept))


def _somewhere(pieces: Pieces, room: Room) -> tuple[Log, tuple[Places, Any] | None] | None:
    from keptword.cli.buckets import Buckets, StoredEvents, held_or_spilled

    found = held_or_spilled(pieces, room.plans, room.memory, room.begin, room.count)
    if not isinstance(found, Buckets):
        return _in_memory(pieces, found)
    repeats, clashes = found.spill.repeats(len(found.spill.parts) - 1, 0)
    _refuse(pieces, clashes)
    found.events -= repeats
    return Log(StoredEvents(found), duplicates=repeats, table=found), None


def tell(log: Log, told: Callable[[int, int, str], None] | None) -> None:
    """Have a log in buckets tell how far it is judged: steps done, steps in all, what is done."""
    from keptword.cli.buckets import Buckets

    if isinstance(log.table, Buckets):
        log.table.told = told


def _refuse(pieces: Pieces, clashes: Sequence[Problem]) -> None:
    """LogError for what is wrong; NotPlain where lines that clash are to be put aside, which the ordinary reader does."""
    from keptword.readers.typed_columns import NotPlain

    if clashes and pieces.reading.keep_going:
        raise NotPlain
    if pieces.whole or clashes or (pieces.reading.problems and not pieces.reading.keep_going):
        raise LogError([*pieces.whole, *pieces.reading.problems, *clashes])


def rows_of(name: str, zone: str | None = None) -> Make:
    """Makes the events of a file: from a row as a dictionary, and the number of the row from 0."""
    shape = Shape(zone)

    def make(row: dict[str, Any], number: int) -> Event:
        event = shape.event(row, Place(name, number + 1))
        if isinstance(event, list):
            raise AssertionError(f"{name}, line {number + 1}: {event[0].message}")
        return event

    return make
