"""The benchmarks run, on small logs, and count what the reference engine counts; they time nothing here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from keptword import reference
from keptword.cli.inputs import chosen_packs, chosen_plans
from keptword.live.decide import available
from keptword.readers import read_log
from keptword.words import words_for

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
EVENTS = 1000


def run(name, *arguments):
    command = [sys.executable, str(BENCHMARKS / name), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    path = tmp_path_factory.mktemp("benchmarks") / "log.parquet"
    run("generate.py", EVENTS, path)
    return path


def violations(path, rules):
    """Violations by rule as the reference engine counts them."""
    packs = chosen_packs([str(BENCHMARKS / rules)])
    log, _ = read_log([str(path)], None, None, {}, False)
    found = reference.evaluate(chosen_plans(packs, None), log, log.events[-1].time, words=words_for(packs))
    return {
        name.partition("/")[2]: sum(o.is_violation for o in obligations)
        for name, obligations in found.obligations.items()
    }


def test_logs_are_seeded_and_in_order_of_time(log, tmp_path):
    """The same seed gives the same log: so many events, in order of time, of all kinds; another seed another one."""
    again, other = tmp_path / "again.parquet", tmp_path / "other.parquet"
    run("generate.py", EVENTS, again)
    run("generate.py", EVENTS, other, "--seed", 2)
    frame = pl.read_parquet(log)
    assert frame.equals(pl.read_parquet(again))
    assert not frame.equals(pl.read_parquet(other))
    assert frame.height == EVENTS
    assert frame["time"].is_sorted()
    assert frame["event"].n_unique() == 12


def test_every_contender_counts_as_the_reference_does(tmp_path):
    """Each section of the benchmarks runs, and the counts beside its times are those of the reference engine."""
    results, document = tmp_path / "results.json", tmp_path / "performance.md"
    run(
        "run.py", "main", "findings", "twenty", "--scale", "0.0001", "--rounds", 1, "--folder", tmp_path,
        "--results", results, "--document", document,
    )  # fmt: skip
    found = json.loads(results.read_text("utf-8"))
    wanted = violations(tmp_path / f"log-{EVENTS}.parquet", "rules")
    assert sum(wanted.values()) > 20
    assert {name: r["counts"] for name, r in found["main"]["runs"].items()} == dict.fromkeys(
        ("keptword", "floor", "polars", "duckdb", "oracle"), wanted
    )
    assert found["findings"]["lines"] == sum(wanted.values())
    twenty = violations(tmp_path / f"full-{EVENTS}.parquet", "rules20")
    assert len(twenty) == 20
    assert found["twenty"]["runs"]["twenty rules"]["counts"] == twenty
    page = document.read_text("utf-8")
    assert "not measured" in page
    assert "**missed**" not in page, "a trial says nothing about what was promised"


@pytest.mark.skipif(bool(available()), reason=available() or "durable-rules is there")
def test_a_peer_counts_as_the_reference_does(log):
    """durable-rules, in the way it is measured, finds the violations of the three rules that it can express."""
    wanted = violations(log, "rules")
    del wanted["outage-updated"]
    assert json.loads(run("by_durable_rules.py", log)) == wanted


def test_stages_are_told_apart(log, monkeypatch):
    """Reading, laying out and each rule are timed by themselves, and the rules find what the reference finds."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    monkeypatch.setattr("keptword.columnar.reading.LARGE", 100)
    from stages import stages

    found = stages(str(log), str(BENCHMARKS / "rules"))
    assert found["violations"] == violations(log, "rules")
    assert found["first"].keys() == found["second"].keys() == found["violations"].keys()
