"""CSV and TSV with a header: one event a row, quoted cells may hold line ends."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from keptword.errors import LogError, Place, Problem, did_you_mean
from keptword.events import Event
from keptword.readers.reading import Reading, shown
from keptword.readers.records import Fault, Shape, missing
from keptword.readers.source import LONGEST_LINE, Source
from keptword.readers.strict_json import not_utf8

_DELIMITERS = ",;\t"


def read(source: Source, reading: Reading) -> Iterator[Event]:
    """The events of a table whose delimiter (comma, semicolon, tab) its header shows; bad rows go to `reading`."""
    # The csv module's own limit (128 KiB a cell) is for the whole process and lower than ours for a line.
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_LINE))
    rows = Rows(source, reading)
    header = rows.header()
    if not header:
        reading.note(f"{source.name} is empty")
        return
    columns = columns_of(rows, header, reading)
    shape = Shape(reading.zone, reading.mapping, table=True)
    width = len(columns)
    number = 0
    for number, raw, cells in rows:
        if len(cells) > width and not any(cells[width:]):
            del cells[width:]
        if len(cells) != width:
            rows.ragged(number, raw, cells, columns)
            continue
        place = Place(source.name, number)
        event = shape.event(dict(zip(columns, cells, strict=True)), place)
        if isinstance(event, list):
            reading.reject(raw, [rows.located(f, number, raw, columns) for f in event])
            continue
        if reading.keep_going:
            reading.raws[place] = raw
        yield event
    shape.tell(source.name, reading)
    if not number:
        reading.note(f"{source.name} has a header and no events")


def columns_of(rows: Rows, header: list[str], reading: Reading) -> list[str]:
    """The names of the columns; LogError when an event cannot be made of them."""
    columns = [name.strip() for name in header]
    problems: list[Problem] = []
    for i, name in enumerate(columns):
        if not name and any(columns[i:]):
            problems.append(rows.problem("L011", rows.top, rows.first, i, f"column {i + 1} has no name"))
        elif name and name in columns[:i]:
            problems.append(
                rows.problem("L012", rows.top, rows.first, i, f"the column '{name}' stands twice")
            )
    while columns and not columns[-1]:
        columns.pop()  # spreadsheets leave empty columns at the end
    for canonical in ("time", "event"):
        if not {canonical, reading.mapping.get(canonical, canonical)} & set(columns):
            fault = missing(canonical, columns, reading.mapping, "column")
            problems.append(
                Problem(
                    fault.code, fault.message, Place(rows.file, rows.top, 1), shown(rows.first), 1, fault.hint
                )
            )
    for canonical, name in reading.mapping.items():
        if not {name, canonical} & set(columns) and canonical not in {"time", "event"}:
            message = f"there is no column '{name}', from which '{canonical}' was to come"
            problems.append(
                Problem(
                    "L004",
                    message,
                    Place(rows.file, rows.top, 1),
                    shown(rows.first),
                    1,
                    did_you_mean(name, columns),
                )
            )
    if problems:
        raise LogError(problems)
    return columns


class Rows:
    """The rows of a table with their first line's number and their bytes as they stand in the file."""

    def __init__(self, source: Source, reading: Reading) -> None:
        self.file, self.reading = source.name, reading
        self._lines = source.lines(reading)
        self._pending: list[bytes] = []
        self._undecoded: list[Problem] = []
        self._size = 0
        self._begin = self._last = 0
        self.delimiter = "\t" if source.plain_name.lower().endswith((".tsv", ".tab")) else ""
        self.first, self.top = b"", 1

    def header(self) -> list[str]:
        """The cells of the first row that is not blank; [] when there is none."""
        text = ""
        for text in self._texts():
            if text.strip():
                break
            self._pending.clear()
        if self._undecoded:  # a header that is lost takes the whole table with it
            raise LogError(self._undecoded)
        if not text.strip():
            return []
        if not self.delimiter:
            outside = "".join(text.split('"')[::2])
            self.delimiter = max(_DELIMITERS, key=outside.count)
        self.first, self.top = self._pending[-1], self._last
        self._pending.clear()
        try:
            return next(csv.reader([text], delimiter=self.delimiter, strict=True))
        except csv.Error as error:
            raise LogError(
                Problem(
                    "L011",
                    f"the header cannot be read: {_said(error)}",
                    Place(self.file, self._last),
                    shown(self.first),
                    hint=_hint(error),
                )
            ) from error

    def _texts(self) -> Iterator[str]:
        for number, raw in self._lines:
            if not self._pending:
                self._begin, self._size = number, 0
            self._last = number
            self._pending.append(raw)
            self._size += len(raw)
            if self._size > LONGEST_LINE:
                raise csv.Error(
                    f"a quotation that is never closed: the row has more than {LONGEST_LINE // 1024**2} MiB"
                )
            try:
                yield raw.decode()
            except UnicodeDecodeError as error:  # the row is read to its end, so that it is put aside whole
                self._undecoded.append(not_utf8(self.file, number, raw, error))
                yield raw.decode("utf-8", "replace")

    def __iter__(self) -> Iterator[tuple[int, bytes, list[str]]]:
        reader = csv.reader(self._texts(), delimiter=self.delimiter, strict=True)
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raw = b"".join(self._pending)
                self._pending.clear()
                at = _wrong_quote(raw.decode("utf-8", "replace"), self.delimiter)
                wrong = self._at("L011", self._begin, raw, at, at + 1, _said(error), _hint(error))
                self.reading.reject(raw, [wrong, *self._undecoded])
                self._undecoded = []
                # A row cut off in _texts ended that generator; a fresh reader goes on with the next line.
                reader = csv.reader(self._texts(), delimiter=self.delimiter, strict=True)
                continue
            raw = b"".join(self._pending)
            self._pending.clear()
            if self._undecoded:
                self.reading.reject(raw, self._undecoded)
                self._undecoded = []
            elif any(cells):
                yield self._begin, raw, cells

    def ragged(self, number: int, raw: bytes, cells: list[str], columns: list[str]) -> None:
        """Report a row that has more or fewer cells than the header;"""
        message = f"the row has {len(cells)} cells, the header has {len(columns)}"
        spare = (
            "is a cell with the delimiter in it without quotes?"
            if len(cells) > len(columns)
            else "are cells lacking at the end?"
        )
        self.reading.reject(
            raw, [self.problem("L011", number, raw, min(len(cells) - 1, len(columns)), message, spare)]
        )

    def located(self, fault: Fault, number: int, raw: bytes, columns: list[str]) -> Problem:
        """A fault of a row at the cell it is about."""
        name = fault.key
        if not name and fault.code == "L004":
            empty = next((k for k in ("time", "event") if f"'{k}'" in fault.message), "")
            name = self.reading.mapping.get(empty, empty)
        return self.problem(
            fault.code, number, raw, columns.index(name) if name in columns else 0, fault.message, fault.hint
        )

    def problem(self, code: str, number: int, raw: bytes, cell: int, message: str, hint: str = "") -> Problem:
        """A problem with the n-th cell (from 0) of a row."""
        begin, end = _cell(raw.decode("utf-8", "replace"), cell, self.delimiter)
        return self._at(code, number, raw, begin, end, message, hint)

    def _at(
        self, code: str, number: int, raw: bytes, begin: int, end: int, message: str, hint: str
    ) -> Problem:
        text = raw.decode("utf-8", "replace")
        line_begin = text.rfind("\n", 0, begin) + 1
        line_end = text.find("\n", begin)
        line = text[line_begin : line_end if line_end >= 0 else len(text)]
        place = Place(self.file, number + text.count("\n", 0, begin), begin - line_begin + 1)
        return Problem(
            code,
            message,
            place,
            shown(line.encode(), place.column),
            max(1, min(end, line_begin + len(line)) - begin),
            hint,
        )


