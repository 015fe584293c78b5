"""Broken rules, packs, calendars and waivers, and what is said of them to the letter; odd but valid ones that load."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from keptword.errors import CODES, RuleError, render
from keptword.planning import make_plans
from keptword.spec.packs import load_packs
from keptword.waivers import load_waivers

HERE = Path(__file__).parent
BAD, GOOD = HERE / "bad_rules", HERE / "good_rules"


def named(folder: Path, kind: str) -> list[str]:
    """The fixtures of a kind: folders of packs, or single files."""
    found = [p for p in sorted((folder / kind).iterdir()) if p.suffix != ".out" and p.name != "pack.yaml"]
    return [f"{kind}/{p.name}" for p in found]


def load(wanted: Sequence[str]) -> None:
    """All that happens to rules before a log is read."""
    make_plans(load_packs(wanted), "UTC")


def agrees(fixture: Path, said: str) -> None:
    """Compare with the `.out` file beside it; `KEPTWORD_ACCEPT=1 pytest tests/acceptance` writes it anew."""
    expected = fixture.with_name(f"{fixture.name}.out")
    if os.environ.get("KEPTWORD_ACCEPT"):
        expected.write_text(said, encoding="utf-8", newline="\n")
    assert said == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*named(BAD, "rules"), *named(BAD, "packs")])
def test_a_bad_rule_is_refused_with_place_and_reason(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken rule or pack raises one RuleError that reads exactly as its `.out` file."""
    monkeypatch.chdir(BAD)
    with pytest.raises(RuleError) as caught:
        load([name])
    agrees(BAD / name, render(caught.value.problems) + "\n")
    assert {p.code for p in caught.value.problems} <= set(CODES)
    assert all(p.place.file for p in caught.value.problems)


@pytest.mark.parametrize("name", named(BAD, "waivers"))
def test_a_bad_waiver_is_refused_with_place_and_reason(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken waiver file raises one RuleError that reads exactly as its `.out` file."""
    monkeypatch.chdir(BAD)
    with pytest.raises(RuleError) as caught:
        load_waivers(Path(name), "Europe/Moscow", ["house/first-answer", "house/claim-answered"])
    agrees(BAD / name, render(caught.value.problems) + "\n")


@pytest.mark.parametrize("name", sorted(p.name for p in GOOD.iterdir()))
def test_an_odd_but_valid_pack_loads(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unusual ways to write a pack are no errors."""
    monkeypatch.chdir(GOOD)
    load([f"{name}/"])


def test_the_command_says_all_of_it_on_standard_error(tmp_path: Path) -> None:
    """`keptword audit` with broken rules ends with status 2, prints nothing, and says every problem of every file."""
    log = tmp_path / "log.jsonl"
    log.write_text('{"time": "2026-03-02T09:00:00Z", "event": "outage.opened"}\n', encoding="utf-8")
    name = "packs/every-file-has-a-fault"
    command = [sys.executable, "-m", "keptword", "audit", str(log), "--rules", name]
    environment = os.environ | {"PYTHONUTF8": "1"}
    done = subprocess.run(
        command, cwd=BAD, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert (BAD / f"{name}.out").read_text(encoding="utf-8") in done.stderr
