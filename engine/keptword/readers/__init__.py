"""Logs from files, directories and standard input; each format is a module of its own, imported when it is needed."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from keptword.errors import LogError, Place, Problem, did_you_mean, usage_error
from keptword.events import Event, Log, identify
from keptword.instants import zone as zone_of
from keptword.readers.reading import Reading, Rejected, counted
from keptword.readers.sources import Job, Sources, is_sources, load_sources

if TYPE_CHECKING:
    from keptword.readers.source import Source


@dataclass(frozen=True, slots=True)
class Format:
    """One format of logs.

    Attributes:
        module: has `read(source, reading) -> Iterator[Event]`, and `recognises(head, name) -> bool` if foreign.
        title: one line for people.
        endings: of file names that mean this format, compression endings left out.
        foreign: not our own vocabulary: chosen by name, or by content with `auto`.
    """

    module: str
    title: str
    endings: tuple[str, ...] = ()
    foreign: bool = False


# Foreign formats are tried in this order by `auto`; the first that recognises the content is taken.
FORMATS: dict[str, Format] = {
    "jsonl": Format("keptword.readers.jsonl", "one JSON object a line", (".jsonl", ".ndjson")),
    "json": Format("keptword.readers.json_array", "a JSON array of events", (".json",)),
    "csv": Format("keptword.readers.delimited", "a table with a header, commas or semicolons", (".csv",)),
    "tsv": Format("keptword.readers.delimited", "a table with a header, tabs", (".tsv", ".tab")),
    "parquet": Format("keptword.readers.parquet", "a Parquet table", (".parquet", ".pq")),
    "statuspage": Format(
        "keptword.readers.statuspage", "incidents.json of an Atlassian Statuspage", foreign=True
    ),
    "zendesk": Format(
        "keptword.readers.zendesk", "tickets, audits and comments of Zendesk Support", foreign=True
    ),
    "jira": Format(
        "keptword.readers.jira",
        "issues of Jira and Jira Service Management with their changelog",
        foreign=True,
    ),
    "servicenow": Format(
        "keptword.readers.servicenow", "incidents of ServiceNow as CSV, snapshots or sys_audit", foreign=True
    ),
    "pagerduty": Format("keptword.readers.pagerduty", "log entries of PagerDuty", foreign=True),
    "freshdesk": Format("keptword.readers.freshdesk", "tickets and conversations of Freshdesk", foreign=True),
    "intercom": Format(
        "keptword.readers.intercom", "conversations of Intercom with their parts", foreign=True
    ),
    "zammad": Format("keptword.readers.zammad", "tickets of Zammad with articles and history", foreign=True),
    "github-issues": Format(
        "keptword.readers.github_issues", "issues of GitHub with their timeline", foreign=True
    ),
    "mbox": Format("keptword.readers.mail", "an mbox file of e-mail", (".mbox", ".mbx"), foreign=True),
    "eml": Format("keptword.readers.mail", "one e-mail a file", (".eml",), foreign=True),
    "maildir": Format("keptword.readers.mail", "a maildir of e-mail", foreign=True),
    "xes": Format("keptword.readers.xes", "an event log in XES, traces of events", (".xes",), foreign=True),
    "ocel": Format(
        "keptword.readers.ocel",
        "an object-centric event log, OCEL 2.0 as JSON, XML or SQLite",
        (".jsonocel", ".xmlocel", ".sqlite", ".db"),
        foreign=True,
    ),
    "github-statuses": Format(
        "keptword.readers.github_statuses",
        "the history of GitHub's status page, one incident a line",
        foreign=True,
    ),
    "google-cloud-status": Format(
        "keptword.readers.google_cloud_status", "incidents.json of Google Cloud's status page", foreign=True
    ),
    "yandex-cloud-status": Format(
        "keptword.readers.yandex_cloud_status", "the incidents of Yandex Cloud's status page", foreign=True
    ),
}


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
    from keptword.readers.source import find_sources

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
        wanted = partial(_taken_from_a_folder, format=job.format)
        found = find_sources(job.paths, wanted, reading, stdin)
        sources += [(source, job) for source in found]
    _report_progress([source for source, _ in sources], progress)
    events: list[Event] = []
    whole: list[Problem] = []
    with _no_collection():
        for source, job in sources:
            reading.zone, reading.mapping = job.zone, job.mapping
            try:
                _read_one(source, job.format, reading, events)
            except LogError as error:
                whole += error.problems
            finally:
                source.close()
        for module in dict.fromkeys(f.module for f in FORMATS.values() if f.foreign):
            # Tickets and the people of a desk may stand in several files, so some readers speak when all are read.
            if module in sys.modules and hasattr(sys.modules[module], "finish"):
                events.extend(sys.modules[module].finish(reading))
    if joining is not None:
        by_name = {source.name: job for source, job in sources}
        events = [
            joining.joined(e, by_name[e.place.file]) if e.place and e.place.file in by_name else e
            for e in events
        ]
    if reading.superseded:
        events = [e for e in events if e.place not in reading.superseded]
        reading.note(
            f"{counted(len(reading.superseded), 'record')} came again in a later version, and only the latest counts"
        )
    ordered, repeats = _identified(events, reading)
    if whole or (reading.problems and not keep_going):
        raise LogError([*whole, *reading.problems])
    files = tuple(dict.fromkeys(str(p) for p in paths))
    return Log(ordered, files, len(reading.rejected), repeats, list(reading.notes)), reading


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


def _read_one(source: Source, format: str | None, reading: Reading, events: list[Event]) -> None:
    if source.head()[:4] == b"PK\x03\x04":
        hint = "unpack it, and give the folder or the files"
        raise LogError(
            Problem(
                "L016",
                "this is a zip archive (or a document of an office program)",
                Place(source.name),
                hint=hint,
            )
        )
    reading.formats[source.name] = _choose(source, format)
    chosen = FORMATS[reading.formats[source.name]]
    if not chosen.foreign and source.head()[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        hint = f"iconv -f utf-16 -t utf-8 '{source.name}'"
        raise LogError(
            Problem("L010", "this is UTF-16, and a log is UTF-8", Place(source.name, 1, 1), hint=hint)
        )
    before, bad = len(events), len(reading.problems)
    try:
        events.extend(import_module(chosen.module).read(source, reading))
    except LogError as error:
        raise LogError(_meant(source, format, chosen, error.problems)) from error
    if len(events) == before and len(reading.problems) > bad:
        # A whole file that is of another kind is refused even when bad lines are put aside: no line of it is a bad one.
        meant = _meant(source, format, chosen, reading.problems[bad:])
        if meant != reading.problems[bad:]:
            del reading.problems[bad:]
            raise LogError(meant)
    if len(events) == before and len(reading.problems) == bad and not source.head().strip():
        reading.note(f"{source.name} is empty")


def _meant(source: Source, format: str | None, chosen: Format, problems: list[Problem]) -> list[Problem]:
    """The problems of a source without one usable event: a single one with the way out, if a foreign format knows it."""
    if format is not None or chosen.foreign:
        return problems
    for name, known in FORMATS.items():
        if known.foreign and import_module(known.module).recognises(source.head(), source.name):
            message = f"this is not a log in keptword's own words: it looks like {known.title}"
            return [Problem("L016", message, Place(source.name), hint=f"add --from {name}")]
    return problems


def _choose(source: Source, format: str | None) -> str:
    if format is not None and format != "auto":
        return format
    if format == "auto":
        for name, known in FORMATS.items():
            if known.foreign and import_module(known.module).recognises(source.head(), source.name):
                return name
    by_name = _by_name(source.name)
    if by_name not in {None, "jsonl"}:
        return str(by_name)
    by_content = _by_content(source.head())
    if by_name == "jsonl":
        return "json" if source.head().translate(None, b" \t\r\n").startswith((b"[{", b"[]")) else "jsonl"
    if by_content is None:
        message = f"nothing says what format '{source.name}' has"
        raise LogError(Problem("L002", message, Place(source.name), hint="name it, such as --from csv"))
    return by_content


def _taken_from_a_folder(name: str, format: str | None) -> bool:
    """Whether a file found in a directory is a log; the messages of a maildir have names that say nothing."""
    if format is not None and format != "auto" and FORMATS[format].foreign:
        return True
    return _by_name(name) is not None or (
        format == "auto" and os.path.basename(os.path.dirname(name)) in {"cur", "new"}
    )


def _by_name(name: str) -> str | None:
    stem, ending = os.path.splitext(name.lower())
    if ending in {".gz", ".gzip", ".zst", ".zstd"}:
        ending = os.path.splitext(stem)[1]
    return next((n for n, f in FORMATS.items() if ending in f.endings), None)


def _by_content(head: bytes) -> str | None:
    text = head.lstrip()
    if text.startswith(b"PAR1"):
        return "parquet"
    if text.startswith(b"["):
        return "json"
    first = text.split(b"\n", 1)[0].strip()
    if text.startswith(b"{"):
        # An object that is closed on its own line is JSONL; one that goes on over lines is not.
        return "jsonl" if first.endswith(b"}") or len(first) > 60000 else "json"
    if not text:
        return "jsonl"
    if b"\0" not in first and any(d in first for d in (b",", b";", b"\t")):
        return "csv"
    return None


def _report_progress(sources: Sequence[Source], progress: Callable[[int, int], None] | None) -> None:
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


__all__ = ["FORMATS", "Format", "Reading", "read_log", "write_rejects"]
