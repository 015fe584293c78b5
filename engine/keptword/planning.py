"""Making plans: a rule with its pack becomes what the engines evaluate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import assert_never

from keptword.calendars import Calendar
from keptword.clock import Clock
from keptword.errors import Problems, RuleError, did_you_mean
from keptword.instants import DAY
from keptword.limits import Limit
from keptword.plan import (
    VIOLATION,
    Alternative,
    Anchor,
    Body,
    ByDate,
    ByValue,
    CadencePlan,
    Choice,
    Clocks,
    Combination,
    ConsistencyPlan,
    CountPlan,
    Excuse,
    GuardPlan,
    Match,
    NoticePlan,
    ObjectivePlan,
    Plan,
    PromisePlan,
    ResponsePlan,
    Step,
    WordingPlan,
)
from keptword.spec import values
from keptword.spec.clocks import ClockBy
from keptword.spec.conditions import All, Compare, Condition, bound
from keptword.spec.model import (
    READINGS,
    Cadence,
    Consistency,
    Count,
    Guard,
    Notice,
    Objective,
    Promise,
    Response,
    Rule,
    Stretch,
    Wording,
)
from keptword.spec.pack import Pack, RuleFile, Term
from keptword.spec.references import full_name, referred
from keptword.wording_names import check_elements


def make_plans(
    packs: Sequence[Pack], zone: str = "UTC", keep: Callable[[Rule], bool] = lambda _: True
) -> list[Plan]:
    """Plans of every rule in the packs that is not retired, each after those it rests on.

    Args:
        packs: as `load_packs` gives them.
        zone: the zone of packs and rules that name none.
        keep: which rules are wanted; those that a wanted one rests on come along.

    Raises:
        RuleError: options that contradict each other.
    """
    problems = Problems()
    plans: dict[str, Plan] = {}
    wanted: list[str] = []
    for pack in packs:
        for item in pack.rules:
            if item.rule.status != "retired":
                plans[item.name] = make_plan(item, pack, zone, problems)
                if keep(item.rule):
                    wanted.append(item.name)
    check_elements(packs, plans, problems)
    problems.raise_if_any(RuleError)
    out: dict[str, Plan] = {}

    def put(name: str) -> None:
        if name in plans and name not in out:
            for earlier in plans[name].rests_on:
                put(earlier)
            out[name] = plans[name]

    for name in sorted(wanted):
        put(name)
    return list(out.values())


def make_plan(item: RuleFile, pack: Pack, zone: str, problems: Problems) -> Plan:
    """The plan of one rule."""
    rule = item.rule
    calendar: Calendar | None = pack.calendars.get(rule.clock) if isinstance(rule.clock, str) else None
    own_zone = rule.timezone or (calendar.zone if calendar is not None else None) or pack.timezone or zone
    clock = Clock(own_zone, calendar, rule.day, rule.hours, rule.roll, rule.cutoff, rule.roll_hours)
    clocks = None
    if isinstance(rule.clock, ClockBy):
        clocks = _clocks(rule.clock, rule, pack, clock, own_zone)
        _check_clocks(item, rule.clock, problems)
    if rule.pause and not isinstance(rule, (Response, Cadence)):
        problems.add(
            item.document.problem(
                "R024", f"a {rule.kind} rule has no running clock that could pause", ("pause",), at_key=True
            )
        )
    if isinstance(rule, Notice) and not _plain(rule.ahead):
        problems.add(
            item.document.problem(
                "R024",
                "a lead time is counted back from the moment itself, so it is one length of time (by date or by field)",
                ("ahead",),
            )
        )
    if (
        isinstance(rule, Response)
        and rule.carry
        and not (_plain(rule.within) and not any(n.has_calendar_units for n in values.limits_in(rule.within)))
    ):
        problems.add(
            item.document.problem(
                "R024",
                "only hours, minutes and seconds can be carried over from one stretch to the next",
                ("within",),
                "write the limit in h, m or s, or leave `carry` out",
            )
        )
    if isinstance(rule, Cadence) and rule.anchor == "grid" and not _plain(rule.every):
        problems.add(
            item.document.problem(
                "R024",
                "a grid has windows of one length, and this limit has several or is measured from elsewhere",
                ("every",),
                "write one length such as 4h (it may be chosen by date or by field), or leave out 'anchor: grid'",
            )
        )
    if isinstance(rule, Cadence) and rule.anchor == "grid" and rule.then:
        problems.add(
            item.document.problem(
                "R024",
                "a grid has windows of one length, so no other limit can follow",
                ("then",),
                "leave out 'anchor: grid', or write a second rule that begins with the event that changes the limit",
            )
        )
    return Plan(
        name=item.name, rule=rule, zone=own_zone, clock=clock, key=rule.per, fan_out=_fan_out(item, problems),
        applies=None if rule.applies is None else bound(rule.applies, own_zone, pack.calendars), since=rule.in_force.start if rule.in_force else None,
        until=rule.in_force.end if rule.in_force else None,
        pauses=tuple(_stretch(s, pack, own_zone) for s in rule.pause), body=_body(rule, pack, own_zone),
        rests_on=tuple(dict.fromkeys(full_name(name, pack.name) for _, name in referred(rule))), file=item.document.file,
        clocks=clocks,
    )  # fmt: skip


def _clocks(by: ClockBy, rule: Rule, pack: Pack, plain: Clock, zone: str) -> Clocks:
    def of(name: str) -> Clock:
        calendar = pack.calendars[name]
        return replace(plain, calendar=calendar, zone=rule.timezone or calendar.zone)

    return Clocks(
        by.field,
        tuple((value, of(name)) for value, name in by.cases),
        None if by.other is None else of(by.other),
        None if by.changed_by is None else resolve(by.changed_by, pack, zone),
        by.on_change,
    )


def _check_clocks(item: RuleFile, by: ClockBy, problems: Problems) -> None:
    """A calendar by a field is a response's; one that changes counts hours only."""
    rule = item.rule
    if not isinstance(rule, Response):
        message = f"a {rule.kind} rule has one calendar"
        hint = "write one rule a calendar, each with its own applies:"
        problems.add(item.document.problem("R024", message, ("clock", "by"), hint))
        return
    if by.on_change == "first":
        return
    if rule.carry:
        problems.add(
            item.document.problem(
                "R024", "time carried over and a calendar that changes exclude each other", ("carry",),
                "leave out carry, or on_change",
            )
        )  # fmt: skip
    if by.on_change == "accumulate" and (
        any(n.has_calendar_units for n in values.limits_in(rule.within))
        or rule.hours != "elapsed"
        or rule.roll_hours
    ):
        problems.add(
            item.document.problem(
                "R024", "only hours, minutes and seconds can be added up over two calendars", ("within",),
                "write the limit in h, m or s without hours: and roll_hours:, or write on_change: last",
            )
        )  # fmt: skip


