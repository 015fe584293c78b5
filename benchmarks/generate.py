"""A log for benchmarks: seeded, in order of time, cases of about ten events, some duties broken.

    python benchmarks/generate.py 10000000 log.parquet

Each case is a ticket (opened, messages, closed); most have an outage (opened, notified, updates, closed; a fifth come back),
some a tariff change with its announcement, some a debt with warnings and a suspension. Notices are late or lacking,
updates lag, changes are announced too late, services are suspended without a warning, outages are never closed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

NAMES = (
    "ticket.opened", "message.posted", "ticket.closed", "outage.opened", "outage.notified", "outage.updated", "outage.closed",
    "tariff.announced", "tariff.changed", "debt.warned", "service.suspended", "service.resumed",
)  # fmt: skip
CODE = {name: i for i, name in enumerate(NAMES)}
START, YEAR = 1_704_067_200, 365 * 86_400  # 2024-01-01Z, seconds
HOUR, DAY = 3_600, 86_400
PER_CASE = 10.3  # events of a case, on average, as drawn below


def generate(events: int, seed: int = 1) -> Any:
    """About so many events as a Polars frame: time (microseconds, UTC), event, case (text)."""
    import numpy as np
    import polars as pl

    draw = np.random.default_rng(seed)
    cases = max(1, round(events / PER_CASE))
    begin = START + draw.integers(0, 2 * YEAR, cases)
    which: list[Any] = []
    when: list[Any] = []
    what: list[Any] = []

    def put(name: str, case: Any, time: Any) -> None:
        which.append(case.astype(np.int32))
        when.append(time.astype(np.int64))
        what.append(np.full(len(case), CODE[name], dtype=np.int8))

    def some(of: Any, share: float) -> Any:
        return of[draw.random(len(of)) < share]

    everyone = np.arange(cases)
    put("ticket.opened", everyone, begin)
    for _ in range(2):
        talking = some(everyone, 0.7)
        put("message.posted", talking, begin[talking] + draw.integers(60, 3 * DAY, len(talking)))
    done = some(everyone, 0.9)
    put("ticket.closed", done, begin[done] + draw.integers(3 * DAY, 6 * DAY, len(done)))
    outages(some(everyone, 0.8), begin, put, some, draw)
    tariffs(some(everyone, 0.25), begin, put, some, draw)
    debts(some(everyone, 0.3), begin, put, some, draw)
    case, time, code = np.concatenate(which), np.concatenate(when), np.concatenate(what)
    order = np.argsort(time, kind="stable")
    label = draw.permutation(cases)  # names of cases tell nothing about their order
    named = pl.Series("case", label[case[order]]).cast(pl.String).str.zfill(8)
    return pl.DataFrame({
        "time": pl.Series(time[order] * 1_000_000).cast(pl.Datetime("us", "UTC")),
        "event": pl.Series(NAMES, dtype=pl.String).gather(pl.Series(code[order]).cast(pl.UInt32)),
        "case": "T-" + named,
    })  # fmt: skip


def outages(struck: Any, begin: Any, put: Any, some: Any, draw: Any) -> None:
    """Opened, notified within the hour as a rule, updated every few hours, closed; a fifth of the cases have a second one."""
    import numpy as np

    at = begin[struck] + draw.integers(0, DAY, len(struck))
    for share in (1.0, 0.2):
        own = draw.random(len(struck)) < share
        struck, at = struck[own], at[own]
        put("outage.opened", struck, at)
        told = some(np.arange(len(struck)), 0.985)
        delay = np.where(
            draw.random(len(told)) < 0.05,
            draw.integers(HOUR + 1, 6 * HOUR, len(told)),
            draw.integers(60, HOUR, len(told)),
        )
        put("outage.notified", struck[told], at[told] + delay)
        last = at.copy()
        updates = draw.integers(1, 6, len(struck))
        for n in range(5):
            more = np.flatnonzero(updates > n)
            gap = np.where(
                draw.random(len(more)) < 0.03,
                draw.integers(4 * HOUR + 1, 12 * HOUR, len(more)),
                draw.integers(HOUR, 4 * HOUR, len(more)),
            )
            last[more] += gap
            put("outage.updated", struck[more], last[more])
        ended = some(np.arange(len(struck)), 0.99)
        put("outage.closed", struck[ended], last[ended] + draw.integers(600, 4 * HOUR, len(ended)))
        at = last + draw.integers(10 * DAY, 40 * DAY, len(struck))


def tariffs(changed: Any, begin: Any, put: Any, some: Any, draw: Any) -> None:
    """A change, announced 30 days ahead as a rule."""
    import numpy as np

    at = begin[changed] + draw.integers(40 * DAY, 90 * DAY, len(changed))
    put("tariff.changed", changed, at)
    said = some(np.arange(len(changed)), 0.97)
    ahead = np.where(
        draw.random(len(said)) < 0.08,
        draw.integers(DAY, 30 * DAY, len(said)),
        draw.integers(30 * DAY, 39 * DAY, len(said)),
    )
    put("tariff.announced", changed[said], at[said] - ahead)


def debts(owing: Any, begin: Any, put: Any, some: Any, draw: Any) -> None:
    """Warned, suspended within 14 days of the last warning as a rule, resumed."""
    import numpy as np

    at = begin[owing] + draw.integers(20 * DAY, 60 * DAY, len(owing))
    warned = some(np.arange(len(owing)), 0.97)
    before = np.where(
        draw.random(len(warned)) < 0.07,
        draw.integers(14 * DAY + 1, 18 * DAY, len(warned)),
        draw.integers(DAY, 14 * DAY, len(warned)),
    )
    put("debt.warned", owing[warned], at[warned] - before)
    put("service.suspended", owing, at)
    back = some(np.arange(len(owing)), 0.8)
    put("service.resumed", owing[back], at[back] + draw.integers(HOUR, 5 * DAY, len(back)))


if __name__ == "__main__":
    generate(int(sys.argv[1]), int(sys.argv[3]) if len(sys.argv) > 3 else 1).write_parquet(
        Path(sys.argv[2]), compression="zstd", row_group_size=1_000_000
    )
