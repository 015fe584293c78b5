"""docs/performance.md, made of results.json."""

from __future__ import annotations

from typing import Any

from sections import ORACLE
from targets import Results, targets

HEAD = """# Performance

Made by `benchmarks/run.py` from its measurements; do not edit. Whole processes, from the start of Python to the last byte of
output, medians of rounds in turns: the machine was nobody else's only if its owner saw to it, so **compare the ratios, not the
seconds**. Every contender counts the violations too, and the run fails where two counts differ.

The log is made by `benchmarks/generate.py`: cases of about ten events with text ids, in order of time, as Parquet; 4.5 % of the
events are violations. The four rules (`benchmarks/rules`): an outage is told within the hour (response), updated every four
hours (cadence), a tariff announced 30 days ahead (notice), no suspension without a warning in the 14 days before (guard).
"""
WHAT = {
    "keptword": "`keptword audit`: complete counts, the 1,000 worst findings with evidence, JSON",
    "floor": "bare script: pyarrow reads and encodes, Numba sorts and loops; counts only",
    "polars": "hand-written Polars; counts only",
    "duckdb": "hand-written SQL for DuckDB; counts only",
    "oracle": f"{ORACLE}; counts only",
}
PEERS = {
    "CLIPS": "CLIPS (clipspy), case by case: all four",
    "durable-rules": "durable-rules, case by case: all but the cadence",
    "pm4py": "pm4py, LTL filters on columns: all but the cadence, by case",
    "pm4py, log not cut": "the same, its log not cut to the two events first",
    "Declare4Py": "Declare4Py, MP-Declare: all but the cadence",
    "Declare4Py, log not cut": "the same, its log not cut to six kinds of event first",
    "oracle": f"{ORACLE}: all four",
}
AGAIN = """## Measure it yourself

`make bench` measures everything but 100 million events: about twenty minutes on two quiet cores. It makes `.venv-peers` for the
peers (`benchmarks/peers.txt`), keeps its logs in a folder of its own under the system's temporary one, and writes
`benchmarks/results.json` and this page. `python benchmarks/run.py main growth` measures some sections only;
`python benchmarks/run.py huge` the hundred million (2 GB of disk); `--rounds`, `--limit` (seconds after which a process is stopped)
and `--scale 0.01` (a trial) change how. `benchmarks/live.py`, `startup.py` and `wording.py` time the monitor, the start and the wording checks.
"""


def page(results: Results) -> str:
    """The whole page, in Markdown."""
    parts = [HEAD]
    if results:
        parts.append(promises(results))
    for name, title, make in (
        ("main", "Four rules", compare), ("peers", "Other engines", peers), ("growth", "Larger and larger logs", growth),
        ("twenty", "Twenty rules", simple), ("findings", "Writing all findings", simple), ("again", "A second audit", simple),
        ("stages", "Where the time goes", stages), ("huge", "A hundred million events", simple),
    ):  # fmt: skip
        if name in results:
            parts.append(f"## {title}\n\n{make(results[name])}\n{where(results[name])}\n")
    parts.append(AGAIN)
    return "\n".join(parts)


def where(section: dict[str, Any]) -> str:
    """When and on what a section was measured."""
    m = section["machine"]
    return f"*{m['date']}, {m['cores']} cores ({m['processor']}), {m['memory_gib']} GiB, Python {m['python']}.*\n"


def promises(results: Results) -> str:
    """A table of what was promised and whether it is kept."""
    words = {True: "met", False: "**missed**", None: "not measured"}
    rows = [f"| {t.said} | {t.found} | {words[t.met]} |" for t in targets(results)]
    return "\n".join(["## What was promised", "", "| | measured | |", "|---|---|---|", *rows, ""])


def cells(run: dict[str, Any], base: float | None) -> str:
    """Ratio, seconds, processor seconds, megabytes."""
    if run["wall"] is None:
        return "over the limit | | |"
    times = f"{run['wall'] / base:.2f}" if base else ""
    return f"{times} | {run['wall']:.2f} | {run['cpu']:.2f} | {run['peak_mb']:,.0f} |"


def compare(section: dict[str, Any]) -> str:
    """keptword beside what a person would write by hand."""
    base = section["runs"].get("floor", {}).get("wall")
    total = sum(section["violations"].values())
    lines = [
        f"{section['events']:,} events, {total:,} violations; all count the same.",
        "",
        "| | times the bare script | seconds | CPU seconds | peak MB |",
        "|---|---|---|---|---|",
    ]
    lines += [f"| {WHAT[name]} | {cells(run, base)}" for name, run in section["runs"].items()]
    return "\n".join([*lines, ""])


