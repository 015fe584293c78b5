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


# The duties of the statutes by article, and the rules that write them down (several where a duty has several clocks).
DUTIES = {
    "EECC 105(4) notice": ["eecc-contract-change"], "EECC 105(4) exit": ["eecc-exit-window"], "EECC 105(3) prolongation": ["eecc-before-prolongation"],
    "EECC 105(3) best tariff": ["eecc-best-tariff"], "EECC annex VI": ["eecc-before-disconnection"], "EECC 102(5)": ["eecc-usage-alert"],
    "EECC 102(3)": ["eecc-summary-first"], "EECC 106": ["eecc-porting"], "611/2013 authority": ["eprivacy-24h", "eprivacy-rest"],
    "611/2013 subscriber": ["eprivacy-subscriber"], "Ofcom C1 change": ["uk-contract-change"], "Ofcom C1 end": ["uk-end-of-contract"],
    "Ofcom C1 annual": ["uk-best-tariff"], "Ofcom C3": ["uk-before-disconnection"], "Ofcom C4": ["uk-adr-letter"], "Ofcom repair": ["uk-repair"],
    "Ofcom appointment": ["uk-appointment-cancelled"], "PECR 5A": ["uk-pecr-breach"], "47 CFR 4.9 notification": ["us-nors-notification"],
    "47 CFR 4.9 initial": ["us-nors-initial"], "47 CFR 4.9 final": ["us-nors-final"], "47 CFR 4.9(h)": ["us-psap-phone", "us-psap-written", "us-psap-follow-up"],
    "truth in billing": ["us-truth-in-billing"], "76.1603": ["us-cable-30d"], "126-FZ 44(3)": ["ru-termination"], "tariff 10 days": ["ru-tariff-sms", "ru-tariff-website"],
    "restoration 3 days": ["ru-restore-3d"], "126-FZ 55(7)": ["ru-claim-registered", "ru-claim-answered"], "2300-1 art. 31": ["ru-claim-paid"],
    "126-FZ 45(2)": ["ru-number-60d"], "unused advance": ["ru-advance-30d"], "unconfirmed data": ["ru-personal-data-3d"], "fault on the site": ["ru-fault-on-site"],
    "NIS2 24 h": ["nis2-early-warning"], "NIS2 72 h": ["nis2-notification"], "NIS2 final": ["nis2-final", "nis2-final-after-handling"], "NIS2 customers": ["nis2-customers"],
    "DORA initial": ["dora-initial-4h", "dora-initial-24h", "dora-initial-4h-no-roll", "dora-classified"], "DORA intermediate": ["dora-intermediate"],
    "DORA final": ["dora-final"], "DORA 5(3)": ["dora-delay"], "DORA 19(3)": ["dora-clients"], "GDPR 33(1)": ["gdpr-authority"], "GDPR 33(2)": ["gdpr-processor"],
    "GDPR 34": ["gdpr-people"], "eIDAS 24 h": ["eidas-24h"], "eIDAS change": ["eidas-change"],
    "CRA 14": ["cra-early-warning", "cra-notification", "cra-final", "cra-incident-final", "cra-users"], "UK NIS 11": ["uk-nis"], "HIPAA": ["us-hipaa-60d"],
    "SEC 1.05": ["us-sec-item-105"], "152-FZ 21": ["ru-data-leak-24h", "ru-data-leak-72h"], "PSD2 54": ["psd2-contract-change"], "PSD2 55": ["psd2-termination"],
    "PSD2 101": ["psd2-complaint", "psd2-complaint-final"], "PSD2 68": ["psd2-block"], "988": ["us-988"],
    "Electricity Act sch. 6": ["uk-electricity-28d", "uk-electricity-7wd", "uk-electricity-dispute"], "2019/944 10(4)": ["eu-electricity-price"],
}  # fmt: skip


def test_every_duty_has_its_rules_and_every_rule_its_duty():
    """No clock of the statutes is without a tested rule, no rule stands there for nothing."""
    [pack] = load_packs([ROOT / "examples" / "regulations"])
    assert sorted(r for rules in DUTIES.values() for r in rules) == sorted(r.rule.id for r in pack.rules)


@pytest.mark.parametrize(
    "name",
    ["examples/templates", "examples/regulations", "rules/house", "rules/status-page", "rules/helpdesk"],
)
def test_lint_finds_nothing_in_what_we_ship(name):
    """No false positive in any pack of ours, and each can be planned."""
    packs = load_packs([ROOT / name])
    assert make_plans(packs)
    assert [p.render() for p in lint(packs)] == []
