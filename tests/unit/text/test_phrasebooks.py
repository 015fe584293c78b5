"""Phrasebooks: the user's are compiled with the built-in ones; whatever is wrong is an error with its place."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from keptword.errors import RuleError
from keptword.text import analyse, check, load_phrasebooks
from keptword.text.books import build, built_in


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests leave the user's cache alone."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def write(tmp_path: Path, text: str) -> Path:
    """A phrasebook file with this text."""
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_shipped_table_is_that_of_the_sources() -> None:
    """data/compiled.json is what the YAML files compile to (build it anew with keptword.text.books.build)."""
    shipped = json.loads((files("keptword.text") / "data" / "compiled.json").read_text(encoding="utf-8"))
    assert shipped == json.loads(json.dumps(build()))


def test_a_users_phrasebook_finds_what_it_names(tmp_path: Path) -> None:
    """Any form of a word, gaps, alternatives, optional and exact words, guards."""
    path = write(
        tmp_path,
        "element: discount\nru:\n  not_before: [не]\n  phrases:\n    - (предоставить|дать) ..2 скидка\nen:\n  - offer a? (discount|rebate)\n  - =freebie\n",
    )
    books = load_phrasebooks([path])
    for text, expected in [
        ("Предоставим вам большую скидку.", True), ("Дали скидки всем.", True), ("Не дадим скидку.", False), ("Скидка дана.", False), ("We offered discounts.", True),
        ("We are offering a rebate.", True), ("A freebie!", True), ("Freebies!", False), ("Предоставим. Скидку потом.", False),
    ]:  # fmt: skip
        assert ("discount" in analyse(text, books=books).elements) is expected, text
    assert (
        check(analyse("Дадим скидку. Приносим извинения.", books=books), "discount", "forbid").outcome
        == "broken"
    )
    assert "apology" in analyse("Приносим извинения.", books=books).elements


def test_second_load_needs_no_dictionary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The forms of a user's words are kept on disk; a damaged cache is made anew."""
    path = write(tmp_path, "element: discount\nru: [абордаж]\n")
    load_phrasebooks([path])
    cached = list((tmp_path / "cache").rglob("words-*.json"))
    assert len(cached) == 1
    monkeypatch.setattr("keptword.text.forms._morph", lambda: pytest.fail("the dictionary was loaded"))
    assert "discount" in analyse("Абордажем", books=load_phrasebooks([path])).elements
    monkeypatch.undo()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    cached[0].write_text("{", encoding="utf-8")
    assert "discount" in analyse("Абордажем", books=load_phrasebooks([path])).elements


def test_built_in_phrasebooks_need_no_dictionary(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of pymorphy3 is loaded for the built-in phrasebooks."""
    monkeypatch.setattr("keptword.text.forms._morph", lambda: pytest.fail("the dictionary was loaded"))
    assert load_phrasebooks().phrases
    assert load_phrasebooks().names == built_in().names


MISTAKES = {
    "element: x\nru:\n  - извениние\n": (3, 5, "not a word that the dictionary knows"),
    "element: x\nru:\n  - извинения ..2 наш\n": (3, 5, "not a dictionary form"),
    "element: x\nru:\n  - приносим\n": (3, 5, "not a dictionary form"),
    "element: x\nen:\n  - we took\n": (3, 8, "not a dictionary form"),
    "element: x\nen:\n  - don't\n": (3, 5, "several words"),
    "element: x\nru:\n  - oткрыть\n": (3, 5, "Cyrillic letters"),
    "element: x\nru:\n  - наш ..40 вина\n": (3, 9, "too wide"),
    "element: x\nru:\n  - вина?\n": (3, 5, "no word at all"),
    "element: x\nru:\n  - (вина|\n": (3, 0, ""),
    "element: x\nru:\n  - <NOPE> вина\n": (3, 5, "unknown class"),
    "element: x\nru:\n  - вина [наш]\n": (3, 0, ""),
    "element: x\nru:\n  - {phrase: вина, after: [не]}\n": (3, 20, "unknown key"),
    "element: x\nru:\n  - {phrase: вина, within: many}\n": (3, 28, "within"),
    "elment: x\nru: [вина]\n": (1, 1, "unknown key"),
    "ru: [вина]\n": (1, 1, "which element"),
    "element: x\nru: [вина\n": (0, 0, "not YAML"),
    "": (1, 0, "empty"),
    "- a\n- b\n": (1, 1, "a mapping"),
    "element: x\nru: 5\n": (2, 5, "a list"),
    "element: x\nru: [вина]\nru: [вина]\n": (3, 1, "twice"),
    "element: x\nen:\n  - " + " ".join(["(a b|c d)? ..8"] * 12) + " e\n": (3, 5, "too many gaps"),
}


@pytest.mark.parametrize("text", MISTAKES)
def test_mistakes_are_errors_with_a_place(text: str, tmp_path: Path) -> None:
    """R025 at the line and column, saying what is wrong."""
    line, column, words = MISTAKES[text]
    with pytest.raises(RuleError) as caught:
        load_phrasebooks([write(tmp_path, text)])
    problem = caught.value.problems[0]
    assert problem.code == "R025"
    assert not line or problem.place.line == line
    assert not column or problem.place.column == column
    assert words in problem.message


def test_all_mistakes_are_reported_at_once(tmp_path: Path) -> None:
    """Not only the first."""
    with pytest.raises(RuleError) as caught:
        load_phrasebooks(
            [write(tmp_path, "element: x\nru:\n  - извениние\n  - приносим\n"), tmp_path / "missing.yaml"]
        )
    assert len(caught.value.problems) == 3


def test_examples_are_run_when_a_phrasebook_is_loaded(tmp_path: Path) -> None:
    """An example that matches nothing, or that must not match and does, is an error at its place; right ones are silent."""
    body = "element: discount\nru:\n  not_before: [не]\n  phrases:\n    - (предоставить|дать) ..2 скидка\nexamples:\n  match:\n    - Дадим вам скидку.\n{}  no_match:\n    - Не дадим скидку.\n{}"
    load_phrasebooks([write(tmp_path, body.format("", ""))])
    with pytest.raises(RuleError) as caught:
        load_phrasebooks([write(tmp_path, body.format("    - Уступим в цене.\n", "    - Дали скидку.\n"))])
    assert [(p.code, p.place.line, p.message) for p in caught.value.problems] == [
        ("R025", 9, "the example holds no discount"),
        ("R025", 12, "the example holds discount: “Дали скидку”"),
    ]


def test_examples_must_be_lists_of_messages_with_phrases_beside_them(tmp_path: Path) -> None:
    """Other shapes of `examples` are errors, each at its place."""
    for examples in (
        "examples: 5\n",
        "examples: {match: да}\n",
        "examples: {match: [[да]]}\n",
        "examples: {maybe: [да]}\n",
    ):
        with pytest.raises(RuleError) as caught:
            load_phrasebooks([write(tmp_path, "element: discount\nru: [скидка]\n" + examples)])
        assert [(p.code, p.place.line) for p in caught.value.problems] == [("R025", 3)], examples
    with pytest.raises(RuleError, match="no phrases"):
        load_phrasebooks([write(tmp_path, "element: discount\nexamples: {match: [скидка]}\n")])
