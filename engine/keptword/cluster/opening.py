"""What the command line names as a log, opened as tables of the lake."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from keptword.cluster.lake import Look
from keptword.errors import LogError, Place, Problem, usage_error
from keptword.readers import FORMATS
from keptword.readers.sources import is_sources, load_sources

TABLES = ("parquet", "json", "jsonl", "delta", "hive", "orc")


def opened(
    session: Any, logs: Sequence[str], format: str | None, zone: str | None, mapping: Mapping[str, str]
) -> list[tuple[Any, Look]]:
    """The tables that some arguments name.

    Args:
        session: of Spark.
        logs: folders or files of any file system that Spark knows, `hive:database.table`, or one sources.yaml.
        format: one of `TABLES`; None: by the name, else Parquet.
        zone: IANA zone of times without an offset.
        mapping: canonical name → column.

    Raises:
        UsageError: a format that Spark does not read here; U003 Delta without its jar.
        LogError: L001 what is not there.
    """
    if len(logs) == 1 and is_sources(logs[0]):
        sources = load_sources(logs[0], FORMATS)
        out = []
        for job in sources.jobs:
            for path in job.paths:
                look = Look(str(path), job.zone or zone, job.mapping, partial(sources.joined, job=job))
                out.append((_table(session, str(path), job.format), look))
        return out
    return [(_table(session, log, format), Look(log, zone, mapping)) for log in logs]


def _table(session: Any, log: str, format: str | None) -> Any:
    from pyspark.sql import functions as f

    kind = format or _kind(log)
    if kind not in TABLES:
        raise usage_error(
            f"the engine for Spark does not read '{kind}'",
            f"it reads {', '.join(TABLES)}; for the rest: keptword convert",
        )
    try:
        if kind == "hive":
            return session.table(log.removeprefix("hive:"))
        frame = session.read.format("json" if kind == "jsonl" else kind).load(log)
        return frame.withColumn("_file", f.input_file_name()) if kind in {"json", "jsonl"} else frame
    except Exception as error:
        if not type(error).__module__.startswith(("pyspark", "py4j")):
            raise
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        if kind == "delta" and ("DATA_SOURCE_NOT_FOUND" in str(error) or "Failed to find" in str(error)):
            hint = "--conf spark.jars.packages=io.delta:delta-spark_2.13:4.0.0 (the version that fits your Spark)"
            raise usage_error("Spark has no Delta here: its jar is missing", hint, "U003") from error
        if "PATH_NOT_FOUND" in said or "TABLE_OR_VIEW_NOT_FOUND" in said:
            raise LogError(Problem("L001", f"there is no table '{log}'", Place(log))) from error
        raise LogError(Problem("L016", f"this table cannot be opened: {said[:300]}", Place(log))) from error


def _kind(log: str) -> str:
    if log.startswith("hive:"):
        return "hive"
    stem = log.lower().rstrip("/")
    for ending in (".gz", ".zst", ".bz2"):
        stem = stem.removesuffix(ending)
    ending = os.path.splitext(stem)[1].lstrip(".")
    known = {"json": "json", "jsonl": "jsonl", "ndjson": "jsonl", "orc": "orc", "csv": "csv", "tsv": "tsv"}
    return known.get(ending, "parquet")
