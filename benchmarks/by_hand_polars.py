"""The four duties as hand-written Polars: what an engineer would write for just these.

python benchmarks/by_hand_polars.py log.parquet      → {"rule": violations, …}
"""

# ruff: noqa: TID253

from __future__ import annotations

import json
import sys

import polars as pl

frame = pl.read_parquet(sys.argv[1]).set_sorted("time")
as_of = frame["time"].max()
key = frame["case"].cast(pl.Categorical) if "categorical" in sys.argv else frame["case"]
frame = frame.with_columns(key)


def of(*names: str) -> pl.DataFrame:
    """The events of these names."""
    return frame.filter(pl.col("event").is_in(names)).select("time", "case", "event")


def times(name: str, column: str) -> pl.DataFrame:
    """The times and cases of one kind of event."""
    return frame.filter(pl.col("event") == name).select(pl.col("time").alias(column), "case")


opened = times("outage.opened", "time")
answered = opened.join_asof(
    times("outage.notified", "done"),
    left_on="time",
    right_on="done",
    by="case",
    strategy="forward",
    check_sortedness=False,
)
notified = answered.filter(pl.col("done").fill_null(as_of) > pl.col("time") + pl.duration(hours=1)).height

states = of("outage.opened", "outage.updated", "outage.closed").sort("case", "time", maintain_order=True)
edge = pl.when(pl.col("event") != "outage.updated").then(pl.col("event"))
states = states.with_columns(before=edge.shift(1).forward_fill().over("case"))
start = (pl.col("event") == "outage.opened") & (
    pl.col("before").is_null() | (pl.col("before") == "outage.closed")
)
inside = (pl.col("event") == "outage.updated") & (pl.col("before") == "outage.opened")
end = (pl.col("event") == "outage.closed") & (pl.col("before") == "outage.opened")
points = (
    states.filter(start | inside | end)
    .with_columns(following=pl.col("time").shift(-1).over("case"))
    .filter(pl.col("event") != "outage.closed")
)
updated = points.filter(pl.col("following").fill_null(as_of) > pl.col("time") + pl.duration(hours=4)).height

changed = times("tariff.changed", "time").with_columns(
    previous=pl.col("time").shift(1).over("case"), due=pl.col("time") - pl.duration(days=30)
)
said = changed.join_asof(
    times("tariff.announced", "done"),
    left_on="due",
    right_on="done",
    by="case",
    strategy="backward",
    check_sortedness=False,
)
announced = said.filter(
    pl.col("done").is_null() | (pl.col("previous").is_not_null() & (pl.col("done") <= pl.col("previous")))
).height

suspended = times("service.suspended", "time")
warned = suspended.join_asof(
    times("debt.warned", "done"),
    left_on="time",
    right_on="done",
    by="case",
    strategy="backward",
    tolerance="14d",
    check_sortedness=False,
)
unwarned = warned.filter(pl.col("done").is_null()).height
print(
    json.dumps(
        {
            "outage-notified": notified,
            "outage-updated": updated,
            "tariff-announced": announced,
            "suspension-warned": unwarned,
        }
    )
)
