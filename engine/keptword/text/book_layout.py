"""Phrases laid out as symbols: each set of words its own character, each phrase an expression over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from keptword.text import phrases
from keptword.text.book_source import GUARDS, LANGS, Raw
from keptword.text.lexicons import inflected, lexicons
from keptword.text.phrasebook import Index, Phrase, Phrasebooks
from keptword.text.tokens import TOKEN_CLASSES, Symboliser

# Words so common that a phrase is better looked up by another of its words.
_COMMON = frozenset(
    "в на с к за по до из от о у и а но не мы вы я это быть что как для наш ваш весь свой который он они если мочь "
    "the a an of to for in on at by is be are we you i our your it that this not no and or but with have do will can if as from any all".split()
)


def compile_books(raw: Raw, table: Mapping[str, Sequence[str]]) -> Phrasebooks:
    """Give each set of words that a form can stand for its own character, and each phrase its expression over them."""
    used: dict[str, None] = {}
    for entry in raw["phrases"]:
        for kind, name in phrases.leaves(entry["seq"]):
            if kind == "word":
                used[name] = None
        for name in GUARDS:
            used.update(dict.fromkeys(entry.get(name, ())))
    for specs in raw["classes"].values():
        used.update(dict.fromkeys(specs))
    lists = lexicons()
    table = {
        **table,
        "lex|short": sorted((lists.diminutives | lists.both | inflected()) - {"will", "may"}),
        "lex|name": sorted(lists.names),
    }
    raw = {**raw, "classes": {**raw["classes"], "SHORTNAME": ["lex|short"], "FIRSTNAME": ["lex|name"]}}
    used.update(dict.fromkeys(("lex|short", "lex|name")))
    owners: dict[str, list[int]] = {}
    names = list(used)
    for number, spec in enumerate(names):
        for form in table[spec]:
            owners.setdefault(form, []).append(number)
    signature: dict[tuple[int, ...], str] = {}
    chars: list[list[str]] = [[] for _ in names]
    symbol_of: dict[str, str] = {}
    for form, numbers in owners.items():
        key = tuple(numbers)
        symbol = signature.get(key)
        if symbol is None:
            symbol = signature[key] = _private(len(signature))
            for number in numbers:
                chars[number].append(symbol)
        symbol_of[form] = symbol
    word_chars = {name: "".join(chars[number]) for number, name in enumerate(names)}
    class_chars = dict(TOKEN_CLASSES)
    for name, specs in raw["classes"].items():
        class_chars[name] = "".join(sorted({c for spec in specs for c in word_chars[spec]}))
    symbols = phrases.Symbols(word_chars, class_chars)
    common = {
        c
        for name, found in word_chars.items()
        if name.partition("|")[2].lstrip("=") in _COMMON
        for c in found
    }
    common |= set("oN")
    compiled = [_phrase(entry, symbols, common) for entry in raw["phrases"]]
    index = {lang: _index([p for p in compiled if p.lang == lang]) for lang in LANGS}
    return Phrasebooks(
        tuple(compiled),
        class_chars,
        tuple(dict.fromkeys(p.element for p in compiled)),
        Symboliser(symbol_of),
        index,
    )


def _index(phrases: list[Phrase]) -> Index:
    masks: dict[str, int] = {}
    for number, phrase in enumerate(phrases):
        for place, need in enumerate(phrase.needs):
            for symbol in need:
                masks[symbol] = masks.get(symbol, 0) | 1 << (place * len(phrases) + number)
    return Index(tuple(phrases), masks)


def _private(number: int) -> str:
    return chr(0xE000 + number) if number < 6400 else chr(0xF0000 + number - 6400)


def _phrase(entry: Raw, symbols: phrases.Symbols, common: set[str]) -> Phrase:
    sets = sorted(phrases.needed(entry["seq"], symbols), key=lambda found: (len(found & common), len(found)))
    needs = (sets[0], sets[min(1, len(sets) - 1)], sets[min(2, len(sets) - 1)])
    guards = {
        name: frozenset(c for spec in entry.get(name, ()) for c in symbols.words[spec]) for name in GUARDS
    }
    pattern = phrases.to_regex(entry["seq"], symbols)
    named = {c for kind, name in phrases.leaves(entry["seq"]) if kind == "word" for c in symbols.words[name]}
    guards["not_inside"] -= named  # a phrase that names the word itself means it
    return Phrase(
        entry["element"], entry["lang"], entry["source"], pattern, needs, entry.get("within", 3),
        guards["not_before"], guards["not_after"], guards["not_in"], guards["not_inside"],
    )  # fmt: skip
