"""Loops of the rules that judge an event by what is already there: guard, consistency, count."""

# ruff: noqa: ANN001, ANN201
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from keptword.columnar.columns import BROKEN, HIGH, KEPT, NONE, OPEN


def inside(ak, at, ap, sk, st, sp, until, flag):
    """Mark each A that lies in a stretch which it does not open itself (stretches of a key are disjoint)."""
    hi = lo = 0
    key = -1
    for i in range(len(ak)):
        if ak[i] != key:
            key = ak[i]
            while hi < len(sk) and sk[hi] < key:
                hi += 1
            lo = hi
        while hi < len(sk) and sk[hi] == key and st[hi] <= at[i]:
            hi += 1
        flag[i] = 1 if hi > lo and at[i] <= until[hi - 1] and sp[hi - 1] != ap[i] else 0


def spanned(ak, at, ap, ek, et, ep, last, high, found):
    """The latest event at or before A whose span still holds at A.

    last: the end of each event's span (NONE: not known); high: room for one number an event.
    found: its place; -1 for none; -2 - j when the span of the j-th event in the list had to be known and is not.
    """
    for j in range(len(ek)):
        high[j] = HIGH if last[j] == NONE else last[j]
        if j > 0 and ek[j - 1] == ek[j] and high[j - 1] > high[j]:
            high[j] = high[j - 1]
    hi = lo = 0
    key = -1
    for i in range(len(ak)):
        if ak[i] != key:
            key = ak[i]
            while hi < len(ek) and ek[hi] < key:
                hi += 1
            lo = hi
        while hi < len(ek) and ek[hi] == key and et[hi] <= at[i]:
            hi += 1
        found[i] = -1
        j = hi - 1
        while j >= lo and high[j] >= at[i]:
            if ep[j] != ap[i]:
                if last[j] == NONE:
                    found[i] = -2 - j
                    break
                if last[j] >= at[i]:
                    found[i] = ep[j]
                    break
            j -= 1


def excuse(ak, at, ap, newest, oldest, bk, bt, bp, ck, ct, _cp, found):
    """The latest B from `oldest` to `newest` with no C between it and A; its place, or -1."""
    lo = hi = clo = chi = 0
    key = -1
    for i in range(len(ak)):
        if ak[i] != key:
            key = ak[i]
            while hi < len(bk) and bk[hi] < key:
                hi += 1
            lo = hi
            while hi < len(bk) and bk[hi] == key:
                hi += 1
            while chi < len(ck) and ck[chi] < key:
                chi += 1
            clo = chi
            while chi < len(ck) and ck[chi] == key:
                chi += 1
        found[i] = -1
        if newest[i] == NONE:
            continue
        x = lo
        y = hi
        while x < y:
            m = (x + y) // 2
            if bt[m] <= newest[i]:
                x = m + 1
            else:
                y = m
        b = x - 1
        if b >= lo and bp[b] == ap[i]:
            b -= 1
        if b < lo or bt[b] < oldest[i]:
            continue
        x = clo
        y = chi
        while x < y:
            m = (x + y) // 2
            if ct[m] < at[i]:
                x = m + 1
            else:
                y = m
        if x > clo and ct[x - 1] > bt[b]:
            continue
        found[i] = bp[b]


def agree(ak, ap, said, bk, bp, so, verdict, done, other):
    """Consistency: the value of each A equals that of the first B of its key.

    said, so: the values as whole numbers, equal when the values are; both lists hold only events that have one.
    """
    hi = 0
    for i in range(len(ak)):
        while hi < len(bk) and bk[hi] < ak[i]:
            hi += 1
        if hi >= len(bk) or bk[hi] != ak[i]:
            verdict[i] = OPEN
            continue
        done[i] = ap[i]
        other[i] = bp[hi]
        verdict[i] = KEPT if said[i] == so[hi] else BROKEN


def windows(ak, at, last, size):
    """Count: how many of the list up to each A lie in the window that ends with it.

    last: until when each counts (NONE: not known). size: -1 - j when the window of the j-th had to be known and is not.
    """
    lo = first = 0
    unknown = -1
    steady = True
    key = -1
    for i in range(len(ak)):
        if ak[i] != key:
            key = ak[i]
            lo = first = i
            unknown = -1
            steady = True
        if unknown < 0 and last[i] == NONE:
            unknown = i
        if unknown >= 0:
            size[i] = -1 - unknown
            continue
        if i > first and last[i] < last[i - 1]:
            steady = False  # a longer window may begin before a shorter one: months and working days
        if steady:
            while lo <= i and last[lo] < at[i]:
                lo += 1
            size[i] = i - lo + 1
        else:
            n = 0
            for j in range(first, i + 1):
                if last[j] >= at[i]:
                    n += 1
            size[i] = n
