"""docs/kinds.md says what the models say, and its examples are rules."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from keptword.cli import main
from keptword.spec.model import KINDS
from keptword.spec.yaml12 import dump_yaml, load_yaml

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "kinds.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
HEAD = {"title": "t", "severity": "minor", "status": "draft", "source": "house", "why": "w"}


def generator():
    spec = importlib.util.spec_from_file_location("generate_kinds", ROOT / "docs" / "generate_kinds.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tables_of_keys_are_current():
    """Renew them with `python docs/generate_kinds.py`."""
    assert generator().renewed(PAGE) == PAGE


def test_every_key_of_every_kind_is_explained():
    """A table for the head and one for each kind, and no cell without a word."""
    tables = re.findall(r"<!-- keys of ([a-z-]+) -->", PAGE)
    assert {"head", *KINDS} <= set(tables)
    assert re.findall(r"^\| `\w+` \| +\|", PAGE, re.MULTILINE) == []


@pytest.mark.parametrize("text", EXAMPLES, ids=[re.search(r"kind: (\w+)", e)[1] for e in EXAMPLES])
def test_every_example_is_a_rule(text, tmp_path, capsys):
    """Each stands as it is in the pack of templates, with a head put before it where it has none."""
    for file in (ROOT / "examples" / "templates").rglob("*.yaml"):
        copy = tmp_path / file.relative_to(ROOT / "examples" / "templates")
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(file.read_bytes())
    data = {"id": "example"} | HEAD | load_yaml(text, "example").data
    (tmp_path / f"{data['id']}.yaml").write_text(dump_yaml(data), encoding="utf-8")
    assert main(["rules", "lint", str(tmp_path)]) in {0, 1}, capsys.readouterr()
    assert main(["rules", "show", f"templates/{data['id']}", "--rules", str(tmp_path)]) == 0
