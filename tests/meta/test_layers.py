"""The layers of docs/architecture.md, and which module may name which library."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import sysconfig
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "engine" / "keptword"
MODULES = sorted(PACKAGE.rglob("*.py"))


def test_imports_go_downwards_only() -> None:
    """The contracts of pyproject.toml hold, and every module has its place in them."""
    command = Path(sysconfig.get_path("scripts")) / "lint-imports"
    done = subprocess.run(
        [command, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_durable_rules_is_named_in_one_module() -> None:
    """The live engine's library is imported by its name as text, where import-linter does not see it."""
    pattern = re.compile(r"import_module\(\s*['\"]durable|^\s*(?:import|from) durable", re.MULTILINE)
    named = [path.name for path in MODULES if pattern.search(path.read_text(encoding="utf-8"))]
    assert named == ["decide.py"]


def test_every_imported_library_is_declared() -> None:
    """What the package imports stands in pyproject.toml, among the dependencies or the extras that users install."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"], *(item for name in extras if name != "dev" for item in extras[name])]
    # testing/ serves those who have pytest and Hypothesis already.
    asked += [item for item in extras["dev"] if item.startswith(("pytest", "hypothesis"))]
    declared = {re.split(r"[ <>=;\[!~]", item)[0].lower().replace("_", "-") for item in asked}
    providers = packages_distributions()
    undeclared = {}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            for top in {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"keptword"}:
                given = {d.lower().replace("_", "-") for d in providers.get(top, [top])}
                if not given & (declared | {"pydantic-core"}):
                    undeclared[top] = str(path.relative_to(ROOT))
    assert undeclared == {}
