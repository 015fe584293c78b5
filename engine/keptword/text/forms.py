"""Every form of a word, worked out when phrasebooks are compiled and never while messages are read."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

# English irregular words: base form, then its other forms (regular endings are added by rule).
_IRREGULAR = """
be am is are was were been being; have has had having; do does did done doing; go went gone; get got gotten getting;
make made; take took taken; give gave given; tell told; say said; see saw seen; know knew known; keep kept; let letting;
find found; feel felt; fall fell fallen; break broke broken; bring brought; build built; buy bought; choose chose chosen;
come came; cut cutting; drive drove driven; forget forgot forgotten; hear heard; hold held; hit hitting; lead led; leave left;
lose lost; mean meant; meet met; pay paid; put putting; read reading; run ran running; send sent; set setting; show shown;
shut shutting; speak spoke spoken; spend spent; stand stood; think thought; understand understood; write wrote written;
become became; begin began begun beginning; dig dug digging; overheat; withdraw withdrew withdrawn; undergo underwent undergone;
stop stopped stopping; plan planned planning; slip slipped slipping; drop dropped dropping; trip tripped tripping; blow blew blown;
will would; can could; shall should; may might; people person; bad worse worst; good better best; child children; man men;
resend resent; sever severed; burn burnt; flood; strike struck; tear tore torn; wear wore worn; rebuild rebuilt; catch caught;
teach taught; sell sold; owe owed; apologise apologised; apologize apologized; cry cried; try tried; apology apologies;
mistake mistook mistaken; misread; overlook; sleep slept; swap swapped swapping; refer referred referring; occur occurred occurring
"""
_BASES: dict[str, tuple[str, ...]] = {}
_BASE_OF: dict[str, str] = {}
for _line in _IRREGULAR.replace("\n", " ").split(";"):
    _base, *_others = _line.split()
    _BASES[_base] = tuple(_others)
    for _other in _others:
        _BASE_OF.setdefault(_other, _base)

_RUSSIAN = re.compile(r"[а-яё]+(?:-[а-яё]+)*")
_ENGLISH = re.compile(r"[a-z]+(?:[-'][a-z]+)*")
_FUNCTION = frozenset(
    "the and but for not you she our your his her its they them their this that these those with from into over under about than then when what "
    "which who why how all any some more most very just only also too yes nor yet per via out off here there now before after until till while if or".split()
)
_OWN_WORDS = {
    "would",
    "could",
    "should",
    "might",
    "better",
    "best",
    "person",
    "men",
    "left",
    "being",
    "severed",
    "done",
    "given",
}


_SHORT = {"n't": "not", "'ll": "will", "'re": "are", "'ve": "have", "'m": "am", "'d": "would"}
_WHOLE = {"can't": ("can", "not"), "won't": ("will", "not"), "shan't": ("shall", "not"), "cannot": ("can", "not"),
          "let's": ("let", "us"), "it's": ("it", "is"), "that's": ("that", "is"), "there's": ("there", "is"),
          "here's": ("here", "is"), "what's": ("what", "is"), "i'm": ("i", "am"), "he's": ("he", "is"),
          "dont": ("do", "not"), "cant": ("can", "not"), "wont": ("will", "not")}  # fmt: skip


def split_word(word: str) -> tuple[str, ...]:
    """A folded word as the words it is matched by: contractions are taken apart, a possessive loses its ending."""
    if "'" not in word:
        return _WHOLE.get(word, (word,))
    if word in _WHOLE:
        return _WHOLE[word]
    for ending, full in _SHORT.items():
        if word.endswith(ending):
            return (word[: -len(ending)], full)
    return (word[:-2],) if word.endswith("'s") else (word,)


class WordError(ValueError):
    """A word that cannot stand in a phrase; `hint` says what would be right."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def fold(word: str) -> str:
    """Lower case, ё as е and typographic apostrophes as plain ones: the one spelling that words are compared in."""
    return word.lower().replace("ё", "е").replace("’", "'")


