"""The few events of a large log that somebody asked for: whole cases by a condition, and what obligations are about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from keptword.columnar.frame import FrameTable
from keptword.events import Event
from keptword.obligation import Obligation
from keptword.plan import Plan, parts_of
from keptword.spec.comparing import text_of
from keptword.spec.conditions import Compare


def about(
    table: FrameTable, as_of: int, plans: Mapping[str, Plan], found: Iterable[Obligation]
) -> list[Event]:
    """Every event of the cases of some obligations, and every one that shares a value of their keys.

    Args:
        table: the log.
        as_of: later events are left out, microseconds.
        plans: rule → its plan.
        found: the obligations.

    Returns:
        The events in order of (time, id): few, for they are made.
    """
    import numpy as np

    wanted: dict[str, set[str]] = {}
    for o in found:
        plan = plans[o.rule]
        if not o.key:
            wanted.setdefault("event", set()).update(n for m in parts_of(plan) for n in m.names)
        if o.case:
            wanted.setdefault("case", set()).add(o.case)
        for name, value in o.key:
            wanted.setdefault(name, set()).add(value)
            if plan.fan_out is not None and plan.fan_out[0] == name:
                wanted.setdefault(plan.fan_out[1], set()).add(value)
    hits = np.zeros(len(table), dtype=bool)
    for name, values in wanted.items():
        hits |= holding(table, name, values)
    hits[np.searchsorted(table.times, as_of, "right") :] = False
    return made(table, np.flatnonzero(hits))


def made(table: FrameTable, rows: Any) -> list[Event]:
    """The events of some rows, in order of (time, id)."""
    table.load(rows)
    return sorted((table.row(int(r)) for r in rows), key=lambda e: (e.time, e.id))


def holding(table: FrameTable, name: str, values: Collection[str]) -> Any:
    """Flags of the rows whose field, or an element of whose field, is one of some texts."""
    import numpy as np

    if name == "id" and not table.given:
        return np.zeros(len(table), dtype=bool)
    codes, known = table.distinct(name, np.arange(len(table)))
    hits = [
        v is not None and any(text_of(x) in values for x in (v if isinstance(v, tuple) else (v,)))
        for v in known
    ]
    return np.array(hits, dtype=bool)[codes]


def only_where(table: FrameTable, conditions: Mapping[str, str]) -> FrameTable:
    """The rows of the cases in which every condition is met by some event; of rows without a case, those that meet all.

    Args:
        table: the log.
        conditions: field → the value that it has, or that is in its list.
    """
    import numpy as np

    rows = np.arange(len(table))
    met = [table.flags(Compare(name, "in", (value,)), rows) for name, value in conditions.items()]
    keep = np.logical_and.reduce(met)
    if "case" in table.coded:
        case = table.coded["case"]
        there = case.codes >= 0
        there[there] = case.texts.lengths()[case.codes[there]] > 0
        whole = there.copy()
        for flags in met:
            cases = np.zeros(len(case.texts), dtype=bool)
            cases[case.codes[flags & there]] = True
            whole[there] &= cases[case.codes[there]]
        keep = np.where(there, whole, keep)
    return table.picked(np.flatnonzero(keep))


def fields_of(table: FrameTable) -> Sequence[str]:
    """The names of its fields, head fields included."""
    return (*table.columns(), "id", "case")
