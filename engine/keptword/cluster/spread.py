"""How rows find their part: every event to the bucket of its key, a `for_each` by a join, owners and violations after them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from keptword.cluster import rows
from keptword.cluster.lake import Base, col
from keptword.cluster.part import (
    ASSIGNED,
    ASSIGNMENTS,
    BUCKET,
    EVENT,
    ITEMS,
    PAYLOAD,
    ROLE,
    VIOLATED,
    Order,
    judging,
)
from keptword.columnar.grouping import Unit
from keptword.events import Event, content_id
from keptword.plan import VIOLATION, parts_of

_CASE, _REF = "_case", "_ref"


def judged(base: Base, unit: Unit, order: Order, violations: Any, buckets: int, partitions: int) -> Any:
    """The results of a unit, a frame of `rows.SCHEMA`.

    Args:
        base: the log.
        unit: the rules.
        order: what executors are told.
        violations: rows of violations that these rules rest on, or None.
        buckets: parts that keys are put into; whole buckets are judged at once.
        partitions: tasks that the buckets are spread over.
    """
    own = _events(base, unit, order.as_of, buckets)
    if violations is not None:
        own = own.unionByName(_violations(violations, unit, buckets), allowMissingColumns=True)
    if unit.key != ("case",) and base.names:
        own = own.unionByName(_assignments(base, own, order.as_of), allowMissingColumns=True)
    spread = own.drop(_CASE).repartition(partitions, BUCKET).sortWithinPartitions(BUCKET)
    return spread.mapInArrow(judging(order, unit), rows.SCHEMA)


def _bucket(key: Any, buckets: int) -> Any:
    from pyspark.sql import functions as f

    return f.pmod(f.xxhash64(key), f.lit(buckets)).cast("int")


def _events(base: Base, unit: Unit, as_of: int, buckets: int) -> Any:
    from pyspark.sql import functions as f

    names = sorted(set().union(*(m.names for p in unit.plans for m in parts_of(p))) - {VIOLATION})
    if unit.key == ("case",):
        names += ASSIGNMENTS
    past = base.frame.filter(col("_event").isin(names) & (col("_time") <= as_of))
    payload = [] if PAYLOAD in base.content else [f.lit(None).cast("string").alias(PAYLOAD)]
    content = [col(c) for c in base.content]
    values = [col(base.keys[n]) for n in unit.key]
    lacking = [v.isNull() | (v == "") for v in values]
    # What has no key is only counted; it is spread, because it may be most of a log.
    anywhere = _bucket(f.struct("_time", "_event", "_id"), buckets)
    bucket = f.when(~_any(lacking), _bucket(f.array(*values), buckets)).otherwise(anywhere)
    role = f.lit(EVENT).cast("int").alias(ROLE)
    if unit.fan_out is None:
        return past.select(bucket.alias(BUCKET), role, _CASE, *content, *payload)
    target, source = unit.fan_out
    items = col(base.lists[source])
    none = f.lit(None).cast("array<string>").alias(ITEMS)
    many = f.coalesce(f.size(items) > 0, f.lit(False))
    alone = past.filter(~many).select(bucket.alias(BUCKET), role, _CASE, *content, *payload, none)
    return alone.unionByName(
        _fanned(base, past.filter(many), unit.key, target, source, buckets), allowMissingColumns=True
    )


def _any(flags: Sequence[Any]) -> Any:
    out = flags[0]
    for flag in flags[1:]:
        out |= flag
    return out


def _fanned(base: Base, many: Any, key: Sequence[str], target: str, source: str, buckets: int) -> Any:
    """Events with a list, once for each bucket that has some of its values: narrow pairs are spread, then joined.

    A list of a million customers stays one row until its values are alone beside the name of the event; what else the
    event says is sent once a bucket, not once a customer.
    """
    from pyspark.sql import functions as f

    many = _with_ids(base, many)
    rest = {n: col(base.keys[n]) for n in key if n != target}
    # As in `keys_of`: of the other fields an empty text is a value, only none is a lack.
    whole = ~_any([v.isNull() for v in rest.values()]) if rest else f.lit(True)
    items = f.array_distinct(col(base.lists[source]))
    pairs = many.select(
        _REF,
        whole.alias("_whole"),
        *rest.values(),
        f.explode(f.when(whole, items).otherwise(f.array(f.lit("")))).alias("_item"),
    )
    own = f.array(*(f.col("_item") if n == target else rest[n] for n in key))
    bucket = _bucket(f.when(col("_whole"), own).otherwise(f.array(col(_REF))), buckets)
    shares = pairs.groupBy(_REF, bucket.alias(BUCKET)).agg(f.collect_list("_item").alias(ITEMS))
    role = f.lit(EVENT).cast("int").alias(ROLE)
    wide = many.select(_REF, role, _CASE, *_without(base, source), col(_REF).alias("id"))
    return wide.join(shares, _REF).drop(_REF)


def _without(base: Base, source: str) -> list[Any]:
    """What an event is made of, without the list unless rules look at it otherwise than by `for_each`."""
    from pyspark.sql import functions as f

    if PAYLOAD in base.content:
        return [f.coalesce(col("_slim"), col(PAYLOAD)).alias(PAYLOAD)]
    return [col(c) for c in base.content if c != "id" and (c != source or source in base.looked)]


def _with_ids(base: Base, many: Any) -> Any:
    """The rows with a name of their own in `_ref`: the id, or the one made of the content, numbered where several say the same."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    if base.given:
        return many.withColumn(_REF, col("_id"))
    if PAYLOAD in base.content:
        named = many.withColumn("_own", f.coalesce(col("_id"), col("_made")))
    else:
        more = many.withColumn("_own", f.lit("")).schema
        named = many.mapInArrow(partial(_named, base.content, base.event), more)
    twin = f.row_number().over(Window.partitionBy("_own").orderBy("_own"))
    numbered = f.when((twin > 1) & col("_id").isNull(), f.concat("_own", f.lit("."), twin.cast("string")))
    return named.withColumn(_REF, f.coalesce(numbered, col("_own"))).drop("_own")


