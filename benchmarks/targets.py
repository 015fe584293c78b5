"""What was promised of speed and memory, and whether the measurements keep it."""

from __future__ import annotations

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
    """Seconds of a run; None where there is none, or the time ran out."""
    found = results.get(section, {}).get("runs", {}).get(run, {}).get("wall")
    return float(found) if found is not None else None


def ratio(
    said: str, over: float | None, under: float | None, *, least: float = 0.0, most: float = 1e9
) -> Target:
    """Whether one time is between so and so many times the other."""
    if not over or not under:
        return Target(said)
    return Target(said, f"{over / under:.2f} times", least <= over / under <= most)


def more(said: str, long: float | None, short: float | None, seconds: float) -> Target:
    """Whether one takes at most so many seconds longer than the other."""
    if long is None or short is None:
        return Target(said)
    return Target(said, f"{long - short:+.2f} s", long - short <= seconds)


def atmost(said: str, value: float | None, most: float, unit: str) -> Target:
    """Whether a figure is small enough."""
    return Target(said) if value is None else Target(said, f"{value:,.2f} {unit}", value <= most)


def targets(results: Results) -> list[Target]:
    """All of them, in order."""
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
    for name, section in (("twenty", "twenty rules"), ("huge", "keptword")):
        run = results.get(name, {}).get("runs", {}).get(section, {"wall": 0})
        if run["wall"] is None:
            at = 5 if name == "twenty" else 12
            out[at] = Target(out[at].said, "stopped: over the limit of time", met=False)
    return out
