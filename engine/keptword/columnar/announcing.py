"""Notices, as columns: something announced has to be said long enough ahead."""

from __future__ import annotations

from keptword.clock import CalendarUnknown
from keptword.columnar.answering import marks, owed_by
from keptword.columnar.columns import (
    BORDERLINE,
    FLAG,
    LEFT_OUT,
    NONE,
    PLACE,
    VOID,
    Ints,
    filled,
    shifted,
    take,
)
from keptword.columnar.compiled import kernel
from keptword.columnar.deadlines import Ends, Reckoner, blank, lead_length, safe
from keptword.columnar.kernels import announcing as loops
from keptword.columnar.layout import Lane
from keptword.columnar.owed import Owed
from keptword.columnar.table import Table
from keptword.limits import Limit
from keptword.plan import NoticePlan, Plan, lead_deadlines


def notice(table: Table, plan: Plan, body: NoticePlan, as_of: int) -> Owed:
    """Before M, expect B at least L ahead."""
    layout, big = table.layout(plan), table.big
    changes, answers = layout.all(body.before, plan.applies), layout.all(body.expect)
    n = len(changes.places)
    rows = layout.rows_at(changes.places)
    moment = changes.times if body.moment is None else table.instants(body.moment, rows, plan.zone)
    clock = Reckoner(plan, table, layout)
    ends, strict = _leads(table, plan, body, changes, rows, moment)
    later = _moved(table, body, changes, rows, moment, ends) if body.change_of is not None else {}
    force = marks(table, plan, changes)
    for i in force.nonzero()[0] if big else [i for i, v in enumerate(force) if v]:
        ends.skip[i] = LEFT_OUT
        ends.why.pop(int(i), None)
    if body.not_before is None:
        opens = filled(n, NONE, big)
    else:
        opens, lost = clock.before(moment, body.not_before)
        for i, why in lost.items():
            ends.unknown(i, why)
    owed = owed_by(plan, table, as_of, changes.places, ends)
    previous = filled(n, NONE, big) if body.reuse or n == 0 else _previous(changes, moment, later, big)
    for i, j in later.items():
        if ends.skip[i] == 0:
            ends.skip[i] = VOID
            owed.verdict[i] = VOID
            owed.other[i] = changes.places[j]
    kernel(loops.announce, big)(
        *changes,
        ends.skip,
        moment,
        opens,
        strict,
        ends.last,
        previous,
        *answers,
        as_of,
        owed.verdict,
        owed.done,
    )
    if body.readings:
        for i in owed.entries(BORDERLINE):
            owed.why[int(i)] = (
                f"in time by the most lenient of {', '.join(body.readings)}, not by the strictest"
            )
    return owed


def _leads(
    table: Table, plan: Plan, body: NoticePlan, changes: Lane, rows: Ints, moment: Ints
) -> tuple[Ends, Ints]:
    """By the most lenient reading until when a notice is in time; and the last instants by the strictest."""
    big = table.big
    ends = blank(changes, big)
    strict = filled(len(moment), 0, big)
    lost = (moment == NONE).nonzero()[0] if big else [i for i, m in enumerate(moment) if m == NONE]
    known = moment if not len(lost) else moment.copy()
    for i in lost:
        known[i] = 0
    for at, limit in table.choices(body.ahead, rows, plan.zone):
        if limit is None:
            for i in at:
                ends.skip[i] = LEFT_OUT
            continue
        if not isinstance(limit, Limit):
            raise AssertionError("plans refuse a lead time that is not one length of time")
        plain = lead_length(limit, plan.clock) if not body.readings else None
        if plain is not None and len(at) == len(moment) and safe(known, plain):
            ends.at = ends.last = strict = shifted(known, -plain)
            for i in lost:
                ends.unknown(int(i), f"no time in the field '{body.moment}'")
            continue
        for i in at:
            if moment[i] == NONE:
                ends.unknown(int(i), f"no time in the field '{body.moment}'")
                continue
            try:
                first, last = lead_deadlines(body, limit, int(moment[i]), plan.clock)
            except CalendarUnknown as why:
                ends.unknown(int(i), str(why))
                continue
            ends.put(i, last)
            strict[i] = first.last
    return ends, strict


def _moved(
    table: Table, body: NoticePlan, changes: Lane, rows: Ints, moment: Ints, ends: Ends
) -> dict[int, int]:
    """Changes that a later announcement moved in time: entry → the entry that moved it."""
    big = table.big
    value = table.texts(body.change_of or "", rows, _said)
    order = sorted(
        (i for i in range(len(rows)) if moment[i] != NONE and value[i] >= 0),
        key=lambda i: (changes.keys[i], value[i], i),
    )
    groups: dict[tuple[int, int], int] = {}
    places, group = (filled(len(order), 0, big, PLACE) for _ in range(2))
    last = filled(len(order), 0, big)
    places[:] = order
    group[:] = [groups.setdefault((int(changes.keys[i]), int(value[i])), len(groups)) for i in order]
    last[:] = [int(ends.last[i]) if ends.skip[i] == 0 else NONE for i in order]
    following, later = filled(len(order), -1, big, PLACE), filled(len(order), -1, big, PLACE)
    kernel(loops.moved, big)(group, take(changes.times, places), take(moment, places), last, following, later)
    return {order[n]: order[int(j)] for n, j in enumerate(later) if j >= 0}


def _said(text: str) -> str:
    """The text as it is; "" where it says nothing."""
    return text if text.split() else ""


def _previous(changes: Lane, moment: Ints, later: dict[int, int], big: bool) -> Ints:
    """For each change the greatest moment below its own among those announced not later and not moved; NONE: none."""
    n = len(moment)
    alive = filled(n, 1, big, FLAG)
    lost: Ints = (moment == NONE).nonzero()[0] if big else [i for i, m in enumerate(moment) if m == NONE]
    for i in lost:
        alive[i] = 0
    for i in later:
        alive[i] = 0
    node, before, count = (filled(n, 0, big, PLACE) for _ in range(3))
    value = filled(n, 0, big)
    order = by_key_and(moment, changes.keys, big)
    kernel(loops.ladder, big)(order, changes.keys, moment, alive, node, before, count, value)
    previous = filled(n, NONE, big)
    kernel(loops.earlier_moments, big)(
        changes.keys, changes.times, alive, node, before, count, value, previous
    )
    return previous


def by_key_and(values: Ints, keys: Ints, big: bool) -> Ints:
    """The places of a column in order of (key, value)."""
    if not big:
        return sorted(range(len(values)), key=lambda i: (keys[i], values[i]))
    import numpy as np

    return np.lexsort((values, keys)).astype(PLACE)
