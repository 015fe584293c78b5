"""The report as GitLab code quality: what a merge request shows beside the changed lines."""

from __future__ import annotations

from typing import Any

from keptword.errors import Place
from keptword.obligation import Finding, Report, Severity
from keptword.reports.json_report import dump
from keptword.reports.sarif import evidence
from keptword.reports.showing import flat, key_text, lateness

_SEVERITIES: dict[Severity, str] = {"critical": "critical", "major": "major", "minor": "minor"}


def render(report: Report, **_: object) -> bytes:
    """A JSON array with one entry a finding; waived violations are left out, GitLab has no word for them.

    Violations have the severity of their rule; what is no violation, or is in the baseline, is `info`.
    """
    rows = ",\n".join(dump(_entry(f, report)) for f in report.findings)
    return (f"[\n{rows}\n]\n" if rows else "[]\n").encode()


def _entry(finding: Finding, report: Report) -> dict[str, Any]:
    o = finding.obligation
    # GitLab demands a path and a line: without a known place, the first file and its first line.
    fallback = Place(report.log.files[0] if report.log.files else "log", 1)
    place = next((report.places[e] for e in evidence(finding) if e in report.places), fallback)
    late = lateness(o, report.as_of).replace("\u00a0", " ")
    return {
        "description": f"{flat(finding.message) or key_text(o.key)} ({late})",
        "check_name": flat(o.rule),
        "fingerprint": o.id,
        "severity": _SEVERITIES[finding.severity] if o.is_violation and not finding.baseline else "info",
        "location": {"path": flat(place.file), "lines": {"begin": place.line or 1}},
    }
