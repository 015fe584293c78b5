"""How the live monitor keeps up: throughput, delay at a given rate, memory over a long run, and the start from its journal.

    python benchmarks/live.py --events 1000000 --open 10000 --rate 1500

Prints one JSON object. The log is made up: outages of seven events each (opened, told, cause, update, restored, told, closed),
`--open` of them at a time, judged by the house rules whose key is a case or an incident (those that count a customer's
outages remember a month of them, however many cases are open). The kernel's figure of the resident set is read from /proc.
"""

from __future__ import annotations

import argparse
import heapq
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from keptword.cli.inputs import chosen_packs, chosen_plans
from keptword.cli.watch import _parser
from keptword.cli.watch_loop import young_garbage_only
from keptword.instants import MINUTE, SECOND, format_instant
from keptword.live.court import make_court
from keptword.live.duties import Settings
from keptword.live.journal import Journal
from keptword.live.monitor import Monitor
from keptword.live.watcher import Watcher, fingerprint
from keptword.plan import ObjectivePlan
from keptword.words import words_for

T0 = 1_772_431_200_000_000
STEPS = (
    ("outage.opened", {}), ("call.made", {"direction": "out", "channel": "phone", "answered": True}), ("cause.confirmed", {"cause": "cable"}),
    ("notice.sent", {"direction": "out", "channel": "sms", "topic": "outage", "cause": "cable"}), ("outage.resolved", {}),
    ("call.made", {"direction": "out", "channel": "phone", "answered": True}), ("ticket.closed", {}),
)  # fmt: skip


def log(events: int, open_cases: int, life: int) -> Iterator[bytes]:
    """Lines in order of time; each case lives for `life` microseconds, and `open_cases` of them are open at a time."""
    step = life // open_cases
    heap: list[tuple[int, int, int]] = [(T0, 0, 0)]
    for _ in range(events):
        when, number, k = heapq.heappop(heap)
        name, fields = STEPS[k]
        head = {
            "case": f"T-{number}",
            "incident": f"I-{number}",
            "customer": f"c{number}",
            "team": f"team-{number % 9}",
        }
        yield json.dumps(
            {"time": format_instant(when), "event": name, "id": f"{number}.{k}", **head, **fields}
        ).encode()
        if k == 0:
            heapq.heappush(heap, (T0 + (number + 1) * step, number + 1, 0))
        if k + 1 < len(STEPS):
            # Every seventh case is told too late.
            late = 40 * MINUTE if number % 7 == 0 and k == 0 else 0
            heapq.heappush(heap, (when + life // len(STEPS) + late, number, k + 1))


def resident() -> int:
    """Mebibytes in memory now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 2**20


def open_watcher(path: str, engine: str) -> tuple[Watcher, Journal]:
    """The house rules on a journal."""
    packs = chosen_packs(None)
    plans = [
        p
        for p in chosen_plans(packs, None)
        if not isinstance(p.body, ObjectivePlan) and {"case", "incident"} & set(p.key)
    ]
    settings = Settings(keep=6 * 60 * MINUTE, keep_closed=10 * MINUTE)
    journal = Journal(path, fingerprint(plans, settings))
    journal.subscribe(["out"])
    return Watcher(
        journal, Monitor(plans, make_court(engine), settings, (), words_for(packs)), _parser(None, {})
    ), journal


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--open", type=int, default=10_000)
    parser.add_argument("--rate", type=int, default=1500)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--life", type=int, default=350, help="minutes that a case is open")
    parser.add_argument("--engine", default="durable-rules")
    wishes = parser.parse_args()
    out: dict[str, object] = {
        "engine": wishes.engine,
        "open_cases": wishes.open,
        "events": wishes.events,
        "pid": os.getpid(),
    }
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "state.db")
        watcher, journal = open_watcher(path, wishes.engine)
        lines = log(wishes.events, wishes.open, wishes.life * 60 * SECOND)
        out["rules"] = len(watcher.monitor.titles())
        with young_garbage_only():
            out["throughput_per_s"], out["memory_mib"] = run_through(
                watcher, journal, lines, wishes.events - wishes.rate * wishes.seconds
            )
            out["delay_ms_at_rate"] = {
                "rate": wishes.rate,
                **paced(watcher, journal, lines, wishes.rate, wishes.seconds),
            }
        out["remembered"] = watcher.monitor.sizes()
        out["announced"] = watcher.counts["announced"]
        out["hearings"] = watcher.monitor.counts["hearings"]
        journal.close()
        out["journal_mib"] = round(os.path.getsize(path) / 2**20, 1)
        began = time.perf_counter()
        again, journal = open_watcher(path, wishes.engine)
        out["start_s"] = round(time.perf_counter() - began, 2)
        out["same_after_restart"] = again.monitor.sizes() == watcher.monitor.sizes()
        journal.close()
    print(json.dumps(out, indent=1))
    return 0


def run_through(
    watcher: Watcher, journal: Journal, lines: Iterator[bytes], events: int
) -> tuple[float, list[int]]:
    """As fast as it goes: events a second of the process's time, and the memory at each tenth of the way."""
    memory: list[int] = []
    began = time.process_time()
    made = 0.0
    for number in range(0, events, 200):
        ahead = time.process_time()
        batch = [line for line, _ in zip(lines, range(min(200, events - number)))]  # noqa: B905 - as many as there are
        made += time.process_time() - ahead
        watcher.take(batch)
        journal.delivered("out", journal.number)
        if number * 10 // events > len(memory) - 1:
            memory.append(resident())
            print(
                f"{number:>9} events {resident():>6} MiB {watcher.monitor.sizes()}",
                file=sys.stderr,
                flush=True,
            )
    return round(events / (time.process_time() - began - made), 0), memory


def paced(
    watcher: Watcher, journal: Journal, lines: Iterator[bytes], rate: int, seconds: int
) -> dict[str, float]:
    """Lines arrive at a rate; the delay from the arrival of each to its being written down, decided and committed."""
    waiting = list(lines)[: rate * seconds]
    delays: list[float] = []
    start = time.perf_counter()
    at = 0
    while at < len(waiting):
        now = time.perf_counter() - start
        upto = min(len(waiting), int(now * rate) + 1)
        if upto <= at:
            time.sleep(0.0005)
            continue
        watcher.take(waiting[at:upto])
        journal.delivered("out", journal.number)
        done = time.perf_counter() - start
        delays += [done - n / rate for n in range(at, upto)]
        at = upto
    delays.sort()
    return {
        "events": len(delays), "p50": round(delays[len(delays) // 2] * 1000, 2), "p99": round(delays[len(delays) * 99 // 100] * 1000, 2),
        "max": round(delays[-1] * 1000, 2),
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
