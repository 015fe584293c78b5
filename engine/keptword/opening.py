"""Calendars as the clock uses them: working days, opening spans and sums of opening time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo

from keptword.holiday_years import certain_years, holiday_year, library_years
from keptword.instants import local_date, to_micros, zone

Span = tuple[int, int]      # microseconds UTC, [from, to)
DaySpan = tuple[int, int]   # seconds since local midnight, [from, to); `to` passes 86400 where it crosses midnight
DAY_SECONDS = 86_400
FIRST_YEAR, LAST_YEAR = 1900, 2200
_IDLE_YEARS = 12            # years without any opening time after which nobody will open again


class CalendarUnknown(ValueError):
    """The reckoning touches a year that the calendar does not state: the answer is "unknown", never "no holidays".

    Attributes:
        year: the first such year.
        calendar: the calendar's name ("" when no calendar is to blame).
    """

    def __init__(self, year: int, calendar: str = "", message: str = "") -> None:
        super().__init__(message or f"the calendar '{calendar}' does not state the year {year}")
        self.year = year
        self.calendar = calendar


@dataclass(slots=True)
class _Opening:
    """Opening spans of the years first..last, sorted and merged, with the opening time before each of them."""

    first: int
    last: int
    starts: list[int]
    ends: list[int]
    sums: list[int]         # sums[i] = opening time before span i; one more entry for the total


@dataclass(slots=True)
class _Memory:
    """What a calendar has worked out so far; never part of its value."""

    opening: _Opening | None = None
    working: dict[date, bool] = field(default_factory=dict)
    special: dict[date, tuple[DaySpan, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working days and opening hours of one place.

    Attributes:
        name: how messages call it.
        zone: the IANA zone of its hours.
        hours: seven tuples of day spans from Monday on; None for a calendar of days only (Monday to Friday), which
            has no opening hours, so that h, m and s simply elapse.
        country, subdivision: whose public holidays to take from the library.
        holidays: further holidays, by date.
        holiday_years: the years that a holiday file states; None when there is none.
        closed: further days off.
        open: days with hours of their own (moved working days, special hours); they win over holidays. No spans:
            the hours of the weekday before it.
        years: the years for which all this is known to be complete; None makes no such promise and sets no bound.
    """

    name: str = "Monday to Friday"
    zone: str = "UTC"
    hours: tuple[tuple[DaySpan, ...], ...] | None = None
    country: str | None = None
    subdivision: str | None = None
    holidays: frozenset[date] = frozenset()
    holiday_years: frozenset[int] | None = None
    closed: frozenset[date] = frozenset()
    open: tuple[tuple[date, tuple[DaySpan, ...]], ...] = ()
    years: frozenset[int] | None = None
    _memory: _Memory = field(default_factory=_Memory, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._memory.special.update(self.open)

    @property
    def has_hours(self) -> bool:
        """Whether h, m and s count opening time only."""
        return self.hours is not None

    def known(self, year: int) -> bool:
        """Whether the calendar states this year."""
        return not self.why_unknown(year)

    def why_unknown(self, year: int) -> str:
        """Why the calendar does not state a year; "" when it does.

        A year in `years` is vouched for; without that word a country is known as far as its decrees are.
        """
        if not FIRST_YEAR <= year <= LAST_YEAR:      # a stray time in the year 9000 must not build seven thousand years
            return f"calendars are reckoned from {FIRST_YEAR} to {LAST_YEAR}, not in {year}"
        if (self.years is not None and year not in self.years) or (
            self.holiday_years is not None and year not in self.holiday_years
        ):
            return f"the calendar '{self.name}' does not state the year {year}"
        if self.country is not None:
            find = library_years if self.years is not None else certain_years
            first, last = find(self.country, self.subdivision)
            if not first <= year <= last:
                return f"the days off of {self.country} are known from {first} to {last} only, not in {year} (calendar '{self.name}')"
        return ""

    def require(self, year: int) -> None:
        """CalendarUnknown unless the calendar states this year."""
        why = self.why_unknown(year)
        if why:
            raise CalendarUnknown(year, self.name, why)

    def is_working_day(self, day: date) -> bool:
        """Whether the calendar has hours on this day (Monday to Friday if it has none) and it is no day off.

        Raises:
            CalendarUnknown: the calendar does not state the year.
        """
        known = self._memory.working.get(day)
        if known is None:
            known = self._memory.working[day] = not self.why_closed(day)
        return known

    def why_closed(self, day: date) -> str:
        """Why a day is no working day, for the reckoning; "" when it is one."""
        self.require(day.year)
        if day in self._memory.special:
            return ""
        if day in self.closed:
            return "day off"
        if day in self.holidays:
            return "holiday"
        if self.country is not None:
            year = holiday_year(self.country, self.subdivision, day.year)
            if year is not None and day in year.off:
                return f"holiday: {year.off[day]}"
            if year is not None and day in year.working:
                return ""
        usual = bool(self.hours[day.weekday()]) if self.hours is not None else day.weekday() < 5
        return "" if usual else "weekly day off"

    def day_spans(self, day: date) -> tuple[DaySpan, ...]:
        """The opening hours that begin on a day, as seconds since local midnight."""
        if self.hours is None or not self.is_working_day(day):
            return ()
        special = self._memory.special.get(day)
        if special:
            return special
        usual = self.hours[day.weekday()]
        back = day
        while not usual and (day - back).days < 6:      # a moved working day has the hours of the weekday before it
            back -= timedelta(days=1)
            usual = self.hours[back.weekday()]
        return usual

    def spans(self, day: date) -> tuple[Span, ...]:
        """The opening spans that begin on a local day, as instants; what a change of the clocks skips is not open."""
        place = zone(self.zone)
        found = ((wall_instant(day, a, place), wall_instant(day, b, place)) for a, b in self.day_spans(day))
        return tuple((a, b) for a, b in found if a < b)

    def spans_between(self, start: int, end: int) -> tuple[Span, ...]:
        """The opening spans in [start, end), cut to it, merged where they touch."""
        if end <= start:
            return ()
        table = self._table(start, end)
        at = bisect_right(table.ends, start)
        found = []
        while at < len(table.starts) and table.starts[at] < end:
            found.append((max(start, table.starts[at]), min(end, table.ends[at])))
            at += 1
        return tuple(found)

    def open_time(self, start: int, end: int) -> int:
        """Opening time in [start, end), in microseconds; two look-ups."""
        if end <= start:
            return 0
        table = self._table(start, end)
        return _sum_at(table, end) - _sum_at(table, start)

    def add(self, start: int, amount: int) -> int:
        """The instant at which the opening time since `start` reaches `amount`; at a closing time, that closing time."""
        if amount == 0:
            return start
        table = self._table(start, start)
        goal = _sum_at(table, start) + amount
        idle = 0
        while table.sums[-1] < goal:
            before = table.sums[-1] - table.sums[0]
            table = self._grow(table.first, table.last + 1)
            goal = _sum_at(table, start) + amount
            idle = idle + 1 if table.sums[-1] == before else 0
            self._guard(idle, table.last)
        at = bisect_left(table.sums, goal) - 1
        return table.starts[at] + goal - table.sums[at]

    def subtract(self, end: int, amount: int) -> int:
        """The latest instant with `amount` of opening time between it and `end`; at a closing time, the next opening."""
        if amount == 0:
            return end
        table = self._table(end, end)
        goal = _sum_at(table, end) - amount
        idle = 0
        while goal < 0:
            before = table.sums[-1]
            table = self._grow(table.first - 1, table.last)
            goal = _sum_at(table, end) - amount
            idle = idle + 1 if table.sums[-1] == before else 0
            self._guard(idle, table.first)
        at = bisect_right(table.sums, goal) - 1
        return table.starts[at] + goal - table.sums[at]

    def table(self, first_year: int, last_year: int) -> tuple[list[int], list[int], list[int]]:
        """Starts, ends and sums of the opening spans of whole years, for engines that look many instants up at once.

        Returns:
            starts, ends: instants of the merged spans; sums: the opening time before each, and in all at the end.
        """
        table = self._grow(first_year, last_year)
        return table.starts, table.ends, table.sums

    def _guard(self, idle: int, year: int) -> None:
        if idle >= _IDLE_YEARS:
            raise CalendarUnknown(year, self.name, f"the calendar '{self.name}' has no opening hours up to the year {year}")

    def _table(self, start: int, end: int) -> _Opening:
        first, last = local_date(start, self.zone), local_date(end, self.zone).year
        year = first.year
        if (first.month, first.day) == (1, 1) and self._crosses_midnight():
            year -= 1       # New Year's Eve may still be open
        return self._grow(year, max(year, last))

    def _crosses_midnight(self) -> bool:
        return any(b > DAY_SECONDS for day in self.hours or () for _, b in day) or any(
            b > DAY_SECONDS for day, spans in self.open if (day.month, day.day) == (12, 31) for _, b in spans
        )

    def _grow(self, first: int, last: int) -> _Opening:
        """The table, made to cover first..last as well."""
        old = self._memory.opening
        if old is None or not old.first <= first <= last <= old.last:
            self.require(first)
            self.require(last)
        if old is not None:
            if old.first <= first and last <= old.last:
                return old
            first, last = min(first, old.first), max(last, old.last)
        for year in range(first, last + 1):
            if old is None or not old.first <= year <= old.last:
                self.require(year)
        kept = list(zip(old.starts, old.ends, strict=True)) if old is not None else []
        added = [
            span
            for day in _days(first, last)
            if old is None or not old.first <= day.year <= old.last
            for span in self.spans(day)
        ]
        starts: list[int] = []
        ends: list[int] = []
        for a, b in sorted(kept + added):
            if ends and a <= ends[-1]:
                ends[-1] = max(ends[-1], b)
            else:
                starts.append(a)
                ends.append(b)
        sums = [0]
        for a, b in zip(starts, ends, strict=True):
            sums.append(sums[-1] + b - a)
        grown = _Opening(first, last, starts, ends, sums)
        self._memory.opening = grown
        return grown


def _sum_at(table: _Opening, moment: int) -> int:
    """The opening time of the table before an instant."""
    at = bisect_right(table.starts, moment) - 1
    if at < 0:
        return 0
    return table.sums[at] + min(moment, table.ends[at]) - table.starts[at]


def _days(first: int, last: int) -> Iterator[date]:
    for n in range(date(first, 1, 1).toordinal(), date(last, 12, 31).toordinal() + 1):
        yield date.fromordinal(n)


def wall_instant(day: date, seconds: int, place: tzinfo) -> int:
    """The instant at which a wall clock shows a time of a day; a repeated time is the first, a skipped one the jump."""
    first = datetime(day.year, day.month, day.day, tzinfo=place) + timedelta(seconds=seconds)   # wall clock arithmetic
    second = first.replace(fold=1)
    early, late = to_micros(second), to_micros(first)
    if early >= late:
        return late         # an ordinary time, or the first of two
    before = first.utcoffset()
    while early < late:     # skipped: find the jump between the two readings
        middle = (early + late) // 2
        at = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=middle)).astimezone(place)
        early, late = (middle + 1, late) if at.utcoffset() == before else (early, middle)
    return late


MONDAY_TO_FRIDAY = Calendar()
