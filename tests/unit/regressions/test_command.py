"""The command where a shell, a disk or a terminal is not what one expects."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from .asking import pack, run

EVENT = '{"time":"2026-03-02T09:00:00Z","event":"ticket.reopened","case":"A"}\n'
COUNT = "kind: count\nper: [case]\nof: {event: ticket.reopened}\nat_most: 0\n"


@pytest.fixture
def scene(tmp_path: Path) -> tuple[Path, Path]:
    """A log with one violation, and the pack that finds it."""
    (tmp_path / "log.jsonl").write_text(EVENT, encoding="utf-8")
    return tmp_path / "log.jsonl", pack(tmp_path / "p", {"none": COUNT})


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.parametrize("data", [EVENT.encode(), gzip.compress(EVENT.encode())], ids=["plain", "gzip"])
def test_a_pipe_as_a_log_is_read_whole(scene: tuple[Path, Path], tmp_path: Path, data: bytes) -> None:
    """`<(zcat log.gz)`: its beginning, which tells the format, is not lost."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(data,))
    writer.start()
    status, out, err = run("audit", pipe, "--rules", scene[1])
    writer.join(10)
    assert (status, err) == (1, "")
    assert "log: 1 event," in out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
@pytest.mark.parametrize(
    ("shell", "said"),
    [
        ("> /dev/full", "standard output cannot be written: No space left"),
        (">&-", "standard output is closed"),
    ],
)
def test_a_result_that_cannot_be_written_is_no_defect(
    scene: tuple[Path, Path], shell: str, said: str
) -> None:
    """Status 2 with the reason, neither 3 nor 0."""
    command = f'"{sys.executable}" -m keptword audit "{scene[0]}" --rules "{scene[1]}" {shell}'
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") <= 2


@pytest.mark.parametrize(
    "command",
    [
        "rules list",
        "rules schema",
        "due --at 2026-03-02T09:00:00Z --within 1h",
        "test helpdesk",
        "--help",
        "--version",
    ],
)
def test_a_closed_output_is_told_by_every_command(command: str) -> None:
    """Nobody takes a result that was thrown away for one that was printed."""
    shell = f'"{sys.executable}" -m keptword {command} >&-'
    done = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "standard output is closed" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
@pytest.mark.parametrize(
    "command", ["rules list", "rules schema", "due --at 2026-03-02T09:00:00Z --within 1h"]
)
def test_a_full_disk_is_told_by_every_command(command: str) -> None:
    """Not as a defect."""
    shell = f'"{sys.executable}" -m keptword {command} > /dev/full'
    done = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "error[U002]" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("columns", ["abc", "-5", "0", "", "9" * 30, "²"])
def test_a_width_that_is_none_is_80(
    scene: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    """COLUMNS comes from the surroundings, so it is never an error."""
    monkeypatch.setenv("COLUMNS", columns)
    assert run("audit", scene[0], "--rules", scene[1])[0] == 1


def test_pack_yaml_stands_for_its_pack(scene: tuple[Path, Path]) -> None:
    """It was taken for a folder without rules, and nothing was judged."""
    assert run("audit", scene[0], "--rules", scene[1] / "pack.yaml")[0] == 1


def test_a_test_file_is_no_rule_file(scene: tuple[Path, Path]) -> None:
    """It was taken for no rules at all: no violation, status 0."""
    (scene[1] / "none.test.yaml").write_text("cases: []\n", encoding="utf-8")
    status, _, err = run("audit", scene[0], "--rules", scene[1] / "none.test.yaml")
    assert status == 2
    assert "R017" in err
    assert "none.yaml" in err


def test_another_language_is_refused(scene: tuple[Path, Path]) -> None:
    """It was taken for English in silence."""
    status, _, err = run("audit", scene[0], "--rules", scene[1], "--lang", "de")
    assert status == 2
    assert "--lang is en or ru, not 'de'" in err


def test_a_day_without_a_zone_is_quoted_as_it_was_written(scene: tuple[Path, Path]) -> None:
    """Not as the midnight that it was turned into."""
    status, _, err = run(
        "audit", scene[0], "--rules", "house", "--rules", "helpdesk", "--as-of", "2026-03-02"
    )
    assert status == 2
    assert "the day '2026-03-02'" in err
    assert "--timezone" in err


def test_a_day_ends_in_the_zone_that_all_packs_name(scene: tuple[Path, Path]) -> None:
    """The house rules name Moscow; two packs with different zones leave it open."""
    _, out, err = run("audit", scene[0], "--rules", "house", "--as-of", "2026-03-02")
    assert err == "" and "judged at 2026-03-03 00:00" in out


def test_an_offset_of_a_day_or_more_is_refused_in_plain_words(scene: tuple[Path, Path]) -> None:
    """Not in those of Python."""
    status, _, err = run("audit", scene[0], "--as-of", "2026-03-02T09:00:00+99:00")
    assert status == 2
    assert "no offset from UTC is a day long or longer" in err and "timedelta" not in err
