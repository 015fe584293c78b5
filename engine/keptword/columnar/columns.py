"""Columns of whole numbers: lists for a small log, NumPy arrays for a large one, and the little that both need."""

from __future__ import annotations

from typing import Any

# A column: `list[int]`, or an array of NumPy. Which of the two is decided once, by the table, for a whole run.
Ints = Any

NONE = -(2**63) + 1  # "no instant" in a column of instants
HIGH = 2**62 + 1  # later than a deadline that does not come

# What columns of a large log are made of.
INSTANT, PLACE, FLAG = "int64", "int32", "int8"

# Verdicts as columns hold them: places in obligation.VERDICTS.
KEPT, LATE, MISSED, EARLY, BROKEN, OPEN, VOID, WAIVED, REVIEW, BORDERLINE, UNKNOWN = range(11)
LEFT_OUT = 11  # no obligation at all: the rule is not about this event


def take(column: Ints, at: Ints) -> Ints:
    """The values at some places."""
    return [column[i] for i in at] if type(column) is list else column[at]


def filled(count: int, value: int, big: bool, kind: str = INSTANT) -> Ints:
    """So many times one value."""
    if not big:
        return [value] * count
    import numpy as np

    # Zeros cost nothing until they are touched, and many of these columns never are.
    return np.full(count, value, dtype=kind) if value else np.zeros(count, dtype=kind)


def room(count: int, big: bool, kind: str = INSTANT) -> Ints:
    """Room for so many values, to be written before they are read; what is never written costs no memory."""
    if not big:
        return [0] * count
    import numpy as np

    return np.empty(count, dtype=kind)


def chosen(flags: Any) -> Ints:
    """The places at which a column of flags is true."""
    if type(flags) is list:
        return [i for i, yes in enumerate(flags) if yes]
    import numpy as np

    return np.flatnonzero(flags)


def shifted(column: Ints, by: int) -> Ints:
    """Every value and a constant."""
    return [v + by for v in column] if type(column) is list else column + by


def extremes(column: Ints) -> tuple[int, int]:
    """The least and the greatest value of a column that is not empty."""
    return (min(column), max(column)) if type(column) is list else (int(column.min()), int(column.max()))
