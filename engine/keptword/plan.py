"""From a rule to its plan: what opens, fulfils and cancels an obligation, and when it is due; the same for every engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from keptword.clock import NEVER, Clock, Deadline, Reading, before, deadline, lead
from keptword.events import Event
from keptword.instants import as_instant, local_date
from keptword.limits import Limit
from keptword.obligation import Severity
from keptword.opening import Calendar
from keptword.schedules import Schedule
from keptword.spec.comparing import text_of
from keptword.spec.conditions import Condition, Says, holds, no_words
from keptword.spec.model import (
    Rule,
)  # fmt: skip

VIOLATION = "keptword:violation"  # the name of the events that violations of other rules become


@dataclass(frozen=True, slots=True)
class Alternative:
    """Events with one of these names that satisfy the condition.

    Attributes:
        term: the name of the vocabulary that stands for them; "" where the rule names the events itself.
        words: language → the first word that the vocabulary has for them.
    """

    events: frozenset[str]
    where: Condition | None = None
    term: str = field(default="", compare=False)
    words: tuple[tuple[str, str], ...] = field(default=(), compare=False)


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
class Step:
    """Another limit of a cadence, from a time after the start or from an event on."""

    after: Limit | None
    match: Match | None
    every: Choice


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
    then: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class NoticePlan:
    """Before the moment of `before`, expect `expect` at least `ahead` of it."""

    before: Match
    moment: str | None
    expect: Match
    ahead: Choice
    readings: tuple[
        Reading, ...
    ]  # empty: plain subtraction; several: borderline between strictest and most lenient
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
    """`field` of `of` equals that of the first `against`; or the one of the terms that its text uses does."""

    of: Match
    field: str
    against: Match
    terms: tuple[str, ...] = ()


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
    ResponsePlan
    | CadencePlan
    | NoticePlan
    | GuardPlan
    | PromisePlan
    | ConsistencyPlan
    | CountPlan
    | WordingPlan
    | ObjectivePlan
)


@dataclass(frozen=True, slots=True)
class Clocks:
    """Clocks by the value of a field.

    Attributes:
        field: of the opening event, or of the latest change before it.
        cases: value → clock; other: of every other value, None when the rule is not about it.
        changed: events that carry the field anew.
        on_change: what a change means for an obligation that is open.
    """

    field: str
    cases: tuple[tuple[str, Clock], ...]
    other: Clock | None
    changed: Match | None
    on_change: str

    def of(self, event: Event) -> Clock | None:
        """The clock that an event's value chooses; None where it has none."""
        value = event.get(self.field)
        if value is None or isinstance(value, tuple):
            return None
        return next((c for wanted, c in self.cases if wanted == text_of(value)), self.other)


