"""How the live monitor keeps up with the whole house pack: throughput, delay at a rate, memory over a long run, and starts.

    python benchmarks/live.py speed   --events 120000                     events a second of one core, 10,000 cases open
    python benchmarks/live.py delay   --rate 1000 --seconds 60            --clock wall|cpu; open loop: lines come at a rate, whether or not the last ones are done
    python benchmarks/live.py memory  --events 1000000                    memory at each tenth, and the start from the journal that this leaves
    python benchmarks/live.py start   --events 1000000                    the start after a crash that left so many lines unread behind the journal

Each prints one JSON object. The log is that of `live_log.py`; all of `keptword watch` runs, in this process: parsing, deciding, the journal on disk
(`--durability`), announcements written to a file. Processor time is that of the process, without the making of the log; delays are wall
time from the moment at which a line was due to come until everything that follows from it is written down and announced.
The resident set is read from /proc.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from live_log import log

from keptword.cli.inputs import chosen_packs, chosen_plans
from keptword.cli.watch import _parser
from keptword.cli.watch_loop import Loop, Sink
from keptword.instants import MINUTE
from keptword.live.court import Court, make_court
from keptword.live.duties import Settings
from keptword.live.journal import Journal
from keptword.live.monitor import Monitor
from keptword.live.sources import Batch
from keptword.live.watcher import Watcher, fingerprint
from keptword.words import words_for


class Floor:
    """`keptword watch` with the house pack, a state file and an output file in a folder."""

    def __init__(self, folder: str, wishes: argparse.Namespace) -> None:
        packs = chosen_packs(None)
        plans = chosen_plans(packs, None)
        settings = Settings()
        self.path = os.path.join(folder, "state.db")
        self.journal = Journal(self.path, fingerprint(plans, settings), wishes.durability)
        self.journal.subscribe(["out"])
        self.court: Court = make_court(wishes.engine)
        self._file = open(os.path.join(folder, "out.jsonl"), "ab+")  # noqa: SIM115 - closed by close
        self.sink = Sink(self.journal, self._file, "jsonl", "en", False, exact=True)
        self.sink.settle()
        monitor = Monitor(plans, self.court, settings, (), words_for(packs))
        self.watcher = Watcher(self.journal, monitor, _parser(None, {}), everything=False)

    def run(self, source: Offered | Backlog) -> None:
        """Until the source ends."""
        Loop(self.watcher, [source], self.sink, None, False, 0).run()

    def figures(self) -> dict[str, object]:
        """What was done and is remembered."""
        counts = self.watcher.monitor.counts
        return {
            "remembered": self.watcher.monitor.sizes(), "announced": self.watcher.counts["announced"],
            "hearings": counts["hearings"], "held by the engine": self.court.heard, "escalations": counts["said:escalation"],
        }  # fmt: skip

    def close(self) -> None:
        """Let go of the files."""
        self.journal.close()
        self._file.close()
        self.court.close()


class Backlog:
    """A source that always has the next `size` lines ready; knows how long their making took."""

    def __init__(
        self, lines: Iterator[bytes], size: int = 200, watch: Callable[[int], None] | None = None
    ) -> None:
        self._lines, self._size, self._watch = lines, size, watch
        self.made_s, self.count, self._ended = 0.0, 0, False

    def read(self, wait: float) -> Batch | None:
        """See `Source`."""
        del wait  # there is always something
        began = time.process_time()
        lines = list(islice(self._lines, self._size))
        self.count += len(lines)
        if self._watch is not None:
            self._watch(self.count)
        self.made_s += time.process_time() - began
        self._ended = not lines
        return Batch(lines, {"log": str(self.count)}) if lines else None

    def finished(self) -> bool:
        """See `Source`."""
        return self._ended

    def close(self) -> None:
        """See `Source`."""


class Offered:
    """A source whose lines come at a rate, whatever became of those before; a turn is over when the next is asked for.

    By the wall clock, or by processor time: then the time for which nothing is due is skipped, and what others do on the
    machine does not count (nor does waiting for the disk).
    """

    def __init__(self, lines: list[bytes], rate: float, wall: bool) -> None:
        self._lines, self._rate, self._wall = lines, rate, wall
        self._start = self._skipped = 0.0
        self._at = self._done = 0
        self.delays: list[float] = []
        self.turns: list[int] = []

    def begin(self) -> None:
        """The first line is due now."""
        self._start = self._now()

    def _now(self) -> float:
        return (time.perf_counter() if self._wall else time.process_time()) + self._skipped - self._start

    def read(self, wait: float) -> Batch | None:
        """See `Source`."""
        now = self._now()
        self.delays += [now - n / self._rate for n in range(self._done, self._at)]
        self._done = self._at
        if self._at < len(self._lines) and (left := self._at / self._rate - now) > 0:
            if self._wall:
                time.sleep(min(left, wait))
            else:
                self._skipped += left
            now = self._now()
        upto = min(len(self._lines), int(now * self._rate) + 1)
        if upto <= self._at:
            return None
        lines, self._at = self._lines[self._at : upto], upto
        self.turns.append(len(lines))
        return Batch(lines)

    def finished(self) -> bool:
        """See `Source`."""
        return self._done == len(self._lines)

    def close(self) -> None:
        """See `Source`."""


def resident() -> int:
    """Mebibytes in memory now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 2**20


