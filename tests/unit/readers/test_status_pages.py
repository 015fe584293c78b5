"""Status pages as logs: which events an incident gives, which times are only claimed, and what is said of broken ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from keptword.errors import LogError
from keptword.events import Event
from keptword.instants import parse_instant
from keptword.readers import read_log

CREATED, DONE = "2026-02-03T09:12:00.000Z", "2026-02-03T10:55:00Z"


def update(status: str, at: str, **more: Any) -> dict[str, Any]:
    return {"status": status, "body": f"text of {status}", "created_at": at, **more}


def incident(**more: Any) -> dict[str, Any]:
    return {
        "id": "in-1",
        "name": "Slow answers",
        "impact": "minor",
        "created_at": CREATED,
        "incident_updates": [],
        **more,
    }


def page(*incidents: Any, works: tuple[Any, ...] = ()) -> str:
    return json.dumps(
        {"page": {"id": "p"}, "incidents": list(incidents), "scheduled_maintenances": list(works)},
        ensure_ascii=False,
    )


def line(**more: Any) -> str:
    record = {
        "id": "7",
        "title": "Slow",
        "impact": "minor",
        "started_at": CREATED,
        "resolved_at": DONE,
        "status_sequence": [],
    }
    return json.dumps({**record, "downtime_start": CREATED, "updates": [], **more}, ensure_ascii=False)


def read(folder: Path, text: str | bytes, format: str = "statuspage", **wishes: Any) -> list[Event]:
    file = folder / "page.json"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read_log([file], format, **wishes)[0].events)


def refused(folder: Path, text: str | bytes, format: str = "statuspage") -> list[tuple[str, int, str]]:
    with pytest.raises(LogError) as caught:
        read(folder, text, format)
    return [(p.code, p.place.line, p.message) for p in caught.value.problems]


def at(events: list[Event], name: str) -> int:
    return next(e.time for e in events if e.event == name)


def test_an_incident_gives_a_start_an_opening_its_posts_and_an_end(tmp_path: Path) -> None:
    """Each post is one event with its text unchanged; start, opening and end stand beside them under the incident's id."""
    posts = [update("resolved", DONE), update("Investigating", CREATED, body="<b>сбой</b>\n=1+1")]
    events = read(
        tmp_path, page(incident(resolved_at=DONE, started_at="2026-02-03T09:05:00Z", incident_updates=posts))
    )
    assert [e.event for e in events if e.event != "status.posted"] == [
        "outage.started",
        "outage.opened",
        "outage.resolved",
    ]
    assert {e.case for e in events} == {"in-1"}
    said = [
        (e.fields["status"], e.fields["text"], e.fields["channel"])
        for e in events
        if e.event == "status.posted"
    ]
    assert said == [
        ("investigating", "<b>сбой</b>\n=1+1", "statuspage"),
        ("resolved", "text of resolved", "statuspage"),
    ]
    assert at(events, "outage.started") == parse_instant("2026-02-03T09:05:00Z")
    assert at(events, "outage.opened") == parse_instant(CREATED)


def test_a_post_counts_when_it_appeared_and_keeps_the_time_it_claims(tmp_path: Path) -> None:
    """A post that is dated back is at its `created_at`; the shown time is kept as `claimed_at`, and not made up where equal."""
    backdated = update("investigating", "2026-02-03T11:00:00Z", display_at="2026-02-03T09:00:00Z")
    plain = update("identified", "2026-02-03T12:00:00Z", display_at="2026-02-03T12:00:00Z")
    events = [
        e
        for e in read(tmp_path, page(incident(incident_updates=[backdated, plain])))
        if e.event == "status.posted"
    ]
    assert [e.time for e in events] == [
        parse_instant("2026-02-03T11:00:00Z"),
        parse_instant("2026-02-03T12:00:00Z"),
    ]
    assert events[0].fields["claimed_at"] == parse_instant("2026-02-03T09:00:00Z")
    assert "claimed_at" not in events[1].fields


def test_an_incident_is_over_when_a_post_says_so(tmp_path: Path) -> None:
    """A `resolved_at` earlier than the post that says so is only a claim; without either the incident lasts."""
    posts = [update("investigating", CREATED), update("resolved", DONE)]
    events = read(tmp_path, page(incident(resolved_at="2026-02-03T10:00:00Z", incident_updates=posts)))
    over = next(e for e in events if e.event == "outage.resolved")
    assert over.time == parse_instant(DONE)
    assert over.fields["claimed_at"] == parse_instant("2026-02-03T10:00:00Z")
    lasting = read(tmp_path, page(incident(incident_updates=posts[:1])))
    assert "outage.resolved" not in {e.event for e in lasting}


