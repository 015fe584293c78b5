"""`keptword convert`: a log of any format as one canonical file."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from keptword.cli import inputs, options
from keptword.errors import usage_error
from keptword.reports.words import number, say
from keptword.signs import Sign, counted

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
    kinds = {".parquet": "parquet", ".pq": "parquet", ".jsonl": "jsonl", ".ndjson": "jsonl"}
    kind = kinds.get(to.suffix.lower())
    if kind is None:
        raise usage_error(f"--to is a file that ends in .parquet or .jsonl, not '{to}'")
    if any(_same(path, to) for path in log):
        raise usage_error(f"--to '{to}' is one of the logs to be read")
    zone, mapping = inputs.checked_zone(timezone), inputs.pairs(map, "--map")
    lines = (
        _in_pieces(log, source, zone, mapping, to, kind)
        if rejects is None
        else _at_once(log, source, zone, mapping, to, kind, rejects)
    )
    for line in lines:
        typer.echo(line, err=True)
    return 0


def _in_pieces(
    log: list[str], source: str | None, zone: str | None, mapping: dict[str, str], to: Path, kind: str
) -> list[str]:
    """A log of any size, in bounded memory."""
    from keptword.readers import in_pieces
    from keptword.readers.convert import not_written, write_rows

    with in_pieces(log, source, zone, mapping, stdin=sys.stdin.buffer) as (pieces, reading):
        try:
            if kind == "parquet":
                pieces.sink(to)
            else:
                write_rows(pieces.rows(), to)
        except OSError as error:
            raise not_written(to, error) from error
        return _said(pieces.events, to, pieces.repeats, pieces.signs, reading.notes)


def _at_once(
    log: list[str],
    source: str | None,
    zone: str | None,
    mapping: dict[str, str],
    to: Path,
    kind: str,
    rejects: Path,
) -> list[str]:
    """A log whose bad lines are put aside: all of it is held, since any line may turn out to clash with another."""
    from keptword.readers import read_log, write_rejects
    from keptword.readers.convert import write_jsonl, write_parquet

    found, reading = read_log(log, source, zone, mapping, True, stdin=sys.stdin.buffer)
    (write_parquet if kind == "parquet" else write_jsonl)(found, to)
    write_rejects(reading, rejects)
    lines = _said(len(found.events), to, found.duplicates, counted(found.events), found.notes)
    return [*lines, f"{found.rejected} bad lines put aside in {rejects}"] if found.rejected else lines


def _said(
    events: int, to: Path, repeats: int, signs: Mapping[Sign, tuple[int, int]], notes: Sequence[str]
) -> list[str]:
    weak = [say(f"weak {s.what}", "en", n, of=number(of)) for s, (n, of) in signs.items()]
    lines = [f"{events} events written to {to}"]
    lines += [f"{repeats} repeated lines left out"] if repeats else []
    return lines + [f"note: {n}" for n in (*weak, *notes)]


convert.__doc__ = HELP


def _same(path: str, to: Path) -> bool:
    try:
        return Path(path).exists() and to.exists() and Path(path).samefile(to)
    except (OSError, ValueError):
        return False
