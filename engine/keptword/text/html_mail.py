"""HTML mail to plain text, with the standard library only."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_LOOKS = re.compile(
    r"<(?:!doctype|html|head|body|p|br|div|table|span|b|strong|blockquote|a\s)[^<>]{0,2000}>", re.I
)
_BLOCKS = frozenset(
    "p div br tr table ul ol li h1 h2 h3 h4 h5 h6 hr section article header footer blockquote pre".split()
)
_SILENT = frozenset(("style", "script", "head", "title", "template"))
_VOID = frozenset(("br", "hr", "img", "meta", "link", "input", "wbr", "col", "area", "base"))


def looks_like_html(text: str) -> bool:
    """Whether a text is HTML rather than words that hold a `<`."""
    return "<" in text and ">" in text and _LOOKS.search(text) is not None


def to_text(html: str) -> str:
    """The words of an HTML mail, a line for each block; quotations (`blockquote`, the usual quote boxes) begin with '> '."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = [re.sub(r"[ \t\r\f\v\u00a0]+", " ", line).strip() for line in "".join(reader.out).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._silent = 0
        self._quotes: list[str] = []  # tags opened since the outermost quotation began
        self._line_open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        marks = " ".join(value or "" for name, value in attrs if name in {"class", "id"})
        quote = tag == "blockquote" or any(
            mark in marks for mark in ("gmail_quote", "yahoo_quoted", "moz-cite", "divRplyFwdMsg")
        )
        if tag in _BLOCKS:
            self._break()
        if tag not in _VOID and (self._quotes or quote):
            self._quotes.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT and self._silent:
            self._silent -= 1
        if tag in self._quotes:
            while self._quotes and self._quotes.pop() != tag:
                pass
        if tag in _BLOCKS and tag != "br":
            self._break()

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        for number, line in enumerate(data.split("\n")):
            words = line
            if not words.strip():
                if self._line_open and words:
                    self.out.append(" ")
                continue
            if number and self._line_open:
                self.out.append(" ")
            if not self._line_open and self._quotes:
                self.out.append("> ")
            self._line_open = True
            self.out.append(words)

    def _break(self) -> None:
        self.out.append("\n")
        self._line_open = False
