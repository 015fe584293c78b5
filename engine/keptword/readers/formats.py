"""The formats of logs, and which of them a source has: by its name, its content, or the user's word."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from keptword.errors import LogError, Place, Problem

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
        maps: the reader itself takes `--map` to the fields of its records; else it renames fields of the events that were read.
    """

    module: str
    title: str
    endings: tuple[str, ...] = ()
    foreign: bool = False
    maps: bool = False


# Foreign formats are tried in this order by `auto`; the first that recognises the content is taken.
FORMATS: dict[str, Format] = {
    "jsonl": Format("keptword.readers.jsonl", "one JSON object a line", (".jsonl", ".ndjson"), maps=True),
    "json": Format("keptword.readers.json_array", "a JSON array of events", (".json",), maps=True),
    "csv": Format(
        "keptword.readers.delimited", "a table with a header, commas or semicolons", (".csv",), maps=True
    ),
    "tsv": Format("keptword.readers.delimited", "a table with a header, tabs", (".tsv", ".tab"), maps=True),
    "parquet": Format("keptword.readers.parquet", "a Parquet table", (".parquet", ".pq"), maps=True),
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
    "xes": Format(
        "keptword.readers.xes", "an event log in XES, traces of events", (".xes",), foreign=True, maps=True
    ),
    "ocel": Format(
        "keptword.readers.ocel",
        "an object-centric event log, OCEL 2.0 as JSON, XML or SQLite",
        (".jsonocel", ".xmlocel", ".sqlite", ".db"),
        foreign=True,
        maps=True,
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


def as_meant(source: Source, format: str | None, chosen: Format, problems: list[Problem]) -> list[Problem]:
    """The problems of a source without one usable event: a single one with the way out, if a foreign format knows it."""
    if format is not None or chosen.foreign:
        return problems
    for name, known in FORMATS.items():
        if known.foreign and import_module(known.module).recognises(source.head(), source.name):
            message = f"this is not a log in keptword's own words: it looks like {known.title}"
            return [Problem("L016", message, Place(source.name), hint=f"add --from {name}")]
    return problems


def choose(source: Source, format: str | None) -> str:
    """The format of a source: a key of `FORMATS`.

    Raises:
        LogError: L002, neither its name nor its content says what it is.
    """
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


def taken_from_a_folder(name: str, format: str | None) -> bool:
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
