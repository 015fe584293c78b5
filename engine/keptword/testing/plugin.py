"""The pytest plugin: rule tests as items, Gherkin steps for whoever has features; nothing is imported before it is needed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from keptword.spec.pack import RuleFile
    from keptword.testing.rulefile import Case
    from keptword.testing.running import Bench

STEPS = "keptword-steps"


def pytest_report_header() -> str:
    """Whether the live engine is there: what cannot be tested without it is said at the top."""
    from importlib.util import find_spec

    return f"keptword: live {'on' if find_spec('durable_rules_engine') or find_spec('durable') else 'off (durable-rules is not installed)'}"


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take `*.test.yaml` where a pack.yaml lies in the same folder, and nothing else."""
    if file_path.name.endswith(".test.yaml") and (file_path.parent / "pack.yaml").is_file():
        return RuleTestFile.from_parent(parent, path=file_path)
    return None


@pytest.hookimpl(optionalhook=True)
def pytest_bdd_before_scenario(request: Any) -> None:
    """Offer the steps when the first scenario runs; steps that a repository defines itself go before them."""
    manager = request.config.pluginmanager
    if not manager.has_plugin(STEPS):
        from keptword.testing import steps

        manager.register(steps, STEPS)


class RuleTestFile(pytest.File):
    """The test of one rule."""

    def collect(self) -> Iterable[pytest.Item]:
        """One item a case, and one that asks whether a stable rule's test is complete."""
        from keptword.errors import KeptwordError, render
        from keptword.testing.running import Bench, stray

        benches: dict[Path, Any] = self.config.stash.setdefault(_BENCHES, {})
        folder = self.path.parent
        try:
            if folder not in benches:
                benches[folder] = Bench.of(folder)
            bench: Bench = benches[folder]
            item = bench.rule_beside(self.path)
            cases = bench.cases(item) if item is not None else []
        except KeptwordError as error:
            raise self.CollectError(render(error.problems)) from error
        if item is None:
            raise self.CollectError(stray(self.path).render())
        if item.rule.status == "retired":
            return
        for case in cases:
            yield RuleCase.from_parent(self, name=case.name, bench=bench, rule=item, case=case)
        if item.rule.status == "stable":
            yield RuleCase.from_parent(
                self, name="(a kept, a violated and a boundary case)", bench=bench, rule=item, case=None
            )


_BENCHES = pytest.StashKey[dict[Path, Any]]()


class RuleTestFailed(Exception):
    """A case that found something else than it expects."""


class RuleCase(pytest.Item):
    """One case of a rule test; without a case, whether the test as a whole is complete."""

    def __init__(self, *, bench: Bench, rule: RuleFile, case: Case | None, **rest: Any) -> None:
        super().__init__(**rest)
        self.bench, self.rule, self.case = bench, rule, case

    def runtest(self) -> None:
        """Judge the case."""
        if self.case is not None:
            failure = self.bench.run(self.rule, self.case).failure
        else:
            lacking = self.bench.result(self.rule).lacking
            failure = (
                f"{self.rule.name} is stable, but its test lacks {' and '.join(lacking)}" if lacking else ""
            )
        if failure:
            raise RuleTestFailed(failure)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The failure as text, without a traceback through this package."""
        from keptword.errors import KeptwordError

        if isinstance(excinfo.value, (RuleTestFailed, KeptwordError)):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the case stands."""
        line = self.case.place.line - 1 if self.case is not None else None
        return self.path, line, f"{self.rule.name}: {self.name}"
