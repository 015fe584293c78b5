"""All of durable-rules: rules and facts of the safe dialect go in, firings come out, in order and on the caller's thread."""

from __future__ import annotations

import importlib
import zlib
from typing import Any

from keptword.errors import usage_error
from keptword.live.dialect import (
    SHARDS,
    Atom,
    Firing,
    Handle,
    Join,
    Pattern,
    Program,
    Rule,
    check_fact,
    ordered,
)

_OPS = {"!=": "$neq", "<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}
_START = "_start"


class EngineFault(RuntimeError):
    """durable-rules reported an error of its own; this instance must not be used any more."""


def available() -> str:
    """Why durable-rules cannot be used here; "" when it can."""
    try:
        importlib.import_module("durable_rules_engine")
        importlib.import_module("durable.engine")
    except ImportError as error:
        return f"durable-rules 2.0.28 cannot be imported ({error})"
    return ""


class Rete:
    """A `Decider` on durable-rules 2.0.28.

    Its facts live in C memory, spread over `shards` sessions by case. No thread is started, nothing is stored, and
    no fact is ever posted as an event (events are consumed by the first rule that fires).
    """

    def __init__(self, program: Program, shards: int = 16) -> None:
        if not 0 < shards <= SHARDS:
            raise ValueError(f"{shards} shards where 1..{SHARDS} are allowed")
        if why := available():
            raise usage_error(why, "pip install 'keptword[live]' (it needs a C compiler)", "U003")
        engine: Any = importlib.import_module("durable.engine")
        self._native: Any = importlib.import_module("durable_rules_engine")
        self._known, self._unhandled = engine.MessageObservedException, engine.MessageNotHandledException
        self._program, self._shards = program, shards
        self._fired: list[tuple[Firing, tuple[int, ...]]] = []
        self._serial = 0
        self._sessions: set[str] = set()
        self._held: set[Handle] = set()
        # The library's own `_run` starts two timer threads that never end.
        quiet = type("QuietHost", (engine.Host,), {"_run": lambda _: None})
        self._host: Any = quiet()
        self._host.register_rulesets({program.name: self._definitions()})

    def _definitions(self) -> dict[str, Any]:
        rules = {
            rule.name: {"all": _compile(rule), "pri": rule.priority, "run": self._recorder(rule)}
            for rule in self._program.rules
        }
        # A session is not initialised in C before an action has run in it, and cannot be deleted safely before.
        rules[_START] = {"all": [{"x0": {"$and": [{"k": _START}]}}], "pri": 1, "run": lambda _: None}
        return rules

    def _recorder(self, rule: Rule) -> Any:
        fired = self._fired
        names = [(f"x{n}", p.alias) for n, p in enumerate(rule.patterns) if not p.absent]

        def run(c: Any) -> None:  # exactly one parameter, or the library takes it for an asynchronous action
            facts = {}
            ages = []
            for name, alias in names:
                fact = dict(getattr(c, name).items())
                ages.append(int(fact.pop("id").partition(".")[0]))
                del fact["sid"], fact["k"]
                facts[alias] = fact
            fired.append((Firing(rule.name, facts), tuple(ages)))

        return run

    def add(self, kind: str, case: str, **fields: Atom) -> tuple[Handle, list[Firing]]:
        """See `Decider.add`; a trigger is refused with ValueError: it can only be pulsed."""
        if kind in self._program.triggers:
            raise ValueError(f"'{kind}' is a trigger: pulse it, never leave it in place")
        return self._assert(kind, case, fields)

    def _assert(self, kind: str, case: str, fields: dict[str, Atom]) -> tuple[Handle, list[Firing]]:
        check_fact(self._program, kind, case, fields)
        host = self._open()
        sid = self._session(case)
        self._serial += 1
        salt = 0
        while True:
            name = f"{self._serial}.{salt}"
            fact = {"id": name, "sid": sid, "k": kind, "case": case, **fields}
            try:
                host.assert_fact(self._program.name, fact)
            except self._known:  # ids are new, so this is a clash of two 32-bit hashes
                salt += 1
                continue
            except self._unhandled:  # no rule looks at this kind with these values: it is not stored either
                return ("", sid), []
            except Exception as error:
                raise EngineFault(f"durable-rules: {error}") from error
            handle = (name, sid)
            self._held.add(handle)
            return handle, self._drain()

    def drop(self, handle: Handle) -> None:
        """See `Decider.drop`."""
        host = self._open()
        if handle[0] == "":
            return
        self._held.remove(handle)
        try:
            host.retract_fact(self._program.name, {"id": handle[0], "sid": handle[1]})
        except Exception as error:
            raise EngineFault(f"durable-rules: {error}") from error
        if self._drain():
            raise EngineFault("a rule fired because a fact was taken away")

    def pulse(self, kind: str, case: str, **fields: Atom) -> list[Firing]:
        """See `Decider.pulse`."""
        if kind not in self._program.triggers:
            raise ValueError(f"'{kind}' is not a trigger")
        handle, firings = self._assert(kind, case, fields)
        self.drop(handle)
        return firings

    def live(self) -> int:
        """See `Decider.live`; counted by the engine itself."""
        host = self._open()
        return sum(len(host.get_facts(self._program.name, sid)) for sid in self._sessions)

    def close(self) -> None:
        """Give the C memory back (about half a mebibyte, and the facts)."""
        host = self._open()
        native = host.get_ruleset(self._program.name)._handle  # noqa: SLF001 - the library has no way to close
        for sid in sorted(self._sessions):
            host.delete_state(self._program.name, sid)
        self._native.delete_ruleset(native)
        self._host = None

    def _open(self) -> Any:
        if self._host is None:
            raise RuntimeError("the engine is closed")
        return self._host

    def _session(self, case: str) -> str:
        sid = str(zlib.crc32(case.encode()) % self._shards)
        if sid not in self._sessions:
            for act in (self._host.assert_fact, self._host.retract_fact):
                act(self._program.name, {"id": _START, "sid": sid, "k": _START})
            self._sessions.add(sid)
        return sid

    def _drain(self) -> list[Firing]:
        if not self._fired:
            return []
        out = ordered(self._program, self._fired)
        self._fired.clear()
        return out


def _compile(rule: Rule) -> list[dict[str, Any]]:
    """Patterns as the library takes them: literals, then comparisons, then equality joins.

    An equality join is looked up by hash and so is never evaluated to false; any other condition in the last place
    is, and the library then reads past the end of the list.
    """
    names = {
        p.alias: f"x{n}" for n, p in enumerate(rule.patterns)
    }  # `s`, `m`, `host`… would shadow its own attributes
    return [
        {names[p.alias] + ("$not" if p.absent else ""): {"$and": [{"k": p.kind}, *_conditions(p, names)]}}
        for p in rule.patterns
    ]


def _conditions(pattern: Pattern, names: dict[str, str]) -> list[dict[str, Any]]:
    literals: list[dict[str, Any]] = []
    ranges: list[dict[str, Any]] = []
    equalities: list[dict[str, Any]] = []
    for c in pattern.where:
        if isinstance(c, Join):
            said = {c.field: {names[c.alias]: c.other or c.field}}
            equalities.append(said) if c.op == "=" else ranges.append({_OPS[c.op]: said})
        else:
            literals.append({c.field: c.value} if c.op == "=" else {_OPS[c.op]: {c.field: c.value}})
    return [*literals, *ranges, *equalities]
