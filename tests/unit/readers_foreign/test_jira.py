"""Jira's issues: the changelog replayed, comments to customers and among agents, statuses under words that rules know."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .reading_exports import EXPORTS, problems, read, read_text, said, same_after_conversion

FIXTURE = EXPORTS / "jira.json"
SHOWN = ("role", "actor", "direction", "public", "assignee", "priority", "field", "from", "to")
EXPECTED = """\
03-02T09:00 sla.activated role=system
03-02T09:00 message.received role=customer actor=Anna direction=in public=true priority=normal
03-02T09:00 ticket.opened role=customer actor=Anna priority=normal
03-02T09:00 message.sent role=bot actor=Autoresponder direction=out public=true priority=normal
03-02T09:20 ticket.assigned role=agent actor=Vera assignee=Boris priority=normal field=assignee to=Boris
03-02T09:20 message.sent role=agent actor=Vera direction=internal public=false assignee=Boris priority=normal
03-02T09:30 ticket.changed role=system actor=Automation for Jira assignee=Boris priority=urgent field=priority from=normal to=urgent
03-02T10:00 ticket.changed role=agent actor=Boris assignee=Boris priority=urgent field=status from=open to=pending
03-02T10:00 message.sent role=agent actor=Boris direction=out public=true assignee=Boris priority=urgent
03-02T11:00 message.received role=customer actor=Anna direction=in public=true assignee=Boris priority=urgent
03-02T13:00 sla.breached role=system
03-03T09:00 ticket.changed role=agent actor=Boris assignee=Boris priority=urgent field=status from=pending to=solved
03-03T09:00 ticket.solved role=agent actor=Boris assignee=Boris priority=urgent
03-03T09:00 ticket.changed role=agent actor=Boris assignee=Boris priority=urgent field=resolution to=Done
03-03T09:00 sla.fulfilled role=system
"""


def issue() -> dict[str, Any]:
    """The first issue of the fixture, to be changed."""
    found: dict[str, Any] = json.loads(FIXTURE.read_text("utf-8"))["issues"][0]
    return found


def test_the_changelog_is_replayed() -> None:
    """What never changed has today's value, what changed has the one before; internal comments and robots are told apart."""
    log, _ = read(FIXTURE)
    assert [said(e, *SHOWN) for e in log.events if e.case == "HELP-7"] == EXPECTED.splitlines()


def test_rich_text_becomes_plain() -> None:
    """Atlassian's document format, and the description that was a document too."""
    texts = {e.id: e.get("text") for e in read(FIXTURE)[0].events}
    assert texts["jira:HELP-7:c503"] == "We do this:\n\n- repair the mast"
    assert texts["jira:HELP-7:description"] == "Nothing works since Sunday."


def test_without_a_changelog_nothing_of_today_is_taken_for_the_past() -> None:
    """An issue without history has its opening, and no priority or status."""
    log, _ = read(FIXTURE)
    assert [said(e, *SHOWN) for e in log.events if e.case == "HELP-8"] == [
        "03-02T12:00 message.received role=customer actor=Vlad direction=in public=true",
        "03-02T12:00 ticket.opened role=customer actor=Vlad",
    ]
    assert list(log.notes) == [
        "jira: 1 issue comes without a history: its status, priority, team and assignee at any time are not known",
    ]


def test_a_changelog_cut_short_says_nothing_of_the_beginning(tmp_path: Path) -> None:
    """With entries lacking, a field that shows no change has no value rather than today's."""
    whole = issue()
    whole["changelog"]["total"] = 40
    whole["changelog"]["histories"] = whole["changelog"]["histories"][:2]
    log, _ = read_text(tmp_path, json.dumps([whole]), "jira")
    opened = next(e for e in log.events if e.event == "ticket.opened")
    assert opened.get("priority") is None
    assert opened.get("status") == "open"
    assert "jira: the changelog of 1 issue is cut short by the API; its beginning is not known" in log.notes


def test_statuses_are_taken_by_category_where_their_name_says_nothing(tmp_path: Path) -> None:
    """What was guessed, and what could not be, is said."""
    whole = issue()
    whole["fields"]["status"] = {"name": "Put to bed", "statusCategory": {"key": "done"}}
    item = {"field": "status", "fromString": "Simmering", "toString": "Put to bed"}
    whole["changelog"] = {
        "histories": [{"id": "1", "created": "2026-03-02T13:00:00.000+0300", "items": [item]}]
    }
    log, _ = read_text(tmp_path, json.dumps([whole]), "jira")
    changed = next(e for e in log.events if e.event == "ticket.changed")
    assert (
        said(changed, "from", "to", "from_name", "to_name")
        == "03-02T10:00 ticket.changed from=simmering to=solved from_name=Simmering to_name=Put to bed"
    )
    assert "jira: statuses are taken by their category: 'put to bed' as solved" in log.notes
    assert "jira: nothing is known of these statuses, so they pause and end nothing: 'simmering'" in log.notes


def test_a_later_version_of_an_issue_replaces_the_earlier(tmp_path: Path) -> None:
    """An issue that comes in two exports counts as the later one says."""
    old, new = issue(), issue()
    old["fields"]["updated"] = "2026-03-02T12:25:00.000+0300"
    old["changelog"] = {"total": 0, "histories": []}
    log, _ = read_text(tmp_path, json.dumps(old) + "\n" + json.dumps(new), "jira")
    assert [said(e, *SHOWN) for e in log.events] == EXPECTED.splitlines()
    assert log.notes[-1] == "1 record came again in a later version, and only the latest counts"


REFUSED = [
    ('{"issues": [{"id": "1", "key": "A-1"}]}', "f.json:1:13 L004 the issue has no 'fields'"),
    ('{"issues": [{"key": "A-1", "fields": {"created": "03.02.2026"}}]}', "f.json:1:38 L005 '03.02.2026' is not a date and time of ISO 8601"),
    ('{"issues": [{"key": "A-1", "fields": {"created": "2026-03-02T09:00:00"}}]}', "f.json:1:38 L006 '2026-03-02T09:00:00' has no offset from UTC"),
    ('{"issues": [{"key": "A-1", "fields": {"created": "2026-03-02T09:00:00Z", "comment": {"comments": [{"id": "1"}]}}}]}', "f.json:1:85 L004 comment 1: the field 'created' is missing"),
    ('{"issues": [{"key": "A-1", "fields"', "f.json:1:36 L003 the line ends in the middle of the JSON"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_is_wrong_is_located(tmp_path: Path, text: str, message: str) -> None:
    """One problem for each issue that cannot be used, at the value it is about."""
    assert problems(tmp_path, text, "jira") == [message]


def test_it_comes_back_from_jsonl_and_parquet(tmp_path: Path) -> None:
    """Converting loses nothing."""
    assert same_after_conversion(read(FIXTURE)[0], tmp_path)
