"""Rule tests: read with a place for every mistake, judged exactly, reported so that they can be pasted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from keptword.cli.test import run_tests
from keptword.errors import RuleError
from keptword.testing.running import run_rule_tests

PACK = "name: mine\ntimezone: Europe/Moscow\nvocabulary:\n  told: {event: [notice.sent, call.made], where: {direction: out}}\n"
RULE = """id: told-soon
title: told in an hour
kind: response
severity: critical
status: stable
source: house
why: because
after: outage.opened
expect: told
within: 1h
"""
HEAD = "start: 2026-03-02T09:00:00+03:00\ncases:\n"
KEPT = """  - name: a call at exactly one hour is in time
    log: |
      +0m  T-1  outage.opened
      +1h  T-1  call.made      direction=out
    expect: []
"""
LATE = """  - name: fifteen minutes late
    log: |
      +0m     T-1  outage.opened
      +1h15m  T-1  call.made      direction=out
    expect: [{verdict: late, due: +1h, late_by: 15m, key: {case: T-1}, done_by: e2}]
"""


def pack(folder: Path, test: str | None = HEAD + KEPT + LATE, rule: str = RULE) -> Path:
    (folder / "pack.yaml").write_text(PACK)
    (folder / "told-soon.yaml").write_text(rule)
    if test is not None:
        (folder / "told-soon.test.yaml").write_text(test)
    return folder


def case(
    expect: str, log: str = "+0m T-1 outage.opened\n      +2h T-1 call.made direction=out", more: str = ""
) -> str:
    return f"{HEAD}  - name: a case\n{more}    log: |\n      {log}\n    expect: {expect}\n"


def test_a_rule_with_a_kept_a_violated_and_a_boundary_case_passes(tmp_path):
    """The example of the documentation."""
    [result] = run_rule_tests([pack(tmp_path)])
    assert result.passed and [c.case.name for c in result.cases] == [
        "a call at exactly one hour is in time",
        "fifteen minutes late",
    ]


@pytest.mark.parametrize(
    ("expect", "passes"),
    [
        ("[{verdict: late}]", True), ("[{verdict: late, due: 2026-03-02T10:00:00+03:00}]", True), ("[{verdict: late, due: 2026-03-02T07:00Z}]", True),
        ("[{verdict: late, late_by: 1h, case: T-1, rule: told-soon}]", True), ("[{verdict: late, done: +2h, opened: +0m, at: +1h}]", True),
        ("[{verdict: late, team: null, check: none}]", True), ("[{verdict: late, key: T-1}]", True), ("[{verdict: late, events: [e1, e2]}]", True),
        ("[]", False), ("[{verdict: missed}]", False), ("[{verdict: late}, {verdict: late}]", False), ("[{verdict: late, late_by: 59m}]", False),
        ("[{verdict: late, case: T-2}]", False), ("[{verdict: late, team: noc}]", False), ("[{verdict: late}, {verdict: kept}]", False),
    ],
)  # fmt: skip
def test_exactly_what_is_written_is_compared(tmp_path, expect, passes):
    """A violation that nobody expects fails as surely as one that is not found; fields that are not written do not matter."""
    [result] = run_rule_tests([pack(tmp_path, case(expect))])
    assert result.cases[0].passed is passes


def test_each_expectation_needs_an_obligation_of_its_own(tmp_path):
    """A vague expectation takes what a precise one leaves, whatever their order."""
    log = "+0m T-1 outage.opened\n      +0m T-2 outage.opened\n      +2h T-1 call.made direction=out\n      +3h T-2 call.made direction=out"
    assert (
        run_rule_tests([pack(tmp_path, case("[{verdict: late}, {verdict: late, case: T-1}]", log))])[0]
        .cases[0]
        .passed
    )
    assert (
        not run_rule_tests(
            [pack(tmp_path, case("[{verdict: late, case: T-1}, {verdict: late, case: T-1}]", log))]
        )[0]
        .cases[0]
        .passed
    )


@pytest.mark.parametrize(
    ("more", "passes"),
    [
        ("    kept: 0\n", True),
        ("    kept: 1\n", False),
        ("    verdicts: {late: 1, open: 0}\n", True),
        ("    verdicts: {open: 1}\n", False),
    ],
)
def test_verdicts_can_be_counted(tmp_path, more, passes):
    """Kept and other obligations are counted where the test says how many there are."""
    assert run_rule_tests([pack(tmp_path, case("[{verdict: late}]", more=more))])[0].cases[0].passed is passes


@pytest.mark.parametrize(
    ("moment", "expect"),
    [
        ("+30m", "[{verdict: open}]"),
        ("+1h", "[{verdict: open, due: +1h}]"),
        ("2026-03-02T10:30+03:00", "[{verdict: missed, late_by: 30m}]"),
    ],
)
@pytest.mark.parametrize("word", ["as_of", "now"])
def test_the_moment_of_judgement_can_be_named(tmp_path, word, moment, expect):
    """`as_of` and `now` mean the same, relative or absolute; later events do not exist."""
    result = run_rule_tests([pack(tmp_path, case(expect, more=f"    {word}: {moment}\n"))])[0]
    assert result.cases[0].passed, result.cases[0].failure


@pytest.mark.parametrize(
    ("test", "lacks"),
    [
        (HEAD + KEPT, "a case that is violated"),
        (HEAD + LATE, "a case that is kept"),
        (HEAD + LATE, "a case at the boundary"),
        (None, "a test"),
    ],
)
def test_a_stable_rule_needs_three_kinds_of_case(tmp_path, test, lacks):
    """Kept, violated, and at the boundary: found by something done exactly at its due, or marked."""
    [result] = run_rule_tests([pack(tmp_path, test)])
    assert not result.passed and any(lacks in said for said in result.lacking)
    [draft] = run_rule_tests([pack(tmp_path, test, RULE.replace("stable", "draft"))])
    assert draft.passed


def test_a_case_can_be_marked_as_the_boundary(tmp_path):
    """For rules that know no deadline."""
    text = HEAD + KEPT.replace("+1h", "+59m").replace("    log", "    boundary: true\n    log", 1) + LATE
    assert run_rule_tests([pack(tmp_path, text)])[0].passed


BROKEN = [
    (HEAD + "  - name: x\n    log: |\n      +0m T-1\n    expect: []\n", "L014", 5, "3 words|at least when"),
    (
        HEAD
        + "  - name: x\n    log: |\n      +0m T-1 a.done id=1\n      +1m T-1 a.done id=1\n    expect: []\n",
        "L008",
        6,
        "two different events",
    ),
    (case("[{verdict: lat}]"), "R022", 7, "did you mean 'late'"),
    (case("[{verdict: late, dew: +1h}]"), "R022", 7, "did you mean 'due'"),
    (case("[{verdict: late, late_by: soon}]"), "R022", 7, "not a length of time"),
    (case("[{verdict: late, due: tomorrow}]"), "R022", 7, "date and time"),
    (case("[{due: +1h}]"), "R022", 7, "at least the verdict"),
    (case("late"), "R022", 7, "is a list"),
    (case("[]", more="    kept: many\n"), "R022", 4, "a number"),
    (case("[]", more="    verdicts: {keept: 1}\n"), "R022", 4, "did you mean 'kept'"),
    (case("[]", more="    as_of: noon\n"), "R022", 4, "write +2h"),
    (case("[]", more="    as_of: +1h\n    now: +1h\n"), "R022", 5, "two words"),
    (case("[]", more="    boundary: maybe\n"), "R022", 4, "true or false"),
    (case("[]", more="    expekt: []\n"), "R022", 4, "did you mean 'expect'"),
    ("cases:\n" + KEPT, "R022", 2, "'start' is missing"),
    ("start: yesterday\ncases:\n" + KEPT, "R022", 1, "not a date and time"),
    (HEAD + "  - 3\n", "R022", 3, "a case is a mapping"),
    (HEAD + "  - name: x\n", "R022", 3, "'log' is missing"),
    (HEAD + KEPT + KEPT, "R022", 8, "two cases are called"),
    ("start: 2026-03-02T09:00:00+03:00\n", "R022", 1, "at least one case"),
    ("- 1\n", "R022", 1, "a rule test is a mapping"),
]


@pytest.mark.parametrize(("text", "code", "line", "said"), BROKEN)
def test_a_broken_test_file_says_where(tmp_path, text, code, line, said):
    """Code, file, line and what would be right."""
    with pytest.raises(RuleError) as caught:
        run_rule_tests([pack(tmp_path, text)])
    found = caught.value.problems
    assert (code, line) in [(p.code, p.place.line) for p in found], str(caught.value)
    assert any(part in str(caught.value) for part in said.split("|"))
    assert all(p.place.file.endswith("told-soon.test.yaml") for p in found)


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path):
    """Not the first alone; a test beside no rule is one of them."""
    pack(tmp_path, case("[{verdict: lat}, {verdict: late, dew: 1}]"))
    (tmp_path / "stray.test.yaml").write_text(HEAD + KEPT)
    with pytest.raises(RuleError) as caught:
        run_rule_tests([tmp_path])
    assert len(caught.value.problems) == 3 and "there is no rule 'stray.yaml' beside this test" in str(
        caught.value
    )


def test_what_was_found_can_be_pasted(tmp_path):
    """The `expect:` of a failure, pasted into the test, makes it pass."""
    pack(tmp_path, case("[]"))
    failure = run_rule_tests([tmp_path])[0].cases[0].failure
    pasted = failure[failure.index("expect:\n") :].replace("\n", "\n    ")
    pack(tmp_path, case("[]").replace("expect: []", pasted))
    assert run_rule_tests([tmp_path])[0].cases[0].passed
    assert "+2h T-1 call.made direction=out" in failure


@pytest.mark.parametrize("name", ["told-soon.yaml", "told-soon.test.yaml", "pack.yaml", ""])
def test_a_pack_a_rule_or_a_test_can_be_named(tmp_path, name):
    """Each leads to the same rule."""
    assert [r.rule for r in run_rule_tests([pack(tmp_path) / name])] == ["mine/told-soon"]


@pytest.mark.parametrize(
    ("expect", "status", "said"), [("[{verdict: late}]", 1, "lacks a case that is kept"), ("[]", 1, "+ ")]
)
def test_the_command_prints_a_line_a_rule(tmp_path, capsys, expect, status, said):
    """And the failures; 1 when one failed."""
    assert run_tests([str(pack(tmp_path, case(expect)))]) == status
    assert said in capsys.readouterr().out
    assert run_tests([str(pack(tmp_path))]) == 0
    assert capsys.readouterr().out == "passed  mine/told-soon: 2 of 2 cases\n\n1 rules, 2 cases: all passed\n"


FEATURE = """# language: ru
Функция: рассказать вовремя
  Сценарий: опоздание
    Допустим правила пакета "./pack"
    И журнал, начатый 2026-03-02T09:00:00+03:00:
      | когда  | обращение | событие       | direction |
      | +0m    | T-1       | outage.opened |           |
      | +1h15m | T-1       | call.made     | out       |
    Когда проводится проверка на момент +3h
    То находки:
      | правило   | вердикт      | срок | опоздание |
      | told-soon | с опозданием | +1h  | {late}    |
