"""The loops that lay a large log out: numbers for equal values, the order by key, the index by kind of event."""

# ruff: noqa: ANN001, ANN202
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def _numba() -> Any:
    import numba

    return numba


@cache
def encode() -> Any:
    """Numbers for equal hashes, in order of first appearance; two independent hashes of 64 bits have to agree.

    (hash, other hash, numbers out, first row out, table of 2^n × 3 words, [row to begin with, how many values so far]):
    the second pair is brought up to date; False if two values share a hash. Stops early when the table is half full.
    """
    nb = _numba()
    u8, i4 = nb.uint64, nb.int32
    fixed = nb.types.Array(u8, 1, "C", readonly=True)  # what Polars lends may not be written to

    @nb.njit(
        nb.boolean(fixed, fixed, i4[::1], nb.int64[::1], u8[:, ::1], nb.int64[::1]), cache=True, nogil=True
    )
    def run(one, two, codes, first, table, state):
        mask = u8(len(table) - 1)
        n = state[1]
        most = len(table) // 2
        for i in range(state[0], len(one)):
            h, g = one[i], two[i]
            slot = (h ^ (h >> u8(29))) & mask
            while True:
                v = table[slot, 2]
                if v == 0:
                    if n == most:
                        state[0], state[1] = i, n
                        return True
                    table[slot, 0] = h
                    table[slot, 1] = g
                    first[n] = i
                    codes[i] = n
                    n += 1
                    table[slot, 2] = n
                    break
                if table[slot, 0] == h:
                    if table[slot, 1] != g:
                        return False
                    codes[i] = v - u8(1)
                    break
                slot = (slot + u8(1)) & mask
        state[0], state[1] = len(one), n
        return True

    return run


@cache
def rehash() -> Any:
    """(table, larger empty table): the entries moved over."""
    nb = _numba()
    u8 = nb.uint64

    @nb.njit(nb.void(u8[:, ::1], u8[:, ::1]), cache=True, nogil=True)
    def run(old, new):
        mask = u8(len(new) - 1)
        for i in range(len(old)):
            if old[i, 2] != 0:
                h = old[i, 0]
                slot = (h ^ (h >> u8(29))) & mask
                while new[slot, 2] != 0:
                    slot = (slot + u8(1)) & mask
                new[slot, 0] = h
                new[slot, 1] = old[i, 1]
                new[slot, 2] = old[i, 2]

    return run


@cache
def by_key() -> Any:
    """(key of each row, -1 for none; times; event codes; starts of keys, zeros, one longer than keys) and five columns out."""
    nb = _numba()
    i4, i8 = nb.int32[::1], nb.int64[::1]

    fixed = nb.types.Array(nb.int64, 1, "C", readonly=True)

    @nb.njit(nb.void(i4, fixed, i4, i8, i4, i4, i8, i4), cache=True, nogil=True)
    def run(code, time, event, start, rows, keys, times, events):
        for i in range(len(code)):
            if code[i] >= 0:
                start[code[i] + 1] += 1
        for k in range(1, len(start)):
            start[k] += start[k - 1]
        for i in range(len(code)):
            k = code[i]
            if k >= 0:
                p = start[k]
                start[k] = p + 1
                rows[p] = i
                keys[p] = k
                times[p] = time[i]
                events[p] = event[i]

    return run


@cache
def by_event() -> Any:
    """(event code of each place, starts of codes) → the places of each code, one after the other."""
    nb = _numba()
    i4, i8 = nb.int32[::1], nb.int64[::1]

    @nb.njit(nb.void(i4, i8, i8), cache=True, nogil=True)
    def run(events, start, places):
        for p in range(len(events)):
            e = events[p]
            places[start[e]] = p
            start[e] += 1

    return run


@cache
def ties() -> Any:
    """(keys, times, numbers out) → how many places share key and time with the place before them."""
    nb = _numba()

    @nb.njit(nb.int64(nb.int32[::1], nb.int64[::1], nb.int64[::1]), cache=True, nogil=True)
    def run(keys, times, found):
        n = 0
        for p in range(1, len(keys)):
            if times[p] == times[p - 1] and keys[p] == keys[p - 1]:
                if n < len(found):
                    found[n] = p
                n += 1
        return n

    return run


def warm() -> None:
    """Load Numba and the compiled loops; meant for a thread that runs while a log is read."""
    for loop in (encode, rehash, by_key, by_event, ties):
        loop()
