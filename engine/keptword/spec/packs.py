"""Packs: a folder of rules with its vocabulary, calendars and time zone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from keptword.calendars import Calendar, CalendarError, parse_calendar
from keptword.errors import Place, Problem, Problems, RuleError, did_you_mean
from keptword.spec.load import build_rule, translate
from keptword.spec.pack import Pack, PackFile, RuleFile
from keptword.spec.references import check_calendars, check_names, check_together, check_zone
from keptword.spec.values import (
    EVENT_NAME,
)  # fmt: skip
from keptword.spec.yaml12 import Document, read_yaml

SUFFIXES = (".yaml", ".yml")
TEST_SUFFIXES = (".test.yaml", ".test.yml")


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
    check_together(packs, problems)
    problems.raise_if_any(RuleError)
    return packs


def _find(name: str, problems: Problems) -> Path | None:
    path = Path(name)
    if path.name in {"pack.yaml", "pack.yml"} and path.is_file():
        return path.parent
    if path.name.endswith(TEST_SUFFIXES) and path.is_file():
        rule = path.with_name(path.name.replace(".test.", ".")).name
        hint = f"the rule is {rule}; its tests are run by: keptword test"
        problems.add(
            Problem("R017", f"'{name}' holds the tests of a rule, not a rule", Place(name), hint=hint)
        )
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
        check_zone(head.timezone, document, ("timezone",), problems)
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
    for term, value in head.vocabulary.items():
        if value.where is not None:
            check_calendars(value.where, ("vocabulary", term, "where"), document, pack, problems)


def _load_calendar(path: Path, name: str, document: Document, problems: Problems) -> Calendar | None:
    if not path.is_file():
        there = sorted(f.name for f in path.parent.glob("*.yaml")) if path.parent.is_dir() else []
        near = did_you_mean(path.name, there)
        hint = near or (
            f"in that folder: {', '.join(there[:8])}" if there else "write calendars/support.yaml"
        )
        problems.add(
            document.problem("R015", f"there is no calendar file '{path}'", ("calendars", name), hint)
        )
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


def _load_rule(pack: Pack, path: Path, problems: Problems) -> None:
    try:
        document = read_yaml(path)
    except RuleError as error:
        problems.found.extend(error.problems)
        return
    rule = build_rule(document, path.name[: -len(path.suffix)], problems, pack.vocabulary)
    if rule is None:
        return
    check_names(rule, document, pack, problems)
    pack.rules.append(RuleFile(rule, document, f"{pack.name}/{rule.id}", path.with_suffix(".test.yaml")))
