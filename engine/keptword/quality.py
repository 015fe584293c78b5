"""What weakens the result of an audit: which rules a weak log concerns, and how many of their obligations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from keptword.events import Event
from keptword.obligation import Obligation, Weakness
from keptword.plan import CadencePlan, Plan, PromisePlan, WordingPlan, parts_of
from keptword.signs import SIGNS, Sign
from keptword.spec.conditions import fields_of, said_elements

NO_TEXT = "the message has no text"


def signs_of(plan: Plan) -> list[Sign]:
    """The signs that would weaken a rule."""
    matches = parts_of(plan)
    names = frozenset().union(*(m.names for m in matches)) if matches else frozenset()
    read = fields_read(plan)
    return [s for s in SIGNS if names & s.events and (s.reads == "time" or s.reads in read)]


def fields_read(plan: Plan) -> set[str]:
    """Every field that a rule looks at; `text` where it looks at words."""
    conditions = [plan.applies, *(a.where for m in parts_of(plan) for a in m.alternatives)]
    read = {f for c in conditions for f in fields_of(c)}
    if any(said_elements(c) for c in conditions):
        read.add("text")
    match plan.body:
        case WordingPlan() | PromisePlan(promised="text") | CadencePlan(stated="text"):
            read.add("text")
    return read


def weakened(
    plans: Sequence[Plan], events: Iterable[Event], obligations: Mapping[str, Sequence[Obligation]]
) -> dict[tuple[Sign, str], int]:
    """(Sign, rule) → how many of its obligations rest on an event that bears the sign, as trigger or as answer."""
    wanted = {plan.name: signs_of(plan) for plan in plans}
    by_name: dict[str, list[Sign]] = {}
    for sign in dict.fromkeys(s for signs in wanted.values() for s in signs):
        for name in sign.events:
            by_name.setdefault(name, []).append(sign)
    bearing: dict[str, list[Sign]] = {}
    for event in events:
        signs = [s for s in by_name.get(event.event, ()) if s.on(event)]
        if signs:
            bearing[event.id] = signs
    out: Counter[tuple[Sign, str]] = Counter()
    if not bearing:
        return out
    for rule, relevant in wanted.items():
        for o in obligations.get(rule, ()) if relevant else ():
            touched = {*bearing.get(o.opened_by, ()), *(bearing.get(o.done_by, ()) if o.done_by else ())}
            out.update((s, rule) for s in relevant if s in touched)
    return out


def weaknesses(
    weak: Mapping[tuple[Sign, str], int],
    unknown: Mapping[tuple[str, str], int],
    count: Callable[[Sign], tuple[int, int]],
) -> tuple[Weakness, ...]:
    """What the report says of it.

    Args:
        weak: as `weakened` gives it.
        unknown: (rule, why) → how many of its obligations cannot be decided.
        count: sign → how many events bear it, and of how many.
    """
    out: list[Weakness] = []
    order = {sign.what: n for n, sign in enumerate(SIGNS)}
    by_sign: dict[Sign, dict[str, int]] = {}
    for (sign, rule), n in weak.items():
        by_sign.setdefault(sign, {})[rule] = n
    for sign, rules in sorted(by_sign.items(), key=lambda item: order[item[0].what]):
        out.append(Weakness(sign.what, *count(sign), tuple(sorted(rules.items()))))
    by_reason: dict[str, dict[str, int]] = {}
    for (rule, why), n in unknown.items():
        if why != NO_TEXT or not any(s.what == "no text" for s in by_sign):
            by_reason.setdefault(why, {})[rule] = n
    out += [
        Weakness("unknown", 0, 0, tuple(sorted(rules.items())), why)
        for why, rules in sorted(by_reason.items())
    ]
    return tuple(out)
