"""The memory of the monitor on disk: every input before it is acted on, every announcement once."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring as _quoted
from typing import Literal

from keptword.errors import usage_error

_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE input (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE outbox (no INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE sink (name TEXT PRIMARY KEY, upto INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE letter (id INTEGER PRIMARY KEY, address TEXT NOT NULL, body TEXT NOT NULL, status TEXT NOT NULL,
                     tries INTEGER NOT NULL, not_before INTEGER NOT NULL);
CREATE INDEX letter_due ON letter (status, not_before);
"""
_VERSION = "1"
Durability = Literal["normal", "full"]
_pack = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


@dataclass(frozen=True, slots=True)
class Input:
    """Something that came from outside: an event or a tick of the clock.

    Attributes:
        seq: its number in the journal, from 1, in order of arrival.
        kind: what it is, in the caller's words.
        body: as it came.
    """

    seq: int
    kind: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """A notification on its way.

    Attributes:
        status: `waiting`, `sending` (handed over, no answer yet), `sent`, `given-up` or `unsure` (the process died
            while it was being sent; it is not sent again).
        not_before: microseconds, of the caller's clock.
    """

    id: int
    address: str
    body: str
    status: str
    tries: int
    not_before: int


class Journal:
    """One SQLite file in WAL mode, used by one thread of one process.

    The inputs that still matter and the `state` table are a snapshot that is brought forward with every commit, so a
    start reads what is open, not the history, and replays only the inputs recorded after the last commit.
    """

    def __init__(self, path: str, rules: str, durability: Durability = "normal") -> None:
        """Open or create.

        Args:
            path: of the file; `:memory:` for one that is lost at the end.
            rules: fingerprint of the rules and settings; a journal kept under others is refused.
            durability: `normal`: nothing is lost when the process dies at any moment, but a power failure may lose the
                last transactions (the file stays sound); `full`: every transaction is on the disk before the next step.

        Raises:
            UsageError: U002 not a journal, in use by another process, or kept under other rules.
        """
        try:
            self._db = sqlite3.connect(path, timeout=1.0, isolation_level=None)
        except sqlite3.OperationalError as error:
            raise usage_error(f"the state file '{path}' cannot be used: {error}", code="U002") from error
        try:
            self._db.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute(f"PRAGMA synchronous={'FULL' if durability == 'full' else 'NORMAL'}")
            self._db.execute("BEGIN IMMEDIATE")
            fresh = not self._db.execute("SELECT 1 FROM sqlite_master").fetchone()
            if fresh:
                for statement in _SCHEMA.split(";"):
                    self._db.execute(statement)
                self._set("version", _VERSION)
                self._set("rules", rules)
                self._set("done", "0")
            kept = dict(self._db.execute("SELECT name, value FROM meta"))
            self._db.execute("COMMIT")
        except sqlite3.OperationalError as error:
            self._db.close()
            why = "another process is using it" if "locked" in str(error) else str(error)
            raise usage_error(f"the state file '{path}' cannot be used: {why}", code="U002") from error
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise usage_error(
                f"the state file '{path}' is not a journal of keptword: {error}", code="U002"
            ) from error
        if kept.get("version") != _VERSION:
            self._db.close()
            raise usage_error(f"the state file '{path}' is of another version", "begin a new one", "U002")
        if kept.get("rules") != rules:
            self._db.close()
            raise usage_error(
                f"the state file '{path}' was kept under other rules or settings",
                "name another file with --state",
                "U002",
            )
        self._turning = False
        self._done = int(kept["done"])
        self._last = self._one("SELECT max(seq) FROM input") or self._done
        self._last = max(self._last, self._done)
        self._no = int(kept.get("no", "0"))
        self._db.execute("UPDATE letter SET status='unsure' WHERE status='sending'")

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Inputs and all that follows from them in one transaction: after a crash all of it is there, or nothing."""
        before = self._last, self._no, self._done
        with self._transaction():
            self._turning = True
            try:
                yield
            except BaseException:
                self._last, self._no, self._done = before
                raise
            finally:
                self._turning = False

    # ── inputs ──

    def record(
        self, inputs: Sequence[tuple[str, bytes]], positions: Mapping[str, str] | None = None
    ) -> list[Input]:
        """Write inputs down before anything is done with them, together with how far their source was read."""
        new = [Input(self._last + n, kind, body) for n, (kind, body) in enumerate(inputs, 1)]
        with self._transaction():
            self._db.executemany("INSERT INTO input VALUES (?, ?, ?)", [(i.seq, i.kind, i.body) for i in new])
            for name, value in (positions or {}).items():
                self._set("at:" + name, value)
        self._last += len(new)
        return new

    def positions(self) -> dict[str, str]:
        """How far each source was read, as it was last recorded."""
        return {n[3:]: v for n, v in self._db.execute("SELECT name, value FROM meta WHERE name LIKE 'at:%'")}

    def pending(self) -> Iterator[Input]:
        """Inputs that were written down and not acted on: what a crash left."""
        rows = self._db.execute("SELECT seq, kind, body FROM input WHERE seq > ? ORDER BY seq", (self._done,))
        for row in rows.fetchall():
            yield Input(*row)

    def retained(self) -> Iterator[Input]:
        """Inputs that were acted on and still matter, in order of arrival."""
        for row in self._db.execute(
            "SELECT seq, kind, body FROM input WHERE seq <= ? ORDER BY seq", (self._done,)
        ):
            yield Input(*row)

    def state(self) -> dict[str, str]:
        """What the monitor asked to be kept, by name."""
        return dict(self._db.execute("SELECT name, value FROM state"))

    def commit(
        self, upto: int, announcements: Sequence[str], state: Mapping[str, str | None], forget: Iterable[int]
    ) -> None:
        """Everything that follows from the inputs up to `upto`, at once.

        Args:
            upto: the last input acted on.
            announcements: JSON texts; each gets the next number.
            state: changes; None removes a name.
            forget: inputs that no longer matter.
        """
        with self._transaction():
            self._db.executemany("DELETE FROM input WHERE seq = ?", [(seq,) for seq in forget])
            self._db.executemany(
                "DELETE FROM state WHERE name = ?", [(n,) for n, v in state.items() if v is None]
            )
            self._db.executemany(
                "INSERT OR REPLACE INTO state VALUES (?, ?)",
                [(n, v) for n, v in state.items() if v is not None],
            )
            rows = [(self._no + n, body) for n, body in enumerate(announcements, 1)]
            self._db.executemany("INSERT INTO outbox VALUES (?, ?)", rows)
            self._set("done", str(upto))
            self._set("no", str(self._no + len(rows)))
        self._no += len(rows)
        self._done = upto

    # ── announcements ──

    @property
    def number(self) -> int:
        """Of the last announcement ever made."""
        return self._no

    def undelivered(self, sink: str, limit: int = 1000) -> list[tuple[int, str]]:
        """Announcements that `sink` has not confirmed: number and JSON text, in order."""
        upto = self._one("SELECT upto FROM sink WHERE name = ?", sink) or 0
        return self._db.execute(
            "SELECT no, body FROM outbox WHERE no > ? ORDER BY no LIMIT ?", (upto, limit)
        ).fetchall()

    def delivered(self, sink: str, upto: int) -> None:
        """`sink` has everything up to number `upto`; what every sink has is dropped."""
        with self._transaction():
            self._db.execute("INSERT OR REPLACE INTO sink VALUES (?, ?)", (sink, upto))
            self._db.execute("DELETE FROM outbox WHERE no <= (SELECT min(upto) FROM sink)")

    def subscribe(self, sinks: Iterable[str]) -> None:
        """The sinks of this run; announcements are kept for these and no others."""
        wanted = set(sinks)
        with self._transaction():
            for (name,) in self._db.execute("SELECT name FROM sink").fetchall():
                if name not in wanted:
                    self._db.execute("DELETE FROM sink WHERE name = ?", (name,))
            first = (self._one("SELECT min(no) FROM outbox") or self._no + 1) - 1
            self._db.executemany(
                "INSERT OR IGNORE INTO sink VALUES (?, ?)", [(name, first) for name in sorted(wanted)]
            )

    # ── notifications ──

    def post(self, letters: Sequence[tuple[str, str, int]], sink: str, upto: int) -> None:
        """Put notifications (address, body, not before) in the post and mark what they came from as delivered."""
        with self._transaction():
            self._db.executemany(
                "INSERT INTO letter (address, body, status, tries, not_before) VALUES (?, ?, 'waiting', 0, ?)",
                letters,
            )
            self._db.execute("INSERT OR REPLACE INTO sink VALUES (?, ?)", (sink, upto))
            self._db.execute("DELETE FROM outbox WHERE no <= (SELECT min(upto) FROM sink)")

    def letters(self, now: int, limit: int = 100) -> list[Letter]:
        """Notifications that may be sent now, oldest first."""
        sql = "SELECT * FROM letter WHERE status = 'waiting' AND not_before <= ? ORDER BY id LIMIT ?"
        return [Letter(*row) for row in self._db.execute(sql, (now, limit))]

    def mark(self, ids: Iterable[int], status: str, not_before: int = 0) -> None:
        """Change the status of notifications; `sending` counts a try. Those `sent` are dropped."""
        with self._transaction():
            for number in ids:
                if status == "sent":
                    self._db.execute("DELETE FROM letter WHERE id = ?", (number,))
                else:
                    sql = "UPDATE letter SET status = ?, not_before = ?, tries = tries + ? WHERE id = ?"
                    self._db.execute(sql, (status, not_before, status == "sending", number))

    def post_counts(self) -> dict[str, int]:
        """How many notifications there are of each status (`sent` ones are gone)."""
        return dict(self._db.execute("SELECT status, count(*) FROM letter GROUP BY status"))

    # ── the file ──

    def sizes(self) -> dict[str, int]:
        """Rows of the tables, for metrics and tests."""
        tables = ("input", "state", "outbox", "letter")
        return {t: self._one(f"SELECT count(*) FROM {t}") or 0 for t in tables}  # noqa: S608 - fixed names

    def close(self) -> None:
        """Fold the WAL in and let go of the file."""
        with contextlib.suppress(sqlite3.OperationalError):
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._db.close()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        if self._turning:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _set(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def _one(self, sql: str, *values: object) -> int | None:
        row = self._db.execute(sql, values).fetchone()
        return None if row is None else row[0]


def packed(value: object) -> str:
    """JSON text without blanks, keys sorted: equal values give equal text."""
    return _pack(value)


def packed_texts(values: Iterable[str]) -> str:
    """`packed` of a list of texts, several times as fast."""
    return f"[{','.join(map(_quoted, values))}]"
