"""Calendars that rules choose by a field, and what a change of its value means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from keptword.spec.values import Pattern, fail, parse_pattern, pattern_data


@dataclass(frozen=True, slots=True)
class ClockBy:
    """A calendar by the value of a field, and what a change of that value means.

    Attributes:
        field: of the opening event, or of the last event before it that `changed_by` names.
        cases: value → calendar; other: the calendar of every other value (None: the rule is not about it).
        changed_by: events that carry the field anew.
        on_change: first: the calendar of the opening event for good; last: the newest one for the whole span;
            accumulate: each for its own time.
    """

    field: str
    cases: tuple[tuple[str, str], ...]
    other: str | None
    changed_by: Pattern | None = None
    on_change: str = "first"

    @property
    def names(self) -> list[str]:
        """Every calendar, each once."""
        return list(
            dict.fromkeys([*(c for _, c in self.cases), *([] if self.other is None else [self.other])])
        )


ON_CHANGE = ("first", "last", "accumulate")


def parse_clock(data: Any) -> str | ClockBy:
    """Read the name of a calendar, or `{by: schedule, eu: office, else: support, changed_by: …, on_change: …}`."""
    if isinstance(data, (str, ClockBy)):
        return data
    if not isinstance(data, dict) or "by" not in data:
        raise fail(
            f"{data!r} is not a calendar",
            hint="write clock: support, or {by: region, eu: support, else: office}",
        )
    if not isinstance(data["by"], str):
        raise fail(f"'by' names a field, not {data['by']!r}", path=("by",))
    cases = tuple((k, v) for k, v in data.items() if k not in {"by", "else", "changed_by", "on_change"})
    for key, name in (*cases, *((k, data[k]) for k in ("else",) if k in data)):
        if not isinstance(name, str):
            raise fail(f"{name!r} is not the name of a calendar", path=(key,))
    if not cases:
        raise fail(f"no value of '{data['by']}' has a calendar here", path=("by",))
    how = data.get("on_change", "first")
    if how not in ON_CHANGE:
        raise fail(f"{how!r} is not one of {', '.join(ON_CHANGE)}", path=("on_change",))
    if how != "first" and "changed_by" not in data:
        raise fail(
            "'on_change' needs to know which event changes the calendar",
            "R004",
            "add changed_by: schedule.changed",
            ("on_change",),
        )
    changed = None
    if "changed_by" in data:
        try:
            changed = parse_pattern(data["changed_by"])
        except PydanticCustomError as error:
            found = [(("changed_by", *p), *rest) for p, *rest in (error.context or {})["problems"]]
            raise PydanticCustomError("keptword", "{problems}", {"problems": found}) from error
    return ClockBy(data["by"], cases, data.get("else"), changed, how)


def clock_data(clock: str | ClockBy) -> Any:
    """The YAML data of a clock."""
    if isinstance(clock, str):
        return clock
    out: dict[str, Any] = {"by": clock.field} | dict(clock.cases)
    if clock.other is not None:
        out["else"] = clock.other
    if clock.changed_by is not None:
        out["changed_by"] = pattern_data(clock.changed_by)
    return out | ({"on_change": clock.on_change} if clock.on_change != "first" else {})


ClockField = Annotated[
    str | ClockBy,
    PlainValidator(parse_clock),
    PlainSerializer(clock_data),
    WithJsonSchema({"$comment": "clock"}),
]
