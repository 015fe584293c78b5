"""Conditions on a moment: hours, days of the week, calendars, and years that a calendar does not state."""

from __future__ import annotations

import pytest

from keptword.columnar.evaluate import evaluate as columns
from keptword.errors import RuleError
from keptword.events import Event, make_log
from keptword.instants import HOUR, parse_instant
from keptword.live.court import make_court
from keptword.live.monitor import Monitor
from keptword.reference import evaluate
from keptword.testing.strategies import plan_of

NEVER = {"kind": "guard", "never": {"event": "a.done", "where": {"time": {"outside": "days"}}}}
KNOWN, BEYOND = parse_instant("2026-03-02T09:00:00Z"), parse_instant("2027-03-02T09:00:00Z")


@pytest.mark.parametrize("engine", [evaluate, columns], ids=["reference", "columnar"])
def test_a_year_that_the_calendar_does_not_state_is_an_error(engine):
    """Neither within nor outside is guessed; the message names the year and the calendar."""
    log = make_log([Event(KNOWN, "a.done", "T", "e1"), Event(BEYOND, "a.done", "T", "e2")])
    with pytest.raises(RuleError) as caught:
        engine([plan_of(NEVER)], log, BEYOND)
    [problem] = caught.value.problems
    assert problem.code == "E002"
    assert "2027" in problem.message and "days" in problem.message


def test_what_was_before_that_year_is_judged():
    """Judged as of a moment before it, the log has no such event."""
    log = make_log([Event(KNOWN, "a.done", "T", "e1"), Event(BEYOND, "a.done", "T", "e2")])
    assert evaluate([plan_of(NEVER)], log, KNOWN).obligations["p/r1"] == []


@pytest.mark.parametrize("year", ["0001", "1899", "2201", "9999"])
def test_a_moment_that_no_calendar_reckons_with_is_neither_within_nor_outside(year):
    """A stray time in a field does not stop an audit."""
    for op in ("within", "outside", "on"):
        data = {"kind": "guard", "never": {"event": "a.done", "where": {"eta": {op: "office"}}}}
        log = make_log([Event(KNOWN, "a.done", "T", "e1", {"eta": f"{year}-06-02T09:00:00Z"})])
        assert evaluate([plan_of(data)], log, KNOWN).obligations["p/r1"] == []


def test_live_leaves_the_event_out_and_says_so():
    """The monitor goes on: one event is announced as left out, the next one is judged."""
    monitor = Monitor([plan_of(NEVER)], make_court("plain"))
    monitor.feed(Event(KNOWN, "a.done", "T", "e1"))
    said = monitor.feed(Event(BEYOND, "a.done", "T", "e2"))
    assert "2027" in " ".join(str(a) for a in said)
    assert monitor.feed(Event(BEYOND + HOUR, "b.done", "T", "e3")) == []
