"""Calendar files: what they say, what is wrong with them, and what they do not know."""

import pickle
from datetime import date

import pytest

from keptword.calendars import CalendarError, CalendarUnknown, parse_calendar, parse_day_spans
from keptword.clock import Clock, deadline, elapsed, running
from keptword.instants import HOUR, parse_instant
from keptword.limits import Limit, parse_limit

FULL = {
    "timezone": "Europe/Moscow",
    "hours": {"mon": ["09:00-13:00", "14:00-18:00"], "tue-fri": ["09:00-18:00"], "sat": ["22:00-02:00"]},
    "holidays": {"country": "RU"},
    "closed": ["2026-03-10"],
    "open": {"2026-11-01": ["09:00-16:00"]},
    "years": [2025, 2026],
}


def test_a_whole_calendar():
    """Every part of a calendar file arrives."""
    found = parse_calendar(FULL, "support")
    assert (found.name, found.zone, found.country) == ("support", "Europe/Moscow", "RU")
    assert found.hours[0] == ((32_400, 46_800), (50_400, 64_800))
    assert found.hours[5] == ((79_200, 93_600),)
    assert found.hours[6] == ()
    assert [found.known(year) for year in (2024, 2025, 2026, 2027)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2026-03-06", ""),
        ("2026-03-07", ""),  # Saturday, open in the evening
        ("2026-03-08", "holiday: International Women's Day"),
        ("2026-03-09", "holiday: International Women's Day (observed)"),
        ("2026-03-10", "day off"),
        ("2026-03-15", "weekly day off"),
        ("2026-11-01", ""),  # Sunday, opened
        ("2026-12-31", "holiday: Day off (substituted from 01/04/2026)"),
        ("2025-11-01", ""),  # Saturday, exchanged for 3 November
    ],
)
def test_why_a_day_is_closed(day, why):
    """A day is a working day, or it says why not."""
    calendar = parse_calendar(FULL, "support")
    assert calendar.why_closed(date.fromisoformat(day)) == why
    assert calendar.is_working_day(date.fromisoformat(day)) is (not why)


BAD = [
    ({"timezone": "Mars/Base"}, ("timezone",), "'Mars/Base' is not an IANA time zone"),
    ({"hour": {}}, ("hour",), "a calendar has no 'hour'"),
    ({"hours": "9-5"}, ("hours",), "hours are given by weekday"),
    ({"hours": {"monday": ["09:00-17:00"]}}, ("hours", "monday"), "'monday' is not a weekday"),
    ({"hours": {"fri-mon": ["09:00-17:00"]}}, ("hours", "fri-mon"), "'fri-mon' is not a weekday"),
    ({"hours": {"mon": ["9-17"]}}, ("hours", "mon"), "'9' is not a time of day such as 17:30"),
    ({"hours": {"mon": ["09:00-25:00"]}}, ("hours", "mon"), "'25:00' is not a time of day such as 17:30"),
    ({"hours": {"mon": ["09:00-24:30"]}}, ("hours", "mon"), "'24:30' is not a time of day such as 17:30"),
    ({"hours": {"mon": ["09:00-09:00"]}}, ("hours", "mon"), "'09:00-09:00' is empty"),
    (
        {"hours": {"mon": ["09:00-13:00", "12:00-18:00"]}},
        ("hours", "mon"),
        "the spans 09:00-13:00, 12:00-18:00 overlap",
    ),
    ({"hours": {"mon": 9}}, ("hours", "mon"), "'9' is not a list of opening hours"),
    (
        {"hours": {"mon": ["09:00-17:00"], "mon-fri": ["09:00-18:00"]}},
        ("hours", "mon-fri"),
        "'mon-fri' gives mon hours that 'mon' gives already",
    ),
    ({"hours": {"mon": []}}, ("hours",), "the calendar 'bad' never opens"),
    (
        {"holidays": {"country": "ru"}},
        ("holidays", "country"),
        "'ru' is not a country whose holidays are known",
    ),
    (
        {"holidays": {"country": "DE", "subdivision": "XX"}},
        ("holidays", "subdivision"),
        "'XX' is not a region of DE with holidays of its own",
    ),
    ({"holidays": {"land": "DE"}}, ("holidays", "land"), "holidays have no 'land'"),
    ({"holidays": ["2026-02-30"]}, ("holidays", 0), "'2026-02-30' is not a date"),
    ({"holidays": {"2026": ["2025-01-01"]}}, ("holidays", "2026", 0), "'2025-01-01' is not a date of 2026"),
    ({"holidays": {"2026": {"of": []}}}, ("holidays", "2026", "of"), "a year has no 'of'"),
    (
        {"holidays": "none.yaml"},
        ("holidays",),
        "the holiday file 'none.yaml' cannot be read: No such file or directory",
    ),
    ({"closed": "2026-03-09"}, ("closed",), "a list of dates is needed here"),
    ({"closed": ["soon"]}, ("closed", 0), "'soon' is not a date"),
    ({"closed": ["2026-03-09"], "open": ["2026-03-09"]}, ("closed",), "2026-03-09 is both closed and open"),
    (
        {"open": {"2026-03-09": ["09:00-12:00"]}},
        ("open", "2026-03-09"),
        "special hours in a calendar without hours",
    ),
    (
        {"hours": {"mon": ["09:00-12:00"]}, "open": {"2026-03-09": []}},
        ("open", "2026-03-09"),
        "2026-03-09 is open without hours",
    ),
    ({"open": 5}, ("open",), "open days are given by date"),
    ({"years": 2026}, ("years",), "a list of years is needed here"),
    ({"years": [26]}, ("years", 0), "'26' is not a year"),
]


