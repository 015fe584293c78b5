"""ServiceNow's tables: snapshots become changes, days are found and not guessed, the audit is read too."""

from __future__ import annotations

from pathlib import Path

import pytest

from keptword.errors import LogError

from .reading_exports import EXPORTS, read, read_text, said, same_after_conversion

FIXTURE = EXPORTS / "servicenow.csv"
SHOWN = ("role", "actor", "team", "assignee", "priority", "field", "from", "to", "reason", "claimed_at")
EXPECTED = """\
02-29T01:16 ticket.opened actor=Opener 1 team=Group 5 priority=normal
02-29T08:53 ticket.assigned role=agent actor=Updater 2 assignee=Solver 9 priority=normal field=assignee to=Solver 9
02-29T08:53 ticket.changed role=agent actor=Updater 2 team=Group 5 assignee=Solver 9 priority=normal field=status from=new to=open
02-29T11:00 ticket.changed role=agent actor=Updater 2 team=Group 5 assignee=Solver 9 priority=urgent field=priority from=normal to=urgent
02-29T11:00 ticket.changed role=agent actor=Updater 2 team=Group 7 assignee=Solver 9 priority=urgent field=status from=open to=pending
02-29T11:00 ticket.assigned role=agent actor=Updater 2 team=Group 7 assignee=Solver 9 priority=urgent field=team from=Group 5 to=Group 7
03-01T11:30 ticket.changed role=agent actor=Updater 3 team=Group 7 assignee=Solver 9 priority=urgent field=made_sla from=true to=false
03-01T11:30 ticket.changed role=agent actor=Updater 3 team=Group 7 assignee=Solver 9 priority=urgent field=status from=pending to=solved reason=code 5 claimed_at=03-01T11:29
03-01T11:30 ticket.solved role=agent actor=Updater 3 team=Group 7 assignee=Solver 9 priority=urgent reason=code 5 claimed_at=03-01T11:29
03-05T12:00 ticket.changed role=system actor=system team=Group 7 assignee=Solver 9 priority=urgent field=status from=solved to=closed reason=code 5
03-05T12:00 ticket.closed role=system actor=system team=Group 7 assignee=Solver 9 priority=urgent reason=code 5
"""  # fmt: skip
HEADER = "number,incident_state,sys_mod_count,opened_at,sys_updated_at,resolved_at,priority\n"


def test_snapshots_become_changes() -> None:
    """Each row against the row before: who changed what, with the team and priority of that moment; `?` is no value."""
    log, _ = read(FIXTURE, zone="UTC")
    assert [said(e, *SHOWN) for e in log.events if e.case == "INC0001"] == EXPECTED.splitlines()


def test_an_incident_with_one_row_has_its_ends_and_no_history() -> None:
    """One late row says nothing of the values in between."""
    log, _ = read(FIXTURE, zone="UTC")
    assert [said(e, *SHOWN) for e in log.events if e.case == "INC0002"] == [
        "03-01T09:00 ticket.opened actor=Opener 1"
    ]
    assert [n.partition(": ")[2] for n in log.notes] == [
        "'?' stands for no value in 7 rows: assigned_to 1, resolved_at 1, closed_at 1",
        "1 incident came in one row, without a history: its status, priority, team and assignee at any time are not known",
        "1 row said the same as another and counted once",
        "the table has no messages: rules about replies and words find nothing in it",
    ]


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    """Snapshots are put in order by their time and count."""
    head, *rows = FIXTURE.read_text("utf-8").splitlines()
    log, _ = read_text(tmp_path, "\n".join([head, *rows[::-1]]), "servicenow", zone="UTC")
    assert log.events == read(FIXTURE, zone="UTC")[0].events


@pytest.mark.parametrize(
    ("opened", "updated", "day"),
    [("03/02/2026 10:00", "13/02/2026 10:00", "02-03T10:00"), ("03/02/2026 10:00 AM", "03/13/2026 10:00 AM", "03-02T10:00"), ("2026-02-03 10:00:00", "2026-02-13 10:00:00", "02-03T10:00")],
)  # fmt: skip
def test_one_date_shows_the_order_for_all(tmp_path: Path, opened: str, updated: str, day: str) -> None:
    """A number above twelve anywhere in the table says what the day is everywhere."""
    log, _ = read_text(tmp_path, f"{HEADER}A,New,0,{opened},{updated},?,2 - High\n", "servicenow", zone="UTC")
    assert said(log.events[0], "priority") == f"{day} ticket.opened priority=high"


