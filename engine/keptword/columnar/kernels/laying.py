"""Loops that lay a large log out: numbers for equal values, lists by kind of event and by key, events at one instant."""

# ruff: noqa: ANN001, ANN201
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations


def merge(offsets, data, codes, pool, ends, marks, slots, state) -> int:
    """Numbers for texts, in order of first appearance; 0 where there is no room for another one, else 1.

    offsets, data: the texts, as Arrow has them. codes: text → number. pool, ends: the known texts in the same form.
    marks, slots: a hash table of 2^n entries, at most half full: hash, and number + 1 (0: free).
    state: the text to begin with, how many are known; both are brought up to date.
    """
    mask = len(slots) - 1
    n = state[1]
    for j in range(state[0], len(codes)):
        lo = offsets[j]
        size = offsets[j + 1] - lo
        h = 1469598103934665603  # FNV-1a
        for b in range(lo, lo + size):
            h = (h ^ data[b]) * 1099511628211
        slot = (h ^ (h >> 32)) & mask
        while True:
            own = slots[slot] - 1
            if own < 0:
                if 2 * n >= len(slots) or n + 1 >= len(ends) or ends[n] + size > len(pool):
                    state[0] = j
                    state[1] = n
                    return 0
                for b in range(size):
                    pool[ends[n] + b] = data[lo + b]
                ends[n + 1] = ends[n] + size
                marks[slot] = h
                codes[j] = n
                n += 1
                slots[slot] = n
                break
            if marks[slot] == h and ends[own + 1] - ends[own] == size:
                b = 0
                while b < size and pool[ends[own] + b] == data[lo + b]:
                    b += 1
                if b == size:
                    codes[j] = own
                    break
            slot = (slot + 1) & mask
    state[0] = len(codes)
    state[1] = n
    return 1


def moved_over(marks, slots, more_marks, more_slots):
    """The entries of a hash table put into a larger, empty one (`more_marks`: as `marks`)."""
    mask = len(more_slots) - 1
    for i in range(len(slots)):
        if slots[i] != 0:
            h = marks[i]
            slot = (h ^ (h >> 32)) & mask
            while more_slots[slot] != 0:
                slot = (slot + 1) & mask
            more_marks[slot] = h
            more_slots[slot] = slots[i]


def encode(one, two, codes, heads, table, state) -> int:
    """Numbers for equal hashes, in order of first appearance; two independent hashes of 64 bits have to agree.

    heads: number → the first row that has it. table: 2^n times hash, other hash, number + 1.
    state: row to begin with, how many values so far; both are brought up to date.
    Returns -1 if two values share a hash, 0 when the table is half full, else 1.
    """
    mask = len(table) // 3 - 1
    most = len(table) // 6
    n = state[1]
    for i in range(state[0], len(one)):
        h = one[i]
        slot = (h ^ (h >> 29)) & mask
        while True:
            v = table[3 * slot + 2]
            if v == 0:
                if n == most or n == len(heads):
                    state[0] = i
                    state[1] = n
                    return 0
                table[3 * slot] = h
                table[3 * slot + 1] = two[i]
                heads[n] = i
                codes[i] = n
                n += 1
                table[3 * slot + 2] = n
                break
            if table[3 * slot] == h:
                if table[3 * slot + 1] != two[i]:
                    return -1
                codes[i] = v - 1
                break
            slot = (slot + 1) & mask
    state[0] = len(one)
    state[1] = n
    return 1


def rehash(table, more_table):
    """The entries of such a table put into a larger, empty one."""
    mask = len(more_table) // 3 - 1
    for i in range(len(table) // 3):
        if table[3 * i + 2] != 0:
            h = table[3 * i]
            slot = (h ^ (h >> 29)) & mask
            while more_table[3 * slot + 2] != 0:
                slot = (slot + 1) & mask
            more_table[3 * slot] = h
            more_table[3 * slot + 1] = table[3 * i + 1]
            more_table[3 * slot + 2] = table[3 * i + 2]


def translate(codes, names, out):
    """out[i] = names[codes[i]]; -1 stays -1."""
    for i in range(len(codes)):
        out[i] = names[codes[i]] if codes[i] >= 0 else -1


def steady(times) -> int:
    """Whether times never fall: 1 or 0."""
    for i in range(1, len(times)):
        if times[i] < times[i - 1]:
            return 0
    return 1


def counts(events, start):
    """How many places each event code has, in start[code + 1], which holds zeros; then where the list of each begins."""
    for p in range(len(events)):
        start[events[p] + 1] += 1
    for e in range(1, len(start)):
        start[e] += start[e - 1]


def by_event(events, start, index):
    """The places of each event code, one list after the other; start: where each list begins (becomes where it ends)."""
    for p in range(len(events)):
        e = events[p]
        index[start[e]] = p
        start[e] += 1


def by_key(keys, times, places, count, ak, at, ap):
    """A list of places, ascending, as columns in order of (key, place); count: zeros, two more than there are keys.

    Places without a key (-1) are left out: the columns are as long as the rest.
    """
    for i in range(len(places)):
        k = keys[places[i]]
        if k >= 0:
            count[k + 1] += 1
    for k in range(1, len(count)):
        count[k] += count[k - 1]
    for i in range(len(places)):
        k = keys[places[i]]
        if k >= 0:
            n = count[k]
            count[k] = n + 1
            ak[n] = k
            at[n] = times[places[i]]
            ap[n] = places[i]


def ties(keys, times, newest_place, found) -> int:
    """How many places share key and instant with one before them; found: pairs (place, that one), as far as there is room.

    Places are in order of time. newest_place: -1 for each key.
    """
    n = 0
    begin = 0
    for p in range(len(keys)):
        if p > 0 and times[p] != times[p - 1]:
            begin = p
        k = keys[p]
        if k < 0 or (begin == p and (p + 1 == len(keys) or times[p + 1] != times[p])):
            continue
        before = newest_place[k]
        if before >= begin:
            if 2 * n + 1 < len(found):
                found[2 * n] = p
                found[2 * n + 1] = before
            n += 1
        newest_place[k] = p
    return n
