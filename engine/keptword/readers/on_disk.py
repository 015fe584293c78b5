"""A log of any size as Parquet in bounded memory: read once into pieces on disk, and put in order from there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keptword.errors import LogError, Place, Problem
from keptword.events import FIELD_TYPES, HEAD, Event, content_id
from keptword.instants import format_instant
from keptword.readers.convert import columns_of
from keptword.readers.reading import Reading
from keptword.signs import SIGNS, Sign, counted

if TYPE_CHECKING:
    import polars as pl

PIECE = 25_000  # events that are held at once while reading
WEIGHT = 32 * 1024 * 1024  # and how many characters of their texts
PART = 250_000  # events that are put in order at once, about
ROOM = 64 * 1024 * 1024  # and how many bytes of them
_GROUP = 2_000  # events of a piece that are read together again
_MARKS = 64  # times of each piece that are remembered, to cut the whole evenly
FILE, LINE, COLUMN, MADE = "::file", "::line", "::column", "::made"
HIDDEN = (FILE, LINE, COLUMN, MADE)


@dataclass(slots=True)
class Piece:
    """Events that were read together, in a Parquet file by time: its columns, and some of the times in order."""

    path: Path
    schema: Mapping[str, Any]
    marks: list[int]


@dataclass(slots=True)
class Pieces:
    """A log on disk.

    Attributes:
        folder: where its files are.
        pieces: what was read, in the order of reading.
        parts: the log in order of (time, id), once `put_in_order` has run; columns named `::…` say where a row was read.
        events, size: how many there are and their bytes, repeats among them until the log is in order.
        repeats: events that came again, and count once.
        signs: how many events bear a sign of weakness, and of how many.
    """

    folder: Path
    pieces: list[Piece] = field(default_factory=list)
    parts: list[Path] = field(default_factory=list)
    events: int = 0
    size: int = 0
    repeats: int = 0
    signs: dict[Sign, tuple[int, int]] = field(default_factory=dict)

    def take(self, events: Iterable[Event]) -> None:
        """Write events to disk, a piece at a time."""
        held: list[Event] = []
        weight = 0
        for event in events:
            held.append(event)
            text = event.fields.get("text")
            weight += len(text) if isinstance(text, str) else 0
            if len(held) >= PIECE or weight >= WEIGHT:
                self._write(held)
                held, weight = [], 0
        if held:
            self._write(held)

    def _write(self, events: list[Event]) -> None:
        import polars as pl

        for sign, (n, of) in counted(events, SIGNS).items():
            known = self.signs.get(sign, (0, 0))
            self.signs[sign] = (known[0] + n, known[1] + of)
        places = [e.place or Place("log") for e in events]
        columns = columns_of([e if e.id else _with_made_id(e) for e in events])
        columns[FILE] = pl.Series([p.file for p in places], dtype=pl.String)
        columns[LINE] = pl.Series([p.line for p in places], dtype=pl.Int64)
        columns[COLUMN] = pl.Series([p.column for p in places], dtype=pl.Int64)
        columns[MADE] = pl.Series([not e.id for e in events], dtype=pl.Boolean)
        frame = pl.DataFrame(columns)
        for name, dtype in frame.schema.items():
            if FIELD_TYPES.get(name) == "number" and dtype == pl.Int64 and (frame[name].abs() > 2**53).any():
                # Another piece may hold fractions, and no column of fractions keeps such numbers whole; a text does.
                frame = frame.with_columns(pl.col(name).cast(pl.String))
        path = self.folder / f"piece-{len(self.pieces):06d}.parquet"
        frame.sort("time", maintain_order=True).write_parquet(path, compression="lz4", row_group_size=_GROUP)
        times = sorted(e.time for e in events)
        marks = times[:: max(1, len(times) // _MARKS)]
        self.pieces.append(Piece(path, dict(frame.schema), marks))
        self.events += len(events)
        self.size += int(frame.estimated_size())

    def put_in_order(self, reading: Reading) -> None:
        """Sort by (time, id), drop repeats and what was superseded, number what says the same without an id.

        Raises:
            LogError: L008, two different events share an id.
        """
        import polars as pl

        dtypes = common_types([p.schema for p in self.pieces])
        gone = sorted(reading.superseded, key=lambda p: (p.file, p.line, p.column))
        old = pl.DataFrame(
            [(p.file, p.line, p.column) for p in gone],
            schema={FILE: pl.String, LINE: pl.Int64, COLUMN: pl.Int64},
            orient="row",
        )
        cuts = self._cuts()
        ends = [self._ends(p, cuts) for p in self.pieces]
        total = 0
        problems: list[Problem] = []
        for number in range(len(cuts) + 1):
            frame = self._part(number, ends, dtypes)
            if gone:
                frame = frame.join(old, on=[FILE, LINE, COLUMN], how="anti", maintain_order="left")
            frame = self._each_once(frame.sort("time", "id", maintain_order=True), problems)
            if frame.height:
                path = self.folder / f"part-{number:06d}.parquet"
                frame.write_parquet(path, compression="zstd")
                self.parts.append(path)
                total += frame.height
        for piece in self.pieces:
            piece.path.unlink()
        self.events = total
        if problems or (problems := self._clashes()):
            raise LogError(problems)

    def _cuts(self) -> list[int]:
        """The times at which the parts begin."""
        marks = sorted(m for p in self.pieces for m in p.marks)
        parts = max(self.events // PART, self.size // ROOM)
        step = len(marks) / (parts + 1)
        return sorted({marks[int(step * n)] for n in range(1, parts + 1)} - {marks[0]}) if marks else []

    def _ends(self, piece: Piece, cuts: list[int]) -> list[int]:
        """The rows of a piece at which its share of each part begins, and the end."""
        import polars as pl

        times = pl.read_parquet(piece.path, columns=["time"])["time"].to_physical()
        return [0, *(int(times.search_sorted(c)) for c in cuts), len(times)]

    def _part(self, number: int, ends: list[list[int]], dtypes: Mapping[str, Any]) -> pl.DataFrame:
        import polars as pl

        frames = []
        for piece, bounds in zip(self.pieces, ends, strict=True):
            begin, end = bounds[number], bounds[number + 1]
            if begin < end:
                some = pl.scan_parquet(piece.path).slice(begin, end - begin).collect()
                frames.append(conformed(_alone(some), dtypes))
        return pl.concat(frames) if frames else pl.DataFrame(schema=dict(dtypes))

    def _each_once(self, frame: pl.DataFrame, problems: list[Problem]) -> pl.DataFrame:
        import polars as pl

        twice = frame.with_row_index("::row").filter(pl.col("id").is_duplicated())
        if not twice.height:
            return frame
        made = twice.filter(MADE)
        if made.height:
            number = pl.int_range(pl.len()).over("id")
            named = (
                pl.when(pl.col(MADE) & (number > 0))
                .then(pl.format("{}.{}", "id", number + 1))
                .otherwise("id")
            )
            frame = frame.with_columns(named.alias("id"))
        drop = set()
        known: dict[str, dict[str, Any]] = {}
        for row in twice.filter(~pl.col(MADE)).iter_rows(named=True):
            first = known.setdefault(row["id"], row)
            if first is row:
                continue
            differ = [n for n in row if n not in HIDDEN and n != "::row" and row[n] != first[n]]
            if differ:
                problems.append(_clash(first, row, differ))
            drop.add(row["::row"])
        self.repeats += len(drop)
        if drop:
            keep = pl.Series([n not in drop for n in range(frame.height)], dtype=pl.Boolean)
            frame = frame.filter(keep)
        return frame.sort("time", "id", maintain_order=True)

    def _clashes(self) -> list[Problem]:
        """Events of one id at different times, which no part holds both; found by hashes, a share of them at a time."""
        import polars as pl

        if len(self.parts) < 2:
            return []
        problems: list[Problem] = []
        scan = pl.scan_parquet(self.parts)
        rounds = 1 + self.events // 4_000_000
        for n in range(rounds):
            hashed = scan.select(h=pl.col("id").hash()).filter(pl.col("h") % rounds == n)
            found = hashed.collect(engine="streaming")["h"]
            if found.n_unique() == len(found):
                continue
            again = found.filter(found.is_duplicated()).unique().implode()
            rows = scan.filter(pl.col("id").hash().is_in(again)).collect(engine="streaming")
            known: dict[str, dict[str, Any]] = {}
            for row in rows.iter_rows(named=True):
                first = known.setdefault(row["id"], row)
                if first is not row:
                    problems.append(
                        _clash(first, row, [n for n in row if n not in HIDDEN and row[n] != first[n]])
                    )
        return problems

    def sink(self, path: str | Path) -> None:
        """Write the log as one Parquet file, a row group for each stretch of it; OSError when it cannot be written."""
        import polars as pl

        if not self.parts:
            kinds: Any = {
                "time": pl.Datetime("us", "UTC"),
                "event": pl.String,
                "case": pl.String,
                "id": pl.String,
            }
            pl.DataFrame(schema=kinds).write_parquet(path)
            return
        with open(path, "wb"):
            pass  # Polars wraps what is wrong with the path in an error of its own
        whole = pl.scan_parquet(self.parts).drop(HIDDEN)
        whole.sink_parquet(path, compression="zstd", row_group_size=100_000)

    def whole(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The log in memory, and where each row of it was read: file, line, column."""
        import polars as pl

        frame = pl.concat([pl.read_parquet(p) for p in self.parts], rechunk=True)
        return frame.drop(HIDDEN), frame.select(pl.col(FILE).cast(pl.Categorical), LINE, COLUMN)

    def rows(self) -> Iterator[dict[str, Any]]:
        """The log row by row, in order."""
        import polars as pl

        for part in self.parts:
            yield from pl.read_parquet(part).drop(HIDDEN).iter_rows(named=True)


