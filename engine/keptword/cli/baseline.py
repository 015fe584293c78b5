"""`keptword baseline`: write down today's findings, so that only new ones fail."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from keptword.cli import inputs, options

HELP = """Audit a log and write its violations as a baseline: `keptword audit --baseline FILE` then fails only for new ones.

A baseline is a report in JSON; a finding in it is known by its id, which depends on rule, key and opening event only.
"""
EPILOG = """\b
Examples:
  keptword baseline tickets.jsonl --output baseline.json
  keptword audit tickets.jsonl --baseline baseline.json
"""


def baseline(
    log: options.Logs,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write it.")] = Path(
        "baseline.json"
    ),
    rules: options.Rules = None,
    source: options.From = None,
    as_of: options.AsOf = None,
    timezone: options.Zone = None,
    map: options.Mapping = None,
) -> int:
    """Audit a log and write its violations as a baseline."""
    from keptword.cli.audit import make_report
    from keptword.reports import render

    report = make_report(
        log, rules, source, as_of, timezone, "auto", "never", None, None, None, None, map, None, False
    )
    inputs.write_bytes(render(report, "json"), output)
    count = sum(1 for f in report.findings if f.obligation.is_violation)
    typer.echo(f"{output}: {count} violation{'s' if count != 1 else ''} written down", err=True)
    return 0


baseline.__doc__ = HELP
