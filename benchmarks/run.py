"""Measure keptword beside hand-written scripts and other engines, check that all count the same, and write the page about it.

    python benchmarks/run.py                    everything but 100 million events: about twenty minutes on two quiet cores
    python benchmarks/run.py main growth        some sections; what was measured of the others before is kept
    python benchmarks/run.py huge               100 million events
    python benchmarks/run.py --page             the page anew from results.json

Sections: main, findings, again, growth, stages, twenty, peers, huge. Writes results.json beside this file and docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import HERE, PEERS, ROOT, machine
from page import page
from sections import SECTIONS, Wishes
from targets import Results


def install_peers() -> None:
    """An environment of their own for the peers."""
    folder = PEERS.parents[1]
    if not PEERS.exists():
        print("making .venv-peers", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(PEERS), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "-qq"]
    subprocess.run([*pip, "setuptools", "-r", str(HERE / "peers.txt")], check=True)


def main() -> None:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--limit", type=float, default=180, help="seconds after which a process is stopped and reported so"
    )
    parser.add_argument("--scale", type=float, default=1.0, help="a share of the sizes, for a trial")
    parser.add_argument(
        "--folder", type=Path, default=Path(tempfile.gettempdir()) / "keptword-benchmarks", help="where logs are kept"
    )  # fmt: skip
    parser.add_argument("--results", type=Path, default=HERE / "results.json")
    parser.add_argument("--document", type=Path, default=ROOT / "docs" / "performance.md")
    parser.add_argument("--install-peers", action="store_true", help="make .venv-peers first, if need be")
    parser.add_argument("--page", action="store_true", help="measure nothing")
    wishes = parser.parse_args()
    chosen = wishes.sections or [] if wishes.page else wishes.sections or [n for n in SECTIONS if n != "huge"]
    if unknown := set(chosen) - set(SECTIONS):
        parser.error(f"no such section: {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    if wishes.install_peers:
        install_peers()
    wishes.folder.mkdir(parents=True, exist_ok=True)
    results: Results = json.loads(wishes.results.read_text("utf-8")) if wishes.results.exists() else {}
    how = Wishes(wishes.rounds, wishes.limit, wishes.folder, wishes.scale)
    for name in chosen:
        begun = time.perf_counter()
        print(name, file=sys.stderr, flush=True)
        results[name] = SECTIONS[name](how) | {"machine": machine()}
        print(f"{name}: {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
        wishes.results.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    wishes.document.write_text(page(results), "utf-8")
    print(page(results))


if __name__ == "__main__":
    main()
