"""`keptword convert`: a log of any format as one canonical file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from keptword.cli import inputs, options
from keptword.errors import usage_error

HELP = """Read logs of any format and write them as one canonical log, in Parquet or JSONL.

LOG is a file, a directory, - for standard input, or a sources.yaml that names several. The ending of --to chooses: .parquet,
.jsonl (or .ndjson). What was missing or had to be guessed is said on standard error.

Exit status: 0 written; 2 bad log or arguments; 3 a defect of keptword.
"""
EPILOG = """\b
Examples:
  keptword convert export.json --from zendesk --to tickets.parquet
  keptword convert mail/ --from maildir --map ours=example.com --to mail.jsonl
  keptword convert incidents.csv --from servicenow --timezone Europe/Moscow --to incidents.parquet
  keptword convert sources.yaml --to everything.parquet
"""


def convert(
    log: options.Logs,
    to: Annotated[
        Path, typer.Option("--to", metavar="FILE", help="What to write: FILE.parquet or FILE.jsonl.")
    ],
    source: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="FORMAT", help="The format of the log; auto (the default) recognises it."
        ),
    ] = "auto",
    timezone: Annotated[
        str | None, typer.Option("--timezone", metavar="TZ", help="Zone of times without an offset.")
    ] = None,
    map: options.Mapping = None,
    rejects: Annotated[
        Path | None, typer.Option("--rejects", metavar="FILE", help="Put bad lines there and go on.")
    ] = None,
) -> int:
    """Read logs of any format and write them as one canonical log."""
    from keptword.readers import read_log, write_rejects
    from keptword.readers.convert import write_jsonl, write_parquet
    from keptword.reports.words import number, say
    from keptword.signs import counted

    writers = {".parquet": write_parquet, ".pq": write_parquet, ".jsonl": write_jsonl, ".ndjson": write_jsonl}
    write = writers.get(to.suffix.lower())
    if write is None:
        raise usage_error(f"--to is a file that ends in .parquet or .jsonl, not '{to}'")
    if any(_same(path, to) for path in log):
        raise usage_error(f"--to '{to}' is one of the logs to be read")
    zone = inputs.checked_zone(timezone)
    found, reading = read_log(
        log, source, zone, inputs.pairs(map, "--map"), rejects is not None, stdin=sys.stdin.buffer
    )
    write(found, to)
    if rejects is not None:
        write_rejects(reading, rejects)
    weak = [say(f"weak {s.what}", "en", n, of=number(of)) for s, (n, of) in counted(found.events).items()]
    lines = [f"{len(found.events)} events written to {to}"]
    lines += [f"{found.duplicates} repeated lines left out"] if found.duplicates else []
    lines += [f"{found.rejected} bad lines put aside in {rejects}"] if found.rejected else []
    for line in [*lines, *(f"note: {n}" for n in (*weak, *found.notes))]:
        typer.echo(line, err=True)
    return 0


convert.__doc__ = HELP


def _same(path: str, to: Path) -> bool:
    try:
        return Path(path).exists() and to.exists() and Path(path).samefile(to)
    except (OSError, ValueError):
        return False
