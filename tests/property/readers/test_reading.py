"""Whatever bytes come, a log is read whole or refused with a place; what was written is read back."""

from __future__ import annotations

import io
import json

from hypothesis import given
from hypothesis import strategies as st

from keptword.errors import LogError, Problem, render
from keptword.events import FIELD_TYPES, Event, Log, make_log
from keptword.instants import InstantError, parse_instant
from keptword.readers import read_log
from keptword.readers.convert import event_line

FORMATS = ("jsonl", "json", "csv", "tsv", "parquet", None)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
INSTANT = st.integers(0, 2**52)
NUMBER = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
BY_TYPE: dict[str, st.SearchStrategy[object]] = {
    "text": TEXT,
    "bool": st.booleans(),
    "number": NUMBER,
    "instant": INSTANT | st.dates().map(str),
    "list": st.lists(TEXT, min_size=1, max_size=3).map(tuple),
}
KNOWN = {name: BY_TYPE[kind] for name, kind in FIELD_TYPES.items()}
OTHER = st.dictionaries(TEXT.map(lambda t: f"x_{t}"), TEXT | st.booleans() | NUMBER, max_size=3)
FIELDS = st.builds(lambda a, b: {**a, **b}, st.fixed_dictionaries({}, optional=KNOWN), OTHER)
EVENT = st.builds(Event, INSTANT, st.sampled_from(["outage.opened", "message.sent"]), TEXT, TEXT, FIELDS)
EVENTS = st.lists(EVENT, max_size=6, unique_by=lambda e: e.id or object())

LINE = st.sampled_from(
    [
        b'{"time": "2026-03-02T09:00Z", "event": "a.b"}',
        b'{"time": "2026-03-02T09:00", "event": [], "x": {"y": [1e400]}}',
        b'{"time": "\\ud800", "event": "a.b", "event": NaN}',
        b'{"time": "2026-03-02T09:00Z", "event": "a.b", "\\ud83d": {"\\udc00": 1}}',
        b'{"time": "2026-03-02T09:00Z", "event": "a.b", "x": {"\\udc00": 1}}',
        b"time,event,text", b'2026-03-02T09:00Z,a.b,"x', b'"",,', b"[", b"]", b"{}", b"PAR1", b"\xef\xbb\xbf", b"\xff\xfe", b"\x1f\x8b\x08",
        b"\x28\xb5\x2f\xfd", b"\0", b"\r", b"\n", b",", b";\t", b"\xcf\xf0\xe8",
    ]
)  # fmt: skip
GARBAGE = (
    st.binary(max_size=60)
    | st.lists(LINE | st.binary(max_size=6), max_size=8).map(b"\n".join)
    | st.lists(LINE, max_size=8).map(b"".join)
)


def read(data: bytes, format: str | None = "jsonl", keep_going: bool = False) -> Log:
    return read_log(["-"], format, keep_going=keep_going, stdin=io.BytesIO(data))[0]


def attempt(data: bytes, format: str | None, keep_going: bool) -> tuple[Log | None, list[Problem]]:
    try:
        return read(data, format, keep_going), []
    except LogError as error:
        return None, error.problems


@given(GARBAGE, st.sampled_from(FORMATS), st.booleans())
def test_no_bytes_end_in_anything_but_a_log_or_a_log_error(
    data: bytes, format: str | None, keep_going: bool
) -> None:
    """Every refusal names the file, has a code and can be printed as UTF-8."""
    log, refused = attempt(data, format, keep_going)
    if log is not None:
        json.dumps(
            [[e.event, e.case, e.id, dict(e.fields)] for e in log.events], ensure_ascii=False, allow_nan=False
        ).encode()
    else:
        assert refused
        assert {p.place.file for p in refused} == {"<stdin>"}
        render(refused).encode()


@given(GARBAGE)
def test_no_line_is_lost(data: bytes) -> None:
    """With --rejects, every line of JSONL that is not blank is an event, a repeat or a rejected line."""
    log, refused = attempt(data, "jsonl", keep_going=True)
    if log is None:
        assert {p.code for p in refused} <= {"L010", "L013"}  # of the whole file
        return
    lines = [
        x for x in data.removeprefix(b"\xef\xbb\xbf").split(b"\n") if x.decode("utf-8", "replace").strip()
    ]
    assert len(log.events) + log.duplicates + log.rejected == len(lines)


@given(EVENTS)
def test_written_events_are_read_back(events: list[Event]) -> None:
    """events → canonical JSONL → the same events, with the same ids."""
    log = make_log(events)
    assert read("".join(map(event_line, log.events)).encode()).events == log.events


@given(EVENTS, st.randoms(use_true_random=False))
def test_the_order_of_lines_never_matters(events: list[Event], random: object) -> None:
    """Shuffled lines, repeats among them, give the same log."""
    lines = [event_line(e) for e in [*events, *(e for e in events[:2] if e.id)]]
    before = read("".join(lines).encode())
    random.shuffle(lines)  # type: ignore[attr-defined]
    assert read("".join(lines).encode()) == before


@given(
    st.from_regex(
        r"[0-9]{4}-[01][0-9]-[0-3][0-9][T 1][0-2][0-9]:[0-5][0-9](:[0-6][0-9])?([.,][0-9]{1,5})?(Z|z|[+-][0-2][0-9](:?[0-5][0-9])?)?",
        fullmatch=True,
    )
)
def test_the_quick_way_to_read_a_time_is_the_slow_way(text: str) -> None:
    """A time in a log is read exactly as `parse_instant` reads it, or refused as it refuses it."""
    log, refused = attempt(json.dumps({"time": text, "event": "a.b"}).encode(), "jsonl", False)
    try:
        expected = parse_instant(text)
    except (InstantError, OverflowError):
        assert refused
    else:
        assert [e.time for e in log.events] == [expected] if log else not "1000" <= text[:4] < "9001"
