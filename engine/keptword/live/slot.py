"""The events of one key under one rule, each matched once, in order of (time, id)."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, field

from keptword.clock import NEVER
from keptword.events import Event
from keptword.instants import as_instant
from keptword.live.asking import Ask, asked
from keptword.obligation import Key
from keptword.plan import Alternative, Match, Plan, keys_of, parts_of
from keptword.spec.conditions import Condition
from keptword.words import Words

APPLIES = 1  # the bit of `applies`; those of the patterns follow


@dataclass(frozen=True, slots=True)
class Entry:
    """An event, and which patterns of the rule it matches as a set of bits."""

    time: int
    id: str
    event: Event
    roles: int

    @property
    def order(self) -> tuple[int, str]:
        """Entries are kept in this order."""
        return (self.time, self.id)


class Matching:
    """Whether events match patterns and conditions that several rules share: asked once an event."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self._numbers: dict[object, int] = {}
        self._asks: list[Ask] = []
        self._event: Event | None = None
        self._known: dict[int, bool] = {}

    def number(self, what: Alternative | Condition) -> int:
        """Equal patterns have one number."""
        number = self._numbers.setdefault(what, len(self._numbers))
        if number == len(self._asks):
            self._asks.append(asked(what.where if isinstance(what, Alternative) else what, self.words.says))
        return number

    def holds(self, number: int, event: Event) -> bool:
        """Whether the condition of this number holds for the event."""
        if event is not self._event:
            self._event = event
            self._known.clear()
        known = self._known.get(number)
        if known is None:
            known = self._known[number] = self._asks[number](event)
        return known


class Matcher:
    """A rule's patterns, numbered."""

    def __init__(self, plan: Plan, matching: Matching) -> None:
        self.plan, self.words, self._matching = plan, matching.words, matching
        self.bits: dict[int, int] = {}
        parts = parts_of(plan)
        for match in parts:
            self.bits.setdefault(id(match), 2 << len(self.bits))
        self._by_name: dict[str, list[tuple[int, int]]] = {}  # -1: no condition
        for match in parts:
            for alternative in match.alternatives:
                for name in alternative.events:
                    number = -1 if alternative.where is None else matching.number(alternative)
                    item = (number, self.bits[id(match)])
                    self._by_name.setdefault(name, []).append(item)
        self._applies = -1 if plan.applies is None else matching.number(plan.applies)
        self.names = frozenset().union(*(match.names for match in parts)) if parts else frozenset()

    def entry(self, event: Event) -> Entry | None:
        """The event as an entry, or None when the rule does not look for it."""
        roles = 0
        for number, bit in self._by_name.get(event.event, ()):
            if not roles & bit and (number < 0 or self._matching.holds(number, event)):
                roles |= bit
        if not roles:
            return None
        if self._applies < 0 or self._matching.holds(self._applies, event):
            roles |= APPLIES
        return Entry(event.time, event.id, event, roles)

    def keys(self, event: Event) -> Iterator[tuple[str, ...]]:
        """The keys under which it takes part."""
        return keys_of(event, self.plan)


@dataclass(slots=True)
class Slot:
    """One rule and one key.

    Attributes:
        name: unique among all slots; the prefix of the cases put before the decider.
        wake: when it has to be looked at again although nothing comes in; None: never.
        touched: the latest instant at which an event came in.
        retire: when it may be dropped, if nothing comes in.
        afresh: every duty has to be looked at, whether or not its events changed.
        duties: opening event and part → id of the duty.
    """

    name: str
    number: int
    matcher: Matcher
    values: tuple[str, ...]
    entries: list[Entry] = field(default_factory=list)
    wake: int | None = None
    touched: int = 0
    retire: int | None = None
    afresh: bool = False
    duties: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """Names and values of the key."""
        return tuple(zip(self.matcher.plan.key, self.values, strict=True))

    def put(self, entry: Entry) -> None:
        """Add an entry in its place."""
        if not self.entries or self.entries[-1].order < entry.order:
            self.entries.append(entry)
        else:
            insort(self.entries, entry, key=lambda e: e.order)

    def take(self, time: int, name: str) -> None:
        """Remove an entry."""
        i = bisect_left(self.entries, (time, name), key=lambda e: e.order)
        if i < len(self.entries) and self.entries[i].order == (time, name):
            del self.entries[i]


class View:
    """A slot's events by pattern, as the trackers of the kinds ask for them."""

    def __init__(self, slot: Slot, now: int) -> None:
        self.plan, self.words, self.now = slot.matcher.plan, slot.matcher.words, now
        self._entries, self._bits = slot.entries, slot.matcher.bits
        self.pauses: list[tuple[int, int]] = []
        for start, end in self.plan.pauses:
            self.pauses += [
                (s.time, NEVER if e is None else e.time) for s, e in self.stretches(self.all(start), end)
            ]

    def all(self, match: Match | None) -> list[Event]:
        """The events that match, in order."""
        if match is None:
            return []
        bit = self._bits[id(match)]
        return [entry.event for entry in self._entries if entry.roles & bit]

    def openers(self, match: Match) -> list[Event]:
        """The events that match and that the rule is about."""
        bit = self._bits[id(match)] | APPLIES
        return [entry.event for entry in self._entries if entry.roles & bit == bit]

    def latest(self, match: Match, opening: Event) -> Event | None:
        """The latest matching event at or before another."""
        found = None
        for event in self.all(match):
            if event.time > opening.time:
                break
            found = event
        return found

    def stretches(self, starts: list[Event], end: Match | None) -> Iterator[tuple[Event, Event | None]]:
        """From a start to the first end at or after it; starts in between are ignored."""
        ends = self.all(end)
        upto: int | None = None
        for start in starts:
            if upto is not None and start.time <= upto:
                continue
            stop = next((e for e in ends if e.time >= start.time and e is not start), None)
            yield start, stop
            if stop is None:
                return
            upto = stop.time

    def moment(self, event: Event, name: str | None) -> int | None:
        """The instant in a field; the event's own time when no field is named."""
        if name is None:
            return event.time
        value = event.get(name)
        return None if value is None or isinstance(value, tuple) else as_instant(value, self.plan.zone)
