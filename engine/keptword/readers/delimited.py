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
    rows = _Rows(source, reading)
    header = rows.header()
    if not header:
        reading.note(f"{source.name} is empty")
        return
    columns = _columns(rows, header, reading)
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
    if not number:
        reading.note(f"{source.name} has a header and no events")


def _columns(rows: _Rows, header: list[str], reading: Reading) -> list[str]:
    """The names of the columns; LogError when an event cannot be made of them."""
    columns = [name.strip() for name in header]
    problems: list[Problem] = []
    for i, name in enumerate(columns):
        if not name and any(columns[i:]):
            problems.append(rows.problem("L011", rows.top, rows.first, i, f"column {i + 1} has no name"))
        elif name and name in columns[:i]:
            problems.append(rows.problem("L012", rows.top, rows.first, i, f"the column '{name}' stands twice"))
    while columns and not columns[-1]:
        columns.pop()  # spreadsheets leave empty columns at the end
    for canonical in ("time", "event"):
        if reading.mapping.get(canonical, canonical) not in columns:
            fault = missing(canonical, columns, reading.mapping, "column")
            problems.append(Problem(fault.code, fault.message, Place(rows.file, rows.top, 1), shown(rows.first), 1, fault.hint))
    for canonical, name in reading.mapping.items():
        if name not in columns and canonical not in {"time", "event"}:
            message = f"there is no column '{name}', from which '{canonical}' was to come"
            problems.append(Problem("L004", message, Place(rows.file, rows.top, 1), shown(rows.first), 1, did_you_mean(name, columns)))
    if problems:
        raise LogError(problems)
    return columns


class _Rows:
    """The rows of a table with their first line's number and their bytes as they stand in the file."""

    def __init__(self, source: Source, reading: Reading) -> None:
        self.file, self.reading = source.name, reading
        self._lines = source.lines(reading)
        self._pending: list[bytes] = []
        self._undecoded: Problem | None = None
        self._size = 0
        self._begin = self._last = 0
        self.delimiter = "\t" if source.plain_name.lower().endswith((".tsv", ".tab")) else ""
        self.first, self.top = b"", 1

    def header(self) -> list[str]:
        """The cells of the first row that is not blank; [] when there is none."""
        known = len(self.reading.problems)
        text = ""
        for text in self._texts():
            if text.strip():
                break
            self._pending.clear()
        if len(self.reading.problems) > known:  # a header that is lost takes the whole table with it
            raise LogError(self.reading.problems[known:])
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
            raise LogError(Problem("L011", f"the header cannot be read: {error}", Place(self.file, self._last), shown(self.first))) from error

    def _texts(self) -> Iterator[str]:
        for number, raw in self._lines:
            if not self._pending:
                self._begin, self._size = number, 0
            self._last = number
            self._pending.append(raw)
            self._size += len(raw)
            if self._size > LONGEST_LINE:
                raise csv.Error(f"a quotation that is never closed: the row has more than {LONGEST_LINE // 1024**2} MiB")
            try:
                yield raw.decode()
            except UnicodeDecodeError as error:
                problem = not_utf8(self.file, number, raw, error)
                if len(self._pending) == 1:
                    self.reading.reject(raw, [problem])
                    self._pending.clear()
                else:  # inside a quoted cell: the row is read to its end so that it is put aside whole
                    self._undecoded = problem
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
                self.reading.bad("L011", _said(error), Place(self.file, self._begin), raw, _hint(error))
                self._undecoded = None
                # A row cut off in _texts ended that generator; a fresh reader goes on with the next line.
                reader = csv.reader(self._texts(), delimiter=self.delimiter, strict=True)
                continue
            raw = b"".join(self._pending)
            self._pending.clear()
            if self._undecoded:
                self.reading.reject(raw, [self._undecoded])
                self._undecoded = None
            elif any(cells):
                yield self._begin, raw, cells

    def ragged(self, number: int, raw: bytes, cells: list[str], columns: list[str]) -> None:
        """Report a row that has more or fewer cells than the header;"""
        message = f"the row has {len(cells)} cells, the header has {len(columns)}"
        spare = "is a cell with the delimiter in it without quotes?" if len(cells) > len(columns) else "are cells lacking at the end?"
        self.reading.reject(raw, [self.problem("L011", number, raw, min(len(cells) - 1, len(columns)), message, spare)])

    def located(self, fault: Fault, number: int, raw: bytes, columns: list[str]) -> Problem:
        """A fault of a row at the cell it is about."""
        key = fault.key
        if not key and fault.code == "L004":
            key = next((k for k in ("time", "event") if f"'{k}'" in fault.message), "")
        name = self.reading.mapping.get(key, key)
        return self.problem(fault.code, number, raw, columns.index(name) if name in columns else 0, fault.message, fault.hint)

    def problem(self, code: str, number: int, raw: bytes, cell: int, message: str, hint: str = "") -> Problem:
        """A problem with the n-th cell (from 0) of a row."""
        text = raw.decode("utf-8", "replace")
        begin, end = _cell(text, cell, self.delimiter)
        line_begin = text.rfind("\n", 0, begin) + 1
        line_end = text.find("\n", begin)
        line = text[line_begin : line_end if line_end >= 0 else len(text)]
        place = Place(self.file, number + text.count("\n", 0, begin), begin - line_begin + 1)
        return Problem(code, message, place, shown(line.encode(), place.column), max(1, min(end, line_begin + len(line)) - begin), hint)


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
