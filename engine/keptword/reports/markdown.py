"""The report as Markdown, for a merge request or a chat."""

from __future__ import annotations

import re
from collections.abc import Iterable

from keptword.obligation import Finding, Report, RuleResult
from keptword.reports.showing import clock, excuse, flat, key_text, lateness, worst_first
from keptword.reports.summing import left_out, log_line, rule_counts, totals, warnings
from keptword.reports.words import Lang, language, number, say

MOST = 100  # a comment on a merge request has a limit of length (GitHub: 65,536 characters)
_TEXT_ROOM = 300

# Emphasis, code, links, HTML, tables, mathematics; bare addresses; and what a forge turns into a reference.
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>|&~$@#!%]|://|(?<=www)\.", re.IGNORECASE)
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "|": "&#124;"}
_REFERENCES = "@#!$%&~"  # @user #issue !merge-request $snippet %milestone &epic ~label
# Forges look for references in the text that Markdown has become, so no escape of Markdown stops them.
_BREAK = "&#8203;"


def render(report: Report, *, lang: str = "en", most: int = MOST, **_: object) -> bytes:
    """A headline, the findings as a table (the worst first), the rules, what was left out; UTF-8.

    Args:
        report: what an audit returned.
        lang: "en" or "ru", of the headings.
        most: how many findings are listed; the rest is counted.
    """
    words = language(lang)
    bad, severities, others = totals(report, words)
    head = say("violations", words, bad) if bad else say("no violations", words)
    out = [f"## {head}{': ' + ', '.join(severities) if severities else ''}", ""]
    if others:
        out += [f"{say('besides', words)}: {', '.join(others)}", ""]
    found = worst_first(report)
    if found:
        out += [f"### {say('findings', words)}", "", *_findings(found[:most], report, words), ""]
        if len(found) > most:
            out += [say("not listed", words, len(found) - most), ""]
    if report.waived:
        out += [
            f"### {say('waived findings', words)}",
            "",
            *_findings(report.waived[:most], report, words),
            "",
        ]
        if len(report.waived) > most:
            out += [say("not listed", words, len(report.waived) - most), ""]
    if report.rules:
        out += [f"### {say('rules', words)}", "", *_rules(report.rules, words), ""]
    out += [f"- {say('log', words)}: {line}" for line in log_line(report, words)]
    out += [f"- {say('left out', words)}: {line}" for line in _escaped(left_out(report, words))]
    out += [f"- {label}: {escape(line)}" for label, line in warnings(report, words)]
    return ("\n".join(out) + "\n").encode()


def escape(text: str, room: int = 0) -> str:
    """`text` on one line in which nothing is markup, a mention or a link; cut to `room` characters when given."""
    plain = flat(text)
    if room and len(plain) > room:
        plain = plain[: room - 1] + "…"
    return _SPECIAL.sub(_character, plain)


def _character(match: re.Match[str]) -> str:
    found = match[0]
    if found == "://":
        return f":{_BREAK}//"
    if found == ".":
        return f"{_BREAK}."
    written = _ENTITIES.get(found) or (found if found in "@#!%" else f"\\{found}")
    follows = match.string[match.end() : match.end() + 1]
    return (
        written + _BREAK if found in _REFERENCES and (follows.isalnum() or follows in {"_", '"'}) else written
    )


def _escaped(lines: Iterable[str]) -> list[str]:
    return [escape(line) for line in lines]


def _findings(findings: Iterable[Finding], report: Report, lang: Lang) -> list[str]:
    heads = ("severity", "rule", "key", "due", "how bad", "evidence")
    out = [_row(say(h, lang) for h in heads), _row("---" for _ in heads)]
    for finding in findings:
        o = finding.obligation
        said = escape(finding.message, _TEXT_ROOM)
        if reason := excuse(finding):
            said += "<br>" + escape(say("waived because", lang, reason=reason), _TEXT_ROOM)
        if finding.baseline:
            said += f"<br>({say('in the baseline', lang)})"
        cells = (
            say(finding.severity, lang),
            escape(o.rule, _TEXT_ROOM),
            escape(key_text(o.key), _TEXT_ROOM),
            _due(finding, lang),
            lateness(o, report.as_of, lang),
            said,
        )
        out.append(_row(cells))
    return out


def _due(finding: Finding, lang: Lang) -> str:
    o = finding.obligation
    if o.due is None or (o.verdict == "broken" and o.at is not None):
        return "" if o.at is None else f"({clock(o.at, finding.zone)})"
    before = f"{say('before', lang)} " if o.bound == "exclusive" else ""
    return before + clock(o.due, finding.zone)


def _rules(rules: Iterable[RuleResult], lang: Lang) -> list[str]:
    rows = [(r, rule_counts(r)) for r in rules]
    columns = list(rows[0][1])
    out = [
        _row(say(h, lang) for h in ("rule", "title", *columns)),
        _row(["---", "---", *("---:" for _ in columns)]),
    ]
    for rule, counts in rows:
        out.append(
            _row([escape(rule.rule), escape(rule.title, _TEXT_ROOM), *(number(counts[c]) for c in columns)])
        )
    return out


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
