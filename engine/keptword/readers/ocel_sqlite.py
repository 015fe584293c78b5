"""OCEL 2.0 as an SQLite file, opened for reading only."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from keptword.errors import LogError, Place, Problem
from keptword.instants import InstantError
from keptword.readers.ocel import Happening, ObjectLog
from keptword.readers.reading import Reading
from keptword.readers.source import Source

_MAPS = {
    "event": "SELECT ocel_type, ocel_type_map FROM event_map_type ORDER BY ocel_type",
    "object": "SELECT ocel_type, ocel_type_map FROM object_map_type ORDER BY ocel_type",
}
_NEEDED = ("event", "object", "event_object", "event_map_type", "object_map_type")


def read_tables(source: Source, reading: Reading) -> ObjectLog:
    """The whole log.

    Raises:
        LogError: L016 when it is damaged, or lacks one of the tables of OCEL 2.0.
    """
    try:
        with _opened(source) as base:
            return _Tables(base, source, reading).log()
    except sqlite3.Error as error:
        raise LogError(
            Problem("L016", f"the SQLite file cannot be read: {error}", Place(source.name))
        ) from error


@contextmanager
def _opened(source: Source) -> Iterator[sqlite3.Connection]:
    if source.path is not None and source.path.read_bytes()[:16].startswith(b"SQLite format 3"):
        with closing(_connect(source.path)) as base:
            yield base
        return
    with tempfile.TemporaryDirectory() as folder:  # compressed, or standard input
        copy = Path(folder) / "log.sqlite"
        with closing(source.open()) as stream, copy.open("wb") as out:
            shutil.copyfileobj(stream, out)
        with closing(_connect(copy)) as base:
            yield base


def _connect(path: Path) -> sqlite3.Connection:
    base = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    # A foreign file may hold views and triggers that run functions; nothing of it is trusted.
    base.execute("PRAGMA trusted_schema = OFF")
    base.execute("PRAGMA cell_size_check = ON")
    return base


class _Tables:
    def __init__(self, base: sqlite3.Connection, source: Source, reading: Reading) -> None:
        self.base, self.source, self.reading = base, source, reading
        self.tables = {r[0] for r in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}

    def log(self) -> ObjectLog:
        """Events with their objects, objects with what their attributes were and when."""
        lacking = [t for t in _NEEDED if t not in self.tables]
        if lacking:
            message = f"the SQLite file has no table '{lacking[0]}', which OCEL 2.0 asks for"
            raise LogError(Problem("L016", message, Place(self.source.name)))
        out = ObjectLog()
        out.types = {str(i): str(t) for i, t in self.base.execute("SELECT ocel_id, ocel_type FROM object")}
        related: dict[str, list[str]] = {}
        for event, thing in self.base.execute(
            "SELECT ocel_event_id, ocel_object_id FROM event_object ORDER BY rowid"
        ):
            related.setdefault(str(event), []).append(str(thing))
        for kind, table in self._maps("event"):
            for row in self._rows(table):
                ident, time = str(row.pop("ocel_id")), str(row.pop("ocel_time", "") or "")
                out.events.append(
                    Happening(
                        ident,
                        kind,
                        time,
                        row,
                        tuple(related.get(ident, ())),
                        Place(f"{self.source.name}:{table}"),
                    )
                )
        for _, table in self._maps("object"):
            for row in self._rows(table):
                ident, time, changed = (
                    str(row.pop("ocel_id")),
                    str(row.pop("ocel_time", "") or ""),
                    row.pop("ocel_changed_field", None),
                )
                for name, value in row.items():
                    if changed is None or changed == name:
                        self._value(out, ident, name, time, value, table)
        out.events.sort(key=lambda e: e.id)
        return out

    def _maps(self, what: str) -> list[tuple[str, str]]:
        found = self.base.execute(_MAPS[what]).fetchall()
        return [(str(t), f"{what}_{m}") for t, m in found if f"{what}_{m}" in self.tables]

    def _rows(self, table: str) -> Iterator[dict[str, object]]:
        quoted = '"' + table.replace('"', '""') + '"'
        cursor = self.base.execute(f"SELECT * FROM {quoted} ORDER BY rowid")  # noqa: S608 - a table's name, quoted
        names = [d[0] for d in cursor.description]
        for row in cursor:
            yield {
                n: v for n, v in zip(names, row, strict=True) if v is not None and not isinstance(v, bytes)
            } | {"ocel_id": row[names.index("ocel_id")]}

    def _value(self, out: ObjectLog, ident: str, name: str, time: str, value: object, table: str) -> None:
        if value is None:
            return
        try:
            out.value(ident, name, time, value, self.reading.zone)
        except InstantError as error:
            self.reading.bad(
                error.code,
                f"the object '{ident}': {error}",
                Place(f"{self.source.name}:{table}"),
                hint=error.hint,
            )
