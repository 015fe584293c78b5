"""A log laid out for one key: its events by key and time, each with a place; and the lists that rules look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from keptword.columnar.columns import Ints, chosen, take
from keptword.events import Event
from keptword.plan import Match
from keptword.spec.conditions import Condition


class Lane(NamedTuple):
    """A list of events in order of (key, time, id): three columns of the same length."""

    keys: Ints
    times: Ints
    places: Ints


@dataclass(slots=True)
class Layout:
    """The events of a log, each at a place; one that has several keys stands in several places.

    Places of one key are in order of (time, id).

    Attributes:
        fields: the key fields.
        keys: place → number of the key.
        times: place → microseconds.
        rows: place → row of the table; None: they are the same.
        name: number of a key → its values.
        event: row → the event.
        load: rows → their events are made, all at once.
        matching: (pattern, condition) → the places, ascending, of the events that match both.
        lane: places, ascending → those that have a key, as a list in order of (key, time, id).
        lacking: pattern → rows, ascending, of the events that match and have no such key.
        big: columns are arrays.
    """

    fields: tuple[str, ...]
    keys: Ints
    times: Ints
    rows: Ints
    name: Callable[[int], tuple[str, ...]]
    event: Callable[[int], Event]
    load: Callable[[Iterable[int]], None]
    matching: Callable[[Match, Condition | None], Ints]
    lane: Callable[[Ints], Lane]
    lacking: Callable[[Match], Ints]
    big: bool
    _lanes: dict[tuple[Match, Condition | None], Lane] = field(default_factory=dict)

    def all(self, match: Match | None, where: Condition | None = None) -> Lane:
        """The events that match; an empty list for no pattern."""
        if match is None:
            return self.lane([] if not self.big else self.keys[:0])
        wish = (match, where)
        if wish not in self._lanes:
            self._lanes[wish] = self.lane(self.matching(match, where))
        return self._lanes[wish]

    def rows_at(self, places: Ints) -> Ints:
        """The rows of the events at some places."""
        return places if self.rows is None else take(self.rows, places)

    def at(self, place: int) -> Event:
        """The event at a place."""
        return self.event(int(place if self.rows is None else self.rows[place]))

    def key(self, place: int) -> tuple[tuple[str, str], ...]:
        """Names and values of the key at a place."""
        return tuple(zip(self.fields, self.name(int(self.keys[place])), strict=True))


def part(lane: Lane, at: Ints) -> Lane:
    """Some entries of a list."""
    return Lane(take(lane.keys, at), take(lane.times, at), take(lane.places, at))


def where_true(lane: Lane, flags: Ints) -> Lane:
    """The entries that are flagged."""
    return part(lane, chosen(flags))
