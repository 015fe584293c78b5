"""Three of the four duties on durable-rules: facts of one case after the other, and a pulse that asks for judgement.

.venv-peers/bin/python benchmarks/by_durable_rules.py log.parquet      → {"rule": violations, …}

Used in the way in which it counts right: facts only, `none` last and after everything is asserted, comparisons before the
join, no timer threads. A cadence needs a negation within a negation, which it does not have; that one notice serves one
change cannot be said either (no case of this log has two).
"""

# ruff: noqa: TID253

from __future__ import annotations

import contextlib
import json
import sys
from typing import Any

import polars as pl
from durable import engine

HOUR, DAY = 3_600, 86_400
NAMES = (
    "outage.opened",
    "outage.notified",
    "tariff.announced",
    "tariff.changed",
    "debt.warned",
    "service.suspended",
)
found = dict.fromkeys(("outage-notified", "tariff-announced", "suspension-warned"), 0)


def duty(rule: str, opens: str, answer: str, *bounds: dict[str, Any]) -> dict[str, Any]:
    """Broken where a judged case has the one and, within the bounds, not the other."""

    def fired(_: Any) -> None:
        found[rule] += 1

    return {
        "all": [
            {"a": {"$and": [{"k": opens}]}},
            {"j": {"$and": [{"k": "judged"}, {"$gt": {"now": {"a": "due"}}}, {"case": {"a": "case"}}]}},
            {"b$not": {"$and": [{"k": answer}, *bounds, {"case": {"a": "case"}}]}},
        ],
        "run": fired,
    }


class Host(engine.Host):
    """Without the two threads that look for timers."""

    def _run(self) -> None: ...


host = Host()
host.register_rulesets({
    "duties": {
        "r1": duty("outage-notified", "outage.opened", "outage.notified", {"$gte": {"t": {"a": "t"}}}, {"$lte": {"t": {"a": "due"}}}),
        "r3": duty("tariff-announced", "tariff.changed", "tariff.announced", {"$lte": {"t": {"a": "from"}}}),
        "r4": duty("suspension-warned", "service.suspended", "debt.warned", {"$gte": {"t": {"a": "from"}}}, {"$lte": {"t": {"a": "t"}}}),
    }
})  # fmt: skip
BOUNDS = {
    "outage.opened": (0, HOUR),
    "tariff.changed": (-30 * DAY, -1),
    "service.suspended": (-14 * DAY, -1),
}

frame = pl.read_parquet(sys.argv[1], columns=["time", "event", "case"])
as_of = int(frame["time"].to_physical()[-1]) // 1_000_000
cases = (
    frame.filter(pl.col("event").is_in(NAMES))
    .with_columns(pl.col("time").to_physical() // 1_000_000)
    .group_by("case", maintain_order=True)
    .agg("event", "time")
)
serial = 0


def told(act: Any, fact: dict[str, Any]) -> None:
    """Assert or retract; that no rule fires for a fact is no error."""
    with contextlib.suppress(engine.MessageNotHandledException):
        act("duties", fact)


for case, events, times in cases.iter_rows():
    facts: list[dict[str, Any]] = []
    for name, t in zip(events, times, strict=True):
        serial += 1
        lo, hi = BOUNDS.get(name, (0, 0))
        facts.append({"id": str(serial), "sid": "0", "k": name, "case": case, "t": t, "from": t + lo, "due": t + hi})  # fmt: skip
    serial += 1
    facts.append({"id": str(serial), "sid": "0", "k": "judged", "case": case, "now": as_of})
    for fact in facts:
        told(host.assert_fact, fact)
    for fact in reversed(facts):
        told(host.retract_fact, {"id": fact["id"], "sid": "0"})
print(json.dumps(found))
