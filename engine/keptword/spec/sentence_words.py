"""The words of sentences: keywords of both languages, and the forms of the vocabulary's own words."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

# terminal → regular expression; the first alternative is the one that `say` prints.
KEYWORDS: dict[str, dict[str, str]] = {
    "en": {
        "WITHIN": r"within", "OF": r"of|after", "EVERY": r"every|at\s+least\s+every", "DURING": r"during|while", "FROM": r"from", "UNTIL": r"until|till",
        "AHEAD": r"by\s+at\s+least", "BEFORE": r"before|ahead\s+of", "NO": r"no|never", "WITHOUT": r"without", "OR": r"or", "OR_ELSE": r"or\s+else",
        "ONLY_FIRST": r"only\s+the\s+first\s+time", "UNANSWERED": r"unless\s+already\s+waiting", "TIMES": r"times", "CARRY": r"time\s+used\s+before\s+counts", "OR_UP_TO": r"or\s+up\s+to",
        "BEFORE_IT": r"before|before\s+it|before\s+that", "UNLESS": r"unless", "FIRST_WITHIN": r"first\s+within", "STATED": r"or\s+by\s+the\s+stated",
        "THEN": r"then\s+every|then", "STATED_AT_MOST": r"which\s+is\s+at\s+most", "GRID": r"on\s+a\s+fixed\s+grid", "MOMENT": r"at\s+its", "OWN_TIME": r"at\s+its\s+own\s+time",
        "COUNTED": r"counted", "NOT_BEFORE": r"no\s+earlier\s+than", "CHANGE_OF": r"anew\s+for\s+each", "REUSE": r"once\s+for\s+several",
        "IN_THE": r"in\s+the", "AT_LEAST": r"at\s+least", "AT_MOST": r"at\s+most", "AND": r"and", "NOT_CURED": r"not\s+cured\s+by",
        "ARTICLE": r"an|a|the", "VIOLATION_OF": r"violation\s+of", "EARLIEST": r"the\s+earliest\s+of", "LATEST": r"the\s+latest\s+of", "ELSE": r"else",
        "SINCE": r"since",
    },
    "ru": {
        "WITHIN": r"в\s+течение|не\s+позднее\s+чем\s+через", "OF": r"после|с\s+момента", "EVERY": r"каждые|каждый|каждую|каждое|не\s+реже\s+чем\s+раз\s+в",
        "DURING": r"во\s+время|на\s+протяжении", "FROM": r"от|с", "UNTIL": r"до", "AHEAD": r"за",
        "BEFORE": r"до", "NO": r"не\s+допускать|никакого|никакой|никаких", "WITHOUT": r"без", "OR": r"или", "OR_ELSE": r"либо",
        "ONLY_FIRST": r"только\s+в\s+первый\s+раз", "UNANSWERED": r"если\s+ответа\s+ещё\s+не\s+ждут|если\s+ответа\s+еще\s+не\s+ждут", "TIMES": r"раза|раз", "CARRY": r"прежнее\s+время\s+засчитывается",
        "OR_UP_TO": r"или\s+не\s+ранее\s+чем\s+за", "BEFORE_IT": r"до\s+этого|до\s+него|до\s+неё|до\s+них", "UNLESS": r"кроме\s+случая",
        "FIRST_WITHIN": r"впервые\s+в\s+течение|первый\s+раз\s+в\s+течение", "STATED": r"или\s+к\s+названному\s+сроку", "THEN": r"затем\s+каждые|затем\s+каждый|затем\s+каждую|затем\s+каждое|затем", "STATED_AT_MOST": r"который\s+не\s+дальше\s+чем\s+через",
        "GRID": r"по\s+твёрдой\s+сетке|по\s+твердой\s+сетке", "MOMENT": r"в\s+момент", "OWN_TIME": r"в\s+сам\s+момент\s+события", "COUNTED": r"считая",
        "NOT_BEFORE": r"не\s+ранее\s+чем\s+за", "CHANGE_OF": r"заново\s+для\s+каждого", "REUSE": r"один\s+раз\s+на\s+несколько", "IN_THE": r"в\s+течение",
        "AT_LEAST": r"не\s+менее\s+чем\s+за|не\s+позднее\s+чем\s+за", "AT_MOST": r"не\s+более\s+чем\s+за", "AND": r"и", "NOT_CURED": r"если\s+не\s+было",
        "ARTICLE": r"эта|этого", "VIOLATION_OF": r"нарушения\s+правила|нарушение\s+правила", "EARLIEST": r"раньшее\s+из", "LATEST": r"позднейшее\s+из",
        "ELSE": r"иначе", "SINCE": r"начиная\s+с",
    },
}  # fmt: skip

CONDITION_WORDS: dict[str, dict[str, str]] = {
    "en": {"C_OR": "or", "C_AND": "and", "C_NOT": "not", "C_ALL": "all", "C_ANY": "any", "READING": ""},
    "ru": {"C_OR": "или", "C_AND": "и", "C_NOT": "не", "C_ALL": "все", "C_ANY": "любое", "READING": ""},
}
_READINGS = (
    r"elapsed|full-days-between|date-subtraction|backward-same-date|same-date-forward|full-period-forward|all"
)
for _table in CONDITION_WORDS.values():
    _table["READING"] = _READINGS

NAMES_OF_TERMINALS = {
    "TERM": "a name of the vocabulary", "EVENT": "an event such as outage.opened", "LIMIT": "a length of time such as 1h or 30 days",
    "READING": "a way of counting such as full-days-between", "WORD": "a value", "NUMBER": "a number", "RULE": "a rule",
}  # fmt: skip


@lru_cache(maxsize=1)
def _morphology() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer()


@lru_cache(maxsize=4096)
def forms(phrase: str, lang: str) -> str:
    """A regular expression for a phrase in any grammatical form (Russian), spaces of any width, e = ё."""
    words = phrase.split()
    if lang == "en":
        return r"\s+".join(re.escape(w) for w in words)
    return r"\s+".join(_word_forms(w) for w in words)


def _word_forms(word: str) -> str:
    if not re.fullmatch(r"[а-яё-]+", word, re.IGNORECASE):
        return re.escape(word)
    found = {word.lower()}
    for parse in _morphology().parse(word.lower()):
        found |= {f.word for f in parse.lexeme}
    both = {w.replace("ё", "е") for w in found} | found
    return "(?:" + "|".join(re.escape(w) for w in sorted(both, key=lambda w: (-len(w), w))) + ")"


def genitive(phrase: str) -> str:
    """A Russian phrase in the genitive: adjectives up to and including the first noun are inflected."""
    out: list[str] = []
    done = False
    for word in phrase.split():
        parse = _morphology().parse(word)[0]
        plural = "plur" if parse.tag.number == "plur" else "sing"
        changed = (
            None
            if done
            else parse.inflect({"gent", plural})
            if parse.tag.POS in {"NOUN", "ADJF", "PRTF"}
            else None
        )
        out.append(changed.word if changed is not None else word)
        done = done or parse.tag.POS == "NOUN"
    return " ".join(out)
