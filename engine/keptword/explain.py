"""Why a verdict is what it is: the timeline, what was looked for, the reckoning, the nearest miss."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from keptword.events import Event, Log
from keptword.evidence import human, moment, sentence
from keptword.evidence_words import Lang, language, say
from keptword.nearest import nearest, say_match
from keptword.obligation import Obligation
from keptword.own_events import OwnEvents
from keptword.plan import (
    Anchor,
    ByDate,
    ByValue,
    CadencePlan,
    Combination,
    ConsistencyPlan,
    CountPlan,
    GuardPlan,
    Match,
    NoticePlan,
    Plan,
    PromisePlan,
    ResponsePlan,
    WordingPlan,
    keys_of,
    parts_of,
)  # fmt: skip
from keptword.reckoning_words import names, near, step, verdict
from keptword.reference import evaluate
from keptword.retracing import retraced
from keptword.spec.conditions import All, AnyOf, Compare, Condition, Not
from keptword.timeline import format_timeline
from keptword.waivers import Waiver
from keptword.words import Words


@dataclass(frozen=True, slots=True)
class Explanation:
    """One obligation, explained.

    Attributes:
        obligation: the verdict.
        timeline: the events that the rule looks at under this key, in the timeline notation, local times.
        shown: the ids of these events, one a line.
        lines: label and text of each step: opened, looked for, reckoning, verdict, nearest.
    """

    obligation: Obligation
    timeline: str
    shown: tuple[str, ...]
    lines: tuple[tuple[str, str], ...]


def explain(
    log: Log,
    plans: Sequence[Plan],
    rule: str,
    case: str | None,
    as_of: int,
    waivers: Sequence[Waiver] = (),
    words: Words | None = None,
    wanted: str = "en",
) -> list[Explanation]:
    """Every obligation of a rule, or those of one case, explained.

    Args:
        log: the events.
        plans: the rule and those it rests on, in order.
        rule: `pack/rule`.
        case: only obligations whose case or key names it; None: all.
        as_of: the moment of judgement.
        waivers, words: as for the engines.
        wanted: the language of the steps, "en" or "ru".
    """
    words = words or Words()
    plan = next(p for p in plans if p.name == rule)

    def asked(o: Obligation) -> bool:
        return case is None or case == o.case or case in {v for _, v in o.key}

    if log.table is None:
        found = [o for o in evaluate(plans, log, as_of, waivers, words).obligations[rule] if asked(o)]
        events: Sequence[Event] = log.events
    else:
        from keptword.columnar.evaluate import judge
        from keptword.columnar.picking import about

        past = log.table.until(as_of)
        past.says = words.says
        found = [o for o in judge(plans, past, as_of, waivers, words).obligations(rule) if asked(o)]
        named = {e.id: e for e in past.made()}
        events = list((named | {e.id: e for e in about(past, as_of, {rule: plan}, found)}).values())
    around = OwnEvents.of(plan, events)
    out = []
    for o in found:
        own = around.about(o)
        lines = tuple(_lines(plan, o, own, as_of, words, language(wanted)))
        out.append(Explanation(o, *_timeline(plan, o, own, words, as_of), lines))
    return out


def _same_key(plan: Plan, o: Obligation, event: Event) -> bool:
    return tuple(v for _, v in o.key) in set(keys_of(event, plan))


def _timeline(
    plan: Plan, o: Obligation, own: Sequence[Event], words: Words, as_of: int
) -> tuple[str, tuple[str, ...]]:
    """The events that the rule looks at, without fields that it does not look at; and the ids of the lines."""
    matches = parts_of(plan)
    shown = [
        e
        for e in own
        if e.time <= as_of
        and (e.id in o.events or (_same_key(plan, o, e) and any(m.matches(e, words.says) for m in matches)))
    ]
    wanted = _fields_of(plan) - {k for k, _ in o.key}
    brief = [
        Event(e.time, e.event, e.case, e.id, {k: v for k, v in e.fields.items() if k in wanted}, e.place)
        for e in shown
    ]
    return format_timeline(brief, None, plan.zone), tuple(e.id for e in shown)


def _fields_of(plan: Plan) -> set[str]:
    """Every field that the rule looks at, but for long texts."""
    wheres = [a.where for m in parts_of(plan) for a in m.alternatives]
    found = {f for w in (*wheres, plan.applies) if w is not None for f in _fields(w)} | set(plan.key)
    if plan.fan_out is not None:
        found |= set(plan.fan_out)
    if plan.clocks is not None:
        found.add(plan.clocks.field)
    for name in ("moment", "stated", "promised", "field", "change_of"):
        value = getattr(plan.body, name, None)
        if isinstance(value, str):
            found.add(value)
    for name in ("within", "every", "first", "ahead"):
        found |= _choice_fields(getattr(plan.body, name, None))
    for later in getattr(plan.body, "then", ()):
        found |= _choice_fields(later.every)
    return found - {"text"}


def _fields(condition: Condition) -> set[str]:
    match condition:
        case Compare(field):
            return {field}
        case Not(part):
            return _fields(part)
        case All(parts) | AnyOf(parts):
            return {f for p in parts for f in _fields(p)}


def _choice_fields(choice: Any) -> set[str]:
    match choice:
        case ByValue(field, cases, other):
            return {field} | {f for _, c in cases for f in _choice_fields(c)} | _choice_fields(other)
        case ByDate(steps):
            return {f for _, c in steps for f in _choice_fields(c)}
        case Combination(_, parts):
            return {f for p in parts for f in _choice_fields(p)}
        case Anchor(_, _, field) if field:
            return {field}
        case _:
            return set()


def _lines(
    plan: Plan, o: Obligation, own: Sequence[Event], as_of: int, words: Words, lang: Lang
) -> Iterator[tuple[str, str]]:
    """Label and text of each step; labels are the English ones, which programs know."""
    events = {e.id: e for e in own}
    opening = events.get(o.opened_by)
    name = opening.event if opening is not None else "нарушение" if lang == "ru" else "a violation"
    yield "opened", f"{say('at', lang, what=name, when=moment(o.opened_at, plan.zone))} ({o.opened_by})"
    expected = _expected(plan)
    if expected is not None:
        yield "looked for", names(say_match(expected), lang)
    steps: tuple[str, ...] = ()
    if opening is not None:
        steps = retraced(plan, o, opening, [e for e in own if _same_key(plan, o, e)], words.says)
    if sum(s.startswith("due: ") for s in steps) == 1 and o.due is not None:
        steps = tuple(s for s in steps if not s.startswith("due: "))  # the line below says it
    for line in steps:
        yield "reckoning", step(line, lang)
    if o.due is not None and not isinstance(plan.body, (GuardPlan, ConsistencyPlan, CountPlan, WordingPlan)):
        bound = "this instant is in time" if o.bound == "inclusive" else "this instant is too late"
        yield "due", step(f"{moment(o.due, plan.zone)} ({bound})", lang)
    how = verdict(o.verdict, lang)
    yield "verdict", how if o.late_by is None else say("how late", lang, how=how, late=human(o.late_by, lang))
    done = events.get(o.done_by or "")
    if o.verdict != "kept":
        yield "because", sentence(plan, o, events, as_of, lang)
    elif done is not None and done.id != o.opened_by:
        yield "because", f"{say('at', lang, what=done.event, when=moment(done.time, plan.zone))} ({done.id})"
    if (
        o.verdict in {"late", "missed", "early", "broken", "open"}
        and expected is not None
        and (found := nearest(plan, o, expected, own, as_of, words)) is not None
    ):
        yield "nearest", near(found, lang)


def _expected(plan: Plan) -> Match | None:
    match plan.body:
        case (
            ResponsePlan(expect=expect)
            | CadencePlan(expect=expect)
            | NoticePlan(expect=expect)
            | PromisePlan(expect=expect)
        ):
            return expect
        case GuardPlan(unless=unless) if unless:
            return Match(tuple(a for u in unless for a in u.seen.alternatives))
        case _:
            return None


def stories(
    past: Sequence[Event],
    plans: Sequence[Plan],
    found: Sequence[Obligation],
    words: Words,
    lang: str = "en",
) -> tuple[dict[str, Event], dict[str, tuple[str, ...]]]:
    """What a report needs to tell its findings from beginning to end.

    Args:
        past: the events up to the moment of judgement, in order.
        plans: of all rules.
        found: the obligations to be told.
        words: the wording checks.
        lang: "en" or "ru".

    Returns:
        The events that they rest on and those of their cases, by id, in order of time; and for each obligation, by its
        id, what was looked for and the steps of the reckoning.
    """
    by_name = {p.name: p for p in plans}
    cases = {o.case for o in found} - {""}
    named = {i for o in found for i in (o.opened_by, o.done_by, *o.events)}
    told = {e.id: e for e in past if e.id in named or e.case in cases}
    wanted = {(o.rule, tuple(v for _, v in o.key)) for o in found}
    own: dict[tuple[str, tuple[str, ...]], list[Event]] = {place: [] for place in wanted}
    for plan in (by_name[name] for name in sorted({o.rule for o in found})):
        for event in past:
            for key in set(keys_of(event, plan)):
                if (plan.name, key) in own:
                    own[plan.name, key].append(event)
    steps = {}
    for o in found:
        plan, expected, opening = by_name[o.rule], _expected(by_name[o.rule]), told.get(o.opened_by)
        lines: tuple[str, ...] = (f"looked for {say_match(expected)}",) if expected is not None else ()
        if opening is not None:
            lines += retraced(plan, o, opening, own[o.rule, tuple(v for _, v in o.key)], words.says)
        if lines:
            steps[o.id] = tuple(step(line, language(lang)) for line in lines)
    return told, steps
