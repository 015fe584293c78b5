"""The columnar evaluator: every kind of rule over a log laid out in columns; it gives what the plain evaluator gives."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from keptword import waivers as waiving
from keptword.clock import NEVER
from keptword.columnar.announcing import notice
from keptword.columnar.answering import cadence, promise, respond
from keptword.columnar.columns import BROKEN, EARLY, KEPT, LATE, MISSED
from keptword.columnar.judging import consistency, count, guard, wording
from keptword.columnar.owed import Owed
from keptword.columnar.table import EventTable, Table
from keptword.evaluation import Assignments, Evaluation, Tally, violation_event
from keptword.events import Event, Log
from keptword.instants import MINUTE, SECOND
from keptword.obligation import Obligation
from keptword.plan import (
    CadencePlan,
    ConsistencyPlan,
    CountPlan,
    GuardPlan,
    NoticePlan,
    ObjectivePlan,
    Plan,
    PromisePlan,
    ResponsePlan,
    WordingPlan,
    parts_of,
)  # fmt: skip
from keptword.waivers import Waiver
from keptword.words import Words

VIOLATED = (LATE, MISSED, EARLY, BROKEN)


@dataclass(slots=True)
class Judgement:
    """What came of a run.

    Attributes:
        owed: rule → its obligations as columns; objectives are in `periods` instead.
        periods: rule → obligations of an objective.
        skipped: rule → how many events that it looks for lacked a field of its key.
        assignments: who each case was assigned to.
        extra: violations as events, by id, for the evidence of rules that rest on them.
    """

    owed: dict[str, Owed] = field(default_factory=dict)
    periods: dict[str, list[Obligation]] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)
    assignments: Assignments = field(default_factory=Assignments)
    extra: dict[str, Event] = field(default_factory=dict)

    def obligations(self, rule: str) -> list[Obligation]:
        """Every obligation of a rule."""
        return self.periods[rule] if rule in self.periods else list(self.owed[rule].all(self.assignments))

    def violations(self, rule: str) -> list[Obligation]:
        """Its violations that no waiver covers."""
        if rule in self.periods:
            return [o for o in self.periods[rule] if o.is_violation]
        owed = self.owed[rule]
        entries = owed.entries(*VIOLATED)
        owed.load(entries)
        return [owed.obligation(int(i), self.assignments) for i in entries]


def evaluate(
    plans: Sequence[Plan], log: Log, as_of: int, waivers: Sequence[Waiver] = (), words: Words | None = None
) -> Evaluation:
    """Every obligation of every rule.

    Args:
        plans: in an order in which each comes after those it rests on (`make_plans` gives them so).
        log: the events.
        as_of: the moment of judgement, microseconds; later events do not exist.
        waivers: applied before rules that rest on violations see them.
        words: the wording checks.
    """
    words = words or Words()
    events = [e for e in log.events if e.time <= as_of]
    found = judge(plans, EventTable(events, words.says), as_of, waivers, words)
    return Evaluation({p.name: found.obligations(p.name) for p in plans}, found.skipped)


def judge(
    plans: Sequence[Plan],
    table: Table,
    as_of: int,
    waivers: Sequence[Waiver],
    words: Words,
    whole: Collection[str] | None = None,
    before: Mapping[str, Mapping[str, Sequence[Event]]] = {},
    assignments: Assignments | None = None,
) -> Judgement:
    """The same, as columns; the table holds no event later than `as_of`.

    Args:
        plans, as_of, waivers, words: as for `evaluate`.
        table: the log, or a part of it in which the events of each key stand together.
        whole: the rules of which every obligation is wanted; of others, those that are kept may only be counted
            (`Owed.more_kept`). None: all rules.
        before: rule → a rule that it rests on and that is not among `plans` → the violations of that as events.
        assignments: who cases were assigned to; None: as the table says.
    """
    if assignments is None:
        assignments = Assignments.of(table.named(("ticket.assigned", "ticket.changed")))
    out = Judgement(assignments=assignments)
    severity = {p.name: p.severity for p in plans}
    counted = {name for p in plans if isinstance(p.body, ObjectivePlan) for name in p.body.of}
    for plan in plans:
        mine = [w for w in waivers if w.rule == plan.name]
        if isinstance(plan.body, ObjectivePlan):
            out.periods[plan.name] = _periods(plan, plan.body, out, as_of, mine, words)
            continue
        resting = [
            violation_event(o, severity[p.name])
            for p in plans
            if p.name in plan.rests_on
            for o in out.violations(p.name)
        ]
        resting += [e for events in before.get(plan.name, {}).values() for e in events]
        out.extra |= {e.id: e for e in resting}
        own = table.for_rule(plan, resting)
        layout = own.layout(plan)
        lacking = [layout.lacking(m) for m in parts_of(plan)]
        out.skipped[plan.name] = len(set().union(*(map(int, rows) for rows in lacking if len(rows))))
        owed = out.owed[plan.name] = _judge(
            plan, own, as_of, words, whole is None or plan.name in whole or plan.name in counted
        )
        for i in owed.entries(*VIOLATED) if mine else ():
            o = owed.obligation(int(i), out.assignments)
            waived = waiving.apply(mine, o, layout.at(int(owed.places[i])), words.says)
            if waived is not o:
                owed.waive(int(i), waived.why)
    return out


def _judge(plan: Plan, table: Table, as_of: int, words: Words, whole: bool) -> Owed:
    body = plan.body
    match body:
        case ResponsePlan():
            return respond(table, plan, body, as_of)
        case CadencePlan():
            return cadence(table, plan, body, as_of, words, whole)
        case NoticePlan():
            return notice(table, plan, body, as_of)
        case GuardPlan():
            return guard(table, plan, body, as_of)
        case PromisePlan():
            return promise(table, plan, body, as_of, words)
        case ConsistencyPlan():
            return consistency(table, plan, body, as_of, words)
        case CountPlan():
            return count(table, plan, body, as_of)
        case WordingPlan():
            return wording(table, plan, body, as_of, words)
        case ObjectivePlan():
            raise AssertionError("an objective is about obligations, not about events")
        case _:
            assert_never(body)


def _periods(
    plan: Plan, body: ObjectivePlan, found: Judgement, as_of: int, waivers: Sequence[Waiver], words: Words
) -> list[Obligation]:
    """The periods of an objective, over the obligations of the rules that it counts."""
    # By key, as every engine gives them: the evidence names the first ones that were not kept.
    tally, opening = Tally(plan, body), opening_events(found, body)
    for number, rule in enumerate(body.of):
        kept = _kept_when(found.owed[rule]) if not body.by and rule in found.owed else None
        for when, count_ in kept or ():
            tally.add_kept(when, count_)
        counted = found.obligations(rule) if kept is None else found.violations(rule)
        tally.add(number, sorted(counted, key=lambda o: o.key), opening)
    return [waiving.apply(waivers, o, None, words.says) for o in tally.periods(as_of)]


_QUARTER = 15 * MINUTE  # since 1975 every zone's days begin at a full quarter of an hour
_YEAR_1975 = 157_766_400 * SECOND


def _kept_when(owed: Owed) -> list[tuple[int, int]] | None:
    """About when obligations of a large log were kept, and how many; None where each has to be looked at."""
    if not owed.layout.big:
        return None
    import numpy as np

    entries = owed.entries(KEPT)
    opened = owed.layout.times[owed.places[entries]] if owed.opened is None else owed.opened[entries]
    when = np.where(owed.due[entries] == NEVER, opened, owed.due[entries])
    if len(when) and int(when.min()) < _YEAR_1975:
        return None
    quarters, counts = np.unique(when // _QUARTER, return_counts=True)
    return [(q * _QUARTER, n) for q, n in zip(quarters.tolist(), counts.tolist(), strict=True)]


def opening_events(found: Judgement, body: ObjectivePlan) -> dict[str, Event]:
    """The opening events of the rules that an objective counts, by id, if it groups by a field of theirs."""
    opening: dict[str, Event] = dict(found.extra)
    if set(body.by) - {"team", "actor"}:
        for rule in body.of:
            if rule in found.owed:
                owed = found.owed[rule]
                opening |= {e.id: e for i in owed.entries() for e in (owed.layout.at(int(owed.places[i])),)}
    return opening
