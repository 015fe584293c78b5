"""Large Parquet logs: read as columns where whole columns are clean, else by the ordinary reader; the report is the same."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from keptword.cli import main
from keptword.cli.large import read_as_columns
from keptword.columnar import reading

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
RULE = """
id: answered
title: a question is answered within the hour
kind: response
severity: major
status: stable
source: house
why: to be tested
after: question.asked
expect: answer.sent
within: 1h
"""


@pytest.fixture
def small_counts_as_large(monkeypatch):
    monkeypatch.setattr(reading, "LARGE", 0)


@pytest.fixture
def rules(tmp_path):
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "pack.yaml").write_text(
        "name: pack\ntitle: a pack\nversion: 1.0.0\ntimezone: Europe/Moscow\n", "utf-8"
    )
    (folder / "answered.yaml").write_text(RULE, "utf-8")
    return folder


def log(tmp_path, **columns):
    """Four questions, of which one is answered late and one never; further columns as given."""
    rows = [
        (0, "question.asked", "T-1"), (30, "answer.sent", "T-1"), (40, "question.asked", "T-2"), (40, "question.asked", "T-3"),
        (40, "question.asked", ""), (150, "answer.sent", "T-2"), (400, "question.asked", "T-4"), (400, "question.asked", "T-4"),
    ]  # fmt: skip
    frame = pl.DataFrame(
        {
            "time": [START + timedelta(minutes=m) for m, _, _ in rows],
            "event": [e for _, e, _ in rows],
            "case": [c for _, _, c in rows],
            **columns,
        }
    )
    path = tmp_path / "log.parquet"
    frame.write_parquet(path)
    return path


def audited(path, rules, capsys, *more):
    status = main(["audit", str(path), "--rules", str(rules), "--format", "json", *more])
    return status, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    "more",
    [
        (),
        ("--limit", "1"),
        ("--all",),
        ("--as-of", "2026-03-02T10:30:00Z"),
        ("--engine", "reference"),
        ("--where", "case=T-2"),
    ],
)
def test_the_report_is_the_same(tmp_path, rules, capsys, monkeypatch, more):
    """Read as columns or as events, a log gives the same report to the letter."""
    path = log(tmp_path, team=["noc"] * 7 + [None], amount=[1.5] * 8)
    by_events = audited(path, rules, capsys, *more)
    monkeypatch.setattr(reading, "LARGE", 0)
    assert read_as_columns([path], None) is not None
    assert audited(path, rules, capsys, *more) == by_events


@pytest.mark.usefixtures("small_counts_as_large")
@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("id", ["a", "b", "c", "d", "e", "f", "g", "a"]),
        ("id", ["a", "b", "c", "d", "e", "f", "g", ""]),
        ("planned", ["yes"] * 8),
        ("amount", [1.0] * 7 + [float("nan")]),
        ("eta", [datetime(2026, 3, 2)] * 8),  # noqa: DTZ001
        ("eta", [datetime(9500, 3, 2, tzinfo=UTC)] * 8),
        ("event", ["question.asked "] * 8),
        ("time", [START] * 7 + [None]),
        ("of.what", [{"a": 1}] * 8),
    ],
)
def test_what_needs_a_second_look_is_left_to_the_ordinary_reader(tmp_path, column, values):
    """Ids that come twice or lack, values of another type, instants without an offset, names with spaces, no time."""
    assert read_as_columns([log(tmp_path, **{column: values})], None) is None


def test_a_small_log_is_left_to_the_ordinary_reader(tmp_path):
    """Below some hundred thousand rows nothing is gained."""
    assert read_as_columns([log(tmp_path)], None) is None


@pytest.mark.usefixtures("small_counts_as_large")
def test_a_damaged_file_is_left_to_the_ordinary_reader(tmp_path):
    """It says what is wrong."""
    path = tmp_path / "log.parquet"
    path.write_bytes(b"PAR1" + b"\0" * 40 + b"PAR1")
    assert read_as_columns([path], None) is None
