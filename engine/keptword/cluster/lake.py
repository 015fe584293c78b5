"""Tables of a lake as the job takes them: clean columns as they are, anything else through the reader, row by row."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import partial
from typing import Any

from pydantic import BaseModel

from keptword.cluster import rows
from keptword.cluster.part import ASSIGNMENTS, PAYLOAD
from keptword.columnar.reading import clean
from keptword.errors import LogError, Place, Problem
from keptword.events import Event, content_id
from keptword.plan import Plan, WordingPlan
from keptword.quality import signs_of
from keptword.readers.records import Fault, Shape
from keptword.spec.comparing import text_of

_YEAR_1000, _YEAR_9001 = -30_610_224_000_000_000, 221_876_928_000_000_000
# Fields that the engines look at whatever the rules say: whose work it was, and what evidence quotes.
_ALWAYS = frozenset({"time", "event", "case", "id", "team", "actor", "assignee", "field", "to", "rule"})
_WORDS = frozenset({"text", "lang", "customer_lang"})


@dataclass(frozen=True, slots=True)
class Base:
    """A log on the cluster.

    Attributes:
        frame: a row an event: `_time` (microseconds), `_event`, `_case`, `_id` (null for none), the fields of keys as text
            (`_k0`, …), the lists of `for_each` (`_l0`, …), and what events are made of: `content`.
        keys, lists: field → its column.
        content: the clean columns of the log, or the payload alone.
        given: whether every event has an id of its own.
        event: makes an event of a clean row.
        looked: lists of `for_each` that rules look at otherwise too.
        last, total: the time of the last event, and how many rows there are.
        duplicates: rows that repeated others and are left out.
        names: the events there are that tell whose work a case was.
    """

    frame: Any
    keys: Mapping[str, str]
    lists: Mapping[str, str]
    content: tuple[str, ...]
    given: bool
    event: Callable[[dict[str, Any], int], Event]
    looked: frozenset[str] = frozenset()
    last: int | None = None
    total: int = 0
    duplicates: int = 0
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Look:
    """How rows of one table become events.

    Attributes:
        name: of the table, for messages.
        zone: IANA zone of times without an offset.
        mapping: canonical name → column.
        joined: what `sources.yaml` adds to an event.
    """

    name: str
    zone: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    joined: Callable[[Event], Event] | None = None


def col(name: str) -> Any:
    """A column by its exact name, dots and all."""
    from pyspark.sql import functions as f

    return f.col("`" + name.replace("`", "``") + "`")


def make_event(name: str, zone: str | None, row: dict[str, Any], _number: int) -> Event:
    """The event of a clean row."""
    event = Shape(zone).event(row, Place(name))
    if isinstance(event, list):
        raise AssertionError(f"{name}: {event[0].message}")
    return event


# ------------------------------------------------------------------------------------------------------ clean columns


def renamed(frame: Any, mapping: Mapping[str, str]) -> Any:
    """The columns under the names that rules use; as the reader does, a column that another one displaces is left out."""
    if not mapping:
        return frame
    known = set(frame.columns)
    sources = {s for s in mapping.values() if s in known}
    out = [col(s).alias(n) for n, s in mapping.items() if s in known]
    out += [col(c) for c in frame.columns if c not in sources and mapping.get(c) not in known]
    return frame.select(*out)


def plain(frame: Any, plans: Sequence[Plan]) -> bool:
    """Whether every column has a type that needs no second look, and keys can be told by their columns."""
    from pyspark.sql import types as t
    from pyspark.sql.pandas.types import to_arrow_schema

    if len({c.lower() for c in frame.columns}) < len(frame.columns) or any(
        n != n.strip() or not n or n.startswith("_") for n in frame.columns
    ):
        return False
    if not {"time", "event"} <= set(frame.columns):
        return False
    try:
        empty = to_arrow_schema(frame.schema).empty_table()
    except Exception:  # noqa: BLE001 - a type that Arrow does not know is not clean
        return False
    if not clean(empty):
        return False
    kinds = {c.name: c.dataType for c in frame.schema.fields}
    for plan in plans:
        for name in plan.key:
            # Other types are written as text by rules of the house, which Spark does not know.
            told = (
                t.StringType,
                t.IntegralType,
                t.ArrayType,
                *((t.TimestampType,) if name == "time" else ()),
            )
            if name == "id" or not isinstance(kinds.get(name, t.StringType()), told):
                return False
        if plan.fan_out is not None:
            kind = kinds.get(plan.fan_out[1], t.StringType())
            if not isinstance(kind, t.StringType) and kind != t.ArrayType(t.StringType(), True):
                return False
    return True


def of_columns(frame: Any, plans: Sequence[Plan]) -> tuple[Any, dict[str, str], dict[str, str]]:
    """A clean frame with the columns that a `Base` has; fields of keys and lists by their columns."""
    from pyspark.sql import functions as f
    from pyspark.sql import types as t

    kinds = {c.name: c.dataType for c in frame.schema.fields}
    keys = {n: f"_k{i}" for i, n in enumerate(sorted({n for p in plans for n in p.key}))}
    lists = {n: f"_l{i}" for i, n in enumerate(sorted({p.fan_out[1] for p in plans if p.fan_out}))}

    def text(name: str) -> Any:
        if name == "time":
            return f.unix_micros(col(name)).cast("string")
        if name not in kinds or isinstance(kinds[name], t.ArrayType):
            return f.lit(None).cast("string")  # a list is no key
        return col(name).cast("string")

    def items(name: str) -> Any:
        if name not in kinds:
            return f.lit(None).cast("array<string>")
        if isinstance(kinds[name], t.ArrayType):
            return col(name)
        return f.when(col(name).isNotNull(), f.array(col(name)))

    empty = f.lit(None).cast("string")
    found = frame.select(
        "*",
        f.unix_micros(col("time")).alias("_time"),
        col("event").alias("_event"),
        (f.nullif(text("case"), f.lit("")) if "case" in kinds else empty).alias("_case"),
        (f.nullif(text("id"), f.lit("")) if "id" in kinds else empty).alias("_id"),
        *(text(n).alias(c) for n, c in keys.items()),
        *(items(n).alias(c) for n, c in lists.items()),
    )
    return found, keys, lists


def looked_at(frame: Any) -> dict[str, Any]:
    """What has to be known of a clean frame before its columns are trusted: one pass.

    Returns:
        `total`, `last` (microseconds), `without_id`, and `odd`: rows that have to be looked at value by value.
    """
    from pyspark.sql import functions as f
    from pyspark.sql import types as t

    odd = col("_time").isNull() | col("_event").isNull() | (f.length(f.trim(col("_event"))) == 0)
    odd |= col("_event").rlike(r"^[\s\p{Z}\p{C}]|[\s\p{Z}\p{C}]$")
    for column in frame.schema.fields:
        if isinstance(column.dataType, (t.FloatType, t.DoubleType)):
            odd |= f.isnan(col(column.name)) | f.abs(col(column.name)).eqNullSafe(float("inf"))
        elif isinstance(column.dataType, t.TimestampType):
            micros = f.unix_micros(col(column.name))
            odd |= (micros < _YEAR_1000) | (micros >= _YEAR_9001)
        elif isinstance(column.dataType, t.ArrayType):
            odd |= f.exists(col(column.name), lambda item: item.isNull())
    row = frame.agg(
        f.count(f.lit(1)).alias("total"),
        f.max("_time").alias("last"),
        f.count_if(f.coalesce(odd, f.lit(False))).alias("odd"),
        f.count_if(col("_id").isNull()).alias("without_id"),
    ).first()
    return dict(row.asDict())


# ------------------------------------------------------------------------------------------------------ value by value


def by_rows(frame: Any, plans: Sequence[Plan], look: Look) -> tuple[Any, dict[str, str], dict[str, str]]:
    """Any frame with the columns that a `Base` has: each row goes through the reader, and its event travels as JSON.

    `_fault` says what is wrong with a row, else it is null.
    """
    keys = {n: f"_k{i}" for i, n in enumerate(sorted({n for p in plans for n in p.key}))}
    lists = {n: f"_l{i}" for i, n in enumerate(sorted({p.fan_out[1] for p in plans if p.fan_out}))}
    schema = ", ".join([
        "_time long, _event string, _case string, _id string, _made string, _digest string, _fault string",
        *(f"{c} string" for c in keys.values()),
        *(f"{c} array<string>" for c in lists.values()),
        f"{PAYLOAD} string, _slim string",
    ])  # fmt: skip
    slim = frozenset(lists) - looked_lists(plans)
    return frame.mapInArrow(partial(_read, look, keys, lists, slim), schema), keys, lists


def _read(
    look: Look,
    keys: Mapping[str, str],
    lists: Mapping[str, str],
    slim: frozenset[str],
    batches: Iterator[Any],
) -> Iterator[Any]:
    import pyarrow as pa

    shape = Shape(look.zone, look.mapping)
    names = [
        "_time",
        "_event",
        "_case",
        "_id",
        "_made",
        "_digest",
        "_fault",
        *keys.values(),
        *lists.values(),
        PAYLOAD,
        "_slim",
    ]
    kinds = [
        pa.int64(),
        *[pa.string()] * (6 + len(keys)),
        *[pa.list_(pa.string())] * len(lists),
        pa.string(),
        pa.string(),
    ]
    for batch in batches:
        columns: list[list[Any]] = [[] for _ in names]
        for row in batch.to_pylist():
            for column, value in zip(columns, _row(row, shape, look, keys, lists, slim), strict=True):
                column.append(value)
        arrays = [pa.array(c, type=k) for c, k in zip(columns, kinds, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, names=names)


def _row(
    row: dict[str, Any], shape: Shape, look: Look, keys: Mapping[str, str], lists: Mapping[str, str], slim: frozenset[str]
) -> list[Any]:  # fmt: skip
    file = row.pop("_file", None) or look.name
    event = shape.event(row, Place(file))
    if isinstance(event, list):
        said = json.dumps(
            [file, [[x.code, x.key, x.message, x.hint] for x in event], json.dumps(row, default=str)[:400]]
        )
        return [None, None, None, None, None, None, said, *[None] * (len(keys) + len(lists)), None, None]
    if look.joined is not None:
        event = look.joined(event)
    made = content_id(event)

    def text(name: str) -> str | None:
        value = event.get(name) if name != "id" else event.id or made
        return None if value is None or isinstance(value, tuple) else text_of(value)

    def items(name: str) -> list[str] | None:
        value = event.get(name)
        return (
            None if value is None else [text_of(v) for v in (value if isinstance(value, tuple) else (value,))]
        )

    less = {k: v for k, v in event.fields.items() if k not in slim}
    short = None if len(less) == len(event.fields) else rows.event_text(replace(event, fields=less))
    return [
        event.time, event.event, event.case or None, event.id or None, made, made, None, *(text(n) for n in keys),
        *(items(n) for n in lists), rows.event_text(event), short,
    ]  # fmt: skip


def refuse_faults(frame: Any) -> None:
    """Raise what is wrong with the rows of a frame that was read row by row: the first of them, and how many there are.

    Raises:
        LogError: the codes of the reader.
    """
    bad = frame.filter(col("_fault").isNotNull()).select("_fault")
    first = [json.loads(r[0]) for r in bad.limit(20).collect()]
    if not first:
        return
    problems = []
    for file, faults, text in first:
        for fault in (Fault(*x) for x in faults):
            problems.append(Problem(fault.code, fault.message, Place(file), text, hint=fault.hint))
    more = bad.count() - len(first)
    if more:
        problems.append(
            Problem(problems[0].code, f"… and {more} more rows that cannot be read", Place("the log"))
        )
    raise LogError(problems)


# ------------------------------------------------------------------------------------------------------ what is needed


def needed(plans: Sequence[Plan], waivers: Sequence[Any], columns: Sequence[str]) -> tuple[str, ...]:
    """The columns that rules and evidence may look at: those that are named anywhere in a rule.

    Every name of a field is a text of the rule, so that a column whose name stands in none is looked at by none.
    """
    said: set[str] = set(_ALWAYS)
    for text in _texts([plans, [getattr(w, "where", None) for w in waivers]]):
        said.add(text)
        said.update(re.findall(r"[\w.-]+", text))
    if "says" in said or any(isinstance(p.body, WordingPlan) for p in plans):
        said |= _WORDS
    if "text" in said:
        said |= _WORDS
    for plan in plans:
        for sign in signs_of(plan):
            said |= {sign.field, "guessed", "observed_at"}
    return tuple(c for c in columns if c in said)


def looked_lists(plans: Sequence[Plan]) -> frozenset[str]:
    """Of the lists of `for_each` those that rules look at otherwise too."""
    bare = [replace(p, fan_out=None, rule=p.rule.model_copy(update={"for_each": None})) for p in plans]
    sources = [p.fan_out[1] for p in plans if p.fan_out is not None]
    return frozenset(needed(bare, (), sources))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, BaseModel):
        yield from _texts(dict(value))
    elif isinstance(value, Mapping):
        for k, v in value.items():
            yield from _texts([k, v])
    elif is_dataclass(value) and not isinstance(value, type):
        for f in fields(value):
            yield from _texts(getattr(value, f.name))
    elif isinstance(value, (list, tuple, set, frozenset)):
        for v in value:
            yield from _texts(v)


def names_of(frame: Any) -> frozenset[str]:
    """Which of the events that tell whose work a case was there are."""
    found = (
        frame.filter(col("_event").isin(list(ASSIGNMENTS)) & col("_case").isNotNull())
        .select("_event")
        .limit(1)
    )
    return frozenset(r[0] for r in found.collect())