def _cell(text: str, wanted: int, delimiter: str) -> tuple[int, int]:
    """Where the n-th cell of a row begins and ends."""
    begin, n, quoted = 0, 0, False
    body = text.rstrip("\r\n")
    for i, c in enumerate(body):
        if c == '"':
            quoted = not quoted
        elif c == delimiter and not quoted:
            if n == wanted:
                return begin, i
            begin, n = i + 1, n + 1
    return begin, len(body)


def _wrong_quote(text: str, delimiter: str) -> int:
    """Where the quotation begins that is never closed, or what stands after a closing quote; 0 when neither."""
    opened, fresh, i = -1, True, 0
    while i < len(text):
        c = text[i]
        if opened < 0:
            opened = i if c == '"' and fresh else -1
            fresh = c == delimiter
        elif c == '"':
            after = text[i + 1 : i + 2]
            if after == '"':
                i += 1
            elif after and after not in {delimiter, "\r", "\n"}:
                return i + 1
            else:
                opened = -1
        i += 1
    return max(opened, 0)


def _said(error: csv.Error) -> str:
    text = str(error)
    if "unexpected end of data" in text:
        return "a quotation that is never closed"
    if "new-line character" in text:
        return "a carriage return stands inside the row"
    if "expected after" in text:
        return "text stands after the closing quote of a cell"
    return text[:1].lower() + text[1:]


def _hint(error: csv.Error) -> str:
    text = str(error)
    if "new-line character" in text:
        return "end lines with LF or CRLF"
    return 'a quote inside a quoted cell is written twice: "he said ""yes"""'
