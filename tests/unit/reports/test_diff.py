"""What changed between two reports."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keptword.errors import LogError
from keptword.instants import DAY, HOUR
from keptword.obligation import Report
from keptword.reports import render
from keptword.reports.cells import cells
from keptword.reports.diff import Difference, as_dict, compare, read_report, render_json, render_text

Expect = Callable[[str, bytes], None]


def document(report: Report) -> Any:
    """The report as it comes back from a file."""
    return read_report(render(report, "json"), "report.json")


def later(samples: ModuleType) -> Report:
    """The sample a day later: one finding mended, one new, one later still, one less late, one now a violation."""
    report = samples.sample()
    missed = replace(samples.MISSED, late_by=samples.MISSED.late_by + DAY)
    silent = replace(samples.SILENT, late_by=HOUR)
    review = replace(samples.REVIEW, verdict="broken")
    fresh = replace(samples.LATE, opened_by="e99", key=(("incident", "INC-11"), ("customer", "лютик")))
    found = [samples.LATE, missed, silent, review, fresh, samples.EARLY, samples.BORDERLINE]
    messages = {fresh.id: "The notice came late."}
    return replace(
        report,
        as_of=samples.AS_OF + DAY,
        unlisted=0,
        findings=[samples.finding(o, messages.get(o.id, "")) for o in found],
    )


def ids(changes: Any) -> list[str]:
    """Which findings a group holds."""
    return [c.row["id"] for c in changes]


def test_new_gone_worse_and_better(samples: ModuleType) -> None:
    """Findings meet by id; lateness, severity and verdict decide what is worse."""
    after = later(samples)
    found = compare(document(replace(samples.sample(), unlisted=0)), document(after))
    assert ids(found.new) == [after.findings[4].obligation.id]
    assert ids(found.gone) == [samples.BROKEN.id]
    assert ids(found.worse) == [samples.MISSED.id, samples.REVIEW.id]
    assert ids(found.better) == [samples.SILENT.id]
    assert (found.same, list(found.notes)) == (3, [])


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_difference_looks_as_committed(samples: ModuleType, expect: Expect, lang: str) -> None:
    """The whole output for a terminal."""
    found = compare(document(samples.sample()), document(later(samples)))
    names = {"en": "diff-en.txt", "ru": "diff-ru.txt"}
    expect(names[lang], render_text(found, lang=lang))


def test_a_report_does_not_differ_from_itself(samples: ModuleType) -> None:
    """Nothing new, gone, worse or better."""
    report = document(replace(samples.sample(), unlisted=0))
    assert compare(report, report) == Difference([], [], [], [], 7, [])
    assert render_text(compare(report, report)).decode() == "new 0, worse 0, better 0, gone 0, same 7\n"


def test_what_weakens_a_comparison_is_said(samples: ModuleType) -> None:
    """Cut lists, the wrong order, other rules."""
    report = samples.sample()
    found = compare(document(later(samples)), document(replace(report, rules=report.rules[1:])))
    assert list(found.notes) == [
        "the later report leaves out 4 findings (--limit): some may be wrongly new or gone",
        "the second report was judged at an earlier moment than the first",
        "rules in one report only: house/formal-sign-off",
    ]


def test_hostile_texts_stay_inert(samples: ModuleType, hostile_text: str) -> None:
    """No line wider than the terminal, no control character; the JSON reads back."""
    found = compare(document(samples.sample()), document(samples.hostile(hostile_text)))
    text = render_text(found, width=60).decode()
    assert max(cells(line) for line in text.split("\n")) <= 60
    assert not any(c in text for c in "\x1b\x9b\x00\u202e\u2028\r")
    assert json.loads(render_json(found)) == as_dict(found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "the file is not JSON"),
        (b"[" * 100_000, "the file is not JSON"),
        (b"\xff\xfe", "the file is not JSON"),
        (b"[]", "no report of keptword"),
        (b'{"findings": []}', "no report of keptword"),
        (b'{"keptword": "1", "schema": 2, "findings": []}', "the report has the schema 2, this keptword reads 1"),
        (b'{"keptword": "1", "schema": 1, "findings": [5]}', "finding 1 of the report is no object"),
        (b'{"keptword": "1", "schema": 1, "findings": [{"id": 5}]}', "finding 1 of the report lacks 'id', 'rule'"),
        (b'{"keptword": "1", "schema": 1, "findings": [{"id":"a","rule":"r","severity":"x","verdict":"late","message":""}]}',
         "finding 1 of the report has the unknown severity 'x'"),
        (b'{"keptword": "1", "schema": 1, "findings": [{"id":"a","rule":"r","severity":"minor","verdict":"x","message":""}]}',
         "finding 1 of the report has the unknown verdict 'x'"),
        (b'{"keptword": "1", "schema": 1, "findings": [{"id":"a","rule":"r","severity":"minor","verdict":"late","message":""}]}',
         "finding 1 of the report lacks 'key'"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_report_is_refused(text: bytes, said: str) -> None:
    """With its name and what is wrong with it."""
    with pytest.raises(LogError) as caught:
        read_report(text, "old.json")
    assert said in caught.value.problems[0].message
    assert caught.value.problems[0].place.file == "old.json"


ROWS = st.dictionaries(
    st.sampled_from("abcdef"),
    st.builds(
        lambda s, v, late: {"severity": s, "verdict": v, "late_by_s": late, "rule": "r", "message": "", "key": {}},
        st.sampled_from(["minor", "major", "critical"]), st.sampled_from(["late", "missed", "review"]),
        st.none() | st.integers(0, 9) | st.floats(allow_nan=True),
    ),
)  # fmt: skip


@given(ROWS, ROWS)
def test_a_comparison_the_other_way_round_is_the_mirror_image(a: dict[str, Any], b: dict[str, Any]) -> None:
    """New is gone, worse is better, and every finding is counted once."""
    first, second = (
        {"findings": [{"id": i, **row} for i, row in rows.items()], "as_of": "2026-01-01T00:00Z"}
        for rows in (a, b)
    )
    there, back = compare(first, second), compare(second, first)
    assert sorted(ids(there.new)) == sorted(ids(back.gone))
    assert sorted(ids(there.worse)) == sorted(ids(back.better))
    assert len(there.new) + len(there.worse) + len(there.better) + there.same == len(b)
