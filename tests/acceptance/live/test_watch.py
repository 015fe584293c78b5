"""`keptword watch` as people use it: a file, a stream, HTTP; at any speed; stopped politely."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from keptword.instants import MINUTE, SECOND, format_instant
from keptword.live.decide import available

T0 = 1_772_431_200_000_000
EXAMPLES = Path(__file__).parents[3] / "examples"
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


@pytest.fixture(autouse=True)
def need_durable_rules() -> None:
    if why := available():
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)


@pytest.fixture
def rule(tmp_path: Path) -> str:
    (tmp_path / "answered.yaml").write_text(RULE)
    return str(tmp_path / "answered.yaml")


def line(minutes: float, name: str, case: str, **fields: object) -> str:
    return (
        json.dumps(
            {"time": format_instant(T0 + int(minutes * MINUTE)), "event": name, "case": case, **fields}
        )
        + "\n"
    )


def watch(
    *arguments: str, text: str = "", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "keptword", "watch", *arguments]
    return subprocess.run(
        command,
        input=text,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
        env={**os.environ, **(env or {})},
    )


def said(result: subprocess.CompletedProcess[str]) -> list[tuple[str, str]]:
    assert result.returncode == 0, result.stderr
    return [
        (d["kind"], str(d.get("share") or d.get("verdict") or ""))
        for d in map(json.loads, result.stdout.splitlines())
    ]


def test_warnings_come_before_the_violation(rule: str) -> None:
    """At three quarters of the hour, at the hour, and after it; then the answer that came too late."""
    text = (
        line(0, "ticket.opened", "1")
        + line(1, "ticket.opened", "2")
        + line(2, "message.sent", "2")
        + line(90, "message.sent", "1")
        + "nonsense\n"
    )
    result = watch("-", "--rules", rule, "--clock", "log", text=text)
    assert said(result) == [
        ("warning", "75"),
        ("warning", "100"),
        ("verdict", "missed"),
        ("verdict", "late"),
        ("left-out", ""),
    ]
    first = json.loads(result.stdout.splitlines()[0])
    assert (first["no"], first["at"], first["title"]) == (
        1,
        "2026-03-02T06:45:00+00:00",
        "An answer within an hour",
    )


def test_a_late_event_corrects_what_was_said(rule: str) -> None:
    """Within the lateness; what comes later still is left out, and says so."""
    text = line(0, "ticket.opened", "1") + line(65, "ticket.opened", "2") + line(59, "message.sent", "1")
    assert said(watch("-", "--rules", rule, "--clock", "log", "--warn", "", text=text)) == [
        ("verdict", "missed"),
        ("correction", "kept"),
    ]
    strict = watch("-", "--rules", rule, "--clock", "log", "--warn", "", "--lateness", "5m", text=text)
    assert said(strict) == [("verdict", "missed"), ("left-out", "")]


def test_a_replay_at_speed_announces_what_a_slow_one_does(tmp_path: Path) -> None:
    """The bad operator's months at any speed, with a tick between events or none: the same announcements."""
    log = str(EXAMPLES / "bad-operator.jsonl")
    whole = watch(log, "--once", "--all")
    assert "warning" in {kind for kind, _ in said(whole)}
    for speed in ("20000000", "9000000"):
        assert watch(log, "--speed", speed, "--all").stdout == whole.stdout


def test_a_violation_that_opens_a_duty_says_so(tmp_path: Path, rule: str) -> None:
    """The reparation is announced when it opens, warned of and judged as any duty, and withdrawn with the violation."""
    (tmp_path / "sorry.yaml").write_text(
        "id: sorry\ntitle: An apology for it\nkind: response\nseverity: major\nsource: house\nwhy: it is owed\n"
        f"after: {{violation: {Path(rule).stem}}}\nexpect: apology.made\nwithin: 1h\n"
    )
    text = line(0, "ticket.opened", "1") + line(65, "x.done", "") + line(70, "apology.made", "1")
    command = ("-", "--rules", str(tmp_path), "--clock", "log", "--warn", "", "--all")
    result = watch(*command, text=text)
    assert said(result) == [("verdict", "missed"), ("reparation", "open"), ("verdict", "kept")]
    opened = json.loads(result.stdout.splitlines()[1])
    assert (opened["title"], opened["due"]) == ("An apology for it", "2026-03-02T08:00:00+00:00")
    late = line(0, "ticket.opened", "1") + line(65, "x.done", "") + line(59, "message.sent", "1")
    assert said(watch(*command, text=late)) == [
        ("verdict", "missed"), ("reparation", "open"), ("correction", "kept"), ("withdrawn", "open"),
    ]  # fmt: skip


@pytest.mark.parametrize(("within", "escalations"), [(None, [3, 6]), ("2h", [3]), ("30m", [])])
def test_violations_of_a_team_within_a_window_are_escalated(
    rule: str, within: str | None, escalations: list[int]
) -> None:
    """Six violations, the first three within two hours, the others a day apart; each is escalated at most once."""
    opened = [0, 30, 60, 1500, 3000, 4500]
    text = "".join(line(m, "ticket.opened", str(m), team="north") for m in opened) + line(6000, "x.done", "")
    options = [] if within is None else ["--escalate-within", within]
    result = watch("-", "--rules", rule, "--clock", "log", *options, text=text)
    assert [json.loads(t)["count"] for t in result.stdout.splitlines() if '"escalation"' in t] == escalations


