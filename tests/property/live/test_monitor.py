"""The monitor gives the verdicts of the reference evaluator: in any order within the lateness, over restarts, at every moment."""

import os
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from keptword import reference
from keptword.errors import Place, Problem, Problems
from keptword.events import Event, Log
from keptword.instants import MINUTE
from keptword.live.court import Court, make_court
from keptword.live.decide import available
from keptword.live.duties import Settings
from keptword.live.monitor import Monitor
from keptword.live.replay import evaluate
from keptword.plan import Plan
from keptword.planning import make_plan
from keptword.spec.conditions import parse_condition
from keptword.spec.model import KINDS
from keptword.spec.pack import Pack, RuleFile
from keptword.timeline import format_timeline
from keptword.waivers import Waiver

EXAMPLES = int(os.environ.get("KEPTWORD_LIVE_EXAMPLES", "250"))
T0 = 1_772_431_200_000_000  # 2026-03-02T06:00Z
HEAD = {"title": "t", "severity": "major", "source": "house", "why": "w"}

limits = st.sampled_from(["0m", "1m", "2m", "3m", "5m", "8m"])
names = st.sampled_from(["a.done", "b.done", "c.done", "d.done"])
pattern: st.SearchStrategy[Any] = st.one_of(
    names,
    st.lists(names, min_size=2, max_size=2, unique=True),
    st.builds(lambda n, v: {"event": n, "where": {"x": v}}, names, st.sampled_from(["1", "2"])),
)
stretch = st.one_of(
    st.builds(lambda a, b: {"from": a, "to": b}, pattern, pattern), st.builds(lambda a: {"from": a}, pattern)
)
choice: st.SearchStrategy[Any] = st.one_of(
    limits,
    st.builds(lambda a, b: {"by": "x", "1": a, "else": b}, limits, limits),
    st.builds(lambda a: {"by": "x", "1": a}, limits),
    st.builds(lambda a, b: {"earliest_of": [a, {"from": "d.done", "within": b}]}, limits, limits),
    st.builds(lambda a: {"from": "due", "within": a}, limits),
)
plain_choice: st.SearchStrategy[Any] = st.one_of(
    limits, st.builds(lambda a, b: {"by": "x", "1": a, "else": b}, limits, limits)
)
common = {
    "per": st.sampled_from([["case"], ["case"], ["x"], ["case", "x"]]),
    "applies": st.sampled_from([{"x": "1"}, {"x": {"exists": True}}]),
}


def some(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {k: v if isinstance(v, st.SearchStrategy) else st.just(v) for k, v in required.items()},
        optional={**common, **optional},
    )


seen = st.fixed_dictionaries(
    {"seen": pattern}, optional={"at_least": limits, "at_most": limits, "not_cured_by": pattern}
)
KIND = {
    "response": some({"kind": "response", "after": pattern, "expect": pattern, "within": choice}, {
        "each": st.sampled_from(["every", "first", "unanswered"]), "times": st.integers(1, 3), "lookback": limits, "unless": pattern,
        "pause": stretch, "carry": st.booleans()}),
    "cadence": some({"kind": "cadence", "during": stretch, "expect": pattern, "every": plain_choice}, {
        "first": choice, "stated": st.just("due"), "at_most": limits, "anchor": st.sampled_from(["last", "grid"]), "pause": stretch}),
    "notice": some({"kind": "notice", "before": pattern, "expect": pattern, "ahead": plain_choice}, {
        "moment": st.just("due"), "not_before": limits, "change_of": st.just("x"), "reuse": st.booleans(),
        "lead": st.sampled_from(["elapsed", "full-days-between", ["elapsed", "date-subtraction"]])}),
    "guard": some({"kind": "guard", "never": pattern}, {
        "while": stretch, "after": st.builds(lambda e, s: {"event": e, "for": s}, names, limits), "unless": st.lists(seen, max_size=2)}),
    "promise": some({"kind": "promise", "of": pattern, "promised": "due", "expect": pattern}, {"renewals": st.integers(0, 2)}),
    "consistency": some({"kind": "consistency", "of": pattern, "field": "x"}, {"with": pattern}),
    "count": some({"kind": "count", "of": pattern, "at_most": st.integers(0, 2)}, {"within": limits}),
    "wording": some({"kind": "wording", "of": pattern}, {"require": st.just(["apology"]), "forbid": st.just(["blame"])}),
}  # fmt: skip


