"""Promised times as instants: "до 14:00", "завтра с утра", "within the next 30 minutes", reckoned from the message's own time and zone."""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone, tzinfo
from typing import Literal

from keptword.instants import to_datetime
from keptword.instants import zone as iana
from keptword.text.analysis import reader_of
from keptword.text.anatomy import MAX_TEXT, take_apart
from keptword.text.books import built_in
from keptword.text.forms import fold
from keptword.text.html_mail import looks_like_html, to_text
from keptword.text.model import StatedTime
from keptword.text.moments import Now, resolve
from keptword.text.phrasebook import Phrasebooks

_ZONES: tuple[tuple[str, str], ...] = (
    (r"us/pacific|pacific(?: time)?|pst|pdt|\bpt\b", "America/Los_Angeles"),
    (r"us/eastern|eastern(?: time)?|\best\b|edt|\bet\b", "America/New_York"),
    (r"us/central|central time|\bcst\b|cdt|\bct\b", "America/Chicago"),
    (r"us/mountain|mountain time|\bmst\b|mdt", "America/Denver"),
    (r"\bмск\b|\bmsk\b|московск\w+|по москве|moscow time", "Europe/Moscow"),
    (r"\bcet\b|\bcest\b", "Europe/Berlin"),
    (r"\bbst\b|london time", "Europe/London"),
    (r"\beet\b|\beest\b", "Europe/Helsinki"),
)
_OFFSET = re.compile(r"\b(?:utc|gmt)\s*([+-]\d{1,2})(?::?(\d{2}))?|\b(?:utc|gmt)\b")
_IANA = re.compile(
    r"\b((?:Europe|America|Asia|Africa|Australia|Pacific|Atlantic|US|Indian)/[A-Z][A-Za-z_]+)\b"
)
_ALL_TIMES = re.compile(
    r"(?:all times(?: are)?(?: in)?|время везде|все время указано|время указано)[^\n.)]{0,40}", re.I
)


def stated_times(
    text: str,
    at: int,
    zone: str,
    lang: str | None = None,
    what: Literal["eta", "next-update", "any"] = "any",
    *,
    books: Phrasebooks | None = None,
) -> tuple[StatedTime, ...]:
    """The times that a message promises, as instants.

    Args:
        text: the message (spans count in it; for HTML, in the text taken from it).
        at: when it was sent, microseconds UTC.
        zone: the IANA zone that its times are meant in; a zone named in the text goes before it.
        lang: "ru" or "en" to override what the letters say.
        what: "eta" (all but next updates), "next-update", or "any".

    Returns:
        In the order of the text. A range is its later end; a day without an hour ends at midnight, "утром" at noon; a clock
        time without a day is the next one to come. Refused and vague times are left out.
    """
    books = books or built_in()
    if looks_like_html(text):
        text = to_text(text)
    if len(text) > MAX_TEXT:
        text = text[: MAX_TEXT // 2] + " " * (len(text) - MAX_TEXT) + text[-(MAX_TEXT // 2) :]
    anatomy = take_apart(text, lang)
    symbols, where = books.symboliser.located(anatomy.own)
    promises = reader_of(books).promises(symbols, anatomy.lang or "en")
    if not promises:
        return ()
    general = _ALL_TIMES.search(anatomy.own)
    usual = (_zone_in(general[0]) if general else None) or iana(zone)
    out: list[StatedTime] = []
    for promise in promises:
        start, end = where[promise.start][0], where[promise.end - 1][1]
        words = anatomy.own[start:end]
        place = _zone_in(words + anatomy.own[end : end + 30].split("\n")[0].split(".")[0]) or usual
        resolved = resolve(
            fold(words), Now(at, to_datetime(at).astimezone(place), place, anatomy.lang or "en")
        )
        kind: Literal["eta", "next-update"] = "next-update" if promise.update else "eta"
        if resolved is not None and what in ("any", kind):
            out.append(StatedTime(resolved, start, end, words, kind))
    return tuple(out)


def _zone_in(words: str) -> tzinfo | None:
    named = _IANA.search(words)
    if named and not named[1].startswith("US/"):
        try:
            return iana(named[1])
        except ValueError:
            return None
    low = words.lower()
    offset = _OFFSET.search(low)
    if offset:
        return (
            timezone(timedelta(hours=int(offset[1] or 0), minutes=int(offset[2] or 0)))
            if abs(int(offset[1] or 0)) < 15
            else UTC
        )
    for pattern, name in _ZONES:
        if re.search(pattern, low):
            return iana(name)
    return None
