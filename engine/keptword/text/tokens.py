"""Text to symbols: one private character a word, fixed characters for numbers, times and dates, '.' for a sentence's end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from keptword.text.anatomy import HEADER_WORDS, NOTICE_WORDS
from keptword.text.forms import fold, split_word
from keptword.text.lexicons import is_endearing

BOUND = "."
OTHER = "o"
# Fixed characters of token classes; phrases name them as <NUM>, <CLOCK> and so on.
TOKEN_CLASSES: dict[str, str] = {
    "NUM": "N", "NUMRANGE": "R", "CLOCK": "T", "CLOCKRANGE": "K", "DATE": "D", "ORDINAL": "O", "YEAR": "Y",
    "LENGTH": "S", "DOTCLOCK": "H", "EMAIL": "A", "LINK": "L", "ENDEARING": "d", "OTHER": "o",
}  # fmt: skip
MAX_CHUNK = 160
CACHE_LIMIT = 200_000

_TOKEN = re.compile(
    r"""
    (?P<A>[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,6})
  | (?P<L>(?:https?://|www\.)\S+)
  | (?P<K>\d{1,2}[:.]\d{2}(?:[ap]m)?[-–—]\d{1,2}[:.]\d{2}(?:[ap]m)?(?!\d)|\d{1,2}(?:[ap]m)?[-–—]\d{1,2}[ap]m\b)
  | (?P<D>\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2})(?!\d)|\d{1,2}/\d{1,2}(?![\d/])|(?:0[1-9]|[12]\d|3[01])\.(?:0[1-9]|1[0-2])(?![\d.]\d))
  | (?P<T>\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]m\b)?|\d{1,2}(?:\.\d{2})?[ap]m\b|\d{1,2}[hч]\d{2}\b|\d{2}\.[0-5]\d(?![\d.]\d)(?!\d))
  | (?P<H>\d\.[0-5]\d(?![\d.]\d)(?!\d))
  | (?P<R>\d{1,3}(?:[.,]5)?[-–—]\d{1,3}(?![\d-]))
  | (?P<S>\d{1,3}(?:h|hrs?|mins?|m|d|ч|мин|сут|дн)\b)
  | (?P<O>\d{1,2}(?:st|nd|rd|th|-?го|-?му|-?ое|-?ого|-?е|-?м)\b)
  | (?P<n>\d+(?:[.,]\d+)?)
  | (?P<w>[^\W\d_]+(?:[-'’][^\W\d_]+)*)
  | (?P<e>[.!?…;]+)
    """,
    re.X | re.I,
)
_ABBREVIATIONS = frozenset(
    "т д е г ул тел доб руб мин час им др пр стр моб см ст п в no mr mrs ms dr ext etc approx inc ltd a p m vs e i гг напр".split()
)
# What a chunk can be a sign of, as characters that no symbol is; `scan` takes them out again.
QUOTING, SUSPECT, COLON, NOTICE, REACH = 1, 2, 4, 8, 16
_MARKS = (("\x01", QUOTING), ("\x02", SUSPECT), ("\x03", COLON), ("\x04", NOTICE), ("\x05", REACH))
_EXTENSION = re.compile(r"(?<!\w)(?:доб|внутр|ext)(?:авочн\w{2,4}|енн\w{2,4}|ension)?(?![^\W\d_])", re.I)
_DIGITS = frozenset("0123456789")
_NUMBER = re.compile(r"[+(]?[0-9()-]+[.,;]?", re.A)


def masked(text: str) -> str:
    """`text` with every digit as 0, for remembering by shape (nine replacements cost a tenth of `translate`)."""
    for digit in "123456789":
        text = text.replace(digit, "0")
    return text


class Symboliser(dict[str, str]):
    """Raw chunk (what stands between blanks) → its symbols; learns new chunks as it meets them and never grows past a bound."""

    def __init__(self, table: Mapping[str, str]) -> None:
        super().__init__()
        self._table = table  # folded form → private character

    def __missing__(self, chunk: str) -> str:
        if (
            chunk.isdecimal() and chunk.isascii()
        ):  # numbers differ from message to message: not worth the cache
            return (
                "N"
                if len(chunk) < 4
                else ("Y" if chunk[:2] in {"19", "20"} else "N")
                if len(chunk) == 4
                else OTHER
            )
        if chunk[-1:] in ".," and chunk[:-1].isdecimal() and chunk.isascii():
            return self.__missing__(chunk[:-1]) + (BOUND if chunk[-1] == "." else "")
        first = chunk[0]
        if (first in _DIGITS or first in "+(") and len(chunk) > 6 and _NUMBER.fullmatch(chunk):
            shape = masked(chunk)
            if (
                shape != chunk and "0000" not in shape
            ):  # a telephone number reads as any other of its shape; four digits may be a year
                return self[shape]
        out = "".join(symbol for symbol, _, _ in self.pieces(chunk)) + _marks_of(chunk)
        if len(chunk) <= 48:
            if len(self) >= CACHE_LIMIT:
                self.clear()
            self[chunk] = out
        return out

    def pieces(self, chunk: str) -> Iterator[tuple[str, int, int]]:
        """(symbol, start, end) of each token in a chunk; longer chunks are read in parts, so that time stays linear."""
        for base in range(0, len(chunk), MAX_CHUNK):
            yield from self._part(chunk[base : base + MAX_CHUNK], base)

    def _part(self, chunk: str, base: int) -> Iterator[tuple[str, int, int]]:
        table = self._table
        last = ""
        for match in _TOKEN.finditer(chunk):
            start, end = base + match.start(), base + match.end()
            kind = match.lastgroup or "w"
            if kind == "w":
                word = fold(match[0])
                known = table.get(word)
                if known is not None:
                    yield known, start, end
                    last = word
                    continue
                parts = [p for half in word.split("-") for p in split_word(half)]
                for part in parts:
                    yield table.get(part) or ("d" if is_endearing(part) else OTHER), start, end
                last = parts[-1]
            elif kind == "e":
                if match[0] == "." and (last in _ABBREVIATIONS or (len(last) == 1 and last.isalpha())):
                    continue
                yield BOUND, start, end
            elif kind == "n":
                text = match[0]
                year = len(text) == 4 and text[:2] in {"19", "20"}
                yield ("Y" if year else "N" if len(text) <= 4 else OTHER), start, end
                last = ""
            else:
                yield kind, start, end
                last = ""

    def scan(self, text: str) -> tuple[str, int]:
        """The symbol string of a text, and what its chunks are signs of.

        A line's end ends a sentence unless the next line goes on in lower case. The signs are bits: QUOTING a character that
        sets quotations off, SUSPECT a word of a quotation's header, COLON a chunk that ends with one, NOTICE a word of a
        confidentiality notice, REACH an address, a handle or an extension; a bit that is not set proves that there is none.
        """
        get = self.__getitem__
        out: list[str] = []
        for line in text.split("\n"):
            chunks = line.split()
            if chunks:
                if out and not chunks[0][0].islower():
                    out.append(BOUND)
                out.extend(map(get, chunks))
        symbols = "".join(out)
        signs = 0
        for mark, sign in _MARKS:
            if mark in symbols:
                signs |= sign
                symbols = symbols.replace(mark, "")
        return symbols, signs

    def located(self, text: str) -> tuple[str, list[tuple[int, int]]]:
        """The same symbol string, and where in `text` each of its characters stands."""
        out: list[str] = []
        spans: list[tuple[int, int]] = []
        base = 0
        begun = False
        for line in text.split("\n"):
            first = True
            for match in _CHUNK.finditer(line):
                if first and begun and not match[0][0].islower():
                    out.append(BOUND)
                    spans.append((base + match.start(), base + match.start()))
                first = False
                begun = True
                for symbol, start, end in self.pieces(match[0]):
                    out.append(symbol)
                    spans.append((base + match.start() + start, base + match.start() + end))
            base += len(line) + 1
        return "".join(out), spans


def _marks_of(chunk: str) -> str:
    out = ""
    if any(c in '>|«»“”„"' for c in chunk) or "---" in chunk or "____" in chunk:
        out += "\x01"
    if any(word in chunk for word in HEADER_WORDS):
        out += "\x02"
    if chunk[-1] == ":":
        out += "\x03"
    if any(word in chunk for word in NOTICE_WORDS):
        out += "\x04"
    if "@" in chunk or "t.me/" in chunk or "wa.me/" in chunk or _EXTENSION.search(chunk):
        out += "\x05"
    return out


_CHUNK = re.compile(r"\S+")
