"""Wording elements that rules name: each has to be one that some check or phrasebook finds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keptword.errors import Problems, did_you_mean
from keptword.plan import Plan, parts_of
from keptword.spec.conditions import said_elements
from keptword.spec.model import Consistency, Rule, Wording
from keptword.spec.pack import Pack
from keptword.spec.references import conditions_in


def check_elements(packs: Sequence[Pack], plans: dict[str, Plan], problems: Problems) -> None:
    """Wording elements that no check and no phrasebook knows (R019); phrasebooks are read only where they are needed."""
    from keptword.text import ELEMENTS
    from keptword.text.measures import MEASURES, limit_of

    own: tuple[str, ...] | None = None
    for pack in packs:
        for item in pack.rules:
            if item.name not in plans:
                continue
            for path, name in _elements(item.rule, plans[item.name]):
                if name in ELEMENTS or limit_of(name) is not None:
                    continue
                if own is None:
                    own = _phrasebook_names(packs)
                if name in own:
                    continue
                first = name.split()[0] if name.split() else name
                hint = (
                    f"write it as {first} <= 30"
                    if first in MEASURES
                    else did_you_mean(name, (*ELEMENTS, *own, *MEASURES)) or f"known: {', '.join(ELEMENTS)}"
                )
                message = f"'{name}' is not a wording check"
                problems.add(item.document.problem("R019", message, path, hint))


def _elements(rule: Rule, plan: Plan) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every wording element that a rule names, and where."""
    match rule:
        case Wording():
            yield from ((("require", i), name) for i, name in enumerate(rule.require))
            yield from ((("forbid", i), name) for i, name in enumerate(rule.forbid))
        case Consistency():
            yield from ((("terms", i), name) for i, name in enumerate(rule.terms))
        case _:
            pass
    for path, condition in conditions_in(rule):
        yield from ((path, name) for name in sorted(said_elements(condition)))
    seen = {name for _, condition in conditions_in(rule) for name in said_elements(condition)}
    for match_ in parts_of(plan):
        for alternative in match_.alternatives:
            yield from ((("kind",), name) for name in sorted(said_elements(alternative.where) - seen))


def _phrasebook_names(packs: Sequence[Pack]) -> tuple[str, ...]:
    books = tuple(path for pack in packs for path in pack.phrasebooks)
    if not books:
        return ()
    from keptword.text import load_phrasebooks

    return tuple(load_phrasebooks(books).names)
