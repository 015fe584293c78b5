"""The timeline of a case as SVG: events in lanes, obligations as bars, deadlines, the silence towards the customer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from itertools import pairwise

from keptword.events import Event
from keptword.instants import DAY, HOUR, MINUTE, to_datetime
from keptword.obligation import Obligation
from keptword.reports.html.bars import BAR_HEIGHT, bar, breaches, end, extent, instant, is_point
from keptword.reports.html.cases import Case
from keptword.reports.html.dates import short
from keptword.reports.html.phrases import say
from keptword.reports.showing import flat, length
from keptword.reports.words import Lang

_WIDTH, _LEFT, _RIGHT = 960, 16, 944
_LANES = ("in", "out", "other")
_LANE_HEIGHT = 40
_MOST_BARS, _MOST_KEPT = 14, 6
_STEPS = (
    MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY,
    30 * DAY, 91 * DAY, 365 * DAY, 3650 * DAY, 36500 * DAY,
)  # fmt: skip
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
    """The drawing, and how many findings found no room in it.

    Args:
        case: what is drawn: findings first, then some of what was kept or is open.
        shown: the events, numbered from 1 as in the list below the drawing.
        as_of: the moment of judgement, microseconds; the end of what still runs.
        zone: of the axis.
        lang: of the labels.
    """
    found = {f.obligation.id for f in case.findings}
    points = [o for f in case.findings if is_point(o := f.obligation)]
    late = [o for f in case.findings if not is_point(o := f.obligation)]
    others = [
        o
        for o in case.owed
        if o.id not in found and o.verdict in {"kept", "open"} and o.due not in {None, o.opened_at}
    ]
    drawn = late[:_MOST_BARS]
    drawn += sorted(others, key=lambda o: o.verdict)[: max(0, min(_MOST_KEPT, _MOST_BARS - len(drawn)))]
    drawn.sort(key=lambda o: (o.opened_at, o.rule, o.key, o.part))
    times = (
        [e.time for e in shown] + [t for o in drawn for t in extent(o, as_of)] + [instant(o) for o in points]
    )
    first, last = min(times), max(times)
    span = max(last - first, MINUTE)

    def x(time: int) -> float:
        return round(_LEFT + (time - first) / span * (_RIGHT - _LEFT), 1)

    lanes = [name for name in _LANES if any(lane(e) == name for e in shown)]
    top = _LANE_HEIGHT * (len(lanes) + bool(points)) + 8
    height = top + BAR_HEIGHT * len(drawn) + 26
    events, findings = say("events", lang, len(shown)), say("n findings", lang, len(case.findings))
    label = escape(say("timeline of", lang, name=case.name, events=events, findings=findings))
    out = [f'<svg class="timeline" role="group" viewBox="0 0 {_WIDTH} {height}" aria-label="{label}">']
    out += _axis(first, span, x, height, zone, lang)
    for row, name in enumerate(lanes):
        y = row * _LANE_HEIGHT + 26
        silent = _silences(shown, late, as_of) if name == "out" else []
        out += _lane(name, y, [(n, e) for n, e in enumerate(shown, 1) if lane(e) == name], silent, x, lang)
    if points:
        out += breaches(points, len(lanes) * _LANE_HEIGHT + 26, x, (_LEFT, _RIGHT), lang)
    for row, o in enumerate(drawn):
        out += bar(o, o.id in found, top + row * BAR_HEIGHT, as_of, x, _RIGHT, lang)
    out.append("</svg>")
    return "".join(out), len(late) - sum(o.id in found for o in drawn)


def _silences(shown: Sequence[Event], late: Sequence[Obligation], as_of: int) -> list[tuple[int, int]]:
    """Spans in which nothing went to the customer while something was waited for, and became overdue."""
    waits = sorted(
        (min(o.opened_at, o.due), o.due, end(o, as_of))
        for o in late
        if o.due is not None and o.verdict != "waived"
    )
    merged: list[tuple[int, int]] = []
    for start, _, stop in waits:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    told = sorted({e.time for e in shown if lane(e) == "out"})
    pieces: list[tuple[int, int]] = []
    for start, stop in merged:
        cuts = [start, *(t for t in told if start < t < stop), stop]
        pieces += pairwise(cuts)
    return [(a, b) for a, b in pieces if any(b > due and a < stop for _, due, stop in waits)]


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
