"""The built wheel, in an environment of its own, inside a repository that has its own `cli.py` and `engine/`."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# A user's repository: names that clash with our folders, a file that looks like a rule test and is none, features.
REPOSITORY = {
    "cli.py": "ANSWER = 42\n",
    "engine/__init__.py": "POWER = 'steam'\n",
    "docker-compose.test.yaml": "services: {web: {image: web}}\n",
    "test_own.py": "import cli, engine\ndef test_own(): assert (cli.ANSWER, engine.POWER) == (42, 'steam')\n",
    "test_features.py": "from pytest_bdd import scenarios\nscenarios('features')\n",
    "features/late.feature": '''Feature: hearing of an outage
  Scenario: a call after an hour and a half
    Given the rules of pack "house"
    And a log that starts at 2026-03-02T09:00:00+03:00:
      """
      +0m     T-1  outage.opened  incident=T-1 customer=romashka
      +1h30m  T-1  call.made      incident=T-1 customer=romashka channel=mobile
      """
    When the log is audited as of 2026-03-02T11:00:00+03:00
    Then the rules that found something are "outage-first-notice"
''',
    "features/late.ru.feature": '''# language: ru
Функция: узнать об аварии
  Сценарий: звонок через десять минут
    Допустим правила пакета "house"
    И журнал, начатый 2026-03-02T09:00:00+03:00:
      """
      +0m   T-1  outage.opened  incident=T-1 customer=ромашка
      +10m  T-1  call.made      incident=T-1 customer=ромашка channel=mobile
      """
    Когда журнал проверен на момент 2026-03-02T11:00:00+03:00
    Тогда нарушений нет
''',
    "log.jsonl": '{"time": "2026-03-02T09:00:00+03:00", "event": "outage.opened", "incident": "T-1", "customer": "a"}\n',
}


def run(*command: str | Path, cwd: Path, status: int = 0) -> str:
    """What a command prints, in an environment that nothing of the checkout reaches."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYTEST", "COVERAGE"))}
    done = subprocess.run(command, cwd=cwd, env=kept, capture_output=True, text=True, check=False)
    assert done.returncode == status, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist of the checkout; no index is asked."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-t", "sdist", "-d", folder, cwd=ROOT)
    return folder


@pytest.fixture(scope="module")
def environment(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an environment with the wheel; the other packages are those of the test run."""
    home = tmp_path_factory.mktemp("environment") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", home, cwd=built)
    (wheel,) = built.glob("*.whl")
    python = home / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-index", "--no-deps")
    run(*pip, wheel, cwd=built)
    # Added as a plain path, the packages of the test run come last, and its editable keptword (a .pth in them) does not.
    own = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=built).strip())
    (own / "others.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    where = Path(run(python, "-c", "import keptword; print(keptword.__file__)", cwd=built).strip())
    assert where.is_relative_to(own)
    (home / "bin" / "pytest").write_text(
        f"#!{python}\nimport sys, pytest\nsys.exit(pytest.console_main())\n", encoding="utf-8"
    )
    (home / "bin" / "pytest").chmod(0o755)
    return home / "bin"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The user's repository."""
    for name, text in REPOSITORY.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_the_wheel_holds_the_package_and_the_rules_and_nothing_else(built: Path) -> None:
    """One top-level name is installed, and every rule file of the checkout is in it."""
    (wheel,) = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name.split("/")[0].split("-")[0] for name in names} == {"keptword"}
    rules = {p.relative_to(ROOT).as_posix() for p in (ROOT / "rules").rglob("*.yaml")}
    assert rules
    assert {f"keptword/{name}" for name in rules} <= names
    assert "keptword/py.typed" in names


def test_a_wheel_built_from_the_sdist_is_the_same(built: Path, tmp_path: Path) -> None:
    """The sdist holds all that the wheel is made of."""
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "again", cwd=source)
    (again,) = (tmp_path / "again").glob("*.whl")
    (wheel,) = built.glob("*.whl")
    assert sorted(zipfile.ZipFile(again).namelist()) == sorted(zipfile.ZipFile(wheel).namelist())
    assert {"cli.py", "Makefile", "requirements.lock"} <= {p.name for p in source.iterdir()}


@pytest.mark.parametrize("command", [["keptword"], ["python", "-m", "keptword"]])
def test_the_command_works_from_any_repository(
    environment: Path, repository: Path, command: list[str]
) -> None:
    """`keptword` and `python -m keptword` find their own modules and rules, not the user's cli.py and engine/."""
    first = [environment / command[0], *command[1:]]
    assert "audit" in run(*first, "--help", cwd=repository)
    said = run(*first, "audit", "log.jsonl", "--format", "json", cwd=repository)
    assert '"rule": "house/outage-first-notice"' in said
    late = ["audit", "log.jsonl", "--as-of", "2026-03-02T12:00:00+03:00"]
    assert "house/outage-first-notice" in run(*first, *late, cwd=repository, status=1)


@pytest.mark.parametrize("command", [["pytest"], ["python", "-m", "pytest"]])
def test_the_plugin_leaves_the_users_tests_alone(
    environment: Path, repository: Path, command: list[str]
) -> None:
    """Their tests import their own modules, their features find our steps, their other YAML is not collected."""
    said = run(environment / command[0], *command[1:], "-p", "no:cacheprovider", cwd=repository)
    assert "3 passed" in said
