"""Waivers: violations that somebody has excused, in a file, with a reason and an end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from keptword.errors import Problems, RuleError, did_you_mean
from keptword.events import Event
from keptword.instants import InstantError, is_date, midnight, parse_instant
from keptword.obligation import Obligation, WaiverUse
from keptword.spec.conditions import Condition, Says, bound, holds, no_words
from keptword.spec.load import translate
from keptword.spec.values import ConditionField
from keptword.spec.yaml12 import Document, read_yaml


class WaiverEntry(BaseModel):
    """One entry of a waiver file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: str = Field(description="pack/rule")
    where: ConditionField | None = Field(None, description="conditions on the opening event")
    start: str = Field(alias="from", description="a date or time")
    end: str = Field(alias="until", description="a date (the whole day) or time, inclusive")
    reason: str = Field(min_length=1, description="why it is excused")
    approved_by: str = Field(min_length=1, description="who excused it")


class WaiverFile(BaseModel):
    """A waiver file: a list under `waivers`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    waivers: tuple[WaiverEntry, ...]


@dataclass(slots=True)
class Waiver:
    """A violation of `rule` whose instant lies in [starts, ends] becomes `waived`.

    Attributes:
        starts, ends: microseconds, both inclusive.
        place: where it stands, for the report.
        used: how many violations it has covered in this run.
    """

    rule: str
    starts: int
    ends: int
    reason: str
    approved_by: str
    where: Condition | None = None
    place: str = ""
    used: set[str] = field(default_factory=set)

    def covers(self, obligation: Obligation, opening: Event | None, says: Says = no_words) -> bool:
        """Whether it excuses this violation."""
        if (
            obligation.rule != self.rule
            or obligation.at is None
            or not self.starts <= obligation.at <= self.ends
        ):
            return False
        return self.where is None or (opening is not None and holds(self.where, opening, says))


def apply(
    waivers: Sequence[Waiver], obligation: Obligation, opening: Event | None, says: Says = no_words
) -> Obligation:
    """The obligation, waived if the first waiver that covers it says so."""
    if not obligation.is_violation:
        return obligation
    for waiver in waivers:
        if waiver.covers(obligation, opening, says):
            waiver.used.add(obligation.id)
            return obligation.waived(f"waived: {waiver.reason} (approved by {waiver.approved_by})")
    return obligation


def uses(waivers: Sequence[Waiver], as_of: int) -> list[WaiverUse]:
    """What each waiver did, expired and unused ones included."""
    return [
        WaiverUse(w.rule, w.reason, w.approved_by, w.starts, w.ends, len(w.used), w.ends < as_of, w.place)
        for w in waivers
    ]


def load_waivers(path: Path, zone: str, known: Sequence[str]) -> list[Waiver]:
    """Read a waiver file: a list, or a mapping with the list under `waivers`.

    Args:
        path: the file.
        zone: of dates and of times without an offset.
        known: names of the rules in this audit.

    Raises:
        RuleError: R023 and the codes of conditions.
    """
    problems = Problems()
    document = read_yaml(path)
    if isinstance(document.data, list):
        document.values = {("waivers", *p): v for p, v in document.values.items()}
        document.keys = {("waivers", *p): v for p, v in document.keys.items()}
        document.data = {"waivers": document.data}
    try:
        entries = WaiverFile.model_validate(
            document.data if document.data is not None else {"waivers": []}
        ).waivers
    except ValidationError as error:
        raise RuleError(translate(error, document, WaiverFile, "a waiver")) from error
    out = [_waiver(entry, i, document, zone, known, problems) for i, entry in enumerate(entries)]
    problems.raise_if_any(RuleError)
    return [w for w in out if w is not None]


def _waiver(
    entry: WaiverEntry, i: int, document: Document, zone: str, known: Sequence[str], problems: Problems
) -> Waiver | None:
    here: tuple[Any, ...] = ("waivers", i)
    names = [k for k in known if k == entry.rule or k.partition("/")[2] == entry.rule]
    if len(names) != 1:
        why = "is the id of several rules: write pack/rule" if names else "is not a rule of this audit"
        problems.add(
            document.problem(
                "R023", f"'{entry.rule}' {why}", (*here, "rule"), did_you_mean(entry.rule, known)
            )
        )
        return None
    try:
        starts, ends = _moment(entry.start, zone, False), _moment(entry.end, zone, True)
    except InstantError as error:
        key = "from" if entry.start in str(error) else "until"
        problems.add(document.problem("R020", str(error), (*here, key), error.hint))
        return None
    where = entry.where
    if where is not None:
        try:
            where = bound(where, zone, {})
        except KeyError as error:
            problems.add(
                document.problem(
                    "R023",
                    f"a waiver knows no calendars, and its condition names {error}",
                    (*here, "where"),
                    'write hours such as {within: "09:00-18:00"} or days such as {on: [sat, sun]}',
                )
            )
            return None
    if ends < starts:
        problems.add(document.problem("R023", "this waiver ends before it begins", (*here, "until")))
        return None
    line = document.values.get(here, (1, 1, 1))[0]
    return Waiver(names[0], starts, ends, entry.reason, entry.approved_by, where, f"{document.file}:{line}")


def _moment(text: str, zone: str, end_of_day: bool) -> int:
    if is_date(text):
        day = date.fromisoformat(text)
        return midnight(day + timedelta(days=1), zone) - 1 if end_of_day else midnight(day, zone)
    return parse_instant(text, zone)
