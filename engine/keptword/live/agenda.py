"""When which key has to be looked at again, and which ones something has just touched."""

from __future__ import annotations

import heapq
from collections.abc import Mapping

from keptword.live.slot import Slot

_CASE = "case "


class Agenda:
    """Wakes by instant, and touched slots by rule.

    A slot that is to be woken at another time than was written down first has an older entry left in the heap, which
    no longer agrees with its `wake` and is passed over.
    """

    def __init__(self, slots: Mapping[str, Slot]) -> None:
        self._slots = slots
        self._heap: list[tuple[int, int, str]] = []
        self._touched: list[tuple[int, str]] = []

    def next_wake(self) -> int | None:
        """The instant of the next entry that still stands."""
        while self._heap:
            when, _, name = self._heap[0]
            if name.startswith(_CASE):
                return when
            slot = self._slots.get(name)
            if slot is not None and slot.wake == when:
                return when
            heapq.heappop(self._heap)
        return None

    def take(self) -> tuple[str, bool]:
        """The name that `next_wake` spoke of, taken off; whether it is a case's and not a slot's."""
        name = heapq.heappop(self._heap)[2]
        return (name[len(_CASE) :], True) if name.startswith(_CASE) else (name, False)

    def wake(self, slot: Slot, when: int | None) -> None:
        """The slot is to be looked at then; None: not at all."""
        slot.wake = when
        if when is not None:
            heapq.heappush(self._heap, (when, slot.number, slot.name))

    def wake_case(self, name: str, when: int) -> None:
        """The case is to be looked at then."""
        heapq.heappush(self._heap, (when, -1, _CASE + name))

    def touch(self, slot: Slot) -> None:
        """The slot is to be looked at now."""
        heapq.heappush(self._touched, (slot.number, slot.name))

    def touched(self) -> Slot | None:
        """The next touched slot, those of rules before those of the rules that rest on them; None: no more."""
        while self._touched:
            item = heapq.heappop(self._touched)
            while self._touched and self._touched[0] == item:
                heapq.heappop(self._touched)
            slot = self._slots.get(item[1])
            if slot is not None:
                return slot
        return None
