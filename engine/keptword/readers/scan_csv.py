"""The compiled loop that looks at every byte of a table: what is not plain is left to the ordinary reader."""

# ruff: noqa: ANN001, ANN202
# mypy: disable-error-code="no-untyped-def, no-untyped-call"

from __future__ import annotations

from functools import cache
from typing import Any

from keptword.readers.scan_instants import ODD, instant


@cache
def csv_rows() -> Any:
    """One chunk of a table, looked at byte by byte up to the end of its last whole row.

    (bytes, classes of bytes, delimiter, how many cells a row has, column → number of its instants or -1, instants out
    [n, rows], number of the line of each row out, [offset after the last whole row, line ends before it]) → rows,
    or -1 - offset of what the ordinary reader has to look at.
    """
    import numba as nb

    i8 = nb.int64[::1]
    fixed = nb.types.Array(nb.uint8, 1, "C", readonly=True)
    moment = instant()

    @nb.njit(
        nb.int64(fixed, nb.uint8[::1], nb.uint8, nb.int64, i8, nb.int64[:, ::1], nb.int32[::1], i8),
        cache=True,
        nogil=True,
    )
    def run(buf, classes, delimiter, width, slot, times, lines, state):
        n = nb.uint64(len(buf))
        i = nb.uint64(0)
        one = nb.uint64(1)
        row = nb.int64(0)
        line: Any = nb.int64(0)
        begun: Any = nb.int64(0)
        cell: Any = nb.int64(0)
        something = False
        state[0] = 0
        state[1] = 0
        while i < n:
            begin = i
            plain = True
            if buf[i] == 34:
                i += one
                begin = i
                while True:
                    while i < n and buf[i] != 34:
                        if buf[i] == 10:
                            line += 1
                        elif buf[i] == 0:
                            return -1 - nb.int64(i)
                        i += one
                    if i + one >= n:
                        return row  # the row goes on in the next chunk
                    if buf[i + one] != 34:
                        break
                    plain = False
                    i += nb.uint64(2)
                end = i
                i += one
                if end > begin:
                    something = True
            else:
                while i < n and classes[buf[i]] == 0:
                    i += one
                if i >= n:
                    return row
                end = i
                if end > begin:
                    something = True
            if cell < width and slot[cell] >= 0 and end > begin:
                times[slot[cell], row] = moment(buf, begin, end) if plain else nb.int64(ODD)
            b = buf[i]
            cell += 1
            if b == delimiter:
                i += one
                continue
            if b == 13:
                if i + one >= n:
                    return row
                i += one
                b = buf[i]
            if b != 10 or cell != width or not something:
                return -1 - nb.int64(i)
            if row >= len(lines):
                return -1 - nb.int64(i)
            lines[row] = begun
            row += 1
            line += 1
            begun = line
            cell = 0
            something = False
            i += one
            state[0] = nb.int64(i)
            state[1] = line
        return row

    return run
