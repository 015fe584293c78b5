"""Where the time of an audit goes: reading, laying out, each rule on its own with the log laid out; twice, to see what is kept.

    python benchmarks/stages.py log.parquet [RULES]     → {"read": seconds, "lay_out": …, "first": {"rule": …}, "second": {…}}

Inside one process, so without the start of Python. The first pass includes the loading of compiled loops from their cache on
disk, and of calendars and phrasebooks; the second is evaluation alone. Its lists of events are made anew.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    """Wall seconds, and what came of it."""
    begun = time.perf_counter()
    out = act()
    return round(time.perf_counter() - begun, 4), out


def stages(log: str, rules: str) -> dict[str, Any]:
    """The stages of an audit of a large log by a folder of rules; the counts of violations besides."""
    from keptword.cli.inputs import chosen_packs, chosen_plans
    from keptword.cli.large import read_as_columns
    from keptword.columnar.evaluate import VIOLATED, judge
    from keptword.plan import ObjectivePlan
    from keptword.words import words_for

    packs = chosen_packs([rules])
    plans = chosen_plans(packs, None)
    words = words_for(packs)
    read, large = timed(lambda: read_as_columns([log], None))
    if large is None or large.table is None:
        raise SystemExit(f"{log} is not read as columns: too small, or something in it has to be looked at")
    table: Any = large.table
    table.says = words.says
    as_of = int(table.times[-1])
    keyed = {p.key: p for p in plans if not isinstance(p.body, ObjectivePlan)}
    laid, layouts = timed(lambda: [table.layout(p) for p in keyed.values()])
    out: dict[str, Any] = {"read": read, "lay_out": laid}
    for turn in ("first", "second"):
        for layout in layouts:
            layout._lanes.clear()  # noqa: SLF001 - what a rule looks for is part of its evaluation
        seconds: dict[str, float] = {}
        counts: dict[str, int] = {}
        for plan in plans:
            if isinstance(plan.body, ObjectivePlan):
                continue  # it counts what the others found
            name = plan.name.partition("/")[2]
            seconds[name], found = timed(lambda one=plan: judge([one], table, as_of, (), words))
            counts[name] = len(found.owed[plan.name].entries(*VIOLATED))
        out[turn] = seconds
        out["violations"] = counts
    return out


if __name__ == "__main__":
    where = sys.argv[2] if len(sys.argv) > 2 else str(Path(__file__).parent / "rules")
    print(json.dumps(stages(sys.argv[1], where), indent=1))
