"""Renews the tables of keys in docs/kinds.md from the models of the rule language: `python docs/generate_kinds.py`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from keptword.spec.model import KINDS, After, Head, InForce, Seen, Step, Stretch

PAGE = Path(__file__).with_name("kinds.md")
PARTS: dict[str, type[BaseModel]] = {
    "stretch": Stretch,
    "step": Step,
    "seen": Seen,
    "after": After,
    "in-force": InForce,
}
TABLE = re.compile(r"<!-- keys of ([a-z-]+) -->\n.*?<!-- end -->", re.DOTALL)


def keys(name: str) -> str:
    """The table of one kind's own keys, of the head that all kinds share, or of a part.

    Args:
        name: `head`, a kind, or a part.
    """
    model = Head if name == "head" else KINDS.get(name) or PARTS[name]
    shared = set(Head.model_fields) if name in KINDS else set()
    rows = [
        f"| `{field.alias or key}` | {_meaning(field)} | {_default(field)} |"
        for key, field in model.model_fields.items()
        if key not in {*shared, "kind"}
    ]
    return "\n".join(["| key | meaning | if left out |", "|---|---|---|", *rows])


def _meaning(field: FieldInfo) -> str:
    """The description, and the words that the key takes unless the description names them."""
    text = (field.description or "").replace("|", "\\|")
    words = [w for w in get_args(field.annotation) if isinstance(w, str) and w not in text]
    return f"{text} ({', '.join(f'`{w}`' for w in words)})" if words else text


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    if field.default is None or field.default == ():
        return "–"
    if isinstance(field.default, bool):
        return f"`{str(field.default).lower()}`"
    return f"`{', '.join(field.default) if isinstance(field.default, tuple) else field.default}`"


def renewed(page: str) -> str:
    """The page with every table of keys as the models have it now."""
    return TABLE.sub(lambda m: f"<!-- keys of {m[1]} -->\n{keys(m[1])}\n<!-- end -->", page)


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