@st.composite
def rule_sets(draw: st.DrawFn) -> list[Plan]:
    """One rule of any live kind; sometimes another that rests on its violations."""
    data = dict(draw(st.sampled_from(sorted(KIND)).flatmap(KIND.__getitem__)))
    if data["kind"] == "wording" and not {"require", "forbid"} & data.keys():
        data["require"] = ["apology"]
    rules = [{**HEAD, "id": "r1", **data}]
    if draw(st.booleans()):
        key = {"per": data["per"]} if "per" in data else {}
        rules.append(
            {
                **HEAD,
                "id": "r2",
                "kind": "response",
                "after": {"violation": "r1"},
                "expect": draw(pattern),
                "within": draw(limits),
                **key,
            }
        )
    pack = Pack("p")
    problems = Problems()
    plans = []
    for rule in rules:
        model = KINDS[str(rule["kind"])].model_validate(rule)
        plans.append(make_plan(RuleFile(model, _document(), f"p/{rule['id']}", None), pack, "UTC", problems))  # type: ignore[arg-type]
    assume(not problems.found)
    note(f"rules: {rules}")
    return plans


def _document() -> Any:
    """A rule file as far as plans look at it: a name, and a place for problems."""
    return SimpleNamespace(
        file="t.yaml", problem=lambda code, message, *_, **__: Problem(code, message, Place("t"))
    )


@st.composite
def logs(draw: st.DrawFn) -> list[Event]:
    """Up to 14 events on a grid of minutes, so that instants often coincide."""
    events = []
    for n in range(draw(st.integers(1, 14))):
        fields: dict[str, Any] = {}
        if draw(st.booleans()):
            fields["x"] = draw(st.sampled_from(["1", "2", "a B", "AB"]))
        if draw(st.integers(0, 2)) == 0:
            fields["due"] = T0 + draw(st.integers(-3, 20)) * MINUTE
        if draw(st.integers(0, 3)) == 0:
            fields["team"] = draw(st.sampled_from(["n", "s"]))
        name = draw(
            st.sampled_from(
                [
                    "a.done",
                    "b.done",
                    "c.done",
                    "d.done",
                    "a.done",
                    "b.done",
                    "ticket.assigned",
                    "ticket.changed",
                ]
            )
        )
        if name == "ticket.changed":
            fields |= {"field": "team", "to": draw(st.sampled_from(["n", "s"]))}
        case = draw(st.sampled_from(["1", "1", "2", ""]))
        number = draw(st.integers(0, 99))
        events.append(Event(T0 + draw(st.integers(0, 15)) * MINUTE, name, case, f"e{number:02d}-{n}", fields))
    events.sort(key=lambda e: (e.time, e.id))
    note(format_timeline(events, T0))
    return events


@st.composite
def waivers(draw: st.DrawFn) -> list[Waiver]:
    """None, or one or two of the first rule."""
    out = []
    for n in range(draw(st.sampled_from([0, 0, 1, 2]))):
        start = draw(st.integers(0, 15))
        where = draw(st.sampled_from([None, {"x": "1"}]))
        out.append(
            Waiver(
                "p/r1",
                T0 + start * MINUTE,
                T0 + (start + draw(st.integers(0, 10))) * MINUTE,
                f"reason {n}",
                "boss",
                where and parse_condition(where),
            )
        )
    return out


@pytest.fixture(scope="module", params=["durable-rules", "plain"])
def court(request: pytest.FixtureRequest) -> Iterator[Court]:
    if request.param == "durable-rules" and (why := available()):
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    court = make_court(request.param)
    yield court
    court.close()


def expected(plans: list[Plan], events: list[Event], as_of: int, excused: list[Waiver]) -> dict[str, Any]:
    return reference.evaluate(plans, Log(events), as_of, excused).obligations


