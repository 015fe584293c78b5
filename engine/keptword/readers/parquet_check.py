"""The frame of a Parquet file looked at before Polars reads it, which ends the whole process over some kinds of damage.

The footer and the headers of pages are Thrift, compact protocol (apache/parquet-format, parquet.thrift). Counts and sizes that no
file can have are what makes a reader ask for more memory than there is.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

_MAGIC = b"PAR1"
_MOST = 2**31 - 1  # of the counts and sizes in page headers: the format's own type for them
_HEADER = 64 * 1024
_DEEP = 16


class Damaged(ValueError):
    """What is wrong with a Parquet file."""


def check(file: BinaryIO) -> None:
    """Look at the footer and at every page header of a file.

    Raises:
        Damaged: something in them cannot be.
    """
    size = file.seek(0, io.SEEK_END)
    if size < 12:
        raise Damaged("it is too short")
    file.seek(size - 8)
    tail = file.read(8)
    length = int.from_bytes(tail[:4], "little")
    if tail[4:] != _MAGIC or length > size - 12:
        raise Damaged("its end is damaged")
    file.seek(size - 8 - length)
    footer, _ = _struct(file.read(length), 0)
    groups = footer.get(4)
    if not isinstance(groups, list):
        raise Damaged("its footer names no rows")
    for group in groups:
        for column in _under(group, 1, list):
            _chunk(file, _under(column, 3, dict), size - 8 - length)


def check_file(path: Path) -> None:
    """The same of a file by its name; OSError when it cannot be opened."""
    with path.open("rb") as file:
        check(file)


def _chunk(file: BinaryIO, meta: dict[int, Any], end: int) -> None:
    """The pages of one column chunk."""
    begins = [meta[n] for n in (9, 10, 11) if n in meta]
    length, values = _under(meta, 7, int), _under(meta, 5, int)
    at = min((b for b in begins if isinstance(b, int) and b > 0), default=0)
    if at < 4 or length < 0 or values < 0 or at + length > end:
        raise Damaged("a column lies outside the file")
    stop = at + length
    while at < stop:
        file.seek(at)
        page, used = _struct(file.read(min(_HEADER, stop - at)), 0)
        packed, unpacked = _under(page, 3, int), _under(page, 2, int)
        if not 0 <= packed <= stop - at - used or not 0 <= unpacked <= _MOST:
            raise Damaged("a page has a size that cannot be")
        for kind in (5, 7, 8):
            if kind in page:
                head = _under(page, kind, dict)
                numbers = [n for n in head.values() if isinstance(n, int) and not isinstance(n, bool)]
                most = _MOST if kind == 7 else values  # a dictionary says nothing of rows
                if any(not 0 <= n <= _MOST for n in numbers) or _under(head, 1, int) > most:
                    raise Damaged("a page has a number of values that cannot be")
        at += used + packed


def _under(value: Any, field: int, kind: type) -> Any:
    found = value.get(field) if isinstance(value, dict) else None
    if not isinstance(found, kind):
        raise Damaged("its footer is damaged")
    return found


def _varint(data: bytes, at: int) -> tuple[int, int]:
    out = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise Damaged("its footer or a page header is cut off")
        byte = data[at]
        at += 1
        out |= (byte & 0x7F) << shift
        if byte < 0x80:
            return out, at
        shift += 7


def _struct(data: bytes, at: int, depth: int = 0) -> tuple[dict[int, Any], int]:
    """Field number → value, and where the structure ends."""
    out: dict[int, Any] = {}
    last = 0
    while True:
        if at >= len(data) or depth > _DEEP:
            raise Damaged("its footer or a page header is cut off")
        head = data[at]
        at += 1
        if head == 0:
            return out, at
        if head >> 4:
            last += head >> 4
        else:
            number, at = _varint(data, at)
            last = (number >> 1) ^ -(number & 1)
        out[last], at = _value(data, at, head & 15, depth)


def _value(data: bytes, at: int, kind: int, depth: int) -> tuple[Any, int]:
    match kind:
        case 1 | 2:
            return kind == 1, at
        case 3:
            return 0, at + 1
        case 4 | 5 | 6:
            number, at = _varint(data, at)
            return (number >> 1) ^ -(number & 1), at
        case 7:
            return 0.0, at + 8
        case 8:
            length, at = _varint(data, at)
            if length > len(data) - at:
                raise Damaged("its footer or a page header is cut off")
            return data[at : at + length], at + length
        case 9 | 10:
            return _list(data, at, depth)
        case 12:
            return _struct(data, at, depth + 1)
    raise Damaged("its footer or a page header is damaged")


def _list(data: bytes, at: int, depth: int) -> tuple[list[Any], int]:
    if at >= len(data):
        raise Damaged("its footer or a page header is cut off")
    count, kind = data[at] >> 4, data[at] & 15
    at += 1
    if count == 15:
        count, at = _varint(data, at)
    out = []
    for _ in _up_to(count, len(data) - at):
        if kind in {1, 2}:
            item, at = data[at : at + 1] == b"\1", at + 1
        else:
            item, at = _value(data, at, kind, depth + 1)
        out.append(item)
    return out, at


def _up_to(count: int, room: int) -> Iterator[int]:
    if count > room:
        raise Damaged("its footer or a page header is cut off")
    return iter(range(count))
