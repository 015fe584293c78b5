"""What rules ask of the fields of a large log: each distinct value is looked at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from keptword.columnar.columns import INSTANT, NONE, PLACE, Ints
from keptword.columnar.texts import few, numbered
from keptword.events import Event, Value
from keptword.instants import DAY, as_instant, local_date, midnight
from keptword.opening import CalendarUnknown
from keptword.plan import ByDate, ByValue, Choice, Plan, Reckoned
from keptword.spec.comparing import compare, text_of
from keptword.spec.conditions import All, AnyOf, Compare, Condition, Not
from keptword.spec.hours import Hours

if TYPE_CHECKING:
    from keptword.columnar.frame import FrameTable


def distinct(table: FrameTable, name: str, rows: Any) -> tuple[Any, list[Value | None]]:
    """Numbers for the values of a field at some rows, and the values as rules see them (None: the event lacks it)."""
    import numpy as np

    if name in table.coded:
        column = table.coded[name]
        codes, there = few(column.codes[rows], len(column.texts))
        texts: list[Value | None] = [column.texts[int(n)] if n >= 0 else None for n in there]
        return codes, [t or None for t in texts] if name in {"case", "id"} else texts
    if name == "time":
        codes, first = numbered_whole(table.times[rows])
        return codes, table.times[rows][first].tolist()
    if table.frame is None or name not in table.frame.columns or not len(rows):
        return np.zeros(len(rows), dtype=PLACE), [None]
    import polars as pl

    values = table.frame[name].gather(rows)
    if isinstance(values.dtype, pl.Datetime):
        values = values.cast(pl.Datetime("us", "UTC")).to_physical()  # rules see microseconds
    if isinstance(values.dtype, pl.List):
        codes, first = numbered(values.cast(pl.List(pl.String)).list.join("\x00"))
    else:
        codes, first = numbered(values)
    found = values.gather(first).to_list()
    if name in table.as_json:
        found = [None if v is None else json.loads(v) for v in found]
    found = [tuple(v) or None if isinstance(v, list) else v for v in found]
    return codes, [v or None for v in found] if name in {"case", "id"} else found


def numbered_whole(values: Any) -> tuple[Any, Any]:
    """Numbers for whole numbers, and where each occurs first."""
    from keptword.columnar.texts import by_hash

    return by_hash(values, values)


def flags(table: FrameTable, condition: Condition, rows: Any) -> Any:
    """Which of these rows satisfy a condition."""
    import numpy as np

    match condition:
        case Compare(_, "says", wanted):
            return _said(table, wanted, rows)
        case Compare(name, op, (Hours() as hours,)):
            inside, known = _within_hours(table, name, hours, rows)
            return known & (~inside if op == "outside" else inside)
        case Compare(name, op, wanted):
            codes, values = distinct(table, name, rows)
            return np.array([compare(v, op, wanted) for v in values], dtype=bool)[codes]
        case All(parts):
            return np.logical_and.reduce([flags(table, p, rows) for p in parts])
        case AnyOf(parts):
            return np.logical_or.reduce([flags(table, p, rows) for p in parts])
        case Not(part):
            return ~flags(table, part, rows)


def _within_hours(table: FrameTable, name: str, hours: Hours, rows: Any) -> tuple[Any, Any]:
    """Which rows have a moment within the hours; and which have a moment at all that calendars reckon with."""
    import numpy as np

    times = table.times[rows] if name == "time" else instants(table, name, rows, hours.zone)
    known = times != NONE
    inside = np.zeros(len(rows), dtype=bool)
    if not known.any():
        return inside, known
    some = times[known]
    try:
        spans = hours.calendar.opening_between(int(some.min()), int(some.max()) + 1)
    except CalendarUnknown:
        # Some year is not stated, or out of reach: each moment is looked at by itself.
        for i in np.flatnonzero(known):
            found = hours.hold(int(times[i]))
            known[i], inside[i] = found is not None, bool(found)
        return inside, known
    starts, ends = np.array(spans.starts, dtype=INSTANT), np.array(spans.ends, dtype=INSTANT)
    at = np.searchsorted(starts, some, "right") - 1
    if len(starts):
        inside[known] = (at >= 0) & (some < ends[np.maximum(at, 0)])
    return inside, known


def _said(table: FrameTable, wanted: Sequence[object], rows: Any) -> Any:
    import numpy as np

    texts, said = distinct(table, "text", rows)
    langs, spoken = distinct(table, "lang", rows)
    codes, first = numbered_whole(texts.astype(INSTANT) * len(spoken) + langs)
    out = []
    for text, lang in zip(texts[first].tolist(), langs[first].tolist(), strict=True):
        fields = {"text": said[text], "lang": spoken[lang]}
        event = Event(0, "said", fields={k: v for k, v in fields.items() if v is not None})
        out.append(any(table.says(event, str(w)) for w in wanted))
    return np.array(out, dtype=bool)[codes]


def instants(table: FrameTable, name: str, rows: Ints, zone: str) -> Ints:
    """The instants in a field; NONE where it holds none."""
    import numpy as np

    codes, values = distinct(table, name, rows)
    found = [None if v is None or isinstance(v, tuple) else as_instant(v, zone) for v in values]
    return np.array([NONE if t is None else t for t in found], dtype=INSTANT)[codes]


def folded(table: FrameTable, name: str, rows: Ints, fold: Callable[[str], str]) -> Ints:
    """Values of a field as whole numbers, equal where the folded texts are; -1 for none, a list or an empty text."""
    import numpy as np

    codes, values = distinct(table, name, rows)
    known: dict[str, int] = {}
    numbers = []
    for value in values:
        text = "" if value is None or isinstance(value, tuple) else fold(text_of(value))
        numbers.append(known.setdefault(text, len(known)) if text else -1)
    return np.array(numbers, dtype=PLACE)[codes]


def choices(table: FrameTable, choice: Choice, rows: Ints, zone: str) -> list[tuple[Ints, Reckoned | None]]:
    """Which limit binds the obligations that these rows open: (places in the column of rows, limit)."""
    import numpy as np

    match choice:
        case ByDate(steps):
            begun = sum(since(table.times[rows], day, zone).astype(np.int64) for day, _ in steps)
            out: list[tuple[Ints, Reckoned | None]] = [(np.flatnonzero(begun == 0), None)]
            for n, (_, inner) in enumerate(steps, 1):
                out += _within(table, np.flatnonzero(begun == n), inner, rows, zone)
            return [(at, limit) for at, limit in out if len(at)]
        case ByValue(name, cases, other):
            codes, values = distinct(table, name, rows)
            kinds = np.array([_case_of(v, cases) for v in values], dtype=np.int64)[codes]
            out = []
            for n, (_, inner) in enumerate(cases):
                out += _within(table, np.flatnonzero(kinds == n), inner, rows, zone)
            rest = np.flatnonzero(kinds == -1)
            out += [(rest, None)] if other is None else _within(table, rest, other, rows, zone)
            return [(at, limit) for at, limit in out if len(at)]
        case _:
            return [(range(len(rows)), choice)]


def _within(
    table: FrameTable, at: Any, choice: Choice, rows: Any, zone: str
) -> list[tuple[Ints, Reckoned | None]]:
    import numpy as np

    if not len(at):
        return []
    return [(at[np.asarray(inner)], limit) for inner, limit in choices(table, choice, rows[at], zone)]


def in_force(plan: Plan, times: Ints) -> Ints | None:
    """Flags of the instants at which a rule binds; None: at all."""
    import numpy as np

    if plan.since is None and plan.until is None:
        return None
    out = np.ones(len(times), dtype=np.int8)
    if plan.since is not None:
        out &= since(times, plan.since, plan.zone)
    if plan.until is not None:
        out &= ~since(times, date.fromordinal(plan.until.toordinal() + 1), plan.zone)
    return out


def since(times: Any, day: date, zone: str) -> Any:
    """Which instants fall on a local day or a later one; near the day each is looked at, for clocks may repeat midnight."""
    edge = midnight(day, zone)
    out = times >= edge
    for i in ((times > edge - DAY) & (times < edge + DAY)).nonzero()[0]:
        out[i] = local_date(int(times[i]), zone) >= day
    return out


def _case_of(value: Value | None, cases: Sequence[tuple[str, Choice]]) -> int:
    if value is None or isinstance(value, tuple):
        return -1
    text = text_of(value)
    return next((n for n, (wanted, _) in enumerate(cases) if wanted == text), -1)
