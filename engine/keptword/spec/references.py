"""What rules name: words of the vocabulary, calendars, zones, other rules; all of it has to be there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from keptword.errors import Problems, did_you_mean
from keptword.instants import zone
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
        check_zone(rule.timezone, document, ("timezone",), problems)


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
