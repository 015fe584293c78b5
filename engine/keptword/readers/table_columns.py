"""Large CSV and TSV logs as columns: a loop proves piece by piece that all is plain, and Polars reads what is."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from functools import partial
from typing import Any

from keptword.readers.pieces import Chain, by_events, next_piece
from keptword.readers.reading import Reading
from keptword.readers.records import Shape
from keptword.readers.scan_csv import csv_rows
from keptword.readers.scan_instants import NONE, ODD
from keptword.readers.source import BOM, LONGEST_LINE, Source
from keptword.readers.typed_columns import INSTANTS, Batch, NotPlain, cells, instants, names_are_plain


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
            more = next_piece(stream)
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
        chained = io.BufferedReader(Chain(head + rest, stream), 256 * 1024)
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
    rows = csv_rows()(
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
        return bool(names) and (
            i not in times or (times[i] == ODD).any() or any(n not in INSTANTS for n in names)
        )

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
                    name,
                    times[i],
                    partial(frame.get_column, f"c{i}"),
                    reading.zone,
                    True,
                )
            else:
                column, several = cells(name, frame[f"c{i}"].alias(name), reading.zone)
            columns[name] = column
            if several:
                mixed.add(name)
    if not names_are_plain(columns["event"]):
        raise NotPlain
    return Batch(pl.DataFrame(list(columns.values())), first, where, frozenset(mixed))
