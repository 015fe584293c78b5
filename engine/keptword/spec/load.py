"""From a YAML document to a rule: every problem found at once, each at its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from keptword.errors import Problem, Problems, did_you_mean
from keptword.spec.model import KINDS, Head, Rule
from keptword.spec.yaml12 import Document, Steps

_TYPES = {
    "string_type": "a text", "int_type": "a whole number", "int_parsing": "a whole number", "bool_type": "true or false",
    "bool_parsing": "true or false", "float_type": "a number", "tuple_type": "a list", "list_type": "a list",
    "dict_type": "a mapping", "model_type": "a mapping", "model_attributes_type": "a mapping", "int_from_float": "a whole number",
}  # fmt: skip


def build_rule(document: Document, expected_id: str | None, problems: Problems, vocabulary: Mapping[str, Any]) -> Rule | None:
    """The rule of a document, or None with at least one problem added.

    Args:
        document: one rule file.
        expected_id: what the id has to be (the file name); None when anything goes.
        problems: where problems are gathered.
        vocabulary: the pack's names, for rules that are written as a sentence.
    """
    data = document.data
    if not isinstance(data, dict):
        problems.add(document.problem("R001", "a rule file is a mapping that begins with id: …", ()))
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
        problems.add(document.problem("R008", f"the id '{rule.id}' and the file name '{expected_id}' differ", ("id",), f"write id: {expected_id}, or rename the file"))
        return None
    return rule  # type: ignore[return-value]


def _from_sentence(document: Document, data: dict[str, Any], problems: Problems, vocabulary: Mapping[str, Any]) -> dict[str, Any]:
    from keptword.spec.sentence import SentenceError, parse_sentence

    if not isinstance(data["rule"], str):
        problems.add(document.problem("R018", "'rule' is a sentence such as: notify within 1h of an outage", ("rule",)))
        return data
    try:
        structured = parse_sentence(data["rule"], vocabulary)
    except SentenceError as error:
        line, column, width = document.values[("rule",)]
        text = document.lines[line - 1]
        quoted = text[column - 1 : column] in {'"', "'"}
        at = column + (1 if quoted else 0) + error.column
        problems.add(Problem("R018", error.message, type(document.problem("R018", "", ()).place)(document.file, line, at), text, error.width, error.hint))
        return data
    rest = {k: v for k, v in data.items() if k != "rule"}
    for key in structured:
        if key in rest:
            problems.add(document.problem("R024", f"'{key}' is already said by the sentence", (key,), at_key=True))
    return {**structured, **rest}


def translate(error: ValidationError, document: Document, model: type[BaseModel], what: str) -> list[Problem]:
    """Pydantic's findings as problems with places, in our own words."""
    out: list[Problem] = []
    for item in error.errors(include_url=False):
        path: Steps = tuple(p for p in item["loc"] if isinstance(p, (str, int)))
        root = document.data if isinstance(document.data, dict) else {}
        if path and path[0] not in root and isinstance(root.get("clock"), dict):
            path = ("clock", *path)
        if "pause" in path[:1] and isinstance(root.get("pause"), dict):
            path = ("pause", *path[2:])
        if item["type"] == "keptword":
            found = (item.get("ctx") or {})["problems"]
            for below, code, message, hint in found:
                at_key = code == "R003" or (bool(below) and (*path, *below) not in document.values)
                out.append(document.problem(code, message, (*path, *below), hint, at_key=at_key or code == "R003"))
            continue
        out.append(_one(item, path, document, model, what))
    return out


def _one(item: Any, path: Steps, document: Document, model: type[BaseModel], what: str) -> Problem:
    kind, value, name = item["type"], item.get("input"), path[-1] if path else ""
    if kind == "missing":
        hint = _described(model, path)
        return document.problem("R004", f"'{name}' is missing", path[:-1], f"{name}: {hint}" if hint else "")
    if kind == "extra_forbidden":
        known = _keys(model, path[:-1])
        inside = f"'{path[-2]}'" if len(path) > 1 and isinstance(path[-2], str) else what
        hint = did_you_mean(str(name), known) or f"known: {', '.join(sorted(known))}"
        return document.problem("R003", f"'{name}' is not a key of {inside}", path, hint, at_key=True)
    if kind == "literal_error":
        expected = str((item.get("ctx") or {}).get("expected", "")).replace(" or ", ", ").replace("'", "")
        near = did_you_mean(str(value), expected.split(", "))
        return document.problem("R005", f"'{value}' is not one of {expected}", path, near)
    if kind in _TYPES:
        return document.problem("R005", f"'{name}' is {_TYPES[kind]}, not {_shown(value)}", path)
    if kind == "string_pattern_mismatch":
        hint = "lower-case words joined by hyphens, such as outage-first-notice" if name == "id" else _described(model, path)
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


def _inner(model: type[BaseModel], path: Steps) -> type[BaseModel] | None:
    """The model that stands at a path below another."""
    current: type[BaseModel] | None = model
    for step in path:
        if current is None or isinstance(step, int):
            continue
        field = next((f for n, f in current.model_fields.items() if step in {n, f.alias}), None)
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
