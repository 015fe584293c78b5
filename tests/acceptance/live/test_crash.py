"""Killed fifty times during a stream, the monitor announces what an undisturbed one does: nothing lost, nothing twice."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from keptword.instants import MINUTE, format_instant
from keptword.live.decide import available

KILLS = 50
T0 = 1_772_431_200_000_000

# Runs the command in a forked child, so that fifty starts do not wait for fifty imports. Kills it at random moments
# while the log grows, and lets it finish at the end.
HARNESS = """
import os, random, signal, sys, time
from keptword.cli import main
log, lines_file, kills, *arguments = sys.argv[1:]
import keptword.live.monitor, keptword.live.watcher, keptword.spec.packs, keptword.readers.jsonl, keptword.live.decide
lines = open(lines_file, "rb").readlines()
rng = random.Random(11)
cuts = sorted(rng.sample(range(len(lines)), int(kills) - 1)) + [len(lines)]
at = 0
died = 0
for cut in cuts:
    child = os.fork()
    if not child:
        status = 3
        try:
            status = main(["watch", log, *arguments])
        finally:
            os._exit(status)
    with open(log, "ab") as out:
        for line in lines[at:cut]:
            half = rng.randrange(len(line))
            out.write(line[:half]); out.flush()
            if rng.random() < 0.1:
                time.sleep(0.002)
            out.write(line[half:]); out.flush()
    at = cut
    time.sleep(rng.choice([0.0, 0.02, 0.05, 0.1, 0.2, 0.3]) * rng.random())
    os.kill(child, signal.SIGKILL)
    died += os.WIFSIGNALED(os.waitpid(child, 0)[1])
print(died)
sys.exit(main(["watch", log, "--once", *arguments]))
"""


def stream(count: int) -> list[bytes]:
    """Outages of several customers, told of or not, some lines late, some twice, one of them broken."""
    rng = random.Random(3)
    events = []
    for n in range(count // 5):
        start = n * 3 * MINUTE
        head = {"case": f"T-{n}", "incident": f"I-{n}", "customer": f"c{n % 7}", "team": f"team-{n % 3}"}
        events.append((start, "outage.opened", head))
        if rng.random() < 0.7:
            told = {
                "direction": "out",
                "channel": "phone",
                "answered": True,
                "eta": format_instant(T0 + start + 90 * MINUTE),
            }
            events.append((start + rng.choice([9, 56, 58, 75]) * MINUTE, "call.made", {**head, **told}))
        events.append(
            (
                start + rng.randrange(60) * MINUTE,
                "cause.confirmed",
                {**head, "cause": rng.choice(["cable", "power"])},
            )
        )
        events.append(
            (
                start + rng.randrange(60, 200) * MINUTE,
                "notice.sent",
                {**head, "direction": "out", "channel": "email", "topic": "outage", "cause": "cable"},
            )
        )
        events.append((start + rng.randrange(30, 400) * MINUTE, "outage.resolved", head))
    lines = []
    for number, (time, name, fields) in enumerate(sorted(events, key=lambda e: e[0])):
        delay = rng.choice([0, 0, 0, 5, 9]) * MINUTE
        line = (
            json.dumps(
                {"time": format_instant(T0 + time), "event": name, "id": f"e{number}", **fields}
            ).encode()
            + b"\n"
        )
        lines.append((time + delay, number, line))
        if rng.random() < 0.05:
            lines.append((time + delay, number, line))
    out = [line for _, _, line in sorted(lines)]
    out.insert(len(out) // 2, b"{broken\n")
    return out


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_fifty_kills_lose_and_repeat_nothing(tmp_path: Path) -> None:
    """The announcements of the disturbed run, number by number, are those of the undisturbed one."""
    if why := available():
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    lines = stream(600)
    whole = tmp_path / "whole.jsonl"
    whole.write_bytes(b"".join(lines))
    common = ["--clock", "log", "--all", "--format", "jsonl"]
    command = [sys.executable, "-m", "keptword", "watch", str(whole), "--once", *common]
    calm = subprocess.run(
        [*command, "--state", str(tmp_path / "calm.db"), "--output", str(tmp_path / "calm")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert calm.returncode == 0, calm.stderr
    growing = tmp_path / "growing.jsonl"
    growing.touch()
    rest = ["--state", str(tmp_path / "wild.db"), "--output", str(tmp_path / "wild")]
    wild = subprocess.run(
        [sys.executable, "-c", HARNESS, str(growing), str(whole), str(KILLS), *common, *rest],
        capture_output=True,
        text=True,
        check=False,
    )
    assert wild.returncode == 0, wild.stderr
    assert int(wild.stdout) == KILLS
    expected = (tmp_path / "calm").read_text("utf-8").splitlines()
    found = (tmp_path / "wild").read_text("utf-8").splitlines()
    assert growing.read_bytes() == whole.read_bytes()
    assert [json.loads(line)["no"] for line in found] == list(range(1, len(expected) + 1))
    assert found == expected
    kinds = {json.loads(line)["kind"] for line in expected}
    assert {"warning", "verdict", "correction", "escalation", "left-out"} <= kinds
