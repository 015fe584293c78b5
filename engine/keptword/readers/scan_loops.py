"""The compiled loops that look at every byte of a large JSONL or CSV log: what is not plain is left to the ordinary reader."""

# ruff: noqa: ANN001, ANN202
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from functools import cache
from typing import Any

# What the values of a key are, as bits.
TEXT, WHOLE, DECIMAL, TRUTH, NULL, LIST = 1, 2, 4, 8, 16, 32
NONE, ODD = -(2**63) + 1, -(2**63)  # in a column of instants: there is none; it is written in an uncommon way
MOST_KEYS = 250
NAMES_ROOM = 1 << 16


@cache
def _numba() -> Any:
    import numba

    return numba


@cache
def instant() -> Any:
    """(bytes, begin, end) → microseconds of `2026-03-02T09:00:00[.123456](Z|+03:00)`, or ODD for any other spelling."""
    nb = _numba()
    fixed = nb.types.Array(nb.uint8, 1, "C", readonly=True)

    @nb.njit(nb.int64(fixed, nb.uint64, nb.uint64), cache=True, nogil=True)
    def run(buf, begin, end):
        size = end - begin
        odd = nb.int64(ODD)
        if size < 20 or size > 32:
            return odd
        at = nb.int64(begin)
        if buf[at + 4] != 45 or buf[at + 7] != 45 or buf[at + 13] != 58 or buf[at + 16] != 58:
            return odd
        if buf[at + 10] != 84 and buf[at + 10] != 32:
            return odd
        wrong = False  # gathered without branches: nearly every time is well written
        for k in (0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18):
            wrong |= nb.uint8(buf[at + k] - nb.uint8(48)) > 9
        if wrong:
            return odd

        def two(k):
            return nb.int64(buf[k]) * 10 + nb.int64(buf[k + 1]) - 528

        year = two(at) * 100 + two(at + 2)
        month, day = two(at + 5), two(at + 8)
        hour, minute, second = two(at + 11), two(at + 14), two(at + 17)
        if year < 1001 or year > 8999 or month < 1 or month > 12 or day < 1:
            return odd
        if hour > 23 or minute > 59 or second > 59:
            return odd
        length = 31
        if month == 4 or month == 6 or month == 9 or month == 11:
            length = 30
        elif month == 2:
            length = 29 if (year % 4 == 0 and year % 100 != 0) or year % 400 == 0 else 28
        if day > length:
            return odd
        k = at + 19
        stop = nb.int64(end)
        micros = nb.int64(0)
        if buf[k] == 46:
            k += 1
            unit = nb.int64(100000)
            digits = 0
            while k < stop and 48 <= buf[k] <= 57:
                micros += nb.int64(buf[k] - 48) * unit
                unit //= 10
                digits += 1
                k += 1
            if digits == 0 or digits > 6:
                return odd
        if k >= stop:
            return odd
        offset = nb.int64(0)
        if buf[k] == 90:
            if k + 1 != stop:
                return odd
        elif buf[k] == 43 or buf[k] == 45:
            if k + 6 != stop or buf[k + 3] != 58:
                return odd
            for j in (k + 1, k + 2, k + 4, k + 5):
                if buf[j] < 48 or buf[j] > 57:
                    return odd
            if two(k + 1) > 23 or two(k + 4) > 59:
                return odd
            offset = (two(k + 1) * 60 + two(k + 4)) * 60
            if buf[k] == 45:
                offset = -offset
        else:
            return odd
        # Days since 1970-01-01 in the Gregorian calendar, years counted from March (H. Hinnant, days_from_civil).
        y = year - 1 if month <= 2 else year
        m = month + 9 if month <= 2 else month - 3
        era = y // 400
        within = y - era * 400
        days = era * 146097 + within * 365 + within // 4 - within // 100 + (153 * m + 2) // 5 + day - 1 - 719468
        return ((days * 24 + hour) * 3600 + minute * 60 + second - offset) * 1000000 + micros

    return run


@cache
def json_lines() -> Any:
    """One chunk of JSONL that ends with a line end, looked at byte by byte.

    (bytes, names of keys, ends of names, kinds of keys, last row of keys, the key that followed each, instants out [n, rows],
    number of the line of each row out, [keys so far, blank lines]) → rows, or -1 - offset of what the ordinary reader
    has to look at: the first n keys are those of instants, of which the quickly read ones are written out.
    """
    nb = _numba()
    u8, i8 = nb.uint8[::1], nb.int64[::1]
    fixed = nb.types.Array(nb.uint8, 1, "C", readonly=True)
    moment = instant()

    @nb.njit(
        nb.int64(fixed, u8, i8, i8, i8, i8, nb.int64[:, ::1], nb.int32[::1], i8), cache=True, nogil=True
    )
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
                        if buf[i + one] != 114 or buf[i + nb.uint64(2)] != 117 or buf[i + nb.uint64(3)] != 101:
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
                        if buf[i + one] != 117 or buf[i + nb.uint64(2)] != 108 or buf[i + nb.uint64(3)] != 108:
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


@cache
def csv_rows() -> Any:
    """One chunk of a table, looked at byte by byte up to the end of its last whole row.

    (bytes, classes of bytes, delimiter, how many cells a row has, column → number of its instants or -1, instants out
    [n, rows], number of the line of each row out, [offset after the last whole row, line ends before it]) → rows,
    or -1 - offset of what the ordinary reader has to look at.
    """
    nb = _numba()
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
        line = nb.int64(0)
        begun = nb.int64(0)
        cell = nb.int64(0)
        something = False
        state[0] = 0
        state[1] = 0
        while i < n:
            begin = i
            quoted = False
            plain = True
            if buf[i] == 34:
                quoted = True
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


def warm() -> None:
    """Load Numba and the compiled loops; meant for a thread that runs while the first bytes are read."""
    json_lines()
    csv_rows()