@dataclass(frozen=True, slots=True)
class Plan:
    """A rule, ready to be evaluated.

    Attributes:
        name: `pack/id`.
        rule: the model it was made from.
        zone: IANA zone of its local dates and times.
        clock: how its limits are counted.
        clocks: the same, by a field of the opening event; None: `clock` for all.
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
    clocks: Clocks | None = None

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
            since, whence = _anchored(reckoned, opening, clock, latest)
            found = deadline(since, reckoned.within, clock, pauses, explain)
            return replace(found, steps=(f"measured from {whence}", *found.steps)) if explain else found
        case Combination(earliest, parts):
            ends = [due(p, start, opening, clock, pauses, latest, explain) for p in parts]
            best = min(ends, key=lambda d: d.last) if earliest else max(ends, key=lambda d: d.last)
            if not explain:
                return best
            which = "earliest" if earliest else "latest"
            lines = [
                line for n, end in enumerate(ends, 1) for line in (f"limit {n} of {len(ends)}", *end.steps)
            ]
            number = ends.index(best) + 1
            return replace(best, steps=(*lines, f"the {which} of these is limit {number}, {best.steps[-1]}"))


def _anchored(
    anchor: Anchor, opening: Event, clock: Clock, latest: Callable[[Match], Event | None]
) -> tuple[int, str]:
    """The instant from which an anchored limit runs, and what stands there."""
    if anchor.match is not None:
        event = latest(anchor.match)
        if event is None:
            raise Undecidable(f"no {' or '.join(sorted(anchor.match.names))} from which its limit could run")
        return event.time, f"{event.event} ({event.id})"
    value = opening.get(anchor.field)
    moment = None if value is None or isinstance(value, tuple) else as_instant(value, clock.zone)
    if moment is None:
        raise Undecidable(f"no time in the field '{anchor.field}' from which its limit could run")
    return moment, f"the field '{anchor.field}'"


def clock_of(plan: Plan, opening: Event, changes: Sequence[Event]) -> Clock | None:
    """The clock of an obligation when it opens; None: the rule is not about it.

    Args:
        plan: the rule.
        opening: the event that opens it; its own value wins.
        changes: the events of the key that carry the value anew, in order of (time, id).
    """
    clocks = plan.clocks
    if clocks is None:
        return plan.clock
    own = opening.get(clocks.field)
    if own is not None and not isinstance(own, tuple):
        return clocks.of(opening)
    before = [
        c for e in changes if e is not opening and e.time <= opening.time and (c := clocks.of(e)) is not None
    ]
    return before[-1] if before else clocks.other


def changing_due(
    plan: Plan, clock: Clock, reckon: Callable[[Clock], Deadline], opening: Event, changes: Sequence[Event], done: int | None
) -> tuple[Deadline, Clock]:  # fmt: skip
    """The deadline of an obligation whose calendar may change while it is open, and the clock that it ended with.

    Args:
        plan: the rule.
        clock: as `clock_of` gave it.
        reckon: the deadline by a clock.
        opening, changes: as for `clock_of`.
        done: when it was done, after which a change means nothing; None: it was not.
    """
    clocks = plan.clocks
    if clocks is None or clocks.on_change == "first":
        return reckon(clock), clock
    later = [(e.time, c) for e in changes if e.time > opening.time and (c := clocks.of(e)) is not None]
    if clocks.on_change == "accumulate":
        parts = tuple((t, c.calendar) for t, c in later if isinstance(c.calendar, Calendar))
        if parts and isinstance(clock.calendar, Calendar):
            clock = replace(clock, calendar=Schedule(clock.calendar, parts))
        return reckon(clock), clock
    end = reckon(clock)
    for time, other in later:
        if time > end.last or (done is not None and time >= done):
            break
        clock, found = other, reckon(other)
        # Used up by the new calendar's count: due at the change, never in the past.
        end = Deadline(time) if found.last < time else found
    return end, clock


Begun = tuple[int, Reckoned]  # from when on a limit of a cadence binds


def begun_steps(
    plan: Plan, body: CadencePlan, start: Event, pauses: Sequence[tuple[int, int]], times: Callable[[Match], Sequence[int]]
) -> list[Begun]:  # fmt: skip
    """When the later limits of a cadence begin to bind in one stretch, in order.

    Args:
        plan, body: the rule.
        start: the event that began the stretch; it chooses the limits.
        pauses: [from, to) stretches in which the clock stands still.
        times: the instants of the events of the stretch that match.

    Raises:
        CalendarUnknown: a year that the calendar does not state.
    """
    out: list[tuple[int, int, Reckoned]] = []
    for number, step in enumerate(body.then):
        limit = choose(step.every, start, plan.zone)
        if limit is None:
            continue
        if step.match is not None:
            out += [(time, number, limit) for time in times(step.match)]
        if step.after is not None:
            at = deadline(start.time, step.after, plan.clock, pauses).at
            out += [(at, number, limit)] if at < NEVER else []
    return [(time, limit) for time, _, limit in sorted(out, key=lambda s: s[:2])]


def stepped(
    usual: Reckoned, steps: Sequence[Begun], point: int, done: int | None, reckon: Callable[[Reckoned, int], Deadline]
) -> Deadline:  # fmt: skip
    """When the next B is due after a point of a cadence whose limit changes.

    The limit is the one that binds at the point. One that begins to bind later, before the deadline, is counted from
    its own beginning and takes hold at once if that is sooner; a longer one waits for the next B.

    Args:
        usual: the limit before any step.
        steps: as `begun_steps` gives them.
        point: from when on.
        done: the next B, whose instant no later step can matter to; None: there is none.
        reckon: (limit, from) → deadline.
    """
    for time, limit in steps:
        if time <= point:
            usual = limit
    end = reckon(usual, point)
    for time, limit in steps:
        if point < time <= end.last and (done is None or time < done):
            sooner = reckon(limit, time)
            if sooner.last < end.last:
                end = sooner
    return end


def lead_deadlines(
    plan: NoticePlan, limit: Limit, moment: int, clock: Clock, explain: bool = False
) -> tuple[Deadline, Deadline]:
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
            if any(
                r is None or isinstance(r, tuple) for f, r in zip(plan.key, rest, strict=True) if f != target
            ):
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
    if plan.clocks is not None:
        out.append(plan.clocks.changed)
    body = plan.body
    match body:
        case ResponsePlan():
            out += [body.after, body.expect, body.cancel, *_anchors(body.within)]
        case CadencePlan():
            out += [
                body.start,
                body.end,
                body.expect,
                *_anchors(body.every),
                *(_anchors(body.first) if body.first else []),
                *(m for step in body.then for m in (step.match, *_anchors(step.every))),
            ]
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
