"""Opening time added to whole columns of instants: a calendar is a sorted list of spans, and each instant two look-ups."""

from __future__ import annotations

from typing import Any

from keptword.clock import CalendarUnknown, Clock
from keptword.columnar.columns import INSTANT
from keptword.limits import Limit
from keptword.opening import Calendar


def opening_ends(times: Any, limit: Limit, clock: Clock) -> Any:
    """The deadlines that lie a limit of opening time after some instants; None where each has to be reckoned by itself.

    Args:
        times: microseconds, not empty, far from the ends of the calendar.
        limit: of hours, minutes and seconds.
        clock: without pauses.
    """
    opening = clock.opening
    if limit.has_calendar_units or clock.hours != "elapsed" or (clock.roll != "none" and clock.roll_hours):
        return None
    if opening is None or limit.clock == 0:
        return times + limit.clock
    if not isinstance(opening, Calendar):
        return None  # calendars that follow one another for one obligation
    try:
        # What each instant asks for lies between what the first and the last one ask for.
        lasts = opening.add(int(times.min()), limit.clock), opening.add(int(times.max()), limit.clock)
        starts, ends, sums = _spans(opening, int(times.min()), max(lasts) + 1)
    except CalendarUnknown:
        return None
    import numpy as np

    goal = _open_before(times, starts, ends, sums) + limit.clock
    at = np.searchsorted(sums, goal, "left") - 1
    return starts[at] + goal - sums[at]


def opening_begins(times: Any, limit: Limit, clock: Clock) -> Any:
    """The instants that lie a limit of opening time before some others; None as above."""
    opening = clock.opening
    if limit.has_calendar_units or not isinstance(opening, Calendar) or limit.clock == 0:
        return None
    try:
        firsts = (
            opening.subtract(int(times.min()), limit.clock),
            opening.subtract(int(times.max()), limit.clock),
        )
        starts, ends, sums = _spans(opening, min(firsts), int(times.max()) + 1)
    except CalendarUnknown:
        return None
    import numpy as np

    goal = _open_before(times, starts, ends, sums) - limit.clock
    at = np.searchsorted(sums, goal, "right") - 1
    return starts[at] + goal - sums[at]


def _spans(opening: Calendar, start: int, end: int) -> tuple[Any, Any, Any]:
    import numpy as np

    table = opening.opening_between(start, end)
    return tuple(np.array(c, dtype=INSTANT) for c in (table.starts, table.ends, table.sums))  # type: ignore[return-value]


def _open_before(times: Any, starts: Any, ends: Any, sums: Any) -> Any:
    """The opening time of the table before each instant."""
    import numpy as np

    at = np.searchsorted(starts, times, "right") - 1
    own = np.maximum(at, 0)
    return np.where(at < 0, 0, sums[own] + np.minimum(times, ends[own]) - starts[own])
