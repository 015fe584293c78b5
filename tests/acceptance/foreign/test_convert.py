"""`keptword convert`: what was converted is audited as the export itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
EXPORTS = ROOT / "tests" / "unit" / "readers_foreign" / "exports"
ZONE = ["--timezone", "UTC"]
# Export, its format, what reading it needs besides, and the pack that has something to say of it.
CASES = [
    ("zendesk.json", "zendesk", [], "rules/helpdesk"),
    ("jira.json", "jira", [], "rules/helpdesk"),
    ("servicenow.csv", "servicenow", ZONE, "rules/helpdesk"),
    ("support.mbox", "mbox", ["--map", "ours=example.com"], "rules/helpdesk"),
]


def keptword(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, run from the top of the project."""
    return subprocess.run(
        [sys.executable, "-m", "keptword", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def findings(*arguments: str) -> list[dict[str, Any]]:
    """What an audit finds, the ids of findings included."""
    done = keptword("audit", *arguments, "--format", "json", "--all")
    assert done.returncode in {0, 1}, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["obligations"]
    return found


@pytest.mark.parametrize(("name", "source", "more", "rules"), CASES)
@pytest.mark.parametrize("ending", ["parquet", "jsonl"])
def test_a_converted_export_is_audited_the_same(
    tmp_path: Path, name: str, source: str, more: list[str], rules: str, ending: str
) -> None:
    """Every obligation is the same, and there are some."""
    to = tmp_path / f"log.{ending}"
    done = keptword("convert", str(EXPORTS / name), "--from", source, *more, "--to", str(to))
    assert done.returncode == 0, done.stderr
    zone = more if more == ZONE else []
    direct = findings(str(EXPORTS / name), "--from", source, *more, "--rules", rules)
    assert direct
    assert findings(str(to), *zone, "--rules", rules) == direct


@pytest.mark.real_data
@pytest.mark.parametrize(
    "name", ["google_cloud_2021.json", "yandex_cloud.json", "github_status_2022_2024.jsonl"]
)
def test_a_converted_feed_is_audited_the_same(tmp_path: Path, name: str) -> None:
    """The same of the real feeds."""
    path = str(Path(os.environ["KEPTWORD_REAL_DATA"]) / "incidents" / name)
    to = str(tmp_path / "log.parquet")
    assert keptword("convert", path, "--to", to).returncode == 0
    assert findings(to, "--rules", "rules/status-page") == findings(
        path, "--from", "auto", "--rules", "rules/status-page"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--to", "log.txt"], "--to is a file that ends in .parquet or .jsonl, not 'log.txt'"),
        (["--from", "zendsk", "--to", "log.jsonl"], "'zendsk' is not a format of logs"),
        (["--to", "nowhere/log.jsonl"], "'nowhere/log.jsonl' cannot be written"),
    ],
)
def test_wrong_arguments_end_in_status_2(arguments: list[str], said: str) -> None:
    """And say what would be right."""
    done = keptword("convert", str(EXPORTS / "zendesk.json"), *arguments)
    assert done.returncode == 2
    assert said in done.stderr
