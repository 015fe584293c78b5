"""Bytes of a log, from files, directories, gzip, Zstandard and standard input, guarded against damage and bombs."""

from __future__ import annotations

import gzip
import io
import os
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from keptword.errors import LogError, Place, Problem
from keptword.readers.reading import Reading

LONGEST_LINE = 16 * 1024 * 1024
LARGEST_WHOLE = 1024 * 1024 * 1024  # of a file that has to be held at once (JSON array, Parquet)
BOMB_FREE = 16 * 1024 * 1024  # what any compressed file may unpack to
BOMB_RATIO = 200  # beyond that, at most so many bytes for each compressed one; real logs stay under 60
BOMB_LIMIT = 64 * 1024**3
BOM = b"\xef\xbb\xbf"
_BUFFER = 256 * 1024
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
COMPRESSED = (".gz", ".gzip", ".zst", ".zstd")

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Source:
    """One log: a file, or standard input.

    Attributes:
        name: as the user gave it; what error messages say.
        path: the file; None for standard input.
        stream: a seekable stream to read instead of a file.
        told: called with the number of (compressed) bytes read since the last call.
        plain: the stream holds a piece of a log that is unpacked already, and can be read only once.
        before: how many lines of the log are lacking in that piece, after the first `intact` ones.
    """

    name: str
    path: Path | None = None
    stream: BinaryIO | None = None
    told: Callable[[int], None] | None = None
    plain: bool = False
    before: int = 0
    intact: int = 0
    _head: bytes | None = field(default=None, repr=False)

    @property
    def plain_name(self) -> str:
        """The name without the ending of a compression: `log.jsonl.gz` is `log.jsonl`."""
        stem, ending = os.path.splitext(self.name)
        return stem if ending.lower() in COMPRESSED else self.name

    def open(self, quiet: bool = False) -> BinaryIO:
        """The unpacked bytes from the beginning; LogError L001 when the file cannot be opened, L013 while reading."""
        raw: IO[bytes]
        if self.plain and self.stream is not None:
            return self.stream
        if self.stream is not None:
            self.stream.seek(0)
            raw = self.stream
        else:
            assert self.path is not None
            try:
                raw = open(self.path, "rb", buffering=0)  # noqa: SIM115 - closed by the reader that wraps it
            except (OSError, ValueError) as error:
                why = getattr(error, "strerror", None) or str(error)
                raise LogError(
                    Problem("L001", f"'{self.name}' cannot be opened: {why.lower()}", Place(self.name))
                ) from error
        counted = _Counted(raw, self.name, self.stream is None, None if quiet else self.told)
        buffered = io.BufferedReader(counted, _BUFFER)
        magic = buffered.peek(4)[:4]
        if magic[:2] == _GZIP:
            return io.BufferedReader(_Unpacked(self.name, _gzip(buffered), counted), _BUFFER)
        if magic == _ZSTD:
            return io.BufferedReader(_Unpacked(self.name, _zstd(buffered, self.name), counted), _BUFFER)
        return buffered

    def head(self) -> bytes:
        """The first 64 KiB of the unpacked bytes, without a byte order mark."""
        if self._head is None:
            with closing(self.open(quiet=True)) as stream:
                self._head = stream.read(65536).removeprefix(BOM)
        return self._head

    def close(self) -> None:
        """Give back what standard input was kept in."""
        if self.stream is not None:
            self.stream.close()

    def lines(self, reading: Reading) -> Iterator[tuple[int, bytes]]:
        """Number (from 1) and bytes of every line, its end included; lines past 16 MiB are reported (L015) and left out."""
        read = 0
        with closing(self.open()) as stream:
            while raw := stream.readline(LONGEST_LINE + 1):
                read += 1
                number = read if read <= self.intact else read + self.before
                if number == 1:
                    raw = raw.removeprefix(BOM)
                if len(raw) > LONGEST_LINE:
                    self._too_long(stream, raw, number, reading)
                    continue
                yield number, raw

    def _too_long(self, stream: BinaryIO, raw: bytes, number: int, reading: Reading) -> None:
        parts, size = [raw], len(raw)
        while not raw.endswith(b"\n") and (raw := stream.readline(LONGEST_LINE)):
            size += len(raw)
            if reading.keep_going:  # the line has to be handed back unchanged
                parts.append(raw)
        message = f"the line has {size} bytes, more than {LONGEST_LINE // 1024**2} MiB"
        reading.bad(
            "L015", message, Place(self.name, number), b"".join(parts), "one event stands on one line"
        )

    def read(self) -> bytes:
        """All unpacked bytes at once, without a byte order mark; LogError L015 past 1 GiB."""
        with closing(self.open()) as stream:
            data = stream.read(LARGEST_WHOLE + 1)
        if len(data) > LARGEST_WHOLE:
            message = (
                f"the file has more than {LARGEST_WHOLE // 1024**3} GiB and would have to be held at once"
            )
            raise LogError(
                Problem(
                    "L015", message, Place(self.name), hint="JSONL and CSV are read line by line at any size"
                )
            )
        return data.removeprefix(BOM)


class _Counted(io.RawIOBase):
    """A raw stream that tells how far it is read."""

    def __init__(self, raw: IO[bytes], name: str, own: bool, told: Callable[[int], None] | None) -> None:
        self.raw, self.name, self.own, self.told, self.total = raw, name, own, told, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            n = int(cast(Any, self.raw).readinto(buffer) or 0)
        except OSError as error:  # a directory, a vanished disk
            why = (error.strerror or str(error)).lower()
            raise LogError(
                Problem("L001", f"'{self.name}' cannot be read: {why}", Place(self.name))
            ) from error
        self.total += n
        if self.told:
            self.told(n)
        return n

    def close(self) -> None:
        if self.own:
            self.raw.close()
        super().close()


