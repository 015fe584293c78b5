"""A log as a frame of columns is judged as the same log of events is, by compiled loops."""

from __future__ import annotations

import os
from collections import Counter

import polars as pl
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from keptword import reference
from keptword.audit import Wishes, audit
from keptword.cli.inputs import only_where
from keptword.cli.large import rows_of
from keptword.columnar import announcing, answering, deadlines, judging
from keptword.columnar.evaluate import judge
from keptword.columnar.gather import gather
from keptword.columnar.reading import FrameEvents, framed
from keptword.errors import UsageError
from keptword.evaluation import listed_with_unknown, worst
from keptword.events import FIELD_TYPES, Event, Log, make_log
from keptword.explain import explain
from keptword.obligation import LISTED, order
from keptword.spec.comparing import text_of
from keptword.testing.strategies import WORDS, logs, moments, packs
from keptword.timeline import format_timeline

EXAMPLES = settings(
    max_examples=int(os.environ.get("KEPTWORD_EXAMPLES", "120")),
    suppress_health_check=list(HealthCheck),
    deadline=None,
)
TYPES = {
    "text": pl.String,
    "bool": pl.Boolean,
    "number": pl.Float64,
    "instant": pl.Datetime("us", "UTC"),
    "list": pl.List(pl.String),
}
FITS = {"text": str, "bool": bool, "number": (int, float), "instant": int, "list": tuple}


@EXAMPLES
@given(sample=packs(), data=st.data(), ids=st.booleans(), turned=st.booleans())
def test_frame_equals_reference(sample, data, ids, turned):
    """Any rules over any log of clean columns: the same obligations, with ids of its own or made ones, in any order of lines."""
    log = cleaned(data.draw(logs()), ids)
    as_of = data.draw(moments(log))
    note(format_timeline(log.events))
    table = frame(log, ids, turned)
    if table is None:
        return
    wanted = reference.evaluate(sample.plans, log, as_of, (), WORDS)
    table = table.until(as_of)
    found = judge(sample.plans, table, as_of, (), WORDS)
    for plan in sample.plans:
        ours = sorted(found.obligations(plan.name), key=order)
        assert ours == sorted(wanted.obligations[plan.name], key=order)
    assert found.skipped == wanted.skipped


@EXAMPLES
@given(sample=packs(), data=st.data(), limit=st.sampled_from((None, 0, 1, 2, 5)))
def test_the_worst_findings_are_the_same(sample, data, limit):
    """What a report lists of a large log, and what it counts, is what it lists and counts of a small one."""
    log = cleaned(data.draw(logs()), False)
    as_of = data.draw(moments(log))
    note(format_timeline(log.events))
    table = frame(log, False, False)
    if table is None:
        return
    wanted = reference.evaluate(sample.plans, log, as_of, (), WORDS)
    listed = sorted((o for os in wanted.obligations.values() for o in os if o.verdict in LISTED), key=order)
    unknown = [o for os in wanted.obligations.values() for o in os if o.verdict == "unknown"]
    shown = listed_with_unknown(worst(listed, {p.name: p for p in sample.plans}, limit)[0], unknown, limit)
    found = gather(sample.plans, table, as_of, (), WORDS, limit, False, frozenset(), "minor")
    assert found.shown == shown
    assert found.unlisted == len(listed) + len(unknown) - len(shown)
    assert found.failing == sum(o.is_violation for o in listed)
    assert found.total == sum(e.time <= as_of for e in log.events)
    assert found.cases == len({e.case for e in log.events if e.case and e.time <= as_of})
    assert {i for o in shown for i in o.events} <= found.events.keys() | {
        o.opened_by for o in shown if o.part
    }


@EXAMPLES
@given(sample=packs(), data=st.data(), ids=st.booleans())
def test_explanations_and_stories_are_the_same(sample, data, ids):
    """What explains an obligation of a large log, and what tells its story in a report, is what does so in a small one."""
    log = cleaned(data.draw(logs()), ids)
    as_of = data.draw(moments(log))
    note(format_timeline(log.events))
    table = frame(log, ids, False)
    if table is None:
        return
    large = Log(FrameEvents(table), table=table)
    plans = {p.name: p for p in sample.plans}
    rule = data.draw(st.sampled_from(sorted(plans)))
    case = data.draw(st.sampled_from([None, *sorted({e.case for e in log.events})]))
    wanted = explain(log, sample.plans, rule, case, as_of, (), WORDS)
    found = explain(large, sample.plans, rule, case, as_of, (), WORDS)
    by_id = {e.obligation.id: e for e in found}
    assert len(by_id) == len(wanted)
    for one in wanted:
        other = by_id[one.obligation.id]
        assert (other.timeline, other.shown, other.lines) == (one.timeline, one.shown, one.lines)
    told = audit(large, sample.plans, Wishes(as_of, stories=True), (), WORDS)
    plain = audit(log, sample.plans, Wishes(as_of, stories=True), (), WORDS)
    assert (list(told.events), told.steps) == (list(plain.events), plain.steps)


