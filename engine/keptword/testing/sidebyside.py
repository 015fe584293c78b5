"""Expected and found side by side, and what was found as text that can be pasted into the test."""

from __future__ import annotations

from collections.abc import Sequence

from keptword.errors import visible
from keptword.obligation import LISTED, Obligation, order
from keptword.testing.expected import USUAL, Comparison, Frame, shown, shown_expected


def side_by_side(result: Comparison, frame: Frame, always: Sequence[str] = ()) -> str:
    """One line a pair: what was expected, what was found; `=` they agree, `!` they differ, `-` not found, `+` not expected.

    Args:
        result: the pairs.
        frame: how times are written.
        always: fields that are shown of everything found, besides those that the test names.
    """
    named = list(dict.fromkeys([*always, *(n for e, _ in result.pairs for n in e.wants)]))
    rows = [("", "expected", "found")]
    fields = list(dict.fromkeys([*named, *USUAL, "check"]))
    left_over = list(result.surplus)
    for expected, o in result.pairs:
        left = _flow(shown_expected(expected, frame))
        if o is not None:
            rows.append(("=", left, _flow(shown(o, list(expected.wants), frame))))
            continue
        near = max(left_over, key=expected.alike, default=None)
        if near is None or not expected.alike(near):
            rows.append(("-", left, ""))
        else:
            left_over.remove(near)
            rows.append(("!", left, _flow(shown(near, fields, frame))))
    rows += [("+", "", _flow(shown(o, fields, frame))) for o in left_over]
    if len(rows) == 1:
        rows.append(("=", "nothing", "nothing"))
    width = max(len(left) for _, left, _ in rows)
    return "\n".join(f"{mark:1} {left:{width}} | {right}".rstrip() for mark, left, right in rows)


def pasteable(obligations: Sequence[Obligation], frame: Frame, names: Sequence[str] = USUAL) -> str:
    """The `expect:` that would have passed."""
    listed = sorted((o for o in obligations if o.verdict in LISTED), key=order)
    if not listed:
        return "expect: []"
    return "\n".join(["expect:", *(f"  - {_flow(shown(o, names, frame))}" for o in listed)])


def counted(obligations: Sequence[Obligation]) -> str:
    """How many there are of each verdict: `2 kept, 1 late`."""
    counts: dict[str, int] = {}
    for o in obligations:
        counts[o.verdict] = counts.get(o.verdict, 0) + 1
    return ", ".join(f"{n} {verdict}" for verdict, n in counts.items()) or "no obligation"


def _flow(fields: dict[str, str]) -> str:
    def value(name: str, text: str) -> str:
        if name == "key":
            return (
                "{"
                + ", ".join(part.replace("=", ": ", 1) if "=" in part else part for part in text.split(", "))
                + "}"
            )
        if name in {"events", "words"}:
            return "[" + ", ".join(_quoted(part) for part in text.split(", ")) + "]"
        return _quoted(text)

    return "{" + ", ".join(f"{name}: {value(name, text)}" for name, text in fields.items()) + "}"


def _quoted(text: str) -> str:
    safe = (
        text
        and not any(c in text for c in ",:{}[]#&*!|>'\"%@`\n")
        and text == text.strip()
        and text[0] not in "-?"
    )
    if safe or (text[:2].isdigit() and "T" in text):
        return visible(text)
    return '"' + visible(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
