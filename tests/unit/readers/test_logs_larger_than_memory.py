"""A log larger than `--memory` lies in buckets on disk while it is judged: the same report, and nothing is left behind."""

from __future__ import annotations

import contextlib
import json
import tempfile

import polars as pl
import pytest

from keptword.cli import buckets as cli_buckets
from keptword.cli import main
from keptword.cli.memory import budget, free
from keptword.columnar import reading
from keptword.errors import UsageError
from keptword.readers import columns, pieces, spilling

ROWS = [
    {
        "time": f"2026-03-02T{9 + n // 60:02}:{n % 60:02}:00+03:00",
        "event": ("outage.opened", "call.made", "ticket.assigned", "outage.resolved")[n * 7 % 4],
        "case": f"T-{n * 5 % 9}",
        "incident": f"INC-{n % 5}",
        "customer": "ромашка" if n % 3 else "лютик",
        "channel": "phone",
        "direction": "out",
        "team": ("noc", "desk")[n % 2],
    }
    for n in range(120)
]


@pytest.fixture(autouse=True)
def small(monkeypatch, tmp_path):
    """Nothing is too small for columns, and the folder for temporary files is one of the test."""
    monkeypatch.setattr(columns, "LARGE", 0)
    monkeypatch.setattr(columns, "SMALL", 0)
    monkeypatch.setattr(reading, "LARGE", 0)
    monkeypatch.setattr(pieces, "CHUNK", 2000)
    monkeypatch.setattr(cli_buckets, "_MOST", 24)
    own = tmp_path / "temporary"
    own.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(own))
    return own


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "log.jsonl"
    pl.DataFrame(ROWS).write_ndjson(path)
    return path


def audited(path, capsys, *more):
    status = main(["audit", str(path), "--format", "json", *more])
    return status, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("more", [(), ("--limit", "2"), ("--as-of", "2026-03-02T10:20:00+03:00"), ("--all",)])
def test_the_report_is_the_same(path, capsys, monkeypatch, small, more):
    """To the letter, and the buckets are gone."""
    used = []
    wanted = audited(path, capsys, *more)
    monkeypatch.setattr(cli_buckets, "TIMES", 1 << 40)
    monkeypatch.setattr(spilling, "FLUSH", 4000)
    add = spilling.Spill.flush
    monkeypatch.setattr(spilling.Spill, "flush", lambda self: (used.append(self.count), add(self))[1])
    assert audited(path, capsys, *more) == wanted
    assert len(used) > 1
    assert not list(small.iterdir())


def test_the_html_report_is_the_same(path, tmp_path, monkeypatch):
    """With the stories of its cases."""
    outputs = []
    for times in (8, 1 << 40):
        monkeypatch.setattr(cli_buckets, "TIMES", times)
        outputs.append(tmp_path / f"{times}.html")
        main(["audit", str(path), "--format", "html", "--output", str(outputs[-1])])
    assert outputs[0].read_bytes() == outputs[1].read_bytes()


def test_ids_that_clash_and_lines_that_repeat(tmp_path, capsys, monkeypatch, small):
    """Found across buckets: the same message, the same count."""
    rows = [{"id": str(n % 100), **ROWS[n % 100]} for n in range(120)]
    path = tmp_path / "log.jsonl"
    pl.DataFrame(rows).write_ndjson(path)
    wanted = audited(path, capsys)
    assert wanted[1]["log"]["duplicates"] == 20
    monkeypatch.setattr(cli_buckets, "TIMES", 1 << 40)
    assert audited(path, capsys) == wanted
    rows[110]["case"] = "T-elsewhere"
    pl.DataFrame(rows).write_ndjson(path)
    assert main(["audit", str(path)]) == 2
    found = capsys.readouterr().err
    monkeypatch.setattr(columns, "LARGE", 1 << 60)
    assert main(["audit", str(path)]) == 2
    assert capsys.readouterr().err == found
    assert "error[L008]" in found
    assert not list(small.iterdir())


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_nothing_is_left_behind(path, monkeypatch, small, error):
    """However the run ends."""
    monkeypatch.setattr(cli_buckets, "TIMES", 1 << 40)

    def ended(*_):
        assert list(small.iterdir())
        raise error

    monkeypatch.setattr(cli_buckets.Buckets, "table", ended)
    with contextlib.suppress(KeyboardInterrupt, SystemExit, MemoryError):
        main(["audit", str(path)])
    assert not list(small.iterdir())


def test_no_room_on_the_disk(path, capsys, monkeypatch, small):
    """Said before it is full, with the way out."""
    monkeypatch.setattr(cli_buckets, "TIMES", 1 << 40)
    monkeypatch.setattr(spilling.shutil, "disk_usage", lambda _: _Usage())
    assert main(["audit", str(path)]) == 2
    said = capsys.readouterr().err
    assert "error[U002]: the log does not fit into memory" in said
    assert "TMPDIR" in said
    assert not list(small.iterdir())


class _Usage:
    free = 1000


def test_amounts_of_memory():
    """As people write them."""
    assert [budget(t) for t in ("2GB", "500 mb", "1.5g", "0.5 GiB")] == [
        2_000_000_000,
        500_000_000,
        1_500_000_000,
        500_000_000,
    ]
    assert 0 < budget(None) <= max(free(), 256_000_000)
    for text in ("much", "-1GB", "10MB", ""):
        with pytest.raises(UsageError, match="--memory"):
            budget(text)
