"""A JSON file: one array of events, or objects one after another over any number of lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from keptword.errors import Place, Problem
from keptword.events import Event
from keptword.readers.jsonl import OBJECT
from keptword.readers.reading import Reading
from keptword.readers.records import Shape
from keptword.readers.source import Source
from keptword.readers.strict_json import (
    Lines,
    NotANumber,
    Twice,
    broken,
    decoder,
    half_key,
    half_key_problem,
    located,
    not_utf8,
    skip,
)


def read(source: Source, reading: Reading) -> Iterator[Event]:
    """The events of a source; what follows a place that is not JSON cannot be read and is reported as one piece."""
    data = source.read()
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        _refuse_bytes(source.name, data, error, reading)
        return
    shape = Shape(reading.zone, reading.mapping)
    lines = Lines(source.name, text)
    scan = decoder().raw_decode
    at = skip(text, 0)
    array = text[at : at + 1] == "["
    at = skip(text, at + 1) if array else at
    while at < len(text) and not (array and text[at] == "]"):
        try:
            record, end = scan(text, at)
        except (ValueError, RecursionError) as error:
            end = _end(text, at, error)
            reading.reject(text[at:end].encode(), [broken(lines, at, error)])
            if end == len(text):
                return
        else:
            raw = text[at:end].encode()
            place: Place = lines.place(at)
            event = _event(record, shape, place, lines, at)
            if isinstance(event, list):
                reading.reject(raw, event)
            else:
                if reading.keep_going:
                    reading.raws[place] = raw
                yield event
        at = skip(text, end)
        if array and (wrong := _separator(text, at)):
            reading.reject(text[at:].encode(), [lines.problem("L003", min(at, len(text.rstrip())), wrong)])
            return
        at = skip(text, at + 1) if array and text[at] == "," else at
    shape.tell(source.name, reading)
    if array and at >= len(text):
        reading.reject(
            b"", [lines.problem("L003", len(text.rstrip()), "the file ends in the middle of the array")]
        )
    elif array and (rest := skip(text, at + 1)) < len(text):
        reading.reject(
            text[rest:].encode(), [lines.problem("L003", rest, "something stands after the end of the array")]
        )


def _event(record: Any, shape: Shape, place: Place, lines: Lines, at: int) -> Event | list[Problem]:
    if type(record) is not dict:
        return [lines.problem("L003", at, "an event is a JSON object, and this is none", hint=OBJECT)]
    if half_key(record) is not None:
        return [half_key_problem(lines, at)]
    event = shape.event(record, place)
    return located(lines, at, event) if isinstance(event, list) else event


def _end(text: str, at: int, error: Exception) -> int:
    """Where an element that is refused ends: behind it if only a key or a number is wrong in it, else nobody can say."""
    if isinstance(error, Twice | NotANumber):
        try:
            return json.JSONDecoder().raw_decode(text, at)[1]
        except (ValueError, RecursionError):
            pass
    return len(text)


def _separator(text: str, at: int) -> str:
    """What is wrong between two elements of an array, or ""."""
    match text[at : at + 1]:
        case "]":
            return ""
        case ",":
            return "a comma with nothing after it" if text.startswith("]", skip(text, at + 1)) else ""
        case "":
            return "the file ends in the middle of the array"
        case _:
            return "a comma or the end of the array is lacking here"


def _refuse_bytes(file: str, data: bytes, error: UnicodeDecodeError, reading: Reading) -> None:
    begin = data.rfind(b"\n", 0, error.start) + 1
    end = data.find(b"\n", error.start)
    row = data[begin : end if end >= 0 else len(data)]
    inner = UnicodeDecodeError("utf-8", row, error.start - begin, error.end - begin, error.reason)
    reading.reject(data, [not_utf8(file, data.count(b"\n", 0, error.start) + 1, row, inner)])
