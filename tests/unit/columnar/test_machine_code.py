"""Loops compiled once are kept as machine code, and used without Numba."""

from __future__ import annotations

import subprocess
import sys
from types import FunctionType

import numpy as np
import pytest

from keptword.columnar import machine_code
from keptword.columnar.compiled import by_numba, kernel, kinds_of
from keptword.columnar.kernels import announcing, answering, judging, laying

LOOPS = [
    loop
    for room in (announcing, answering, judging, laying)
    for loop in vars(room).values()
    if isinstance(loop, FunctionType) and loop.__module__ == room.__name__
]
TIMES = np.array([1, 2, 2, 5], dtype="int64")
PROGRAM = """
import sys, numpy
from keptword.columnar.compiled import kernel
from keptword.columnar.kernels import laying
print(kernel(laying.steady, True)(numpy.array([1, 2, 1])), "numba" in sys.modules)
"""


@pytest.mark.parametrize("loop", LOOPS, ids=lambda loop: loop.__name__)
def test_every_loop_needs_nothing_but_itself(loop):
    """What Numba makes of a loop calls nothing else, so that it can be kept and loaded alone."""
    assert machine_code.loaded(loop, kinds_of(loop)) is not None


def test_a_loop_that_was_compiled_once_does_not_need_numba():
    """A second process loads the machine code; importing Numba would take longer than most audits."""
    kernel(laying.steady, True)
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["0", "False"]


def test_machine_code_that_was_damaged_is_made_anew(tmp_path, monkeypatch):
    """A file that does not fit its checksum is not run."""
    monkeypatch.setattr(machine_code, "_folders", lambda _: [tmp_path])
    kinds = kinds_of(laying.steady)
    assert machine_code.loaded(laying.steady, kinds)(TIMES) == 1
    (kept,) = tmp_path.iterdir()
    good = kept.read_bytes()
    kept.write_bytes(good[:-1] + b"\x00")
    assert machine_code.loaded(laying.steady, kinds)(TIMES) == 1
    assert kept.read_bytes() == good


def test_without_a_place_to_keep_it_a_loop_runs_all_the_same(monkeypatch):
    """A file system that may not be written to costs time, not results."""
    monkeypatch.setattr(machine_code, "_folders", lambda _: [])
    assert machine_code.loaded(laying.steady, kinds_of(laying.steady))(TIMES[::-1].copy()) == 0


@pytest.mark.parametrize("column", [TIMES.astype("int32"), TIMES[::2]], ids=["type", "gaps"])
def test_a_column_of_another_kind_is_refused(column):
    """A pointer says nothing of what it points to, so that is looked at before."""
    with pytest.raises(TypeError, match="times"):
        kernel(laying.steady, True)(column)


def test_numba_itself_gives_the_same():
    """Where machine code cannot be kept, Numba runs the loop in its own way."""
    assert by_numba(laying.steady)(TIMES) == 1
