"""A large log as a Polars frame, never as events: rows in order of time, laid out by key, events made where they are shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from keptword.columnar import loops
from keptword.columnar.columns import NONE, Ints
from keptword.columnar.layout import Layout
from keptword.columnar.table import EventTable, Table
from keptword.events import Event, Value, content_id
from keptword.instants import DAY, as_instant, local_date, midnight
from keptword.opening import CalendarUnknown
from keptword.plan import ByDate, ByValue, Choice, Match, Plan, Reckoned, parts_of
from keptword.spec.comparing import compare, text_of
from keptword.spec.conditions import All, AnyOf, Compare, Condition, Not, Says
from keptword.spec.hours import Hours

if TYPE_CHECKING:
    import polars as pl

Make = Callable[[dict[str, Any], int], Event]


def numbered(series: pl.Series) -> tuple[Any, Any]:
    """Numbers for the values of a column, equal for equal values, in order of first appearance; the row of each first one.

    Raises:
        ArithmeticError: two different values share both 64-bit hashes (never seen).
    """
    import numpy as np

    one, two = series.hash(11).to_numpy(), series.hash(7919).to_numpy()
    codes = np.empty(len(series), dtype=np.int32)
    first = np.empty(1 << 12, dtype=np.int64)
    table = np.zeros((1 << 13, 3), dtype=np.uint64)
    state = np.zeros(2, dtype=np.int64)
    while True:
        if not loops.encode()(one, two, codes, first, table, state):
            raise ArithmeticError("two values share a hash")
        if state[0] == len(series):
            return codes, first[: state[1]].copy()
        larger = np.zeros((4 * len(table), 3), dtype=np.uint64)
        loops.rehash()(table, larger)
        table = larger
        first = np.concatenate([first, np.empty(len(larger) // 2 - len(first), dtype=np.int64)])


@dataclass(slots=True)
class FrameTable:
    """A log as a frame of clean columns.

    Attributes:
        frame: canonical names, `event` apart (see `codes`); rows in order of time, then as they stood in the file.
        origin: row → number of the line in the file, from 0; None: the same.
        make: a row as a dictionary and the number of its line → the event.
        says: the wording checks.
        given: whether every event has an id of its own; else ids are made from the content.
        coded: columns with values of several types, as JSON texts.
        big: always: columns are arrays.
    """

    frame: pl.DataFrame
    times: Any
    origin: Any
    make: Make
    says: Says
    given: bool
    big: bool = True
    names: list[str] = field(default_factory=list)
    codes: Any = None
    _cases: list[tuple[Any, Any]] = field(default_factory=list)
    coded: frozenset[str] = frozenset()
    _events: dict[int, Event] = field(default_factory=dict)
    _layouts: dict[object, Layout] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.codes is not None:
            return
        # The usual key is numbered beside the names: neither needs the interpreter's lock for long.
        with ThreadPoolExecutor(2) as threads:
            case = threads.submit(numbered, self.frame["case"]) if "case" in self.frame.columns else None
            self.codes, first = numbered(self.frame["event"])
            if case is not None:
                self._cases.append(case.result())
        self.names = self.frame["event"].gather(first).to_list()
        self.frame = self.frame.drop("event")  # ten million names take more room than anything else

    def __len__(self) -> int:
        return len(self.times)

    def until(self, as_of: int) -> FrameTable:
        """The rows not later than an instant."""
        import numpy as np

        count = int(np.searchsorted(self.times, as_of, "right"))
        if count == len(self):
            return self
        origin = None if self.origin is None else self.origin[:count]
        return FrameTable(
            self.frame.head(count), self.times[:count], origin, self.make, self.says, self.given, True, self.names, self.codes[:count],
            coded=self.coded,
        )  # fmt: skip

    def cases(self) -> int:
        """How many cases there are."""
        if "case" not in self.frame.columns:
            return 0
        for layout in self._layouts.values():
            if layout.fields == ("case",):
                return int((layout.keys[1:] != layout.keys[:-1]).sum()) + 1 if len(layout.keys) else 0
        return self.frame["case"].drop_nulls().filter(self.frame["case"].drop_nulls() != "").n_unique()

    # ------------------------------------------------------------------------------------------------------ events

    def row(self, at: int) -> Event:
        """The event of a row, with its id."""
        if at not in self._events:
            self.load([at])
        return self._events[at]

    def load(self, rows: Iterable[int]) -> None:
        """Make the events of some rows, all at once."""
        wanted = sorted({int(r) for r in rows} - self._events.keys())
        if not wanted:
            return
        made = {
            r: self.make(d, r if self.origin is None else int(self.origin[r]))
            for r, d in zip(wanted, self._dicts(wanted), strict=True)
        }
        if not self.given:
            made = {r: _named(e, self._made_id(r, e)) for r, e in made.items()}
        self._events.update(made)

    def made(self) -> Iterable[Event]:
        """The events that have been made so far."""
        return self._events.values()

    def _dicts(self, rows: Sequence[int]) -> list[dict[str, Any]]:
        own = self.frame[list(rows)].to_dicts()
        for row, fields in zip(rows, own, strict=True):
            fields["event"] = self.names[self.codes[row]]
        return own

    def _made_id(self, at: int, event: Event) -> str:
        """The id that the content gives; equal contents are told apart by the order in which they stood in the file."""
        import numpy as np

        made = content_id(event)
        lo, hi = (
            np.searchsorted(self.times, event.time, "left"),
            np.searchsorted(self.times, event.time, "right"),
        )
        if hi - lo == 1:
            return made
        same = lo + np.flatnonzero(self.codes[lo:hi] == self.codes[at])
        earlier = [int(r) for r in same if r < at]
        if not earlier:
            return made
        twins = sum(1 for d in self._dicts(earlier) if _same(self.make(d, 0), event))
        return made if not twins else f"{made}.{twins + 1}"

    def named(self, names: Sequence[str]) -> list[Event]:
        """The events of these names, in order of (time, id)."""
        rows = self._rows_named(names)
        self.load(rows)
        return sorted((self.row(int(r)) for r in rows), key=lambda e: (e.time, e.id))

    def _rows_named(self, names: Iterable[str]) -> Any:
        import numpy as np

        wanted = [i for i, n in enumerate(self.names) if n in set(names)]
        return np.flatnonzero(np.isin(self.codes, wanted)) if wanted else np.empty(0, dtype=np.int64)

    def for_rule(self, plan: Plan, more: Sequence[Event]) -> Table:
        """This log; or the events that a rule looks for, as a table in memory, where columns do not do.

        That is so for keys that are not fields of text, and for rules that rest on violations of others (`more`).
        """
        if not more and self._can(plan):
            return self
        names = set().union(*(m.names for m in parts_of(plan)))
        events = [*self.named(sorted(names)), *more]
        return EventTable(sorted(events, key=lambda e: (e.time, e.id)), self.says)

    # ------------------------------------------------------------------------------------------------------ layout

    def layout(self, plan: Plan) -> Layout:
        """The log laid out for the key of a rule."""
        wish = (plan.key, plan.fan_out)
        if wish not in self._layouts:
            self._layouts[wish] = self._lay_out(plan.key)
        return self._layouts[wish]

    def _can(self, plan: Plan) -> bool:
        """Whether the key of a rule can be laid out in columns: fields of text, and one key an event."""
        import polars as pl

        schema = self.frame.schema
        return plan.fan_out is None and all(
            f != "event" and f not in self.coded and schema.get(f, pl.String) == pl.String for f in plan.key
        )

    def _key_codes(self, fields: tuple[str, ...]) -> tuple[Any, Callable[[int], tuple[str, ...]], int]:
        """Row → number of its key or -1; number → values; how many."""
        import numpy as np
        import polars as pl

        if any(f not in self.frame.columns for f in fields):
            return np.full(len(self), -1, dtype=np.int32), lambda _: (), 0
        if len(fields) == 1:
            column = self.frame[fields[0]]
            codes, first = self._cases.pop() if fields == ("case",) and self._cases else numbered(column)
        else:
            column = self.frame.select(pl.struct(fields)).to_series()
            codes, first = numbered(column)
        heads = self.frame[fields][first]
        lacking = np.zeros(len(first), dtype=bool)
        for f in fields:
            lacking |= (heads[f].is_null() | (heads[f] == "").fill_null(True)).to_numpy()
        if lacking.any():
            codes = np.where(lacking[codes], np.int32(-1), codes)
        return codes, heads.row, len(first)

    def _lay_out(self, fields: tuple[str, ...]) -> Layout:
        import numpy as np

        codes, name, count = self._key_codes(fields)
        there = int((codes >= 0).sum()) if count else 0
        rows, keys, events = (np.empty(there, dtype=np.int32) for _ in range(3))
        times = np.empty(there, dtype=np.int64)
        loops.by_key()(
            codes, self.times, self.codes, np.zeros(count + 2, dtype=np.int64), rows, keys, times, events
        )
        self._settle_ties(keys, times, rows, events)
        index, starts = self._index(events)
        wanted = {n: i for i, n in enumerate(self.names)}

        def matching(match: Match, where: Condition | None) -> Ints:
            parts = []
            for option in match.alternatives:
                own = [wanted[n] for n in option.events if n in wanted]
                places = (
                    np.concatenate([index[starts[e] : starts[e + 1]] for e in own])
                    if own
                    else np.empty(0, dtype=np.int64)
                )
                parts.append(
                    places[self.flags(option.where, rows[places])] if option.where is not None else places
                )
            places = parts[0] if len(parts) == 1 else np.unique(np.concatenate(parts))
            if len(match.alternatives) == 1 and len(match.alternatives[0].events) > 1:
                places = np.sort(places)
            return places[self.flags(where, rows[places])] if where is not None else places

        def lacking(match: Match) -> Ints:
            if there == len(self):
                return rows[:0]
            left = np.flatnonzero(codes < 0)
            out = []
            for option in match.alternatives:
                own = left[np.isin(self.codes[left], [wanted[n] for n in option.events if n in wanted])]
                out.append(own[self.flags(option.where, own)] if option.where is not None else own)
            return np.unique(np.concatenate(out))

        return Layout(
            fields,
            keys,
            times,
            rows,
            lambda k: tuple(map(str, name(k))),
            self.row,
            self.load,
            matching,
            lacking,
            True,
        )

    def _index(self, events: Any) -> tuple[Any, Any]:
        import numpy as np

        starts = np.concatenate([[0], np.cumsum(np.bincount(events, minlength=len(self.names)))]).astype(
            np.int64
        )
        index = np.empty(len(events), dtype=np.int64)
        loops.by_event()(events, starts.copy(), index)
        return index, starts

    def _settle_ties(self, keys: Any, times: Any, rows: Any, events: Any) -> None:
        """Events of one key at one instant are in order of their ids; these are made only where there are such events."""
        import numpy as np

        found = np.empty(max(1000, len(keys) // 1000), dtype=np.int64)
        count = loops.ties()(keys, times, found)
        if count > len(found):
            found = np.empty(count, dtype=np.int64)
            loops.ties()(keys, times, found)
        found = found[:count]
        if not count:
            return
        breaks = np.flatnonzero(np.diff(found) > 1)
        begins = np.concatenate([found[:1], found[breaks + 1]]) - 1
        ends = np.concatenate([found[breaks], found[-1:]]) + 1
        self.load(np.unique(np.concatenate([rows[found], rows[found - 1]])))
        for lo, hi in zip(begins.tolist(), ends.tolist(), strict=True):
            # A run may hold several instants or keys: neighbours are equal pair by pair.
            own = sorted(
                range(lo, hi), key=lambda p: (int(keys[p]), int(times[p]), self._events[int(rows[p])].id)
            )
            rows[lo:hi], events[lo:hi] = rows[own], events[own]

    # ------------------------------------------------------------------------------------------------------ fields

    def distinct(self, name: str, rows: Any) -> tuple[Any, list[Value | None]]:
        """Numbers for the values of a field at some rows, and the values as rules see them (None: the event lacks it)."""
        import numpy as np
        import polars as pl

        if name == "event":
            return self.codes[rows], list(self.names)
        if name not in self.frame.columns or not len(rows):
            return np.zeros(len(rows), dtype=np.int64), [None]
        column = self.frame[name].gather(rows)
        if isinstance(column.dtype, pl.Datetime):
            column = column.cast(pl.Datetime("us", "UTC")).to_physical()  # rules see microseconds
        if isinstance(column.dtype, pl.List):
            codes, first = numbered(column.cast(pl.List(pl.String)).list.join("\x00"))
        else:
            codes, first = numbered(column)
        values = column.gather(first).to_list()
        if name in self.coded:
            values = [None if v is None else json.loads(v) for v in values]
        values = [tuple(v) or None if isinstance(v, list) else v for v in values]
        if name in {"case", "id"}:
            values = [v or None for v in values]
        return codes, values

    def flags(self, condition: Condition, rows: Any) -> Any:
        """Which of these rows satisfy a condition; each distinct value is looked at once."""
        import numpy as np

        match condition:
            case Compare(_, "says", wanted):
                return self._said(wanted, rows)
            case Compare(name, op, (Hours() as hours,)):
                inside, known = self._hours(name, hours, rows)
                return known & (~inside if op == "outside" else inside)
            case Compare(name, op, wanted):
                codes, values = self.distinct(name, rows)
                return np.array([compare(v, op, wanted) for v in values], dtype=bool)[codes]
            case All(parts):
                return np.logical_and.reduce([self.flags(p, rows) for p in parts])
            case AnyOf(parts):
                return np.logical_or.reduce([self.flags(p, rows) for p in parts])
            case Not(part):
                return ~self.flags(part, rows)

    def _hours(self, name: str, hours: Hours, rows: Any) -> tuple[Any, Any]:
        """Which rows have a moment within the hours; and which have a moment at all that calendars reckon with."""
        import numpy as np

        times = self.times[rows] if name == "time" else self.instants(name, rows, hours.zone)
        known = times != NONE
        inside = np.zeros(len(rows), dtype=bool)
        if not known.any():
            return inside, known
        some = times[known]
        try:
            table = hours.calendar.opening_between(int(some.min()), int(some.max()) + 1)
        except CalendarUnknown:
            # Some year is not stated, or out of reach: each moment is looked at by itself.
            for i in np.flatnonzero(known):
                found = hours.hold(int(times[i]))
                known[i], inside[i] = found is not None, bool(found)
            return inside, known
        starts, ends = np.array(table.starts, dtype=np.int64), np.array(table.ends, dtype=np.int64)
        at = np.searchsorted(starts, some, "right") - 1
        if len(starts):
            inside[known] = (at >= 0) & (some < ends[np.maximum(at, 0)])
        return inside, known

    def _said(self, wanted: Sequence[object], rows: Any) -> Any:
        import numpy as np

        texts, said = self.distinct("text", rows)
        langs, spoken = self.distinct("lang", rows)
        both = texts.astype(np.int64) * len(spoken) + langs
        pairs, codes = np.unique(both, return_inverse=True)
        out = []
        for pair in pairs.tolist():
            fields = {"text": said[pair // len(spoken)], "lang": spoken[pair % len(spoken)]}
            event = Event(0, "said", fields={k: v for k, v in fields.items() if v is not None})
            out.append(any(self.says(event, str(w)) for w in wanted))
        return np.array(out, dtype=bool)[codes]

    def instants(self, name: str, rows: Ints, zone: str) -> Ints:
        """The instants in a field; NONE where it holds none."""
        import numpy as np

        codes, values = self.distinct(name, rows)
        found = [None if v is None or isinstance(v, tuple) else as_instant(v, zone) for v in values]
        return np.array([NONE if t is None else t for t in found], dtype=np.int64)[codes]

    def texts(self, name: str, rows: Ints, fold: Callable[[str], str]) -> Ints:
        """Values of a field as whole numbers, equal where the folded texts are; -1 for none, a list or an empty text."""
        import numpy as np

        codes, values = self.distinct(name, rows)
        known: dict[str, int] = {}
        numbers = []
        for value in values:
            folded = "" if value is None or isinstance(value, tuple) else fold(text_of(value))
            numbers.append(known.setdefault(folded, len(known)) if folded else -1)
        return np.array(numbers, dtype=np.int64)[codes]

    def choices(self, choice: Choice, rows: Ints, zone: str) -> list[tuple[Ints, Reckoned | None]]:
        """Which limit binds the obligations that these rows open: (places in the column of rows, limit)."""
        import numpy as np

        match choice:
            case ByDate(steps):
                begun = sum(since(self.times[rows], day, zone).astype(np.int64) for day, _ in steps)
                out: list[tuple[Ints, Reckoned | None]] = [(np.flatnonzero(begun == 0), None)]
                for n, (_, inner) in enumerate(steps, 1):
                    out += self._within(np.flatnonzero(begun == n), inner, rows, zone)
                return [(at, limit) for at, limit in out if len(at)]
            case ByValue(name, cases, other):
                codes, values = self.distinct(name, rows)
                kinds = np.array([_case_of(v, cases) for v in values], dtype=np.int64)[codes]
                out = []
                for n, (_, inner) in enumerate(cases):
                    out += self._within(np.flatnonzero(kinds == n), inner, rows, zone)
                rest = np.flatnonzero(kinds == -1)
                out += [(rest, None)] if other is None else self._within(rest, other, rows, zone)
                return [(at, limit) for at, limit in out if len(at)]
            case _:
                return [(range(len(rows)), choice)]

    def _within(self, at: Any, choice: Choice, rows: Any, zone: str) -> list[tuple[Ints, Reckoned | None]]:
        import numpy as np

        return (
            [(at[np.asarray(inner)], limit) for inner, limit in self.choices(choice, rows[at], zone)]
            if len(at)
            else []
        )

    def in_force(self, plan: Plan, times: Ints) -> Ints | None:
        """Flags of the instants at which a rule binds; None: at all."""
        import numpy as np

        if plan.since is None and plan.until is None:
            return None
        out = np.ones(len(times), dtype=np.int64)
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


def _named(event: Event, made: str) -> Event:
    return Event(event.time, event.event, event.case, made, event.fields, event.place)


def _same(a: Event, b: Event) -> bool:
    return (a.time, a.event, a.case, a.fields) == (b.time, b.event, b.case, b.fields)
