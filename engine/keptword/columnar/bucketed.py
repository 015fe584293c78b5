"""A log larger than memory, judged bucket by bucket: what comes of the buckets is put together into one result."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from keptword import waivers as waiving
from keptword.columnar.bearing import bearing, looked_at, signed
from keptword.columnar.columns import LEFT_OUT
from keptword.columnar.evaluate import Judgement, judge, opening_events
from keptword.columnar.frame import FrameTable
from keptword.columnar.gather import Sums, put_together, sums
from keptword.columnar.passes import CASES, Layout, Pass, passes
from keptword.evaluation import Assignments, Gathered, Tally, violation_event
from keptword.events import Event
from keptword.obligation import Obligation
from keptword.plan import ObjectivePlan, Plan, keys_of
from keptword.quality import signs_of
from keptword.signs import Sign
from keptword.waivers import Waiver
from keptword.words import Words


class Store(Protocol):
    """A log that lies in buckets.

    Attributes:
        count: buckets in each layout.
        last: the time of the last event.
        folder: where more may be kept for the time of the run.
        told: called when a rule has been judged in a bucket: how many of these steps are done, how many there are, what is done.
    """

    count: int
    last: int
    folder: Path
    told: Callable[[int, int, str], None] | None

    def table(self, layout: Layout, bucket: int) -> FrameTable | None:
        """The rows of a bucket; None when it is empty."""

    def assigned(self, cases: Iterable[str]) -> list[Event]:
        """Who these cases were assigned to: the events that say so, in order of (time, id)."""

    def buckets_of(self, texts: Iterable[str]) -> list[int]:
        """The buckets of keys with these texts in the field of a layout."""


_MANY = 200_000  # rows whose tables may wait for the garbage collector together


@dataclass(slots=True)
class _Run:
    """What a run knows from one bucket to the next."""

    plans: Sequence[Plan]
    store: Store
    as_of: int
    waivers: Sequence[Waiver]
    words: Words
    limit: int | None
    everything: bool
    known: frozenset[str]
    fail_on: str
    sums: list[Sums] = field(default_factory=list)
    signs: dict[Sign, list[int]] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=dict)
    evidence: dict[str, Event] = field(default_factory=dict)
    counted: set[int] = field(default_factory=set)
    cases: int = 0
    total: int = 0
    first: int | None = None
    last: int | None = None
    _sent: dict[tuple[int, int], int] = field(default_factory=dict)

    # ---------------------------------------------------------------------------------------- violations as events

    def send(self, turn: int, turns: Sequence[Pass], events: dict[str, list[Event]]) -> None:
        """Keep violations for the later passes whose rules rest on them, in the buckets where these look for them."""
        for later in range(turn + 1, len(turns)):
            layout = turns[later].layout
            for plan in turns[later].plans if layout is not None else ():
                own = [(rule, e) for rule in plan.rests_on for e in events.get(rule, ())]
                if not own or layout is None:
                    continue
                by_bucket: dict[int, list[tuple[str, Event]]] = {}
                for rule, event in own:
                    for bucket in self._buckets(event, plan, layout):
                        by_bucket.setdefault(bucket, []).append((rule, event))
                for bucket, some in by_bucket.items():
                    with self._box(later, bucket, plan).open("ab") as box:
                        pickle.dump(some, box)

    def received(self, turn: int, bucket: int, plan: Plan) -> dict[str, list[Event]]:
        """Rule → its violations in earlier passes that may stand in a bucket."""
        out: dict[str, list[Event]] = {}
        path = self._box(turn, bucket, plan)
        if path.exists():
            with path.open("rb") as box:
                while box.peek(1):  # written by this run, into a folder of its own
                    for rule, event in pickle.load(box):  # noqa: S301
                        out.setdefault(rule, []).append(event)
        return out

    def _box(self, turn: int, bucket: int, plan: Plan) -> Path:
        return self.store.folder / f"violations-{turn}-{bucket}-{self.plans.index(plan)}"

    def _buckets(self, event: Event, plan: Plan, layout: Layout) -> list[int]:
        at = plan.key.index(layout.field)
        texts = {key[at] for key in keys_of(event, plan)}
        return (
            sorted(set(self.store.buckets_of(texts))) if texts else [0]
        )  # one that has no key is counted once

    # ------------------------------------------------------------------------------------------------- one bucket

    def bucket(self, turn: int, turns: Sequence[Pass], bucket: int) -> int:
        """Judge the rules of a pass in one bucket; how many rows it held."""
        layout, plans = turns[turn].layout, turns[turn].plans
        assert layout is not None
        table = self.store.table(layout, bucket)
        before = {p.name: self.received(turn, bucket, p) for p in plans}
        if table is None:
            if not any(before.values()):
                return 0
            table = _empty(self.store, layout)
            if table is None:
                return 0
        past = table.until(self.as_of)
        past.says = self.words.says
        if layout == CASES and bucket not in self.counted:
            self._count(past, bucket)
        whole = {p.name for p in plans} if layout.source is not None else self._whole(plans, past)
        assignments = self._assignments(layout, past, before)
        found = judge(plans, past, self.as_of, self.waivers, self.words, whole, before, assignments)
        if layout.source is not None:
            self._own(found, plans, layout, bucket)
        self.sums.append(sums(plans, past, found, self.limit, self.everything, self.known, self.fail_on))
        wanted = {
            r
            for later in turns[turn + 1 :]
            for p in later.plans
            for r in p.rests_on
            if later.layout is not None
        }
        severity = {p.name: p.severity for p in plans}
        self.send(turn, turns, {
            p.name: [violation_event(o, severity[p.name]) for o in found.violations(p.name)] for p in plans if p.name in wanted
        })  # fmt: skip
        self._tally(found, plans, past)
        self.sums = [put_together(self.plans, self.sums, self.limit)]
        return len(table)

    def _whole(self, plans: Sequence[Plan], past: FrameTable) -> set[str]:
        """The rules of which every obligation is wanted."""
        if self.everything:
            return {p.name for p in plans}
        counted = {r for p in self.plans if isinstance(p.body, ObjectivePlan) for r in p.body.of}
        return counted | set(signed(plans, past))

    def _count(self, past: FrameTable, bucket: int) -> None:
        self.counted.add(bucket)
        self.total += len(past)
        self.cases += past.cases()
        if len(past):
            first, last = int(past.times[0]), int(past.times[-1])
            self.first = first if self.first is None else min(self.first, first)
            self.last = last if self.last is None else max(self.last, last)
        for sign in dict.fromkeys(s for p in self.plans for s in signs_of(p)):
            seen = self.signs.setdefault(sign, [0, 0])
            seen[0] += int(bearing(past, sign).sum())
            seen[1] += int(looked_at(past, sign).sum())

    def _assignments(
        self, layout: Layout, past: FrameTable, before: dict[str, dict[str, list[Event]]]
    ) -> Assignments | None:
        """Who the cases that stand in a bucket were assigned to, where the events that say so may stand in others."""
        if layout == CASES:
            return None
        cases = set(past.coded["case"].texts.all()) if "case" in past.coded else set()
        cases |= {e.case for given in before.values() for events in given.values() for e in events}
        return Assignments.of(e for e in self.store.assigned(cases - {""}) if e.time <= self.as_of)

    def _own(self, found: Judgement, plans: Sequence[Plan], layout: Layout, bucket: int) -> None:
        """Leave out what was judged under keys of other buckets, which came along with events that have several keys."""
        for plan in plans:
            owed = found.owed[plan.name]
            entries = list(owed.entries())
            texts = [dict(owed.layout.key(int(owed.places[i])))[layout.field] for i in entries]
            for i, own in zip(entries, self.store.buckets_of(texts), strict=True):
                if own != bucket:
                    owed.verdict[i] = LEFT_OUT

    def _tally(self, found: Judgement, plans: Sequence[Plan], past: FrameTable) -> None:
        names = {p.name for p in plans}
        for plan in self.plans:
            body = plan.body
            if not isinstance(body, ObjectivePlan) or not names & set(body.of):
                continue
            tally = self.tallies.setdefault(plan.name, Tally(plan, body))
            opening = opening_events(found, body)
            for number, rule in enumerate(body.of):
                if rule in names:
                    tally.add(number, sorted(found.obligations(rule), key=lambda o: o.key), opening)
            lacking = tally.evidence() - self.evidence.keys()
            if lacking:
                self.evidence |= {e.id: e for e in past.made() if e.id in lacking}
                self.evidence |= {i: e for i, e in found.extra.items() if i in lacking}

    # -------------------------------------------------------------------------------------------------- objectives

    def objective(self, turn: int, turns: Sequence[Pass]) -> None:
        """Judge an objective by what was tallied."""
        plan = turns[turn].plans[0]
        assert isinstance(plan.body, ObjectivePlan)
        tally = self.tallies.get(plan.name) or Tally(plan, plan.body)
        for number, rule in enumerate(plan.body.of):
            if rule in self.periods:
                tally.add(number, sorted(self.periods[rule], key=lambda o: o.key), {})
        mine = [w for w in self.waivers if w.rule == plan.name]
        own = [waiving.apply(mine, o, None, self.words.says) for o in tally.periods(self.as_of)]
        self.periods[plan.name] = own
        found = Judgement(periods={plan.name: own}, extra=dict(self.evidence))
        self.sums.append(sums([plan], None, found, self.limit, self.everything, self.known, self.fail_on))
        self.send(
            turn, turns, {plan.name: [violation_event(o, plan.severity) for o in own if o.is_violation]}
        )

    periods: dict[str, list[Obligation]] = field(default_factory=dict)


def _empty(store: Store, layout: Layout) -> FrameTable | None:
    """A table without rows, for buckets that hold nothing but violations."""
    for bucket in range(store.count):
        table = store.table(layout, bucket)
        if table is not None:
            return table.until(-(2**62))
    return None


def gather_buckets(
    plans: Sequence[Plan], store: Store, as_of: int, waivers: Sequence[Waiver], words: Words, limit: int | None, everything: bool,
    known: frozenset[str], fail_on: str,
) -> Gathered:  # fmt: skip
    """Judge a log that lies in buckets; the arguments are those of `gather`."""
    run = _Run(plans, store, as_of, waivers, words, limit, everything, known, fail_on)
    turns = passes(plans)
    if not any(t.layout == CASES for t in turns):
        turns.append(Pass(CASES, ()))  # where everything is counted
    steps = sum(store.count for t in turns if t.layout is not None)
    done = held = 0
    for turn, wanted in enumerate(turns):
        if wanted.layout is None:
            run.objective(turn, turns)
            continue
        for bucket in range(store.count):
            held += run.bucket(turn, turns, bucket)
            if held > _MANY:  # tables and their layouts know one another, and would stay until somebody looks
                gc.collect()
                held = 0
            done += 1
            if store.told is not None:
                store.told(done, steps, ", ".join(p.name for p in wanted.plans))
    whole = put_together(plans, run.sums, limit)
    counts = {s: (n[0], n[1]) for s, n in run.signs.items()}
    return whole.gathered(plans, lambda s: counts.get(s, (0, 0)), run.first, run.last, run.total, run.cases)
