"""One sentence of evidence for a finding, made only for what is shown."""

from __future__ import annotations

from collections.abc import Mapping

from keptword.events import Event
from keptword.instants import format_instant, to_datetime
from keptword.obligation import Obligation
from keptword.plan import (
    VIOLATION,
    CadencePlan,
    ConsistencyPlan,
    CountPlan,
    GuardPlan,
    Match,
    NoticePlan,
    ObjectivePlan,
    Plan,
    PromisePlan,
    ResponsePlan,
    WordingPlan,
)  # fmt: skip


def human(micros: int) -> str:
    """A length of time in at most two units: `15 min`, `2 d 3 h`, `40 s`."""
    left = abs(micros) // 1_000_000
    parts = []
    for name, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {name}")
        elif parts:
            break
    return " ".join(parts[:2]) or "under 1 s"


def moment(micros: int, zone: str) -> str:
    """A local date and time to the minute (to the second where there are any)."""
    when = to_datetime(micros, zone)
    return f"{when:%Y-%m-%d %H:%M}" + (
        f"{when:%S}".join([":", ""]) if when.second or when.microsecond else ""
    )


def sentence(plan: Plan, o: Obligation, events: Mapping[str, Event], as_of: int) -> str:
    """What happened, in one sentence; the rule's own `message` where it has one."""
    if plan.rule.message is not None:
        return _own_message(plan.rule.message, plan, o)
    opening = events.get(o.opened_by)
    opened = opening.event if opening is not None else "opened"
    if opened == VIOLATION and opening is not None:
        opened = f"the violation of {opening.fields.get('rule')}"
    since = f"{opened} at {moment(o.opened_at, plan.zone)}"
    doing = events.get(o.done_by) if o.done_by is not None else None
    done = f"{doing.event} at {moment(doing.time, plan.zone)}" if doing is not None else ""
    if o.verdict == "unknown":
        return f"{since}: cannot be decided: {o.why}"
    if o.verdict in {"void", "waived"}:
        return f"{since}: {o.why}"
    match plan.body:
        case ResponsePlan(expect=expect):
            return (
                f"{since}: {done} came {human(o.late_by or 0)} late"
                if done
                else f"{since}: no {_names(expect)} until {_until(o, as_of, plan.zone)}"
            )
        case CadencePlan(expect=expect):
            lack = (
                f"; {o.silent_periods} update{'s' if o.silent_periods != 1 else ''} lacking"
                if o.silent_periods
                else ""
            )
            if done:
                return f"silence of {human((o.done_at or 0) - o.opened_at)} from {since} to {done}{lack}"
            return f"no {_names(expect)} since {since} until {_until(o, as_of, plan.zone)}{lack}"
        case NoticePlan(expect=expect):
            if o.verdict == "borderline":
                return f"{done}: {o.why}"
            if o.verdict == "early":
                return f"{done} came before the window in which it counts"
            return (
                f"{since}: {done} came {human(o.late_by or 0)} too late"
                if done
                else f"{since}: no {_names(expect)} in time"
            )
        case GuardPlan(unless=unless):
            lacking = " or ".join(_names(u.seen) for u in unless)
            return (
                f"{since} without {lacking} in the time that counts" if lacking else f"{since} is not allowed"
            )
        case PromisePlan(expect=expect):
            if o.why:
                return f"{since}: {o.why}"
            due = f"promised for {moment(o.due, plan.zone)}" if o.due is not None else "promised"
            return (
                f"{due}: {done} came {human(o.late_by or 0)} late"
                if done
                else f"{due}: no {_names(expect)} until {_until(o, as_of, plan.zone)}"
            )
        case ConsistencyPlan() | CountPlan() | WordingPlan() | ObjectivePlan():
            return f"{o.why}" if isinstance(plan.body, ObjectivePlan) else f"{since}: {o.why}"


def _until(o: Obligation, as_of: int, zone: str) -> str:
    end = o.at + o.late_by if o.at is not None and o.late_by is not None else as_of
    return f"{moment(end, zone)}, {human(end - o.opened_at)} later"


def _names(match: Match) -> str:
    names = sorted(n for n in match.names if n != VIOLATION)
    return " or ".join(names) if names else "violation"


def _own_message(template: str, plan: Plan, o: Obligation) -> str:
    fill = {
        "due": moment(o.due, plan.zone) if o.due is not None else "",
        "late": human(o.late_by) if o.late_by is not None else "",
        "done": moment(o.done_at, plan.zone) if o.done_at is not None else "",
        "opened": moment(o.opened_at, plan.zone),
        "key": ", ".join(v for _, v in o.key),
        "why": o.why,
        "owner": o.owner.actor or o.owner.team,
        "time": format_instant(o.at, plan.zone) if o.at is not None else "",
    }
    # Not str.format: a template must not reach into attributes, and an unknown brace stays as it is.
    for name, text in fill.items():
        template = template.replace("{" + name + "}", text)
    return template
