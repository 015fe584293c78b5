"""What the README shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from keptword.cli import main

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    """The first code block in a language."""
    found = re.search(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    assert found
    return found[1]


def test_the_audit_prints_what_the_readme_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The rule and the log of the README give its output to the letter."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    for name, language in {"promises/first-notice.yaml": "yaml", "outage.jsonl": "json"}.items():
        assert f"`{name}`" in README
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(block(language), encoding="utf-8")
    command, _, shown = block("console").partition("\n")
    assert main(command.removeprefix("$ keptword ").split()) == 1
    assert capsys.readouterr().out == shown
