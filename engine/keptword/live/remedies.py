"""Violations that other rules rest on: each is an event for these, as long as it is one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from keptword.events import Event
from keptword.live.agenda import Agenda
from keptword.live.slot import Slot


@dataclass(slots=True)
class _Derived:
    event: Event
    holders: set[str] = field(default_factory=set)  # names of the slots that it was put into


class Remedies:
    """Which violation of which slot stands as an event in which other slots."""

    def __init__(self) -> None:
        self._derived: dict[str, _Derived] = {}
        self._violations: dict[str, dict[str, Event]] = {}  # slot → duty → its violation

    def new(
        self, slot: Slot, found: Mapping[str, Event], slots: Mapping[str, Slot], agenda: Agenda
    ) -> Iterator[tuple[str, Event]]:
        """Take back a slot's violations that are none any more; the new ones, each with the name of its duty."""
        past = self._violations.setdefault(slot.name, {})
        for name in [n for n in past if past[n] != found.get(n)]:
            event = past.pop(name)
            for holder in self._derived.pop(event.id).holders:
                slots[holder].take(event.time, event.id)
                agenda.touch(slots[holder])
        for name, event in found.items():
            if name not in past:
                past[name] = event
                self._derived[event.id] = _Derived(event)
                yield name, event

    def hold(self, event: Event, slot: str) -> None:
        """A violation was put into a slot."""
        self._derived[event.id].holders.add(slot)

    def is_violation(self, event_id: str) -> bool:
        """Whether an event is a violation."""
        return event_id in self._derived

    def let_go(self, event_id: str, slot: str) -> bool:
        """A slot is dropped; whether the event in it was a violation."""
        derived = self._derived.get(event_id)
        if derived is None:
            return False
        derived.holders.discard(slot)
        return True

    def needed(self, slot: str) -> bool:
        """Whether another slot holds a violation of this one."""
        return any(self._derived[e.id].holders for e in self._violations.get(slot, {}).values())

    def forget(self, slot: str) -> None:
        """The violations of a slot that is dropped; nobody holds them."""
        for event in self._violations.pop(slot, {}).values():
            del self._derived[event.id]
