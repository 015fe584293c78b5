"""From tables to the log that a job takes: looked at once, refused where a single machine would refuse it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from keptword.cluster.lake import (
    Base,
    Look,
    by_rows,
    col,
    looked_at,
    looked_lists,
    make_event,
    names_of,
    needed,
    of_columns,
    plain,
    refuse_faults,
    renamed,
)
from keptword.cluster.part import PAYLOAD
from keptword.errors import LogError, Place, Problem
from keptword.plan import Plan
from keptword.waivers import Waiver


def prepared(tables: Sequence[tuple[Any, Look]], plans: Sequence[Plan], waivers: Sequence[Waiver]) -> Base:
    """The log that some tables are together.

    Args:
        tables: frames of Spark, and how their rows become events.
        plans, waivers: what will look at it; columns that none of them names do not travel, where events have ids.

    Raises:
        LogError: what the reader finds wrong with rows, a missing column, an id that stands for two events (L008).
    """
    base = None
    if len(tables) == 1 and tables[0][1].joined is None:
        base = _of_columns(*tables[0], plans, waivers)
    if base is None:
        base = _by_rows(tables, plans)
    base = _without_repeats(base)
    return replace(base, looked=looked_lists(plans), names=names_of(base.frame))


def _of_columns(frame: Any, look: Look, plans: Sequence[Plan], waivers: Sequence[Waiver]) -> Base | None:
    """The table as it is, where its columns are clean; else None."""
    from pyspark.sql import functions as f

    frame = renamed(frame.drop("_file"), look.mapping)
    if not plain(frame, plans):
        return None
    found, keys, lists = of_columns(frame, plans)
    facts = looked_at(found)
    given = facts["without_id"] == 0 and facts["total"] > 0
    if facts["odd"] or not (given or facts["without_id"] == facts["total"]):
        return None
    columns = tuple(frame.columns)
    content = needed(plans, waivers, columns) if given else tuple(c for c in columns if c != "id")
    found = found.withColumn("_digest", f.xxhash64(*(col(c) for c in columns)).cast("string"))
    # Within one run every event is made of the same columns, so that made ids of equal rows are equal.
    event = partial(make_event, look.name, look.zone)
    return Base(found, keys, lists, content, given, event, last=facts["last"], total=facts["total"])


def _by_rows(tables: Sequence[tuple[Any, Look]], plans: Sequence[Plan]) -> Base:
    from pyspark import StorageLevel
    from pyspark.sql import functions as f

    frame = None
    for table, look in tables:
        own, keys, lists = by_rows(table, plans, look)
        frame = own if frame is None else frame.unionByName(own)
    assert frame is not None
    frame = frame.persist(StorageLevel.MEMORY_AND_DISK)
    refuse_faults(frame)
    row = frame.agg(f.count(f.lit(1)), f.max("_time"), f.count("_id")).first()
    event = partial(make_event, "log", None)
    return Base(frame, keys, lists, (PAYLOAD,), row[2] == row[0], event, last=row[1], total=row[0])


def _without_repeats(base: Base) -> Base:
    """The log with each id once; hashes are compared first, because repeats are rare and a look at every id is not cheap."""
    from pyspark.sql import functions as f

    named = base.frame.filter(col("_id").isNotNull())
    if not base.given and PAYLOAD not in base.content:
        return base
    hashes = named.groupBy(f.xxhash64("_id").alias("_hash")).agg(f.count(f.lit(1)).alias("_n"))
    if hashes.filter(col("_n") > 1).limit(1).count() == 0:
        return base
    same = named.groupBy("_id").agg(
        f.count(f.lit(1)).alias("_n"), f.min("_digest").alias("_a"), f.max("_digest").alias("_b")
    )
    clashes = [r[0] for r in same.filter(col("_a") != col("_b")).orderBy("_id").limit(20).collect()]
    if clashes:
        raise LogError(
            Problem(
                "L008", f"the id '{id}' stands for two different events", Place("log"), hint="an id may come twice only with the same content",
            )
            for id in clashes
        )  # fmt: skip
    repeats = same.agg(f.sum(col("_n") - 1)).first()[0] or 0
    once = named.dropDuplicates(["_id"])
    rest = base.frame.filter(col("_id").isNull())
    return replace(
        base,
        frame=once if base.given else once.unionByName(rest),
        duplicates=int(repeats),
        total=base.total - int(repeats),
    )
