"""The HTML page as text: every finding has its place, words are marked, nothing of a log becomes markup."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keptword.events import Event
from keptword.obligation import Report, Span
from keptword.reports import render
from keptword.reports.html.telling import marked


class Elements(HTMLParser):
    """The names of all elements, and their ids."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.ids: list[str] = []
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.ids += [value for name, value in attrs if name == "id" and value]


def told(samples: ModuleType, report: Report) -> Report:
    """The report with the events of its findings."""
    texts = report.texts
    ids = {
        i
        for f in report.findings
        for i in (f.obligation.opened_by, f.obligation.done_by, *f.obligation.events)
        if i
    }
    events = {
        i: Event(
            samples.START + n,
            "message.sent",
            "T-1",
            i,
            {"text": texts.get(i, ""), "actor": i, "direction": "out"},
        )
        for n, i in enumerate(sorted(ids))
    }
    return replace(report, events=events)


def unpacked(page: str) -> str:
    """The cases that wait in the page."""
    pieces = re.findall(r'<script type="text/plain" class="piece">([^<]*)</script>', page)
    return "".join(gzip.decompress(base64.b64decode(piece)).decode() for piece in pieces)


def test_every_finding_has_its_place_and_every_id_is_used_once(samples: ModuleType) -> None:
    """Findings and waived violations, also without the events of the log."""
    report = samples.sample()
    for one in (report, told(samples, report)):
        found = Elements(render(one, "html").decode())
        assert {f"f-{f.obligation.id}" for f in (*one.findings, *one.waived)} <= set(found.ids)
        assert len(found.ids) == len(set(found.ids))


def test_many_cases_wait_packed(samples: ModuleType) -> None:
    """Sixty cases stand in the page, the others are packed; the list names the place of each."""
    report = samples.sample()
    many = [
        replace(report.findings[1], obligation=replace(samples.LATE, case=f"T-{n}", opened_by=f"e{n}"))
        for n in range(170)
    ]
    page = render(replace(report, findings=many, waived=()), "html").decode()
    there, waiting = Elements(page).ids, Elements(unpacked(page)).ids
    assert sum(i.startswith("c-") for i in there) == 60
    assert sum(i.startswith("c-") for i in waiting) == 110
    assert sum(i.startswith("p-") for i in there) == 3
    data = json.loads(re.search(r'id="data">(.*?)</script>', page)[1])  # type: ignore[index]
    assert sorted(row["case"] for row in data["rows"]) == list(range(1, 171))
    assert {f"f-{row['id']}" for row in data["rows"]} == {i for i in (*there, *waiting) if i.startswith("f-")}


def test_the_script_is_the_one_that_the_policy_allows(samples: ModuleType) -> None:
    """Nothing but this script may run in the page, and nothing may be loaded."""
    page = render(samples.sample(), "html").decode()
    script = page[page.rindex("<script>") + 8 : page.rindex("</script>")]
    allowed = re.search(r"script-src 'sha256-([^']+)'", page)[1]  # type: ignore[index]
    assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() == allowed
    assert "default-src 'none'" in page
    assert not re.search(r"""(?:src|href)=["'](?!#|data:)""", page)


def test_hostile_texts_make_no_elements(samples: ModuleType, hostile_text: str) -> None:
    """Whatever the log says, the page has the elements and attributes that it has for harmless texts."""
    plain = Elements(render(told(samples, samples.hostile("x")), "html").decode())
    found = Elements(render(told(samples, samples.hostile(hostile_text)), "html").decode())
    assert set(found.names) <= set(plain.names) | {
        "em",
        "mark",
        "blockquote",
        "details",
        "p",
        "i",
        "b",
        "small",
    }
    assert found.names.count("script") == plain.names.count("script")
    assert found.attributes <= plain.attributes | {"data-sort"}


@given(
    text=st.text(st.characters(codec="utf-8", categories=["L", "N", "Zs", "P"]), max_size=40),
    places=st.lists(st.tuples(st.integers(0, 45), st.integers(0, 45)), max_size=5),
)
def test_marking_loses_no_letter(text: str, places: list[tuple[int, int]]) -> None:
    """The pieces joined are the text; what is in a span is marked, the rest is not."""
    spans = [Span("e1", min(a, b), max(a, b), "") for a, b in places]
    pieces = marked(text, spans)
    assert "".join(piece for piece, _ in pieces) == text
    inside = [any(s.start <= i < s.end for s in spans) for i in range(len(text))]
    assert [mark for piece, mark in pieces for _ in piece] == inside


def test_the_words_are_marked(samples: ModuleType) -> None:
    """The sign-off stands marked in the letter."""
    report = samples.sample()
    start = report.texts["e5"].index("с теплотой")
    broken = replace(samples.BROKEN, spans=(Span("e5", start, len(report.texts["e5"]), "с теплотой"),))
    page = render(told(samples, replace(report, findings=[samples.finding(broken, "x")])), "html").decode()
    assert "завтра включим. <mark>с теплотой к вам и вашему бизнесу 🌞</mark>" in page


@pytest.mark.parametrize(("lang", "said"), [("en", "1 finding"), ("ru", "1 находка")])
def test_one_is_one(samples: ModuleType, lang: str, said: str) -> None:
    """Plural forms follow the number."""
    report = told(samples, replace(samples.sample(), findings=[samples.finding(samples.LATE)], waived=()))
    assert said in render(report, "html", lang=lang).decode()
    assert f'<html lang="{lang}">' in render(report, "html", lang=lang).decode()


def test_a_report_of_nothing_is_a_page(samples: ModuleType) -> None:
    """No rules, no findings, no events."""
    empty = replace(
        samples.sample(), rules=(), findings=(), waived=(), obligations=(), waivers=(),
        log=replace(samples.sample().log, first=None, last=None, files=()),
    )  # fmt: skip
    page = render(empty, "html").decode()
    assert "No violation, nothing to review." in page


def test_moments_beyond_the_calendar_are_drawn(samples: ModuleType) -> None:
    """A deadline in the year 12000 breaks neither chart nor drawing."""
    far = 400_000_000_000_000_000
    late = replace(samples.LATE, due=far, at=far, done_at=None, done_by=None, verdict="missed", late_by=5)
    report = told(
        samples, replace(samples.sample(), findings=[samples.finding(late, "x")], obligations=[late])
    )
    assert f'id="f-{late.id}"' in render(report, "html").decode()
