"""A part of a JSON text at a time: decoded values with their places, however long the whole text is."""

from __future__ import annotations

import codecs
import json
import re
from typing import Any, BinaryIO

from keptword.errors import LogError, Place, Problem
from keptword.readers.source import BOM, LONGEST_LINE, Source
from keptword.readers.strict_json import Lines, decoder, not_utf8, skip

CHUNK = 1024 * 1024
_ESCAPED = re.compile("[\\udc80-\\udcff]+")  # bytes that are not UTF-8, kept by `surrogateescape`
_IN_TEXT = re.compile(r'["\\]')
_OUTSIDE = re.compile(r'["{}\[\]]')
_NEXT_LINE = re.compile(r"\n(?=[{\[])")


class TooLong(ValueError):
    """One value of more than 16 MiB."""


class Window:
    """A text that is read piece by piece.

    Attributes:
        text: what is held of it at the moment.
        at: the offset in `text` up to which it has been taken.
        lines: places in `text`.
        complete: the end of `text` is the end of the file.
    """

    def __init__(self, source: Source, stream: BinaryIO) -> None:
        self.source, self.stream = source, stream
        self.text, self.at, self.complete = "", 0, False
        self.lines = Lines(source.name, "")
        self._decode = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._scan = decoder().raw_decode
        self._escaped = False
        _refuse_others(source)
        self.more()
        self.skip()

    def more(self) -> None:
        """Read on; what was taken is let go, but for the beginning of a short line."""
        begin = self.text.rfind("\n", 0, self.at) + 1
        cut = begin if self.at - begin <= CHUNK else self.at
        line = self.lines.first + self.text.count("\n", 0, cut)
        before = cut - begin + (0 if begin else self.lines.before)
        rest = self.text[cut:]
        chunk = self.stream.read(max(CHUNK, len(rest)))
        if line == 1 and not before and not rest:
            chunk = chunk.removeprefix(BOM)
        self.complete = not chunk
        piece = self._decode.decode(chunk, self.complete)
        self._escaped = self._escaped or bool(_ESCAPED.search(piece))
        self.text, self.at = rest + piece, self.at - cut
        self.lines = Lines(self.source.name, self.text, line, before)

    def skip(self) -> str:
        """Go to the next character that is not white space, and say which it is; "" at the end of the file."""
        while True:
            self.at = skip(self.text, self.at)
            if self.at < len(self.text) or self.complete:
                return self.text[self.at : self.at + 1]
            self.more()

    def value(self) -> tuple[Any, int]:
        """The value that begins here, and the offset where it ends; `at` stays.

        Raises:
            TooLong: it has more than 16 MiB.
            ValueError, RecursionError: it is not the JSON that `decoder()` takes.
        """
        while True:
            try:
                value, end = self._scan(self.text, self.at)
                if end - self.at > LONGEST_LINE:
                    raise TooLong
                if end < len(self.text) or self.complete:
                    return value, end
            except json.JSONDecodeError as error:
                if self.complete or not (
                    error.msg.startswith("Unterminated") or error.pos >= len(self.text) - 16
                ):
                    raise
            if len(self.text) - self.at > LONGEST_LINE:
                raise TooLong
            self.more()

    def lenient_end(self) -> int | None:
        """Where the value ends that has only a repeated key or an impossible number in it; None if more is wrong."""
        try:
            return json.JSONDecoder().raw_decode(self.text, self.at)[1]
        except (ValueError, RecursionError):
            return None

    def raw(self, end: int) -> bytes:
        """The bytes from here to an offset, as they stand in the file."""
        return self.text[self.at : end].encode("utf-8", "surrogateescape")

    def bad_bytes(self, end: int) -> Problem | None:
        """The first byte between here and an offset that is not UTF-8."""
        found = _ESCAPED.search(self.text, self.at, end) if self._escaped else None
        if found is None:
            return None
        begin = max(self.text.rfind("\n", 0, found.start()) + 1, found.start() - 60000)
        row = self.text[begin : found.end() + 4096].split("\n", 1)[0].encode("utf-8", "surrogateescape")
        first = len(self.text[begin : found.start()].encode("utf-8", "surrogateescape"))
        place = self.lines.place(found.start())
        problem = not_utf8(
            place.file, place.line, row, UnicodeDecodeError("utf-8", row, first, first + 1, "invalid")
        )
        whole = problem.place.column == place.column
        return Problem(
            problem.code, problem.message, place, problem.text if whole else "", problem.width, problem.hint
        )

    def skip_value(self, keep: bool) -> bytes:
        """Go behind a value of any length without decoding it; its bytes, if they are to be kept."""
        parts: list[bytes] = []
        depth, inside = 0, False
        while True:
            pattern = _IN_TEXT if inside else _OUTSIDE
            found = pattern.search(self.text, self.at)
            if found is None or (found[0] == "\\" and found.end() == len(self.text) and not self.complete):
                stop = len(self.text) if found is None else found.start()
                if keep:
                    parts.append(self.raw(stop))
                self.at = stop
                if self.complete:
                    return b"".join(parts)
                self.more()
                continue
            stop = found.end() + (found[0] == "\\")
            if keep:
                parts.append(self.raw(stop))
            self.at = stop
            match found[0]:
                case '"':
                    inside = not inside
                case "{" | "[":
                    depth += 1
                case "}" | "]":
                    depth -= 1
            if depth <= 0 and not inside:
                return b"".join(parts)

    def next_line(self, keep: bool) -> bytes:
        """Go to the next line that begins with a bracket, or to the end; the bytes up to there."""
        parts: list[bytes] = []
        while True:
            found = _NEXT_LINE.search(self.text, self.at)
            # A line end at the very end of the window may be followed by a bracket that is not read yet.
            cautious = len(self.text) - (self.text.endswith("\n") and not self.complete)
            stop = found.end() if found else max(self.at, cautious)
            if keep:
                parts.append(self.raw(stop))
            self.at = stop
            if found or self.complete:
                return b"".join(parts)
            self.more()

    def rest(self, keep: bool) -> bytes:
        """Go to the end of the file; the bytes up to there."""
        parts: list[bytes] = []
        while True:
            if keep:
                parts.append(self.raw(len(self.text)))
            self.at = len(self.text)
            if self.complete:
                return b"".join(parts)
            self.more()


def _refuse_others(source: Source) -> None:
    head = source.head()[:4]
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        hint = f"iconv -f utf-16 -t utf-8 '{source.name}'"
        raise LogError(
            Problem("L010", "this is UTF-16, and JSON is UTF-8", Place(source.name, 1, 1), hint=hint)
        )
