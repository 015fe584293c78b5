"""The shipped word lists: short and full first names, positions, companies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from keptword.text.forms import fold


@dataclass(frozen=True, slots=True)
class Lexicons:
    """Folded words.

    Attributes:
        diminutives: short forms that are never a name in a passport.
        both: short forms that are also registered as names.
        names: full first names (the full forms of the diminutives among them).
        roles, role_stems: words of positions and departments; stems match by their beginning.
        beginnings: the first three letters of Russian first names.
        brands, brand_ends: words and endings that show a company.
    """

    diminutives: frozenset[str]
    both: frozenset[str]
    names: frozenset[str]
    roles: frozenset[str]
    role_stems: tuple[str, ...]
    brands: frozenset[str]
    brand_ends: tuple[str, ...]
    beginnings: frozenset[str]

    def is_role(self, word: str) -> bool:
        """Whether a folded word belongs to a position or a department."""
        return word in self.roles or word.startswith(self.role_stems)

    def is_brand(self, word: str) -> bool:
        """Whether a folded word shows a company."""
        return word in self.brands or (len(word) > 6 and word.endswith(self.brand_ends))


_PLAIN_LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
    "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip
_OTHER_WAYS = (("iya", "ia"), ("iya", "iia"), ("iya", "ya"), ("iy", "y"), ("iy", "i"), ("ey", "ei"), ("ay", "ai"), ("kh", "h"), ("yu", "iu"), ("yu", "ju"), ("yu", "u"), ("ya", "ia"),
               ("ya", "ja"), ("ks", "x"), ("ts", "c"), ("zh", "j"), ("ie", "ye"), ("tya", "tia"))  # fmt: skip


def in_latin(word: str) -> set[str]:
    """The usual ways of writing a folded Russian name in Latin letters ("дмитрий": dmitriy, dmitry, dmitri)."""
    plain = "".join(_PLAIN_LATIN.get(c, c) for c in word)
    ways = {plain}
    for usual, other in _OTHER_WAYS:
        ways |= {way.replace(usual, other) for way in ways if usual in way}
    if plain.startswith("e"):
        ways |= {"y" + way for way in ways}
    return {way for way in ways if len(way) > 3}


_ENDEARING = re.compile(
    r"(?:[оеё]чка|[оеё]нька|[ую]шка|[ую]ля|[ую]лька|[ую]ся|[ую]ня|унчик|[ую]сик|ечек|[ую]льчик)"
)


def is_endearing(word: str) -> bool:
    """A folded Russian form that no list has: an endearing ending, and a first name that begins with the same three letters."""
    if len(word) < 5 or not _ENDEARING.search(word, len(word) - 6):
        return False
    lists = lexicons()
    return (
        bool(
            _ENDEARING.fullmatch(word[-4:])
            or _ENDEARING.fullmatch(word[-5:])
            or _ENDEARING.fullmatch(word[-2:])
            or _ENDEARING.fullmatch(word[-3:])
        )
        and word not in lists.names
        and word[:3] in lists.beginnings
    )


# Transliterations that are words, places or names of another kind.
_LATIN_WORDS = frozenset(
    "vera mark roma lara mila rita sonia alla vita polk pole polka toma tema rosa lada zara ella emma inga irma tata masa tasha serge kris gena manya marik".split()
)


def _lines(name: str) -> list[str]:
    text = (files("keptword.text") / "data" / "lexicons" / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


@cache
def lexicons() -> Lexicons:
    """All lists, read once."""
    short: set[str] = set()
    both: set[str] = set()
    full: set[str] = set()
    for name in ("ru_diminutives.tsv", "en_diminutives.tsv"):
        for line in _lines(name):
            whole, _, forms = line.split("\t")
            full.add(fold(whole))
            for form in forms.split():
                (both if form.endswith("?") else short).add(fold(form.rstrip("?")))
    for name in ("ru_names.txt", "en_names.txt"):
        full |= {fold(word) for line in _lines(name) for word in line.split()}
    english = {word for word in full | both | short if word.isascii()}
    latin = {way for word in full | both for way in in_latin(word) if not word.isascii()} - short
    short |= (
        {way for word in short if not word.isascii() for way in in_latin(word)}
        - latin
        - english
        - _LATIN_WORDS
    )
    full |= latin - both - _LATIN_WORDS
    roles = [fold(word) for line in _lines("roles.txt") for word in line.split()]
    brands = [fold(word) for line in _lines("brands.txt") for word in line.split()]
    return Lexicons(
        frozenset(short - both - full), frozenset(both), frozenset(full | both),
        frozenset(r for r in roles if not r.endswith("*")), tuple(r[:-1] for r in roles if r.endswith("*")),
        frozenset(b for b in brands if not b.startswith("*")), tuple(sorted({b[1:] for b in brands if b.startswith("*")})),
        frozenset(name[:3] for name in full if not name.isascii()),
    )  # fmt: skip


@cache
def inflected() -> frozenset[str]:
    """Every case of the Russian short names, folded; made once, by their endings."""
    out = set()
    for name in lexicons().diminutives:
        if name.isascii():
            continue
        out.add(name)
        stem, last = name[:-1], name[-1]
        if last == "а":
            out |= {stem + e for e in ("ы", "и", "е", "у", "ой", "ою", "ей")}
        elif last == "я":
            out |= {stem + e for e in ("и", "е", "ю", "ей", "ею")}
        elif name.endswith(("ек", "ок")):
            out |= {name[:-2] + mid + e for mid in ("ьк", "к") for e in ("а", "у", "ом", "е")}
        elif last not in "оеиуыэю":
            out |= {name + e for e in ("а", "у", "ом", "е")}
    return frozenset(out)
