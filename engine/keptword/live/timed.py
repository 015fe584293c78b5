"""What duties with a deadline come to be: response, cadence, notice and promise, tracked for one key."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import partial

from keptword.clock import CalendarUnknown, Clock, Deadline, before, deadline, running
from keptword.events import Event
from keptword.limits import Limit
from keptword.live.candidate import Candidate
from keptword.live.slot import View
from keptword.plan import (
    CadencePlan,
    Match,
    NoticePlan,
    PromisePlan,
    Reckoned,
    ResponsePlan,
    Undecidable,
    begun_steps,
    changing_due,
    choose,
    clock_of,
    due,
    lead_deadlines,
    stepped,
)
from keptword.schedules import Schedule
from keptword.spec.comparing import text_of


def response(view: View, body: ResponsePlan) -> Iterator[Candidate]:
    """After A, B within L: the n-th B from A (or its look-back) on, and a cancelling event in [A, due]."""
    answers, cancels = view.all(body.expect), view.all(body.cancel)
    times = [b.time for b in answers]
    changes = view.all(view.plan.clocks.changed) if view.plan.clocks is not None else []
    waiting_since: int | None = None  # the last A
    used: list[tuple[int, int]] = []  # stretches in which something waited, for `carry`
    for number, a in enumerate(view.openers(body.after)):
        previous, waiting_since = waiting_since, a.time
        if body.each == "first" and number > 0:
            return
        if (
            body.each == "unanswered"
            and previous is not None
            and not _answered_between(answers, times, previous, a)
        ):
            continue
        limit = choose(body.within, a, view.plan.zone)
        clock = clock_of(view.plan, a, changes)
        if limit is None or clock is None or not view.plan.in_force(a.time):
            continue
        begins, pauses = a.time, view.pauses
        if body.carry and used:
            # The clock began with the first A and stood still whenever nothing waited.
            begins, pauses = used[0][0], [*view.pauses, *_gaps(used, a.time)]
        try:
            opens = a.time if body.lookback is None else before(a.time, body.lookback, clock)
            found = [b for b in answers[bisect_left(times, opens) :][: body.times + 1] if b is not a]
            done = found[body.times - 1] if len(found) >= body.times else None
            reckon = partial(_due_by, view, limit, begins, a, pauses)
            end, clock = changing_due(
                view.plan, clock, reckon, a, changes, done.time if done is not None else None
            )
            if body.carry and end.at < a.time:
                end = Deadline(a.time)  # used up before: due at once, never in the past
        except (Undecidable, CalendarUnknown) as why:
            yield Candidate(a, a.time, None, doubt="unknown", why=str(why))
            continue
        cancel = next((c for c in cancels if a.time <= c.time and c is not a), None)
        stops = [
            e.time
            for e in (done, cancel if cancel is not None and cancel.time <= end.last else None)
            if e is not None
        ]
        until = min(stops, default=None)
        if body.carry:
            used = _joined([*used, (a.time, max(view.now if until is None else until, a.time))])
        yield Candidate(
            a, a.time, end, done=done, ended=cancel, ended_why=f"{cancel.event} came first" if cancel else "",
            measure=partial(_measured, clock, begins, until, pauses) if pauses or isinstance(clock.calendar, Schedule) else None,
        )  # fmt: skip


def _due_by(
    view: View, limit: Reckoned, begins: int, a: Event, pauses: list[tuple[int, int]], clock: Clock
) -> Deadline:
    return due(limit, begins, a, clock, pauses, lambda match: view.latest(match, a))


def _measured(
    clock: Clock, begins: int, until: int | None, pauses: list[tuple[int, int]], now: int
) -> tuple[tuple[int, int], ...]:
    """The spans over which a clock ran from `begins` on, until what it waited for, or until now."""
    try:
        return running(begins, max(now if until is None else until, begins), clock, pauses)
    except CalendarUnknown:
        return ()


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping and touching spans made one, in order."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            start, past = out.pop()
            end = max(end, past)
        out.append((start, end))
    return out


def _gaps(used: list[tuple[int, int]], until: int) -> list[tuple[int, int]]:
    """What lies between spans, up to an instant."""
    starts = [*(start for start, _ in used[1:]), until]
    return [(end, start) for (_, end), start in zip(used, starts, strict=True) if end < start]


def _answered_between(answers: list[Event], times: list[int], previous: int, a: Event) -> bool:
    """Whether the A before this one was answered: a B at or after it, and before this one."""
    last = next((b for b in reversed(answers[: bisect_left(times, a.time)]) if b is not a), None)
    return last is not None and previous <= last.time


def _due(view: View, limit: Reckoned, start: int, opening: Event) -> Deadline:
    return due(limit, start, opening, view.plan.clock, view.pauses, lambda match: view.latest(match, opening))


def cadence(view: View, body: CadencePlan) -> Iterator[Candidate]:
    """While S, B at least every L: one duty from each point to the next, or one for each window of a grid."""
    answers = view.all(body.expect)
    for start, stop in view.stretches(view.openers(body.start), body.end):
        every = choose(body.every, start, view.plan.zone)
        first = every if body.first is None else choose(body.first, start, view.plan.zone)
        if every is None or first is None or not view.plan.in_force(start.time):
            continue
        inside = [
            b
            for b in answers
            if b is not start and start.time <= b.time and (stop is None or b.time <= stop.time)
        ]
        if body.grid:
            yield from _grid(view, every, first if body.first is not None else None, start, stop, inside)
            continue
        for number, (point, done) in enumerate(zip([start, *inside], [*inside, None], strict=True)):
            try:
                steps = (
                    begun_steps(view.plan, body, start, view.pauses, partial(_inside, view, start, stop))
                    if body.then
                    else []
                )
                end = stepped(
                    every if number else first, steps, point.time, done.time if done is not None else None,
                    partial(_from, view, start),
                )  # fmt: skip
                if number and body.stated is not None:
                    end = _stated(view, body, point, end)
            except (Undecidable, CalendarUnknown) as why:
                yield Candidate(point, point.time, None, done=done, doubt="unknown", why=str(why))
                continue
            yield Candidate(
                point, point.time, end, done=done, ended=stop, stop=stop, cadence=True,
                ended_why=f"{stop.event} came first" if stop else "",
            )  # fmt: skip


def _from(view: View, opening: Event, limit: Reckoned, start: int) -> Deadline:
    return _due(view, limit, start, opening)


def _inside(view: View, start: Event, stop: Event | None, match: Match) -> list[int]:
    """The instants of the events that match in a stretch, its start left out."""
    return [
        e.time
        for e in view.all(match)
        if e is not start and start.time <= e.time and (stop is None or e.time <= stop.time)
    ]


def still_running(view: View, body: CadencePlan) -> bool:
    """Whether a stretch has not ended: then later starts do not count, even if it has no duties itself."""
    return any(stop is None for _, stop in view.stretches(view.openers(body.start), body.end))


def _stated(view: View, body: CadencePlan, point: Event, end: Deadline) -> Deadline:
    name = body.stated or ""
    stated = (
        view.words.stated(point, view.plan.zone, "next-update")
        if name == "text"
        else view.moment(point, name)
    )
    if stated is None or stated <= point.time:
        return end
    return Deadline(min(stated, deadline(point.time, body.at_most, view.plan.clock).at))


def _grid(
    view: View, every: Reckoned, first: Reckoned | None, start: Event, stop: Event | None, inside: list[Event]
) -> Iterator[Candidate]:
    upto = view.now if stop is None else stop.time
    opened = origin = start.time
    number = 0
    while number == 0 or opened < upto:
        number += 1
        try:
            if first is not None and number == 1:
                end = _due(view, first, start.time, start)
                origin = end.at
            else:
                assert isinstance(every, Limit)  # plans refuse a grid whose limit is not one length of time
                end = deadline(
                    origin, every.times(number if first is None else number - 1), view.plan.clock, view.pauses
                )
        except (Undecidable, CalendarUnknown) as why:
            yield Candidate(start, start.time, None, part=str(number), doubt="unknown", why=str(why))
            return
        done = next((b for b in inside if opened < b.time <= end.last), None)
        later = next((b for b in inside if b.time > end.last), None)
        yield Candidate(
            start, opened, end, part=str(number), done=done, ended=stop, stop=later or stop, ended_why=f"{stop.event} came first" if stop else "",
        )  # fmt: skip
        if end.at <= opened:
            return
        opened = end.last


def notice(view: View, body: NoticePlan) -> Iterator[Candidate]:
    """Before M, B at least L ahead: B after the previous M, in the window, before the deadline, or before M."""
    answers = view.all(body.expect)
    changes = [(a, view.moment(a, body.moment)) for a in view.openers(body.before)]
    moved = dict(_moved(view, body, changes))
    for a, moment in changes:
        limit = choose(body.ahead, a, view.plan.zone)
        if limit is None or not view.plan.in_force(a.time):
            continue
        if moment is None:
            yield Candidate(a, a.time, None, doubt="unknown", why=f"no time in the field '{body.moment}'")
            continue
        assert isinstance(limit, Limit)  # plans refuse a lead time that is not one length of time
        try:
            strict, lenient = lead_deadlines(body, limit, moment, view.plan.clock)
            opens = None if body.not_before is None else before(moment, body.not_before, view.plan.clock)
        except CalendarUnknown as why:
            yield Candidate(a, a.time, None, doubt="unknown", why=str(why))
            continue
        if a.id in moved:
            yield Candidate(a, a.time, lenient, renewed=moved[a.id], why="the change itself was moved")
            continue
        others = [
            m
            for e, m in changes
            if m is not None and m < moment and e.time <= a.time and e is not a and e.id not in moved
        ]
        since = max(others, default=None)
        useful = [b for b in answers if b is not a and (body.reuse or since is None or b.time > since)]
        done = next(
            (b for b in useful if b.time <= lenient.last and (opens is None or opens <= b.time)), None
        )
        early = next((b for b in useful if opens is not None and b.time < opens), None)
        late = next((b for b in useful if lenient.last < b.time <= moment), None)
        yield Candidate(
            a, a.time, lenient, strict.last, done=done or late, early=early,
            why=f"in time by the most lenient of {', '.join(body.readings)}, not by the strictest" if body.readings else "",
        )  # fmt: skip


def _moved(
    view: View, body: NoticePlan, changes: list[tuple[Event, int | None]]
) -> Iterator[tuple[str, Event]]:
    """Announcements that another one of the same thing replaced in time."""
    if body.change_of is None:
        return
    for a, moment in changes:
        limit, same = choose(body.ahead, a, view.plan.zone), _said(a, body.change_of)
        if moment is None or same is None or not isinstance(limit, Limit):
            continue
        try:
            _, end = lead_deadlines(body, limit, moment, view.plan.clock)
        except CalendarUnknown:
            continue
        for later, other in changes:
            if (
                a.time < later.time <= end.last
                and other not in {None, moment}
                and _said(later, body.change_of) == same
            ):
                yield a.id, later
                break


def _said(event: Event, name: str) -> str | None:
    value = event.get(name)
    if value is None or isinstance(value, tuple):
        return None
    return text_of(value) if text_of(value).split() else None


def promise(view: View, body: PromisePlan) -> Iterator[Candidate]:
    """A stated time is kept by the first B after it was stated, unless another time was stated meanwhile."""
    answers = view.all(body.expect)
    times = [b.time for b in answers]
    stated: list[tuple[Event, int]] = []
    for a in view.openers(body.of):
        t = (
            view.words.stated(a, view.plan.zone, "any")
            if body.promised == "text"
            else view.moment(a, body.promised)
        )
        if t is not None:
            stated.append((a, t))
    put_off: dict[str, int] = {}
    for number, (a, t) in enumerate(stated):
        i = bisect_left(times, a.time + 1)
        done = answers[i] if i < len(answers) else None
        renewed: Event | None = None
        for later, other in stated[number + 1 :]:
            if later.time >= t:
                break
            if (
                a.time < later.time
                and other != t
                and other >= later.time
                and (done is None or done.time > later.time)
            ):
                renewed = later
                put_off[later.id] = max(put_off.get(later.id, 0), put_off.get(a.id, 0) + 1)
                break
        if not view.plan.in_force(a.time):
            continue
        if t < a.time:
            yield Candidate(a, a.time, Deadline(t), breach=True, why="the stated time was already past")
        elif body.renewals is not None and put_off.get(a.id, 0) > body.renewals:
            yield Candidate(
                a, a.time, Deadline(t), breach=True, why=f"put off {put_off[a.id]} times in a row"
            )
        else:
            why = "another time was stated before this one passed" if renewed else ""
            yield Candidate(a, a.time, Deadline(t), done=done, renewed=renewed, why=why)
