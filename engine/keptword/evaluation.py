"""What every engine needs around its rules: owners, violations as events, objectives, the result."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from keptword.events import Event, Value
from keptword.instants import local_date, midnight
from keptword.obligation import (
    DECIDED,
    SEVERITIES,
    Key,
    Obligation,
    Owner,
    Severity,
    Verdict,
    Weakness,
    order,
)
from keptword.plan import VIOLATION, ObjectivePlan, Plan
from keptword.spec.comparing import text_of


@dataclass(slots=True)
class Evaluation:
    """The obligations of a run.

    Attributes:
        obligations: rule name → its obligations, in order of (opening, key, part).
        skipped: rule name → how many events that the rule looks for lacked a field of its key.
    """

    obligations: dict[str, list[Obligation]] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Gathered:
    """What a report needs of a run: everything counted, and only what is listed made in full.

    Attributes:
        shown: the findings that are listed, in the order of every listing.
        unlisted: how many more there are.
        waived: violations under a waiver, in the same order.
        everything: every obligation, in the same order, when asked for.
        counts: rule → verdict → number.
        skipped: rule → events that lacked a field of its key.
        quality: what is wanting in the log, and which obligations that weakens.
        failing: violations at or above the threshold that are not in the baseline.
        events: the events that all these name, by id.
        first, last: the times of the first and the last event.
        total, cases: how many events there are, and cases.
    """

    shown: Sequence[Obligation]
    unlisted: int
    waived: Sequence[Obligation]
    everything: Sequence[Obligation]
    counts: Mapping[str, Mapping[Verdict, int]]
    skipped: Mapping[str, int]
    quality: Sequence[Weakness]
    failing: int
    events: Mapping[str, Event]
    first: int | None
    last: int | None
    total: int
    cases: int


@dataclass(slots=True)
class Assignments:
    """Who a case was assigned to, and since when."""

    by_case: dict[str, list[tuple[int, str, Owner]]] = field(default_factory=dict)

    @classmethod
    def of(cls, events: Iterable[Event]) -> Assignments:
        """Read `ticket.assigned`, and changes of `team` or `assignee`; events in order of (time, id)."""
        out = cls()
        for event in events:
            if not event.case or event.event not in {"ticket.assigned", "ticket.changed"}:
                continue
            past = out.by_case.setdefault(event.case, [])
            now = _assigned(event, past[-1][2] if past else Owner())
            if now is not None:
                past.append((event.time, event.id, now))
        return out

    def at(self, case: str, time: int) -> Owner | None:
        """The last assignment at or before an instant."""
        past = self.by_case.get(case, [])
        i = bisect_right(past, time, key=lambda a: a[0])
        return past[i - 1][2] if i else None


def _text(event: Event, *names: str) -> str:
    for name in names:
        value = event.fields.get(name)
        if value is not None and not isinstance(value, tuple):
            return text_of(value)
    return ""


def _assigned(event: Event, before: Owner) -> Owner | None:
    if event.event == "ticket.assigned":
        return Owner(
            _text(event, "team"), _text(event, "assignee", "actor") if "assignee" in event.fields else ""
        )
    match _text(event, "field"):
        case "team":
            return Owner(_text(event, "to"), before.actor)
        case "assignee":
            return Owner(before.team, _text(event, "to"))
    return None


def owner_of(done: Event | None, opening: Event, case: str, instant: int, assignments: Assignments) -> Owner:
    """Whose work an obligation was: of who did or broke it, else the last assignment, else the opening event's."""
    if done is not None and ("team" in done.fields or "actor" in done.fields):
        return Owner(_text(done, "team"), _text(done, "actor"))
    assigned = assignments.at(case, instant)
    return assigned if assigned is not None else Owner(_text(opening, "team"), _text(opening, "actor"))


