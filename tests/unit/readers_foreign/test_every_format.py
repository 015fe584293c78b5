"""What holds for every format: recognised, the same after conversion, and no damage that ends in a traceback or a loss in silence."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from keptword.errors import LogError
from keptword.events import Log
from keptword.readers import FORMATS, read_log

from .reading_exports import EXPORTS, same_after_conversion
from .test_feeds import YANDEX, google
from .test_other_desks import FRESHDESK, GITHUB, INTERCOM, PAGERDUTY, ZAMMAD
from .test_process_logs import OCEL, XES

POST = {"id": "u1", "status": "resolved", "body": "Works again", "created_at": "2026-03-02T11:00:00Z", "display_at": "2026-03-02T10:59:00Z"}  # fmt: skip
PAGE = {"page": {"id": "p"}, "incidents": [{"id": "in-1", "name": "Down", "impact": "major", "created_at": "2026-03-02T10:00:00Z", "incident_updates": [POST]}]}  # fmt: skip
STATUSES = {
    "id": "7", "title": "Errors", "impact": "major", "started_at": "2026-03-02T10:00:00Z", "resolved_at": "2026-03-02T11:00:00Z", "status_sequence": ["Resolved"],
    "updates": [{"at": "2026-03-02T10:00:00Z", "status": "Investigating", "message": "We look"}, {"at": "2026-03-02T11:00:00Z", "status": "Resolved", "message": "Works again"}],
}  # fmt: skip
OWN = {
    "time": "2026-03-02T10:00:00Z",
    "event": "message.sent",
    "case": "T-1",
    "id": "e1",
    "text": "Works again",
}
TABLE = "time,event,case,id,text\n2026-03-02T10:00:00Z,message.sent,T-1,e1,Works again\n"
SAMPLES: dict[str, bytes] = {
    "jsonl": json.dumps(OWN).encode() + b"\n", "json": json.dumps([OWN]).encode(), "csv": TABLE.encode(), "tsv": TABLE.replace(",", "\t").encode(),
    "statuspage": json.dumps(PAGE).encode(), "zendesk": (EXPORTS / "zendesk.json").read_bytes(), "jira": (EXPORTS / "jira.json").read_bytes(),
    "servicenow": (EXPORTS / "servicenow.csv").read_bytes(), "pagerduty": json.dumps(PAGERDUTY).encode(), "freshdesk": json.dumps(FRESHDESK).encode(),
    "intercom": json.dumps(INTERCOM).encode(), "zammad": json.dumps(ZAMMAD).encode(), "github-issues": json.dumps(GITHUB).encode(),
    "mbox": (EXPORTS / "support.mbox").read_bytes(), "eml": (EXPORTS / "support.mbox").read_bytes().split(b"\n", 1)[1].split(b"\nFrom ")[0],
    "xes": XES.encode(), "ocel": json.dumps(OCEL).encode(), "github-statuses": json.dumps(STATUSES).encode() + b"\n",
    "google-cloud-status": json.dumps([google()]).encode(), "yandex-cloud-status": json.dumps(YANDEX).encode(),
}  # fmt: skip
ELSEWHERE = {"parquet", "maildir"}  # no text, and a folder: test_parquet.py and test_mail.py
OFFSET = re.compile(rb"(T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?)(?:Z|[+-][0-9]{2}:?[0-9]{2})")
MAIL = {"mbox", "eml"}
TABLES = {"csv", "tsv", "servicenow"}
JSON = set(SAMPLES) - MAIL - TABLES - {"xes"}
FOREIGN = [name for name, known in FORMATS.items() if known.foreign and name in SAMPLES]
NAMES = {"tsv": "f.tsv", "csv": "f.csv", "servicenow": "f.csv", "mbox": "f.mbox", "eml": "f.eml"}


def test_no_format_is_forgotten() -> None:
    """A new format gets its sample here."""
    assert set(SAMPLES) | ELSEWHERE == set(FORMATS)


def taken(
    folder: Path, name: str, data: bytes, format: str | None = None, zone: str | None = "UTC", **wishes: bool
) -> Log:
    """A file of a format, read."""
    path = folder / NAMES.get(name, "f.json")
    path.write_bytes(data)
    return read_log(
        [path],
        format or name,
        zone,
        {"ours": "example.com"} if name in MAIL or format == "auto" else {},
        **wishes,
    )[0]  # type: ignore[arg-type]


def in_a_record(name: str, data: bytes) -> int:
    """Behind the first brace of a record: what else stands on a page is passed over unread."""
    pages = {"pagerduty", "zendesk", "jira", "intercom", "ocel", "yandex-cloud-status"}
    return data.index(b"{", data.index(b"[") if name in pages else 0) + 1


def codes(folder: Path, name: str, data: bytes, zone: str | None = "UTC") -> set[str]:
    """The codes of what is refused, each with a place in the file; none when the file is taken."""
    try:
        taken(folder, name, data, zone=zone)
    except LogError as error:
        return {p.code if Path(p.place.file).parent == folder else str(p.place) for p in error.problems}
    return set()


@pytest.mark.parametrize("name", SAMPLES)
def test_what_was_read_comes_back_from_conversion(tmp_path: Path, name: str) -> None:
    """As JSONL and as Parquet."""
    log = taken(tmp_path, name, SAMPLES[name])
    assert log.events
    assert same_after_conversion(log, tmp_path)


@pytest.mark.parametrize("name", FOREIGN)
def test_content_says_what_it_is(tmp_path: Path, name: str) -> None:
    """`--from auto` finds the format, and reads the same."""
    auto = taken(tmp_path, name, SAMPLES[name], "auto")
    assert auto.formats == ("mbox" if name == "eml" else name,)  # one module reads both
    assert auto.events == taken(tmp_path, name, SAMPLES[name]).events


@pytest.mark.parametrize("name", SAMPLES)
def test_a_byte_order_mark_changes_nothing(tmp_path: Path, name: str) -> None:
    """Spreadsheets and PowerShell write one."""
    plain = taken(tmp_path, name, SAMPLES[name]).events
    assert taken(tmp_path, name, b"\xef\xbb\xbf" + SAMPLES[name]).events == plain


@pytest.mark.parametrize("name", sorted(JSON | {"xes"}))
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
def test_a_file_that_was_cut_is_refused(tmp_path: Path, name: str, share: float) -> None:
    """Wherever: half an export judged as a whole one would find too little."""
    data = SAMPLES[name].rstrip()
    found = codes(tmp_path, name, data[: max(1, int(len(data) * share))])
    assert found & {"L003", "L016"}, found


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_table_that_was_cut_inside_a_row_is_refused(tmp_path: Path, name: str) -> None:
    """A row with too few cells."""
    assert codes(tmp_path, name, SAMPLES[name].rstrip().rsplit(b"," if name != "tsv" else b"\t", 2)[0]) == {
        "L011"
    }


@pytest.mark.parametrize("name", sorted(set(SAMPLES) - MAIL))
def test_another_encoding_is_refused(tmp_path: Path, name: str) -> None:
    """Russian letters in Windows-1251, and UTF-16 with its mark: never read as something else."""
    data = SAMPLES[name]
    at = data.index(b'"', len(data) // 2) + 1 if name not in TABLES else data.rindex(b"\n", 0, -1) + 30
    russian = "Привет".encode("cp1251")
    assert codes(tmp_path, name, data[:at] + russian + data[at:]) & {"L010", "L016", "L003"}
    assert codes(tmp_path, name, data.decode().encode("utf-16"))


@pytest.mark.parametrize("name", sorted(JSON))
def test_a_key_that_stands_twice_is_refused(tmp_path: Path, name: str) -> None:
    """Nobody can say which of the values is meant."""
    data = SAMPLES[name]
    start = in_a_record(name, data)
    assert codes(tmp_path, name, data[:start] + b'"keptword": 1, "keptword": 2, ' + data[start:]) == {"L012"}


@pytest.mark.parametrize("name", sorted(set(SAMPLES) - MAIL - {"intercom", "jsonl", "json", "csv", "tsv"}))
def test_times_that_could_mean_two_moments_are_refused(tmp_path: Path, name: str) -> None:
    """Day first or month first; no offset beside times that have one, unless a zone is named."""
    data = SAMPLES[name]
    if name == "servicenow":
        assert codes(tmp_path, name, data, zone=None) == {"L006"}
        return
    day = next(d for d in (b"2026-03-02T", b"2021-07-07T", b"2026-03-01T") if d in data)
    assert codes(tmp_path, name, data.replace(day, b"02.03.2026 ")) & {"L005"}
    first = OFFSET.search(data)
    assert first is not None
    # One time keeps its offset.
    naive = data[: first.end()] + OFFSET.sub(rb"\1", data[first.end() :])
    assert codes(tmp_path, name, naive, zone=None) == {"L006"}
    assert codes(tmp_path, name, naive, zone="UTC") == set()


@pytest.mark.parametrize("name", SAMPLES)
def test_a_bomb_is_refused(tmp_path: Path, name: str) -> None:
    """A few kilobytes that grow to tens of megabytes are no log."""
    assert codes(tmp_path, name, gzip.compress(SAMPLES[name] + b" " * 40_000_000)) == {"L013"}


@pytest.mark.parametrize("name", sorted(JSON - {"ocel", "statuspage", "json"} | TABLES))
def test_a_record_of_many_megabytes_is_refused(tmp_path: Path, name: str) -> None:
    """More than 16 MiB: named by its size, not held and not cut."""
    data = SAMPLES[name]
    long = b"x" * (17 * 1024 * 1024)
    if name in TABLES:
        found = codes(tmp_path, name, data.rstrip() + long + b"\n")
    else:
        start = in_a_record(name, data)
        found = codes(tmp_path, name, data[:start] + b'"keptword": "' + long + b'", ' + data[start:])
    assert found == {"L015"}


@pytest.mark.parametrize("name", sorted(MAIL))
def test_mail_in_any_encoding_is_mail(tmp_path: Path, name: str) -> None:
    """Bytes that fit no encoding become marks; the message, its time and its sender stay."""
    plain = taken(tmp_path, name, SAMPLES[name])
    odd = taken(tmp_path, name, SAMPLES[name].rstrip() + "\nПривет\n".encode("cp1251"))
    assert [(e.time, e.event, e.case) for e in odd.events] == [
        (e.time, e.event, e.case) for e in plain.events
    ]


@pytest.mark.parametrize("name", sorted(set(SAMPLES) - MAIL))
def test_with_rejects_everything_else_is_read(tmp_path: Path, name: str) -> None:
    """A bad record more is put aside, and the good ones are all there."""
    data = SAMPLES[name]
    if name in TABLES:
        worse = data.rstrip() + b"\nonly one cell\n"
    elif name == "xes":
        worse = data.replace(
            b"</log>", b'<trace><event><string key="concept:name" value="x"/></event></trace></log>'
        )
    elif data.lstrip()[:1] == b"[":
        worse = data.rstrip()[:-1] + b", 5]"
    elif name in {"ocel", "statuspage"}:
        return  # one object: there is no record beside it
    else:
        worse = data.rstrip() + b"\n5\n"
    log = taken(tmp_path, name, worse, keep_going=True)
    assert log.rejected == 1
    assert [e.id for e in log.events] == [e.id for e in taken(tmp_path, name, data).events]
