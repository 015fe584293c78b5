"""Deadlines as columns, before any loop runs: plain limits in one step, all others through the clock, one by one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field

from keptword.clock import NEVER, CalendarUnknown, Clock, Deadline, before, deadline
from keptword.columnar.columns import (
    FLAG,
    LEFT_OUT,
    NONE,
    PLACE,
    UNKNOWN,
    Ints,
    extremes,
    filled,
    shifted,
    take,
)
from keptword.columnar.compiled import kernel
from keptword.columnar.kernels.answering import stretches
from keptword.columnar.layout import Lane, Layout, part
from keptword.columnar.spans import opening_begins, opening_ends
from keptword.columnar.table import Table
from keptword.events import Event
from keptword.instants import DAY
from keptword.limits import Limit
from keptword.plan import Choice, Match, Plan, Reckoned, Undecidable, due

_SAFE = 2**55  # microseconds: years 829 to 3111, where no sum of an instant and a limit needs a second look


@dataclass(slots=True)
class Ends:
    """Deadlines of a list of obligations, one an entry.

    Attributes:
        at: the deadline.
        last: the last instant in time.
        exclusive: 1 where `at` itself is too late.
        skip: 0 to be judged, LEFT_OUT where the rule is not about the event, UNKNOWN where the deadline is.
        why: entry → why it is not known.
    """

    at: Ints
    last: Ints
    exclusive: Ints
    skip: Ints
    why: dict[int, str] = field(default_factory=dict)

    def unknown(self, i: int, why: str) -> None:
        """The deadline of an entry cannot be known."""
        if self.skip[i] == 0:
            self.skip[i] = UNKNOWN
            self.why[i] = why

    def put(self, i: int, end: Deadline) -> None:
        """The deadline of an entry."""
        self.at[i] = end.at
        self.last[i] = end.last
        self.exclusive[i] = int(end.bound == "exclusive")


def blank(lane: Lane, big: bool) -> Ends:
    """Deadlines at the events themselves."""
    n = len(lane.places)
    return Ends(filled(n, 0, big), filled(n, 0, big), filled(n, 0, big, FLAG), filled(n, 0, big, FLAG))


def length(limit: Limit, clock: Clock) -> int | None:
    """A limit that is the same length of time wherever it begins; None if it has to be reckoned each time."""
    if clock.calendar is not None or clock.hours != "elapsed" or clock.roll_hours:
        return None
    if not limit.has_calendar_units:
        return limit.clock
    plain = clock.zone == "UTC" and clock.day == "rolling" and clock.roll == "none" and clock.cutoff is None
    if not plain or limit.years or limit.months or limit.working_days:
        return None
    return (7 * limit.weeks + limit.days) * DAY + limit.clock


def lead_length(limit: Limit, clock: Clock) -> int | None:
    """The same for a limit that is counted back, where neither day rules nor rolling matter."""
    if clock.opening is not None:
        return None
    if not limit.has_calendar_units:
        return limit.clock
    if clock.zone != "UTC" or limit.years or limit.months or limit.working_days:
        return None
    return (7 * limit.weeks + limit.days) * DAY + limit.clock


def safe(times: Ints, by: int) -> bool:
    """Whether instants and their sums with a length stay far from the ends of the calendar."""
    if not len(times):
        return True
    least, most = extremes(times)
    return abs(by) < _SAFE and least - abs(by) > -_SAFE and most + abs(by) < _SAFE


@dataclass(slots=True)
class Reckoner:
    """The clock of one rule over one layout."""

    plan: Plan
    table: Table
    layout: Layout
    _paused: dict[int, list[tuple[int, int]]] | None = None
    _latest: dict[Match, dict[int, tuple[list[int], list[int]]]] = field(default_factory=dict)

    def ends(self, choice: Choice, opening: Lane, starts: Ints, skip: Ints) -> Ends:
        """Deadlines of obligations: the limit that the opening event chooses, from the instants in `starts` on.

        Entries with skip ≠ 0 are left alone; those that the rule is not about get LEFT_OUT.
        """
        big = self.layout.big
        out = blank(opening, big)
        out.skip = skip
        for at, limit in self.table.choices(choice, self.layout.rows_at(opening.places), self.plan.zone):
            if limit is None:
                for i in at:
                    if skip[i] == 0:
                        skip[i] = LEFT_OUT
                continue
            plain = (
                length(limit, self.plan.clock) if isinstance(limit, Limit) and not self.plan.pauses else None
            )
            whole = len(at) == len(starts)
            own = starts if whole else take(starts, at)
            found = self._found(limit, plain, own)
            if found is not None:
                if whole:
                    out.at = found
                    out.last = found
                elif big:
                    out.at[at] = found
                    out.last[at] = found
                else:
                    for i, end in zip(at, found, strict=True):
                        out.at[i] = out.last[i] = end
                continue
            for i in at:
                if skip[i] == 0:
                    self._one(out, int(i), limit, int(starts[i]), opening)
        return out

    def _found(self, limit: Reckoned, plain: int | None, starts: Ints) -> Ints | None:
        """The deadlines of a column, where they need not be reckoned one by one."""
        if plain is not None and safe(starts, plain):
            return shifted(starts, plain)
        if not self.layout.big or not len(starts) or self.plan.pauses or not isinstance(limit, Limit):
            return None
        return opening_ends(starts, limit, self.plan.clock) if safe(starts, _SAFE // 8) else None

    def _one(self, out: Ends, i: int, limit: Reckoned, start: int, opening: Lane) -> None:
        place, key = int(opening.places[i]), int(opening.keys[i])
        try:
            if isinstance(limit, Limit):  # the opening event is not looked at, and need not be made
                out.put(i, deadline(start, limit, self.plan.clock, self.pauses(key)))
                return
            out.put(
                i,
                due(
                    limit,
                    start,
                    self.layout.at(place),
                    self.plan.clock,
                    self.pauses(key),
                    self.latest(key, place),
                ),
            )
        except (Undecidable, CalendarUnknown) as why:
            out.unknown(i, str(why))

    def after(self, times: Ints, limit: Limit | None) -> tuple[Ints, dict[int, str]]:
        """The last instants within a limit from each time (no pauses); NONE, and why, where the calendar does not say."""
        big = self.layout.big
        if limit is None:
            return filled(len(times), NEVER, big), {}
        plain = length(limit, self.plan.clock)
        if plain is not None and safe(times, plain):
            return shifted(times, plain), {}
        if big and len(times) and safe(times, _SAFE // 8):
            found = opening_ends(times, limit, self.plan.clock)
            if found is not None:
                return found, {}
        return self._each(times, lambda t: deadline(t, limit, self.plan.clock).last)

    def before(
        self, times: Ints, limit: Limit | None, none: int | None = None
    ) -> tuple[Ints, dict[int, str]]:
        """The instants that lie a limit before each time; without a limit `none`, or the time itself."""
        if limit is None:
            return times if none is None else filled(len(times), none, self.layout.big), {}
        plain = lead_length(limit, self.plan.clock)
        if plain is not None and safe(times, plain):
            return shifted(times, -plain), {}
        if self.layout.big and len(times) and safe(times, _SAFE // 8):
            found = opening_begins(times, limit, self.plan.clock)
            if found is not None:
                return found, {}
        return self._each(times, lambda t: before(t, limit, self.plan.clock))

    def _each(self, times: Ints, reckon: Callable[[int], int]) -> tuple[Ints, dict[int, str]]:
        out = filled(len(times), NONE, self.layout.big)
        why: dict[int, str] = {}
        for i, time in enumerate(times):
            if time == NONE:
                continue
            try:
                out[i] = reckon(int(time))
            except CalendarUnknown as error:
                why[i] = str(error)
        return out, why

    def pauses(self, key: int) -> list[tuple[int, int]]:
        """When the clock of this rule stands still in a key."""
        if not self.plan.pauses:
            return []
        if self._paused is None:
            self._paused = {}
            for start, end in self.plan.pauses:
                begun, until = stretched(self.layout, self.layout.all(start), end, NEVER)
                for k, s, e in zip(begun.keys, begun.times, until, strict=True):
                    self._paused.setdefault(int(k), []).append((int(s), int(e)))
        return self._paused.get(key, [])

    def latest(self, key: int, place: int) -> Callable[[Match], Event | None]:
        """Looks for the latest event of the key that matches, not later than the one at `place`."""
        time = int(self.layout.times[place])

        def look(match: Match) -> Event | None:
            if match not in self._latest:
                grouped: dict[int, tuple[list[int], list[int]]] = {}
                for k, t, p in zip(*self.layout.all(match), strict=True):
                    times, places = grouped.setdefault(int(k), ([], []))
                    times.append(int(t))
                    places.append(int(p))
                self._latest[match] = grouped
            times, places = self._latest[match].get(key, ([], []))
            at = bisect_right(times, time)
            return self.layout.at(places[at - 1]) if at else None

        return look


def stretched(layout: Layout, starts: Lane, end: Match | None, running: int) -> tuple[Lane, Ints]:
    """The stretches that begin at some of the starts: their starts, and when they end (`running` where they do not)."""
    begun, _, until = stretch_ends(layout, starts, end, running)
    return begun, until


def stretch_ends(layout: Layout, starts: Lane, end: Match | None, running: int) -> tuple[Lane, Ints, Ints]:
    """The stretches that begin at some of the starts: their starts; places of their ends or -1; instants of those."""
    ends = layout.all(end)
    stop = filled(len(starts.keys), -2, layout.big, PLACE)
    kernel(stretches, layout.big)(*starts, *ends, stop)
    if layout.big:
        import numpy as np

        kept = np.flatnonzero(stop != -2)
        own = stop[kept]
        there = own >= 0
        at = np.where(there, own, 0)
        if len(ends.places):
            return (
                part(starts, kept),
                np.where(there, ends.places[at], -1).astype(PLACE),
                np.where(there, ends.times[at], running),
            )
        return part(starts, kept), own, np.full(len(kept), running, dtype=np.int64)
    keep = [i for i, s in enumerate(stop) if s != -2]
    own = [stop[i] for i in keep]
    return (
        part(starts, keep),
        [ends.places[s] if s >= 0 else -1 for s in own],
        [ends.times[s] if s >= 0 else running for s in own],
    )
