"""What was promised of speed and memory, and whether the measurements keep it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

Results = dict[str, Any]


@dataclass(frozen=True)
class Target:
    """One promise.

    Attributes:
        said: in words.
        found: what was measured, in words; "" where it was not.
        met: whether it is kept; None: not measured.
    """

    said: str
    found: str = ""
    met: bool | None = None


def wall(results: Results, section: str, run: str) -> float | None:
    """Seconds of a run, without end where it was stopped; None where it was not measured."""
    runs = results.get(section, {}).get("runs", {})
    if run not in runs:
        return None
    return math.inf if runs[run]["wall"] is None else float(runs[run]["wall"])


def ratio(
    said: str, over: float | None, under: float | None, *, least: float = 0.0, most: float = 1e9
) -> Target:
    """Whether one time is between so and so many times the other."""
    if not over or not under:
        return Target(said)
    if math.isinf(under) or (math.isinf(over) and not least):
        return Target(said, "stopped: over the limit of time", met=False)
    if math.isinf(over):
        return Target(said, "the other was stopped: over the limit of time", True if least <= 1 else None)
    return Target(said, f"{over / under:.2f} times", least <= over / under <= most)


def more(said: str, long: float | None, short: float | None, seconds: float) -> Target:
    """Whether one takes at most so many seconds longer than the other."""
    if long is None or short is None:
        return Target(said)
    if math.isinf(long) or math.isinf(short):
        return Target(said, "stopped: over the limit of time", met=False)
    return Target(said, f"{long - short:+.2f} s", long - short <= seconds)


def atmost(said: str, value: float | None, most: float, unit: str) -> Target:
    """Whether a figure is small enough."""
    return Target(said) if value is None else Target(said, f"{value:,.2f} {unit}", value <= most)


FULL = {
    "main": 10_000_000, "findings": 10_000_000, "again": 10_000_000, "twenty": 10_000_000, "stages": 10_000_000, "peers": 1_000_000,
    "huge": 100_000_000,
}  # fmt: skip


def targets(measured: Results) -> list[Target]:
    """All of them, in order; trials over smaller logs say nothing about them."""
    results = {n: s for n, s in measured.items() if s.get("events", 0) == FULL.get(n, 0)}
    main, growth = results.get("main", {}).get("runs", {}), results.get("growth", {})
    ours = wall(results, "main", "keptword")
    peak = main.get("keptword", {}).get("peak_mb")
    four = results.get("stages", {}).get("four") or {}
    evaluating = sum(four["second"].values()) if "second" in four else None
    huge = results.get("huge", {}).get("runs", {}).get("keptword", {})
    small = growth.get("small", {}).get("wall")
    sizes = growth.get("runs", {})
    per_event = [(sizes.get(n, {}).get("wall") or 0.0) / int(n) for n in ("10000000", "1000000")]
    usual = wall(results, "findings", "the thousand worst, JSON")
    three = wall(results, "peers", "keptword, three rules")
    out = [
        ratio("10 M events, four rules: faster than hand-written Polars", wall(results, "main", "polars"), ours, least=1),
        ratio("10 M events, four rules: faster than hand-written SQL for DuckDB", wall(results, "main", "duckdb"), ours, least=1),
        ratio("10 M events, four rules: at most 1.7 times the bare script", ours, wall(results, "main", "floor"), most=1.7),
        atmost("10 M events, four rules: at most 2.5 GB", peak / 1024 if peak else None, 2.5, "GB"),
        atmost("evaluation alone, log laid out, four rules over 10 M events: at most 0.3 s", evaluating, 0.3, "s"),
        more("twenty rules cost at most 2 s more than four", wall(results, "twenty", "twenty rules"), wall(results, "twenty", "four rules"), 2),
        more("all findings as Parquet cost at most 1 s more", wall(results, "findings", "all, Parquet"), usual, 1),
        more("all findings as JSON lines cost at most 6 s more", wall(results, "findings", "all, JSON lines"), usual, 6),
        ratio("a second audit is at least three times faster", wall(results, "again", "without"), wall(results, "again", "second, from the kept layout"), least=3),
        ratio("1 M events: at least 20 times faster than pm4py", wall(results, "peers", "pm4py"), three, least=20),
        ratio("1 M events: at least 100 times faster than Declare4Py", wall(results, "peers", "Declare4Py, log not cut"), three, least=100),
        ratio("time per event at 10 M is at most 1.2 times that at 1 M", per_event[0], per_event[1], most=1.2),
        atmost("100 M events within 4 GB", huge["peak_mb"] / 1024 if huge.get("peak_mb") else None, 4, "GB"),
        atmost("an audit of 200 lines: under 1 s", small, 1, "s"),
    ]  # fmt: skip
    if huge.get("wall", 0) is None:
        out[-2] = Target(out[-2].said, "stopped: over the limit of time", met=False)
    return out
