"""Time the audit of a large log beside hand-written scripts for the same four duties, and check that all count the same.

    python benchmarks/run.py 10000000 --rounds 3      → benchmarks/results.json and docs/performance.md

Whole processes, one after the other in turns, so that a noisy machine is noisy for all; what is compared are ratios to
the bare script (`floor.py`) in the same run. Peak memory and CPU time are those of the process.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
KEPTWORD = [
    str(Path(sys.executable).with_name("keptword")),
    "audit",
    "LOG",
    "--rules",
    str(HERE / "rules"),
    "--format",
    "json",
    "--limit",
]
BY_HAND = {
    "floor": "floor.py",
    "polars": "by_hand_polars.py",
    "duckdb": "by_hand_duckdb.py",
    "brute force": "oracle.py",
}
WHAT = {
    "keptword": "keptword audit, complete counts and the 1,000 worst findings with evidence",
    "floor": "bare script: pyarrow reads and encodes, Numba sorts and loops; counts only",
    "polars": "hand-written Polars; counts only",
    "duckdb": "hand-written SQL for DuckDB; counts only",
    "brute force": "plain Python, case by case; counts only",
}


def log_of(events: int, folder: Path) -> Path:
    """The seeded log of a size, generated once."""
    path = folder / f"log-{events}.parquet"
    if not path.exists():
        subprocess.run([sys.executable, str(HERE / "generate.py"), str(events), str(path)], check=True)
    return path


def measured(command: list[str]) -> tuple[dict[str, float], bytes]:
    """Wall and CPU seconds and peak megabytes of one whole process, and what it wrote."""
    with tempfile.TemporaryFile() as out:
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdout=out)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        if os.waitstatus_to_exitcode(status) not in {0, 1}:
            raise SystemExit(f"{' '.join(command)} failed")
        out.seek(0)
        return {
            "wall": wall,
            "cpu": used.ru_utime + used.ru_stime,
            "peak_mb": used.ru_maxrss / 1024,
        }, out.read()


def counted(name: str, text: bytes) -> dict[str, int]:
    """Violations by rule."""
    found: dict[str, Any] = json.loads(text)
    if name != "keptword":
        return dict(found)
    return {
        r["rule"].partition("/")[2]: r["late"] + r["missed"] + r["early"] + r["broken"]
        for r in found["rules"]
    }


def series(events: int, rounds: int, names: list[str], folder: Path) -> dict[str, Any]:
    """Medians of some rounds over the log of a size, one process after the other."""
    log = str(log_of(events, folder))
    runs: dict[str, list[dict[str, float]]] = {n: [] for n in names}
    counts: dict[str, dict[str, int]] = {}
    for n in range(rounds + 1):  # the first round warms the caches and is not counted
        for name in names:
            command = (
                [a.replace("LOG", log) for a in [*KEPTWORD, "1000"]]
                if name == "keptword"
                else [sys.executable, str(HERE / BY_HAND[name]), log]
            )
            used, text = measured(command)
            counts[name] = counted(name, text)
            if n:
                runs[name].append(used)
    if any(c != counts[names[0]] for c in counts.values()):
        raise SystemExit(f"the counts differ: {counts}")
    out = {
        n: {k: round(statistics.median(r[k] for r in rs), 2) for k in ("wall", "cpu", "peak_mb")}
        for n, rs in runs.items()
    }
    return {"events": events, "rounds": rounds, "violations": counts[names[0]], "runs": out}


def page(results: list[dict[str, Any]]) -> str:
    """docs/performance.md."""
    lines = [
        "# Performance", "",
        "Made by `python benchmarks/run.py`; do not edit. Whole processes on a Parquet log with text case ids, four rules",
        "(`benchmarks/rules`), medians of rounds in turns on a shared machine: compare the ratios, not the seconds.",
        f"{os.cpu_count()} cores, Python {platform.python_version()}.", "",
    ]  # fmt: skip
    for result in results:
        base = result["runs"].get("floor")
        total = sum(result["violations"].values())
        lines += [f"## {result['events']:,} events, {total:,} violations, median of {result['rounds']}", ""]
        lines += ["| | seconds | times the bare script | CPU seconds | peak MB |", "|---|---|---|---|---|"]
        for name, used in result["runs"].items():
            ratio = f"{used['wall'] / base['wall']:.2f}" if base else ""
            lines.append(
                f"| {WHAT[name]} | {used['wall']:.2f} | {ratio} | {used['cpu']:.2f} | {used['peak_mb']:.0f} |"
            )
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", type=int, nargs="+")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without", action="append", default=[], help="leave one out, such as 'brute force'")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(tempfile.gettempdir()) / "keptword-benchmarks",
        help="where logs are kept",
    )
    wishes = parser.parse_args()
    wishes.folder.mkdir(parents=True, exist_ok=True)
    names = [n for n in ("keptword", *BY_HAND) if n not in wishes.without]
    results = [series(n, wishes.rounds, names, wishes.folder) for n in wishes.events]
    (HERE / "results.json").write_text(json.dumps(results, indent=2) + "\n", "utf-8")
    (HERE.parent / "docs" / "performance.md").write_text(page(results), "utf-8")
    print(page(results))


if __name__ == "__main__":
    main()
