"""The hand-made reports and the comparison with committed outputs, for the tests of the formats."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent


def _load() -> ModuleType:
    """Tests are imported one by one (importmode=importlib), so a module beside them is loaded by its path."""
    name = "keptword_tests_reports_sample"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, HERE / "sample.py")
        assert spec is not None and spec.loader is not None
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[name]


@pytest.fixture(scope="session")
def samples() -> ModuleType:
    """The module `sample.py`."""
    return _load()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `hostile_text` runs once for each of them."""
    if "hostile_text" in metafunc.fixturenames:
        texts = _load().HOSTILE
        metafunc.parametrize("hostile_text", list(texts.values()), ids=list(texts))


@pytest.fixture
def expect() -> Callable[[str, bytes], None]:
    """Compare bytes with a file in `expected/`; KEPTWORD_ACCEPT=1 writes the file instead."""

    def compare(name: str, got: bytes) -> None:
        path = HERE / "expected" / name
        if os.environ.get("KEPTWORD_ACCEPT") == "1":
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(got)
        assert got.decode() == path.read_bytes().decode()

    return compare
