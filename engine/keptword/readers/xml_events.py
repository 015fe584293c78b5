"""XML read as a stream of starts, ends and texts, without document types, entities or anything fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import NoReturn
from xml.parsers import expat

from keptword.errors import LogError, Place, Problem
from keptword.readers.reading import Reading
from keptword.readers.source import Source

CHUNK = 1024 * 1024
_DTD = "the file declares a document type (DTD); a log needs none, and one can hide a bomb"


class XmlStream:
    """Feeds a source to handlers piece by piece.

    Attributes:
        line: of the tag that is being handled.
    """

    def __init__(
        self,
        source: Source,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None],
        text: Callable[[str], None] | None = None,
        ahead: Callable[[bytes, bool], bytes] | None = None,
    ) -> None:
        self.source = source
        self._ahead = ahead
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.buffer_size = 65536
        self._parser.StartElementHandler = start
        self._parser.EndElementHandler = end
        if text is not None:
            self._parser.CharacterDataHandler = text
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse

    @property
    def line(self) -> int:
        """The line of the tag that is being handled."""
        return self._parser.CurrentLineNumber

    def _refuse(self, *_: object) -> NoReturn:
        place = Place(self.source.name, self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)
        raise LogError(Problem("L016", _DTD, place, hint="take the DOCTYPE line out, if you trust the file"))

    def pieces(self, reading: Reading) -> Iterator[None]:
        """Read the source, stopping after each piece so that what the handlers gathered can be handed on.

        Where it stops being XML a problem says so, and the rest is put aside.

        Raises:
            LogError: L016 for a document type.
        """
        with closing(self.source.open()) as stream:
            begun = 0
            while True:
                piece = stream.read(CHUNK)
                over = not piece
                if self._ahead is not None:
                    piece = self._ahead(piece, over)
                try:
                    self._parser.Parse(piece, over)
                except expat.ExpatError as error:
                    rest = piece[max(0, self._parser.ErrorByteIndex - begun) :]
                    if reading.keep_going:
                        rest += stream.read()
                    said = expat.ErrorString(error.code) or str(error)
                    place = Place(self.source.name, error.lineno, error.offset + 1)
                    over = over or said in {"no element found", "unclosed token"}
                    message = (
                        "the file ends in the middle of the XML"
                        if over
                        else f"this is not well-formed XML: {said}"
                    )
                    reading.reject(rest, [Problem("L016", message, place)])
                    return
                begun += len(piece)
                yield
                if over:
                    return


def local(name: str) -> str:
    """A tag without its prefix."""
    return name.rpartition(":")[2]
