"""The steps from the opening event to the deadline, retraced by the code that the engines use."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from keptword.clock import NEVER, CalendarUnknown, deadline, lead
from keptword.clock_steps import due_line
from keptword.clock_steps import say as say_instant
from keptword.events import Event
from keptword.evidence import human, moment
from keptword.instants import as_instant
from keptword.limits import Limit
from keptword.obligation import Obligation
from keptword.plan import (
    CadencePlan,
    Choice,
    Clocks,
    CountPlan,
    GuardPlan,
    Match,
    NoticePlan,
    Plan,
    ResponsePlan,
    Undecidable,
    begun_steps,
    changing_due,
    choose,
    clock_of,
    due,
    stepped,
)  # fmt: skip
from keptword.spec.conditions import Says


def retraced(plan: Plan, o: Obligation, opening: Event, own: Sequence[Event], says: Says) -> tuple[str, ...]:
    """The steps from the opening event to the deadline, by the same code that the engines use; `own`: of its key."""
    pauses = _pauses(plan, own, says)

    def steps(choice: Choice, start: int, at: Event) -> tuple[str, ...]:
        limit = choose(choice, at, plan.zone)
        if limit is None:
            return ()
        return due(limit, start, at, plan.clock, pauses, partial(_latest, own, says, at), True).steps

    try:
        match plan.body:
            case ResponsePlan(within=within, carry=carry):
                begins = opening.time
                if carry and o.measured and o.measured[0][0] < begins:  # stretches that were used up before
                    begins = o.measured[0][0]
                    ends = [end for _, end in o.measured if end <= opening.time]
                    starts = [start for start, _ in o.measured[1:] if start <= opening.time]
                    pauses = [*pauses, *((e, s) for e, s in zip(ends, starts, strict=False) if e < s)]
                if plan.clocks is not None:
                    return _clocked(plan, plan.clocks, o, within, begins, opening, own, pauses, says)
                return steps(within, begins, opening)
            case CadencePlan(every=every, first=first, start=start, then=then, grid=False):
                begun = next(
                    (e for e in reversed(own) if e.time <= o.opened_at and start.matches(e, says)), opening
                )
                usual = first if first is not None and begun.id == o.opened_by else every
                if then:
                    return _stepped(plan, plan.body, o, usual, begun, own, pauses, says)
                return steps(usual, o.opened_at, begun)
            case NoticePlan(ahead=ahead, readings=readings, moment=field):
                limit, at = choose(ahead, opening, plan.zone), _moment(plan, opening, field)
                if isinstance(limit, Limit) and at is not None:
                    return tuple(
                        s
                        for r in (readings or ("backward-same-date",))
                        for s in lead(at, limit, plan.clock, r, True).steps
                    )
            case GuardPlan() as body:
                return _guarded(plan, body, opening, own, says)
            case CountPlan(within=Limit() as within) if o.verdict == "broken" and o.events:
                oldest = next((e for e in own if e.id == o.events[0]), opening)
                *lines, last = deadline(oldest.time, within, plan.clock, (), True).steps
                return (*lines, last.replace("due: ", "the window ends: ", 1))
    except (Undecidable, CalendarUnknown) as error:
        return (str(error),)
    return ()


def _clocked(
    plan: Plan, clocks: Clocks, o: Obligation, within: Choice, begins: int, opening: Event, own: Sequence[Event],
    pauses: Sequence[tuple[int, int]], says: Says,
) -> tuple[str, ...]:  # fmt: skip
    """The steps by the calendar that a field chose, and by those that it changed to."""
    changes = [e for e in own if clocks.changed is not None and clocks.changed.matches(e, says)]
    limit, clock = choose(within, opening, plan.zone), clock_of(plan, opening, changes)
    if limit is None or clock is None:
        return ()
    latest = partial(_latest, own, says, opening)
    lines = [f"the calendar is {clock.calendar.name}" if clock.calendar is not None else ""]
    found, _ = changing_due(
        plan,
        clock,
        lambda by: due(limit, begins, opening, by, pauses, latest, True),
        opening,
        changes,
        o.done_at,
    )
    for event in changes:
        new = clocks.of(event)
        if new is not None and new.calendar is not None and opening.time < event.time <= found.last:
            lines.append(f"the calendar changes at {say_instant(event.time, plan.zone)}: {new.calendar.name}")
    if clocks.on_change == "first":
        lines = lines[:1]
    last = () if found.steps else (due_line(found, plan.zone),)
    return (*lines, *found.steps, *last)


def _stepped(
    plan: Plan, body: CadencePlan, o: Obligation, usual: Choice, begun: Event, own: Sequence[Event], pauses: Sequence[tuple[int, int]],
    says: Says,
) -> tuple[str, ...]:  # fmt: skip
    """The steps of a cadence whose limit changes: which limit binds, and how it is counted."""
    end = None if body.end is None else body.end
    over = next(
        (
            e
            for e in own
            if end is not None and e.time >= begun.time and e is not begun and end.matches(e, says)
        ),
        None,
    )

    def times(match: Match) -> list[int]:
        return [
            e.time for e in own
            if e is not begun and begun.time <= e.time and (over is None or e.time <= over.time) and match.matches(e, says)
        ]  # fmt: skip

    limit = choose(usual, begun, plan.zone)
    if limit is None:
        return ()
    changes = begun_steps(plan, body, begun, pauses, times)
    found = stepped(
        limit, changes, o.opened_at, o.done_at, lambda one, since: due(one, since, begun, plan.clock, pauses, partial(_latest, own, says, begun), True)
    )  # fmt: skip
    until = max(o.opened_at, found.last)
    lines = [
        f"the limit changes at {moment(time, plan.zone)}, {human(time - begun.time)} after the start: {one}"
        for time, one in changes
        if time <= until and isinstance(one, Limit)
    ]
    return (*lines, *found.steps)


def _latest(own: Sequence[Event], says: Says, at: Event, match: Match) -> Event | None:
    return next((e for e in reversed(own) if e.time <= at.time and match.matches(e, says)), None)


def _guarded(plan: Plan, body: GuardPlan, act: Event, own: Sequence[Event], says: Says) -> tuple[str, ...]:
    """From when to when an event before the act would have allowed it; until when the act was forbidden."""
    out: list[str] = []
    if body.after is not None and body.span is not None:
        since = next(
            (e for e in reversed(own) if e is not act and e.time <= act.time and body.after.matches(e, says)),
            None,
        )
        if since is not None:
            *steps, last = deadline(since.time, body.span, plan.clock, (), True).steps
            out += [
                f"forbidden for {body.span} after {since.event}",
                *steps,
                last.replace("due: ", "forbidden until: ", 1),
            ]
    for excuse in body.unless:
        name = " or ".join(sorted(excuse.seen.names))
        for limit, what in ((excuse.at_least, "at least"), (excuse.at_most, "at most")):
            if limit is None:
                continue
            out.append(f"{name}: {what} {limit} before")
            found = lead(act.time, limit, plan.clock, "backward-same-date", True)
            side = "not later than" if what == "at least" else "not earlier than"
            out += [*found.steps[:-1], f"{side} {say_instant(found.at, plan.zone)}"]
    return tuple(out)


def _moment(plan: Plan, opening: Event, field: str | None) -> int | None:
    value = opening.time if field is None else opening.get(field)
    return None if value is None or isinstance(value, tuple) else as_instant(value, plan.zone)


def _pauses(plan: Plan, own: Sequence[Event], says: Says) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    for start, end in plan.pauses:
        for event in own:
            if start.matches(event, says) and (not out or event.time > out[-1][1]):
                stop = (
                    None
                    if end is None
                    else next(
                        (
                            e.time
                            for e in own
                            if e.time >= event.time and e is not event and end.matches(e, says)
                        ),
                        None,
                    )
                )
                out.append((event.time, NEVER if stop is None else stop))
    return out
