"""What the wording checks give back: spans, zones, elements, outcomes and stated times."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Lang = Literal["ru", "en", ""]
Outcome = Literal["kept", "broken", "review"]
Mode = Literal["require", "forbid"]

ELEMENTS: tuple[str, ...] = (
    "greeting", "apology", "non-apology", "responsibility", "cause", "eta", "next-update-time", "help",
    "personal-contact", "deflection", "blame", "sign-off.formal", "sign-off.full-name", "sign-off.informal",
    "diminutive-name", "language",
)  # fmt: skip

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Hit:
    """One place that says something: `text == message[start:end]`, counted in characters from 0."""

    element: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Zones:
    """The parts of a message as character ranges `(start, end)`; a range never reaches into another zone's.

    Attributes:
        own: everything that the writer says in their own words (greeting, body, closing and signature).
        greeting, body, closing, signature: the parts of `own`.
        quoted: the thread below or between, and inline quotations of three words or more.
        disclaimer: confidentiality notices.
    """

    own: tuple[Span, ...] = ()
    greeting: tuple[Span, ...] = ()
    body: tuple[Span, ...] = ()
    closing: tuple[Span, ...] = ()
    signature: tuple[Span, ...] = ()
    quoted: tuple[Span, ...] = ()
    disclaimer: tuple[Span, ...] = ()


_RANK = {name: number for number, name in enumerate(ELEMENTS)}


class Elements(Mapping[str, tuple[Hit, ...]]):
    """The elements that were found; the characters of a hit are looked up when it is asked for, not before."""

    __slots__ = ("_found", "_hits", "_locate")

    def __init__(self, found: set[str], locate: Callable[[str], tuple[Hit, ...]]) -> None:
        self._found = found
        self._locate = locate
        self._hits: dict[str, tuple[Hit, ...]] | None = None

    def __getitem__(self, name: str) -> tuple[Hit, ...]:
        if name not in self._found:
            raise KeyError(name)
        if self._hits is None:
            self._hits = {}
        if name not in self._hits:
            self._hits[name] = self._locate(name)
        return self._hits[name]

    def __contains__(self, name: object) -> bool:
        return name in self._found

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._found, key=lambda name: (_RANK.get(name, len(_RANK)), name)))

    def __len__(self) -> int:
        return len(self._found)

    def __repr__(self) -> str:
        return f"Elements({dict(self)!r})"


class Analysis:
    """What one message says; its parts are worked out when they are asked for.

    Attributes:
        text: the text that spans count in (for HTML mail, the text taken from it).
        lang: "ru", "en", or "" when the message has no letters.
        elements: name to hits, in the order of the text; an element that is absent has no key.
        zones: the parts of the message.
    """

    __slots__ = ("_make_zones", "_zones", "elements", "lang", "text")

    def __init__(
        self, text: str, lang: Lang, make_zones: Callable[[], Zones], elements: Mapping[str, tuple[Hit, ...]]
    ) -> None:
        self.text = text
        self.lang = lang
        self.elements = elements
        self._make_zones = make_zones
        self._zones: Zones | None = None

    @property
    def zones(self) -> Zones:
        """The parts of the message."""
        if self._zones is None:
            self._zones = self._make_zones()
        return self._zones

    def hits(self, element: str) -> tuple[Hit, ...]:
        """The hits of an element, none when it is absent."""
        return self.elements.get(element, ())

    def __repr__(self) -> str:
        return f"Analysis(lang={self.lang!r}, elements={list(self.elements)!r})"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The outcome of one check: `why` is a sentence, `spans` what it is about (may be empty: something is missing)."""

    check: str
    outcome: Outcome
    why: str
    spans: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class StatedTime:
    """A time that a message promises: `at` in microseconds UTC, where it stands, and what it is for."""

    at: int
    start: int
    end: int
    text: str
    what: Literal["eta", "next-update"]
