"""The compiled loop that reads an instant out of the bytes of a log."""

# ruff: noqa: ANN001, ANN202, PLR1714
# mypy: disable-error-code="no-untyped-def, no-untyped-call"

from __future__ import annotations

from functools import cache
from typing import Any

NONE, ODD = -(2**63) + 1, -(2**63)  # in a column of instants: there is none; it is written in an uncommon way


@cache
def instant() -> Any:
    """(bytes, begin, end) → microseconds of `2026-03-02T09:00:00[.123456](Z|+03:00)`, or ODD for any other spelling."""
    import numba as nb

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
        days = (
            era * 146097 + within * 365 + within // 4 - within // 100 + (153 * m + 2) // 5 + day - 1 - 719468
        )
        return ((days * 24 + hour) * 3600 + minute * 60 + second - offset) * 1000000 + micros

    return run
