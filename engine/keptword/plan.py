"""From a rule to its plan: what opens, fulfils and cancels an obligation, and when it is due; the same for every engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, assert_never

from keptword.calendars import Calendar
from keptword.clock import Clock, Deadline, Reading, before, deadline, lead
from keptword.errors import Problems, RuleError
from keptword.events import Event
from keptword.instants import DAY, as_instant, local_date
from keptword.limits import Limit
from keptword.obligation import Severity
from keptword.spec import values
from keptword.spec.conditions import All, Compare, Condition, Says, holds, no_words, text_of
from keptword.spec.model import (
    READINGS, Cadence, Consistency, Count, Guard, Notice, Objective, Promise, Response, Rule, Stretch, Wording,
)  # fmt: skip
from keptword.spec.packs import Pack, RuleFile, Term, full_name, referred

VIOLATION = "keptword:violation"   # the name of the events that violations of other rules become


@dataclass(frozen=True, slots=True)
class Alternative:
    """Events with one of these names that satisfy the condition."""

    events: frozenset[str]
    where: Condition | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A pattern with every vocabulary name resolved: one alternative is enough."""

    alternatives: tuple[Alternative, ...]

    @property
    def names(self) -> frozenset[str]:
        """Every event name that can match."""
        return frozenset().union(*(a.events for a in self.alternatives))

    def matches(self, event: Event, says: Says = no_words) -> bool:
        """Whether an event is one of these."""
        return any(event.event in a.events and holds(a.where, event, says) for a in self.alternatives)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A limit measured from the latest event of the key at or before the opening one, or from an instant in its field."""

    within: Limit
    match: Match | None
    field: str


@dataclass(frozen=True, slots=True)
class Combination:
    """The earliest or the latest of several deadlines."""

    earliest: bool
    parts: tuple[Limit | Anchor, ...]


@dataclass(frozen=True, slots=True)
class ByDate:
    """A limit by the opening event's local date: the last step that has begun."""

    steps: tuple[tuple[date, Choice], ...]


@dataclass(frozen=True, slots=True)
class ByValue:
    """A limit by a field of the opening event; `other` is None when the rule is not about other values."""

    field: str
    cases: tuple[tuple[str, Choice], ...]
    other: Choice | None


Reckoned = Limit | Anchor | Combination
Choice = Reckoned | ByDate | ByValue


@dataclass(frozen=True, slots=True)
class ResponsePlan:
    """After `after`, expect `expect` within `within`."""

    after: Match
    expect: Match
    within: Choice
    each: Literal["every", "first", "unanswered"]
    times: int
    lookback: Limit | None
    cancel: Match | None
    carry: bool = False


@dataclass(frozen=True, slots=True)
class CadencePlan:
    """While from `start` to `end`, expect `expect` at least every `every`."""

    start: Match
    end: Match | None
    expect: Match
    every: Choice
    first: Choice | None
    stated: str | None
    at_most: Limit
    grid: bool


@dataclass(frozen=True, slots=True)
class NoticePlan:
    """Before the moment of `before`, expect `expect` at least `ahead` of it."""

    before: Match
    moment: str | None
    expect: Match
    ahead: Choice
    readings: tuple[Reading, ...]       # empty: plain subtraction; several: borderline between strictest and most lenient
    not_before: Limit | None
    change_of: str | None
    reuse: bool


@dataclass(frozen=True, slots=True)
class Excuse:
    """An earlier event that makes a guarded act allowed."""

    seen: Match
    at_least: Limit | None
    at_most: Limit | None
    cured: Match | None


@dataclass(frozen=True, slots=True)
class GuardPlan:
    """Never `never`, in the stretch, after the event, unless an excuse holds."""

    never: Match
    start: Match | None
    end: Match | None
    after: Match | None
    span: Limit | None
    unless: tuple[Excuse, ...]


@dataclass(frozen=True, slots=True)
class PromisePlan:
    """The time stated in `promised` (a field, or the text) is kept by `expect`."""

    of: Match
    promised: str
    expect: Match
    renewals: int | None


@dataclass(frozen=True, slots=True)
class ConsistencyPlan:
    """`field` of `of` equals that of the first `against`."""

    of: Match
    field: str
    against: Match


@dataclass(frozen=True, slots=True)
class CountPlan:
    """At most `at_most` of `of` in any window."""

    of: Match
    at_most: int
    within: Limit | None


@dataclass(frozen=True, slots=True)
class WordingPlan:
    """What messages have to say and must not say."""

    of: Match
    require: tuple[str, ...]
    forbid: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ObjectivePlan:
    """The share of `of` rules' obligations that were kept, per period and group."""

    of: tuple[str, ...]
    target: float
    each: Literal["day", "week", "month", "quarter", "year"]
    by: tuple[str, ...]


