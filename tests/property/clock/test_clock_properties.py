"""What holds for every clock, limit and pause."""

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from keptword.calendars import Calendar
from keptword.clock import NEVER, READINGS, Clock, all_leads, before, deadline, elapsed, lead, running
from keptword.columnar.spans import opening_begins, opening_ends
from keptword.instants import DAY, HOUR, MINUTE, SECOND, local_date, to_datetime, to_micros
from keptword.limits import Limit

FIRST = 1_767_225_600 * SECOND  # 2026-01-01Z
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Europe/Moscow", "Australia/Lord_Howe", "Asia/Kathmandu")

zones = st.sampled_from(ZONES)
instants = st.integers(0, 700 * 24 * 60).map(lambda n: FIRST + n * MINUTE)


@st.composite
def day_spans(draw):
    """Up to three spans of one day, in quarters of an hour, the last one perhaps past midnight."""
    cuts = sorted(draw(st.sets(st.integers(0, 110), max_size=6)))
    return tuple((a * 900, b * 900) for a, b in zip(cuts[::2], cuts[1::2], strict=False) if a < 96)


@st.composite
def calendars(draw):
    week = [draw(day_spans()) for _ in range(7)]
    if not any(week):
        week[0] = ((32_400, 64_800),)
    days = st.integers(0, 400).map(lambda n: date(2026, 1, 1) + timedelta(days=n))
    closed = draw(st.frozensets(days, max_size=5))
    open_days = draw(st.dictionaries(days, day_spans(), max_size=3))
    kept = {day: spans for day, spans in open_days.items() if spans and day not in closed}
    return Calendar("c", draw(zones), tuple(week), closed=closed, open=tuple(sorted(kept.items())))


limits_in_days = st.builds(Limit, months=st.integers(0, 14), weeks=st.integers(0, 3), days=st.integers(0, 40))
limits = st.one_of(
    st.builds(Limit, clock=st.integers(0, 100 * 60).map(lambda n: n * MINUTE)),
    limits_in_days,
    st.builds(Limit, working_days=st.integers(1, 15)),
    st.builds(
        Limit,
        months=st.integers(0, 3),
        days=st.integers(0, 9),
        clock=st.integers(0, 600).map(lambda n: n * MINUTE),
    ),
)
clocks = st.builds(
    Clock,
    zone=zones,
    calendar=st.none() | calendars(),
    day=st.sampled_from(("rolling", "full")),
    hours=st.sampled_from(("elapsed", "eu-1182-71")),
    roll=st.sampled_from(("none", "next-working-day-end", "next-working-day-noon")),
    cutoff=st.sampled_from((None, "17:30")),
)


@st.composite
def pauses_near(draw, start):
    begins = draw(st.lists(st.integers(-48 * 60, 200 * 60), max_size=4))
    return [(start + n * MINUTE, start + (n + draw(st.integers(0, 3000))) * MINUTE) for n in begins]


@settings(max_examples=120, deadline=None)
@given(instants, st.integers(0, 10_000).map(lambda n: n * MINUTE), limits, clocks)
def test_a_later_start_never_has_an_earlier_deadline(start, later, limit, clock):
    """Deadlines are monotone in the start, but for repeated hours and for the day that one is rolled to."""
    first, second = deadline(start, limit, clock), deadline(start + later, limit, clock)
    # Same local time: both instants of a repeated hour lead to one deadline. Rolling: the end (or the noon) of Monday
    # for what was due on Saturday, an earlier hour of Monday for what was due on Monday.
    slack = HOUR if clock.day == "rolling" and limit.has_calendar_units else 0
    slack += DAY if clock.roll != "none" and limit.has_calendar_units else 0
    assert second.last >= first.last - slack


@settings(max_examples=120, deadline=None)
@given(instants, limits, clocks)
def test_a_deadline_is_never_before_its_start(start, limit, clock):
    """Nobody is late at once."""
    assert deadline(start, limit, clock).at >= start


