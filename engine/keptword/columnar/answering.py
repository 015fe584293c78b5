"""Rules that wait for an answer, as columns: response, cadence and promise."""

from __future__ import annotations

from keptword.clock import CalendarUnknown, Deadline, deadline
from keptword.columnar.carrying import carried, ran
from keptword.columnar.columns import (
    FLAG,
    HIGH,
    INSTANT,
    LEFT_OUT,
    NONE,
    PLACE,
    VOID,
    Ints,
    filled,
    room,
    take,
)
from keptword.columnar.compiled import kernel
from keptword.columnar.deadlines import Ends, Reckoner, blank, length, safe, stretch_ends
from keptword.columnar.grid import grid
from keptword.columnar.kernels import answering as loops
from keptword.columnar.layout import Lane, part
from keptword.columnar.owed import Owed
from keptword.columnar.stepping import stepped_ends
from keptword.columnar.table import Table
from keptword.limits import Limit
from keptword.plan import CadencePlan, Plan, PromisePlan, ResponsePlan
from keptword.words import Words


def marks(table: Table, plan: Plan, lane: Lane) -> Ints:
    """Entries to be left out because the rule was not in force."""
    skip = filled(len(lane.places), 0, table.big, FLAG)
    force = table.in_force(plan, lane.times)
    if force is None:
        return skip
    if table.big:
        skip[force == 0] = LEFT_OUT
        return skip
    return [0 if yes else LEFT_OUT for yes in force]


def respond(table: Table, plan: Plan, body: ResponsePlan, as_of: int) -> Owed:
    """After A, expect B within L."""
    layout, big = table.layout(plan), table.big
    asked, answers, cancels = (
        layout.all(body.after, plan.applies),
        layout.all(body.expect),
        layout.all(body.cancel),
    )
    n = len(asked.places)
    skip = marks(table, plan, asked)
    if body.each == "first":
        for i in _repeated(asked.keys, big):
            skip[i] = LEFT_OUT
    elif body.each == "unanswered":
        wait = filled(n, 0, big, FLAG)
        kernel(loops.waiting, big)(asked.keys, asked.times, answers.keys, answers.times, wait)
        for i in _true(wait) if not big else wait.nonzero()[0]:
            skip[i] = LEFT_OUT
    clock = Reckoner(plan, table, layout)
    if body.carry or plan.clocks is not None:
        return carried(clock, body, asked, skip, answers, cancels, as_of)
    ends = clock.ends(body.within, asked, asked.times, skip)
    opens, lost = clock.before(asked.times, body.lookback)
    for i, why in lost.items():
        ends.unknown(i, why)
    owed = owed_by(plan, table, as_of, asked.places, ends)
    kernel(loops.respond, big)(
        *asked,
        skip,
        opens,
        ends.last,
        *answers,
        *cancels,
        body.times,
        as_of,
        owed.verdict,
        owed.done,
        owed.other,
    )
    if plan.pauses:
        owed.measure = lambda i: ran(
            owed, plan.clock, i, int(asked.times[i]), clock.pauses(int(asked.keys[i]))
        )
    return owed


def _true(flags: list[int]) -> list[int]:
    return [i for i, yes in enumerate(flags) if yes]


def _repeated(keys: Ints, big: bool) -> Ints:
    """The entries that are not the first of their key."""
    if big:
        return (keys[1:] == keys[:-1]).nonzero()[0] + 1
    return [i for i in range(1, len(keys)) if keys[i] == keys[i - 1]]


def owed_by(plan: Plan, table: Table, as_of: int, places: Ints, ends: Ends) -> Owed:
    """Obligations of which only the deadlines are known so far; loops fill in the rest where `skip` is 0."""
    n = len(places)
    verdict = ends.skip.copy()
    return Owed(
        plan,
        table.layout(plan),
        as_of,
        places,
        verdict,
        ends.at,
        ends.exclusive,
        filled(n, -1, table.big, PLACE),
        filled(n, -1, table.big, PLACE),
        why=ends.why,
    )


def cadence(
    table: Table, plan: Plan, body: CadencePlan, as_of: int, words: Words, whole: bool = True
) -> Owed:
    """While S, expect B at least every L; what is kept is only counted unless it is asked for (`whole`)."""
    layout, big = table.layout(plan), table.big
    begun, stop, until = stretch_ends(layout, layout.all(body.start, plan.applies), body.end, HIGH)
    skip = marks(table, plan, begun)
    for choice in (body.every, body.first) if body.first is not None else (body.every,):
        for at, limit in table.choices(choice, layout.rows_at(begun.places), plan.zone):
            if limit is None:
                for i in at:
                    skip[i] = LEFT_OUT
    keep = (skip == 0).nonzero()[0] if big else [i for i, s in enumerate(skip) if s == 0]
    begun, stop, until = part(begun, keep), take(stop, keep), take(until, keep)
    answers = layout.all(body.expect)
    clock = Reckoner(plan, table, layout)
    if body.grid:
        return grid(clock, body, begun, stop, until, answers, as_of)
    plain = _one_length(clock, body, begun)
    if plain is not None:
        return _silent(clock, begun, stop, until, answers, plain, as_of, whole)
    most = len(begun.places) + len(answers.places)
    stretch, place, done = (room(most, big, PLACE) for _ in range(3))
    time, first = room(most, big), room(most, big, FLAG)
    n = kernel(loops.points, big)(*begun, until, *answers, stretch, place, time, first, done)
    stretch, place, time, first, done = stretch[:n], place[:n], time[:n], first[:n], done[:n]
    opening = part(begun, stretch)
    ends = (
        stepped_ends(clock, body, begun, until, stretch, place, time, done)
        if body.then
        else _cadence_ends(clock, body, opening, place, time, first)
    )
    if body.stated is not None:
        _stated(clock, body, body.stated, ends, place, time, first, words)
    owed = owed_by(plan, table, as_of, place, ends)
    owed.done = done
    stops = take(stop, stretch)
    kernel(loops.silences, big)(
        done,
        _times_at(layout.times, done, big),
        ends.last,
        ends.skip,
        stops,
        _times_at(layout.times, stops, big),
        as_of,
        owed.verdict,
        owed.other,
    )
    return owed


