"""The journal: what was written before a crash is there after it, and nothing is delivered twice."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from keptword.errors import UsageError
from keptword.live.journal import Journal


def test_inputs_are_replayed_from_the_last_commit(tmp_path: Path) -> None:
    """Recorded and not acted on: pending after a restart; acted on and not forgotten: retained."""
    path = str(tmp_path / "state.db")
    journal = Journal(path, "r1")
    first = journal.record([("event", b"a"), ("event", b"b"), ("tick", b"7")], {"log": "120"})
    assert [i.seq for i in first] == [1, 2, 3]
    journal.commit(2, ["one", "two"], {"x": "1", "y": "2"}, [1])
    journal.close()
    journal = Journal(path, "r1")
    assert [(i.seq, i.body) for i in journal.pending()] == [(3, b"7")]
    assert [(i.seq, i.body) for i in journal.retained()] == [(2, b"b")]
    assert journal.state() == {"x": "1", "y": "2"}
    assert journal.positions() == {"log": "120"}
    journal.commit(3, [], {"x": None}, [2, 3])
    assert [i.seq for i in journal.record([("event", b"c")])] == [4]
    assert journal.state() == {"y": "2"}
    journal.close()


def test_numbers_go_on_when_everything_was_forgotten(tmp_path: Path) -> None:
    """An input or announcement number is never given twice."""
    path = str(tmp_path / "state.db")
    journal = Journal(path, "r")
    journal.subscribe(["out"])
    journal.record([("event", b"a")])
    journal.commit(1, ["one"], {}, [1])
    journal.delivered("out", 1)
    journal.close()
    journal = Journal(path, "r")
    assert journal.record([("event", b"b")])[0].seq == 2
    journal.commit(2, ["two"], {}, [])
    assert journal.undelivered("out") == [(2, "two")]
    journal.close()


def test_each_sink_has_its_own_place_in_the_announcements() -> None:
    """What all sinks have is dropped, what one lacks is kept for it."""
    journal = Journal(":memory:", "r")
    journal.subscribe(["out", "post"])
    journal.record([("event", b"a")])
    journal.commit(1, ["one", "two", "three"], {}, [])
    journal.delivered("out", 2)
    assert journal.undelivered("out") == [(3, "three")]
    assert [no for no, _ in journal.undelivered("post")] == [1, 2, 3]
    journal.delivered("post", 3)
    assert journal.sizes()["outbox"] == 1
    journal.subscribe(["out"])
    journal.delivered("out", 3)
    assert journal.sizes()["outbox"] == 0


def test_a_sink_that_joins_later_gets_what_is_still_there() -> None:
    """And nothing of what was dropped before."""
    journal = Journal(":memory:", "r")
    journal.subscribe(["out"])
    journal.record([("event", b"a")])
    journal.commit(1, ["one", "two"], {}, [])
    journal.delivered("out", 1)
    journal.subscribe(["out", "post"])
    assert journal.undelivered("post") == [(2, "two")]


def test_a_letter_whose_sending_was_cut_off_is_not_sent_again(tmp_path: Path) -> None:
    """It is handed over at most once; the doubt is kept as `unsure`."""
    path = str(tmp_path / "state.db")
    journal = Journal(path, "r")
    journal.subscribe(["post"])
    journal.record([("event", b"a")])
    journal.commit(1, ["one"], {}, [])
    journal.post([("mailto", "one", 0), ("mailto", "two", 50)], "post", 1)
    assert journal.undelivered("post") == []
    (letter,) = journal.letters(now=10)
    assert (letter.body, letter.tries) == ("one", 0)
    journal.mark([letter.id], "sending")
    journal.close()
    journal = Journal(path, "r")
    assert [item.body for item in journal.letters(now=100)] == ["two"]
    assert journal.post_counts() == {"unsure": 1, "waiting": 1}
    journal.close()


def test_a_failed_letter_waits_for_its_time_and_a_sent_one_is_gone() -> None:
    """The number of tries is kept for the back-off."""
    journal = Journal(":memory:", "r")
    journal.post([("a", "x", 0)], "post", 0)
    (letter,) = journal.letters(0)
    journal.mark([letter.id], "sending")
    journal.mark([letter.id], "waiting", 90)
    assert journal.letters(89) == []
    (again,) = journal.letters(90)
    assert again.tries == 1
    journal.mark([again.id], "sent")
    assert journal.sizes()["letter"] == 0


def test_other_rules_are_refused(tmp_path: Path) -> None:
    """Verdicts kept under other rules must not be mixed with these."""
    path = str(tmp_path / "state.db")
    Journal(path, "r1").close()
    with pytest.raises(UsageError, match="other rules"):
        Journal(path, "r2")


def test_a_file_that_is_no_journal_is_refused_and_left_alone(tmp_path: Path) -> None:
    """Neither text, nor another program's database, nor a folder gives a traceback."""
    text = tmp_path / "text"
    text.write_bytes(b"hello " * 100)
    with pytest.raises(UsageError, match="not a journal"):
        Journal(str(text), "r")
    assert text.read_bytes() == b"hello " * 100
    other = tmp_path / "other.db"
    db = sqlite3.connect(other)
    db.execute("CREATE TABLE meta (name, value)")
    db.commit()
    db.close()
    with pytest.raises(UsageError, match="version"):
        Journal(str(other), "r")
    with pytest.raises(UsageError, match="cannot be used"):
        Journal(str(tmp_path), "r")


def test_two_processes_cannot_share_a_journal(tmp_path: Path) -> None:
    """The second one is told so instead of announcing everything again."""
    path = str(tmp_path / "state.db")
    code = "import sys; from keptword.live.journal import Journal; j = Journal(sys.argv[1], 'r'); print('ok', flush=True); sys.stdin.read()"
    child = subprocess.Popen(
        [sys.executable, "-c", code, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    assert child.stdin is not None
    assert child.stdout.readline() == b"ok\n"
    with pytest.raises(UsageError, match="another process"):
        Journal(path, "r")
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdin.close()
    child.stdout.close()
    Journal(path, "r").close()  # the lock went with the process


def test_a_failed_commit_leaves_nothing_behind() -> None:
    """All of a commit or none of it."""
    journal = Journal(":memory:", "r")
    journal.record([("event", b"a")])
    with pytest.raises(sqlite3.Error):
        journal.commit(1, ["one", None], {"x": "1"}, [1])  # type: ignore[list-item]
    assert journal.sizes() == {"input": 1, "state": 0, "outbox": 0, "letter": 0}
    journal.commit(1, ["one"], {}, [1])
    assert journal.undelivered("out") == [(1, "one")]