def _named(content: Sequence[str], event: Any, batches: Any) -> Any:
    import pyarrow as pa

    for batch in batches:
        made: list[Event] = [event(row, 0) for row in batch.select(list(content)).to_pylist()]
        own = pa.array([content_id(e) for e in made], type=pa.string())
        yield pa.RecordBatch.from_arrays([*batch.columns, own], names=[*batch.schema.names, "_own"])


def _violations(violations: Any, unit: Unit, buckets: int) -> Any:
    from pyspark.sql import functions as f

    values = [col("named")[n] for n in unit.key]
    lacking = [v.isNull() | (v == "") for v in values]
    anywhere = _bucket(f.array(col("payload")), buckets)
    return violations.select(
        f.when(~_any(lacking), _bucket(f.array(*values), buckets)).otherwise(anywhere).alias(BUCKET),
        f.lit(VIOLATED).cast("int").alias(ROLE),
        col("named")["case"].alias(_CASE),
        col("payload").alias(PAYLOAD),
    )


def _assignments(base: Base, own: Any, as_of: int) -> Any:
    """What tells whose work a case was, to every bucket that has an event of the case."""
    from pyspark.sql import functions as f

    there = own.filter(col(_CASE).isNotNull()).select(_CASE, BUCKET).distinct()
    past = base.frame.filter(col("_event").isin(list(ASSIGNMENTS)) & (col("_time") <= as_of))
    content = [col(c) for c in base.content]
    told = past.filter(col(_CASE).isNotNull()).select(
        _CASE, f.lit(ASSIGNED).cast("int").alias(ROLE), *content
    )
    return told.join(there, _CASE)
