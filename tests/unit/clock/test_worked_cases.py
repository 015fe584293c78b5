"""Deadlines and lead times worked by hand from statutes and product manuals."""

from pathlib import Path

import pytest
import yaml

from keptword.calendars import Calendar, parse_calendar
from keptword.clock import NEVER, Clock, Deadline, all_leads, deadline, elapsed
from keptword.instants import format_instant, parse_instant
from keptword.limits import parse_limit

HERE = Path(__file__).parent


def table(name: str) -> list:
    return yaml.load((HERE / name).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


CALENDARS: dict[str, Calendar] = {
    name: parse_calendar(data, name) for name, data in table("calendars_for_tests.yaml").items()
}
DEADLINES = table("deadlines.yaml")
LEADS = table("leads.yaml")


def clock_of(options: dict[str, str]) -> Clock:
    calendar = CALENDARS[options["calendar"]] if "calendar" in options else None
    zone = options.get("zone", calendar.zone if calendar else "UTC")
    rest = {key: value for key, value in options.items() if key in ("day", "hours", "roll", "cutoff")}
    return Clock(zone=zone, calendar=calendar, roll_hours=options.get("roll_hours") == "true", **rest)


def pauses_of(options: dict) -> list[tuple[int, int]]:
    ends = (text.split("/") for text in options.get("pauses", ()))
    return [(parse_instant(begin), parse_instant(end) if end else NEVER) for begin, end in ends]


def said(found: Deadline, zone: str) -> tuple[str, int]:
    """What the tables say: the instant, for people; the number, for comparing."""
    text = "never" if found.at == NEVER else format_instant(found.at, zone)
    return ("before " if found.bound == "exclusive" else "") + text, found.at


def wanted(text: str, zone: str) -> tuple[str, int]:
    if text == "never":
        return "never", NEVER
    bound, _, instant = text.rpartition(" ")
    at = parse_instant(instant)
    return (f"{bound} " if bound else "") + format_instant(at, zone), at


@pytest.mark.parametrize("case", DEADLINES, ids=[case[0] for case in DEADLINES])
def test_deadline(case):
    """A deadline is what the statute or the manual says it is, and its reckoning ends with it."""
    _, _, start, limit, due, options = case
    clock, pauses = clock_of(options), pauses_of(options)
    found = deadline(parse_instant(start), parse_limit(limit), clock, pauses)
    assert said(found, clock.zone) == wanted(due, clock.zone)
    explained = deadline(parse_instant(start), parse_limit(limit), clock, pauses, explain=True)
    assert (explained.at, explained.bound) == (found.at, found.bound)
    assert len(explained.steps) >= 2
    assert max(map(len, explained.steps)) <= 80


@pytest.mark.parametrize("case", LEADS, ids=[case["what"] for case in LEADS])
def test_lead(case):
    """Each reading of a lead time has its own latest notice."""
    clock = Clock(zone=case["zone"])
    found = all_leads(parse_instant(case["of"]), parse_limit(case["ahead"]), clock)
    assert {name: said(d, clock.zone) for name, d in found.items()} == {
        name: wanted(text, clock.zone) for name, text in case["readings"].items()
    }


def test_every_case_names_its_source():
    """No worked case stands there without an authority, and there are as many as promised."""
    assert all(case[1] for case in DEADLINES)
    assert all(case["source"] for case in LEADS)
    assert len(DEADLINES) >= 60
    assert len({case[0] for case in DEADLINES}) == len(DEADLINES)


def test_opening_time_until_the_deadline_is_the_limit():
    """Whatever the calendar, the opening time up to the deadline is the limit itself."""
    for _, _, start, limit, _, options in DEADLINES:
        clock, pauses = clock_of(options), pauses_of(options)
        length = parse_limit(limit)
        if length.has_calendar_units or clock.hours != "elapsed" or clock.roll_hours:
            continue
        found = deadline(parse_instant(start), length, clock, pauses)
        if found.at < NEVER:
            assert elapsed(parse_instant(start), found.at, clock, pauses) == length.clock
