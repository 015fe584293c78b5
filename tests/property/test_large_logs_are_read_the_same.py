"""A log read as columns is the log that the ordinary reader reads: events, places, notes, and every message."""

from __future__ import annotations

import gzip
import json
import os
import tempfile
from pathlib import Path
from unittest.mock import patch

import pytest
import zstandard
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from keptword.cli.large import read_as_columns
from keptword.errors import LogError
from keptword.readers import columns, pieces, read_log, write_rejects

EXAMPLES = settings(
    max_examples=int(os.environ.get("KEPTWORD_EXAMPLES", "300")),
    suppress_health_check=list(HealthCheck),
    deadline=None,
    report_multiple_bugs=False,
    phases=(Phase.explicit, Phase.generate) if os.environ.get("NOSHRINK") else tuple(Phase),
)
TIMES = st.one_of(
    st.integers(0, 59).map(lambda s: f"2026-03-02T09:00:{s:02}+03:00"),
    st.sampled_from([
        "2026-03-02T09:00:00Z", "2026-03-02 09:00:00.123456-00:30", "2026-03-02T24:00Z", "2026-03-02T09:00:00.5z", "20260302T090000Z",
        "2024-02-29T23:59:59+14:00", "1999-12-31T00:00:00.000001Z", "2026-03-02T09:00:00+0300", " 2026-03-02T09:00:00Z ",
    ]),
)  # fmt: skip
BAD_TIMES = st.sampled_from([
    "2026-02-29T09:00:00Z", "2026-03-02T09:00:00", "02.03.2026 09:00", "", "0999-01-01T00:00:00Z", "2026-13-01T00:00:00Z",
    "2026-03-29T02:30:00", "2026-03-02T25:00:00Z", "2026-03-02T09:00:00+24:00", "now",
])  # fmt: skip
WORDS = st.one_of(
    st.sampled_from(["", "a", "ромашка", "x\ty", 'он сказал "да"', "a,b", "a;b", " a ", "line\nend", "\\", "😀", "\x7f", "\u2028", '5" pipe', "null", "1"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
)  # fmt: skip
CLEAN = st.fixed_dictionaries(
    {"time": TIMES, "event": st.sampled_from(["outage.opened", "notice.sent", "сбой"])},
    optional={
        "case": st.sampled_from(["T-1", "T-2", ""]),
        "text": WORDS,
        "eta": st.one_of(TIMES, st.just("2026-03-05")),
        "public": st.booleans(),
        "amount": st.integers(-5, 5),
        "other": WORDS,
        "tags": st.lists(st.sampled_from(["a", "b", "в"]), max_size=3),
    },
)
NUMBERS = st.one_of(
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0, -0.0, 1.0, 2**63]),
)
ANYTHING = st.one_of(
    st.none(), WORDS, NUMBERS, st.booleans(), st.lists(st.one_of(WORDS, st.integers(0, 3), st.none()), max_size=3),
    st.dictionaries(st.sampled_from(["a", "b.c"]), st.integers(0, 3), max_size=2),
)  # fmt: skip
DIRTY = st.dictionaries(
    st.sampled_from([
        "time", "event", "case", "id", "text", "eta", "public", "amount", "tags", "other", "via", "via.a", "affected", "priority", " x",
    ]),
    st.one_of(ANYTHING, TIMES, BAD_TIMES),
    max_size=6,
)  # fmt: skip
JUNK = st.sampled_from([
    b"", b"   ", b"{", b"[]", b"{}", b'{"time": NaN}', b'{"a": 1, "a": 2}', b"\xef\xf0", "сбой".encode("cp1251"), b"\r", b"\0", b'{"a": 01}',
    b'{"time": "2026-03-02T09:00:00Z", "event": "a.b", "text": "\\ud83d\\ude00"}', b'{"time": "2026-03-02T09:00:00Z", "event": "a.b", "text": "\\ud83d"}',
    b'{"time": "2026-03-02T09:00:00Z", "event": "a.b", "x": 1e400}', b'{"time": "2026-03-02T09:00:00Z", "event": " a.b "}',
    b'{"time": "2026-03-02T09:00:00Z", "event": "a.b", "x": 0.1, "e\\u0076": "y"}\t', b'{"time": "2026-03-02T09:00:00Z", "event": "a.b", "x": -0}',
    b'{"time": "2026-03-02T09:00:00Z", "event": "a.b", "tags": ["a\\u0000b", "c"]}', b'{"time": "2026-03-02T09:00:00Z",, "event": "a.b"}',
])  # fmt: skip


