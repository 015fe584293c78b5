"""Sentences: what is said is what is read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keptword.errors import Problems
from keptword.limits import Limit
from keptword.spec.load import build_rule
from keptword.spec.model import KINDS, Head, rule_data
from keptword.spec.pack import Term
from keptword.spec.sentence import SentenceError, parse_sentence, say
from keptword.spec.sentence_limits import read_limit, say_limit
from keptword.spec.yaml12 import dump_yaml, load_yaml
from keptword.testing.strategies import rules

SAID = ("response", "cadence", "notice", "guard")
WORDS = {
    "ask": ({"en": ("question", "ask"), "ru": ("вопрос", "спросить")}, None, None),
    "outage": ({"en": ("outage",), "ru": ("сбой",)}, "restored", "eta"),
    "restored": ({"en": ("end of the outage",), "ru": ("восстановление связи",)}, None, None),
}


def vocabulary_of(rule: dict[str, Any]) -> dict[str, Term]:
    """Words for the names that random rules use, and for some they do not."""
    from keptword.testing.random_parts import VOCABULARY

    known = {name: Term.model_validate(data) for name, data in VOCABULARY.items()}
    for name, (says, ends, moment) in WORDS.items():
        known.setdefault(name, Term(event="outage.opened", says=says, ends=ends, moment=moment))
    first = next(iter(known))
    known[first] = known[first].model_copy(
        update={"says": {"en": ("sudden failure",), "ru": ("внезапный отказ",)}, "moment": "eta"}
    )
    return known


@settings(max_examples=300, deadline=None)
@given(rules(SAID), st.sampled_from(["en", "ru"]))
def test_a_rule_said_and_read_back_is_the_same_rule(data: dict[str, Any], lang: str) -> None:
    """parse ∘ say = identity, for every response, cadence, notice and guard rule, in both languages."""
    vocabulary = vocabulary_of(data)
    problems = Problems()
    rule = build_rule(load_yaml(dump_yaml(data), "r1.yaml"), None, problems, vocabulary)
    assert rule is not None, problems.found
    said = say(rule, vocabulary, lang)
    head = {k: v for k, v in rule_data(rule).items() if k in Head.model_fields}
    body = parse_sentence(said, vocabulary)
    assert KINDS[body["kind"]].model_validate({**head, **body}) == rule, said


@given(
    st.builds(
        Limit,
        st.integers(0, 3),
        st.integers(0, 30),
        st.integers(0, 5),
        st.integers(0, 111),
        st.integers(0, 40),
        st.integers(0, 10**5).map(lambda s: s * 1_000_000),
    ),
    st.sampled_from(["en", "ru"]),
)
def test_a_length_of_time_said_and_read_back_is_the_same(limit: Limit, lang: str) -> None:
    """Numbers agree with their nouns and are read back."""
    assert read_limit(say_limit(limit, lang)) == str(limit)


@settings(deadline=None)
@given(st.text(alphabet="notify within 1h of an outage (=)|,[]абв\"'.;", max_size=60))
def test_no_sentence_ends_in_anything_but_a_rule_or_an_error_that_points(text: str) -> None:
    """Nonsense is answered by a place in the sentence."""
    vocabulary = {"outage": Term(event="outage.opened", says={"en": ("outage",)})}
    try:
        understood = parse_sentence(text, vocabulary)["kind"] in KINDS
    except SentenceError as error:
        understood = 0 <= error.column <= len(text)
    assert understood


SENTENCES = [
    (
        "notify within 1h of an outage",
        {"kind": "response", "after": "outage", "expect": "told", "within": "1h"},
    ),
    (
        "Notify within one hour of the outage",
        {"kind": "response", "after": "outage", "expect": "told", "within": "1h"},
    ),
    (
        "notify within half an hour of an outage",
        {"kind": "response", "after": "outage", "expect": "told", "within": "30m"},
    ),
    (
        "update every 4h during an outage",
        {"kind": "cadence", "during": {"from": "outage", "to": "restored"}, "expect": "told", "every": "4h"},
    ),
    (
        "update every 4h from an outage until restoration",
        {"kind": "cadence", "during": {"from": "outage", "to": "restored"}, "expect": "told", "every": "4h"},
    ),
    (
        "warn 30 days before a tariff change",
        {"kind": "notice", "before": "tariff", "moment": "effective_at", "expect": "told", "ahead": "30d"},
    ),
    (
        "warn five working days before a tariff change",
        {"kind": "notice", "before": "tariff", "moment": "effective_at", "expect": "told", "ahead": "5wd"},
    ),
    (
        "no suspension without a warning in the 30 days before",
        {"kind": "guard", "never": "suspension", "unless": [{"seen": "warning", "at_most": "30d"}]},
    ),
    ("no suspension", {"kind": "guard", "never": "suspension"}),
    (
        "уведомить в течение 1 ч после сбоя",
        {"kind": "response", "after": "outage", "expect": "told", "within": "1h"},
    ),
    (
        "уведомить в течение часа после аварии",
        {"kind": "response", "after": "outage", "expect": "told", "within": "1h"},
    ),
    (
        "сообщать каждые четыре часа во время сбоя",
        {"kind": "cadence", "during": {"from": "outage", "to": "restored"}, "expect": "told", "every": "4h"},
    ),
    (
        "предупредить за 30 дней до изменения тарифа",
        {"kind": "notice", "before": "tariff", "moment": "effective_at", "expect": "told", "ahead": "30d"},
    ),
    (
        "предупредить за тридцать дней до изменения тарифа",
        {"kind": "notice", "before": "tariff", "moment": "effective_at", "expect": "told", "ahead": "30d"},
    ),
    (
        "предупредить за пять рабочих дней до изменения тарифа",
        {"kind": "notice", "before": "tariff", "moment": "effective_at", "expect": "told", "ahead": "5wd"},
    ),
    (
        "не допускать отключения без предупреждения за 30 дней до этого",
        {"kind": "guard", "never": "suspension", "unless": [{"seen": "warning", "at_most": "30d"}]},
    ),
    (
        "ответить в течение суток после сбоя",
        {"kind": "response", "after": "outage", "expect": "told", "within": "24h"},
    ),
]
VOCABULARY = {
    "outage": Term(
        event="outage.opened", says={"en": ("outage",), "ru": ("сбой", "авария")}, ends="restored"
    ),
    "restored": Term(event="outage.resolved", says={"en": ("restoration",), "ru": ("восстановление",)}),
    "told": Term(
        event=("notice.sent", "call.made"),
        says={
            "en": ("notify", "update", "warn"),
            "ru": ("уведомить", "сообщать", "предупредить", "ответить"),
        },
    ),
    "tariff": Term(
        event="tariff.announced",
        says={"en": ("tariff change",), "ru": ("изменение тарифа",)},
        moment="effective_at",
    ),
    "suspension": Term(event="service.suspended", says={"en": ("suspension",), "ru": ("отключение",)}),
    "warning": Term(event="warning.sent", says={"en": ("warning",), "ru": ("предупреждение",)}),
}


@pytest.mark.parametrize(("sentence", "expected"), SENTENCES, ids=[s for s, _ in SENTENCES])
def test_a_sentence_means_its_structured_form(sentence: str, expected: dict[str, Any]) -> None:
    """Numerals and case forms of both languages."""
    assert parse_sentence(sentence, VOCABULARY) == expected


WRONG = [
    ("notiffy within 1h of an outage", 0, "'notiffy' is not understood here", "did you mean 'notify'?"),
    ("notify within 1q of an outage", 14, "'1q' is not understood here", "a length of time"),
    ("notify within 1h of", 19, "the sentence stops too early", "a name of the vocabulary"),
    ("update every 4h during a warning", 16, "nothing says what ends 'warning'", "from … until …"),
    ("уведомить в течение часа после сбоек", 31, "'сбоек' is not understood here", ""),
]


@pytest.mark.parametrize(("sentence", "column", "message", "hint"), WRONG, ids=[w[0] for w in WRONG])
def test_an_error_points_at_the_word(sentence: str, column: int, message: str, hint: str) -> None:
    """Place, word and what would fit."""
    with pytest.raises(SentenceError) as caught:
        parse_sentence(sentence, VOCABULARY)
    assert caught.value.column == column
    assert message in caught.value.message
    assert hint in caught.value.hint
