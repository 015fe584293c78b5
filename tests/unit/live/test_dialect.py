"""Every shape that durable-rules 2.0.28 decides wrongly, or dies of, is refused when the rules are built."""

import pytest

from keptword.live.dialect import Join, Pattern, Program, Rule, Test, UnsafeRule

SCHEMA = {
    "ob": {"ob": str, "due": int},
    "done": {"ob": str, "t": int},
    "mark": {"phase": str, "t": int},
    "cue": {"t": int},
}
OB = Pattern("o", "ob")
MARK = Pattern("m", "mark", (Join("case", "=", "o"),))
ON_TIME = Pattern("d", "done", (Join("t", "<=", "o", "due"), Join("case", "=", "o")), absent=True)


def program(*patterns: Pattern, priority: int = 1, schema: dict[str, dict[str, type]] = SCHEMA) -> Program:
    return Program("t", (Rule("r", priority, patterns),), schema, frozenset({"mark", "cue"}))


def test_a_safe_rule_is_accepted() -> None:
    """The shape that all deciding rules have: an obligation, a pulsed mark, absent facts last."""
    assert program(OB, MARK, ON_TIME).rules[0].name == "r"


@pytest.mark.parametrize(
    ("patterns", "words"),
    [
        ((Pattern("d", "done", absent=True), OB), "first"),
        ((OB, ON_TIME, MARK), "last"),
        ((OB, ON_TIME), "trigger"),
        ((OB, Pattern("d", "done")), "case"),
        ((OB, Pattern("d", "done", (Join("ob", "=", "o"),))), "case"),
        ((OB, Pattern("d", "done", (Join("case", "=", "o", "ob"),))), "case"),
        ((OB, Pattern("d", "done", (Join("case", "<=", "o"),))), "case"),
        ((OB, MARK, Pattern("m2", "cue", (Join("case", "=", "o"),))), "one trigger"),
        ((OB, MARK, Pattern("d", "cue", (Join("case", "=", "o"),), absent=True)), "cannot be absent"),
        ((OB, Pattern("o", "done", (Join("case", "=", "o"),))), "twice"),
        ((Pattern("", "ob"),), "empty"),
        ((Pattern("o", "nothing"),), "no fact"),
        ((Pattern("o", "ob", (Test("lacking", "=", 1),)),), "no field"),
        ((Pattern("o", "ob", (Test("id", "=", "x"),)),), "no field"),
        ((Pattern("o", "ob", (Test("due", "=", "1"),)),), "not a safe int"),
        ((Pattern("o", "ob", (Test("due", "=", 1.5),)),), "not a safe int"),   # type: ignore[arg-type]
        ((Pattern("o", "ob", (Test("due", "=", True),)),), "not a safe int"),
        ((Pattern("o", "ob", (Test("ob", "=", None),)),), "not a safe str"),   # type: ignore[arg-type]
        ((Pattern("o", "ob", (Test("due", "<", 2**62),)),), "not a safe int"),
        ((Pattern("o", "ob", (Test("ob", "matches", ".*"),)),), "comparison"),   # type: ignore[arg-type]
        ((OB, Pattern("d", "done", (Join("ob", "=", "o", "due"), Join("case", "=", "o")))), "type"),
        ((OB, Pattern("d", "done", (Join("t", "=", "later"), Join("case", "=", "o")))), "earlier"),
        ((OB, MARK, ON_TIME, Pattern("e", "done", (Join("t", "<=", "d"), Join("case", "=", "o")), absent=True)), "earlier"),
        ((), "0 patterns"),
        (tuple(Pattern(f"o{n}", "ob", (Join("case", "=", "o0"),) if n else ()) for n in range(13)), "13 patterns"),
    ],
)  # fmt: skip
def test_an_unsafe_shape_is_refused(patterns: tuple[Pattern, ...], words: str) -> None:
    """Refused with the rule's name and a reason, before anything reaches the C code."""
    with pytest.raises(UnsafeRule, match=words) as error:
        program(*patterns)
    assert str(error.value).startswith("r: ")


@pytest.mark.parametrize("priority", [0, -1, 60_000, 70_000])
def test_a_priority_that_would_wrap_is_refused(priority: int) -> None:
    """Priorities are 16 bits without a sign in the library."""
    with pytest.raises(UnsafeRule, match="priority"):
        program(OB, priority=priority)


def test_more_than_sixty_patterns_of_one_kind_are_refused() -> None:
    """At 65 rules on one kind the library answers with error 303 and nothing fires."""
    rules = tuple(Rule(f"r{n}", 1, (OB,)) for n in range(61))
    with pytest.raises(UnsafeRule, match="60 patterns"):
        Program("t", rules, SCHEMA, frozenset())


@pytest.mark.parametrize(
    "schema",
    [
        {"ob": {"id": str}},
        {"ob": {"sid": str}},
        {"ob": {"k": str}},
        {"ob": {"case": str}},
        {"ob": {"x": float}},
    ],
)
def test_a_schema_with_reserved_or_inexact_fields_is_refused(schema: dict[str, dict[str, type]]) -> None:
    """Joins on id and sid never match; floats never join ints."""
    with pytest.raises(UnsafeRule):
        Program("t", (), schema, frozenset())


def test_two_rules_of_one_name_are_refused() -> None:
    """The second would replace the first in silence."""
    with pytest.raises(UnsafeRule, match="called"):
        Program("t", (Rule("r", 1, (OB,)), Rule("r", 2, (OB,))), SCHEMA, frozenset())