def _plain(choice: values.LimitChoice) -> bool:
    match choice:
        case values.Anchored() | values.Combined():
            return False
        case values.Dated(steps):
            return all(_plain(c) for _, c in steps)
        case values.ByField(_, cases, other):
            return all(_plain(c) for _, c in cases) and (other is None or _plain(other))
        case _:
            return True


def _fan_out(item: RuleFile, problems: Problems) -> tuple[str, str] | None:
    wish = item.rule.for_each
    if wish is None:
        return None
    pairs = [(item.rule.per[-1], wish)] if isinstance(wish, str) else list(wish.items())
    if len(pairs) != 1:
        message = f"'for_each' fills one field of the key, not {len(pairs)}"
        problems.add(item.document.problem("R024", message, ("for_each",), "for_each: {customer: affected}"))
        return None
    target, source = pairs[0]
    if target not in item.rule.per:
        message = (
            f"'for_each' fills '{target}', and that is no field of the key (per: {', '.join(item.rule.per)})"
        )
        near = did_you_mean(target, item.rule.per) or f"per: [{', '.join((*item.rule.per, target))}]"
        hint = near if "did you" in near else f"write {near}, or for_each: {{{item.rule.per[-1]}: {source}}}"
        problems.add(item.document.problem("R024", message, ("for_each",), hint))
        return None
    return pairs[0]