class _Unpacked(io.RawIOBase):
    """Pieces of unpacked bytes as a raw stream; refuses damage and growth beyond all measure with L013."""

    def __init__(self, name: str, pieces: Iterator[bytes], packed: _Counted) -> None:
        self.name, self.pieces, self.packed = name, pieces, packed
        self.rest, self.total = memoryview(b""), 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self.rest:
            try:
                piece = next(self.pieces, None)
            except (OSError, EOFError, zlib.error, ValueError) as error:
                raise self._refusal(
                    f"the compressed file is damaged after {self.total} unpacked bytes: {_said(error)}"
                ) from error
            if piece is None:
                return 0
            self.rest = memoryview(piece)
            self.total += len(piece)
            if self.total > BOMB_LIMIT or (
                self.total > BOMB_FREE and self.total > BOMB_RATIO * self.packed.total
            ):
                raise self._refusal(
                    f"{self.packed.total} compressed bytes have already grown to {self.total}"
                )
        n = min(len(buffer), len(self.rest))
        buffer[:n] = self.rest[:n]
        self.rest = self.rest[n:]
        return n

    def _refusal(self, message: str) -> LogError:
        return LogError(
            Problem(
                "L013",
                message,
                Place(self.name),
                hint="unpack it yourself if you trust it, and give the unpacked file",
            )
        )

    def close(self) -> None:
        self.packed.close()
        super().close()


def _said(error: BaseException) -> str:
    text = str(error) or type(error).__name__
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _gzip(packed: BinaryIO) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=packed, mode="rb") as stream:
        while piece := stream.read1(_BUFFER):  # read1 gives out what came before the damage
            yield piece


def _zstd(packed: BinaryIO, name: str) -> Iterator[bytes]:
    try:
        import zstandard
    except ImportError:
        problem = Problem(
            "U003",
            "Zstandard is not installed",
            Place(name),
            hint="pip install zstandard, or give the unpacked file",
        )
        raise LogError(problem) from None
    rest = b""
    frame = None
    while True:
        # Small pieces, because one kilobyte can hold eight blocks of 128 KiB for every 32 bytes.
        piece = rest or packed.read(1024)
        if not piece:
            break
        frame = frame or zstandard.ZstdDecompressor(max_window_size=2**27).decompressobj()
        try:
            out = frame.decompress(piece)
        except zstandard.ZstdError as error:
            raise ValueError(str(error)) from error
        rest = b""
        if frame.eof:
            rest, frame = frame.unused_data, None
        if out:
            yield out
    if frame is not None:
        raise EOFError("the file ends in the middle of a frame")


def find_sources(
    paths: Sequence[str | Path], known: Callable[[str], bool], reading: Reading, stdin: BinaryIO | None
) -> list[Source]:
    """The logs that the user's arguments mean, directories read recursively in sorted order.

    Args:
        paths: files, directories, `-` for standard input.
        known: whether a file found in a directory has a name that a reader takes.
        reading: gets a note for each file that is passed over.
        stdin: what `-` reads.

    Raises:
        LogError: L001 for each file that is not there and each directory without a log.
    """
    problems: list[Problem] = []
    found: list[Source] = []
    for given in paths:
        name, path = str(given), Path(given)
        if name == "-":
            found.append(Source("<stdin>"))
        elif not _exists(path):
            problems.append(
                Problem("L001", f"there is no file '{name[:200]}'", Place(name[:200]), hint=_near(path))
            )
        elif path.is_dir():
            inside = [Source(n, Path(n)) for n in _walk(name) if _wanted(n, known, reading)]
            if not inside:
                problems.append(Problem("L001", f"there is no log in the directory '{name}'", Place(name)))
            found += inside
        else:
            found.append(Source(name, path))
    if problems:
        raise LogError(problems)
    for source in found:
        if source.path is None:
            source.stream = _spooled(stdin)
        elif not source.path.is_file() and not source.path.is_dir():
            # A pipe, such as <(zcat log.gz), can be read only once, and a log is looked at before it is read.
            with closing(source.open(quiet=True)) as pipe:
                source.stream = _spooled(pipe)
    return found


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name with a zero byte, or longer than any file name
        return False


def _near(path: Path) -> str:
    from keptword.errors import did_you_mean

    try:
        return did_you_mean(path.name, sorted(os.listdir(path.parent)))
    except (OSError, ValueError):
        return ""


def _walk(top: str) -> list[str]:
    out: list[str] = []
    for folder, folders, files in os.walk(
        top
    ):  # links to directories are not followed: they may lead in circles
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        out += [os.path.join(folder, f) for f in files if not f.startswith(".")]
    return sorted(out)


def _wanted(name: str, known: Callable[[str], bool], reading: Reading) -> bool:
    if not known(name):
        reading.note(f"{name} was passed over: its name does not say that it is a log")
        return False
    if not os.path.isfile(name) and os.path.exists(name):
        # Opening a pipe waits until somebody writes to it, which may be never.
        reading.note(f"{name} was passed over: it is a pipe, a socket or a device")
        return False
    return True


def _spooled(stdin: BinaryIO | None) -> BinaryIO:
    # Standard input cannot be rewound, and the format is found by looking at the beginning.
    if stdin is None:
        raise LogError(Problem("L001", "there is no standard input to read", Place("<stdin>")))
    kept = tempfile.SpooledTemporaryFile(max_size=64 * 1024 * 1024)  # noqa: SIM115 - lives as long as the source
    while piece := stdin.read(_BUFFER):
        kept.write(piece)
    return cast(BinaryIO, kept)
