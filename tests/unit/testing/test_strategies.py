"""The random logs and rules that engines are compared on: they reach everything, and are the same in every run here."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from keptword.instants import DAY
from keptword.obligation import VERDICTS
from keptword.reference import evaluate
from keptword.spec.model import KINDS
from keptword.testing.strategies import ALL_KINDS, EVENT_KINDS, WORDS, logs, packs

# Keys that every drawn rule has, or that mean nothing to an engine.
PLAIN = {"id", "title", "kind", "severity", "status", "source", "why", "message", "tags"}


@pytest.fixture(scope="module")
def drawn():
    """What 900 packs and logs hold: verdicts by kind, keys by kind, and words anywhere in the rules."""
    verdicts: Counter[tuple[str, str]] = Counter()
    keys: Counter[tuple[str, str]] = Counter()
    words: Counter[str] = Counter()
    sizes: Counter[str] = Counter()

    def note(data):
        if isinstance(data, dict):
            words.update(str(k) for k in data)
        for item in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
            words.update([item] if isinstance(item, str) else [])
            note(item)

    def draw(kinds, examples):
        @settings(
            max_examples=examples,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(packs(kinds), logs(), st.sampled_from((40 * DAY, 0)))
        def one(sample, log, later):
            for data in sample.data:
                keys.update((data["kind"], k) for k in data)
                note(data)
            times = [e.time for e in log.events]
            sizes.update(
                {
                    "logs": 1,
                    "with equal times": len(set(times)) < len(times),
                    "of five or more": len(times) >= 5,
                }
            )
            found = evaluate(sample.plans, log, max(times, default=0) + later, words=WORDS)
            for plan in sample.plans:
                verdicts.update((plan.rule.kind, o.verdict) for o in found.obligations[plan.name])

        one()

    for kind in EVENT_KINDS:
        draw([kind], 300 if kind == "notice" else 60)
    draw(["count", "objective", "guard", "objective"], 120)
    draw(ALL_KINDS, 60)
    return verdicts, keys, words, sizes


def test_every_verdict_comes_about(drawn):
    """Each verdict that an evaluator can give, and enough of the usual ones."""
    seen = Counter()
    for (_, verdict), n in drawn[0].items():
        seen[verdict] += n
    assert set(VERDICTS) - {"waived"} <= set(seen)
    assert all(seen[v] >= 20 for v in ("kept", "late", "missed", "broken", "open", "void", "unknown"))


def test_every_kind_is_kept_and_violated(drawn):
    """Each kind of rule opens obligations that are kept, and others that are violated or still open."""
    assert set(ALL_KINDS) == set(KINDS)
    for kind in ALL_KINDS:
        seen = {v for k, v in drawn[0] if k == kind}
        assert seen & {"kept", "open"}, kind
        assert seen & {"late", "missed", "early", "broken"}, kind


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_every_option_of_every_kind_is_drawn(drawn, kind):
    """Each key that a rule file of the kind may have."""
    model = KINDS[kind]
    options = {f.alias or name for name, f in model.model_fields.items()} - PLAIN
    if kind not in {"response", "cadence"}:
        options -= {"pause"}  # refused: no running clock
    if kind == "objective":
        options &= {"of", "target"}  # the others are drawn for some packs only
    lacking = {o for o in options if not drawn[1][kind, o]}
    assert lacking <= RARE.get(kind, set())


# Options that all kinds share are drawn for all kinds together, so a kind may go without one in a small sample.
SHARED = {
    "per",
    "for_each",
    "applies",
    "in_force",
    "timezone",
    "clock",
    "day",
    "hours",
    "roll",
    "roll_hours",
    "cutoff",
}
RARE = dict.fromkeys(ALL_KINDS, SHARED)


@pytest.mark.parametrize(
    "word",
    [
        *sorted(SHARED - {"roll_hours"}), "pause", "grid", "first", "unanswered", "violation", "earliest_of", "latest_of", "by", "else", "2026-03-03",
        "at_least", "at_most", "not_cured_by", "all", "any", "not", "like", "matches", "says", "exists", "gt", "ge", "lt", "le", "in",
        "next-working-day-end", "next-working-day-noon", "previous-working-day", "eu-1182-71", "full", "office", "days", "night", "Europe/Berlin",
        "elapsed", "full-days-between", "date-subtraction", "backward-same-date", "same-date-forward", "full-period-forward", "for", "while",
        "1wd", "1mo", "0m", "next_update_at", "text", "alpha", "beta", "urgent",
    ],
)  # fmt: skip
def test_every_way_of_writing_is_drawn(drawn, word):
    """Every operator, reading, calendar, unit and shape of a limit stands in some rule."""
    assert drawn[2][word] > 0


def test_logs_are_crowded(drawn):
    """Most logs hold several events, and in many of them times fall together."""
    sizes = drawn[3]
    assert sizes["of five or more"] > sizes["logs"] / 2
    assert sizes["with equal times"] > sizes["logs"] / 4
