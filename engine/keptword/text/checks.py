"""Outcomes: which checks pass or fail, and which ask a person to look because words alone prove too little."""

from __future__ import annotations

from keptword.text.measures import LEAST_WORDS, Limit, counted, limit_of, longest_sentence
from keptword.text.model import Analysis, CheckResult, Hit, Mode, Outcome

# What the absence of an element proves when it is required. Sign-off, name, language, contact and time are pass or fail;
# an apology, responsibility, help or a cause can be worded in ways that no list holds, so their absence asks for a person.
_ABSENT: dict[str, Outcome] = {
    "apology": "review", "responsibility": "review", "help": "review", "cause": "review", "non-apology": "review",
    "deflection": "review", "blame": "review",
}  # fmt: skip
_NAMES: dict[str, str] = {
    "sign-off.formal": "formal closing",
    "sign-off.full-name": "full name with a position or company",
    "sign-off.informal": "over-familiar closing",
    "diminutive-name": "short form of a name",
    "apology": "apology",
    "non-apology": "hollow apology",
    "responsibility": "words that take responsibility",
    "eta": "time",
    "next-update-time": "time of the next update",
    "help": "offer of help",
    "personal-contact": "personal contact",
    "deflection": "deflection",
    "blame": "blame of the customer",
    "cause": "cause",
    "greeting": "greeting",
    "language": "text in the customer's language",
}


def says(analysis: Analysis, element: str) -> bool:
    """Whether a message says an element; for conditions such as `says: apology`."""
    limit = limit_of(element)
    if limit is not None:
        value = counted(analysis).value(limit.name)
        return value is not None and limit.holds(value)
    return element in analysis.elements


def check(analysis: Analysis, element: str, mode: Mode, customer_lang: str | None = None) -> CheckResult:
    """The outcome of one check.

    Args:
        analysis: what the message says.
        element: a name of `ELEMENTS`, one that a user's phrasebook finds, or a limit such as `longest-sentence <= 30`.
        mode: "require" or "forbid".
        customer_lang: the language the customer writes in, for `language`; None takes any.
    """
    limit = limit_of(element)
    if limit is not None:
        return _measured(analysis, element, limit, mode)
    name = _NAMES.get(element, element)
    hits = analysis.hits(element)
    if element == "language":
        return _language(analysis, mode, customer_lang)
    if mode == "forbid":
        if hits:
            return CheckResult(element, "broken", f"{_article(name)}: {_quoted(hits)}", hits)
        return CheckResult(element, "kept", f"no {name}")
    if element == "sign-off.formal" and hits:
        bad = analysis.hits("sign-off.informal") + analysis.hits("diminutive-name")
        signature = analysis.zones.signature
        bad = tuple(
            h for h in bad if h.element == "sign-off.informal" or any(s <= h.start < e for s, e in signature)
        )
        if bad:
            return CheckResult(element, "broken", f"a formal closing, spoilt by {_quoted(bad)}", bad)
    if element == "sign-off.full-name" and hits:
        bad = tuple(
            h for h in analysis.hits("diminutive-name") if any(n.start <= h.start < n.end for n in hits)
        )
        if bad:
            return CheckResult(element, "broken", f"a short form of a name: {_quoted(bad)}", bad)
    if hits:
        return CheckResult(element, "kept", f"{_article(name)}: {_quoted(hits)}", hits)
    if element == "apology":
        hollow = analysis.hits("non-apology")
        if hollow:
            return CheckResult(element, "review", f"the apology is hollow: {_quoted(hollow)}", hollow)
    if element in {"sign-off.formal", "sign-off.full-name"}:
        informal = analysis.hits("sign-off.informal") or analysis.hits("diminutive-name")
        if informal:
            return CheckResult(element, "broken", f"no {name}, but {_quoted(informal)}", informal)
    return CheckResult(element, _ABSENT.get(element, "broken"), f"no {name} found")


def _measured(analysis: Analysis, element: str, limit: Limit, mode: Mode) -> CheckResult:
    """A limit on what can be counted; how a short text reads, a person has to say."""
    found = counted(analysis)
    value = found.value(limit.name)
    if value is None:
        return CheckResult(element, "review", f"{limit.name} cannot be measured here")
    why = f"{limit.name} is {value:g}, {'wanted' if mode == 'require' else 'forbidden'} {limit.sign} {limit.number:g}"
    if limit.holds(value) is (mode == "require"):
        return CheckResult(element, "kept", why)
    unsure = limit.name.startswith("reading-") and found.words < LEAST_WORDS
    where = longest_sentence(analysis, found, element) if limit.name == "longest-sentence" else ()
    return CheckResult(element, "review" if unsure else "broken", why, where)


def _language(analysis: Analysis, mode: Mode, customer_lang: str | None) -> CheckResult:
    wanted = (customer_lang or "").lower()[:2]
    same = not wanted or not analysis.lang or analysis.lang == wanted
    kept = same == (mode == "require")
    spoken = {"ru": "Russian", "en": "English", "": "no words"}[analysis.lang]
    why = f"written in {spoken}" + (f", the customer's language is {wanted}" if wanted and not same else "")
    return CheckResult("language", "kept" if kept else "broken", why, analysis.hits("language"))


def _quoted(hits: tuple[Hit, ...]) -> str:
    shown = [f"“{h.text if len(h.text) <= 60 else h.text[:59] + '…'}”" for h in hits[:3]]
    return ", ".join(" ".join(s.split()) for s in shown) + (
        f" and {len(hits) - 3} more" if len(hits) > 3 else ""
    )


def _article(name: str) -> str:
    return (
        name
        if name.startswith(("words", "text", "deflection", "blame"))
        else f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
    )
