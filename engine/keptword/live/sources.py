"""Where events come from while they happen: a stream, a growing file, a directory of such files."""

from __future__ import annotations

import contextlib
import glob
import json
import os
import queue
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from keptword.errors import LogError, Place, Problem

LONGEST_LINE = 1024 * 1024
_CHUNK = 1024 * 1024


@dataclass(slots=True)
class Batch:
    """Lines that came in together.

    Attributes:
        lines: one event each, line end included or not.
        positions: how far each source was read with these lines; to be written down with them.
        written: to be called once they are written down (False: they could not be).
    """

    lines: list[bytes]
    positions: dict[str, str] = field(default_factory=dict)
    written: Callable[[bool], None] = lambda _: None


class Source(Protocol):
    """Something that is read again and again by one thread."""

    def read(self, wait: float) -> Batch | None:
        """What has come in; None when nothing did within `wait` seconds."""

    def finished(self) -> bool:
        """Whether nothing can come any more."""

    def close(self) -> None:
        """Let go of it."""


class Stream:
    """Lines of a stream such as standard input, read by a thread of its own; it cannot be read twice."""

    def __init__(self, stream: BinaryIO, limit: int = 10_000) -> None:
        self._queue: queue.Queue[bytes | None] = queue.Queue(limit)
        self._ended = False
        threading.Thread(target=self._pump, args=(stream,), name="keptword-stream", daemon=True).start()

    def _pump(self, stream: BinaryIO) -> None:
        with contextlib.suppress(ValueError, OSError):  # closed under us: the end
            while line := stream.readline(LONGEST_LINE + 1):
                self._queue.put(line)
                while (
                    len(line) > LONGEST_LINE
                    and not line.endswith(b"\n")
                    and (line := stream.readline(LONGEST_LINE + 1))
                ):
                    pass  # the rest of a line without measure is passed over; its beginning is reported
        self._queue.put(None)

    def read(self, wait: float) -> Batch | None:
        """See `Source`."""
        lines: list[bytes] = []
        with contextlib.suppress(queue.Empty):
            while not self._ended and len(lines) < 1000:
                line = self._queue.get(block=not lines, timeout=wait)
                if line is None:
                    self._ended = True
                else:
                    lines.append(line)
        return Batch(lines) if lines else None

    def finished(self) -> bool:
        """See `Source`."""
        return self._ended

    def close(self) -> None:
        """See `Source`; the thread ends with the stream."""
        self._ended = True


class Tail:
    """A file that grows, is rotated, or is cut back to nothing.

    Attributes:
        path: as given; after a rotation the file that bears this name then.
    """

    def __init__(self, path: str, position: str = "", once: bool = False) -> None:
        """Open at a position that an earlier `Batch` gave.

        Args:
            path: the file; it may come into being later, unless `once`.
            position: "" for the beginning.
            once: the end of the file is the end; a last line without a line end counts.

        Raises:
            LogError: L001 the file cannot be opened.
        """
        self.path = path
        self._once, self._ended = once, False
        self._file: BinaryIO | None = None
        self._node, self._at, self._rest, self._skipping = 0, 0, b"", False
        if position:
            node, at = json.loads(position)
            older = next(
                (p for p in [path, *sorted(glob.glob(glob.escape(path) + ".*"))] if _node(p) == node), None
            )
            if older is not None and os.path.getsize(older) >= at:
                self._open(older, at)
        if self._file is None and not self._open(path, 0) and once:
            raise LogError(Problem("L001", f"'{path}' cannot be opened: no such file", Place(path)))

    def _open(self, path: str, at: int) -> bool:
        try:
            file = open(path, "rb")  # noqa: SIM115 - kept open while the file grows
        except FileNotFoundError:
            return False
        except OSError as error:
            raise LogError(
                Problem(
                    "L001",
                    f"'{path}' cannot be opened: {(error.strerror or str(error)).lower()}",
                    Place(path),
                )
            ) from error
        if self._file is not None:
            self._file.close()
        file.seek(at)
        self._file, self._node, self._at, self._rest = file, os.fstat(file.fileno()).st_ino, at, b""
        return True

    def read(self, wait: float) -> Batch | None:
        """See `Source`; does not wait, because a file does not tell when it grows."""
        del wait
        if self._file is None and not self._open(self.path, 0):
            return None
        assert self._file is not None
        chunk = self._file.read(_CHUNK)
        if not chunk:
            return self._at_end()
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        self._at += sum(len(line) + 1 for line in lines)
        if lines and self._skipping:
            self._skipping = False
            del lines[0]
        if len(self._rest) > LONGEST_LINE:
            if not self._skipping:
                lines.append(self._rest)  # reported as a line that is too long to be read
            self._at += len(self._rest)
            self._rest, self._skipping = b"", True
        return self._batch(lines)

    def _at_end(self) -> Batch | None:
        assert self._file is not None
        if self._once:
            self._ended = True
            return self._last_line()
        node = _node(self.path)
        if node == self._node:
            if os.fstat(self._file.fileno()).st_size < self._at:  # cut back in place
                self._open(self.path, 0)
            return None
        if node is None:
            return None  # moved away, and the new one is not there yet
        last = self._last_line()
        self._open(self.path, 0)
        if last is not None:
            last.positions[self.path] = self._position()
        return last

    def _last_line(self) -> Batch | None:
        line, self._rest = self._rest, b""
        self._at += len(line)
        return self._batch([line]) if line else None

    def _batch(self, lines: list[bytes]) -> Batch | None:
        return Batch(lines, {self.path: self._position()}) if lines else None

    def _position(self) -> str:
        return json.dumps([self._node, self._at])

    def finished(self) -> bool:
        """See `Source`."""
        return self._ended

    def close(self) -> None:
        """See `Source`."""
        if self._file is not None:
            self._file.close()


class Folder:
    """Every `*.jsonl` file of a directory, old ones and those that come."""

    def __init__(self, path: str, positions: Mapping[str, str], once: bool = False) -> None:
        """`positions`: file → position, as earlier batches gave them; LogError L001 when there is no such directory."""
        self._path, self._positions, self._once = path, dict(positions), once
        self._tails: dict[str, Tail] = {}
        self._look()

    def _look(self) -> None:
        try:
            names = sorted(
                n for n in os.listdir(self._path) if n.endswith(".jsonl") and not n.startswith(".")
            )
        except OSError as error:
            raise LogError(
                Problem(
                    "L001",
                    f"'{self._path}' cannot be opened: {(error.strerror or '').lower()}",
                    Place(self._path),
                )
            ) from error
        for name in names:
            path = os.path.join(self._path, name)
            if path not in self._tails:
                self._tails[path] = Tail(path, self._positions.get(path, ""), self._once)

    def read(self, wait: float) -> Batch | None:
        """See `Source`; the files take turns by name."""
        if not self._once:
            self._look()
        for tail in self._tails.values():
            if not tail.finished() and (batch := tail.read(wait)) is not None:
                return batch
        return None

    def finished(self) -> bool:
        """See `Source`."""
        return self._once and all(tail.finished() for tail in self._tails.values())

    def close(self) -> None:
        """See `Source`."""
        for tail in self._tails.values():
            tail.close()


def _node(path: str) -> int | None:
    try:
        return os.stat(path).st_ino
    except OSError:
        return None
