"""The report for a terminal: the worst first, then a line for each rule, then what was left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from keptword.obligation import SEVERITIES, Finding, Report, RuleResult
from keptword.reports.cells import cells, cut, pad, wrap
from keptword.reports.showing import clock, excuse, flat, key_text, lateness, worst_first
from keptword.reports.summing import left_out, log_line, rule_counts, totals, warnings
from keptword.reports.words import NBSP, Lang, language, number, say

Paint = Callable[[str, str], str]

_SGR = {"critical": "1;31", "major": "33", "minor": "36", "good": "32", "dim": "2", "strong": "1"}
_KEY_ROOM = 40  # characters of one key value
_MESSAGE_LINES = 6
_TITLE_LINES = 2
_TOGETHER = re.compile(r"(?<=\d) (?=(?:d|h|min|s|д|ч|мин|с)\b)|(?<=\d\d-\d\d) (?=\d\d:\d\d)")
_NARROWEST = 40


def render(report: Report, *, color: bool = False, width: int = 80, lang: str = "en", **_: object) -> bytes:
    """The report as lines of at most `width` cells (never fewer than 40), UTF-8.

    Args:
        report: what an audit returned.
        color: whether to colour severities and counts.
        width: of the terminal.
        lang: "en" or "ru", of the headings; the evidence comes as the audit wrote it.
    """
    words, room = language(lang), max(width, _NARROWEST)
    paint: Paint = _colored if color else _plain
    found = worst_first(report)
    out: list[str] = []
    titles = {r.rule: flat(r.title) for r in report.rules}
    for finding in [*found, *report.waived]:
        title = titles.get(finding.obligation.rule, "")
        out += _card(finding, title, report.as_of, room, words, paint)
        out.append("")
    if report.rules:
        out += _rules(report.rules, room, words, paint)
        out.append("")
    for name, lines in (("log", log_line(report, words)), ("left out", left_out(report, words))):
        out += _labelled(say(name, words), lines, room)
    for label, line in warnings(report, words):
        out += _labelled(label, [line], room)
    out += _last(report, room, words, paint)
    return ("\n".join(out) + "\n").encode()


def _card(finding: Finding, title: str, as_of: int, room: int, lang: Lang, paint: Paint) -> list[str]:
    """Severity, rule and how late; the rule's title; key and deadline; the evidence, indented under the rule."""
    o = finding.obligation
    margin = max(cells(say(s, lang)) for s in SEVERITIES) + 2
    name = pad(say(finding.severity, lang), margin - 2)
    rule, late = flat(o.rule), lateness(o, as_of, lang).replace(NBSP, " ")
    indent = " " * margin
    style = finding.severity if o.is_violation else "dim"
    gap = room - margin - cells(rule) - cells(late)
    if gap >= 2:
        late_lines = [f"{paint(name, style)}  {paint(rule, 'strong')}{' ' * gap}{paint(late, style)}"]
    else:
        late_lines = [f"{paint(name, style)}  {paint(cut(rule, room - margin), 'strong')}"]
        late_lines += [indent + paint(line, style) for line in wrap(late, room - margin)]
    due = _due(finding, lang)
    key = key_text(o.key, _KEY_ROOM)
    about = wrap(f"{key} · {due}" if key else due, room - margin)
    if key and len(about) > 1:  # the deadline stays in one piece
        about = [*wrap(key, room - margin), *wrap(due, room - margin)]
    said = wrap(_glued(flat(finding.message)), room - margin, _MESSAGE_LINES)
    if reason := excuse(finding):
        said += wrap(say("waived because", lang, reason=reason), room - margin, _MESSAGE_LINES)
    if finding.baseline:
        said += [f"({say('in the baseline', lang)})"]
    titled = [indent + line for line in wrap(title, room - margin, _TITLE_LINES)] if title else []
    return [
        *late_lines, *titled, *(indent + paint(line, "dim") for line in about), *(indent + line for line in said),
    ]  # fmt: skip


