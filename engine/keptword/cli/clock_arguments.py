"""Arguments that `due` and `elapsed` share: times, zones, calendars, pauses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar
from zoneinfo import available_timezones

from keptword.calendars import Calendar
from keptword.clock import NEVER, CalendarUnknown, in_range
from keptword.errors import Problems, RuleError, did_you_mean, usage_error
from keptword.instants import InstantError, is_date, midnight, parse_instant, zone

T = TypeVar("T", bound=str)

_OFFSET = re.compile(r"([+-])(\d{2}):?00$")


def read_place(
    timezone: str | None, calendar: str | None, holidays: Sequence[str]
) -> tuple[str | None, Calendar | None]:
    """The zone (None when neither option names one) and the calendar with the further holidays in it.

    Raises:
        UsageError, RuleError: an unknown zone, no such file, a calendar or date that cannot be read.
    """
    if timezone is not None:
        try:
            zone(timezone)
        except ValueError as error:
            raise usage_error(
                f"--timezone: {error}", did_you_mean(timezone, available_timezones())
            ) from error
    found: Calendar | None = None
    if calendar is not None:
        found = _read_calendar(calendar)
    days = frozenset(_date(text) for text in holidays)
    if days:
        found = replace(found or Calendar(), closed=days | (found.closed if found else frozenset()))
    named = timezone or (found.zone if calendar is not None and found is not None else None)
    return named, found


def read_time(option: str, text: str, zone_name: str | None) -> int:
    """An instant: ISO 8601 with an offset, local time in the zone, or a date, which means its first instant.

    Raises:
        UsageError: it cannot be read, or it has no offset and no zone is known.
    """
    if is_date(text) and zone_name is None:
        raise usage_error(f"{option}: '{text}' is a date without a zone", "add one: --timezone Europe/Moscow")
    try:
        found = (
            midnight(date.fromisoformat(text), zone_name or "UTC")
            if is_date(text)
            else parse_instant(text, zone_name)
        )
        return in_range(found)
    except InstantError as error:
        raise usage_error(
            f"{option}: {error}", error.hint.replace("name the log's zone: ", "name the zone: "), error.code
        ) from error
    except (OverflowError, CalendarUnknown) as error:
        raise usage_error(f"{option}: '{text}' lies outside the years 1 to 9999", "", "L005") from error


def zone_of(text: str, named: str | None) -> str:
    """The zone to reckon in: the named one, else the offset that the time itself carries (whole hours), else UTC."""
    if named is not None:
        return named
    match = _OFFSET.search(text)
    if match is None or match[2] == "00":
        return "UTC"
    name = f"Etc/GMT{'-' if match[1] == '+' else '+'}{int(match[2])}"  # POSIX counts westwards
    return name if name in available_timezones() else "UTC"


def read_pauses(texts: Sequence[str], zone_name: str | None) -> tuple[tuple[int, int], ...]:
    """The spans of `--pause FROM/TO`; `FROM/` is a pause that does not end.

    Raises:
        UsageError: no span, or one that ends before it begins.
    """
    out = []
    for text in texts:
        first, slash, last = text.partition("/")
        if not slash:
            raise usage_error(
                f"--pause: '{text}' is not a span FROM/TO",
                "write it as 2026-03-02T09:00+03:00/2026-03-02T11:00+03:00",
            )
        begin = read_time("--pause", first, zone_name)
        end = read_time("--pause", last, zone_name) if last.strip() else NEVER
        if end < begin:
            raise usage_error(f"--pause: '{text}' ends before it begins", "write the earlier time first")
        out.append((begin, end))
    return tuple(out)


def read_choice(option: str, text: str, choices: Sequence[T]) -> T:
    """One of the words an option takes; UsageError for any other."""
    for choice in choices:
        if choice == text:
            return choice
    raise usage_error(
        f"{option}: '{text}' is not known", did_you_mean(text, choices) or f"one of {', '.join(choices)}"
    )


def _read_calendar(file: str) -> Calendar:
    from keptword.spec.packs import read_calendar

    path = Path(file)
    if not path.is_file():
        raise usage_error(
            f"--calendar: there is no file '{file}'", "name a calendar file, such as calendars/support.yaml"
        )
    problems = Problems()
    found = read_calendar(path, path.stem, problems)
    problems.raise_if_any(RuleError)
    if found is None:
        raise usage_error(f"--calendar: '{file}' cannot be read")
    return found


def _date(text: str) -> date:
    if not is_date(text):
        raise usage_error(f"--holiday: '{text}' is not a date", "write it as 2026-03-09")
    return date.fromisoformat(text)