@st.composite
def jsonl_files(draw):
    plain = draw(st.booleans())
    lines = []
    for number in range(draw(st.integers(0, 14))):
        row = dict(draw(CLEAN))
        if draw(st.integers(0, 3 if not plain else 100)) == 0:
            row |= draw(DIRTY)
        lines.append(json.dumps(row, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass"))
        if not plain and draw(st.integers(0, 9)) == 0:
            lines.append(draw(JUNK))
        if draw(st.integers(0, 9)) == 0:
            lines.append(lines[number // 2])
    with_ids = draw(st.sampled_from(["no", "all", "some", "twice"]))
    if with_ids != "no":
        lines = [_with_id(line, n, with_ids) for n, line in enumerate(lines)]
    end = draw(st.sampled_from([b"\n", b"\r\n"]))
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + end.join(lines) + draw(st.sampled_from([b"", end]))


def _with_id(line, number, how):
    if not line.startswith(b'{"time"') or (how == "some" and number % 3 == 0):
        return line
    return b'{"id": "%d", ' % (number % 5 if how == "twice" else number) + line[1:]


@st.composite
def tables(draw):
    plain = draw(st.booleans())
    columns_ = draw(
        st.sampled_from([
            ["time", "event", "case"], ["time", "event", "case", "id", "text"], ["event", "time", "amount", "public", "tags", "other"],
            ["time", "event", "eta", "affected", "text"], ["time", "event", "at", "case", ""],
        ])
    )  # fmt: skip
    mark = draw(st.sampled_from([",", ";", "\t"]))
    lines = [mark.join(columns_)]
    for number in range(draw(st.integers(0, 14))):
        cells = []
        for name in columns_:
            odd = draw(st.integers(0, 12 if not plain else 1000)) == 0
            value = draw(_cell(name, number)) if not odd else draw(st.one_of(WORDS, BAD_TIMES))
            cells.append(_quoted(value, mark, draw(st.integers(0, 5)) == 0))
        if not plain and draw(st.integers(0, 20)) == 0:
            cells = draw(
                st.sampled_from(
                    [cells[1:], [*cells, "x"], [*cells, ""], ['"open', *cells], ['a"b', *cells[1:]], [""], []]
                )
            )
        lines.append(mark.join(cells))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    raw = (end.join(lines) + draw(st.sampled_from(["", end, end + end]))).encode()
    if not plain and draw(st.integers(0, 9)) == 0:
        raw += "сбой".encode("cp1251")
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf", b"\n"])) + raw


def _cell(name, number):
    match name:
        case "time":
            return TIMES
        case "event":
            return st.sampled_from(["outage.opened", "notice.sent"])
        case "id":
            return st.sampled_from([str(number), str(number), str(number // 2)])
        case "amount":
            return st.sampled_from(["", "1", "-20", "1", "2.5", "+3", " 4 "])
        case "public":
            return st.sampled_from(["", "true", "False"])
        case "tags" | "affected":
            return st.sampled_from(["", "a", "a;b", "a, b", ";"])
        case "eta" | "at":
            return st.one_of(TIMES, st.just(""), st.just("2026-03-05"))
    return WORDS


def _quoted(value, mark, always):
    if always or any(c in value for c in (mark, '"', "\n", "\r")):
        return '"' + value.replace('"', '""') + '"'
    return value


def outcome(read, rejects=None):
    try:
        log = read()
    except LogError as error:
        return [(p.render()) for p in error.problems]
    if log is None:
        return None
    events = list(log.events)
    aside = [Path(rejects).read_bytes(), Path(f"{rejects}.reasons.txt").read_bytes()] if rejects else []
    found = sorted(
        [(e.time, e.id, e.event, e.case, _typed(e.fields), e.place) for e in events],
        key=lambda e: (e[0], e[1]),
    )
    return found, log.rejected, log.duplicates, log.notes, log.files, log.formats, aside


def _typed(fields):
    return sorted((name, repr(value)) for name, value in fields.items())


def compare(folder, paths, zone=None, mapping=None, rejects=False):
    """Both readers on the same files; None where the files were left to the ordinary one."""
    with tempfile.TemporaryDirectory() as other:
        aside = Path(other) / "bad" if rejects else None

        def ordinary():
            log, reading = read_log(paths, None, zone, mapping or {}, rejects)
            if rejects:
                write_rejects(reading, aside)
            return log

        wanted = outcome(ordinary, aside)
        found = outcome(lambda: read_as_columns(paths, zone, None, mapping or {}, rejects=aside), aside)
    if found is not None:
        assert found == wanted
    return found


@pytest.fixture(autouse=True, scope="module")
def small_counts_as_large():
    with patch.object(columns, "LARGE", 0), patch.object(columns, "SMALL", 0):
        yield


ZONES = st.sampled_from([None, None, "Europe/Berlin"])
PACKED = st.sampled_from(["", "", ".gz", ".zst"])
CHUNKS = st.sampled_from([1, 100, 400, 8 * 1024 * 1024])


def write(folder, name, data, packed):
    path = Path(folder) / (name + packed)
    path.write_bytes(
        gzip.compress(data) if packed == ".gz" else zstandard.compress(data) if packed == ".zst" else data
    )
    return path


@EXAMPLES
@given(
    files=st.lists(jsonl_files(), min_size=1, max_size=2),
    zone=ZONES,
    packed=PACKED,
    chunk=CHUNKS,
    rejects=st.booleans(),
)
def test_jsonl(files, zone, packed, chunk, rejects):
    """Whatever stands in a file of JSON lines."""
    with tempfile.TemporaryDirectory() as folder, patch.object(pieces, "CHUNK", chunk):
        paths = [write(folder, f"{n}.jsonl", data, packed) for n, data in enumerate(files)]
        for data in files:
            note(data)
        compare(folder, paths, zone=zone, rejects=rejects)


@EXAMPLES
@given(data=tables(), zone=ZONES, packed=PACKED, chunk=CHUNKS, rejects=st.booleans())
def test_tables(data, zone, packed, chunk, rejects):
    """Whatever stands in a table."""
    with tempfile.TemporaryDirectory() as folder, patch.object(pieces, "CHUNK", chunk):
        path = write(folder, "log.csv", data, packed)
        note(data)
        compare(folder, [path], zone=zone, rejects=rejects)
        compare(folder, [Path(folder)], zone=zone, rejects=rejects)


@EXAMPLES
@given(
    data=st.one_of(tables(), jsonl_files()),
    mapping=st.dictionaries(
        st.sampled_from(["time", "event", "case", "eta", "customer"]), st.sampled_from(["time", "at", "other", "text", "event"]), max_size=2
    ),
)  # fmt: skip
def test_mappings(data, mapping):
    """Whatever `--map` says."""
    with tempfile.TemporaryDirectory() as folder, patch.object(pieces, "CHUNK", 300):
        path = write(
            folder, "log.jsonl" if data.lstrip(b"\xef\xbb\xbf\n").startswith(b"{") else "log.csv", data, ""
        )
        note(data)
        compare(folder, [path], mapping=mapping)
