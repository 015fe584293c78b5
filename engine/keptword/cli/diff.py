"""`keptword diff`: what changed between two JSON reports."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from keptword.cli import inputs, options
from keptword.errors import usage_error

HELP = """Compare two reports (`--format json`): what is new, gone, worse, better.

Exit status: 0 nothing new and nothing worse; 1 something is; 2 a file that is no report.
"""
EPILOG = """\b
Examples:
  keptword diff last-week.json this-week.json
  keptword diff main.json branch.json --format json
"""


def diff(
    before: Annotated[Path, typer.Argument(metavar="A.json", help="The earlier report.")],
    after: Annotated[Path, typer.Argument(metavar="B.json", help="The later report.")],
    format: options.TextOrJson = "text",
    lang: Annotated[str, typer.Option("--lang", metavar="en|ru", help="Language of headings.")] = "en",
) -> int:
    """Compare two JSON reports: what is new, gone, worse, better."""
    from keptword.reports.diff import compare, render_json, render_text

    if format not in {"text", "json"}:
        raise usage_error(f"--format is text or json, not '{format}'")
    found = compare(read(before), read(after))
    width = (
        shutil.get_terminal_size((80, 24)).columns
        if sys.stdout.isatty()
        else int(os.environ.get("COLUMNS", "80") or 80)
    )
    inputs.write_bytes(
        render_json(found) if format == "json" else render_text(found, width=width, lang=lang), None
    )
    return 1 if found.new or found.worse else 0


diff.__doc__ = HELP


def read(path: Path) -> Any:
    """A report in JSON, or an error that says what is wrong with the file."""
    from keptword.reports.diff import read_report

    try:
        return read_report(path.read_bytes(), str(path))
    except OSError as error:
        raise usage_error(f"'{path}' cannot be opened: {error.strerror}") from error
