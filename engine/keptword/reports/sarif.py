"""The report as SARIF 2.1.0, for code scanning: rules with help, places in the log, fingerprints, suppressions."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from keptword.errors import Place
from keptword.obligation import Finding, Report, RuleResult, Severity
from keptword.reports.json_report import dump
from keptword.reports.showing import flat, key_text, lateness, moment, optional_moment, seconds
from keptword.reports.summing import notes, quality

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: dict[Severity, str] = {"critical": "error", "major": "warning", "minor": "note"}


def render(report: Report, **_: object) -> bytes:
    """One run with one result for each finding and each waived violation (suppressed); UTF-8.

    Files stand as they were named on the command line; lines and columns count from 1, columns in code points.
    """
    index = {r.rule: i for i, r in enumerate(report.rules)}
    results = [_result(f, report, index) for f in (*report.findings, *report.waived)]
    if any(f.baseline for f in report.findings):  # SARIF: all results have a baseline state, or none has
        for result, finding in zip(results, (*report.findings, *report.waived), strict=True):
            result["baselineState"] = "unchanged" if finding.baseline else "new"
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "keptword",
                "semanticVersion": report.version,
                "rules": [_rule(r) for r in report.rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _notes(report)}],
        "results": results,
        "properties": {
            "asOf": moment(report.as_of, report.zone),
            "events": report.log.events,
            "cases": report.log.cases,
            "rejected": report.log.rejected,
            "unlisted": report.unlisted,
        },
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return (dump(document, indent=2) + "\n").encode()


def _rule(rule: RuleResult) -> dict[str, Any]:
    title = flat(rule.title) or flat(rule.rule)
    help_text = "\n\n".join(part for part in (title, flat(rule.why), _source(rule)) if part)
    return {
        "id": rule.rule,
        "name": flat(rule.rule).rpartition("/")[2] or flat(rule.rule),
        "shortDescription": {"text": title},
        "fullDescription": {"text": flat(rule.why) or title},
        "help": {"text": help_text},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": list(dict.fromkeys(flat(tag) for tag in rule.tags)),
            "kind": rule.kind,
            "kept": rule.counts.get("kept", 0),
            "violations": rule.violations,
        },
    }


def _source(rule: RuleResult) -> str:
    return f"Source: {flat(rule.source)}" if rule.source else ""


def _result(finding: Finding, report: Report, index: dict[str, int]) -> dict[str, Any]:
    o = finding.obligation
    late = lateness(o, report.as_of).replace("\u00a0", " ")
    said = flat(finding.message) or f"{key_text(o.key)}: {late}"
    result: dict[str, Any] = {"ruleId": o.rule}
    if o.rule in index:
        result["ruleIndex"] = index[o.rule]
    places = [report.places[e] for e in evidence(finding) if e in report.places]
    result |= {
        "level": _LEVELS[finding.severity] if o.is_violation or o.verdict == "waived" else "none",
        "kind": "fail" if o.is_violation or o.verdict == "waived" else "review",
        "message": {"text": said},
        "locations": [_location(place, finding) for place in places[:1]],
        "relatedLocations": [{"id": i, **_location(place)} for i, place in enumerate(places[1:], 1)],
        "partialFingerprints": {"keptwordObligation/v1": o.id},
        "properties": {
            "verdict": o.verdict,
            "severity": finding.severity,
            "key": dict(o.key),
            "due": optional_moment(o.due, finding.zone),
            "lateBySeconds": seconds(o.late_by),
            "late": late,
        },
    }
    if o.verdict == "waived":
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": flat(o.why) or "waived"}
        ]
    return result


def evidence(finding: Finding) -> list[str]:
    """Event ids, the most telling first: what did it or broke it, else what opened it."""
    o = finding.obligation
    first = [o.done_by] if o.done_by and o.verdict in {"late", "early", "broken", "review"} else []
    return list(dict.fromkeys([*first, o.opened_by, *o.events]))


def _location(place: Place, finding: Finding | None = None) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": file_uri(place.file)}}
    if place.line:
        physical["region"] = {"startLine": place.line} | (
            {"startColumn": place.column} if place.column else {}
        )
    location: dict[str, Any] = {"physicalLocation": physical}
    if finding and finding.obligation.case:
        location["logicalLocations"] = [{"name": flat(finding.obligation.case), "kind": "case"}]
    return location


def file_uri(file: str) -> str:
    """A file name as a URI reference; relative stays relative, so that a forge finds it in the repository."""
    slashed = file.replace("\\", "/").encode("utf-8", "surrogatepass")
    path = quote(slashed, safe="/")
    return f"file://{path}" if path.startswith("/") else path


def _notes(report: Report) -> list[dict[str, Any]]:
    said = [flat(note) for note in (*quality(report), *notes(report))]
    if report.log.rejected:
        said.append(f"{report.log.rejected} lines could not be read and were left out")
    if report.unlisted:
        said.append(f"{report.unlisted} findings are counted but not listed")
    said += [
        f"the waiver of {flat(waiver.rule)} ({flat(waiver.place)}) is expired: {flat(waiver.reason)}"
        for waiver in report.waivers
        if waiver.expired
    ]
    return [{"level": "note", "message": {"text": note or "''"}} for note in said]