"""


def test_in_a_repository_of_ones_own(tmp_path):
    """The plugin finds rule tests beside a pack.yaml and steps for features, and touches nothing else."""
    (tmp_path / "pack").mkdir()
    pack(tmp_path / "pack")
    (tmp_path / "docker-compose.test.yaml").write_text("services: {web: {image: nginx}}\n")
    (tmp_path / "cli.py").write_text("raise SystemExit('not ours')\n")
    (tmp_path / "engine").mkdir()
    (tmp_path / "features").mkdir()
    (tmp_path / "features" / "good.feature").write_text(FEATURE.replace("{late}", "15m"))
    (tmp_path / "features" / "bad.feature").write_text(
        FEATURE.replace("{late}", "16m").replace("опоздание\n", "неверно\n", 1)
    )
    (tmp_path / "test_features.py").write_text('from pytest_bdd import scenarios\n\nscenarios("features")\n')
    loaded = [] if "keptword.testing.plugin" in _entry_points() else ["-p", "keptword.testing.plugin"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *loaded, "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 failed, 4 passed" in done.stdout, done.stdout + done.stderr
    assert (
        "! {rule: told-soon, verdict: late, due: +1h, late_by: 16m} | {rule: mine/told-soon, verdict: late, due: +1h, late_by: 15m"
        in done.stdout
    )
    assert "Traceback" not in done.stdout + done.stderr


def _entry_points() -> list[str]:
    from importlib.metadata import entry_points

    return [e.value for e in entry_points(group="pytest11")]


def test_the_plugin_costs_nothing_when_it_is_not_used():
    """It imports pytest and nothing of ours that is heavy."""
    code = "import sys, keptword.testing.plugin; print(sorted(m for m in sys.modules if m.split('.')[0] in {'pydantic', 'polars', 'yaml', 'numba', 'pytest_bdd', 'hypothesis'}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
