"""The façade over durable-rules and its plain twin: the guards against what the library gets wrong."""

import gc
import resource
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from keptword.live.decide import Rete
from keptword.live.dialect import Decider, Join, Pattern, Program, Rule, Test

SAME = Join("case", "=", "o")
PROGRAM = Program(
    "t",
    (
        Rule("late", 2, (Pattern("o", "ob"), Pattern("d", "done", (Join("t", ">", "o", "due"), SAME)))),
        Rule("seen", 1, (Pattern("o", "ob"), Pattern("d", "done", (SAME,)))),
        Rule("missed", 3, (
            Pattern("o", "ob"), Pattern("m", "mark", (Test("phase", "=", "due"), SAME)), Pattern("d", "done", (SAME,), absent=True),
            Pattern("w", "waiver", (Join("frm", "<=", "o", "due"), Join("till", ">=", "o", "due"), SAME), absent=True))),
        Rule("pair", 4, (Pattern("o", "done"), Pattern("p", "done", (Join("t", "!=", "o"), SAME)))),
        Rule("counted", 5, (Pattern("o", "note", (Test("n", ">=", 3),)),)),
    ),
    {"ob": {"due": int}, "done": {"t": int}, "mark": {"phase": str}, "waiver": {"frm": int, "till": int}, "note": {"n": int}},
    frozenset({"mark"}),
)  # fmt: skip
Make = Callable[..., Decider]


def names(firings: object) -> list[str]:
    return [f.rule for f in firings]  # type: ignore[attr-defined]


def test_every_rule_that_matches_a_fact_fires(make: Make) -> None:
    """Facts, not events: two rules on one fact both fire, in order of priority."""
    d = make(PROGRAM)
    d.add("ob", "A", due=5)
    assert names(d.add("done", "A", t=6)[1]) == ["seen", "late"]


def test_comparisons_are_inclusive_at_the_deadline(make: Make) -> None:
    """Done exactly at the deadline is not after it."""
    d = make(PROGRAM)
    d.add("ob", "A", due=5)
    assert names(d.add("done", "A", t=5)[1]) == ["seen"]


def test_a_trigger_sees_what_is_absent_each_time_it_is_pulsed(make: Make) -> None:
    """A pulsed trigger with nothing done fires, once a pulse; with a waiver it does not; after the waiver fell it does."""
    d = make(PROGRAM)
    d.add("ob", "A", due=5)
    assert names(d.pulse("mark", "A", phase="due")) == ["missed"]
    assert names(d.pulse("mark", "A", phase="warn")) == []
    handle, _ = d.add("waiver", "A", frm=0, till=5)
    second, _ = d.add("waiver", "A", frm=5, till=9)
    assert names(d.pulse("mark", "A", phase="due")) == []
    d.drop(handle)
    assert names(d.pulse("mark", "A", phase="due")) == []  # the other waiver still holds
    d.drop(second)
    assert names(d.pulse("mark", "A", phase="due")) == ["missed"]


def test_a_trigger_is_never_left_in_place(make: Make) -> None:
    """A held trigger made the library report nonsense in 413 of 15,000 steps, so it can only be pulsed."""
    d = make(PROGRAM)
    with pytest.raises(ValueError, match="trigger"):
        d.add("mark", "A", phase="due")
    with pytest.raises(ValueError, match="not a trigger"):
        d.pulse("ob", "A", due=1)


def test_cases_of_one_shard_do_not_see_each_other(make: Make) -> None:
    """A waiver of one case does not excuse another in the same session."""
    d = make(PROGRAM, 1)
    d.add("ob", "A", due=5)
    d.add("ob", "B", due=5)
    d.add("waiver", "A", frm=0, till=9)
    assert names(d.pulse("mark", "A", phase="due")) == []
    assert names(d.pulse("mark", "B", phase="due")) == ["missed"]


@pytest.mark.parametrize("shards", [1, 2, 16])
def test_firings_come_by_priority_and_age(make: Make, shards: int) -> None:
    """Never the library's last-in-first-out order, and the same for any number of shards."""
    d = make(PROGRAM, shards)
    for t in (1, 2, 3):
        d.add("ob", "A", due=t)
    firings = d.add("done", "A", t=9)[1]
    assert [(f.rule, f.facts["o"]["due"]) for f in firings] == [
        (r, t) for r in ("seen", "late") for t in (1, 2, 3)
    ]


def test_a_fact_does_not_pair_with_itself_but_equal_facts_are_two(make: Make) -> None:
    """The engine's own ids keep two facts of equal content apart."""
    d = make(PROGRAM)
    d.add("note", "A", n=3)
    assert names(d.add("note", "A", n=3)[1]) == ["counted"]
    assert d.live() == 2
    d.add("done", "B", t=1)
    assert names(d.add("done", "B", t=2)[1]) == ["pair", "pair"]


@pytest.mark.parametrize(
    "fields",
    [{}, {"due": 1, "more": 2}, {"due": "1"}, {"due": True}, {"due": 1.0}, {"due": None}, {"due": 2**62}, {"due": -(2**62)}, {"due": float("nan")}],
)  # fmt: skip
def test_a_fact_that_is_not_of_its_schema_is_refused(make: Make, fields: dict[str, object]) -> None:
    """A missing or mistyped field would end in error 311 on every later match."""
    d = make(PROGRAM)
    with pytest.raises(TypeError):
        d.add("ob", "A", **fields)  # type: ignore[arg-type]
    assert d.live() == 0


