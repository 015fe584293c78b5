"""Records that have to meet before they say anything, by their ticket: in memory while they are few, else in buckets on disk."""

from __future__ import annotations

import pickle
import shutil
import sqlite3
import tempfile
import weakref
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from keptword.errors import Place, usage_error

ROOM = 24 * 1024 * 1024  # bytes of records, as they stand in their file, that are held in memory
BUCKETS = 256  # so many share what is on disk: of an export of 5 GB, 20 MB are held at once
_CACHE = 16 * 1024  # KiB of the index that are held


@dataclass(slots=True, weakref_slot=True)
class Held:
    """Records of a run, or of a table, until all of them are there.

    Attributes:
        spilled: some of them are on disk.
    """

    spilled: bool = False
    _waiting: list[tuple[str, Any]] = field(default_factory=list)
    _weight: int = 0
    _folder: str = ""
    _chunks: dict[int, list[list[tuple[str, Any]] | None]] = field(default_factory=dict)

    def add(self, ticket: str, record: Any) -> None:
        """Hold one record; `weigh` says what it weighs."""
        self._waiting.append((ticket, record))

    def weigh(self, size: int) -> bool:
        """What was added since the last call had so many bytes; True if it was too much, and went to disk.

        Raises:
            UsageError: U002, the disk is full.
        """
        self._weight += size
        if self._weight < ROOM:
            return False
        self._spill()
        return True

    def folder(self) -> str:
        """Where the buckets lie; it goes with this object."""
        if not self._folder:
            self._folder = tempfile.mkdtemp(prefix="keptword-")
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder

    def tickets(self) -> Iterator[tuple[str, list[Any]]]:
        """Every ticket with its records in the order of adding; tickets of a bucket are sorted. May be called again."""
        if not self.spilled:
            yield from _grouped(self._waiting)
            return
        if self._waiting:
            self._spill()
        for bucket in sorted(self._chunks):
            yield from _grouped(self._bucket(bucket))

    def _spill(self) -> None:
        shares: dict[int, list[tuple[str, Any]]] = {}
        for ticket, record in self._waiting:
            bucket = zlib.crc32(ticket.encode("utf-8", "surrogatepass")) % BUCKETS
            shares.setdefault(bucket, []).append((ticket, record))
        with _room(self.folder()):
            for bucket, share in shares.items():
                chunks = self._chunks.setdefault(bucket, [])
                try:
                    # One pickle for all of them: what they share, such as the names of fields, stands in it once.
                    data = pickle.dumps(share, protocol=5)
                except RecursionError:  # values nested a thousand deep, which no honest export has
                    chunks.append(share)
                    continue
                with self._path(bucket).open("ab") as file:
                    file.write(data)
                chunks.append(None)
        self.spilled = True
        self._waiting, self._weight = [], 0

    def _path(self, bucket: int) -> Path:
        return Path(self.folder(), f"bucket-{bucket}")

    def _bucket(self, bucket: int) -> Iterator[tuple[str, Any]]:
        chunks = self._chunks[bucket]
        if all(c is not None for c in chunks):
            for chunk in chunks:
                yield from chunk or ()
            return
        with self._path(bucket).open("rb") as file:
            for chunk in chunks:
                yield from pickle.load(file) if chunk is None else chunk  # noqa: S301 - written above, in a folder of our own


def _grouped(records: Iterator[tuple[str, Any]] | list[tuple[str, Any]]) -> Iterator[tuple[str, list[Any]]]:
    found: dict[str, list[Any]] = {}
    for ticket, record in records:
        found.setdefault(ticket, []).append(record)
    for ticket in sorted(found):
        yield ticket, found[ticket]


@dataclass(slots=True)
class Met:
    """Which records were met before, and what they said: an index that goes to disk when the records go there.

    Attributes:
        folder: gives the folder for it.
    """

    folder: Callable[[], str]
    _known: dict[tuple[str, str], tuple[bytes, Place]] = field(default_factory=dict)
    _index: sqlite3.Connection | None = None
    _files: list[str] = field(default_factory=list)

    def before(self, ticket: str, ident: str, print_: bytes, place: Place) -> tuple[bytes, Place] | None:
        """The fingerprint and the place of the first record of this name; None if this one is the first.

        Raises:
            UsageError: U002, the disk is full.
        """
        if self._index is None:
            known = self._known.setdefault((ticket, ident), (print_, place))
            return None if known[1] is place and known[0] is print_ else known
        key = _key(ticket, ident)
        with _room(self.folder()):
            if self._insert(key, print_, place):
                return None
            found = self._index.execute("SELECT print, file, line, col FROM met WHERE key = ?", (key,))
            first, file, line, column = found.fetchone()
        return first, Place(self._files[file], line, column)

    def spill(self) -> None:
        """Go on on disk."""
        if self._index is not None:
            return
        with _room(self.folder()):
            self._index = sqlite3.connect(Path(self.folder(), "index"), isolation_level=None)
            for said in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{_CACHE}"):
                self._index.execute(f"PRAGMA {said}")
            self._index.execute(
                "CREATE TABLE met (key BLOB PRIMARY KEY, print BLOB, file INT, line INT, col INT) WITHOUT ROWID"
            )
            self._index.execute("BEGIN")
            for (ticket, ident), (print_, place) in self._known.items():
                self._insert(_key(ticket, ident), print_, place)
        self._known.clear()

    def close(self) -> None:
        """Give the index back."""
        if self._index is not None:
            self._index.close()

    def _insert(self, key: bytes, print_: bytes, place: Place) -> bool:
        assert self._index is not None
        if not self._files or self._files[-1] != place.file:
            self._files.append(place.file)
        row = (key, print_, len(self._files) - 1, place.line, place.column)
        return self._index.execute("INSERT OR IGNORE INTO met VALUES (?, ?, ?, ?, ?)", row).rowcount == 1


def _key(ticket: str, ident: str) -> bytes:
    # The id first: ids grow along an export, and an index that grows at its end needs no more than its last pages.
    return f"{ident}\0{ticket}".encode("utf-8", "surrogatepass")


@contextmanager
def _room(folder: str) -> Iterator[None]:
    """U002 for a disk that is full."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        where = str(Path(folder).parent)
        message = f"the export has more records than fit into memory, and '{where}' cannot take them: {error}"
        hint = "name a folder with more room: TMPDIR=/somewhere keptword …"
        raise usage_error(message, hint, code="U002") from error
