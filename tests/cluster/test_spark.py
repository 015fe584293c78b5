"""The audit on Spark gives what the columnar engine gives on one machine."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from threading import Timer

import pytest

from keptword.audit import Wishes, audit
from keptword.cluster import audit as audit_frame
from keptword.cluster import audit_tables, preparing, rows, run
from keptword.cluster.lake import Look
from keptword.columnar.evaluate import evaluate
from keptword.errors import KeptwordError
from keptword.events import make_log
from keptword.instants import DAY
from keptword.obligation import order
from keptword.planning import make_plans
from keptword.readers import read_log
from keptword.readers.convert import event_line
from keptword.reports.json_report import as_dict
from keptword.spec.packs import load_packs
from keptword.testing.strategies import WORDS, logs, packs, plan_of
from keptword.timeline import parse_timeline
from keptword.words import Words

pytestmark = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning",
    "ignore:unclosed:ResourceWarning",
    "ignore::FutureWarning",
)

_spec = importlib.util.spec_from_file_location("drawn", Path(__file__).with_name("drawn.py"))
drawn = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(drawn)

ROOT = Path(__file__).parents[2]
SEED = int(os.environ.get("KEPTWORD_SEED", "1"))
PACKS, LOGS = int(os.environ.get("KEPTWORD_PACKS", "10")), int(os.environ.get("KEPTWORD_LOGS", "8"))


def obligations(spark, frame, look, plans, as_of, waivers, large):
    """What Spark finds: rule → obligations, rule → events left out, uses of each waiver."""
    base = preparing.prepared([(frame, look)], plans, waivers)
    wishes = Wishes(as_of=as_of, everything=True)
    # Small parts, so that each rule's keys lie in several; `large` decides whether rows become arrays or events.
    job = run.job(base, plans, as_of, wishes, waivers, WORDS, run.Spread(3, large, 40))
    try:
        found = {p.name: [] for p in plans}
        skipped: dict[str, int] = {}
        used = [0] * len(waivers)
        for row in job.results.collect():
            match row["what"]:
                case rows.OWED:
                    found[row["rule"]].append(rows.finding_of(row["severity"], row["payload"])[0].obligation)
                case rows.SKIPPED:
                    skipped[row["rule"]] = skipped.get(row["rule"], 0) + row["n"]
                case rows.WAIVER:
                    used[int(row["part"])] += row["n"]
        return found, skipped, used
    finally:
        job.close()


def compare(spark, frame, look, plans, log, as_of, large):
    """Everything about every obligation is the same."""
    waivers = drawn.waivers_for(plans, log)
    theirs = deepcopy(waivers)
    wanted = evaluate(plans, log, as_of, theirs, WORDS)
    found, skipped, used = obligations(spark, frame, look, plans, as_of, waivers, large)
    for plan in plans:
        ours = sorted(found[plan.name], key=order)
        assert ours == sorted(wanted.obligations[plan.name], key=order), plan.rule
    for rule, n in wanted.skipped.items():
        assert skipped.get(rule, 0) == n, rule
    assert used == [len(w.used) for w in theirs]
    assert sum(map(len, found.values())) > 0


@pytest.mark.parametrize(
    ("ids", "large"), [(True, 1), (False, 20_000)], ids=["ids-arrays", "made-ids-events"]
)
def test_random_rules_over_clean_columns(spark, ids, large):
    """Rules of every kind, key and `for_each`, reparations, objectives and waivers: the same on two executors as here."""
    plans = drawn.together(drawn.drawn(packs(), PACKS, SEED))
    log = drawn.one_log(drawn.drawn(logs(), LOGS, SEED + 1), ids, True)
    plain, schema = drawn.rows_of_columns(log, ids)
    as_of = log.events[-1].time + (DAY if ids else -1)
    frame = spark.createDataFrame(plain, schema)
    compare(spark, frame, Look("log"), plans, log, as_of, large)


def test_random_rules_over_json(spark, tmp_path):
    """Rows that have to be read value by value: the same as the reader of one machine makes of the same file."""
    plans = drawn.together(drawn.drawn(packs(), PACKS, SEED + 2))
    events = drawn.one_log(drawn.drawn(logs(), LOGS, SEED + 3), True, False).events
    path = tmp_path / "log.jsonl"
    # A line that stands twice is one event.
    path.write_text("".join(event_line(e) + "\n" for e in [*events, events[0]]), "utf-8")
    log, _ = read_log([path])
    compare(spark, spark.read.json(str(path)), Look(str(path)), plans, log, log.events[-1].time, 20_000)


def benchmark_log(tmp_path, events):
    """A log as the benchmarks have it."""
    path = tmp_path / "log.parquet"
    subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "generate.py"), str(events), str(path)], check=True
    )
    return path


def executors():
    """The processes of the executors of this test's own cluster."""
    above, out = {}, []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            above[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if b"CoarseGrainedExecutorBackend" in (folder / "cmdline").read_bytes():
                out.append(int(folder.name))
        except OSError:
            continue  # it has ended
    return sorted(pid for pid in out if os.getpid() in ancestors(pid, above))


def ancestors(pid, above):
    """The processes that a process comes from."""
    while pid in above:
        pid = above[pid]
        yield pid


def test_an_executor_killed_in_the_middle_changes_nothing(spark, tmp_path):
    """With an executor gone in mid-job, and what it held, the report is the one that a single machine gives."""
    path = benchmark_log(tmp_path, 30_000)
    made = load_packs([str(ROOT / "benchmarks" / "rules")])
    plans = make_plans(made)
    log, _ = read_log([path])
    wanted = as_dict(audit(log, plans, Wishes(limit=50)))
    frame = spark.read.parquet(str(path))
    base = preparing.prepared([(frame, Look("log"))], plans, [])
    before = executors()
    assert len(before) == 2
    told = Wishes(as_of=base.last, limit=50)
    job = run.job(base, plans, base.last, told, [], Words(), run.Spread(8))
    # Once while parts are judged, and once more when half of the results lie on an executor that is gone.
    timer = Timer(0.6, os.kill, (before[0], signal.SIGKILL))
    timer.start()
    summed = run.report(job, base, plans, base.last, told, [], run.summary(base, base.last, ()))
    timer.join()
    os.kill(next(p for p in executors() if p != before[0]), signal.SIGKILL)
    again = run.report(job, base, plans, base.last, told, [], run.summary(base, base.last, ()))
    job.close()
    for report in (summed, again):
        found = as_dict(report)
        for part in ("rules", "findings", "waived", "unlisted", "failing", "as_of"):
            assert found[part] == wanted[part]
    assert before[0] not in executors()


def test_a_nationwide_outage(spark):
    """A key with most of the log in it, and a `for_each` over many customers: joined, not exploded; the same result."""
    many = 3000
    first = {"id": "first", "severity": "minor", "kind": "response"}
    told = first | {"after": "outage.opened", "expect": "outage.notified", "within": "1h"}
    plans = [plan_of(told | {"per": ["incident", "customer"], "for_each": {"customer": "affected"}})]
    names = [f"c{i}" for i in range(many)]
    lines = [("outage.opened", 0, None, names, "o1")]
    lines += [("outage.notified", i % 7200, n, None, f"n{i}") for i, n in enumerate(names)]
    made = [
        {"time": 1_700_000_000_000_000 + t * 1_000_000, "event": e, "case": "I-1", "incident": "I-1", "customer": c, "affected": a, "id": i}
        for e, t, c, a, i in lines
    ]  # fmt: skip
    log = make_log(
        parse_timeline(
            "+0s I-1 outage.opened incident=I-1 id=o1 affected=" + ",".join(names), made[0]["time"]
        )
        + parse_timeline(
            "\n".join(
                f"+{i % 7200}s I-1 outage.notified incident=I-1 customer={n} id=n{i}"
                for i, n in enumerate(names)
            ),
            made[0]["time"],
        )
    )
    schema = "time long, event string, case string, incident string, customer string, affected array<string>, id string"
    frame = spark.createDataFrame(made, schema).selectExpr(
        "timestamp_micros(time) as time", "* except (time)"
    )
    as_of = log.events[-1].time
    wanted = evaluate(plans, log, as_of, [], WORDS).obligations
    found, _, _ = obligations(spark, frame, Look("log"), plans, as_of, [], 20_000)
    for rule, theirs in wanted.items():
        assert sorted(found[rule], key=order) == sorted(theirs, key=order)
        assert len(theirs) == many


def test_tables_hold_what_the_report_counts(spark, tmp_path):
    """Obligations, findings, counts and scores are written as Parquet; a second run does not write over them."""
    path = benchmark_log(tmp_path, 3000)
    out = tmp_path / "audit"
    frame = spark.read.parquet(str(path))
    report = audit_frame(frame, ROOT / "benchmarks" / "rules", tables=str(out))
    import polars as pl

    owed = pl.read_parquet(out / "obligations" / "*.parquet")
    counts = {
        (r["rule"], r["verdict"]): r["n"] for r in pl.read_parquet(out / "counts" / "*.parquet").to_dicts()
    }
    for rule in report.rules:
        for verdict, n in rule.counts.items():
            assert counts.get((rule.rule, verdict), 0) == n
            assert owed.filter((pl.col("rule") == rule.rule) & (pl.col("verdict") == verdict)).height == n
    assert pl.read_parquet(out / "findings" / "*.parquet").height == sum(r.violations for r in report.rules)
    scores = pl.read_parquet(out / "scores" / "*.parquet")
    assert scores["kept"].sum() + scores["violated"].sum() == sum(r.decided for r in report.rules)
    with pytest.raises(KeptwordError, match="already"):
        audit_frame(frame, ROOT / "benchmarks" / "rules", tables=str(out))


def test_bad_rows_are_named(spark, tmp_path):
    """What a single machine refuses is refused here: bad times, missing fields, an id with two meanings."""
    path = tmp_path / "log.jsonl"
    good = {"time": "2026-03-02T09:00:00Z", "event": "ticket.opened", "case": "T-1"}
    bad = [good | {"time": "yesterday"}, {"time": good["time"], "case": "T-2"}]
    path.write_text("".join(json.dumps(x) + "\n" for x in [good, *bad]), "utf-8")
    with pytest.raises(KeptwordError) as caught:
        audit_tables([(spark.read.json(str(path)), Look(str(path)))], [], Wishes(), [], Words())
    assert [p.code for p in caught.value.problems] == ["L004", "L005"]
    path.write_text("".join(json.dumps(good | {"id": "x", "case": c}) + "\n" for c in "ab"), "utf-8")
    with pytest.raises(KeptwordError, match=r"L008.*'x'"):
        audit_tables([(spark.read.json(str(path)), Look(str(path)))], [], Wishes(), [], Words())
