"""Every command says what it does and shows an example."""

from __future__ import annotations

from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from keptword.cli.app import app


def commands(group: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The path of every command below a group."""
    found = []
    for name, command in sorted(group.commands.items()):
        here = (*path, name)
        found += commands(command, here) if hasattr(command, "commands") else [here]
    return found


@pytest.mark.parametrize("path", commands(typer.main.get_command(app)), ids=" ".join)
def test_every_command_has_help_with_an_example(path: tuple[str, ...]) -> None:
    """`--help` gives a sentence, and an example that begins with the command itself."""
    result = CliRunner().invoke(
        app, [*path, "--help"], env={"COLUMNS": "200", "TERM": "dumb"}, prog_name="keptword"
    )
    assert result.exit_code == 0
    assert f"keptword {' '.join(path)}" in result.output.split("Usage:", 1)[1].split("\n", 1)[1]