REFUSED = [
    (f"{HEADER}A,New,0,03/02/2026 10:00,03/02/2026 10:00,?,1\n", "UTC", ["2:9 L005 '03/02/2026 10:00' may be two dates, and no date of this table shows whether the day or the month comes first", "2:26 L005 '03/02/2026 10:00' may be two dates, and no date of this table shows whether the day or the month comes first"]),
    (f"{HEADER}A,New,0,13/02/2026 10:00,13/02/2026 10:00,?,1\nB,New,0,13/02/2026 10:00,02/13/2026 10:00,?,1\n", "UTC", ["3:26 L005 '02/13/2026 10:00' is no date with the day first: month must be in 1..12"]),
    (f"{HEADER}A,New,0,13/02/2026 10:00,13/02/2026 10:00,?,1\nB,New,0,14/02/2026 10:00,14/02/2026 10:00,?,1\n", None, ["2:9 L006 '13/02/2026 10:00' has no offset from UTC, as all times of this table"]),
    (f"{HEADER}?,New,0,13/02/2026 10:00,13/02/2026 10:00,?,1\nA,New,0,?,13/02/2026 10:00,?,1\n", "UTC", ["2:1 L004 the row has no number of an incident", "3:9 L004 the row does not say when the incident was opened"]),
    (f"{HEADER}A,New,0,13/02/2026 10:00\n", "UTC", ["2:9 L011 the row has 4 cells, the header has 7"]),
    (f"{HEADER}A,New,0,29/03/2026 02:30,29/03/2026 10:00,?,1\n", "Europe/Berlin", ["2:9 L007 "]),
    ("number;state\n1;2\n", "UTC", ["1:1 L004 the table has no column 'opened_at'"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "zone", "found"), REFUSED)
def test_what_cannot_be_read_is_located(
    tmp_path: Path, text: str, zone: str | None, found: list[str]
) -> None:
    """Dates that may be two, dates of another order, times without a zone (once), rows that do not fit."""
    with pytest.raises(LogError) as caught:
        read_text(tmp_path, text, "servicenow", "f.csv", zone=zone)
    told = [
        f"{p.place} {p.code} {p.message}".removeprefix(f"{tmp_path}/f.csv:") for p in caught.value.problems
    ]
    assert len(told) == len(found)
    assert all(t.startswith(f) for t, f in zip(told, found, strict=True))


def test_cyrillic_of_another_encoding_is_named(tmp_path: Path) -> None:
    """A row in cp1251 is refused with the encoding it looks like."""
    text = (HEADER + "A,Новая заявка клиента,0,13/02/2026 10:00,13/02/2026 10:00,?,1\n").encode("cp1251")
    with pytest.raises(LogError) as caught:
        read_text(tmp_path, text, "servicenow", "f.csv", zone="UTC")
    assert [(p.code, p.hint.startswith("this looks like cp1251")) for p in caught.value.problems] == [
        ("L010", True)
    ]


def test_the_audit_is_read(tmp_path: Path) -> None:
    """One row a change: numbers of the choice lists, comments of customers and of agents, work notes inside."""
    rows = [
        "sys_id,documentkey,tablename,fieldname,oldvalue,newvalue,user,sys_created_on",
        "a1,k1,incident,comments,,It is dead,anna,2026-03-02 09:00:00",
        "a2,k1,incident,assignment_group,,Networks,boris,2026-03-02 09:10:00",
        "a3,k1,incident,work_notes,,The mast,boris,2026-03-02 09:20:00",
        "a4,k1,incident,state,1,4,boris,2026-03-02 09:30:00",
        "a5,k1,incident,comments,,We repair it,boris,2026-03-02 09:30:00",
        "a6,k1,incident,state,4,6,boris,2026-03-02 11:00:00",
    ]
    log, _ = read_text(tmp_path, "\n".join(rows) + "\n", "auto", "f.txt", zone="UTC")
    assert [said(e, "role", "direction", "field", "from", "to", "text") for e in log.events] == [
        "03-02T09:00 message.received role=customer direction=in text=It is dead",
        "03-02T09:10 ticket.assigned role=agent field=team to=Networks",
        "03-02T09:20 message.sent role=agent direction=internal text=The mast",
        "03-02T09:30 ticket.changed role=agent field=status from=new to=pending",
        "03-02T09:30 message.sent role=agent direction=out text=We repair it",
        "03-02T11:00 ticket.changed role=agent field=status from=pending to=solved",
        "03-02T11:00 ticket.solved role=agent",
    ]


def test_it_comes_back_from_jsonl_and_parquet(tmp_path: Path) -> None:
    """Converting loses nothing."""
    assert same_after_conversion(read(FIXTURE, zone="UTC")[0], tmp_path)
