"""Which rows of a large log bear a sign of weakness, and how many obligations rest on them; no event is made for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from keptword.columnar.columns import take
from keptword.columnar.evaluate import Judgement
from keptword.columnar.frame import FrameTable
from keptword.events import Value
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

    out = looked_at(table, sign)
    rows = np.flatnonzero(out)
    if not len(rows):
        return out
    codes, values = table.distinct("guessed" if sign.how == "guessed" else sign.field, rows)
    match sign.how:
        case "lacks":
            hits = [v is None or (isinstance(v, str) and not v.strip()) for v in values]
        case "has":
            hits = [v is not None for v in values]
        case "guessed":
            hits = [isinstance(v, tuple) and sign.field in v for v in values]
        case "claimed":
            times = table.times[rows]
            said = _micros(values)[codes]
            seen_codes, seen_values = table.distinct("observed_at", rows)
            seen = _micros(seen_values)[seen_codes]
            out[rows] = (said == times) & (seen != times) & (seen != _NONE)
            return out
    out[rows] = np.array(hits, dtype=bool)[codes]
    return out


_NONE = -(2**63)


def _micros(values: Sequence[Value | None]) -> Any:
    import numpy as np

    return np.array([v if isinstance(v, int) else _NONE for v in values], dtype=np.int64)


def signed(plans: Sequence[Plan], table: FrameTable) -> set[str]:
    """The rules that some event of the log weakens."""
    flags: dict[Sign, bool] = {}
    for sign in {s for p in plans for s in signs_of(p)}:
        flags[sign] = bool(bearing(table, sign).any())
    return {p.name for p in plans if any(flags[s] for s in signs_of(p))}


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
                hit = flags[sign][layout.rows_at(places)] | ((done >= 0) & flags[sign][layout.rows_at(done)])
                n = int(hit.sum())
            else:
                n = 0
                for i in entries:
                    ends = (owed.places[i], owed.done[i])
                    n += any(sign.on(layout.at(int(p))) for p in ends if p >= 0)
            if n:
                out[sign, plan.name] = n
    return out
