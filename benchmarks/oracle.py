"""The four duties of benchmarks/rules by brute force: plain Python, case by case, as docs/semantics.md says them.

    python benchmarks/oracle.py log.parquet              → {"rule": violations, …}
    python benchmarks/oracle.py log.parquet --cases      → {"rule": cases, …}

The second counts what can be said about whole cases only: those that have an A and no A that was answered in time.
"""

# ruff: noqa: TID253

from __future__ import annotations

import json
import sys
from collections import defaultdict

import polars as pl

HOUR, DAY = 3_600_000_000, 86_400_000_000

frame = pl.read_parquet(sys.argv[1]).with_columns(pl.col("time").to_physical())
as_of = frame["time"].max()
cases: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
for time, event, case in frame.sort("time").iter_rows():
    cases[case][event].append(time)
found = dict.fromkeys(("outage-notified", "outage-updated", "tariff-announced", "suspension-warned"), 0)
for events in cases.values():
    for a in events["outage.opened"]:
        done = next((b for b in events["outage.notified"] if b >= a), None)
        found["outage-notified"] += (done or as_of) > a + HOUR
    running_until = -1
    for a in events["outage.opened"]:
        if a <= running_until:
            continue
        stop = next((c for c in events["outage.closed"] if c >= a), None)
        running_until = stop if stop is not None else as_of + 1
        inside = [a, *(b for b in events["outage.updated"] if a <= b <= running_until)]
        for point, following in zip(inside, [*inside[1:], stop if stop is not None else as_of], strict=True):
            found["outage-updated"] += following > point + 4 * HOUR
    for a in events["tariff.changed"]:
        previous = max((m for m in events["tariff.changed"] if m < a), default=-1)
        found["tariff-announced"] += not any(previous < b <= a - 30 * DAY for b in events["tariff.announced"])
    for a in events["service.suspended"]:
        found["suspension-warned"] += not any(a - 14 * DAY <= b <= a for b in events["debt.warned"])
if "--cases" in sys.argv:
    pairs = {
        "outage-notified": ("outage.opened", "outage.notified", 0, HOUR),
        "tariff-announced": ("tariff.changed", "tariff.announced", -(10**18), -30 * DAY),
        "suspension-warned": ("service.suspended", "debt.warned", -14 * DAY, 0),
    }
    found = {
        rule: sum(
            bool(events[a]) and not any(lo <= y - x <= hi for x in events[a] for y in events[b])
            for events in cases.values()
        )
        for rule, (a, b, lo, hi) in pairs.items()
    }
print(json.dumps(found))
