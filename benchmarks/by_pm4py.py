"""What pm4py can say of the four duties: its LTL filters with bounds of time, which work on whole columns (pandas).

.venv-peers/bin/python benchmarks/by_pm4py.py log.parquet      → {"rule": cases, …}

Its statements are about cases, not about obligations: "some A is followed by a B within the hour". A case is counted when
it has an A and no such pair. A cadence cannot be said. The log is cut to the two events first, as a knowing user would.
"""

# ruff: noqa: TID253

from __future__ import annotations

import json
import sys

import pandas as pd
import pm4py
from pm4py.algo.filtering.pandas.ltl import ltl_checker

HOUR, DAY = 3_600, 86_400
PAIRS = {
    "outage-notified": ("outage.opened", "outage.notified", "outage.opened", (0, HOUR)),
    "tariff-announced": ("tariff.announced", "tariff.changed", "tariff.changed", (30 * DAY, 10**12)),
    "suspension-warned": ("debt.warned", "service.suspended", "service.suspended", (0, 14 * DAY)),
}

raw = pd.read_parquet(sys.argv[1], columns=["time", "event", "case"])
log = pm4py.format_dataframe(raw, case_id="case", activity_key="event", timestamp_key="time")
found = {}
for rule, (first, then, about, bounds) in PAIRS.items():
    two = log if "whole" in sys.argv else log[log["concept:name"].isin([first, then])]
    good = ltl_checker.eventually_follows(
        two,
        [first, then],
        parameters={
            ltl_checker.Parameters.ENABLE_TIMESTAMP: True,
            ltl_checker.Parameters.TIMESTAMP_DIFF_BOUNDARIES: [bounds],
        },
    )
    cases = two.loc[two["concept:name"] == about, "case:concept:name"].nunique()
    found[rule] = int(cases - good["case:concept:name"].nunique())
print(json.dumps(found))
