"""What must be true of the whole tree: sizes, names, pages, tests beside rules, nothing of one machine in a lock file."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from keptword.errors import CODES
from keptword.spec.load import KINDS

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "engine").rglob("*.py"))
RULES = sorted(
    p for p in (ROOT / "rules").glob("*/*.yaml") if p.name != "pack.yaml" and ".test." not in p.name
)

# Modules that are read from top to bottom and would lose by being cut: why.
LONG = {
    "plan.py": "one plan a kind of rule, side by side",
}


def ids(paths: list[Path]) -> list[str]:
    return [p.relative_to(ROOT).as_posix() for p in paths]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def headings(text: str) -> list[str]:
    """Headings of a page, without what stands in code blocks."""
    plain = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"^#+ (.+)$", plain, re.MULTILINE)


@pytest.mark.parametrize("path", MODULES, ids=ids(MODULES))
def test_a_module_is_short_named_and_explained(path: Path) -> None:
    """At most 400 lines, a name that says what is in it, and a docstring wherever there is code."""
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= (800 if path.name in LONG else 400)
    assert not re.search(r"util|helper|manager|common|misc", path.stem)
    tree = ast.parse(text)
    assert ast.get_docstring(tree) or not tree.body


def test_every_error_code_has_its_section_and_no_section_is_left_over() -> None:
    """docs/errors.md and errors.CODES say the same, in the same order."""
    sections = [h for h in headings(read("docs/errors.md")) if re.match(r"[A-Z]\d{3}", h)]
    assert sections == [f"{code}: {title}" for code, title in CODES.items()]


def test_every_error_section_shows_a_message_of_its_code() -> None:
    """A reader sees what the message looks like and what to do."""
    for section in read("docs/errors.md").split("\n## ")[1:]:
        code = section[:4]
        assert f"error[{code}]" in section
        meaning, _, mend = re.split(r"^```", section, flags=re.MULTILINE)
        assert len(meaning.splitlines()) > 2
        assert mend.strip()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_rule_has_its_section(kind: str) -> None:
    """docs/kinds.md explains every kind that a rule file may name."""
    assert any(re.search(rf"\b{kind}\b", h.lower()) for h in headings(read("docs/kinds.md")))


@pytest.mark.parametrize("path", RULES, ids=ids(RULES))
def test_every_rule_has_its_test_beside_it(path: Path) -> None:
    """The plugin asks the test file for a case kept, one violated and one at the boundary; here, that it is there."""
    assert path.with_name(f"{path.stem}.test.yaml").is_file()


def test_every_pack_keeps_a_changelog() -> None:
    """Who is judged by a pack can read when its rules changed."""
    packs = sorted((ROOT / "rules").glob("*/pack.yaml"))
    assert packs
    assert [p.parent.name for p in packs if not p.with_name("CHANGELOG.md").is_file()] == []


def test_the_changelog_has_a_place_for_what_comes() -> None:
    """Keep a Changelog: unreleased changes stand on top."""
    assert headings(read("CHANGELOG.md"))[1] == "[Unreleased]"


def test_the_glossary_is_in_order_and_explains_the_verdicts() -> None:
    """Terms are sorted, each once; every verdict of a report is among them."""
    from typing import get_args

    from keptword.obligation import Verdict

    terms = re.findall(r"^\*\*(.+?)\*\*", read("docs/glossary.md"), re.MULTILINE)
    assert terms == sorted(set(terms), key=str.lower)
    assert set(get_args(Verdict)) <= set(terms)


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-live.lock", "requirements-spark.lock"])
def test_a_lock_file_fits_every_machine(name: str) -> None:
    """Every package is pinned and hashed; no index, no path, no link of one machine."""
    text = read(name)
    assert not re.search(r"https?:|file:|--(?:extra-)?index|--find-links|^-|^/", text, re.MULTILINE)
    for entry in re.split(r"\n(?=[a-z])", text):
        if not entry.startswith("#"):
            assert re.match(r"[a-z0-9-]+==\S+", entry)
            assert "--hash=sha256:" in entry


def test_the_pages_that_the_documentation_links_to_exist() -> None:
    """No link inside the documentation leads nowhere."""
    broken = []
    for page in [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")]:
        text = page.read_text(encoding="utf-8")
        plain = re.sub(r"^```.*?^```|`[^`\n]+`", "", text, flags=re.DOTALL | re.MULTILINE)
        targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", plain)
        broken += [f"{page.name}: {target}" for target in targets if not (page.parent / target).exists()]
    assert broken == []


def test_nobody_needs_more_than_two_screens_to_see_what_this_is() -> None:
    """The README stays under two screens and names both commands."""
    readme = read("README.md")
    assert len(readme.splitlines()) <= 120
    assert "make audit" in readme
    assert "make test" in readme