def test_planned_works_are_no_outage(tmp_path: Path) -> None:
    """Works are announced, begun and ended, with the times for which they were announced."""
    posts = [
        update("scheduled", "2026-02-01T00:00:00Z"),
        update("in_progress", "2026-02-03T09:30:00Z"),
        update("completed", DONE),
    ]
    works = incident(
        impact="maintenance",
        created_at="2026-02-01T00:00:00Z",
        scheduled_for=CREATED,
        scheduled_until=DONE,
        incident_updates=posts,
    )
    events = read(tmp_path, page(works=(works,)))
    names = [e.event for e in events if e.event != "status.posted"]
    assert names == ["maintenance.announced", "maintenance.started", "maintenance.ended"]
    announced = next(e for e in events if e.event == "maintenance.announced")
    assert announced.fields["starts_at"] == parse_instant(CREATED)
    assert at(events, "maintenance.started") == parse_instant("2026-02-03T09:30:00Z")


@pytest.mark.parametrize(
    "shape", [page(incident()), json.dumps([incident()]), json.dumps({"incidents": [incident()]}, indent=2)]
)
def test_the_shapes_of_the_api_are_all_read_and_recognised(tmp_path: Path, shape: str) -> None:
    """summary.json, incidents.json and a bare list; `auto` takes them for what they are."""
    assert [e.event for e in read(tmp_path, shape, "auto")] == ["outage.opened", "outage.started"]


def test_a_history_of_one_incident_a_line_is_recognised_too(tmp_path: Path) -> None:
    """`auto` knows the published history by its first line."""
    events = read(
        tmp_path, line(updates=[{"at": CREATED, "status": "Investigating", "message": "Hm."}]) + "\n", "auto"
    )
    assert [e.event for e in events] == [
        "status.posted",
        "outage.opened",
        "outage.started",
        "outage.resolved",
    ]


BROKEN: dict[str, tuple[str | bytes, list[tuple[str, int, str]]]] = {
    "no JSON": ("{", [("L003", 1, "the line ends in the middle of the JSON")]),
    "no incidents": ('{"page": {}}', [("L003", 1, "there is no list of incidents in this")]),
    "a number for an incident": (page(5), [("L003", 1, "an incident is a JSON object, and this is none")]),
    "no id": (page(incident(id=None)), [("L004", 1, "the field 'id' is missing")]),
    "a list for an id": (page(incident(id=[1])), [("L009", 1, "'id' is text, not list")]),
    "no beginning": (page(incident(created_at=None)), [("L004", 1, "the field 'created_at' is missing")]),
    "a number for a time": (
        page(incident(created_at=5)),
        [("L005", 1, "'created_at' is not a date and time")],
    ),
    "no offset": (
        page(incident(created_at="2026-02-03T09:12:00")),
        [("L006", 1, "'2026-02-03T09:12:00' has no offset from UTC")],
    ),
    "a year that is none": (
        page(incident(created_at="0001-01-01T00:00:00Z")),
        [("L005", 1, "'0001-01-01T00:00:00Z' is not between the years 1000 and 9000")],
    ),
    "updates that are none": (
        page(incident(incident_updates={})),
        [("L009", 1, "'incident_updates' is a list of objects")],
    ),
    "an update without a time": (
        page(incident(incident_updates=[{"status": "x"}])),
        [("L004", 1, "update 1: the field 'created_at' is missing")],
    ),
    "the same key twice": (
        '{"incidents": [{"id": "a", "id": "b"}]}',
        [("L012", 1, "the key 'id' stands twice in one object")],
    ),
    "another alphabet": (
        page().encode() + "\nсбой".encode("cp1251"),
        [("L010", 2, "byte 1 of the line is 0xf1, which is not UTF-8")],
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_page_is_refused_with_place_and_reason(case: str, tmp_path: Path) -> None:
    """What is wrong is said at its place; nothing is passed over in silence."""
    text, expected = BROKEN[case]
    assert refused(tmp_path, text) == expected


def test_every_line_of_a_history_is_an_incident_or_a_problem(tmp_path: Path) -> None:
    """Two bad lines among three: both are named with their numbers; with --rejects the good one is read."""
    text = "[]\n" + line() + '\n\n{"id": 1}\n'
    assert refused(tmp_path, text, "github-statuses") == [
        ("L003", 1, "an incident is a JSON object, and this is none"),
        ("L004", 4, "the field 'started_at' is missing"),
    ]
    log, reading = read_log([tmp_path / "page.json"], "github-statuses", keep_going=True)
    assert [e.event for e in log.events] == ["outage.opened", "outage.started", "outage.resolved"]
    assert [r.line for r in reading.rejected] == [b"[]\n", b'{"id": 1}\n']


def test_what_had_to_be_assumed_is_said(tmp_path: Path) -> None:
    """Incidents that name no beginning of their own say so; rules that count from it are weaker."""
    file = tmp_path / "history.jsonl"
    file.write_text(
        line() + "\n" + line(id="8", impact_window={"start_at": CREATED}) + "\n", encoding="utf-8"
    )
    events = read_log([file], "github-statuses")[0].events
    assert [e.case for e in events if e.get("guessed") == ("time",)] == ["7"]
    assert [e.case for e in events if e.event == "outage.started"] == ["7", "8"]
