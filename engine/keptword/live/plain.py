"""The twin of durable-rules in plain Python: the oracle of its tests, and what decides where it cannot be built."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

from keptword.live.dialect import (
    Atom,
    Fact,
    Firing,
    Handle,
    Join,
    Pattern,
    Program,
    Rule,
    check_fact,
    ordered,
)

_OPS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_Stored = tuple[int, str, Fact]  # age, kind, fields


class Plain:
    """A `Decider` that tries every combination of the facts of one case; slow only for cases of many facts."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._serial = 0
        self._cases: dict[str, dict[int, _Stored]] | None = {}
        self._where: dict[Handle, str] = {}

    def add(self, kind: str, case: str, **fields: Atom) -> tuple[Handle, list[Firing]]:
        """See `Decider.add`; a trigger is refused with ValueError: it can only be pulsed."""
        if kind in self._program.triggers:
            raise ValueError(f"'{kind}' is a trigger: pulse it, never leave it in place")
        return self._assert(kind, case, fields)

    def _assert(self, kind: str, case: str, fields: dict[str, Atom]) -> tuple[Handle, list[Firing]]:
        check_fact(self._program, kind, case, fields)
        facts = self._open().setdefault(case, {})
        self._serial += 1
        new: _Stored = (self._serial, kind, {"case": case, **fields})
        facts[self._serial] = new
        handle = (str(self._serial), "")
        self._where[handle] = case
        found: list[tuple[Firing, tuple[int, ...]]] = []
        for rule in self._program.rules:
            found += _fire(rule, new, list(facts.values()))
        return handle, ordered(self._program, found)

    def drop(self, handle: Handle) -> None:
        """See `Decider.drop`."""
        cases = self._open()
        case = self._where.pop(handle)
        del cases[case][int(handle[0])]
        if not cases[case]:
            del cases[case]

    def pulse(self, kind: str, case: str, **fields: Atom) -> list[Firing]:
        """See `Decider.pulse`."""
        if kind not in self._program.triggers:
            raise ValueError(f"'{kind}' is not a trigger")
        handle, firings = self._assert(kind, case, fields)
        self.drop(handle)
        return firings

    def live(self) -> int:
        """See `Decider.live`."""
        return sum(len(facts) for facts in self._open().values())

    def close(self) -> None:
        """See `Decider.close`."""
        self._open()
        self._cases = None

    def _open(self) -> dict[str, dict[int, _Stored]]:
        if self._cases is None:
            raise RuntimeError("the engine is closed")
        return self._cases


def _fire(rule: Rule, new: _Stored, facts: list[_Stored]) -> Iterator[tuple[Firing, tuple[int, ...]]]:
    present = [p for p in rule.patterns if not p.absent]
    absent = [p for p in rule.patterns if p.absent]
    if not any(p.kind == new[1] for p in present):
        return
    for chosen in _choose(present, {}, facts):
        if new not in chosen.values():
            continue  # it was there before, and has fired then
        bound = {alias: stored[2] for alias, stored in chosen.items()}
        if any(_holds(p, stored, bound) for p in absent for stored in facts):
            continue
        yield Firing(rule.name, bound), tuple(stored[0] for stored in chosen.values())


def _choose(
    patterns: list[Pattern], chosen: dict[str, _Stored], facts: list[_Stored]
) -> Iterator[dict[str, _Stored]]:
    if not patterns:
        yield chosen
        return
    first, *rest = patterns
    bound = {alias: stored[2] for alias, stored in chosen.items()}
    taken = {stored[0] for stored in chosen.values()}
    for stored in facts:
        if stored[0] not in taken and _holds(first, stored, bound):
            yield from _choose(rest, {**chosen, first.alias: stored}, facts)


def _holds(pattern: Pattern, stored: _Stored, bound: dict[str, Fact]) -> bool:
    if stored[1] != pattern.kind:
        return False
    for c in pattern.where:
        other = bound[c.alias][c.other or c.field] if isinstance(c, Join) else c.value
        if not _OPS[c.op](stored[2][c.field], other):
            return False
    return True
