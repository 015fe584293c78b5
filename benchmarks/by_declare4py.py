"""What Declare4Py can say of the four duties: MP-Declare constraints with conditions on time, violations counted one by one.

.venv-peers/bin/python benchmarks/by_declare4py.py log.parquet      → {"rule": violations, …}

A duty that is still open when the log ends counts as violated. A cadence cannot be said, nor that one notice serves one
change (no case of this log has two). The log is cut to the events that the constraints name first.
"""

# ruff: noqa: TID253

from __future__ import annotations

import contextlib
import io
import json
import sys

import pandas as pd
import pm4py
from Declare4Py.D4PyEventLog import D4PyEventLog
from Declare4Py.ProcessMiningTasks.ConformanceChecking.MPDeclareAnalyzer import MPDeclareAnalyzer
from Declare4Py.ProcessModels.DeclareModel import DeclareModel

RULES = {
    "outage-notified": "Response[outage.opened, outage.notified] | | |0,1,h",
    "tariff-announced": "Precedence[tariff.announced, tariff.changed] | | |30,100000,d",
    "suspension-warned": "Precedence[debt.warned, service.suspended] | | |0,14,d",
}
NAMES = (
    "outage.opened",
    "outage.notified",
    "tariff.announced",
    "tariff.changed",
    "debt.warned",
    "service.suspended",
)

raw = pd.read_parquet(sys.argv[1], columns=["time", "event", "case"])
if "whole" not in sys.argv:
    raw = raw[raw["event"].isin(NAMES)]
log = pm4py.format_dataframe(raw, case_id="case", activity_key="event", timestamp_key="time")
with contextlib.redirect_stdout(io.StringIO()):
    model = DeclareModel().parse_from_string("\n".join([*(f"activity {n}" for n in NAMES), *RULES.values()]))
    events = D4PyEventLog(log=pm4py.convert_to_event_log(log))
    checked = MPDeclareAnalyzer(events, model, consider_vacuity=True).run()
broken = [0] * len(RULES)
for trace in checked.model_check_res:
    for n, result in enumerate(trace):
        broken[n] += result.num_violations
order = [
    next(rule for rule, text in RULES.items() if text.partition("]")[0] == said.partition("]")[0])
    for said in checked.serialized_constraints
]
print(json.dumps(dict(zip(order, broken, strict=True))))
