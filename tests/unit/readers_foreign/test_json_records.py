"""Records of JSON exports: pages, arrays and lines, read a piece at a time, nothing lost and everything located."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keptword.errors import LogError
from keptword.readers import json_window, read_log
from keptword.readers.json_records import records
from keptword.readers.reading import Reading
from keptword.readers.source import Source


def taken(data: bytes, chunk: int = 1 << 20) -> tuple[list[tuple[str, Any, str]], Reading]:
    """What is read of some bytes, with a window of this size."""
    reading = Reading(keep_going=True)
    before, json_window.CHUNK = json_window.CHUNK, chunk
    try:
        found = [
            (r.list, r.value, str(r.place))
            for r in records(Source("f.json", stream=io.BytesIO(data)), reading, ("items", "audits"))
        ]
    finally:
        json_window.CHUNK = before
    return found, reading


PAGES = '{"count": 2, "users": {"items": [1]}, "items": [{"id": 1},\n {"id": 2}], "next": null}\n{"items": [{"name": "а"}], "audits": [{"id": 3}]}'


def test_pages_one_after_another() -> None:
    """The lists of every page are read, and lists elsewhere are not."""
    found, reading = taken(PAGES.encode())
    assert found == [
        ("items", {"id": 1}, "f.json:1:49"),
        ("items", {"id": 2}, "f.json:2:2"),
        ("items", {"name": "а"}, "f.json:3:12"),
        ("audits", {"id": 3}, "f.json:3:39"),
    ]
    assert reading.problems == []


def test_a_record_may_hold_lists_of_its_own() -> None:
    """An object with an id is a record, whatever lists it has."""
    found, _ = taken(b'{"id": 1, "audits": [{"id": 5}]}\n{"audits": [{"id": 6}], "id": 2}\n')
    assert [value["id"] for _, value, _ in found] == [1, 2]


BROKEN = [
    (
        b'{"items": [{"id": 1}, {"id": 2',
        ["f.json:1:31 L003 the line ends in the middle of the JSON"],
        [b'{"id": 2'],
    ),
    (b'[{"id": 1}', ["f.json:1:11 L003 the file ends in the middle of a list"], [b""]),
    (
        b'[{"id": 1} {"id": 2}]',
        ["f.json:1:12 L003 a comma or the end of the list is lacking here"],
        [b'{"id": 2}]'],
    ),
    (b'[{"id": 1},]', ["f.json:1:11 L003 a comma with nothing after it"], [b""]),
    (b'{"items": [{"id": 1}], "x" 5}', ["f.json:1:29 L003 a key and its value should stand here"], [b"}"]),
    (
        b'[{"id": 1}, {"id": 1, "id": 2}]',
        ["f.json:1:23 L012 the key 'id' stands twice in one object"],
        [b'{"id": 1, "id": 2}'],
    ),
    (b'[{"id": 1}, {"id": NaN}]', ["f.json:1:20 L003 NaN is not JSON"], [b'{"id": NaN}']),
    (
        b'{"id": 1}\n{"id": "\xef\xf0"}\n',
        ["f.json:2:9 L010 byte 9 of the line is 0xef, which is not UTF-8"],
        [b'{"id": "\xef\xf0"}'],
    ),
    (
        b'{"id": 1}\n{"id":\n{"id": 3}',
        ["f.json:2:7 L003 the line ends in the middle of the JSON"],
        [b'{"id":\n'],
    ),
    (b'[{"id": 1}, 7]', ["f.json:1:13 L003 a record is a JSON object, and this is none"], [b"7"]),
    (b'{"id": 1}\nid;name\n', ["f.json:2:1 L003 'i' begins no JSON object"], [b"id;name\n"]),
]


@pytest.mark.parametrize(("data", "said", "aside"), BROKEN)
@pytest.mark.parametrize("chunk", [5, 1 << 20])
def test_what_is_no_json_is_located_and_put_aside(
    data: bytes, said: list[str], aside: list[bytes], chunk: int
) -> None:
    """The records that are whole are read; what is not is named with its place, and kept byte for byte."""
    found, reading = taken(data, chunk)
    assert found[0][1] == {"id": 1}
    assert [f"{p.place} {p.code} {p.message}" for p in reading.problems] == said
    assert [r.line for r in reading.rejected] == aside


def test_a_broken_line_does_not_spoil_the_next() -> None:
    """Where each record stands on a line, reading goes on with the next line."""
    found, _ = taken(b'{"id": 1}\n{"id":\n{"id": 3}\n{"id": "\xff"}\n{"id": 5}')
    assert [value["id"] for _, value, _ in found] == [1, 3, 5]


@pytest.mark.parametrize("around", [(b"", b""), (b'{"items": [', b"]}")])
def test_a_record_beyond_all_measure_is_left_out_and_the_next_is_read(around: tuple[bytes, bytes]) -> None:
    """A record of more than 16 MiB is reported, and handed back whole."""
    huge = b'{"id": 2, "text": "' + (b"a" * 1000 + b'\\"}{') * 17_000 + b'"}'
    comma = b"," if around[0] else b"\n"
    found, reading = taken(around[0] + b'{"id": 1}' + comma + huge + comma + b'{"id": 3}' + around[1])
    assert [value["id"] for _, value, _ in found] == [1, 3]
    assert [(p.code, p.message) for p in reading.problems] == [("L015", "the record has more than 16 MiB")]
    assert reading.rejected[0].line == huge


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        (b"\xff\xfe[\x00]\x00", "L010", "this is UTF-16, and JSON is UTF-8"),
    ],
)
def test_other_files_are_called_by_their_name(data: bytes, code: str, message: str) -> None:
    """An archive or another encoding is refused in words."""
    with pytest.raises(LogError) as caught:
        taken(data)
    assert [(p.code, p.message) for p in caught.value.problems] == [(code, message)]


@pytest.mark.parametrize("format", ["auto", "zendesk", "xes", "servicenow", "csv"])
def test_a_zip_archive_is_called_one(tmp_path: Path, format: str) -> None:
    """Whatever format is asked for, an archive is not unpacked and not taken for text."""
    (tmp_path / "export.json").write_bytes(b"PK\x03\x04" + b"\0" * 60)
    with pytest.raises(LogError) as caught:
        read_log([tmp_path / "export.json"], format)
    assert [(p.code, p.message) for p in caught.value.problems] == [
        ("L016", "this is a zip archive (or a document of an office program)")
    ]


@pytest.mark.parametrize("format", ["zendesk", "xes", "mbox", "servicenow"])
def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, format: str) -> None:
    """A few kilobytes that grow to a hundred megabytes are no export."""
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(b" " * 100_000_000))
    with pytest.raises(LogError) as caught:
        read_log([tmp_path / "bomb.gz"], format, mapping={"ours": "example.com"})
    assert [p.code for p in caught.value.problems] == ["L013"]


def test_a_byte_order_mark_is_no_part_of_the_file() -> None:
    """UTF-8 with a mark at its beginning is UTF-8."""
    assert taken(b'\xef\xbb\xbf[{"id": 1}]')[0] == [("", {"id": 1}, "f.json:1:2")]


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 999) | st.text(max_size=6),
    lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=3), v, max_size=3),
    max_leaves=5,
)


@settings(max_examples=60)
@given(
    st.lists(st.dictionaries(st.sampled_from(["id", "a", "б\n"]), _VALUES, min_size=1), max_size=6),
    st.sampled_from(["array", "lines", "page"]),
    st.integers(1, 60),
    st.sampled_from([None, 1]),
    st.booleans(),
)
def test_the_size_of_the_window_changes_nothing(
    items: list[dict[str, Any]], how: str, chunk: int, indent: int | None, ascii_only: bool
) -> None:
    """Every record comes out as it went in, at the same place, however little is held at a time."""
    items = [item | {"id": n} for n, item in enumerate(items)]
    match how:
        case "array":
            text = json.dumps(items, indent=indent, ensure_ascii=ascii_only)
        case "lines":
            text = "\n".join(json.dumps(item, ensure_ascii=ascii_only) for item in items)
        case _:
            text = json.dumps(
                {"n": 1, "items": items, "z": {"q": []}}, indent=indent, ensure_ascii=ascii_only
            )
    data = text.encode()
    whole, reading = taken(data)
    pieces, again = taken(data, chunk)
    assert [value for _, value, _ in whole] == items
    assert pieces == whole
    assert reading.problems == again.problems == []
