"""The obligations of one rule as columns; an Obligation is made only of those that are asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import ceil

from keptword.clock import NEVER
from keptword.columnar.columns import (
    BROKEN,
    EARLY,
    LATE,
    LEFT_OUT,
    MISSED,
    UNKNOWN,
    VOID,
    WAIVED,
    Ints,
    take,
)  # fmt: skip
from keptword.columnar.layout import Layout
from keptword.evaluation import Assignments, owner_of
from keptword.obligation import VERDICTS, Obligation, Span, Verdict
from keptword.plan import CadencePlan, GuardPlan, NoticePlan, Plan


@dataclass(slots=True)
class Owed:
    """Columns of the same length, one entry an obligation (entries with the verdict LEFT_OUT are none).

    Attributes:
        plan, layout, as_of: what was judged, where, and when.
        places: of the opening events.
        verdict: places in VERDICTS.
        due: microseconds; without meaning for unknown.
        exclusive: 1 where `due` itself is too late.
        done: place of the event that did or broke it, or -1.
        other: place of a further event of the evidence, or -1: what made it void, ended a silence, excused.
        opened: when, where that is not the time of the opening event.
        why, part, spans, tail: by entry, for the few that have them; tail: the ids of the evidence.
        reason: makes `why` where it depends on the events; called with the entry.
        measure: the spans over which the clock of an entry ran, where it did not run all the time.
        more_kept: how many more were kept, of which nothing else is wanted.
        was: what violations under a waiver would be without it.
    """

    plan: Plan
    layout: Layout
    as_of: int
    places: Ints
    verdict: Ints
    due: Ints
    exclusive: Ints
    done: Ints
    other: Ints
    opened: Ints | None = None
    why: dict[int, str] = field(default_factory=dict)
    part: dict[int, str] = field(default_factory=dict)
    spans: dict[int, tuple[Span, ...]] = field(default_factory=dict)
    tail: Callable[[int], tuple[str, ...]] | None = None
    reason: Callable[[int], str] | None = None
    measure: Callable[[int], tuple[tuple[int, int], ...]] | None = None
    was: dict[int, int] = field(default_factory=dict)
    more_kept: int = 0

    def counts(self) -> Counter[Verdict]:
        """How many have which verdict."""
        if self.layout.big:
            import numpy as np

            sums = np.bincount(self.verdict, minlength=LEFT_OUT)
            found = Counter({v: int(sums[i]) for i, v in enumerate(VERDICTS)})
        else:
            found = Counter(VERDICTS[v] for v in self.verdict if v != LEFT_OUT)
        found["kept"] += self.more_kept
        return found

    def entries(self, *verdicts: int) -> Ints:
        """The entries with one of these verdicts; all of them when none is named."""
        if self.layout.big:
            import numpy as np

            return np.flatnonzero(np.isin(self.verdict, verdicts) if verdicts else self.verdict != LEFT_OUT)
        return [i for i, v in enumerate(self.verdict) if (v in verdicts if verdicts else v != LEFT_OUT)]

    def rows(self, entries: Ints) -> Iterator[int]:
        """The rows of the table that obligations are made of."""
        for column in (self.places, self.done, self.other):
            places = take(column, entries)
            yield from self.layout.rows_at(
                places[places >= 0] if self.layout.big else [p for p in places if p >= 0]
            )

    def load(self, entries: Ints) -> None:
        """Make the events that obligations name, all at once."""
        self.layout.load(self.rows(entries))

    def instant(self, i: int) -> int:
        """The instant that an obligation is listed by."""
        verdict = int(self.verdict[i])
        if verdict in {BROKEN, EARLY}:
            return int(self.layout.times[self.done[i]])
        return int(self.due[i])

    def all(self, assignments: Assignments) -> Iterator[Obligation]:
        """Every obligation, in order of (key, time)."""
        entries = self.entries()
        self.load(entries)
        return (self.obligation(int(i), assignments) for i in entries)

    def late_by(self, i: int) -> int | None:
        """How late, in microseconds; None where that has no meaning."""
        verdict = self.was.get(i, int(self.verdict[i]))
        if verdict == LATE:
            return int(self.layout.times[self.done[i]]) - int(self.due[i])
        if verdict == MISSED:
            other = int(self.other[i])
            return (int(self.layout.times[other]) if other >= 0 else self.as_of) - int(self.due[i])
        return None

    def obligation(self, i: int, assignments: Assignments) -> Obligation:
        """One obligation, with everything that can be said of it."""
        layout = self.layout
        place, verdict, done_at_place, other = (
            int(self.places[i]),
            self.was.get(i, int(self.verdict[i])),
            int(self.done[i]),
            int(self.other[i]),
        )
        opening = layout.at(place)
        done = layout.at(done_at_place) if done_at_place >= 0 else None
        opened = int(self.opened[i]) if self.opened is not None else opening.time
        due = None if verdict == UNKNOWN else int(self.due[i])
        done_time = done.time if done is not None else None
        late_by = self.late_by(i)
        at = due if verdict in {LATE, MISSED} else done_time if verdict in {BROKEN, EARLY} else None
        instant = (
            at
            if at is not None
            else done_time
            if done_time is not None
            else min(due, self.as_of)
            if due is not None
            else self.as_of
        )
        return Obligation(
            rule=self.plan.name, key=layout.key(place), verdict=VERDICTS[int(self.verdict[i])], opened_by=opening.id, opened_at=opened,
            case=opening.case, due=None if due == NEVER else due,
            bound="exclusive" if due is not None and self.exclusive[i] else "inclusive",
            done_by=None if done is None else done.id, done_at=done_time, at=at, late_by=late_by,
            owner=owner_of(done, opening, opening.case, instant, assignments), part=self.part.get(i, ""),
            events=self._events(i, place, verdict, done_at_place, other), spans=self.spans.get(i, ()),
            silent_periods=self._silent(i, verdict, opened),
            measured=self.measure(i) if self.measure is not None and verdict != UNKNOWN else (), why=self._why(i, verdict, other),
        )  # fmt: skip

    def _events(self, i: int, place: int, verdict: int, done: int, other: int) -> tuple[str, ...]:
        if self.tail is not None and verdict == BROKEN:
            return self.tail(i)
        layout = self.layout
        own = layout.at(place).id
        if verdict == UNKNOWN:
            return (own,)
        if other < 0:
            if done < 0 or done == place:
                return (own,)
            # Within a key, places are in order of (time, id).
            first, second = (place, done) if place < done or verdict == EARLY else (done, place)
            return (layout.at(first).id, layout.at(second).id)
        if isinstance(self.plan.body, GuardPlan):
            return (layout.at(other).id, own)
        if verdict in {VOID, MISSED}:
            return (own, layout.at(other).id)
        if other == place:
            return (own,)
        return (layout.at(min(place, other)).id, layout.at(max(place, other)).id)

    def _why(self, i: int, verdict: int, other: int) -> str:
        if i in self.why:
            return self.why[i]
        if verdict == VOID:
            if isinstance(self.plan.body, NoticePlan):
                return "the change itself was moved"
            if self.reason is None:
                return f"{self.layout.at(other).event} came first"
        return self.reason(i) if self.reason is not None and verdict in {BROKEN, VOID} else ""

    def _silent(self, i: int, verdict: int, opened: int) -> int:
        body = self.plan.body
        if not isinstance(body, CadencePlan) or body.grid or verdict not in {LATE, MISSED}:
            return 0
        until = (
            int(self.layout.times[self.done[i]])
            if self.done[i] >= 0
            else int(self.due[i]) + (self.late_by(i) or 0)
        )
        length = int(self.due[i]) - opened
        return ceil((until - opened) / length) - 1 if length > 0 else 0

    def waive(self, i: int, why: str) -> None:
        """Put a violation under a waiver."""
        self.was[i] = int(self.verdict[i])
        self.verdict[i] = WAIVED
        self.why[i] = why
