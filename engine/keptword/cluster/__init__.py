"""The same audit on Spark, for logs in a data lake; nothing here judges, the columnar engine does on every part of the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from keptword.audit import Wishes
from keptword.obligation import Report
from keptword.plan import Plan
from keptword.waivers import Waiver
from keptword.words import Words


def audit(
    df: Any,
    rules: Sequence[str | Path] | str | Path | Sequence[Plan],
    *,
    as_of: int | None = None,
    zone: str | None = None,
    mapping: Mapping[str, str] = {},
    tables: str | None = None,
    wishes: Wishes | None = None,
    waivers: Sequence[Waiver] = (),
    partitions: int | None = None,
) -> Report:
    """Judge a Spark DataFrame, from a notebook or a job.

    Args:
        df: a row an event, with the columns `time` and `event` at least (see docs/logs.md).
        rules: packs, folders or rule files, as for `--rules`; or plans that have been made.
        as_of: moment of judgement, microseconds since 1970-01-01Z; None: the time of the last event.
        zone: IANA zone of times without an offset, and of rules that name none.
        mapping: canonical name → column.
        tables: a folder, on a file system that all executors reach, for the tables of docs/scale.md; None writes none.
        wishes: threshold, limit, baseline, language, as for a single machine.
        waivers: what is excused.
        partitions: tasks of a shuffle; None: by the size of the log and the cores of the cluster.

    Returns:
        The report: complete counts and the worst findings (1000 of them, or `wishes.limit`).

    Raises:
        RuleError, LogError: what a single machine would refuse; UsageError: a folder that cannot be written.
    """
    from keptword.cluster.lake import Look
    from keptword.cluster.run import Spread
    from keptword.planning import make_plans
    from keptword.spec.packs import load_packs
    from keptword.words import words_for

    if not isinstance(rules, (str, Path)) and rules and all(isinstance(r, Plan) for r in rules):
        plans, words = [r for r in rules if isinstance(r, Plan)], Words()
    else:
        named = [rules] if isinstance(rules, (str, Path)) else list(rules)
        packs = load_packs([str(r) for r in named])
        plans, words = make_plans(packs, zone or "UTC"), words_for(packs)
    asked = wishes or Wishes()
    shown = replace(asked, as_of=as_of if as_of is not None else asked.as_of, zone=zone or asked.zone)
    return audit_tables(
        [(df, Look("log", zone, mapping))], plans, shown, waivers, words, (), tables, Spread(partitions)
    )


def audit_tables(
    frames: Sequence[tuple[Any, Any]],
    plans: Sequence[Plan],
    wishes: Wishes,
    waivers: Sequence[Waiver],
    words: Words,
    files: tuple[str, ...] = (),
    tables: str | None = None,
    spread: Any = None,
) -> Report:
    """The same for tables that have been opened: frames, and how their rows become events (`lake.Look`)."""
    from keptword.cluster import run
    from keptword.cluster.preparing import prepared
    from keptword.cluster.tables import refuse_existing, write

    if tables is not None:
        refuse_existing(frames[0][0].sparkSession, tables)
        wishes = replace(wishes, everything=True)
    base = prepared(frames, plans, waivers)
    as_of = wishes.as_of if wishes.as_of is not None else base.last or 0
    log = run.summary(base, as_of, files)
    job = run.job(base, plans, as_of, wishes, waivers, travelling(words, plans), spread or run.Spread())
    try:
        if tables is not None:
            write(job.results, tables, plans)
        return run.report(job, base, plans, as_of, wishes, waivers, log)
    finally:
        job.close()
        if base.content == ("_payload",):
            base.frame.unpersist()


def travelling(words: Words, plans: Sequence[Plan]) -> Words:
    """The wording checks with their phrasebooks loaded: files of the driver are not on the executors."""
    from keptword.cluster.lake import needed

    if type(words) is not Words or not needed(plans, (), ("text",)):
        return words
    # An executor sees texts without end; what it remembers of them must not grow with the log.
    return Words(words.phrasebooks, words.staff, words.judge, words.remember or 100_000, words.books())
