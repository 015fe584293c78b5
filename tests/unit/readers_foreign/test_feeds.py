"""Status pages of several makers: what was posted when, what is claimed of the past, edits, later versions, HTML."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from keptword.readers.html_text import html_text

from .reading_exports import problems, read, read_text, said, same_after_conversion

SHOWN = ("status", "claimed_at", "edited_at", "text")


def google(**changes: Any) -> dict[str, Any]:
    """An incident of Google Cloud's feed, newest update first."""
    day = "2026-03-02T"
    updates = [
        {"created": f"{day}11:00:00+00:00", "modified": f"{day}15:00:00+00:00", "when": f"{day}11:00:00+00:00", "text": "Over.", "status": "AVAILABLE", "affected_locations": []},
        {"created": f"{day}10:00:00+00:00", "modified": f"{day}10:00:02+00:00", "when": f"{day}09:55:00+00:00", "text": "We look into it.", "status": "SERVICE_DISRUPTION", "affected_locations": []},
    ]  # fmt: skip
    return {
        "id": "abc", "number": "1", "begin": f"{day}08:00:00+00:00", "created": f"{day}10:00:01+00:00", "end": f"{day}10:30:00+00:00", "modified": f"{day}15:00:00+00:00",
        "external_desc": "Slow queries", "updates": updates, "status_impact": "SERVICE_DISRUPTION", "severity": "medium", "service_name": "Datastore",
        "affected_products": [{"title": "Cloud Datastore", "id": "x"}], "uri": "incidents/abc",
    } | changes  # fmt: skip


def test_what_google_claims_stands_beside_what_it_posted(tmp_path: Path) -> None:
    """The start and end are claims; opened is when the page knew, resolved when it said so."""
    log, _ = read_text(tmp_path, json.dumps([google()]), "auto")
    assert [said(e, *SHOWN) for e in log.events] == [
        "03-02T08:00 outage.started claimed_at=03-02T08:00",
        "03-02T10:00 status.posted status=service_disruption claimed_at=03-02T09:55 text=We look into it.",
        "03-02T10:00 outage.opened",
        "03-02T11:00 status.posted status=available edited_at=2026-03-02T15:00:00+00:00 text=Over.",
        "03-02T11:00 outage.resolved claimed_at=03-02T10:30",
    ]
    assert not log.notes
    assert log.events[0].get("components") == ("Cloud Datastore",)
    assert same_after_conversion(log, tmp_path)


def test_an_incident_that_broke_out_again_is_over_at_its_last_end(tmp_path: Path) -> None:
    """Available, disrupted, available: only the posts at the end count as the end."""
    first = google()["updates"]
    again = [
        first[0] | {"created": "2026-03-02T14:00:00+00:00"},
        first[1] | {"created": "2026-03-02T13:00:00+00:00"},
    ]
    log, _ = read_text(tmp_path, json.dumps([google(updates=again + first)]), "google-cloud-status")
    assert [said(e) for e in log.events if e.event == "outage.resolved"] == ["03-02T14:00 outage.resolved"]


def test_an_incident_without_a_closing_post_ends_with_the_claim(tmp_path: Path) -> None:
    """The page gives an end and never says so in a post: not before the first post, and marked as guessed."""
    log, _ = read_text(
        tmp_path,
        json.dumps([google(updates=google()["updates"][1:], end="2026-03-02T09:00:00+00:00")]),
        "google-cloud-status",
    )
    assert [said(e, "claimed_at") for e in log.events if e.event == "outage.resolved"] == [
        "03-02T10:00 outage.resolved claimed_at=03-02T09:00"
    ]
    assert [e.event for e in log.events if e.get("guessed")] == ["outage.resolved"]


YANDEX = {
    "items": [
        {
            "title": "Сеть", "report": "<p><strong>Что произошло</strong><br>\nСбой.</p>", "isReportPublished": True, "reportPublishedTime": "2026-03-05T09:00:00.000Z", "id": 7, "status": "open", "levelId": 1,
            "startDate": "2026-03-02T08:00:00.000Z", "endDate": "2026-03-02T10:30:00.000Z", "createdAt": "2026-03-02T10:00:00.500Z", "updatedAt": "2026-03-05T09:00:00.000Z",
            "level": {"label": "Minor"}, "services": [{"name": "Compute Cloud"}, {"name": "VPC"}],
            "comments": [
                {"content": "<p>Решено.</p>\n", "id": 32, "type": "resolved", "createdAt": "2026-03-02T11:00:00.000Z", "updatedAt": "2026-03-02T11:00:01.000Z"},
                {"content": "<p>Ищем &laquo;причину&raquo;.</p><ul><li>раз</li><li>два</li></ul>", "id": 31, "type": "investigation", "createdAt": "2026-03-02T10:00:00.600Z", "updatedAt": "2026-03-02T10:05:00.000Z"},
            ],
        }
    ],
    "count": 1,
}  # fmt: skip


