"""Zendesk exports: the history replayed, people and privacy told apart, pages that repeat counted once."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from .reading_exports import EXPORTS, problems, read, read_text, said, same_after_conversion

FIXTURE = EXPORTS / "zendesk.json"
SHOWN = (
    "role",
    "actor",
    "direction",
    "public",
    "channel",
    "team",
    "assignee",
    "priority",
    "field",
    "from",
    "to",
    "reason",
)
EXPECTED = """\
03-02T09:00 message.received role=customer actor=Anna direction=in public=true channel=email team=First line priority=normal
03-02T09:00 message.sent role=system actor=Notify requester direction=out public=true channel=email team=First line priority=normal
03-02T09:00 ticket.assigned role=system actor=Route by mail team=First line priority=normal field=team to=First line
03-02T09:00 ticket.opened role=customer actor=Anna channel=email priority=normal
03-02T09:20 message.sent role=agent actor=90 direction=internal public=false channel=email team=First line priority=normal
03-02T09:20 ticket.changed role=agent actor=90 team=First line priority=normal field=status from=new to=open
03-02T10:00 message.sent role=agent actor=Boris direction=out public=true channel=email team=Networks assignee=Boris priority=normal
03-02T10:00 ticket.assigned role=agent actor=Boris team=Networks priority=normal field=team from=First line to=Networks
03-02T10:00 ticket.assigned role=agent actor=Boris assignee=Boris priority=normal field=assignee to=Boris
03-02T10:00 ticket.changed role=agent actor=Boris team=Networks assignee=Boris priority=normal field=status from=open to=pending
03-02T12:00 message.received role=customer actor=502 direction=in public=true channel=email team=Networks assignee=Boris priority=normal
03-02T12:30 ticket.changed role=agent actor=Boris team=Networks assignee=Boris priority=urgent field=priority from=normal to=urgent
03-02T12:30 ticket.changed role=agent actor=Boris team=Networks assignee=Boris priority=urgent field=status from=pending to=solved
03-02T12:30 ticket.solved role=agent actor=Boris team=Networks assignee=Boris priority=urgent
03-03T09:00 message.received role=customer actor=Anna direction=in public=true channel=email team=Networks assignee=Boris priority=urgent
03-03T09:00 ticket.changed role=customer actor=Anna team=Networks assignee=Boris priority=urgent field=status from=solved to=open
03-03T09:00 ticket.reopened role=customer actor=Anna team=Networks assignee=Boris priority=urgent from=solved
03-04T10:00 message.sent role=agent actor=Boris direction=internal public=false channel=email team=Networks assignee=Boris priority=urgent
03-04T10:00 ticket.changed role=agent actor=Boris team=Networks assignee=Boris priority=urgent field=status from=open to=closed reason=merged
03-04T10:00 ticket.closed role=agent actor=Boris team=Networks assignee=Boris priority=urgent reason=merged
"""


def export() -> dict[str, Any]:
    """The fixture as an object, to be changed."""
    whole: dict[str, Any] = json.loads(FIXTURE.read_text("utf-8"))
    return whole


def test_the_history_is_replayed_from_the_audits() -> None:
    """Every event has the priority, team and assignee of its moment; robots, notes and customers are told apart."""
    log, _ = read(FIXTURE)
    assert [said(e, *SHOWN) for e in log.events if e.case == "17"] == EXPECTED.splitlines()
    assert {e.get("customer") for e in log.events if e.case == "17"} == {"501"}


def test_texts_are_plain() -> None:
    """A body in HTML only becomes text; a private note keeps its words."""
    texts = {e.id: e.get("text") for e in read(FIXTURE)[0].events}
    assert texts["zendesk:17:21"] == "Dear Anna,\n\nthe mast is being repaired."
    assert texts["zendesk:17:11"] == "Looks like the mast."


def test_a_ticket_without_audits_gives_what_is_certain_and_no_more() -> None:
    """Opening, description and deletion; today's priority and assignee are not taken for the past."""
    log, _ = read(FIXTURE)
    flat = [e for e in log.events if e.case == "18"]
    assert [said(e, *SHOWN) for e in flat] == [
        "03-02T11:00 message.received role=customer actor=503 direction=in public=true channel=portal",
        "03-02T11:00 ticket.opened role=customer actor=503 channel=portal",
        "03-03T08:00 ticket.closed reason=deleted",
    ]


def test_what_is_lacking_is_said() -> None:
    """The notes of the log-quality report."""
    assert list(read(FIXTURE)[0].notes) == [
        "zendesk: 1 ticket comes without a history: its status, priority, team and assignee at any time are not known",
        "zendesk: 1 ticket was merged into another: what was not yet due then falls away",
        "zendesk: 1 ticket was deleted: what was not yet due then falls away",
        "zendesk: entries of these kinds are not read: AgentMacroReference 1",
        "zendesk: the list of people says who is an agent today; who was one earlier can be said in sources.yaml",
    ]


def shapes() -> dict[str, list[str]]:
    """The same export in other shapes: pages apart, one record a line, everything inside the ticket, repeated pages."""
    whole = export()
    dump = json.dumps
    inside = [
        t | {"audits": [a for a in whole["audits"] if a["ticket_id"] == t["id"]]} for t in whole["tickets"]
    ]
    rest = {k: whole[k] for k in ("users", "groups")}
    return {
        "files": [dump({k: v}) for k, v in whole.items() if isinstance(v, list)],
        "lines": [
            "\n".join(dump(r) for k in ("users", "audits", "tickets") for r in whole[k])
            + "\n"
            + dump({"groups": whole["groups"]})
        ],
        "nested": ["\n".join(map(dump, inside)), dump(rest)],
        "twice": [dump(whole), dump({"tickets": whole["tickets"], "audits": whole["audits"][2:]})],
        "any order": [dump({"audits": whole["audits"][::-1]} | rest), dump({"tickets": whole["tickets"]})],
    }


