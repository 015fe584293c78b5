"""From a YAML document to a rule: every problem found at once, each at its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_origin

from pydantic import BaseModel, ValidationError

from keptword.errors import Problem, Problems, did_you_mean
from keptword.spec.model import KINDS, Head, Rule
from keptword.spec.yaml12 import Document, Steps

_TYPES = {
    "string_type": "a text", "int_type": "a whole number", "int_parsing": "a whole number", "bool_type": "true or false",
    "bool_parsing": "true or false", "float_type": "a number", "tuple_type": "a list", "list_type": "a list",
    "dict_type": "a mapping", "model_type": "a mapping", "model_attributes_type": "a mapping", "int_from_float": "a whole number",
}  # fmt: skip


# What stands after a missing key, most often: people copy an example sooner than they read a definition.
_EXAMPLES = {
    "id": "outage-first-notice", "title": "A customer hears of an outage from us within an hour", "severity": "major",
    "source": "house", "kind": "response", "after": "outage.opened", "expect": "call.made", "within": "1h",
    "during": "{from: outage.opened, to: outage.resolved}", "every": "4h", "before": "tariff.announced", "ahead": "30d",
    "never": "service.suspended", "promised": "eta", "field": "cause", "at_most": "2", "target": "95%",
}  # fmt: skip

# Two problems that are about a key and not about what stands after it.
_OF_THE_KEY = ("is not a comparison", "is neither a date nor")


def build_rule(
    document: Document, expected_id: str | None, problems: Problems, vocabulary: Mapping[str, Any]
) -> Rule | None:
    """The rule of a document, or None with at least one problem added.

    Args:
        document: one rule file.
        expected_id: what the id has to be (the file name); None when anything goes.
        problems: where problems are gathered.
        vocabulary: the pack's names, for rules that are written as a sentence.
    """
    data = document.data
    if not isinstance(data, dict):
        found = "the file is empty" if data is None else "a rule file is a mapping, and this is none"
        problems.add(document.problem("R001", found, (), "it begins with id: …"))
        return None
    before = len(problems.found)
    if "rule" in data:
        data = _from_sentence(document, data, problems, vocabulary)
    kind = data.get("kind")
    if len(problems.found) > before:
        return None
    if kind is None:
        problems.add(document.problem("R004", "'kind' is missing", (), f"one of {', '.join(KINDS)}"))
        return None
    if kind not in KINDS:
        hint = did_you_mean(str(kind), KINDS) or f"known: {', '.join(KINDS)}"
        problems.add(document.problem("R007", f"'{kind}' is not a kind of rule", ("kind",), hint))
        return None
    model = KINDS[kind]
    try:
        rule = model.model_validate(data)
    except ValidationError as error:
        for problem in translate(error, document, model, f"a {kind} rule"):
            problems.add(problem)
        return None
    if expected_id is not None and rule.id != expected_id:
        problems.add(
            document.problem(
                "R008",
                f"the id '{rule.id}' and the file name '{expected_id}' differ",
                ("id",),
                f"write id: {expected_id}, or rename the file",
            )
        )
        return None
    return rule  # type: ignore[return-value]


def _from_sentence(
    document: Document, data: dict[str, Any], problems: Problems, vocabulary: Mapping[str, Any]
) -> dict[str, Any]:
    from keptword.spec.sentence import SentenceError, parse_sentence

    if not isinstance(data["rule"], str):
        problems.add(
            document.problem("R018", "'rule' is a sentence such as: notify within 1h of an outage", ("rule",))
        )
        return data
    try:
        structured = parse_sentence(data["rule"], vocabulary)
    except SentenceError as error:
        line, column, _ = document.values[("rule",)]
        text = document.lines[line - 1]
        quoted = text[column - 1 : column] in {'"', "'"}
        at = column + (1 if quoted else 0) + error.column
        problems.add(
            Problem(
                "R018",
                error.message,
                type(document.problem("R018", "", ()).place)(document.file, line, at),
                text,
                error.width,
                error.hint,
            )
        )
        return data
    rest = {k: v for k, v in data.items() if k != "rule"}
    for key in structured:
        if key in rest:
            problems.add(
                document.problem("R024", f"'{key}' is already said by the sentence", (key,), at_key=True)
            )
    return {**structured, **rest}


def translate(error: ValidationError, document: Document, model: type[BaseModel], what: str) -> list[Problem]:
    """Pydantic's findings as problems with places, in our own words."""
    out: list[Problem] = []
    for item in _gathered(error.errors(include_url=False), document):
        path: Steps = tuple(p for p in item["loc"] if isinstance(p, (str, int)))
        root = document.data if isinstance(document.data, dict) else {}
        if path and path[0] not in root and isinstance(root.get("clock"), dict):
            path = ("clock", *path)
        if "pause" in path[:1] and isinstance(root.get("pause"), dict):
            path = ("pause", *path[2:])
        if item["type"] == "keptword":
            found = (item.get("ctx") or {})["problems"]
            for below, code, message, hint in found:
                at_key = code == "R003" or any(words in message for words in _OF_THE_KEY)
                at_key = at_key or (bool(below) and (*path, *below) not in document.values)
                out.append(document.problem(code, message, (*path, *below), hint, at_key=at_key))
            continue
        out.append(_one(item, path, document, model, what))
    return out


