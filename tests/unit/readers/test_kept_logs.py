"""With `--cache` a large log is laid out once: the same report, never of a file that has changed, and nothing depends on it."""

from __future__ import annotations

import json
import os
import shutil

import polars as pl
import pytest

from keptword.cli import cache, large, main
from keptword.columnar import reading
from keptword.readers import columns

ROWS = [
    {
        "time": f"2026-03-02T{9 + n * 11 % 40 // 10:02}:{n:02}:00+03:00",
        "event": "outage.opened" if n % 3 else "call.made",
        "case": f"T-{n % 4}" if n % 9 else None,
        "customer": "ромашка",
        "channel": "phone",
        "direction": "out",
        "amount": n,
        "eta": "2026-03-02T12:00:00Z" if n % 2 else None,
    }
    for n in range(40)
]


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.setattr(columns, "LARGE", 0)
    monkeypatch.setattr(columns, "SMALL", 0)
    monkeypatch.setattr(reading, "LARGE", 0)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    return tmp_path / "caches" / "keptword" / "logs"


@pytest.fixture(params=["jsonl", "csv", "parquet"])
def path(request, tmp_path):
    path = tmp_path / f"log.{request.param}"
    write(path, ROWS)
    return path


def write(path, rows):
    frame = pl.DataFrame(rows)
    match path.suffix:
        case ".jsonl":
            lines = [
                json.dumps({k: v for k, v in r.items() if v is not None}, ensure_ascii=False) for r in rows
            ]
            path.write_text("\n".join(lines) + "\n", "utf-8")
        case ".csv":
            frame.write_csv(path)
        case _:
            frame.with_columns(pl.col("time", "eta").str.to_datetime(time_zone="UTC")).write_parquet(path)


def audited(path, capsys, *more):
    status = main(["audit", str(path), "--format", "json", "--all", *more])
    return status, json.loads(capsys.readouterr().out)


@pytest.fixture
def unread(monkeypatch):
    """From now on reading a log is an error."""

    def forbid():
        def refused(*_):
            raise AssertionError("the log was read")

        monkeypatch.setattr(large, "_read", refused)

    return forbid


def test_the_second_audit_does_not_read(path, capsys, home, unread):
    """And says the same, places in the file included."""
    wanted = audited(path, capsys)
    assert not home.exists()
    assert audited(path, capsys, "--cache") == wanted
    (kept,) = home.iterdir()
    assert os.name != "posix" or (home.stat().st_mode & 0o777, kept.stat().st_mode & 0o777) == (0o700, 0o700)
    unread()
    assert audited(path, capsys, "--cache") == wanted
    assert audited(path, capsys, "--cache", "--as-of", "2026-03-02T10:00:00+03:00") != wanted


def test_places_are_kept(tmp_path, capsys, unread):
    """The lines of a file with blank lines and repeats."""
    path = tmp_path / "log.jsonl"
    rows = [
        json.dumps({"id": str(n % 30), **{k: v for k, v in ROWS[n % 30].items() if v is not None}})
        for n in range(40)
    ]
    path.write_text("\n\n".join(rows), "utf-8")
    main(["audit", str(path), "--format", "github"])
    wanted = capsys.readouterr().out
    assert "line=" in wanted
    for _ in range(2):
        main(["audit", str(path), "--format", "github", "--cache"])
        assert capsys.readouterr().out == wanted
        unread()


def test_a_changed_file_is_read_again(path, capsys):
    """Even if its size and its time of change are what they were."""
    audited(path, capsys, "--cache")
    before = path.stat()
    write(path, [{**r, "customer": "лютик-1"} for r in ROWS])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    changed = audited(path, capsys, "--cache")
    assert changed == audited(path, capsys)
    assert "лютик-1" in json.dumps(changed, ensure_ascii=False)


def test_other_wishes_are_other_logs(tmp_path, capsys, home):
    """A zone or a map makes other events of the same file."""
    path = tmp_path / "log.csv"
    write(path, [{**r, "time": r["time"][:-6]} for r in ROWS])
    found = [
        audited(path, capsys, "--cache", "--timezone", z)[1]["log"]["first"] for z in ("Europe/Moscow", "UTC")
    ]
    assert found[0] != found[1]
    assert len(list(home.iterdir())) == 2


@pytest.mark.parametrize("harm", ["cut", "gone", "nonsense"])
def test_what_is_damaged_is_made_anew(path, capsys, home, harm):
    """A cache may be cleaned, or cut off, at any time."""
    wanted = audited(path, capsys, "--cache")
    (kept,) = home.iterdir()
    file = kept / ("log.json" if harm == "nonsense" else "times.npy")
    match harm:
        case "cut":
            file.write_bytes(file.read_bytes()[:-8])
        case "gone":
            file.unlink()
        case "nonsense":
            file.write_text("{", "utf-8")
    assert audited(path, capsys, "--cache") == wanted
    assert audited(path, capsys, "--cache") == wanted


def test_a_folder_that_cannot_be_written_is_harmless(path, capsys, home):
    """The log is read, as without it."""
    home.parent.mkdir(parents=True)
    home.write_text("no folder", "utf-8")
    assert audited(path, capsys, "--cache") == audited(path, capsys)


def test_a_file_that_changes_while_it_is_read_is_not_kept(path, capsys, home, monkeypatch):
    """Nobody knows what was read of it."""
    read = large._read

    def slow(*wishes):
        found = read(*wishes)
        write(path, ROWS[:20])
        return found

    monkeypatch.setattr(large, "_read", slow)
    audited(path, capsys, "--cache")
    assert not list(home.iterdir())


def test_what_was_not_used_for_longest_makes_room(tmp_path, capsys, home, monkeypatch):
    """And what another audit never finished, a day later."""
    paths = [tmp_path / f"{n}.jsonl" for n in range(3)]
    for n, path in enumerate(paths):
        write(path, ROWS[n:])
    audited(paths[0], capsys, "--cache")
    (first,) = home.iterdir()
    size = sum(p.stat().st_size for p in first.iterdir())
    monkeypatch.setattr(cache, "MOST", 2 * size + size // 2)
    stale = home / "new-left"
    stale.mkdir()
    for place in (first, stale):
        os.utime(place, (1, 1))
    audited(paths[1], capsys, "--cache")
    assert first.exists()
    assert not stale.exists()
    os.utime(first, (1, 1))
    audited(paths[2], capsys, "--cache")
    assert not first.exists()
    assert len(list(home.iterdir())) == 2


def test_two_audits_at_once(path, capsys, home, monkeypatch):
    """The one that is slower finds the log kept already, and leaves it."""
    wanted = audited(path, capsys, "--cache")
    (kept,) = home.iterdir()
    shutil.copytree(kept, home.parent / "copy")
    shutil.rmtree(kept)
    read = large._read

    def overtaken(*wishes):
        found = read(*wishes)
        shutil.copytree(home.parent / "copy", kept)
        return found

    monkeypatch.setattr(large, "_read", overtaken)
    assert audited(path, capsys, "--cache") == wanted
    assert list(home.iterdir()) == [kept]
