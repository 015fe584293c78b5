"""Public holidays of a country, year by year, from the `holidays` library (the only module that knows it)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache


@dataclass(frozen=True, slots=True)
class HolidayYear:
    """One year of a country.

    Attributes:
        off: public holidays and days off moved here from elsewhere, with their names.
        working: Saturdays and Sundays that were made working days in exchange.
    """

    off: dict[date, str]
    working: frozenset[date]


@cache
def countries() -> frozenset[str]:
    """The ISO 3166 codes that the library knows (`RU`, `DE`, …)."""
    import holidays

    return frozenset(holidays.list_supported_countries(include_aliases=False))


@cache
def subdivisions(country: str) -> frozenset[str]:
    """The regions of a country that have holidays of their own (`BW` of `DE`, `ENG` of `GB`)."""
    import holidays

    return frozenset(holidays.list_supported_countries(include_aliases=False).get(country, ()))


@cache
def library_years(country: str, subdivision: str | None = None) -> tuple[int, int]:
    """The first and last year for which the library has the country's holidays at all."""
    import holidays

    table = holidays.country_holidays(country, subdiv=subdivision)
    return int(table.start_year), int(table.end_year)


@cache
def certain_years(country: str, subdivision: str | None = None) -> tuple[int, int]:
    """The first and last year for which the country's days off are certain without anybody vouching for them.

    Where a government moves days off by decree (Russia, China, …), that is the last decree the library holds: the
    later years have their holidays in it, but not the days exchanged by decrees to come.
    """
    import holidays

    first, last = library_years(country, subdivision)
    table = holidays.country_holidays(country, subdiv=subdivision)
    decrees = [
        year
        for year, days in getattr(table, "special_public_holidays", {}).items()
        if any(isinstance(day, tuple) and len(day) >= 4 for day in days)
    ]
    return (first, min(last, max(decrees))) if decrees else (first, last)


@cache
def holiday_year(country: str, subdivision: str | None, year: int) -> HolidayYear | None:
    """The days off of a year, or None when the library does not have it."""
    import holidays

    first, last = library_years(country, subdivision)
    if not first <= year <= last:
        return None
    table = holidays.country_holidays(country, subdiv=subdivision, years=year, expand=False, language="en_US")
    working = frozenset(day for day in getattr(table, "weekend_workdays", ()) if day.year == year)
    return HolidayYear({day: str(name) for day, name in sorted(table.items())}, working)
