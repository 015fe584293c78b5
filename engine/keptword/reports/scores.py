"""Scores for quality assurance: how much of what was owed was kept, by team, person, rule and period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from keptword.errors import Place, Problem, Problems, RuleError, did_you_mean
from keptword.instants import to_datetime
from keptword.obligation import DECIDED, SEVERITIES, Obligation, Report, Severity

Group = Literal["team", "actor", "rule", "month", "week", "day"]
GROUPS: tuple[Group, ...] = ("team", "actor", "rule", "month", "week", "day")
DEFAULT_GROUPS: tuple[Group, ...] = ("team", "rule", "month")  # people only when somebody asks for them
NEAR = Fraction(1, 10)


@dataclass(frozen=True, slots=True)
class Weights:
    """How much an obligation counts.

    Attributes:
        severities: weight of each severity.
        rules: weight of single rules, `pack/rule`; goes before the severity.
    """

    severities: Mapping[Severity, Fraction] = field(
        default_factory=lambda: {"minor": Fraction(1), "major": Fraction(3), "critical": Fraction(5)}
    )
    rules: Mapping[str, Fraction] = field(default_factory=dict)

    def of(self, rule: str, severity: Severity) -> Fraction:
        """The weight of an obligation under a rule."""
        return self.rules.get(rule, self.severities[severity])


@dataclass(frozen=True, slots=True)
class Score:
    """The score of one group.

    Attributes:
        group: what the group is, in the order asked for: (("team", "noc"), ("month", "2026-03")).
        kept, violated: numbers of decided obligations; waived, open and unclear ones do not count.
        share: weighted share kept, 0 to 1; None where nothing was decided or all weighs 0.
        vetoed: a critical rule was violated: the score is 0, whatever the share says.
        near: kept with less than a tenth of the limit left.
    """

    group: tuple[tuple[Group, str], ...]
    kept: int
    violated: int
    share: Fraction | None
    vetoed: bool
    near: int

    @property
    def score(self) -> Fraction | None:
        """The share, 0 after a critical violation."""
        return Fraction(0) if self.vetoed else self.share


def read_weights(scores: Mapping[str, Any], pack: str, rules: Sequence[str], file: str) -> Weights:
    """The weights that a pack states: `scores: {critical: 5, major: 3, minor: 1, outage-first-notice: 10}`.

    Args:
        scores: the section of `pack.yaml`; an empty one leaves the weights as they are.
        pack: its name.
        rules: ids of its rules, without the pack.
        file: for error messages.

    Raises:
        RuleError: R012 for a name that is neither a severity nor a rule, R005 for a weight that is none.
    """
    problems = Problems()
    severities, own = dict(Weights().severities), {}
    for name, value in scores.items():
        number = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1_000_000
        if name not in SEVERITIES and name not in rules:
            hint = did_you_mean(str(name), [*SEVERITIES, *rules])
            problems.add(
                Problem(
                    "R012", f"'{name}' is neither a severity nor a rule of the pack", Place(file), hint=hint
                )
            )
        elif not number:
            message = f"the weight of '{name}' is '{value}', not a number from 0 to 1000000"
            problems.add(Problem("R005", message, Place(file)))
        elif name in SEVERITIES:
            severities[name] = Fraction(str(value))
        else:
            own[f"{pack}/{name}"] = Fraction(str(value))
    problems.raise_if_any(RuleError)
    return Weights(severities, own)


def share_left(obligation: Obligation) -> Fraction | None:
    """Which part of the time between opening and deadline was left when it was done; None where that means nothing.

    Elapsed time: for a rule on a business calendar give `scores` a function that knows the calendar.
    """
    o = obligation
    if o.verdict != "kept" or o.due is None or o.done_at is None or o.measured or o.due <= o.opened_at:
        return None
    return Fraction(o.due - max(o.done_at, o.opened_at), o.due - o.opened_at)


def scores(
    report: Report,
    by: Sequence[Group],
    weights: Weights | None = None,
    left: Callable[[Obligation], Fraction | None] = share_left,
) -> list[Score]:
    """Score a report that holds its obligations.

    Args:
        report: of an audit that kept everything.
        by: what makes a group; () makes one of all. A period is that of the violation, else of the deadline, else of
            the opening, by the calendar of the rule's zone; weeks are those of ISO 8601.
        weights: how much obligations count; default: minor 1, major 3, critical 5.
        left: which part of the limit was left, for near misses.

    Returns:
        A score for each group in which something was decided, in the order of the group names.
    """
    weighing = weights or Weights()
    rules = {r.rule: r for r in report.rules}
    groups: defaultdict[tuple[tuple[Group, str], ...], list[Obligation]] = defaultdict(list)
    for o in report.obligations:
        if o.verdict in DECIDED and o.rule in rules:
            groups[tuple((name, _value(o, name, rules[o.rule].zone)) for name in by)].append(o)
    out = []
    for group in sorted(groups):
        owed = groups[group]
        kept = [o for o in owed if o.verdict == "kept"]
        total = sum((weighing.of(o.rule, rules[o.rule].severity) for o in owed), Fraction(0))
        good = sum((weighing.of(o.rule, rules[o.rule].severity) for o in kept), Fraction(0))
        parts = [part for o in kept if (part := left(o)) is not None]
        out.append(Score(
            group=group,
            kept=len(kept),
            violated=len(owed) - len(kept),
            share=good / total if total else None,
            vetoed=any(o.is_violation and rules[o.rule].severity == "critical" for o in owed),
            near=sum(part < NEAR for part in parts),
        ))  # fmt: skip
    return out


def _value(o: Obligation, name: Group, zone: str) -> str:
    match name:
        case "team":
            return o.owner.team
        case "actor":
            return o.owner.actor
        case "rule":
            return o.rule
    when = o.at if o.at is not None else o.due if o.due is not None else o.opened_at
    try:
        local = to_datetime(when, zone)
    except OverflowError:
        return ""
    year, week, _ = local.isocalendar()
    return {"month": f"{local:%Y-%m}", "week": f"{year:04d}-W{week:02d}", "day": f"{local:%Y-%m-%d}"}[name]


def as_rows(found: Sequence[Score]) -> list[dict[str, Any]]:
    """The scores as plain values, shares rounded to four decimals, for JSON, CSV and tables."""
    return [
        {
            **dict(s.group),
            "kept": s.kept,
            "violated": s.violated,
            "share": None if s.share is None else round(float(s.share), 4),
            "vetoed": s.vetoed,
            "score": None if s.score is None else round(float(s.score), 4),
            "near": s.near,
        }
        for s in found
    ]