def violation_event(obligation: Obligation, severity: Severity) -> Event:
    """A violation as an event at its instant, in its own key, for the rules that rest on it."""
    fields: dict[str, Value] = {
        name: value for name, value in obligation.key if name not in {"case", "id", "time", "event"}
    }
    fields |= {"rule": obligation.rule, "severity": severity}
    if obligation.late_by is not None:
        fields["late_by"] = obligation.late_by / 1_000_000
    if obligation.owner.team:
        fields["team"] = obligation.owner.team
    if obligation.owner.actor:
        fields["actor"] = obligation.owner.actor
    if obligation.at is None:
        raise ValueError(f"{obligation.rule}: a violation without an instant")
    case = dict(obligation.key).get("case", obligation.case)
    return Event(obligation.at, VIOLATION, case, f"violation:{obligation.id}", fields)


def period_of(micros: int, each: str, zone: str) -> tuple[int, int, str]:
    """The period that an instant lies in: its first instant, the first after it, and its name."""
    day = local_date(micros, zone)
    match each:
        case "day":
            first, after, name = day, day + timedelta(days=1), day.isoformat()
        case "week":
            first = day - timedelta(days=day.weekday())
            year, week, _ = day.isocalendar()
            after, name = first + timedelta(days=7), f"{year}-W{week:02d}"
        case "month":
            first = day.replace(day=1)
            after, name = (first + timedelta(days=31)).replace(day=1), f"{day:%Y-%m}"
        case "quarter":
            first = date(day.year, day.month - (day.month - 1) % 3, 1)
            after = (first + timedelta(days=95)).replace(day=1)
            name = f"{day.year}-Q{(first.month + 2) // 3}"
        case _:
            first, after, name = date(day.year, 1, 1), date(day.year + 1, 1, 1), str(day.year)
    return midnight(first, zone), midnight(after, zone), name


Group = tuple[int, int, str, Key]
_EVIDENCE = 20  # events that an objective names, of those that were not kept


