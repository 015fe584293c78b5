"""How a large log is laid out for the key of a rule: numbers for keys, a list for each pattern, events at one instant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from keptword.columnar import fields
from keptword.columnar.columns import INSTANT, PLACE, Ints
from keptword.columnar.compiled import kernel
from keptword.columnar.kernels import laying
from keptword.columnar.layout import Lane, Layout
from keptword.columnar.texts import Texts, by_hash, coded
from keptword.events import HEAD
from keptword.plan import Match, Plan
from keptword.spec.comparing import text_of
from keptword.spec.conditions import Condition

if TYPE_CHECKING:
    from keptword.columnar.frame import FrameTable


@dataclass(slots=True)
class Keys:
    """Places of a layout before their order is settled.

    Attributes:
        codes: place → number of its key, -1 for none.
        name: number of a key → its values.
        count: how many numbers there are.
        rows: place → row, ascending; None: they are the same.
    """

    codes: Any
    name: Callable[[int], tuple[str, ...]]
    count: int
    rows: Any = None


def can(table: FrameTable, plan: Plan) -> bool:
    """Whether a rule's key can be laid out in columns: its fields are known without making the events."""
    known = {*plan.key, *(plan.fan_out or ())}
    if "id" in known and not table.given:
        return False
    if plan.fan_out is None:
        return True
    target, source = plan.fan_out
    return (
        source not in {*HEAD, *table.as_json}
        and target not in {"time", "event", "id"}
        and not _holes(table, source)
    )


def _holes(table: FrameTable, source: str) -> bool:
    """Whether a list has elements that are not there."""
    import polars as pl

    if table.frame is None or source not in table.frame.columns:
        return False
    column = table.frame[source]
    return isinstance(column.dtype, pl.List) and bool(
        column.explode().null_count() > (column.list.len() == 0).sum() + column.null_count()
    )


def lay_out(table: FrameTable, key: tuple[str, ...], fan_out: tuple[str, str] | None) -> Layout:
    """The log laid out: places in order of (time, id) within a key, and of time in all."""
    import numpy as np

    found = None if fan_out is None else _fanned(table, key, *fan_out)
    if found is None:
        found = _keys(table, key)
    codes, rows = found.codes, found.rows
    times = table.times if rows is None else table.times[rows]
    events = table.codes if rows is None else table.codes[rows]
    rows, events = _settled(table, codes, times, rows, events, found.count)
    all_there = not len(codes) or int(codes.min()) >= 0
    index, starts = _index(events, len(table.names))
    wanted = {n: i for i, n in enumerate(table.names)}

    def rows_at(places: Ints) -> Ints:
        return places if rows is None else rows[places]

    def matching(match: Match, where: Condition | None) -> Ints:
        parts = []
        for option in match.alternatives:
            own = [
                index[starts[wanted[n]] : starts[wanted[n] + 1]] for n in sorted(option.events) if n in wanted
            ]
            places = own[0] if len(own) == 1 else np.sort(np.concatenate(own)) if own else index[:0]
            if option.where is not None:
                places = places[fields.flags(table, option.where, rows_at(places))]
            parts.append(places)
        places = parts[0] if len(parts) == 1 else np.unique(np.concatenate(parts))
        return places[fields.flags(table, where, rows_at(places))] if where is not None else places

    def lane(places: Ints) -> Lane:
        there = len(places) if all_there else int((codes[places] >= 0).sum())
        out = Lane(np.empty(there, dtype=PLACE), np.empty(there, dtype=INSTANT), np.empty(there, dtype=PLACE))
        if there:
            kernel(laying.by_key, True)(codes, times, places, np.zeros(found.count + 2, dtype=PLACE), *out)
        return out

    def lacking(match: Match) -> Ints:
        if all_there:
            return index[:0]
        return (
            np.unique(rows_at(places[codes[places] < 0])) if len(places := matching(match, None)) else places
        )

    return Layout(key, codes, times, rows, found.name, table.row, table.load, matching, lane, lacking, True)


def _index(events: Any, names: int) -> tuple[Any, Any]:
    """The places of each event, one list after the other, and where each begins."""
    import numpy as np

    starts = np.zeros(names + 1, dtype=INSTANT)
    kernel(laying.counts, True)(events, starts)
    index = np.empty(len(events), dtype=PLACE)
    kernel(laying.by_event, True)(events, starts.copy(), index)
    return index, starts