Body = (
    ResponsePlan | CadencePlan | NoticePlan | GuardPlan | PromisePlan | ConsistencyPlan | CountPlan | WordingPlan | ObjectivePlan
)


@dataclass(frozen=True, slots=True)
class Plan:
    """A rule, ready to be evaluated.

    Attributes:
        name: `pack/id`.
        rule: the model it was made from.
        zone: IANA zone of its local dates and times.
        clock: how its limits are counted.
        key: the key fields.
        fan_out: (key field, list field): one event for each value of the list, in place of the key field; or None.
        applies: what opening events it is about.
        since, until: local dates in force, inclusive.
        pauses: stretches in which the clock stands still.
        body: what its kind asks.
        rests_on: rules that have to be evaluated first.
        file: where the rule stands.
    """

    name: str
    rule: Rule
    zone: str
    clock: Clock
    key: tuple[str, ...]
    fan_out: tuple[str, str] | None
    applies: Condition | None
    since: date | None
    until: date | None
    pauses: tuple[tuple[Match, Match | None], ...]
    body: Body
    rests_on: tuple[str, ...]
    file: str = ""

    @property
    def severity(self) -> Severity:
        """As the rule says."""
        return self.rule.severity

    def in_force(self, micros: int) -> bool:
        """Whether the rule binds an obligation opened at this instant."""
        if self.since is None and self.until is None:
            return True
        day = local_date(micros, self.zone)
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


# ------------------------------------------------------------------------------------------------ making plans


