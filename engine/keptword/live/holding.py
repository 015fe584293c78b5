"""Which events the monitor still needs, by whom, and what it may forget."""

from __future__ import annotations

import heapq
from bisect import insort
from dataclasses import dataclass, field

from keptword.evaluation import Assignments
from keptword.events import Event, content_id

ASSIGNING = frozenset({"ticket.assigned", "ticket.changed"})


@dataclass(slots=True)
class Held:
    """An event in memory, its number in the journal, and how many still need it."""

    event: Event
    seq: int
    needed: int = 0


@dataclass(slots=True)
class Case:
    """What is known of a case beside the rules: its assignments, whether it was closed, which slots speak of it."""

    assigning: list[Event] = field(default_factory=list)
    closing: list[Event] = field(default_factory=list)
    slots: set[str] = field(default_factory=set)
    touched: int = 0

    @property
    def closed(self) -> int | None:
        """When it was last closed."""
        return max((e.time for e in self.closing), default=None)


class Holding:
    """Counts references to events; what nobody needs is forgotten, here and in the journal.

    An event is also kept while its repeat could still arrive, and a case while one of its slots is there.
    """

    def __init__(self) -> None:
        self.events: dict[str, Held] = {}
        self.cases: dict[str, Case] = {}
        self.assignments = Assignments()
        self.forgotten: list[int] = []
        self._recent: list[tuple[int, str]] = []
        self._graves: dict[str, list[str]] = {}  # event id → slots that have dropped it
        self._buried: dict[str, int] = {}  # slot → how many of its dropped events are still held elsewhere
        self.opened_graves: list[str] = []  # slots of which nothing is left

    def add(self, event: Event, seq: int) -> None:
        """Hold a new event while it is recent."""
        self.events[event.id] = Held(event, seq, 1)
        heapq.heappush(self._recent, (event.time, event.id))

    def made_id(self, event: Event) -> str:
        """An id for an event that has none; another one for each event that says the same."""
        made = content_id(event)
        number = 1
        while (made if number == 1 else f"{made}.{number}") in self.events:
            number += 1
        return made if number == 1 else f"{made}.{number}"

    def need(self, name: str) -> None:
        """One more needs the event."""
        self.events[name].needed += 1

    def release(self, name: str) -> None:
        """One less needs it."""
        held = self.events[name]
        held.needed -= 1
        if held.needed:
            return
        del self.events[name]
        if held.seq:
            self.forgotten.append(held.seq)
        for slot in self._graves.pop(name, ()):
            self._buried[slot] -= 1
            if not self._buried[slot]:
                del self._buried[slot]
                self.opened_graves.append(slot)

    def expire(self, before: int) -> None:
        """Events before this instant are no longer recent: a repeat of them would be left out as too late."""
        while self._recent and self._recent[0][0] < before:
            self.release(heapq.heappop(self._recent)[1])

    def bury(self, slot: str, name: str) -> None:
        """A slot has dropped an event that others still hold: after a restart it must not come back there."""
        self._graves.setdefault(name, []).append(slot)
        self._buried[slot] = self._buried.get(slot, 0) + 1

    def buried(self, slot: str) -> bool:
        """Whether events that a slot dropped are still held by others."""
        return slot in self._buried

    def case(self, name: str) -> Case:
        """The case of this name, made when it is new."""
        return self.cases.setdefault(name, Case())

    def assign(self, event: Event) -> None:
        """Take in an assignment."""
        case = self.case(event.case)
        insort(case.assigning, event, key=lambda e: (e.time, e.id))
        case.touched = max(case.touched, event.time)
        self.need(event.id)
        self.assignments.by_case.pop(event.case, None)
        self.assignments.by_case.update(Assignments.of(case.assigning).by_case)

    def close_case(self, event: Event) -> None:
        """Take in the end of a case."""
        case = self.case(event.case)
        case.closing.append(event)
        case.touched = max(case.touched, event.time)
        self.need(event.id)

    def drop_case(self, name: str) -> None:
        """Forget a case that no slot speaks of."""
        case = self.cases.pop(name)
        self.assignments.by_case.pop(name, None)
        for event in (*case.assigning, *case.closing):
            self.release(event.id)