def peers(section: dict[str, Any]) -> str:
    """Engines that others wrote, on the rules that they can say."""
    runs = section["runs"]
    lines = [
        f"{section['events']:,} events. Times keptword: with the same rules, its thousand worst findings and their evidence included.",
        "",
        "| | times keptword | seconds | CPU seconds | peak MB | counts, beside ours |",
        "|---|---|---|---|---|---|",
    ]
    for name, run in runs.items():
        if name == "oracle, by case":
            continue
        all_four = name in {"CLIPS", "oracle", "keptword, four rules"}
        base = runs["keptword, four rules" if all_four else "keptword, three rules"]["wall"]
        agree = section["agree"].get(name, "the same" if name == "oracle" else "")
        lines.append(f"| {PEERS.get(name, name)} | {cells(run, base)} {agree} |")
    if not section["installed"]:
        lines.append("\nThe peers were not installed; `python benchmarks/run.py --install-peers` does that.")
    lines += ["", *PEER_NOTES.splitlines(), ""]
    return "\n".join(lines)


PEER_NOTES = """Each is used in the fastest way that we found, which is not always the way of its manual: CLIPS gets one case at a time and a
new environment every 250 cases, durable-rules one case at a time, pm4py its filters on whole columns, and both process miners
a log that was cut to the events in question beforehand. A case of pm4py is good if *one* of its triggers was answered in time."""


def growth(section: dict[str, Any]) -> str:
    """The same audit over logs of several sizes."""
    lines = ["| events | seconds | microseconds an event | CPU seconds | peak MB |", "|---|---|---|---|---|"]
    small = section["small"]
    lines.append(
        f"| 200 lines of JSON, the house rules | {small['wall']:.2f} | | {small['cpu']:.2f} | {small['peak_mb']:,.0f} |"
    )
    for events, run in section["runs"].items():
        if run["wall"] is None:
            lines.append(f"| {int(events):,} | over the limit | | | |")
            continue
        each = run["wall"] / int(events) * 1e6
        lines.append(
            f"| {int(events):,} | {run['wall']:.2f} | {each:,.2f} | {run['cpu']:.2f} | {run['peak_mb']:,.0f} |"
        )
    return "\n".join([*lines, ""])


def simple(section: dict[str, Any]) -> str:
    """A table of runs, each beside the first."""
    if "lacking" in section:
        return f"Not measured: this version's audit has no `{section['lacking']}`.\n"
    runs = section["runs"]
    first = next(iter(runs.values()))["wall"]
    lines = [f"{section['events']:,} events.", ""]
    lines += ["| | times the first | seconds | CPU seconds | peak MB |", "|---|---|---|---|---|"]
    lines += [f"| {name} | {cells(run, first)}" for name, run in runs.items()]
    if "lines" in section:
        sizes = ", ".join(f"{kind} {size:,} MB" for kind, size in sorted(section["megabytes"].items()))
        lines += ["", f"{section['lines']:,} findings; {sizes}."]
    if section.get("options"):
        lines += ["", f"With `{section['options']}`."]
    return "\n".join([*lines, ""])


def stages(section: dict[str, Any]) -> str:
    """Seconds of each stage in one process, first and second time."""
    lines = [
        f"{section['events']:,} events, in one process (`benchmarks/stages.py`), seconds. The first pass loads compiled loops, calendars and phrasebooks.",
        "",
        "| | four rules | twenty rules, richer log |",
        "|---|---|---|",
    ]
    both = [section.get(name) for name in ("four", "twenty")]
    for said, key in (("reading", "read"), ("laying out by key", "lay_out")):
        lines.append(f"| {said} |" + "".join(f" {s[key]:.2f} |" if s else " over the limit |" for s in both))
    for said, key in (("all rules, first pass", "first"), ("all rules, second pass", "second")):
        lines.append(f"| {said} |" + "".join(f" {sum(s[key].values()):.2f} |" if s else " |" for s in both))
    for s in both[::-1]:
        if s:
            slow = sorted(s["second"].items(), key=lambda item: -item[1])[:3]
            said = ", ".join(f"{rule} {seconds:.2f}" for rule, seconds in slow)
            lines += ["", f"The dearest of {len(s['second'])} in the second pass: {said}."]
    return "\n".join([*lines, ""])
