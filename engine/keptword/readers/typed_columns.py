"""Columns of canonical fields: what whole columns of a source mean, by the casts that the ordinary reader uses for each value."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from keptword.errors import Place
from keptword.events import FIELD_TYPES, Event, Value
from keptword.instants import InstantError
from keptword.readers.scan_instants import NONE, ODD
from keptword.readers.values import CASTS, Wrong

if TYPE_CHECKING:
    import polars as pl

INSTANTS = ("time", *(name for name, kind in FIELD_TYPES.items() if kind == "instant"))
_TEXTS = frozenset({"event", "case", "id"})


class NotPlain(Exception):
    """A piece of a log in which some value has to be looked at by the ordinary reader."""


def kind_of(name: str) -> str:
    """The type of a canonical field: text, time, instant, bool, number, list; "" for one that takes any value."""
    return "time" if name == "time" else "text" if name in _TEXTS else FIELD_TYPES.get(name, "")


@dataclass(slots=True)
class Batch:
    """Some events of one source, one a row, in order of their lines.

    Attributes:
        frame: a column for each field: String, Int64, Float64, Boolean, List(String), Datetime in microseconds UTC; null
            where an event lacks it. There are always `time` and `event`, and neither has a null.
        first: the line of the first row, where each row stands on the line after that of the row before.
        lines: the line of each row, where that is not so.
        coded: columns with values of several types, as JSON texts.
    """

    frame: pl.DataFrame
    first: int = 1
    lines: Any = None
    coded: frozenset[str] = field(default_factory=frozenset)


def instants(
    name: str, found: Any, texts: Callable[[], pl.Series], zone: str | None, table: bool
) -> tuple[pl.Series, bool]:
    """A column of instants of which the common spellings have been read, the others read by the ordinary cast.

    Args:
        name: of the field.
        found: microseconds, NONE or ODD.
        texts: gives the texts of the column.
        zone, table: as for the ordinary casts.

    Returns:
        The column, and whether it is of several types (plain dates stay text): then it is coded.

    Raises:
        NotPlain: a text that is no instant.
    """
    import numpy as np
    import polars as pl

    if name == "time" and (found == NONE).any():
        raise NotPlain
    odd = np.flatnonzero(found == ODD)
    dates: dict[int, str] = {}
    if len(odd):
        own = texts().gather(odd)
        values = own.unique()
        read = _cast(name, kind_of(name), values, zone, table)
        found = found.copy()
        for place, text in zip(odd.tolist(), own, strict=True):
            value = read[text]
            if isinstance(value, str):
                dates[place] = value
            found[place] = NONE if value is None or isinstance(value, str) else value
    if name == "time" and (found == NONE).any():
        raise NotPlain
    column = pl.Series(name, found)
    lacking = found == NONE
    if lacking.any():
        column = column.set(pl.Series(lacking), None)
    if not dates:
        return column.cast(pl.Datetime("us", "UTC")), False
    plain = column.to_list()
    for place, text in dates.items():
        plain[place] = text
    if all(v is None or isinstance(v, str) for v in plain):
        return pl.Series(name, plain, dtype=pl.String), False
    return coded(pl.Series(name, plain, dtype=pl.Object), plain), True


def cells(name: str, column: pl.Series, zone: str | None) -> tuple[pl.Series, bool]:
    """A column of cells of a table as what its field holds; whether it is coded.

    Raises:
        NotPlain: a cell that its field cannot hold.
    """
    import polars as pl

    column = column.set(column == "", None) if (column == "").any() else column
    kind = kind_of(name)
    if kind in {"text", ""}:
        return column, False
    given = column.drop_nulls()
    if kind == "number" and given.str.contains(r"^-?[0-9]{1,18}$").all():
        return column.cast(pl.Int64), False
    distinct = given.unique()
    read = _cast(name, kind, distinct, zone, True)
    types = {type(v) for v in read.values()} - {type(None)}
    index = pl.Series("i", range(len(distinct)), dtype=pl.UInt32)
    if len(types) > 1:
        made = coded(distinct, list(read.values()))
    else:
        dtype: Any = {bool: pl.Boolean, int: pl.Int64, float: pl.Float64, tuple: pl.List(pl.String)}.get(
            next(iter(types), str), pl.String
        )
        values = [list(v) if isinstance(v, tuple) else v for v in read.values()]
        made = pl.Series(name, values, dtype=dtype)
    if not len(distinct):
        return pl.Series(name, [None] * len(column), dtype=made.dtype), False
    places = column.replace_strict(distinct, index, default=None, return_dtype=pl.UInt32)
    return made.gather(places).alias(name), len(types) > 1


def _cast(name: str, kind: str, texts: pl.Series, zone: str | None, table: bool) -> dict[str, Any]:
    try:
        return {t: CASTS[kind](name, t, zone, table) for t in texts}
    except (InstantError, Wrong) as error:
        raise NotPlain from error


def coded(column: pl.Series, values: Sequence[Any]) -> pl.Series:
    """Values of several types as JSON texts."""
    import polars as pl

    return pl.Series(column.name, [None if v is None else code(v) for v in values], dtype=pl.String)


def code(value: Any) -> str:
    """A value as a JSON text that `decode` turns back into it, its type included."""
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


def decoded(text: str) -> Any:
    """The value that `code` made a text of."""
    value = json.loads(text)
    return tuple(value) if isinstance(value, list) else value


def names_are_plain(events: pl.Series) -> bool:
    """Whether every name of an event is there, and without space around it."""
    if events.null_count():
        return False
    return all(n and n == n.strip() for n in events.unique())


def batch_of(events: Sequence[Event]) -> Batch:
    """Events that the ordinary reader made, as a batch; they stand in one file, in order."""
    import numpy as np
    import polars as pl

    columns: dict[str, list[Any]] = {
        "case": [e.case or None for e in events],
        "id": [e.id or None for e in events],
    }
    for row, event in enumerate(events):
        for name, value in event.fields.items():
            if name not in columns:
                columns[name] = [None] * len(events)
            columns[name][row] = value
    series = [
        pl.Series("time", [e.time for e in events], dtype=pl.Int64).cast(pl.Datetime("us", "UTC")),
        pl.Series("event", [e.event for e in events], dtype=pl.String),
    ]
    mixed = set()
    for name, values in columns.items():
        types = {type(v) for v in values} - {type(None)}
        simple = next(iter(types)) if len(types) == 1 else None
        if simple is tuple and not all(
            isinstance(x, str) and "\0" not in x for v in values if v is not None for x in v
        ):
            simple = None
        if not types:
            continue
        if simple is int and kind_of(name) == "instant":
            series.append(pl.Series(name, values, dtype=pl.Int64).cast(pl.Datetime("us", "UTC")))
        elif simple is tuple:
            lists = [None if v is None else list(v) for v in values]
            series.append(pl.Series(name, lists, dtype=pl.List(pl.String)))
        elif simple is not None:
            dtype = {str: pl.String, int: pl.Int64, float: pl.Float64, bool: pl.Boolean}[simple]
            series.append(pl.Series(name, values, dtype=dtype))
        else:
            mixed.add(name)
            series.append(coded(pl.Series(name, [], dtype=pl.String), values))
    lines = np.array([(e.place or Place("", 0)).line for e in events], dtype=np.int64)
    return Batch(pl.DataFrame(series), lines=lines, coded=frozenset(mixed))


def united(batches: Iterable[Batch]) -> tuple[dict[str, Any], frozenset[str]]:
    """The type of each column of batches that are to be put together, and which columns are coded."""
    types: dict[str, set[Any]] = {}
    mixed: set[str] = set()
    for batch in batches:
        mixed |= batch.coded
        for name, dtype in batch.frame.schema.items():
            types.setdefault(name, set()).add(dtype)
    import polars as pl

    mixed |= {name for name, found in types.items() if len(found) > 1}
    return {n: pl.String() if n in mixed else next(iter(found)) for n, found in types.items()}, frozenset(
        mixed
    )


def fitted(batch: Batch, types: Mapping[str, Any], mixed: frozenset[str]) -> pl.DataFrame:
    """The frame of a batch with the columns and types of all batches."""
    import polars as pl

    frame = batch.frame
    columns = []
    for name, dtype in types.items():
        if name not in frame.columns:
            columns.append(pl.Series(name, [None], dtype=dtype).new_from_index(0, frame.height))
        elif name in mixed and name not in batch.coded:
            columns.append(_as_codes(frame[name]))
        else:
            columns.append(frame[name])
    return pl.DataFrame(columns)


def _as_codes(column: pl.Series) -> pl.Series:
    import polars as pl

    if isinstance(column.dtype, pl.Datetime):
        return column.cast(pl.Datetime("us", "UTC")).to_physical().cast(pl.String)
    if column.dtype.is_integer():
        return column.cast(pl.String)
    if isinstance(column.dtype, pl.List):
        return coded(column, [None if v is None or not len(v) else list(v) for v in column])
    distinct = column.drop_nulls().unique()
    if not len(distinct):
        return pl.Series(column.name, [None] * len(column), dtype=pl.String)
    return column.replace_strict(
        distinct, coded(distinct, distinct.to_list()), default=None, return_dtype=pl.String
    )


def event_of(row: Mapping[str, Any], place: Place | None, mixed: frozenset[str]) -> Event:
    """The event of a row, as the ordinary reader would have made it."""
    from keptword.instants import to_micros

    fields: dict[str, Value] = {}
    for name, value in row.items():
        if value is None or name in {"time", "event", "case", "id"}:
            continue
        if name in mixed:
            fields[name] = decoded(value)
        elif isinstance(value, list):
            if value:
                fields[name] = tuple(value)
        elif hasattr(value, "tzinfo"):
            fields[name] = to_micros(value)
        else:
            fields[name] = value
    return Event(
        to_micros(row["time"]), row["event"], row.get("case") or "", row.get("id") or "", fields, place
    )
