"""One run of reading: every source of it opened in turn, its events in the order in which they stand."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

from keptword.errors import LogError, Place, Problem, did_you_mean, usage_error
from keptword.events import Event
from keptword.instants import zone as zone_of
from keptword.readers.formats import FORMATS, as_meant, choose, taken_from_a_folder
from keptword.readers.reading import Reading
from keptword.readers.renaming import Renaming, unmet
from keptword.readers.source import Source, find_sources
from keptword.readers.sources import Job, Sources, is_sources, load_sources


@dataclass(slots=True)
class Run:
    """The sources of a log, and what came up while they were read.

    Attributes:
        sources: what is read, each with the wishes that hold for it.
        reading: the wishes of the user, notes and problems of single lines.
        joining: what a sources.yaml says; None without one.
        refused: problems that concern whole sources.
    """

    sources: list[tuple[Source, Job]]
    reading: Reading
    joining: Sources | None = None
    refused: list[Problem] = field(default_factory=list)

    def events(self) -> Iterator[Event]:
        """Every event, under the names that `--map` and sources.yaml give; replaced versions of records are among them."""
        jobs = {source.name: job for source, job in self.sources}
        events = self._read()
        if any(job.mapping for job in jobs.values()):
            events = Renaming(jobs, self.reading).events(events)
        if self.joining is not None:
            join = self.joining.joined
            known = events
            events = (join(e, jobs[e.place.file]) if e.place and e.place.file in jobs else e for e in known)
        yield from events
        self.refused += unmet(self.reading)

    def _read(self) -> Iterator[Event]:
        for source, job in self.sources:
            self.reading.zone, self.reading.mapping = job.zone, job.mapping
            try:
                yield from self._one(source, job.format)
            except LogError as error:
                self.refused += error.problems
            finally:
                source.close()
        for module in dict.fromkeys(f.module for f in FORMATS.values() if f.foreign):
            # Tickets and the people of a desk may stand in several files, so some readers speak when all are read.
            if module in sys.modules and hasattr(sys.modules[module], "finish"):
                yield from sys.modules[module].finish(self.reading)

    def _one(self, source: Source, format: str | None) -> Iterator[Event]:
        reading = self.reading
        _refuse_archives(source)
        reading.formats[source.name] = choose(source, format)
        chosen = FORMATS[reading.formats[source.name]]
        if not chosen.foreign and source.head()[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            hint = f"iconv -f utf-16 -t utf-8 '{source.name}'"
            said = "this is UTF-16, and a log is UTF-8"
            raise LogError(Problem("L010", said, Place(source.name, 1, 1), hint=hint))
        events = import_module(chosen.module).read(source, reading)
        bad = len(reading.problems)
        try:
            first = next(events, None)
            if first is not None:
                yield first
                yield from events
        except LogError as error:
            raise LogError(as_meant(source, format, chosen, error.problems)) from error
        if first is not None:
            return
        if len(reading.problems) > bad:
            # A whole file that is of another kind is refused even when bad lines are put aside: no line of it is a bad one.
            meant = as_meant(source, format, chosen, reading.problems[bad:])
            if meant != reading.problems[bad:]:
                del reading.problems[bad:]
                raise LogError(meant)
        elif not source.head().strip():
            reading.note(f"{source.name} is empty")


def begin(
    paths: Sequence[str | Path],
    format: str | None = None,
    zone: str | None = None,
    mapping: Mapping[str, str] = {},
    keep_going: bool = False,
    progress: Callable[[int, int], None] | None = None,
    stdin: BinaryIO | None = None,
) -> Run:
    """Find the sources of a log; the arguments are those of `read_log`.

    Raises:
        LogError: a source is missing.
        UsageError: an unknown format or zone.
    """
    if format is not None and format != "auto" and format not in FORMATS:
        names = ", ".join(sorted(FORMATS))
        raise usage_error(
            f"'{format}' is not a format of logs", did_you_mean(format, FORMATS) or f"formats: {names}"
        )
    if zone is not None:
        try:
            zone_of(zone)
        except ValueError as error:
            raise usage_error(str(error), "such as Europe/Moscow") from error
    reading = Reading(zone, mapping, keep_going)
    jobs, joining = _jobs(paths, format, zone, mapping, reading)
    sources = []
    for job in jobs:
        wanted = partial(taken_from_a_folder, format=job.format)
        sources += [(source, job) for source in find_sources(job.paths, wanted, reading, stdin)]
    report_progress([source for source, _ in sources], progress)
    return Run(sources, reading, joining)


def _jobs(
    paths: Sequence[str | Path],
    format: str | None,
    zone: str | None,
    mapping: Mapping[str, str],
    reading: Reading,
) -> tuple[list[Job], Sources | None]:
    """What to read: the arguments as they are, or what a sources.yaml among them names."""
    files = [p for p in paths if is_sources(p) and format in {None, "auto"}]
    if not files:
        return [Job(tuple(paths), format, zone, mapping)], None
    if len(files) > 1:
        raise usage_error(f"one sources.yaml at a time, not {len(files)}")
    joining = load_sources(files[0], FORMATS)
    joining.tell(reading)
    others = tuple(p for p in paths if p not in files)
    jobs = [replace(j, zone=j.zone or zone) for j in joining.jobs] + (
        [Job(others, format, zone, mapping)] if others else []
    )
    return jobs, joining


def _refuse_archives(source: Source) -> None:
    if source.head()[:4] == b"PK\x03\x04":
        said = "this is a zip archive (or a document of an office program)"
        hint = "unpack it, and give the folder or the files"
        raise LogError(Problem("L016", said, Place(source.name), hint=hint))


def report_progress(sources: Sequence[Source], progress: Callable[[int, int], None] | None) -> None:
    """Have sources tell how far all of them are read, in bytes as they stand on the disk."""
    if progress is None:
        return
    total = sum(s.path.stat().st_size for s in sources if s.path is not None and s.path.is_file())
    done = 0

    def told(n: int) -> None:
        nonlocal done
        done += n
        progress(done, total)

    for source in sources:
        source.told = told
