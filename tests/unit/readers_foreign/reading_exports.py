"""What the tests of foreign readers share: files read through the front door, events said in one line each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from keptword.errors import LogError
from keptword.events import Event, Log
from keptword.instants import format_instant
from keptword.readers import read_log
from keptword.readers.convert import write_jsonl, write_parquet
from keptword.readers.reading import Reading

HERE = Path(__file__).parent
EXPORTS = HERE / "exports"


def read(path: Path | list[Path], format: str = "auto", **wishes: object) -> tuple[Log, Reading]:
    """A log read as the command reads it."""
    return read_log([*path] if isinstance(path, list) else [path], format, **wishes)  # type: ignore[arg-type]


def read_text(
    folder: Path, text: str | bytes, format: str, name: str = "f.json", **wishes: object
) -> tuple[Log, Reading]:
    """The same of a text written to a file."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(path, format, **wishes)


def said(event: Event, *fields: str) -> str:
    """Time of day (with the day, if it is not the first of those told), event and some fields in one line."""
    shown = " ".join(f"{k}={_plain(event.get(k))}" for k in fields if event.get(k) is not None)
    return f"{format_instant(event.time)[5:16]} {event.event} {shown}".strip()


def _plain(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and value > 10**12:
        return format_instant(value)[5:16]
    return str(value).lower() if isinstance(value, bool) else str(value)


def problems(folder: Path, text: str | bytes, format: str, name: str = "f.json") -> list[str]:
    """Place, code and message of everything that is refused; the name of the folder left out."""
    try:
        read_text(folder, text, format, name)
    except LogError as error:
        return [f"{p.place} {p.code} {p.message}".replace(f"{folder}/", "") for p in error.problems]
    return []


def same_after_conversion(log: Log, folder: Path) -> bool:
    """Whether the log comes back from JSONL and from Parquet as it was, places apart."""
    write_jsonl(log, folder / "log.jsonl")
    write_parquet(log, folder / "log.parquet")
    lines, _ = read_log([folder / "log.jsonl"])
    table, _ = read_log([folder / "log.parquet"])
    return (
        [_known(e) for e in lines.events]
        == [_known(e) for e in table.events]
        == [_known(e) for e in log.events]
    )


def _known(event: Event) -> tuple[int, str, str, str, Mapping[str, object]]:
    return event.time, event.event, event.case, event.id, dict(event.fields)
