"""From the parse tree of a sentence to the structured keys of a rule."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from lark import Token, Transformer, v_args

from keptword.spec.sentence_limits import read_limit

_OPERATORS = {
    "=": "in",
    "!=": "not",
    ">": "gt",
    ">=": "ge",
    "<": "lt",
    "<=": "le",
    "~": "like",
    "~*": "matches",
    "says": "says",
    "is there": "exists",
    "within": "within",
    "outside": "outside",
    "on": "on",
    "в часы": "within",
    "вне часов": "outside",
    "в дни": "on",
}


def build(tree: Any, names: Mapping[str, str], vocabulary: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of a rule, `kind` first, as plain YAML data."""
    out: dict[str, Any] = _Build(names, vocabulary).transform(tree)
    return out


def _tokens(items: list[Any], *kinds: str) -> list[Any]:
    """The items without tokens of these kinds (keywords carry no value)."""
    return [
        i
        for i in items
        if not (
            isinstance(i, Token)
            and (
                i.type in kinds
                or i.type not in {"LIMIT", "READING", "NUMBER", "DATE", "RULE", "TERM", "EVENT"}
            )
        )
    ]


@v_args(inline=False)
class _Build(Transformer[Any, Any]):
    def __init__(self, names: Mapping[str, str], vocabulary: Mapping[str, Any]) -> None:
        super().__init__()
        self.names = [(re.compile(pattern, re.IGNORECASE), name) for pattern, name in names.items()]
        self.vocabulary = vocabulary

    # values ------------------------------------------------------------------------------------------------------

    def LIMIT(self, token: Token) -> str:  # noqa: N802 - named after the terminal
        return read_limit(str(token))

    def value(self, items: list[Any]) -> Any:
        text = str(items[0])
        if items[0].type == "STRING":
            return json.loads(text)
        if text in {"true", "false"}:
            return text == "true"
        if re.fullmatch(r"-?\d+", text):
            return int(text)
        return float(text) if re.fullmatch(r"-?\d+\.\d+(?:e[-+]?\d+)?", text) else text

    def name(self, items: list[Any]) -> str:
        text = str(items[0])
        if items[0].type == "EVENT":
            return text
        return next(name for pattern, name in self.names if pattern.fullmatch(text))

    # patterns ----------------------------------------------------------------------------------------------------

    def events(self, items: list[Any]) -> Any:
        rest = _tokens(items)
        where = rest.pop()["where"] if rest and isinstance(rest[-1], dict) else None
        if where is None and len(rest) == 1:
            return rest[0]
        return {"event": rest[0] if len(rest) == 1 else rest} | ({} if where is None else {"where": where})

    def violation(self, items: list[Any]) -> Any:
        rest = _tokens(items)
        return {"violation": str(rest[0])} | ({"where": rest[1]["where"]} if len(rest) > 1 else {})

    def pattern(self, items: list[Any]) -> Any:
        rest = _tokens(items)
        return rest[0] if len(rest) == 1 else rest

    def condition(self, items: list[Any]) -> Any:
        return {"where": items[0]}

    def any(self, items: list[Any]) -> Any:
        rest = _tokens(items)
        return rest[0] if len(rest) == 1 else {"any": rest}

    def all(self, items: list[Any]) -> Any:
        rest = _tokens(items)
        return rest[0] if len(rest) == 1 else {"all": rest}

    def negated(self, items: list[Any]) -> Any:
        return {"not": _tokens(items)[0]}

    def single_all(self, items: list[Any]) -> Any:
        return {"all": [_tokens(items)[0]]}

    def single_any(self, items: list[Any]) -> Any:
        return {"any": [_tokens(items)[0]]}

    def compare(self, items: list[Any]) -> Any:
        field, operator, *values = items
        op = _OPERATORS[str(operator)]
        many = op in {"in", "not"} or (op in {"says", "within", "outside", "on"} and len(values) > 1)
        return {str(field): {op: list(values) if many else values[0]}}

    # limits ------------------------------------------------------------------------------------------------------

    def limit(self, items: list[Any]) -> Any:
        return items[0]

    def by_field(self, items: list[Any]) -> Any:
        field, *cases = _plain(items)
        return {"by": field} | {k: v for case in cases for k, v in case.items()}

    def case(self, items: list[Any]) -> Any:
        value, choice = _plain(items)
        return {value if isinstance(value, str) else json.dumps(value): choice}

    def other(self, items: list[Any]) -> Any:
        return {"else": _plain(items)[0]}

    def by_date(self, items: list[Any]) -> Any:
        return {k: v for step in _plain(items) for k, v in step.items()}

    def dated(self, items: list[Any]) -> Any:
        day = next(str(i) for i in items if isinstance(i, Token) and i.type == "DATE")
        return {day: items[-1]}

    def earliest(self, items: list[Any]) -> Any:
        return {"earliest_of": _plain(items)}

    def latest(self, items: list[Any]) -> Any:
        return {"latest_of": _plain(items)}

    def plain_part(self, items: list[Any]) -> Any:
        return items[0]

    def anchored_part(self, items: list[Any]) -> Any:
        limit, start = _plain(items)
        return {"from": start, "within": limit}

    anchored = anchored_part

    # stretches, windows, options ---------------------------------------------------------------------------------

    def during(self, items: list[Any]) -> Any:
        from keptword.spec.sentence import SentenceError

        start = _plain(items)[0]
        term = self.vocabulary.get(start) if isinstance(start, str) else None
        if term is None or term.ends is None:
            raise SentenceError(
                f"nothing says what ends '{start}'",
                items[0].start_pos,
                len(str(items[0])),
                "say: from … until …, or give the vocabulary's name an 'ends'",
            )
        return {"stretch": {"from": start, "to": term.ends}}

    def between(self, items: list[Any]) -> Any:
        rest = _plain(items)
        return {"stretch": {"from": rest[0]} | ({"to": rest[1]} if len(rest) > 1 else {})}

    def after_for(self, items: list[Any]) -> Any:
        limit, pattern = _plain(items)
        return {"after": {"event": pattern, "for": limit}}

    def after_ever(self, items: list[Any]) -> Any:
        return {"after": {"event": _plain(items)[0]}}

    def in_the(self, items: list[Any]) -> Any:
        return {"at_most": _plain(items)[0]}

    at_most = in_the

    def at_least(self, items: list[Any]) -> Any:
        return {"at_least": _plain(items)[0]}

    def both(self, items: list[Any]) -> Any:
        least, most = _plain(items)
        return {"at_least": least, "at_most": most}

    def cured(self, items: list[Any]) -> Any:
        return {"not_cured_by": _plain(items)[0]}

    def excuse(self, items: list[Any]) -> Any:
        seen, *rest = _plain(items)
        return {"excuse": {"seen": seen} | {k: v for part in rest for k, v in part.items()}}

    def times(self, items: list[Any]) -> Any:
        return {"times": int(next(i for i in items if i.type == "NUMBER"))}

    def lookback(self, items: list[Any]) -> Any:
        return {"lookback": _plain(items)[0]}

    def unless(self, items: list[Any]) -> Any:
        return {"unless": _plain(items)[0]}

    def until(self, items: list[Any]) -> Any:
        return {"until": _plain(items)[0]}

    def first(self, items: list[Any]) -> Any:
        return {"first": _plain(items)[0]}

    def then_since(self, items: list[Any]) -> Any:
        every, after = _plain(items)
        return {"then": [{"after": after, "every": every}]}

    then_after = then_since

    def stated(self, items: list[Any]) -> Any:
        return {"stated": str(_plain(items)[0])}

    def stated_at_most(self, items: list[Any]) -> Any:
        return {"at_most": _plain(items)[0]}

    def moment(self, items: list[Any]) -> Any:
        return {"moment": str(_plain(items)[0])}

    def counted(self, items: list[Any]) -> Any:
        readings = [str(i) for i in items if isinstance(i, Token) and i.type == "READING"]
        return {"lead": readings[0] if len(readings) == 1 else readings}

    def not_before(self, items: list[Any]) -> Any:
        return {"not_before": _plain(items)[0]}

    def change_of(self, items: list[Any]) -> Any:
        return {"change_of": str(_plain(items)[0])}

    def _bare(self, items: list[Any]) -> Any:
        """An option that is a keyword alone, or one already built."""
        if not isinstance(items[0], Token):
            return items[0]
        return {"ONLY_FIRST": {"each": "first"}, "UNANSWERED": {"each": "unanswered"}, "GRID": {"anchor": "grid"}, "CARRY": {"carry": True},
                "REUSE": {"reuse": True}, "OWN_TIME": {"moment": None}}[items[0].type]  # fmt: skip

    response_option = cadence_option = notice_option = _bare

    # kinds -------------------------------------------------------------------------------------------------------

    def response(self, items: list[Any]) -> Any:
        expect, within, after, *options = _plain(items)
        return {"kind": "response", "after": after, "expect": expect, "within": within} | _merged(options)

    def cadence(self, items: list[Any]) -> Any:
        expect, every, stretch, *options = _plain(items)
        return {"kind": "cadence", "during": stretch["stretch"], "expect": expect, "every": every} | _merged(
            options
        )

    def notice(self, items: list[Any]) -> Any:
        expect, ahead, before, *options = _plain(items)
        term = self.vocabulary.get(before) if isinstance(before, str) else None
        out = {"kind": "notice", "before": before, "expect": expect, "ahead": ahead}
        if term is not None and term.moment is not None:
            out["moment"] = term.moment
        out |= _merged(options)
        return {k: v for k, v in out.items() if v is not None}

    def guard(self, items: list[Any]) -> Any:
        never, *rest = _plain(items)
        out: dict[str, Any] = {"kind": "guard", "never": never}
        for part in rest:
            if "stretch" in part:
                out["while"] = part["stretch"]
            elif "after" in part:
                out["after"] = part["after"]
            else:
                out.setdefault("unless", []).append(part["excuse"])
        return out

    def start(self, items: list[Any]) -> Any:
        return items[0]


def _plain(items: list[Any]) -> list[Any]:
    """The built parts, without the keywords between them."""
    return [i for i in items if not isinstance(i, Token)]


def _merged(options: list[dict[str, Any]]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for option in options:
        for key, value in option.items():
            out[key] = [*out.get(key, []), *value] if key == "then" else value
    return out