@pytest.mark.parametrize("case", ["x" * 4001, "\ud800", 7, None])
def test_a_case_that_the_library_would_not_survive_is_refused(make: Make, case: object) -> None:
    """Texts have 16-bit lengths in places, and lone surrogates raise inside the library."""
    with pytest.raises(TypeError):
        make(PROGRAM).add("ob", case, due=1)  # type: ignore[arg-type]


@pytest.mark.parametrize("case", ["", "ромашка", '"', "\\", "\x00", "💥", "\n", "a.b", "'$and'", "x" * 4000])
def test_hostile_cases_are_only_text(make: Make, case: str) -> None:
    """Quotes, escapes, emoji and NUL are compared as they are and come back unchanged."""
    d = make(PROGRAM)
    d.add("ob", case, due=5)
    d.add("ob", case + "x" if len(case) < 4000 else "y", due=5)
    firings = d.add("done", case, t=5)[1]
    assert [(f.rule, f.facts["o"]["case"]) for f in firings] == [("seen", case)]


def test_extreme_integers_are_compared_exactly(make: Make) -> None:
    """Microseconds of any year fit, without rounding."""
    d = make(PROGRAM)
    big = 2**62 - 2
    d.add("ob", "A", due=big)
    assert names(d.add("done", "A", t=big)[1]) == ["seen"]
    assert names(d.add("done", "A", t=big + 1)[1]) == ["seen", "late", "pair", "pair"]


def test_dropping_twice_is_an_error_and_changes_nothing(make: Make) -> None:
    """The library takes it in silence."""
    d = make(PROGRAM)
    handle, _ = d.add("ob", "A", due=1)
    d.add("ob", "A", due=2)
    d.drop(handle)
    with pytest.raises(KeyError):
        d.drop(handle)
    assert d.live() == 1


def test_a_closed_engine_refuses_everything(make: Make) -> None:
    """Touching a deleted ruleset would end the process."""
    d = make(PROGRAM)
    d.add("ob", "A", due=1)
    d.close()
    for act in (lambda: d.add("ob", "A", due=1), lambda: d.pulse("mark", "A", phase="x"), d.live, d.close):
        with pytest.raises(RuntimeError, match="closed"):
            act()


def test_closing_an_engine_that_never_acted_is_safe(make: Make) -> None:
    """`delete_state` on a fresh session reads uninitialised memory in the library."""
    for shards in (1, 8):
        d = make(PROGRAM, shards)
        if shards == 8:
            for n in range(50):
                d.add("done", f"c{n}", t=1)
        d.close()


def test_facts_whose_hashes_clash_are_both_there(durable_rules: None) -> None:
    """The ids `40189.0` and `797186.0` have one 32-bit hash: both facts live, and dropping one keeps the other."""
    d = Rete(PROGRAM, 1)
    d._serial = 40188
    first, _ = d.add("ob", "A", due=1)
    d._serial = 797185
    second, _ = d.add("ob", "B", due=2)
    assert (first[0], second[0]) == ("40189.0", "797186.1")
    assert d.live() == 2
    d.drop(second)
    assert d.live() == 1
    assert names(d.add("done", "A", t=1)[1]) == ["seen"]
    d.close()


def test_no_two_shards_share_a_session() -> None:
    """Sessions too are found by a 32-bit hash (FNV-1a) of their name."""

    def fnv(text: str) -> int:
        value = 2166136261
        for byte in text.encode():
            value = (value ^ byte) * 16777619 % 2**32
        return value

    assert len({fnv(str(n)) for n in range(512)}) == 512


@pytest.mark.parametrize("shards", [0, -1, 513])
def test_a_number_of_shards_that_the_library_cannot_hold_is_refused(durable_rules: None, shards: int) -> None:
    """The 1025th session raises MemoryError for good."""
    with pytest.raises(ValueError, match="shards"):
        Rete(PROGRAM, shards)


def test_no_thread_is_started_and_actions_run_on_the_callers_thread(durable_rules: None) -> None:
    """The library would start two timer threads that never end, and run actions on them."""
    before = threading.active_count()
    d = Rete(PROGRAM)
    d.add("ob", "A", due=5)
    assert names(d.add("done", "A", t=5)[1]) == ["seen"]  # the firing is there when the call returns
    time.sleep(0.3)  # one period of the library's timers
    assert threading.active_count() == before
    d.close()


def _rss() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_memory_stays_flat_over_a_run(durable_rules: None) -> None:
    """40,000 facts through a window of 100, and 60 engines opened and closed, within 12 MiB."""

    def turn(d: Rete, facts: int) -> None:
        held = []
        for n in range(facts):
            case = f"c{n % 50}"
            held.append(d.add("ob", case, due=n)[0])
            d.pulse("mark", case, phase="due")
            if len(held) > 100:
                d.drop(held.pop(0))
        for handle in held:
            d.drop(handle)

    d = Rete(PROGRAM)
    turn(d, 2000)
    gc.collect()
    before = _rss()
    turn(d, 20_000)
    assert d.live() == 0
    d.close()
    for _ in range(60):
        d = Rete(PROGRAM)
        d.add("ob", "A", due=1)
        d.close()
    gc.collect()
    assert _rss() - before < 12 * 2**20
