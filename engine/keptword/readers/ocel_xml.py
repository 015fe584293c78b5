"""OCEL 2.0 as XML."""

from __future__ import annotations

from typing import Any

from keptword.errors import Place
from keptword.instants import InstantError
from keptword.readers.ocel import Happening, ObjectLog
from keptword.readers.reading import Reading
from keptword.readers.source import Source
from keptword.readers.xml_events import XmlStream, local


def read_tree(source: Source, reading: Reading) -> ObjectLog:
    """The whole log; what is no XML is reported to `reading`."""
    tree = _Tree(source, reading)
    for _ in tree.stream.pieces(reading):
        pass
    return tree.log


class _Tree:
    """What is open at the moment: an event or an object, and one of its attributes."""

    def __init__(self, source: Source, reading: Reading) -> None:
        self.source, self.reading = source, reading
        self.log = ObjectLog()
        self.open: dict[str, str] | None = None
        self.kind = ""
        self.place = Place(source.name)
        self.attribute: dict[str, str] | None = None
        self.attributes: list[tuple[str, str, str]] = []
        self.related: list[str] = []
        self.text: list[str] = []
        self.stream = XmlStream(source, self._start, self._end, self._data)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match local(name):
            case "event" | "object" as kind:
                # Relations are elements named `object` in some writers' files; they carry no type.
                if self.open is not None:
                    self.related.append(attributes.get("object-id") or attributes.get("id", ""))
                    return
                self.open, self.kind, self.attributes, self.related = attributes, kind, [], []
                self.place = Place(self.source.name, self.stream.line)
            case "relationship" | "relobj" if self.open is not None:
                self.related.append(attributes.get("object-id", ""))
            case "attribute" if self.open is not None:
                self.attribute, self.text = attributes, []

    def _data(self, text: str) -> None:
        if self.attribute is not None:
            self.text.append(text)

    def _end(self, name: str) -> None:
        tag = local(name)
        if tag == "attribute" and self.attribute is not None:
            self.attributes.append(
                (self.attribute.get("name", ""), self.attribute.get("time", ""), "".join(self.text).strip())
            )
            self.attribute = None
        elif tag == self.kind and self.open is not None:
            self._finish(self.open)
            self.open = None

    def _finish(self, own: dict[str, str]) -> None:
        lacking = next(
            (k for k in ("id", "type", *(["time"] if self.kind == "event" else [])) if not own.get(k)), ""
        )
        if lacking:
            self.reading.bad("L004", f"the {self.kind} '{own.get('id', '')}' has no {lacking}", self.place)
            return
        if self.kind == "event":
            values: dict[str, Any] = {n: v for n, _, v in self.attributes}
            self.log.events.append(
                Happening(own["id"], own["type"], own["time"], values, tuple(self.related), self.place)
            )
            return
        self.log.types[own["id"]] = own["type"]
        for name, time, value in self.attributes:
            try:
                self.log.value(own["id"], name, time, value, self.reading.zone)
            except InstantError as error:
                self.reading.bad(
                    error.code, f"the object '{own['id']}': {error}", self.place, hint=error.hint
                )