@dataclass(slots=True)
class Tally:
    """What an objective counts: per period and group how many were kept, of how many, and the first that were not.

    Obligations may be added in any portions, as long as those of one rule and key come together and in order.
    """

    plan: Plan
    body: ObjectivePlan
    _kept: Counter[Group] = field(default_factory=Counter)
    _total: Counter[Group] = field(default_factory=Counter)
    _lacking: defaultdict[Group, list[tuple[int, Key, int, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, number: int, obligations: Iterable[Obligation], opening: Mapping[str, Event]) -> None:
        """More obligations of the n-th rule that it counts; `opening`: id → event, for groups by a field."""
        for n, o in enumerate(obligations):
            when = o.at if o.at is not None else o.due if o.due is not None else o.opened_at
            if o.verdict not in DECIDED or not self.plan.in_force(when):
                continue
            group = (
                *period_of(when, self.body.each, self.plan.zone),
                tuple((name, _group(o, name, opening)) for name in self.body.by),
            )
            self._total[group] += 1
            if o.verdict == "kept":
                self._kept[group] += 1
                continue
            lacking = self._lacking[group]
            lacking.append((number, o.key, n, o.opened_by))
            if len(lacking) > 10 * _EVIDENCE:
                lacking.sort()
                del lacking[_EVIDENCE:]

    def add_kept(self, when: int, count: int) -> None:
        """So many more that were kept at about an instant of the same local day, where there are no groups."""
        if self.plan.in_force(when):
            group: Group = (*period_of(when, self.body.each, self.plan.zone), ())
            self._total[group] += count
            self._kept[group] += count

    def portions(self) -> Iterator[tuple[Group, int, int, list[tuple[int, Key, int, str]]]]:
        """(Group, kept, of how many, the first that were not) of each group, to be sent elsewhere."""
        for group, count in self._total.items():
            yield group, self._kept[group], count, sorted(self._lacking[group])[:_EVIDENCE]

    def take(self, group: Group, kept: int, total: int, lacking: Iterable[tuple[int, Key, int, str]]) -> None:
        """Add what `portions` gave elsewhere."""
        self._kept[group] += kept
        self._total[group] += total
        self._lacking[group] = sorted([*self._lacking[group], *lacking])[:_EVIDENCE]

    def evidence(self) -> set[str]:
        """The ids of the events that would be named."""
        return {i for lacking in self._lacking.values() for *_, i in sorted(lacking)[:_EVIDENCE]}

    def periods(self, as_of: int) -> list[Obligation]:
        """One obligation a period and group."""
        out = []
        for group, count in sorted(self._total.items()):
            first, after, name, key = group
            kept, share = self._kept[group], self._kept[group] / count
            # Compared as whole numbers: 0.95 is not a binary fraction, and 19 of 20 is exactly 95 %.
            met = kept * 10**10 >= round(self.body.target * 10**10) * count
            over = after <= as_of
            out.append(Obligation(
                rule=self.plan.name, key=(("period", name), *key), verdict="open" if not over else "kept" if met else "broken",
                opened_by=f"period:{name}", opened_at=first, due=after, bound="exclusive",
                at=after if over and not met else None, part=name,
                events=tuple(i for *_, i in sorted(self._lacking[group])[:_EVIDENCE]),
                owner=Owner(dict(key).get("team", ""), dict(key).get("actor", "")),
                why=f"{kept} of {count} kept ({share:.1%}), target {self.body.target * 100:.10g}%",
            ))  # fmt: skip
        return out


def objective(
    plan: Plan,
    body: ObjectivePlan,
    done: Mapping[str, Sequence[Obligation]],
    opening: Mapping[str, Event],
    as_of: int,
) -> list[Obligation]:
    """One obligation a period and group: broken at the end of the period when too small a share was kept.

    Args:
        plan, body: the rule.
        done: obligations of the rules it counts, waivers already applied.
        opening: id → event, for groups by a field of the opening event.
        as_of: the moment of judgement; a period that still runs is open.
    """
    tally = Tally(plan, body)
    for number, rule in enumerate(body.of):
        tally.add(number, done.get(rule, ()), opening)
    return tally.periods(as_of)


def _group(o: Obligation, name: str, opening: Mapping[str, Event]) -> str:
    if name == "team":
        return o.owner.team
    if name == "actor":
        return o.owner.actor
    key = dict(o.key)
    if name in key:
        return key[name]
    event = opening.get(o.opened_by)
    value = None if event is None else event.get(name)
    return "" if value is None or isinstance(value, tuple) else text_of(value)


def at_least(severity: Severity, threshold: str) -> bool:
    """Whether a severity reaches a threshold."""
    return threshold != "never" and SEVERITIES.index(severity) >= SEVERITIES.index(threshold)


UNKNOWN_LISTED = 5  # of each rule and reason; a log without texts would else list every message it has


def listed_with_unknown(
    shown: Sequence[Obligation], unknown: Iterable[Obligation], limit: int | None
) -> list[Obligation]:
    """The findings of a report: what `worst` chose, then the first of what cannot be decided, as far as `limit` goes.

    Args:
        shown: violations, reviews and borderlines, in the usual order.
        unknown: what cannot be decided.
        limit: of both together; None: all of `shown` and the first few for each rule and reason.
    """
    first: defaultdict[tuple[str, str], list[Obligation]] = defaultdict(list)
    for o in sorted(unknown, key=order):
        if len(same := first[o.rule, o.why]) < UNKNOWN_LISTED:
            same.append(o)
    chosen = sorted((o for same in first.values() for o in same), key=order)
    room = len(chosen) if limit is None else max(0, limit - len(shown))
    return sorted([*shown, *chosen[:room]], key=order)


def worst(
    listed: list[Obligation], plans: Mapping[str, Plan], limit: int | None
) -> tuple[list[Obligation], int]:
    """The worst findings, by severity, verdict and lateness, in the usual order; and how many were left out."""
    if limit is None or len(listed) <= limit:
        return listed, 0

    def badness(o: Obligation) -> tuple[bool, int, int]:
        return (o.is_violation, SEVERITIES.index(plans[o.rule].severity), o.late_by or 0)

    worst = sorted(listed, key=badness, reverse=True)[:limit]
    return sorted(worst, key=order), len(listed) - limit