@pytest.mark.parametrize(("data", "path", "message"), BAD, ids=[message for _, _, message in BAD])
def test_a_mistake_is_named_with_its_place(data, path, message, tmp_path):
    """What is wrong with a calendar is said together with the path at which it stands."""
    with pytest.raises(CalendarError) as caught:
        parse_calendar(data, "bad", tmp_path)
    assert (path, message) in [(where, what) for where, what, _ in caught.value.found]


def test_all_mistakes_at_once():
    """A calendar with several mistakes names them all."""
    with pytest.raises(CalendarError) as caught:
        parse_calendar({"timezone": "X", "hours": {"mn": 1}, "closed": ["x"], "years": "x"}, "bad")
    assert len(caught.value.found) == 5


def test_a_calendar_that_is_no_mapping():
    """A list is not a calendar."""
    with pytest.raises(CalendarError, match="a calendar is a mapping"):
        parse_calendar([], "bad")  # type: ignore[arg-type]


def test_holidays_from_a_file_by_year(tmp_path):
    """A holiday file states days off and moved working days, and which years it knows."""
    (tmp_path / "ru.yaml").write_text(
        "2026:\n  off: [2026-03-09]\n  working: [2026-03-07]\n", encoding="utf-8"
    )
    calendar = parse_calendar({"holidays": {"file": "ru.yaml"}}, "ru", tmp_path)
    assert not calendar.is_working_day(date(2026, 3, 9))
    assert calendar.is_working_day(date(2026, 3, 7))
    with pytest.raises(CalendarUnknown) as caught:
        calendar.is_working_day(date(2027, 3, 9))
    assert caught.value.year == 2027


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2026: [2026-13-01]", "h.yaml: 2026.0: '2026-13-01' is not a date of 2026"),
        ("2026: []\n2026: []", "'2026' stands there twice"),
        ("a: &x [1]\nb: *x", "aliases are not used here"),
        ("[", "is not YAML"),
        ("", "states no years"),
        ("26: []", "'26' is not a year"),
        (
            "2026: {off: [2026-01-01], working: [2026-01-01]}",
            "2026-01-01 is both a day off and a working day",
        ),
    ],
)
def test_a_bad_holiday_file(text, message, tmp_path):
    """A holiday file is never half read: what is wrong with it is a mistake of the calendar."""
    (tmp_path / "h.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CalendarError) as caught:
        parse_calendar({"holidays": "h.yaml"}, "bad", tmp_path)
    assert message in str(caught.value)


def test_a_holiday_file_that_is_not_text(tmp_path):
    """Bytes that are no UTF-8 are refused."""
    (tmp_path / "h.yaml").write_bytes(b"\xff\xfe2026")
    with pytest.raises(CalendarError, match="it is not UTF-8 text"):
        parse_calendar({"holidays": "h.yaml"}, "bad", tmp_path)


@pytest.mark.parametrize(
    ("data", "start", "limit", "year"),
    [
        ({"years": [2026]}, "2026-12-30T10:00Z", "5wd", 2027),
        ({"years": [2026], "hours": {"mon-fri": ["09:00-17:00"]}}, "2026-12-30T10:00Z", "40h", 2027),
        ({"years": [2026], "hours": {"mon-fri": ["09:00-17:00"]}}, "2025-12-30T10:00Z", "1h", 2025),
        ({"holidays": {"country": "RU"}}, "2199-12-30T10:00Z", "5wd", 2199),
        ({"holidays": {"2026": ["2026-01-01"]}}, "2025-12-31T10:00Z", "1d", 2025),
    ],
)
def test_an_unknown_year_is_never_without_holidays(data, start, limit, year):
    """A deadline that touches a year which the calendar does not state has no answer."""
    clock = Clock(calendar=parse_calendar(data, "c"), roll="next-working-day-end", day="full")
    if limit == "1d":
        start, limit, year = "2026-12-31T10:00Z", "1d", 2027
    with pytest.raises(CalendarUnknown) as caught:
        deadline(parse_instant(start), parse_limit(limit), clock)
    assert caught.value.year == year
    assert str(year) in str(caught.value)


def test_a_limit_within_the_stated_years_is_known():
    """The last working days of the last stated year can be reckoned."""
    clock = Clock(calendar=parse_calendar({"years": [2026], "hours": {"mon-fri": ["09:00-17:00"]}}, "c"))
    assert deadline(parse_instant("2026-12-31T10:00Z"), parse_limit("7h"), clock).at == parse_instant(
        "2026-12-31T17:00Z"
    )


def test_new_years_eve_may_still_be_open():
    """A night that began in an unstated year makes the morning of 1 January unknown."""
    data = {"years": [2026], "hours": {"mon-sun": ["22:00-06:00"]}}
    clock = Clock(calendar=parse_calendar(data, "c"))
    with pytest.raises(CalendarUnknown):
        deadline(parse_instant("2026-01-01T03:00Z"), parse_limit("1h"), clock)
    assert deadline(parse_instant("2026-01-02T03:00Z"), parse_limit("1h"), clock).at == parse_instant(
        "2026-01-02T04:00Z"
    )


def test_russia_is_known_until_its_last_decree():
    """Days off that are moved by a yearly decree are certain only as far as decrees are known."""
    calendar = parse_calendar({"holidays": {"country": "RU"}}, "ru")
    assert calendar.known(2026)
    assert not calendar.known(2090)
    assert "the days off of RU are known from" in calendar.why_unknown(2090)


def test_who_states_a_year_vouches_for_it():
    """`years` makes the library's holidays of a year without a decree good enough, but not a year it does not have."""
    calendar = parse_calendar({"holidays": {"country": "RU"}, "years": [2090, 2150]}, "ru")
    assert calendar.known(2090)
    assert not calendar.known(2150)
    assert not calendar.known(2026)


def test_a_calendar_that_stops_opening():
    """Opening hours that run out end the reckoning instead of going on for ever."""
    calendar = parse_calendar({"hours": {"mon": []}, "open": {"2026-03-02": ["09:00-12:00"]}}, "once")
    clock = Clock(calendar=calendar)
    assert deadline(parse_instant("2026-03-01T00:00Z"), Limit(clock=3 * HOUR), clock).at == parse_instant(
        "2026-03-02T12:00Z"
    )
    with pytest.raises(CalendarUnknown, match="no opening hours"):
        deadline(parse_instant("2026-03-01T00:00Z"), Limit(clock=4 * HOUR), clock)


@pytest.mark.parametrize(
    "limit", ["999999999y", "999999999mo", "999999999d", "999999999wd", "999999999h", "200000h"]
)
def test_a_limit_beyond_all_calendars(limit):
    """A huge limit has no deadline; it neither overflows nor takes for ever."""
    clock = Clock(calendar=parse_calendar(FULL | {"years": [2025, 2026]}, "c"))
    with pytest.raises(CalendarUnknown):
        deadline(parse_instant("2026-03-02T09:00Z"), parse_limit(limit), clock)


def test_the_year_9000_builds_no_thousand_years():
    """A stray time far away is unknown to a calendar at once."""
    clock = Clock(calendar=parse_calendar({"hours": {"mon-fri": ["09:00-17:00"]}}, "c"))
    with pytest.raises(CalendarUnknown, match="from 1900 to 2200"):
        elapsed(parse_instant("2026-03-02T09:00Z"), parse_instant("9000-03-02T09:00Z"), clock)


def test_the_order_of_questions_does_not_matter():
    """What a calendar remembers never changes its answers."""
    moments = [parse_instant(f"{year}-03-02T09:00Z") for year in (2030, 2024, 2027)]
    hours = {"hours": {"mon-fri": ["09:00-17:00"], "sat": ["22:00-02:00"]}}
    fresh = [
        deadline(m, Limit(clock=100 * HOUR), Clock(calendar=parse_calendar(hours, "c"))) for m in moments
    ]
    one = Clock(calendar=parse_calendar(hours, "c"))
    assert [deadline(m, Limit(clock=100 * HOUR), one) for m in moments] == fresh
    assert [deadline(m, Limit(clock=100 * HOUR), one) for m in moments[::-1]] == fresh[::-1]


def test_a_gap_between_stated_years_is_nobodys_business():
    """Two years that are stated are known one after the other, whatever lies between them."""
    calendar = parse_calendar({"hours": {"mon-fri": ["09:00-17:00"]}, "years": [2020, 2026]}, "c")
    for year in (2026, 2020, 2026):
        assert (
            elapsed(
                parse_instant(f"{year}-03-03T09:00Z"),
                parse_instant(f"{year}-03-03T11:00Z"),
                Clock(calendar=calendar),
            )
            == 2 * HOUR
        )
    with pytest.raises(CalendarUnknown) as caught:
        elapsed(
            parse_instant("2020-03-03T09:00Z"), parse_instant("2026-03-03T11:00Z"), Clock(calendar=calendar)
        )
    assert caught.value.year == 2021


def test_a_calendar_is_a_value():
    """Calendars compare, hash and travel to other processes by what they say, not by what they remember."""
    first, second = parse_calendar(FULL, "support"), parse_calendar(FULL, "support")
    first.is_working_day(date(2026, 3, 9))
    assert first == second
    assert hash(first) == hash(second)
    assert pickle.loads(pickle.dumps(first)) == second


@pytest.mark.parametrize(
    ("texts", "spans"),
    [
        ("09:00-18:00", ((32_400, 64_800),)),
        (["14:00-18:00", "9:00-13:00"], ((32_400, 46_800), (50_400, 64_800))),
        (["00:00-24:00"], ((0, 86_400),)),
        (["22:00–02:00"], ((79_200, 93_600),)),
        (["22:00-00:00"], ((79_200, 86_400),)),
        ([], ()),
    ],
)
def test_day_spans(texts, spans):
    """Opening hours of a day: in any order, across midnight, to 24:00."""
    assert parse_day_spans(texts) == spans


def test_the_table_for_engines_agrees_with_the_spans():
    """Starts, ends and sums of whole years are the spans of these years."""
    calendar = parse_calendar(FULL, "support")
    starts, ends, sums = calendar.table(2026, 2026)
    spans = running(
        parse_instant("2026-01-01T00:00+03:00"),
        parse_instant("2027-01-01T00:00+03:00"),
        Clock(calendar=parse_calendar({**FULL, "years": [2025, 2026, 2027]}, "c")),
    )
    assert list(zip(starts, ends, strict=True)) == list(spans)
    assert sums[-1] == sum(b - a for a, b in spans)
