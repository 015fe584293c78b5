"""The JSON Schema of rule files, for editors: completion, and most mistakes underlined while one types."""

from __future__ import annotations

from typing import Any

from keptword.spec.model import KINDS, Head

Schema = dict[str, Any]
_WORD: Schema = {"type": "string", "minLength": 1}
_WORDS: Schema = {"anyOf": [_WORD, {"type": "array", "items": _WORD, "minItems": 1}]}
_SCALAR: Schema = {"type": ["string", "number", "boolean"]}
_SCALARS: Schema = {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR, "minItems": 1}]}


def _to(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _object(properties: Schema, required: list[str] | None = None, **more: Any) -> Schema:
    keys = {"required": required} if required else {}
    return {"type": "object", "properties": properties, "additionalProperties": False} | keys | more


def _list_of(item: Schema, least: int = 1) -> Schema:
    return {"type": "array", "items": item, "minItems": least}


# What stands behind the keys of rules; models name these by `$comment`.
_VALUES: Schema = {
    "limit": {
        "type": "string",
        "pattern": r"^\s*([0-9]+\s*(mo|wd|s|m|h|d|w|y)\s*)+$",
        "examples": ["1h", "30d", "5wd"],
    },
    "anchored": _object(
        {"from": {"type": "string"}, "within": _to("limit")},
        ["from", "within"],
        description="measured from another event, or from an instant in a field",
    ),
    "choice": {
        "anyOf": [
            _to("limit"),
            _to("anchored"),
            {
                "type": "object",
                "description": "by the value of a field: {by: priority, P1: 15m, else: 4h}",
                "properties": {"by": {"type": "string"}},
                "required": ["by"],
                "additionalProperties": _to("choice"),
                "minProperties": 2,
            },
            _object(
                {},
                patternProperties={r"^\d{4}-\d{2}-\d{2}$": _to("choice")},
                minProperties=1,
                description="by date: {2025-01-01: 2h, 2026-01-01: 1h}",
            ),
            *(
                _object({which: _list_of({"anyOf": [_to("limit"), _to("anchored")]}, 2)}, [which])
                for which in ("earliest_of", "latest_of")
            ),
        ]
    },
    "condition": {
        "type": "object",
        "description": "field: value, field: {gt: 3}, all, any, not",
        "minProperties": 1,
        "properties": {
            "all": _list_of(_to("condition")),
            "any": _list_of(_to("condition")),
            "not": _to("condition"),
            "says": _SCALARS,
        },
        "additionalProperties": {"anyOf": [*_SCALARS["anyOf"], _to("comparison")]},
    },
    "comparison": _object(
        {
            "in": _SCALARS,
            "not": _SCALARS,
            "says": _SCALARS,
            "gt": {"type": ["string", "number"]},
            "ge": {"type": ["string", "number"]},
            "lt": {"type": ["string", "number"]},
            "le": {"type": ["string", "number"]},
            "like": {"type": "string"},
            "matches": {"type": "string"},
            "exists": {"type": "boolean"},
            "within": _WORDS,
            "outside": _WORDS,
            "on": _WORDS,
        },
        minProperties=1,
    ),
    "one-pattern": {
        "anyOf": [
            {"type": "string", "description": "a name of the vocabulary, or of an event"},
            _object({"event": _WORDS, "where": _to("condition")}, ["event"]),
            _object({"violation": _WORD, "where": _to("condition")}, ["violation"]),
        ]
    },
    "clock": {
        "anyOf": [
            _WORD,
            {
                "type": "object",
                "description": "by the value of a field: {by: region, eu: support, else: office}",
                "properties": {
                    "by": _WORD,
                    "changed_by": _to("pattern"),
                    "on_change": {"enum": ["first", "last", "accumulate"]},
                },
                "required": ["by"],
                "additionalProperties": _WORD,
                "minProperties": 2,
            },
        ]
    },
    "when": {"anyOf": [_to("limit"), _to("pattern")]},
    "pattern": {"anyOf": [_to("one-pattern"), _list_of(_to("one-pattern"))]},
}


def rule_schema() -> Schema:
    """The schema (draft 2020-12): `kind` chooses the keys, or `rule` says the body as a sentence.

    It is as strict as a schema can be without knowing the pack: names of events, calendars and wording elements are
    checked when rules are loaded, and so is what two keys say together.
    """
    parts: Schema = {}
    for kind, model in KINDS.items():
        one = model.model_json_schema(by_alias=True)
        parts |= one.pop("$defs", {})
        parts[kind] = _widened(one, kind)
    sentence = Head.model_json_schema(by_alias=True)
    parts |= sentence.pop("$defs", {})
    parts["sentence"] = _widened(sentence, "sentence")
    parts["sentence"]["properties"]["rule"] = {
        "type": "string",
        "examples": ["notify within 1h of an outage"],
    }
    choice = [
        {"if": {"properties": {"kind": {"const": k}}, "required": ["kind"]}, "then": _to(k)} for k in KINDS
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A keptword rule",
        "type": "object",
        "properties": {"kind": {"enum": list(KINDS)}},
        "if": {"required": ["rule"]},
        "then": _to("sentence"),
        "else": {"required": ["kind"], "allOf": choice},
        "$defs": _linked(parts) | _VALUES,
    }


def _linked(data: Any) -> Any:
    """The data with every `$comment` of a model turned into a reference."""
    if isinstance(data, dict):
        if data.get("$comment") in _VALUES:
            rest = {k: _linked(v) for k, v in data.items() if k != "$comment"}
            return _to(data["$comment"]) | rest
        return {k: _linked(v) for k, v in data.items()}
    return [_linked(d) for d in data] if isinstance(data, list) else data


def _widened(one: Schema, kind: str) -> Schema:
    """What the loader takes besides the plain form: one word for a list of one, a clock with its keys inside it."""
    keys: Schema = one["properties"]
    if kind in KINDS:
        one["required"] = [*one.get("required", []), "kind"]
        keys["kind"] = {"const": kind}
    for name in ("per", "tags", "require", "forbid", "by"):
        if name in keys:
            keys[name] |= _WORDS
            for left in ("type", "items", "minItems"):
                keys[name].pop(left, None)
    if kind == "objective":
        keys["of"] = _WORDS
    inside = ("day", "hours", "roll", "roll_hours", "cutoff", "timezone")
    spread = {"calendar": _WORD} | {k: keys[k] for k in inside}
    keys["clock"] = {
        "anyOf": [_to("clock"), {"type": "object", "properties": spread, "additionalProperties": False}]
    }
    keys["pause"] = {"anyOf": [_to("Stretch"), _list_of(_to("Stretch"))]}
    if kind == "cadence":
        keys["then"] = {"anyOf": [_to("Step"), _list_of(_to("Step"))]}
    if kind == "guard":
        excuse = {"anyOf": [_to("Seen"), _to("one-pattern")]}
        keys["unless"] = {"anyOf": [*excuse["anyOf"], _list_of(excuse)]}
        plain = {"event": _to("pattern"), "where": _to("condition"), "violation": _WORD}
        keys["after"] = {"anyOf": [_to("pattern"), _object(plain | {"for": _to("limit")})]}
    return one
