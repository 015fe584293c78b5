"""The report as CSV: one finding a row, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re

from keptword.obligation import Finding, Report
from keptword.reports.showing import flat, listed, optional_moment, seconds

COLUMNS: tuple[str, ...] = (
    "id", "rule", "severity", "verdict", "key", "case", "opened_at", "due", "bound", "done", "late_by_s",
    "team", "actor", "events", "message", "baseline",
)  # fmt: skip

# What a spreadsheet takes for the beginning of a formula (the full-width signs too: some locales accept them).
_FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")


def render(report: Report, *, everything: bool = False, **_: object) -> bytes:
    """One finding a row under a header that never changes; comma, UTF-8 without a byte order mark, LF.

    Args:
        report: what an audit returned.
        everything: whether every obligation has a row, not only the findings.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for finding in listed(report, everything):
        writer.writerow(row(finding))
    return out.getvalue().encode()


def row(finding: Finding) -> list[str | int | float]:
    """The cells of one finding, in the order of `COLUMNS`; what is not there is an empty cell."""
    o, zone = finding.obligation, finding.zone
    late = seconds(o.late_by)
    return [
        o.id,
        cell(o.rule),
        finding.severity,
        o.verdict,
        cell("; ".join(f"{name}={value}" for name, value in o.key)),
        cell(o.case),
        optional_moment(o.opened_at, zone) or "",
        optional_moment(o.due, zone) or "",
        o.bound,
        optional_moment(o.done_at, zone) or "",
        "" if late is None else late,
        cell(o.owner.team),
        cell(o.owner.actor),
        cell(" ".join(o.events)),
        cell(finding.message),
        "true" if finding.baseline else "false",
    ]


def cell(text: str) -> str:
    """`text` on one line that no spreadsheet takes for a formula; a plain number stays a number."""
    plain = flat(text)
    if _FORMULA.match(plain) and not _NUMBER.fullmatch(plain):
        return "'" + plain
    return plain
