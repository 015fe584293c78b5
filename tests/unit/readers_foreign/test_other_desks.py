"""PagerDuty, Freshdesk, Intercom, Zammad and GitHub: their records as events, each recognised by its content."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from keptword.errors import LogError
from keptword.readers import FORMATS
from keptword.readers.source import Source

from .reading_exports import EXPORTS, read_text, said, same_after_conversion

T = "2026-03-02T{}:00Z"


def at(time: str) -> str:
    """A time of the day of the fixtures."""
    return T.format(time)


INCIDENT = {"id": "PI1", "type": "incident_reference", "summary": "[#1] Mail is down"}
PAGERDUTY: dict[str, Any] = {
    "log_entries": [
        {"id": "L5", "type": "resolve_log_entry", "created_at": at("11:00"), "agent": {"id": "U1", "type": "user_reference", "summary": "Boris"}, "channel": {"type": "website"}, "incident": INCIDENT, "service": {"summary": "Mail"}, "teams": [{"summary": "Networks"}]},
        {"id": "L4", "type": "annotate_log_entry", "created_at": at("10:00"), "agent": {"id": "U1", "type": "user_reference", "summary": "Boris"}, "channel": {"type": "note", "summary": "It is the disk"}, "incident": INCIDENT},
        {"id": "L3", "type": "acknowledge_log_entry", "created_at": at("09:05"), "agent": {"id": "U1", "type": "user_reference", "summary": "Boris"}, "incident": INCIDENT},
        {"id": "L2", "type": "notify_log_entry", "created_at": at("09:01"), "agent": {"type": "service_reference", "summary": "Mail"}, "channel": {"type": "auto", "notification": {"type": "phone"}}, "incident": INCIDENT},
        {"id": "L1", "type": "trigger_log_entry", "created_at": at("09:00"), "agent": {"type": "service_reference", "summary": "Mail"}, "incident": {**INCIDENT, "urgency": "high"}, "service": {"summary": "Mail"}},
        {"id": "L0", "type": "weather_log_entry", "created_at": at("08:00"), "agent": {}, "incident": INCIDENT},
    ]
}  # fmt: skip
FRESHDESK = [
    {
        "id": 7, "subject": "No signal", "description": "<p>Nothing <b>works</b></p>", "description_text": "Nothing works", "status": 5, "priority": 4, "source": 1, "requester_id": 51, "responder_id": 9, "fr_due_by": at("10:00"),
        "created_at": at("09:00"), "updated_at": at("12:00"), "stats": {"resolved_at": at("11:00"), "closed_at": at("12:00"), "reopened_at": None},
        "conversations": [
            {"id": 3, "body": "<div>Thanks</div>", "incoming": True, "private": False, "user_id": 51, "created_at": at("10:30"), "ticket_id": 7},
            {"id": 1, "body_text": "The mast?", "incoming": False, "private": True, "user_id": 9, "created_at": at("09:30"), "ticket_id": 7},
            {"id": 2, "body_text": "We repair it", "incoming": False, "private": False, "user_id": 9, "created_at": at("10:00"), "ticket_id": 7},
        ],
    }
]  # fmt: skip
NOON = 1772442000  # 09:00 UTC
INTERCOM = {
    "type": "conversation.list",
    "conversations": [
        {
            "type": "conversation", "id": "8", "created_at": NOON, "updated_at": NOON + 9000, "waiting_since": None, "admin_assignee_id": 2, "state": "closed",
            "source": {"type": "conversation", "delivered_as": "customer_initiated", "body": "<p>Help</p>", "author": {"type": "user", "id": "c1", "name": "Anna"}},
            "contacts": {"contacts": [{"type": "contact", "id": "c1"}]},
            "conversation_parts": {"total_count": 6, "conversation_parts": [
                {"id": "1", "part_type": "comment", "body": "<p>A person comes</p>", "created_at": NOON + 5, "author": {"type": "bot", "id": "b", "name": "Fin"}},
                {"id": "2", "part_type": "assignment", "body": None, "created_at": NOON + 60, "author": {"type": "bot", "id": "b"}, "assigned_to": {"type": "team", "id": "t1", "name": "Networks"}},
                {"id": "3", "part_type": "note", "body": "<p>mast</p>", "created_at": NOON + 120, "author": {"type": "admin", "id": "2", "name": "Boris"}},
                {"id": "4", "part_type": "comment", "body": "<p>We repair it</p>", "created_at": NOON + 1800, "author": {"type": "admin", "id": "2", "name": "Boris"}},
                {"id": "5", "part_type": "close", "body": None, "created_at": NOON + 3600, "author": {"type": "admin", "id": "2", "name": "Boris"}},
            ]},
        }
    ],
}  # fmt: skip
ZAMMAD = {
    "id": 12, "number": "10012", "title": "No signal", "group": "Networks", "state": "closed", "priority": "3 high", "owner": "boris", "customer": "anna@example.org",
    "created_at": at("09:00"), "updated_at": at("11:00"), "close_at": at("11:00"), "article_count": 3,
    "articles": [
        {"id": 31, "ticket_id": 12, "type": "email", "sender": "Customer", "internal": False, "from": "Anna", "body": "<div>Help</div>", "content_type": "text/html", "created_at": at("09:00")},
        {"id": 32, "ticket_id": 12, "type": "note", "sender": "Agent", "internal": True, "from": "Boris", "body": "mast", "content_type": "text/plain", "created_at": at("09:10")},
        {"id": 33, "ticket_id": 12, "type": "email", "sender": "Agent", "internal": False, "from": "Boris", "body": "We repair it", "content_type": "text/plain", "created_at": at("10:00")},
    ],
    "history": [
        {"id": 2, "object": "Ticket", "type": "updated", "attribute": "state", "value_from": "open", "value_to": "closed", "created_at": at("11:00"), "created_by": "boris"},
        {"id": 1, "object": "Ticket", "type": "updated", "attribute": "priority", "value_from": "2 normal", "value_to": "3 high", "created_at": at("09:20"), "created_by": "boris"},
    ],
}  # fmt: skip
ANNA, BORIS, BOT = (
    {"login": n, "type": t} for n, t in (("anna", "User"), ("boris", "User"), ("helper[bot]", "Bot"))
)
GITHUB = {
    "number": 5, "title": "It crashes badly", "html_url": "https://github.com/acme/tool/issues/5", "user": ANNA, "author_association": "NONE", "body": "See log", "comments": 3, "state": "closed",
    "created_at": at("09:00"), "updated_at": at("11:00"), "closed_at": at("11:00"),
    "timeline": [
        {"id": 1, "event": "commented", "user": BOT, "author_association": "NONE", "body": "Thanks", "created_at": at("09:01"), "updated_at": at("09:01")},
        {"id": 2, "event": "labeled", "actor": BORIS, "label": {"name": "bug"}, "created_at": at("09:30")},
        {"id": 3, "event": "renamed", "actor": BORIS, "rename": {"from": "It crashes", "to": "It crashes badly"}, "created_at": at("09:31")},
        {"id": 4, "event": "commented", "user": BORIS, "author_association": "MEMBER", "body": "Fixed", "created_at": at("10:00"), "updated_at": at("12:00")},
        {"id": 5, "event": "mentioned", "actor": ANNA, "created_at": at("10:00")},
        {"id": 6, "event": "closed", "actor": BORIS, "state_reason": "completed", "created_at": at("11:00")},
    ],
}  # fmt: skip

CASES = {
    "pagerduty": (PAGERDUTY, ("case", "role", "actor", "team", "direction", "channel", "severity", "text"), [
        "03-02T09:00 outage.opened case=PI1 role=system actor=Mail severity=high",
        "03-02T09:01 notice.sent case=PI1 role=system actor=Mail direction=internal channel=phone",
        "03-02T09:05 incident.acknowledged case=PI1 role=agent actor=Boris",
        "03-02T10:00 message.sent case=PI1 role=agent actor=Boris direction=internal text=It is the disk",
        "03-02T11:00 outage.resolved case=PI1 role=agent actor=Boris team=Networks",
    ], ["pagerduty: entries of these kinds are not read: weather 1"]),
    "freshdesk": (FRESHDESK, ("case", "role", "direction", "customer", "priority", "text"), [
        "03-02T09:00 message.received case=7 role=customer direction=in customer=51 text=Nothing works",
        "03-02T09:00 ticket.opened case=7 role=customer customer=51",
        "03-02T09:30 message.sent case=7 role=agent direction=internal customer=51 text=The mast?",
        "03-02T10:00 message.sent case=7 role=agent direction=out customer=51 text=We repair it",
        "03-02T10:30 message.received case=7 role=customer direction=in customer=51 text=Thanks",
        "03-02T11:00 ticket.solved case=7 customer=51",
        "03-02T12:00 ticket.closed case=7 customer=51",
    ], ["freshdesk: 1 ticket comes without a history: its status, priority, team and assignee at any time are not known"]),
    "intercom": (INTERCOM, ("case", "role", "direction", "team", "customer", "to", "text"), [
        "03-02T09:00 message.received case=8 role=customer direction=in customer=c1 text=Help",
        "03-02T09:00 ticket.opened case=8 role=customer customer=c1",
        "03-02T09:00 message.sent case=8 role=bot direction=out customer=c1 text=A person comes",
        "03-02T09:01 ticket.assigned case=8 role=bot team=Networks customer=c1 to=Networks",
        "03-02T09:02 message.sent case=8 role=agent direction=internal team=Networks customer=c1 text=mast",
        "03-02T09:30 message.sent case=8 role=agent direction=out team=Networks customer=c1 text=We repair it",
        "03-02T10:00 ticket.changed case=8 role=agent team=Networks customer=c1 to=closed",
        "03-02T10:00 ticket.closed case=8 role=agent team=Networks customer=c1",
    ], ["intercom: the export lacks parts of 1 conversation: the API gives 500 at most"]),
    "zammad": (ZAMMAD, ("case", "role", "direction", "team", "customer", "priority", "from", "to", "text"), [
        "03-02T09:00 message.received case=12 role=customer direction=in team=Networks customer=anna@example.org priority=normal text=Help",
        "03-02T09:00 ticket.opened case=12 role=customer team=Networks customer=anna@example.org priority=normal",
        "03-02T09:10 message.sent case=12 role=agent direction=internal team=Networks customer=anna@example.org priority=normal text=mast",
        "03-02T09:20 ticket.changed case=12 team=Networks customer=anna@example.org priority=high from=normal to=high",
        "03-02T10:00 message.sent case=12 role=agent direction=out team=Networks customer=anna@example.org priority=high text=We repair it",
        "03-02T11:00 ticket.changed case=12 team=Networks customer=anna@example.org priority=high from=open to=closed",
        "03-02T11:00 ticket.closed case=12 team=Networks customer=anna@example.org priority=high",
    ], []),
    "github-issues": (GITHUB, ("case", "role", "actor", "direction", "subject", "field", "to", "text"), [
        "03-02T09:00 message.received case=acme/tool#5 role=customer actor=anna direction=in subject=It crashes text=See log",
        "03-02T09:00 ticket.opened case=acme/tool#5 role=customer actor=anna subject=It crashes",
        "03-02T09:01 message.sent case=acme/tool#5 role=bot actor=helper[bot] direction=out subject=It crashes text=Thanks",
        "03-02T09:30 ticket.changed case=acme/tool#5 role=agent actor=boris subject=It crashes field=label to=bug",
        "03-02T09:31 ticket.changed case=acme/tool#5 role=agent actor=boris subject=It crashes badly field=subject to=It crashes badly",
        "03-02T10:00 message.sent case=acme/tool#5 role=agent actor=boris direction=out subject=It crashes badly text=Fixed",
        "03-02T11:00 ticket.changed case=acme/tool#5 role=agent actor=boris subject=It crashes badly field=status to=closed",
        "03-02T11:00 ticket.closed case=acme/tool#5 role=agent actor=boris subject=It crashes badly",
    ], []),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("how", ["auto", "lines"])
def test_records_become_events(tmp_path: Path, name: str, how: str) -> None:
    """One after another in time, by whom and to whom; what is not read or is lacking is said."""
    export, shown, expected, notes = CASES[name]
    inside = (
        export.get("log_entries") or export.get("conversations") or [export]
        if isinstance(export, dict)
        else export
    )
    text = json.dumps(export) if how == "auto" else "\n".join(map(json.dumps, inside))
    log, _ = read_text(tmp_path, text, "auto" if how == "auto" else name)
    assert sorted(said(e, *shown) for e in log.events) == sorted(expected)
    assert [n for n in log.notes if n in notes] == notes
    assert same_after_conversion(log, tmp_path)


HEADS = {name: json.dumps(export).encode() for name, (export, *_) in CASES.items()} | {
    "zendesk": (EXPORTS / "zendesk.json").read_bytes(), "jira": (EXPORTS / "jira.json").read_bytes(), "servicenow": (EXPORTS / "servicenow.csv").read_bytes(),
    "mbox": (EXPORTS / "support.mbox").read_bytes(), "jsonl": b'{"time": "2026-03-02T09:00:00Z", "event": "outage.opened", "case": "1"}\n', "csv": b"time,event,case\n2026-03-02T09:00:00Z,a.b,1\n",
}  # fmt: skip


@pytest.mark.parametrize("name", HEADS)
def test_each_content_is_recognised_by_its_own_reader_only(name: str) -> None:
    """No reader takes another's export for its own, and none takes our own formats."""
    from importlib import import_module

    found = {
        f
        for f, known in FORMATS.items()
        if known.foreign and import_module(known.module).recognises(HEADS[name][:65536], "f")
    }
    assert found - {"eml", "maildir"} == ({name} if FORMATS[name].foreign else set())


