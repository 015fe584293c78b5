"""`keptword init`: what it writes works as it stands, and it never writes over anything."""

from __future__ import annotations

import subprocess
import sys

import pytest

from keptword.cli.init import init
from keptword.errors import UsageError
from keptword.testing.running import run_rule_tests


def test_the_new_pack_passes_its_tests(tmp_path, capsys):
    """The rule test, and the feature with no more than the installed steps."""
    assert init(tmp_path, "our-desk", "Europe/Moscow") == 0
    [result] = run_rule_tests([tmp_path / "rules" / "our-desk"])
    assert result.rule == "our-desk/first-answer" and result.passed, result
    assert "keptword test" in capsys.readouterr().out
    from importlib.metadata import entry_points

    installed = "keptword.testing.plugin" in [e.value for e in entry_points(group="pytest11")]
    plugin = [] if installed else ["-p", "keptword.testing.plugin"]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *plugin]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "5 passed" in done.stdout, done.stdout + done.stderr


def test_nothing_is_written_over(tmp_path):
    """One file in the way, and nothing is written at all."""
    (tmp_path / "test_features.py").write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        init(tmp_path)
    assert [p.name for p in tmp_path.rglob("*")] == ["test_features.py"]


@pytest.mark.parametrize(("name", "zone"), [("Our Desk", "UTC"), ("../up", "UTC"), ("desk", "Mars")])
def test_names_and_zones_are_checked(tmp_path, name, zone):
    """Before anything is written."""
    with pytest.raises(UsageError):
        init(tmp_path, name, zone)
    assert list(tmp_path.iterdir()) == []
