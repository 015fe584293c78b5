"""One plain loop for each kind of rule, over lists sorted by (key, time); run as Python or compiled, the source is one.

A list of events comes as three columns: keys (whole numbers, ascending), times (microseconds, ascending within a key)
and places (what the event is called in its layout: the same event has the same place in every list). A loop goes through
its lists once, side by side. `k`, `t`, `p` stand for the three columns; `a` for the opening events, `b` for what is
expected. Only whole numbers, `len` and indexing are used, so that lists and arrays do equally. Results are written into
columns as long as the first list.

What an argument is called says what its column is made of, in every loop (`TYPES`).
"""

from __future__ import annotations

TYPES: dict[str, str] = {
    **dict.fromkeys(
        "at bt ct st et opens last until moment strict previous newest oldest stated high value".split(),
        "int64",
    ),
    **dict.fromkeys(
        "time due done_time stop_time times start offsets ends marks more_marks more_table one two table state".split(),
        "int64",
    ),
    **dict.fromkeys("skip verdict flag alive first".split(), "int8"),
    **dict.fromkeys("data pool".split(), "uint8"),
    **dict.fromkeys("as_of most nth length whole".split(), ""),
}
"""Argument → type of its column; "" for a single number; every other one is a column of int32: keys, places, counts."""