def _due(finding: Finding, lang: Lang) -> str:
    o, zone = finding.obligation, finding.zone
    if o.due is not None and not (o.at == o.due == o.opened_at):  # what is broken at once was never due
        before = f" {say('before', lang)}" if o.bound == "exclusive" else ""
        return f"{say('due', lang)}{before} {clock(o.due, zone)}"
    if o.at is not None:
        return f"{say('at', lang)} {clock(o.at, zone)}"
    return say("no deadline", lang)


def _rules(rules: Iterable[RuleResult], room: int, lang: Lang, paint: Paint) -> list[str]:
    """A line for each rule with its counts; columns in which every number is 0 are left out, as are idle rules."""
    every = [(flat(r.rule), rule_counts(r)) for r in rules]
    rows = [(name, counts) for name, counts in every if any(counts.values())]
    idle = [name for name, counts in every if not any(counts.values())]
    out = _counted(rows, room, lang, paint) if rows else []
    if idle:
        out += wrap(say("nothing to judge", lang, len(idle), names=", ".join(idle)), room)
    return out


def _counted(rows: list[tuple[str, dict[str, int]]], room: int, lang: Lang, paint: Paint) -> list[str]:
    shown = [c for c in rows[0][1] if c in {"kept", "violated"} or any(counts[c] for _, counts in rows)]
    heads = {c: say(c, lang) for c in shown}
    widths = {c: max(len(heads[c]), *(len(number(counts[c])) for _, counts in rows)) for c in shown}
    numbers = sum(w + 2 for w in widths.values())
    if numbers + cells(say("rules", lang)) > room:
        return _rules_in_words(rows, heads, room, paint)
    wanted = max(cells(name) for name, _ in [*rows, (say("rules", lang), {})])
    name_room = min(wanted, room - numbers)
    name_room = max(name_room, cells(say("rules", lang)))
    head = pad(say("rules", lang), name_room) + "".join(f"  {pad(heads[c], widths[c], True)}" for c in shown)
    out = [paint(head.rstrip(), "strong")]
    for name, counts in rows:
        texts = []
        for c in shown:
            style = {"kept": "good", "violated": "critical"}.get(c, "strong") if counts[c] else "dim"
            text = pad(number(counts[c]).replace(NBSP, " "), widths[c], True)
            texts.append("  " + paint(text, style))
        if cells(name) > name_room:  # the name on a line of its own, so that no number is lost
            out.append(cut(name, room))
            out.append(" " * name_room + "".join(texts))
        else:
            out.append(pad(name, name_room) + "".join(texts))
    return out


def _rules_in_words(
    rows: list[tuple[str, dict[str, int]]], heads: dict[str, str], room: int, paint: Paint
) -> list[str]:
    """The same where the columns are too many for the terminal: the counts as words under the rule."""
    out = []
    for name, counts in rows:
        said = ", ".join(f"{number(counts[c])}{NBSP}{head}" for c, head in heads.items() if counts[c])
        out.append(paint(cut(name, room), "strong"))
        out += ["  " + line for line in wrap(said or f"0{NBSP}{heads['kept']}", room - 2)]
    return out


def _labelled(label: str, lines: list[str], room: int) -> list[str]:
    """`label: line`, the following lines indented under the first."""
    head = f"{label}: "
    body = [part for line in lines for part in wrap(line, room - cells(head), _MESSAGE_LINES)]
    return [(head if i == 0 else " " * cells(head)) + line for i, line in enumerate(body)]


def _last(report: Report, room: int, lang: Lang, paint: Paint) -> list[str]:
    """What else there is, then the line that says how it went."""
    bad, severities, others = totals(report, lang)
    out = _labelled(say("besides", lang), [", ".join(others)], room) if others else []
    head = say("violations", lang, bad) if bad else say("no violations", lang)
    lines = wrap(f"{head}: {', '.join(severities)}" if severities else head, room)
    return out + [paint(line, "critical" if bad else "good") for line in lines]


def _glued(text: str) -> str:
    """A number and its unit, a date and its time stay on one line."""
    return _TOGETHER.sub(NBSP, text)


def _plain(text: str, _style: str) -> str:
    return text


def _colored(text: str, style: str) -> str:
    return f"\x1b[{_SGR[style]}m{text}\x1b[0m"
