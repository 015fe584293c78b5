"""The bundled examples through the command, compared to the letter; `KEPTWORD_ACCEPT=1` writes the expectations anew."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import keptword

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
AUDITS = [
    shlex.split(line)
    for line in (ROOT / "examples" / "audits.txt").read_text("utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]
NAMES = [
    f"{Path(arguments[0]).parent.name}-{Path(arguments[0]).stem}".removeprefix("examples-")
    for arguments in AUDITS
]


def said_by(arguments: list[str], *more: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would, 80 columns wide, from the top of the project."""
    command = [sys.executable, "-m", "keptword", "audit", *arguments, *more]
    environment = os.environ | {"COLUMNS": "80", "PYTHONUTF8": "1"}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )


def report_of(name: str) -> dict[str, Any]:
    """The whole report of an example, kept obligations included."""
    done = said_by(AUDITS[NAMES.index(name)], "--format", "json", "--all")
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def broken_rules(report: dict[str, Any]) -> set[str]:
    """Rules with a violation, without the name of their pack."""
    return {finding["rule"].partition("/")[2] for finding in report["findings"]}


@pytest.mark.parametrize("shape", ["table", "json"])
@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_reported_to_the_letter(name: str, shape: str) -> None:
    """The table at 80 columns and the JSON of each example are exactly those in `examples/`."""
    done = said_by(AUDITS[NAMES.index(name)], "--format", shape)
    assert done.stderr == ""
    said = done.stdout.replace(f"{ROOT}{os.sep}", "").replace(
        f'"keptword": "{keptword.__version__}"', '"keptword": "VERSION"'
    )
    expected = HERE / "examples" / f"{name}.{'txt' if shape == 'table' else 'json'}"
    if os.environ.get("KEPTWORD_ACCEPT"):
        expected.write_text(said, encoding="utf-8", newline="\n")
    assert said == expected.read_text(encoding="utf-8")
    assert done.returncode == (0 if name == "good-provider" else 1)
    if shape == "table":
        assert max(map(len, said.splitlines())) <= 80


def test_the_good_provider_breaks_nothing_and_its_good_work_is_counted() -> None:
    """No violation under house, and more than five duties kept in sight of the reader."""
    report = report_of("good-provider")
    assert report["findings"] == []
    assert sum(rule["kept"] for rule in report["rules"]) > 5


def test_the_bad_operator_breaks_each_duty_of_the_story() -> None:
    """At least one violation of each rule that the story tells of."""
    assert broken_rules(report_of("bad-operator")) >= {
        "tariff-notice",
        "debt-warning",
        "suspension-warned",
        "suspension-told",
        "first-answer",
        "every-question-answered",
        "outage-first-notice",
        "outage-updates",
        "cause-agrees",
        "suspension-lifted",
    }


def test_a_manager_sees_the_week_without_telephones_first() -> None:
    """The first thing in the bad operator's table is the outage that went on for a week."""
    first = said_by(AUDITS[NAMES.index("bad-operator")]).stdout.splitlines()[0]
    assert first.split() == ["critical", "house/outage-over", "5", "d", "1", "h", "late"]


def test_the_neighbours_in_the_building_are_flagged() -> None:
    """Who fails every three days has too many outages, whatever it says; who is unsure leaves the customer alone."""
    assert broken_rules(report_of("frequent-failer")) == {"outage-count"}
    assert broken_rules(report_of("unsure-provider")) >= {"outage-first-notice", "outage-updates"}