def forms(spec: str, lang: str) -> tuple[str, ...]:
    """All forms that a word of a phrase stands for, folded and sorted.

    Args:
        spec: `word` (dictionary form: any form of it), `word:futr+PRTS` (only forms with one of these OpenCorpora
            grammemes, Russian only), `=word` (just this form) or `==word` (just this, known to a dictionary or not).
        lang: "ru" or "en".

    Raises:
        WordError: an unknown word, a form that is not the dictionary's, or letters of the other alphabet.
    """
    word, _, tags = spec.lstrip("=").partition(":")
    exact = len(spec) - len(spec.lstrip("="))
    word = word.lower().replace("’", "'")
    pattern = _RUSSIAN if lang == "ru" else _ENGLISH
    if not pattern.fullmatch(word):
        script = "Cyrillic" if lang == "ru" else "Latin"
        raise WordError(
            f"'{word}' is not a word of {script} letters",
            "look for letters of the other alphabet that look alike",
        )
    if lang == "en" and len(split_word(fold(word))) > 1:
        raise WordError(f"'{word}' is read as several words", "write " + " ".join(split_word(fold(word))))
    if exact == 2 or (exact and lang == "en"):
        return (fold(word),)
    if lang == "ru":
        return _russian(word, tags, bool(exact))
    if tags:
        raise WordError(
            f"'{word}:{tags}': grammemes are for Russian words only", "write the exact form: " + f"={word}"
        )
    if word in _BASE_OF and word not in _OWN_WORDS and word not in _BASES:
        raise WordError(
            f"'{word}' is not a dictionary form", f"write {_BASE_OF[word]}, or ={word} for just this form"
        )
    return tuple(sorted({fold(form) for form in _english(word)}))


def _english(word: str) -> set[str]:
    if word in _FUNCTION or (len(word) < 3 and word not in _BASES):
        return {word}
    if word in {"be", "will", "can", "shall", "may"}:
        return {word, *_BASES[word]} if word == "be" else {word}
    out = {word, *_BASES.get(word, ())}
    if re.search(r"(?:s|x|z|ch|sh)$", word):
        out.add(word + "es")
    elif re.search(r"[^aeiou]y$", word):
        out |= {word[:-1] + "ies", word[:-1] + "ied"}
    else:
        out.add(word + "s")
    if word.endswith("e"):
        out |= {word + "d", word[:-1] + "ing"}
    else:
        out |= {word + "ed", word + "ing"}
    if re.search(r"(?:^|[^aeiou])[aeiou][bdglmnprt]$", word):  # stop: stopped; travel: travelled
        out |= {word + word[-1] + "ed", word + word[-1] + "ing"}
    return out


@cache
def _morph() -> Any:
    import pymorphy3  # 0.3 s and 28 MB: only where a word is not in the compiled table

    return pymorphy3.MorphAnalyzer(lang="ru")


def _russian(word: str, tags: str, exact: bool) -> tuple[str, ...]:
    try:
        morph = _morph()
    except ImportError as error:
        raise WordError(
            f"'{word}' is not in the compiled table and pymorphy3 is not installed", "pip install pymorphy3"
        ) from error
    parses = morph.parse(word)
    if not any(morph.word_is_known(variant) for variant in {word, word.replace("ё", "е")}):
        raise WordError(
            f"'{word}' is not a word that the dictionary knows",
            f"mend it, or write =={word} for just these letters",
        )
    if exact:
        return (fold(word),)
    wanted = fold(word)
    mine = [p for p in parses if fold(p.normal_form) == wanted and p.is_known]
    if not mine and not tags:
        adjectival = _adjectival(wanted, parses)
        if adjectival:
            return adjectival
    if not mine:
        base = parses[0].normal_form
        raise WordError(f"'{word}' is not a dictionary form", f"write {base}, or ={word} for just this form")
    out: set[str] = set()
    for parse in mine:
        for form in parse.lexeme:
            if not tags or any(set(tag.split("&")) <= form.tag.grammemes for tag in tags.split("+")):
                out.add(fold(form.word))
    if not out:
        raise WordError(
            f"'{word}' has no form with '{tags}'", "use OpenCorpora grammemes such as futr, past, impr, PRTS"
        )
    return tuple(sorted(out))


def _adjectival(word: str, parses: list[Any]) -> tuple[str, ...]:
    """The forms of a participle or superlative (ожидаемый, ближайший) and of a preposition's second shape (во, ко)."""
    out: set[str] = set()
    for parse in parses:
        tag = parse.tag
        if parse.is_known and tag.POS == "PREP":
            out.add(word)
        elif parse.is_known and tag.POS in {"PRTF", "ADJF"} and {"masc", "sing", "nomn"} <= tag.grammemes:
            kind = {"PRTF", "ADJF", "Supr", "actv", "pssv", "past", "pres"}
            mine = kind & tag.grammemes
            out |= {fold(form.word) for form in parse.lexeme if kind & form.tag.grammemes == mine}
    return tuple(sorted(out))
