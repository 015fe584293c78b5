"""The rules that decide: what a duty and the facts about it come to, what excuses it, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from keptword.live.decide import Rete, available
from keptword.live.dialect import INT_BOUND, Atom, Decider, Join, Pattern, Program, Rule, Test
from keptword.live.plain import Plain
from keptword.obligation import Verdict

_SAME = Join("case", "=", "duty")
_DUTY = Pattern("duty", "duty")


def _at(phase: str, *more: Test | Join) -> Pattern:
    return Pattern("mark", "mark", (Test("phase", "=", phase), *more, _SAME))


def _fact(kind: str, *where: Test | Join) -> Pattern:
    return Pattern(kind, kind, (*where, _SAME))


def _no(kind: str, *where: Test | Join) -> Pattern:
    return Pattern("no_" + kind, kind, (*where, _SAME), absent=True)


_JUDGE = _at("judge")
_OVER = _at("judge", Join("t", ">", "duty", "last"))
_IN_TIME = Join("t", "<=", "duty", "last")
_SURE = _no("doubt")
_STANDS = (_no("breach"), _no("renewed"), _SURE)

# A duty is due until `last` (by the strictest reading until `strict`); every fact about it carries its case.
PROGRAM = Program(
    "keptword",
    (
        Rule("doubtful", 1, (_DUTY, _fact("doubt"), _JUDGE)),
        Rule("broken", 2, (_DUTY, _fact("breach"), _JUDGE, _no("excuse", Join("t", "<=", "breach")), _SURE)),
        Rule("excused", 2, (_DUTY, _fact("breach"), _fact("excuse", Join("t", "<=", "breach")), _JUDGE, _SURE)),
        Rule("contradicted", 3, (_DUTY, _fact("said"), _fact("truth", Join("value", "!=", "said")), _JUDGE)),
        Rule("agreed", 3, (_DUTY, _fact("said"), _fact("truth", Join("value", "=", "said")), _JUDGE)),
        Rule("renewed", 4, (_DUTY, _fact("renewed"), _JUDGE, _no("breach"), _SURE)),
        Rule("void", 5, (_DUTY, _fact("ended", _IN_TIME), _JUDGE, _no("done", Join("t", "<=", "ended")), *_STANDS)),
        Rule("kept", 6, (
            _DUTY, _fact("done", Join("t", "<=", "duty", "strict")), _JUDGE, _no("ended", _IN_TIME, Join("t", "<", "done")), *_STANDS)),
        Rule("borderline", 6, (
            _DUTY, _fact("done", Join("t", ">", "duty", "strict"), _IN_TIME), _JUDGE, _no("ended", _IN_TIME, Join("t", "<", "done")), *_STANDS)),
        Rule("early", 7, (_DUTY, _fact("early"), _OVER, _no("done", _IN_TIME), *_STANDS)),
        Rule("late", 8, (
            _DUTY, _fact("done", Join("t", ">", "duty", "last")), _JUDGE, _no("ended", _IN_TIME), _no("early"), *_STANDS)),
        Rule("missed", 9, (_DUTY, _OVER, _no("done"), _no("ended", _IN_TIME), _no("early"), _no("said"), *_STANDS)),
        Rule("warning", 10, (
            _DUTY, _at("warn", _IN_TIME), _no("done"), _no("ended"), _no("said"), *_STANDS,
            _no("waiver", Join("starts", "<=", "duty", "last"), Join("ends", ">=", "duty", "last")))),
        Rule("waived", 11, (
            Pattern("duty", "violation"), _fact("waiver", Join("starts", "<=", "duty", "at"), Join("ends", ">=", "duty", "at")), _at("excuse"))),
        Rule("confirmed", 12, (
            Pattern("duty", "violation"), _at("excuse"),
            _no("waiver", Join("starts", "<=", "duty", "at"), Join("ends", ">=", "duty", "at")))),
        Rule("reparation", 13, (Pattern("duty", "violation"), _fact("remedy"), _at("follow"))),
        Rule("escalated", 14, (Pattern("duty", "tally"), _at("escalate", Join("t", "<=", "duty", "n")), _no("escalated", Join("level", ">=", "mark", "level")))),
    ),
    {
        "duty": {"last": int, "strict": int},
        "done": {"t": int}, "ended": {"t": int}, "early": {"t": int}, "renewed": {"t": int}, "breach": {"t": int}, "excuse": {"t": int},
        "said": {"value": str}, "truth": {"value": str}, "doubt": {"verdict": str},
        "waiver": {"starts": int, "ends": int, "no": int}, "violation": {"at": int}, "remedy": {"rule": int},
        "tally": {"n": int}, "escalated": {"level": int},
        "mark": {"phase": str, "t": int, "level": int},
    },
    frozenset({"mark"}),
)  # fmt: skip

_VERDICT: dict[str, Verdict] = {
    "broken": "broken", "excused": "kept", "contradicted": "broken", "agreed": "kept", "renewed": "void", "void": "void",
    "kept": "kept", "borderline": "borderline", "early": "early", "late": "late", "missed": "missed",
}  # fmt: skip

_PRECEDENTS = 10_000  # some hundred are ever met
Facts = tuple[tuple[str, tuple[tuple[str, Atom], ...]], ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a hearing came to: the verdict, and the rule that gave it ("" while the duty is open)."""

    verdict: Verdict
    by: str = ""


