"""Times whole processes, as a person waits for them: `keptword --help`, and an audit of a log of 200 lines.

python benchmarks/startup.py [RUNS]
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

COMMAND = str(Path(sysconfig.get_path("scripts")) / "keptword")
START = datetime(2026, 3, 2, 6, tzinfo=UTC)


def log_of(lines: int) -> str:
    """Forty outages of five lines each; every fourth customer is told too late."""
    out = []
    for n in range(lines // 5):
        opened = START + timedelta(hours=7 * n)
        told = timedelta(minutes=90 if n % 4 == 0 else 20)
        steps = [
            (timedelta(0), "outage.opened", {}),
            (told, "call.made", {"channel": "mobile", "answered": True}),
            (
                told + timedelta(hours=2),
                "message.sent",
                {"channel": "email", "text": "Бригада на месте, чиним."},
            ),
            (timedelta(hours=4, minutes=30), "outage.resolved", {}),
            (timedelta(hours=4, minutes=40), "call.made", {"channel": "mobile", "answered": True}),
        ]
        for after, event, more in steps:
            head = {
                "time": (opened + after).isoformat(),
                "event": event,
                "case": f"T-{n}",
                "incident": f"T-{n}",
            }
            out.append(json.dumps(head | {"customer": f"c{n % 7}"} | more, ensure_ascii=False))
    return "\n".join(out) + "\n"


def seconds(arguments: list[str], runs: int, allowed: set[int]) -> list[float]:
    """Wall-clock seconds of `runs` runs after one that is not counted."""
    found = []
    for run in range(runs + 1):
        begun = time.perf_counter()
        done = subprocess.run([COMMAND, *arguments], capture_output=True, check=False)
        took = time.perf_counter() - begun
        if done.returncode not in allowed:
            sys.exit(done.stderr.decode())
        if run:
            found.append(took)
    return found


def main() -> None:
    """Print a table: median, fastest, slowest, and the time that was promised."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.jsonl"
        log.write_text(log_of(200), encoding="utf-8")
        audit = ["audit", str(log), "--rules", "house"]
        tasks = [
            ("keptword --help", ["--help"], {0}, 0.3),
            ("audit of 200 lines", audit, {0, 1}, 1.0),
            ("the same as JSON", [*audit, "--format", "json"], {0, 1}, 1.0),
        ]
        print(
            f"{'whole process, ' + str(runs) + ' runs':<24}{'median':>9}{'min':>9}{'max':>9}{'promised':>10}"
        )
        for name, arguments, allowed, promised in tasks:
            took = seconds(arguments, runs, allowed)
            figures = (statistics.median(took), min(took), max(took))
            print(f"{name:<24}" + "".join(f"{f:>8.2f}s" for f in figures) + f"{promised:>9.1f}s")


if __name__ == "__main__":
    main()
