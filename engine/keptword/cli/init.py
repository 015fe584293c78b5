"""`keptword init`: a pack, a test, a feature and a CI file in a repository of one's own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from keptword.cli import inputs
from keptword.errors import usage_error

HELP = """Begin a pack of your own: one rule, its test, a feature and a CI file.

Files that are there already are never touched; if one of them is, nothing is written.

Exit status: 0 written; 2 something is in the way.
"""
EPILOG = """Examples:

  keptword init

  keptword init --name our-desk --timezone Europe/Moscow
"""


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="[FOLDER]", help="The repository. Default: here.")
    ] = Path(),
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="What the pack is called.")] = "mine",
    timezone: Annotated[str, typer.Option("--timezone", metavar="TZ", help="The zone of its times.")] = "UTC",
) -> int:
    """Begin a pack of your own: one rule, its test, a feature and a CI file."""
    from keptword.testing.scaffold import files

    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise usage_error(f"--name: '{name}' is not lower-case words joined by hyphens", "such as our-desk")
    inputs.checked_zone(timezone)
    wanted = files(name, timezone)
    there = [path for path in wanted if (folder / path).exists()]
    if there:
        raise usage_error(
            f"'{folder / there[0]}' is there already, so nothing was written",
            "move it, or choose another --name",
        )
    for path, text in wanted.items():
        target = folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise usage_error(f"'{target.parent}' cannot be made: {error.strerror}", code="U002") from error
        inputs.write_bytes(text.encode(), target)
        print(target)
    print(f"\nNext:  keptword test {folder / 'rules' / name}")
    return 0


init.__doc__ = HELP
