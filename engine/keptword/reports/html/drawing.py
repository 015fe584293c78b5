"""The timeline of a case as SVG: events in lanes, obligations as bars, deadlines, the silence towards the customer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from itertools import pairwise

from keptword.events import Event
from keptword.instants import DAY, HOUR, MINUTE, to_datetime
from keptword.obligation import Finding, Obligation, Verdict
from keptword.reports.html.cases import Case
from keptword.reports.html.dates import short
from keptword.reports.html.phrases import say
from keptword.reports.showing import flat, lateness, length
from keptword.reports.words import Lang

_WIDTH, _LEFT, _RIGHT = 960, 16, 944
_LANES = ("in", "out", "other")
_LANE_HEIGHT, _BAR_HEIGHT = 40, 34
_MOST_BARS, _MOST_KEPT = 14, 6
_STEPS = (
    MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY,
    30 * DAY, 91 * DAY, 365 * DAY, 3650 * DAY, 36500 * DAY,
)  # fmt: skip
_WORST: tuple[Verdict, ...] = (
    "broken",
    "early",
    "missed",
    "late",
    "waived",
    "review",
    "borderline",
    "unknown",
    "open",
    "kept",
)
_TO_CUSTOMER = (
    "message.sent",
    "notice.sent",
    "warning.sent",
    "call.made",
    "status.posted",
    "maintenance.announced",
)
_FROM_CUSTOMER = ("message.received", "call.received", "claim.received")


def lane(event: Event) -> str:
    """Whether an event came from the customer ("in"), went to the customer ("out"), or neither ("other")."""
    match event.fields.get("direction"):
        case "in":
            return "in"
        case "out":
            return "out"
        case "internal":
            return "other"
    if event.fields.get("audience") == "internal" or event.fields.get("public") is False:
        return "other"
    if event.event in _TO_CUSTOMER:
        return "out"
    return "in" if event.event in _FROM_CUSTOMER or event.fields.get("role") == "customer" else "other"


def draw(case: Case, shown: Sequence[Event], as_of: int, zone: str, lang: Lang) -> tuple[str, int]:
    """The drawing, and how many obligations found no room in it.

    Args:
        case: what is drawn; its obligations, the violated ones first.
        shown: the events, numbered from 1 as in the list below the drawing.
        as_of: the moment of judgement, microseconds; the end of what still runs.
        zone: of the axis.
        lang: of the labels.
    """
    found = {f.obligation.id: f for f in case.findings}
    bars = sorted(
        (o for o in case.owed if o.verdict != "void"),
        key=lambda o: (o.id not in found, _WORST.index(o.verdict)),
    )
    some = [o for o in bars if o.id in found][:_MOST_BARS]
    some += [o for o in bars if o.id not in found][: max(0, min(_MOST_KEPT, _MOST_BARS - len(some)))]
    drawn = sorted(some, key=lambda o: (o.opened_at, o.rule, o.key, o.part))
    times = [e.time for e in shown] + [t for o in drawn for t in _extent(o, as_of)]
    first, last = min(times), max(times)
    span = max(last - first, MINUTE)

    def x(time: int) -> float:
        return round(_LEFT + (time - first) / span * (_RIGHT - _LEFT), 1)

    lanes = [name for name in _LANES if any(lane(e) == name for e in shown)]
    top = _LANE_HEIGHT * len(lanes) + 8
    height = top + _BAR_HEIGHT * len(drawn) + 26
    label = say(
        "timeline of",
        lang,
        name=case.name,
        events=say("events", lang, len(shown)),
        findings=say("n findings", lang, len(case.findings)),
    )
    out = [
        f'<svg class="timeline" role="group" viewBox="0 0 {_WIDTH} {height}" aria-label="{escape(label)}">'
    ]
    out += _axis(first, span, x, height, zone, lang)
    for row, name in enumerate(lanes):
        y = row * _LANE_HEIGHT + 26
        silent = _silences(shown, case.findings, as_of) if name == "out" else []
        out += _lane(name, y, [(n, e) for n, e in enumerate(shown, 1) if lane(e) == name], silent, x, lang)
    for row, o in enumerate(drawn):
        out += _bar(o, found.get(o.id), top + row * _BAR_HEIGHT, as_of, x, lang)
    out.append("</svg>")
    return "".join(out), len(bars) - len(drawn)


def _extent(o: Obligation, as_of: int) -> list[int]:
    return [
        o.opened_at,
        *(t for t in (o.due if o.verdict != "open" else None, o.done_at, o.at) if t is not None),
        _end(o, as_of),
    ]


def _end(o: Obligation, as_of: int) -> int:
    """Until when the bar runs: done, given up, or now."""
    if o.done_at is not None:
        return o.done_at
    if o.late_by is not None and o.due is not None:
        return o.due + o.late_by
    return (
        min(o.due, as_of)
        if o.verdict == "open" and o.due is not None
        else o.at
        if o.at is not None
        else as_of
    )


def _silences(shown: Sequence[Event], findings: Sequence[Finding], as_of: int) -> list[tuple[int, int]]:
    """Spans in which nothing went to the customer while something was waited for, and became overdue."""
    waits = sorted(
        (min(o.opened_at, o.due), o.due, _end(o, as_of))
        for o in (f.obligation for f in findings)
        if o.verdict in {"late", "missed"} and o.due is not None
    )
    merged: list[tuple[int, int]] = []
    for start, _, end in waits:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    told = sorted({e.time for e in shown if lane(e) == "out"})
    pieces: list[tuple[int, int]] = []
    for start, end in merged:
        cuts = [start, *(t for t in told if start < t < end), end]
        pieces += pairwise(cuts)
    return [(a, b) for a, b in pieces if any(b > due and a < end for _, due, end in waits)]


def _axis(first: int, span: int, x: Callable[[int], float], height: int, zone: str, lang: Lang) -> list[str]:
    step = next((s for s in _STEPS if span / s <= 8), _STEPS[-1])
    offset = _offset(first, zone)
    out, tick, days = [], -(-(first + offset) // step) * step - offset, set()
    while tick <= first + span:
        day = (tick + offset) // DAY
        label = short(tick, zone, lang, clock=step < DAY, date=step >= DAY or day not in days)
        days.add(day)
        at = x(tick)
        anchor = "start" if at < 50 else "end" if at > _WIDTH - 50 else "middle"
        out.append(f'<line class="tick" x1="{at}" x2="{at}" y1="0" y2="{height - 20}"/>')
        out.append(
            f'<text class="when" x="{at}" y="{height - 6}" text-anchor="{anchor}">{escape(label)}</text>'
        )
        tick += step
    return out


def _offset(micros: int, zone: str) -> int:
    try:
        offset = to_datetime(micros, zone).utcoffset()
    except (OverflowError, ValueError):
        return 0
    return 0 if offset is None else round(offset.total_seconds()) * 1_000_000


def _lane(
    name: str, y: int, events: list[tuple[int, Event]], silent: list[tuple[int, int]], x: Callable[[int], float], lang: Lang
) -> list[str]:  # fmt: skip
    out = [f'<text class="lane" x="{_LEFT - 8}" y="{y - 14}">{escape(say(f"lane {name}", lang))}</text>']
    out.append(f'<line class="rail" x1="{_LEFT}" x2="{_RIGHT}" y1="{y}" y2="{y}"/>')
    for a, b in silent:
        left, wide = x(a), round(x(b) - x(a), 1)
        said = say("silence", lang, length=length(b - a, lang))
        out.append(
            f'<rect class="silence" x="{left}" y="{y - 9}" width="{max(wide, 1)}" height="18" fill="url(#silence)"><title>{escape(said)}</title></rect>'
        )
        if wide > 8 * len(said):
            out.append(
                f'<text class="hush" x="{left + wide / 2:.1f}" y="{y + 4}" text-anchor="middle">{escape(said)}</text>'
            )
    free, dots, discs = -99.0, [], []
    for number, event in events:
        at = x(event.time)
        disc = f'cx="{at}" cy="{y}"'
        title = f"<title>{number}. {escape(flat(event.event))}</title>"
        if at - free < 13:  # numbers that would lie on each other are left to the list
            dots.append(f'<circle class="event {name}" {disc} r="8.5">{title}</circle>')
            continue
        discs.append(f'<circle class="event {name}" {disc} r="8">{title}</circle>')
        discs.append(f'<text class="number" x="{at}" y="{y + 3.5}" text-anchor="middle">{number}</text>')
        free = at
    return out + dots + discs


def _bar(
    o: Obligation, finding: Finding | None, y: int, as_of: int, x: Callable[[int], float], lang: Lang
) -> list[str]:
    begin, end, middle = o.opened_at, _end(o, as_of), y + 23
    start = min(begin, o.due) if o.due is not None else begin
    due = o.due if o.due is not None and o.verdict in {"late", "missed", "waived"} else None
    name = flat(o.rule).rpartition("/")[2]
    said = f"{name}: {lateness(o, as_of, lang)}"
    out = [f'<g class="duty {o.verdict}"><title>{escape(said)}</title>']
    stop = min(due, end) if due is not None else end
    out.append(
        _rect(
            f"allowed {'done' if o.verdict == 'kept' else ''}".strip(), x(start), x(max(stop, start)), y + 19
        )
    )
    if due is not None and end > due:
        out.append(_rect("overdue", x(due), x(end), y + 19))
    if o.due is not None and o.verdict != "open":
        at = x(min(max(o.due, start), max(end, o.due)))
        out.append(f'<path class="due" d="M{at} {y + 15}v16"/>')
    if o.verdict in {"broken", "early"} and o.at is not None:
        at = x(o.at)
        out.append(f'<path class="breach" d="M{at - 5:.1f} {middle - 5}l10 10m0 -10l-10 10"/>')
    if o.done_at is not None and o.verdict not in {"broken", "early"}:
        out.append(f'<circle class="act" cx="{x(o.done_at)}" cy="{middle}" r="4.5"/>')
    left = x(start)
    anchor, at = ("start", left) if left < _WIDTH - 12 - 6.4 * len(said) else ("end", _RIGHT)
    text = f'<text class="duty-name" x="{at}" y="{y + 12}" text-anchor="{anchor}">{escape(said)}</text>'
    out.append(f'<a href="#f-{o.id}">{text}</a>' if finding is not None else text)
    return [*out, "</g>"]


def _rect(css: str, left: float, right: float, y: int) -> str:
    return (
        f'<rect class="{css}" x="{left}" y="{y}" width="{max(round(right - left, 1), 2)}" height="8" rx="2"/>'
    )
