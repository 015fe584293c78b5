"""Opening spans of whole years, sorted, with the opening time before each: adding time is two look-ups."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from keptword.instants import to_micros

Span = tuple[int, int]  # microseconds UTC, [from, to)


@dataclass(frozen=True, slots=True)
class OpeningTable:
    """The opening spans that begin in the years first..last, sorted and merged.

    Attributes:
        starts, ends: instants of the spans.
        sums: sums[i] is the opening time before span i; one more entry for the total.
    """

    first: int
    last: int
    starts: list[int]
    ends: list[int]
    sums: list[int]

    def sum_at(self, moment: int) -> int:
        """The opening time of the table before an instant."""
        at = bisect_right(self.starts, moment) - 1
        if at < 0:
            return 0
        return self.sums[at] + min(moment, self.ends[at]) - self.starts[at]


def opening_table(first: int, last: int, spans: Iterable[Span]) -> OpeningTable:
    """The table of spans in any order; those that touch or overlap become one."""
    starts: list[int] = []
    ends: list[int] = []
    for a, b in sorted(spans):
        if ends and a <= ends[-1]:
            ends[-1] = max(ends[-1], b)
        else:
            starts.append(a)
            ends.append(b)
    sums = [0]
    for a, b in zip(starts, ends, strict=True):
        sums.append(sums[-1] + b - a)
    return OpeningTable(first, last, starts, ends, sums)


def days_of(year: int) -> Iterator[date]:
    """Every date of a year."""
    for n in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1):
        yield date.fromordinal(n)


def wall_instant(day: date, seconds: int, place: tzinfo) -> int:
    """The instant at which a wall clock shows a time of a day; a repeated time is the first, a skipped one the jump."""
    first = datetime(day.year, day.month, day.day, tzinfo=place) + timedelta(
        seconds=seconds
    )  # wall clock arithmetic
    second = first.replace(fold=1)
    early, late = to_micros(second), to_micros(first)
    if early >= late:
        return late  # an ordinary time, or the first of two
    before = first.utcoffset()
    while early < late:  # skipped: find the jump between the two readings
        middle = (early + late) // 2
        at = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=middle)).astimezone(place)
        early, late = (middle + 1, late) if at.utcoffset() == before else (early, middle)
    return late
