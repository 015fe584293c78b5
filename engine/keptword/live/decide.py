"""All of durable-rules: rules and facts of the safe dialect go in, firings come out, in order and on the caller's thread."""

from __future__ import annotations

import importlib
import json
import zlib
from json.encoder import encode_basestring as _quoted
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
_UNHANDLED, _OBSERVED = 1, 2  # outcomes of an assertion, besides 0


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
        self._program, self._shards = program, shards
        self._aliases = {
            rule.name: [(f"x{n}", p.alias) for n, p in enumerate(rule.patterns) if not p.absent]
            for rule in program.rules
        }
        self._serial = 0
        self._sessions: set[str] = set()
        self._held: set[Handle] = set()
        # The library's own `_run` starts two timer threads that never end.
        quiet = type("QuietHost", (engine.Host,), {"_run": lambda _: None})
        self._host: Any = quiet()
        self._host.register_rulesets({program.name: self._definitions()})
        self._ruleset = self._host.get_ruleset(program.name)._handle  # noqa: SLF001 - its layers cost more than it does

    def _definitions(self) -> dict[str, Any]:
        def nothing(_: Any) -> None:  # firings are taken from the engine itself, see `_firings`
            pass

        rules = {
            rule.name: {"all": _compile(rule), "pri": rule.priority, "run": nothing}
            for rule in self._program.rules
        }
        # A session is not initialised in C before an action has run in it, and cannot be deleted safely before.
        rules[_START] = {"all": [{"x0": {"$and": [{"k": _START}]}}], "pri": 1, "run": nothing}
        return rules

    def add(self, kind: str, case: str, **fields: Atom) -> tuple[Handle, list[Firing]]:
        """See `Decider.add`; a trigger is refused with ValueError: it can only be pulsed."""
        if kind in self._program.triggers:
            raise ValueError(f"'{kind}' is a trigger: pulse it, never leave it in place")
        return self._assert(kind, case, fields)

    def _assert(self, kind: str, case: str, fields: dict[str, Atom]) -> tuple[Handle, list[Firing]]:
        check_fact(self._program, kind, case, fields)
        self._open()
        sid = self._session(case)
        self._serial += 1
        said = [
            f',"{name}":{value if isinstance(value, int) else _quoted(value)}'
            for name, value in fields.items()
        ]
        rest = f'","sid":"{sid}","k":"{kind}","case":{_quoted(case)}{"".join(said)}}}'
        salt = 0
        while True:
            name = f"{self._serial}.{salt}"
            outcome, state = self._native_call("assert_fact", f'{{"id":"{name}{rest}')
            if outcome == _OBSERVED:  # ids are new, so this is a clash of two 32-bit hashes
                salt += 1
                continue
            if outcome == _UNHANDLED:  # no rule looks at this kind with these values: it is not stored either
                return ("", sid), []
            handle = (name, sid)
            self._held.add(handle)
            return handle, self._firings(state)

    def drop(self, handle: Handle) -> None:
        """See `Decider.drop`."""
        self._open()
        name, sid = handle
        if name == "":
            return
        self._held.remove(handle)
        _, state = self._native_call("retract_fact", f'{{"id":"{name}","sid":"{sid}"}}')
        if self._firings(state):
            raise EngineFault("a rule fired because a fact was taken away")

    def _native_call(self, what: str, text: str) -> tuple[int, int]:
        try:
            outcome, state = getattr(self._native, what)(self._ruleset, text)
        except Exception as error:
            raise EngineFault(f"durable-rules: {error}") from error
        if outcome > _OBSERVED:
            raise EngineFault(f"durable-rules: {what} gave the outcome {outcome}")
        return outcome, state

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
        for sid in sorted(self._sessions):
            host.delete_state(self._program.name, sid)
        self._native.delete_ruleset(self._ruleset)  # the library itself has no way to close
        self._host = None

    def _open(self) -> Any:
        if self._host is None:
            raise RuntimeError("the engine is closed")
        return self._host

    def _session(self, case: str) -> str:
        sid = str(zlib.crc32(case.encode()) % self._shards)
        if sid not in self._sessions:
            for what in ("assert_fact", "retract_fact"):
                _, state = self._native_call(what, f'{{"id":"{_START}","sid":"{sid}","k":"{_START}"}}')
                self._firings(state)
            self._sessions.add(sid)
        return sid

    def _firings(self, state: int) -> list[Firing]:
        """Every firing that waits in a session, each taken as done at once.

        This is what the library's `do_actions` does, without closures, threads' leases and a state that is asserted anew
        after every action. An action that was begun is always completed, so none can come twice.
        """
        fired: list[tuple[Firing, tuple[int, ...]]] = []
        try:
            started = self._native.start_action_for_state(self._ruleset, state)
            text = started[1] if started else None
            while text:
                ((rule, matched),) = json.loads(text).items()
                text = self._native.complete_and_start_action(self._ruleset, state)
                if rule == _START:
                    continue
                facts = {}
                ages = []
                for name, alias in self._aliases[rule]:
                    fact = matched[name]
                    ages.append(int(fact.pop("id").partition(".")[0]))
                    del fact["sid"], fact["k"]
                    facts[alias] = fact
                fired.append((Firing(rule, facts), tuple(ages)))
        except Exception as error:
            raise EngineFault(f"durable-rules: {error}") from error
        return ordered(self._program, fired) if len(fired) > 1 else [firing for firing, _ in fired]


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
