"""durable-rules behind the façade and the plain twin decide the same, step for step."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keptword.live.decide import Rete, available
from keptword.live.dialect import Firing, Handle, Join, Pattern, Program, Rule, Test
from keptword.live.plain import Plain

SAME = Join("case", "=", "o")
PROGRAM = Program(
    "fuzz",
    (
        Rule("late", 2, (Pattern("o", "ob"), Pattern("d", "done", (Join("t", ">", "o", "due"), Join("ob", "=", "o"), SAME)))),
        Rule("kept", 2, (Pattern("o", "ob"), Pattern("d", "done", (Join("t", "<=", "o", "due"), Join("ob", "=", "o"), SAME)))),
        Rule("missed", 1, (
            Pattern("o", "ob"), Pattern("m", "mark", (Test("phase", "=", "due"), Join("t", ">", "o", "due"), SAME)),
            Pattern("d", "done", (Join("ob", "=", "o"), SAME), absent=True),
            Pattern("w", "waiver", (Join("frm", "<=", "o", "due"), Join("till", ">=", "o", "due"), SAME), absent=True))),
        Rule("excused", 3, (
            Pattern("m", "mark", (Test("phase", "=", "ещё"),)), Pattern("o", "ob", (Join("due", "!=", "m", "t"), Join("case", "=", "m"))),
            Pattern("w", "waiver", (Join("frm", "<=", "m", "t"), SAME)))),
        Rule("quiet", 4, (Pattern("m", "mark", (Test("t", ">=", 3),)), Pattern("w", "waiver", (Test("frm", ">", 2), Join("case", "=", "m")), absent=True))),
        Rule("two", 5, (Pattern("o", "done"), Pattern("p", "done", (Join("t", "<", "o"), SAME)))),
        Rule("alone", 6, (Pattern("o", "waiver", (Test("till", "!=", 2),)),)),
    ),
    {"ob": {"ob": str, "due": int}, "done": {"ob": str, "t": int}, "mark": {"phase": str, "t": int}, "waiver": {"frm": int, "till": int}},
    frozenset({"mark"}),
)  # fmt: skip
FIELDS = {
    "ob": {"ob": st.sampled_from(["а", "b"]), "due": st.integers(0, 4)},
    "done": {"ob": st.sampled_from(["а", "b"]), "t": st.integers(0, 4)},
    "mark": {"phase": st.sampled_from(["due", "ещё"]), "t": st.integers(0, 4)},
    "waiver": {"frm": st.integers(0, 4), "till": st.integers(0, 4)},
}
step = st.one_of(
    *(
        st.tuples(st.just(kind), st.sampled_from(["А", "B", "В-3"]), st.fixed_dictionaries(fields))
        for kind, fields in FIELDS.items()
    ),
    st.tuples(st.just("drop"), st.integers(0, 30), st.none()),
)


def bare(firings: list[Firing]) -> list[tuple[str, dict[str, dict[str, object]]]]:
    return [(f.rule, {a: dict(v) for a, v in f.facts.items()}) for f in firings]


@pytest.mark.skipif(
    bool(available()) and os.environ.get("CI") != "true", reason=available() or "durable-rules is there"
)
@settings(max_examples=60, deadline=None)
@given(st.lists(step, min_size=20, max_size=80), st.integers(1, 3))
def test_both_deciders_fire_alike(steps: list[tuple[str, object, object]], shards: int) -> None:
    """After any assertion, retraction or trigger, both report the same firings in the same order."""
    rete, plain = Rete(PROGRAM, shards), Plain(PROGRAM)
    held: list[tuple[Handle, Handle]] = []
    for kind, what, fields in steps:
        if kind == "drop":
            if held:
                ours, theirs = held.pop(what % len(held))  # type: ignore[operator]
                rete.drop(ours)
                plain.drop(theirs)
        elif kind == "mark":
            assert bare(rete.pulse(kind, what, **fields)) == bare(plain.pulse(kind, what, **fields))  # type: ignore[arg-type]
        else:
            (ours, fired), (theirs, expected) = (
                rete.add(kind, what, **fields),
                plain.add(kind, what, **fields),
            )  # type: ignore[arg-type]
            assert bare(fired) == bare(expected)
            held.append((ours, theirs))
    assert rete.live() == plain.live()
    for ours, theirs in held:
        rete.drop(ours)
        plain.drop(theirs)
    assert rete.live() == plain.live() == 0
    rete.close()
    plain.close()