def _gathered(items: Sequence[Any], document: Document) -> list[dict[str, Any]]:
    """Pydantic's findings without those that only repeat another one.

    A value that may be of several types is refused once for each of them, with the type as the last step of the path:
    one finding that names every word is left. A missing key that stands there misspelt is left out.
    """
    root = document.data if isinstance(document.data, dict) else {}
    spelt = {(i["loc"][:-1], i["loc"][-1]) for i in items if i["type"] == "extra_forbidden"}
    out: list[dict[str, Any]] = []
    choices: dict[str, dict[str, Any]] = {}
    for item in items:
        loc = item["loc"]
        if item["type"] == "missing" and any(
            at == loc[:-1] and did_you_mean(str(key), [loc[-1]]) for at, key in spelt
        ):
            continue
        if (
            len(loc) > 1
            and loc[0] in root
            and loc[:2] not in document.values
            and item["type"] in {"literal_error", *_TYPES}
        ):
            if isinstance(root[loc[0]], list):  # of a list, only what is wrong with its elements
                if isinstance(loc[-1], int):
                    out.append({**item, "loc": (loc[0], loc[-1])})
                continue
            if loc[0] not in choices:
                choices[loc[0]] = {
                    **item,
                    "loc": loc[:1],
                    "type": "choice",
                    "input": root[loc[0]],
                    "words": [],
                    "types": [],
                }
                out.append(choices[loc[0]])
            words = str((item.get("ctx") or {}).get("expected", ""))
            choices[loc[0]]["words" if words else "types"].append(words or _TYPES[item["type"]])
            continue
        out.append(item)
    return out


def _one(item: Any, path: Steps, document: Document, model: type[BaseModel], what: str) -> Problem:
    kind, value, name = item["type"], item.get("input"), path[-1] if path else ""
    if kind == "missing":
        hint = (
            f"for example {name}: {_EXAMPLES[name]}"
            if len(path) == 1 and name in _EXAMPLES
            else f"{name}: {_described(model, path)}"
        )
        return document.problem("R004", f"'{name}' is missing", path[:-1], hint)
    if kind == "extra_forbidden":
        known = _keys(model, path[:-1])
        inside = f"'{path[-2]}'" if len(path) > 1 and isinstance(path[-2], str) else what
        hint = (
            did_you_mean(str(name), known)
            or _elsewhere(str(name), model, path)
            or f"known: {', '.join(sorted(known))}"
        )
        return document.problem("R003", f"'{name}' is not a key of {inside}", path, hint, at_key=True)
    if kind == "choice" and not item["words"]:
        return document.problem(
            "R005", f"'{name}' is {' or '.join(dict.fromkeys(item['types']))}, not {_shown(value)}", path
        )
    if kind in {"literal_error", "choice"}:
        words = (
            ", ".join(item["words"]) if kind == "choice" else str((item.get("ctx") or {}).get("expected", ""))
        )
        expected = words.replace(" or ", ", ").replace("'", "")
        near = did_you_mean(str(value), expected.split(", "))
        return document.problem("R005", f"{_shown(value)} is not one of {expected}", path, near)
    if kind in _TYPES:
        hint = (
            f'write it in quotes: "{value}"'
            if kind == "string_type" and isinstance(value, int | float)
            else ""
        )
        return document.problem("R005", f"'{name}' is {_TYPES[kind]}, not {_shown(value)}", path, hint)
    if kind == "string_pattern_mismatch":
        hint = (
            "lower-case words joined by hyphens, such as outage-first-notice"
            if name == "id"
            else _described(model, path)
        )
        return document.problem("R005", f"'{value}' cannot be the value of '{name}'", path, hint)
    if kind in {"string_too_short", "too_short"}:
        return document.problem("R005", f"'{name}' is empty", path, _described(model, path))
    if kind in {"greater_than_equal", "greater_than"}:
        least = (item.get("ctx") or {}).get("ge", (item.get("ctx") or {}).get("gt"))
        return document.problem("R005", f"'{name}' is at least {least}, not {value}", path)
    message = str(item["msg"])
    return document.problem("R005", f"'{name}': {message[:1].lower()}{message[1:]}", path)


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, (dict, list)):
        return "a mapping" if isinstance(value, dict) else "a list"
    return f"'{value}'"


def _elsewhere(name: str, model: type[BaseModel], path: Steps) -> str:
    """For a key of the wrong kind of rule: the kinds that have it, and what this one has of its own."""
    kinds = [kind for kind, other in KINDS.items() if name in _keys(other, ())]
    if len(path) != 1 or not kinds or not issubclass(model, Head):
        return ""
    own = sorted(_keys(model, ()) - _keys(Head, ()) - {"kind"})
    return f"{' and '.join(kinds)} rules have it; this kind has {', '.join(own)}"


def _inner(model: type[BaseModel], path: Steps) -> type[BaseModel] | None:
    """The model that stands at a path below another."""
    current: type[BaseModel] | None = model
    named = False  # the next step is a free name, as in the vocabulary
    for step in path:
        if current is None or isinstance(step, int):
            continue
        if named:
            named = False
            continue
        field = next((f for n, f in current.model_fields.items() if step in {n, f.alias}), None)
        named = field is not None and get_origin(field.annotation) is dict
        current = None if field is None else _model_in(field.annotation)
    return current


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _model_in(inner)
        if found is not None:
            return found
    return None


def _keys(model: type[BaseModel], path: Steps) -> set[str]:
    inner = _inner(model, path)
    keys = {f.alias or n for n, f in inner.model_fields.items()} if inner is not None else set()
    return keys | ({"rule"} if inner is not None and issubclass(inner, Head) else set())


def _described(model: type[BaseModel], path: Steps) -> str:
    inner = _inner(model, path[:-1])
    if inner is None or not path:
        return ""
    field = next((f for n, f in inner.model_fields.items() if path[-1] in {n, f.alias}), None)
    return field.description or "" if field is not None else ""
