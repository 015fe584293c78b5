"""What tests/conftest.py promises, tried on small suites of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

CONFTEST = Path(__file__).parents[1] / "conftest.py"

SUITES = {
    "skip": "import pytest\n@pytest.mark.skip(reason='too lazy')\ndef test_a(): ...\n",
    "skip inside": "import pytest\ndef test_a(): pytest.skip('too lazy')\n",
    "module": "import pytest\npytest.importorskip('no_such_module')\ndef test_a(): ...\n",
    "xfail": "import pytest\n@pytest.mark.xfail(reason='known')\ndef test_a(): assert False\n",
    "real": "import pytest\n@pytest.mark.real_data\ndef test_a(): ...\ndef test_b(): ...\n",
}


def run(folder: Path, *suites: str, **variables: str) -> subprocess.CompletedProcess[str]:
    shutil.copy(CONFTEST, folder / "conftest.py")
    for number, suite in enumerate(suites):
        (folder / f"test_{number}.py").write_text(SUITES[suite], encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = real_data\n", encoding="utf-8")
    kept = {
        k: v for k, v in os.environ.items() if k not in {"CI", "KEPTWORD_REAL_DATA"} and "PYTEST" not in k
    }
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--continue-on-collection-errors",
        "-p",
        "no:cacheprovider",
    ]
    return subprocess.run(
        command,
        cwd=folder,
        env=kept | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_skip_fails_in_ci_only(tmp_path: Path) -> None:
    """A skip of any sort is a failure where CI is set and stays a skip elsewhere."""
    skips = ["skip", "skip inside", "module"]
    in_ci = run(tmp_path, *skips, CI="true")
    assert in_ci.returncode in {1, 2}
    assert in_ci.stdout.count("skipped in CI, where nothing may be left out") >= len(skips)
    elsewhere = run(tmp_path, *skips)
    assert elsewhere.returncode == 0
    assert "3 skipped" in elsewhere.stdout


def test_an_expected_failure_is_no_skip(tmp_path: Path) -> None:
    """An expected failure keeps its name in CI."""
    done = run(tmp_path, "xfail", CI="true")
    assert done.returncode == 0
    assert "1 xfailed" in done.stdout


def test_real_data_tests_are_deselected_without_real_data(tmp_path: Path) -> None:
    """Without KEPTWORD_REAL_DATA its tests are shown as deselected; with it they run."""
    without = run(tmp_path, "real", CI="true")
    assert "1 passed, 1 deselected" in without.stdout
    given = run(tmp_path, "real", CI="true", KEPTWORD_REAL_DATA=str(tmp_path))
    assert "2 passed" in given.stdout
