"""Loops of the rules that wait for an answer: response, cadence, promise."""

# ruff: noqa: ANN001, ANN201
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from keptword.columnar.columns import BROKEN, HIGH, KEPT, LATE, MISSED, NONE, OPEN, VOID


def waiting(ak, at, bk, bt, skip):
    """Mark each A that waits already: another A lies between the last B before it (or the beginning) and it."""
    lo = hi = first = 0
    key = -1
    for i in range(len(ak)):
        if ak[i] != key:
            key = ak[i]
            first = i
            while hi < len(bk) and bk[hi] < key:
                hi += 1
            lo = hi
        while hi < len(bk) and bk[hi] == key and bt[hi] < at[i]:
            hi += 1
        if i > first and (hi == lo or at[i - 1] > bt[hi - 1]):
            skip[i] = 1


def respond(ak, at, ap, skip, opens, last, bk, bt, bp, ck, ct, cp, nth, as_of, verdict, done, other):
    """Response: the n-th B from `opens` on, unless a C comes first and in time."""
    lo = hi = j = chi = c = 0
    key = -1
    for i in range(len(ak)):
        if skip[i] != 0:
            continue
        if ak[i] != key:
            key = ak[i]
            while hi < len(bk) and bk[hi] < key:
                hi += 1
            lo = j = hi
            while hi < len(bk) and bk[hi] == key:
                hi += 1
            while chi < len(ck) and ck[chi] < key:
                chi += 1
            c = chi
            while chi < len(ck) and ck[chi] == key:
                chi += 1
        while j < hi and bt[j] < opens[i]:
            j += 1
        while j > lo and bt[j - 1] >= opens[i]:
            j -= 1
        left = nth
        d = j
        while d < hi:
            if bp[d] != ap[i]:
                left -= 1
                if left == 0:
                    break
            d += 1
        while c < chi and ct[c] < at[i]:
            c += 1
        stop = c + 1 if c < chi and cp[c] == ap[i] else c
        if stop < chi and ct[stop] <= last[i] and (d >= hi or ct[stop] < bt[d]):
            verdict[i] = VOID
            other[i] = cp[stop]
        elif d < hi:
            verdict[i] = KEPT if bt[d] <= last[i] else LATE
            done[i] = bp[d]
        else:
            verdict[i] = MISSED if last[i] < as_of else OPEN


def stretches(sk, st, sp, ek, et, ep, stop):
    """Stretches from a start (ignored while one runs) to the first end at or after it.

    stop: -2 for a start that is ignored, -1 for a stretch that still runs, else the place in the list of ends.
    """
    hi = e = 0
    key = -1
    until = NONE
    for i in range(len(sk)):
        if sk[i] != key:
            key = sk[i]
            until = NONE
            while hi < len(ek) and ek[hi] < key:
                hi += 1
            e = hi
            while hi < len(ek) and ek[hi] == key:
                hi += 1
        if st[i] <= until:
            stop[i] = -2
            continue
        while e < hi and et[e] < st[i]:
            e += 1
        own = e + 1 if e < hi and ep[e] == sp[i] else e
        if own < hi:
            stop[i] = own
            until = et[own]
        else:
            stop[i] = -1
            until = HIGH


def points(sk, st, sp, until, bk, bt, bp, stretch, place, time, first, done) -> int:
    """The points of cadences: each start and each B inside, with the B that follows; returns how many there are.

    until: the end of each stretch (HIGH while it runs). The results have room for every start and every B.
    """
    lo = hi = 0
    key = -1
    n = 0
    for i in range(len(sk)):
        if sk[i] != key:
            key = sk[i]
            while hi < len(bk) and bk[hi] < key:
                hi += 1
            lo = hi
            while hi < len(bk) and bk[hi] == key:
                hi += 1
        while lo < hi and bt[lo] < st[i]:
            lo += 1
        stretch[n] = i
        place[n] = sp[i]
        time[n] = st[i]
        first[n] = 1
        done[n] = -1
        n += 1
        while lo < hi and bt[lo] <= until[i]:
            if bp[lo] != sp[i]:
                done[n - 1] = bp[lo]
                stretch[n] = i
                place[n] = bp[lo]
                time[n] = bt[lo]
                first[n] = 0
                done[n] = -1
                n += 1
            lo += 1
    return n


