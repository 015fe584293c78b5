"""Calendars as the clock uses them: working days, opening spans and sums of opening time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta

from keptword.holiday_years import certain_years, holiday_year, library_years
from keptword.instants import local_date, zone
from keptword.opening_table import OpeningTable, Span, days_of, opening_table, wall_instant

DaySpan = tuple[
    int, int
]  # seconds since local midnight, [from, to); `to` passes 86400 where it crosses midnight
DAY_SECONDS = 86_400
FIRST_YEAR, LAST_YEAR = 1900, 2200
_IDLE_YEARS = 12  # years without any opening time after which nobody will open again


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
class _Memory:
    """What a calendar has worked out so far; never part of its value."""

    tables: tuple[OpeningTable, ...] = ()  # of years that do not adjoin
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
        if (
            not FIRST_YEAR <= year <= LAST_YEAR
        ):  # a stray time in the year 9000 must not build seven thousand years
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
        while (
            not usual and (day - back).days < 6
        ):  # a moved working day has the hours of the weekday before it
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
        return table.sum_at(end) - table.sum_at(start)

    def add(self, start: int, amount: int) -> int:
        """The instant at which the opening time since `start` reaches `amount`; at a closing time, that closing time."""
        if amount == 0:
            return start
        table = self._table(start, start)
        goal = table.sum_at(start) + amount
        idle = 0
        while table.sums[-1] < goal:
            before = table.sums[-1] - table.sums[0]
            table = self._grow(table.first, table.last + 1)
            goal = table.sum_at(start) + amount
            idle = idle + 1 if table.sums[-1] == before else 0
            self._guard(idle, table.last)
        at = bisect_left(table.sums, goal) - 1
        return table.starts[at] + goal - table.sums[at]

    def subtract(self, end: int, amount: int) -> int:
        """The latest instant with `amount` of opening time between it and `end`; at a closing time, the next opening."""
        if amount == 0:
            return end
        table = self._table(end, end)
        goal = table.sum_at(end) - amount
        idle = 0
        while goal < 0:
            before = table.sums[-1]
            table = self._grow(table.first - 1, table.last)
            goal = table.sum_at(end) - amount
            idle = idle + 1 if table.sums[-1] == before else 0
            self._guard(idle, table.first)
        at = bisect_right(table.sums, goal) - 1
        return table.starts[at] + goal - table.sums[at]

    def table(self, first_year: int, last_year: int) -> tuple[list[int], list[int], list[int]]:
        """Starts, ends and sums of the opening spans of whole years, for engines that look many instants up at once.

        Returns:
            starts, ends: instants of the merged spans; sums: the opening time before each, and in all at the end.
        """
        for year in range(first_year, last_year + 1):
            self.require(year)
        table = opening_table(
            first_year,
            last_year,
            (s for y in range(first_year, last_year + 1) for d in days_of(y) for s in self.spans(d)),
        )
        return table.starts, table.ends, table.sums

    def opening_between(self, start: int, end: int) -> OpeningTable:
        """The opening spans of the years of [start, end) and of some around them, for many look-ups at once."""
        return self._table(start, end)

    def _guard(self, idle: int, year: int) -> None:
        if idle >= _IDLE_YEARS:
            raise CalendarUnknown(
                year, self.name, f"the calendar '{self.name}' has no opening hours up to the year {year}"
            )

    def _table(self, start: int, end: int) -> OpeningTable:
        first, last = local_date(start, self.zone), local_date(end, self.zone).year
        year = first.year
        if (first.month, first.day) == (1, 1) and self._crosses_midnight():
            year -= 1  # New Year's Eve may still be open
        return self._grow(year, max(year, last))

    def _crosses_midnight(self) -> bool:
        return any(b > DAY_SECONDS for day in self.hours or () for _, b in day) or any(
            b > DAY_SECONDS for day, spans in self.open if (day.month, day.day) == (12, 31) for _, b in spans
        )

    def _grow(self, first: int, last: int) -> OpeningTable:
        """A table that covers first..last: one that is there, or one made of it and its neighbours.

        Years in between two tables are never filled in, for the calendar may not state them.
        """
        for table in self._memory.tables:
            if table.first <= first and last <= table.last:
                return table
        self.require(first)
        self.require(last)
        near = [table for table in self._memory.tables if table.first <= last + 1 and first - 1 <= table.last]
        had = {year for table in near for year in range(table.first, table.last + 1)}
        new = [year for year in range(first, last + 1) if year not in had]
        for year in new:
            self.require(year)
        spans = [span for table in near for span in zip(table.starts, table.ends, strict=True)]
        spans += [span for year in new for day in days_of(year) for span in self.spans(day)]
        grown = opening_table(min(had | set(new)), max(had | set(new)), spans)
        self._memory.tables = (grown, *(table for table in self._memory.tables if table not in near))
        return grown


MONDAY_TO_FRIDAY = Calendar()
