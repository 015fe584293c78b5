"""A manager's ten rules as sentences, in English and in Russian: the same rules, the same findings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from keptword.audit import Wishes, audit
from keptword.obligation import Report
from keptword.planning import make_plans
from keptword.readers import read_log
from keptword.spec.model import KINDS, Head, rule_data
from keptword.spec.pack import Pack
from keptword.spec.packs import load_packs
from keptword.spec.sentence import parse_sentence

ROOT = Path(__file__).parents[2]

SENTENCES: dict[str, tuple[str, str]] = {
    "outage-first-notice": ("notify within 1h of an outage", "уведомить в течение часа после сбоя"),
    "outage-updates": (
        "update every 4h during an outage, or by the stated next_update_at, which is at most 24h",
        "сообщать каждые четыре часа во время сбоя, или к названному сроку next_update_at, который не дальше чем через сутки",
    ),
    "tariff-notice": (
        "announce the tariff 30 days before a tariff change, counted full-days-between, anew for each tariff",
        "предупредить о тарифе за тридцать дней до изменения тарифа, считая full-days-between, заново для каждого tariff",
    ),
    "debt-warning": (
        "warn within five days of a missed payment, unless a payment",
        "предупредить в течение пяти дней после неплатежа, кроме случая оплаты",
    ),
    "suspension-warned": (
        "no suspension without a warning at least 24h and at most 30 days before not cured by a payment",
        "не допускать отключения без предупреждения не менее чем за сутки и не более чем за 30 дней до этого если не было оплаты",
    ),
    "suspension-told": (
        "tell of the cut-off within one hour of a suspension",
        "сообщить об отключении в течение 1 ч после отключения",
    ),
    "first-answer": (
        "answer within [priority: P1 half an hour; P2 1h; else 4h] of a request, only the first time",
        "ответить в течение [priority: P1 полчаса; P2 1 ч; иначе 4 ч] после обращения, только в первый раз",
    ),
    "every-question-answered": (
        "answer within 24h of a request, unless already waiting, until ticket.solved/ticket.closed",
        "отвечать в течение суток после вопроса, если ответа ещё не ждут, до ticket.solved/ticket.closed",
    ),
    "suspension-lifted": (
        "reconnection within 24h of a suspension",
        "подключение в течение суток после отключения",
    ),
    "outage-restoration-told": (
        "notify within 1h of a restoration, or up to 30m before",
        "уведомить в течение часа после восстановления, или не ранее чем за 30 минут до этого",
    ),
}
LOGS = ("good-provider", "bad-operator", "frequent-failer", "unsure-provider")


def from_sentence(pack: Pack, which: int) -> Pack:
    """The ten rules of the pack with their bodies replaced by what the sentences say."""
    rules = []
    for item in pack.rules:
        if item.rule.id in SENTENCES:
            head = {k: v for k, v in rule_data(item.rule).items() if k in Head.model_fields}
            body = parse_sentence(SENTENCES[item.rule.id][which], pack.vocabulary)
            rules.append(replace(item, rule=KINDS[body["kind"]].model_validate({**head, **body})))
    return Pack(pack.name, pack.title, pack.timezone, pack.vocabulary, pack.calendars, rules, pack.folder)


def judged(pack: Pack, log: str) -> Report:
    """The report of the ten rules over one example."""
    events, _ = read_log([ROOT / "examples" / f"{log}.jsonl"])
    plans = [p for p in make_plans([pack]) if p.rule.id in SENTENCES]
    return audit(events, plans, Wishes(everything=True))


@pytest.fixture(scope="module")
def house() -> Pack:
    """The house pack."""
    return load_packs(["house"])[0]


@pytest.mark.parametrize("which", [0, 1], ids=["en", "ru"])
@pytest.mark.parametrize("log", LOGS)
def test_ten_sentences_give_the_findings_of_their_structured_form(house: Pack, log: str, which: int) -> None:
    """Every obligation, kept ones included, is the same to the microsecond."""
    assert judged(from_sentence(house, which), log).obligations == judged(house, log).obligations


@pytest.mark.parametrize("which", [0, 1], ids=["en", "ru"])
def test_ten_sentences_are_the_ten_rules(house: Pack, which: int) -> None:
    """Not only the same findings: the same rules."""
    structured = {r.rule.id: r.rule for r in house.rules}
    said = {r.rule.id: r.rule for r in from_sentence(house, which).rules}
    assert said == {name: structured[name] for name in SENTENCES}
