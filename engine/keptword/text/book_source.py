"""A phrasebook's YAML read with places: its phrases, guards and classes as plain data, its mistakes as problems."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from keptword.errors import Place, Problem, Problems, did_you_mean
from keptword.text import phrases
from keptword.text.forms import WordError, forms
from keptword.text.tokens import TOKEN_CLASSES

LANGS = ("ru", "en")
GUARDS = ("not_before", "not_after", "not_in", "not_inside")
MADE = {"ANY", "SHORTNAME", "FIRSTNAME"}  # classes that are worked out, not written in a file
_NAME = re.compile(r"[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*")


Raw = dict[
    str, Any
]  # what a source file says, as JSON: {"classes": {name: {lang: [spec]}}, "phrases": [...]}


@dataclass(frozen=True, slots=True)
class Example:
    """A message that a phrasebook says its element stands in (`match`), or does not; with its place and line."""

    element: str
    text: str
    match: bool
    place: Place
    line: str


def read_source(
    file: str, text: str, words: dict[str, list[str]], problems: Problems, classes: set[str]
) -> Raw:
    """One YAML file → plain data; adds the forms of its words to `words` and what is wrong to `problems`."""
    import yaml

    out: Raw = {"classes": {}, "phrases": [], "examples": []}
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
        problems.add(
            Problem("R025", f"the phrasebook is not YAML: {getattr(error, 'problem', None) or error}", place)
        )
        return out
    if root is None:
        problems.add(
            Problem("R025", "the phrasebook is empty", Place(file, 1), hint="give it an element and phrases")
        )
        return out

    def pairs(node: Any, allowed: Iterable[str] = ()) -> dict[str, tuple[Any, Any]]:
        if not isinstance(node, yaml.MappingNode):
            wrong(
                node, "a mapping is expected here", f"with the keys {', '.join(allowed)}" if allowed else ""
            )
            return {}
        found: dict[str, tuple[Any, Any]] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if name in found:
                wrong(key, f"the key '{name}' stands here twice")
            elif allowed and name not in allowed:
                wrong(
                    key,
                    f"unknown key '{name}'",
                    did_you_mean(name, allowed) or f"the keys here are {', '.join(allowed)}",
                    width=len(name),
                )
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
            wrong(
                node,
                f"'{spec}' is not a word that can stand here",
                "see the first place that names it",
                at,
                len(spec),
            )
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
                        wrong(
                            node,
                            f"unknown class <{part[1]}>",
                            did_you_mean(part[1], classes),
                            max(0, node.value.find("<")),
                            len(part[1]) + 2,
                        )
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
            parts = pairs(node, ("phrases", *GUARDS, "within"))
            common = guards(parts, lang)
            if "phrases" not in parts:
                wrong(node, "no phrases here", "add: phrases: [...]")
                return
            listed = parts["phrases"][1]
        for entry in items(listed):
            mine = dict(common)
            body = entry
            if isinstance(entry, yaml.MappingNode):
                parts = pairs(entry, ("phrase", *GUARDS, "within"))
                mine = {**common, **guards(parts, lang)}
                if "phrase" not in parts:
                    wrong(entry, "no phrase here", "write {phrase: ..., not_before: [...]}")
                    continue
                body = parts["phrase"][1]
            seq = phrase(body, lang)
            if seq is not None:
                out["phrases"].append(
                    {"element": element, "lang": lang, "source": body.value, "seq": seq, **mine}
                )

    def guards(parts: dict[str, tuple[Any, Any]], lang: str) -> Raw:
        found: Raw = {name: guard(parts[name][1], lang) for name in GUARDS if name in parts}
        if "within" in parts:
            value = parts["within"][1]
            if (
                isinstance(value, yaml.ScalarNode)
                and value.value.isdigit()
                and 0 < int(value.value[:4]) <= 12
            ):
                found["within"] = int(value.value)
            else:
                wrong(value, f"within is not a number of words from 1 to 12: '{getattr(value, 'value', '')}'")
        return found

    def examples(node: Any, element: str) -> None:
        for key, (_, listed) in pairs(node, ("match", "no_match")).items():
            for entry in items(listed):
                if isinstance(entry, yaml.ScalarNode) and entry.value.strip():
                    mark = entry.start_mark
                    line = lines[mark.line] if mark.line < len(lines) else ""
                    out["examples"].append(
                        Example(
                            element,
                            entry.value,
                            key == "match",
                            Place(file, mark.line + 1, mark.column + 1),
                            line,
                        )
                    )
                else:
                    wrong(entry, "an example is a message in words")

    top = pairs(root)
    for name, (key, value) in top.items():
        if name == "classes":
            for class_name, (class_key, body) in pairs(value).items():
                if not re.fullmatch(r"[A-Z][A-Z-]*", class_name) or class_name in TOKEN_CLASSES:
                    wrong(
                        class_key,
                        f"'{class_name}' cannot name a class",
                        "use capital letters, and no name that is built in",
                    )
                specs: list[str] = []
                for lang, (_, lists) in pairs(body, LANGS).items():
                    for part in items(lists):
                        specs += class_words(part, lang, pairs, wrong, expand)
                out["classes"][class_name] = sorted({*out["classes"].get(class_name, []), *specs})
        elif name in {"element", "ru", "en", "examples"}:
            continue
        else:
            wrong(
                key,
                f"unknown key '{name}'",
                did_you_mean(name, ("element", "ru", "en", "classes", "examples"))
                or "the keys are element, ru, en, classes, examples",
                width=len(name),
            )
    if "ru" in top or "en" in top:
        if "element" not in top or not _NAME.fullmatch(str(top["element"][1].value)):
            wrong(
                top["element"][1] if "element" in top else root,
                "the phrasebook does not say which element it finds",
                "add: element: apology",
            )
            return out
        for lang in LANGS:
            if lang in top:
                book(top[lang][1], top["element"][1].value, lang)
        if "examples" in top:
            examples(top["examples"][1], top["element"][1].value)
    elif "examples" in top:
        wrong(
            top["examples"][0],
            "examples, but no phrases that they could be of",
            "add: ru: [...] or en: [...]",
        )
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
