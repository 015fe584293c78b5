"""The reports for programs: JSON, JSON lines and CSV."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keptword.instants import HOUR
from keptword.obligation import VERDICTS
from keptword.reports import FORMATS, render
from keptword.reports.delimited import COLUMNS, cell
from keptword.reports.json_report import dump

Expect = Callable[[str, bytes], None]


@pytest.mark.parametrize(
    ("format", "everything", "name"),
    [("json", False, "findings.json"), ("json", True, "everything.json"), ("jsonl", False, "findings.jsonl"),
     ("jsonl", True, "everything.jsonl"), ("csv", False, "findings.csv"), ("csv", True, "everything.csv")],
)  # fmt: skip
def test_the_output_is_as_committed(
    samples: ModuleType, expect: Expect, format: str, everything: bool, name: str
) -> None:
    """The whole output, with findings only and with every obligation."""
    expect(name, render(samples.sample(), format, everything=everything))


def test_the_promised_keys_come_first_and_in_order(samples: ModuleType) -> None:
    """The JSON report is the one that the interface promises; what was added stands behind."""
    document = json.loads(render(samples.sample(), "json"))
    assert list(document)[:6] == ["keptword", "schema", "as_of", "log", "rules", "findings"]
    assert list(document["log"])[:6] == ["files", "events", "cases", "rejected", "first", "last"]
    assert list(document["rules"][0])[:14] == ["rule", "title", "severity", *VERDICTS]
    assert list(document["findings"][0])[:15] == [
        "id", "rule", "severity", "verdict", "key", "case", "opened_at", "due", "bound", "done", "late_by_s", "owner",
        "events", "spans", "message",
    ]  # fmt: skip
    assert "obligations" not in document


def test_every_obligation_has_the_shape_of_a_finding(samples: ModuleType) -> None:
    """With everything asked for, kept ones are there too, and those that are findings keep their message."""
    report = samples.sample()
    document = json.loads(render(report, "json", everything=True))
    assert [o["id"] for o in document["obligations"]] == [o.id for o in report.obligations]
    assert {o["verdict"] for o in document["obligations"]} == set(VERDICTS)
    by_id = {o["id"]: o for o in document["obligations"]}
    assert all(by_id[f["id"]] == f for f in document["findings"] + document["waived"])


def test_lateness_is_a_whole_number_of_seconds_where_it_is_one(samples: ModuleType) -> None:
    """900 and not 900.0, but 93690.5; null where lateness has no meaning."""
    late = {f["id"]: f["late_by_s"] for f in json.loads(render(samples.sample(), "json"))["findings"]}
    assert repr(late[samples.LATE.id]) == "900"
    assert late[samples.SILENT.id] == 93690.5
    assert late[samples.BROKEN.id] is None


def test_times_are_those_of_the_rule_s_zone(samples: ModuleType) -> None:
    """A finding is shown in the zone of its rule, the log in that of the report."""
    report = samples.sample()
    moved = replace(report, findings=[replace(report.findings[1], zone="Asia/Yekaterinburg")])
    document = json.loads(render(moved, "json"))
    assert document["findings"][0]["due"] == "2015-06-17T11:00:00+05:00"
    assert document["as_of"].endswith("+03:00")


@given(st.text(st.characters(codec=None, categories=None)))
def test_json_text_reads_back_and_holds_nothing_that_a_terminal_obeys(text: str) -> None:
    """Any text at all, lone surrogates too."""
    written = dump(text)
    assert json.loads(written.encode()) == text
    assert not any(c in written for c in "\x1b\x9b\x7f\u200e\u202e\u2066\u2028\ufeff\x00")


@pytest.mark.parametrize(
    ("text", "shown"),
    [("=1+1", "'=1+1"), ("+7 900 1", "'+7 900 1"), ("-", "'-"), ("@a", "'@a"), ("\t=1", "'=1"), ("\r=1", "\\u000d=1"),
     ("＝1", "'＝1"), (" =1", "'=1"), ("-5", "-5"), ("+79161234567", "+79161234567"), ("-0.5", "-0.5"), ("a=1", "a=1"),
     ("", ""), ("a\nb", "a b")],
)  # fmt: skip
def test_a_cell_is_never_a_formula(text: str, shown: str) -> None:
    """What a spreadsheet would calculate gets an apostrophe in front; a plain number stays one."""
    assert cell(text) == shown


def test_csv_has_one_line_for_a_row_whatever_the_log_says(samples: ModuleType, hostile_text: str) -> None:
    """As many lines as rows, as many cells as columns, no cell that begins a formula."""
    text = render(samples.hostile(hostile_text), "csv").decode()
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == list(COLUMNS)
    assert len(rows) == text.count("\n") == 2
    assert all(len(r) == len(COLUMNS) for r in rows)
    assert not any(c[:1] in tuple("=+-@\t\r") and c for r in rows for c in r)


def test_all_of_it_is_the_same_twice(samples: ModuleType) -> None:
    """The same report gives the same bytes, whatever the order of dictionaries was."""
    report = samples.sample()
    turned = replace(
        report, rules=[replace(r, counts=dict(reversed(r.counts.items()))) for r in report.rules]
    )
    for format in ("table", "json", "jsonl", "csv"):
        assert render(report, format, everything=True) == render(turned, format, everything=True)


def test_an_hour_past_the_calendar_is_written(samples: ModuleType) -> None:
    """A deadline that no year of four digits holds is a number of seconds, not a traceback."""
    far = replace(samples.LATE, due=2**62 // HOUR * HOUR)
    report = replace(samples.sample(), findings=[samples.finding(far, "x")])
    assert json.loads(render(report, "json"))["findings"][0]["due"].startswith("@46116860")


def test_every_format_is_documented() -> None:
    """Each has a row in docs/reports.md, and the page names no other."""
    page = (Path(__file__).parents[3] / "docs" / "reports.md").read_text()
    named = re.findall(r"^\| `(\w+)` \|", page.split("## How")[0], re.MULTILINE)
    assert sorted(named) == sorted(FORMATS)


def test_every_key_of_a_finding_is_documented(samples: ModuleType) -> None:
    """docs/reports.md explains all of them."""
    page = (Path(__file__).parents[3] / "docs" / "reports.md").read_text()
    document = json.loads(render(samples.sample(), "json"))
    assert [k for k in document["findings"][0] if f"`{k}`" not in page] == []


def test_an_unknown_format_names_the_known_ones(samples: ModuleType) -> None:
    """A slip of the pen gets a suggestion."""
    from keptword.errors import UsageError

    with pytest.raises(UsageError, match=r"no report format 'jsn'") as caught:
        render(samples.sample(), "jsn")
    assert caught.value.problems[0].hint == "did you mean 'json'?"
    assert "jsn" not in FORMATS
