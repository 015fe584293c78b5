"""From a message to its elements: anatomy first, then sign-off and contacts, then phrases and times over symbols."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from keptword.text import contacts, signoff
from keptword.text.anatomy import MAX_TEXT, Anatomy, take_apart
from keptword.text.books import Phrase, Phrasebooks, built_in
from keptword.text.html_mail import looks_like_html, to_text
from keptword.text.model import ELEMENTS, Analysis, Elements, Hit, Span, Zones
from keptword.text.times import Promise, TimeGrammar

# Elements whose hits do not count in a sentence that also has one of these.
_SPOILED_BY: dict[str, str] = {"apology": "non-apology"}

_GRAMMARS: dict[int, tuple[Phrasebooks, TimeGrammar]] = {}


def grammar_of(books: Phrasebooks) -> TimeGrammar:
    """The grammar of times for a set of phrasebooks, compiled once for each."""
    found = _GRAMMARS.get(id(books))
    if found is None or found[0] is not books:
        if len(_GRAMMARS) > 16:
            _GRAMMARS.clear()
        found = _GRAMMARS[id(books)] = (books, TimeGrammar(books.classes))
    return found[1]


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
    if len(text) > MAX_TEXT:   # the two ends; what lies between is blanked, so that offsets stay true
        text = text[: MAX_TEXT // 2] + " " * (len(text) - MAX_TEXT) + text[-(MAX_TEXT // 2) :]
    anatomy = take_apart(text.replace("\r", " ").replace("\u2028", "\n").replace("\x0b", " ").replace("\x0c", " ") if "\r" in text or "\u2028" in text else text, lang)
    sign = signoff.read(anatomy, staff)
    language = anatomy.lang or "en"
    symbols = books.symboliser.symbols(anatomy.own)
    present = set(symbols)
    found: dict[str, Any] = {}
    phrases: dict[str, list[Phrase]] = {}
    for phrase in books.candidates(language, present):
        mine = phrases.get(phrase.element)
        if mine is not None:
            mine.append(phrase)
        elif next(iter(phrase.spans(symbols)), None) is not None:
            phrases[phrase.element] = [phrase]
    promises = grammar_of(books).promises(symbols, present)
    for name, spoiler in _SPOILED_BY.items():
        if name in phrases and spoiler in phrases and not _unspoiled(symbols, books.candidates(language, present), name, spoiler):
            del phrases[name]
    personal = contacts.find(anatomy, sign.signature)
    spans: dict[str, Sequence[Span]] = {
        "sign-off.formal": sign.formal, "sign-off.full-name": sign.full_name, "sign-off.informal": sign.informal,
        "diminutive-name": sign.diminutive, "personal-contact": personal,
        "greeting": (anatomy.greeting,) if anatomy.greeting else (),
        "language": _first_words(anatomy) if anatomy.lang else (),
    }  # fmt: skip
    found = {name: None for name in (*ELEMENTS, *books.names) if spans.get(name) or name in phrases}
    if promises:
        found["eta"] = None
        if any(p.update for p in promises):
            found["next-update-time"] = None
    order = tuple(sorted(found, key=lambda name: ELEMENTS.index(name) if name in ELEMENTS else len(ELEMENTS)))
    locate = _locator(whole, anatomy, books, spans, promises, language)
    return Analysis(whole, anatomy.lang, _zones(anatomy, sign), Elements(order, locate))


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


def _locator(
    whole: str, anatomy: Anatomy, books: Phrasebooks, spans: dict[str, Sequence[Span]], promises: list[Promise], language: str
) -> Callable[[str], tuple[Hit, ...]]:
    memo: list[Any] = []

    def locate(name: str) -> tuple[Hit, ...]:
        out: list[Span] = list(spans.get(name, ()))
        if not memo:
            symbols, where = books.symboliser.located(anatomy.own)
            memo.extend((symbols, where, books.candidates(language, set(symbols))))
        symbols, where, candidates = memo
        tokens: list[Span] = []
        if name in {"eta", "next-update-time"}:
            tokens = [(p.start, p.end) for p in promises if name == "eta" or p.update]
        elif name in _SPOILED_BY:
            tokens = _unspoiled(symbols, candidates, name, _SPOILED_BY[name])
        if name not in _SPOILED_BY:
            tokens += [span for p in candidates if p.element == name for span in p.spans(symbols)]
        out += [(where[start][0], where[end - 1][1]) for start, end in tokens if end > start]
        return tuple(Hit(name, start, end, whole[start:end]) for start, end in _outermost(out))

    return locate


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
    texts: Sequence[str], lang: str | None = None, *, books: Phrasebooks | None = None, staff: frozenset[str] = frozenset()
) -> list[Analysis]:
    """`analyse` for a batch; each distinct text is read once, equal texts share one result."""
    books = books or built_in()
    memo: dict[str, Analysis] = {}
    get = memo.get
    out = []
    for text in texts:
        found = get(text)
        if found is None:
            found = memo[text] = analyse(text, lang, books=books, staff=staff)
        out.append(found)
    return out
