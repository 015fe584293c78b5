"""What runs on an executor: one part of a log, whole keys only, through the columnar engine; its results as rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from keptword import waivers as waiving
from keptword.cluster import rows
from keptword.columnar import bearing
from keptword.columnar.evaluate import Judgement, judge, opening_events
from keptword.columnar.frame import FrameTable
from keptword.columnar.gather import Sums, sums
from keptword.columnar.grouping import Unit
from keptword.columnar.reading import from_arrow
from keptword.columnar.table import EventTable, Table
from keptword.evaluation import Assignments, Tally, violation_event
from keptword.events import Event, identify
from keptword.evidence import sentence
from keptword.obligation import LISTED, Finding, Obligation
from keptword.plan import ObjectivePlan, Plan
from keptword.quality import signs_of, weakened
from keptword.signs import Sign, counted
from keptword.waivers import Waiver
from keptword.words import Words

# Columns that rows travel with, beside those of the log.
BUCKET, ROLE, PAYLOAD, ITEMS = "_bucket", "_role", "_payload", "_items"
EVENT, ASSIGNED, VIOLATED = (
    0,
    1,
    2,
)  # roles: of the log; tells only whose work a case was; a violation of another rule
ASSIGNMENTS = ("ticket.assigned", "ticket.changed")


@dataclass(frozen=True, slots=True)
class Order:
    """What an executor is told, besides the rows.

    Attributes:
        as_of: the moment of judgement, microseconds; the rows hold no later event.
        waivers, words: as for every engine.
        plans: every rule, for the words of findings.
        objectives: the rules that count others.
        wanted: rules whose violations others rest on.
        limit: findings of a part, the worst; with `everything` every obligation instead.
        known: ids of findings in the baseline.
        fail_on, lang: as the user wishes.
        event: makes an event of a row of the log; its columns are clean.
        large: rows from which on columns pay.
        chunk: rows that are judged at once; more only where one bucket has more.
    """

    as_of: int
    waivers: tuple[Waiver, ...]
    words: Words
    plans: tuple[Plan, ...]
    objectives: tuple[Plan, ...]
    wanted: frozenset[str]
    limit: int | None
    everything: bool
    known: frozenset[str]
    fail_on: str
    lang: str
    event: Callable[[dict[str, Any], int], Event]
    large: int = 20_000
    chunk: int = 1_000_000


def judging(order: Order, unit: Unit) -> Callable[[Iterator[Any]], Iterator[Any]]:
    """What an executor does with a partition: record batches, sorted by bucket, in; batches of results out."""

    def run(batches: Iterator[Any]) -> Iterator[Any]:
        for table in whole_buckets(batches, order.chunk):
            yield rows.batch(judged(order, unit, table))

    return run


def whole_buckets(batches: Iterator[Any], enough: int) -> Iterator[Any]:
    """Tables of whole buckets, each of about `enough` rows, or of one bucket that has more; batches are sorted by bucket."""
    import pyarrow as pa

    kept: list[Any] = []
    count = 0
    for batch in batches:
        if not batch.num_rows:
            continue
        if count >= enough:
            last = kept[-1].column(BUCKET)[-1].as_py()
            buckets = batch.column(BUCKET).to_numpy()
            same = int((buckets == last).argmin()) if buckets[-1] != last else batch.num_rows
            kept.append(batch.slice(0, same))
            batch = batch.slice(same)
            if batch.num_rows:
                yield pa.Table.from_batches(kept)
                kept, count = [], 0
        if batch.num_rows:
            kept.append(batch)
            count += batch.num_rows
    if kept:
        yield pa.Table.from_batches(kept)


def judged(order: Order, unit: Unit, table: Any) -> list[rows.Row]:
    """The results of a table with rows of every role; none of its keys has rows elsewhere."""
    import pyarrow.compute as pc

    role = table.column(ROLE)
    inner = [n for n in table.column_names if n not in {BUCKET, ROLE}]
    own = table.filter(pc.equal(role, EVENT)).select(inner)
    assigned = None
    if unit.key != ("case",):
        told = _events(order, table.filter(pc.equal(role, ASSIGNED)).select(inner))
        assigned = Assignments.of(_in_order(told))
    earlier: dict[str, list[Event]] = {}
    for text in table.filter(pc.equal(role, VIOLATED)).column(PAYLOAD).to_pylist():
        event = rows.event_of(text)
        earlier.setdefault(str(event.fields["rule"]), []).append(event)
    plans = [seen(p) for p in unit.plans]
    waivers = [replace(w, used=set()) for w in order.waivers]
    log = _table(order, unit, own)
    framed = log if isinstance(log, FrameTable) else None
    counted = {r for p in order.objectives if isinstance(p.body, ObjectivePlan) for r in p.body.of}
    # Of other rules the obligations that are kept are counted and not made.
    whole = None if framed is None or order.everything else counted | bearing.signed(plans, framed)
    before = {p.name: {r: earlier[r] for r in p.rests_on if r in earlier} for p in plans}
    found = judge(plans, log, order.as_of, waivers, order.words, whole, before, assigned)
    out = sums(plans, framed, found, order.limit, order.everything, order.known, order.fail_on)
    return [
        *_counts(out, unit.plans),
        *_weak(unit.plans, found, out, log),
        *_owed(order, found, out, log),
        *_for_others(order, found, unit.plans),
        *_used(waivers),
    ]


def counting(order: Order, plan: Plan) -> Callable[[Iterator[Any]], Iterator[Any]]:
    """What an executor does with the tallies of an objective: whole periods in, batches of results out."""

    def run(batches: Iterator[Any]) -> Iterator[Any]:
        assert isinstance(plan.body, ObjectivePlan)
        tally = Tally(plan, plan.body)
        rows.add_tallies(tally, (row for batch in batches for row in batch.to_pylist()))
        waivers = [replace(w, used=set()) for w in order.waivers]
        says = order.words.says
        owed = [waiving.apply(waivers, o, None, says) for o in tally.periods(order.as_of)]
        if not owed:
            return
        done = Judgement(periods={plan.name: owed})
        out = sums([plan], None, done, order.limit, order.everything, order.known, order.fail_on)
        yield rows.batch([
            *_counts(out, [plan]), *_owed(order, done, out, EventTable([], says)), *_for_others(order, done, [plan]), *_used(waivers),
        ])  # fmt: skip

    return run


def seen(plan: Plan) -> Plan:
    """A rule with `for_each` as it looks at rows that carry the values of their own bucket only."""
    return plan if plan.fan_out is None else replace(plan, fan_out=(plan.fan_out[0], ITEMS))


def _table(order: Order, unit: Unit, own: Any) -> Table:
    says = order.words.says
    if PAYLOAD in own.column_names and own.column(PAYLOAD).null_count == own.num_rows:
        own = own.drop_columns([PAYLOAD])
    if own.num_rows >= order.large and unit.fan_out is None and PAYLOAD not in own.column_names:
        framed = from_arrow(own, "log", order.event, says)
        if framed is not None:
            return framed
    return EventTable(_in_order(_events(order, own)), says)


def _events(order: Order, table: Any) -> list[Event]:
    """The events of rows: from their payload, or made of their columns; those without an id get one from their content."""
    given: list[Event] = []
    for row in table.to_pylist():
        payload = row.pop(PAYLOAD, None)
        if payload is None:
            given.append(order.event(row, 0))
            continue
        event = rows.event_of(payload)
        items = row.get(ITEMS)
        given.append(
            replace(event, id=row.get("id") or event.id, fields={**event.fields, ITEMS: tuple(items)})
            if items
            else event
        )
    # Where one event stands in several rows, each has other values of its list, and ids of the log are unique already.
    made, _, _ = identify(e for e in given if not e.id)
    return [*(e for e in given if e.id), *made]


def _in_order(events: Sequence[Event]) -> list[Event]:
    return sorted(events, key=lambda e: (e.time, e.id))


# --------------------------------------------------------------------------------------------------------- results


def _counts(out: Sums, plans: Sequence[Plan]) -> Iterator[rows.Row]:
    for plan in plans:
        for verdict, n in out.counts[plan.name].items():
            if n:
                yield rows.count_row(rows.COUNT, plan.name, n, verdict)
        yield rows.count_row(rows.SKIPPED, plan.name, out.skipped.get(plan.name, 0))
    for (rule, why), n in out.unknown.items():
        yield rows.count_row(rows.UNKNOWN, rule, n, part=why)
    yield rows.count_row(rows.FAILING, "", out.failing)


def _weak(plans: Sequence[Plan], found: Judgement, out: Sums, table: Table) -> Iterator[rows.Row]:
    weak = out.weak
    if not isinstance(table, FrameTable):
        if not any(s.on(e) for e in table.made() for p in plans for s in signs_of(p)):
            return
        weak = weakened(plans, table.made(), {p.name: found.obligations(p.name) for p in plans})
    for (sign, rule), n in weak.items():
        yield rows.count_row(rows.WEAK, rule, n, part=sign.what)


def weighing(
    signs: Sequence[Sign], event: Callable[[dict[str, Any], int], Event]
) -> Callable[[Iterator[Any]], Iterator[Any]]:
    """How many events bear some signs, and of how many: batches of the log in, batches of results out."""

    def run(batches: Iterator[Any]) -> Iterator[Any]:
        for batch in batches:
            made = (
                rows.event_of(row[PAYLOAD]) if row.get(PAYLOAD) is not None else event(row, 0)
                for row in batch.to_pylist()
            )
            found = counted(made, signs)
            yield rows.batch([
                rows.count_row(rows.BEARING, kind, n, part=s.what) for s, pair in found.items() for kind, n in zip(("bear", "of"), pair, strict=True)
            ])  # fmt: skip

    return run


def _used(waivers: Sequence[Waiver]) -> Iterator[rows.Row]:
    for n, waiver in enumerate(waivers):
        if waiver.used:
            yield rows.count_row(rows.WAIVER, waiver.rule, len(waiver.used), part=str(n))


def _owed(order: Order, found: Judgement, out: Sums, table: Table) -> Iterator[rows.Row]:
    wanted = out.everything if order.everything else [*out.shown, *out.waived]
    needed = {i for o in wanted for i in (o.opened_by, o.done_by, *o.events) if i is not None}
    events = {e.id: e for e in table.made() if e.id in needed} | found.extra
    yield from (written(order, o, events) for o in wanted)


def written(order: Order, o: Obligation, events: dict[str, Event]) -> rows.Row:
    """An obligation as a row, with its sentence where it is a finding."""
    plan = next(p for p in order.plans if p.name == o.rule)
    said = ""
    if o.verdict in LISTED or o.verdict in {"waived", "unknown"}:
        said = sentence(plan, o, events, order.as_of, order.lang)
    return rows.owed_row(Finding(o, plan.severity, plan.zone, said, o.id in order.known), events)


def _for_others(order: Order, found: Judgement, plans: Sequence[Plan]) -> Iterator[rows.Row]:
    for plan in order.objectives:
        here = {p.name for p in plans}
        if isinstance(plan.body, ObjectivePlan) and here & set(plan.body.of):
            tally, opening = Tally(plan, plan.body), opening_events(found, plan.body)
            for number, rule in enumerate(plan.body.of):
                if rule in here:
                    tally.add(number, sorted(found.obligations(rule), key=lambda o: o.key), opening)
            yield from rows.tally_rows(plan.name, tally)
    for plan in plans:
        if plan.name in order.wanted:
            for o in found.violations(plan.name):
                yield rows.violation_row(violation_event(o, plan.severity), plan.name)
