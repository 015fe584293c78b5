"""One output format a module: the result of an audit goes in, bytes come out."""

from __future__ import annotations

from importlib import import_module

from keptword.errors import did_you_mean, usage_error
from keptword.obligation import Report

FORMATS: dict[str, str] = {
    "table": "for a terminal: worst first, then a line for each rule",
    "json": "everything, for programs (docs/reports.md describes it)",
    "jsonl": "one finding a line, for programs",
    "csv": "one finding a row, comma-separated UTF-8",
    "md": "Markdown, for a merge request",
    "html": "one self-contained page, for managers",
    "xlsx": "a workbook for Excel and LibreOffice",
    "parquet": "every obligation as a table, for data frames",
    "sarif": "SARIF 2.1.0, for code scanning",
    "junit": "JUnit XML, for the test tab of a CI server",
    "github": "annotations in the log of a GitHub Actions job",
    "gitlab": "GitLab code quality",
}

# format → module and function; a module is imported when its format is asked for, because some are slow to import.
_WRITERS: dict[str, tuple[str, str]] = {
    "table": ("table", "render"),
    "json": ("json_report", "render"),
    "jsonl": ("json_report", "render_lines"),
    "csv": ("delimited", "render"),
    "md": ("markdown", "render"),
    "html": ("html", "render"),
    "xlsx": ("xlsx", "render"),
    "parquet": ("parquet", "render"),
    "sarif": ("sarif", "render"),
    "junit": ("junit", "render"),
    "github": ("github", "render"),
    "gitlab": ("gitlab", "render"),
}

BINARY: frozenset[str] = frozenset({"xlsx", "parquet"})  # not for a terminal
NEEDS_OBLIGATIONS: frozenset[str] = frozenset({"html", "xlsx", "parquet"})  # list `report.obligations` whole


def render(report: Report, format: str, **options: object) -> bytes:
    """Write `report` in a format; the same report and options always give the same bytes.

    Args:
        report: what an audit returned.
        format: a key of `FORMATS`.
        options: what the format knows; others are ignored, so that one set serves several formats.
            color: whether terminal colours are wanted (table; default no).
            width: cells of a terminal line (table; default 80).
            lang: "en" or "ru", the language of headings (table, md, xlsx, html; default "en").
            everything: whether every obligation is listed, not only findings (json, jsonl, csv, junit; default no).

    Raises:
        UsageError: no such format.
    """
    if format not in _WRITERS:
        known = ", ".join(FORMATS)
        hint = did_you_mean(format, FORMATS) or f"the formats are {known}"
        raise usage_error(f"there is no report format '{format}'", hint)
    module, function = _WRITERS[format]
    written: bytes = getattr(import_module(f"keptword.reports.{module}"), function)(report, **options)
    return written
