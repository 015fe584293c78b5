"""Large JSONL logs as columns: a loop proves piece by piece that all is plain, and Polars reads what is."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO

from keptword.readers.pieces import Chain, by_events, next_piece
from keptword.readers.reading import Reading
from keptword.readers.records import Shape
from keptword.readers.scan_instants import NONE, ODD
from keptword.readers.scan_json import (
    DECIMAL,
    LIST,
    MOST_KEYS,
    NAMES_ROOM,
    NULL,
    TEXT,
    TRUTH,
    WHOLE,
    json_lines,
)
from keptword.readers.source import BOM, LONGEST_LINE, Source
from keptword.readers.typed_columns import INSTANTS, Batch, NotPlain, instants, kind_of, names_are_plain

if TYPE_CHECKING:
    import polars as pl


def jsonl(source: Source, reading: Reading) -> Iterator[Batch]:
    """The events of a JSONL source, in order; pieces that are not plain go through the ordinary reader.

    Raises:
        NotPlain: the ordinary reader has to read the whole log.
    """
    with closing(source.open()) as stream, ThreadPoolExecutor(1) as pool:
        scanner = _Scanner(reading)
        waiting: deque[tuple[Future[Batch | None], bytes, int]] = deque()
        before = 0
        while data := next_piece(stream):
            long = False
            if not data.endswith(b"\n"):
                more = stream.readline(LONGEST_LINE + 1)
                long = len(data) - data.rfind(b"\n") - 1 + len(more) > LONGEST_LINE
                data += more
            data = data if before else data.removeprefix(BOM)
            if long:
                while waiting:
                    yield from _done(source, reading, *waiting.popleft())
                yield from _rest(source, reading, data, stream, before)
                break
            waiting.append((pool.submit(scanner.scanned(data, before + 1)), data, before))
            before += data.count(b"\n")
            if len(waiting) > 1:
                yield from _done(source, reading, *waiting.popleft())
        while waiting:
            yield from _done(source, reading, *waiting.popleft())
        scanner.tell(source.name)


def _done(
    source: Source, reading: Reading, batch: Future[Batch | None], data: bytes, before: int
) -> Iterator[Batch]:
    from keptword.readers.jsonl import read

    found = batch.result()
    if found is None:
        if reading.mapping:
            raise NotPlain  # what a mapping found and missed is told for a whole file
        piece = Source(source.name, stream=io.BytesIO(data), plain=True, before=before)
        yield from by_events(piece, reading, read)
    elif found.frame.height:
        yield found


def _rest(source: Source, reading: Reading, begin: bytes, stream: BinaryIO, before: int) -> Iterator[Batch]:
    from keptword.readers.jsonl import read

    if reading.mapping:
        raise NotPlain
    chained = io.BufferedReader(Chain(begin, stream), 256 * 1024)
    yield from by_events(Source(source.name, stream=chained, plain=True, before=before), reading, read)


class _Scanner:
    """What is known of the keys of a JSONL source, from one piece to the next."""

    def __init__(self, reading: Reading) -> None:
        import numpy as np

        self.reading = reading
        self.shape = Shape(reading.zone, reading.mapping)
        self.slots = tuple(dict.fromkeys(reading.mapping.get(n, n) for n in INSTANTS))
        self.names = np.zeros(NAMES_ROOM, dtype=np.uint8)
        self.ends = np.zeros(MOST_KEYS + 2, dtype=np.int64)
        for n, name in enumerate(self.slots):
            raw = name.encode()
            self.names[self.ends[n] : self.ends[n] + len(raw)] = np.frombuffer(raw, dtype=np.uint8)
            self.ends[n + 1] = self.ends[n] + len(raw)
        self.after = np.zeros(MOST_KEYS + 1, dtype=np.int64)
        self.count = len(self.slots)

    def scanned(self, data: bytes, first: int) -> Callable[[], Batch | None]:
        """Look at a piece; what then makes a batch of it, or None where it is not plain."""
        import numpy as np

        data = data if data.endswith(b"\n") else data + b"\n"
        room = data.count(b"\n")
        kinds, last = np.zeros(MOST_KEYS, dtype=np.int64), np.full(MOST_KEYS, -1, dtype=np.int64)
        times = np.full((len(self.slots), room), NONE, dtype=np.int64)
        lines = np.zeros(room, dtype=np.int32)
        state = np.array([self.count, 0], dtype=np.int64)
        buffer = np.frombuffer(data, dtype=np.uint8)
        rows = json_lines()(buffer, self.names, self.ends, kinds, last, self.after, times, lines, state)
        self.count = int(state[0])
        if rows < 0:
            return lambda: None
        try:
            names = [bytes(self.names[self.ends[k] : self.ends[k + 1]]).decode() for k in range(self.count)]
        except UnicodeDecodeError:
            return lambda: None
        found = {n: int(kinds[k]) for k, n in enumerate(names) if kinds[k]}
        where = lines[:rows].astype(np.int64) + first if state[1] != rows else None

        def batch() -> Batch | None:
            try:
                return self._batch(
                    data, found, {n: times[k, :rows] for k, n in enumerate(self.slots)}, first, where, rows
                )
            except NotPlain:
                return None

        return batch

    def _batch(
        self, data: bytes, found: dict[str, int], times: dict[str, Any], first: int, where: Any, rows: int
    ) -> Batch:
        import polars as pl

        if not rows:
            return Batch(pl.DataFrame())
        called = self._called(found)
        schema: dict[str, Any] = {}
        for key, kinds in found.items():
            kinds &= ~NULL
            for name in called[key] if kinds else ():
                wanted = _type(name, kinds)
                if kind_of(name) in {"time", "instant"} and not (times[key] == ODD).any():
                    continue
                if schema.setdefault(key, wanted) != wanted:
                    raise NotPlain
        try:
            frame = pl.read_ndjson(data, schema=schema) if schema else pl.DataFrame()
        except (pl.exceptions.PolarsError, ValueError):
            raise NotPlain from None
        if schema and frame.height != rows:
            raise NotPlain
        columns: dict[str, pl.Series] = {}
        mixed = set()
        for key, kinds in found.items():
            for name in called[key] if kinds & ~NULL else ():
                if kind_of(name) in {"time", "instant"}:
                    columns[name], several = instants(
                        name,
                        times[key],
                        partial(frame.get_column, key),
                        self.reading.zone,
                        False,
                    )
                    if several:
                        mixed.add(name)
                    continue
                column = frame[key].alias(name)
                if kind_of(name) == "text" and column.dtype != pl.String:
                    column = column.cast(pl.String)
                columns[name] = column
        if "time" not in columns or "event" not in columns or not names_are_plain(columns["event"]):
            raise NotPlain
        self.shape.seen |= found.keys() if self.reading.mapping else set()
        self.shape.met |= found.keys() & set(self.reading.mapping.values())
        return Batch(pl.DataFrame(columns), first, where, frozenset(mixed))

    def _called(self, found: dict[str, int]) -> dict[str, list[str]]:
        """What the fields of each key are called; NotPlain where a mapped name and its source both stand there."""
        mapping = self.reading.mapping
        out: dict[str, list[str]] = {}
        for key in found:
            out[key] = [canonical for canonical, source in mapping.items() if source == key] or [key]
            if any(mapping.get(name, key) != key for name in out[key]):
                raise NotPlain
            if any(name != key and name in found for name in out[key]):
                raise NotPlain
        return out

    def tell(self, file: str) -> None:
        """Note what a mapping did not find."""
        self.shape.tell(file, self.reading)


def _type(name: str, kinds: int) -> Any:
    """How Polars is to read a key; NotPlain where the ordinary reader has to see each value."""
    import polars as pl

    kind = kind_of(name)
    taken = {
        TEXT: (pl.String, {"text", "", "time", "instant"}),
        WHOLE: (pl.Int64, {"text", "", "number"}),
        DECIMAL: (pl.Float64, {"", "number"}),
        TRUTH: (pl.Boolean, {"", "bool"}),
        LIST: (pl.List(pl.String), {"", "list"}),
    }
    dtype, fits = taken.get(kinds, (None, set()))
    if kind not in fits:
        raise NotPlain
    return dtype
