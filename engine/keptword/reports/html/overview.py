"""What stands on the first screen: shares by rule and team, the trend, the worst cases, what is due next."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from keptword.instants import midnight
from keptword.obligation import DECIDED, SEVERITIES, VIOLATIONS, Obligation, Report, Severity
from keptword.reports.html.dates import day, local, short
from keptword.reports.words import Lang

_MOST_WEEKS = 260  # five years; longer logs are shown by month


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the decided obligations were kept."""

    kept: int
    decided: int

    @property
    def percent(self) -> float | None:
        """0 to 100, cut and not rounded: 999 of 1000 is not all, and 100 is said of nothing less."""
        return None if not self.decided else (self.kept * 1000 // self.decided) / 10


@dataclass(frozen=True, slots=True)
class Trend:
    """Periods in order, without gaps: labels, violations by severity, share kept."""

    by_month: bool
    labels: Sequence[str]
    violations: Sequence[tuple[Severity, Sequence[int]]]
    shares: Sequence[Share]


def overall(report: Report) -> Share:
    """Of all rules; the counts are complete whatever is listed."""
    return Share(
        sum(r.counts.get("kept", 0) for r in report.rules),
        sum(r.counts.get(v, 0) for r in report.rules for v in DECIDED),
    )


def by_team(obligations: Iterable[Obligation]) -> list[tuple[str, Share, int]]:
    """Team, share kept, violations; the worst share first."""
    kept: Counter[str] = Counter()
    decided: Counter[str] = Counter()
    for o in obligations:
        if o.verdict in DECIDED:
            decided[o.owner.team] += 1
            kept[o.owner.team] += o.verdict == "kept"
    rows = [(team, Share(kept[team], n), n - kept[team]) for team, n in decided.items()]
    return sorted(rows, key=lambda row: (row[1].kept / row[1].decided, -row[2], row[0]))


def instant_of(o: Obligation) -> int:
    """When it counts: the violation, else the deadline, else the opening."""
    return o.at if o.at is not None else o.due if o.due is not None else o.opened_at


def trend(report: Report, lang: Lang) -> Trend | None:
    """Decided obligations by week (by month in a log of more than five years); None where nothing was decided."""
    owed = report.obligations or [f.obligation for f in report.findings]
    rules = {r.rule: r for r in report.rules}
    days = []
    for o in owed:
        rule = rules.get(o.rule)
        if (
            o.verdict in DECIDED
            and rule is not None
            and (when := local(instant_of(o), rule.zone)) is not None
        ):
            days.append((when.date(), o.verdict in VIOLATIONS, rule.severity))
    if not days:
        return None
    first, last = min(days)[0], max(days)[0]
    by_month = (last - first).days > 7 * _MOST_WEEKS
    kept: Counter[date] = Counter()
    broken: defaultdict[Severity, Counter[date]] = defaultdict(Counter)
    for date_of, bad, severity in days:
        start = _start(date_of, by_month)
        if bad:
            broken[severity][start] += 1
        else:
            kept[start] += 1
    periods = list(_periods(_start(first, by_month), _start(last, by_month), by_month))
    bad_counts = [(s, [broken[s][p] for p in periods]) for s in reversed(SEVERITIES)]
    shares = [Share(kept[p], kept[p] + sum(broken[s][p] for s in SEVERITIES)) for p in periods]
    return Trend(
        by_month, [_label(p, by_month, first.year == last.year, lang) for p in periods], bad_counts, shares
    )


def _start(when: date, by_month: bool) -> date:
    return (
        when.replace(day=1)
        if by_month
        else when - timedelta(days=min(when.weekday(), (when - date.min).days))
    )


def _periods(first: date, last: date, by_month: bool) -> Iterable[date]:
    while first <= last:
        yield first
        try:
            first = (first + timedelta(days=31)).replace(day=1) if by_month else first + timedelta(days=7)
        except OverflowError:
            return


def _label(start: date, by_month: bool, one_year: bool, lang: Lang) -> str:
    at = midnight(start, "UTC")
    if by_month:
        return f"{start.year}-{start.month:02d}"
    return short(at, "UTC", lang, clock=False, date=True) if one_year else day(at, "UTC", lang)


def due_next(report: Report) -> list[Obligation]:
    """What is open, by deadline; what has none comes last."""
    waiting = [o for o in report.obligations if o.verdict == "open"]
    return sorted(waiting, key=lambda o: (o.due is None, o.due or 0, o.opened_at, o.rule, o.key, o.part))
