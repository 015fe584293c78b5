"""The reports for merge requests and CI servers: Markdown, SARIF, JUnit, GitHub, GitLab."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt

from keptword.reports import render
from keptword.reports.sarif import file_uri

Expect = Callable[[str, bytes], None]


@pytest.mark.parametrize(
    ("format", "options", "name"),
    [("md", {}, "report.md"), ("md", {"lang": "ru"}, "report-ru.md"), ("sarif", {}, "report.sarif"), ("junit", {}, "junit.xml"),
     ("junit", {"everything": True}, "junit-everything.xml"), ("github", {}, "github.txt"), ("gitlab", {}, "gitlab.json")],
)  # fmt: skip
def test_the_output_is_as_committed(
    samples: ModuleType, expect: Expect, format: str, options: dict[str, Any], name: str
) -> None:
    """The whole output of every format for forges."""
    expect(name, render(samples.sample(), format, **options))


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_markdown_renders_and_hostile_text_stays_text(samples: ModuleType, hostile_text: str) -> None:
    """A Markdown renderer makes tables and headings of ours, and nothing but text of what the log says."""
    source = render(samples.hostile(hostile_text), "md").decode()
    rendered = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(source)
    seen = _Tags()
    seen.feed(rendered)
    assert seen.tags <= {"h2", "h3", "p", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "br"}
    assert {"h2", "table", "td"} <= seen.tags
    assert not re.search(r"[@#!$%&~]\w", seen.text.replace("&nbsp;", ""))
    assert not re.search(r"://|www\.", seen.text)
    header = next(line for line in source.splitlines() if line.startswith("| severity"))
    rows = [line for line in source.splitlines() if line.startswith("| critical")]
    assert len(rows) == 2
    assert {row.count("|") for row in rows} == {header.count("|")}


def test_markdown_keeps_ordinary_text_readable(samples: ModuleType) -> None:
    """Nothing of an ordinary sentence is escaped in the source."""
    text = render(samples.sample(), "md").decode()
    assert (
        "| incident INC-7, customer ромашка | 2015-06-17\u00a009:00\u00a0+03:00 | 15\u00a0min late | «Ромашка» узнала"
        in text
    )


def test_markdown_lists_the_worst_and_counts_the_rest(samples: ModuleType) -> None:
    """A comment has a limit of length."""
    text = render(samples.sample(), "md", most=2).decode()
    assert text.count("| critical | house") == 2
    assert "\n5 findings counted but not listed\n" in text


def test_sarif_says_what_the_report_says(samples: ModuleType) -> None:
    """Rules with help, places, fingerprints, levels, suppressions, baseline."""
    report = samples.sample()
    run = json.loads(render(report, "sarif"))["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    by_id = {r["partialFingerprints"]["keptwordObligation/v1"]: r for r in run["results"]}
    assert set(by_id) == {f.obligation.id for f in (*report.findings, *report.waived)}
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"])
    late = by_id[samples.LATE.id]
    assert (late["level"], late["kind"], late["baselineState"]) == ("error", "fail", "new")
    place = late["locations"][0]["physicalLocation"]
    assert unquote(place["artifactLocation"]["uri"]) == "письма.jsonl"
    assert place["region"] == {"startLine": 5, "startColumn": 3}
    assert late["relatedLocations"][0]["physicalLocation"]["region"] == {"startLine": 1}
    assert by_id[samples.EARLY.id]["baselineState"] == "unchanged"
    assert (by_id[samples.REVIEW.id]["level"], by_id[samples.REVIEW.id]["kind"]) == ("none", "review")
    waived = by_id[samples.WAIVED.id]["suppressions"]
    assert waived == [
        {"kind": "external", "status": "accepted", "justification": "storm, agreed with the customer"}
    ]
    assert "suppressions" not in late


def test_sarif_has_the_structure_that_the_standard_asks_for(samples: ModuleType, hostile_text: str) -> None:
    """What SARIF 2.1.0 requires of the objects we write (§3.13, 3.14, 3.18, 3.19, 3.27–3.30, 3.35, 3.49)."""
    for report in (samples.hostile(hostile_text), samples.sample()):
        document = json.loads(render(report, "sarif"))
        assert set(document) == {"$schema", "version", "runs"}
        assert document["version"] == "2.1.0"
        run = document["runs"][0]
        assert set(run) == {"tool", "columnKind", "invocations", "results", "properties"}
        assert run["columnKind"] in {"utf16CodeUnits", "unicodeCodePoints"}
        driver = run["tool"]["driver"]
        assert re.fullmatch(r"\d+\.\d+\.\d+.*", driver["semanticVersion"])
        ids = [rule["id"] for rule in driver["rules"]]
        assert len(set(ids)) == len(ids)
        for rule in driver["rules"]:
            assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note", "none"}
            tags = rule["properties"]["tags"]
            assert len(set(tags)) == len(tags)
            assert all(
                isinstance(rule[k]["text"], str) for k in ("shortDescription", "fullDescription", "help")
            )
        for note in run["invocations"][0]["toolExecutionNotifications"]:
            assert note["message"]["text"]
        states = {"baselineState" in result for result in run["results"]}
        assert len(states) == 1
        for result in run["results"]:
            _result_is_valid(result, driver["rules"])


def _result_is_valid(result: dict[str, Any], rules: list[dict[str, Any]]) -> None:
    known = {
        "ruleId", "ruleIndex", "level", "kind", "message", "locations", "relatedLocations", "partialFingerprints",
        "properties", "baselineState", "suppressions",
    }  # fmt: skip
    assert set(result) <= known
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert result["kind"] in {"fail", "review"}
    assert (result["level"] == "none") == (result["kind"] != "fail")
    assert isinstance(result["message"]["text"], str)
    assert all(isinstance(v, str) for v in result["partialFingerprints"].values())
    for location in result["locations"] + result["relatedLocations"]:
        uri = location["physicalLocation"]["artifactLocation"]["uri"]
        assert uri.isascii()
        assert re.fullmatch(r"[A-Za-z0-9\-._~:/%]*", uri)
        assert urlsplit(uri).scheme in {"", "file"}
        region = location["physicalLocation"].get("region", {"startLine": 1})
        assert min(region.values()) >= 1
    for suppression in result.get("suppressions", []):
        assert suppression["kind"] in {"inSource", "external"}
        assert suppression["status"] in {"accepted", "underReview", "rejected"}


@pytest.mark.parametrize(
    ("file", "uri"),
    [("logs/june.jsonl", "logs/june.jsonl"), ("/var/log/a b.csv", "file:///var/log/a%20b.csv"), ("logs\\june.csv", "logs/june.csv"),
     ("a:b#c?d%e", "a%3Ab%23c%3Fd%25e"), ("javascript:alert(1)", "javascript%3Aalert%281%29"), ("-", "-")],
)  # fmt: skip
def test_file_names_become_uris(file: str, uri: str) -> None:
    """Relative stays relative; nothing in a name becomes a scheme, a query or a fragment."""
    assert file_uri(file) == uri


# The schema of Ant's JUnit report, written as a table: element → required attributes and the children in their order.
JUNIT: dict[str, tuple[set[str], set[str], list[str]]] = {
    "testsuites": (set(), set(), ["testsuite"]),
    "testsuite": (
        {"name", "package", "id", "timestamp", "hostname", "tests", "failures", "errors", "time"}, {"skipped"},
        ["properties", "testcase", "system-out", "system-err"],
    ),
    "properties": (set(), set(), ["property"]),
    "property": ({"name", "value"}, set(), []),
    "testcase": ({"name", "classname", "time"}, set(), ["failure", "skipped"]),
    "failure": ({"message", "type"}, set(), []),
    "skipped": ({"message"}, set(), []),
    "system-out": (set(), set(), []),
    "system-err": (set(), set(), []),
}  # fmt: skip


def _check(element: ET.Element) -> None:
    required, optional, children = JUNIT[element.tag]
    assert required <= set(element.attrib) <= required | optional
    places = [children.index(child.tag) for child in element]
    assert places == sorted(places)
    if element.tag == "testsuite":
        once = [child.tag for child in element if child.tag != "testcase"]
        assert once == ["properties", "system-out", "system-err"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", element.attrib["timestamp"])
        assert int(element.attrib["tests"]) == len(element.findall("testcase"))
        assert int(element.attrib["failures"]) == len(element.findall("testcase/failure"))
        assert int(element.attrib["skipped"]) == len(element.findall("testcase/skipped"))
        assert element.attrib["name"]
    for child in element:
        _check(child)


@pytest.mark.parametrize("everything", [False, True])
def test_junit_has_the_structure_that_ci_servers_read(
    samples: ModuleType, hostile_text: str, everything: bool
) -> None:
    """Required attributes, order of the children, counts that agree; whatever the log says stays text."""
    for report in (samples.hostile(hostile_text), samples.sample()):
        _check(ET.fromstring(render(report, "junit", everything=everything)))


def test_junit_fails_for_violations_and_for_nothing_else(samples: ModuleType) -> None:
    """Baseline, waived and review are skipped with a reason; kept ones pass."""
    root = ET.fromstring(render(samples.sample(), "junit", everything=True))
    states = {}
    for case in root.iter("testcase"):
        found = re.search(r"\[(\w{16})\]$", case.attrib["name"])
        if found:
            states[found[1]] = case[0].tag if len(case) else "passed"
    assert {samples.LATE.id, samples.MISSED.id, samples.SILENT.id, samples.BROKEN.id} == {
        key for key, state in states.items() if state == "failure"
    }
    assert states[samples.EARLY.id] == states[samples.WAIVED.id] == states[samples.REVIEW.id] == "skipped"
    assert sorted(states.values()).count("passed") == 2


def test_junit_never_passes_a_rule_whose_violations_are_not_listed(samples: ModuleType) -> None:
    """A cut list still fails."""
    report = replace(samples.sample(), findings=(), unlisted=11)
    root = ET.fromstring(render(report, "junit"))
    assert [suite.attrib["failures"] for suite in root] == ["1", "1", "1", "1"]
    assert "1 more violations are counted but not listed" in [f.text for f in root.iter("failure")]


def test_a_github_command_is_one_line_with_nothing_to_break_out_of(
    samples: ModuleType, hostile_text: str
) -> None:
    """As many commands as findings and a summary; no property ends early."""
    lines = render(samples.hostile(hostile_text), "github").decode().split("\n")
    assert lines[-1] == ""
    assert len(lines) == 3
    for line in lines[:-1]:
        match = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line)
        assert match
        options = [part.partition("=")[0] for part in match[2].split(",")]
        assert options in (["file", "line", "col", "title"], ["title"])
        assert not {unicodedata.category(c) for c in line} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


def test_gitlab_has_what_gitlab_needs(samples: ModuleType, hostile_text: str) -> None:
    """Description, check name, fingerprint, severity, path and line for every finding."""
    for report in (samples.hostile(hostile_text), samples.sample(), replace(samples.sample(), places={})):
        entries = json.loads(render(report, "gitlab"))
        assert len(entries) == len(report.findings)
        assert len({e["fingerprint"] for e in entries}) == len(entries)
        for entry in entries:
            assert entry["severity"] in {"info", "minor", "major", "critical", "blocker"}
            assert entry["location"]["lines"]["begin"] >= 1
            assert isinstance(entry["location"]["path"], str)
            assert entry["description"]


def test_a_clean_report_for_gitlab_is_an_empty_array(samples: ModuleType) -> None:
    """No finding, no entry."""
    assert json.loads(render(replace(samples.sample(), findings=()), "gitlab")) == []


def test_expected_files_are_all_used() -> None:
    """No output lies about that no test compares."""
    here = Path(__file__).parent
    tests = "".join(p.read_text() for p in here.glob("test_*.py"))
    stems = [p.name for p in (here / "expected").iterdir() if not p.name.startswith("table-")]
    assert [name for name in stems if f'"{name}"' not in tests] == []
