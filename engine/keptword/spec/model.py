"""The kinds of rule, as rule files write them; what each means is in docs/semantics.md."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)

from keptword.instants import is_date
from keptword.obligation import Severity
from keptword.spec.clocks import ClockField
from keptword.spec.values import (
    ChoiceField,
    ConditionField,
    LimitField,
    PatternField,
    WhenField,
    fail,
    parse_pattern,
)

Reading = Literal[
    "elapsed", "full-days-between", "date-subtraction", "backward-same-date", "same-date-forward", "full-period-forward",
]  # fmt: skip
READINGS: tuple[Reading, ...] = (
    "elapsed", "full-days-between", "date-subtraction", "backward-same-date", "same-date-forward", "full-period-forward",
)  # fmt: skip


def _as_list(data: Any) -> Any:
    return [data] if isinstance(data, (str, dict)) else data


def _date(data: Any) -> date:
    if isinstance(data, date):
        return data
    if isinstance(data, str) and is_date(data):
        return date.fromisoformat(data)
    raise fail(f"{data!r} is not a date such as 2026-03-02", "R020")


def _share(data: Any) -> float:
    """`95%`, `95 %` or 0.95, as a share of one."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(%?)\s*", str(data)) if not isinstance(data, bool) else None
    if not match:
        raise fail(f"{data!r} is not a share such as 95%")
    value = float(match[1]) / 100 if match[2] else float(match[1])
    if not 0 < value <= 1:
        raise fail(f"{data!r} is not between 0 % and 100 %", hint="write 95%")
    return value


def _say_share(value: float) -> str:
    percent = f"{value * 100:.10g}%"
    return percent if float(percent[:-1]) / 100 == value else repr(value)


Texts = Annotated[tuple[str, ...], BeforeValidator(_as_list)]
DateField = Annotated[
    date,
    PlainValidator(_date),
    PlainSerializer(date.isoformat),
    WithJsonSchema({"type": "string", "format": "date"}),
]
Share = Annotated[
    float, PlainValidator(_share), PlainSerializer(_say_share), WithJsonSchema({"type": ["string", "number"]})
]


class Part(BaseModel):
    """Anything below a rule: no unknown keys, nothing changes after reading."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True, populate_by_name=True)


class Stretch(Part):
    """From one event to another."""

    start: PatternField = Field(alias="from", description="begins the stretch")
    end: PatternField | None = Field(None, alias="to", description="ends it; without it the stretch runs on")


class InForce(Part):
    """Local dates between which a rule binds, both inclusive, by the opening event."""

    start: DateField | None = Field(None, alias="from", description="the first date; without it: ever since")
    end: DateField | None = Field(None, alias="to", description="the last date; without it: for ever")


class Head(Part):
    """What every rule says of itself."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", description="kebab-case, equal to the file name")
    title: str = Field(min_length=1, description="the duty in one sentence")
    severity: Severity = Field(description="minor, major or critical")
    status: Literal["draft", "stable", "retired"] = Field(
        "draft", description="stable rules have tests; retired ones are not judged"
    )
    source: str = Field(min_length=1, description="the clause; house rules say: house")
    why: str = Field(min_length=1, description="whom it serves, and how")
    applies: ConditionField | None = Field(
        None, description="conditions on the opening event: what the rule is about"
    )
    per: Texts = Field(
        ("case",), min_length=1, description="the key: events meet only if all these fields are equal"
    )
    for_each: str | dict[str, str] | None = Field(
        None, description="a list field: one trigger for each of its values"
    )
    in_force: InForce | None = Field(None, description="dates between which the rule binds")
    timezone: str | None = Field(
        None, description="IANA zone of the rule's clock; default: the pack's, then the audit's"
    )
    clock: ClockField | None = Field(
        None,
        description="a calendar of the pack, or one by a field: {by: region, eu: support, else: office}; default: the clock that never stops",
    )
    day: Literal["rolling", "full"] = Field(
        "rolling", description="rolling: same local time; full: whole days after the event's"
    )
    hours: Literal["elapsed", "eu-1182-71"] = Field("elapsed", description="how hours are counted")
    roll: Literal["none", "next-working-day-end", "next-working-day-noon", "previous-working-day"] = Field(
        "none", description="when the last day is not a working day"
    )
    roll_hours: bool = Field(False, description="let `roll` move limits of hours too")
    cutoff: Annotated[str, Field(pattern=r"^([01]?\d|2[0-3]):[0-5]\d$")] | None = Field(
        None, description="local time on the last working day"
    )
    pause: tuple[Stretch, ...] = Field(
        (), description="stretches in which the clock of this rule stands still"
    )
    message: str | None = Field(
        None, description="a sentence for findings; {due}, {late}, {done}, {key} are filled in"
    )
    tags: Texts = Field((), description="words to select rules by")

    @model_validator(mode="before")
    @classmethod
    def _spread_clock(cls, data: Any) -> Any:
        """`clock: {calendar: support, roll: …}` says the same as the keys `clock: support` and `roll: …`."""
        if not isinstance(data, dict):
            return data
        out = dict(data)
        if isinstance(out.get("pause"), dict):
            out["pause"] = [out["pause"]]
        if isinstance(out.get("clock"), dict) and "by" not in out["clock"]:
            inner = out.pop("clock")
            for key, value in inner.items():
                out["clock" if key == "calendar" else key] = value
        return out


