"""What can be counted of a message: how easy it is to read, its longest sentence, its words; and limits such as `words <= 200`.

Reading ease is Flesch's (1948), in Russian with the constants of Oborneva (2006); the grade is Kincaid's (1975), in Russian
the same author's. Russian syllables are vowels, which is exact; English ones are counted by their spelling, which errs now and then.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from keptword.text.model import Analysis, Hit, Lang, Span

MEASURES: tuple[str, ...] = ("reading-ease", "reading-grade", "longest-sentence", "words")
LEAST_WORDS = 25  # fewer say too little of how a text reads: a person looks

_LIMIT = re.compile(rf"({'|'.join(MEASURES)})\s*(>=|<=|>|<)\s*(\d{{1,6}}(?:\.\d{{1,3}})?)")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_NOISE = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,6}")
_END = re.compile(r"[.!?…]+(?=[\s\"'»”)\]]|$)|\n\s*\n|\n(?=\s*(?:[-*•–—]|\d{1,2}[.)])\s)")
_SHORT = frozenset(
    "т д е г ул тел доб руб мин час им др пр стр см ст п no mr mrs ms dr ext etc inc ltd e i vs гг напр approx".split()
)
_RU_VOWELS = frozenset("аеёиоуыэюя")
# language → base, words a sentence, syllables a word
_EASE: dict[str, tuple[float, float, float]] = {"en": (206.835, 1.015, 84.6), "ru": (206.835, 1.3, 60.1)}
_GRADE: dict[str, tuple[float, float, float]] = {"en": (15.59, 0.39, 11.8), "ru": (15.59, 0.5, 8.4)}


class Limit(NamedTuple):
    """`reading-ease >= 50`."""

    name: str
    sign: str
    number: float

    def holds(self, value: float) -> bool:
        """Whether a value keeps it."""
        match self.sign:
            case ">=":
                return value >= self.number
            case "<=":
                return value <= self.number
            case ">":
                return value > self.number
            case _:
                return value < self.number


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted of the writer's own words, without links, addresses and the thread below.

    Attributes:
        lang: of the words.
        words, sentences, syllables: how many.
        longest: words of the longest sentence; where: its characters.
    """

    lang: Lang
    words: int
    sentences: int
    syllables: int
    longest: int
    where: Span

    def value(self, name: str) -> float | None:
        """A measure to one decimal; None where there are no words, or where no formula knows the language."""
        if name == "words":
            return self.words
        if not self.words:
            return None
        if name == "longest-sentence":
            return self.longest
        if self.lang not in _EASE:
            return None
        long, wide = self.words / self.sentences, self.syllables / self.words
        if name == "reading-ease":
            base, a, b = _EASE[self.lang]
            return round(base - a * long - b * wide, 1)
        base, a, b = _GRADE[self.lang]
        return round(a * long + b * wide - base, 1)


def limit_of(element: str) -> Limit | None:
    """A limit on a measure, where an element of a rule is one."""
    found = _LIMIT.fullmatch(element.strip())
    return None if found is None else Limit(found[1], found[2], float(found[3]))


def counted(analysis: Analysis) -> Counted:
    """Words, sentences and syllables of the body of a message."""
    spans = analysis.zones.body or analysis.zones.own
    total = sentences = syllables = longest = 0
    where: Span = (0, 0)
    for start, end in spans:
        part = _NOISE.sub(lambda m: " " * len(m[0]), analysis.text[start:end])
        for begin, stop in _sentences(part):
            words = _WORD.findall(part[begin:stop])
            if not words:
                continue
            sentences += 1
            total += len(words)
            syllables += sum(_syllables(w, analysis.lang) for w in words)
            if len(words) > longest:
                longest, where = len(words), (start + begin, start + stop)
    return Counted(analysis.lang, total, sentences, syllables, longest, where)


def longest_sentence(analysis: Analysis, found: Counted, element: str) -> tuple[Hit, ...]:
    """The longest sentence as a place to point at."""
    begin, end = found.where
    text = analysis.text[begin:end]
    begin += len(text) - len(text.lstrip())
    text = text.strip()
    return (Hit(element, begin, begin + len(text), text),) if text else ()


def _sentences(text: str) -> list[Span]:
    out: list[Span] = []
    begin = 0
    for mark in _END.finditer(text):
        before = re.search(r"([^\W\d_]+)$", text[begin : mark.start()][-20:])
        if mark[0] == "." and before is not None and (len(before[1]) == 1 or before[1].lower() in _SHORT):
            continue  # an abbreviation or an initial
        out.append((begin, mark.end()))
        begin = mark.end()
    return [*out, (begin, len(text))]


def _syllables(word: str, lang: str) -> int:
    if lang == "ru":
        return sum(letter in _RU_VOWELS for letter in word.lower())
    plain = word.lower()
    groups = len(re.findall(r"[aeiouy]+", plain))
    if re.search(r"[^aeiouyl]e$|[^aeiouy]es$|[^aeiouytd]ed$", plain) and not re.search(
        r"(?:[sxz]|ch|sh|[cg])es$", plain
    ):
        groups -= 1  # a silent e
    return max(1, groups)
