"""One sentence of evidence for a finding, made only for what is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from keptword.events import Event
from keptword.evidence_words import UNITS, Lang, event_words, lacking, language, reason, say
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


def human(micros: int, lang: Lang = "en") -> str:
    """A length of time in at most two units: `15 min`, `2 d 3 h`, `40 s`."""
    left = abs(micros) // 1_000_000
    parts = []
    for name, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {UNITS[name][lang == 'ru']}")
        elif parts:
            break
    return " ".join(parts[:2]) or say("under a second", lang)


def moment(micros: int, zone: str) -> str:
    """A local date and time to the minute (to the second where there are any)."""
    when = to_datetime(micros, zone)
    return f"{when:%Y-%m-%d %H:%M}" + (
        f"{when:%S}".join([":", ""]) if when.second or when.microsecond else ""
    )


def sentence(plan: Plan, o: Obligation, events: Mapping[str, Event], as_of: int, wanted: str = "en") -> str:
    """What happened, in one sentence; the rule's own `message` where it has one.

    Args:
        plan, o: the rule, and what was owed under it.
        events: those that the obligation names, by id.
        as_of: the moment of judgement.
        wanted: "en" or "ru".
    """
    lang = language(wanted)
    if plan.rule.message is not None:
        return _own_message(plan.rule.message, plan, o, lang)
    opening = events.get(o.opened_by)
    doing = events.get(o.done_by) if o.done_by is not None else None
    since = say("at", lang, what=_event(opening, lang), when=moment(o.opened_at, plan.zone))
    done = (
        say("at", lang, what=_event(doing, lang), when=moment(doing.time, plan.zone))
        if doing is not None
        else ""
    )
    why = reason(o.why, lang)
    late = human(o.late_by or 0, lang)
    if o.verdict == "unknown":
        return say("undecided", lang, since=since, why=why)
    if o.verdict in {"void", "waived"}:
        return say("because", lang, since=since, why=why)
    match plan.body:
        case ResponsePlan(expect=expect):
            if done:
                return say("too late", lang, since=since, done=done, late=late)
            return say(
                "not until",
                lang,
                since=since,
                nothing=_nothing([expect], lang),
                **_until(o, as_of, plan.zone, lang),
            )
        case CadencePlan(expect=expect):
            lack = lacking(o.silent_periods, lang)
            if done:
                gap = human((o.done_at or 0) - o.opened_at, lang)
                return say("silence", lang, gap=gap, since=since, done=done, lacking=lack)
            nothing = _nothing([expect], lang)
            return say(
                "silence to the end",
                lang,
                nothing=nothing,
                since=since,
                lacking=lack,
                **_until(o, as_of, plan.zone, lang),
            )
        case NoticePlan(expect=expect):
            if o.verdict == "borderline":
                return say("because", lang, since=done, why=why)
            if o.verdict == "early":
                return say("too early", lang, done=done)
            if done:
                return say("too late", lang, since=since, done=done, late=late)
            return say("not in time", lang, since=since, nothing=_nothing([expect], lang))
        case GuardPlan(unless=unless) as body:
            if not unless:
                always = body.start is None and body.after is None
                return say("forbidden" if always else "forbidden then", lang, since=since)
            timed = any(u.at_least is not None or u.at_most is not None for u in unless)
            nothing = _nothing([u.seen for u in unless], lang)
            return say("unexcused in time" if timed else "unexcused", lang, since=since, nothing=nothing)
        case PromisePlan(expect=expect):
            if o.why:
                return say("because", lang, since=since, why=why)
            due = say("promised", lang, due=moment(o.due, plan.zone) if o.due is not None else "")
            if done:
                return say("too late", lang, since=due, done=done, late=late)
            return say(
                "not until",
                lang,
                since=due,
                nothing=_nothing([expect], lang),
                **_until(o, as_of, plan.zone, lang),
            )
        case ObjectivePlan():
            return why
        case ConsistencyPlan() | CountPlan() | WordingPlan():
            return say("because", lang, since=since, why=why)


def _event(event: Event | None, lang: Lang) -> str:
    if event is None:
        return say("opened", lang)
    if event.event == VIOLATION:
        return say("violation", lang, rule=str(event.fields.get("rule")))
    return event_words(event.event, lang)


def _until(o: Obligation, as_of: int, zone: str, lang: Lang) -> dict[str, str]:
    end = o.at + o.late_by if o.at is not None and o.late_by is not None else as_of
    return {"end": moment(end, zone), "gap": human(end - o.opened_at, lang)}


def _nothing(matches: Sequence[Match], lang: Lang) -> str:
    """What was looked for and not there: the words of the vocabulary where the rule names it, else the events."""
    alternatives = [a for m in matches for a in m.alternatives]
    terms: list[str] = []
    for alternative in alternatives:
        if alternative.term:
            terms.append(dict(alternative.words).get(lang) or alternative.term)
            continue
        for name in sorted(alternative.events):
            terms.append(
                say("violation", lang, rule="").strip() if name == VIOLATION else event_words(name, lang)
            )
    named = any(a.term for a in alternatives)
    quotes = ("«", "»") if lang == "ru" else ("'", "'") if named else ("", "")
    what = say("or", lang).join(f"{quotes[0]}{term}{quotes[1]}" for term in dict.fromkeys(terms))
    return say("nothing like" if named else "no event", lang, what=what)


def _own_message(template: str, plan: Plan, o: Obligation, lang: Lang) -> str:
    fill = {
        "due": moment(o.due, plan.zone) if o.due is not None else "",
        "late": human(o.late_by, lang) if o.late_by is not None else "",
        "done": moment(o.done_at, plan.zone) if o.done_at is not None else "",
        "opened": moment(o.opened_at, plan.zone),
        "key": ", ".join(v for _, v in o.key),
        "why": reason(o.why, lang),
        "owner": o.owner.actor or o.owner.team,
        "time": format_instant(o.at, plan.zone) if o.at is not None else "",
    }
    # Not str.format: a template must not reach into attributes, and an unknown brace stays as it is.
    for name, text in fill.items():
        template = template.replace("{" + name + "}", text)
    return template
