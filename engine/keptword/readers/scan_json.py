"""The compiled loop that looks at every byte of a JSONL log: what is not plain is left to the ordinary reader."""

# ruff: noqa: ANN001, ANN202, PLR1714
# mypy: disable-error-code="no-untyped-def, no-untyped-call"

from __future__ import annotations

from functools import cache
from typing import Any

from keptword.readers.scan_instants import instant

# What the values of a key are, as bits.
TEXT, WHOLE, DECIMAL, TRUTH, NULL, LIST = 1, 2, 4, 8, 16, 32
MOST_KEYS = 250
NAMES_ROOM = 1 << 16


@cache
def json_lines() -> Any:
    """One chunk of JSONL that ends with a line end, looked at byte by byte.

    (bytes, names of keys, ends of names, kinds of keys, last row of keys, the key that followed each, instants out [n, rows],
    number of the line of each row out, [keys so far, line ends]) → rows, or -1 - offset of what the ordinary reader
    has to look at: the first n keys are those of instants, of which the quickly read ones are written out.
    """
    import numba as nb

    u8, i8 = nb.uint8[::1], nb.int64[::1]
    fixed = nb.types.Array(nb.uint8, 1, "C", readonly=True)
    moment = instant()

    @nb.njit(nb.int64(fixed, u8, i8, i8, i8, i8, nb.int64[:, ::1], nb.int32[::1], i8), cache=True, nogil=True)
    def run(buf, names, ends, kinds, last, after, times, lines, state):
        n = nb.uint64(len(buf))
        i = nb.uint64(0)
        one = nb.uint64(1)
        slots = times.shape[0]
        row = nb.int64(0)
        line = nb.int64(0)
        keys = state[0]
        while i < n:
            b = buf[i]
            if b == 10:
                state[1] += 1
                line += 1
                i += one
                continue
            if b == 32 or b == 9 or b == 13:
                i += one
                continue
            if b != 123 or row >= len(lines):
                return -1 - nb.int64(i)
            lines[row] = line
            i += one
            previous = nb.int64(0)
            first = True
            while True:
                while buf[i] == 32 or buf[i] == 9:
                    i += one
                b = buf[i]
                if b == 125 and first:
                    i += one
                    break
                if b != 34:
                    return -1 - nb.int64(i)
                first = False
                i += one
                begin = i
                while buf[i] != 34:
                    if buf[i] < 32 or buf[i] == 92:
                        return -1 - nb.int64(i)
                    i += one
                size = nb.int64(i - begin)
                i += one
                if size == 0:
                    return -1 - nb.int64(i)
                # Keys mostly come in one order, so the one that came after this one before is tried first.
                key = after[previous]
                found = False
                for attempt in range(keys + 1):
                    candidate = key if attempt == 0 else nb.int64(attempt - 1)
                    low = ends[candidate]
                    if ends[candidate + 1] - low == size:
                        found = True
                        for k in range(size):
                            if names[low + k] != buf[begin + nb.uint64(k)]:
                                found = False
                                break
                        if found:
                            key = candidate
                            break
                if not found:
                    if keys >= MOST_KEYS or ends[keys] + size > NAMES_ROOM:
                        return -1 - nb.int64(i)
                    for k in range(size):
                        names[ends[keys] + k] = buf[begin + nb.uint64(k)]
                    ends[keys + 1] = ends[keys] + size
                    key = nb.int64(keys)
                    last[key] = -1
                    keys += 1
                    state[0] = keys
                after[previous] = key
                previous = key + 1
                if last[key] == row:
                    return -1 - nb.int64(i)
                last[key] = row
                while buf[i] == 32 or buf[i] == 9:
                    i += one
                if buf[i] != 58:
                    return -1 - nb.int64(i)
                i += one
                while buf[i] == 32 or buf[i] == 9:
                    i += one
                listed = False
                if buf[i] == 91:
                    listed = True
                    kinds[key] |= LIST
                    i += one
                    while buf[i] == 32 or buf[i] == 9:
                        i += one
                while True:
                    b = buf[i]
                    if listed and b == 93:
                        i += one
                        break
                    if b == 34:
                        i += one
                        begin = i
                        while True:
                            b = buf[i]
                            if b == 34:
                                break
                            if b < 32:
                                return -1 - nb.int64(i)
                            if b == 92:
                                i += one
                                b = buf[i]
                                if b == 117:
                                    code = nb.int64(0)
                                    for k in range(1, 5):
                                        h = nb.int64(buf[i + nb.uint64(k)])
                                        if 48 <= h <= 57:
                                            h -= 48
                                        elif 97 <= h <= 102:
                                            h -= 87
                                        elif 65 <= h <= 70:
                                            h -= 55
                                        else:
                                            return -1 - nb.int64(i)
                                        code = code * 16 + h
                                    if (0xDC00 <= code <= 0xDFFF) or (listed and code == 0):
                                        return -1 - nb.int64(i)
                                    i += nb.uint64(4)
                                    if 0xD800 <= code <= 0xDBFF:
                                        # Only a whole pair is a character: \\uD83D\\uDE00.
                                        if buf[i + one] != 92 or buf[i + nb.uint64(2)] != 117:
                                            return -1 - nb.int64(i)
                                        h = buf[i + nb.uint64(3)]
                                        g = buf[i + nb.uint64(4)]
                                        if h != 100 and h != 68:
                                            return -1 - nb.int64(i)
                                        if not (g == 99 or g == 67 or 100 <= g <= 102 or 68 <= g <= 70):
                                            return -1 - nb.int64(i)
                                        for k in range(5, 7):
                                            h = buf[i + nb.uint64(k)]
                                            if not (48 <= h <= 57 or 97 <= h <= 102 or 65 <= h <= 70):
                                                return -1 - nb.int64(i)
                                        i += nb.uint64(6)
                                elif not (
                                    b == 34 or b == 92 or b == 47 or b == 98
                                    or b == 102 or b == 110 or b == 114 or b == 116
                                ):  # fmt: skip
                                    return -1 - nb.int64(i)
                            i += one
                        if not listed:
                            kinds[key] |= TEXT
                            if key < slots:
                                times[key, row] = moment(buf, begin, i)
                        i += one
                    elif listed:
                        return -1 - nb.int64(i)
                    elif b == 45 or 48 <= b <= 57:
                        begin = i
                        if b == 45:
                            i += one
                        start = i
                        if buf[i] == 48:
                            i += one
                        else:
                            while 48 <= buf[i] <= 57:
                                i += one
                        if i == start or i - start > nb.uint64(18):
                            return -1 - nb.int64(i)
                        kind = WHOLE
                        if buf[i] == 46:
                            kind = DECIMAL
                            i += one
                            start = i
                            while 48 <= buf[i] <= 57:
                                i += one
                            if i == start or i - start > nb.uint64(20):
                                return -1 - nb.int64(i)
                        kinds[key] |= kind
                    elif b == 116:
                        if (
                            buf[i + one] != 114
                            or buf[i + nb.uint64(2)] != 117
                            or buf[i + nb.uint64(3)] != 101
                        ):
                            return -1 - nb.int64(i)
                        i += nb.uint64(4)
                        kinds[key] |= TRUTH
                    elif b == 102:
                        if (
                            buf[i + one] != 97 or buf[i + nb.uint64(2)] != 108
                            or buf[i + nb.uint64(3)] != 115 or buf[i + nb.uint64(4)] != 101
                        ):  # fmt: skip
                            return -1 - nb.int64(i)
                        i += nb.uint64(5)
                        kinds[key] |= TRUTH
                    elif b == 110:
                        if (
                            buf[i + one] != 117
                            or buf[i + nb.uint64(2)] != 108
                            or buf[i + nb.uint64(3)] != 108
                        ):
                            return -1 - nb.int64(i)
                        i += nb.uint64(4)
                        kinds[key] |= NULL
                    else:
                        return -1 - nb.int64(i)
                    if not listed:
                        break
                    while buf[i] == 32 or buf[i] == 9:
                        i += one
                    if buf[i] == 44:
                        i += one
                        while buf[i] == 32 or buf[i] == 9:
                            i += one
                        if buf[i] != 34:
                            return -1 - nb.int64(i)
                    elif buf[i] != 93:
                        return -1 - nb.int64(i)
                while buf[i] == 32 or buf[i] == 9:
                    i += one
                if buf[i] == 44:
                    i += one
                    while buf[i] == 32 or buf[i] == 9:
                        i += one
                    if buf[i] != 34:
                        return -1 - nb.int64(i)
                elif buf[i] == 125:
                    i += one
                    break
                else:
                    return -1 - nb.int64(i)
            while buf[i] == 32 or buf[i] == 9 or buf[i] == 13:
                i += one
            if buf[i] != 10:
                return -1 - nb.int64(i)
            row += 1
        return row

    return run
