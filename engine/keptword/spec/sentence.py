"""Rules as sentences, English and Russian: one grammar, two tables of words.

`notify within 1h of an outage` is parsed into the structured form and `say` prints any response, cadence, notice or guard
rule back; everything that the structured form can hold has its words. The head of a rule, its key and its clock stay in
YAML beside the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from keptword.errors import did_you_mean
from keptword.spec.model import Cadence, Guard, Head, Notice, Response
from keptword.spec.sentence_limits import LIMIT
from keptword.spec.sentence_words import CONDITION_WORDS, KEYWORDS, NAMES_OF_TERMINALS, forms

EVENT = r"[^\W_][\w-]*(?:\.[^\W_][\w-]*)+"

# Upper-case words are terminals: keywords of the language at hand, and the values below.
_GRAMMAR = r"""
start: response | cadence | notice | guard
response: pattern WITHIN choice OF pattern (_COMMA? response_option)*
response_option: ONLY_FIRST | UNANSWERED | CARRY | times | lookback | UNLESS pattern -> unless | UNTIL pattern -> until
times: NUMBER TIMES
lookback: OR_UP_TO LIMIT BEFORE_IT
cadence: pattern EVERY choice stretch (_COMMA? cadence_option)*
stretch: DURING pattern -> during | FROM pattern (UNTIL pattern)? -> between
cadence_option: FIRST_WITHIN choice -> first | THEN choice OF LIMIT -> then_since | THEN choice OF pattern -> then_after | STATED value -> stated | STATED_AT_MOST LIMIT -> stated_at_most | GRID
notice: pattern (AHEAD | AT_LEAST)? choice BEFORE pattern (_COMMA? notice_option)*
notice_option: MOMENT value -> moment | OWN_TIME | COUNTED READING (OR READING)* -> counted | NOT_BEFORE LIMIT BEFORE_IT -> not_before
             | CHANGE_OF value -> change_of | REUSE
guard: NO pattern stretch? after? (_COMMA? excuse (OR_ELSE excuse)*)?
after: WITHIN LIMIT OF pattern -> after_for | OF pattern -> after_ever
excuse: WITHOUT pattern window? cured?
window: (IN_THE | AHEAD | WITHIN) LIMIT BEFORE_IT -> in_the | AT_LEAST LIMIT BEFORE_IT -> at_least
      | AT_LEAST LIMIT AND? AT_MOST LIMIT BEFORE_IT -> both | AT_MOST LIMIT BEFORE_IT -> at_most
cured: NOT_CURED pattern
pattern: np (OR np)*
np: ARTICLE? name ("/" name)* condition? -> events | ARTICLE? VIOLATION_OF RULE condition? -> violation
name: TERM | EVENT
choice: LIMIT -> limit | "[" value ":" case (";" case)* "]" -> by_field | "[" dated (";" dated)* "]" -> by_date
      | "[" EARLIEST part (";" part)+ "]" -> earliest | "[" LATEST part (";" part)+ "]" -> latest | "[" LIMIT FROM value "]" -> anchored
case: value choice | ELSE choice -> other
dated: SINCE DATE choice
part: LIMIT -> plain_part | LIMIT FROM value -> anchored_part
condition: "(" any ")"
?any: all (C_OR all)*  -> any
?all: one (C_AND one)* -> all
?one: C_NOT "(" any ")" -> negated | "(" any ")" | C_ALL "(" any ")" -> single_all | C_ANY "(" any ")" -> single_any
    | value OPERATOR value ("|" value)* -> compare
