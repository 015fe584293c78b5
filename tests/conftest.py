"""What holds for every test: real logs only where they are, no skip unseen in CI, the same examples on every run there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}

# A skip that CI accepts: the start of its reason → why nothing is lost by it. Any other skip fails the run.
ALLOWED_SKIPS: dict[str, str] = {
    "no Spark here: ": "there is no Java; the head of the report and the set-up say so, and .ci/run installs one where it can",
}

# Two cores are shared with other work, so no test is timed; in CI a property is tried on the same examples every time.
settings.register_profile("here", deadline=None)
settings.register_profile(
    "ci", deadline=None, derandomize=True, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if IN_CI else "here")


def pytest_report_header() -> list[str]:
    """Say at the top where the real logs are, and whether there is a Java for Spark."""
    folder = os.environ.get("KEPTWORD_REAL_DATA")
    home = os.environ.get("JAVA_HOME")
    java = shutil.which(os.path.join(home, "bin", "java") if home else "java")
    real = f"real logs: {folder or 'none (KEPTWORD_REAL_DATA is not set), so tests marked real_data are deselected'}"
    return [real, f"spark: {java or 'there is no Java, so the tests on a cluster are skipped'}"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests that need real logs where there are none."""
    if os.environ.get("KEPTWORD_REAL_DATA"):
        return
    lacking = [item for item in items if item.get_closest_marker("real_data")]
    if lacking:
        config.hook.pytest_deselected(items=lacking)
        if hasattr(config, "workeroutput"):
            config.workeroutput["deselected"] = [item.nodeid for item in lacking]
        items[:] = [item for item in items if not item.get_closest_marker("real_data")]


_TOLD: set[str] = set()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Count what the workers of pytest-xdist deselected, which it does not do itself; all deselect the same."""
    lacking = set(getattr(node, "workeroutput", {}).get("deselected", ())) - _TOLD
    _TOLD.update(lacking)
    if lacking:
        node.config.hook.pytest_deselected(items=[SimpleNamespace(nodeid=name) for name in sorted(lacking)])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI, a test that skips itself fails."""
    report = yield
    if not hasattr(report, "wasxfail"):
        _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """In CI, a module that skips itself as a whole fails."""
    report = yield
    _refuse_skip(report)
    return report


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not (IN_CI and report.skipped):
        return
    said = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    reason = said.removeprefix("Skipped: ")
    if not reason.startswith(tuple(ALLOWED_SKIPS)):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, where nothing may be left out: {reason}"
