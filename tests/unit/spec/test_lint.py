"""`keptword rules lint`: every finding as the user sees it, and none where there is nothing to find."""

from __future__ import annotations

from pathlib import Path

import pytest

from keptword.cli import main
from keptword.spec.yaml12 import dump_yaml, read_yaml

GROUPS = read_yaml(Path(__file__).with_name("lint_cases.yaml"), "lint_cases.yaml").data
CASES = [pytest.param(c, id=f"{group}: {c['says']}") for group, cases in GROUPS.items() for c in cases]
HEAD = {"title": "t", "severity": "minor", "status": "draft", "source": "house", "why": "w"}
TEST = "start: 2026-03-02T09:00:00Z\ncases: []\n"


def pack_of(case, folder):
    """The pack of a case, written to a folder."""
    pack = {"name": "p", "vocabulary": case.get("vocabulary", {})}
    for name, data in case.get("calendars", {}).items():
        pack.setdefault("calendars", {})[name] = f"calendars/{name}.yaml"
        (folder / "calendars").mkdir(exist_ok=True)
        (folder / "calendars" / f"{name}.yaml").write_text(dump_yaml(data), encoding="utf-8")
    (folder / "pack.yaml").write_text(dump_yaml(pack), encoding="utf-8")
    for rule in case["rules"]:
        data = HEAD | {k: v for k, v in rule.items() if k != "tested"}
        (folder / f"{rule['id']}.yaml").write_text(dump_yaml(data), encoding="utf-8")
        if rule.get("tested", True):
            (folder / f"{rule['id']}.test.yaml").write_text(TEST, encoding="utf-8")


@pytest.mark.parametrize("case", CASES)
def test_lint_says_exactly_this(case, tmp_path, capsys, monkeypatch):
    """The messages with code, key and hint; the exit status says whether there are any."""
    pack_of(case, tmp_path)
    monkeypatch.chdir(tmp_path)
    status = main(["rules", "lint", "."])
    out, err = capsys.readouterr()
    assert err == ""
    *blocks, last = out.rstrip("\n").split("\n\n") if "\n\n" in out else [out.rstrip("\n")]
    assert blocks == [block.rstrip("\n") for block in case["found"]]
    n, rules = len(blocks), len(case["rules"])
    assert last == f"{rules} rule{'s' * (rules != 1)}, {n} finding{'s' * (n != 1)}"
    assert status == (1 if blocks else 0)