def _one_length(clock: Reckoner, body: CadencePlan, begun: Lane) -> int | None:
    """The limit, where it is one length of time for all; None where it is not."""
    limit, plan = body.every, clock.plan
    if (
        body.first is not None
        or body.stated is not None
        or body.then
        or plan.pauses
        or not isinstance(limit, Limit)
    ):
        return None
    found = length(limit, plan.clock)
    return found if found is not None and safe(begun.times, found) else None


def _silent(
    clock: Reckoner, begun: Lane, stop: Ints, until: Ints, answers: Lane, limit: int, as_of: int, whole: bool
) -> Owed:
    """The obligations of a cadence with one limit."""
    big = clock.layout.big
    most = len(begun.places) + len(answers.places)
    place, done, other = (room(most, big, PLACE) for _ in range(3))
    due, verdict, state = room(most, big), room(most, big, FLAG), room(1, big)
    n = kernel(loops.silent, big)(
        *begun, stop, until, *answers, limit, as_of, int(whole), place, due, verdict, done, other, state
    )
    return Owed(
        clock.plan, clock.layout, as_of, place[:n], verdict[:n], due[:n], filled(n, 0, big, FLAG), done[:n], other[:n],
        more_kept=int(state[0]),
    )  # fmt: skip


def _times_at(times: Ints, places: Ints, big: bool) -> Ints:
    """The times at some places; without meaning where there is none."""
    if big:
        return times[places] if len(times) else places.astype(INSTANT)
    return [times[p] if p >= 0 else NONE for p in places]


def _cadence_ends(
    clock: Reckoner, body: CadencePlan, opening: Lane, place: Ints, time: Ints, first: Ints
) -> Ends:
    """Deadlines of the points: by the limit that the start of the stretch chooses, another for the first perhaps."""
    big = clock.layout.big
    if body.first is None:
        ends = clock.ends(body.every, opening, time, filled(len(place), 0, big, FLAG))
    else:
        ends = blank(opening, big)
        for wanted, choice in ((1, body.first), (0, body.every)):
            at = (first == wanted).nonzero()[0] if big else [i for i, f in enumerate(first) if f == wanted]
            own = clock.ends(choice, part(opening, at), take(time, at), filled(len(at), 0, big, FLAG))
            for n, i in enumerate(at):
                ends.at[i], ends.last[i], ends.exclusive[i], ends.skip[i] = (
                    own.at[n],
                    own.last[n],
                    own.exclusive[n],
                    own.skip[n],
                )
                if n in own.why:
                    ends.why[int(i)] = own.why[n]
    return ends


def _stated(
    clock: Reckoner,
    body: CadencePlan,
    name: str,
    ends: Ends,
    place: Ints,
    time: Ints,
    first: Ints,
    words: Words,
) -> None:
    """Where B itself said when the next one comes, that is its deadline: not in the past, and no further than allowed."""
    plan, layout = clock.plan, clock.layout
    if ends.last is ends.at:
        ends.last = ends.at.copy()
    at = [i for i in range(len(place)) if not first[i] and ends.skip[i] == 0]
    if name == "text":
        found = [words.stated(layout.at(place[i]), plan.zone, "next-update") for i in at]
        stated = [NONE if t is None else t for t in found]
    else:
        stated = clock.table.instants(name, layout.rows_at(take(place, at)), plan.zone)
    for i, t in zip(at, stated, strict=True):
        if t == NONE or t <= time[i]:
            continue
        try:
            ends.put(i, Deadline(min(int(t), deadline(int(time[i]), body.at_most, plan.clock).at)))
        except CalendarUnknown as why:
            ends.unknown(i, str(why))


def promise(table: Table, plan: Plan, body: PromisePlan, as_of: int, words: Words) -> Owed:
    """A stated time is kept."""
    layout, big = table.layout(plan), table.big
    asked = layout.all(body.of, plan.applies)
    if body.promised == "text":
        found = [words.stated(layout.at(p), plan.zone, "any") for p in asked.places]
        stated = filled(len(found), NONE, big)
        stated[:] = [NONE if t is None else t for t in found]
    else:
        stated = table.instants(body.promised, layout.rows_at(asked.places), plan.zone)
    keep = (stated != NONE).nonzero()[0] if big else [i for i, t in enumerate(stated) if t != NONE]
    asked, stated = part(asked, keep), take(stated, keep)
    n = len(keep)
    row, force = filled(n, 0, big, PLACE), marks(table, plan, asked)
    owed = owed_by(
        plan,
        table,
        as_of,
        asked.places,
        Ends(stated, stated, filled(n, 0, big, FLAG), filled(n, 0, big, FLAG)),
    )
    most = -1 if body.renewals is None else body.renewals
    kernel(loops.promises, big)(
        *asked, stated, *layout.all(body.expect), most, as_of, owed.verdict, owed.done, owed.other, row
    )
    for i in force.nonzero()[0] if big else _true(force):
        owed.verdict[i] = LEFT_OUT

    def reason(i: int) -> str:
        if owed.verdict[i] == VOID:
            return "another time was stated before this one passed"
        return (
            "the stated time was already past"
            if stated[i] < asked.times[i]
            else f"put off {row[i]} times in a row"
        )

    owed.reason = reason
    return owed
