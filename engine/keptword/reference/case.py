"""The events of one key under one rule, and what every kind asks of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from keptword.clock import NEVER, CalendarUnknown, Clock, Deadline, deadline, running
from keptword.events import Event
from keptword.instants import as_instant
from keptword.limits import Limit
from keptword.obligation import Key, Obligation, Verdict
from keptword.plan import Match, Plan
from keptword.schedules import Schedule
from keptword.spec.comparing import text_of
from keptword.spec.conditions import holds
from keptword.words import Words


@dataclass(slots=True)
class Case:
    """The events of one key under one rule."""

    plan: Plan
    values: tuple[str, ...]
    events: list[Event]
    as_of: int
    words: Words
    pauses: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Find the stretches in which the rule's clock stands still."""
        for start, end in self.plan.pauses:
            self.pauses += [
                (s.time, e.time if e is not None else NEVER) for s, e in self.stretches(self.all(start), end)
            ]

    def all(self, match: Match | None) -> list[Event]:
        """The events of the key that match, in order of (time, id)."""
        return [] if match is None else [e for e in self.events if match.matches(e, self.words.says)]

    def openers(self, match: Match) -> list[Event]:
        """The events that match and that the rule is about."""
        return [e for e in self.all(match) if holds(self.plan.applies, e, self.words.says)]

    def latest(self, opening: Event) -> Callable[[Match], Event | None]:
        """What finds the latest matching event at or before the opening one."""

        def find(match: Match) -> Event | None:
            return next((e for e in reversed(self.all(match)) if e.time <= opening.time), None)

        return find

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

    def answered(
        self, a: Event, opened: int, end: Deadline, done: Event | None, stop: Event | None = None
    ) -> Obligation:
        """Kept, late, missed or open, by when it was done; `stop` ends the time that a missed duty runs on."""
        if done is not None and done.time <= end.last:
            return self.owed(a, opened, end, "kept", done=done, events=in_order(a, done))
        if done is not None:
            return self.owed(
                a,
                opened,
                end,
                "late",
                done=done,
                at=end.at,
                late_by=done.time - end.at,
                events=in_order(a, done),
            )
        if end.last < self.as_of:
            until = stop.time if stop is not None else self.as_of
            events = (a.id,) if stop is None else (a.id, stop.id)
            return self.owed(a, opened, end, "missed", at=end.at, late_by=until - end.at, events=events)
        return self.owed(a, opened, end, "open", events=(a.id,))

    def owed(
        self, a: Event, opened: int, end: Deadline, verdict: Verdict, *, done: Event | None = None, at: int | None = None,
        late_by: int | None = None, events: tuple[str, ...] = (), why: str = "",
    ) -> Obligation:  # fmt: skip
        """An obligation of this rule and key."""
        return Obligation(
            rule=self.plan.name, key=self.key, verdict=verdict, opened_by=a.id, opened_at=opened,
            due=end.at, bound=end.bound, done_by=None if done is None else done.id, done_at=None if done is None else done.time,
            at=at, late_by=late_by, events=events, why=why,
        )  # fmt: skip

    def unknown(self, a: Event, why: str, done: Event | None = None) -> Obligation:
        """An obligation that cannot be decided."""
        return Obligation(
            rule=self.plan.name, key=self.key, verdict="unknown", opened_by=a.id, opened_at=a.time, why=why, events=(a.id,),
            done_by=None if done is None else done.id, done_at=None if done is None else done.time,
        )  # fmt: skip

    def measured(
        self, o: Obligation, begins: int, until: int, pauses: Sequence[tuple[int, int]], clock: Clock
    ) -> Obligation:
        """The obligation with the spans over which its clock ran, where it did not run all the time."""
        if not pauses and not isinstance(clock.calendar, Schedule):
            return o
        try:
            return replace(o, measured=running(begins, max(until, begins), clock, pauses))
        except CalendarUnknown:
            return o

    @property
    def key(self) -> Key:
        """Names and values of the key."""
        return tuple(zip(self.plan.key, self.values, strict=True))

    def still(self, event: Event, span: Limit | None, a: Event) -> bool:
        """Whether A comes within the span after the event."""
        return span is None or a.time <= deadline(event.time, span, self.plan.clock).last


def at_once(time: int) -> Deadline:
    """The deadline of what is judged at its own instant."""
    return Deadline(time, "inclusive")


def in_order(a: Event, b: Event) -> tuple[str, ...]:
    """The ids of two events in order of (time, id)."""
    return (a.id, b.id) if (a.time, a.id) <= (b.time, b.id) else (b.id, a.id)


def value_of(event: Event, name: str) -> str | None:
    """A field's value as text; None when the event lacks it or it says nothing."""
    value = event.get(name)
    return None if value is None or isinstance(value, tuple) or not folded(text_of(value)) else text_of(value)


def folded(text: str) -> str:
    """Without case and space, which do not make a different statement."""
    return "".join(text.casefold().split())
