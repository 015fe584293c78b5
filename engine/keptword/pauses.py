"""Spans during which a clock stands still."""

from __future__ import annotations

from collections.abc import Sequence

from keptword.opening_table import Span


def tidy(pauses: Sequence[Span], start: int) -> tuple[Span, ...]:
    """The pauses from `start` on: sorted, merged, cut at `start`, without empty ones."""
    merged: list[Span] = []
    for begin, end in sorted(pauses):
        begin = max(begin, start)
        if begin >= end:
            continue
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return tuple(merged)


def without(spans: Sequence[Span], pauses: Sequence[Span]) -> tuple[Span, ...]:
    """The parts of sorted spans that lie in no pause (pauses tidy)."""
    out: list[Span] = []
    at = 0
    for begin, end in spans:
        while at < len(pauses) and pauses[at][0] < end:
            stop, resume = pauses[at]
            if stop > begin:
                out.append((begin, stop))
            begin = max(begin, resume)
            if resume > end:
                break  # the next span may still lie in this pause
            at += 1
        if begin < end:
            out.append((begin, end))
    return tuple(out)


def moved_by(due: int, pauses: Sequence[Span], never: int) -> int:
    """`due` moved later by the paused time before it, until no further pause lies before it (pauses tidy).

    A pause that begins exactly at `due` does not count: the time was over by then.
    """
    for stop, resume in pauses:
        if stop >= due:
            break
        if resume >= never:
            return never
        due += resume - stop
    return due
