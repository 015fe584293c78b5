"""The values that rule files are made of: patterns, limits, lead readings, shares; each knows how it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from keptword.instants import is_date
from keptword.limits import Limit, parse_limit
from keptword.spec.conditions import Condition, ConditionError, condition_data, parse_condition

EVENT_NAME = re.compile(r"[^\W_][\w-]*(?:\.[^\W_][\w-]*)+")
WORD = re.compile(r"[^\W\d_][\w-]*")


def fail(
    message: str, code: str = "R005", hint: str = "", path: tuple[str | int, ...] = ()
) -> PydanticCustomError:
    """An error that the loader turns into a located problem; `path` leads from the field to the culprit."""
    return PydanticCustomError("keptword", "{problems}", {"problems": [(path, code, message, hint)]})


# ---------------------------------------------------------------------------------------------------- patterns


@dataclass(frozen=True, slots=True)
class EventPattern:
    """Events by name and condition.

    Attributes:
        events: names of events, or of the vocabulary (a name without a dot).
        where: a further condition.
        short: written as a bare name (`after: outage`).
    """

    events: tuple[str, ...]
    where: Condition | None = None
    short: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class ViolationPattern:
    """The violations of another rule, taken as events."""

    rule: str
    where: Condition | None = None


@dataclass(frozen=True, slots=True)
class AnyPattern:
    """Several patterns; one is enough."""

    parts: tuple[EventPattern | ViolationPattern, ...]


Pattern = EventPattern | ViolationPattern | AnyPattern


def parse_pattern(data: Any, extra: frozenset[str] = frozenset()) -> Pattern:
    """Read `outage`, `{event: …, where: …}`, `{violation: rule}` or a list of these.

    Raises:
        PydanticCustomError: with every problem.
    """
    if isinstance(data, (EventPattern, ViolationPattern, AnyPattern)):
        return data
    if isinstance(data, list):
        if not data:
            raise fail("an empty list matches no event")
        parts: list[EventPattern | ViolationPattern] = []
        for i, item in enumerate(data):
            part = _with_path(item, i)
            parts.extend(part.parts if isinstance(part, AnyPattern) else [part])
        return parts[0] if len(parts) == 1 else AnyPattern(tuple(parts))
    if isinstance(data, str):
        return EventPattern((_name(data, ()),), None, True)
    if not isinstance(data, dict):
        raise fail(
            f"{data!r} is not an event",
            hint="write a name of the vocabulary, or {event: outage.opened, where: {…}}",
        )
    known = {"event", "where", "violation"} | extra
    for key in data:
        if key not in known:
            raise fail(
                f"'{key}' is not a key of an event pattern",
                "R003",
                f"known: {', '.join(sorted(known))}",
                (key,),
            )
    where = _where(data.get("where")) if "where" in data else None
    if "violation" in data:
        if "event" in data:
            raise fail("an event pattern has either 'event' or 'violation', not both", path=("violation",))
        if not isinstance(data["violation"], str):
            raise fail("'violation' names a rule", path=("violation",))
        return ViolationPattern(data["violation"], where)
    names = data.get("event")
    if names is None:
        raise fail("an event pattern needs 'event'", "R004", "for example {event: outage.opened}")
    if isinstance(names, list):
        if not names:
            raise fail("an empty list matches no event", path=("event",))
        return EventPattern(tuple(_name(n, ("event", i)) for i, n in enumerate(names)), where)
    return EventPattern((_name(names, ("event",)),), where)


def _with_path(item: Any, i: int) -> Pattern:
    try:
        return parse_pattern(item)
    except PydanticCustomError as error:
        found = (error.context or {})["problems"]
        raise PydanticCustomError(
            "keptword", "{problems}", {"problems": [((i, *p), *rest) for p, *rest in found]}
        ) from error


def _name(data: Any, path: tuple[str | int, ...]) -> str:
    if not isinstance(data, str) or not (EVENT_NAME.fullmatch(data) or WORD.fullmatch(data)):
        raise fail(
            f"{data!r} is not the name of an event",
            "R009",
            "events are called noun.participle, such as outage.opened",
            path,
        )
    return data


def _where(data: Any) -> Condition:
    try:
        return parse_condition(data)
    except ConditionError as error:
        found = [(("where", *p), code, message, hint) for p, code, message, hint in error.found]
        raise PydanticCustomError("keptword", "{problems}", {"problems": found}) from error


def pattern_data(pattern: Pattern) -> Any:
    """The YAML data of a pattern."""
    match pattern:
        case AnyPattern(parts):
            return [pattern_data(p) for p in parts]
        case ViolationPattern(rule, where):
            return {"violation": rule} | ({"where": condition_data(where)} if where else {})
        case EventPattern(events, where, short):
            if short and where is None and len(events) == 1:
                return events[0]
            return {"event": events[0] if len(events) == 1 else list(events)} | (
                {"where": condition_data(where)} if where else {}
            )


# ------------------------------------------------------------------------------------------------------ limits


@dataclass(frozen=True, slots=True)
class Dated:
    """A limit by date: the last one that starts on or before the opening event's local date."""

    steps: tuple[tuple[date, LimitChoice], ...]


