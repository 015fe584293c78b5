"""The event that came closest to keeping an obligation, and what it lacked; conditions in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keptword.clock import CalendarUnknown, before
from keptword.events import Event
from keptword.evidence import human, moment
from keptword.obligation import Obligation
from keptword.plan import CadencePlan, Excuse, GuardPlan, Match, Plan, PromisePlan, ResponsePlan, keys_of
from keptword.spec.comparing import text_of
from keptword.spec.conditions import All, AnyOf, Compare, Condition, Not, holds
from keptword.words import Words

_SIGNS = {"in": "=", "not": "!=", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}


def say_match(match: Match) -> str:
    """A pattern as text: `call.made or notice.sent, if channel = phone | sms`."""
    out = []
    for a in match.alternatives:
        names = " or ".join(sorted(a.events))
        out.append(f"{names}, if {say_condition(a.where)}" if a.where is not None else names)
    return "; or ".join(out)


def say_condition(condition: Condition, inside: bool = False) -> str:
    """A condition in the notation of sentences: `channel = phone | sms and topic != tariff`."""
    match condition:
        case Compare(field, "exists", (wanted,)):
            return f"{field} is there" if wanted else f"{field} is not there"
        case Compare(_, "says", values):
            return f"it says {' | '.join(text_of(v) for v in values)}"
        case Compare(field, op, values):
            return f"{field} {_SIGNS.get(op, op)} {' | '.join(text_of(v) for v in values)}"
        case Not(part):
            return f"not ({say_condition(part)})"
        case All(parts):
            # Conditions of the vocabulary and of the rule stand side by side.
            text = " and ".join(say_condition(p, not isinstance(p, All)) for p in parts)
        case AnyOf(parts):
            text = " or ".join(say_condition(p, True) for p in parts)
    return f"({text})" if inside else text


def unmet(where: Condition | None, event: Event, words: Words, zone: str) -> list[str]:
    """The parts of a condition that an event does not meet, each with what the event has instead."""
    if where is None or holds(where, event, words.says):
        return []
    if isinstance(where, All):
        return [w for part in where.parts for w in unmet(part, event, words, zone)]
    fields = [f for f in dict.fromkeys(_fields(where)) if f != "event"]
    has = [f"{f} is {_shown(event, f, zone)}" for f in fields if f != "text"]
    return [f"{', '.join(has)}, wanted {say_condition(where)}" if has else f"wanted {say_condition(where)}"]


def _fields(condition: Condition) -> Iterator[str]:
    match condition:
        case Compare(field):
            yield field
        case Not(part):
            yield from _fields(part)
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from _fields(part)


def _shown(event: Event, field: str, zone: str) -> str:
    value = event.get(field)
    if value is None:
        return "not there"
    if field == "time":
        return moment(event.time, zone)
    return ", ".join(text_of(v) for v in value) if isinstance(value, tuple) else text_of(value)


def nearest(
    plan: Plan, o: Obligation, expected: Match, events: Sequence[Event], as_of: int, words: Words
) -> str | None:
    """The event that came closest to keeping an obligation, and what it lacked; None where nothing came near.

    Args:
        plan: of the rule.
        o: an obligation that was not kept.
        expected: what would have kept it.
        events: in order.
        as_of: the moment of judgement.
        words: wording checks.
    """
    best: tuple[int, int, str] | None = None
    for event in events:
        if event.time > as_of or event.id in {o.opened_by, o.done_by} or event.event not in expected.names:
            continue
        if event.case != o.case and not any(str(event.get(k)) == v for k, v in o.key):
            continue
        lacks = _lacks(plan, o, event, expected, words)
        if isinstance(plan.body, GuardPlan):
            if event.time > o.opened_at:
                lacks.append(f"{human(event.time - o.opened_at)} after it")
            elif not lacks:
                lacks = _excuses(plan, plan.body, o, event, events, words)
        else:
            lacks += _times(plan, o, event)
        if not lacks:
            continue
        aim = o.due if o.due is not None else o.opened_at
        late = (
            isinstance(plan.body, GuardPlan) and event.time > o.opened_at
        )  # never as near as one before the act
        rank = (len(lacks) + late, abs(event.time - aim))
        if best is None or rank < best[:2]:
            best = (
                *rank,
                f"{event.event} at {moment(event.time, plan.zone)} ({event.id}): {'; '.join(lacks)}",
            )
    return None if best is None else best[2]


def _lacks(plan: Plan, o: Obligation, event: Event, expected: Match, words: Words) -> list[str]:
    """What is wrong with the event itself: another key, a condition."""
    out: list[str] = []
    if tuple(v for _, v in o.key) not in set(keys_of(event, plan)):
        out += [
            f"no {k}" if event.get(k) is None else f"{k} is {_shown(event, k, plan.zone)}, not {v}"
            for k, v in o.key
            if _shown(event, k, plan.zone) != v
        ]
    if not expected.matches(event, words.says):
        tried = [a.where for a in expected.alternatives if event.event in a.events]
        wrong: list[list[str]] = [unmet(where, event, words, plan.zone) for where in tried]
        least: list[str] = min(wrong, key=len) if wrong else []
        out += least
    return out


def _times(plan: Plan, o: Obligation, event: Event) -> list[str]:
    """What is wrong with its time."""
    if o.due is not None and event.time > o.due:
        return [f"{human(event.time - o.due)} too late"]
    if isinstance(plan.body, (ResponsePlan, CadencePlan, PromisePlan)) and event.time < o.opened_at:
        return [f"{human(o.opened_at - event.time)} before it was owed"]
    return []


def _excuses(
    plan: Plan, body: GuardPlan, o: Obligation, event: Event, events: Sequence[Event], words: Words
) -> list[str]:
    """Why an event that is of the right sort does not allow the act; the excuse that lacks least."""
    found = [
        _excuse(plan, e, o, event, events, words) for e in body.unless if e.seen.matches(event, words.says)
    ]
    lacking = [f for f in found if f]
    return min(lacking, key=len) if lacking else []


def _excuse(
    plan: Plan, excuse: Excuse, o: Obligation, event: Event, events: Sequence[Event], words: Words
) -> list[str]:
    act = o.opened_at
    out = []
    ago = human(act - event.time)
    try:
        if excuse.at_least is not None and event.time > before(act, excuse.at_least, plan.clock):
            out.append(f"{ago} before it, at least {excuse.at_least} wanted")
        if excuse.at_most is not None and event.time < before(act, excuse.at_most, plan.clock):
            out.append(f"{ago} before it, at most {excuse.at_most} allowed")
    except CalendarUnknown as error:
        return [str(error)]
    if excuse.cured is not None:
        key = tuple(v for _, v in o.key)
        cure = next(
            (
                c
                for c in events
                if event.time < c.time < act
                and excuse.cured.matches(c, words.says)
                and key in set(keys_of(c, plan))
            ),
            None,
        )
        if cure is not None:
            out.append(f"cured by {cure.event} at {moment(cure.time, plan.zone)}")
    return out
