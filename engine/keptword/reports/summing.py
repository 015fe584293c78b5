"""What the reports for people say about the audit as a whole: totals, the log, what was left out."""

from __future__ import annotations

from keptword.evidence_words import reason
from keptword.obligation import SEVERITIES, VIOLATIONS, Report, RuleResult, Verdict
from keptword.reports.showing import clock, flat
from keptword.reports.words import Lang, number, say

_OWN = frozenset(["jsonl", "json", "csv", "tsv", "parquet"])
_NAMED = 3  # rules that a line of the log quality names


def totals(report: Report, lang: Lang = "en") -> tuple[int, list[str], list[str]]:
    """How many violations there are, and in words how bad they are and what else there is.

    These counts are complete, whatever is listed.
    """
    by_severity = {
        s: sum(r.violations for r in report.rules if r.severity == s) for s in reversed(SEVERITIES)
    }
    severities = [say(f"n {s}", lang, n) for s, n in by_severity.items() if n]
    others = []
    kinds: tuple[tuple[str, tuple[Verdict, ...]], ...] = (
        ("n kept", ("kept",)),
        ("n to review", ("review", "borderline")),
        ("n open", ("open",)),
        ("n waived", ("waived",)),
        ("n unknown", ("unknown",)),
    )
    for word, verdicts in kinds:
        n = sum(r.counts.get(v, 0) for r in report.rules for v in verdicts)
        if n:
            others.append(say(word, lang, n))
    return sum(by_severity.values()), severities, others


def rule_counts(rule: RuleResult) -> dict[str, int]:
    """The counts of one rule as people want them: what wants a person's eye is one number, JSON tells it apart."""
    columns: dict[str, tuple[Verdict, ...]] = {
        "kept": ("kept",),
        "violated": tuple(VIOLATIONS),
        "open": ("open",),
        "waived": ("waived",),
        "review": ("review", "borderline", "unknown"),
        "void": ("void",),
    }
    return {name: sum(rule.counts.get(v, 0) for v in verdicts) for name, verdicts in columns.items()}


def log_line(report: Report, lang: Lang = "en") -> list[str]:
    """What was read and when it was judged."""
    log = report.log
    foreign = [f for f in log.formats if f not in _OWN]
    parts = [
        say("events", lang, log.events),
        say("cases", lang, log.cases),
        say("files", lang, len(log.files)),
    ]
    if log.first is not None and log.last is not None:
        first, last = clock(log.first, report.zone), clock(log.last, report.zone)
        parts.append(say("from to", lang, first=first, last=last))
    if foreign:
        parts.append(say("read as", lang, formats=", ".join(foreign)))
    judged = say("judged at", lang, when=clock(report.as_of, report.zone))
    # Without events and without a moment that was asked for there was none to judge at.
    return [", ".join(parts), *([judged] if log.first is not None or report.as_of else [])]


def left_out(report: Report, lang: Lang = "en") -> list[str]:
    """What the result does not rest on or does not show, a line each; nothing when nothing was left out."""
    log = report.log
    out = []
    counts = {"rejected": log.rejected, "repeated": log.duplicates, "not listed": report.unlisted}
    for word, n in counts.items():
        if n:
            out.append(say(word, lang, n))
    out += [say("without a key", lang, r.skipped, rule=flat(r.rule)) for r in report.rules if r.skipped]
    return out


def notes(report: Report) -> list[str]:
    """What the readers and the audit have to say, each thing once."""
    return list(dict.fromkeys((*report.log.notes, *report.notes)))


def quality(report: Report, lang: Lang = "en") -> list[str]:
    """What is wanting in the log and which rules that weakens, a line each; nothing when nothing is."""
    out = []
    for w in report.quality:
        rules = [rule for rule, _ in w.rules]
        named = ", ".join(flat(r) for r in rules[:_NAMED])
        if len(rules) > _NAMED:
            named = say("and more", lang, len(rules) - _NAMED, named=named)
        if w.what == "unknown":
            out.append(say("weak unknown", lang, w.obligations, rules=named, why=flat(reason(w.why, lang))))
            continue
        what = say(f"weak {w.what}", lang, w.count, of=number(w.of))
        out.append(say("weakens", lang, w.obligations, what=what, rules=named))
    return out


def warnings(report: Report, lang: Lang = "en") -> list[tuple[str, str]]:
    """Notes of the readers and of the audit, waivers that are expired or unused: label and line.

    What `left_out` says already is not said again.
    """
    said = {_without_key(r) for r in report.rules if r.skipped}
    out = [(say("note", lang), line) for line in quality(report, lang)]
    out += [(say("note", lang), flat(note)) for note in notes(report) if note not in said]
    for waiver in report.waivers:
        if waiver.expired or not waiver.used:
            state = [say("expired", lang, when=clock(waiver.ends, report.zone))] if waiver.expired else []
            state += [] if waiver.used else [say("unused", lang)]
            line = f"{flat(waiver.rule)}, {', '.join(state)}: {flat(waiver.reason)} ({flat(waiver.place)})"
            out.append((say("waiver", lang), line))
    return out


def _without_key(rule: RuleResult) -> str:
    """The audit's own note on the events that a rule could not use, for the reports that have nothing but notes."""
    return f"{rule.rule}: {rule.skipped} event{'s' if rule.skipped != 1 else ''} left out: a field of its key is missing"
