"""Every command says what it does and shows an example."""

from __future__ import annotations

from importlib import import_module

import pytest
import typer

from keptword.cli import main
from keptword.cli.app import COMMANDS


def commands() -> list[tuple[str, ...]]:
    """The words of every command; those of a group one by one."""
    found: list[tuple[str, ...]] = []
    for name, (module, attribute, _) in COMMANDS.items():
        try:
            target = getattr(import_module(f"keptword.cli.{module}"), attribute)
        except ModuleNotFoundError:
            target = None  # shown as the failure of that command's own test
        inner = target.registered_commands if isinstance(target, typer.Typer) else []
        found += [(name, c.name or (c.callback.__name__ if c.callback else "?")) for c in inner] or [(name,)]
    return found


@pytest.mark.parametrize("path", commands(), ids=" ".join)
def test_every_command_has_help_with_an_example(
    path: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--help` gives a sentence, and an example that begins with the command itself."""
    monkeypatch.setenv("COLUMNS", "200")
    assert main([*path, "--help"]) == 0
    usage, _, rest = capsys.readouterr().out.partition("\n\n")
    assert usage.startswith("Usage:")
    assert f"keptword {' '.join(path)} " in f"{rest} "
