"""Wording checks as the engines ask for them: of events, each distinct text analysed once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from keptword.events import Event

if TYPE_CHECKING:
    from keptword.text.judge import Judge


@dataclass(slots=True)
class Words:
    """The wording checks with their phrasebooks, and what they found in each distinct text so far.

    Attributes:
        phrasebooks: files of packs, besides the built-in ones.
        staff: names that are no diminutives although they look like some.
        judge: asked about results that are `review`, and about no other; None (the default) leaves them to a person.
        remember: how many texts at most; None: all of a log.
    """

    phrasebooks: tuple[Path, ...] = ()
    staff: frozenset[str] = frozenset()
    judge: Judge | None = None
    remember: int | None = None
    _books: Any = None
    _seen: dict[tuple[str, str], Any] = field(default_factory=dict)

    def books(self) -> Any:
        """The phrasebooks, loaded once; RuleError (R025) with all that is wrong in the packs' own, their examples included."""
        if self._books is None:
            from keptword import text as wording

            self._books = wording.load_phrasebooks(self.phrasebooks)
        return self._books

    def analysis(self, event: Event) -> Any:
        """What the text of an event says; None when it has no text."""
        text = event.fields.get("text")
        if not isinstance(text, str) or not text.strip():
            return None
        lang = event.fields.get("lang")
        key = (text, lang if isinstance(lang, str) else "")
        if key not in self._seen:
            from keptword import text as wording

            if self.remember is not None and len(self._seen) >= self.remember:
                del self._seen[next(iter(self._seen))]
            self._seen[key] = wording.analyse(text, key[1] or None, books=self.books(), staff=self.staff)
        return self._seen[key]

    def says(self, event: Event, element: str) -> bool:
        """Whether the event's text holds the element; never when it has no text."""
        found = self.analysis(event)
        if found is None:
            return False
        from keptword import text as wording

        return wording.says(found, element)

    def check(
        self, event: Event, element: str, mode: Literal["require", "forbid"], customer_lang: str | None
    ) -> Any:
        """The outcome of one check of the event's text; None when it has no text."""
        found = self.analysis(event)
        if found is None:
            return None
        from keptword import text as wording

        result = wording.check(found, element, mode, customer_lang)
        return result if self.judge is None else self.judge.decide(found, result)

    def stated(self, event: Event, zone: str, what: Literal["eta", "next-update", "any"]) -> int | None:
        """The first time that the event's text states, as an instant; None when it states none."""
        text = event.fields.get("text")
        if not isinstance(text, str) or not text.strip():
            return None
        from keptword import text as wording

        lang = event.fields.get("lang")
        times = wording.stated_times(text, event.time, zone, lang if isinstance(lang, str) else None, what)
        return times[0].at if times else None


def terms_used(words: Words, event: Event, terms: Sequence[str]) -> str | None:
    """The one of several terms that the event's text uses; several as `a and b`; None where it uses none."""
    return " and ".join(t for t in terms if words.says(event, t)) or None


def words_for(packs: Sequence[Any], judge: Judge | None = None) -> Words:
    """The wording checks that the packs ask for, with a judge for the cases left to review if one is given."""
    books = tuple(path for pack in packs for path in pack.phrasebooks)
    staff = frozenset(
        line.strip()
        for pack in packs
        if pack.staff
        for line in pack.staff.read_text("utf-8").splitlines()
        if line.strip()
    )
    words = Words(books, staff, judge)
    if books:  # mistakes in them are found before any log is read
        words.books()
    return words
