"""How fast large logs are read as columns, next to Polars reading the same columns of the same file.

    python benchmarks/reading.py [EVENTS]

Two logs of the same events, each as JSONL and as CSV: `plain` has time, event and case; `wide` also has ids, a Russian text,
a number, a truth value and a customer. Every pair is timed in turn, several times, and the best of each counts: keptword
proves that every line is what it seems and reads the times as instants; Polars reads what it finds, times as text.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

TEXT = "Здравствуйте! Работы завершены, связь восстановлена; приносим извинения."


def logs(folder: Path, events: int) -> list[Path]:
    """Write the logs; their files."""
    import numpy as np
    import polars as pl
    from generate import generate

    plain = generate(events).with_columns(pl.col("time").dt.strftime("%Y-%m-%dT%H:%M:%S+00:00"))
    number = np.arange(plain.height)
    wide = plain.with_columns(
        pl.Series("id", number).cast(pl.String),
        pl.lit(TEXT).alias("text"),
        pl.Series("amount", number % 1000),
        pl.Series("public", number % 2 == 0),
        pl.lit("ромашка").alias("customer"),
    )
    out = []
    for name, frame in (("plain", plain), ("wide", wide)):
        frame.write_ndjson(folder / f"{name}.jsonl")
        frame.write_csv(folder / f"{name}.csv")
        out += [folder / f"{name}.jsonl", folder / f"{name}.csv"]
    return out


def by_polars(path: Path) -> int:
    """Read a file as Polars does by itself; how many rows."""
    import polars as pl

    scan: Any = pl.scan_ndjson if path.suffix == ".jsonl" else pl.scan_csv
    return int(scan(path).collect().height)


def by_keptword(path: Path) -> int:
    """Read a file as columns of events; how many."""
    from keptword.readers.columns import read_pieces

    pieces = read_pieces([path])
    assert pieces is not None, "too small for columns"
    return sum(batch.frame.height for _, batch in pieces)


def best(read: Callable[[Path], int], path: Path) -> float:
    """Seconds of one run."""
    begun = time.perf_counter()
    read(path)
    return time.perf_counter() - begun


def main(events: int) -> None:
    """Print a table."""
    from keptword.readers.columns import warm

    warm()  # loading the compiled loops is a cost of the process, not of a byte
    with tempfile.TemporaryDirectory() as folder:
        print("file           MB    Polars  keptword  share of Polars' speed")
        for path in logs(Path(folder), events):
            assert by_polars(path) == by_keptword(path)
            runs = [(best(by_polars, path), best(by_keptword, path)) for _ in range(5)]
            theirs, ours = min(t for t, _ in runs), min(o for _, o in runs)
            size = path.stat().st_size / 1e6
            print(f"{path.name:12} {size:5.0f}  {theirs:6.2f} s  {ours:6.2f} s  {theirs / ours:5.0%}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
