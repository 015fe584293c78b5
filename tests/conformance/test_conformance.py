"""What SLA products, templates and statutes ask for: every choice worked, every clock of the research has its rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from keptword.columnar.evaluate import evaluate as columns
from keptword.events import make_log
from keptword.instants import parse_instant
from keptword.planning import make_plans
from keptword.reference import evaluate
from keptword.spec.lint import lint
from keptword.spec.packs import load_packs
from keptword.spec.yaml12 import read_yaml
from keptword.testing.expected import Frame, compare, read_expected
from keptword.testing.sidebyside import pasteable
from keptword.testing.strategies import plan_of
from keptword.timeline import parse_timeline, parse_when

ROOT = Path(__file__).parents[2]
START = parse_instant("2026-03-02T09:00:00Z")
FRAME = Frame(START)
CHOICES = read_yaml(Path(__file__).with_name("choices.yaml"), "choices.yaml").data
CASES = [
    pytest.param(case, id=f"{choice}: {case['says']}") for choice, cases in CHOICES.items() for case in cases
]


@pytest.mark.parametrize("engine", [evaluate, columns], ids=["reference", "columnar"])
@pytest.mark.parametrize("case", CASES)
def test_a_choice_is_a_line_of_the_rule(case, engine):
    """Every obligation with its instants, and no other, by both engines."""
    plan = plan_of(case["rule"])
    log = make_log(parse_timeline(case["log"], START))
    as_of = parse_when(case["as_of"], START) if "as_of" in case else log.events[-1].time
    found = engine([plan], log, as_of).obligations[plan.name]
    rows = [read_expected(row, FRAME) for row in case["expect"]]
    assert [wrong for _, wrong in rows if wrong] == []
    result = compare([row for row, _ in rows], found)
    assert result.agrees and len(found) == len(rows), pasteable(found, FRAME) + f"\n{found}"


def test_every_template_is_a_rule():
    """The fifteen templates that cover the field: at least one rule each, which names its template."""
    [pack] = load_packs([ROOT / "examples" / "templates"])
    numbers = {
        int(r.rule.source.split()[1].strip(",")) for r in pack.rules if r.rule.source.startswith("template ")
    }
    assert numbers == set(range(1, 16))


# What a statute's clock needs: a word of the rule file, and how many rules of the pack use it at least.
PRIMITIVES = [
    ("hours: eu-1182-71", 1), ("day: full", 7), ("roll: next-working-day-end", 3), ("roll: next-working-day-noon", 4),
    ("roll_hours: true", 3), ("wd", 6), ("1mo", 4), ("1y", 1), ("6mo", 1), ("not_before: 40d", 1), ("lead: all", 1),
    ("lead: full-days-between", 5), ("lead: full-period-forward", 1), ("{by: ", 3), ("unless: {violation:", 1), ("lookback", 1),
    ("in_force", 3), ("2026-04-08: 6w", 1), ("2025-08-20: 72h", 1), ("while: ", 1), ("at_least: 28d", 1), ("not_cured_by", 1),
]  # fmt: skip


@pytest.mark.parametrize(("words", "least"), PRIMITIVES, ids=[p[0] for p in PRIMITIVES])
def test_every_clock_of_the_statutes_is_used(words, least):
    """No primitive is left without a rule that is tested with exact instants."""
    folder = ROOT / "examples" / "regulations"
    rules = [p for p in folder.glob("*.yaml") if ".test." not in p.name and p.name != "pack.yaml"]
    assert sum(words in p.read_text(encoding="utf-8") for p in rules) >= least


@pytest.mark.parametrize(
    "name",
    ["examples/templates", "examples/regulations", "rules/house", "rules/status-page", "rules/helpdesk"],
)
def test_lint_finds_nothing_in_what_we_ship(name):
    """No false positive in any pack of ours, and each can be planned."""
    packs = load_packs([ROOT / name])
    assert make_plans(packs)
    assert [p.render() for p in lint(packs)] == []
