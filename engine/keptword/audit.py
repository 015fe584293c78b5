"""An audit: rules over a log, judged at a moment, with waivers and a baseline; the report that comes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from keptword import __version__
from keptword import waivers as waiving
from keptword.errors import Place, usage_error
from keptword.evaluation import Evaluation, Gathered, at_least, listed_with_unknown, violation_event, worst
from keptword.events import Event, Log
from keptword.evidence import sentence
from keptword.obligation import (
    LISTED,
    VERDICTS,
    Finding,
    LogSummary,
    Obligation,
    Report,
    RuleResult,
    order,
)  # fmt: skip
from keptword.plan import Plan
from keptword.quality import weakened, weaknesses
from keptword.signs import counted
from keptword.waivers import Waiver
from keptword.words import Words

Engine = Literal["auto", "reference", "columnar", "live", "spark"]
Threshold = Literal["minor", "major", "critical", "never"]


@dataclass(frozen=True, slots=True)
class Wishes:
    """How an audit is to be made and shown.

    Attributes:
        as_of: moment of judgement; None: the time of the last event.
        zone: in which times that belong to no rule are shown.
        engine: which evaluator.
        fail_on: the least severity that fails the run.
        limit: list only so many findings, the worst; None: all.
        everything: keep every obligation in the report.
        known: ids of findings in the baseline, which do not fail the run.
        stories: keep the events of the cases that findings belong to, and how deadlines were reckoned.
        lang: "en" or "ru", of the sentences of evidence.
    """

    as_of: int | None = None
    zone: str = "UTC"
    engine: Engine = "auto"
    fail_on: Threshold = "minor"
    limit: int | None = None
    everything: bool = False
    known: frozenset[str] = frozenset()
    stories: bool = False
    lang: str = "en"


def audit(
    log: Log,
    plans: Sequence[Plan],
    wishes: Wishes = Wishes(),
    waivers: Sequence[Waiver] = (),
    words: Words | None = None,
) -> Report:
    """Judge a log by rules.

    Args:
        log: the events.
        plans: as `make_plans` gives them.
        wishes: how.
        waivers: what is excused.
        words: the wording checks of the packs.
    """
    judge = engine_called(wishes.engine)
    if log.table is not None and wishes.engine in {"auto", "columnar"}:
        from keptword.columnar.bucketed import gather_buckets
        from keptword.columnar.frame import FrameTable
        from keptword.columnar.gather import gather

        gathering = gather if isinstance(log.table, FrameTable) else gather_buckets
        as_of = wishes.as_of if wishes.as_of is not None else log.table.last
        found = gathering(
            plans, log.table, as_of, waivers, words or Words(), wishes.limit, wishes.everything, wishes.known, wishes.fail_on
        )  # fmt: skip
        return _report(log, plans, found, as_of, wishes, waivers, words or Words())
    last = log.events[-1].time if log.events else 0
    as_of = wishes.as_of if wishes.as_of is not None else last
    evaluated = judge(plans, log, as_of, waivers, words or Words())
    return _report(
        log, plans, _gathered(log, plans, evaluated, as_of, wishes), as_of, wishes, waivers, words or Words()
    )


Judge = Callable[[Sequence[Plan], Log, int, Sequence[Waiver], Words], Evaluation]


def engine_called(name: str) -> Judge:
    """The evaluator of that name; usage error when there is none."""
    match name:
        case "auto" | "columnar":
            from keptword.columnar.evaluate import evaluate as by_columns

            return by_columns
        case "reference":
            from keptword.reference import evaluate

            return evaluate
        case "live":
            from keptword.live.replay import evaluate as by_replay

            return by_replay
        case "spark":
            raise usage_error(
                "the engine for Spark judges tables of a lake, not events in memory",
                "keptword.cluster.audit(df, rules)",
            )
    raise usage_error(f"there is no engine '{name}'", "known: auto, columnar, live, reference")


def _gathered(log: Log, plans: Sequence[Plan], found: Evaluation, as_of: int, wishes: Wishes) -> Gathered:
    by_name = {p.name: p for p in plans}
    everything = [o for p in plans for o in found.obligations[p.name]]
    listed = sorted((o for o in everything if o.verdict in LISTED), key=order)
    waived = sorted((o for o in everything if o.verdict == "waived"), key=order)
    unknown = [o for o in everything if o.verdict == "unknown"]
    shown = listed_with_unknown(worst(listed, by_name, wishes.limit)[0], unknown, wishes.limit)
    needed = {i for o in [*shown, *waived] for i in (o.opened_by, o.done_by, *o.events) if i is not None}
    events = {e.id: e for e in log.events if e.id in needed}
    events |= {
        e.id: e
        for o in everything
        if o.is_violation and (e := violation_event(o, by_name[o.rule].severity)).id in needed
    }
    past = [e for e in log.events if e.time <= as_of]
    return Gathered(
        shown=shown, unlisted=len(listed) + len(unknown) - len(shown), waived=waived, everything=sorted(everything, key=order) if wishes.everything else (),
        counts={p.name: Counter(o.verdict for o in found.obligations[p.name]) for p in plans}, skipped=found.skipped,
        quality=weaknesses(weakened(plans, past, found.obligations), Counter((o.rule, o.why) for o in unknown), lambda s: counted(past, [s])[s]),
        failing=sum(1 for o in listed if o.is_violation and o.id not in wishes.known and at_least(by_name[o.rule].severity, wishes.fail_on)),
        events=events, first=past[0].time if past else None, last=past[-1].time if past else None, total=len(past),
        cases=len({e.case for e in past if e.case}),
    )  # fmt: skip


def _report(
    log: Log,
    plans: Sequence[Plan],
    found: Gathered,
    as_of: int,
    wishes: Wishes,
    waivers: Sequence[Waiver],
    words: Words,
) -> Report:
    by_name = {p.name: p for p in plans}
    events = found.events
    told: Mapping[str, Event] = {}
    steps: Mapping[str, tuple[str, ...]] = {}
    if wishes.stories:
        from keptword.explain import stories

        named = [*found.shown, *found.waived]
        told, steps = stories(
            _past(log, as_of, by_name, named, found.events), plans, named, words, wishes.lang
        )

    def finding(o: Obligation) -> Finding:
        plan = by_name[o.rule]
        return Finding(
            o, plan.severity, plan.zone, sentence(plan, o, events, as_of, wishes.lang), o.id in wishes.known
        )

    return Report(
        version=__version__, as_of=as_of, zone=wishes.zone,
        log=LogSummary(log.files, found.total, found.cases, log.rejected, log.duplicates, found.first, found.last, tuple(log.notes), log.formats),
        rules=results(plans, found),
        findings=[finding(o) for o in found.shown], waived=[finding(o) for o in found.waived],
        obligations=found.everything, unlisted=found.unlisted, failing=found.failing,
        waivers=waiving.uses(waivers, as_of), notes=notes(log.notes, found, wishes.lang), quality=found.quality,
        texts={e.id: t for e in events.values() if isinstance(t := e.fields.get("text"), str)},
        places={e.id: e.place or Place("log") for e in events.values() if e.place is not None}, events=told, steps=steps,
    )  # fmt: skip


def _past(
    log: Log, as_of: int, plans: Mapping[str, Plan], named: Sequence[Obligation], shown: Mapping[str, Event]
) -> list[Event]:
    """The events until the moment of judgement; of a large log, those that have to do with some obligations."""
    if log.table is None:
        return [e for e in log.events if e.time <= as_of]
    from keptword.columnar.frame import FrameTable
    from keptword.columnar.picking import about

    # What an obligation names may have another key; violations of other rules are no lines of the log.
    table = log.table
    found = (
        about(table, as_of, plans, named)
        if isinstance(table, FrameTable)
        else table.about(as_of, plans, named)
    )
    near = {e.id: e for e in found}
    near |= {e.id: e for e in shown.values() if e.place is not None}
    return sorted(near.values(), key=lambda e: (e.time, e.id))


def results(plans: Sequence[Plan], found: Gathered) -> list[RuleResult]:
    """One result a rule, in the order of their names."""
    return [_result(p, found) for p in sorted(plans, key=lambda p: p.name)]


def _result(plan: Plan, found: Gathered) -> RuleResult:
    counts = found.counts[plan.name]
    rule = plan.rule
    return RuleResult(
        rule=plan.name, title=rule.title, kind=rule.kind, severity=rule.severity, counts={v: counts.get(v, 0) for v in VERDICTS},
        zone=plan.zone, source=rule.source, why=rule.why, tags=rule.tags, status=rule.status,
        skipped=found.skipped.get(plan.name, 0), file=plan.file,
    )  # fmt: skip


def notes(read: Sequence[str], found: Gathered, lang: str) -> list[str]:
    """What weakens the result, in the user's words; `read`: what the reader noted."""
    out = list(read)
    for rule, count in sorted(found.skipped.items()):
        if count and lang == "ru":
            out.append(f"{rule}: без поля ключа и потому не учтено событий: {count}")
        elif count:
            out.append(
                f"{rule}: {count} event{'s' if count != 1 else ''} left out: a field of its key is missing"
            )
    return out
