"""How foreign exports are read: peak memory of `convert` as the file grows, and XES beside pm4py.

python benchmarks/reading_foreign.py memory                      # each format at 1 and at 10 times the size
python benchmarks/reading_foreign.py memory --kind zendesk       # one of them
python benchmarks/reading_foreign.py xes --pm4py PYTHON          # PYTHON: an interpreter that has pm4py
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from generate_foreign import KINDS, write

MEASURE = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
if done.returncode:
    sys.exit(done.stderr)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""
OURS = "import sys; from keptword.readers import read_log; read_log([sys.argv[1]], 'xes')"
THEIRS = "import sys, pm4py; pm4py.read_xes(sys.argv[1], **({'variant': sys.argv[2]} if sys.argv[2] else {}))"


def measured(*command: str) -> tuple[float, float]:
    """Processor seconds and peak MiB of a whole process."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *command], capture_output=True, text=True, check=True
    )
    seconds, peak = done.stdout.split()
    return float(seconds), float(peak)


def memory(folder: Path, events: int, kinds: list[str]) -> None:
    """Peak memory of converting to Parquet, as the export grows tenfold."""
    for kind in kinds:
        peaks = []
        for size in (events, 10 * events):
            path = write(kind, size, folder / f"{kind}-{size}")
            to = folder / "log.parquet"
            command = (
                sys.executable,
                "-m",
                "keptword",
                "convert",
                str(path),
                "--from",
                kind,
                "--timezone",
                "UTC",
                "--to",
                str(to),
            )
            seconds, peak = measured(*command)
            peaks.append(peak)
            sys.stdout.write(
                f"{kind}: {path.stat().st_size / 1e6:.0f} MB, {seconds:.1f} s of processor, peak {peak:.0f} MiB\n"
            )
            path.unlink()
        sys.stdout.write(f"{kind}: ten times the file, {peaks[1] / peaks[0]:.2f} times the memory\n")


def xes(folder: Path, events: int, python: str) -> None:
    """Reading one XES file into events, whole processes, the best of three."""
    path = str(write("xes", events, folder / "log.xes"))
    ours = min(measured(sys.executable, "-c", OURS, path) for _ in range(3))
    sys.stdout.write(f"keptword: {ours[0]:.1f} s of processor, {ours[1]:.0f} MiB\n")
    for variant in ("", "chunk_regex", "line_by_line"):
        theirs = min(measured(python, "-c", THEIRS, path, variant) for _ in range(3))
        said = f"{theirs[0]:.1f} s, {theirs[1]:.0f} MiB: {theirs[0] / ours[0]:.1f} times our time, our memory is {ours[1] / theirs[1]:.2f} of it"
        sys.stdout.write(f"pm4py {variant or 'by default'}: {said}\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["memory", "xes"])
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--kind", choices=list(KINDS), action="append")
    parser.add_argument("--pm4py", default=sys.executable)
    wishes = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        if wishes.what == "memory":
            memory(Path(name), wishes.events, wishes.kind or list(KINDS))
        else:
            xes(Path(name), wishes.events, wishes.pm4py)
