"""The arguments that several commands share, declared once: each means the same wherever it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Logs = Annotated[list[str], typer.Argument(metavar="LOG", help="Files or directories; - is standard input.")]
Rules = Annotated[
    list[str] | None,
    typer.Option(
        "--rules",
        "-r",
        metavar="PACK|DIR|FILE",
        help="A built-in pack, a folder or a rule file; may be repeated. Default: house.",
    ),
]
From = Annotated[
    str | None,
    typer.Option("--from", metavar="FORMAT", help="The format of the log; auto recognises foreign ones."),
]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="TIME|now", help="The moment of judgement. Default: the last event."),
]
Zone = Annotated[
    str | None,
    typer.Option(
        "--timezone", metavar="TZ", help="Zone of times without an offset, and of rules that name none."
    ),
]
Mapping = Annotated[
    list[str] | None,
    typer.Option(
        "--map", metavar="NAME=COLUMN", help="What a column of the log is called here; may be repeated."
    ),
]
Waivers = Annotated[
    Path | None,
    typer.Option("--waivers", metavar="FILE", help="Violations that are excused, with reason and end."),
]
TextOrJson = Annotated[
    str, typer.Option("--format", "-f", metavar="text|json", help="Text for people, JSON for programs.")
]
Language = Annotated[str, typer.Option("--lang", metavar="en|ru", help="Language of the steps.")]
Holidays = Annotated[
    list[str] | None, typer.Option("--holiday", metavar="DATE", help="A further day off; may be repeated.")
]
Pauses = Annotated[
    list[str] | None,
    typer.Option("--pause", metavar="FROM/TO", help="The clock stands still; may be repeated."),
]