WRONG = [
    ("pagerduty", {"log_entries": [{"id": "1", "type": "x", "created_at": at("09:00")}]}, "L004 the entry names no incident"),
    ("freshdesk", [{"id": 7, "created_at": at("09:00")}], "L004 the field 'requester_id' is missing"),
    ("freshdesk", [{"id": 7, "requester_id": 1, "created_at": at("09:00"), "conversations": [{"id": 1, "created_at": "x"}]}], "L005 conversation 1: 'x' is not a date and time of ISO 8601"),
    ("intercom", [{"id": 7, "created_at": 17724420000000}], "L005 'created_at' is 17724420000000, which is not a time in seconds since 1970"),
    ("zammad", [{"id": 7, "number": "7", "created_at": at("09:00"), "articles": [{"id": 1}]}], "L004 article 1: the field 'created_at' is missing"),
    ("github-issues", [{"number": 7}], "L004 the field 'created_at' is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "export", "message"), WRONG)
def test_what_is_wrong_is_said(tmp_path: Path, name: str, export: object, message: str) -> None:
    """A record that cannot be used is refused with its reason."""
    with pytest.raises(LogError) as caught:
        read_text(tmp_path, json.dumps(export), name)
    assert [f"{p.code} {p.message}" for p in caught.value.problems] == [message]
    assert all(p.place.line for p in caught.value.problems)


def test_a_source_knows_its_head(tmp_path: Path) -> None:
    """Recognition looks at unpacked bytes without a byte order mark."""
    (tmp_path / "f").write_bytes(b"\xef\xbb\xbf" + HEADS["jira"])
    assert Source("f", tmp_path / "f").head()[:1] == b"{"
