"""The demonstration in examples/live: what the monitor would have said while there was time."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from keptword.live.decide import available

ROOT = Path(__file__).parents[3]
DEMO = ROOT / "examples" / "live"


@pytest.fixture(autouse=True)
def need_durable_rules() -> None:
    if why := available():
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)


def run(*command: str) -> str:
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    result = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, encoding="utf-8", check=True)
    return result.stdout


def test_the_replay_prints_the_warnings_that_are_shown() -> None:
    """examples/live/replay.sh prints examples/live/warnings.txt, to the letter."""
    printed = run("sh", "examples/live/replay.sh")
    if os.environ.get("KEPTWORD_ACCEPT") == "1":
        (DEMO / "warnings.txt").write_text(printed, "utf-8")
    assert printed == (DEMO / "warnings.txt").read_text("utf-8")


def test_every_deadline_that_the_operator_missed_was_warned_of_before_it_passed() -> None:
    """Each duty announced as missed had a warning, at an earlier moment, that named the same deadline."""
    lines = run(
        sys.executable, "-m", "keptword", "watch", "examples/bad-operator.jsonl", "--once", "--warn", "75%"
    )
    said = [json.loads(line) for line in lines.splitlines()]
    warned = {d["id"]: d for d in said if d["kind"] == "warning"}
    missed = [d for d in said if d.get("verdict") == "missed"]
    assert len(missed) > 5
    for duty in missed:
        assert warned[duty["id"]]["at"] < duty["at"]
        assert warned[duty["id"]]["due"] == duty["due"]
