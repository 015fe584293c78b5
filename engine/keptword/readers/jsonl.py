"""JSONL: one event a line."""

from __future__ import annotations

from collections.abc import Iterator

from keptword.errors import Place
from keptword.events import Event
from keptword.readers.reading import Reading
from keptword.readers.records import Shape
from keptword.readers.source import Source
from keptword.readers.strict_json import (
    Lines,
    broken,
    decoder,
    half_key,
    half_key_problem,
    located,
    not_utf8,
    skip,
)

OBJECT = 'write {"time": "…", "event": "…", …}'


def read(source: Source, reading: Reading) -> Iterator[Event]:
    """The events of a source, one JSON object a line; blank lines are passed over, bad ones go to `reading`."""
    shape = Shape(reading.zone, reading.mapping)
    name = source.name
    decode = decoder().decode
    for number, raw in source.lines(reading):
        try:
            text = raw.decode()
            if not text.strip():
                continue
            record = decode(text)
        except UnicodeDecodeError as error:
            reading.reject(raw, [not_utf8(name, number, raw, error)])
            continue
        except (ValueError, RecursionError) as error:
            reading.reject(raw, [broken(Lines(name, text, number), 0, error)])
            continue
        if type(record) is not dict:
            problem = Lines(name, text, number).problem(
                "L003", skip(text, 0), "an event is a JSON object, and this is none", hint=OBJECT
            )
            reading.reject(raw, [problem])
            continue
        if "\\u" in text and half_key(record) is not None:
            reading.reject(raw, [half_key_problem(Lines(name, text, number), 0)])
            continue
        place = Place(name, number)
        event = shape.event(record, place)
        if isinstance(event, list):
            reading.reject(raw, located(Lines(name, text, number), 0, event))
            continue
        if reading.keep_going:
            reading.raws[place] = raw
        yield event
    shape.tell(name, reading)
