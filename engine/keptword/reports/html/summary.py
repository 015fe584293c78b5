"""The first screen as plain values for the template."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from keptword.obligation import SEVERITIES, Report
from keptword.reports.html.cases import Case
from keptword.reports.html.charts import line, stacked_bars
from keptword.reports.html.dates import written
from keptword.reports.html.markup import safe
from keptword.reports.html.overview import Share, by_team, due_next, overall, trend
from keptword.reports.html.phrases import say
from keptword.reports.showing import flat, key_text, length
from keptword.reports.summing import rule_counts, totals
from keptword.reports.words import NBSP, Lang, number

_MOST_WORST, _MOST_SOON = 10, 8


def first_screen(report: Report, cases: Sequence[Case], lang: Lang) -> dict[str, Any]:
    """Tiles, trend, worst cases, what is due next, shares by rule and by team."""
    rules = {r.rule: r for r in report.rules}
    waiting = due_next(report)
    bad = [c for c in cases if c.violations]
    return {
        "tiles": _tiles(report, cases, lang),
        "trend": _trend(report, lang),
        "worst": [_worst(c, rules, lang) for c in bad[:_MOST_WORST]],
        "worst_more": say("and more", lang, n=len(bad) - _MOST_WORST) if len(bad) > _MOST_WORST else "",
        "soon": [_soon(o, rules, report, lang) for o in waiting[:_MOST_SOON]],
        "soon_more": say("and more", lang, n=len(waiting) - _MOST_SOON) if len(waiting) > _MOST_SOON else "",
        **_promised(report, lang),
        "teams": _teams(report, lang),
    }


def _tiles(report: Report, cases: Sequence[Case], lang: Lang) -> list[dict[str, str]]:
    share = overall(report)
    bad, severities, _ = totals(report, lang)
    counts = {
        v: sum(r.counts.get(v, 0) for r in report.rules)
        for v in ("open", "review", "borderline", "unknown", "waived")
    }
    look = counts["review"] + counts["borderline"] + counts["unknown"]
    customers = len({name for c in cases for name in c.customers})
    tiles = [
        _tile("kept", f"{percent(share, lang)}", say("kept share", lang),
              say("kept of", lang, share.decided, kept=number(share.kept)) if share.decided else say("nothing decided", lang)),
        _tile("bad" if bad else "kept", number(bad), say("tile violations", lang, bad), ", ".join(severities)),
    ]  # fmt: skip
    if customers:
        tiles.append(_tile("bad", number(customers), say("tile customers", lang, customers)))
    waiting = [o for o in due_next(report) if o.due is not None]
    zone = {r.rule: r.zone for r in report.rules}
    soonest = (
        say("next due", lang, when=written(waiting[0].due or 0, zone.get(waiting[0].rule, report.zone), lang))
        if waiting
        else ""
    )
    tiles.append(_tile("open", number(counts["open"]), say("tile open", lang), soonest))
    if look:
        parts = [
            f"{say(f'how {v}', lang)}{NBSP}{number(counts[v])}"
            for v in ("review", "borderline", "unknown")
            if counts[v]
        ]
        tiles.append(_tile("look", number(look), say("tile review", lang), ", ".join(parts)))
    if counts["waived"]:
        tiles.append(_tile("open", number(counts["waived"]), say("tile waived", lang)))
    return tiles


def _tile(kind: str, figure: str, text: str, more: str = "") -> dict[str, str]:
    return {"kind": kind, "number": figure, "text": text, "more": more}


def percent(share: Share, lang: Lang) -> str:
    """`94.4 %`, `94,4 %`; a dash where nothing was decided."""
    if share.percent is None:
        return "–"
    text = f"{share.percent:g}"
    return (text.replace(".", ",") if lang == "ru" else text) + NBSP + "%"


def _trend(report: Report, lang: Lang) -> dict[str, Any] | None:
    found = trend(report, lang)
    if found is None:
        return None
    unit = say("by month" if found.by_month else "by week", lang)
    share_title, count_title = say("share trend", lang, unit=unit), say("count trend", lang, unit=unit)
    figures: list[dict[str, Any]] = []
    if report.obligations:
        drawn = line(share_title, found.labels, say("share kept", lang), [s.percent for s in found.shares])
        figures.append({"kind": "kept", "title": share_title, "svg": safe(drawn), "legend": []})
    bars = stacked_bars(count_title, found.labels, [(say(s, lang), counts) for s, counts in found.violations])
    legend = [(say(s, lang), s) for s, _ in found.violations]
    figures.append({"kind": "bad", "title": count_title, "svg": safe(bars), "legend": legend})
    rows = [
        [label, percent(s, lang), s.kept, *(counts[i] for _, counts in found.violations)]
        for i, (label, s) in enumerate(zip(found.labels, found.shares, strict=True))
        if s.decided
    ]
    heads = [
        say("period", lang),
        say("share kept", lang),
        say("share", lang),
        *(say(s, lang) for s in reversed(SEVERITIES)),
    ]
    return {"figures": figures, "heads": heads, "rows": rows}


def _worst(case: Case, rules: dict[str, Any], lang: Lang) -> dict[str, Any]:
    worst = case.worst
    return {
        "number": case.number, "name": case.name or say("no case", lang), "severity": worst.severity,
        "title": flat(rules[worst.obligation.rule].title) if worst.obligation.rule in rules else flat(worst.obligation.rule),
        "delay": "" if case.delay is None else length(case.delay, lang), "delay_sort": -1 if case.delay is None else case.delay,
        "violations": case.violations, "customers": len(case.customers) or "–",
    }  # fmt: skip


def _soon(o: Any, rules: dict[str, Any], report: Report, lang: Lang) -> dict[str, str]:
    rule = rules.get(o.rule)
    zone = rule.zone if rule else report.zone
    return {
        "due_in": "–" if o.due is None else say("due in", lang, length=length(o.due - report.as_of, lang)),
        "due": "" if o.due is None else written(o.due, zone, lang),
        "title": flat(rule.title) if rule else flat(o.rule), "severity": rule.severity if rule else "minor",
        "key": key_text(o.key, 60), "team": flat(o.owner.team),
    }  # fmt: skip


def _promised(report: Report, lang: Lang) -> dict[str, Any]:
    counts = [rule_counts(r) for r in report.rules]
    columns = [
        c
        for c in ("violated", "open", "waived", "review", "void")
        if c == "violated" or any(n[c] for n in counts)
    ]
    rows = []
    for place, (r, n) in enumerate(zip(report.rules, counts, strict=True), 1):
        share = Share(n["kept"], r.decided)
        rows.append({
            "number": place, "idle": not any(n.values()), "rule": flat(r.rule), "title": flat(r.title) or flat(r.rule), "severity": r.severity,
            "severity_sort": -SEVERITIES.index(r.severity), "share": share, "share_sort": -1 if share.percent is None else share.percent,
            "counts": [n[c] for c in columns], "why": flat(r.why),
            "facts": " · ".join(flat(t) for t in (r.source, r.kind, "" if r.status == "stable" else r.status, *r.tags) if t),
        })  # fmt: skip
    idle = [flat(r.rule) for r, n in zip(report.rules, counts, strict=True) if not any(n.values())]
    return {
        "idle": say("idle", lang, len(idle), names=", ".join(idle)) if idle else "",
        "promised": rows,
        "count_heads": [say("bad" if c == "violated" else c, lang) for c in columns],
    }


def _teams(report: Report, lang: Lang) -> list[dict[str, Any]]:
    found = by_team(report.obligations)
    if not any(team for team, _, _ in found):
        return []
    return [
        {"name": flat(team) or say("no team", lang), "share": share, "share_sort": share.percent, "bad": bad}
        for team, share, bad in found
    ]
