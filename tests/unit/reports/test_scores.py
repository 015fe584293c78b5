"""Scores for quality assurance, and reports without names."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keptword.errors import RuleError, UsageError
from keptword.events import Event
from keptword.instants import HOUR, MINUTE
from keptword.obligation import Owner, Report
from keptword.reports import FORMATS, render
from keptword.reports.privacy import pseudonymise, redact
from keptword.reports.scores import Weights, as_rows, read_weights, scores, share_left

SECRET = "correct horse battery"


def test_scores_by_rule(samples: ModuleType) -> None:
    """Only what was decided counts; a critical violation makes 0; a near miss is named."""
    found = as_rows(scores(samples.sample(), ["rule"]))
    assert found == [
        {
            "rule": samples.STYLE,
            "kept": 0,
            "violated": 1,
            "share": 0.0,
            "vetoed": False,
            "score": 0.0,
            "near": 0,
        },
        {
            "rule": samples.NOTICE,
            "kept": 1,
            "violated": 2,
            "share": 0.3333,
            "vetoed": True,
            "score": 0.0,
            "near": 0,
        },
        {
            "rule": samples.UPDATES,
            "kept": 1,
            "violated": 1,
            "share": 0.5,
            "vetoed": False,
            "score": 0.5,
            "near": 1,
        },
        {
            "rule": samples.TARIFF,
            "kept": 0,
            "violated": 1,
            "share": 0.0,
            "vetoed": False,
            "score": 0.0,
            "near": 0,
        },
    ]


def test_the_share_is_weighted(samples: ModuleType) -> None:
    """Two kept (5 + 3) of seven decided (3·5 + 2·3 + 3 + 1) by severity; a rule's own weight goes first."""
    (one,) = scores(samples.sample(), [])
    assert (one.share, one.score, one.kept, one.violated) == (Fraction(8, 25), 0, 2, 5)
    (heavy,) = scores(samples.sample(), [], Weights(rules={samples.UPDATES: Fraction(100)}))
    assert heavy.share == Fraction(105, 219)
    (nothing,) = scores(
        samples.sample(), [], Weights(dict.fromkeys(("minor", "major", "critical"), Fraction(0)))
    )
    assert nothing.share is None


def test_groups_can_be_combined(samples: ModuleType) -> None:
    """Team and month; the violation's own instant says which month."""
    found = {s.group: (s.kept, s.violated) for s in scores(samples.sample(), ["team", "month"])}
    assert found == {
        (("team", ""), ("month", "2015-06")): (2, 0),
        (("team", "billing"), ("month", "2015-03")): (0, 1),
        (("team", "noc"), ("month", "2015-06")): (0, 4),
    }
    weeks = {s.group[0][1] for s in scores(samples.sample(), ["week"])}
    assert weeks == {"2015-W12", "2015-W25"}
    assert [s.group[0][1] for s in scores(samples.sample(), ["day"])] == [
        "2015-03-19",
        "2015-06-17",
        "2015-06-18",
        "2015-06-19",
    ]


@pytest.mark.parametrize(
    ("done", "due", "left"),
    [(0, 60, Fraction(1)), (54, 60, Fraction(1, 10)), (55, 60, Fraction(1, 12)), (60, 60, Fraction(0)), (0, 0, None), (-5, 60, Fraction(1))],
)  # fmt: skip
def test_how_much_of_the_limit_was_left(
    samples: ModuleType, done: int, due: int, left: Fraction | None
) -> None:
    """A tenth exactly is no near miss; an act before the opening (lookback) leaves everything."""
    o = replace(samples.OTHERS[0], opened_at=HOUR, due=HOUR + due * MINUTE, done_at=HOUR + done * MINUTE)
    assert share_left(o) == left


def test_weights_of_a_pack() -> None:
    """By severity or by rule; all mistakes at once."""
    weights = read_weights({"critical": 10, "slow": 0.5}, "house", ["slow"], "pack.yaml")
    assert weights.of("house/slow", "critical") == Fraction(1, 2)
    assert weights.of("house/other", "critical") == 10
    assert weights.of("house/other", "minor") == 1
    with pytest.raises(RuleError) as caught:
        read_weights(
            {"critcal": 1, "major": "x", "minor": -1, "slow": True, "quick": float("nan")},
            "house",
            ["slow"],
            "pack.yaml",
        )
    assert sorted(p.code for p in caught.value.problems) == ["R005", "R005", "R005", "R012", "R012"]
    assert "did you mean 'critical'?" in {p.hint for p in caught.value.problems}