def _body(rule: Rule, pack: Pack, zone: str) -> Body:
    def m(pattern: values.Pattern) -> Match:
        return resolve(pattern, pack, zone)

    def maybe(pattern: values.Pattern | None) -> Match | None:
        return None if pattern is None else resolve(pattern, pack, zone)

    match rule:
        case Response():
            out = rule.unless if rule.unless is not None else rule.until
            return ResponsePlan(
                m(rule.after),
                m(rule.expect),
                _choice(rule.within, pack, zone),
                rule.each,
                rule.times,
                rule.lookback,
                maybe(out),
                rule.carry,
            )
        case Cadence():
            first = None if rule.first is None else _choice(rule.first, pack, zone)
            most = rule.at_most if rule.at_most is not None else Limit(clock=DAY)
            start, end = _stretch(rule.during, pack, zone)
            return CadencePlan(
                start,
                end,
                m(rule.expect),
                _choice(rule.every, pack, zone),
                first,
                rule.stated,
                most,
                rule.anchor == "grid",
                tuple(
                    Step(s.after, None, _choice(s.every, pack, zone))
                    if isinstance(s.after, Limit)
                    else Step(None, m(s.after), _choice(s.every, pack, zone))
                    for s in rule.then
                ),
            )
        case Notice():
            readings = (
                ()
                if rule.lead is None
                else READINGS
                if rule.lead == "all"
                else (rule.lead,)
                if isinstance(rule.lead, str)
                else rule.lead
            )
            return NoticePlan(
                m(rule.before),
                rule.moment,
                m(rule.expect),
                _choice(rule.ahead, pack, zone),
                readings,
                rule.not_before,
                rule.change_of,
                rule.reuse,
            )
        case Guard():
            begins, stops = (None, None) if rule.during is None else _stretch(rule.during, pack, zone)
            after, span = (None, None) if rule.after is None else (m(rule.after.event), rule.after.span)
            excuses = tuple(
                Excuse(m(u.seen), u.at_least, u.at_most, maybe(u.not_cured_by)) for u in rule.unless
            )
            return GuardPlan(m(rule.never), begins, stops, after, span, excuses)
        case Promise():
            return PromisePlan(m(rule.of), rule.promised, m(rule.expect), rule.renewals)
        case Consistency():
            return ConsistencyPlan(
                m(rule.of),
                rule.field or "text",
                m(rule.with_ if rule.with_ is not None else rule.of),
                rule.terms,
            )
        case Count():
            return CountPlan(m(rule.of), rule.at_most, rule.within)
        case Wording():
            return WordingPlan(m(rule.of), rule.require, rule.forbid)
        case Objective():
            return ObjectivePlan(
                tuple(full_name(n, pack.name) for n in rule.of), rule.target, rule.each, rule.by
            )
        case _:
            assert_never(rule)


def _stretch(stretch: Stretch, pack: Pack, zone: str) -> tuple[Match, Match | None]:
    return resolve(stretch.start, pack, zone), None if stretch.end is None else resolve(
        stretch.end, pack, zone
    )


def resolve(pattern: values.Pattern, pack: Pack, zone: str) -> Match:
    """A pattern with the pack's vocabulary put in place of its names, and its hours in a zone."""

    def where(condition: Condition | None) -> Condition | None:
        return None if condition is None else bound(condition, zone, pack.calendars)

    parts = pattern.parts if isinstance(pattern, values.AnyPattern) else (pattern,)
    out: list[Alternative] = []
    for part in parts:
        if isinstance(part, values.ViolationPattern):
            of_rule = Compare("rule", "in", (full_name(part.rule, pack.name),))
            out.append(Alternative(frozenset({VIOLATION}), _both(of_rule, where(part.where))))
            continue
        plain = frozenset(n for n in part.events if n not in pack.vocabulary)
        if plain:
            out.append(Alternative(plain, where(part.where)))
        for name in part.events:
            term: Term | None = pack.vocabulary.get(name)
            if term is not None:
                words = tuple((lang, said[0]) for lang, said in term.says.items() if said)
                both = _both(where(term.where), where(part.where))
                out.append(Alternative(frozenset(term.events), both, name, words))
    return Match(tuple(out))


def _both(first: Condition | None, second: Condition | None) -> Condition | None:
    if first is None or second is None:
        return first if second is None else second
    return All((first, second))


def _choice(choice: values.LimitChoice, pack: Pack, zone: str) -> Choice:
    match choice:
        case Limit():
            return choice
        case values.Dated(steps):
            return ByDate(tuple((day, _choice(c, pack, zone)) for day, c in steps))
        case values.ByField(field, cases, other):
            return ByValue(
                field,
                tuple((k, _choice(c, pack, zone)) for k, c in cases),
                None if other is None else _choice(other, pack, zone),
            )
        case values.Anchored():
            return _anchor(choice, pack, zone)
        case values.Combined(which, parts):
            return Combination(
                which == "earliest_of",
                tuple(p if isinstance(p, Limit) else _anchor(p, pack, zone) for p in parts),
            )


def _anchor(choice: values.Anchored, pack: Pack, zone: str) -> Anchor:
    if "." in choice.start or choice.start in pack.vocabulary:
        return Anchor(choice.within, resolve(values.EventPattern((choice.start,)), pack, zone), "")
    return Anchor(choice.within, None, choice.start)