def speed(wishes: argparse.Namespace, folder: str) -> Mapping[str, object]:
    """Events a second of processor time, once `--open` cases are open and the first ones have closed."""
    floor, lines = Floor(folder, wishes), made(wishes)
    ahead = wishes.open * 8
    floor.run(Backlog(islice(lines, ahead)))
    rest = Backlog(lines)
    began = time.process_time()
    floor.run(rest)
    rate = rest.count / (time.process_time() - began - rest.made_s)
    out = {"events_ahead": ahead, "events": rest.count, "events_per_cpu_s": round(rate), **floor.figures()}
    floor.close()
    return out


def delay(wishes: argparse.Namespace, folder: str) -> Mapping[str, object]:
    """The same state, then lines at a rate."""
    floor, lines = Floor(folder, wishes), made(wishes)
    floor.run(Backlog(islice(lines, wishes.open * 8)))
    source = Offered(
        list(islice(lines, int(wishes.rate * wishes.seconds))), wishes.rate, wishes.clock == "wall"
    )
    began = time.process_time()
    source.begin()
    floor.run(source)
    busy = time.process_time() - began
    delays = sorted(source.delays)
    at = {f"p{p}": round(delays[int(len(delays) * p / 100)] * 1000, 2) for p in (50, 90, 99)}
    out = {
        "rate": wishes.rate, "clock": wishes.clock, "events": len(delays), "delay_ms": {**at, "max": round(delays[-1] * 1000, 2)},
        "events_a_turn": round(len(delays) / len(source.turns), 2), "busy_share": round(busy / wishes.seconds, 2), **floor.figures(),
    }  # fmt: skip
    floor.close()
    return out


def memory(wishes: argparse.Namespace, folder: str) -> Mapping[str, object]:
    """Resident set at each tenth of the log, and a start from what it leaves. Cases live for `--days`, so that the windows of rules pass too."""
    floor, tenth = Floor(folder, wishes), wishes.events // 10
    steps: list[dict[str, object]] = []

    def look(count: int) -> None:
        if count // tenth > len(steps):
            step = {"fed": count, "mib": resident(), **floor.watcher.monitor.sizes()}
            steps.append(step)
            print(step, file=sys.stderr, flush=True)

    floor.run(Backlog(made(wishes), watch=look))
    out: dict[str, object] = {"steps": steps, **floor.figures()}
    sizes = floor.watcher.monitor.sizes()
    floor.close()
    out["journal_mib"] = round(os.path.getsize(floor.path) / 2**20, 1)
    began = time.perf_counter()
    again = Floor(folder, wishes)
    out["start_s"] = round(time.perf_counter() - began, 2)
    out["same_after_restart"] = again.watcher.monitor.sizes() == sizes
    again.close()
    return out


def start(wishes: argparse.Namespace, folder: str) -> Mapping[str, object]:
    """A journal through which a million events went, `--unread` of which a crash left written down and not acted on."""
    floor, lines = Floor(folder, wishes), made(wishes)
    floor.run(Backlog(islice(lines, wishes.events - wishes.unread)))
    floor.journal.record([("event", line) for line in lines])
    floor.close()
    began = time.perf_counter()
    again = Floor(folder, wishes)
    took = time.perf_counter() - began
    out = {
        "events": wishes.events,
        "unread": again.watcher.counts["replayed"],
        "start_s": round(took, 2),
        **again.figures(),
    }
    again.close()
    return out


def made(wishes: argparse.Namespace) -> Iterator[bytes]:
    """The log that was wished for."""
    events = wishes.events if wishes.what != "delay" else int(wishes.open * 8 + wishes.rate * wishes.seconds)
    return log(events, wishes.open, int(wishes.days * 24 * 60) * MINUTE, wishes.customers)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["speed", "delay", "memory", "start"])
    parser.add_argument("--events", type=int, default=120_000)
    parser.add_argument("--open", type=int, default=10_000, help="cases open at a time")
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument(
        "--days", type=float, help="how long a case is open; speed, delay: 0.243, memory, start: 20"
    )
    parser.add_argument("--rate", type=float, default=1000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument(
        "--clock", choices=["wall", "cpu"], default="wall", help="of delay; cpu on a machine that others use"
    )
    parser.add_argument("--unread", type=int, default=500)
    parser.add_argument("--durability", choices=["normal", "full"], default="normal")
    parser.add_argument("--engine", default="durable-rules")
    wishes = parser.parse_args()
    wishes.days = wishes.days or (0.243 if wishes.what in {"speed", "delay"} else 20)
    with tempfile.TemporaryDirectory() as folder:
        found = {"speed": speed, "delay": delay, "memory": memory, "start": start}[wishes.what](
            wishes, folder
        )
    print(
        json.dumps(
            {
                "what": wishes.what,
                "open_cases": wishes.open,
                "engine": wishes.engine,
                "durability": wishes.durability,
                **found,
            },
            indent=1,
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
