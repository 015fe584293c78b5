"""Wording checks for tests that are not about wording: marks in the text stand for what it says."""

from __future__ import annotations

import re
from typing import Any, Literal

from keptword.events import Event
from keptword.instants import parse_span
from keptword.text.model import CheckResult, Hit
from keptword.words import Words


class MarkedWords(Words):
    """`#apology` is said for certain, `?apology` perhaps, `@+2h` states a time two hours after the message.

    Fast, and the same on every machine, so that engines can be compared without the real checks.
    """

    def says(self, event: Event, element: str) -> bool:
        """Whether the text holds the mark of the element."""
        return bool(self._marks(event, element))

    def check(
        self, event: Event, element: str, mode: Literal["require", "forbid"], customer_lang: str | None
    ) -> Any:
        """Kept, broken, or review where only a question mark speaks against it; None without a text."""
        del customer_lang
        text = event.fields.get("text")
        if not isinstance(text, str) or not text.strip():
            return None
        hits = self._marks(event, element)
        sure = any(text[h.start] == "#" for h in hits)
        outcome: Literal["kept", "broken", "review"]
        if mode == "require":
            outcome = "kept" if sure else "review" if hits else "broken"
        else:
            outcome = "broken" if sure else "review" if hits else "kept"
        return CheckResult(element, outcome, "" if outcome == "kept" else f"{mode} {element}", hits)

    def stated(self, event: Event, zone: str, what: Literal["eta", "next-update", "any"]) -> int | None:
        """The first time that is marked."""
        del zone, what
        text = event.fields.get("text")
        found = re.search(r"@([+-]\w+)", text) if isinstance(text, str) else None
        return event.time + parse_span(found[1]) if found else None

    def _marks(self, event: Event, element: str) -> tuple[Hit, ...]:
        text = event.fields.get("text")
        if not isinstance(text, str):
            return ()
        return tuple(
            Hit(element, m.start(), m.end(), m[0])
            for m in re.finditer(rf"[#?]{re.escape(element)}(?![\w.-])", text)
        )
