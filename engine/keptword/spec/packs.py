"""Packs: a folder of rules with its vocabulary, calendars and time zone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from keptword.calendars import Calendar, CalendarError, parse_calendar
from keptword.errors import Place, Problem, Problems, RuleError, did_you_mean
from keptword.instants import zone
from keptword.spec.load import build_rule, translate
from keptword.spec.model import Head, Objective, Rule
from keptword.spec.values import (
    EVENT_NAME,
    AnyPattern,
    ConditionField,
    EventPattern,
    Pattern,
    ViolationPattern,
)  # fmt: skip
from keptword.spec.yaml12 import Document, read_yaml

SUFFIXES = (".yaml", ".yml")
TEST_SUFFIXES = (".test.yaml", ".test.yml")


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


def bundled_packs() -> Path:
    """The folder of the built-in packs: inside the installed package, else in the checkout."""
    installed = Path(str(files("keptword"))) / "rules"
    return installed if installed.is_dir() else Path(__file__).resolve().parents[3] / "rules"


def bundled_names() -> list[str]:
    """Names of the built-in packs."""
    return sorted(p.parent.name for p in bundled_packs().glob("*/pack.yaml"))


def load_packs(wanted: Sequence[str | Path]) -> list[Pack]:
    """Load packs by name or path, each a built-in pack, a folder or one rule file.

    Raises:
        RuleError: every problem of every file.
    """
    problems = Problems()
    chosen: dict[Path, set[str] | None] = {}
    for item in wanted:
        place = _find(str(item), problems)
        if place is None:
            continue
        folder, stem = (place, None) if place.is_dir() else (place.parent, place.name)
        known = chosen.get(folder, set())
        chosen[folder] = None if stem is None or known is None else known | {stem}
    packs = [_load(folder, names, problems) for folder, names in chosen.items()]
    _check_together(packs, problems)
    problems.raise_if_any(RuleError)
    return packs


def _find(name: str, problems: Problems) -> Path | None:
    path = Path(name)
    if path.name in {"pack.yaml", "pack.yml"} and path.is_file():
        return path.parent
    if path.name.endswith(TEST_SUFFIXES) and path.is_file():
        rule = path.with_name(path.name.replace(".test.", ".")).name
        hint = f"the rule is {rule}; its tests are run by: keptword test"
        problems.add(Problem("R017", f"'{name}' holds the tests of a rule, not a rule", Place(name), hint=hint))
        return None
    if (
        path.exists()
        and (path.is_dir() or path.suffix in SUFFIXES)
        and (
            "/" in name
            or path.suffix
            or not path.name
            or not (bundled_packs() / name / "pack.yaml").is_file()
        )
    ):
        return path
    built_in = bundled_packs() / name
    if "/" not in name and (built_in / "pack.yaml").is_file():
        return built_in
    pack, _, rule = name.partition("/")
    if rule and (bundled_packs() / pack / f"{rule}.yaml").is_file():
        return bundled_packs() / pack / f"{rule}.yaml"
    hint = (
        did_you_mean(name, bundled_names())
        or f"built in: {', '.join(bundled_names())}; or give a folder or a rule file"
    )
    problems.add(Problem("R017", f"there is no pack or rule file called '{name}'", Place(name), hint=hint))
    return None


def rule_files(folder: Path) -> Iterator[Path]:
    """The rule files of a pack folder, in order of their names."""
    for path in sorted(folder.iterdir()):
        if (
            path.suffix in SUFFIXES
            and path.is_file()
            and path.name != "pack.yaml"
            and not path.name.endswith(TEST_SUFFIXES)
        ):
            yield path


def _load(folder: Path, names: set[str] | None, problems: Problems) -> Pack:
    pack = Pack(folder.resolve().name, folder=folder)
    if (folder / "pack.yaml").is_file():
        _load_head(pack, folder, problems)
    paths = list(rule_files(folder))
    if names is None and not paths:
        problems.add(
            Problem(
                "R017",
                "there is no rule file in this folder",
                Place(str(folder)),
                hint="a pack is a folder with one rule a file",
            )
        )
    for path in paths:
        if names is None or path.name in names:
            _load_rule(pack, path, problems)
    return pack


def _load_head(pack: Pack, folder: Path, problems: Problems) -> None:
    try:
        document = read_yaml(folder / "pack.yaml")
        pack.document = document
        head = PackFile.model_validate(document.data)
    except RuleError as error:
        problems.found.extend(error.problems)
        pack.words_known = False
        return
    except ValidationError as error:
        problems.found.extend(translate(error, document, PackFile, "pack.yaml"))
        pack.words_known = False
        return
    pack.name, pack.title, pack.timezone, pack.vocabulary = (
        head.name,
        head.title,
        head.timezone,
        head.vocabulary,
    )
    pack.scores = head.scores
    pack.phrasebooks = tuple(folder / name for name in head.phrasebooks)
    pack.staff = folder / head.staff if head.staff else None
    if head.timezone is not None:
        _check_zone(head.timezone, document, ("timezone",), problems)
    for term, value in head.vocabulary.items():
        for event in value.events:
            if not EVENT_NAME.fullmatch(event):
                problems.add(
                    document.problem(
                        "R009",
                        f"'{event}' is not the name of an event",
                        ("vocabulary", term, "event"),
                        "events are called noun.participle",
                    )
                )
    pack.calendars = {
        name: cal
        for name, file in head.calendars.items()
        if (cal := _load_calendar(folder / file, name, document, problems))
    }
    pack.broken_calendars = frozenset(head.calendars) - set(pack.calendars)


def _load_calendar(path: Path, name: str, document: Document, problems: Problems) -> Calendar | None:
    if not path.is_file():
        problems.add(document.problem("R015", f"there is no calendar file '{path}'", ("calendars", name)))
        return None
    return read_calendar(path, name, problems)


def read_calendar(path: Path, name: str, problems: Problems) -> Calendar | None:
    """A calendar file, or None with its problems added (R021 and what YAML itself asks for)."""
    try:
        document = read_yaml(path)
    except RuleError as error:
        problems.found.extend(error.problems)
        return None
    try:
        return parse_calendar(document.data, name, path.parent)
    except CalendarError as error:
        for where, message, hint in error.found:
            problems.add(document.problem("R021", message, tuple(where), hint))
        return None


def _check_zone(name: str, document: Document, path: tuple[str, ...], problems: Problems) -> None:
    try:
        zone(name)
    except ValueError as error:
        from zoneinfo import available_timezones

        problems.add(document.problem("R016", str(error), path, did_you_mean(name, available_timezones())))


def _load_rule(pack: Pack, path: Path, problems: Problems) -> None:
    try:
        document = read_yaml(path)
    except RuleError as error:
        problems.found.extend(error.problems)
        return
    rule = build_rule(document, path.name[: -len(path.suffix)], problems, pack.vocabulary)
    if rule is None:
        return
    _check_names(rule, document, pack, problems)
    pack.rules.append(RuleFile(rule, document, f"{pack.name}/{rule.id}", path.with_suffix(".test.yaml")))


def _check_names(rule: Rule, document: Document, pack: Pack, problems: Problems) -> None:
    """Vocabulary, calendar and zone that a rule names have to be there."""
    known = set(pack.vocabulary)
    for path, pattern in patterns_in(rule):
        for part in pattern.parts if isinstance(pattern, AnyPattern) else (pattern,):
            for name in part.events if isinstance(part, EventPattern) else ():
                if pack.words_known and "." not in name and name not in known:
                    hint = (
                        did_you_mean(name, known)
                        or "name an event as noun.participle, or put the word into the vocabulary of pack.yaml"
                    )
                    place = (*path, "event") if (*path, "event") in document.values else path
                    problems.add(
                        document.problem(
                            "R009", f"'{name}' is not in the vocabulary of the pack", place, hint
                        )
                    )
    if (
        rule.clock is not None
        and pack.words_known
        and rule.clock not in {*pack.calendars, *pack.broken_calendars}
    ):
        hint = did_you_mean(rule.clock, pack.calendars) or (
            f"known: {', '.join(sorted(pack.calendars))}"
            if pack.calendars
            else "name it under calendars: in pack.yaml"
        )
        problems.add(document.problem("R015", f"there is no calendar '{rule.clock}'", ("clock",), hint))
    if rule.timezone is not None:
        _check_zone(rule.timezone, document, ("timezone",), problems)


def patterns_in(
    model: BaseModel, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Pattern]]:
    """Every event pattern of a rule with the path of its place in the file."""
    for name, info in type(model).model_fields.items():
        value = getattr(model, name)
        here = (*path, info.alias or name)
        if isinstance(value, (EventPattern, ViolationPattern, AnyPattern)):
            yield here, value
        elif isinstance(value, BaseModel):
            yield from patterns_in(value, here)
        elif isinstance(value, tuple):
            for i, item in enumerate(value):
                if isinstance(item, BaseModel):
                    yield from patterns_in(item, (*here, i))


def referred(rule: Head) -> list[tuple[tuple[str | int, ...], str]]:
    """The rules that a rule rests on (reparations, objectives), with the path of each name."""
    out: list[tuple[tuple[str | int, ...], str]] = []
    for path, pattern in patterns_in(rule):
        for part in pattern.parts if isinstance(pattern, AnyPattern) else (pattern,):
            if isinstance(part, ViolationPattern):
                out.append(((*path, "violation"), part.rule))
    if isinstance(rule, Objective):
        out.extend((("of", i), name) for i, name in enumerate(rule.of))
    return out


def full_name(name: str, pack: str) -> str:
    """`pack/id` of a rule named from inside a pack."""
    return name if "/" in name else f"{pack}/{name}"


def _check_together(packs: list[Pack], problems: Problems) -> None:
    """Ids that stand twice, rules that rest on missing ones, circles."""
    known: dict[str, RuleFile] = {}
    for pack in packs:
        for item in pack.rules:
            if item.name in known:
                problems.add(
                    item.document.problem(
                        "R014",
                        f"'{item.name}' is already the id of the rule in {known[item.name].document.file}",
                        ("id",),
                    )
                )
            known[item.name] = item
    links: dict[str, list[str]] = {name: [] for name in known}
    for pack in packs:
        for item in pack.rules:
            for path, name in referred(item.rule):
                full = full_name(name, pack.name)
                if full in known:
                    links[item.name].append(full)
                else:
                    hint = did_you_mean(full, known) or f"in this run: {', '.join(sorted(known)[:8])}"
                    problems.add(item.document.problem("R012", f"there is no rule '{full}'", path, hint))
    for name in _in_circle(links):
        problems.add(
            known[name].document.problem(
                "R013",
                f"'{name}' waits for itself: a circle of rules",
                ("id",),
                "a reparation cannot rest on its own violations",
            )
        )


def _in_circle(links: Mapping[str, list[str]]) -> list[str]:
    def reaches(start: str) -> bool:
        seen: set[str] = set()
        todo = list(links[start])
        while todo:
            name = todo.pop()
            if name == start:
                return True
            if name not in seen:
                seen.add(name)
                todo.extend(links[name])
        return False

    return [name for name in sorted(links) if reaches(name)]