def make_plans(packs: Sequence[Pack], zone: str = "UTC", keep: Callable[[Rule], bool] = lambda rule: True) -> list[Plan]:
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
    calendar: Calendar | None = pack.calendars.get(rule.clock) if rule.clock else None
    own_zone = rule.timezone or (calendar.zone if calendar is not None else None) or pack.timezone or zone
    clock = Clock(own_zone, calendar, rule.day, rule.hours, rule.roll, rule.cutoff, rule.roll_hours)
    if rule.pause and not isinstance(rule, (Response, Cadence)):
        problems.add(item.document.problem("R024", f"a {rule.kind} rule has no running clock that could pause", ("pause",), at_key=True))
    if isinstance(rule, Notice) and not _plain(rule.ahead):
        problems.add(item.document.problem("R024", "a lead time is counted back from the moment itself, so it is one length of time (by date or by field)", ("ahead",)))
    if isinstance(rule, Response) and rule.carry and not (_plain(rule.within) and not any(n.has_calendar_units for n in values.limits_in(rule.within))):
        problems.add(item.document.problem("R024", "only hours, minutes and seconds can be carried over from one stretch to the next", ("within",), "write the limit in h, m or s, or leave `carry` out"))
    if isinstance(rule, Cadence) and rule.anchor == "grid" and not _plain(rule.every):
        problems.add(item.document.problem("R024", "a grid is made of one length of time (by date or by field)", ("every",)))
    return Plan(
        name=item.name, rule=rule, zone=own_zone, clock=clock, key=rule.per, fan_out=_fan_out(item, problems),
        applies=rule.applies, since=rule.in_force.start if rule.in_force else None,
        until=rule.in_force.end if rule.in_force else None,
        pauses=tuple(_stretch(s, pack) for s in rule.pause), body=_body(rule, pack),
        rests_on=tuple(dict.fromkeys(full_name(name, pack.name) for _, name in referred(rule))), file=item.document.file,
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
    if len(pairs) != 1 or pairs[0][0] not in item.rule.per:
        problems.add(item.document.problem("R024", "'for_each' fills one field of the key", ("for_each",), "for_each: affected, or for_each: {customer: affected}"))
        return None
    return pairs[0]


def _body(rule: Rule, pack: Pack) -> Body:
    def m(pattern: values.Pattern) -> Match:
        return resolve(pattern, pack)

    def maybe(pattern: values.Pattern | None) -> Match | None:
        return None if pattern is None else resolve(pattern, pack)

    match rule:
        case Response():
            out = rule.unless if rule.unless is not None else rule.until
            return ResponsePlan(m(rule.after), m(rule.expect), _choice(rule.within, pack), rule.each, rule.times, rule.lookback, maybe(out), rule.carry)
        case Cadence():
            first = None if rule.first is None else _choice(rule.first, pack)
            most = rule.at_most if rule.at_most is not None else Limit(clock=DAY)
            start, end = _stretch(rule.during, pack)
            return CadencePlan(start, end, m(rule.expect), _choice(rule.every, pack), first, rule.stated, most, rule.anchor == "grid")
        case Notice():
            readings = () if rule.lead is None else READINGS if rule.lead == "all" else (rule.lead,) if isinstance(rule.lead, str) else rule.lead
            return NoticePlan(m(rule.before), rule.moment, m(rule.expect), _choice(rule.ahead, pack), readings, rule.not_before, rule.change_of, rule.reuse)
        case Guard():
            begins, stops = (None, None) if rule.during is None else _stretch(rule.during, pack)
            after, span = (None, None) if rule.after is None else (m(rule.after.event), rule.after.span)
            excuses = tuple(Excuse(m(u.seen), u.at_least, u.at_most, maybe(u.not_cured_by)) for u in rule.unless)
            return GuardPlan(m(rule.never), begins, stops, after, span, excuses)
        case Promise():
            return PromisePlan(m(rule.of), rule.promised, m(rule.expect), rule.renewals)
        case Consistency():
            return ConsistencyPlan(m(rule.of), rule.field, m(rule.with_ if rule.with_ is not None else rule.of))
        case Count():
            return CountPlan(m(rule.of), rule.at_most, rule.within)
        case Wording():
            return WordingPlan(m(rule.of), rule.require, rule.forbid)
        case Objective():
            return ObjectivePlan(tuple(full_name(n, pack.name) for n in rule.of), rule.target, rule.each, rule.by)
        case _:
            assert_never(rule)


def _stretch(stretch: Stretch, pack: Pack) -> tuple[Match, Match | None]:
    return resolve(stretch.start, pack), None if stretch.end is None else resolve(stretch.end, pack)


def resolve(pattern: values.Pattern, pack: Pack) -> Match:
    """A pattern with the pack's vocabulary put in place of its names."""
    parts = pattern.parts if isinstance(pattern, values.AnyPattern) else (pattern,)
    out: list[Alternative] = []
    for part in parts:
        if isinstance(part, values.ViolationPattern):
            of_rule = Compare("rule", "in", (full_name(part.rule, pack.name),))
            out.append(Alternative(frozenset({VIOLATION}), _both(of_rule, part.where)))
            continue
        plain = frozenset(n for n in part.events if n not in pack.vocabulary)
        if plain:
            out.append(Alternative(plain, part.where))
        for name in part.events:
            term: Term | None = pack.vocabulary.get(name)
            if term is not None:
                out.append(Alternative(frozenset(term.events), _both(term.where, part.where)))
    return Match(tuple(out))


def _both(first: Condition | None, second: Condition | None) -> Condition | None:
    if first is None or second is None:
        return first if second is None else second
    return All((first, second))


def _choice(choice: values.LimitChoice, pack: Pack) -> Choice:
    match choice:
        case Limit():
            return choice
        case values.Dated(steps):
            return ByDate(tuple((day, _choice(c, pack)) for day, c in steps))
        case values.ByField(field, cases, other):
            return ByValue(field, tuple((k, _choice(c, pack)) for k, c in cases), None if other is None else _choice(other, pack))
        case values.Anchored():
            return _anchor(choice, pack)
        case values.Combined(which, parts):
            return Combination(which == "earliest_of", tuple(p if isinstance(p, Limit) else _anchor(p, pack) for p in parts))


def _anchor(choice: values.Anchored, pack: Pack) -> Anchor:
    if "." in choice.start or choice.start in pack.vocabulary:
        return Anchor(choice.within, resolve(values.EventPattern((choice.start,)), pack), "")
    return Anchor(choice.within, None, choice.start)


# ------------------------------------------------------------------------------------- what every engine shares


class Undecidable(Exception):
    """A deadline that cannot be known; the obligation is `unknown` for the reason given."""


def choose(choice: Choice, opening: Event, zone: str) -> Reckoned | None:
    """The limit that binds an obligation opened by this event; None when the rule is not about it."""
    match choice:
        case ByDate(steps):
            day = local_date(opening.time, zone)
            begun = [c for start, c in steps if start <= day]
            return choose(begun[-1], opening, zone) if begun else None
        case ByValue(field, cases, other):
            value = opening.get(field)
            if value is not None and not isinstance(value, tuple):
                for wanted, inner in cases:
                    if text_of(value) == wanted:
                        return choose(inner, opening, zone)
            return None if other is None else choose(other, opening, zone)
        case _:
            return choice


def due(
    reckoned: Reckoned, start: int, opening: Event, clock: Clock, pauses: Sequence[tuple[int, int]],
    latest: Callable[[Match], Event | None], explain: bool = False,
) -> Deadline:  # fmt: skip
    """The deadline of an obligation.

    Args:
        reckoned: the limit that was chosen.
        start: the instant it runs from.
        opening: the opening event.
        clock: the rule's clock.
        pauses: [from, to) stretches in which it stands still.
        latest: the latest event of the key at or before the opening one that matches.
        explain: whether the steps of the reckoning are wanted.

    Raises:
        Undecidable: an anchor that is not there.
        CalendarUnknown: a year that the calendar does not state.
    """
    match reckoned:
        case Limit():
            return deadline(start, reckoned, clock, pauses, explain)
        case Anchor():
            return deadline(_anchored(reckoned, opening, clock, latest), reckoned.within, clock, pauses, explain)
        case Combination(earliest, parts):
            ends = [due(p, start, opening, clock, pauses, latest, explain) for p in parts]
            return min(ends, key=lambda d: d.last) if earliest else max(ends, key=lambda d: d.last)


def _anchored(anchor: Anchor, opening: Event, clock: Clock, latest: Callable[[Match], Event | None]) -> int:
    if anchor.match is not None:
        event = latest(anchor.match)
        if event is None:
            raise Undecidable(f"no {' or '.join(sorted(anchor.match.names))} from which its limit could run")
        return event.time
    value = opening.get(anchor.field)
    moment = None if value is None or isinstance(value, tuple) else as_instant(value, clock.zone)
    if moment is None:
        raise Undecidable(f"no time in the field '{anchor.field}' from which its limit could run")
    return moment


def lead_deadlines(plan: NoticePlan, limit: Limit, moment: int, clock: Clock, explain: bool = False) -> tuple[Deadline, Deadline]:
    """The latest instants at which a notice is in time: by the strictest and by the most lenient reading wanted."""
    if not plan.readings:
        plain = Deadline(before(moment, limit, clock), "inclusive")
        return plain, plain
    ends = [lead(moment, limit, clock, reading, explain) for reading in plan.readings]
    return min(ends, key=lambda d: d.last), max(ends, key=lambda d: d.last)


def key_of(event: Event, fields: Sequence[str]) -> tuple[str, ...] | None:
    """The key values of an event as text; None when it lacks one of them."""
    out: list[str] = []
    for name in fields:
        value = event.get(name)
        if value is None or isinstance(value, tuple) or value == "":
            return None
        out.append(text_of(value))
    return tuple(out)


def keys_of(event: Event, plan: Plan) -> Iterator[tuple[str, ...]]:
    """Every key under which an event takes part in a rule (several with `for_each`)."""
    if plan.fan_out is not None:
        target, source = plan.fan_out
        items = event.get(source)
        if items is not None:
            values_ = dict.fromkeys(text_of(i) for i in (items if isinstance(items, tuple) else (items,)))
            rest = [None if f == target else event.get(f) for f in plan.key]
            if any(r is None or isinstance(r, tuple) for f, r in zip(plan.key, rest, strict=True) if f != target):
                return
            for item in values_:
                yield tuple(item if f == target else text_of(r) for f, r in zip(plan.key, rest, strict=True))  # type: ignore[arg-type]
            return
    key = key_of(event, plan.key)
    if key is not None:
        yield key


def parts_of(plan: Plan) -> list[Match]:
    """Every pattern that a plan looks for."""
    out: list[Match | None] = [m for pair in plan.pauses for m in pair]
    body = plan.body
    match body:
        case ResponsePlan():
            out += [body.after, body.expect, body.cancel, *_anchors(body.within)]
        case CadencePlan():
            out += [body.start, body.end, body.expect, *_anchors(body.every), *(_anchors(body.first) if body.first else [])]
        case NoticePlan():
            out += [body.before, body.expect]
        case GuardPlan():
            out += [body.never, body.start, body.end, body.after]
            out += [m for excuse in body.unless for m in (excuse.seen, excuse.cured)]
        case PromisePlan():
            out += [body.of, body.expect]
        case ConsistencyPlan():
            out += [body.of, body.against]
        case CountPlan() | WordingPlan():
            out += [body.of]
        case ObjectivePlan():
            pass
    return [found for found in out if found is not None]


def _anchors(choice: Choice) -> list[Match | None]:
    match choice:
        case Anchor(_, match, _):
            return [match]
        case Combination(_, parts):
            return [p.match for p in parts if isinstance(p, Anchor)]
        case ByDate(steps):
            return [m for _, c in steps for m in _anchors(c)]
        case ByValue(_, cases, other):
            return [m for _, c in cases for m in _anchors(c)] + (_anchors(other) if other is not None else [])
        case _:
            return []
