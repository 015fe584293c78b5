"""The files that people copy into their pipelines say what the command understands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml

from keptword.cli.app import call

ROOT = Path(__file__).parents[2]


def commands(name: str) -> list[str]:
    """Every keptword command of a pipeline."""
    text = (ROOT / "examples" / "ci" / name).read_text("utf-8")
    data = yaml.safe_load(text)
    if "jobs" in data:
        return [s["run"] for s in data["jobs"]["audit"]["steps"] if s.get("run", "").startswith("keptword")]
    return [line for line in data["promises"]["script"] if line.startswith("keptword")]


@pytest.mark.parametrize("name", ["github-actions.yml", "gitlab-ci.yml"])
def test_the_commands_of_a_pipeline_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """With rules and logs in their folders every command runs, and writes what the next steps want."""
    monkeypatch.chdir(tmp_path)
    bad = str(ROOT / "examples" / "bad-operator.jsonl")
    assert call(["baseline", bad, "--output", "baseline.json"]) == 0
    for command in commands(name):
        arguments = shlex.split(command.replace("logs/", bad).replace("rules/", "house"))[1:]
        assert call(arguments) == 0, capsys.readouterr()
    text = (ROOT / "examples" / "ci" / name).read_text("utf-8")
    wanted = set(re.findall(r"[\w-]+\.(?:sarif|xml|json|html|md)\b", text))
    assert {file for file in wanted if not (tmp_path / file).exists()} == set()


def test_every_hook_names_a_command() -> None:
    """Hooks of pre-commit call commands that exist, on files that match."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert [h["id"] for h in hooks] == ["keptword-lint", "keptword-test", "keptword-audit"]
    for hook in hooks:
        assert re.compile(hook["files"])
        assert call([*hook["entry"].split()[1:], "--help"]) == 0
    assert re.search(hooks[0]["files"], "rules/house/pack.yaml")
    assert re.search(hooks[1]["files"], "rules/house/first-answer.test.yaml")
