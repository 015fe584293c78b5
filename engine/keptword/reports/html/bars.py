"""Obligations in the drawing of a case: bars with their deadlines, crosses where something was broken at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from keptword.obligation import Obligation
from keptword.reports.html.phrases import say
from keptword.reports.showing import flat, lateness
from keptword.reports.words import Lang

BAR_HEIGHT = 34
_LETTER = 6.4  # width of a letter, on average
_ROOM = 24  # crosses nearer to each other than this become one with a number

Scale = Callable[[int], float]


def is_point(o: Obligation) -> bool:
    """Whether a finding is of one instant: nothing that ran, ran out and went on."""
    return o.verdict not in {"late", "missed"} and (o.verdict != "waived" or o.late_by is None)


def instant(o: Obligation) -> int:
    """Where its cross stands."""
    return o.at if o.at is not None else o.done_at if o.done_at is not None else o.opened_at


def end(o: Obligation, as_of: int) -> int:
    """Until when the bar runs: done, given up, or now."""
    if o.done_at is not None:
        return o.done_at
    if o.late_by is not None and o.due is not None:
        return o.due + o.late_by
    return min(o.due, as_of) if o.due is not None else as_of


def extent(o: Obligation, as_of: int) -> list[int]:
    """The instants that a bar needs room for; the deadline of what is open or kept may lie far ahead."""
    return [
        o.opened_at,
        end(o, as_of),
        *([o.due] if o.due is not None and o.verdict not in {"open", "kept"} else []),
    ]


def bar(o: Obligation, linked: bool, y: int, as_of: int, x: Scale, right: int, lang: Lang) -> list[str]:
    """What ran: the time allowed, the time beyond it, the deadline, the act; its name above, with a link to its facts."""
    done = end(o, as_of)
    start = min(o.opened_at, o.due) if o.due is not None else o.opened_at
    due = o.due if o.verdict not in {"kept", "open"} else None
    said = f"{flat(o.rule).rpartition('/')[2]}: {lateness(o, as_of, lang)}"
    out = [f'<g class="duty {o.verdict}"><title>{escape(said)}</title>']
    stop = done if due is None else min(due, done)
    out.append(
        _rect("allowed done" if o.verdict == "kept" else "allowed", x(start), x(max(stop, start)), y + 19)
    )
    if due is not None and done > due:
        out.append(_rect("overdue", x(due), x(done), y + 19))
    if o.due is not None and x(o.due) <= right:
        out.append(f'<path class="due" d="M{x(o.due)} {y + 15}v16"/>')
    if o.done_at is not None:
        out.append(f'<circle class="act" cx="{x(o.done_at)}" cy="{y + 23}" r="4.5"/>')
    left = x(start)
    anchor, at = ("start", left) if left + _LETTER * len(said) < right else ("end", right)
    text = f'<text class="duty-name" x="{at}" y="{y + 12}" text-anchor="{anchor}">{escape(said)}</text>'
    return [*out, f'<a href="#f-{o.id}">{text}</a>' if linked else text, "</g>"]


def breaches(points: Sequence[Obligation], y: int, x: Scale, edges: tuple[int, int], lang: Lang) -> list[str]:
    """A lane of crosses; those of nearly one instant are one cross with their number, which leads to the first."""
    left, right = edges
    out = [f'<text class="lane" x="{left - 8}" y="{y - 14}">{escape(say("lane breach", lang))}</text>']
    out.append(f'<line class="rail" x1="{left}" x2="{right}" y1="{y}" y2="{y}"/>')
    groups: list[list[Obligation]] = []
    for o in sorted(points, key=lambda o: (instant(o), o.rule, o.key, o.part)):
        if groups and x(instant(o)) - x(instant(groups[-1][0])) < _ROOM:
            groups[-1].append(o)
        else:
            groups.append([o])
    for group in groups:
        at = x(instant(group[0]))
        names = ", ".join(dict.fromkeys(flat(o.rule).rpartition("/")[2] for o in group))
        drawn = f'<path class="breach" d="M{at - 5:.1f} {y - 5}l10 10m0 -10l-10 10"/>'
        if len(group) > 1:
            side, shift = ("end", -8) if at > right - _ROOM else ("start", 8)
            drawn += f'<text class="many" x="{at + shift:.1f}" y="{y - 4}" text-anchor="{side}">{len(group)}</text>'
        label = escape(f"{say('n findings', lang, len(group))}: {names}")
        out.append(f'<a href="#f-{group[0].id}" aria-label="{label}"><title>{label}</title>{drawn}</a>')
    return out


def _rect(css: str, left: float, right: float, y: int) -> str:
    return (
        f'<rect class="{css}" x="{left}" y="{y}" width="{max(round(right - left, 1), 2)}" height="8" rx="2"/>'
    )
