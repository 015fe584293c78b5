"""Parquet logs: typed columns in, the same events out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from keptword.errors import LogError
from keptword.events import Event, make_log
from keptword.instants import parse_instant
from keptword.readers import read_log
from keptword.readers.convert import write_jsonl, write_parquet
from keptword.readers.parquet_check import Damaged, check, check_file
from keptword.timeline import parse_timeline

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
BASE: dict[str, Any] = {"time": [AT], "event": ["a.b"], "id": ["e1"]}


def write(folder: Path, columns: dict[str, Any]) -> Path:
    path = folder / "log.parquet"
    pl.DataFrame({**BASE, **columns}).write_parquet(path)
    return path


@pytest.mark.parametrize(
    ("column", "value", "read"),
    [
        ("eta", AT, parse_instant("2026-03-02T09:00Z")),
        ("eta", date(2026, 3, 2), "2026-03-02"),
        ("affected", ["a", "b"], ("a", "b")),
        ("amount", 12.5, 12.5),
        ("planned", True, True),
        ("priority", 1, "1"),
        ("scores", [1, 2], (1, 2)),
        ("created", AT, "2026-03-02T09:00:00+00:00"),
        ("via", {"channel": "web", "no": None}, None),
        ("nothing", None, None),
    ],
)
def test_columns_become_typed_fields(column: str, value: object, read: object, tmp_path: Path) -> None:
    """Datetimes of known fields are instants, lists tuples, structures dotted names, nulls absent."""
    log, _ = read_log([write(tmp_path, {column: [value]})])
    assert log.events[0].time == parse_instant("2026-03-02T09:00Z")
    assert log.events[0].get(column) == read
    if column == "via":
        assert log.events[0].fields == {"via.channel": "web"}


def test_times_without_a_zone_need_one(tmp_path: Path) -> None:
    """A naive datetime column is L006 without --timezone, local time with it, L007 where the clocks change."""
    path = write(tmp_path, {"time": [AT.replace(day=29, hour=3, minute=30, tzinfo=None)]})
    with pytest.raises(LogError, match="L006"):
        read_log([path])
    log, _ = read_log([path], zone="Europe/Berlin")
    assert log.events[0].time == parse_instant("2026-03-29T01:30Z")
    path = write(tmp_path, {"time": [AT.replace(day=29, hour=2, minute=30, tzinfo=None)]})
    with pytest.raises(LogError, match="L007"):
        read_log([path], zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"amount": ["viel"]}, "L009"),
        ({"time": [1772442000]}, "L005"),
        ({"time": [None]}, "L004"),
        ({"blob": [b"x"]}, "L009"),
    ],
)
def test_rows_that_are_no_events_are_refused(columns: dict[str, Any], code: str, tmp_path: Path) -> None:
    """The place is the row; with --rejects the row is put aside as JSON."""
    path = write(tmp_path, columns)
    with pytest.raises(LogError, match=f"log.parquet:1: error.{code}"):
        read_log([path])
    log, reading = read_log([path], keep_going=True)
    assert (len(log.events), log.rejected) == (0, 1)
    assert reading.rejected[0].line.startswith(b"{")


def test_missing_columns_name_the_nearest(tmp_path: Path) -> None:
    """A table without `event` says which column it may be."""
    path = tmp_path / "log.parquet"
    pl.DataFrame({"timestamp": [AT], "activity": ["a.b"]}).write_parquet(path)
    with pytest.raises(LogError, match="--map event=activity"):
        read_log([path])
    log, _ = read_log([path], mapping={"time": "timestamp", "event": "activity"})
    assert log.events[0].event == "a.b"


def test_a_written_log_is_read_back_as_the_same(tmp_path: Path) -> None:
    """JSONL and Parquet keep every event: instants, plain dates beside instants, lists, numbers of both kinds."""
    text = """
    +0m   T-1  outage.opened  id=1 affected=a,b planned=true amount=1 eta=2026-03-03 text='Добрый день' free=x
    +1m   -    invoice.sent   id=2 amount=1.5 eta=+2h planned=false
    +2m   T-1  tariff.changed id=3 effective_at=+1h amount=9007199254740993
    """
    log = make_log(parse_timeline(text, parse_instant("2026-03-02T09:00+03:00")))
    write_jsonl(log, tmp_path / "log.jsonl")
    write_parquet(log, tmp_path / "log.parquet")
    for name in ("log.jsonl", "log.parquet"):
        assert read_log([tmp_path / name])[0].events == log.events


def test_damage_that_would_end_the_process_is_an_error(tmp_path: Path) -> None:
    """A count in a page header that no page can have: refused, where Polars asks for more memory than there is."""
    path = tmp_path / "log.parquet"
    events = [
        Event(n, "ticket.opened", f"T-{n}", f"e{n}", {"text": "x" * (n % 7), "n": n}) for n in range(3000)
    ]
    write_parquet(make_log(events), path)
    whole = path.read_bytes()
    check(BytesIO(whole))
    refused = 0
    for at in [*range(4, 60), *range(len(whole) - 2000, len(whole) - 8, 17)]:
        for byte in (0x00, 0x7F, 0xFF):
            damaged = whole[:at] + bytes([byte]) + whole[at + 1 :]
            try:
                check(BytesIO(damaged))
            except Damaged:
                refused += 1
    assert refused > 100
    path.write_bytes(whole[:20] + b"\xff" * 8 + whole[28:])
    with pytest.raises(LogError) as error:
        read_log([path])
    assert [p.code for p in error.value.problems] == ["L016"]


@pytest.mark.parametrize("more", [{"compression": "uncompressed"}, {"compression": "snappy"}, {"use_pyarrow": True, "pyarrow_options": {"data_page_version": "2.0"}}, {"statistics": False}, {"row_group_size": 7}])  # fmt: skip
def test_whole_files_of_all_writers_pass(tmp_path: Path, more: dict[str, Any]) -> None:
    """No file that can be read is refused."""
    frame = pl.DataFrame(
        {"a": [None, "x", "y"] * 50, "b": [[1], [], None] * 50, "c": [None] * 150, "d": [0.5, 1.0, 2.0] * 50}
    )
    frame.write_parquet(tmp_path / "f.parquet", **more)
    check_file(tmp_path / "f.parquet")
    frame.clear().write_parquet(tmp_path / "none.parquet", **more)
    check_file(tmp_path / "none.parquet")
