"""The list of findings as data for the page, and the choices of its filters."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from keptword.obligation import SEVERITIES, Finding, Report
from keptword.reports.html.cases import Case
from keptword.reports.html.dates import written
from keptword.reports.html.overview import instant_of
from keptword.reports.html.phrases import say
from keptword.reports.showing import badness, flat, key_text, lateness
from keptword.reports.words import Lang

_ROOM = 400  # characters of a message in the list; its section has it whole

Row = Mapping[str, Any]


def finding_rows(report: Report, cases: Sequence[Case], lang: Lang) -> list[Row]:
    """One row a finding, the worst first, waived ones last; `at` in seconds, `late` in seconds or -1, `rule` as a number."""
    rule_numbers = {r.rule: i for i, r in enumerate(report.rules)}
    case_numbers = {f.obligation.id: c.number for c in cases for f in c.findings}
    return [
        _row(f, report, rule_numbers, case_numbers, lang)
        for f in (*sorted(report.findings, key=badness), *report.waived)
    ]


def _row(f: Finding, report: Report, rules: Mapping[str, int], cases: Mapping[str, int], lang: Lang) -> Row:
    o = f.obligation
    at, message = instant_of(o), flat(f.message)
    return {
        "id": o.id,
        "case": cases[o.id],
        "severity": SEVERITIES.index(f.severity),
        "verdict": say(f"how {o.verdict}", lang),
        "rule": rules.get(o.rule, -1),
        "key": key_text(o.key, 60),
        "at": at // 1_000_000,
        "when": written(at, f.zone, lang),
        "late": -1 if o.late_by is None else o.late_by // 1_000_000,
        "how": lateness(o, report.as_of, lang),
        "team": flat(o.owner.team),
        "message": message if len(message) <= _ROOM else message[: _ROOM - 1] + "…",
    }


def as_json(report: Report, rows: Sequence[Row], lang: Lang, first: int, size: int) -> str:
    """Everything the script needs, safe inside a script element.

    Args:
        report: whose rules the rows name by number.
        rows: as `finding_rows` gives them.
        lang: of the words.
        first: how many cases stand in the page unpacked.
        size: how many cases each packed piece holds.
    """
    data = {
        "first": first,
        "size": size,
        "shown": say("shown of", lang),
        "severities": [[s, say(s, lang)] for s in SEVERITIES],
        "rules": {i: flat(r.rule) for i, r in enumerate(report.rules)} | {-1: ""},
        "rows": rows,
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # Inside a script only `</script` and `<!--` mean something; both begin with this sign.
    return text.replace("<", "\\u003c")


def choices(report: Report, rows: Sequence[Row], lang: Lang) -> list[tuple[str, list[tuple[str, str]]]]:
    """Name of each filter, and its values with their texts; only those that occur."""
    severities = sorted({int(r["severity"]) for r in rows}, reverse=True)
    rules = sorted({int(r["rule"]) for r in rows} - {-1})
    return [
        ("severity", [(str(s), say(SEVERITIES[s], lang)) for s in severities]),
        ("verdict", [(v, v) for v in dict.fromkeys(str(r["verdict"]) for r in rows)]),
        ("rule", [(str(i), flat(report.rules[i].rule)) for i in rules]),
        ("team", [(t, t) for t in sorted({str(r["team"]) for r in rows} - {""})]),
    ]