value: WORD | STRING
OPERATOR.9: /!=|>=|<=|=|>|<|~\*|~|\bsays\b|\bis there\b|\bwithin\b|\boutside\b|\bon\b|\bв часы\b|\bвне часов\b|\bв дни\b/
STRING.9: /"(?:[^"\\]|\\.)*"/
DATE.8: /\d{4}-\d{2}-\d{2}(?!\w)/
NUMBER.2: /\d+(?!\w)/
_COMMA: ","
WORD.-5: /[^\s"()\[\]|;:,=<>!~\/]+/
RULE.3: /[a-z0-9][a-z0-9-]*(?:\/[a-z0-9][a-z0-9-]*)?/
%ignore /\s+/
"""


class SentenceError(ValueError):
    """A sentence that cannot be understood.

    Attributes:
        message: what is wrong; column: where, from 0; width: of the word; hint: what would fit there.
    """

    def __init__(self, message: str, column: int, width: int, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.column, self.width, self.hint = message, column, max(1, width), hint


def language_of(text: str) -> str:
    """`ru` when there is a Cyrillic letter outside names of events and quoted text, else `en`."""
    bare = re.sub(rf'"(?:[^"\\]|\\.)*"|\([^()]*\)|{EVENT}', " ", text)
    return "ru" if re.search(r"[а-яё]", bare, re.IGNORECASE) else "en"


def parse_sentence(text: str, vocabulary: Mapping[str, Any]) -> dict[str, Any]:
    """The structured keys of a rule that a sentence says, `kind` among them.

    Args:
        text: English or Russian.
        vocabulary: name → Term of the pack.

    Raises:
        SentenceError: pointing at the word.
    """
    from lark.exceptions import UnexpectedInput, VisitError

    from keptword.spec.sentence_tree import build

    lang = language_of(text)
    names = _names(vocabulary, lang)
    parser = _parser(lang, names)
    try:
        tree = parser.parse(text)
        return build(tree, dict(names), vocabulary)
    except UnexpectedInput as error:
        raise _explained(error, text, lang, names) from error
    except VisitError as error:
        if isinstance(error.orig_exc, SentenceError):
            raise error.orig_exc from error
        raise


def _names(vocabulary: Mapping[str, Any], lang: str) -> tuple[tuple[str, str], ...]:
    """(regular expression of a phrase, name) for every word that the vocabulary knows, longest first."""
    out: dict[str, str] = {}
    for name, term in vocabulary.items():
        for phrase in (*term.says.get(lang, ()), name):
            out.setdefault(forms(phrase, lang), name)
    return tuple(sorted(out.items(), key=lambda item: (-len(item[0]), item[0])))


@lru_cache(maxsize=32)
def _parser(lang: str, names: tuple[tuple[str, str], ...]) -> Any:
    from lark import Lark

    words = [f"{name}.4: /(?:{pattern})(?!\\w)/i" for name, pattern in KEYWORDS[lang].items()]
    words += [f"{name}.4: /(?:{pattern})(?!\\w)/i" for name, pattern in CONDITION_WORDS[lang].items()]
    term = "|".join(pattern for pattern, _ in names) or r"\b\B"
    values = [f"TERM.5: /(?:{term})(?![\\w.])/i", f"EVENT.6: /{EVENT}/", f"LIMIT.7: /(?:{LIMIT})/i"]
    return Lark(
        "\n".join([_GRAMMAR, *words, *values]),
        parser="lalr",
        propagate_positions=True,
        maybe_placeholders=False,
    )


def _explained(error: Any, text: str, lang: str, names: tuple[tuple[str, str], ...]) -> SentenceError:
    """Where the sentence stops making sense, and what would fit there."""
    at = getattr(error, "pos_in_stream", None)
    token = getattr(error, "token", None)
    at = len(text.rstrip()) if at is None or (token is not None and token.type == "$END") else at
    word = re.compile(r"[^\s,()]+|.").match(text, at)
    wanted = set(
        getattr(error, "allowed", None)
        or getattr(error, "accepts", None)
        or getattr(error, "expected", None)
        or ()
    )
    hints = [NAMES_OF_TERMINALS[w] for w in sorted(wanted) if w in NAMES_OF_TERMINALS]
    table = {**KEYWORDS[lang], **CONDITION_WORDS[lang]}
    keywords = [_first(table[w]) for w in sorted(wanted) if w in table and w != "ARTICLE"]
    shown = list(dict.fromkeys([*hints, *(f"'{k}'" for k in keywords)]))[:6]
    if word is None:
        return SentenceError(
            "the sentence stops too early", len(text.rstrip()), 1, f"here would fit: {', '.join(shown)}"
        )
    near = did_you_mean(
        word.group(),
        [
            *keywords,
            *(re.sub(r"\\s\+|\\", " ", p).split("|")[0].strip("(?:) ") for p, _ in names),
            *(n for _, n in names),
        ],
    )
    return SentenceError(
        f"'{word.group()}' is not understood here",
        at,
        len(word.group()),
        near or f"here would fit: {', '.join(shown)}",
    )


def _first(pattern: str) -> str:
    return (
        re.sub(r"\\s\+", " ", pattern.split("|", maxsplit=1)[0])
        .replace("(?:", "")
        .replace(")?", "")
        .replace("\\", "")
    )


def say(rule: Head, vocabulary: Mapping[str, Any], lang: str) -> str:
    """A response, cadence, notice or guard rule as a sentence that `parse_sentence` reads back.

    Raises:
        UsageError: a rule of another kind.
    """
    from keptword.errors import usage_error
    from keptword.spec.sentence_say import Speaker

    if not isinstance(rule, (Response, Cadence, Notice, Guard)):
        kind = getattr(rule, "kind", "rule")
        raise usage_error(
            f"a {kind} rule has no form as a sentence", "response, cadence, notice and guard rules have one"
        )
    return Speaker(vocabulary, lang).rule(rule)