@dataclass(frozen=True, slots=True)
class ByField:
    """A limit by the value of a field of the opening event; `other` for every other value (None: the rule does not apply)."""

    field: str
    cases: tuple[tuple[str, LimitChoice], ...]
    other: LimitChoice | None


@dataclass(frozen=True, slots=True)
class Anchored:
    """A limit measured from another event of the key, or from an instant in a field of the opening event."""

    start: str
    within: Limit


@dataclass(frozen=True, slots=True)
class Combined:
    """The earliest or the latest of several deadlines."""

    which: str  # earliest_of | latest_of
    parts: tuple[Limit | Anchored, ...]


LimitChoice = Limit | Dated | ByField | Anchored | Combined


def parse_choice(data: Any, path: tuple[str | int, ...] = ()) -> LimitChoice:
    """Read a limit, `{2025-01-01: 2h, …}`, `{by: field, …}`, `{earliest_of: […]}` or `{from: …, within: …}`."""
    if isinstance(data, (Limit, Dated, ByField, Anchored, Combined)):
        return data
    if not isinstance(data, dict):
        return _limit(data, path)
    if not data:
        raise fail("a limit is missing", "R006", path=path)
    if "by" in data:
        return _by_field(data, path)
    for which in ("earliest_of", "latest_of"):
        if which in data:
            if len(data) > 1 or not isinstance(data[which], list) or len(data[which]) < 2:
                raise fail(
                    f"'{which}' takes a list of at least two limits and stands alone",
                    "R006",
                    path=(*path, which),
                )
            return Combined(which, tuple(_anchored(v, (*path, which, i)) for i, v in enumerate(data[which])))
    if "from" in data:
        return _anchored(data, path)
    if all(isinstance(k, str) and is_date(k) for k in data):
        steps = sorted((date.fromisoformat(k), parse_choice(v, (*path, k))) for k, v in data.items())
        return Dated(tuple(steps))
    bad = next(k for k in data if not is_date(str(k)))
    raise fail(f"'{bad}' is neither a date nor one of by, from, earliest_of, latest_of", "R006",
               "write 1h, or {by: priority, P1: 15m, else: 4h}, or {2025-01-01: 2h, 2026-01-01: 1h}", (*path, bad))  # fmt: skip


def _by_field(data: dict[str, Any], path: tuple[str | int, ...]) -> ByField:
    field = data["by"]
    if not isinstance(field, str):
        raise fail(f"'by' names a field, not {field!r}", path=(*path, "by"))
    cases = tuple((k, parse_choice(v, (*path, k))) for k, v in data.items() if k not in {"by", "else"})
    other = parse_choice(data["else"], (*path, "else")) if "else" in data else None
    if not cases:
        raise fail(f"no value of '{field}' has a limit here", "R006", path=path)
    return ByField(field, cases, other)