def test_yandex_comments_become_posts(tmp_path: Path) -> None:
    """Comments in HTML as text, the report as a postmortem, the numbers of the page made unique."""
    log, _ = read_text(tmp_path, json.dumps(YANDEX, ensure_ascii=False), "auto")
    assert [f"{e.id} {said(e, *SHOWN)}" for e in log.events] == [
        "yandex-cloud:7.started 03-02T08:00 outage.started claimed_at=03-02T08:00",
        "yandex-cloud:7.opened 03-02T10:00 outage.opened",
        "yandex-cloud:comment:31 03-02T10:00 status.posted status=investigating edited_at=2026-03-02T10:05:00+00:00 text=Ищем «причину».\n\n- раз\n- два",
        "yandex-cloud:7.resolved 03-02T11:00 outage.resolved claimed_at=03-02T10:30",
        "yandex-cloud:comment:32 03-02T11:00 status.posted status=resolved text=Решено.",
        "yandex-cloud:7.report 03-05T09:00 status.posted status=postmortem text=Что произошло\nСбой.",
    ]
    assert [n.partition(": ")[2] for n in log.notes] == [
        "1 incident still said to be open although a comment calls it resolved; the comment counts"
    ]


@pytest.mark.parametrize(
    ("format", "old", "new"),
    [
        ("google-cloud-status", json.dumps([google(modified="2026-03-02T10:30:00+00:00", external_desc="?", updates=google()["updates"][1:])]), json.dumps([google()])),
        ("yandex-cloud-status", json.dumps({"items": [YANDEX["items"][0] | {"updatedAt": "2026-03-02T10:10:00Z", "comments": [], "isReportPublished": False}]}), json.dumps(YANDEX)),  # type: ignore[index, operator]
    ],
)  # fmt: skip
@pytest.mark.parametrize("turned", [False, True])
def test_of_a_page_saved_again_the_later_state_counts(
    tmp_path: Path, format: str, old: str, new: str, turned: bool
) -> None:
    """In whatever order the files are read."""
    texts = [new, old] if turned else [old, new]
    paths = [tmp_path / "1.json", tmp_path / "2.json"]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, "utf-8")
    log, _ = read(paths, format)
    alone, _ = read_text(tmp_path, new, format)
    assert log.events == alone.events
    assert "1 record came again in a later version, and only the latest counts" in log.notes


WRONG = [
    ("google-cloud-status", json.dumps([google(created="03/02/2026")]), "f.json:1:80 L005 '03/02/2026' is not a date and time of ISO 8601"),
    ("google-cloud-status", json.dumps([google(id=None)]), "f.json:1:9 L004 the field 'id' is missing"),
    ("google-cloud-status", json.dumps([google(updates=[{"created": "2026-03-02T10:00:00Z"}])]), "L004 update 1: the field 'status' is missing"),
    ("yandex-cloud-status", json.dumps({"items": [{"id": 1}]}), "f.json:1:12 L004 the field 'createdAt' is missing"),
    ("yandex-cloud-status", json.dumps(YANDEX).encode()[:-700].decode(), "L003 the line ends in the middle of the JSON"),
]  # fmt: skip


@pytest.mark.parametrize(("format", "text", "message"), WRONG)
def test_what_is_wrong_is_located(tmp_path: Path, format: str, text: str, message: str) -> None:
    """A record that cannot be used is refused with its reason, at the value."""
    found = problems(tmp_path, text, format)
    assert len(found) == 1
    assert found[0].endswith(message)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain", "plain"),
        ("a &lt; b &amp; c", "a < b & c"),
        ("<p>one</p><p>two<br>three</p>", "one\n\ntwo\nthree"),
        ("<script>alert(1)</script><style>p{}</style>words", "words"),
        ("<blockquote>said before</blockquote>answer", "> said before\n\nanswer"),
        ("<table><tr><td>a</td></tr></table><b>unclosed", "a\n\nunclosed"),
        ("<div>one</div>\n<div>two</div>", "one\ntwo"),
        ("<div>" * 5000 + "deep", "deep"),
    ],
)
def test_html_becomes_plain_text(markup: str, text: str) -> None:
    """Paragraphs, lists and quotations stay visible; scripts vanish; nothing is too broken."""
    assert html_text(markup) == text


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["bitbucket-20260731-102124-none", "github-20260724-164436-major"])
def test_real_captures_of_status_pages_are_read_whole(name: str) -> None:
    """Every post and incident of the capture is there, newest first in the file and in order in the log."""
    path = Path(os.environ["KEPTWORD_REAL_DATA"]) / "incidents" / "statuspage" / f"{name}.json"
    page = json.loads(path.read_text("utf-8"))
    log, _ = read(path)
    posts = [u["id"] for i in page["incidents"] for u in i["incident_updates"]]
    assert sorted(e.id for e in log.events if e.event == "status.posted") == sorted(posts)
    assert sum(e.event == "outage.opened" for e in log.events) == len(page["incidents"])