def common_types(schemas: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The type of each column of the whole: that of all pieces, numbers where whole ones and others meet, else text."""
    import polars as pl

    kinds: dict[str, list[Any]] = {}
    for schema in schemas:
        for name, dtype in schema.items():
            known = kinds.setdefault(name, [])
            if dtype not in known:
                known.append(dtype)
    out: dict[str, Any] = {}
    names = [*HEAD, *sorted(n for n in kinds if n not in HEAD and n not in HIDDEN), *HIDDEN]
    for name in names:
        found = kinds.get(name, [])
        numbers = FIELD_TYPES.get(name) == "number" and set(found) == {pl.Int64, pl.Float64}
        out[name] = found[0] if len(found) == 1 else pl.Float64 if numbers else pl.String
    return out


def conformed(frame: pl.DataFrame, dtypes: Mapping[str, Any]) -> pl.DataFrame:
    """A piece with the columns of the whole."""
    import polars as pl

    columns = []
    for name, dtype in dtypes.items():
        if name not in frame.columns:
            columns.append(pl.lit(None, dtype=dtype).alias(name))
        elif frame.schema[name] == dtype:
            columns.append(pl.col(name))
        elif dtype == pl.Float64:
            columns.append(pl.col(name).cast(pl.Float64))
        else:
            said = pl.Series(name, [_as_text(v) for v in frame[name].to_list()], dtype=pl.String)
            columns.append(pl.lit(said).alias(name))
    return frame.select(columns)


def _alone(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows with texts of their own: those of a slice keep all that were read with them in memory."""
    import polars as pl

    kept = BytesIO()
    frame.write_ipc(kept, compat_level=pl.CompatLevel.oldest())
    kept.seek(0)
    return pl.read_ipc(kept)


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if hasattr(value, "isoformat"):
        from keptword.instants import to_micros

        return format_instant(to_micros(value))
    return json.dumps(value, ensure_ascii=False)


def _with_made_id(event: Event) -> Event:
    return Event(event.time, event.event, event.case, content_id(event), event.fields, event.place)


def _clash(first: Mapping[str, Any], second: Mapping[str, Any], differ: list[str]) -> Problem:
    return Problem(
        "L008",
        f"the id '{second['id']}' stands for two different events: they differ in {', '.join(differ)}",
        Place(second[FILE], second[LINE], second[COLUMN]),
        hint="an id may come twice only with the same content",
        other=(Place(first[FILE], first[LINE], first[COLUMN]), "the other one"),
    )
