"""Cadences on a grid: one B in each window, window by window, for how many there are depends on the log."""

from __future__ import annotations

from dataclasses import dataclass, field

from keptword.clock import CalendarUnknown, Deadline, deadline
from keptword.columnar.columns import FLAG, INSTANT, KEPT, MISSED, OPEN, PLACE, UNKNOWN, VOID, Ints, filled
from keptword.columnar.deadlines import Reckoner
from keptword.columnar.layout import Lane
from keptword.columnar.owed import Owed
from keptword.limits import Limit
from keptword.plan import CadencePlan, Undecidable, choose, due


@dataclass(slots=True)
class _Windows:
    """The columns of the obligations while they grow."""

    places: list[int] = field(default_factory=list)
    verdict: list[int] = field(default_factory=list)
    due: list[int] = field(default_factory=list)
    exclusive: list[int] = field(default_factory=list)
    done: list[int] = field(default_factory=list)
    other: list[int] = field(default_factory=list)
    opened: list[int] = field(default_factory=list)
    why: dict[int, str] = field(default_factory=dict)
    part: dict[int, str] = field(default_factory=dict)

    def add(
        self,
        number: int,
        place: int,
        opened: int,
        verdict: int,
        end: Deadline,
        done: int = -1,
        other: int = -1,
    ) -> None:
        self.part[len(self.places)] = str(number)
        self.places.append(place)
        self.verdict.append(verdict)
        self.due.append(end.at)
        self.exclusive.append(int(end.bound == "exclusive"))
        self.done.append(done)
        self.other.append(other)
        self.opened.append(opened)


def grid(
    clock: Reckoner, body: CadencePlan, begun: Lane, stop: Ints, until: Ints, answers: Lane, as_of: int
) -> Owed:
    """One B in each window (start + (n-1)L, start + nL]; with `first`, the grid begins at the end of the first window.

    Args:
        clock: of the rule.
        body: what it asks.
        begun, stop, until: the stretches: their starts, the places of their ends (-1: none), the instants of those.
        answers: every B.
        as_of: the moment of judgement.
    """
    own: dict[int, list[tuple[int, int]]] = {}
    for k, t, p in zip(*answers, strict=True):
        own.setdefault(int(k), []).append((int(t), int(p)))
    out = _Windows()
    for i in range(len(begun.places)):
        start, place = int(begun.times[i]), int(begun.places[i])
        inside = [(t, p) for t, p in own.get(int(begun.keys[i]), []) if start <= t <= until[i] and p != place]
        _stretch(clock, body, out, int(begun.keys[i]), place, int(stop[i]), inside, as_of)
    kinds = {"places": PLACE, "done": PLACE, "other": PLACE, "verdict": FLAG, "exclusive": FLAG}
    names = ("places", "verdict", "due", "exclusive", "done", "other", "opened")
    columns = []
    for name in names:
        column = filled(len(out.places), 0, clock.layout.big, kinds.get(name, INSTANT))
        column[:] = getattr(out, name)
        columns.append(column)
    places, verdict, ends, exclusive, done, other, opened = columns
    return Owed(
        clock.plan,
        clock.layout,
        as_of,
        places,
        verdict,
        ends,
        exclusive,
        done,
        other,
        opened,
        out.why,
        out.part,
    )


def _stretch(
    clock: Reckoner,
    body: CadencePlan,
    out: _Windows,
    key: int,
    place: int,
    stop: int,
    inside: list[tuple[int, int]],
    as_of: int,
) -> None:
    """The windows of one stretch."""
    plan, layout = clock.plan, clock.layout
    event, pauses, look = layout.at(place), clock.pauses(key), clock.latest(key, place)
    every = choose(body.every, event, plan.zone)
    first = choose(body.first, event, plan.zone) if body.first is not None else None
    stop_time = int(layout.times[stop]) if stop >= 0 else None
    ends = stop_time if stop_time is not None else as_of
    opened = origin = event.time
    n = 0
    while n == 0 or opened < ends:
        n += 1
        try:
            if first is not None and n == 1:
                end = due(first, event.time, event, plan.clock, pauses, look)
                origin = end.at
            else:
                if not isinstance(every, Limit):
                    raise AssertionError("plans refuse a grid whose limit is not one length of time")
                end = deadline(origin, every.times(n if first is None else n - 1), plan.clock, pauses)
        except (Undecidable, CalendarUnknown) as why:
            out.why[len(out.places)] = str(why)
            out.add(n, place, event.time, UNKNOWN, Deadline(0))
            return
        done = next((p for t, p in inside if opened < t <= end.last), -1)
        later = next((p for t, p in inside if t > end.last), -1)
        if done >= 0:
            out.add(n, place, opened, KEPT, end, done=done)
        elif stop_time is not None and stop_time <= end.last:
            out.add(n, place, opened, VOID, end, other=stop)
        elif later >= 0:
            # The next B belongs to a later window: this one stays missed, and the silence ends there.
            out.add(n, place, opened, MISSED, end, other=later)
        elif end.last < as_of:
            out.add(n, place, opened, MISSED, end, other=stop)
        else:
            out.add(n, place, opened, OPEN, end)
        if end.at <= opened:
            return  # a limit of no time, or a clock that stands still for ever
        opened = end.last
