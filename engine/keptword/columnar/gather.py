"""What a report needs of a large run: everything counted in columns, and only what is listed made in full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from keptword.columnar.bearing import bearing, looked_at, signed, weakened
from keptword.columnar.columns import BORDERLINE, LATE, MISSED, REVIEW, UNKNOWN, WAIVED, filled
from keptword.columnar.evaluate import VIOLATED, Judgement, judge
from keptword.columnar.frame import FrameTable
from keptword.columnar.owed import Owed
from keptword.evaluation import UNKNOWN_LISTED, Gathered, at_least, listed_with_unknown, worst
from keptword.events import Event
from keptword.obligation import LISTED, SEVERITIES, VIOLATIONS, Obligation, Verdict, order
from keptword.plan import Plan
from keptword.quality import weaknesses
from keptword.signs import Sign
from keptword.waivers import Waiver
from keptword.words import Words


def gather(
    plans: Sequence[Plan], table: FrameTable, as_of: int, waivers: Sequence[Waiver], words: Words, limit: int | None, everything: bool,
    known: frozenset[str], fail_on: str,
) -> Gathered:  # fmt: skip
    """Judge a large log.

    Args:
        plans, as_of, waivers, words: as for `evaluate`.
        table: the log.
        limit: list only so many findings, the worst.
        everything: make every obligation.
        known: ids of findings in the baseline.
        fail_on: the least severity that fails the run.
    """
    past = table.until(as_of)
    past.says = words.says
    # What weak events weaken is counted over every obligation.
    whole = {p.name for p in plans} if everything else signed(plans, past)
    found = judge(plans, past, as_of, waivers, words, whole)
    return sums(plans, past, found, limit, everything, known, fail_on).gathered(
        plans, lambda sign: (int(bearing(past, sign).sum()), int(looked_at(past, sign).sum())),
        int(past.times[0]) if len(past) else None, int(past.times[-1]) if len(past) else None, len(past), past.cases(),
    )  # fmt: skip


@dataclass(slots=True)
class Sums:
    """What a report needs of a run over a log, or over a part of it; such parts can be put together.

    Attributes:
        shown, waived, everything, counts, skipped, failing, events: as in `Gathered`.
        weak: (sign, rule) → obligations that rest on an event that bears it.
        unknown: (rule, why) → obligations that cannot be decided.
    """

    shown: list[Obligation]
    waived: list[Obligation]
    everything: list[Obligation]
    counts: dict[str, Mapping[Verdict, int]]
    skipped: Mapping[str, int]
    failing: int
    events: dict[str, Event]
    weak: Mapping[tuple[Sign, str], int]
    unknown: Counter[tuple[str, str]]

    def gathered(
        self, plans: Sequence[Plan], count: Callable[[Sign], tuple[int, int]], first: int | None, last: int | None, total: int, cases: int
    ) -> Gathered:  # fmt: skip
        """The result, given what is known of the log."""
        counts = {p.name: self.counts.get(p.name, {}) for p in plans}
        listed = sum(c.get(v, 0) for c in counts.values() for v in LISTED) + sum(self.unknown.values())
        return Gathered(
            shown=self.shown, unlisted=listed - len(self.shown), waived=self.waived, everything=self.everything, counts=counts,
            skipped=self.skipped, quality=weaknesses(self.weak, self.unknown, count), failing=self.failing, events=self.events,
            first=first, last=last, total=total, cases=cases,
        )  # fmt: skip


def sums(
    plans: Sequence[Plan], past: FrameTable | None, found: Judgement, limit: int | None, everything: bool, known: frozenset[str],
    fail_on: str,
) -> Sums:  # fmt: skip
    """Count what came of a run, and make what is listed of it.

    Args:
        plans, limit, everything, known, fail_on: as for `gather`.
        past: the events that were judged; None: obligations of objectives only.
        found: what came of it.
    """
    by_name = {p.name: p for p in plans}
    counts: dict[str, Mapping[Verdict, int]] = {p.name: _counts(found, p.name) for p in plans}
    total = sum(c.get(v, 0) for c in counts.values() for v in LISTED)
    chosen = _chosen(found, by_name, limit if limit is not None and limit < total else None)
    undecided = [o for p in plans if p.name in found.owed for o in _unknown(found, p.name)]
    shown = listed_with_unknown(worst(sorted(chosen, key=order), by_name, limit)[0], undecided, limit)
    waived = sorted((o for p in plans for o in _made(found, p.name, (WAIVED,))), key=order)
    every = sorted((o for p in plans for o in found.obligations(p.name)), key=order) if everything else []
    failing = sum(
        counts[p.name].get(v, 0) for p in plans if at_least(p.severity, fail_on) for v in VIOLATIONS
    )
    if known:
        failing -= sum(
            1
            for p in plans
            if at_least(p.severity, fail_on)
            for o in found.violations(p.name)
            if o.id in known
        )
    unknown: Counter[tuple[str, str]] = Counter()
    for plan in plans:
        owed = found.owed.get(plan.name)
        if owed is not None:
            unknown.update((plan.name, owed.why[int(i)]) for i in owed.entries(UNKNOWN))
    weak = weakened(plans, past, found) if past is not None else {}
    return Sums(
        shown,
        waived,
        every,
        counts,
        found.skipped,
        failing,
        _events(found, past, [*shown, *waived]),
        weak,
        unknown,
    )


def put_together(plans: Sequence[Plan], parts: Sequence[Sums], limit: int | None) -> Sums:
    """One result of the results over parts of a log, and over different rules."""
    listed = sorted((o for s in parts for o in s.shown if o.verdict in LISTED), key=order)
    undecided = [o for s in parts for o in s.shown if o.verdict not in LISTED]
    shown = listed_with_unknown(worst(listed, {p.name: p for p in plans}, limit)[0], undecided, limit)
    waived = sorted((o for s in parts for o in s.waived), key=order)
    needed = {i for o in [*shown, *waived] for i in (o.opened_by, o.done_by, *o.events)}
    counts: dict[str, Mapping[Verdict, int]] = {}
    skipped: Counter[str] = Counter()
    weak: Counter[tuple[Sign, str]] = Counter()
    unknown: Counter[tuple[str, str]] = Counter()
    for s in parts:
        for rule, count in s.counts.items():
            counts[rule] = Counter(counts.get(rule, {})) + Counter(count)
        skipped.update(s.skipped)
        weak.update(s.weak)
        unknown.update(s.unknown)
    return Sums(
        shown, waived, sorted((o for s in parts for o in s.everything), key=order), counts, dict(skipped),
        sum(s.failing for s in parts), {i: e for s in parts for i, e in s.events.items() if i in needed}, weak, unknown,
    )  # fmt: skip


def _counts(found: Judgement, rule: str) -> Mapping[Verdict, int]:
    return (
        found.owed[rule].counts() if rule in found.owed else Counter(o.verdict for o in found.periods[rule])
    )


def _made(found: Judgement, rule: str, verdicts: Iterable[int]) -> list[Obligation]:
    """The obligations of a rule with some verdicts, their events loaded all at once."""
    if rule not in found.owed:
        return (
            [o for o in found.periods[rule] if o.verdict in LISTED]
            if WAIVED not in verdicts
            else [o for o in found.periods[rule] if o.verdict == "waived"]
        )
    owed = found.owed[rule]
    return _those(found, owed, owed.entries(*verdicts))


def _unknown(found: Judgement, rule: str) -> list[Obligation]:
    """What cannot be decided under a rule: for each reason those that were opened first, because no more are shown."""
    owed = found.owed[rule]
    first: dict[str, list[tuple[int, int]]] = {}
    for i in owed.entries(UNKNOWN):
        place = owed.places[i]
        opened = int(owed.opened[i] if owed.opened is not None else owed.layout.times[place])
        first.setdefault(owed.why[int(i)], []).append((opened, int(i)))
    chosen = []
    for same in first.values():
        same.sort()
        latest = same[min(len(same), UNKNOWN_LISTED) - 1][0]
        chosen += [i for opened, i in same if opened <= latest]  # of those at one instant the rest decides
    return _those(found, owed, sorted(chosen))


def _those(found: Judgement, owed: Owed, entries: Any) -> list[Obligation]:
    owed.load(entries)
    return [owed.obligation(int(i), found.assignments) for i in entries]


def _chosen(found: Judgement, plans: Mapping[str, Plan], limit: int | None) -> list[Obligation]:
    """The findings; with a limit, at least the worst so many, found by their columns before any is made."""
    wanted = (*VIOLATED, REVIEW, BORDERLINE)
    if limit is None:
        return [o for rule in plans for o in _made(found, rule, wanted)]
    import numpy as np

    parts = []
    out = []
    for n, (rule, plan) in enumerate(plans.items()):
        if rule not in found.owed:
            out += _made(found, rule, wanted)
            continue
        owed = found.owed[rule]
        entries = np.asarray(owed.entries(*wanted), dtype=np.int64)
        violated, late, when = _badness(owed, entries)
        severity = np.full(len(entries), SEVERITIES.index(plan.severity))
        parts.append(np.stack([-violated, -severity, -late, when, np.full(len(entries), n), entries]))
    if not parts:
        return out
    table = np.concatenate(parts, axis=1)
    if table.shape[1] > limit > 0:
        first = np.lexsort(table[3::-1])
        last = table[:4, first[limit - 1]]
        keep = first[:limit]
        # Equal in all that columns know: the rest is decided by rule and key, so all of them are made.
        more = first[limit:]
        equal = (table[:4, more] == last[:, None]).all(axis=0)
        keep = np.concatenate([keep, more[equal]])
    else:
        keep = np.arange(table.shape[1] if limit else 0)
    for n, rule in enumerate(plans):
        own = table[5, keep[table[4, keep] == n]]
        if len(own):
            out += _those(found, found.owed[rule], np.sort(own))
    return out


def _badness(owed: Owed, entries: Any) -> tuple[Any, Any, Any]:
    """Of some obligations: whether they are violations, how late, and the instant they are listed by."""
    import numpy as np

    if not owed.layout.big:
        late = np.array([owed.late_by(int(i)) or 0 for i in entries], dtype=np.int64)
        when = np.array([owed.instant(int(i)) for i in entries], dtype=np.int64)
        return np.isin(np.asarray(owed.verdict)[entries], VIOLATED).astype(np.int64), late, when
    verdict, due = owed.verdict[entries], owed.due[entries]
    times = owed.layout.times
    done, other = owed.done[entries], owed.other[entries]
    none = filled(len(entries), 0, True)
    done_time = np.where(done >= 0, times[np.maximum(done, 0)], none)
    end = np.where(other >= 0, times[np.maximum(other, 0)], owed.as_of)
    late = np.where(verdict == LATE, done_time - due, np.where(verdict == MISSED, end - due, none))
    own = np.isin(verdict, (LATE, MISSED, BORDERLINE, REVIEW))
    return np.isin(verdict, VIOLATED).astype(np.int64), late, np.where(own, due, done_time)


def _events(found: Judgement, table: FrameTable | None, named: Iterable[Obligation]) -> dict[str, Event]:
    needed = {i for o in named for i in (o.opened_by, o.done_by, *o.events) if i is not None}
    events = {e.id: e for e in table.made() if e.id in needed} if table is not None else {}
    return events | {i: e for i, e in found.extra.items() if i in needed}
