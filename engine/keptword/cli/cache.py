"""Large logs kept laid out between audits (`--cache`): a folder for each log, found again as long as its files are the same."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keptword import __version__
from keptword.columnar import kept
from keptword.columnar.frame import FrameTable
from keptword.columnar.reading import FrameEvents
from keptword.events import Event, Log
from keptword.readers.assembled import Places
from keptword.readers.typed_columns import event_of
from keptword.spec.conditions import no_words

FORM = 1  # of what is kept; another number, and nothing kept before is found
MOST = 20 * 1000**3  # bytes of all logs together; those not used for longest go first
_STALE = 86_400  # seconds after which a folder that was never finished is nobody's any more
_LOOKS, _PIECE = 32, 16 * 1024


def folder() -> Path:
    """Where laid-out logs are kept, for the user alone."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or str(Path.home() / ".cache")
    return Path(base) / "keptword" / "logs"


@dataclass(frozen=True, slots=True)
class Kept:
    """Where one log is kept, read in one way.

    Attributes:
        name: of its folder: made of the files as they are now, of how they are read, and of what reads them.
    """

    name: str

    def log(self) -> Log | None:
        """The log; None when it is not kept, or what is kept is damaged."""
        place = folder() / self.name
        try:
            said = json.loads((place / "log.json").read_text("utf-8"))
            kept.check(place, said["sizes"])
            places, rows = _places(place, said), _rows(place)
            mixed = frozenset(said["as_json"])

            def make(row: dict[str, Any], number: int) -> Event:
                return event_of(row, places(number if rows is None else int(rows[number])), mixed)

            table = kept.kept(place, make, no_words)
            os.utime(place)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):
            shutil.rmtree(place, ignore_errors=True)
            return None
        return Log(
            FrameEvents(table), tuple(said["files"]), 0, said["duplicates"], said["notes"], table, tuple(said["formats"])
        )  # fmt: skip

    def keep(self, log: Log, places: Places, rows: Any, still: Callable[[], Kept | None]) -> None:
        """Keep a log, if its files are still what they were before they were read; what cannot be written is not kept.

        Args:
            log: its table is a `FrameTable`.
            places: where its lines stand.
            rows: row as it was read → row of `places`; None: the same.
            still: what this would be called now.
        """
        import numpy as np

        table = log.table
        assert isinstance(table, FrameTable)
        home = folder()
        try:
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            home.chmod(0o700)  # the texts of customers lie there
            new = Path(tempfile.mkdtemp(prefix="new-", dir=home))
        except OSError:
            return
        try:
            kept.keep(table, new)
            for n, lines in enumerate(places.lines):
                if lines is not None:
                    np.save(new / f"lines-{n}.npy", lines)
            if rows is not None:
                np.save(new / "rows.npy", rows)
            said = {
                "files": log.files, "duplicates": log.duplicates, "notes": log.notes, "formats": log.formats,
                "as_json": sorted(table.as_json), "starts": places.starts, "of": places.files, "firsts": places.firsts,
                "sizes": kept.sizes(new),
            }  # fmt: skip
            (new / "log.json").write_text(json.dumps(said, ensure_ascii=False), "utf-8")
            if still() == self:
                _make_room(home, sum(p.stat().st_size for p in new.iterdir()))
                new.rename(home / self.name)  # in one step: another audit finds all of it or nothing
        except (OSError, ValueError):
            pass  # the disk is full, or another audit was faster
        finally:
            shutil.rmtree(new, ignore_errors=True)


def called(
    paths: Sequence[Path],
    zone: str | None,
    format: str | None,
    mapping: Mapping[str, str],
    given: Sequence[str],
) -> Kept | None:
    """What a log is kept as; None when a file cannot be looked at.

    Args:
        paths: all its files, in the order of reading.
        zone, format, mapping: how it is read.
        given: the files and folders as the user named them.
    """
    from importlib.metadata import version

    try:
        files = [_file(path) for path in paths]
    except OSError:
        return None
    said = [FORM, __version__, version("polars"), zone, format, sorted(mapping.items()), list(given), files]
    return Kept(
        hashlib.blake2b(json.dumps(said).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    )


def _file(path: Path) -> list[Any]:
    """What tells a file from what it was before: its size and times, and pieces of its content from all over it.

    Whoever writes into a file and sets its time of change back cannot set back that of its inode (`st_ctime`).
    """
    seen = path.stat()
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        for n in range(_LOOKS):
            file.seek(max(0, (seen.st_size - _PIECE) * n // (_LOOKS - 1)))
            digest.update(file.read(_PIECE))
    return [
        str(path.absolute()),
        seen.st_size,
        seen.st_mtime_ns,
        seen.st_ctime_ns,
        seen.st_ino,
        digest.hexdigest(),
    ]


def _places(place: Path, said: dict[str, Any]) -> Places:
    import numpy as np

    lines = [
        np.load(file, mmap_mode="r", allow_pickle=False)
        if (file := place / f"lines-{n}.npy").exists()
        else None
        for n in range(len(said["starts"]))
    ]
    return Places(said["starts"], said["of"], said["firsts"], lines)


def _rows(place: Path) -> Any:
    import numpy as np

    return (
        np.load(place / "rows.npy", mmap_mode="r", allow_pickle=False)
        if (place / "rows.npy").exists()
        else None
    )


def _make_room(home: Path, wanted: int) -> None:
    """Remove what was not used for longest, and what was never finished."""
    now = time.time()  # the age of files of ours, not of anything that is judged
    own: list[tuple[float, int, Path]] = []
    for place in home.iterdir():
        with suppress(OSError):
            used = place.stat().st_mtime
            if place.name.startswith("new-"):
                if now - used > _STALE:
                    shutil.rmtree(place, ignore_errors=True)
                continue
            own.append((used, sum(p.stat().st_size for p in place.iterdir()), place))
    held = sum(size for _, size, _ in own)
    for _, size, place in sorted(own):
        if held + wanted <= MOST:
            break
        shutil.rmtree(place, ignore_errors=True)
        held -= size
