"""The reference evaluator on small worked cases, a sentence of docs/semantics.md each; the cases are data."""

from __future__ import annotations

from pathlib import Path

import pytest

from keptword.events import make_log
from keptword.instants import parse_instant
from keptword.reference import evaluate
from keptword.spec.yaml12 import read_yaml
from keptword.testing.expected import Frame, compare, read_expected
from keptword.testing.sidebyside import pasteable
from keptword.testing.strategies import WORDS, in_pack, plan_of
from keptword.timeline import parse_timeline, parse_when

START = parse_instant("2026-03-02T09:00:00Z")
FRAME = Frame(START)
SECTIONS = read_yaml(Path(__file__).with_name("cases.yaml"), "cases.yaml").data
CASES = [
    pytest.param(case, id=f"{section}: {case['says']}")
    for section, cases in SECTIONS.items()
    for case in cases
]


def expected_rows(rows):
    out = []
    for row in rows:
        expected, wrong = read_expected(row, FRAME)
        assert wrong == []
        out.append(expected)
    return out


def judged(plans, case):
    log = make_log(parse_timeline(case["log"], START))
    as_of = parse_when(case["as_of"], START) if "as_of" in case else log.events[-1].time
    return evaluate(plans, log, as_of, words=WORDS)


@pytest.mark.parametrize("case", CASES)
def test_worked_case(case):
    """Every obligation, with verdict and instants, and no other."""
    plan = plan_of(case["rule"])
    found = judged([plan], case).obligations[plan.name]
    result = compare(expected_rows(case["expect"]), found)
    assert result.agrees and len(found) == len(case["expect"]), pasteable(found, FRAME) + f"\n{found}"


HEAD = {"title": "t", "severity": "major", "source": "house", "why": "w"}
ANSWER = HEAD | {"id": "answer", "kind": "response", "after": "a.done", "expect": "b.done", "within": "1h"}
AMENDS = HEAD | {
    "id": "amends",
    "kind": "response",
    "after": {"violation": "answer"},
    "expect": "c.done",
    "within": "1d",
}
SHARE = HEAD | {
    "id": "share",
    "kind": "objective",
    "of": "answer",
    "target": "50%",
    "each": "day",
    "by": "team",
}


def test_a_reparation_opens_at_the_instant_of_the_violation():
    """`due` for late and missed; in the key of the violation; a kept obligation opens none."""
    sample = in_pack([ANSWER, AMENDS])
    found = judged(
        sample.plans,
        {"log": "+0m T a.done\n+2h T b.done\n+3h T c.done\n+4h U a.done\n+4h U b.done", "as_of": "+9d"},
    ).obligations
    [amends] = found["p/amends"]
    assert (amends.verdict, amends.opened_at, amends.due, amends.case) == (
        "kept",
        *(parse_when(t, START) for t in ("+1h", "+25h")),
        "T",
    )


def test_rules_are_evaluated_in_the_order_that_reparations_ask_for():
    """Whatever their names are."""
    sample = in_pack([AMENDS | {"id": "a-first"}, ANSWER])
    assert [p.name for p in sample.plans] == ["p/answer", "p/a-first"]


@pytest.mark.parametrize(
    ("log", "as_of", "expect"),
    [
        ("+0m T a.done team=x\n+1m T b.done team=x\n+2h U a.done team=x", "+2d", [("kept", "x")]),
        (
            "+0m T a.done team=x\n+2h U a.done team=x\n+2h1m U b.done team=x\n+3h V a.done team=x",
            "+2d",
            [("broken", "x")],
        ),
        (
            "+0m T a.done team=x\n+1m T b.done team=x\n+0m U a.done team=y",
            "+2d",
            [("kept", "x"), ("broken", "y")],
        ),
        ("+0m T a.done team=x\n+1m T b.done team=x", "+14h", [("open", "x")]),
        ("+0m T a.done team=x", "+15h", [("broken", "x")]),
    ],
)
def test_an_objective_is_judged_at_the_end_of_its_period(log, as_of, expect):
    """The share that was kept, per day and team; open while the day runs; exactly the target is enough."""
    found = judged(in_pack([ANSWER, SHARE]).plans, {"log": log, "as_of": as_of}).obligations["p/share"]
    assert [(o.verdict, dict(o.key)["team"]) for o in found] == expect
    assert all(o.due == parse_instant("2026-03-03T00:00:00Z") for o in found)


def test_events_without_a_key_are_counted():
    """They take no part, and the report says how many."""
    plan = plan_of(
        {"kind": "response", "after": "a.done", "expect": "b.done", "within": "1h", "per": "customer"}
    )
    assert judged(
        [plan], {"log": "+0m T a.done\n+1m T b.done\n+2m T c.done\n+3m T b.done customer=x"}
    ).skipped == {plan.name: 2}
