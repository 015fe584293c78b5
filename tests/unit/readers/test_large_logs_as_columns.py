"""Large logs of every kind of ours are read as columns, and the audit says what it says of events."""

from __future__ import annotations

import json

import polars as pl
import pytest

from keptword.cli import main
from keptword.cli.large import read_as_columns
from keptword.columnar import reading
from keptword.readers import columns, pieces

ROWS = [
    {
        "time": f"2026-03-02T09:{n:02}:00+03:00",
        "event": "outage.opened" if n % 3 else "call.made",
        "case": f"T-{n % 4}",
        "customer": "ромашка",
        "channel": "phone",
        "direction": "out",
        "amount": n,
    }
    for n in range(40)
]


@pytest.fixture
def small_counts_as_large(monkeypatch):
    monkeypatch.setattr(columns, "LARGE", 0)
    monkeypatch.setattr(columns, "SMALL", 0)
    monkeypatch.setattr(reading, "LARGE", 0)
    monkeypatch.setattr(pieces, "CHUNK", 500)


@pytest.fixture(params=["jsonl", "csv", "tsv", "parquet", "folder"])
def path(request, tmp_path):
    frame = pl.DataFrame(ROWS)
    match request.param:
        case "jsonl":
            frame.write_ndjson(tmp_path / "log.jsonl")
        case "csv":
            frame.write_csv(tmp_path / "log.csv")
        case "tsv":
            frame.write_csv(tmp_path / "log.tsv", separator="\t", line_terminator="\r\n")
        case "parquet":
            timed = frame.with_columns(pl.col("time").str.to_datetime(time_zone="UTC"))
            timed.write_parquet(tmp_path / "log.parquet", row_group_size=7)
        case "folder":
            frame.head(15).write_csv(tmp_path / "a.csv")
            frame.slice(15, 10).write_ndjson(tmp_path / "b.jsonl")
            timed = frame.tail(15).with_columns(pl.col("time").str.to_datetime(time_zone="UTC"))
            timed.write_parquet(tmp_path / "c.parquet")
            return tmp_path
    return next(tmp_path.iterdir())


def audited(path, capsys, *more):
    status = main(["audit", str(path), "--format", "json", *more])
    return status, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    "more",
    [(), ("--limit", "2"), ("--as-of", "2026-03-02T09:20:00+03:00"), ("--where", "case=T-1"), ("--all",)],
)
def test_the_report_is_the_same(path, capsys, monkeypatch, small_counts_as_large, more):
    """To the letter, whatever the log is written in."""
    assert read_as_columns([path], None).table is not None
    as_columns = audited(path, capsys, *more)
    monkeypatch.setattr(columns, "LARGE", 1 << 60)
    monkeypatch.setattr(reading, "LARGE", 1 << 60)
    assert read_as_columns([path], None) is None
    assert audited(path, capsys, *more) == as_columns


def test_a_mapped_table_is_read_as_columns(tmp_path, capsys, monkeypatch, small_counts_as_large):
    """`--map` says what its columns are called here."""
    path = tmp_path / "log.csv"
    pl.DataFrame(ROWS).rename({"time": "created", "case": "ticket"}).write_csv(path)
    mapping = {"time": "created", "case": "ticket"}
    assert [e.case for e in read_as_columns([path], None, None, mapping).events[:3]] == ["T-0", "T-1", "T-2"]


def test_a_repeated_line_is_one_event(tmp_path, small_counts_as_large):
    """Same id, same content: counted as a repeat."""
    path = tmp_path / "log.jsonl"
    pl.DataFrame([{"id": str(n % 30), **ROWS[n % 30]} for n in range(40)]).write_ndjson(path)
    log = read_as_columns([path], None)
    assert (len(log.events), log.duplicates) == (30, 10)


def test_values_of_several_types_in_one_column(tmp_path, small_counts_as_large):
    """Each keeps its own type."""
    path = tmp_path / "log.jsonl"
    values = [1, 1.0, "1", True, ["a", 1]]
    path.write_text("".join(json.dumps(ROWS[0] | {"x": v}) + "\n" for v in values), "utf-8")
    found = [e.fields["x"] for e in read_as_columns([path], None).events]
    assert sorted(map(repr, found)) == sorted(map(repr, [1, 1.0, "1", True, ("a", 1)]))


def test_damage_in_the_middle_is_told_by_the_ordinary_reader(tmp_path, capsys, small_counts_as_large):
    """What comes before it is judged by nobody, and what is wrong before it is told too."""
    import gzip

    path = tmp_path / "log.jsonl.gz"
    raw = gzip.compress(b"".join(json.dumps(r).encode() + b"\n" for r in ROWS) + b"no JSON\n")
    path.write_bytes(raw[:-8])
    assert read_as_columns([path], None) is None
    assert main(["audit", str(path)]) == 2
    assert "error[L013]" in capsys.readouterr().err
