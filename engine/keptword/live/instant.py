"""What duties of one instant come to be: guard, consistency, count and wording, tracked for one key."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Literal

from keptword.clock import CalendarUnknown, Deadline, before, deadline
from keptword.events import Event
from keptword.limits import Limit
from keptword.live.candidate import Candidate
from keptword.live.slot import View
from keptword.obligation import Span
from keptword.plan import ConsistencyPlan, CountPlan, Excuse, GuardPlan, WordingPlan
from keptword.spec.comparing import text_of
from keptword.words import terms_used


def guard(view: View, body: GuardPlan) -> Iterator[Candidate]:
    """Never A: each A is a breach where it is forbidden, unless an earlier event excuses it."""
    stretches = list(view.stretches(view.all(body.start), body.end)) if body.start is not None else []
    causes = view.all(body.after)
    excuses = [(excuse, view.all(excuse.seen), view.all(excuse.cured)) for excuse in body.unless]
    for a in view.openers(body.never):
        if not view.plan.in_force(a.time):
            continue
        try:
            forbidden = body.start is None or any(
                s.time <= a.time and (e is None or a.time <= e.time) and s is not a for s, e in stretches
            )
            since = None
            if body.after is not None:
                since = next(
                    (
                        e
                        for e in reversed(causes)
                        if e is not a and e.time <= a.time and _still(view, e, body.span, a)
                    ),
                    None,
                )
                forbidden = forbidden and since is not None
            excuse = next((b for each in excuses if (b := _excusing(view, *each, a)) is not None), None)
        except CalendarUnknown as why:
            yield Candidate(a, a.time, None, doubt="unknown", why=str(why))
            continue
        evidence = excuse if excuse is not None else since if forbidden else None
        yield Candidate(
            a, a.time, Deadline(a.time), timeless=True, done=None if forbidden else a, breach=forbidden, excuse=excuse if forbidden else None,
            events=(a.id,) if evidence is None else (evidence.id, a.id),
        )  # fmt: skip


def _still(view: View, event: Event, span: Limit | None, a: Event) -> bool:
    return span is None or a.time <= deadline(event.time, span, view.plan.clock).last


def _excusing(view: View, excuse: Excuse, seen: list[Event], cures: list[Event], a: Event) -> Event | None:
    """The last B in [A - most, A - least] that nothing cured between it and A."""
    newest = a.time if excuse.at_least is None else before(a.time, excuse.at_least, view.plan.clock)
    oldest = None if excuse.at_most is None else before(a.time, excuse.at_most, view.plan.clock)
    cured = max((c.time for c in cures if c.time < a.time), default=None)
    for b in reversed(seen):
        if oldest is not None and b.time < oldest:
            return None
        if b is not a and b.time <= newest and (cured is None or b.time >= cured or b.time >= a.time):
            return b
    return None


def consistency(view: View, body: ConsistencyPlan) -> Iterator[Candidate]:
    """What is said against the first that was established."""
    if body.terms:
        yield from _same_term(view, body)
        return
    truth = next((e for e in view.all(body.against) if _value(e, body.field) is not None), None)
    so = None if truth is None else _value(truth, body.field)
    for a in view.openers(body.of):
        said = _value(a, body.field)
        if said is None or not view.plan.in_force(a.time):
            continue
        names = (
            (a.id,)
            if truth is None
            else tuple(
                e.id for e in sorted({truth.id: truth, a.id: a}.values(), key=lambda e: (e.time, e.id))
            )
        )
        yield Candidate(
            a, a.time, Deadline(a.time), timeless=True, said=_folded(said), truth=None if so is None else _folded(so),
            why=f"said '{said}', but it is '{so}'", events=names,
        )  # fmt: skip


def _same_term(view: View, body: ConsistencyPlan) -> Iterator[Candidate]:
    """One of several terms throughout; a message that uses several is a breach by itself."""
    used = partial(terms_used, view.words, terms=body.terms)
    truth = next((e for e in view.all(body.against) if used(e) in body.terms), None)
    so = None if truth is None else used(truth)
    for a in view.openers(body.of):
        said = used(a)
        if said is None or not view.plan.in_force(a.time):
            continue
        end = Deadline(a.time)
        if said not in body.terms:
            why = f"uses {said} side by side"
            yield Candidate(a, a.time, end, timeless=True, breach=True, why=why, events=(a.id,))
            continue
        first = {truth.id: truth, a.id: a} if truth is not None else {a.id: a}
        names = tuple(e.id for e in sorted(first.values(), key=lambda e: (e.time, e.id)))
        yield Candidate(
            a, a.time, end, timeless=True, said=said, truth=so, why=f"said '{said}', but it is '{so}'", events=names,
        )  # fmt: skip


def _value(event: Event, name: str) -> str | None:
    value = event.get(name)
    return (
        None if value is None or isinstance(value, tuple) or not _folded(text_of(value)) else text_of(value)
    )


def _folded(text: str) -> str:
    return "".join(text.casefold().split())


def count(view: View, body: CountPlan) -> Iterator[Candidate]:
    """At most n A in any window: the one too many is the breach."""
    past = view.openers(body.of)
    for i, a in enumerate(past):
        if not view.plan.in_force(a.time):
            continue
        try:
            window = [e for e in past[: i + 1] if _still(view, e, body.within, a)]
        except CalendarUnknown as why:
            yield Candidate(a, a.time, None, doubt="unknown", why=str(why))
            continue
        over = len(window) > body.at_most
        where = f"in {body.within}" if body.within is not None else "in all"
        yield Candidate(
            a, a.time, Deadline(a.time), timeless=True, done=None if over else a, breach=over,
            why=f"{len(window)} {where}, at most {body.at_most} allowed", events=tuple(e.id for e in window[-body.at_most - 1 :]) if over else (a.id,),
        )  # fmt: skip


def wording(view: View, body: WordingPlan) -> Iterator[Candidate]:
    """Each message against each check."""
    wanted: list[tuple[Literal["require", "forbid"], tuple[str, ...]]] = [
        ("require", body.require),
        ("forbid", body.forbid),
    ]
    for a in view.openers(body.of):
        if not view.plan.in_force(a.time):
            continue
        lang = a.get("customer_lang")
        for mode, elements in wanted:
            for element in elements:
                part = f"{mode}:{element}"
                result = view.words.check(a, element, mode, lang if isinstance(lang, str) else None)
                if result is None:
                    yield Candidate(
                        a, a.time, None, part=part, doubt="unknown", why="the message has no text"
                    )
                    continue
                yield Candidate(
                    a, a.time, Deadline(a.time), part=part, timeless=True, done=a, breach=result.outcome == "broken",
                    doubt=result.outcome if result.outcome not in {"kept", "broken"} else "", why=result.why, note=result.why,
                    spans=tuple(Span(a.id, h.start, h.end, h.text) for h in result.spans), events=(a.id,),
                )  # fmt: skip
