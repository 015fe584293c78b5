"""A large log as columns, never as events: rows in order of time, texts as numbers, events made where they are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from keptword.columnar import fields, laid
from keptword.columnar.columns import Ints
from keptword.columnar.layout import Layout
from keptword.columnar.table import EventTable, Table
from keptword.columnar.texts import Coded, coded
from keptword.events import Event, Value, content_id
from keptword.instants import to_datetime
from keptword.plan import Choice, Plan, Reckoned, parts_of
from keptword.spec.conditions import Condition, Says

if TYPE_CHECKING:
    import polars as pl

Make = Callable[[dict[str, Any], int], Event]


@dataclass(slots=True)
class FrameTable:
    """A log as a frame of clean columns.

    Attributes:
        frame: canonical names; rows in order of time, then as they stood in the file. None: there are no other columns
            than the times and those in `coded`.
        times: microseconds.
        origin: row → number of the line in the file, from 0; None: the same.
        make: a row as a dictionary and the number of its line → the event.
        says: the wording checks.
        given: whether every event has an id of its own; else ids are made from the content.
        coded: columns of text as numbers, `event` and the usual key among them; they are not in the frame.
        as_json: columns with values of several types, as JSON texts.
        big: always: columns are arrays.
        names: number of an event's name → the name.
        codes: row → number of its name.
    """

    frame: pl.DataFrame | None
    times: Any
    origin: Any
    make: Make
    says: Says
    given: bool
    coded: dict[str, Coded] = field(default_factory=dict)
    as_json: frozenset[str] = frozenset()
    big: bool = True
    names: list[str] = field(default_factory=list)
    codes: Any = None
    _events: dict[int, Event] = field(default_factory=dict)
    _layouts: dict[object, Layout] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.frame is not None:
            for name in ("event", "case"):
                if name in self.frame.columns and name not in self.coded:
                    self.coded[name] = coded(self.frame[name])
            # Ten million names take more room than anything else.
            self.frame = self.frame.drop([n for n in ("time", *self.coded) if n in self.frame.columns])
            if not self.frame.columns:
                self.frame = None
        own = self.coded["event"]
        self.codes = own.codes
        self.names = own.texts.all()

    def __len__(self) -> int:
        return len(self.times)

    def until(self, as_of: int) -> FrameTable:
        """The rows not later than an instant."""
        import numpy as np

        count = int(np.searchsorted(self.times, as_of, "right"))
        if count == len(self):
            return self
        origin = None if self.origin is None else self.origin[:count]
        frame = None if self.frame is None else self.frame.head(count)
        texts = {n: c.head(count) for n, c in self.coded.items()}
        return FrameTable(
            frame, self.times[:count], origin, self.make, self.says, self.given, texts, self.as_json
        )

    def picked(self, rows: Any) -> FrameTable:
        """Some rows, ascending."""
        import numpy as np

        origin = rows if self.origin is None else self.origin[rows]
        frame = None if self.frame is None else self.frame[rows]
        texts = {n: Coded(np.ascontiguousarray(c.codes[rows]), c.texts) for n, c in self.coded.items()}
        times = np.ascontiguousarray(self.times[rows])
        return FrameTable(frame, times, origin, self.make, self.says, self.given, texts, self.as_json)

    def columns(self) -> list[str]:
        """The fields that the log has a column for, `time` left out."""
        return [*self.coded, *(() if self.frame is None else self.frame.columns)]

    @property
    def last(self) -> int:
        """The time of the last event; 0 where there is none."""
        return int(self.times[-1]) if len(self) else 0

    def cases(self) -> int:
        """How many cases there are."""
        import numpy as np

        if "case" not in self.coded:
            return 0
        case = self.coded["case"]
        there = np.zeros(len(case.texts) + 1, dtype=bool)
        there[case.codes] = True  # -1, for none, is the last
        return int((there[:-1] & (case.texts.lengths() > 0)).sum())

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
        own: list[dict[str, Any]] = (
            [{} for _ in rows] if self.frame is None else self.frame[list(rows)].to_dicts()
        )
        for row, made in zip(rows, own, strict=True):
            made["time"] = to_datetime(int(self.times[row]), "UTC")
            for name, column in self.coded.items():
                made[name] = column.at(row)
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
        if "case" in self.coded:
            same = same[self.coded["case"].codes[same] == self.coded["case"].codes[at]]
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

        That is so for rules that rest on violations of others (`more`).
        """
        if not more and laid.can(self, plan):
            return self
        names = set().union(*(m.names for m in parts_of(plan)))
        events = [*self.named(sorted(names)), *more]
        return EventTable(sorted(events, key=lambda e: (e.time, e.id)), self.says)

    # ------------------------------------------------------------------------------------- what a rule asks of a log

    def layout(self, plan: Plan) -> Layout:
        """The log laid out for the key of a rule."""
        wish = (plan.key, plan.fan_out)
        if wish not in self._layouts:
            self._layouts[wish] = laid.lay_out(self, plan.key, plan.fan_out)
        return self._layouts[wish]

    def distinct(self, name: str, rows: Any) -> tuple[Any, list[Value | None]]:
        """Numbers for the values of a field at some rows, and the values as rules see them (None: the event lacks it)."""
        return fields.distinct(self, name, rows)

    def flags(self, condition: Condition, rows: Any) -> Any:
        """Which of these rows satisfy a condition; each distinct value is looked at once."""
        return fields.flags(self, condition, rows)

    def instants(self, name: str, rows: Ints, zone: str) -> Ints:
        """The instants in a field; NONE where it holds none."""
        return fields.instants(self, name, rows, zone)

    def texts(self, name: str, rows: Ints, fold: Callable[[str], str]) -> Ints:
        """Values of a field as whole numbers, equal where the folded texts are; -1 for none, a list or an empty text."""
        return fields.folded(self, name, rows, fold)

    def choices(self, choice: Choice, rows: Ints, zone: str) -> list[tuple[Ints, Reckoned | None]]:
        """Which limit binds the obligations that these rows open: (places in the column of rows, limit)."""
        return fields.choices(self, choice, rows, zone)

    def in_force(self, plan: Plan, times: Ints) -> Ints | None:
        """Flags of the instants at which a rule binds; None: at all."""
        return fields.in_force(plan, times)


def _named(event: Event, made: str) -> Event:
    return Event(event.time, event.event, event.case, made, event.fields, event.place)


def _same(a: Event, b: Event) -> bool:
    return (a.time, a.event, a.case, a.fields) == (b.time, b.event, b.case, b.fields)
