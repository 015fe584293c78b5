"""A large log as batches of columns, whatever files it is in; exactly the events that the ordinary reader would give."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from threading import Thread

from keptword.errors import LogError, Problem
from keptword.readers.formats import FORMATS, as_meant, choose, taken_from_a_folder
from keptword.readers.jsonl_columns import jsonl
from keptword.readers.parquet_columns import parquet
from keptword.readers.pieces import by_events
from keptword.readers.reading import Reading
from keptword.readers.renaming import unmet
from keptword.readers.run import report_progress
from keptword.readers.source import COMPRESSED, Source, find_sources
from keptword.readers.sources import is_sources
from keptword.readers.table_columns import table
from keptword.readers.typed_columns import Batch, NotPlain

LARGE = 24 * 1024 * 1024  # bytes from which on columns, and the import of what they need, pay
_PACKED = 8  # how much a compressed log grows, about
_PARQUET = 16
_OWN = {"jsonl": jsonl, "csv": table, "tsv": table, "parquet": parquet}
SMALL = 64 * 1024


class Pieces:
    """The batches of a log, file by file.

    Attributes:
        reading: what came up while reading; complete when the last batch has been taken.
        sources: the files.
        whole: problems that concern a whole file.
        read, size: bytes read so far, and in all, as they stand on the disk.
    """

    def __init__(self, sources: Sequence[Source], format: str | None, reading: Reading) -> None:
        self.sources, self.format, self.reading = sources, format, reading
        self.whole: list[Problem] = []
        self.read, self.size = 0, 0
        self.progress: Callable[[int, int], None] | None = None

    def told(self, read: int, size: int) -> None:
        """So much is read."""
        self.read, self.size = read, size
        if self.progress is not None:
            self.progress(read, size)

    def share(self) -> float:
        """How much of the log is read, from 0 to 1."""
        return min(1.0, self.read / self.size) if self.size else 1.0

    def __iter__(self) -> Iterator[tuple[str, Batch]]:
        """Name of the file and batch; NotPlain: the ordinary reader has to read the whole log."""
        for source in self.sources:
            rows, bad = 0, len(self.reading.problems)
            try:
                for batch in self._batches(source):
                    rows += batch.frame.height
                    if batch.frame.height:
                        yield source.name, batch
            except LogError as error:
                self.whole += error.problems
            if not rows and len(self.reading.problems) > bad:
                raise NotPlain  # perhaps this is a file of another kind
            if not rows and not source.head().strip():
                self.reading.note(f"{source.name} is empty")
        self.whole += unmet(self.reading)

    def _batches(self, source: Source) -> Iterator[Batch]:
        name = choose(source, self.format)
        if name not in {*_OWN, "json"} or source.head()[:2] in {b"\xff\xfe", b"\xfe\xff", b"PK"}:
            raise NotPlain
        self.reading.formats[source.name] = name
        try:
            if name == "json" or (source.path is not None and source.path.stat().st_size < SMALL):
                yield from self._by_events(source, name)
                return
            yield from self._own(source, name)
        except LogError as error:
            raise LogError(as_meant(source, self.format, FORMATS[name], error.problems)) from error

    def _own(self, source: Source, name: str) -> Iterator[Batch]:
        given = 0
        try:
            for batch in _OWN[name](source, self.reading):
                given += 1
                yield batch
        except NotPlain:
            if given or name != "parquet":
                raise
            yield from self._by_events(source, name)

    def _by_events(self, source: Source, name: str) -> Iterator[Batch]:
        from importlib import import_module

        yield from by_events(source, self.reading, import_module(FORMATS[name].module).read)


def read_pieces(
    paths: Sequence[str | Path],
    format: str | None = None,
    zone: str | None = None,
    mapping: Mapping[str, str] = {},
    progress: Callable[[int, int], None] | None = None,
    keep_going: bool = False,
) -> Pieces | None:
    """The batches of a log that is large enough for columns, else None: then the ordinary reader is to read it.

    Args:
        paths, format, zone, mapping, progress, keep_going: as for `read_log`.
    """
    if files_of(paths, format) is None:
        return None
    reading = Reading(zone, mapping, keep_going)
    try:
        sources = find_sources(paths, partial(taken_from_a_folder, format=format), reading, None)
        if any(choose(s, format) not in {*_OWN, "json"} for s in sources):
            return None
    except LogError:
        return None
    loading = Thread(target=warm, daemon=True)
    loading.start()
    import polars as pl  # noqa: F401 - beside it

    loading.join()
    pieces = Pieces(sources, format, reading)
    pieces.progress = progress
    report_progress(sources, pieces.told)
    return pieces


def files_of(paths: Sequence[str | Path], format: str | None) -> list[Path] | None:
    """The files of a log that is large enough for columns, in the order of reading; None where it is not."""
    if any(str(p) == "-" or is_sources(p) for p in paths) or format not in {None, "auto", *_OWN}:
        return None
    if not all(Path(p).is_file() or Path(p).is_dir() for p in paths):
        return None
    try:
        sources = find_sources(paths, partial(taken_from_a_folder, format=format), Reading(), None)
    except LogError:
        return None
    if sum(_unpacked(s) for s in sources) < LARGE:
        return None
    return [s.path for s in sources if s.path is not None]


def warm() -> None:
    """Load Numba and the compiled loops; meant for a thread that runs while the first bytes are read."""
    from keptword.readers import scan_csv, scan_json

    scan_json.json_lines()
    scan_csv.csv_rows()


def _unpacked(source: Source) -> int:
    """About how many bytes a file has when it is unpacked."""
    if source.path is None or not source.path.is_file():
        return 0
    size, name = source.path.stat().st_size, source.name.lower()
    if name.endswith(COMPRESSED):
        return size * _PACKED
    return size * _PARQUET if name.endswith((".parquet", ".pq")) else size
