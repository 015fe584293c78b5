"""The report for programs: one JSON document, or one finding a line."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

from keptword.obligation import VERDICTS, Finding, Report, RuleResult, WaiverUse, Weakness
from keptword.reports.showing import listed, moment, optional_moment, seconds

SCHEMA = 1

# `json` escapes only what JSON demands. Terminals also obey C1 controls, editors also obey right-to-left marks, and a
# lone surrogate cannot be written as UTF-8: all of these are written as \uXXXX, which says the same to a program.
_ODD = re.compile(r"[^\x20-\x7e\n\u00a1-\u00ac\u00ae-\u05ff\u2010-\u2027\u2030-\u205e\u2070-\ud7ff]")


def render(report: Report, *, everything: bool = False, **_: object) -> bytes:
    """The whole report as docs/reports.md describes it; every finding on a line of its own.

    Args:
        report: what an audit returned.
        everything: whether `obligations` is there, with every obligation in the shape of a finding.
    """
    document = as_dict(report, everything=everything)
    parts = []
    for name, value in document.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            body = ",\n".join(f"    {dump(row)}" for row in value)
            parts.append(f"  {dump(name)}: [\n{body}\n  ]")
        else:
            parts.append(f"  {dump(name)}: {dump(value)}")
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def render_lines(report: Report, *, everything: bool = False, **_: object) -> bytes:
    """One finding a line, or one obligation a line with `everything`."""
    return "".join(f"{dump(finding_dict(f))}\n" for f in listed(report, everything)).encode()


def as_dict(report: Report, *, everything: bool = False) -> dict[str, Any]:
    """The JSON document as plain Python values, in the order in which it is written."""
    log = report.log
    document: dict[str, Any] = {
        "keptword": report.version,
        "schema": SCHEMA,
        "as_of": moment(report.as_of, report.zone),
        "log": {
            "files": list(log.files),
            "events": log.events,
            "cases": log.cases,
            "rejected": log.rejected,
            "first": optional_moment(log.first, report.zone),
            "last": optional_moment(log.last, report.zone),
            "duplicates": log.duplicates,
            "notes": list(log.notes),
            "formats": list(log.formats),
        },
        "rules": [_rule(r) for r in report.rules],
        "findings": [finding_dict(f) for f in report.findings],
        "waived": [finding_dict(f) for f in report.waived],
    }
    if everything:
        document["obligations"] = [finding_dict(f) for f in listed(report, True)]
    document["unlisted"] = report.unlisted
    document["failing"] = report.failing
    document["waivers"] = [_waiver(w, report.zone) for w in report.waivers]
    document["notes"] = list(report.notes)
    document["quality"] = [_weakness(w) for w in report.quality]
    return document


def _weakness(weakness: Weakness) -> dict[str, Any]:
    return {
        "what": weakness.what,
        "events": weakness.count,
        "of": weakness.of,
        "obligations": weakness.obligations,
        "rules": dict(weakness.rules),
        "why": weakness.why,
    }


def finding_dict(finding: Finding) -> dict[str, Any]:
    """One finding; times in the zone of its rule, lateness in seconds."""
    o, zone = finding.obligation, finding.zone
    return {
        "id": o.id,
        "rule": o.rule,
        "severity": finding.severity,
        "verdict": o.verdict,
        "key": dict(o.key),
        "case": o.case,
        "opened_at": moment(o.opened_at, zone),
        "due": optional_moment(o.due, zone),
        "bound": o.bound,
        "done": optional_moment(o.done_at, zone),
        "late_by_s": seconds(o.late_by),
        "owner": {"team": o.owner.team, "actor": o.owner.actor},
        "events": list(o.events),
        "spans": [{"event": s.event, "start": s.start, "end": s.end, "text": s.text} for s in o.spans],
        "message": finding.message,
        "opened_by": o.opened_by,
        "done_by": o.done_by,
        "at": optional_moment(o.at, zone),
        "part": o.part,
        "why": o.why,
        "silent_periods": o.silent_periods,
        "measured": [[moment(a, zone), moment(b, zone)] for a, b in o.measured],
        "baseline": finding.baseline,
    }


def _rule(rule: RuleResult) -> dict[str, Any]:
    return {
        "rule": rule.rule,
        "title": rule.title,
        "severity": rule.severity,
        **{verdict: rule.counts.get(verdict, 0) for verdict in VERDICTS},
        "kind": rule.kind,
        "status": rule.status,
        "source": rule.source,
        "why": rule.why,
        "tags": list(rule.tags),
        "zone": rule.zone,
        "skipped": rule.skipped,
        "file": rule.file,
    }


def _waiver(waiver: WaiverUse, zone: str) -> dict[str, Any]:
    return {
        "rule": waiver.rule,
        "reason": waiver.reason,
        "approved_by": waiver.approved_by,
        "from": moment(waiver.starts, zone),
        "until": moment(waiver.ends, zone),
        "used": waiver.used,
        "expired": waiver.expired,
        "place": waiver.place,
    }


def dump(value: object, indent: int | None = None) -> str:
    """JSON text that is safe to show: Cyrillic stays readable, whatever a terminal or an editor obeys is escaped."""
    return _ODD.sub(_escape, json.dumps(value, ensure_ascii=False, indent=indent))


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return char
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
