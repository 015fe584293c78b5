"""The small language in which deciding rules are written: what durable-rules gets wrong cannot be said in it, or is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Op = Literal["=", "!=", "<", "<=", ">", ">="]
Atom = int | str
Fact = Mapping[str, Atom]
Handle = tuple[str, str]
INT_BOUND = 2**62
TEXT_BOUND = 4000
PATTERNS_PER_RULE, PATTERNS_PER_KIND, KINDS, SHARDS, TOP_PRIORITY = 12, 60, 200, 512, 60_000
RESERVED = frozenset({"id", "sid", "k"})  # `id` and `sid` never join, `k` is the kind


@dataclass(frozen=True, slots=True)
class Test:
    """The field of a fact against a literal."""

    __test__ = False
    field: str
    op: Op
    value: Atom


@dataclass(frozen=True, slots=True)
class Join:
    """The field of a fact against a field (`other`, default the same) of the fact that `alias` matched earlier."""

    field: str
    op: Op
    alias: str
    other: str = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A fact that has to be there, or with `absent` must not be.

    Attributes:
        alias: the name later patterns and the firing use.
        kind: of fact.
        where: tests and joins; all have to hold.
    """

    alias: str
    kind: str
    where: tuple[Test | Join, ...] = ()
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """Fires once for each way in which its patterns can be matched by different facts of one case.

    Attributes:
        priority: 1..59999; lower fires first.
    """

    name: str
    priority: int
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """A fixed set of rules.

    Attributes:
        schema: kind of fact → its fields and their types; every fact has all of them (`case`, text, is always added).
        triggers: kinds that exist only while they are pulsed.
    """

    name: str
    rules: tuple[Rule, ...]
    schema: Mapping[str, Mapping[str, type[int | str]]]
    triggers: frozenset[str]

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule and the facts that it matched, by alias (absent ones left out)."""

    rule: str
    facts: Mapping[str, Fact]


class Decider(Protocol):
    """What decides: durable-rules, or the plain twin behind the same five methods."""

    def add(self, kind: str, case: str, **fields: Atom) -> tuple[Handle, list[Firing]]:
        """Put a fact there; its handle, and what fired in order of (priority, rule, age of the facts)."""

    def drop(self, handle: Handle) -> None:
        """Take a fact away; unknown handles are refused with KeyError."""

    def pulse(self, kind: str, case: str, **fields: Atom) -> list[Firing]:
        """Show a trigger for an instant, everything else being in place; what fired."""

    def live(self) -> int:
        """How many facts are there."""

    def close(self) -> None:
        """Give the memory back; any later call raises RuntimeError."""


class UnsafeRule(ValueError):
    """A shape that durable-rules 2.0.28 decides wrongly, or crashes on."""


def check(program: Program) -> None:
    """Refuse every unsafe shape; UnsafeRule with the name of the rule."""
    for kind, fields in program.schema.items():
        if bad := RESERVED & fields.keys() or {f for f, t in fields.items() if t not in {int, str}}:
            raise UnsafeRule(f"{kind}: the fields {sorted(bad)} are reserved, or neither int nor str")
        if "case" in fields:
            raise UnsafeRule(f"{kind}: 'case' is added to every fact and is not declared")
    if not program.triggers <= program.schema.keys():
        raise UnsafeRule(f"triggers without a schema: {sorted(program.triggers - program.schema.keys())}")
    names = Counter(rule.name for rule in program.rules)
    if twice := [name for name, count in names.items() if count > 1]:
        raise UnsafeRule(f"two rules are called {twice}")
    used = Counter(pattern.kind for rule in program.rules for pattern in rule.patterns)
    if len(program.schema) > KINDS or any(count > PATTERNS_PER_KIND for count in used.values()):
        raise UnsafeRule(f"at most {KINDS} kinds and {PATTERNS_PER_KIND} patterns a kind")
    for rule in program.rules:
        _check_rule(rule, program)


def _check_rule(rule: Rule, program: Program) -> None:
    def refuse(why: str) -> UnsafeRule:
        return UnsafeRule(f"{rule.name}: {why}")

    if not 0 < rule.priority < TOP_PRIORITY:
        raise refuse(f"the priority {rule.priority} is outside 1..{TOP_PRIORITY - 1}")
    if not 0 < len(rule.patterns) <= PATTERNS_PER_RULE:
        raise refuse(f"{len(rule.patterns)} patterns where 1..{PATTERNS_PER_RULE} are allowed")
    if rule.patterns[0].absent:
        raise refuse("an absent fact must not come first")
    aliases: dict[str, str] = {}
    triggers = 0
    absent = False
    for pattern in rule.patterns:
        if pattern.kind not in program.schema:
            raise refuse(f"no fact is called '{pattern.kind}'")
        if pattern.alias in aliases or not pattern.alias:
            raise refuse(f"the alias '{pattern.alias}' is empty or used twice")
        if absent and not pattern.absent:
            raise refuse("absent facts must come last")
        absent |= pattern.absent
        if pattern.kind in program.triggers:
            if pattern.absent:
                raise refuse(f"the trigger '{pattern.kind}' cannot be absent")
            triggers += 1
        _check_conditions(pattern, aliases, program, refuse)
        if aliases and not any(_joins_case(c) for c in pattern.where):
            raise refuse(f"'{pattern.alias}' is not joined on the case: facts of other cases would meet")
        if not pattern.absent:
            aliases[pattern.alias] = pattern.kind
    if absent and not triggers:
        raise refuse("an absent fact needs a trigger that is pulsed")
    if triggers > 1:
        raise refuse("only one trigger is there at a time")


def _joins_case(condition: Test | Join) -> bool:
    return (
        isinstance(condition, Join)
        and condition.op == "="
        and condition.field == "case" == (condition.other or "case")
    )


def _check_conditions(pattern: Pattern, aliases: Mapping[str, str], program: Program, refuse: object) -> None:
    assert callable(refuse)
    for condition in pattern.where:
        kind = _type(pattern.kind, condition.field, program)
        if condition.op not in {"=", "!=", "<", "<=", ">", ">="}:
            raise refuse(f"'{condition.op}' is not a comparison")
        if kind is None:
            raise refuse(f"'{pattern.kind}' has no field '{condition.field}'")
        if isinstance(condition, Test):
            if not is_atom(condition.value) or type(condition.value) is not kind:
                raise refuse(
                    f"'{condition.field}' is compared with {condition.value!r}, which is not a safe {kind.__name__}"
                )
            continue
        if condition.alias not in aliases:
            raise refuse(f"'{condition.alias}' is not an earlier, present fact")
        if _type(aliases[condition.alias], condition.other or condition.field, program) is not kind:
            raise refuse(
                f"'{condition.field}' and '{condition.alias}.{condition.other or condition.field}' differ in type or are missing"
            )
    if len(pattern.where) > 20:
        raise refuse(f"{len(pattern.where)} conditions where 20 are allowed")


def _type(kind: str, field: str, program: Program) -> type[int | str] | None:
    return str if field == "case" else program.schema[kind].get(field)


def is_atom(value: object) -> bool:
    """Whether a value may enter the engine: an int within ±2^62, or text of at most 4000 characters without lone surrogates."""
    if type(value) is int:
        return abs(value) < INT_BOUND
    if type(value) is str:
        return len(value) <= TEXT_BOUND and (
            value.isascii() or not any("\ud800" <= c <= "\udfff" for c in value)
        )
    return False


def check_fact(program: Program, kind: str, case: str, fields: Fact) -> None:
    """Refuse a fact that is not of its schema: TypeError."""
    schema = program.schema.get(kind)
    if schema is None:
        raise TypeError(f"no fact is called '{kind}'")
    if fields.keys() != schema.keys():
        raise TypeError(f"a fact '{kind}' has the fields {sorted(schema)}, not {sorted(fields)}")
    for name, value in fields.items():
        if type(value) is not schema[name] or not is_atom(value):
            raise TypeError(f"{kind}.{name} = {value!r:.60} is not a safe {schema[name].__name__}")
    if type(case) is not str or not is_atom(case):
        raise TypeError(f"the case {case!r:.60} is too long or not text")


def ordered(program: Program, firings: Sequence[tuple[Firing, tuple[int, ...]]]) -> list[Firing]:
    """Firings by priority, then by the order of the rules, then by the ages of their facts."""
    rank = {rule.name: (rule.priority, number) for number, rule in enumerate(program.rules)}
    return [firing for firing, _ in sorted(firings, key=lambda pair: (rank[pair[0].rule], pair[1]))]
