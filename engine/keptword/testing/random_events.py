"""Random logs: few cases, few names, times that fall together and on deadlines, so that everything meets everything."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from keptword.events import Event, Log, Value, make_log
from keptword.instants import DAY, HOUR, MINUTE, SECOND, parse_instant

NAMES = ("a.done", "b.done", "c.done", "d.done")
OWNING = ("ticket.assigned", "ticket.changed")
CASES = ("T-1", "T-2", "")

# Where logs begin: a Monday; the nights before the clocks of Berlin change; the end of a leap February; of a year.
STARTS = tuple(
    parse_instant(t)
    for t in (
        "2026-03-02T09:00:00Z", "2026-03-28T23:30:00Z", "2026-10-24T22:30:00Z", "2024-01-30T21:00:00Z", "2025-12-31T17:00:00Z",
        "2026-03-06T15:30:00+03:00",
    )
)  # fmt: skip

# From one event to the next; the same lengths as the limits of the rules, and an instant to either side of them.
GAPS = (
    0, 0, 0, 1, MINUTE, 29 * MINUTE, 30 * MINUTE - 1, 30 * MINUTE, 30 * MINUTE, 30 * MINUTE + 1, HOUR - 1, HOUR, HOUR, HOUR + 1,
    90 * MINUTE, 2 * HOUR, 2 * HOUR, 4 * HOUR, 12 * HOUR, DAY - HOUR, DAY, DAY + HOUR, 2 * DAY, 7 * DAY, 31 * DAY, 10 * SECOND,
)  # fmt: skip
AHEAD = (-HOUR, 0, 1, 30 * MINUTE, HOUR, HOUR, 2 * HOUR, 3 * HOUR, DAY, DAY, 2 * DAY, 7 * DAY, 31 * DAY)
INSTANTS = ("eta", "effective_at", "next_update_at")

# What `MarkedWords` understands: #element is said, ?element is perhaps said, @+2h states a time. And two real ones.
TEXTS = (
    "#apology", "#apology #sign-off.formal", "?blame #sign-off.formal", "#blame", "#deflection ?apology", "@+2h", "@+1h #apology", "@-1h",
    "@+1d", "Приносим извинения. С уважением, Иван Петров, инженер", "We are sorry, it will work by 18:00.", "",
)  # fmt: skip

FIELDS: tuple[tuple[str, Value], ...] = (
    ("priority", "P1"), ("priority", "P2"), ("priority", "P3"), ("priority", "P1"),
    ("channel", "phone"), ("channel", "email"), ("channel", "website"),
    ("role", "agent"), ("role", "customer"), ("direction", "out"), ("direction", "in"),
    ("cause", "fibre"), ("cause", "Fi bre"), ("cause", "debt"), ("cause", " "),
    ("affected", ("x", "y")), ("affected", ("x",)), ("affected", ("y", "y")), ("affected", ()),
    ("customer", "x"), ("customer", "y"), ("incident", "I-1"), ("incident", "I-2"),
    ("team", "noc"), ("team", "desk"), ("actor", "ann"), ("assignee", "bob"), ("field", "team"), ("field", "assignee"), ("to", "night"),
    ("amount", 3), ("amount", 2.5), ("amount", "3"), ("planned", True), ("planned", False), ("tags", ("vip", "new")),
    ("eta", "2026-03-03"), ("effective_at", "2026-04-01"), ("next_update_at", "soon"),
)  # fmt: skip

# Most events have a key of every kind and the fields that limits and conditions look at, or few rules would ever open.
BASES: tuple[tuple[tuple[str, Value], ...], ...] = (
    (("customer", "x"), ("incident", "I-1"), ("channel", "phone"), ("priority", "P1"), ("role", "agent"), ("cause", "fibre"), ("effective_at", DAY)),
    (("customer", "x"), ("incident", "I-1"), ("channel", "phone"), ("priority", "P2"), ("cause", "debt"), ("eta", HOUR), ("effective_at", 2 * DAY)),
    (("customer", "x"), ("incident", "I-1"), ("channel", "phone"), ("affected", ("x", "y")), ("amount", 3), ("cause", "FIBRE"), ("text", "#apology")),
    (("customer", "y"), ("incident", "I-1"), ("channel", "email"), ("priority", "P1"), ("planned", True), ("cause", "debt"), ("text", "?blame #sign-off.formal"), ("eta", 2 * HOUR), ("effective_at", 2 * HOUR)),
    (("customer", "x"), ("channel", "email"), ("affected", ("x",)), ("amount", 2), ("team", "noc"), ("actor", "ann"), ("text", "#blame @+1h")),
    (("channel", "website"), ("priority", "P3"), ("planned", False), ("cause", "fibre"), ("text", "#deflection ?apology"), ("next_update_at", HOUR), ("effective_at", 31 * DAY)),
    (),
)  # fmt: skip

_DRESS = st.lists(
    st.one_of(
        st.sampled_from(FIELDS), st.sampled_from(FIELDS), st.tuples(st.sampled_from(INSTANTS), st.sampled_from(AHEAD)),
        st.tuples(st.just("text"), st.sampled_from(TEXTS)),
    ),
    max_size=3,
)  # fmt: skip
_EVENT = st.tuples(
    st.sampled_from(GAPS), st.sampled_from(("a.done", "b.done", "c.done", "d.done", "a.done", "b.done", "c.done", "a.done", "b.done", *OWNING)), st.sampled_from(("T-1", "T-1", "T-1", "T-1", "T-2", "T-2", "")),
    st.sampled_from(BASES), _DRESS, st.sampled_from(("", "", "z", "a", "m")),
)  # fmt: skip


def logs(max_size: int = 14) -> st.SearchStrategy[Log]:
    """Logs of up to `max_size` events over two cases, four kinds of event and assignments.

    Equal times are common, and so are gaps of exactly the lengths that the limits of `rules()` have. Ids are given,
    out of step with time, or left to be made from the content; an event may stand twice.
    """
    # Left to itself, Hypothesis draws mostly short lists, on which rules seldom open; the first size is drawn most often.
    sizes = st.sampled_from(
        [max_size * share // 12 for share in (8, 12, 10, 11, 6, 12, 4, 2, 1, 0, 7, 12, 9, 10)]
    )
    steps = sizes.flatmap(lambda n: st.lists(_EVENT, min_size=n, max_size=n))
    return st.tuples(st.sampled_from(STARTS), steps, st.sampled_from((False, False, False, True))).map(_log)


def _log(drawn: Any) -> Log:
    start, steps, again = drawn
    time = start
    events = []
    for i, (gap, name, case, base, dress, mark) in enumerate(steps):
        time += gap
        fields: dict[str, Value] = {}
        for key, value in (*base, *dress):
            if key in INSTANTS and isinstance(value, int):
                fields[key] = time + value
            elif value not in ("", ()):
                fields[key] = value
        events.append(
            Event(time, name, case, f"{mark}{len(steps) - i if mark == 'z' else i}" if mark else "", fields)
        )
    if again and events and events[0].id:
        events.append(events[0])
    return make_log(events)


def moments(log: Log) -> st.SearchStrategy[int]:
    """Moments of judgement around the events of a log: at one, an instant beside it, an hour or a month after."""
    times = [e.time for e in log.events] or [STARTS[0]]
    return st.builds(
        lambda time, shift: time + shift,
        st.sampled_from([*[times[-1]] * len(times), *times]),
        st.sampled_from((0, 0, -1, 1, 30 * MINUTE, HOUR, DAY, DAY, 40 * DAY, 200 * DAY)),
    )