@given(st.lists(st.tuples(st.sampled_from(["kept", "late"]), st.sampled_from(["a", "b"])), min_size=1))
def test_a_better_verdict_never_lowers_a_score(parts: list[tuple[str, str]]) -> None:
    """Shares lie between 0 and 1, and one more kept obligation does not lower them."""
    from keptword.obligation import VERDICTS, LogSummary, Obligation, RuleResult

    def report(pairs: list[tuple[str, str]]) -> Report:
        rules = [
            RuleResult(r, r, "response", s, dict.fromkeys(VERDICTS, 0))
            for r, s in (("a", "minor"), ("b", "major"))
        ]  # type: ignore[arg-type]
        owed = [Obligation(r, (), v, str(i), 0) for i, (v, r) in enumerate(pairs)]  # type: ignore[arg-type]
        return Report("0", 0, "UTC", LogSummary((), 0, 0, 0, 0, None, None), rules, (), obligations=owed)

    (before,) = scores(report(parts), [])
    (after,) = scores(report([*parts, ("kept", "b")]), [])
    assert before.share is not None and after.share is not None
    assert 0 <= before.share <= after.share <= 1


def test_a_redacted_report_names_no_customer(samples: ModuleType) -> None:
    """Not in the keys, not in the evidence, not in quoted words; in no format."""
    report = redact(samples.sample(), SECRET)
    for format in sorted(set(FORMATS) - {"html", "xlsx", "parquet"}):
        text = render(report, format, everything=True).decode()
        assert not re.search("日本電気|лютик|василёк|с теплотой", text), format
        assert not re.search(r"customer[=: \"]+ромашка", text), format
    assert "ivanova" in render(report, "json").decode()
    assert report.texts == {}
    key = dict(report.findings[1].obligation.key)
    assert key["incident"] == "INC-7"
    assert re.fullmatch(r"customer-[0-9a-f]{10}", key["customer"])


def test_pseudonyms_hide_colleagues_and_nothing_else(samples: ModuleType) -> None:
    """The same person has the same pseudonym everywhere; another secret gives another one."""
    sample = samples.sample()
    told = replace(sample.findings[1], message="ivanova answered late; Ivanovaville is a town")
    report = replace(sample, findings=[told, *sample.findings[2:]])
    hidden = pseudonymise(report, SECRET)
    text = render(hidden, "json", everything=True).decode()
    assert not re.search(r"\b(ivanova|petrov|roma)\b", text)
    assert "ромашка" in text
    name = hidden.findings[0].obligation.owner.actor
    assert hidden.findings[0].message == f"{name} answered late; Ivanovaville is a town"
    assert pseudonymise(report, SECRET) == hidden
    assert pseudonymise(report, "another secret").findings[0].obligation.owner.actor != name
    bare = replace(report, findings=[replace(told, obligation=replace(told.obligation, owner=Owner("noc")))])
    assert pseudonymise(bare, SECRET).findings[0].obligation.owner.actor == ""


def test_nobody_is_named_on_a_redacted_page(samples: ModuleType) -> None:
    """Events lose their texts and names, the drawing stays; steps follow their obligation to its new id."""
    told = Event(samples.START, "message.sent", "T-1", "e5", {
        "customer": "ромашка", "affected": ("ромашка", "日本電気"), "actor": "ivanova", "team": "noc", "direction": "out",
        "role": "agent", "subject": "для ромашки", "text": "Привет, ромашка", "phone": "+79161234567",
    })  # fmt: skip
    asked = Event(
        samples.START, "message.received", "T-1", "e1", {"role": "customer", "actor": "Ольга Ромашкина"}
    )
    late = samples.LATE
    report = replace(
        samples.sample(), events={"e1": asked, "e5": told}, steps={late.id: ("due for ромашка",)}
    )
    page = render(redact(report, SECRET), "html").decode()
    assert not re.search("日本電気|лютик|Ольга|Привет|79161234567|для ромашки|for ромашка", page)
    assert "ivanova" in page
    both = pseudonymise(redact(report, SECRET), SECRET)
    assert not re.search("ivanova|petrov", render(both, "html").decode())
    veiled = redact(report, SECRET)
    assert set(veiled.steps) <= {f.obligation.id for f in veiled.findings}
    assert dict(veiled.events["e5"].fields)["direction"] == "out"


def test_counts_and_scores_survive_the_veil(samples: ModuleType) -> None:
    """Only names change."""
    report = samples.sample()
    for veiled in (redact(report, SECRET), pseudonymise(report, SECRET)):
        assert scores(veiled, ["rule", "month"]) == scores(report, ["rule", "month"])
        assert veiled.rules == report.rules


@pytest.mark.parametrize("veil", [redact, pseudonymise])
def test_hostile_names_are_hidden_too(samples: ModuleType, hostile_text: str, veil: object) -> None:
    """No name is taken for a pattern."""
    assert isinstance(veil(samples.hostile(hostile_text), SECRET), Report)  # type: ignore[operator]


def test_a_secret_that_can_be_guessed_is_refused(samples: ModuleType) -> None:
    """Names are few: without a secret a pseudonym is no secret."""
    with pytest.raises(UsageError, match="fewer than 8 characters"):
        redact(samples.sample(), "1234567")
