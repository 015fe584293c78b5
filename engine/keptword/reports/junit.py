"""The report as JUnit XML, which every CI server shows: a suite for each rule, a case for each obligation."""

from __future__ import annotations

from collections import defaultdict
from xml.etree import ElementTree as ET

from keptword.instants import to_datetime
from keptword.obligation import VERDICTS, VIOLATIONS, Finding, Report, RuleResult
from keptword.reports.showing import clock, flat, key_text, lateness, listed
from keptword.reports.summing import left_out, warnings


def render(report: Report, *, everything: bool = False, **_: object) -> bytes:
    """Suites that Ant's and Jenkins' schemas accept; UTF-8.

    A violation is a failure unless it is in the baseline; waived ones, reviews and borderlines are skipped, with the
    reason. Obligations that are not listed are one case: passed, or failed where violations are among them.

    Args:
        report: what an audit returned.
        everything: whether each obligation is a case, not only the findings.
    """
    rows: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in [*listed(report, True)] if everything else [*report.findings, *report.waived]:
        rows[finding.obligation.rule].append(finding)
    root = ET.Element("testsuites")
    for number, rule in enumerate(report.rules):
        _suite(root, number, rule, rows[rule.rule], report)
    ET.indent(root)
    xml: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml + b"\n"


def _suite(root: ET.Element, number: int, rule: RuleResult, rows: list[Finding], report: Report) -> None:
    name = flat(rule.rule) or "rule"
    package = name.partition("/")[0] or "rules"
    suite = ET.SubElement(root, "testsuite", {
        "name": name,
        "package": package,
        "id": str(number),
        "timestamp": _timestamp(report),
        "hostname": "localhost",
        "tests": "0", "failures": "0", "errors": "0", "skipped": "0", "time": "0",
    })  # fmt: skip
    properties = ET.SubElement(suite, "properties")
    about: dict[str, str] = {
        "title": rule.title,
        "severity": rule.severity,
        "source": rule.source,
        "why": rule.why,
    }
    about |= {verdict: str(rule.counts.get(verdict, 0)) for verdict in VERDICTS}
    for key, value in about.items():
        ET.SubElement(properties, "property", {"name": key, "value": flat(value)})
    failures = skipped = 0
    for finding in rows:
        case = ET.SubElement(suite, "testcase", {"name": _name(finding), "classname": name, "time": "0"})
        outcome = _outcome(finding, report)
        if outcome is not None:
            case.append(outcome)
            failures += outcome.tag == "failure"
            skipped += outcome.tag == "skipped"
    failures += _rest(suite, rule, rows, name)
    suite.set("tests", str(len(suite.findall("testcase"))))
    suite.set("failures", str(failures))
    suite.set("skipped", str(skipped))
    said = (
        [*left_out(report), *(f"{label}: {line}" for label, line in warnings(report))] if number == 0 else []
    )
    ET.SubElement(suite, "system-out").text = "\n".join(said)
    ET.SubElement(suite, "system-err").text = ""


def _timestamp(report: Report) -> str:
    """Without an offset, as the schema wants it: the clock of the report's zone."""
    try:
        return to_datetime(report.as_of, report.zone).strftime("%Y-%m-%dT%H:%M:%S")
    except OverflowError:
        return "9999-12-31T23:59:59"


def _name(finding: Finding) -> str:
    o = finding.obligation
    part = f" ({flat(o.part)})" if o.part else ""
    return f"{key_text(o.key) or flat(o.opened_by)}{part} [{o.id}]"


def _outcome(finding: Finding, report: Report) -> ET.Element | None:
    """The failure or skip of a case; None for one that passed."""
    o = finding.obligation
    late = lateness(o, report.as_of).replace("\u00a0", " ")
    if o.is_violation and not finding.baseline:
        failure = ET.Element("failure", {"message": flat(finding.message) or late, "type": o.verdict})
        due = [] if o.due is None else [f"due {clock(o.due, finding.zone)}".replace("\u00a0", " ")]
        places = [str(report.places[e]) for e in o.events if e in report.places]
        failure.text = "\n".join([flat(finding.message), ", ".join([*due, late]), *map(flat, places)])
        return failure
    if o.is_violation:
        return ET.Element("skipped", {"message": f"in the baseline: {flat(finding.message)}"})
    if o.verdict == "kept":
        return None
    return ET.Element(
        "skipped", {"message": ": ".join(t for t in (o.verdict, flat(o.why or finding.message)) if t)}
    )


def _rest(suite: ET.Element, rule: RuleResult, rows: list[Finding], name: str) -> int:
    """A case for the obligations that have none of their own; how many failures that makes (0 or 1)."""
    shown = len(rows)
    bad = sum(f.obligation.verdict in VIOLATIONS for f in rows)
    more_bad = rule.violations - bad
    total = sum(rule.counts.values())
    if total <= shown and rows:
        return 0
    label = f"{total - shown} more" if rows else f"all {total}"
    case = ET.SubElement(suite, "testcase", {"name": f"{label} obligations", "classname": name, "time": "0"})
    if more_bad <= 0:
        return 0
    said = f"{more_bad} more violations are counted but not listed"
    ET.SubElement(case, "failure", {"message": said, "type": "unlisted"}).text = said
    return 1