class Response(Head):
    """After A, expect B within L."""

    kind: Literal["response"] = "response"
    after: PatternField = Field(description="A: opens an obligation")
    expect: PatternField = Field(description="B: fulfils it")
    within: ChoiceField = Field(description="L: the limit, from A")
    each: Literal["every", "first", "unanswered"] = Field(
        "every", description="every A, the first of the key, or one not already waiting"
    )
    times: int = Field(1, ge=1, description="the n-th B is the one that counts")
    carry: bool = Field(
        False,
        description="time already used by earlier A of the key counts: a reopened ticket resumes, a new priority carries over",
    )
    lookback: LimitField | None = Field(None, description="a B at most this long before A counts too")
    unless: PatternField | None = Field(
        None, description="an event in time and before any B makes the obligation void"
    )
    until: PatternField | None = Field(None, description="the same word for an event that ends the duty")

    @model_validator(mode="after")
    def _one_way_out(self) -> Response:
        if self.unless is not None and self.until is not None:
            raise fail("'unless' and 'until' are two words for the same; keep one", "R024", path=("until",))
        return self


class Step(Part):
    """Another limit from some time on, or from some event on."""

    after: WhenField = Field(description="a length of time since S began, or an event in S")
    every: ChoiceField = Field(description="L from then on")


class Cadence(Head):
    """While S, expect B at least every L."""

    kind: Literal["cadence"] = "cadence"
    during: Stretch = Field(description="S")
    expect: PatternField = Field(description="B")
    every: ChoiceField = Field(description="L: the longest silence")
    first: ChoiceField | None = Field(None, description="another limit for the first B")
    then: Annotated[tuple[Step, ...], BeforeValidator(_as_list)] = Field(
        (), description="another L later on: after a time in S, or after an event"
    )
    stated: str | None = Field(
        None,
        description="a field of B (or `text`) that says when the next one comes; that is its due instead",
    )
    at_most: LimitField | None = Field(None, description="how far away a stated time may be (24h)")
    anchor: Literal["last", "grid"] = Field(
        "last", description="last: the clock restarts at each B; grid: one B in each window"
    )


class Notice(Head):
    """Before M, expect B at least L ahead."""

    kind: Literal["notice"] = "notice"
    before: PatternField = Field(description="A: announces or is the change")
    moment: str | None = Field(None, description="the field of A that holds M; without it M is A's own time")
    expect: PatternField = Field(description="B: the notice")
    ahead: ChoiceField = Field(description="L: how long before M")
    lead: Reading | Literal["all"] | tuple[Reading, ...] | None = Field(
        None,
        description="how the lead time is counted; several readings (or all): between the strictest and the most lenient is borderline",
    )
    not_before: LimitField | None = Field(None, description="W: a notice more than this before M is early")
    change_of: str | None = Field(
        None, description="a later A with the same value of this field and another M replaces the earlier one"
    )
    reuse: bool = Field(False, description="one notice may serve several changes")


class Seen(Part):
    """An event that must have come before: not too recently, not too long ago, not cured since."""

    seen: PatternField = Field(description="what must have come before")
    at_least: LimitField | None = Field(None, description="at least this long before")
    at_most: LimitField | None = Field(None, description="at most this long before")
    not_cured_by: PatternField | None = Field(None, description="an event in between that undoes it")


class After(Part):
    """A time after an event."""

    event: PatternField = Field(description="what begins that time")
    span: LimitField | None = Field(
        None, alias="for", description="how long after it; without it: ever after"
    )

    @model_validator(mode="before")
    @classmethod
    def _event_pattern(cls, data: Any) -> Any:
        """`{event: outage.opened, where: …, for: 2d}` is one pattern and a length of time."""
        if isinstance(data, (str, list)):
            return {"event": parse_pattern(data)}
        if isinstance(data, dict) and (
            {"where", "violation"} & set(data) or isinstance(data.get("event"), (str, list))
        ):
            rest = {k: v for k, v in data.items() if k in {"for", "span"}}
            pattern = {k: v for k, v in data.items() if k not in rest}
            names = pattern["event"] if set(pattern) == {"event"} else None
            if isinstance(names, str) or (
                isinstance(names, list) and not all(isinstance(n, str) for n in names)
            ):
                return {"event": parse_pattern(names), **rest}
            return {"event": parse_pattern(pattern), **rest}
        return data


