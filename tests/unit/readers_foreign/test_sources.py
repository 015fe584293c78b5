"""sources.yaml: several exports in one log, joined by customer, with the people and addresses that no export knows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from keptword.errors import LogError

from .reading_exports import EXPORTS, read, said

WHOLE = """\
sources:
  - {path: "zen*.json", from: zendesk}
  - {path: support.mbox, from: mbox}
  - {path: calls.csv, timezone: Europe/Moscow, map: {time: at, event: what}, fields: {customer: phone}, set: {channel: phone, event_source: pbx}}
ours: example.com
agents:
  - {name: [Boris, boris@example.com], from: 2026-03-02, to: 2026-03-02}
  - Vera
teams: {Networks: Radio, support@example.com: First line}
customers: {"501": anna@example.org, "+7 900": anna@example.org}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with three sources and the file that joins them."""
    for name in ("zendesk.json", "support.mbox"):
        shutil.copy(EXPORTS / name, tmp_path / name)
    (tmp_path / "calls.csv").write_text(
        "at,what,phone,actor\n2026-03-02 14:00,call.made,+7 900,Vera\n", "utf-8"
    )
    (tmp_path / "sources.yaml").write_text(WHOLE, "utf-8")
    return tmp_path


def test_three_sources_are_one_log(folder: Path) -> None:
    """Each with its own format, zone and mapping; the customer has one name in all of them."""
    log, _ = read(folder / "sources.yaml")
    mine = [e for e in log.events if e.get("customer") == "anna@example.org"]
    assert {e.event for e in mine} >= {"ticket.opened", "message.received", "message.sent", "call.made"}
    call = next(e for e in mine if e.event == "call.made")
    assert (
        said(call, "role", "actor", "channel", "event_source", "customer")
        == "03-02T11:00 call.made role=agent actor=Vera channel=phone event_source=pbx customer=anna@example.org"
    )
    assert {e.get("team") for e in log.events} >= {"Radio", "First line"}
    assert "Networks" not in {e.get("team") for e in log.events}


def test_an_agent_is_one_only_in_the_time_named(folder: Path) -> None:
    """After the last day Boris is no agent any more, whatever the list of people says today."""
    log, _ = read(folder / "sources.yaml")
    roles = [
        (e.time, e.get("role"))
        for e in log.events
        if e.get("actor") == "Boris" and e.event.startswith("message")
    ]
    assert [role for _, role in sorted(roles)] == ["agent", "agent", "agent", "customer"]


WRONG = [
    ("sources:\n  - {path: a.json, form: zendesk}\n", "2:20 'form' is not a key of a source"),
    ("sources:\n  - {path: a.json, from: zendsk}\n", "2:26 'zendsk' is not a format of logs"),
    ("sources:\n  - {from: zendesk}\n", "2:5 a source has no path"),
    ("sources: [{path: '*.none'}]\n", "1:18 no file matches '*.none'"),
    ("sources: [{path: a}]\nours: a\nours: b\n", "3:1 the key 'ours' stands twice"),
    ("sources: [{path: a}]\ntimezone: Mars/Phobos\n", "2:11 'Mars/Phobos' is not an IANA time zone"),
    (
        "sources: [{path: a}]\nagents: [{name: B, from: soon}]\n",
        "2:26 'soon' is not a date and time of ISO 8601",
    ),
    ("ours: a\n", "1 the file names no sources"),
    ("", "1 the file names no sources"),
    ("sources: [", "1:11 this is not YAML: expected the node content, but found '<stream end>'"),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_what_is_wrong_in_it_has_its_line(tmp_path: Path, text: str, message: str) -> None:
    """Unknown keys and formats, patterns without a file, zones and dates."""
    (tmp_path / "s.yaml").write_text(text, "utf-8")
    with pytest.raises(LogError) as caught:
        read(tmp_path / "s.yaml")
    assert [f"{p.place} {p.message}".removeprefix(f"{tmp_path}/s.yaml:") for p in caught.value.problems] == [
        message
    ]
