"""Pieces of a log that is read as columns, and the way back to the ordinary reader for those that are not plain."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, BinaryIO

from keptword.errors import LogError
from keptword.readers.reading import Reading
from keptword.readers.source import Source
from keptword.readers.typed_columns import Batch, NotPlain, batch_of

CHUNK = 8 * 1024 * 1024  # shorter than the longest line, so that none of that length can hide in a piece
_BATCH = 50_000  # events of the ordinary reader at a time


class Chain(io.RawIOBase):
    """Some bytes, then the rest of a stream."""

    def __init__(self, begin: bytes, stream: BinaryIO) -> None:
        self.begin, self.stream = memoryview(begin), stream

    def readable(self) -> bool:  # noqa: D102
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: D102
        if self.begin:
            n = min(len(buffer), len(self.begin))
            buffer[:n] = self.begin[:n]
            self.begin = self.begin[n:]
            return n
        piece = self.stream.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


def by_events(
    source: Source, reading: Reading, read: Callable[[Source, Reading], Iterator[Any]]
) -> Iterator[Batch]:
    """What the ordinary reader makes of a source, in batches."""
    events = read(source, reading)
    while some := list(islice(events, _BATCH)):
        yield batch_of(some)
        reading.raws.clear()  # kept for ids that clash, and then the ordinary reader reads the whole log anyway


def next_piece(stream: BinaryIO) -> bytes:
    """The next bytes of a log; b"" at its end."""
    try:
        return stream.read(CHUNK)
    except LogError as error:  # the ordinary reader tells what else is wrong before the place of the damage
        raise NotPlain from error
