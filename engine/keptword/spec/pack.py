"""What a pack is: rules with their vocabulary, calendars and time zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from keptword.calendars import Calendar
from keptword.spec.model import Rule
from keptword.spec.values import ConditionField
from keptword.spec.yaml12 import Document


class Term(BaseModel):
    """One name of the vocabulary: kinds of event, and the words people use for them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    event: str | tuple[str, ...]
    where: ConditionField | None = None
    says: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="words for sentences: en and ru, several forms each"
    )
    ends: str | None = Field(None, description="the name that ends what this one begins: `during an outage`")
    moment: str | None = Field(
        None, description="the field that holds its moment: `30 days before a tariff change`"
    )

    @property
    def events(self) -> tuple[str, ...]:
        """The names of the events."""
        return (self.event,) if isinstance(self.event, str) else self.event


class PackFile(BaseModel):
    """What pack.yaml says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", description="lower-case words joined by hyphens")
    title: str = ""
    version: str = ""
    language: str | None = None
    timezone: str | None = Field(None, description="an IANA zone such as Europe/Moscow")
    calendars: dict[str, str] = Field(default_factory=dict, description="name: file")
    vocabulary: dict[str, Term] = Field(default_factory=dict)
    phrasebooks: tuple[str, ...] = ()
    staff: str | None = Field(None, description="a file of staff names that are no diminutives, one a line")
    scores: dict[str, Any] = Field(default_factory=dict, description="weights for the scores of the report")


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A rule and where it came from.

    Attributes:
        rule: the checked model.
        document: the file it was read from, for later problems.
        name: `pack/id`.
        tests: its test file, whether it exists or not.
    """

    rule: Rule
    document: Document
    name: str
    tests: Path | None


@dataclass(slots=True)
class Pack:
    """Rules that share a vocabulary, calendars and a time zone."""

    name: str
    title: str = ""
    timezone: str | None = None
    vocabulary: Mapping[str, Term] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    rules: list[RuleFile] = field(default_factory=list)
    folder: Path | None = None
    phrasebooks: tuple[Path, ...] = ()
    staff: Path | None = None
    scores: Mapping[str, Any] = field(default_factory=dict)
    document: Document | None = None
    words_known: bool = True  # False: pack.yaml could not be read, so nothing can be said about its names
    broken_calendars: frozenset[str] = frozenset()
