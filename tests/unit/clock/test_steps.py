"""The reckoning in words, whole, for one case of each kind."""

import pytest

from keptword.calendars import parse_calendar
from keptword.clock import NEVER, Clock, deadline, lead
from keptword.instants import parse_instant
from keptword.limits import parse_limit

SUPPORT = parse_calendar(
    {
        "timezone": "Europe/Moscow",
        "hours": {
            "mon": ["09:00-13:00", "14:00-18:00"],
            "tue-thu": ["09:00-18:00"],
            "fri": ["09:00-17:00"],
            "sat": ["22:00-02:00"],
        },
        "holidays": {"country": "RU"},
        "closed": ["2026-03-10"],
    },
    "support",
)
MOSCOW = Clock("Europe/Moscow", SUPPORT)

CASES = [
    (
        "2026-03-06T16:00+03:00", "8h", MOSCOW, (), """
from Fri 2026-03-06 16:00 (+03:00): 8h in Europe/Moscow, calendar support
  Fri 2026-03-06 16:00-17:00  1h, in all 1h
  Sat 2026-03-07 22:00-Sun 2026-03-08 02:00  4h, in all 5h
  Mon 2026-03-09 closed: holiday: International Women's Day (observed)
  Tue 2026-03-10 closed: day off
  Wed 2026-03-11 09:00-12:00  3h, in all 8h
+ 8h of opening time: Wed 2026-03-11 12:00 (+03:00)
due: Wed 2026-03-11 12:00 (+03:00), this instant included""",
    ),
    (
        "2026-03-06T16:00+03:00", "2h", MOSCOW, ("2026-03-06T16:30+03:00/2026-03-11T10:00+03:00",), """
from Fri 2026-03-06 16:00 (+03:00): 2h in Europe/Moscow, calendar support
  Fri 2026-03-06 16:00-16:30  30m, in all 30m
paused Fri 2026-03-06 16:30 (+03:00) to Wed 2026-03-11 10:00 (+03:00)
  Sun 2026-03-08 closed: holiday: International Women's Day
  Mon 2026-03-09 closed: holiday: International Women's Day (observed)
  Tue 2026-03-10 closed: day off
  Wed 2026-03-11 10:00-11:30  1h30m, in all 2h
+ 2h of opening time: Wed 2026-03-11 11:30 (+03:00)
due: Wed 2026-03-11 11:30 (+03:00), this instant included""",
    ),
    (
        "2026-03-06T16:00+03:00", "2wd", MOSCOW, (), """
from Fri 2026-03-06 16:00 (+03:00): 2wd in Europe/Moscow, calendar support
the day of the event, Fri 2026-03-06, is not counted
  Sat 2026-03-07 working day 1
  Sun 2026-03-08 not counted: holiday: International Women's Day
  Mon 2026-03-09 not counted: holiday: International Women's Day (observed)
  Tue 2026-03-10 not counted: day off
  Wed 2026-03-11 working day 2
+ 2wd: Wed 2026-03-11
until the end of Wed 2026-03-11
due: before Thu 2026-03-12 00:00 (+03:00)""",
    ),
    (
        "2026-01-31T10:00+03:00", "1mo", Clock("Europe/Moscow", SUPPORT, roll="next-working-day-noon", day="full"),
        ("2026-02-06T00:00+03:00/2026-02-07T00:00+03:00",), """
from Sat 2026-01-31 10:00 (+03:00): 1mo in Europe/Moscow, calendar support
the day of the event, Sat 2026-01-31, is not counted
+ 1mo: Sat 2026-02-28
2026-02 has no day 31: its last day, 28
until the end of Sat 2026-02-28
paused Fri 2026-02-06 00:00 (+03:00) to Sat 2026-02-07 00:00 (+03:00)
moved later by the pauses, 1d: Mon 2026-03-02 00:00 (+03:00)
Sun 2026-03-01 is not a working day (weekly day off):
  moved to 12:00 on Mon 2026-03-02
due: Mon 2026-03-02 12:00 (+03:00), this instant included""",
    ),
    (
        "2026-03-28T02:30+01:00", "1d", Clock("Europe/Berlin"), (), """
from Sat 2026-03-28 02:30 (+01:00): 1d in Europe/Berlin
+ 1d: Sun 2026-03-29
02:30 is skipped by the clocks that day: Sun 2026-03-29 03:30 (+02:00)
due: Sun 2026-03-29 03:30 (+02:00), this instant included""",
    ),
    (
        "2026-10-24T02:30+02:00", "1d", Clock("Europe/Berlin"), (), """
from Sat 2026-10-24 02:30 (+02:00): 1d in Europe/Berlin
+ 1d: Sun 2026-10-25
the same local time: Sun 2026-10-25 02:30 (+02:00)
that local time comes twice that day: the first one counts
due: Sun 2026-10-25 02:30 (+02:00), this instant included""",
    ),
    (
        "2026-10-24T10:20+02:00", "24h", Clock("Europe/Berlin", hours="eu-1182-71"), (), """
from Sat 2026-10-24 10:20 (+02:00): 24h in Europe/Berlin
the hour of the event is not counted: from Sat 2026-10-24 11:00 (+02:00)
+ 24h elapsed: Sun 2026-10-25 10:00 (+01:00)
the clocks change in between, which changes no hours that elapse
due: before Sun 2026-10-25 10:00 (+01:00)""",
    ),
    (
        "2026-03-02T09:00Z", "1h", Clock(), ("2026-03-02T09:30Z/",), """
from Mon 2026-03-02 09:00 (+00:00): 1h
paused from Mon 2026-03-02 09:30 (+00:00) on
the clock stands still and is never started again: no deadline comes""",
    ),
    (
        "2026-03-07T10:00Z", "1d", Clock(roll="previous-working-day"), (), """
from Sat 2026-03-07 10:00 (+00:00): 1d
+ 1d: Sun 2026-03-08
the same local time: Sun 2026-03-08 10:00 (+00:00)
Sun 2026-03-08 is not a working day (weekly day off):
  the working day before lies before the event: due at once
due: Sat 2026-03-07 10:00 (+00:00), this instant included""",
    ),
    (
        "2026-03-02T09:00Z", "0m", Clock(), (), """
from Mon 2026-03-02 09:00 (+00:00): 0m
no time at all: due at once
due: Mon 2026-03-02 09:00 (+00:00), this instant included""",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("start", "limit", "clock", "pauses", "steps"), CASES, ids=[f"{c[0]}+{c[1]}" for c in CASES]
)
def test_deadline_steps(start, limit, clock, pauses, steps):
    """Each step of a deadline is told, in order, down to the result."""
    spans = [tuple(parse_instant(end) if end else NEVER for end in text.split("/")) for text in pauses]
    found = deadline(parse_instant(start), parse_limit(limit), clock, spans, explain=True)
    assert "\n".join(found.steps) == steps.strip("\n")


LEADS = [
    (
        "1mo", "full-days-between", """
before Tue 2026-03-31 10:00 (+03:00): 1mo ahead in Europe/Moscow, calendar support
reading full-days-between: full days between the day of the notice and that day
the latest date for the notice: Fri 2026-02-27
in between: 2026-02-28 to 2026-03-30, 31 full days
due: before Sat 2026-02-28 00:00 (+03:00)""",
    ),
    (
        "1mo", "same-date-forward", """
before Tue 2026-03-31 10:00 (+03:00): 1mo ahead in Europe/Moscow, calendar support
reading same-date-forward: the date of the notice plus the limit is that date or before it
the latest date for the notice: Sat 2026-02-28
2026-02-28 + 1mo is 2026-03-28
due: before Sun 2026-03-01 00:00 (+03:00)""",
    ),
    (
        "2wd", "date-subtraction", """
before Tue 2026-03-31 10:00 (+03:00): 2wd ahead in Europe/Moscow, calendar support
reading date-subtraction: any time on the date so much earlier
  Mon 2026-03-30 working day 1 before
  Sun 2026-03-29 not counted: weekly day off
  Sat 2026-03-28 working day 2 before
the latest date for the notice: Sat 2026-03-28
due: before Sun 2026-03-29 00:00 (+03:00)""",
    ),
    (
        "3h", "elapsed", """
before Tue 2026-03-31 10:00 (+03:00): 3h ahead in Europe/Moscow, calendar support
  Mon 2026-03-30 16:00-18:00  2h, in all 2h
  Tue 2026-03-31 09:00-10:00  1h, in all 3h
- 3h of opening time: Mon 2026-03-30 16:00 (+03:00)
due: Mon 2026-03-30 16:00 (+03:00), this instant included""",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("limit", "reading", "steps"), LEADS)
def test_lead_steps(limit, reading, steps):
    """Each step of a lead time is told too."""
    found = lead(parse_instant("2026-03-31T10:00+03:00"), parse_limit(limit), MOSCOW, reading, explain=True)
    assert "\n".join(found.steps) == steps.strip("\n")


def test_a_long_reckoning_is_shortened_in_the_middle():
    """A hundred working days are counted, not listed one by one; the last one is still there."""
    steps = deadline(parse_instant("2026-03-06T16:00Z"), parse_limit("100wd"), Clock(), explain=True).steps
    assert len(steps) < 40
    assert any("days more" in step for step in steps)
    assert "  Fri 2026-07-24 working day 100" in steps
