"""The report as workflow commands: GitHub Actions turns them into annotations of the files of a commit."""

from __future__ import annotations

from keptword.obligation import Finding, Report, Severity
from keptword.reports.sarif import evidence
from keptword.reports.showing import flat, key_text, lateness, worst_first
from keptword.reports.summing import totals

_COMMANDS: dict[Severity, str] = {"critical": "error", "major": "warning", "minor": "notice"}


def render(report: Report, **_: object) -> bytes:
    """One `::error file=…,line=…::` (or warning, notice) a finding, the worst first, then a notice with the totals.

    GitHub shows ten of a kind for a step; the worst come first for that reason.
    """
    lines = [_command(f, report) for f in worst_first(report)]
    bad, severities, others = totals(report)
    summary = ", ".join([f"{bad} violations" if bad != 1 else "1 violation", *severities, *others])
    if report.unlisted:
        summary += f", {report.unlisted} findings not listed"
    lines.append(f"::notice title=keptword::{_data(summary)}")
    return ("\n".join(lines) + "\n").encode()


def _command(finding: Finding, report: Report) -> str:
    o = finding.obligation
    command = _COMMANDS[finding.severity] if o.is_violation and not finding.baseline else "notice"
    place = next((report.places[e] for e in evidence(finding) if e in report.places), None)
    options = {}
    if place is not None:
        options["file"] = flat(place.file)
        options |= {"line": str(place.line)} if place.line else {}
        options |= {"col": str(place.column)} if place.line and place.column else {}
    late = lateness(o, report.as_of).replace("\u00a0", " ")
    options["title"] = f"{flat(o.rule)}: {late}"
    said = flat(finding.message) or key_text(o.key)
    return f"::{command} {','.join(f'{k}={_property(v)}' for k, v in options.items())}::{_data(said)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
