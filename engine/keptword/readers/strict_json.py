"""JSON that refuses what Python's reader lets pass, and the exact place of whatever is wrong in it."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import Any

from keptword.errors import Place, Problem
from keptword.readers.reading import shown
from keptword.readers.records import Fault

_SPACE = re.compile(r"[ \t\n\r]*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_LONG = re.compile(r"-?\d{4000,}")


class Twice(ValueError):
    """The same key twice in one JSON object."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class NotANumber(ValueError):
    """NaN or an infinity, which JSON does not have."""


def decoder() -> json.JSONDecoder:
    """A decoder that refuses repeated keys (Twice), NaN and infinities (NotANumber)."""
    return json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise Twice(key)
            seen.add(key)
    return out


def _constant(word: str) -> Any:
    raise NotANumber(word)


class Lines:
    """Places in a text whose first line is line `first` of a file, `before` characters of which are not in the text."""

    def __init__(self, file: str, text: str, first: int = 1, before: int = 0) -> None:
        self.file, self.text, self.first, self.before = file, text, first, before
        self._starts: list[int] | None = None

    def _begin(self, at: int) -> tuple[int, int]:
        if self._starts is None:
            self._starts = [0, *(m.end() for m in re.finditer("\n", self.text))]
        n = bisect_right(self._starts, at) - 1
        return n, self._starts[n]

    def place(self, at: int) -> Place:
        """File, line and column of the character at an offset."""
        n, begin = self._begin(at)
        return Place(self.file, self.first + n, at - begin + 1 + (0 if n else self.before))

    def problem(self, code: str, at: int, message: str, width: int = 1, hint: str = "") -> Problem:
        """A problem with the character at an offset."""
        n, begin = self._begin(at)
        end = self.text.find("\n", begin)
        # One line of JSON may be the whole file, so only the part that is shown is copied.
        stop = min(end if end >= 0 else len(self.text), at + 4096)
        if self.before and not n:  # a line whose beginning is gone cannot be shown with a caret under it
            return Problem(code, message, self.place(at), "", width, hint)
        line = self.text[begin:stop].encode("utf-8", "surrogatepass")
        return Problem(code, message, self.place(at), shown(line, at - begin + 1), width, hint)


def half_key(record: Any) -> str | None:
    """A key with half of a character in it (a lone surrogate) in an object or the objects inside; None when all are whole."""
    if not isinstance(record, dict):
        return None
    for key, value in record.items():
        if any("\ud800" <= c <= "\udfff" for c in key):
            return str(key)
        if (inner := half_key(value)) is not None:
            return inner
    return None


def half_key_problem(lines: Lines, start: int) -> Problem:
    """L010 for an object with such a key."""
    at = re.compile(r"\\u[dD][89a-fA-F]").search(lines.text, start)
    message = "a key holds half of a character (a lone surrogate), which no UTF-8 text can"
    return lines.problem("L010", at.start() if at else start, message, 6, "write the whole pair")


def broken(lines: Lines, start: int, error: Exception) -> Problem:
    """Why the text from offset `start` on is not JSON, with the character that cannot stand there."""
    text = lines.text
    match error:
        case json.JSONDecodeError():
            solid = len(text.rstrip())
            if error.pos >= solid or error.msg.startswith("Unterminated"):
                return lines.problem(
                    "L003", max(start, solid), f"the {_what(lines)} ends in the middle of the JSON"
                )
            bad = text[error.pos]
            hint = 'JSON takes double quotes: "…"' if bad in "'“”«‘" else ""
            return lines.problem("L003", error.pos, _lower(error.msg.removesuffix(" at")), hint=hint)
        case Twice():
            name = re.compile(re.escape(json.dumps(error.key, ensure_ascii=False)) + r"\s*:")
            ends = [m.start() for m, _ in zip(name.finditer(text, start), range(2), strict=False)]
            message = f"the key '{error.key[:60]}' stands twice in one object"
            return lines.problem("L012", ends[-1] if ends else start, message, len(error.key) + 2)
        case NotANumber():
            at = max(start, text.find(str(error), start))
            return lines.problem(
                "L003", at, f"{error} is not JSON", len(str(error)), "leave the field out, or write null"
            )
        case RecursionError():
            return lines.problem("L003", start, "the JSON is nested too deeply")
        case _:  # more digits than Python is willing to convert
            long = _LONG.search(text, start)
            return lines.problem(
                "L009",
                long.start() if long else start,
                "a number does not fit into 64 bits",
                hint="write it as text",
            )


def _what(lines: Lines) -> str:
    return "line" if "\n" not in lines.text.rstrip() else "file"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def located(lines: Lines, start: int, faults: list[Fault]) -> list[Problem]:
    """The faults of the object that begins at offset `start`, each at the value it is about."""
    out = []
    start = skip(lines.text, start)
    for fault in faults:
        begin, end = (_span(lines.text, start, fault.key) if fault.key else None) or (start, start + 1)
        out.append(lines.problem(fault.code, begin, fault.message, end - begin, fault.hint))
    return out


def _span(text: str, start: int, key: str) -> tuple[int, int] | None:
    """Where the value of a field, `via.channel` included, stands in the object at `start` of `text`."""
    scan = json.JSONDecoder().raw_decode
    if text[start : start + 1] != "{":
        return None
    at = skip(text, start + 1)
    while match := _STRING.match(text, at):
        name = json.loads(match[0], strict=False)
        begin = skip(text, skip(text, match.end()) + 1)
        if key.startswith(name + ".") and (inner := _span(text, begin, key[len(name) + 1 :])):
            return inner
        try:
            _, end = scan(text, begin)
        except (ValueError, RecursionError):
            return None
        if name == key:
            return begin, end
        at = skip(text, skip(text, end) + 1)
    return None


def skip(text: str, at: int) -> int:
    """The offset of the next character that is not JSON's white space."""
    match = _SPACE.match(text, at)
    return match.end() if match else at


def not_utf8(file: str, number: int, raw: bytes, error: UnicodeDecodeError) -> Problem:
    """L010 for a line: the byte, and the encoding it looks like."""
    column = len(raw[: error.start].decode()) + 1
    message = f"byte {error.start + 1} of the line is 0x{raw[error.start]:02x}, which is not UTF-8"
    return Problem("L010", message, Place(file, number, column), shown(raw, column), 4, _encoding(file, raw))


def _encoding(file: str, raw: bytes) -> str:
    sample = raw[:65536]
    if sample[:2] in {b"\xff\xfe", b"\xfe\xff"} or sample.count(0) > len(sample) // 4:
        return f"this looks like UTF-16: iconv -f utf-16 -t utf-8 '{file}'"
    best, most = "", 0.5
    for name in ("cp1251", "koi8-r", "cp866"):
        letters = [c for c in sample.decode(name, "replace") if not c.isascii()]
        # Russian is mostly lower case; read by the wrong table it turns into capitals and signs.
        share = sum("а" <= c <= "я" or c == "ё" for c in letters) / max(1, len(letters))
        if share > most:
            best, most = name, share
    return f"this looks like {best}: iconv -f {best} -t utf-8 '{file}'" if best else "a log is UTF-8"
