"""Records of a desk that go to disk while they are read: the same events, notes and problems as when all are held."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keptword.errors import LogError, UsageError
from keptword.readers import held, in_pieces, read_log

from .reading_exports import EXPORTS

AUDIT_CSV = "sys_id,documentkey,fieldname,oldvalue,newvalue,user,sys_created_on\n"


def told(path: Path, format: str, room: int, keep_going: bool = False) -> Any:
    """Everything that reading says of a file, when so many bytes of its records are held."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(held, "ROOM", room)
        patch.setattr(held, "BUCKETS", 7)
        try:
            log, reading = read_log([path], format, zone="UTC", keep_going=keep_going)
        except LogError as error:
            return [p.render() for p in error.problems]
    events = [(e.time, e.event, e.case, e.id, dict(e.fields), e.place) for e in log.events]
    rejected = [(r.line, [p.render() for p in r.problems]) for r in reading.rejected]
    return events, log.duplicates, log.notes, rejected


WHEN = st.integers(0, 5).map(lambda n: f"2026-03-02T0{n}:00:00Z")
IDS = st.integers(1, 4)
ENTRY = st.one_of(
    st.fixed_dictionaries({"id": st.integers(1, 9), "type": st.just("Comment"), "public": st.booleans(), "author_id": IDS, "body": st.sampled_from(["a", "b"])}),
    st.fixed_dictionaries({"id": st.integers(1, 9), "type": st.sampled_from(["Create", "Change"]), "field_name": st.sampled_from(["status", "assignee_id", "requester_id", "tags"]), "value": st.sampled_from(["open", "solved", "1", "2"])}),
)  # fmt: skip
AUDIT = st.fixed_dictionaries({"id": IDS, "ticket_id": IDS, "created_at": WHEN, "author_id": IDS, "events": st.lists(ENTRY, max_size=2)})  # fmt: skip
RECORDS = st.one_of(
    AUDIT,
    st.fixed_dictionaries({"id": IDS, "requester_id": IDS, "created_at": WHEN, "updated_at": WHEN, "status": st.sampled_from(["open", "deleted"])}, optional={"audits": st.lists(AUDIT, max_size=2), "description": st.just("d")}),
    st.fixed_dictionaries({"id": st.integers(1, 9), "ticket_id": IDS, "author_id": IDS, "body": st.sampled_from(["a", "b"]), "created_at": WHEN}, optional={"public": st.booleans(), "audit_id": IDS}),
    st.fixed_dictionaries({"id": IDS, "ticket_id": IDS, "created_at": WHEN, "updater_id": IDS, "child_events": st.lists(st.fixed_dictionaries({"id": st.integers(1, 9), "event_type": st.just("Change"), "status": st.sampled_from(["open", "solved"])}), max_size=2)}),
    st.fixed_dictionaries({"id": IDS, "ticket_id": IDS, "metric": st.just("reply_time"), "instance_id": st.just(1), "type": st.sampled_from(["activate", "breach"]), "time": WHEN}),
    st.fixed_dictionaries({"id": IDS, "name": st.sampled_from(["Anna", "Boris"]), "role": st.sampled_from(["agent", "end-user"])}),
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(records=st.lists(RECORDS, max_size=14), room=st.sampled_from([1, 300, 900]), keep_going=st.booleans())
def test_zendesk_says_the_same(
    tmp_path: Path, records: list[dict[str, Any]], room: int, keep_going: bool
) -> None:
    """Repeats, clashes, loose comments and later versions, wherever in the file the disk is first used."""
    path = tmp_path / "f.json"
    path.write_text("".join(json.dumps(r) + "\n" for r in records))
    assert told(path, "zendesk", room, keep_going) == told(path, "zendesk", 10**9, keep_going)


@pytest.mark.parametrize(("name", "format"), [("zendesk.json", "zendesk"), ("servicenow.csv", "servicenow")])
@pytest.mark.parametrize("room", [1, 500])
def test_the_exports_say_the_same(name: str, format: str, room: int) -> None:
    """Every record on disk, or all but the last."""
    found = told(EXPORTS / name, format, room)
    assert found == told(EXPORTS / name, format, 10**9)
    assert len(found) == 4


@pytest.mark.parametrize("keep_going", [False, True])
def test_servicenow_says_the_same_of_shuffled_rows(tmp_path: Path, keep_going: bool) -> None:
    """Snapshots in any order, some twice, some bad; and the rows of sys_audit."""
    random_ = random.Random(3)
    rows = [
        f"INC{n % 5},{random_.choice(['New', 'Active', 'Closed'])},2026-03-02 09:00:00,2026-03-0{1 + n % 9} 10:00:00,{n % 4},words {n % 3}"
        for n in range(60)
    ]
    rows += [*rows[:5], "INC9,New,not a time,2026-03-02 10:00:00,1,x", "INC9,New"]
    random_.shuffle(rows)
    snapshots = tmp_path / "incidents.csv"
    head = "number,incident_state,opened_at,sys_updated_at,sys_mod_count,short_description\n"
    snapshots.write_text(head + "\n".join(rows) + "\n")
    audit = tmp_path / "audit.csv"
    audit.write_text(
        AUDIT_CSV
        + "".join(
            f"{n},doc{n % 6},{random_.choice(['state', 'comments', 'work_notes', 'assigned_to'])},{n % 3},{1 + n % 3},u{n % 4},2026-03-02 0{n % 9}:00:00\n"
            for n in range(70)
        )
        + "x,doc1,state,1,2,u1,never\n"
    )
    for path in (snapshots, audit):
        found = told(path, "servicenow", 200, keep_going)
        assert found == told(path, "servicenow", 10**9, keep_going)
        assert len(found) == (4 if keep_going else len([r for r in rows if r.startswith("INC9")]) // (1 if path == snapshots else 2))  # fmt: skip


def test_what_lay_on_disk_is_gone_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when the export is refused in the end."""
    kept = tmp_path / "kept"
    kept.mkdir()
    monkeypatch.setenv("TMPDIR", str(kept))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr(held, "ROOM", 100)
    made = []
    spill = held.Held._spill
    monkeypatch.setattr(held.Held, "_spill", lambda self: (spill(self), made.append(os.listdir(kept)))[0])
    with in_pieces([EXPORTS / "zendesk.json"], "zendesk"):
        pass
    assert made and all(made)
    assert os.listdir(kept) == []
    broken = tmp_path / "broken.json"
    broken.write_text((EXPORTS / "zendesk.json").read_text("utf-8") + "{")
    with pytest.raises(LogError):
        read_log([broken], "zendesk")
    assert os.listdir(kept) == []


def test_a_disk_that_is_full_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a hint at a folder that has more room, and no traceback."""
    monkeypatch.setattr(held, "ROOM", 1)

    def full(*_: Any, **__: Any) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(UsageError) as refused:
        read_log([EXPORTS / "zendesk.json"], "zendesk")
    assert refused.value.problems[0].code == "U002"
    assert "TMPDIR" in refused.value.problems[0].hint


def test_values_nested_deep_are_read_all_the_same(tmp_path: Path) -> None:
    """What cannot be written to disk stays in memory."""
    deep = "[" * 700 + "]" * 700
    line = '{{"id": {0}, "ticket_id": {0}, "created_at": "2026-03-02T09:00:00Z", "author_id": 1, "events": [{{"id": {0}, "type": "Change", "field_name": "x", "value": {1}}}]}}\n'
    path = tmp_path / "f.json"
    path.write_text("".join(line.format(n, deep if n == 2 else '"a"') for n in range(1, 5)))
    assert told(path, "zendesk", 1) == told(path, "zendesk", 10**9)
