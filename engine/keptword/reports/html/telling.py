"""A case as the page tells it: its findings in facts, its events in words, what was said marked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from keptword.errors import Place, visible
from keptword.events import Event
from keptword.obligation import Finding, Report, RuleResult, Span
from keptword.reports.html.cases import Case
from keptword.reports.html.dates import written
from keptword.reports.html.drawing import draw, lane
from keptword.reports.html.markup import safe
from keptword.reports.html.phrases import say
from keptword.reports.showing import excuse, flat, key_text, lateness, length
from keptword.reports.words import Lang

if TYPE_CHECKING:
    from markupsafe import Markup

_MOST_EVENTS = 60
_MOST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Told:
    """What the template shows of a case; all texts are harmless, none is HTML but `drawing`."""

    number: int
    name: str
    severity: str
    drawing: Markup
    undrawn: int
    findings: Sequence[ToldFinding]
    events: Sequence[ToldEvent]
    unlisted: int


@dataclass(frozen=True, slots=True)
class ToldFinding:
    """One finding: label and text of each fact, the words that offend, the steps of the reckoning."""

    id: str
    severity: str
    verdict: str
    how: str
    rule: str
    title: str
    key: str
    message: str
    facts: Sequence[tuple[str, str]]
    quotes: Sequence[str]
    steps: Sequence[str]
    baseline: bool


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """One event: its text in pieces, each with whether it is marked."""

    number: int
    when: str
    name: str
    lane: str
    who: str
    subject: str
    pieces: Sequence[tuple[str, bool]]


def tell(case: Case, report: Report, rules: Mapping[str, RuleResult], lang: Lang) -> Told:
    """Everything that the section of a case shows."""
    zone = case.worst.zone
    named = {
        i for f in case.findings for i in (f.obligation.opened_by, f.obligation.done_by, *f.obligation.events)
    }
    events = list(case.events)
    if len(events) > _MOST_EVENTS:
        spare = max(0, _MOST_EVENTS - sum(e.id in named for e in events))
        others = [e.id for e in events if e.id not in named][:spare]
        events = [e for e in events if e.id in named or e.id in set(others)][: 4 * _MOST_EVENTS]
    numbers = {e.id: n for n, e in enumerate(events, 1)}
    spans: defaultdict[str, list[Span]] = defaultdict(list)
    for finding in case.findings:
        for span in finding.obligation.spans:
            spans[span.event].append(span)
    drawing, undrawn = draw(case, events, report.as_of, zone, lang)
    return Told(
        number=case.number, name=case.name or say("no case", lang), severity=case.worst.severity if case.violations else "none",
        drawing=safe(drawing), undrawn=undrawn, findings=[_finding(f, report, rules.get(f.obligation.rule), numbers, lang) for f in case.findings],
        events=[_event(n, e, report.texts.get(e.id, ""), spans[e.id], zone, lang) for n, e in enumerate(events, 1)],
        unlisted=len(case.events) - len(events),
    )  # fmt: skip


def _finding(
    f: Finding, report: Report, rule: RuleResult | None, numbers: Mapping[str, int], lang: Lang
) -> ToldFinding:
    o = f.obligation
    facts = [("opened fact", written(o.opened_at, f.zone, lang))]
    if o.due is not None and o.verdict != "broken":
        bound = f" ({say('exclusive', lang)})" if o.bound == "exclusive" else ""
        facts.append(("due fact", written(o.due, f.zone, lang) + bound))
    if o.done_at is not None:
        facts.append(("done fact" if o.verdict != "broken" else "at", written(o.done_at, f.zone, lang)))
    elif o.verdict == "missed":
        facts.append(("done fact", say("never", lang)))
    if o.late_by is not None:
        silent = f", {say('silent', lang, o.silent_periods)}" if o.silent_periods else ""
        facts.append(("late fact", length(o.late_by, lang) + silent))
    if owner := ", ".join(flat(part) for part in (o.owner.team, o.owner.actor) if part):
        facts.append(("owner fact", owner))
    reason = excuse(f) if o.verdict == "waived" else flat(o.why)
    # In English the sentence repeats the reason; in Russian it translates it.
    if reason and (o.verdict == "waived" or (lang == "en" and reason not in flat(f.message))):
        facts.append(("why fact", reason))
    if rests := ", ".join(
        str(n)
        for n in sorted(
            {numbers[e] for e in (o.opened_by, o.done_by, *o.events) if e is not None and e in numbers}
        )
    ):
        facts.append(("events fact", rests))
    if places := _lines(
        dict.fromkeys(report.places[e] for e in (o.opened_by, *o.events) if e in report.places)
    ):
        facts.append(("lines fact", places))
    return ToldFinding(
        id=o.id, severity=f.severity, verdict=o.verdict, how=lateness(o, report.as_of, lang), rule=flat(o.rule),
        title=flat(rule.title) if rule is not None else flat(o.rule), key=key_text(o.key, 80), message=flat(f.message),
        facts=[(say(label, lang), text) for label, text in facts],
        quotes=list(dict.fromkeys(flat(s.text) for s in o.spans if s.text and s.event not in numbers)),
        steps=[flat(step) for step in report.steps.get(o.id, ())], baseline=f.baseline,
    )  # fmt: skip


def _lines(places: Iterable[Place]) -> str:
    """`log.jsonl:12, 25`: each file once."""
    by_file: defaultdict[str, list[str]] = defaultdict(list)
    for place in places:
        by_file[place.file].append(flat(str(place)).removeprefix(flat(place.file) + ":"))
    return "; ".join(
        lines[0] if lines == [flat(file)] else f"{flat(file)}:{', '.join(lines)}"
        for file, lines in by_file.items()
    )


def _event(number: int, event: Event, text: str, spans: Sequence[Span], zone: str, lang: Lang) -> ToldEvent:
    fields = event.fields
    said = text or (value if isinstance(value := fields.get("text"), str) else "")
    who = [
        str(fields[name])
        for name in ("actor", "team", "channel")
        if name in fields and not isinstance(fields[name], tuple)
    ]
    subject = fields.get("subject")
    return ToldEvent(
        number=number, when=written(event.time, zone, lang), name=flat(event.event), lane=lane(event),
        who=", ".join(flat(part) for part in dict.fromkeys(who)), subject=flat(subject) if isinstance(subject, str) else "",
        pieces=marked(said, spans),
    )  # fmt: skip


def marked(text: str, spans: Sequence[Span]) -> list[tuple[str, bool]]:
    """A text in pieces, those inside a span marked; cut after some thousand characters, terminal escapes shown."""
    end = min(len(text), _MOST_TEXT)
    cuts = sorted({0, end, *(min(max(c, 0), end) for s in spans for c in (s.start, s.end))})
    out: list[tuple[str, bool]] = []
    for a, b in pairwise(cuts):
        inside = any(s.start <= a and b <= s.end for s in spans)
        piece = visible(text[a:b].replace("\r\n", "\n").replace("\t", " "))
        if out and out[-1][1] == inside:
            out[-1] = (out[-1][0] + piece, inside)
        else:
            out.append((piece, inside))
    return [*out, ("…", False)] if end < len(text) else out
