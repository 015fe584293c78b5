"""The events that an obligation has to do with, found among many without looking at each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from keptword.events import Event
from keptword.obligation import Obligation
from keptword.plan import Plan
from keptword.spec.comparing import text_of


@dataclass(frozen=True, slots=True)
class OwnEvents:
    """Events by their ids, their cases and the values of a rule's key, so that each obligation finds its own."""

    events: Sequence[Event]
    ids: Mapping[str, int]
    values: Mapping[tuple[str, str], Sequence[int]]

    @classmethod
    def of(cls, plan: Plan, events: Iterable[Event]) -> OwnEvents:
        """Index events, in whatever order they come."""
        ordered = sorted(events, key=lambda e: (e.time, e.id))
        values: dict[tuple[str, str], list[int]] = {}
        sources = {f: f for f in plan.key} | (
            {} if plan.fan_out is None else {plan.fan_out[1]: plan.fan_out[0]}
        )
        for at, event in enumerate(ordered):
            if event.case:
                values.setdefault(("", event.case), []).append(at)
            for source, name in sources.items():
                value = event.get(source)
                for one in value if isinstance(value, tuple) else () if value is None else (value,):
                    values.setdefault((name, text_of(one)), []).append(at)
        return cls(ordered, {e.id: at for at, e in enumerate(ordered)}, values)

    def about(self, o: Obligation) -> list[Event]:
        """What an obligation names, what is of its case, and what shares a value of its key, in order; all for no key."""
        if not o.key:
            return list(self.events)
        named = (o.opened_by, o.done_by, *o.events)
        at = {self.ids[i] for i in named if i is not None and i in self.ids}
        for place in (("", o.case), *o.key):
            at.update(self.values.get(place, ()))
        return [self.events[i] for i in sorted(at)]
