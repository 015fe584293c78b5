"""`keptword watch` on a real Redis server, a real NATS server, and the Kafka brokers that its client simulates."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from keptword.instants import MINUTE, format_instant
from keptword.live.decide import available

T0 = 1_772_431_200_000_000
RULE = """\
id: answered
title: An answer within an hour
kind: response
severity: major
source: house
why: who waits wants to know
after: ticket.opened
expect: message.sent
within: 1h
"""
Publish = Callable[[list[bytes]], None]


@pytest.fixture(autouse=True)
def need_durable_rules() -> None:
    if why := available():
        pytest.skip(why)  # a failure where CI is set, like every skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def served(command: list[str], port: int) -> Iterator[None]:
    """A server until the test is over."""
    binary = shutil.which(command[0], path=os.environ["PATH"] + os.pathsep + "/usr/sbin")
    if binary is None:
        pytest.skip(f"{command[0]} is not installed (Debian: apt install {command[0]})")
    process = subprocess.Popen([binary, *command[1:]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def redis_stream(tmp_path: Path) -> Iterator[tuple[str, Publish]]:
    port = free_port()
    with served(["redis-server", "--port", str(port), "--save", "", "--dir", str(tmp_path)], port):
        redis = pytest.importorskip("redis")

        client = redis.Redis(port=port)

        def publish(lines: list[bytes]) -> None:
            for line in lines:
                client.xadd("tickets", {"event": line})

        yield f"redis://127.0.0.1:{port}/tickets", publish
        client.close()


@pytest.fixture
def nats_subject(tmp_path: Path) -> Iterator[tuple[str, Publish]]:
    port = free_port()
    with served(["nats-server", "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", str(tmp_path)], port):
        nats = pytest.importorskip("nats")

        async def publish(lines: list[bytes]) -> None:
            link = await nats.connect(f"nats://127.0.0.1:{port}")
            context = link.jetstream()
            await context.add_stream(name="floor", subjects=["tickets"])
            for line in lines:
                await context.publish("tickets", line)
            await link.close()

        asyncio.run(publish([]))
        yield f"nats://127.0.0.1:{port}/tickets?stream=floor", lambda lines: asyncio.run(publish(lines))


@pytest.fixture
def kafka_topic() -> tuple[str, Publish]:
    confluent_kafka = pytest.importorskip("confluent_kafka")

    brokers: Any = confluent_kafka.Producer({"bootstrap.servers": "simulated", "test.mock.num.brokers": 1})
    broker = next(iter(brokers.list_topics(timeout=10).brokers.values()))

    def publish(lines: list[bytes]) -> None:
        for line in lines:
            brokers.produce("tickets", line)
        assert brokers.flush(20) == 0

    publish([b'{"time": "2026-03-01T00:00:00Z", "event": "log.begun"}'])  # makes the topic
    return f"kafka://{broker.host}:{broker.port}/tickets", publish


def line(minutes: int, name: str, case: str) -> bytes:
    when = format_instant(T0 + minutes * MINUTE)
    return json.dumps({"id": f"{case}.{name}", "time": when, "event": name, "case": case}).encode()


@pytest.mark.parametrize("broker", ["redis_stream", "nats_subject", "kafka_topic"])
def test_what_comes_before_and_after_a_kill_is_announced_once(
    tmp_path: Path, broker: str, request: pytest.FixtureRequest
) -> None:
    """The monitor goes on in the stream where it was killed: nothing lost, nothing twice."""
    url, publish = request.getfixturevalue(broker)
    (tmp_path / "answered.yaml").write_text(RULE)
    out = tmp_path / "out.jsonl"
    command = [
        sys.executable, "-m", "keptword", "watch", url, "--rules", str(tmp_path), "--clock", "log", "--warn", "",
        "--state", str(tmp_path / "state.db"), "--output", str(out),
    ]  # fmt: skip

    def until(count: int) -> list[tuple[int, str]]:
        with open(tmp_path / "err.txt", "wb") as errors:
            process = subprocess.Popen(command, stderr=errors, env={**os.environ, "PYTHONUNBUFFERED": "1"})
        try:
            for _ in range(600):
                said = out.read_text().splitlines() if out.exists() else []
                if len(said) >= count or process.poll() is not None:
                    break
                time.sleep(0.05)
            time.sleep(0.2)  # anything that came twice would stand there by now
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert (tmp_path / "err.txt").read_text() == ""
        return [(d["no"], d["key"]["case"]) for d in map(json.loads, out.read_text().splitlines())]

    publish([line(0, "ticket.opened", "1"), line(70, "ticket.opened", "2")])
    assert until(1) == [(1, "1")]
    publish(
        [line(140, "ticket.opened", "3"), line(150, "message.sent", "3"), line(300, "ticket.opened", "4")]
    )
    assert until(2) == [(1, "1"), (2, "2")]
