"""Rules that judge an event by what is already there, as columns: guard, consistency, count and wording."""

from __future__ import annotations

from dataclasses import replace

from keptword.columnar.answering import marks, owed_by
from keptword.columnar.columns import (
    BROKEN,
    FLAG,
    HIGH,
    KEPT,
    LEFT_OUT,
    NONE,
    PLACE,
    REVIEW,
    UNKNOWN,
    Ints,
    filled,
    take,
)
from keptword.columnar.compiled import kernel
from keptword.columnar.deadlines import Ends, Reckoner, stretched
from keptword.columnar.kernels import judging as loops
from keptword.columnar.layout import Lane, Layout, part
from keptword.columnar.owed import Owed
from keptword.columnar.table import Table
from keptword.obligation import Span
from keptword.plan import ConsistencyPlan, CountPlan, Excuse, GuardPlan, Plan, WordingPlan
from keptword.spec.comparing import text_of
from keptword.words import Words, terms_used

_OUTCOMES = {"kept": KEPT, "broken": BROKEN, "review": REVIEW}


def _at_once(table: Table, plan: Plan, asked: Lane, as_of: int) -> Owed:
    """Obligations that are decided by the opening event, at its own time."""
    skip = marks(table, plan, asked)
    n = len(asked.places)
    owed = owed_by(
        plan, table, as_of, asked.places, Ends(asked.times, asked.times, filled(n, 0, table.big, FLAG), skip)
    )
    owed.done = asked.places.copy()
    return owed


def _keep(owed: Owed, kept: Ints) -> None:
    """The verdicts of what is not left out: kept or broken."""
    if owed.layout.big:
        import numpy as np

        owed.verdict = np.where(owed.verdict == LEFT_OUT, LEFT_OUT, np.where(kept, KEPT, BROKEN)).astype(FLAG)
    else:
        owed.verdict = [
            LEFT_OUT if v == LEFT_OUT else KEPT if yes else BROKEN
            for v, yes in zip(owed.verdict, kept, strict=True)
        ]


def guard(table: Table, plan: Plan, body: GuardPlan, as_of: int) -> Owed:
    """Never A, unless …"""
    layout, big = table.layout(plan), table.big
    asked = layout.all(body.never, plan.applies)
    n = len(asked.places)
    owed = _at_once(table, plan, asked, as_of)
    clock = Reckoner(plan, table, layout)
    allowed = filled(n, 0, big, FLAG)
    if body.start is not None:
        flag = filled(n, 0, big, FLAG)
        begun, until = stretched(layout, layout.all(body.start), body.end, HIGH)
        kernel(loops.inside, big)(*asked, *begun, until, flag)
        allowed = 1 - flag if big else [1 - f for f in flag]
    since = filled(n, -1, big, PLACE)
    unknown: dict[int, str] = {}
    if body.after is not None:
        before = layout.all(body.after)
        last, lost = clock.after(before.times, body.span)
        kernel(loops.spanned, big)(*asked, *before, last, filled(len(before.places), 0, big), since)
        unknown = {int(i): lost[int(-2 - since[i])] for i in _below(since, -1, big)} if lost else {}
        allowed = (
            allowed | (since == -1)
            if big
            else [int(a or s == -1) for a, s in zip(allowed, since, strict=True)]
        )
    excuse = filled(n, -1, big, PLACE)
    for wish in body.unless:
        found, lost = _excuse(clock, wish, asked)
        if big:
            excuse[excuse == -1] = found[excuse == -1]
        else:
            excuse = [e if e != -1 else f for e, f in zip(excuse, found, strict=True)]
        for i, why in lost.items():
            if excuse[i] == -1:
                unknown.setdefault(i, why)
    _keep(
        owed,
        (allowed == 1) | (excuse >= 0)
        if big
        else [a or e >= 0 for a, e in zip(allowed, excuse, strict=True)],
    )
    owed.other = _evidence(owed, since, excuse, big)
    for i, why in unknown.items():
        if owed.verdict[i] != LEFT_OUT:
            owed.verdict[i], owed.done[i], owed.why[i] = UNKNOWN, -1, why
    return owed


