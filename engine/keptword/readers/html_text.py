"""The plain text of HTML as a reader sees it: paragraphs and list items on lines of their own, scripts and styles left out."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BREAKS = frozenset(
    "p div br li ul ol tr table h1 h2 h3 h4 h5 h6 blockquote pre hr section article header footer".split()
)
_PARAGRAPHS = frozenset("p h1 h2 h3 h4 h5 h6 ul ol table blockquote".split())
_HIDDEN = frozenset(["script", "style", "head", "title", "template"])
_BLANKS = re.compile(r"[ \t\r\f\v\u00a0]+")


class _Text(HTMLParser):
    """Gathers text; never fails, whatever the markup."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = self.quotes = 0

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self.hidden += 1
        elif tag == "blockquote":
            self.quotes += 1
        if tag in _BREAKS:
            self._break(tag)
        if tag == "li":
            self.parts.append("- ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self.hidden = max(0, self.hidden - 1)
        elif tag == "blockquote":
            self.quotes = max(0, self.quotes - 1)
        if tag in _BREAKS and tag != "br":
            self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self.hidden and data:
            self.parts.append(_BLANKS.sub(" ", data.replace("\n", " ")))

    def _break(self, tag: str) -> None:
        while self.parts and self.parts[-1] == " ":
            self.parts.pop()
        if tag not in _PARAGRAPHS and tag != "br" and self.parts and self.parts[-1].startswith("\n"):
            return  # the end of one block and the beginning of the next are one line end
        self.parts.append(("\n\n" if tag in _PARAGRAPHS else "\n") + "> " * min(self.quotes, 3))


def html_text(markup: str) -> str:
    """Plain text of a piece of HTML; quoted blocks get `> `, list items `- `; at most one blank line in a row."""
    if "<" not in markup and "&" not in markup:
        return markup.strip()
    parser = _Text()
    parser.feed(markup)
    parser.close()
    lines = [_BLANKS.sub(" ", line).strip() for line in "".join(parser.parts).split("\n")]
    out: list[str] = []
    for line in lines:
        if line.strip("> ") or (out and out[-1]):
            out.append(line if line.strip("> ") else "")
    return "\n".join(out).strip()
