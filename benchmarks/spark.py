"""Time the audit on Spark beside the same audit on one machine, check that both count the same, and reckon what a lake costs.

    python benchmarks/spark.py 10000000 --master 'local-cluster[2,1,3072]'   → benchmarks/spark.json and docs/scale.md

Needs `keptword[spark]` and Java. What executors spend is read from Spark's own log of events; what the columnar engine
spends in them is measured around it, in CPU seconds, so that a noisy machine says much the same as a quiet one.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PRICE = 0.05  # dollars for an hour of a core with 4 to 8 GB, on demand, as the large clouds list it
MARKS = ("<!-- measured -->", "<!-- end -->")


def log_of(events: int) -> Path:
    """The seeded log of a size, generated once."""
    folder = Path(tempfile.gettempdir()) / "keptword-benchmarks"
    folder.mkdir(exist_ok=True)
    path = folder / f"log-{events}.parquet"
    if not path.exists():
        subprocess.run([sys.executable, str(HERE / "generate.py"), str(events), str(path)], check=True)
    return path


def alone(path: Path) -> tuple[dict[str, Any], float, float]:
    """The report of the command on one machine, its CPU and wall seconds, start and compiling included."""
    command = [
        str(Path(sys.executable).with_name("keptword")),
        "audit",
        str(path),
        "--rules",
        str(HERE / "rules"),
    ]
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run([*command, "--format", "json", "--limit", "1000"], capture_output=True, check=False)
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - begun
    if done.returncode not in {0, 1}:
        raise SystemExit(done.stderr.decode())
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return json.loads(done.stdout), cpu, wall


def timed(order: Any, unit: Any) -> Callable[[Iterator[Any]], Iterator[Any]]:
    """As `part.judging`, and a row of results more: CPU microseconds of the columnar engine, and its events."""
    from keptword.cluster import part, rows

    def run(batches: Iterator[Any]) -> Iterator[Any]:
        for table in part.whole_buckets(batches, order.chunk):
            begun = time.process_time_ns()
            found = part.judged(order, unit, table)
            spent = (time.process_time_ns() - begun) // 1000
            yield rows.batch([*found, {"what": "spent", "n": spent, "when": table.num_rows}])

    return run


def on_spark(
    path: Path, master: str, settings: dict[str, str], rounds: int
) -> tuple[dict[str, Any], list[dict[str, float]]]:
    """The report of an audit on Spark, and what it took, round by round; the first warms compilers and caches."""
    import pyspark

    from keptword.audit import Wishes
    from keptword.cluster import preparing, run, spread
    from keptword.cluster.lake import Look
    from keptword.cluster.session import session
    from keptword.planning import make_plans
    from keptword.reports.json_report import as_dict
    from keptword.spec.packs import load_packs
    from keptword.words import Words

    os.environ["SPARK_HOME"] = str(Path(pyspark.__file__).parent)
    spread.judging = timed
    plans = make_plans(load_packs([str(HERE / "rules")]))
    spent: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as events:
        log = {
            "spark.eventLog.enabled": "true",
            "spark.eventLog.dir": events,
            "spark.eventLog.compress": "false",
        }
        with session(master, log | {"spark.eventLog.rolling.enabled": "false"} | settings) as spark:
            for _ in range(rounds + 1):
                begun = time.perf_counter()
                wishes = Wishes(limit=1000)
                base = preparing.prepared([(spark.read.parquet(str(path)), Look("log"))], plans, [])
                summary = run.summary(base, base.last or 0, ())
                job = run.job(base, plans, base.last or 0, wishes, [], Words())
                report = run.report(job, base, plans, base.last or 0, wishes, [], summary)
                wall = time.perf_counter() - begun
                rows = [(r["n"], r["when"]) for r in job.results.filter("what = 'spent'").collect()]
                job.close()
                inner = {
                    "columnar_cpu": sum(n for n, _ in rows) / 1e6,
                    "rows": sum(n for _, n in rows),
                    "wall": wall,
                }
                spent.append(inner | {"until": time.time() * 1000})
        tasks = _tasks(Path(events))
    since = 0.0
    for one in spent:
        own = [t for t in tasks if since <= t["Task Info"]["Finish Time"] < one["until"]]
        metrics = [t["Task Metrics"] for t in own if t.get("Task Metrics")]
        one["executor"] = sum(m["Executor Run Time"] for m in metrics) / 1e3
        one["shuffled"] = sum(m["Shuffle Write Metrics"]["Shuffle Bytes Written"] for m in metrics)
        since = one.pop("until")
    return as_dict(report), spent[1:]


def _tasks(folder: Path) -> list[dict[str, Any]]:
    out = []
    for file in folder.iterdir():
        for line in file.read_text("utf-8").splitlines():
            if '"SparkListenerTaskEnd"' in line:
                out.append(json.loads(line))
    return out


def page(found: dict[str, Any]) -> str:
    """The measured part of docs/scale.md."""
    events, speed = found["events"], found["events_per_core_second"]
    lines = [
        f"Measured with `python benchmarks/spark.py {events}` on {found['cores']} shared cores (`{found['master']}`), Python {found['python']},",
        f"Spark {found['spark']}, four rules with one key, a log without ids; median of {found['rounds']}.", "",
        "| | |", "|---|---|",
        f"| events | {events:,} |",
        f"| events a second and core, everything (executors' run time: reading, looking at the log, shuffle, judging) | {speed:,.0f} |",
        f"| events a second and core in the columnar engine inside executors (CPU) | {found['columnar_events_per_core_second']:,.0f} |",
        f"| the same events by `keptword audit` on one machine (CPU, whole process) | {found['alone_events_per_core_second']:,.0f} |",
        f"| the first of these two to the second | {found['ratio']:.2f} |",
        f"| bytes shuffled an event | {found['shuffled_per_event']:.1f} |", "",
        f"On paper, from these figures; an audit once a day of the events of that day, and a core at {PRICE:.2f} dollars an hour:", "",
        "| events a day | core hours | cores to be done in an hour | shuffled | dollars a day |", "|---|---|---|---|---|",
    ]  # fmt: skip
    for size in (10**9, 10**11):
        hours = size / speed / 3600
        terabytes = size * found["shuffled_per_event"] / 1e12
        lines.append(
            f"| 10^{len(str(size)) - 1} | {hours:,.1f} | {max(1, round(hours)):,} | {terabytes:,.2f} TB | {hours * PRICE:,.2f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", type=int, nargs="?", default=10_000_000)
    parser.add_argument("--master", default="local-cluster[2,1,3072]")
    parser.add_argument("--conf", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--rounds", type=int, default=2)
    wishes = parser.parse_args()
    path = log_of(wishes.events)
    singles = [alone(path) for _ in range(wishes.rounds + 1)]
    settings = dict(c.split("=", 1) for c in wishes.conf)
    report, spent = on_spark(path, wishes.master, settings, wishes.rounds)
    for part in ("rules", "findings", "waived", "unlisted", "failing"):
        if report[part] != singles[0][0][part]:
            raise SystemExit(f"the results differ in {part}")
    import pyspark

    def median(values: list[float]) -> float:
        return sorted(values)[len(values) // 2]

    columnar = median([s["rows"] / s["columnar_cpu"] for s in spent])
    single = median([wishes.events / cpu for _, cpu, _ in singles[1:]])
    found = {
        "events": wishes.events, "master": wishes.master, "rounds": wishes.rounds, "cores": os.cpu_count(),
        "python": platform.python_version(), "spark": pyspark.__version__,
        "events_per_core_second": round(median([wishes.events / s["executor"] for s in spent])),
        "columnar_events_per_core_second": round(columnar), "alone_events_per_core_second": round(single),
        "ratio": round(columnar / single, 2), "shuffled_per_event": round(median([s["shuffled"] / wishes.events for s in spent]), 1),
        "wall_seconds": round(median([s["wall"] for s in spent]), 1), "alone_wall_seconds": round(median([w for _, _, w in singles[1:]]), 1),
    }  # fmt: skip
    (HERE / "spark.json").write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    doc = HERE.parent / "docs" / "scale.md"
    before, _, rest = doc.read_text("utf-8").partition(MARKS[0])
    doc.write_text(f"{before}{MARKS[0]}\n\n{page(found)}\n\n{MARKS[1]}{rest.partition(MARKS[1])[2]}", "utf-8")
    print(page(found))


if __name__ == "__main__":
    main()
