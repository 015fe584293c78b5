"""What `read_log` promises beyond single files: rejects, standard input, bombs, long lines, notes, speed of import."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
import zstandard

from keptword.errors import KeptwordError, LogError, UsageError
from keptword.readers import FORMATS, read_log, source, write_rejects

GOOD = b'{"time": "2026-03-02T09:00:00Z", "event": "outage.opened", "case": "T-1", "id": "e1"}\n'
NO_OFFSET = b'{"time": "2026-03-02T09:05:00", "event": "notice.sent", "planned": "maybe", "id": "e2"}\r\n'
BYTES = b'{"time": "2026-03-02T09:05:00Z", "event": "\xcf\xf0"}\n'


def codes(error: KeptwordError) -> list[str]:
    return [p.code for p in error.problems]


def refusal(path: Path, **wishes: object) -> LogError:
    with pytest.raises(LogError) as caught:
        read_log([path], **wishes)  # type: ignore[arg-type]
    return caught.value


def test_rejected_lines_are_kept_byte_for_byte_with_every_reason(tmp_path: Path) -> None:
    """--rejects: bad lines leave the log, stay unchanged in one file and have their reasons in the other."""
    log = tmp_path / "log.jsonl"
    log.write_bytes(GOOD + NO_OFFSET + BYTES + b"{cut")
    read, reading = read_log([log], keep_going=True)
    assert [e.id for e in read.events] == ["e1"]
    assert read.rejected == 3
    write_rejects(reading, tmp_path / "bad")
    assert (tmp_path / "bad").read_bytes() == NO_OFFSET + BYTES + b"{cut\n"
    reasons = (tmp_path / "bad.reasons.txt").read_text(encoding="utf-8")
    assert [f"error[{c}]" in reasons for c in ("L006", "L009", "L010", "L003")] == [True] * 4
    assert [f"\n{n}. " in f"\n{reasons}" for n in (1, 2, 3, 4)] == [True, True, True, False]


def test_an_id_of_two_events_takes_all_its_lines_out(tmp_path: Path) -> None:
    """With --rejects nobody chooses which of two clashing lines is true: both go, and so does a repeat of either."""
    other, fine = GOOD.replace(b"T-1", b"T-2"), GOOD.replace(b"e1", b"e3")
    lines = [GOOD, other, fine, GOOD]
    for order in (lines, lines[::-1]):
        log = tmp_path / "log.jsonl"
        log.write_bytes(b"".join(order))
        read, reading = read_log([log], keep_going=True)
        assert [e.id for e in read.events] == ["e3"]
        assert sorted(r.line for r in reading.rejected) == sorted([GOOD, GOOD, other])
        assert {p.code for p in reading.problems} == {"L008"}


def test_a_bad_row_of_a_table_is_put_aside_whole(tmp_path: Path) -> None:
    """A rejected CSV row includes all lines of its quoted cells."""
    row = b'2026-03-02T09:00,a.b,"two\r\nlines"\r\n'
    log = tmp_path / "log.csv"
    log.write_bytes(
        b"time,event,text\r\n" + row + b'2026-03-02T09:00Z,a.b,"a\xcf\nb"\n2026-03-02T09:00Z,a.b,"ok"\n'
    )
    read, reading = read_log([log], keep_going=True)
    assert [r.line for r in reading.rejected] == [row, b'2026-03-02T09:00Z,a.b,"a\xcf\nb"\n']
    assert [e.fields["text"] for e in read.events] == ["ok"]


def test_a_header_that_is_not_utf8_is_refused_even_with_rejects(tmp_path: Path) -> None:
    """Nothing can be read below a header that cannot be read."""
    log = tmp_path / "log.csv"
    log.write_bytes("time,event,имя\n2026-03-02T09:00Z,a.b,x\n".encode("cp1251"))
    assert codes(refusal(log, keep_going=True)) == ["L010"]


def test_standard_input_is_a_log_too() -> None:
    """`-` reads standard input and finds the format by content, compressed or not."""
    for data in (
        GOOD,
        gzip.compress(GOOD),
        b"[" + GOOD.strip() + b"]",
        b"time,event,id\n2026-03-02T09:00:00Z,outage.opened,e1\n",
    ):
        log, _ = read_log(["-"], stdin=io.BytesIO(data))
        assert [e.id for e in log.events] == ["e1"]
        assert log.files == ("-",)
    with pytest.raises(LogError, match="<stdin>:1:"):
        read_log(["-"], stdin=io.BytesIO(NO_OFFSET))


def test_several_files_make_one_log(tmp_path: Path) -> None:
    """Ids are compared across files; the clash names both."""
    (tmp_path / "a.jsonl").write_bytes(GOOD)
    (tmp_path / "b.jsonl").write_bytes(GOOD)
    log, _ = read_log([tmp_path / "a.jsonl", tmp_path / "b.jsonl"])
    assert (len(log.events), log.duplicates) == (1, 1)
    (tmp_path / "b.jsonl").write_bytes(GOOD.replace(b"T-1", b"T-2"))
    with pytest.raises(LogError) as caught:
        read_log([tmp_path / "a.jsonl", tmp_path / "b.jsonl"])
    assert "a.jsonl:1" in str(caught.value) and "b.jsonl:1" in str(caught.value)


def test_everything_missing_is_reported_at_once(tmp_path: Path) -> None:
    """Missing files, with the nearest name, and directories without a log."""
    (tmp_path / "log.jsonl").write_bytes(GOOD)
    (tmp_path / "empty").mkdir()
    with pytest.raises(LogError) as caught:
        read_log([tmp_path / "lgo.jsonl", tmp_path / "empty", "a\0b", "x" * 5000])
    assert codes(caught.value) == ["L001"] * 4
    assert "did you mean 'log.jsonl'?" in str(caught.value)


@pytest.mark.parametrize("wishes", [{"format": "jsnl"}, {"zone": "Europe/Moskow"}, {"zone": "../etc/passwd"}])
def test_unknown_formats_and_zones_are_refused(wishes: dict[str, str], tmp_path: Path) -> None:
    """A wrong argument is a usage error, not a defect."""
    with pytest.raises(UsageError):
        read_log([tmp_path], **wishes)  # type: ignore[arg-type]


def test_a_line_beyond_the_limit_is_reported_and_can_be_put_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """L015 names the line; reading goes on behind it, and --rejects keeps all of it."""
    monkeypatch.setattr(source, "LONGEST_LINE", 1024)
    long = b'{"time": "' + b"9" * 5000 + b'"}\n'
    log = tmp_path / "log.jsonl"
    log.write_bytes(GOOD + long + GOOD.replace(b"e1", b"e2"))
    error = refusal(log)
    assert [(p.code, p.place.line) for p in error.problems] == [("L015", 2)]
    read, reading = read_log([log], keep_going=True)
    assert [e.id for e in read.events] == ["e1", "e2"]
    assert [r.line for r in reading.rejected] == [long]


def test_a_line_of_sixteen_mebibytes_is_refused_at_the_real_limit(tmp_path: Path) -> None:
    """The limit is 16 MiB."""
    log = tmp_path / "log.jsonl"
    log.write_bytes(b'{"time": "' + b" " * (16 * 1024 * 1024) + b'"}\n')
    assert codes(refusal(log)) == ["L015"]


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_a_bomb_is_refused_before_it_is_unpacked(pack: object, tmp_path: Path) -> None:
    """A file that grows a thousandfold is L013 whatever is inside."""
    log = tmp_path / "log.jsonl.gz"
    log.write_bytes(pack(b"\0" * (40 * 1024 * 1024)))  # type: ignore[operator]
    assert codes(refusal(log)) == ["L013"]


@pytest.mark.parametrize("cut", [1, 5, 12, 30])
@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_a_compressed_file_that_is_cut_is_never_taken_for_whole(
    pack: object, cut: int, tmp_path: Path
) -> None:
    """The end of a compressed file may not be lost in silence, not even with --rejects."""
    packed: bytes = pack(GOOD)  # type: ignore[operator]
    log = tmp_path / "log.jsonl.zst"
    log.write_bytes(packed[:-cut])
    assert codes(refusal(log, keep_going=True)) == ["L013"]


def test_deep_nesting_is_refused_or_kept_as_text(tmp_path: Path) -> None:
    """A hundred thousand brackets are L003; sixteen levels are dotted names, and what is below is JSON text."""
    log = tmp_path / "log.jsonl"
    log.write_bytes(GOOD[:-2] + b', "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n")
    assert codes(refusal(log)) == ["L003"]
    log.write_bytes(GOOD[:-2] + b', "x": ' + b'{"a":' * 40 + b"1" + b"}" * 40 + b"}\n")
    read, _ = read_log([log])
    assert read.events[0].fields == {"x" + ".a" * 15: '{"a":' * 25 + "1" + "}" * 25}


def test_an_array_goes_on_behind_an_element_that_is_only_wrong_inside(tmp_path: Path) -> None:
    """Repeated keys and NaN take their element out, not the rest of the file; a broken bracket takes the rest."""
    twice, nan, good = b'{"a": 1, "a": 2}', b'{"a": NaN}', GOOD.strip()
    log = tmp_path / "log.json"
    log.write_bytes(b"[" + b", ".join([twice, nan, good, b"3"]) + b"]")
    read, reading = read_log([log], keep_going=True)
    assert ([e.id for e in read.events], [r.line for r in reading.rejected]) == (["e1"], [twice, nan, b"3"])
    log.write_bytes(b"[" + b", ".join([good, b'{"a": ]}', good]) + b"]")
    read, reading = read_log([log], keep_going=True)
    assert ([e.id for e in read.events], [r.line for r in reading.rejected]) == (
        ["e1"],
        [b'{"a": ]}, ' + good + b"]"],
    )


def test_half_a_character_in_a_key_is_refused(tmp_path: Path) -> None:
    """Keys are text like any other."""
    log = tmp_path / "log.jsonl"
    for key in (b'"\\ud800": 1', b'"x": {"\\udc00": 1}', b'"x": [{"\\udc00": 1}]'):
        log.write_bytes(GOOD[:-2] + b", " + key + b"}\n")
        assert codes(refusal(log)) == ["L010"]


def test_a_mapped_inner_field_may_not_stand_twice(tmp_path: Path) -> None:
    """`via.channel` nested and written with a dot is L012 also when --map asks for it."""
    log = tmp_path / "log.jsonl"
    log.write_bytes(GOOD[:-2] + b', "via.channel": 1, "via": {"channel": 2}}\n')
    assert codes(refusal(log)) == codes(refusal(log, mapping={"channel": "via.channel"})) == ["L012"]


def test_progress_is_told_in_bytes_of_the_files(tmp_path: Path) -> None:
    """The last call says that everything has been read."""
    log = tmp_path / "log.jsonl.gz"
    log.write_bytes(gzip.compress(GOOD * 1000))
    calls: list[tuple[int, int]] = []
    read_log([log], progress=lambda done, total: calls.append((done, total)))
    assert calls[-1] == (log.stat().st_size, log.stat().st_size)


def test_a_mapping_that_finds_nothing_is_refused(tmp_path: Path) -> None:
    """--map of a field that no line of any file has is an error that names the nearest; where one file lacks it, its own field stands in."""
    log, other = tmp_path / "log.jsonl", tmp_path / "other.jsonl"
    log.write_bytes(GOOD)
    other.write_bytes(
        GOOD.replace(b'"case"', b'"ticket"').replace(b'"T-1"', b'"T-2"').replace(b'"e1"', b'"x1"')
    )
    error = refusal(log, mapping={"customer": "client", "incident": "cas"})
    assert [p.message for p in error.problems] == [
        "no event has the field 'cas', from which --map takes 'incident'",
        "no event has the field 'client', from which --map takes 'customer'",
    ]
    assert error.problems[0].hint == "did you mean 'case'?"
    read, _ = read_log([log, other], mapping={"case": "ticket"})
    assert {e.case for e in read.events} == {"T-1", "T-2"}


def test_unknown_files_of_a_directory_are_noted_and_hidden_ones_are_not(tmp_path: Path) -> None:
    """A directory is read in the order of names; links in a circle do not matter."""
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "log.jsonl").write_bytes(GOOD)
    (tmp_path / "b" / "circle").symlink_to(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.jsonl").write_bytes(b"{")
    (tmp_path / "notes.txt").write_text("x")
    log, _ = read_log([tmp_path])
    assert len(log.events) == 1
    assert log.notes == [f"{tmp_path}/notes.txt was passed over: its name does not say that it is a log"]


def test_small_logs_do_not_load_polars() -> None:
    """Reading JSONL and CSV needs neither Polars nor pydantic."""
    code = (
        "import io, sys; from keptword.readers import read_log;"
        f"read_log(['-'], stdin=io.BytesIO({GOOD!r}));"
        "read_log(['-'], stdin=io.BytesIO(b'time,event\\n2026-03-02T09:00Z,a.b\\n'));"
        "sys.exit(bool({'polars', 'pydantic', 'zstandard'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_format_has_a_reader() -> None:
    """Each registered module has what the registry promises."""
    from importlib import import_module

    for name, known in FORMATS.items():
        module = import_module(known.module)
        assert callable(module.read), name
        assert not known.foreign or callable(module.recognises), name


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_in_a_directory_is_passed_over(tmp_path: Path) -> None:
    """Nobody may ever write to it, and the audit would wait for ever."""
    (tmp_path / "log.jsonl").write_bytes(GOOD)
    os.mkfifo(tmp_path / "pipe.jsonl")
    log, _ = read_log([tmp_path])
    assert log.events
    assert any("pipe.jsonl was passed over: it is a pipe" in note for note in log.notes)
