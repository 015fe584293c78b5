"""Loops of the notices: what moved, what came before, whether it was said in time."""

# ruff: noqa: ANN001, ANN201
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from keptword.columnar.columns import BORDERLINE, EARLY, KEPT, LATE, MISSED, NONE, OPEN


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
            verdict[i] = KEPT if bt[good] <= strict[i] else BORDERLINE
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
