"""Compiled phrases and the sets of them that a message is read with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from keptword.text.tokens import Symboliser


@dataclass(slots=True)
class Phrase:
    """One compiled phrase; its regular expression is compiled when a message first calls for it."""

    element: str
    lang: str
    source: str
    pattern: str
    needs: tuple[frozenset[str], ...]  # the rarest three of its required symbols
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
            if self.not_before and not self.not_before.isdisjoint(
                _tail(symbols[max(0, start - self.within) : start])
            ):
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


@dataclass(frozen=True, slots=True)
class Index:
    """Which phrases a set of symbols can hold, for one language.

    Attributes:
        phrases: all phrases; n of them.
        masks: symbol → bits: bit i says that it meets the first need of phrase i, bit n + i the second, bit 2n + i the third.
    """

    phrases: tuple[Phrase, ...]
    masks: Mapping[str, int]

    def held(self, bits: int) -> list[Phrase]:
        """The phrases all of whose needs are met by the symbols that `bits` is put together from; higher bits do not matter."""
        width = len(self.phrases)
        left = bits & (bits >> width) & (bits >> 2 * width) & ((1 << width) - 1)
        out = []
        while left:
            lowest = left & -left
            out.append(self.phrases[lowest.bit_length() - 1])
            left ^= lowest
        return out


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
    index: Mapping[str, Index] = field(repr=False)  # by language

    def candidates(self, lang: str, present: set[str]) -> list[Phrase]:
        """The phrases whose required symbols are all there."""
        index = self.index[lang]
        held = 0
        for symbol in index.masks.keys() & present:
            held |= index.masks[symbol]
        return index.held(held)
