"""What several formats share: harmless text, moments, lengths of time, the order of badness."""

from __future__ import annotations

from collections.abc import Iterator

from keptword.errors import visible
from keptword.instants import DAY, HOUR, MINUTE, SECOND, to_datetime
from keptword.obligation import SEVERITIES, Finding, Key, Obligation, Report, order
from keptword.reports.words import NBSP, Lang, number, say


def flat(text: str) -> str:
    """`text` as one line: white space folded, terminal escapes and right-to-left marks shown instead of obeyed."""
    if text.isascii() and text.isprintable() and "  " not in text and text[:1] != " " and text[-1:] != " ":
        return text
    return " ".join(visible(text.replace("\r\n", "\n")).split())


def moment(micros: int, zone: str) -> str:
    """ISO 8601 with the offset of `zone`; an instant that no calendar year of four digits holds becomes `@seconds`."""
    for name in (zone, "UTC"):
        try:
            return to_datetime(micros, name).isoformat()
        except (OverflowError, ValueError):
            continue
    return f"@{micros // SECOND}"


def optional_moment(micros: int | None, zone: str) -> str | None:
    """`moment`, or None for none."""
    return None if micros is None else moment(micros, zone)


def clock(micros: int, zone: str) -> str:
    """A moment for people: `2026-03-02 09:00 +03:00`, seconds only when there are any; its spaces do not break."""
    text = moment(micros, zone)
    day, _, rest = text.partition("T")
    cut = max(rest.rfind("+"), rest.rfind("-"))
    if cut < 0:
        return text
    time, offset = rest[:cut], rest[cut:]
    return NBSP.join([day, time.removesuffix(":00") if time.count(":") == 2 else time, offset])


def length(micros: int, lang: Lang = "en") -> str:
    """A length of time for people, its two largest units, cut and not rounded: `2 d 3 h`, `15 min`, `0.25 s`.

    The spaces in it do not break.
    """
    rest = abs(micros)
    parts = []
    for unit, size in (("d", DAY), ("h", HOUR), ("min", MINUTE), ("s", SECOND)):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{number(count)}{NBSP}{say(unit, lang)}")
    if not parts:
        return f"{rest / SECOND:g}{NBSP}{say('s', lang)}"
    return NBSP.join(parts[:2])


def lateness(obligation: Obligation, as_of: int, lang: Lang = "en") -> str:
    """How bad it is in a few words: `15 min late`, `2 d 3 h, still running`, `broken`."""
    o = obligation
    if o.late_by is None:
        return say(f"how {o.verdict}", lang)
    if o.verdict == "waived":
        return f"{length(o.late_by, lang)} {say('too late', lang)}, {say('how waived', lang)}"
    if o.verdict == "missed":
        running = o.due is not None and o.due + o.late_by == as_of
        return f"{length(o.late_by, lang)}, {say('still running' if running else 'never done', lang)}"
    if o.verdict == "early":
        return f"{length(o.late_by, lang)} {say('too early', lang)}"
    return f"{length(o.late_by, lang)} {say('too late', lang)}"


def key_text(key: Key, room: int = 0) -> str:
    """The key for people: `incident INC-7, customer ромашка`; each value cut to `room` characters when given."""
    values = ((flat(name), flat(value) or "''") for name, value in key)
    return ", ".join(f"{n} {v if not room or len(v) <= room else v[: room - 1] + '…'}" for n, v in values)


def excuse(finding: Finding) -> str:
    """The reason of a waiver on one line; "" where there is none or the message gives it already."""
    o = finding.obligation
    reason = flat(o.why) if o.verdict == "waived" else ""
    return "" if reason in flat(finding.message) else reason


def badness(finding: Finding) -> tuple[object, ...]:
    """Sort key that puts the worst first: violations, by severity, by how late, then in the order of every listing."""
    o = finding.obligation
    return (not o.is_violation, -SEVERITIES.index(finding.severity), -(o.late_by or 0), order(o))


def worst_first(report: Report) -> list[Finding]:
    """The findings of a report, the worst first."""
    return sorted(report.findings, key=badness)


def listed(report: Report, everything: bool) -> Iterator[Finding]:
    """What a format with one row for each finding lists: the findings, or every obligation in the same shape.

    Every obligation: the message is that of its finding, "" where it has none.
    """
    if not everything:
        yield from report.findings
        return
    known = {f.obligation.id: f for f in (*report.findings, *report.waived)}
    rules = {r.rule: r for r in report.rules}
    for o in report.obligations:
        found = known.get(o.id)
        rule = rules.get(o.rule)
        if found is not None:
            yield found
        else:
            yield Finding(o, rule.severity if rule else "minor", rule.zone if rule else report.zone, "")


def seconds(micros: int | None) -> int | float | None:
    """Seconds: a whole number where it is one."""
    if micros is None:
        return None
    whole, part = divmod(micros, SECOND)
    return micros / SECOND if part else whole
