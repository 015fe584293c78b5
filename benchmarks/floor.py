"""The four duties as a bare script of the same stages: pyarrow reads and encodes, Numba sorts and loops.

python benchmarks/floor.py log.parquet      → {"rule": violations, …}
"""

# ruff: noqa: TID253

from __future__ import annotations

import json
import sys

import numba
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

HOUR, DAY = 3_600_000_000, 86_400_000_000
NAMES = (
    "outage.opened",
    "outage.notified",
    "outage.updated",
    "outage.closed",
    "tariff.announced",
    "tariff.changed",
    "debt.warned",
    "service.suspended",
)


@numba.njit(cache=True)
def laid_out(keys, times, events, count):  # noqa: ANN001, ANN201
    """Stable counting sort by key."""
    start = np.zeros(count + 1, dtype=np.int64)
    for k in keys:
        start[k + 1] += 1
    for k in range(count):
        start[k + 1] += start[k]
    at = start[:-1].copy()
    t, e = np.empty_like(times), np.empty_like(events)
    for i in range(len(keys)):
        p = at[keys[i]]
        at[keys[i]] += 1
        t[p] = times[i]
        e[p] = events[i]
    return start, t, e


@numba.njit(cache=True)
def judged(start, t, e, as_of):  # noqa: ANN001, ANN201
    """Violations of the four duties."""
    out = np.zeros(4, dtype=np.int64)
    for k in range(len(start) - 1):
        lo, hi = start[k], start[k + 1]
        point = changed = warned = np.int64(-1)
        for i in range(lo, hi):
            if e[i] == 0:
                done = as_of
                for j in range(lo, hi):
                    if e[j] == 1 and t[j] >= t[i]:
                        done = t[j]
                        break
                out[0] += done > t[i] + HOUR
                if point < 0:
                    point = t[i]
            elif e[i] in (2, 3) and point >= 0:
                out[1] += t[i] > point + 4 * HOUR
                point = t[i] if e[i] == 2 else -1
            elif e[i] == 5:
                good = False
                for j in range(lo, i):
                    good |= e[j] == 4 and changed < t[j] <= t[i] - 30 * DAY
                out[2] += not good
                changed = t[i]
            elif e[i] == 6:
                warned = t[i]
            elif e[i] == 7:
                out[3] += warned < 0 or warned < t[i] - 14 * DAY
        if point >= 0:
            out[1] += as_of > point + 4 * HOUR
    return out


table = pq.read_table(sys.argv[1], columns=["time", "event", "case"])
times = table["time"].combine_chunks().cast(pa.int64()).to_numpy()
case = table["case"].combine_chunks().dictionary_encode()
event = table["event"].combine_chunks().dictionary_encode()
order = {n: i for i, n in enumerate(NAMES)}
codes = np.array([order.get(n, 99) for n in event.dictionary.to_pylist()], dtype=np.int8)[
    event.indices.to_numpy()
]
found = judged(*laid_out(case.indices.to_numpy(), times, codes, len(case.dictionary)), times[-1])
rules = ("outage-notified", "outage-updated", "tariff-announced", "suspension-warned")
print(json.dumps(dict(zip(rules, map(int, found), strict=True))))
