"""Messages that said what the machine met and not what the writer should do."""

from __future__ import annotations

from pathlib import Path

import pytest

from keptword.errors import RuleError
from keptword.spec.yaml12 import load_yaml, read_yaml

from .asking import pack, run

BROKEN = [
    ("title: b: c\n", "1:9", "a second ': ' on one line", "in quotes"),
    ("id: a\n\ttitle: b\n", "2:1", "a tab", "put spaces"),
    ("id: a\nx:\n\t- b\n", "3:1", "a tab", "put spaces"),
    ('id: "a\ntitle: b\n', "3:1", "the text ends inside quotes", "close them"),
    ("id: [a, b\ntitle: b\n", "2:6", "a bracket or a comma is lacking", "close every"),
    ("id: *x\n", "1:5", "an alias", "in quotes"),
    ("id: @x\n", "1:5", "a text cannot begin with @", "in quotes"),
    ("id: a\n---\nid: b\n", "2:1", "a second document", "one rule a file"),
    ("id: a\ntitle b\nkind: x\n", "3:1", "a key without its ':'", "write key: value"),
    ("a: 1\n- b\n", "2:1", "not indented like", "the same column"),
]


@pytest.mark.parametrize(("text", "place", "message", "hint"), BROKEN)
def test_broken_yaml_is_explained(text: str, place: str, message: str, hint: str) -> None:
    """What is wrong in the writer's words, where, and the way out."""
    with pytest.raises(RuleError) as caught:
        load_yaml(text, "rule.yaml")
    (problem,) = caught.value.problems
    assert str(problem.place) == f"rule.yaml:{place}"
    assert message in problem.message
    assert hint in problem.hint


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 100_000, "{a: " * 100_000, "? " * 100_000])
def test_yaml_that_is_nested_without_end_is_refused(text: str) -> None:
    """The library's recursion ended the process."""
    with pytest.raises(RuleError):
        load_yaml(text, "rule.yaml")


def test_a_rule_file_that_is_not_utf8_has_a_line(tmp_path: Path) -> None:
    """Line, column and byte of the first letter that cannot be read."""
    (tmp_path / "rule.yaml").write_bytes("id: a\ntitle: сбой\n".encode("cp1251"))
    with pytest.raises(RuleError) as caught:
        read_yaml(tmp_path / "rule.yaml", "rule.yaml")
    (problem,) = caught.value.problems
    assert str(problem.place) == "rule.yaml:2:8"
    assert "0xf1" in problem.message
    assert "iconv" in problem.hint


RULES = [
    (
        "kind: response\nper: [incident]\nfor_each: {customer: affected}\nafter: {event: a.b}\nexpect: {event: c.d}\nwithin: 1h\n",
        "'for_each' fills 'customer', and that is no field of the key (per: incident)",
        "per: [incident, customer]",
    ),
    (
        "kind: cadence\nper: [case]\nduring: {from: {event: a.b}}\nexpect: {event: c.d}\nevery: {earliest_of: [1h, 2h]}\nanchor: grid\n",
        "windows of one length",
        "leave out 'anchor: grid'",
    ),
]


@pytest.mark.parametrize(("body", "message", "hint"), RULES)
def test_options_that_do_not_fit_say_what_would(tmp_path: Path, body: str, message: str, hint: str) -> None:
    """Both the value at fault and a way to write it."""
    status, _, err = run("rules", "lint", pack(tmp_path / "p", {"x": body}))
    assert status == 2
    assert message in err
    assert hint in err


def test_an_id_of_several_packs_names_them() -> None:
    """Not `did you mean` with the very same word."""
    status, _, err = run("rules", "say", "works-announced")
    assert status == 2
    assert "write one of: house/works-announced, status-page/works-announced" in err


@pytest.mark.parametrize("more", [[], ["--rejects", "bad.jsonl"]])
def test_a_foreign_file_without_from_says_which_format_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: list[str]
) -> None:
    """One problem with the way out, not a missing field for every record; also where bad lines are put aside."""
    monkeypatch.chdir(tmp_path)
    page = '{"page": {"id": "x"}, "incidents": [{"id": "i", "name": "down", "incident_updates": []}]}'
    Path("incidents.json").write_text(page, encoding="utf-8")
    status, out, err = run("audit", "incidents.json", *more)
    assert (status, out) == (2, "")
    assert err.count("error[") == 1
    assert "add --from statuspage" in err


def test_a_log_without_events_is_judged_at_no_moment(tmp_path: Path) -> None:
    """1970 is nobody's moment; one that was asked for is shown."""
    log = tmp_path / "log.jsonl"
    log.write_text("", encoding="utf-8")
    assert "judged at" not in run("audit", log)[1]
    assert "judged at 2026-03-02" in run("audit", log, "--as-of", "2026-03-02T00:00:00Z")[1]
