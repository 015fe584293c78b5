"""A log of events in memory as the columnar engine sees it: rows in order of (time, id)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from keptword.columnar.columns import NONE, Ints, take
from keptword.columnar.layout import Lane, Layout
from keptword.events import Event
from keptword.instants import as_instant
from keptword.plan import ByDate, ByValue, Choice, Match, Plan, Reckoned, choose, keys_of
from keptword.spec.comparing import text_of
from keptword.spec.conditions import Condition, Says, holds


class Table(Protocol):
    """What a rule needs of a log: rows in order of (time, id), laid out for its key, and columns of fields."""

    big: bool

    def layout(self, plan: Plan) -> Layout:
        """The log laid out for the key of a rule."""

    def for_rule(self, plan: Plan, more: Sequence[Event]) -> Table:
        """The same log with further events, as far as a rule looks at it."""

    def named(self, names: Sequence[str]) -> list[Event]:
        """The events of these names."""

    def load(self, rows: Iterable[int]) -> None:
        """Make the events of some rows, all at once."""

    def made(self) -> Iterable[Event]:
        """The events that have been made so far."""

    def instants(self, name: str, rows: Ints, zone: str) -> Ints:
        """The instants in a field; NONE where it holds none."""

    def texts(self, name: str, rows: Ints, fold: Callable[[str], str]) -> Ints:
        """Values of a field as whole numbers, equal where the folded texts are; -1 for none."""

    def choices(self, choice: Choice, rows: Ints, zone: str) -> list[tuple[Ints, Reckoned | None]]:
        """Which limit binds the obligations that these rows open."""

    def in_force(self, plan: Plan, times: Ints) -> Ints | None:
        """Flags of the instants at which a rule binds; None: at all."""


@dataclass(slots=True)
class EventTable:
    """Events, not later than the moment of judgement, in order of (time, id).

    Attributes:
        events: one a row.
        says: the wording checks.
        big: never: its columns are lists.
    """

    events: Sequence[Event]
    says: Says
    big: bool = False
    _named: dict[str, list[int]] = field(default_factory=dict)
    _rows: dict[tuple[Match, Condition | None], list[int]] = field(default_factory=dict)
    _layouts: dict[object, Layout] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for row, event in enumerate(self.events):
            self._named.setdefault(event.event, []).append(row)

    def row(self, at: int) -> Event:
        """The event of a row."""
        return self.events[at]

    def load(self, _rows: Iterable[int]) -> None:
        """The events are there already."""

    def made(self) -> Iterable[Event]:
        """All of them."""
        return self.events

    def for_rule(self, _plan: Plan, more: Sequence[Event]) -> EventTable:
        """The same log with further events: violations that the rule rests on."""
        return (
            EventTable(sorted([*self.events, *more], key=lambda e: (e.time, e.id)), self.says)
            if more
            else self
        )

    def named(self, names: Sequence[str]) -> list[Event]:
        """The events of these names, in order of (time, id)."""
        return [self.events[r] for r in sorted(r for n in names for r in self._named.get(n, ()))]

    def matching(self, match: Match, where: Condition | None = None) -> list[int]:
        """The rows that match a pattern and a condition, ascending."""
        wish = (match, where)
        if wish not in self._rows:
            if where is not None:
                self._rows[wish] = [
                    r for r in self.matching(match) if holds(where, self.events[r], self.says)
                ]
            else:
                found: set[int] = set()
                for option in match.alternatives:
                    rows = [r for name in option.events for r in self._named.get(name, ())]
                    found.update(
                        rows
                        if option.where is None
                        else (r for r in rows if holds(option.where, self.events[r], self.says))
                    )
                self._rows[wish] = sorted(found)
        return self._rows[wish]

    def layout(self, plan: Plan) -> Layout:
        """The log laid out for the key of a rule."""
        wish = (plan.key, plan.fan_out)
        if wish not in self._layouts:
            self._layouts[wish] = self._lay_out(plan)
        return self._layouts[wish]

    def _lay_out(self, plan: Plan) -> Layout:
        groups: dict[tuple[str, ...], list[int]] = {}
        lacking: set[int] = set()
        for row, event in enumerate(self.events):
            own = list(keys_of(event, plan))
            if not own:
                lacking.add(row)
            for key in own:
                groups.setdefault(key, []).append(row)
        names = sorted(groups)
        keys: list[int] = []
        rows: list[int] = []
        places: dict[int, list[int]] = {}
        for code, name in enumerate(names):
            for row in groups[name]:
                places.setdefault(row, []).append(len(rows))
                rows.append(row)
                keys.append(code)
        times = [self.events[r].time for r in rows]

        def matching(match: Match, where: Condition | None) -> list[int]:
            return sorted(place for r in self.matching(match, where) for place in places.get(r, ()))

        def lane(places: Ints) -> Lane:
            return Lane(take(keys, places), take(times, places), places)

        def left(match: Match) -> list[int]:
            return [r for r in self.matching(match) if r in lacking] if lacking else []

        return Layout(
            plan.key, keys, times, rows, names.__getitem__, self.row, self.load, matching, lane, left, False
        )

    def instants(self, name: str, rows: Ints, zone: str) -> Ints:
        """The instants in a field; NONE where it holds none."""
        return [self._instant(self.events[r], name, zone) for r in rows]

    @staticmethod
    def _instant(event: Event, name: str, zone: str) -> int:
        value = event.get(name)
        found = None if value is None or isinstance(value, tuple) else as_instant(value, zone)
        return NONE if found is None else found

    def texts(self, name: str, rows: Ints, fold: Callable[[str], str]) -> Ints:
        """Values of a field as whole numbers, equal where the folded texts are; -1 for none, a list or an empty text."""
        known: dict[str, int] = {}
        out = []
        for r in rows:
            value = self.events[r].get(name)
            folded = "" if value is None or isinstance(value, tuple) else fold(text_of(value))
            out.append(known.setdefault(folded, len(known)) if folded else -1)
        return out

    def choices(self, choice: Choice, rows: Ints, zone: str) -> list[tuple[Ints, Reckoned | None]]:
        """Which limit binds the obligations that these rows open: (places in the column of rows, limit), limit by limit."""
        if not isinstance(choice, (ByDate, ByValue)):
            return [(range(len(rows)), choice)]
        out: dict[Reckoned | None, list[int]] = {}
        for i, r in enumerate(rows):
            out.setdefault(choose(choice, self.events[r], zone), []).append(i)
        return [(at, limit) for limit, at in out.items()]

    def in_force(self, plan: Plan, times: Ints) -> Ints | None:
        """Flags of the instants at which a rule binds; None: at all."""
        if plan.since is None and plan.until is None:
            return None
        return [int(plan.in_force(t)) for t in times]
