"""Opening hours that change from one calendar to another: the time that counts is added up over both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from keptword.instants import midnight
from keptword.opening import Calendar
from keptword.opening_table import Span

_FOREVER = 2**62


@dataclass(frozen=True, slots=True)
class Schedule:
    """Calendars one after another, as a clock asks them.

    Attributes:
        first: the calendar before any change.
        changes: instants in order, and the calendar from then on; one without hours counts all time.
    """

    first: Calendar
    changes: tuple[tuple[int, Calendar], ...]

    has_hours = True

    @property
    def name(self) -> str:
        """How messages call it."""
        return ", then ".join(c.name for c in (self.first, *(c for _, c in self.changes)))

    @property
    def zone(self) -> str:
        """The zone in which its spans are shown: that of the first calendar."""
        return self.first.zone

    def _parts(self) -> Iterator[tuple[int, int, Calendar]]:
        """From, to, calendar."""
        begins, calendar = -_FOREVER, self.first
        for at, following in self.changes:
            yield begins, at, calendar
            begins, calendar = at, following
        yield begins, _FOREVER, calendar

    def open_time(self, start: int, end: int) -> int:
        """Opening time in [start, end), in microseconds."""
        return sum(_open(c, max(start, a), min(end, b)) for a, b, c in self._parts() if a < end and start < b)

    def add(self, start: int, amount: int) -> int:
        """The instant at which the opening time since `start` reaches `amount`; at a closing time, that closing time."""
        if amount == 0:
            return start
        for _, end, calendar in self._parts():
            if end <= start:
                continue
            if end == _FOREVER:
                return calendar.add(start, amount) if calendar.has_hours else start + amount
            passed = _open(calendar, start, end)
            if passed >= amount:
                return calendar.add(start, amount) if calendar.has_hours else start + amount
            start, amount = end, amount - passed
        raise AssertionError("the last calendar has no end")

    def subtract(self, end: int, amount: int) -> int:
        """The latest instant with `amount` of opening time between it and `end`."""
        if amount == 0:
            return end
        for begins, _, calendar in reversed(list(self._parts())):
            if begins >= end:
                continue
            passed = amount if begins == -_FOREVER else _open(calendar, begins, end)
            if passed >= amount:
                return calendar.subtract(end, amount) if calendar.has_hours else end - amount
            end, amount = begins, amount - passed
        raise AssertionError("the first calendar has no beginning")

    def spans_between(self, start: int, end: int) -> tuple[Span, ...]:
        """The opening spans in [start, end), cut to it, merged where they touch."""
        out: list[Span] = []
        for a, b, calendar in self._parts():
            low, high = max(start, a), min(end, b)
            if low >= high:
                continue
            for span in calendar.spans_between(low, high) if calendar.has_hours else ((low, high),):
                if out and out[-1][1] == span[0]:
                    span = (out.pop()[0], span[1])
                out.append(span)
        return tuple(out)

    def on(self, day: date) -> Calendar:
        """The calendar that is in force when a local day begins."""
        at = midnight(day, self.zone)
        return next(c for a, b, c in self._parts() if a <= at < b)

    def is_working_day(self, day: date) -> bool:
        """As the calendar in force says."""
        return self.on(day).is_working_day(day)

    def why_closed(self, day: date) -> str:
        """As the calendar in force says."""
        return self.on(day).why_closed(day)


def _open(calendar: Calendar, start: int, end: int) -> int:
    return calendar.open_time(start, end) if calendar.has_hours else max(0, end - start)
