"""Deadlines of a cadence whose limit changes while it runs, one point after another."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import partial

from keptword.clock import CalendarUnknown, Deadline
from keptword.columnar.columns import Ints
from keptword.columnar.deadlines import Ends, Reckoner, blank
from keptword.columnar.layout import Lane, part
from keptword.plan import Begun, CadencePlan, Choice, Match, Reckoned, Undecidable, begun_steps, due, stepped


def stepped_ends(
    clock: Reckoner, body: CadencePlan, begun: Lane, until: Ints, stretch: Ints, place: Ints, time: Ints, done: Ints
) -> Ends:  # fmt: skip
    """Deadlines of the points of a cadence.

    Args:
        clock, body: the rule over its layout.
        begun, until: the stretches: their starts, and the instants at which they end.
        stretch, place, time, done: of each point its stretch, its event and instant, and the place of the next B or -1.
    """
    layout = clock.layout
    out = blank(part(begun, stretch), layout.big)
    usual = _limits(clock, body.every, begun)
    first = usual if body.first is None else _limits(clock, body.first, begun)
    inside = _Inside(clock)
    own, steps, lost = -1, list[Begun](), ""
    for i in range(len(place)):
        s = int(stretch[i])
        begins = s != own
        start, key, opened = int(begun.places[s]), int(begun.keys[s]), int(begun.times[s])
        if begins:
            own, steps, lost = s, [], ""
            times = partial(inside.times, key, start, opened, int(until[s]))
            try:
                steps = begun_steps(clock.plan, body, layout.at(start), clock.pauses(key), times)
            except CalendarUnknown as why:
                lost = str(why)
        limit = (first if begins else usual)[s]
        if lost or limit is None:
            out.unknown(i, lost)
            continue
        reckon = partial(_reckon, clock, start, key)
        following = int(layout.times[done[i]]) if done[i] >= 0 else None
        try:
            out.put(i, stepped(limit, steps, int(time[i]), following, reckon))
        except (Undecidable, CalendarUnknown) as why:
            out.unknown(i, str(why))
    return out


def _limits(clock: Reckoner, choice: Choice, begun: Lane) -> list[Reckoned | None]:
    """The limit that the start of each stretch chooses."""
    out: list[Reckoned | None] = [None] * len(begun.places)
    for at, limit in clock.table.choices(choice, clock.layout.rows_at(begun.places), clock.plan.zone):
        for i in at:
            out[int(i)] = limit
    return out


def _reckon(clock: Reckoner, start: int, key: int, limit: Reckoned, since: int) -> Deadline:
    layout, plan = clock.layout, clock.plan
    return due(limit, since, layout.at(start), plan.clock, clock.pauses(key), clock.latest(key, start))


class _Inside:
    """The instants of events in stretches, looked up by key."""

    def __init__(self, clock: Reckoner) -> None:
        self._clock = clock
        self._known: dict[Match, dict[int, tuple[list[int], list[int]]]] = {}

    def times(self, key: int, start: int, opened: int, until: int, match: Match) -> list[int]:
        """Of the events that match in a stretch, its start left out."""
        if match not in self._known:
            found: dict[int, tuple[list[int], list[int]]] = {}
            for k, t, p in zip(*self._clock.layout.all(match), strict=True):
                times, places = found.setdefault(int(k), ([], []))
                times.append(int(t))
                places.append(int(p))
            self._known[match] = found
        times, places = self._known[match].get(key, ([], []))
        here = range(bisect_left(times, opened), bisect_right(times, until))
        return [times[i] for i in here if places[i] != start]