class UndecidedError(RuntimeError):
    """Two deciding rules contradict each other: a defect of ours."""


class Court:
    """Hears one duty at a time: its facts are put before the decider, a mark is pulsed, and the facts are taken away.

    So the engine's memory does not grow with what is open, and a correction is only another hearing. The rules compare
    instants and texts with one another and with nothing else; so a hearing is held on their order, and one whose facts
    stand in the same order as those of an earlier hearing follows that precedent.

    Attributes:
        heard: hearings held by the decider; all others followed a precedent.
    """

    def __init__(self, decider: Decider | None = None) -> None:
        """`decider`: durable-rules where it can be used (UsageError U003 where not), or another one."""
        self._decider = decider if decider is not None else Rete(PROGRAM)
        self._precedents: dict[Facts, list[tuple[str, int]]] = {}
        self.heard = 0

    def judge(self, case: str, facts: Facts, now: int) -> Judgement:
        """The verdict on a duty at the moment `now`, by the rule of the highest rank that fired."""
        fired = [rule for rule, _ in self._in_order(case, facts, "judge", now)]
        if not fired:
            return Judgement("open")
        if fired[0] == "doubtful":
            said = next(dict(fields)["verdict"] for kind, fields in facts if kind == "doubt")
            return Judgement(cast(Verdict, said), "doubtful")
        if len({_VERDICT[rule] for rule in fired}) != 1:
            raise UndecidedError(f"{case}: {', '.join(fired)}")
        return Judgement(_VERDICT[fired[0]], fired[0])

    def warn(self, case: str, facts: Facts, now: int) -> bool:
        """Whether a warning is due: nothing done, nothing that ends or excuses the duty, and still in time."""
        return bool(self._in_order(case, facts, "warn", now))

    def _in_order(self, case: str, facts: Facts, phase: str, t: int, level: int = 0) -> list[tuple[str, int]]:
        """A hearing on ranks in the place of numbers, and numbers in the place of texts; or its precedent."""
        values = {value for _, fields in facts for _, value in fields}
        t = clamp(t)
        instants = sorted({t, level, *(v for v in values if type(v) is int)})
        ranks: dict[Atom, Atom] = {instant: n for n, instant in enumerate(instants)}
        for _, fields in facts:
            for _, value in fields:
                if type(value) is str and value not in ranks:
                    ranks[value] = f"text {len(ranks)}"
        order = tuple((kind, tuple((name, ranks[v]) for name, v in fields)) for kind, fields in facts)
        mark = (("t", ranks[t]), ("level", ranks[level]))
        shape = ((phase, mark), *order)
        fired = self._precedents.get(shape)
        if fired is None:
            fired = self._hear(case, order, phase, cast(int, ranks[t]), cast(int, ranks[level]))
            if len(self._precedents) < _PRECEDENTS:
                self._precedents[shape] = fired
        return fired

    def excuse(self, case: str, at: int, waivers: Sequence[tuple[int, int, int]]) -> int | None:
        """The number of the first of the waivers (starts, ends, number) that covers a violation; None: confirmed."""
        facts: list[tuple[str, tuple[tuple[str, Atom], ...]]] = [("violation", (("at", clamp(at)),))]
        facts += [("waiver", (("starts", clamp(s)), ("ends", clamp(e)), ("no", n))) for s, e, n in waivers]
        fired = self._hear(case, tuple(facts), "excuse", 0)
        numbers = [n for rule, n in fired if rule == "waived"]
        return min(numbers) if numbers else None

    def follow(self, case: str, at: int, remedies: Iterable[int]) -> list[int]:
        """The numbers of the reparations that a confirmed violation opens."""
        facts: Facts = (("violation", (("at", clamp(at)),)), *(("remedy", (("rule", r),)) for r in remedies))
        return [n for _, n in self._hear(case, facts, "follow", 0)]

    def escalate(self, case: str, violations: int, threshold: int, level: int, told: int) -> bool:
        """Whether a team's violations reach the threshold of a level that was not yet told."""
        facts: Facts = (("tally", (("n", violations),)), ("escalated", (("level", told),)))
        return bool(self._in_order(case, facts, "escalate", threshold, level))

    def close(self) -> None:
        """Give the decider's memory back."""
        self._decider.close()

    def _hear(self, case: str, facts: Facts, phase: str, t: int, level: int = 0) -> list[tuple[str, int]]:
        self.heard += 1
        handles = [self._decider.add(kind, case, **dict(fields))[0] for kind, fields in facts]
        fired = self._decider.pulse("mark", case, phase=phase, t=clamp(t), level=level)
        for handle in handles:
            self._decider.drop(handle)
        out = []
        for firing in fired:
            number = firing.facts.get("waiver", {}).get("no", firing.facts.get("remedy", {}).get("rule", 0))
            out.append((firing.rule, int(number)))
        return out


def make_court(engine: str = "durable-rules") -> Court:
    """A court on `durable-rules`, or on `plain`, the twin in Python; UsageError where durable-rules cannot be used."""
    return Court(Plain(PROGRAM) if engine == "plain" else Rete(PROGRAM))


def clamp(time: int) -> int:
    """An instant that the engine can hold: a hostile number stays before or after everything."""
    return max(-INT_BOUND + 1, min(INT_BOUND - 1, time))


__all__ = ["PROGRAM", "Court", "Facts", "Judgement", "UndecidedError", "available", "clamp", "make_court"]
