"""Dropping keys and cases whose past cannot matter any more: memory follows what is open, not what happened."""

from __future__ import annotations

from collections import Counter

from keptword.instants import MINUTE
from keptword.live.agenda import Agenda
from keptword.live.duties import Followed, Record, Settings
from keptword.live.holding import Case, Holding
from keptword.live.journal import packed
from keptword.live.remedies import Remedies
from keptword.live.slot import Slot


class Forgetting:
    """What of the monitor's memory goes when.

    Attributes:
        slots, records: those of the monitor, by name; shared with it.
        gone: slots that were dropped while other slots still held events of theirs, and how far (time, id): none of
            these must come back after a restart.
        changes: of the state that the journal keeps; shared with the speaker.
    """

    def __init__(
        self, settings: Settings, slots: dict[str, Slot], records: dict[str, dict[str, Record]], holding: Holding,
        agenda: Agenda, remedies: Remedies, counts: Counter[str], changes: dict[str, str | None],
    ) -> None:  # fmt: skip
        self._settings, self._holding, self._agenda, self._remedies = settings, holding, agenda, remedies
        self._counts = counts
        self.slots, self.records = slots, records
        self.gone: dict[str, tuple[int, str]] = {}
        self.changes = changes

    def let_go(self, rule: Followed, slot: Slot, now: int) -> None:
        """Drop a slot; later, if a rule that rests on its violations still needs them."""
        if self._remedies.needed(slot.name):
            slot.retire = now + max(self._settings.lateness, MINUTE)
            self._agenda.wake(slot, slot.retire)
            return
        del rule.slots[slot.values], self.slots[slot.name]
        for name, record in self.records.pop(slot.name).items():
            if record.told or record.warned or record.team or record.opened:
                self.changes["o:" + name] = None
        self._remedies.forget(slot.name)
        for entry in slot.entries:
            if not self._remedies.let_go(entry.id, slot.name):
                if self._holding.events[entry.id].needed > 1:
                    self._holding.bury(slot.name, entry.id)
                self._holding.release(entry.id)
            if entry.event.case:
                self._leave_case(entry.event.case, slot.name, now)
        if slot.entries and self._holding.buried(slot.name):
            self.gone[slot.name] = slot.entries[-1].order
            self.changes["x:" + slot.name] = packed(slot.entries[-1].order)
        self._counts["forgotten"] += 1

    def open_graves(self) -> None:
        """Slots of which no event is held any more need not be remembered as gone."""
        for slot in self._holding.opened_graves:
            self.changes["x:" + slot] = None
            self.gone.pop(slot, None)
        self._holding.opened_graves.clear()

    def schedule_case(self, name: str, case: Case, now: int) -> None:
        """Look at a case again when it may be dropped, if no slot speaks of it."""
        if self._settings.keep is not None and not case.slots:
            self._agenda.wake_case(name, max(case.touched + self._rest(case), now) + 1)

    def retire_case(self, name: str, now: int) -> None:
        """Drop a case that has rested long enough."""
        case = self._holding.cases.get(name)
        if case is None or case.slots or self._settings.keep is None:
            return
        if case.touched + self._rest(case) < now:
            self._holding.drop_case(name)

    def _rest(self, case: Case) -> int:
        rest = self._settings.keep_closed if case.closed is not None else self._settings.keep
        return max(rest or 0, self._settings.lateness)

    def _leave_case(self, name: str, slot: str, now: int) -> None:
        case = self._holding.cases.get(name)
        if case is not None:
            case.slots.discard(slot)
            if not case.slots:
                self.schedule_case(name, case, now)
