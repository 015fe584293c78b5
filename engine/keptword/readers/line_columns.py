"""Large JSONL and CSV logs as columns: a loop proves piece by piece that all is plain, and Polars reads what is."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from keptword.errors import LogError
from keptword.readers import scan_loops
from keptword.readers.reading import Reading
from keptword.readers.records import Shape
from keptword.readers.scan_loops import DECIMAL, LIST, MOST_KEYS, NAMES_ROOM, NONE, NULL, ODD, TEXT, TRUTH, WHOLE
from keptword.readers.source import BOM, LONGEST_LINE, Source
from keptword.readers.typed_columns import INSTANTS, Batch, NotPlain, batch_of, cells, instants, kind_of, names_are_plain

if TYPE_CHECKING:
    import polars as pl

CHUNK = 8 * 1024 * 1024  # shorter than the longest line, so that none of that length can hide in a piece
_BATCH = 50_000  # events of the ordinary reader at a time


class _Chain(io.RawIOBase):
    """Some bytes, then the rest of a stream."""

    def __init__(self, begin: bytes, stream: BinaryIO) -> None:
        self.begin, self.stream = memoryview(begin), stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self.begin:
            n = min(len(buffer), len(self.begin))
            buffer[:n] = self.begin[:n]
            self.begin = self.begin[n:]
            return n
        piece = self.stream.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


def by_events(source: Source, reading: Reading, read: Callable[[Source, Reading], Iterator[Any]]) -> Iterator[Batch]:
    """What the ordinary reader makes of a source, in batches."""
    events = read(source, reading)
    while some := list(islice(events, _BATCH)):
        yield batch_of(some)


# ------------------------------------------------------------------------------------------------------------ JSONL


def jsonl(source: Source, reading: Reading) -> Iterator[Batch]:
    """The events of a JSONL source, in order; pieces that are not plain go through the ordinary reader.

    Raises:
        NotPlain: the ordinary reader has to read the whole log.
    """
    with closing(source.open()) as stream, ThreadPoolExecutor(1) as pool:
        scanner = _Scanner(reading)
        waiting: deque[tuple[Future[Batch | None], bytes, int]] = deque()
        before = 0
        while data := _read(stream):
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


def _read(stream: BinaryIO) -> bytes:
    try:
        return stream.read(CHUNK)
    except LogError as error:  # the ordinary reader tells what else is wrong before the place of the damage
        raise NotPlain from error


def _done(source: Source, reading: Reading, batch: Future[Batch | None], data: bytes, before: int) -> Iterator[Batch]:
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
    chained = io.BufferedReader(_Chain(begin, stream), 256 * 1024)
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
        rows = scan_loops.json_lines()(
            buffer, self.names, self.ends, kinds, last, self.after, times, lines, state
        )
        self.count = int(state[0])
        if rows < 0:
            return lambda: None
        try:
            names = [
                bytes(self.names[self.ends[k] : self.ends[k + 1]]).decode() for k in range(self.count)
            ]
        except UnicodeDecodeError:
            return lambda: None
        found = {n: int(kinds[k]) for k, n in enumerate(names) if kinds[k]}
        where = lines[:rows].astype(np.int64) + first if state[1] else None

        def batch() -> Batch | None:
            try:
                return self._batch(data, found, {n: times[k, :rows] for k, n in enumerate(self.slots)}, first, where, rows)
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
                        name, times[key], lambda key=key: frame[key], self.reading.zone, False  # type: ignore[misc]
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


# -------------------------------------------------------------------------------------------------------------- CSV


def table(source: Source, reading: Reading) -> Iterator[Batch]:
    """The events of a CSV or TSV source, in order; from the first row on that is not plain by the ordinary reader."""
    from keptword.readers.delimited import Rows, columns_of, read

    rows = Rows(source, reading)
    header = rows.header()
    if not header:
        reading.note(f"{source.name} is empty")
        return
    columns = columns_of(rows, header, reading)
    shape = Shape(reading.zone, reading.mapping, table=True)
    called, delimiter, top = _columns_called(columns, reading, shape), rows.delimiter, rows.top
    plain = len(columns) == len(header) and {"time", "event"} <= {n for names in called for n in names}
    with closing(source.open()) as stream, ThreadPoolExecutor(1) as pool:
        head = b"".join(stream.readline(LONGEST_LINE + 1) for _ in range(top)).removeprefix(BOM)
        before, rest, ended, number = top, b"", False, 0
        # What has been looked at, with its bytes and the number of lines before it, and may still prove not to be plain.
        waiting: deque[tuple[Future[Batch | None], bytes, int]] = deque()

        while not ended:
            more = _read(stream)
            ended, rest = not more, rest + more
            found = _scanned_table(rest, ended, delimiter, called, reading) if plain else None
            if found is None:
                break
            make, used, lines = found
            if used:
                waiting.append((pool.submit(make, before + 1), rest[:used], before))
                before, rest = before + lines, rest[used:]
            while len(waiting) > (not ended) and (batch := waiting[0][0].result()) is not None:
                waiting.popleft()
                number += batch.frame.height
                yield batch
            if len(waiting) > (not ended):
                break  # the first of them is not plain
        else:
            shape.seen |= set(columns) if number else set()
            shape.tell(source.name, reading)
            if not number:
                reading.note(f"{source.name} has a header and no events")
            return
        while waiting and (batch := waiting[0][0].result()) is not None:
            waiting.popleft()
            number += batch.frame.height
            yield batch
        if waiting:
            before, rest = waiting[0][2], b"".join(raw for _, raw, _ in waiting) + rest
        if reading.mapping:
            raise NotPlain
        chained = io.BufferedReader(_Chain(head + rest, stream), 256 * 1024)
        own = Source(source.name, stream=chained, plain=True, before=before - top, intact=top)
        notes = len(reading.notes)
        yield from by_events(own, reading, read)
        if number:
            reading.notes[notes:] = [n for n in reading.notes[notes:] if not n.endswith("and no events")]


def _columns_called(columns: list[str], reading: Reading, shape: Shape) -> list[tuple[str, ...]]:
    """What the fields of each column are called; () for one that a mapping replaces."""
    out: list[tuple[str, ...]] = []
    for column in columns:
        names = tuple(c for c, s in reading.mapping.items() if s == column)
        if names:
            shape.met.add(column)
        elif reading.mapping.get(column) in columns:
            shape.unused.add(column)
        out.append(names or (() if reading.mapping.get(column) in columns else (column,)))
    return out


def _scanned_table(
    given: bytes, ended: bool, delimiter: str, called: list[tuple[str, ...]], reading: Reading
) -> tuple[Callable[[int], Batch | None], int, int] | None:
    """Look at whole rows: what makes a batch of them (given its first line), how many bytes and lines they have."""
    import numpy as np

    data = given
    if ended:
        data = data.rstrip(b"\r\n")
        data += b"\n" if data else b""

    room = data.count(b"\n") + 1  # a row that goes on in the next piece has a place too
    classes = np.zeros(256, dtype=np.uint8)
    classes[[0, 10, 13, 34, ord(delimiter)]] = 1
    slot = np.full(len(called), -1, dtype=np.int64)
    timed = [i for i, names in enumerate(called) if any(n in INSTANTS for n in names)]
    slot[timed] = range(len(timed))
    times = np.full((max(1, len(timed)), room), NONE, dtype=np.int64)
    lines = np.zeros(room, dtype=np.int32)
    state = np.zeros(2, dtype=np.int64)
    rows = scan_loops.csv_rows()(
        np.frombuffer(data, dtype=np.uint8), classes, ord(delimiter), len(called), slot, times, lines, state
    )
    used, ends = int(state[0]), int(state[1])
    if rows < 0 or (used != len(data) if ended else len(data) - used > LONGEST_LINE):
        return None

    def make(first: int) -> Batch | None:
        where = None if ends == rows else lines[:rows].astype(np.int64) + first
        try:
            return _batch_of_cells(
                data[:used], delimiter, called, {i: times[n, :rows] for n, i in enumerate(timed)}, reading, first, where, rows
            )  # fmt: skip
        except NotPlain:
            return None

    return make, len(given) if ended else used, ends


def _batch_of_cells(
    data: bytes, delimiter: str, called: list[tuple[str, ...]], times: dict[int, Any], reading: Reading, first: int,
    where: Any, rows: int,
) -> Batch:  # fmt: skip
    import polars as pl

    def wanted(i: int) -> bool:
        names = called[i]
        return bool(names) and (i not in times or (times[i] == ODD).any() or any(n not in INSTANTS for n in names))

    keep = [i for i in range(len(called)) if wanted(i)]
    try:
        frame = pl.read_csv(
            data, has_header=False, separator=delimiter, quote_char='"', infer_schema=False, columns=keep,
            schema={f"c{i}": pl.String for i in range(len(called))},
        )  # fmt: skip
    except (pl.exceptions.PolarsError, ValueError):
        raise NotPlain from None
    if frame.height != rows:
        raise NotPlain
    columns: dict[str, pl.Series] = {}
    mixed = set()
    for i, names in enumerate(called):
        for name in names:
            if name in INSTANTS:
                column, several = instants(
                    name, times[i], lambda i=i: frame[f"c{i}"], reading.zone, True  # type: ignore[misc]
                )
            else:
                column, several = cells(name, frame[f"c{i}"].alias(name), reading.zone)
            columns[name] = column
            if several:
                mixed.add(name)
    if not names_are_plain(columns["event"]):
        raise NotPlain
    return Batch(pl.DataFrame(list(columns.values())), first, where, frozenset(mixed))