def _settled(
    table: FrameTable, codes: Any, times: Any, rows: Any, events: Any, count: int
) -> tuple[Any, Any]:
    """Events of one key at one instant are put in order of their ids; these are made only where there are such events."""
    import numpy as np

    found = np.empty(2 * max(1000, len(codes) // 1000), dtype=PLACE)
    ties = kernel(laying.ties, True)(codes, times, np.full(count, -1, dtype=PLACE), found)
    if 2 * ties > len(found):
        found = np.empty(2 * ties, dtype=PLACE)
        kernel(laying.ties, True)(codes, times, np.full(count, -1, dtype=PLACE), found)
    if not ties:
        return rows, events
    groups: dict[int, list[int]] = {}
    for place, before in found[: 2 * ties].reshape(-1, 2).tolist():
        own = groups.pop(before, [before])
        own.append(place)
        groups[place] = own
    rows = np.arange(len(codes), dtype=PLACE) if rows is None else rows
    tied = np.unique(found[: 2 * ties])
    table.load(rows[tied])
    events = events.copy()
    for places in groups.values():
        own = sorted((int(r) for r in rows[places]), key=lambda r: table.row(r).id)
        rows[places] = own
        events[places] = table.codes[own]
    return rows, events


# ------------------------------------------------------------------------------------------------------------ keys


def _keys(table: FrameTable, key: tuple[str, ...]) -> Keys:
    """One place a row."""
    import numpy as np

    if any(not _has(table, f) for f in key):
        return Keys(np.full(len(table), -1, dtype=PLACE), lambda _: (), 0)
    columns = [_column(table, f, empty=False) for f in key]
    return _joined([(c, n) for c, n, _ in columns], [t for _, _, t in columns])


def _has(table: FrameTable, name: str) -> bool:
    return name in {"time", *table.coded} or (table.frame is not None and name in table.frame.columns)


Texted = Callable[[int], str]


def _column(table: FrameTable, name: str, empty: bool) -> tuple[Any, int, Texted]:
    """Row → number of the text of a field, -1 for none or a list, or an empty text unless `empty`; how many; the texts."""
    import numpy as np

    if name not in table.coded and table.frame is not None and name in table.frame.columns:
        import polars as pl

        if table.frame.schema[name] == pl.String and name not in table.as_json:
            table.coded[name] = coded(table.frame[name])
            table.frame = table.frame.drop(name)
    if name in table.coded:
        column = table.coded[name]
        codes = column.codes
        blank = np.flatnonzero(column.texts.lengths() == 0)
        if len(blank) and (not empty or name in HEAD):
            codes = np.where(codes == blank[0], np.int32(-1), codes)
        return codes, len(column.texts), column.texts.__getitem__
    numbers, values = fields.distinct(table, name, np.arange(len(table), dtype=PLACE))
    known: dict[str, int] = {}
    anew = [
        -1
        if v is None or isinstance(v, tuple) or (v == "" and not empty)
        else known.setdefault(text_of(v), len(known))
        for v in values
    ]
    return np.array(anew, dtype=PLACE)[numbers], len(known), list(known).__getitem__


def _joined(columns: list[tuple[Any, int]], texts: list[Texted], rows: Any = None) -> Keys:
    """Keys of several fields as one number each."""
    import numpy as np

    codes, count = columns[0]
    if len(columns) == 1:
        only = texts[0]
        return Keys(codes, lambda k: (only(k),), count, rows)
    for more, _ in columns[1:]:
        both = (codes.astype(INSTANT) << 32) | more
        both[(codes < 0) | (more < 0)] = -1
        codes, first = by_hash(both, both)
        none = both[first] < 0
        if none.any():
            codes = np.where(none[codes], np.int32(-1), codes)
        count = len(first)
    parts = [c for c, _ in columns]
    return Keys(
        codes, lambda k: tuple(t(int(c[first[k]])) for t, c in zip(texts, parts, strict=True)), count, rows
    )


def _fanned(table: FrameTable, key: tuple[str, ...], target: str, source: str) -> Keys | None:
    """One place for each row and each element of its list, which stands for the target field; None: no row has a list."""
    import numpy as np
    import polars as pl

    if not _has(table, source):
        return None
    texts = Texts()
    if (
        table.frame is not None
        and source in table.frame.columns
        and isinstance(table.frame.schema[source], pl.List)
    ):
        lists = table.frame[source]
        sizes = lists.list.len().fill_null(0).to_numpy().astype(INSTANT)
        listed = np.flatnonzero(sizes > 0)
        own_rows = np.repeat(listed, sizes[listed])
        elements = texts.numbered(lists.gather(listed).explode().to_arrow())
    else:
        numbers, values = fields.distinct(table, source, np.arange(len(table), dtype=PLACE))
        said = pl.Series(
            [None if v is None or isinstance(v, tuple) else text_of(v) for v in values], dtype=pl.String
        )
        elements = texts.numbered(said.to_arrow())[numbers]
        own_rows = listed = np.flatnonzero(elements >= 0)
        elements = elements[listed]
        sizes = np.zeros(len(table), dtype=INSTANT)
        sizes[listed] = 1
    if not len(listed):
        return None
    plain = np.flatnonzero(sizes == 0)
    # Elements and the field itself are numbered together.
    if _has(table, target):
        codes, count, name = _column(table, target, empty=False)
        field_texts = texts.numbered(pl.Series([name(n) for n in range(count)], dtype=pl.String).to_arrow())
        targets = np.where(codes < 0, np.int32(-1), field_texts[codes] if count else np.int32(-1))
    else:
        targets = np.full(len(table), -1, dtype=PLACE)
    once = by_hash(pairs := (own_rows << 32) | elements, pairs)[1]
    rows = np.concatenate([plain, own_rows[once]])
    order = np.argsort(rows, kind="stable")
    rows = rows[order].astype(PLACE)
    fan = np.concatenate([np.zeros(len(plain), dtype=bool), np.ones(len(once), dtype=bool)])[order]
    own = np.concatenate([targets[plain], elements[once]])[order].astype(PLACE)
    columns: list[tuple[Any, int]] = []
    names: list[Texted] = []
    for f in key:
        if f == target:
            columns.append((own, len(texts)))
            names.append(texts.__getitem__)
            continue
        if not _has(table, f):
            columns.append((np.full(len(rows), -1, dtype=PLACE), 0))
            names.append(str)
            continue
        strict, _, _ = _column(table, f, empty=False)
        loose, count, name = _column(table, f, empty=True)
        columns.append((np.where(fan, loose[rows], strict[rows]).astype(PLACE), count))
        names.append(name)
    return _joined(columns, names, rows)