@settings(max_examples=100, deadline=None)
@given(instants, st.integers(0, 90).map(lambda n: Limit(days=n)), zones)
def test_days_forward_and_back_give_the_same_wall_time(start, limit, zone):
    """`before` undoes `deadline` in days, where the clocks neither skip nor repeat the time."""
    clock = Clock(zone)
    there = deadline(start, limit, clock).at
    back = before(there, limit, clock)
    if to_datetime(there, zone).time() == to_datetime(start, zone).time():
        assert to_datetime(back, zone).replace(tzinfo=None) == to_datetime(start, zone).replace(tzinfo=None)
    else:
        assert abs(back - start) <= 2 * HOUR


@settings(max_examples=100, deadline=None)
@given(instants, limits_in_days, zones)
def test_months_forward_and_back_differ_by_clamping_only(start, limit, zone):
    """`before` undoes `deadline` in months up to the days that a shorter month takes away."""
    clock = Clock(zone)
    back = before(deadline(start, limit, clock).at, limit, clock)
    away = (local_date(start, zone) - local_date(back, zone)).days
    assert 0 <= away <= 3 or limit.months == 0 == away


@settings(max_examples=60, deadline=None)
@given(calendars(), instants, st.integers(0, 4000))
def test_opening_time_equals_counting_minutes(calendar, start, minutes):
    """Opening time is what counting minute by minute on the wall clock gives, in hours that the clocks leave alone."""
    end = start + minutes * MINUTE
    offsets = {
        to_datetime(start + n * HOUR, calendar.zone).utcoffset() for n in range(-48, minutes // 60 + 49)
    }
    if len(offsets) > 1:
        return
    days = dict(calendar.open)
    counted = 0
    for n in range(minutes):
        wall = to_datetime(start + n * MINUTE, calendar.zone)
        for back in (0, 1):
            day = wall.date() - timedelta(days=back)
            spans = () if day in calendar.closed else days.get(day, calendar.hours[day.weekday()])
            second = back * 86_400 + wall.hour * 3600 + wall.minute * 60
            if any(a <= second < b for a, b in spans):
                counted += 1
                break
    assert elapsed(start, end, Clock(calendar.zone, calendar)) == counted * MINUTE


@settings(max_examples=120, deadline=None)
@given(st.data(), instants, st.integers(0, 6000).map(lambda n: n * MINUTE + n % 7), st.none() | calendars())
def test_running_time_until_the_deadline_is_the_limit(data, start, length, calendar):
    """elapsed(start, deadline) is the limit, whatever the pauses, and not a microsecond earlier."""
    clock = Clock(calendar.zone if calendar else "UTC", calendar)
    pauses = data.draw(pauses_near(start))
    due = deadline(start, Limit(clock=length), clock, pauses).at
    assert elapsed(start, due, clock, pauses) == length
    if length:
        assert elapsed(start, due - 1, clock, pauses) == length - 1
    spans = running(start, due, clock, pauses)
    assert sum(b - a for a, b in spans) == length
    assert all(a < b for a, b in spans)
    assert all(b <= c for (_, b), (c, _) in pairwise(spans))


@settings(max_examples=80, deadline=None)
@given(calendars(), instants, st.integers(1, 6000).map(lambda n: n * MINUTE))
def test_opening_time_back_and_forth(calendar, moment, length):
    """Taking opening time away gives the latest instant that still has so much of it before the moment."""
    clock = Clock(calendar.zone, calendar)
    back = before(moment, Limit(clock=length), clock)
    assert elapsed(back, moment, clock) == length
    assert elapsed(back + 1, moment, clock) == length - 1


@settings(max_examples=80, deadline=None)
@given(st.data(), instants, limits, clocks)
def test_a_pause_never_brings_a_deadline_forward(data, start, limit, clock):
    """Pauses move a deadline later or leave it; the order in which they are named does not matter."""
    pauses = data.draw(pauses_near(start))
    plain = deadline(start, limit, Clock(clock.zone, clock.calendar, clock.day, clock.hours))
    paused = deadline(start, limit, Clock(clock.zone, clock.calendar, clock.day, clock.hours), pauses)
    assert paused.at >= plain.at
    assert paused == deadline(
        start, limit, Clock(clock.zone, clock.calendar, clock.day, clock.hours), pauses[::-1]
    )


@settings(max_examples=80, deadline=None)
@given(instants, limits, zones)
def test_an_endless_pause_at_the_start_means_never(start, limit, zone):
    """A clock that stands still from the start on reaches no deadline but the one that is due at once."""
    found = deadline(start, limit, Clock(zone), [(start, NEVER)])
    assert found.at == (start if limit.is_zero else NEVER)


@settings(max_examples=100, deadline=None)
@given(instants, limits, zones)
def test_readings_of_a_lead_time_keep_their_order(moment, limit, zone):
    """A full period is never easier than the same date; all readings lie within a week of each other.

    Around the ends of months the other readings have no order: 28 February less a month is 28 January, while a full
    month that begins on 31 January is over by 28 February.
    """
    found = all_leads(moment, limit, Clock(zone))
    assert set(found) == set(READINGS)
    assert found["full-period-forward"].last <= found["same-date-forward"].last
    if limit.has_calendar_units:
        if not limit.months:
            assert found["full-days-between"].last < found["date-subtraction"].last
        assert max(d.last for d in found.values()) - min(d.last for d in found.values()) <= 7 * DAY


@settings(max_examples=100, deadline=None)
@given(instants, limits_in_days, zones)
def test_same_date_forward_is_the_latest_date(moment, limit, zone):
    """The notice on that date plus the limit is there in time, a day later it is not."""
    clock = Clock(zone)
    if not limit.has_calendar_units:
        return
    day = local_date(lead(moment, limit, clock, "same-date-forward").last, zone)
    noon = to_micros(to_datetime(0, "UTC").replace(year=day.year, month=day.month, day=day.day, hour=12))
    reached = [local_date(deadline(noon + n * DAY, limit, Clock("UTC")).at, "UTC") for n in (0, 1)]
    assert reached[0] <= local_date(moment, zone) < reached[1]


@settings(max_examples=60, deadline=None)
@given(st.data(), instants, limits, clocks)
def test_the_reckoning_ends_with_the_deadline(data, start, limit, clock):
    """Explaining changes nothing but the steps, and is the same twice."""
    pauses = data.draw(pauses_near(start))
    plain = deadline(start, limit, clock, pauses)
    told = deadline(start, limit, clock, pauses, explain=True)
    assert (told.at, told.bound) == (plain.at, plain.bound)
    assert told == deadline(start, limit, clock, pauses, explain=True)
    assert told.steps[-1].startswith("due: ")


@settings(max_examples=80, deadline=None)
@given(st.data(), instants, calendars())
def test_running_spans_are_the_open_ones_without_the_pauses(data, start, calendar):
    """A minute runs if it is open and in no pause."""
    pauses = data.draw(pauses_near(start))
    clock, end = Clock(calendar.zone, calendar), start + 5 * DAY
    spans = running(start, end, clock, pauses)
    open_spans = running(start, end, clock)

    def inside(moment, pairs):
        return any(a <= moment < b for a, b in pairs)

    for moment in range(start, end, 7 * MINUTE):
        assert inside(moment, spans) == (inside(moment, open_spans) and not inside(moment, pauses))
    assert sum(b - a for a, b in spans) == elapsed(start, end, clock, pauses)


@given(
    st.lists(instants, min_size=1, max_size=6),
    st.integers(0, 9000).map(lambda n: n * MINUTE),
    st.none() | calendars(),
)
def test_columns_of_opening_time_are_reckoned_as_single_instants_are(times, amount, calendar):
    """Two look-ups a row, forwards and back, give what the clock gives for each instant."""
    limit, clock = Limit(clock=amount), Clock("UTC", calendar)
    column = np.array(times, dtype="int64")
    ends = opening_ends(column, limit, clock)
    if ends is not None:
        assert ends.tolist() == [deadline(t, limit, clock).at for t in times]
    begins = opening_begins(column, limit, clock)
    if begins is not None:
        assert begins.tolist() == [before(t, limit, clock) for t in times]
    assert calendar is not None or ends is not None