def test_eight_hours_a_thousand_times_as_fast_announce_the_same_as_slower(
    tmp_path: Path, rule: str, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Really run at 1000 times the speed, which takes half a minute; and at 1 time the speed, on a clock that does not wait."""
    log = tmp_path / "day.jsonl"
    lines = []
    for n in range(60):
        lines.append((n * 8.0, line(n * 8, "ticket.opened", f"T{n}")))
        lines.append((n * 8.0 + n % 80, line(n * 8 + n % 80, "message.sent", f"T{n}")))
    log.write_text("".join(text for minute, text in sorted(lines) if minute <= 480))
    command = [str(log), "--rules", rule, "--all"]
    fast = watch(*command, "--speed", "1000")
    assert len(said(fast)) > 60
    from keptword.cli import main, watch_loop

    clock = FakeClock()
    monkeypatch.setattr(watch_loop, "monotonic", clock.monotonic)
    monkeypatch.setattr(watch_loop, "sleep", clock.sleep)
    assert main(["watch", *command, "--speed", "1"]) == 0
    assert 7.9 * 3600 < clock.now < 8.1 * 3600
    assert capsysbinary.readouterr().out.decode() == fast.stdout == watch(*command, "--once").stdout


class FakeClock:
    """Hours pass by sleeping, in no time at all."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_a_restart_says_nothing_twice(tmp_path: Path, rule: str) -> None:
    """With --state a second run over the same file has nothing to add; other rules are refused."""
    log, state = tmp_path / "log.jsonl", str(tmp_path / "state.db")
    log.write_text(line(0, "ticket.opened", "1") + line(90, "ticket.opened", "2"))
    assert len(said(watch(str(log), "--rules", rule, "--once", "--state", state))) == 3
    assert said(watch(str(log), "--rules", rule, "--once", "--state", state)) == []
    with open(log, "a") as out:
        out.write(line(91, "message.sent", "1"))
    assert said(watch(str(log), "--rules", rule, "--once", "--state", state)) == [("verdict", "late")]
    other = watch(str(log), "--once", "--state", state)
    assert other.returncode == 2
    assert "other rules" in other.stderr


@pytest.fixture
def running(tmp_path: Path, rule: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    command = [
        sys.executable,
        "-m",
        "keptword",
        "watch",
        "--listen",
        "127.0.0.1:0",
        "--rules",
        rule,
        "--format",
        "text",
        "--lang",
        "ru",
        "--state",
        str(tmp_path / "s.db"),
    ]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "KEPTWORD_TOKEN": "t"},
    )
    assert process.stderr is not None
    match = re.search(r"port (\d+)", process.stderr.readline())
    assert match
    yield process, int(match[1])
    process.kill()
    process.communicate()


def test_events_by_http_are_judged_by_the_wall_clock(running: tuple[subprocess.Popen[str], int]) -> None:
    """A ticket of two hours ago is missed as soon as the monitor has nothing else to do; SIGTERM ends it with status 0."""
    process, port = running

    def ask(method: str, path: str, body: str = "") -> tuple[int, str]:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        link.request(method, path, body, {"Authorization": "Bearer t"})
        answer = link.getresponse()
        out = (answer.status, answer.read().decode())
        link.close()
        return out

    now = time.time_ns() // 1000
    opened = json.dumps({"time": format_instant(now - 7200 * SECOND), "event": "ticket.opened", "case": "1"})
    ahead = json.dumps(
        {"time": format_instant(now + 7200 * SECOND), "event": "ticket.opened", "case": "2", "id": "x"}
    )
    assert ask("POST", "/events", opened + "\n" + ahead + "\n")[0] == 202
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(4)]
    assert "lies in the future" in lines[0]
    assert "прошло 75 % срока: An answer within an hour (1)" in lines[1]
    assert "не сделано: An answer within an hour (1)" in lines[3]
    assert "keptword_events_total 1" in ask("GET", "/metrics")[1]
    assert ask("GET", "/health") == (200, '{"status": "ok"}\n')
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "nothing to watch"), (["-", "--warn", "high"], "--warn"), (["-", "--warn", "120%"], "--warn"), (["-", "--lateness", "soon"], "--lateness"),
        (["-", "--engine", "magic"], "--engine"), (["-", "--format", "xml"], "--format"), (["-", "--lang", "de"], "--lang"), (["-", "--clock", "sun"], "--clock"),
        (["--listen", "x"], "--listen"), (["--listen", "127.0.0.1:0"], "token"), (["nothing.jsonl", "--once"], "nothing.jsonl"), (["redis://h"], "no stream"),
        (["-", "--notify", "nonsense://x"], "Apprise"), (["-", "--notify", "json://localhost", "--quiet", "late"], "--quiet"), (["-", "--state", "/"], "state file"),
        (["-", "--output", "/"], "cannot be written"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_in_one_line(arguments: list[str], words: str) -> None:
    """Status 2, a reason, no traceback."""
    from keptword.cli import main

    result = _call(main, ["watch", *arguments])
    assert result[0] == 2
    assert words in result[1]
    assert "Traceback" not in result[1]


def _call(main: object, arguments: list[str]) -> tuple[int, str]:
    import contextlib
    import io

    out = io.StringIO()
    with contextlib.redirect_stderr(out):
        status = main(arguments)  # type: ignore[operator]
    return status, out.getvalue()


def test_the_board_shows_what_is_due_next(rule: str) -> None:
    """By team, with what was said below."""
    text = line(0, "ticket.opened", "А-1", team="поддержка") + line(50, "ticket.opened", "А-2", team="север")
    result = watch(
        "-",
        "--rules",
        rule,
        "--clock",
        "log",
        "--format",
        "board",
        "--lang",
        "ru",
        text=text,
        env={"COLUMNS": "160"},
    )
    assert result.returncode == 0, result.stderr
    for words in ("ближайшие сроки", "поддержка", "А-2", "10m", "прошло 75 % срока"):
        assert words in result.stdout
