"""Phrasebooks loaded: the built-in ones from their compiled table, the user's from YAML, each file expanded once and kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from keptword.errors import Place, Problem, Problems, RuleError
from keptword.text.book_cache import from_cache, to_cache
from keptword.text.book_layout import compile_books
from keptword.text.book_source import MADE, Example, Raw, read_source
from keptword.text.phrasebook import Phrasebooks
from keptword.text.tokens import TOKEN_CLASSES

VERSION = 1


def load_phrasebooks(paths: Sequence[Path] = ()) -> Phrasebooks:
    """The built-in phrasebooks and the user's.

    Args:
        paths: YAML files, or directories whose *.yaml files are meant.

    Raises:
        RuleError: R025, every problem of every file, each at its place: words, phrases, and examples that do not come out.
    """
    return _load(tuple(Path(p) for p in paths))


@cache
def built_in() -> Phrasebooks:
    """The built-in phrasebooks alone, loaded once."""
    return _load(())


def _load(paths: tuple[Path, ...]) -> Phrasebooks:
    raw, table = _built_in_raw()
    examples: list[Example] = []
    if paths:
        problems = Problems()
        known: dict[str, list[str]] = dict(table)
        own: list[Raw] = []
        texts: list[tuple[str, str]] = []
        for path in sorted(p for given in paths for p in _yaml_files(given)):
            try:
                texts.append((str(path), path.read_text(encoding="utf-8")))
            except (OSError, UnicodeDecodeError) as error:
                problems.add(Problem("R025", f"the phrasebook cannot be read: {error}", Place(str(path))))
        cached = _user_words(texts)
        known.update(cached)
        before = len(known)
        for name, text in texts:
            own.append(
                read_source(name, text, known, problems, set(raw["classes"]) | set(TOKEN_CLASSES) | MADE)
            )
        problems.raise_if_any(RuleError)
        if len(known) > before:
            _keep_user_words(texts, {k: v for k, v in known.items() if k not in table})
        examples = [example for source in own for example in source["examples"]]
        raw = _merged([raw, *own])
        table = known
    books = compile_books(raw, table)
    _check(examples, books)
    return books


def _check(examples: Iterable[Example], books: Phrasebooks) -> None:
    """Read each example with the phrasebooks; RuleError says which do not come out as their file says."""
    from keptword.text.analysis import analyse  # it needs the built-in books of this module

    problems = Problems()
    for example in examples:
        hits = analyse(example.text, books=books).hits(example.element)
        if bool(hits) == example.match:
            continue
        message = (
            f"the example holds no {example.element}"
            if example.match
            else f"the example holds {example.element}: “{hits[0].text}”"
        )
        width = min(len(example.text), max(1, len(example.line) - (example.place.column or 1) + 1))
        problems.add(
            Problem("R025", message, example.place, example.line, width, "mend the phrases or the example")
        )
    problems.raise_if_any(RuleError)


def _yaml_files(path: Path) -> list[Path]:
    return sorted(path.glob("*.yaml")) if path.is_dir() else [path]


def _sources() -> list[tuple[str, str]]:
    folder = files("keptword.text") / "data" / "phrases"
    found = [
        (entry.name, entry.read_text(encoding="utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".yaml")
    ]
    return sorted(found)


def _digest(texts: Iterable[tuple[str, str]]) -> str:
    body = "\0".join(f"{name}\0{text}" for name, text in texts)
    return hashlib.sha256(f"{VERSION}\0{body}".encode()).hexdigest()


def _built_in_raw() -> tuple[Raw, dict[str, list[str]]]:
    """The shipped compiled table; made anew (and kept in the user's cache) when a source file has changed."""
    texts = _sources()
    digest = _digest(texts)
    shipped = files("keptword.text") / "data" / "compiled.json"
    for text in (
        shipped.read_text(encoding="utf-8") if shipped.is_file() else "",
        from_cache(f"builtin-{digest}"),
    ):
        if text:
            stored = json.loads(text)
            if stored.get("digest") == digest:
                return stored["raw"], stored["words"]
    stored = build(texts)
    to_cache(f"builtin-{digest}", json.dumps(stored, ensure_ascii=False))
    return stored["raw"], stored["words"]


def build(texts: list[tuple[str, str]] | None = None) -> dict[str, Any]:
    """Compile the built-in sources from scratch (needs pymorphy3); the content of data/compiled.json."""
    texts = _sources() if texts is None else texts
    problems = Problems()
    words: dict[str, list[str]] = {}
    raws = [read_source(name, text, words, problems, set(TOKEN_CLASSES) | MADE) for name, text in texts]
    problems.raise_if_any(RuleError)
    return {"digest": _digest(texts), "raw": _merged(raws), "words": words}


def _merged(raws: Iterable[Raw]) -> Raw:
    out: Raw = {"classes": {}, "phrases": []}
    for raw in raws:
        for name, specs in raw["classes"].items():
            out["classes"][name] = sorted({*out["classes"].get(name, []), *specs})
        out["phrases"] += raw["phrases"]
    return out


def _user_words(texts: list[tuple[str, str]]) -> dict[str, list[str]]:
    stored = from_cache(f"words-{_digest(texts)}")
    found = json.loads(stored) if stored else {}
    return found if isinstance(found, dict) else {}


def _keep_user_words(texts: list[tuple[str, str]], words: dict[str, list[str]]) -> None:
    to_cache(f"words-{_digest(texts)}", json.dumps(words, ensure_ascii=False))
