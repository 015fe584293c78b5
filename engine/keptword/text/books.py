"""Phrasebooks: YAML read with places, words expanded to their forms, everything laid out as symbols and regular expressions."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from keptword.errors import Place, Problem, Problems, RuleError, did_you_mean
from keptword.text import phrases
from keptword.text.forms import WordError, forms
from keptword.text.lexicons import inflected, lexicons
from keptword.text.tokens import TOKEN_CLASSES, Symboliser

VERSION = 1
LANGS = ("ru", "en")
_GUARDS = ("not_before", "not_after", "not_in", "not_inside")
_MADE = {"ANY", "SHORTNAME", "FIRSTNAME"}     # classes that are worked out, not written in a file
_NAME = re.compile(r"[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*")
# Words so common that a phrase is better looked up by another of its words.
_COMMON = frozenset(
    "в на с к за по до из от о у и а но не мы вы я это быть что как для наш ваш весь свой который он они если мочь "
    "the a an of to for in on at by is be are we you i our your it that this not no and or but with have do will can if as from any all".split()
)


@dataclass(slots=True)
class Phrase:
    """One compiled phrase; its regular expression is compiled when a message first calls for it."""

    element: str
    lang: str
    source: str
    pattern: str
    needs: tuple[frozenset[str], ...]     # the rarest two of its required symbols
    within: int = 0
    not_before: frozenset[str] = frozenset()
    not_after: frozenset[str] = frozenset()
    not_in: frozenset[str] = frozenset()
    not_inside: frozenset[str] = frozenset()
    regex: re.Pattern[str] | None = None

    def stands(self, symbols: str) -> bool:
        """Whether the phrase stands anywhere in a symbol string."""
        if self.regex is None:
            self.regex = re.compile(self.pattern)
        return self.regex.search(symbols) is not None and next(iter(self.spans(symbols)), None) is not None

    def spans(self, symbols: str) -> Iterable[tuple[int, int]]:
        """Where the phrase stands in a symbol string, guards respected."""
        if self.regex is None:
            self.regex = re.compile(self.pattern)
        for match in self.regex.finditer(symbols):
            start, end = match.span()
            if self.not_before and not self.not_before.isdisjoint(_tail(symbols[max(0, start - self.within) : start])):
                continue
            if self.not_after and not self.not_after.isdisjoint(_head(symbols[end : end + self.within])):
                continue
            if self.not_inside and not self.not_inside.isdisjoint(symbols[start:end]):
                continue
            if self.not_in:
                left = symbols.rfind(".", 0, start) + 1
                right = symbols.find(".", end)
                if not self.not_in.isdisjoint(symbols[left : right if right >= 0 else len(symbols)]):
                    continue
            yield start, end


def _tail(part: str) -> str:
    return part[part.rfind(".") + 1 :]


def _head(part: str) -> str:
    cut = part.find(".")
    return part if cut < 0 else part[:cut]


@dataclass(slots=True)
class Phrasebooks:
    """All phrases of one language pair, ready to match; safe to share, its chunk cache is bounded.

    Attributes:
        phrases: every phrase.
        classes: class name → its characters in symbol strings.
        names: the elements that the phrases find, in order of first mention.
    """

    phrases: tuple[Phrase, ...]
    classes: Mapping[str, str]
    names: tuple[str, ...]
    symboliser: Symboliser
    index: Mapping[str, Mapping[str, tuple[Phrase, ...]]] = field(repr=False)   # language → symbol → phrases

    def candidates(self, lang: str, present: set[str]) -> list[Phrase]:
        """The phrases whose required symbols are all there."""
        index = self.index[lang]
        seen: dict[int, Phrase] = {}
        for symbol in index.keys() & present:
            for phrase in index[symbol]:
                if not phrase.needs[1].isdisjoint(present):
                    seen[id(phrase)] = phrase
        return list(seen.values())


Raw = dict[str, Any]   # what a source file says, as JSON: {"classes": {name: {lang: [spec]}}, "phrases": [...]}


def load_phrasebooks(paths: Sequence[Path] = ()) -> Phrasebooks:
    """The built-in phrasebooks and the user's.

    Args:
        paths: YAML files, or directories whose *.yaml files are meant.

    Raises:
        RuleError: R025, every problem of every file, each at its place.
    """
    return _load(tuple(Path(p) for p in paths))


@cache
def built_in() -> Phrasebooks:
    """The built-in phrasebooks alone, loaded once."""
    return _load(())


def _load(paths: tuple[Path, ...]) -> Phrasebooks:
    raw, table = _built_in_raw()
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
            own.append(read_source(name, text, known, problems, set(raw["classes"]) | set(TOKEN_CLASSES) | _MADE))
        problems.raise_if_any(RuleError)
        if len(known) > before:
            _keep_user_words(texts, {k: v for k, v in known.items() if k not in table})
        raw = _merged([raw, *own])
        table = known
    return compile_books(raw, table)


def _yaml_files(path: Path) -> list[Path]:
    return sorted(path.glob("*.yaml")) if path.is_dir() else [path]


def _sources() -> list[tuple[str, str]]:
    folder = files("keptword.text") / "data" / "phrases"
    found = [(entry.name, entry.read_text(encoding="utf-8")) for entry in folder.iterdir() if entry.name.endswith(".yaml")]
    return sorted(found)


def _digest(texts: Iterable[tuple[str, str]]) -> str:
    body = "\0".join(f"{name}\0{text}" for name, text in texts)
    return hashlib.sha256(f"{VERSION}\0{body}".encode()).hexdigest()


def _built_in_raw() -> tuple[Raw, dict[str, list[str]]]:
    """The shipped compiled table; made anew (and kept in the user's cache) when a source file has changed."""
    texts = _sources()
    digest = _digest(texts)
    shipped = files("keptword.text") / "data" / "compiled.json"
    for text in (shipped.read_text(encoding="utf-8") if shipped.is_file() else "", _from_cache(f"builtin-{digest}")):
        if text:
            stored = json.loads(text)
            if stored.get("digest") == digest:
                return stored["raw"], stored["words"]
    stored = build(texts)
    _to_cache(f"builtin-{digest}", json.dumps(stored, ensure_ascii=False))
    return stored["raw"], stored["words"]


def build(texts: list[tuple[str, str]] | None = None) -> dict[str, Any]:
    """Compile the built-in sources from scratch (needs pymorphy3); the content of data/compiled.json."""
    texts = _sources() if texts is None else texts
    problems = Problems()
    words: dict[str, list[str]] = {}
    raws = [read_source(name, text, words, problems, set(TOKEN_CLASSES) | _MADE) for name, text in texts]
    problems.raise_if_any(RuleError)
    return {"digest": _digest(texts), "raw": _merged(raws), "words": words}


def _merged(raws: Iterable[Raw]) -> Raw:
    out: Raw = {"classes": {}, "phrases": []}
    for raw in raws:
        for name, specs in raw["classes"].items():
            out["classes"][name] = sorted({*out["classes"].get(name, []), *specs})
        out["phrases"] += raw["phrases"]
    return out


# --- reading one file -------------------------------------------------------------------------------------------------


def read_source(file: str, text: str, words: dict[str, list[str]], problems: Problems, classes: set[str]) -> Raw:
    """One YAML file → plain data; adds the forms of its words to `words` and what is wrong to `problems`."""
    import yaml

    out: Raw = {"classes": {}, "phrases": []}
    lines = text.splitlines()

    def wrong(node: Any, message: str, hint: str = "", at: int = 0, width: int = 1) -> None:
        mark = node.start_mark
        quoted = 1 if getattr(node, "style", None) in {"'", '"'} else 0
        line = lines[mark.line] if mark.line < len(lines) else ""
        column = mark.column + 1 + quoted + at
        problems.add(Problem("R025", message, Place(file, mark.line + 1, column), line, max(1, width), hint))

    try:
        root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        problems.add(Problem("R025", f"the phrasebook is not YAML: {getattr(error, 'problem', None) or error}", place))
        return out
    if root is None:
        problems.add(Problem("R025", "the phrasebook is empty", Place(file, 1), hint="give it an element and phrases"))
        return out

    def pairs(node: Any, allowed: Iterable[str] = ()) -> dict[str, tuple[Any, Any]]:
        if not isinstance(node, yaml.MappingNode):
            wrong(node, "a mapping is expected here", f"with the keys {', '.join(allowed)}" if allowed else "")
            return {}
        found: dict[str, tuple[Any, Any]] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if name in found:
                wrong(key, f"the key '{name}' stands here twice")
            elif allowed and name not in allowed:
                wrong(key, f"unknown key '{name}'", did_you_mean(name, allowed) or f"the keys here are {', '.join(allowed)}", width=len(name))
            else:
                found[name] = (key, value)
        return found

    def items(node: Any) -> list[Any]:
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        wrong(node, "a list is expected here")
        return []

    def expand(node: Any, spec: str, lang: str, at: int = 0) -> str:
        key = f"{lang}|{spec}"
        if key not in words:
            try:
                words[key] = list(forms(spec, lang))
            except WordError as error:
                wrong(node, str(error), error.hint, at, len(spec))
                words[key] = []
        elif not words[key]:
            wrong(node, f"'{spec}' is not a word that can stand here", "see the first place that names it", at, len(spec))
        return key

    def guard(node: Any, lang: str) -> list[str]:
        return [expand(n, n.value, lang) for n in items(node) if isinstance(n, yaml.ScalarNode)]

    def phrase(node: Any, lang: str) -> phrases.Seq | None:
        if not isinstance(node, yaml.ScalarNode):
            wrong(node, "a phrase is expected here", "such as: приносить ..3 извинение")
            return None
        try:
            seq = phrases.parse(node.value)
        except phrases.PhraseError as error:
            wrong(node, str(error), error.hint, error.at, error.width)
            return None
        return qualified(seq, node, lang)

    def qualified(seq: phrases.Seq, node: Any, lang: str) -> phrases.Seq:
        done: phrases.Seq = []
        for part in seq:
            match part[0]:
                case "word":
                    done.append(["word", expand(node, part[1], lang, max(0, node.value.find(part[1])))])
                case "class":
                    if part[1] not in classes and part[1] not in out["classes"]:
                        wrong(node, f"unknown class <{part[1]}>", did_you_mean(part[1], classes), max(0, node.value.find("<")), len(part[1]) + 2)
                    done.append(part)
                case "alt":
                    done.append(["alt", [qualified(branch, node, lang) for branch in part[1]]])
                case "opt":
                    done.append(["opt", qualified([part[1]], node, lang)[0]])
                case _:
                    done.append(part)
        return done

    def book(node: Any, element: str, lang: str) -> None:
        common: Raw = {}
        listed = node
        if isinstance(node, yaml.MappingNode):
            parts = pairs(node, ("phrases", *_GUARDS, "within"))
            common = guards(parts, lang)
            if "phrases" not in parts:
                wrong(node, "no phrases here", "add: phrases: [...]")
                return
            listed = parts["phrases"][1]
        for entry in items(listed):
            mine = dict(common)
            body = entry
            if isinstance(entry, yaml.MappingNode):
                parts = pairs(entry, ("phrase", *_GUARDS, "within"))
                mine = {**common, **guards(parts, lang)}
                if "phrase" not in parts:
                    wrong(entry, "no phrase here", "write {phrase: ..., not_before: [...]}")
                    continue
                body = parts["phrase"][1]
            seq = phrase(body, lang)
            if seq is not None:
                out["phrases"].append({"element": element, "lang": lang, "source": body.value, "seq": seq, **mine})

    def guards(parts: dict[str, tuple[Any, Any]], lang: str) -> Raw:
        found: Raw = {name: guard(parts[name][1], lang) for name in _GUARDS if name in parts}
        if "within" in parts:
            value = parts["within"][1]
            if isinstance(value, yaml.ScalarNode) and value.value.isdigit() and 0 < int(value.value[:4]) <= 12:
                found["within"] = int(value.value)
            else:
                wrong(value, f"within is not a number of words from 1 to 12: '{getattr(value, 'value', '')}'")
        return found

    top = pairs(root)
    for name, (key, value) in top.items():
        if name == "classes":
            for class_name, (class_key, body) in pairs(value).items():
                if not re.fullmatch(r"[A-Z][A-Z-]*", class_name) or class_name in TOKEN_CLASSES:
                    wrong(class_key, f"'{class_name}' cannot name a class", "use capital letters, and no name that is built in")
                specs: list[str] = []
                for lang, (_, lists) in pairs(body, LANGS).items():
                    for part in items(lists):
                        specs += class_words(part, lang, pairs, wrong, expand)
                out["classes"][class_name] = sorted({*out["classes"].get(class_name, []), *specs})
        elif name in {"element", "ru", "en", "examples"}:
            continue
        else:
            wrong(key, f"unknown key '{name}'", did_you_mean(name, ("element", "ru", "en", "classes", "examples")) or "the keys are element, ru, en, classes, examples", width=len(name))
    if "ru" in top or "en" in top:
        if "element" not in top or not _NAME.fullmatch(str(top["element"][1].value)):
            wrong(top["element"][1] if "element" in top else root, "the phrasebook does not say which element it finds", "add: element: apology")
            return out
        for lang in LANGS:
            if lang in top:
                book(top[lang][1], top["element"][1].value, lang)
    return out


def class_words(node: Any, lang: str, pairs: Any, wrong: Any, expand: Any) -> list[str]:
    """The words of one entry of a class: "word word word", or {forms: futr, words: "..."}; as keys of the form table."""
    if isinstance(node.value, str):
        return [expand(node, spec, lang, node.value.find(spec)) for spec in node.value.split()]
    parts = pairs(node, ("forms", "words"))
    if set(parts) != {"forms", "words"}:
        wrong(node, "an entry of a class is a line of words, or {forms: ..., words: ...}")
        return []
    tags, body = parts["forms"][1].value, parts["words"][1]
    return [expand(body, f"{spec}:{tags}", lang, body.value.find(spec)) for spec in body.value.split()]


# --- laying out -------------------------------------------------------------------------------------------------------


def compile_books(raw: Raw, table: Mapping[str, Sequence[str]]) -> Phrasebooks:
    """Give each set of words that a form can stand for its own character, and each phrase its expression over them."""
    used: dict[str, None] = {}
    for entry in raw["phrases"]:
        for kind, name in phrases.leaves(entry["seq"]):
            if kind == "word":
                used[name] = None
        for name in _GUARDS:
            used.update(dict.fromkeys(entry.get(name, ())))
    for specs in raw["classes"].values():
        used.update(dict.fromkeys(specs))
    lists = lexicons()
    table = {**table, "lex|short": sorted(lists.diminutives | inflected()), "lex|name": sorted(lists.names)}
    raw = {**raw, "classes": {**raw["classes"], "SHORTNAME": ["lex|short"], "FIRSTNAME": ["lex|name"]}}
    used.update(dict.fromkeys(("lex|short", "lex|name")))
    owners: dict[str, list[int]] = {}
    names = list(used)
    for number, spec in enumerate(names):
        for form in table[spec]:
            owners.setdefault(form, []).append(number)
    signature: dict[tuple[int, ...], str] = {}
    chars: list[list[str]] = [[] for _ in names]
    symbol_of: dict[str, str] = {}
    for form, numbers in owners.items():
        key = tuple(numbers)
        symbol = signature.get(key)
        if symbol is None:
            symbol = signature[key] = _private(len(signature))
            for number in numbers:
                chars[number].append(symbol)
        symbol_of[form] = symbol
    word_chars = {name: "".join(chars[number]) for number, name in enumerate(names)}
    class_chars = dict(TOKEN_CLASSES)
    for name, specs in raw["classes"].items():
        class_chars[name] = "".join(sorted({c for spec in specs for c in word_chars[spec]}))
    symbols = phrases.Symbols(word_chars, class_chars)
    common = {c for name, found in word_chars.items() if name.partition("|")[2].lstrip("=") in _COMMON for c in found}
    common |= set("oN")
    compiled = [_phrase(entry, symbols, common) for entry in raw["phrases"]]
    index: dict[str, dict[str, list[Phrase]]] = {lang: {} for lang in LANGS}
    for phrase in compiled:
        for symbol in phrase.needs[0]:
            index[phrase.lang].setdefault(symbol, []).append(phrase)
    frozen = {lang: {symbol: tuple(found) for symbol, found in by.items()} for lang, by in index.items()}
    return Phrasebooks(
        tuple(compiled), class_chars, tuple(dict.fromkeys(p.element for p in compiled)), Symboliser(symbol_of), frozen
    )


def _private(number: int) -> str:
    return chr(0xE000 + number) if number < 6400 else chr(0xF0000 + number - 6400)


def _phrase(entry: Raw, symbols: phrases.Symbols, common: set[str]) -> Phrase:
    sets = sorted(phrases.needed(entry["seq"], symbols), key=lambda found: (len(found & common), len(found)))
    needs = (sets[0], sets[1] if len(sets) > 1 else sets[0])
    guards = {name: frozenset(c for spec in entry.get(name, ()) for c in symbols.words[spec]) for name in _GUARDS}
    pattern = phrases.to_regex(entry["seq"], symbols)
    named = {c for kind, name in phrases.leaves(entry["seq"]) if kind == "word" for c in symbols.words[name]}
    guards["not_inside"] -= named     # a phrase that names the word itself means it
    return Phrase(
        entry["element"], entry["lang"], entry["source"], pattern, needs, entry.get("within", 3),
        guards["not_before"], guards["not_after"], guards["not_in"], guards["not_inside"],
    )  # fmt: skip


# --- the user's cache -------------------------------------------------------------------------------------------------


def _cache_dir() -> Path:
    import os

    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or str(Path.home() / ".cache")
    return Path(base) / "keptword" / "wording"


def _from_cache(name: str) -> str:
    try:
        text = (_cache_dir() / f"{name}.json").read_text(encoding="utf-8")
        json.loads(text)
    except (OSError, ValueError, RuntimeError):
        return ""
    return text


def _to_cache(name: str, text: str) -> None:
    try:
        folder = _cache_dir()
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f"{name}.part"
        part.write_text(text, encoding="utf-8")
        part.replace(folder / f"{name}.json")
    except (OSError, RuntimeError):   # a cache that cannot be written costs time, nothing else
        return


def _user_words(texts: list[tuple[str, str]]) -> dict[str, list[str]]:
    stored = _from_cache(f"words-{_digest(texts)}")
    found = json.loads(stored) if stored else {}
    return found if isinstance(found, dict) else {}


def _keep_user_words(texts: list[tuple[str, str]], words: dict[str, list[str]]) -> None:
    _to_cache(f"words-{_digest(texts)}", json.dumps(words, ensure_ascii=False))
