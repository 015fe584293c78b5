"""The status-page pack over three years of a real status page, against counts made without keptword."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
INCIDENTS = 399


def independent() -> ModuleType:
    """The script beside this file, loaded by its path."""
    spec = importlib.util.spec_from_file_location("count_status_history", HERE / "count_status_history.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def history() -> Path:
    """The real file."""
    return Path(os.environ["KEPTWORD_REAL_DATA"]) / "incidents" / "github_status_2022_2024.jsonl"


@pytest.fixture(scope="module")
def report(history: Path) -> dict[str, Any]:
    """What the command says of it."""
    command = [
        sys.executable,
        "-m",
        "keptword",
        "audit",
        str(history),
        "--from",
        "github-statuses",
        "--rules",
        "rules/status-page",
    ]
    done = subprocess.run(
        [*command, "--format", "json"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


@pytest.mark.real_data
def test_every_incident_is_accounted_for(report: dict[str, Any], history: Path) -> None:
    """Every line of the history is a case of the log, and no line was rejected."""
    lines = [json.loads(line) for line in history.read_text("utf-8").splitlines()]
    assert len(lines) == INCIDENTS
    assert report["log"]["cases"] == INCIDENTS
    assert report["log"]["rejected"] == 0
    posts = sum(len(line["updates"]) for line in lines)
    works = sum(line["impact"] == "maintenance" for line in lines)
    assert report["log"]["events"] == posts + 3 * works + 3 * (INCIDENTS - works)


@pytest.mark.real_data
def test_silences_are_those_that_an_independent_script_counts(report: dict[str, Any], history: Path) -> None:
    """Every silence, late first post, late announcement and incident told only when over: the same, to the second."""
    ours: dict[str, dict[str, list[float]]] = {}
    for finding in report["findings"]:
        late = finding["late_by_s"] or 0
        ours.setdefault(finding["rule"].partition("/")[2], {}).setdefault(finding["key"]["case"], []).append(
            late
        )
    theirs = independent().count(history)
    for rule, incidents in theirs.items():
        assert {k: sorted(v) for k, v in ours.get(rule, {}).items()} == {
            k: sorted(v) for k, v in incidents.items()
        }, rule
