"""The plain evaluator: slow, obvious, and the definition of what every rule means.

Each function below is one kind of rule over the events of one key, written as docs/semantics.md says it. Nothing here is
clever; every other engine is tested against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from typing import assert_never

from keptword import waivers as waiving
from keptword.clock import NEVER, CalendarUnknown, Deadline, before, deadline, running
from keptword.evaluation import Assignments, Evaluation, objective, owner_of, violation_event
from keptword.events import Event, Log
from keptword.instants import as_instant
from keptword.limits import Limit
from keptword.obligation import Key, Obligation, Span
from keptword.plan import (
    CadencePlan, ConsistencyPlan, CountPlan, Excuse, GuardPlan, Match, NoticePlan, ObjectivePlan, Plan, PromisePlan,
    ResponsePlan, Undecidable, WordingPlan, choose, due, keys_of, lead_deadlines, parts_of,
)  # fmt: skip
from keptword.spec.conditions import holds, text_of
from keptword.waivers import Waiver
from keptword.words import Words


def evaluate(plans: Sequence[Plan], log: Log, as_of: int, waivers: Sequence[Waiver] = (), words: Words | None = None) -> Evaluation:
    """Every obligation of every rule.

    Args:
        plans: in an order in which each comes after those it rests on (`make_plans` gives them so).
        log: the events.
        as_of: the moment of judgement, microseconds; later events do not exist.
        waivers: applied before rules that rest on violations see them.
        words: the wording checks.
    """
    words = words or Words()
    events = [e for e in log.events if e.time <= as_of]
    known = {e.id: e for e in events}
    assignments = Assignments.of(events)
    out = Evaluation()
    for plan in plans:
        if isinstance(plan.body, ObjectivePlan):
            found = objective(plan, plan.body, out.obligations, known, as_of)
        else:
            violations = [
                violation_event(o, p.severity)
                for p in plans if p.name in plan.rests_on for o in out.obligations[p.name] if o.is_violation
            ]  # fmt: skip
            known |= {e.id: e for e in violations}
            keys, out.skipped[plan.name] = group(plan, [*events, *violations], words)
            found = [_finish(o, known, assignments, as_of) for key, own in sorted(keys.items()) for o in _Case(plan, key, own, as_of, words).judge()]
        out.obligations[plan.name] = [waiving.apply(waivers, o, known.get(o.opened_by), words.says) for o in found]
    return out


def group(plan: Plan, events: Iterable[Event], words: Words) -> tuple[dict[tuple[str, ...], list[Event]], int]:
    """The events that a rule looks for, by key, in order of (time, id); and how many lacked a field of the key."""
    matches = parts_of(plan)
    keys: dict[tuple[str, ...], list[Event]] = {}
    skipped = 0
    for event in sorted(events, key=lambda e: (e.time, e.id)):
        if any(m.matches(event, words.says) for m in matches):
            own = list(keys_of(event, plan))
            skipped += not own
            for key in own:
                keys.setdefault(key, []).append(event)
    return keys, skipped


def _finish(o: Obligation, known: dict[str, Event], assignments: Assignments, as_of: int) -> Obligation:
    """Fill in what is the same for every kind: the case, whose work it was, no deadline for a clock that stands still."""
    opening = known[o.opened_by]
    done = known[o.done_by] if o.done_by is not None else None
    instant = o.at if o.at is not None else o.done_at if o.done_at is not None else min(o.due, as_of) if o.due is not None else as_of
    owner = owner_of(done, opening, opening.case, instant, assignments)
    return replace(o, case=opening.case, owner=owner, due=None if o.due == NEVER else o.due)


@dataclass(slots=True)
class _Case:
    """The events of one key under one rule."""

    plan: Plan
    values: tuple[str, ...]
    events: list[Event]
    as_of: int
    words: Words
    pauses: list[tuple[int, int]] = field(default_factory=list)

    def judge(self) -> list[Obligation]:
        """The obligations of this key."""
        for start, end in self.plan.pauses:
            self.pauses += [(s.time, e.time if e is not None else NEVER) for s, e in self.stretches(self.all(start), end)]
        body = self.plan.body
        match body:
            case ResponsePlan():
                return self.response(body)
            case CadencePlan():
                return self.cadence(body)
            case NoticePlan():
                return self.notice(body)
            case GuardPlan():
                return self.guard(body)
            case PromisePlan():
                return self.promise(body)
            case ConsistencyPlan():
                return self.consistency(body)
            case CountPlan():
                return self.count(body)
            case WordingPlan():
                return self.wording(body)
            case ObjectivePlan():
                raise AssertionError("an objective is about obligations, not about events")
            case _:
                assert_never(body)

    # ------------------------------------------------------------------------------------------------- the kinds

    def response(self, body: ResponsePlan) -> list[Obligation]:
        """After A, expect B within L."""
        out = []
        asked = self.openers(body.after)
        answers, cancels = self.all(body.expect), self.all(body.cancel)
        used: list[tuple[int, int]] = []       # stretches in which something waited, for `carry`
        for i, a in enumerate(asked):
            if body.each == "first" and i > 0:
                continue
            if body.each == "unanswered":
                # Waiting already: another A lies between the last B before this one (or the beginning) and it.
                last = max((b.time for b in answers if b.time < a.time and b is not a), default=None)
                if any(last is None or earlier.time > last for earlier in asked[:i]):
                    continue
            limit = choose(body.within, a, self.plan.zone)
            if limit is None or not self.plan.in_force(a.time):
                continue
            begins = a.time
            pauses = self.pauses
            if body.carry and used:
                # The clock began with the first A and stood still whenever nothing waited.
                begins = used[0][0]
                pauses = [*self.pauses, *_gaps(used, a.time)]
            try:
                end = due(limit, begins, a, self.plan.clock, pauses, lambda m, a=a: self.latest(m, a))  # type: ignore[misc]
                if end.at < a.time:
                    end = Deadline(a.time, "inclusive")    # used up before: it is due at once, never in the past
                opens = before(a.time, body.lookback, self.plan.clock) if body.lookback is not None else a.time
            except (Undecidable, CalendarUnknown) as why:
                out.append(self.unknown(a, str(why)))
                continue
            found = [b for b in answers if b.time >= opens and b is not a]
            done = found[body.times - 1] if len(found) >= body.times else None
            cancel = next((c for c in cancels if a.time <= c.time <= end.last and c is not a), None)
            stopped = cancel is not None and (done is None or cancel.time < done.time)
            if stopped and cancel is not None:
                o = self.owed(a, a.time, end, "void", events=(a.id, cancel.id), why=f"{cancel.event} came first")
            else:
                o = self.answered(a, a.time, end, done)
            until = cancel.time if stopped and cancel is not None else done.time if done is not None else self.as_of
            if body.carry:
                used = _joined([*used, (a.time, max(until, a.time))])
            out.append(self.measured(o, begins, until, pauses))
        return out

    def cadence(self, body: CadencePlan) -> list[Obligation]:
        """While S, expect B at least every L."""
        out = []
        answers = self.all(body.expect)
        for start, stop in self.stretches(self.openers(body.start), body.end):
            every = choose(body.every, start, self.plan.zone)
            first = choose(body.first, start, self.plan.zone) if body.first is not None else every
            if every is None or first is None or not self.plan.in_force(start.time):
                continue
            ends = stop.time if stop is not None else None
            inside = [b for b in answers if start.time <= b.time and (ends is None or b.time <= ends) and b is not start]
            if body.grid:
                out += self.grid(body, start, stop, inside)
                continue
            for n, point in enumerate([start, *inside]):
                done = inside[n] if n < len(inside) else None
                try:
                    limit = first if n == 0 else every
                    end = due(limit, point.time, start, self.plan.clock, self.pauses, lambda m, s=start: self.latest(m, s))  # type: ignore[misc]
                    if n > 0 and body.stated is not None:
                        end = self.stated_due(body, point, end)
                except (Undecidable, CalendarUnknown) as why:
                    out.append(self.unknown(point, str(why), done))
                    continue
                out.append(self.silence(point, end, done, stop))
        return out

    def silence(self, point: Event, end: Deadline, done: Event | None, stop: Event | None) -> Obligation:
        """One silence of a cadence: from a point to the next B, to the end of S, or to now."""
        if done is None and stop is not None and stop.time <= end.last:
            return self.owed(point, point.time, end, "void", events=(point.id, stop.id), why=f"{stop.event} came first")
        o = self.answered(point, point.time, end, done, stop)
        if not o.is_violation:
            return o
        until = done.time if done is not None else stop.time if stop is not None else self.as_of
        length = end.at - point.time
        return replace(o, silent_periods=ceil((until - point.time) / length) - 1 if length > 0 else 0)

    def stated_due(self, body: CadencePlan, point: Event, end: Deadline) -> Deadline:
        """The deadline that the last B itself named: not in the past, and no further away than allowed."""
        stated = self.stated(point, body.stated or "", "next-update")
        if stated is None or stated <= point.time:
            return end
        return Deadline(min(stated, deadline(point.time, body.at_most, self.plan.clock).at), "inclusive")

    def grid(self, body: CadencePlan, start: Event, stop: Event | None, inside: list[Event]) -> list[Obligation]:
        """One B in each window (start + (n-1)L, start + nL]; with `first`, the grid begins at the end of the first window."""
        out: list[Obligation] = []
        ends = stop.time if stop is not None else self.as_of
        every = choose(body.every, start, self.plan.zone)
        first = choose(body.first, start, self.plan.zone) if body.first is not None else None
        opened, origin, n = start.time, start.time, 0
        while n == 0 or opened < ends:
            n += 1
            try:
                if first is not None and n == 1:
                    end = due(first, start.time, start, self.plan.clock, self.pauses, lambda m: self.latest(m, start))
                    origin = end.at
                else:
                    if not isinstance(every, Limit):
                        raise AssertionError("plans refuse a grid whose limit is not one length of time")
                    end = deadline(origin, every.times(n if first is None else n - 1), self.plan.clock, self.pauses)
            except (Undecidable, CalendarUnknown) as why:
                return [*out, replace(self.unknown(start, str(why)), part=str(n))]
            done = next((b for b in inside if opened < b.time <= end.last), None)
            later = next((b for b in inside if b.time > end.last), None)
            if done is None and stop is not None and stop.time <= end.last:
                o = self.owed(start, opened, end, "void", events=(start.id, stop.id), why=f"{stop.event} came first")
            elif done is not None or later is None:
                o = self.answered(start, opened, end, done, stop)
            else:
                # The next B belongs to a later window: this one stays missed, and the silence ends there.
                o = self.owed(start, opened, end, "missed", at=end.at, late_by=later.time - end.at, events=(start.id, later.id))
            out.append(replace(o, part=str(n)))
            if end.at <= opened:
                break   # a limit of no time, or a clock that stands still for ever
            opened = end.last
        return out

    def notice(self, body: NoticePlan) -> list[Obligation]:
        """Before M, expect B at least L ahead."""
        out = []
        answers = self.all(body.expect)
        changes = [(a, self.moment(a, body.moment)) for a in self.openers(body.before)]
        replaced = self.replaced(body, changes)
        for a, moment in changes:
            limit = choose(body.ahead, a, self.plan.zone)
            if limit is None or not self.plan.in_force(a.time):
                continue
            if moment is None:
                out.append(self.unknown(a, f"no time in the field '{body.moment}'"))
                continue
            if not isinstance(limit, Limit):
                raise AssertionError("plans refuse a lead time that is not one length of time")
            try:
                strict, lenient = lead_deadlines(body, limit, moment, self.plan.clock)
                opens = before(moment, body.not_before, self.plan.clock) if body.not_before is not None else None
            except CalendarUnknown as why:
                out.append(self.unknown(a, str(why)))
                continue
            if a.id in replaced:
                later = replaced[a.id]
                out.append(self.owed(a, a.time, lenient, "void", events=(a.id, later.id), why="the change itself was moved"))
                continue
            # One notice serves one change: it has to come after the moment of the change before this one.
            earlier = [m for e, m in changes if m is not None and m < moment and e.time <= a.time and e is not a and e.id not in replaced]
            previous = max(earlier, default=None)
            useful = [b for b in answers if b is not a and (body.reuse or previous is None or b.time > previous)]
            good = next((b for b in useful if b.time <= lenient.last and (opens is None or b.time >= opens)), None)
            too_early = next((b for b in useful if opens is not None and b.time < opens), None)
            after = next((b for b in useful if lenient.last < b.time <= moment), None)
            if good is not None:
                o = self.answered(a, a.time, lenient, good)
                if good.time > strict.last:
                    o = replace(o, verdict="borderline", why=f"in time by the most lenient of {', '.join(body.readings)}, not by the strictest")
                out.append(o)
            elif lenient.last >= self.as_of:
                out.append(self.owed(a, a.time, lenient, "open", events=(a.id,)))
            elif too_early is not None:
                out.append(self.owed(a, a.time, lenient, "early", done=too_early, at=too_early.time, events=(a.id, too_early.id)))
            else:
                out.append(self.answered(a, a.time, lenient, after))
        return out

    def replaced(self, body: NoticePlan, changes: list[tuple[Event, int | None]]) -> dict[str, Event]:
        """Changes that a later announcement moved in time: id → the announcement that moved them."""
        out: dict[str, Event] = {}
        if body.change_of is None:
            return out
        for a, moment in changes:
            limit = choose(body.ahead, a, self.plan.zone)
            same = _value(a, body.change_of)
            if moment is None or same is None or not isinstance(limit, Limit):
                continue
            try:
                _, end = lead_deadlines(body, limit, moment, self.plan.clock)
            except CalendarUnknown:
                continue
            for later, other in changes:
                if a.time < later.time <= end.last and other is not None and other != moment and _value(later, body.change_of) == same:
                    out.setdefault(a.id, later)
        return out

    def guard(self, body: GuardPlan) -> list[Obligation]:
        """Never A, unless …"""
        out = []
        stretches = self.stretches(self.all(body.start), body.end) if body.start is not None else []
        for a in self.openers(body.never):
            if not self.plan.in_force(a.time):
                continue
            try:
                forbidden = body.start is None or any(s.time <= a.time and (e is None or a.time <= e.time) and s is not a for s, e in stretches)
                since = None
                if body.after is not None:
                    since = next((e for e in reversed(self.all(body.after)) if e is not a and e.time <= a.time and self.still(e, body.span, a)), None)
                    forbidden = forbidden and since is not None
                excuse = next((b for u in body.unless if (b := self.excused(u, a)) is not None), None)
            except CalendarUnknown as why:
                out.append(self.unknown(a, str(why)))
                continue
            if not forbidden or excuse is not None:
                events = (excuse.id, a.id) if excuse is not None else (a.id,)
                out.append(self.owed(a, a.time, _instant(a.time), "kept", done=a, events=events))
            else:
                events = (since.id, a.id) if since is not None else (a.id,)
                out.append(self.owed(a, a.time, _instant(a.time), "broken", done=a, at=a.time, events=events))
        return out

    def still(self, event: Event, span: Limit | None, a: Event) -> bool:
        """Whether A comes within the span after the event."""
        return span is None or a.time <= deadline(event.time, span, self.plan.clock).last

    def excused(self, excuse: Excuse, a: Event) -> Event | None:
        """The B that allows A: neither too recent nor too old, and not cured in between."""
        newest = before(a.time, excuse.at_least, self.plan.clock) if excuse.at_least is not None else a.time
        oldest = before(a.time, excuse.at_most, self.plan.clock) if excuse.at_most is not None else None
        cures = self.all(excuse.cured)
        for b in reversed(self.all(excuse.seen)):
            if b is not a and b.time <= newest and (oldest is None or b.time >= oldest):
                if not any(b.time < c.time < a.time for c in cures):
                    return b
        return None

    def promise(self, body: PromisePlan) -> list[Obligation]:
        """A stated time is kept."""
        answers = self.all(body.expect)
        stated = [(a, t) for a in self.openers(body.of) if (t := self.stated(a, body.promised, "any")) is not None]
        renewed: dict[str, Event] = {}
        row: dict[str, int] = {}       # how many renewals in a row led to this promise
        for i, (a, t) in enumerate(stated):
            done = next((b for b in answers if b.time > a.time), None)
            for later, other in stated[i + 1 :]:
                if a.time < later.time < t and other != t and other >= later.time and (done is None or done.time > later.time):
                    renewed[a.id] = later
                    row[later.id] = max(row.get(later.id, 0), row.get(a.id, 0) + 1)
                    break
        out = []
        for a, t in stated:
            if not self.plan.in_force(a.time):
                continue
            end = Deadline(t, "inclusive")
            done = next((b for b in answers if b.time > a.time), None)
            if t < a.time:
                out.append(self.owed(a, a.time, end, "broken", done=a, at=a.time, events=(a.id,), why="the stated time was already past"))
            elif body.renewals is not None and row.get(a.id, 0) > body.renewals:
                out.append(self.owed(a, a.time, end, "broken", done=a, at=a.time, events=(a.id,), why=f"put off {row[a.id]} times in a row"))
            elif a.id in renewed:
                out.append(self.owed(a, a.time, end, "void", events=(a.id, renewed[a.id].id), why="another time was stated before this one passed"))
            else:
                out.append(self.answered(a, a.time, end, done))
        return out

    def consistency(self, body: ConsistencyPlan) -> list[Obligation]:
        """What is said agrees with what is so."""
        out = []
        truth = next((e for e in self.all(body.against) if _value(e, body.field) is not None), None)
        for a in self.openers(body.of):
            said = _value(a, body.field)
            if said is None or not self.plan.in_force(a.time):
                continue
            end = _instant(a.time)
            if truth is None:
                out.append(self.owed(a, a.time, end, "open", events=(a.id,)))
                continue
            events = tuple(e.id for e in sorted({truth.id: truth, a.id: a}.values(), key=lambda e: (e.time, e.id)))
            so = _value(truth, body.field) or ""
            if _folded(said) == _folded(so):
                out.append(self.owed(a, a.time, end, "kept", done=a, events=events))
            else:
                out.append(self.owed(a, a.time, end, "broken", done=a, at=a.time, events=events, why=f"said '{said}', but it is '{so}'"))
        return out

    def count(self, body: CountPlan) -> list[Obligation]:
        """At most n A in any window L, or in the key."""
        out = []
        all_of_them = self.openers(body.of)
        for i, a in enumerate(all_of_them):
            if not self.plan.in_force(a.time):
                continue
            try:
                window = [e for e in all_of_them[: i + 1] if self.still(e, body.within, a)]
            except CalendarUnknown as why:
                out.append(self.unknown(a, str(why)))
                continue
            events = tuple(e.id for e in window[-body.at_most - 1 :])
            if len(window) > body.at_most:
                span = f"in {body.within}" if body.within is not None else "in all"
                out.append(self.owed(a, a.time, _instant(a.time), "broken", done=a, at=a.time, events=events, why=f"{len(window)} {span}, at most {body.at_most} allowed"))
            else:
                out.append(self.owed(a, a.time, _instant(a.time), "kept", done=a, events=(a.id,)))
        return out

    def wording(self, body: WordingPlan) -> list[Obligation]:
        """What a message says and how: one obligation a message and check."""
        out = []
        for a in self.openers(body.of):
            if not self.plan.in_force(a.time):
                continue
            for mode, elements in (("require", body.require), ("forbid", body.forbid)):
                for element in elements:
                    out.append(self.checked(a, element, mode))
        return out

    def checked(self, a: Event, element: str, mode: str) -> Obligation:
        """One message against one element."""
        customer = a.get("customer_lang")
        result = self.words.check(a, element, "require" if mode == "require" else "forbid", customer if isinstance(customer, str) else None)
        if result is None:
            return replace(self.unknown(a, "the message has no text"), part=f"{mode}:{element}")
        spans = tuple(Span(a.id, h.start, h.end, h.text) for h in result.spans)
        at = a.time if result.outcome == "broken" else None
        o = self.owed(a, a.time, _instant(a.time), result.outcome, done=a, at=at, events=(a.id,), why=result.why)
        return replace(o, part=f"{mode}:{element}", spans=spans)

    # -------------------------------------------------------------------------------------- what the kinds share

    def all(self, match: Match | None) -> list[Event]:
        """The events of the key that match, in order of (time, id)."""
        return [] if match is None else [e for e in self.events if match.matches(e, self.words.says)]

    def measured(self, o: Obligation, begins: int, until: int, pauses: Sequence[tuple[int, int]]) -> Obligation:
        """The obligation with the spans over which its clock ran, where it did not run all the time."""
        if not pauses:
            return o
        try:
            return replace(o, measured=running(begins, max(until, begins), self.plan.clock, pauses))
        except CalendarUnknown:
            return o

    def openers(self, match: Match) -> list[Event]:
        """The events that match and that the rule is about."""
        return [e for e in self.all(match) if holds(self.plan.applies, e, self.words.says)]

    def latest(self, match: Match, opening: Event) -> Event | None:
        """The latest matching event at or before the opening one."""
        return next((e for e in reversed(self.all(match)) if e.time <= opening.time), None)

    def stretches(self, starts: list[Event], end: Match | None) -> list[tuple[Event, Event | None]]:
        """Stretches from a start (ignored while one runs) to the first end at or after it; None: it still runs."""
        out: list[tuple[Event, Event | None]] = []
        ends = self.all(end)
        for start in starts:
            if out and (out[-1][1] is None or start.time <= out[-1][1].time):
                continue
            out.append((start, next((e for e in ends if e.time >= start.time and e is not start), None)))
        return out

    def moment(self, a: Event, name: str | None) -> int | None:
        """The instant in a field of A, or A's own time when no field is named."""
        if name is None:
            return a.time
        value = a.get(name)
        return None if value is None or isinstance(value, tuple) else as_instant(value, self.plan.zone)

    def stated(self, a: Event, name: str, what: str) -> int | None:
        """The time that an event states, in a field or in its text."""
        if name == "text":
            return self.words.stated(a, self.plan.zone, "next-update" if what == "next-update" else "any")
        return self.moment(a, name)

    def answered(self, a: Event, opened: int, end: Deadline, done: Event | None, stop: Event | None = None) -> Obligation:
        """Kept, late, missed or open, by when it was done; `stop` ends the time that a missed duty runs on."""
        if done is not None and done.time <= end.last:
            return self.owed(a, opened, end, "kept", done=done, events=_in_order(a, done))
        if done is not None:
            return self.owed(a, opened, end, "late", done=done, at=end.at, late_by=done.time - end.at, events=_in_order(a, done))
        if end.last < self.as_of:
            until = stop.time if stop is not None else self.as_of
            events = (a.id,) if stop is None else (a.id, stop.id)
            return self.owed(a, opened, end, "missed", at=end.at, late_by=until - end.at, events=events)
        return self.owed(a, opened, end, "open", events=(a.id,))

    def owed(
        self, a: Event, opened: int, end: Deadline, verdict: str, *, done: Event | None = None, at: int | None = None,
        late_by: int | None = None, events: tuple[str, ...] = (), why: str = "",
    ) -> Obligation:  # fmt: skip
        """An obligation of this rule and key."""
        return Obligation(
            rule=self.plan.name, key=self.key, verdict=verdict, opened_by=a.id, opened_at=opened,  # type: ignore[arg-type]
            due=end.at, bound=end.bound, done_by=None if done is None else done.id, done_at=None if done is None else done.time,
            at=at, late_by=late_by, events=events, why=why,
        )  # fmt: skip

    def unknown(self, a: Event, why: str, done: Event | None = None) -> Obligation:
        """An obligation that cannot be decided."""
        return Obligation(
            rule=self.plan.name, key=self.key, verdict="unknown", opened_by=a.id, opened_at=a.time, why=why, events=(a.id,),
            done_by=None if done is None else done.id, done_at=None if done is None else done.time,
        )  # fmt: skip

    @property
    def key(self) -> Key:
        """Names and values of the key."""
        return tuple(zip(self.plan.key, self.values, strict=True))


def _instant(time: int) -> Deadline:
    return Deadline(time, "inclusive")


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping and touching spans made one, in order."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _gaps(used: list[tuple[int, int]], until: int) -> list[tuple[int, int]]:
    """What lies between spans, up to an instant."""
    ends = [end for _, end in used]
    starts = [start for start, _ in used[1:]] + [until]
    return [(end, start) for end, start in zip(ends, starts, strict=True) if end < start]


def _in_order(a: Event, b: Event) -> tuple[str, ...]:
    return (a.id, b.id) if (a.time, a.id) <= (b.time, b.id) else (b.id, a.id)


def _value(event: Event, name: str) -> str | None:
    value = event.get(name)
    return None if value is None or isinstance(value, tuple) or not _folded(text_of(value)) else text_of(value)


def _folded(text: str) -> str:
    """Without case and space, which do not make a different statement."""
    return "".join(text.casefold().split())
