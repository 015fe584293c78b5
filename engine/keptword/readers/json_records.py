"""Records of a JSON export: an array, one object a line, or pages that hold lists, each record with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from keptword.errors import Place, Problem
from keptword.readers.json_window import TooLong, Window
from keptword.readers.reading import Reading
from keptword.readers.records import Fault
from keptword.readers.source import LONGEST_LINE, Source
from keptword.readers.strict_json import Lines, NotANumber, Twice, broken, decoder, located


@dataclass(frozen=True, slots=True)
class Record:
    """One object of an export.

    Attributes:
        value: the object.
        place: where it begins.
        list: the key of the page under which it stood; "" at the top.
    """

    value: dict[str, Any]
    place: Place
    list: str
    _lines: Lines
    _at: int
    _end: int
    _reading: Reading

    @property
    def size(self) -> int:
        """How many characters it has."""
        return self._end - self._at

    def raw(self) -> bytes:
        """Its bytes as they stand in the file."""
        return self._lines.text[self._at : self._end].encode("utf-8", "surrogateescape")

    def keep(self) -> None:
        """Keep the bytes, should one of its events turn out to clash with another."""
        if self._reading.keep_going:
            self._reading.raws[self.place] = self.raw()

    def reject(self, faults: Sequence[Fault]) -> None:
        """Report what is wrong with it, each fault at the value it is about."""
        self._reading.reject(self.raw(), located(self._lines, self._at, list(faults)))


def records(
    source: Source, reading: Reading, lists: Sequence[str], own: Sequence[str] = ("id",)
) -> Iterator[Record]:
    """The records of a source, in order; whatever is none is reported to `reading` and left out.

    A record has at most 16 MiB; the file may have any size.

    Args:
        source: JSON: an array of records, records one after another, pages one after another.
        reading: where problems go.
        lists: the keys of a page under which records stand.
        own: keys that only a record has: an object with one of them is no page.
    """
    with closing(source.open()) as stream:
        window = Window(source, stream)
        walk = _Walk(window, reading, frozenset(lists), frozenset(own))
        while (c := window.skip()) != "":
            if c == "[":
                yield from walk.array("")
            elif c == "{":
                yield from walk.top()
            else:
                walk.refuse(
                    window.lines.problem(
                        "L003",
                        window.at,
                        f"'{c}' begins no JSON object",
                        hint="an export is objects or one array of them",
                    )
                )


@dataclass(slots=True)
class _Walk:
    window: Window
    reading: Reading
    lists: frozenset[str]
    own: frozenset[str]

    def top(self) -> Iterator[Record]:
        """An object that stands by itself: a record, or a page."""
        w = self.window
        try:
            value, end = w.value()
        except TooLong:
            page = self._page_begins()
            if page:
                yield from self._page()
            else:
                self._too_long()
            return
        except (ValueError, RecursionError) as error:
            if self._page_begins():
                yield from self._page()
            else:
                self._refuse_value(error, array=False)
            return
        if any(isinstance(value.get(k), list) for k in self.lists) and not self.own & value.keys():
            yield from self._page()
            return
        found = self._record("", value, end)
        if found is not None:
            yield found
        w.at = end

    def array(self, name: str) -> Iterator[Record]:
        """The objects of an array, `at` at its bracket."""
        w = self.window
        w.at += 1
        c = w.skip()
        while c != "]":
            if c == "":
                self.refuse(
                    w.lines.problem("L003", len(w.text.rstrip()), "the file ends in the middle of a list")
                )
                return
            try:
                value, end = w.value()
            except TooLong:
                self._too_long()
            except (ValueError, RecursionError) as error:
                if not self._refuse_value(error, array=True):
                    return
            else:
                found = self._record(name, value, end)
                if found is not None:
                    yield found
                w.at = end
            c = w.skip()
            if c == ",":
                w.at += 1
                comma = w.at - 1
                c = w.skip()
                if c == "]":
                    self.reading.reject(
                        b"", [w.lines.problem("L003", min(comma, w.at), "a comma with nothing after it")]
                    )
            elif c not in {"]", ""}:
                self.refuse(w.lines.problem("L003", w.at, "a comma or the end of the list is lacking here"))
                return
        w.at += 1

    def refuse(self, problem: Problem) -> None:
        """Put the rest of the file aside: nobody can say where the next record would begin."""
        self.reading.reject(self.window.rest(self.reading.keep_going), [problem])

    def _record(self, name: str, value: Any, end: int) -> Record | None:
        w = self.window
        wrong = w.bad_bytes(end)
        if wrong is None and not isinstance(value, dict):
            wrong = w.lines.problem("L003", w.at, "a record is a JSON object, and this is none")
        if wrong is not None:
            self.reading.reject(w.raw(end), [wrong])
            return None
        return Record(value, w.lines.place(w.at), name, w.lines, w.at, end, self.reading)

    def _page(self) -> Iterator[Record]:
        """The lists of a page, `at` at its brace; everything else in it is passed over."""
        w = self.window
        w.at += 1
        c = w.skip()
        while c != "}":
            try:
                key, w.at = w.value()
            except (ValueError, RecursionError) as error:
                self._refuse_value(error, array=True, lost=True)
                return
            colon = w.skip()
            w.at += bool(colon)
            c = w.skip()
            if not isinstance(key, str) or colon != ":" or not c:
                self.refuse(
                    w.lines.problem(
                        "L003", min(w.at, len(w.text.rstrip())), "a key and its value should stand here"
                    )
                )
                return
            if c == "[" and key in self.lists:
                yield from self.array(key)
            else:
                try:
                    _, w.at = w.value()
                except TooLong:
                    w.skip_value(keep=False)
                except (ValueError, RecursionError) as error:
                    self._refuse_value(error, array=True, lost=True)
                    return
            c = w.skip()
            if c == ",":
                w.at += 1
                c = w.skip()
            elif c != "}":
                said = (
                    "the file ends in the middle of a page"
                    if c == ""
                    else "a comma or the end of the page is lacking here"
                )
                if c != "" or not (
                    self.reading.problems and self.reading.problems[-1].place.file == w.source.name
                ):
                    self.refuse(w.lines.problem("L003", w.at if c else len(w.text.rstrip()), said))
                return
        w.at += 1

    def _page_begins(self) -> bool:
        """Whether an object that cannot be decoded whole is a page: a list of records comes before any key of a record."""
        w = self.window
        kept, seen = w.at, False
        try:
            w.at += 1
            while w.skip() == '"' and not seen:
                key, w.at = w._scan(w.text, w.at)  # noqa: SLF001 - no reading on: the whole object is held
                w.skip()
                w.at += 1
                if w.skip() == "[" and key in self.lists:
                    seen = True
                    break
                if key in self.own:
                    break
                _, w.at = w._scan(w.text, w.at)  # noqa: SLF001
                if w.skip() == ",":
                    w.at += 1
        except (ValueError, RecursionError, IndexError):
            pass
        w.at = kept
        return seen

    def _refuse_value(self, error: Exception, array: bool, lost: bool = False) -> bool:
        """Report a value that is not JSON; True if reading can go on behind it."""
        w = self.window
        problem = (None if array else self._broken_line()) or broken(w.lines, w.at, error)
        end = w.lenient_end() if isinstance(error, Twice | NotANumber) and not lost else None
        if end is not None:
            self.reading.reject(w.raw(end), [problem])
            w.at = end
            return True
        if array:
            self.refuse(problem)
            return False
        self.reading.reject(w.next_line(self.reading.keep_going), [problem])
        return True

    def _broken_line(self) -> Problem | None:
        """What is wrong with an object that should end on its own line, because another one begins on the next."""
        w = self.window
        begin, end = w.text.rfind("\n", 0, w.at) + 1, w.text.find("\n", w.at)
        if end < 0 or w.text[end + 1 : end + 2] not in {"{", "["} or (begin == 0 and w.lines.before):
            return None
        lines = Lines(w.source.name, w.text[begin:end], w.lines.place(w.at).line)
        try:
            decoder().raw_decode(lines.text, w.at - begin)
        except (ValueError, RecursionError) as error:
            return broken(lines, w.at - begin, error)
        return None

    def _too_long(self) -> None:
        w = self.window
        place = w.lines.place(w.at)
        message = f"the record has more than {LONGEST_LINE // 1024**2} MiB"
        raw = w.skip_value(self.reading.keep_going)
        self.reading.bad(
            "L015",
            message,
            place,
            raw if len(raw) < 4096 else b"",
            "one record is one ticket, incident or message",
        )
        if self.reading.keep_going:
            self.reading.rejected[-1].line = raw
