"""The four duties as hand-written SQL for DuckDB.

python benchmarks/by_hand_duckdb.py log.parquet      → {"rule": violations, …}
"""

# ruff: noqa: TID253

from __future__ import annotations

import json
import sys

import duckdb

link = duckdb.connect()
link.execute("set timezone = 'UTC'")
link.execute(
    'create table log as select time::timestamp as time, event, "case" as k from read_parquet(?)',
    [sys.argv[1]],
)
(as_of,) = link.execute("select max(time) from log").fetchone()


def one(sql: str, *values: object) -> int:
    """The number that a query gives."""
    (number,) = link.execute(sql, list(values)).fetchone()
    return int(number)


notified = one(
    """select count(*) from (select time, k from log where event = 'outage.opened') a
    asof left join (select time, k from log where event = 'outage.notified') b on a.k = b.k and a.time <= b.time
    where coalesce(b.time, ?) > a.time + interval 1 hour""", as_of,
)  # fmt: skip
updated = one(
    """with states as (select k, time, event, last_value(case when event <> 'outage.updated' then event end ignore nulls)
        over (partition by k order by time rows between unbounded preceding and 1 preceding) as before
        from log where event in ('outage.opened', 'outage.updated', 'outage.closed')),
    points as (select event, time, lead(time) over (partition by k order by time) as following from states
        where (event = 'outage.opened' and coalesce(before, 'outage.closed') = 'outage.closed')
        or (event <> 'outage.opened' and before = 'outage.opened'))
    select count(*) from points where event <> 'outage.closed' and coalesce(following, ?) > time + interval 4 hour""", as_of,
)  # fmt: skip
announced = one(
    """with changed as (select k, time, time - interval 30 day as due, lag(time) over (partition by k order by time) as previous
        from log where event = 'tariff.changed')
    select count(*) from changed a asof left join (select time, k from log where event = 'tariff.announced') b
    on a.k = b.k and a.due >= b.time where b.time is null or b.time <= a.previous"""
)
unwarned = one(
    """select count(*) from (select time, k from log where event = 'service.suspended') a
    asof left join (select time, k from log where event = 'debt.warned') b on a.k = b.k and a.time >= b.time
    where b.time is null or b.time < a.time - interval 14 day"""
)
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
