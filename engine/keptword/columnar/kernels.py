"""One plain loop for each kind of rule, over lists sorted by (key, time); run as Python or compiled, the source is one.

A list of events comes as three columns: keys (whole numbers, ascending), times (microseconds, ascending within a key)
and places (what the event is called in its layout: the same event has the same place in every list). A loop goes through
its lists once, side by side. `k`, `t`, `p` stand for the three columns; `a` for the opening events, `b` for what is
expected. Only whole numbers, `len` and indexing are used, so that lists and arrays do equally. Results are written into
columns as long as the first list.
"""

# ruff: noqa: ANN001, ANN201
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

KEPT, LATE, MISSED, EARLY, BROKEN, OPEN, VOID = 0, 1, 2, 3, 4, 5, 6
NONE = -(2**63) + 1
HIGH = 2**62 + 1  # later than a deadline that does not come


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


def respond(ak, at, ap, skip, opens, last, bk, bt, bp, ck, ct, cp, times, as_of, verdict, done, other):
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
        left = times
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


def points(sk, st, sp, until, bk, bt, bp, stretch, place, time, first, done):
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


def moved(group, at, moment, last, following, later):
    """Changes that a later announcement moved in time: the first later one of the group with another moment, not after `last`.

    The list is in order of (group, time); following: room for one number an entry; later: the place in this list, or -1.
    """
    n = len(group)
    for i in range(n - 1, -1, -1):
        following[i] = -1
        if i + 1 < n and group[i + 1] == group[i]:
            following[i] = i + 1 if moment[i + 1] != moment[i] else following[i + 1]
    j = 0
    for i in range(n):
        while j < n and (group[j] < group[i] or (group[j] == group[i] and at[j] <= at[i])):
            j += 1
        found = j if j < n and group[j] == group[i] else -1
        if found >= 0 and moment[found] == moment[i]:
            found = following[found]
        later[i] = found if found >= 0 and at[found] <= last[i] and last[i] != NONE else -1


def ladder(order, ak, moment, alive, node, before, count, value):
    """The distinct moments of the changes that count, key by key and ascending; `order` sorts the list so."""
    n = -1
    key = -1
    for i in order:
        if alive[i] == 0:
            continue
        if ak[i] != key or value[n] != moment[i]:
            n += 1
            before[n] = n - 1 if ak[i] == key else -1
            value[n] = moment[i]
            count[n] = 0
            key = ak[i]
        count[n] += 1
        node[i] = n


def earlier_moments(ak, at, alive, node, before, count, value, previous):
    """For each change, the greatest moment below its own among the changes announced not later than it.

    alive: whether a change counts; node: its place in the list of the distinct moments of its key, ascending;
    before: for each of those the one below it, or -1; count: how many changes that count have it; value: the moment.
    Changes are taken away from the latest on, and a moment that nothing has any more leaves the chain of `before`.
    previous: NONE where there is no such moment.
    """
    i = len(ak) - 1
    while i >= 0:
        j = i
        while j >= 0 and ak[j] == ak[i] and at[j] == at[i]:
            if alive[j] != 0:
                below = before[node[j]]
                while below >= 0 and count[below] == 0:
                    below = before[below]
                before[node[j]] = below
                previous[j] = value[below] if below >= 0 else NONE
            j -= 1
        for g in range(j + 1, i + 1):
            if alive[g] != 0:
                count[node[g]] -= 1
        i = j


def announce(ak, _at, ap, skip, moment, opens, strict, last, previous, bk, bt, bp, as_of, verdict, done):
    """Notice: a B after `previous`, from `opens` to `last`; else one before the window; else one up to the moment."""
    lo = hi = 0
    key = -1
    for i in range(len(ak)):
        if skip[i] != 0:
            continue
        if ak[i] != key:
            key = ak[i]
            while hi < len(bk) and bk[hi] < key:
                hi += 1
            lo = hi
            while hi < len(bk) and bk[hi] == key:
                hi += 1
        x = lo
        y = hi
        while x < y:  # the first B after the previous change
            m = (x + y) // 2
            if bt[m] <= previous[i]:
                x = m + 1
            else:
                y = m
        useful = x
        y = hi
        while x < y:
            m = (x + y) // 2
            if bt[m] < opens[i]:
                x = m + 1
            else:
                y = m
        good = x + 1 if x < hi and bp[x] == ap[i] else x
        if good < hi and bt[good] <= last[i]:
            verdict[i] = KEPT if bt[good] <= strict[i] else 9
            done[i] = bp[good]
            continue
        if last[i] >= as_of:
            verdict[i] = OPEN
            continue
        early = useful + 1 if useful < hi and bp[useful] == ap[i] else useful
        if early < hi and bt[early] < opens[i]:
            verdict[i] = EARLY
            done[i] = bp[early]
            continue
        x = useful
        y = hi
        while x < y:
            m = (x + y) // 2
            if bt[m] <= last[i]:
                x = m + 1
            else:
                y = m
        late = x + 1 if x < hi and bp[x] == ap[i] else x
        if late < hi and bt[late] <= moment[i]:
            verdict[i] = LATE
            done[i] = bp[late]
        else:
            verdict[i] = MISSED


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


def since(ak, at, ap, ek, et, ep, last, high, found):
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
