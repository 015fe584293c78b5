"""Whole processes, measured: seconds by the clock and of the processor, and the most memory; medians of rounds in turns."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
COMMAND = str(Path(sys.executable).with_name("keptword"))
PEERS = ROOT / ".venv-peers" / "bin" / "python"

Counts = dict[str, int]


@dataclass(frozen=True)
class Contender:
    """A process to be timed.

    Attributes:
        command: what is run.
        counts: what it wrote → violations by rule; None: not looked at.
        rounds: how often at most, for the slow ones.
    """

    command: Sequence[str]
    counts: Callable[[bytes], Counts] | None = None
    rounds: int = 99


@dataclass
class Outcome:
    """Medians of the rounds; `wall` is None where the time ran out."""

    wall: float | None
    cpu: float = 0.0
    peak_mb: float = 0.0
    rounds: int = 0
    counts: Counts | None = None

    def plain(self) -> dict[str, Any]:
        """As it is kept in results.json."""
        return {k: v for k, v in self.__dict__.items() if v is not None or k == "wall"}


def once(command: Sequence[str], limit: float) -> tuple[Outcome, bytes]:
    """One run of a command; stopped after so many seconds. What it writes is read back; a failure ends the benchmark."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=errors, cwd=ROOT)
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(limit, stop)
        timer.start()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        timer.cancel()
        wall = time.perf_counter() - begun
        if late.is_set():
            return Outcome(None), b""
        out.seek(0)
        errors.seek(0)
        if process.returncode not in {0, 1} or (
            process.returncode and "keptword" not in Path(command[0]).name
        ):
            raise SystemExit(f"{' '.join(command)} failed:\n{errors.read().decode(errors='replace')[-2000:]}")
        return Outcome(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, 1), out.read()


def in_turns(contenders: Mapping[str, Contender], rounds: int, limit: float) -> dict[str, Outcome]:
    """Medians of rounds, each contender once a round, so that a noisy machine is noisy for all.

    The first of several rounds warms the caches of the disk and is not counted, except for a contender that runs once only.
    """
    warm = rounds > 1
    runs: dict[str, list[Outcome]] = {name: [] for name in contenders}
    for n in range(rounds + warm):
        for name, contender in contenders.items():
            if len(runs[name]) >= min(contender.rounds, rounds) or (
                runs[name] and runs[name][-1].wall is None
            ):
                continue
            outcome, text = once(contender.command, limit)
            if outcome.wall is not None and contender.counts is not None:
                outcome.counts = contender.counts(text)
            shown = "over the limit" if outcome.wall is None else f"{outcome.wall:.2f} s"
            print(f"  {name}: {shown}", file=sys.stderr, flush=True)
            if n or not warm or contender.rounds == 1 or outcome.wall is None:
                runs[name].append(outcome)
    return {name: middle(those) for name, those in runs.items()}


def middle(runs: Sequence[Outcome]) -> Outcome:
    """The median of each figure."""
    if any(r.wall is None for r in runs):
        return Outcome(None, rounds=len(runs))
    wall, cpu, peak = (
        round(statistics.median(float(getattr(r, k)) for r in runs), 3) for k in ("wall", "cpu", "peak_mb")
    )
    return Outcome(wall, cpu, peak, len(runs), runs[-1].counts)


def log_of(events: int, folder: Path, *, full: bool = False) -> str:
    """The seeded log of a size, generated once."""
    path = folder / f"{'full' if full else 'log'}-{events}.parquet"
    if not path.exists():
        print(f"  generating {path.name}", file=sys.stderr, flush=True)
        half = path.with_suffix(".part")
        command = [sys.executable, str(HERE / "generate.py"), str(events), str(half)]
        subprocess.run([*command, "--full"] if full else command, check=True)
        half.rename(path)
    return str(path)


def audit(log: str, rules: Sequence[str] = (), *more: str) -> list[str]:
    """The command of an audit, as JSON with the thousand worst findings unless something else is asked for."""
    chosen = rules or [str(HERE / "rules")]
    shape = list(more) or ["--format", "json", "--limit", "1000"]
    return [COMMAND, "audit", log, *(part for rule in chosen for part in ("--rules", rule)), *shape]


def of_report(text: bytes) -> Counts:
    """Violations by rule, from a report in JSON."""
    found: dict[str, Any] = json.loads(text)
    return {
        r["rule"].partition("/")[2]: r["late"] + r["missed"] + r["early"] + r["broken"]
        for r in found["rules"]
    }


def with_open(text: bytes) -> Counts:
    """Violations and obligations still open by rule: what is counted by those who know no moment of judgement."""
    found: dict[str, Any] = json.loads(text)
    return {
        rule: n + next(r["open"] for r in found["rules"] if r["rule"].endswith("/" + rule))
        for rule, n in of_report(text).items()
    }


def of_script(text: bytes) -> Counts:
    """Violations by rule, as the scripts print them: the last line that is JSON."""
    return dict(json.loads(text.decode().strip().rpartition("\n")[2]))


def script(name: str, log: str, *more: str, python: str = sys.executable) -> list[str]:
    """The command of a script beside this file."""
    return [python, str(HERE / name), log, *more]


def machine() -> dict[str, Any]:
    """Where and when this was measured."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor() or platform.machine(),
    )
    memory = next(
        (int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0
    )
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": os.cpu_count(),
        "processor": model,
        "memory_gib": round(memory / 2**20),
        "python": platform.python_version(),
    }


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text("utf-8").splitlines()
    except OSError:
        return []