def silences(done, done_time, last, skip, stop, stop_time, as_of, verdict, other):
    """Cadence: each silence from a point to the next B, to the end of the stretch, or to now."""
    for i in range(len(done)):
        if skip[i] != 0:
            continue
        if done[i] >= 0:
            verdict[i] = KEPT if done_time[i] <= last[i] else LATE
        elif stop[i] >= 0 and stop_time[i] <= last[i]:
            verdict[i] = VOID
            other[i] = stop[i]
        elif last[i] < as_of:
            verdict[i] = MISSED
            other[i] = stop[i]
        else:
            verdict[i] = OPEN


def promises(ak, at, ap, stated, bk, bt, bp, most, as_of, verdict, done, other, row):
    """Promise: the first B after A by the stated time, unless another time was stated before.

    most: renewals in a row that are allowed (-1: any number); row: zeros, becomes the renewals that led to each promise.
    """
    hi = b = 0
    key = -1
    n = len(ak)
    for i in range(n):
        if ak[i] != key:
            key = ak[i]
            while hi < len(bk) and bk[hi] < key:
                hi += 1
            b = hi
            while hi < len(bk) and bk[hi] == key:
                hi += 1
        while b < hi and bt[b] <= at[i]:
            b += 1
        renewed = -1
        j = i + 1
        while j < n and ak[j] == key and at[j] < stated[i] and (b >= hi or bt[b] > at[j]):
            if at[j] > at[i] and stated[j] != stated[i] and stated[j] >= at[j]:
                renewed = j
                break
            j += 1
        if renewed >= 0 and row[renewed] < row[i] + 1:
            row[renewed] = row[i] + 1
        if stated[i] < at[i] or 0 <= most < row[i]:
            verdict[i] = BROKEN
            done[i] = ap[i]
        elif renewed >= 0:
            verdict[i] = VOID
            other[i] = ap[renewed]
        elif b < hi:
            verdict[i] = KEPT if bt[b] <= stated[i] else LATE
            done[i] = bp[b]
        else:
            verdict[i] = MISSED if stated[i] < as_of else OPEN


def silent(
    sk, st, sp, stop, until, bk, bt, bp, length, as_of, whole, place, due, verdict, done, other, state
) -> int:
    """Cadence with one limit for all: `points` and `silences` at once; returns how many obligations are written.

    stop, until: of each stretch, the place of its end (-1: it runs) and the instant of that. whole: 1 to write every
    obligation, 0 to leave out those that are kept and only count them, in state[0].
    """
    lo = hi = 0
    key = -1
    n = 0
    kept = 0
    for i in range(len(sk)):
        if sk[i] != key:
            key = sk[i]
            while hi < len(bk) and bk[hi] < key:
                hi += 1
            lo = hi
            while hi < len(bk) and bk[hi] == key:
                hi += 1
        while lo < hi and bt[lo] < st[i]:
            lo += 1
        point = sp[i]
        last = st[i] + length
        while True:
            while lo < hi and bp[lo] == sp[i]:
                lo += 1
            if lo < hi and bt[lo] <= until[i]:
                if bt[lo] <= last and whole == 0:
                    kept += 1
                else:
                    place[n] = point
                    due[n] = last
                    verdict[n] = KEPT if bt[lo] <= last else LATE
                    done[n] = bp[lo]
                    other[n] = -1
                    n += 1
                point = bp[lo]
                last = bt[lo] + length
                lo += 1
                continue
            place[n] = point
            due[n] = last
            done[n] = -1
            other[n] = -1
            if stop[i] >= 0 and until[i] <= last:
                verdict[n] = VOID
                other[n] = stop[i]
            elif last < as_of:
                verdict[n] = MISSED
                other[n] = stop[i]
            else:
                verdict[n] = OPEN
            n += 1
            break
    state[0] = kept
    return n
