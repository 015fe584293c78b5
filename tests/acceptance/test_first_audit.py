"""What docs/first-audit.md shows is what a reader who follows it sees; the pack tables name every rule there is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_the_first_audit_of_the_documentation_prints_what_it_says(tmp_path: Path) -> None:
    """The log on the page, audited, begins with the finding on the page."""
    page = (ROOT / "docs" / "first-audit.md").read_text("utf-8")
    log, said = (
        re.search(r"```json\n(.*?)```", page, re.DOTALL),
        re.search(r"```\n(critical .*?)```", page, re.DOTALL),
    )
    assert log is not None and said is not None
    (tmp_path / "week.jsonl").write_text(log[1], encoding="utf-8")
    command = [sys.executable, "-m", "keptword", "audit", "week.jsonl"]
    environment = os.environ | {"COLUMNS": "80", "PYTHONUTF8": "1"}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.stdout.startswith(said[1])
    assert done.stdout.endswith("1 violation: 1 critical\n")


RULES = sorted(
    p.stem for p in (ROOT / "rules" / "house").glob("*.yaml") if p.stem != "pack" and "." not in p.stem
)


@pytest.mark.parametrize("rule", RULES)
def test_the_page_on_packs_has_a_line_for_every_house_rule(rule: str) -> None:
    """docs/packs.md explains each rule of the pack that is used when none is named."""
    assert f"\n| `{rule}` |" in (ROOT / "docs" / "packs.md").read_text("utf-8")
