"""Hypothesis strategies for logs, rules and packs: what every engine is compared with the reference evaluator on.

    @given(sample=packs(), data=st.data())
    def test_engine(sample, data):
        log = data.draw(logs())
        as_of = data.draw(moments(log))
        assert evaluate(sample.plans, log, as_of, words=WORDS) == reference.evaluate(sample.plans, log, as_of, words=WORDS)

Rules are drawn as the plain data of a rule file, printed as YAML, and loaded, so that the loader is tested too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from hypothesis import strategies as st

from keptword.calendars import Calendar, parse_calendar
from keptword.errors import Problems, RuleError
from keptword.plan import Plan
from keptword.planning import make_plans
from keptword.spec.load import build_rule
from keptword.spec.pack import Pack, RuleFile, Term
from keptword.spec.yaml12 import dump_yaml, load_yaml
from keptword.testing.marked_words import MarkedWords
from keptword.testing.random_events import logs, moments
from keptword.testing.random_parts import (
    ALL_KINDS,
    CALENDARS,
    EVENT_KINDS,
    VOCABULARY,
    ZONES,
    conditions,
    limits,
    patterns,
)  # fmt: skip
from keptword.testing.random_rules import rule_data

__all__ = [
    "ALL_KINDS", "EVENT_KINDS", "WORDS", "Sample", "conditions", "in_pack", "limits", "logs", "moments", "packs", "patterns", "plan_of", "rules",
]  # fmt: skip

WORDS = MarkedWords()


@dataclass(frozen=True, slots=True)
class Sample:
    """A pack as drawn and as loaded.

    Attributes:
        data: the rule files, as plain data.
        pack: the pack they were loaded into.
        plans: each after those it rests on.
    """

    data: tuple[dict[str, Any], ...]
    pack: Pack
    plans: tuple[Plan, ...]

    def __repr__(self) -> str:
        files = "---\n".join(dump_yaml(d) for d in self.data)
        return f"Sample(timezone={self.pack.timezone}\n{files})"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """What Hypothesis prints of a failing example: the rule files, to be pasted into a pack."""
        del cycle
        printer.text(repr(self))


def rules(kinds: Sequence[str] = EVENT_KINDS) -> st.SearchStrategy[dict[str, Any]]:
    """Rule files as plain data: one rule of one of the kinds, with any of its options. Objectives need `packs`."""
    return st.sampled_from(tuple(kinds)).flatmap(lambda kind: rule_data(kind, "r1", ()))


@st.composite
def packs(
    draw: Callable[[st.SearchStrategy[Any]], Any], kinds: Sequence[str] = ALL_KINDS, max_rules: int = 3
) -> Sample:
    """Packs of up to `max_rules` rules that share a vocabulary, calendars and a zone; later rules rest on earlier ones.

    Args:
        draw: given by Hypothesis.
        kinds: of rules.
        max_rules: how many at most.
    """
    names: list[str] = []
    files: list[dict[str, Any]] = []
    for i in range(draw(st.integers(1, max_rules))):
        possible = tuple(k for k in kinds if k != "objective" or names) or ("response",)
        kind = draw(st.sampled_from(possible))
        files.append(draw(rule_data(kind, f"r{i + 1}", tuple(names))))
        names.append(f"r{i + 1}")
    return in_pack(files, draw(st.sampled_from((None, *ZONES))))


def in_pack(files: Sequence[dict[str, Any]], zone: str | None = None) -> Sample:
    """Rule files loaded into one pack called `p`, with the vocabulary and calendars of `random_rules`.

    Args:
        files: the plain data of each.
        zone: of the pack.

    Raises:
        RuleError: what the loader or the planner finds wrong.
    """
    pack = Pack("p", timezone=zone, vocabulary=_vocabulary(), calendars=_calendars())
    problems = Problems()
    for data in files:
        name = str(data.get("id", "rule"))
        document = load_yaml(dump_yaml(data), f"{name}.yaml")
        rule = build_rule(document, None, problems, pack.vocabulary)
        if rule is not None:
            pack.rules.append(RuleFile(rule, document, f"p/{name}", None))
    problems.raise_if_any(RuleError)
    return Sample(tuple(files), pack, tuple(make_plans([pack])))


def plan_of(data: dict[str, Any], zone: str | None = None) -> Plan:
    """The plan of one rule file; what a head lacks is filled in."""
    head = {
        "id": "r1",
        "title": "a rule",
        "severity": "minor",
        "status": "stable",
        "source": "house",
        "why": "tested",
    }
    [plan] = in_pack([head | data], zone).plans
    return plan


@cache
def _vocabulary() -> dict[str, Term]:
    return {name: Term.model_validate(data) for name, data in VOCABULARY.items()}


@cache
def _calendars() -> dict[str, Calendar]:
    return {name: parse_calendar(data, name) for name, data in CALENDARS.items()}
