"""From a message to its elements: anatomy first, then sign-off and contacts, then phrases and times over symbols."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from functools import partial
from typing import Any

from keptword.text import contacts, signoff
from keptword.text.anatomy import MAX_TEXT, Anatomy, in_one_piece, take_apart
from keptword.text.books import built_in
from keptword.text.html_mail import looks_like_html, to_text
from keptword.text.model import Analysis, Elements, Hit, Span, Zones
from keptword.text.phrasebook import Phrase, Phrasebooks
from keptword.text.times import Promise, TimeGrammar
from keptword.text.tokens import COLON, NOTICE, QUOTING, REACH, SUSPECT

# Elements whose hits do not count in a sentence that also has one of these.
_SPOILED_BY: dict[str, str] = {"apology": "non-apology"}

Reading = tuple[
    tuple[str, ...], tuple[Promise, ...], bool, int
]  # elements, promised times, whether of the next news, bits of the clues to a sign-off
CACHED_SENTENCES = 100_000
_TIMELY, _UPDATE = 16, 32
CLUES = tuple(signoff.Clues(*(bool(bits & bit) for bit in (1, 2, 4, 8))) for bits in range(16))


class Reader:
    """What a set of phrasebooks needs once: its grammar of times, the symbols of clues, and sentences read before.

    No phrase reaches over the end of a sentence, so a sentence of symbols always reads the same; the cache is bounded.
    """

    __slots__ = ("_masks", "_sentences", "books", "grammar")

    def __init__(self, books: Phrasebooks) -> None:
        self.books = books
        self.grammar = TimeGrammar(books.classes)
        # above the bits of the phrases: the clues to a sign-off, words of time, words of news
        kinds = (
            books.classes["CLOSINGW"], books.classes["FAMILIARW"], books.classes["SHORTNAME"] + books.classes["ENDEARING"],
            books.classes["FIRSTNAME"], self.grammar.timely, books.classes["UPDATEW"],
        )  # fmt: skip
        self._masks: dict[str, dict[str, int]] = {}
        for lang, index in books.index.items():
            masks = self._masks[lang] = dict(index.masks)
            for bit, symbols in enumerate(kinds, 3 * len(index.phrases)):
                for symbol in symbols:
                    masks[symbol] = masks.get(symbol, 0) | 1 << bit
        self._sentences: dict[str, dict[str, Reading]] = {"ru": {}, "en": {}}

    def sentence(self, sentence: str, lang: str) -> Reading:
        """What one sentence says, from the cache or read anew."""
        cache = self._sentences[lang]
        found = cache.get(sentence)
        if found is None:
            found = self._read(sentence, lang)
            if len(sentence) <= 120:
                if len(cache) >= CACHED_SENTENCES:
                    cache.clear()
                cache[sentence] = found
        return found

    def _read(self, sentence: str, lang: str) -> Reading:
        names: list[str] = []
        index = self.books.index[lang]
        masks = self._masks[lang]
        held = 0
        for symbol in masks.keys() & set(sentence):
            held |= masks[symbol]
        for phrase in index.held(held):
            if phrase.element not in names and phrase.stands(sentence):
                names.append(phrase.element)
        for name, spoiler in _SPOILED_BY.items():
            if spoiler in names and name in names:
                names.remove(name)
        kinds = held >> 3 * len(index.phrases)
        promised = self.grammar.read(sentence) if kinds & _TIMELY else ()
        return tuple(names), promised, kinds & _UPDATE != 0, kinds & 15

    def promises(self, symbols: str, lang: str) -> list[Promise]:
        """The promised times of a whole symbol string."""
        out: list[Promise] = []
        start = 0
        update_before = False
        for sentence in symbols.split("."):
            if sentence:
                _, promised, update, _ = self.sentence(sentence, lang)
                follows = update_before and len(sentence) < 8
                out += [Promise(start + p.start, start + p.end, p.update or follows) for p in promised]
                update_before = update
            start += len(sentence) + 1
        return out


_READERS: dict[int, Reader] = {}


def reader_of(books: Phrasebooks) -> Reader:
    """The reader for a set of phrasebooks, made once for each (at most 16 are kept)."""
    found = _READERS.get(id(books))
    if found is None or found.books is not books:
        if len(_READERS) >= 16:
            _READERS.clear()
        found = _READERS[id(books)] = Reader(books)
    return found


def analyse(
    text: str,
    lang: str | None = None,
    *,
    books: Phrasebooks | None = None,
    staff: frozenset[str] = frozenset(),
    html: bool | None = None,
) -> Analysis:
    """What a message says, element by element.

    Args:
        text: the message; e-mail (plain or HTML), chat or SMS. Spans count characters of it; for HTML, of the text taken from it.
        lang: "ru" or "en" to override what the letters say.
        books: phrasebooks; the built-in ones by default.
        staff: names of staff as they are registered ("Макс Орлов"); these never count as short forms.
        html: whether the text is HTML; None looks.
    """
    books = books or built_in()
    if html or (html is None and looks_like_html(text)):
        text = to_text(text)
    whole = text
    if len(text) > MAX_TEXT:  # the two ends; what lies between is blanked, so that offsets stay true
        text = text[: MAX_TEXT // 2] + " " * (len(text) - MAX_TEXT) + text[-(MAX_TEXT // 2) :]
    if "\r" in text or "\u2028" in text:
        text = text.replace("\r", " ").replace("\u2028", "\n")
    symbols, signs = books.symboliser.scan(text)
    if signs & (QUOTING | NOTICE) or (signs & SUSPECT and signs & COLON):
        anatomy = take_apart(text, lang)
        if anatomy.own != text:
            symbols, signs = books.symboliser.scan(anatomy.own)
    else:
        anatomy = in_one_piece(text, lang)
    language = anatomy.lang or "en"
    reader = reader_of(books)
    found: set[str] = set()
    update_before = False
    clues = 0
    for sentence in symbols.split("."):
        if sentence:
            names, promised, update, clue = reader.sentence(sentence, language)
            clues |= clue
            if names:
                found.update(names)
            if promised:
                found.add("eta")
                if update or (update_before and len(sentence) < 8):
                    found.add("next-update-time")
            update_before = update
    sign = signoff.read(anatomy, staff, CLUES[clues])
    spans: dict[str, Sequence[Span]] = {}
    if anatomy.greeting:
        spans["greeting"] = (anatomy.greeting,)
    personal = contacts.find(anatomy, sign.signature, addresses=bool(signs & REACH))
    if personal:
        spans["personal-contact"] = personal
    if sign is not signoff.NOTHING:
        for name, where in (
            ("sign-off.formal", sign.formal), ("sign-off.full-name", sign.full_name), ("sign-off.informal", sign.informal),
            ("diminutive-name", sign.diminutive),
        ):  # fmt: skip
            if where:
                spans[name] = where  # noqa: PERF403 - only what was found
    found.update(spans)
    if anatomy.spoken:
        found.add("language")
    locate = partial(_locate, whole, anatomy, reader, spans, language, [])
    return Analysis(whole, anatomy.lang, partial(_zones, anatomy, sign), Elements(found, locate))


def _unspoiled(symbols: str, candidates: list[Phrase], name: str, spoiler: str) -> list[Span]:
    """Spans of `name` in sentences that hold no `spoiler`."""
    bad = [span for p in candidates if p.element == spoiler for span in p.spans(symbols)]
    out = []
    for phrase in candidates:
        if phrase.element == name:
            for start, end in phrase.spans(symbols):
                left, right = symbols.rfind(".", 0, start), symbols.find(".", end)
                right = right if right >= 0 else len(symbols)
                if not any(s < right and e > left for s, e in bad):
                    out.append((start, end))
    return out


def _locate(
    whole: str, anatomy: Anatomy, reader: Reader, spans: dict[str, Sequence[Span]], language: str,
    memo: list[Any], name: str,
) -> tuple[Hit, ...]:  # fmt: skip
    """The hits of an element that is there; the slow reading with offsets is done once and kept in `memo`."""
    out: list[Span] = list(spans.get(name, ()) if name != "language" else _first_words(anatomy))
    if not memo:
        symbols, where = reader.books.symboliser.located(anatomy.own)
        memo.extend(
            (
                symbols,
                where,
                reader.books.candidates(language, set(symbols)),
                reader.promises(symbols, language),
            )
        )
    symbols, where, candidates, promises = memo
    tokens: list[Span] = []
    if name in {"eta", "next-update-time"}:
        tokens = [(p.start, p.end) for p in promises if name == "eta" or p.update]
    if name in _SPOILED_BY:
        tokens = _unspoiled(symbols, candidates, name, _SPOILED_BY[name])
    else:
        tokens += [span for p in candidates if p.element == name for span in p.spans(symbols)]
    out += [(where[start][0], where[end - 1][1]) for start, end in tokens if end > start]
    return tuple(Hit(name, start, end, whole[start:end]) for start, end in _outermost(out))


def _outermost(spans: list[Span]) -> list[Span]:
    """Spans in order, those that lie in or overlap an earlier, longer one left out."""
    out: list[Span] = []
    for start, end in sorted(set(spans), key=lambda s: (s[0], -s[1])):
        if not out or start >= out[-1][1]:
            out.append((start, end))
    return out


def _first_words(anatomy: Anatomy) -> tuple[Span, ...]:
    own = anatomy.own
    start = next((i for i, c in enumerate(own) if c.isalpha()), 0)
    end = start
    while end < len(own) and (own[end].isalnum() or own[end] in "'’-"):
        end += 1
    return ((start, end),) if end > start else ()


def _zones(anatomy: Anatomy, sign: signoff.SignOff) -> Zones:
    own = anatomy.own
    start = len(own) - len(own.lstrip())
    end = len(own.rstrip())
    if end <= start:
        return Zones(quoted=anatomy.quoted, disclaimer=anatomy.disclaimer)
    cut = sorted((*anatomy.quoted, *anatomy.disclaimer))
    body_end = min((z[0] for z in (sign.closing, sign.signature) if z), default=end)
    body_start = anatomy.greeting[1] if anatomy.greeting else start
    return Zones(
        own=_without((start, end), cut, own),
        greeting=(anatomy.greeting,) if anatomy.greeting else (),
        body=_without((body_start, max(body_start, body_end)), cut, own),
        closing=(sign.closing,) if sign.closing else (),
        signature=_without(sign.signature, cut, own) if sign.signature else (),
        quoted=anatomy.quoted,
        disclaimer=anatomy.disclaimer,
    )


def _without(span: Span, holes: Sequence[Span], own: str) -> tuple[Span, ...]:
    """A range minus the holes in it; parts that hold only blanks and punctuation are left out."""
    out = []
    at = span[0]
    for start, end in [*holes, (span[1], span[1])]:
        stop = min(max(start, at), span[1])
        part = own[at:stop]
        if any(c.isalnum() for c in part):
            left = at + len(part) - len(part.lstrip(" \t\n\r,.!;:"))
            out.append((left, at + len(part.rstrip())))
        at = max(at, end)
        if at >= span[1]:
            break
    return tuple(out)


def analyse_many(
    texts: Sequence[str],
    lang: str | None = None,
    *,
    books: Phrasebooks | None = None,
    staff: frozenset[str] = frozenset(),
) -> list[Analysis]:
    """`analyse` for a batch; each distinct text is read once, equal texts share one result."""
    books = books or built_in()
    memo: dict[str, Analysis] = {}
    collecting = gc.isenabled()
    gc.disable()  # results hold no cycles, and tens of thousands of them make the collector go over all of them again and again
    try:
        for text in texts:
            if text not in memo:
                memo[text] = analyse(text, lang, books=books, staff=staff)
    finally:
        if collecting:
            gc.enable()
    return list(map(memo.__getitem__, texts))