@EXAMPLES
@given(data=st.data(), ids=st.booleans())
def test_where_keeps_the_same_cases(data, ids):
    """`--where` keeps the same events of a large log as of a small one."""
    log = cleaned(data.draw(logs()), ids)
    table = frame(log, ids, False)
    if table is None or not log.events:
        return
    named = sorted({(n, text_of(v)) for e in log.events for n in (*e.fields, "event", "case")
                    if (v := e.get(n)) is not None and not isinstance(v, tuple)})  # fmt: skip
    asked = data.draw(st.lists(st.sampled_from(named), min_size=1, max_size=2, unique_by=lambda p: p[0]))
    wishes = [f"{n}={v}" for n, v in asked if "=" not in n]
    try:
        wanted = [e.id for e in only_where(log, wishes).events]
    except UsageError:
        wanted = None
    try:
        found = [e.id for e in only_where(Log(FrameEvents(table), table=table), wishes).events]
    except UsageError:
        found = None
    assert (found and sorted(found)) == (wanted and sorted(wanted))


def cleaned(log, ids):
    """The same events with fields of one type each."""
    out = []
    for e in log.events:
        fields = {}
        for name, value in e.fields.items():
            kind = FIELD_TYPES[name]
            if isinstance(value, FITS[kind]) and not (kind == "instant" and isinstance(value, bool)):
                fields[name] = float(value) if kind == "number" else value
        out.append(Event(e.time, e.event, e.case, e.id if ids else "", fields))
    return make_log(out)


def frame(log, ids, turned):
    """The table of a log; None when it has no events."""
    events = list(reversed(log.events)) if turned and ids else list(log.events)
    names = sorted({n for e in events for n in e.fields})
    columns = [
        pl.Series("time", [e.time for e in events], dtype=pl.Int64).cast(pl.Datetime("us", "UTC")),
        pl.Series("event", [e.event for e in events], dtype=pl.String),
        pl.Series("case", [e.case or None for e in events], dtype=pl.String),
    ]
    if ids:
        columns.append(pl.Series("id", [e.id for e in events], dtype=pl.String))
    for name in names:
        kind = TYPES[FIELD_TYPES[name]]
        values = [list(v) if isinstance(v := e.fields.get(name), tuple) else v for e in events]
        columns.append(
            pl.Series(name, values, dtype=pl.Int64 if FIELD_TYPES[name] == "instant" else kind).cast(kind)
        )
    read = framed(pl.DataFrame(columns), "log.parquet", rows_of("log.parquet"), WORDS.says)
    return None if read is None else read.table


@EXAMPLES
@given(sample=packs(), data=st.data())
def test_compiled_loops_do_what_the_same_loops_do_as_python(sample, data):
    """Every kind and option: a large log judged by machine code, and by the loops as they stand, over the same columns."""
    log = cleaned(data.draw(logs()), True)
    as_of = data.draw(moments(log))
    whole = data.draw(st.sampled_from((None, frozenset())))
    note(format_timeline(log.events))
    tables = [frame(log, True, False) for _ in range(2)]
    if tables[0] is None:
        return
    by_code = judged(sample, tables[0].until(as_of), as_of, whole)
    with pytest.MonkeyPatch.context() as patch:
        for room in (announcing, answering, deadlines, judging):
            patch.setattr(room, "kernel", lambda loop, _big: loop)
        as_python = judged(sample, tables[1].until(as_of), as_of, whole)
    assert by_code == as_python


def judged(sample, table, as_of, whole):
    """Everything that columns hold of each rule, and how many obligations have which verdict."""
    found = judge(sample.plans, table, as_of, (), WORDS, whole)
    columns = {
        name: [
            [int(v) for v in column] for column in (o.places, o.verdict, o.done, o.other, o.due, o.exclusive)
        ]
        for name, o in found.owed.items()
    }
    counts = {name: {v: n for v, n in o.counts().items() if n} for name, o in found.owed.items()}
    return columns, counts, found.skipped


@EXAMPLES
@given(sample=packs(), data=st.data())
def test_what_is_only_counted_is_counted_right(sample, data):
    """Obligations that are kept and that nobody asks for are not made, but their number is that of the plain evaluator."""
    log = cleaned(data.draw(logs()), False)
    as_of = data.draw(moments(log))
    note(format_timeline(log.events))
    table = frame(log, False, False)
    if table is None:
        return
    wanted = reference.evaluate(sample.plans, log, as_of, (), WORDS)
    found = gather(sample.plans, table, as_of, (), WORDS, 3, False, frozenset(), "minor")
    for plan in sample.plans:
        counts = Counter(o.verdict for o in wanted.obligations[plan.name])
        assert {v: n for v, n in found.counts[plan.name].items() if n} == counts