class Guard(Head):
    """Never A, unless …"""

    kind: Literal["guard"] = "guard"
    never: PatternField = Field(description="A")
    during: Stretch | None = Field(None, alias="while", description="forbidden only in this stretch")
    after: After | None = Field(None, description="forbidden only after this event")
    unless: Annotated[tuple[Seen, ...], BeforeValidator(_as_list)] = Field(
        (), description="one that holds is enough"
    )

    @model_validator(mode="before")
    @classmethod
    def _plain_unless(cls, data: Any) -> Any:
        """`unless: [warning]` means `unless: [{seen: warning}]`."""
        if not isinstance(data, dict) or "unless" not in data:
            return data
        items = data["unless"] if isinstance(data["unless"], list) else [data["unless"]]
        return {
            **data,
            "unless": [
                i if isinstance(i, (Seen,)) or (isinstance(i, dict) and "seen" in i) else {"seen": i}
                for i in items
            ],
        }


class Promise(Head):
    """A stated time is kept."""

    kind: Literal["promise"] = "promise"
    of: PatternField = Field(description="A: states a time")
    promised: str = Field(description="the field that holds the time, or: text")
    expect: PatternField = Field(description="B: what was promised")
    renewals: int | None = Field(None, ge=0, description="how many times in a row it may be put off")


class Consistency(Head):
    """What is said agrees with what is so."""

    kind: Literal["consistency"] = "consistency"
    of: PatternField = Field(description="what was said")
    field: str | None = Field(None, description="the field that is compared")
    terms: Texts = Field(
        (), description="wording elements of which a thread uses one throughout, in place of a field"
    )
    with_: PatternField | None = Field(
        None, alias="with", description="what is so; without it: the first that was said"
    )

    @model_validator(mode="after")
    def _one_thing(self) -> Consistency:
        if self.field is None and not self.terms:
            raise fail("a consistency rule compares a field or terms", "R004", "for example: field: cause")
        if self.field is not None and self.terms:
            raise fail("'field' and 'terms' are two things to compare; keep one", "R024", path=("terms",))
        if len(self.terms) == 1:
            raise fail("one term cannot be mixed with another", "R005", "name two or more", ("terms",))
        return self


class Count(Head):
    """At most n A in any window L, or in the key."""

    kind: Literal["count"] = "count"
    of: PatternField = Field(description="A")
    at_most: int = Field(ge=0, description="n")
    within: LimitField | None = Field(None, description="L; without it: in the whole key")


class Wording(Head):
    """What a message says, and how."""

    kind: Literal["wording"] = "wording"
    of: PatternField = Field(description="the messages")
    require: Texts = Field((), description="wording elements that must be there")
    forbid: Texts = Field((), description="wording elements that must not be there")

    @model_validator(mode="after")
    def _something(self) -> Wording:
        if not self.require and not self.forbid:
            raise fail(
                "a wording rule requires or forbids something",
                "R004",
                "for example: require: [sign-off.formal]",
            )
        both = set(self.require) & set(self.forbid)
        if both:
            raise fail(f"'{min(both)}' is both required and forbidden", "R024", path=("forbid",))
        return self


class Objective(Head):
    """The share of other rules' obligations that were kept."""

    kind: Literal["objective"] = "objective"
    of: Texts = Field(min_length=1, description="rules")
    target: Share = Field(description="the share that must be kept")
    each: Literal["day", "week", "month", "quarter", "year"] = Field("month", description="the period")
    by: Texts = Field((), description="groups: team, actor, or fields of the key or of the opening event")


Rule = Response | Cadence | Notice | Guard | Promise | Consistency | Count | Wording | Objective

KINDS: dict[str, type[Head]] = {
    "response": Response, "cadence": Cadence, "notice": Notice, "guard": Guard, "promise": Promise,
    "consistency": Consistency, "count": Count, "wording": Wording, "objective": Objective,
}  # fmt: skip


def rule_data(rule: Head) -> dict[str, Any]:
    """The YAML data of a rule, shortest form: what `load` reads back as the same rule."""
    order = ["id", "title", "kind", "severity", "status", "source", "why"]
    full = rule.model_dump(by_alias=True, exclude_defaults=True)
    full |= {"kind": rule.kind, "status": rule.status}  # type: ignore[attr-defined]
    return {k: _plain(full[k]) for k in [*order, *(k for k in full if k not in order)] if k in full}


def _plain(data: Any) -> Any:
    if isinstance(data, tuple):
        return [_plain(d) for d in data]
    if isinstance(data, dict):
        return {k: _plain(v) for k, v in data.items() if v is not None}
    return data