@pytest.mark.parametrize("shape", shapes())
def test_the_shape_of_the_export_changes_nothing(tmp_path: Path, shape: str) -> None:
    """Pages, lines, nesting and repetition give the same events."""
    paths = []
    for n, text in enumerate(shapes()[shape]):
        paths.append(tmp_path / f"{n}.json")
        paths[-1].write_text(text, "utf-8")
    log, _ = read(paths, "zendesk")
    assert log.events == read(FIXTURE)[0].events


def test_comments_and_ticket_events_stand_in_for_audits(tmp_path: Path) -> None:
    """The incremental ticket events say changes by key; comments inside a ticket are messages."""
    entry = {
        "id": 7, "ticket_id": 5, "created_at": "2026-03-02T09:00:00Z", "updater_id": 3, "via": "Web form", "event_type": "Audit",
        "child_events": [{"id": 8, "event_type": "Change", "status": "open", "previous_value": "new"}],
    }  # fmt: skip
    comment = {
        "id": 9,
        "type": "Comment",
        "author_id": 4,
        "body": "Help",
        "public": True,
        "created_at": "2026-03-02T08:00:00Z",
    }
    ticket = {"id": 5, "created_at": "2026-03-02T08:00:00Z", "requester_id": 4, "comments": [comment]}
    log, _ = read_text(
        tmp_path, json.dumps({"ticket_events": [entry]}) + "\n" + json.dumps(ticket), "zendesk"
    )
    assert [said(e, "role", "from", "to") for e in log.events] == [
        "03-02T08:00 message.received role=customer",
        "03-02T08:00 ticket.opened role=customer",
        "03-02T09:00 ticket.changed role=agent from=new to=open",
    ]


def test_metric_events_are_events_of_their_own(tmp_path: Path) -> None:
    """What Zendesk itself says of its targets can be compared with what the rules say."""
    event = {
        "id": 1, "ticket_id": 5, "metric": "reply_time", "instance_id": 1, "type": "apply_sla", "time": "2026-03-02T08:00:00Z",
        "sla": {"target": 60, "target_in_seconds": 3600, "business_hours": False, "policy": {"id": 1, "title": "Gold"}},
    }  # fmt: skip
    log, _ = read_text(tmp_path, json.dumps({"ticket_metric_events": [event]}), "auto")
    assert [said(e, "metric", "policy", "target_s", "business_hours") for e in log.events] == [
        "03-02T08:00 sla.applied metric=reply_time policy=Gold target_s=3600 business_hours=false"
    ]


REFUSED = [
    ('{"audits": [{"id": 1, "ticket_id": 2, "created_at": "yesterday", "events": []}]}', "f.json:1:52 L005 'yesterday' is not a date and time of ISO 8601"),
    ('{"audits": [{"id": 1, "created_at": "2026-03-02T09:00:00Z", "events": []}]}', "f.json:1:13 L004 the field 'ticket_id' is missing"),
    ('{"audits": [{"id": 1, "ticket_id": 2, "created_at": "2026-03-02T09:00:00", "events": []}]}', "f.json:1:52 L006 '2026-03-02T09:00:00' has no offset from UTC"),
    ('{"audits": [{"id": 1, "ticket_id": 2, "created_at": "2026-03-02T09:00:00Z", "events": {}}]}', "f.json:1:86 L009 'events' is a list of objects"),
    ('{"id": 4, "colour": "red"}', "f.json:1:1 L016 this is no ticket, audit, comment, user or metric event of Zendesk"),
    ('{"comments": [{"id": 1, "author_id": 2, "body": "x", "created_at": "2026-03-02T09:00:00Z"}]}', "f.json:1:15 L004 a comment says nothing of its ticket"),
    ('{"audits": [{"id": 1, "ticket_id": 2, "created', "f.json:1:39 L003 the line ends in the middle of the JSON"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_is_wrong_is_located(tmp_path: Path, text: str, message: str) -> None:
    """One problem for each record that cannot be used."""
    found = problems(tmp_path, text, "zendesk")
    assert len(found) == 1
    assert found[0].split(" ", 1)[1] == message.split(" ", 1)[1]
    assert found[0].startswith("f.json:1:")


def test_one_audit_with_two_contents_is_refused(tmp_path: Path) -> None:
    """An audit never changes; two versions of one id cannot both be true."""
    audit = {"id": 1, "ticket_id": 2, "created_at": "2026-03-02T09:00:00Z", "author_id": 3, "events": []}
    text = json.dumps(audit) + "\n" + json.dumps(audit | {"author_id": 4})
    assert problems(tmp_path, text, "zendesk") == [
        f"f.json:2:8 L008 the audit '1' of ticket '2' came before with another content, in {tmp_path}/f.json:1:1".replace(
            f"{tmp_path}/", ""
        )
    ]


def test_it_comes_back_from_jsonl_and_parquet(tmp_path: Path) -> None:
    """Converting loses nothing."""
    assert same_after_conversion(read(FIXTURE)[0], tmp_path)


@pytest.mark.real_data
def test_the_real_page_of_audits_is_read() -> None:
    """A page as the API gives it: a private comment and a change by a trigger."""
    log, _ = read(Path(os.environ["KEPTWORD_REAL_DATA"]) / "shapes" / "zendesk_ticket_audits.json")
    assert [said(e, "role", "actor", "public", "from", "to") for e in log.events] == [
        "09-25T22:35 message.sent role=agent actor=5246746 public=false",
        "09-25T22:35 ticket.changed role=system actor=Assign to first responder from=new to=open",
    ]
