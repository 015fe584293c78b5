"""Odd logs in files, and what reading them says to the letter."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from keptword.errors import LogError, render
from keptword.events import Log
from keptword.readers import read_log
from keptword.readers.convert import event_line

HERE = Path(__file__).parent


def logs(folder: str) -> list[str]:
    """The logs of a folder: everything that is not an expectation or the options."""
    return sorted(
        p.name for p in (HERE / folder).iterdir() if p.suffix != ".out" and p.name != "options.json"
    )


def options(folder: str, name: str) -> dict[str, object]:
    """The arguments of `read_log` that a log needs; none for most."""
    given: dict[str, dict[str, object]] = json.loads((HERE / folder / "options.json").read_text())
    return given.get(name, {})


def agrees(folder: str, name: str, said: str) -> None:
    """Compare with the `.out` file beside the log; `KEPTWORD_ACCEPT=1 pytest tests/acceptance` writes it anew."""
    expected = HERE / folder / f"{name}.out"
    if os.environ.get("KEPTWORD_ACCEPT"):
        expected.write_text(said, encoding="utf-8")
    assert said == expected.read_text(encoding="utf-8")


def summary(log: Log) -> str:
    """Everything about a log that a reader decides."""
    text = "".join(event_line(event) for event in log.events)
    text += f"# {len(log.events)} events, {log.duplicates} repeated, {log.rejected} rejected\n"
    return text + "".join(f"# {note}\n" for note in log.notes)


@pytest.mark.parametrize("name", logs("bad_logs"))
def test_a_bad_log_is_refused_with_place_and_reason(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bad log raises one LogError that reads exactly as its `.out` file (KEPTWORD_ACCEPT=1 rewrites that)."""
    monkeypatch.chdir(HERE / "bad_logs")
    with pytest.raises(LogError) as caught:
        read_log([name], **options("bad_logs", name))  # type: ignore[arg-type]
    agrees("bad_logs", name, render(caught.value.problems) + "\n")


@pytest.mark.parametrize("name", logs("good_logs"))
def test_a_good_log_is_read_whole(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An odd but good log gives exactly the events of its `.out` file (KEPTWORD_ACCEPT=1 rewrites that)."""
    monkeypatch.chdir(HERE / "good_logs")
    log, _ = read_log([name], **options("good_logs", name))  # type: ignore[arg-type]
    agrees("good_logs", name, summary(log))


def test_every_expectation_has_its_log() -> None:
    """No `.out` file is left behind by a log that is gone."""
    for folder in ("bad_logs", "good_logs"):
        assert {p.name.removesuffix(".out") for p in (HERE / folder).glob("*.out")} == set(logs(folder))