def _below(column: Ints, bound: int, big: bool) -> Ints:
    return (column < bound).nonzero()[0] if big else [i for i, v in enumerate(column) if v < bound]


def _evidence(owed: Owed, since: Ints, excuse: Ints, big: bool) -> Ints:
    """What excused an act that is kept; after what a broken one came."""
    if big:
        import numpy as np

        return np.where(owed.verdict == KEPT, excuse, since)
    return [e if v == KEPT else s for v, e, s in zip(owed.verdict, excuse, since, strict=True)]


def _excuse(clock: Reckoner, wish: Excuse, asked: Lane) -> tuple[Ints, dict[int, str]]:
    """Places of the events that allow each A by one excuse, or -1; and where that cannot be known."""
    layout, big = clock.layout, clock.layout.big
    newest, lost = clock.before(asked.times, wish.at_least)
    oldest, more = clock.before(asked.times, wish.at_most, NONE)
    unknown = {**more, **lost}
    found = filled(len(asked.places), -1, big, PLACE)
    if unknown:
        newest = newest.copy()
        for i in unknown:
            newest[i] = NONE
    kernel(loops.excuse, big)(*asked, newest, oldest, *layout.all(wish.seen), *layout.all(wish.cured), found)
    return found, unknown


def consistency(table: Table, plan: Plan, body: ConsistencyPlan, as_of: int, words: Words) -> Owed:
    """What is said agrees with what is so."""
    layout, big = table.layout(plan), table.big
    asked, truths = layout.all(body.of, plan.applies), layout.all(body.against)
    n = len(asked.places)
    if body.terms:
        said, so = _terms(layout, asked, body, words), _terms(layout, truths, body, words)
        so[:] = [v if v < SEVERAL else -1 for v in so]
    else:
        # One call for both lists: equal values have equal numbers only within a call.
        rows = (
            [*layout.rows_at(asked.places), *layout.rows_at(truths.places)]
            if not big
            else _joined(layout, asked, truths)
        )
        values = table.texts(body.field, rows, folded)
        said, so = values[:n], values[n:]
    keep, there = _from(said, 0, big), _from(so, 0, big)
    asked, said, truths, so = part(asked, keep), take(said, keep), part(truths, there), take(so, there)
    force = marks(table, plan, asked)
    zeros = filled(len(keep), 0, big, FLAG)
    owed = owed_by(plan, table, as_of, asked.places, Ends(asked.times, asked.times, zeros, zeros))
    kernel(loops.agree, big)(
        asked.keys, asked.places, said, truths.keys, truths.places, so, owed.verdict, owed.done, owed.other
    )
    for i in _from(said, SEVERAL, big) if body.terms else ():
        owed.verdict[i], owed.done[i], owed.other[i] = BROKEN, owed.places[i], -1
    for i in _from(force, 1, big):
        owed.verdict[i] = LEFT_OUT

    def reason(i: int) -> str:
        if body.terms and said[i] >= SEVERAL:
            return f"uses {terms_used(words, layout.at(int(owed.places[i])), body.terms)} side by side"
        if body.terms:
            other = layout.at(int(owed.other[i]))
            return f"said '{body.terms[said[i]]}', but it is '{terms_used(words, other, body.terms)}'"
        told, true = (_text(layout.at(int(p[i])).get(body.field)) for p in (owed.places, owed.other))
        return f"said '{told}', but it is '{true}'"

    owed.reason = reason
    return owed


SEVERAL = 1_000_000  # the number of a message that uses several terms side by side