def _anchored(data: Any, path: tuple[str | int, ...]) -> Limit | Anchored:
    if not isinstance(data, dict):
        return _limit(data, path)
    unknown = set(data) - {"from", "within"}
    if unknown or "from" not in data or "within" not in data:
        raise fail(
            "a limit measured from elsewhere is {from: EVENT or FIELD, within: LIMIT}", "R006", path=path
        )
    if not isinstance(data["from"], str):
        raise fail(f"'from' names an event or a field, not {data['from']!r}", path=(*path, "from"))
    return Anchored(data["from"], _limit(data["within"], (*path, "within")))


def _limit(data: Any, path: tuple[str | int, ...]) -> Limit:
    if isinstance(data, bool) or not isinstance(data, (str, int)):
        raise fail(f"{data!r} is not a limit such as 30m, 1h30m, 30d, 1mo or 5wd", "R006", path=path)
    try:
        return parse_limit(str(data))
    except ValueError as error:
        raise fail(str(error), "R006", path=path) from error


def choice_data(choice: LimitChoice) -> Any:
    """The YAML data of a limit."""
    match choice:
        case Limit():
            return str(choice)
        case Dated(steps):
            return {day.isoformat(): choice_data(c) for day, c in steps}
        case ByField(field, cases, other):
            return (
                {"by": field}
                | {k: choice_data(c) for k, c in cases}
                | ({} if other is None else {"else": choice_data(other)})
            )
        case Anchored(start, within):
            return {"from": start, "within": str(within)}
        case Combined(which, parts):
            return {which: [choice_data(p) for p in parts]}


def limits_in(choice: LimitChoice) -> list[Limit]:
    """Every limit that a choice can lead to."""
    match choice:
        case Limit():
            return [choice]
        case Dated(steps):
            return [limit for _, c in steps for limit in limits_in(c)]
        case ByField(_, cases, other):
            return [limit for _, c in cases for limit in limits_in(c)] + (
                limits_in(other) if other is not None else []
            )
        case Anchored(_, within):
            return [within]
        case Combined(_, parts):
            return [limit for p in parts for limit in limits_in(p)]


# ------------------------------------------------------------------------------------------------- annotations
# The JSON Schema of these is in schema.py, by the name in `$comment`.


def _condition(data: Any) -> Condition:
    if not isinstance(data, dict) and hasattr(data, "__slots__"):
        return data  # type: ignore[no-any-return]
    try:
        return parse_condition(data)
    except ConditionError as error:
        raise PydanticCustomError("keptword", "{problems}", {"problems": error.found}) from error


def _only_limit(data: Any) -> Limit:
    return data if isinstance(data, Limit) else _limit(data, ())


def parse_when(data: Any) -> Limit | Pattern:
    """A length of time (`2h`), or an event pattern: names never begin with a digit."""
    if isinstance(data, Limit):
        return data
    return _limit(data, ()) if isinstance(data, str) and data.strip()[:1].isdigit() else parse_pattern(data)


def when_data(when: Limit | Pattern) -> Any:
    """The YAML data of a length of time or a pattern."""
    return str(when) if isinstance(when, Limit) else pattern_data(when)


WhenField = Annotated[
    Limit | Pattern,
    PlainValidator(parse_when),
    PlainSerializer(when_data),
    WithJsonSchema({"$comment": "when"}),
]
PatternField = Annotated[
    Pattern,
    PlainValidator(parse_pattern),
    PlainSerializer(pattern_data),
    WithJsonSchema({"$comment": "pattern"}),
]
ChoiceField = Annotated[
    LimitChoice,
    PlainValidator(parse_choice),
    PlainSerializer(choice_data),
    WithJsonSchema({"$comment": "choice"}),
]
LimitField = Annotated[
    Limit, PlainValidator(_only_limit), PlainSerializer(str), WithJsonSchema({"$comment": "limit"})
]
ConditionField = Annotated[
    Condition,
    PlainValidator(_condition),
    PlainSerializer(condition_data),
    WithJsonSchema({"$comment": "condition"}),
]