@settings(max_examples=EXAMPLES, deadline=None)
@given(plans=rule_sets(), events=logs(), excused=waivers(), later=st.integers(0, 12))
def test_a_replay_gives_the_verdicts_of_the_reference(
    court: Court, plans: list[Plan], events: list[Event], excused: list[Waiver], later: int
) -> None:
    """Every obligation with every detail, its owner, its lateness and the skipped events; as_of before, at or after the end."""
    as_of = events[-1].time + (later - 4) * MINUTE
    wanted = reference.evaluate(plans, Log(events), as_of, excused)
    uses = [set(w.used) for w in excused]
    for w in excused:
        w.used.clear()
    found = evaluate(plans, Log(events), as_of, excused, court=court)
    assert found.obligations == wanted.obligations
    assert found.skipped == wanted.skipped
    assert [w.used for w in excused] == uses


@settings(max_examples=EXAMPLES, deadline=None)
@given(plans=rule_sets(), events=logs(), excused=waivers())
def test_every_moment_of_a_stream_is_as_an_audit_at_that_moment(
    court: Court, plans: list[Plan], events: list[Event], excused: list[Waiver]
) -> None:
    """After each event, and between them, the monitor stands where the reference stands at that as_of."""
    monitor = Monitor(plans, court, Settings(keep=None), excused)
    for n, event in enumerate(events, 1):
        if n < len(events) and events[n].time == event.time:
            monitor.feed(event)
            continue
        monitor.feed(event)
        assert monitor.obligations() == expected(plans, events[:n], event.time, excused)
        if n < len(events) and events[n].time - event.time > 1:
            between = event.time + (events[n].time - event.time) // 2
            monitor.advance(between)
            assert monitor.obligations() == expected(plans, events[:n], between, excused)


@settings(max_examples=EXAMPLES, deadline=None)
@given(plans=rule_sets(), events=logs(), excused=waivers(), data=st.data())
def test_order_repeats_and_restarts_do_not_matter(
    court: Court, plans: list[Plan], events: list[Event], excused: list[Waiver], data: st.DataObject
) -> None:
    """Events within the lateness in any order, some twice, with the process dying in between: the same verdicts, and no announcement twice."""
    delays = data.draw(st.lists(st.integers(0, 5), min_size=len(events), max_size=len(events)))
    arriving = [
        e
        for _, _, e in sorted(
            (e.time + d * MINUTE, n, e) for n, (e, d) in enumerate(zip(events, delays, strict=True))
        )
    ]
    crashes = set(data.draw(st.lists(st.integers(0, len(events)), max_size=3)))
    setting = Settings(lateness=5 * MINUTE, keep=None)
    end = events[-1].time + 4 * MINUTE

    def run(crash: bool) -> tuple[Any, list[Any]]:
        monitor = Monitor(plans, court, setting, excused)
        kept: dict[int, Event] = {}
        state: dict[str, str] = {}
        said: list[Any] = []
        for seq, event in enumerate(arriving, 1):
            kept[seq] = event
            said += monitor.feed(event, seq)
            if seq % 3 == 0:
                assert monitor.feed(event, 0) == []
            changes, forgotten = monitor.take_changes()
            for name, value in changes.items():
                state.pop(name, None)
                if value is not None:
                    state[name] = value
            for number in forgotten:
                kept.pop(number, None)
            if crash and seq in crashes:
                monitor = Monitor(plans, court, setting, excused)
                monitor.restore(sorted(kept.items()), state)
        said += monitor.advance(end)
        return monitor.obligations(), said

    plain, said = run(crash=False)
    assert plain == expected(plans, events, end, excused)
    assert run(crash=True) == (plain, said)


@settings(max_examples=EXAMPLES, deadline=None)
@given(plans=rule_sets(), events=logs())
def test_what_is_forgotten_exactly_would_not_have_mattered(
    court: Court, plans: list[Plan], events: list[Event]
) -> None:
    """Rules whose settled keys are dropped at once announce the same as when everything is remembered."""
    said = []
    for keep in (None, 10**15):
        monitor = Monitor(plans, court, Settings(lateness=0, keep=keep, keep_closed=10**15))
        said.append(
            [a for e in events for a in monitor.feed(e)] + monitor.advance(events[-1].time + 30 * MINUTE)
        )
    assert said[0] == said[1]
