"""Logs from files, directories and standard input; each format is a module of its own, imported when it is needed."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO

from keptword.errors import LogError, Place, Problem, usage_error
from keptword.events import Event, Log, identify
from keptword.readers.formats import FORMATS, Format
from keptword.readers.reading import Reading, Rejected, counted
from keptword.readers.run import begin

if TYPE_CHECKING:
    from keptword.readers.on_disk import Pieces


def read_log(
    paths: Sequence[str | Path],
    format: str | None = None,
    zone: str | None = None,
    mapping: Mapping[str, str] = {},
    keep_going: bool = False,
    progress: Callable[[int, int], None] | None = None,
    stdin: BinaryIO | None = None,
) -> tuple[Log, Reading]:
    """Read one log from any number of sources.

    Args:
        paths: files, directories (read recursively), `-` for standard input; a sources.yaml that names other files.
        format: a key of `FORMATS`; None chooses one of our own by name, else by content; `auto` also tries the
            foreign ones by content, file by file.
        zone: IANA zone of times without an offset; None refuses them.
        mapping: canonical name → column or field of the source.
        keep_going: put bad lines aside (`Reading.rejected`) instead of refusing the log. What concerns a whole
            file (missing, damaged, no such column) is refused all the same.
        progress: called with bytes read so far and in all (compressed; 0 when not known).
        stdin: what `-` reads.

    Returns:
        The log, ordered by (time, id), and what came up while reading.

    Raises:
        LogError: every problem found.
        UsageError: an unknown format or zone.
    """
    run = begin(paths, format, zone, mapping, keep_going, progress, stdin)
    reading = run.reading
    events: list[Event] = []
    with _no_collection():
        events.extend(run.events())
    if reading.superseded:
        events = [e for e in events if e.place not in reading.superseded]
        reading.note(superseded(reading))
    ordered, repeats = _identified(events, reading)
    if run.refused or (reading.problems and not keep_going):
        raise LogError([*run.refused, *reading.problems])
    files = tuple(dict.fromkeys(str(p) for p in paths))
    return Log(
        ordered,
        files,
        len(reading.rejected),
        repeats,
        list(reading.notes),
        None,
        tuple(sorted(set(reading.formats.values()))),
    ), reading


@contextmanager
def _no_collection() -> Iterator[None]:
    # Every event stays alive, so looking for garbage again and again costs a third of the time and finds none.
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def in_pieces(
    paths: Sequence[str | Path],
    format: str | None = None,
    zone: str | None = None,
    mapping: Mapping[str, str] = {},
    progress: Callable[[int, int], None] | None = None,
    stdin: BinaryIO | None = None,
) -> Iterator[tuple[Pieces, Reading]]:
    """Read one log of any size in bounded memory: its events stand on disk, in order, while the context is open.

    Args, raises: as `read_log`; there is no putting bad lines aside.
    """
    from keptword.readers.on_disk import Pieces

    run = begin(paths, format, zone, mapping, False, progress, stdin)
    with TemporaryDirectory(prefix="keptword-") as folder:
        pieces = Pieces(Path(folder))
        pieces.take(run.events())
        if run.refused or run.reading.problems:
            raise LogError([*run.refused, *run.reading.problems])
        if run.reading.superseded:
            run.reading.note(superseded(run.reading))
        pieces.put_in_order(run.reading)
        yield pieces, run.reading


def superseded(reading: Reading) -> str:
    """What is said of records that came again in a later version."""
    count = counted(len(reading.superseded), "record")
    return f"{count} came again in a later version, and only the latest counts"


def _identified(events: list[Event], reading: Reading) -> tuple[list[Event], int]:
    """Ordered events without repeats; with `keep_going`, ids that clash are put aside with *all* their lines."""
    ordered, repeats, clashes = identify(events)
    if not clashes or not reading.keep_going:
        reading.problems += clashes
        return ordered, repeats
    places = {p.place for p in clashes} | {p.other[0] for p in clashes if p.other}
    ids = {e.id for e in events if e.id and e.place in places}
    told = {p.place: p for p in clashes}
    keep: list[Event] = []
    for event in events:
        if event.id not in ids and event.place not in places:
            keep.append(event)
            continue
        place = event.place or Place("log")
        mirrored = next(
            p
            for p in clashes
            if p.place == place or (p.other and p.other[0] == place) or event.id in p.message
        )
        problem = told.get(place) or Problem(
            mirrored.code,
            mirrored.message,
            place,
            hint=mirrored.hint,
            other=(mirrored.place, "the other one"),
        )
        reading.problems.append(problem)
        reading.rejected.append(Rejected(reading.raws.get(place) or _canonical(event), [problem]))
    ordered, repeats, _ = identify(keep)
    return ordered, repeats


def _canonical(event: Event) -> bytes:
    from keptword.readers.convert import event_line

    return event_line(event).encode("utf-8", "backslashreplace")


def write_rejects(reading: Reading, path: str | Path) -> None:
    """Write the lines that were left out, byte for byte, to `path`, and the reasons beside it to `PATH.reasons.txt`.

    The n-th entry of the reasons is about the n-th line put aside; a line without an end gets one.

    Raises:
        UsageError: U002, the file cannot be written.
    """
    try:
        with (
            open(path, "wb") as lines,
            open(f"{path}.reasons.txt", "w", encoding="utf-8", newline="\n") as reasons,
        ):
            for number, rejected in enumerate(reading.rejected, 1):
                lines.write(
                    rejected.line
                    if not rejected.line or rejected.line.endswith(b"\n")
                    else rejected.line + b"\n"
                )
                said = "\n".join(p.render() for p in rejected.problems)
                reasons.write(f"{number}. {said}\n\n")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise usage_error(f"'{path}' cannot be written: {why.lower()}", code="U002") from error


__all__ = ["FORMATS", "Format", "Reading", "in_pieces", "read_log", "write_rejects"]
