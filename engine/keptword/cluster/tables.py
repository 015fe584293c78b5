"""The results as tables of the lake: obligations, findings, counts, objectives and scores, as Parquet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from keptword.cluster import rows
from keptword.cluster.lake import col
from keptword.errors import usage_error
from keptword.instants import to_datetime
from keptword.obligation import DECIDED, LISTED
from keptword.plan import ObjectivePlan, Plan
from keptword.reports.parquet import row_of

NAMES = ("obligations", "findings", "counts", "objectives", "scores")
_OBLIGATIONS = (
    "id string, rule string, severity string, verdict string, key string, case string, opened_by string, opened_at long, "
    "due long, bound string, done_by string, done_at long, at long, late_by long, team string, actor string, part string, "
    "events array<string>, silent_periods long, message string, why string, zone string, baseline boolean, day string, month string"
)
_INSTANTS = ("opened_at", "due", "done_at", "at")


def refuse_existing(session: Any, folder: str) -> None:
    """A table is never written over: usage error where one of them is there already."""
    for name in NAMES:
        path = session._jvm.org.apache.hadoop.fs.Path(f"{folder}/{name}")
        system = path.getFileSystem(session._jsc.hadoopConfiguration())
        if system.exists(path):
            raise usage_error(
                f"there is a table '{folder}/{name}' already", "name another folder, or remove it", "U002"
            )


def write(results: Any, folder: str, plans: Sequence[Plan]) -> None:
    """Write the tables into a folder; `results` has a row for every obligation.

    `obligations` and `findings` have the columns of `--format parquet`, and `day` and `month` of the violation (else the
    deadline, else the opening) in the rule's zone; `late_by` is in microseconds. `counts`: rule, verdict, n. `objectives`:
    the obligations of objectives. `scores`: rule, severity, team, actor, day, month, kept, violated.
    """
    from pyspark.sql import functions as f

    owed = (
        results.filter(col("what") == rows.OWED).select("severity", "payload").mapInArrow(_flat, _OBLIGATIONS)
    )
    whole = owed.withColumns({n: f.timestamp_micros(col(n)) for n in _INSTANTS})
    put = f"{folder}/obligations"
    whole.write.parquet(put)
    written = owed.sparkSession.read.parquet(put)
    objectives = [p.name for p in plans if isinstance(p.body, ObjectivePlan)]
    written.filter(col("verdict").isin([*sorted(LISTED), "waived", "unknown"])).write.parquet(
        f"{folder}/findings"
    )
    written.filter(col("rule").isin(objectives)).write.parquet(f"{folder}/objectives")
    counts = results.filter(col("what") == rows.COUNT).groupBy("rule", "verdict").agg(f.sum("n").alias("n"))
    counts.coalesce(1).write.parquet(f"{folder}/counts")
    decided = written.filter(col("verdict").isin(sorted(DECIDED)))
    kept = f.count_if(col("verdict") == "kept")
    groups = ("rule", "severity", "team", "actor", "day", "month")
    scores = decided.groupBy(*groups).agg(kept.alias("kept"), (f.count(f.lit(1)) - kept).alias("violated"))
    scores.write.parquet(f"{folder}/scores")


def _flat(batches: Iterator[Any]) -> Iterator[Any]:
    import pyarrow as pa

    kinds = {
        "string": pa.string(),
        "long": pa.int64(),
        "boolean": pa.bool_(),
        "array<string>": pa.list_(pa.string()),
    }
    schema = pa.schema([(n, kinds[t]) for n, t in (c.split(" ") for c in _OBLIGATIONS.split(", "))])
    for batch in batches:
        severities, payloads = batch.column("severity").to_pylist(), batch.column("payload").to_pylist()
        out = []
        for severity, payload in zip(severities, payloads, strict=True):
            finding, _ = rows.finding_of(severity, payload)
            o = finding.obligation
            when = o.at if o.at is not None else o.due if o.due is not None else o.opened_at
            out.append(row_of(finding) | _day(when, finding.zone))
        yield pa.RecordBatch.from_pylist(out, schema=schema)


def _day(when: int, zone: str) -> dict[str, str]:
    try:
        local = to_datetime(when, zone)
    except OverflowError:
        return {"day": "", "month": ""}
    return {"day": f"{local:%Y-%m-%d}", "month": f"{local:%Y-%m}"}
