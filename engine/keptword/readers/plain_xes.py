"""Events of XES in the form that nearly every writer gives them, read ahead of the XML parser, which sees a stand-in for each.

An event taken out this way is nothing but attributes without attributes of their own, in double quotes, without entities and
control characters: such text is well-formed by itself. All else, comments and damage among it, goes to the parser as it is; a
stand-in inside a comment stays a comment.
"""

from __future__ import annotations

import re

STANDS_FOR = "keptword-event"
_MARK = STANDS_FOR.encode()
_ATTRIBUTE = (
    r'<(string|date|int|float|boolean|id)\s+key="([^"<&\x00-\x1f]*+)"\s+value="([^"<&\x00-\x1f]*+)"\s*+/>'
)
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_EVENT = re.compile(
    r"<event>((?:\s*+"
    + _ATTRIBUTE.replace("(string", "(?:string").replace('"([', '"(?:[')
    + r")*+)\s*+</event>"
)
_END = b"</event>"
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_LONGEST = 16 * 1024 * 1024


def in_utf8(head: bytes) -> bool:
    """Whether a file says that it is UTF-8, or says nothing."""
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in head[:4]:
        return False
    said = _ENCODING.match(head)
    return said is None or said[1].lower() in {b"utf-8", b"utf8", b"us-ascii", b"ascii"}


class PlainEvents:
    """Takes plain events out of the bytes of a file.

    Attributes:
        events: those of the last piece: (type, key, value) of each attribute. A stand-in names its place here.
    """

    def __init__(self) -> None:
        self.events: list[list[tuple[str, str, str]]] = []
        self._rest = b""

    def taken_out(self, piece: bytes, over: bool) -> bytes:
        """What the parser is to see of the next piece; the end of one that stops inside an event waits for the next."""
        self.events = []
        data = self._rest + piece
        cut = len(data) if over or len(data) > _LONGEST else data.rfind(_END) + len(_END)
        if cut < len(_END):
            cut = 0
        self._rest = data[cut:]
        data = data[:cut]
        try:
            text = data.decode()
        except UnicodeDecodeError:
            return data  # the parser says where
        if STANDS_FOR in text or "\ufffe" in text or "\uffff" in text:
            return data
        return _EVENT.sub(self._stand_in, text).encode()

    def _stand_in(self, event: re.Match[str]) -> str:
        self.events.append(_ATTRIBUTES.findall(event[1]))
        # Lines are counted by the parser.
        lines = "\n" * event[0].count("\n")
        return f'<{STANDS_FOR} n="{len(self.events) - 1}"{lines}/>'
