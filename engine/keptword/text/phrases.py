"""The phrase language: words in any form, alternatives, optional words, gaps and classes, read into a small tree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MAX_GAP = 8
MAX_WORK = 4096  # ways to try a phrase at one word: keeps every phrase linear in the message
_TOKEN = re.compile(r"\s*(?:(\.\.\d+)|(<[A-Z-]+>)|([(|)?^$])|(={0,2}[^\W\d_][\w'’:+&-]*))")

# <ANY> is any word.
# A node is ("word", spec) ("class", name) ("gap", n) ("alt", [seq, …]) ("opt", node) ("start",) ("end",); a seq a list of nodes.
# Lists and strings only, so that a compiled book is plain JSON.
Node = list[Any]
Seq = list[Node]


class PhraseError(ValueError):
    """A phrase that cannot be read: `at` is the offset in it, `width` how much of it, `hint` what would be right."""

    def __init__(self, message: str, at: int, width: int = 1, hint: str = "") -> None:
        super().__init__(message)
        self.at, self.width, self.hint = at, width, hint


def parse(text: str) -> Seq:
    """Read a phrase such as `(приносить|принести) ..3 извинение`; PhraseError says what is wrong and where."""
    if len(text) > 2000:
        raise PhraseError("the phrase is longer than 2000 characters", 0, 1, "split it into several phrases")
    stack: list[list[Seq]] = [[[]]]
    at = 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if not match:
            skip = len(text[at:]) - len(text[at:].lstrip())
            raise PhraseError(
                f"'{text[at + skip]}' is not allowed in a phrase",
                at + skip,
                1,
                "write words, (a|b), word?, ..3, <CLASS>, =exact, ^ or $",
            )
        gap, name, mark, word = match.groups()
        begin = match.start(match.lastindex or 0)
        here = stack[-1][-1]
        if gap:
            size = int(gap[2:]) if len(gap) < 6 else MAX_GAP + 1
            if size > MAX_GAP:
                raise PhraseError(f"'{gap}' is too wide a gap", begin, len(gap), f"the widest is ..{MAX_GAP}")
            here.append(["gap", size])
        elif name:
            here.append(["class", name[1:-1]])
        elif word:
            here.append(["word", word])
        elif mark == "(":
            if len(stack) > 6:
                raise PhraseError("brackets nested deeper than five", begin)
            stack.append([[]])
        elif mark == "|":
            if len(stack) == 1:
                raise PhraseError("'|' outside brackets", begin, 1, "write (a|b)")
            stack[-1].append([])
        elif mark == ")":
            if len(stack) == 1:
                raise PhraseError("')' without '('", begin)
            group = stack.pop()
            if not all(group):
                raise PhraseError("an empty alternative", begin, 1, "write (a|b)? for an optional word")
            stack[-1][-1].append(["alt", group])
        elif mark == "?":
            if not here or here[-1][0] not in {"word", "class", "alt"}:
                raise PhraseError("'?' must follow a word, a class or brackets", begin)
            here[-1] = ["opt", here[-1]]
        else:
            here.append(["start"] if mark == "^" else ["end"])
        at = match.end()
    if len(stack) > 1:
        raise PhraseError("'(' is not closed", len(text) - 1)
    seq = stack[0][0]
    if not asks_for_something(seq):
        raise PhraseError(
            "the phrase asks for no word at all", 0, len(text), "leave at least one word that is not optional"
        )
    if work(seq) > MAX_WORK:
        raise PhraseError(
            "the phrase has too many gaps and choices", 0, len(text), "use narrower gaps, or split the phrase"
        )
    return seq


def work(seq: Seq) -> int:
    """An upper bound on the ways in which a phrase can be tried from one word on."""
    total = 1
    for node in seq:
        match node[0]:
            case "gap":
                total *= node[1] + 1
            case "alt":
                total *= sum(work(branch) for branch in node[1]) if any(_branching(b) for b in node[1]) else 1
            case "opt":
                total *= 1 + (work([node[1]]) if node[1][0] == "alt" else 1)
        if total > 10 * MAX_WORK:
            break
    return total


def _branching(seq: Seq) -> bool:
    return any(node[0] in {"gap", "opt", "alt"} for node in seq) or len(seq) > 1


def leaves(seq: Seq) -> Iterator[tuple[str, str]]:
    """Every ("word", spec) and ("class", name) in a phrase."""
    for node in seq:
        match node[0]:
            case "word" | "class":
                yield node[0], node[1]
            case "opt":
                yield from leaves([node[1]])
            case "alt":
                for branch in node[1]:
                    yield from leaves(branch)


def asks_for_something(seq: Seq) -> bool:
    """Whether a phrase has a part that must be there (a word, a class, or alternatives that each have one)."""
    return any(
        node[0] == "word"
        or (node[0] == "class" and node[1] != "ANY")
        or (node[0] == "alt" and all(asks_for_something(branch) for branch in node[1]))
        for node in seq
    )


@dataclass(frozen=True, slots=True)
class Symbols:
    """Which private characters each word and class of the phrases can appear as."""

    words: Mapping[str, str]  # spec → characters
    classes: Mapping[str, str]  # class → characters


def to_regex(seq: Seq, symbols: Symbols) -> str:
    """The regular expression over symbol strings that a phrase stands for; only bounded repeats."""
    out = []
    for node in seq:
        match node[0]:
            case "word":
                out.append("[" + symbols.words[node[1]] + "]")
            case "class":
                out.append(_one_of(node[1], symbols))
            case "gap":
                out.append(f"[^.]{{0,{node[1]}}}?")
            case "opt":
                out.append("(?:" + to_regex([node[1]], symbols) + ")?")
            case "alt":
                singles = [b[0] for b in node[1] if len(b) == 1 and b[0][0] in {"word", "class"}]
                rest = [
                    to_regex(b, symbols)
                    for b in node[1]
                    if not (len(b) == 1 and b[0][0] in {"word", "class"})
                ]
                chars = "".join(
                    symbols.words[n[1]] if n[0] == "word" else symbols.classes[n[1]] for n in singles
                )
                parts = rest + (["[" + "".join(sorted(set(chars))) + "]"] if chars else [])
                out.append("(?:" + "|".join(parts) + ")")
            case "start":
                out.append("(?<![^.])")
            case "end":
                out.append("(?![^.])")
    return "".join(out)


def _one_of(name: str, symbols: Symbols) -> str:
    return "[^.]" if name == "ANY" else "[" + symbols.classes[name] + "]"


def needed(seq: Seq, symbols: Symbols) -> list[frozenset[str]]:
    """The character sets of which a message must hold one each, or the phrase cannot be in it."""
    out = []
    for node in seq:
        match node[0]:
            case "word":
                out.append(frozenset(symbols.words[node[1]]))
            case "class" if node[1] != "ANY":
                out.append(frozenset(symbols.classes[node[1]]))
            case "alt":
                inner = [needed(branch, symbols) for branch in node[1]]
                if all(inner):
                    out.append(frozenset().union(*(min(sets, key=len) for sets in inner)))
    return out
