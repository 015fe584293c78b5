"""Which rows of a large log bear a sign of weakness, and how many obligations rest on them; no event is made for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from keptword.columnar.columns import take
from keptword.columnar.evaluate import Judgement
from keptword.columnar.frame import FrameTable
from keptword.plan import Plan
from keptword.quality import signs_of
from keptword.signs import Sign


def looked_at(table: FrameTable, sign: Sign) -> Any:
    """The rows of the events that a sign is about, as flags."""
    import numpy as np

    return np.isin(table.codes, [n for n, name in enumerate(table.names) if name in sign.events])


def bearing(table: FrameTable, sign: Sign) -> Any:
    """The rows that bear a sign, as flags."""
    import numpy as np
    import polars as pl

    rows = looked_at(table, sign)
    frame, name = table.frame, "guessed" if sign.how == "guessed" else sign.field
    if name not in frame.columns:
        return rows if sign.how == "lacks" else np.zeros(len(table), dtype=bool)
    column = frame[name]
    match sign.how:
        case "lacks":
            empty = column.is_null()
            if column.dtype == pl.String:
                empty |= (column.str.strip_chars() == "").fill_null(True)
            return rows & empty.to_numpy()
        case "has":
            return rows & column.is_not_null().to_numpy()
        case "guessed":
            if not isinstance(column.dtype, pl.List):
                return np.zeros(len(table), dtype=bool)
            return rows & column.list.contains(sign.field).fill_null(False).to_numpy()
        case "claimed":
            said = _micros(column)
            seen = _micros(frame["observed_at"]) if "observed_at" in frame.columns else table.times
            return rows & (said == table.times) & (seen != table.times) & (seen != _NONE)


_NONE = -(2**63)


def _micros(column: Any) -> Any:
    import numpy as np
    import polars as pl

    if not isinstance(column.dtype, pl.Datetime):
        return np.full(len(column), _NONE, dtype=np.int64)
    return column.cast(pl.Datetime("us", "UTC")).to_physical().fill_null(_NONE).to_numpy()


def weakened(plans: Sequence[Plan], table: FrameTable, found: Judgement) -> dict[tuple[Sign, str], int]:
    """(Sign, rule) → how many of its obligations rest on an event that bears the sign, as trigger or as answer."""
    out: dict[tuple[Sign, str], int] = {}
    flags: dict[Sign, Any] = {}
    for plan in plans:
        owed = found.owed.get(plan.name)
        if owed is None:
            continue
        for sign in signs_of(plan):
            if sign not in flags:
                flags[sign] = bearing(table, sign)
            if not flags[sign].any():
                continue
            entries, layout = owed.entries(), owed.layout
            if layout.big:
                places, done = take(owed.places, entries), take(owed.done, entries)
                hit = flags[sign][layout.rows[places]] | ((done >= 0) & flags[sign][layout.rows[done]])
                n = int(hit.sum())
            else:
                n = 0
                for i in entries:
                    ends = (owed.places[i], owed.done[i])
                    n += any(sign.on(layout.at(int(p))) for p in ends if p >= 0)
            if n:
                out[sign, plan.name] = n
    return out
