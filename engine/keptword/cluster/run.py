"""An audit on Spark: level by level, unit by unit; the report is made of sums and of the worst findings, never of everything."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Any

from keptword import __version__
from keptword.audit import Wishes, notes, results
from keptword.cluster import rows
from keptword.cluster.lake import Base, col
from keptword.cluster.part import Order, counting, weighing
from keptword.cluster.spread import judged
from keptword.columnar.grouping import schedule
from keptword.evaluation import UNKNOWN_LISTED, Gathered
from keptword.obligation import LISTED, Finding, LogSummary, Report, Verdict, WaiverUse, order
from keptword.plan import ObjectivePlan, Plan
from keptword.quality import weaknesses
from keptword.signs import SIGNS, Sign
from keptword.waivers import Waiver
from keptword.words import Words

LISTED_AT_MOST = 1000  # findings in a report, where the user names no limit; the tables have all of them
_ROWS = 1_000_000  # of a task
_FINER = 16  # buckets of a task, so that chance deals tasks much the same number of rows


@dataclass(frozen=True, slots=True)
class Spread:
    """How an audit is spread out.

    Attributes:
        partitions: tasks of a shuffle; None: by the size of the log and the cores of the cluster.
        large: rows of a part from which on columns pay.
        chunk: rows that are judged at once.
    """

    partitions: int | None = None
    large: int = 20_000
    chunk: int = _ROWS


@dataclass(slots=True)
class Job:
    """A run and what has to be given back after it.

    Attributes:
        results: a frame of `rows.SCHEMA`.
        kept: frames that are kept on the cluster.
    """

    results: Any
    kept: list[Any] = field(default_factory=list)

    def close(self) -> None:
        """Let the cluster forget."""
        for frame in self.kept:
            frame.unpersist()


def job(
    base: Base,
    plans: Sequence[Plan],
    as_of: int,
    wishes: Wishes,
    waivers: Sequence[Waiver],
    words: Words,
    spread: Spread = Spread(),
) -> Job:
    """Every obligation, judged unit by unit; what comes of it is kept on the cluster.

    Args:
        base: the log.
        plans, waivers, words: as for every engine.
        as_of: the moment of judgement, microseconds.
        wishes: `everything` gives each obligation a row; else findings are cut to the worst of each part.
        spread: how.
    """
    context = base.frame.sparkSession.sparkContext
    partitions = spread.partitions or max(context.defaultParallelism, ceil(base.total / _ROWS))
    plan_of = {p.name: p for p in plans}
    told = Order(
        as_of=as_of, waivers=tuple(replace(w, used=set()) for w in waivers), words=words, plans=tuple(plans),
        objectives=tuple(p for p in plans if isinstance(p.body, ObjectivePlan)),
        wanted=frozenset(r for p in plans if not isinstance(p.body, ObjectivePlan) for r in p.rests_on),
        limit=limit_of(wishes), everything=wishes.everything, known=wishes.known, fail_on=wishes.fail_on, lang=wishes.lang,
        event=base.event, large=spread.large, chunk=spread.chunk,
    )  # fmt: skip
    todo = schedule(plans)
    done = Job(None)
    for level in todo.levels:
        found = done.results  # of lower levels
        for unit in (u for u in todo.units if u.level == level):
            own = {p.name for p in unit.plans}
            rests = sorted({r for p in unit.plans for r in p.rests_on if r in plan_of} - own)
            before = None
            if rests:
                before = _those(found, rows.VIOLATION).filter(col("rule").isin(rests))
            _keep(done, judged(base, unit, told, before, partitions * _FINER, partitions))
        for plan in (p for n, p in todo.objectives if n == level):
            tallies = _those(done.results, rows.TALLY).filter(col("rule") == plan.name)
            whole = tallies.repartition(partitions, "when", "part", "key")
            _keep(done, whole.mapInArrow(counting(told, plan), rows.SCHEMA))
    return done


def _keep(done: Job, part: Any) -> None:
    from pyspark import StorageLevel

    part = part.persist(StorageLevel.MEMORY_AND_DISK)
    done.kept.append(part)
    leaf = _leaf(part)
    done.results = leaf if done.results is None else done.results.unionByName(leaf)


def _leaf(frame: Any) -> Any:
    """The same rows as a table that Spark does not look behind: it would compare the plans of all rules again and again.

    What is lost with an executor is still computed anew, because that goes by partitions and not by plans.
    """
    from pyspark.sql import DataFrame

    try:
        session, inner = frame.sparkSession, frame._jdf
        cut = session._jsparkSession.internalCreateDataFrame(
            inner.queryExecution().toRdd(), inner.schema(), False
        )
        return DataFrame(cut, session)
    except (AttributeError, TypeError):  # a session without a JVM beside it
        return frame


def _those(results: Any, *what: str) -> Any:
    return results.filter(col("what").isin(list(what)))


def limit_of(wishes: Wishes) -> int:
    """How many findings a report lists."""
    return LISTED_AT_MOST if wishes.limit is None else wishes.limit


# ---------------------------------------------------------------------------------------------------------- report


def report(
    done: Job, base: Base, plans: Sequence[Plan], as_of: int, wishes: Wishes, waivers: Sequence[Waiver], log: LogSummary,
) -> Report:  # fmt: skip
    """What a person reads: sums over the cluster, and the worst findings; arguments as for `job`."""
    sums = _sums(done.results)
    counts: defaultdict[str, Counter[Verdict]] = defaultdict(Counter)
    skipped: Counter[str] = Counter()
    unknown: Counter[tuple[str, str]] = Counter()
    weak: Counter[tuple[Sign, str]] = Counter()
    used: Counter[int] = Counter()
    failing = 0
    for what, rule, verdict, part, n in sums:
        match what:
            case rows.COUNT:
                counts[rule][verdict] += n
            case rows.SKIPPED:
                skipped[rule] += n
            case rows.UNKNOWN:
                unknown[rule, part] += n
            case rows.WEAK:
                weak[_SIGNS[part], rule] += n
            case rows.WAIVER:
                used[int(part)] += n
            case rows.FAILING:
                failing += n
    limit = limit_of(wishes)
    shown = [*_worst(done.results, limit)]
    shown += _unknown(done.results, max(0, limit - len(shown)))
    shown.sort(key=lambda f: order(f[0].obligation))
    waived = _first(_verdicts(done.results, ["waived"]), limit)
    texts = {i: t for _, own in (*shown, *waived) for i, t in own.items()}
    total = sum(counts[p.name][v] for p in plans for v in LISTED)
    found = Gathered(
        shown=[f.obligation for f, _ in shown], unlisted=total + sum(unknown.values()) - len(shown),
        waived=[f.obligation for f, _ in waived], everything=(), counts=counts,
        skipped={p.name: skipped[p.name] for p in plans if not isinstance(p.body, ObjectivePlan)}, failing=failing,
        quality=weaknesses(weak, unknown, _bearing(base, as_of, {s for s, _ in weak}).__getitem__),
        events={}, first=log.first, last=log.last, total=log.events, cases=log.cases,
    )  # fmt: skip
    said = notes(log.notes, found, wishes.lang)
    lacking = sum(counts[p.name]["waived"] for p in plans) - len(waived)
    if lacking:
        said.append(f"{lacking} waived violations are not listed here; the table of findings has them")
    return Report(
        version=__version__, as_of=as_of, zone=wishes.zone, log=log, rules=results(plans, found), findings=[f for f, _ in shown],
        waived=[f for f, _ in waived], unlisted=found.unlisted, failing=failing, notes=said, quality=found.quality, texts=texts,
        waivers=[
            WaiverUse(w.rule, w.reason, w.approved_by, w.starts, w.ends, used[n], w.ends < as_of, w.place)
            for n, w in enumerate(waivers)
        ],
    )  # fmt: skip


_SIGNS = {sign.what: sign for sign in SIGNS}


def _bearing(base: Base, as_of: int, signs: set[Sign]) -> dict[Sign, tuple[int, int]]:
    """Sign → how many events of the log bear it, and of how many."""
    from pyspark.sql import functions as f

    if not signs:
        return {}
    ordered = sorted(signs, key=lambda s: s.what)
    names = sorted(set().union(*(s.events for s in ordered)))
    past = base.frame.filter(col("_event").isin(names) & (col("_time") <= as_of)).select(
        *(col(c) for c in base.content)
    )
    found = (
        past.mapInArrow(weighing(ordered, base.event), rows.SCHEMA)
        .groupBy("part", "rule")
        .agg(f.sum("n"))
        .collect()
    )
    by_name = {(what, kind): n for what, kind, n in found}
    return {s: (by_name.get((s.what, "bear"), 0), by_name.get((s.what, "of"), 0)) for s in ordered}


def _sums(results: Any) -> list[tuple[str, str, Any, str, int]]:
    from pyspark.sql import functions as f

    counted = _those(results, rows.COUNT, rows.SKIPPED, rows.UNKNOWN, rows.FAILING, rows.WAIVER, rows.WEAK)
    return [tuple(r) for r in counted.groupBy("what", "rule", "verdict", "part").agg(f.sum("n")).collect()]


Told = tuple[Finding, dict[str, str]]
# As `obligation.order` does: all of them ascending; texts compare by code points there and by UTF-8 bytes here: the same.
_ORDER = ("when", "rule", "key", "opened", "opener", "part")


def _verdicts(results: Any, verdicts: Sequence[str]) -> Any:
    return _those(results, rows.OWED).filter(col("verdict").isin(sorted(verdicts)))


def _worst(results: Any, limit: int) -> list[Told]:
    found = _verdicts(results, list(LISTED))
    worst = [col(n).desc() for n in ("violated", "severity", "late")]
    return _told(found.orderBy(*worst, *_ORDER).limit(limit))


def _unknown(results: Any, room: int) -> list[Told]:
    """The first of what cannot be decided, of each rule and reason."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    if not room:
        return []
    same = Window.partitionBy("rule", "why").orderBy(*_ORDER)
    few = _verdicts(results, ["unknown"]).withColumn("_nth", f.row_number().over(same))
    return _first(few.filter(col("_nth") <= UNKNOWN_LISTED), room)


def _first(found: Any, limit: int) -> list[Told]:
    return _told(found.orderBy(*_ORDER).limit(limit))


def _told(found: Any) -> list[Told]:
    return [rows.finding_of(r[0], r[1]) for r in found.select("severity", "payload").collect()]


def summary(base: Base, as_of: int, files: tuple[str, ...], said: Sequence[str] = ()) -> LogSummary:
    """What is to be said of the log: one pass over times and cases."""
    from pyspark.sql import functions as f

    past = base.frame.filter(col("_time") <= as_of)
    row = past.agg(f.count(f.lit(1)), f.count_distinct(col("_case")), f.min("_time"), f.max("_time")).first()
    return LogSummary(files, row[0], row[1], 0, base.duplicates, row[2], row[3], tuple(said))