def _terms(layout: Layout, lane: Lane, body: ConsistencyPlan, words: Words) -> Ints:
    """The number of the term that each message uses; -1 for none."""
    layout.load(layout.rows_at(lane.places))
    numbers = {name: n for n, name in enumerate(body.terms)}
    out = filled(len(lane.places), -1, layout.big, PLACE)
    for i, place in enumerate(lane.places):
        used = terms_used(words, layout.at(int(place)), body.terms)
        if used is not None:
            out[i] = numbers.get(used, SEVERAL)
    return out


def _joined(layout: Layout, *lanes: Lane) -> Ints:
    import numpy as np

    return np.concatenate([layout.rows_at(lane.places) for lane in lanes])


def _from(column: Ints, least: int, big: bool) -> Ints:
    return (column >= least).nonzero()[0] if big else [i for i, v in enumerate(column) if v >= least]


def folded(text: str) -> str:
    """Without case and space, which do not make a different statement."""
    return "".join(text.casefold().split())


def _text(value: object) -> str:
    return "" if value is None or isinstance(value, tuple) else text_of(value)  # type: ignore[arg-type]


def count(table: Table, plan: Plan, body: CountPlan, as_of: int) -> Owed:
    """At most n A in any window L, or in the key."""
    layout, big = table.layout(plan), table.big
    asked = layout.all(body.of, plan.applies)
    owed = _at_once(table, plan, asked, as_of)
    last, lost = Reckoner(plan, table, layout).after(asked.times, body.within)
    size = filled(len(asked.places), 0, big, PLACE)
    kernel(loops.windows, big)(asked.keys, asked.times, last, size)
    _keep(owed, size <= body.at_most if big else [s <= body.at_most for s in size])
    for i in _below(size, 0, big) if lost else ():
        if owed.verdict[i] != LEFT_OUT:
            owed.verdict[i], owed.done[i], owed.why[int(i)] = UNKNOWN, -1, lost[int(-1 - size[i])]

    def tail(i: int) -> tuple[str, ...]:
        """The last n + 1 of the window, the one that broke it included."""
        out: list[str] = []
        j = i
        while j >= 0 and asked.keys[j] == asked.keys[i] and len(out) <= body.at_most:
            if last[j] >= asked.times[i]:
                out.append(layout.at(int(asked.places[j])).id)
            j -= 1
        return tuple(reversed(out))

    span = f"in {body.within}" if body.within is not None else "in all"
    owed.tail = tail
    owed.reason = lambda i: f"{size[i]} {span}, at most {body.at_most} allowed"
    return owed


def wording(table: Table, plan: Plan, body: WordingPlan, as_of: int, words: Words) -> Owed:
    """What a message says and how: one obligation a message and check, each distinct text looked at once."""
    layout, big = table.layout(plan), table.big
    asked = layout.all(body.of, plan.applies)
    checks = [("require", e) for e in body.require] + [("forbid", e) for e in body.forbid]
    rows = [(i, check) for i, skip in enumerate(marks(table, plan, asked)) if skip == 0 for check in checks]
    which = filled(len(rows), 0, big, PLACE)
    which[:] = [i for i, _ in rows]
    own = part(asked, which)
    owed = replace(_at_once(table, plan, own, as_of), verdict=filled(len(rows), KEPT, big, FLAG))
    for n, (_, (mode, element)) in enumerate(rows):
        event = layout.at(int(own.places[n]))
        customer = event.get("customer_lang")
        result = words.check(
            event,
            element,
            "require" if mode == "require" else "forbid",
            customer if isinstance(customer, str) else None,
        )
        owed.part[n] = f"{mode}:{element}"
        if result is None:
            owed.verdict[n], owed.done[n], owed.why[n] = UNKNOWN, -1, "the message has no text"
            continue
        owed.verdict[n] = _OUTCOMES[result.outcome]
        owed.why[n] = result.why
        owed.spans[n] = tuple(Span(event.id, h.start, h.end, h.text) for h in result.spans)
    return owed
