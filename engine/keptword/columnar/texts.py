"""Columns of a large log as numbers for their distinct values: texts looked up in one pool, other values by their hashes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from keptword.columnar.columns import INSTANT, PLACE
from keptword.columnar.compiled import kernel
from keptword.columnar.kernels import laying

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa


class Texts:
    """Distinct texts, numbered from 0 in order of first appearance."""

    def __init__(self) -> None:
        import numpy as np

        self._state = np.zeros(2, dtype=INSTANT)
        self._pool = np.empty(1 << 16, dtype="uint8")
        self._ends = np.zeros(1 << 12, dtype=INSTANT)
        self._marks = np.zeros(1 << 13, dtype=INSTANT)
        self._slots = np.zeros(1 << 13, dtype=PLACE)

    @classmethod
    def of(cls, pool: Any, ends: Any) -> Texts:
        """Texts that are known already, as `parts` gives them; no more can be numbered."""
        out = cls()
        out._pool, out._ends, out._state[1] = pool, ends, len(ends) - 1
        return out

    def parts(self) -> tuple[Any, Any]:
        """All texts one after the other, as bytes, and where each begins; at last where they end."""
        n = len(self)
        return self._pool[: self._ends[n]], self._ends[: n + 1]

    def __len__(self) -> int:
        return int(self._state[1])

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < len(self):
            raise IndexError(number)
        return bytes(self._pool[self._ends[number] : self._ends[number + 1]]).decode()

    def all(self) -> list[str]:
        """Every text, by its number."""
        return [self[n] for n in range(len(self))]

    def lengths(self) -> Any:
        """How many bytes each has."""
        return self._ends[1 : len(self) + 1] - self._ends[: len(self)]

    def numbered(self, texts: pa.Array) -> Any:
        """Numbers for the texts of an Arrow array; -1 for none."""
        import numpy as np

        wide = "int64" if str(texts.type).startswith("large") else "int32"
        _, offsets, data = texts.buffers()
        codes = np.empty(len(texts), dtype=PLACE)
        if not len(texts):
            return codes
        where = np.frombuffer(offsets, dtype=wide)[texts.offset : texts.offset + len(texts) + 1].astype(
            INSTANT
        )
        given = (
            np.frombuffer(data, dtype="uint8")
            if data is not None and data.size
            else np.empty(0, dtype="uint8")
        )
        self._state[0] = 0
        while not kernel(laying.merge, True)(
            where, given, codes, self._pool, self._ends, self._marks, self._slots, self._state
        ):
            n, at = len(self), int(self._state[0])
            if 2 * n >= len(self._slots):
                marks, slots = (
                    np.zeros(4 * len(self._slots), dtype=INSTANT),
                    np.zeros(4 * len(self._slots), dtype=PLACE),
                )
                kernel(laying.moved_over, True)(self._marks, self._slots, marks, slots)
                self._marks, self._slots = marks, slots
            if n + 1 >= len(self._ends):
                self._ends = np.concatenate([self._ends, np.zeros(3 * len(self._ends), dtype=INSTANT)])
            needed = int(self._ends[n] + where[at + 1] - where[at])
            if needed > len(self._pool):
                pool = np.empty(max(needed, 4 * len(self._pool)), dtype="uint8")
                pool[: self._ends[n]] = self._pool[: self._ends[n]]
                self._pool = pool
        if texts.null_count:
            codes[texts.is_null().to_numpy(zero_copy_only=False)] = -1
        return codes


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of text.

    Attributes:
        codes: row → number of its text, or -1 for none.
        texts: the texts; some may occur in no row.
    """

    codes: Any
    texts: Texts

    def head(self, count: int) -> Coded:
        """The first rows."""
        return Coded(self.codes[:count], self.texts)

    def at(self, row: int) -> str | None:
        """The text of a row."""
        code = int(self.codes[row])
        return self.texts[code] if code >= 0 else None


def coded(series: pl.Series) -> Coded:
    """A column of text in numbers."""
    texts = Texts()
    return Coded(texts.numbered(series.to_arrow()), texts)


def few(codes: Any, count: int) -> tuple[Any, Any]:
    """Numbers without gaps: (numbers anew, which of the old ones there are, ascending); old ones run from -1 to count - 1."""
    import numpy as np

    there = np.zeros(count + 1, dtype=bool)
    there[codes] = True  # -1 is the last
    kept = np.flatnonzero(there)
    if there[count]:
        kept = np.concatenate([[-1], kept[:-1]])
    anew = np.empty(count + 1, dtype=PLACE)
    anew[kept] = np.arange(len(kept), dtype=PLACE)
    return anew[codes], kept


def numbered(series: pl.Series) -> tuple[Any, Any]:
    """Numbers for the values of a column, equal for equal values, in order of first appearance; the row of each first one.

    Raises:
        ArithmeticError: two different values share both 64-bit hashes (never seen).
    """
    return by_hash(series.hash(11).to_numpy().view("int64"), series.hash(7919).to_numpy().view("int64"))


def by_hash(one: Any, two: Any) -> tuple[Any, Any]:
    """The same for a column of hashes, or of whole numbers given twice."""
    import numpy as np

    codes = np.empty(len(one), dtype=PLACE)
    heads = np.empty(1 << 12, dtype=PLACE)
    table = np.zeros(3 << 13, dtype=INSTANT)
    state = np.zeros(2, dtype=INSTANT)
    while True:
        done = kernel(laying.encode, True)(one, two, codes, heads, table, state)
        if done < 0:
            raise ArithmeticError("two values share a hash")
        if done:
            return codes, heads[: state[1]].copy()
        larger = np.zeros(4 * len(table), dtype=INSTANT)
        kernel(laying.rehash, True)(table, larger)
        table = larger
        heads = np.concatenate([heads, np.empty(3 * len(heads), dtype=PLACE)])
