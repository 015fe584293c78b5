"""Small logs are judged by the same loops, run as they stand."""

from __future__ import annotations

import subprocess
import sys

import pytest

from keptword.columnar.compiled import kernel, kinds_of
from keptword.columnar.kernels import answering

LINES = '{"time": "2026-03-02T09:00:00Z", "event": "outage.opened", "case": "T-1", "incident": "I-1", "customer": "x"}\n'
PROGRAM = """
import sys
from keptword.cli import main
status = main(["audit", sys.argv[1], "--format", "json"])
print({"numba", "polars", "pyarrow"} & set(sys.modules), status, file=sys.stderr)
"""


def test_a_small_audit_needs_neither_numba_nor_polars(tmp_path):
    """Nothing is compiled, and nothing large imported, for a log of a few lines."""
    log = tmp_path / "log.jsonl"
    log.write_text(LINES, "utf-8")
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(log)], capture_output=True, text=True, check=True
    )
    assert run.stderr.strip().splitlines()[-1].startswith("set() ")


STRETCHES = [
    ("the first end at or after a start ends it", [1, 5], [3, 9], [0, 1]),
    ("a start while one runs is ignored", [1, 2], [3], [0, -2]),
    ("a start at the end of a stretch is ignored", [1, 3], [3], [0, -2]),
    ("a stretch without an end runs on", [1, 5], [], [-1, -2]),
]


@pytest.mark.parametrize(
    ("starts", "ends", "stop"), [s[1:] for s in STRETCHES], ids=[s[0] for s in STRETCHES]
)
@pytest.mark.parametrize("big", [False, True], ids=["interpreted", "compiled"])
def test_stretches(starts, ends, stop, big):
    """One loop, two speeds, the same stretches."""
    columns = [
        [7] * len(starts),
        starts,
        list(range(len(starts))),
        [7] * len(ends),
        ends,
        list(range(10, 10 + len(ends))),
        [-2] * len(starts),
    ]
    if big:
        import numpy as np

        columns = [
            np.array(c, dtype=k) for c, (_, k) in zip(columns, kinds_of(answering.stretches), strict=True)
        ]
    kernel(answering.stretches, big)(*columns)
    assert list(columns[-1]) == stop
