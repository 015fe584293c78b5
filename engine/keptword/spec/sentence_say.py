"""From a rule to the sentence that says it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from keptword.limits import Limit
from keptword.spec.conditions import All, AnyOf, Compare, Condition, Not
from keptword.spec.model import Cadence, Guard, Notice, Response, Seen, Stretch
from keptword.spec.sentence_limits import LIMIT, say_limit
from keptword.spec.sentence_words import CONDITION_WORDS, KEYWORDS, genitive
from keptword.spec.values import (
    Anchored,
    AnyPattern,
    ByField,
    Combined,
    Dated,
    EventPattern,
    LimitChoice,
    Pattern,
    ViolationPattern,
)

_SIGNS = {
    "in": "=",
    "not": "!=",
    "gt": ">",
    "ge": ">=",
    "lt": "<",
    "le": "<=",
    "like": "~",
    "matches": "~*",
    "says": "says",
    "exists": "is there",
    "within": "within",
    "outside": "outside",
    "on": "on",
}
_RUSSIAN_SIGNS = {"within": "в часы", "outside": "вне часов", "on": "в дни"}


class Speaker:
    """Says rules in one language with the words of one vocabulary."""

    def __init__(self, vocabulary: Mapping[str, Any], lang: str) -> None:
        self.vocabulary, self.lang = vocabulary, lang

    def word(self, terminal: str) -> str:
        """The keyword as it is printed."""
        pattern = KEYWORDS[self.lang].get(terminal) or CONDITION_WORDS[self.lang][terminal]
        return pattern.split("|")[0].replace("\\s+", " ")

    def rule(self, rule: Response | Cadence | Notice | Guard) -> str:
        """The sentence."""
        match rule:
            case Response():
                return self.response(rule)
            case Cadence():
                return self.cadence(rule)
            case Notice():
                return self.notice(rule)
            case Guard():
                return self.guard(rule)

    def response(self, rule: Response) -> str:
        """After A, B within L, and its options."""
        out = f"{self.doing(rule.expect)} {self.word('WITHIN')} {self.choice(rule.within)} {self.word('OF')} {self.pattern(rule.after)}"
        options = []
        if rule.each != "every":
            options.append(self.word("ONLY_FIRST" if rule.each == "first" else "UNANSWERED"))
        if rule.times != 1:
            options.append(f"{rule.times} {self.word('TIMES')}")
        if rule.carry:
            options.append(self.word("CARRY"))
        if rule.lookback is not None:
            options.append(f"{self.word('OR_UP_TO')} {self.limit(rule.lookback)} {self.word('BEFORE_IT')}")
        if rule.unless is not None:
            options.append(f"{self.word('UNLESS')} {self.pattern(rule.unless)}")
        if rule.until is not None:
            options.append(f"{self.word('UNTIL')} {self.pattern(rule.until)}")
        return ", ".join([out, *options])

    def cadence(self, rule: Cadence) -> str:
        """B every L during S, and its options."""
        every = self.word("EVERY")
        out = f"{self.doing(rule.expect)} {every} {self.choice(rule.every)} {self.stretch(rule.during)}"
        options = []
        if rule.first is not None:
            options.append(f"{self.word('FIRST_WITHIN')} {self.choice(rule.first)}")
        for step in rule.then:
            after = self.limit(step.after) if isinstance(step.after, Limit) else self.pattern(step.after)
            options.append(f"{self.word('THEN')} {self.choice(step.every)} {self.word('OF')} {after}")
        if rule.stated is not None:
            options.append(f"{self.word('STATED')} {self.value(rule.stated)}")
        if rule.at_most is not None:
            options.append(f"{self.word('STATED_AT_MOST')} {self.limit(rule.at_most)}")
        if rule.anchor == "grid":
            options.append(self.word("GRID"))
        return ", ".join([out, *options])

    def notice(self, rule: Notice) -> str:
        """B, L before M, and its options."""
        ahead = f"{self.word('AHEAD')} " if self.lang == "ru" else ""
        out = f"{self.doing(rule.expect)} {ahead}{self.choice(rule.ahead)} {self.word('BEFORE')} {self.pattern(rule.before)}"
        options = []
        known = self.term(rule.before)
        usual = known.moment if known is not None else None
        if rule.moment != usual:
            options.append(
                f"{self.word('MOMENT')} {self.value(rule.moment)}"
                if rule.moment is not None
                else self.word("OWN_TIME")
            )
        if rule.lead is not None:
            readings = (rule.lead,) if isinstance(rule.lead, str) else rule.lead
            either = f" {self.word('OR')} "
            options.append(f"{self.word('COUNTED')} {either.join(readings)}")
        if rule.not_before is not None:
            options.append(
                f"{self.word('NOT_BEFORE')} {self.limit(rule.not_before)} {self.word('BEFORE_IT')}"
            )
        if rule.change_of is not None:
            options.append(f"{self.word('CHANGE_OF')} {self.value(rule.change_of)}")
        if rule.reuse:
            options.append(self.word("REUSE"))
        return ", ".join([out, *options])

    def guard(self, rule: Guard) -> str:
        """No A, when it is forbidden, and what excuses it."""
        out = f"{self.word('NO')} {self.pattern(rule.never, article=False)}"
        if rule.during is not None:
            out += f" {self.stretch(rule.during)}"
        if rule.after is not None:
            span = (
                f"{self.word('WITHIN')} {self.limit(rule.after.span)} " if rule.after.span is not None else ""
            )
            out += f" {span}{self.word('OF')} {self.pattern(rule.after.event)}"
        excuses = f" {self.word('OR_ELSE')} ".join(self.excuse(u) for u in rule.unless)
        return f"{out} {excuses}" if excuses else out

    def excuse(self, excuse: Seen) -> str:
        """One excuse: what must have come before, and when."""
        out = f"{self.word('WITHOUT')} {self.pattern(excuse.seen)}"
        least = (
            f"{self.word('AT_LEAST')} {self.limit(excuse.at_least)}" if excuse.at_least is not None else ""
        )
        if excuse.at_most is not None and not least:
            out += f" {self.word('IN_THE')} {self.limit(excuse.at_most)} {self.word('BEFORE_IT')}"
        elif least:
            most = (
                f" {self.word('AND')} {self.word('AT_MOST')} {self.limit(excuse.at_most)}"
                if excuse.at_most is not None
                else ""
            )
            out += f" {least}{most} {self.word('BEFORE_IT')}"
        if excuse.not_cured_by is not None:
            out += f" {self.word('NOT_CURED')} {self.pattern(excuse.not_cured_by)}"
        return out

    def stretch(self, stretch: Stretch) -> str:
        """`during X` where the vocabulary knows what ends it, else from … until."""
        term = self.term(stretch.start)
        if term is not None and term.ends is not None and stretch.end == EventPattern((term.ends,)):
            return f"{self.word('DURING')} {self.pattern(stretch.start)}"
        out = f"{self.word('FROM')} {self.pattern(stretch.start)}"
        return out if stretch.end is None else f"{out} {self.word('UNTIL')} {self.pattern(stretch.end)}"

    # parts -------------------------------------------------------------------------------------------------------

    def term(self, pattern: Pattern) -> Any:
        """The vocabulary's entry, when the pattern is that name alone."""
        if isinstance(pattern, EventPattern) and len(pattern.events) == 1 and pattern.where is None:
            return self.vocabulary.get(pattern.events[0])
        return None

    def doing(self, pattern: Pattern) -> str:
        """What is expected: the first word of the vocabulary as it stands, a verb where there is one."""
        return self.pattern(pattern, article=False, bare=True)

    def pattern(self, pattern: Pattern, article: bool = True, bare: bool = False) -> str:
        """A pattern in words; Russian nouns in the genitive unless `bare`."""
        if isinstance(pattern, AnyPattern):
            return f" {self.word('OR')} ".join(self.pattern(p, article, bare) for p in pattern.parts)
        if isinstance(pattern, ViolationPattern):
            before = "a " if self.lang == "en" and article else ""
            return f"{before}{self.word('VIOLATION_OF')} {pattern.rule}" + self.where(pattern.where)
        said = "/".join(self.name(n, bare) for n in pattern.events)
        if article and self.lang == "en" and pattern.events[0] in self.vocabulary:
            said = f"{'an' if said[:1].lower() in 'aeiou' else 'a'} {said}"
        return said + self.where(pattern.where)

    def name(self, name: str, bare: bool) -> str:
        """One name in words."""
        term = self.vocabulary.get(name)
        phrases = term.says.get(self.lang, ()) if term is not None else ()
        if not phrases:
            return name
        return genitive(phrases[0]) if self.lang == "ru" and not bare else str(phrases[0])

    def limit(self, limit: Limit) -> str:
        """A length of time in words."""
        return say_limit(limit, self.lang)

    def choice(self, choice: LimitChoice) -> str:
        """A limit; the ones with conditions in brackets."""
        match choice:
            case Limit():
                return self.limit(choice)
            case ByField(field, cases, other):
                parts = [f"{self.text(k)} {self.choice(c)}" for k, c in cases]
                if other is not None:
                    parts.append(f"{self.word('ELSE')} {self.choice(other)}")
                return f"[{self.value(field)}: {'; '.join(parts)}]"
            case Dated(steps):
                return (
                    "["
                    + "; ".join(
                        f"{self.word('SINCE')} {day.isoformat()} {self.choice(c)}" for day, c in steps
                    )
                    + "]"
                )
            case Anchored():
                return f"[{self.part(choice)}]"
            case Combined(which, parts):
                return f"[{self.word('EARLIEST' if which == 'earliest_of' else 'LATEST')} {'; '.join(self.part(p) for p in parts)}]"

    def part(self, part: Limit | Anchored) -> str:
        """One of several limits."""
        if isinstance(part, Limit):
            return self.limit(part)
        return f"{self.limit(part.within)} {self.word('FROM')} {self.value(part.start)}"

    def where(self, condition: Condition | None) -> str:
        """A condition in parentheses."""
        return "" if condition is None else f" ({self.condition(condition)})"

    def condition(self, condition: Condition) -> str:
        """A condition in the notation of sentences."""
        match condition:
            case Compare(field, op, values):
                sign = _RUSSIAN_SIGNS.get(op, _SIGNS[op]) if self.lang == "ru" else _SIGNS[op]
                return f"{self.text(field)} {sign} {' | '.join(self.value(v) for v in values)}"
            case Not(part):
                return f"{self.word('C_NOT')} ({self.condition(part)})"
            case All(parts) | AnyOf(parts):
                every = isinstance(condition, All)
                if len(parts) == 1:
                    return f"{self.word('C_ALL' if every else 'C_ANY')} ({self.condition(parts[0])})"
                joined = f" {self.word('C_AND' if every else 'C_OR')} ".join(self.condition(p) for p in parts)
                return f"({joined})"

    def text(self, value: str) -> str:
        """A name or a text value."""
        return json.dumps(value, ensure_ascii=False) if not _bare(value, self.lang) else value

    def value(self, value: Any) -> str:
        """A value with its type kept: texts that look like anything else are quoted."""
        if isinstance(value, bool):
            return "true" if value else "false"
        return self.text(value) if isinstance(value, str) else repr(value)


def _bare(text: str, lang: str) -> bool:
    table = {**KEYWORDS[lang], **CONDITION_WORDS[lang]}
    if not re.fullmatch(r"[^\W\d_][\w.]*", text) or text.lower() in {
        "true",
        "false",
        "says",
        "is",
        "within",
        "outside",
        "on",
    }:
        return False
    return not any(re.match(rf"(?:{p})(?!\w)", text, re.IGNORECASE) for p in (*table.values(), LIMIT))
