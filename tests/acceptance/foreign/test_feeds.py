"""The status-page pack over two providers' real feeds, against counts made without keptword."""

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
ROOT = HERE.parents[2]
FEEDS = {"google-cloud-status": "google_cloud_2021.json", "yandex-cloud-status": "yandex_cloud.json"}


def independent() -> ModuleType:
    """The script beside this file, loaded by its path."""
    spec = importlib.util.spec_from_file_location("count_feeds", HERE / "count_feeds.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def incidents(name: str) -> list[dict[str, Any]]:
    """What the independent script reads of a feed."""
    script = independent()
    path = Path(os.environ["KEPTWORD_REAL_DATA"]) / "incidents" / FEEDS[name]
    found: list[dict[str, Any]] = (script.google if name.startswith("google") else script.yandex)(path)
    return found


def audited(path: str, source: str, *more: str) -> dict[str, Any]:
    """What the command says of a feed."""
    command = [
        sys.executable,
        "-m",
        "keptword",
        "audit",
        path,
        "--from",
        source,
        "--rules",
        "rules/status-page",
        "--format",
        "json",
        *more,
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


@pytest.mark.real_data
@pytest.mark.parametrize("name", FEEDS)
@pytest.mark.parametrize("source", ["by name", "auto"])
def test_findings_are_those_that_an_independent_script_counts(name: str, source: str) -> None:
    """Late first posts, silences and broken promises: the same incidents, the same seconds, nothing rejected."""
    path = Path(os.environ["KEPTWORD_REAL_DATA"]) / "incidents" / FEEDS[name]
    report = audited(str(path), "auto" if source == "auto" else name)
    ours: dict[str, dict[str, list[float]]] = {"first-post": {}, "updates": {}, "promised-updates": {}}
    for finding in report["findings"]:
        rule = finding["rule"].partition("/")[2]
        if rule in ours:
            ours[rule].setdefault(finding["key"]["case"], []).append(finding["late_by_s"])
    theirs = independent().count(incidents(name))
    assert report["log"]["rejected"] == 0
    assert report["log"]["cases"] == len(incidents(name))
    for rule, by_incident in theirs.items():
        assert {k: sorted(v) for k, v in ours[rule].items()} == by_incident, rule


@pytest.mark.real_data
def test_promised_updates_kept_and_broken_are_those_of_the_script() -> None:
    """Every promised next update in Google's texts is found, and judged as the script judges it."""
    path = Path(os.environ["KEPTWORD_REAL_DATA"]) / "incidents" / FEEDS["google-cloud-status"]
    report = audited(str(path), "google-cloud-status", "--all")
    named = [
        o
        for o in report["obligations"]
        if o["rule"] == "status-page/promised-updates" and o["verdict"] in {"kept", "late"}
    ]
    # Where no time was named the rule waits for a year; those are no promises.
    promised = [o for o in named if o["due"] and o["opened_at"][:4] == o["due"][:4]]
    ours = (sum(o["verdict"] == "kept" for o in promised), sum(o["verdict"] == "late" for o in promised))
    assert ours == independent().promises(incidents("google-cloud-status"))
