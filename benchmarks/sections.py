"""What is measured, section by section; each gives the plain data that `page` makes tables of."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measuring import (
    COMMAND,
    HERE,
    PEERS,
    Contender,
    Counts,
    Outcome,
    audit,
    in_turns,
    log_of,
    of_report,
    of_script,
    once,
    script,
    with_open,
)
from startup import log_of as small_log

MILLION = 1_000_000
ORACLE = "plain Python, case by case"


@dataclass(frozen=True)
class Wishes:
    """How to measure: rounds, seconds after which a process is stopped, where logs are kept, and a share of the sizes."""

    rounds: int
    limit: float
    folder: Path
    scale: float = 1.0

    def size(self, events: int) -> int:
        """So many events, or less for a trial."""
        return max(1000, round(events * self.scale))


def agreed(outcomes: dict[str, Outcome]) -> Counts:
    """The counts that all gave; the benchmark ends where two differ."""
    known = {name: o.counts for name, o in outcomes.items() if o.counts is not None}
    first = next(iter(known.values()))
    if any(counts != first for counts in known.values()):
        raise SystemExit(f"the counts differ: {known}")
    return first


def kept(events: int, outcomes: dict[str, Outcome], **more: Any) -> dict[str, Any]:
    """A section of results.json."""
    return {"events": events, **more, "runs": {name: o.plain() for name, o in outcomes.items()}}


def main_audit(wishes: Wishes) -> dict[str, Any]:
    """Four rules over ten million events beside what a person would write for just these."""
    events = wishes.size(10 * MILLION)
    log = log_of(events, wishes.folder)
    found = in_turns({
        "keptword": Contender(audit(log), of_report),
        "floor": Contender(script("floor.py", log), of_script),
        "polars": Contender(script("by_hand_polars.py", log), of_script),
        "duckdb": Contender(script("by_hand_duckdb.py", log), of_script),
        "oracle": Contender(script("oracle.py", log), of_script, rounds=1),
    }, wishes.rounds, wishes.limit)  # fmt: skip
    return kept(events, found, violations=agreed(found))


def peers(wishes: Wishes) -> dict[str, Any]:
    """Other engines over a million events; keptword judges the same rules beside each."""
    events = wishes.size(MILLION)
    log = log_of(events, wishes.folder)
    three = [str(HERE / "rules" / f"{rule}.yaml") for rule in THREE]
    contenders = {
        "keptword, four rules": Contender(audit(log), of_report),
        "keptword, three rules": Contender(audit(log, three), with_open),
        "oracle": Contender(script("oracle.py", log), of_script, rounds=1),
        "oracle, by case": Contender(script("oracle.py", log, "--cases"), of_script, rounds=1),
    }
    installed = PEERS.exists()
    if installed:
        for name, (file, more) in PEER_SCRIPTS.items():
            contenders[name] = Contender(script(file, log, *more, python=str(PEERS)), of_script, rounds=1)
    found = in_turns(contenders, wishes.rounds, wishes.limit)
    return kept(events, found, installed=installed, agree=compared(found))


def compared(found: dict[str, Outcome]) -> dict[str, str]:
    """For each peer, in words, whether it counts what we count; the benchmark ends where it should and does not."""
    ours, by_case = found["keptword, four rules"].counts, found["oracle, by case"].counts
    literal = found["keptword, three rules"].counts
    if ours is None or by_case is None or literal is None:
        return {}
    out = {}
    for name, outcome in found.items():
        theirs = outcome.counts
        if theirs is None or name not in PEER_SCRIPTS:
            continue
        meant = by_case if name.startswith("pm4py") else literal if name.startswith("Declare4Py") else ours
        differing = {rule: (n, meant[rule]) for rule, n in theirs.items() if n != meant[rule]}
        if differing:
            raise SystemExit(f"{name} counts otherwise (found, expected): {differing}")
        if name.startswith("pm4py"):
            lost = sum(ours[rule] - n for rule, n in theirs.items())
            out[name] = (
                f"cases, not obligations: {lost:,} of {sum(ours[r] for r in theirs):,} violations are not seen"
            )
        elif name.startswith("Declare4Py"):
            more = sum(n - ours[rule] for rule, n in theirs.items())
            out[name] = f"the same, and {more} that are still open" if more else "the same"
        else:
            out[name] = "the same"
    return out


THREE = ("outage-notified", "suspension-warned", "tariff-announced")
PEER_SCRIPTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "CLIPS": ("by_clips.py", ()),
    "durable-rules": ("by_durable_rules.py", ()),
    "pm4py": ("by_pm4py.py", ()),
    "pm4py, log not cut": ("by_pm4py.py", ("whole",)),
    "Declare4Py": ("by_declare4py.py", ()),
    "Declare4Py, log not cut": ("by_declare4py.py", ("whole",)),
}


def twenty(wishes: Wishes) -> dict[str, Any]:
    """Twenty rules of all nine kinds beside four, over a log with the fields that they need."""
    events = wishes.size(10 * MILLION)
    log = log_of(events, wishes.folder, full=True)
    found = in_turns({
        "four rules": Contender(audit(log), of_report),
        "twenty rules": Contender(audit(log, [str(HERE / "rules20")]), of_report),
    }, min(wishes.rounds, 2), wishes.limit)  # fmt: skip
    return kept(events, found)


def findings(wishes: Wishes) -> dict[str, Any]:
    """Every finding written, beside the thousand worst."""
    events = wishes.size(10 * MILLION)
    log = log_of(events, wishes.folder)
    with tempfile.TemporaryDirectory() as folder:
        found = in_turns({
            "the thousand worst, JSON": Contender(audit(log)),
            "all, Parquet": Contender(audit(log, (), "--format", "parquet", "--output", f"{folder}/all.parquet")),
            "all, JSON lines": Contender(audit(log, (), "--format", "jsonl", "--output", f"{folder}/all.jsonl")),
        }, wishes.rounds, wishes.limit)  # fmt: skip
        sizes = {p.suffix[1:]: round(p.stat().st_size / 2**20, 1) for p in Path(folder).iterdir()}
        lines = Path(folder, "all.jsonl")
        written = lines.read_bytes().count(b"\n") if lines.exists() else 0
    return kept(events, found, lines=written, megabytes=sizes)


def again(wishes: Wishes) -> dict[str, Any]:
    """A second audit of the same log, from what the first one kept."""
    events = wishes.size(10 * MILLION)
    if not has_option("--cache"):
        return {"events": events, "lacking": "--cache", "runs": {}}
    log = log_of(events, wishes.folder)
    with tempfile.TemporaryDirectory() as folder:
        # A log of its own, so that nothing is left beside the others' log.
        own = Path(folder) / "log.parquet"
        own.write_bytes(Path(log).read_bytes())
        usual = ["--format", "json", "--limit", "1000"]
        found = in_turns({"without": Contender(audit(str(own)), of_report)}, wishes.rounds, wishes.limit)
        first, text = once(audit(str(own), (), *usual, "--cache"), wishes.limit)
        first.counts = of_report(text) if text else None
        found["first, which keeps the layout"] = first
        found |= in_turns(
            {"second, from the kept layout": Contender(audit(str(own), (), *usual, "--cache"), of_report)},
            wishes.rounds, wishes.limit,
        )  # fmt: skip
        agreed(found)
    return kept(events, found)


def growth(wishes: Wishes) -> dict[str, Any]:
    """The same audit over ever larger logs, and over two hundred lines of JSON."""
    out: dict[str, Any] = {"runs": {}}
    small = wishes.folder / "small.jsonl"
    small.write_text(small_log(200), encoding="utf-8")
    command = [COMMAND, "audit", str(small), "--rules", "house", "--format", "json"]
    out["small"] = in_turns({"small": Contender(command)}, 5, wishes.limit)["small"].plain()
    sizes = [1000, 10_000, 100_000, MILLION, 10 * MILLION]
    for events in sorted({wishes.size(n) if n > 1000 else 1000 for n in sizes}):
        log = log_of(events, wishes.folder)
        # A hundred turns of the clock for the small ones cost nothing.
        found = in_turns({str(events): Contender(audit(log), of_report)}, wishes.rounds, wishes.limit)
        out["runs"] |= {name: o.plain() for name, o in found.items()}
    return out


def stages(wishes: Wishes) -> dict[str, Any]:
    """Reading, laying out and each rule by itself, in one process."""
    events = max(300_000, wishes.size(10 * MILLION))
    out: dict[str, Any] = {"events": events}
    for name, rules, full in (("four", "rules", False), ("twenty", "rules20", True)):
        log = log_of(events, wishes.folder, full=full)
        outcome, text = once(script("stages.py", log, str(HERE / rules)), wishes.limit)
        print(f"  {name} rules: {outcome.wall}", file=sys.stderr, flush=True)
        out[name] = json.loads(text) if outcome.wall is not None else None
    return out


def huge(wishes: Wishes) -> dict[str, Any]:
    """A hundred million events, once."""
    events = wishes.size(100 * MILLION)
    log = log_of(events, wishes.folder)
    usual = ["--format", "json", "--limit", "1000"]
    more = ["--memory", "4GB"] if has_option("--memory") else []
    found = in_turns({
        "keptword": Contender(audit(log, (), *usual, *more), of_report, rounds=1),
        "duckdb": Contender(script("by_hand_duckdb.py", log), of_script, rounds=1),
    }, 1, max(wishes.limit, 1800))  # fmt: skip
    return kept(events, found, violations=agreed(found), options=" ".join(more))


def has_option(name: str) -> bool:
    """Whether this version's audit knows an option."""
    told = subprocess.run([COMMAND, "audit", "--help"], capture_output=True, text=True, check=True).stdout
    return name in told.split()


SECTIONS: dict[str, Callable[[Wishes], dict[str, Any]]] = {
    "main": main_audit, "findings": findings, "again": again, "growth": growth, "stages": stages, "twenty": twenty,
    "peers": peers, "huge": huge,
}  # fmt: skip
