"""What is said: promised times, statements that agree, the wording of messages."""

from __future__ import annotations

from dataclasses import replace

from keptword.clock import Deadline
from keptword.events import Event
from keptword.obligation import Obligation, Span
from keptword.plan import ConsistencyPlan, PromisePlan, WordingPlan
from keptword.reference.case import Case, at_once, folded, value_of
from keptword.words import terms_used


def promise(case: Case, body: PromisePlan) -> list[Obligation]:
    """A stated time is kept."""
    answers = case.all(body.expect)
    stated = [
        (a, t) for a in case.openers(body.of) if (t := case.stated(a, body.promised, "any")) is not None
    ]
    renewed: dict[str, Event] = {}
    row: dict[str, int] = {}  # how many renewals in a row led to this promise
    for i, (a, t) in enumerate(stated):
        done = next((b for b in answers if b.time > a.time), None)
        for later, other in stated[i + 1 :]:
            if (
                a.time < later.time < t
                and other != t
                and other >= later.time
                and (done is None or done.time > later.time)
            ):
                renewed[a.id] = later
                row[later.id] = max(row.get(later.id, 0), row.get(a.id, 0) + 1)
                break
    out = []
    for a, t in stated:
        if not case.plan.in_force(a.time):
            continue
        end = Deadline(t, "inclusive")
        done = next((b for b in answers if b.time > a.time), None)
        if t < a.time:
            out.append(
                case.owed(
                    a,
                    a.time,
                    end,
                    "broken",
                    done=a,
                    at=a.time,
                    events=(a.id,),
                    why="the stated time was already past",
                )
            )
        elif body.renewals is not None and row.get(a.id, 0) > body.renewals:
            out.append(
                case.owed(
                    a,
                    a.time,
                    end,
                    "broken",
                    done=a,
                    at=a.time,
                    events=(a.id,),
                    why=f"put off {row[a.id]} times in a row",
                )
            )
        elif a.id in renewed:
            out.append(
                case.owed(
                    a,
                    a.time,
                    end,
                    "void",
                    events=(a.id, renewed[a.id].id),
                    why="another time was stated before this one passed",
                )
            )
        else:
            out.append(case.answered(a, a.time, end, done))
    return out


def consistency(case: Case, body: ConsistencyPlan) -> list[Obligation]:
    """What is said agrees with what is so."""
    out = []
    if body.terms:
        return same_term(case, body)
    truth = next((e for e in case.all(body.against) if value_of(e, body.field) is not None), None)
    for a in case.openers(body.of):
        said = value_of(a, body.field)
        if said is None or not case.plan.in_force(a.time):
            continue
        end = at_once(a.time)
        if truth is None:
            out.append(case.owed(a, a.time, end, "open", events=(a.id,)))
            continue
        events = tuple(
            e.id for e in sorted({truth.id: truth, a.id: a}.values(), key=lambda e: (e.time, e.id))
        )
        so = value_of(truth, body.field) or ""
        if folded(said) == folded(so):
            out.append(case.owed(a, a.time, end, "kept", done=a, events=events))
        else:
            out.append(
                case.owed(
                    a,
                    a.time,
                    end,
                    "broken",
                    done=a,
                    at=a.time,
                    events=events,
                    why=f"said '{said}', but it is '{so}'",
                )
            )
    return out


def same_term(case: Case, body: ConsistencyPlan) -> list[Obligation]:
    """One of several terms throughout: that of the first message which uses just one; several side by side never agree."""
    out = []
    truth = next(
        (e for e in case.all(body.against) if terms_used(case.words, e, body.terms) in body.terms), None
    )
    for a in case.openers(body.of):
        said = terms_used(case.words, a, body.terms)
        if said is None or not case.plan.in_force(a.time):
            continue
        end = at_once(a.time)
        so = None if truth is None else terms_used(case.words, truth, body.terms)
        first = {truth.id: truth, a.id: a} if truth is not None else {a.id: a}
        events = tuple(e.id for e in sorted(first.values(), key=lambda e: (e.time, e.id)))
        if said not in body.terms:
            why = f"uses {said} side by side"
            out.append(case.owed(a, a.time, end, "broken", done=a, at=a.time, events=(a.id,), why=why))
        elif truth is None:
            out.append(case.owed(a, a.time, end, "open", events=(a.id,)))
        elif said == so:
            out.append(case.owed(a, a.time, end, "kept", done=a, events=events))
        else:
            why = f"said '{said}', but it is '{so}'"
            out.append(case.owed(a, a.time, end, "broken", done=a, at=a.time, events=events, why=why))
    return out


def wording(case: Case, body: WordingPlan) -> list[Obligation]:
    """What a message says and how: one obligation a message and check."""
    out = []
    for a in case.openers(body.of):
        if not case.plan.in_force(a.time):
            continue
        for mode, elements in (("require", body.require), ("forbid", body.forbid)):
            for element in elements:
                out.append(checked(case, a, element, mode))
    return out


def checked(case: Case, a: Event, element: str, mode: str) -> Obligation:
    """One message against one element."""
    customer = a.get("customer_lang")
    result = case.words.check(
        a,
        element,
        "require" if mode == "require" else "forbid",
        customer if isinstance(customer, str) else None,
    )
    if result is None:
        return replace(case.unknown(a, "the message has no text"), part=f"{mode}:{element}")
    spans = tuple(Span(a.id, h.start, h.end, h.text) for h in result.spans)
    at = a.time if result.outcome == "broken" else None
    o = case.owed(a, a.time, at_once(a.time), result.outcome, done=a, at=at, events=(a.id,), why=result.why)
    return replace(o, part=f"{mode}:{element}", spans=spans)


# -------------------------------------------------------------------------------------- what the kinds share
