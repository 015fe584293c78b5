"""What rules name: words of the vocabulary, calendars, zones, other rules; all of it has to be there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from keptword.errors import Problem, Problems, did_you_mean
from keptword.instants import zone
from keptword.spec.clocks import ClockBy
from keptword.spec.conditions import Condition, calendars_in
from keptword.spec.model import Head, Objective, Rule
from keptword.spec.pack import Pack, RuleFile
from keptword.spec.values import (
    AnyPattern,
    EventPattern,
    Pattern,
    ViolationPattern,
)  # fmt: skip
from keptword.spec.yaml12 import Document

SUFFIXES = (".yaml", ".yml")
TEST_SUFFIXES = (".test.yaml", ".test.yml")


def check_zone(name: str, document: Document, path: tuple[str, ...], problems: Problems) -> None:
    """Report a time zone that does not exist (R016), with the nearest name."""
    try:
        zone(name)
    except ValueError as error:
        from zoneinfo import available_timezones

        problems.add(document.problem("R016", str(error), path, did_you_mean(name, available_timezones())))


def check_names(rule: Rule, document: Document, pack: Pack, problems: Problems) -> None:
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
    named = [] if rule.clock is None else [rule.clock] if isinstance(rule.clock, str) else rule.clock.names
    for name in named if pack.words_known else ():
        if name not in {*pack.calendars, *pack.broken_calendars}:
            problems.add(no_calendar(name, ("clock",), document, pack))
    if pack.words_known:
        for path, condition in conditions_in(rule):
            check_calendars(condition, path, document, pack, problems)
    if rule.timezone is not None:
        check_zone(rule.timezone, document, ("timezone",), problems)


def no_calendar(name: str, path: tuple[str | int, ...], document: Document, pack: Pack) -> Problem:
    """A calendar that is named and not there (R015), with those that are."""
    known = sorted(pack.calendars)
    hints = [did_you_mean(name, known), f"known: {', '.join(known)}" if known else ""]
    hint = "; ".join(h for h in hints if h) or "name it under calendars: in pack.yaml"
    return document.problem("R015", f"there is no calendar '{name}'", path, hint)


def check_calendars(
    condition: Condition, path: tuple[str | int, ...], document: Document, pack: Pack, problems: Problems
) -> None:
    """Calendars that a condition names have to be there."""
    for name in sorted(calendars_in(condition) - {*pack.calendars, *pack.broken_calendars}):
        problems.add(no_calendar(name, path, document, pack))


def conditions_in(rule: Rule) -> Iterator[tuple[tuple[str | int, ...], Condition]]:
    """Every condition of a rule with the path of its place in the file."""
    if rule.applies is not None:
        yield ("applies",), rule.applies
    for path, pattern in patterns_in(rule):
        for part in pattern.parts if isinstance(pattern, AnyPattern) else (pattern,):
            if part.where is not None:
                yield (*path, "where"), part.where


def patterns_in(
    model: BaseModel, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Pattern]]:
    """Every event pattern of a rule with the path of its place in the file."""
    for name, info in type(model).model_fields.items():
        value = getattr(model, name)
        here = (*path, info.alias or name)
        if isinstance(value, (EventPattern, ViolationPattern, AnyPattern)):
            yield here, value
        elif isinstance(value, ClockBy):
            if value.changed_by is not None:
                yield (*here, "changed_by"), value.changed_by
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


def check_together(packs: list[Pack], problems: Problems) -> None:
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
