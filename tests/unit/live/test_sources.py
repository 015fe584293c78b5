"""Sources: every line once, whatever happens to the file; and the webhook's refusals."""

import http.client
import io
import json
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from keptword.errors import LogError, UsageError
from keptword.live.sources import LONGEST_LINE, Folder, Source, Stream, Tail
from keptword.live.streams import open_stream
from keptword.live.web import Status, Web


def drain(source: Source, turns: int = 20) -> tuple[list[bytes], dict[str, str]]:
    lines: list[bytes] = []
    positions: dict[str, str] = {}
    for _ in range(turns):
        batch = source.read(0.05)
        if batch is not None:
            lines += batch.lines
            positions |= batch.positions
    return lines, positions


def test_a_growing_file_gives_whole_lines_only(tmp_path: Path) -> None:
    """Half a line waits until it is whole; a restart goes on behind the last whole one."""
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"one\ntw")
    tail = Tail(str(path))
    lines, positions = drain(tail)
    assert lines == [b"one"]
    with open(path, "ab") as out:
        out.write(b"o\nthree\n")
    assert drain(tail)[0] == [b"two", b"three"]
    tail.close()
    again = Tail(str(path), positions[str(path)])
    assert drain(again)[0] == [b"two", b"three"]
    again.close()


def test_a_rotated_file_is_read_to_its_end_and_then_the_new_one(tmp_path: Path) -> None:
    """Renamed and begun anew: no line is lost, not even one without a line end; also over a restart."""
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"one\n")
    tail = Tail(str(path))
    _, positions = drain(tail)
    with open(path, "ab") as out:
        out.write(b"two\nthree")
    path.rename(tmp_path / "log.jsonl.1")
    assert drain(tail)[0] == [b"two"]
    path.write_bytes(b"four\n")
    assert drain(tail)[0] == [b"three", b"four"]
    tail.close()
    again = Tail(str(path), positions[str(path)])
    assert drain(again)[0] == [b"two", b"three", b"four"]
    again.close()


def test_a_file_that_is_cut_back_is_read_from_its_beginning(tmp_path: Path) -> None:
    """Rotation by copying and truncating."""
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"one\ntwo\n")
    tail = Tail(str(path))
    drain(tail)
    path.write_bytes(b"x\n")
    assert drain(tail)[0] == [b"x"]
    tail.close()


def test_a_file_may_come_later_unless_its_end_is_awaited(tmp_path: Path) -> None:
    """`--once` on a file that is not there is an error."""
    path = tmp_path / "log.jsonl"
    tail = Tail(str(path))
    assert tail.read(0) is None
    path.write_bytes(b"one\n")
    assert drain(tail)[0] == [b"one"]
    tail.close()
    with pytest.raises(LogError, match="cannot be opened"):
        Tail(str(tmp_path / "nothing"), once=True)


def test_once_ends_at_the_end_and_takes_a_last_line_without_line_end(tmp_path: Path) -> None:
    """The log of yesterday may lack it."""
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"one\r\ntwo")
    tail = Tail(str(path), once=True)
    assert drain(tail)[0] == [b"one\r", b"two"]
    assert tail.finished()
    tail.close()


def test_a_line_without_measure_is_cut_and_the_next_one_is_read(tmp_path: Path) -> None:
    """It is handed on so far that it can be reported, and memory stays bounded."""
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"x" * (3 * LONGEST_LINE) + b"\nnext\n")
    tail = Tail(str(path))
    lines, _ = drain(tail)
    assert len(lines) == 2
    assert LONGEST_LINE < len(lines[0]) <= 2 * LONGEST_LINE + 1
    assert lines[1] == b"next"
    tail.close()
    stream = Stream(io.BytesIO(b"x" * (3 * LONGEST_LINE) + b"\nnext\n"))
    found, _ = drain(stream)
    assert [len(line) for line in found] == [LONGEST_LINE + 1, 5]
    assert stream.finished()


def test_a_directory_is_all_its_files_and_those_that_come(tmp_path: Path) -> None:
    """Each with a position of its own."""
    (tmp_path / "a.jsonl").write_bytes(b"one\n")
    (tmp_path / "ignored.txt").write_bytes(b"no\n")
    folder = Folder(str(tmp_path), {})
    lines, positions = drain(folder)
    (tmp_path / "b.jsonl").write_bytes(b"two\n")
    more, later = drain(folder)
    folder.close()
    assert (lines, more) == ([b"one"], [b"two"])
    again = Folder(str(tmp_path), positions | later, once=True)
    assert drain(again)[0] == []
    assert again.finished()
    again.close()
    with pytest.raises(LogError):
        Folder(str(tmp_path / "none"), {})


def ask(
    web: Web, method: str, path: str, body: bytes = b"", token: str | None = "secret", **headers: str
) -> tuple[int, bytes]:
    link = http.client.HTTPConnection("127.0.0.1", web.port, timeout=5)
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    link.request(method, path, body, headers)
    answer = link.getresponse()
    out = (answer.status, answer.read())
    link.close()
    return out


@pytest.fixture
def web() -> object:
    server = Web("127.0.0.1", 0, "secret", Status())
    yield server
    server.close()


def test_the_webhook_answers_when_the_lines_are_written_down(web: Web) -> None:
    """202 after the journal has them, 503 when it could not take them."""
    for well, status in ((True, 202), (False, 503)):
        got: list[int] = []
        caller = threading.Thread(
            target=lambda got=got: got.append(ask(web, "POST", "/events", b'{"a":1}\n{"b":2}\n')[0])
        )
        caller.start()
        batch = web.read(5)
        assert batch is not None
        assert batch.lines == [b'{"a":1}', b'{"b":2}']
        assert got == []
        batch.written(well)
        caller.join(5)
        assert got == [status]


@pytest.mark.parametrize(
    ("method", "path", "token", "headers", "status"),
    [
        ("POST", "/events", None, {}, 401), ("POST", "/events", "wrong", {}, 401), ("POST", "/events", "", {}, 401), ("POST", "/else", "secret", {}, 404),
        ("POST", "/events", "secret", {"Content-Length": "99999999"}, 413), ("POST", "/events", "secret", {"Content-Length": "-1"}, 411),
        ("POST", "/events", "secret", {"Content-Length": "9" * 30}, 413), ("GET", "/nothing", "secret", {}, 404), ("PUT", "/events", "secret", {}, 501),
    ],
)  # fmt: skip
def test_the_webhook_refuses(
    web: Web, method: str, path: str, token: str | None, headers: dict[str, str], status: int
) -> None:
    """Without the token, too large, without a length, elsewhere."""
    assert ask(web, method, path, b"", token, **headers)[0] == status
    assert web.read(0.01) is None


def test_health_and_metrics_need_no_token(web: Web) -> None:
    """Prometheus text and a JSON status."""
    web.status.put({"events_total": 3, "remembered_slots": 2.5})
    assert ask(web, "GET", "/metrics", token=None) == (
        200,
        b"# TYPE keptword_events_total counter\nkeptword_events_total 3\n# TYPE keptword_remembered_slots gauge\nkeptword_remembered_slots 2.5\n",
    )
    assert json.loads(ask(web, "GET", "/health", token=None)[1]) == {"status": "ok"}
    web.status.put({}, healthy=False)
    assert ask(web, "GET", "/health", token=None)[0] == 503


def test_a_server_needs_a_token_and_a_free_port(web: Web) -> None:
    """Both are errors of the user, not tracebacks."""
    with pytest.raises(UsageError, match="token"):
        Web("127.0.0.1", 0, "", Status())
    with pytest.raises(UsageError, match="cannot listen"):
        Web("127.0.0.1", web.port, "secret", Status())


@pytest.mark.parametrize(
    ("url", "module"),
    [("redis://u:geheim@h/s", "redis"), ("kafka://h:1/t", "confluent_kafka"), ("nats://h/s", "nats")],
)
def test_a_missing_client_is_said_clearly(monkeypatch: pytest.MonkeyPatch, url: str, module: str) -> None:
    """With the extra that brings it, and without the password."""
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UsageError, match="not installed") as error:
        open_stream(url, {})
    assert "geheim" not in str(error.value)
    with pytest.raises(UsageError, match="no stream"):
        open_stream(url.rpartition("/")[0], {})


def test_a_redis_stream_is_read_from_where_the_journal_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """As its client gives it: entries with numbers, bytes for fields."""
    asked: list[object] = []

    class Server:
        def ping(self) -> None: ...

        def close(self) -> None: ...

        def xread(self, streams: dict[str, str], **limits: int) -> object:
            assert limits.keys() == {"count", "block"}
            asked.append(dict(streams))
            return (
                [[b"s", [(b"5-0", {b"event": b"{}"}), (b"6-0", {b"other": b"[]"})]]]
                if len(asked) == 1
                else []
            )

    urls: list[str] = []
    monkeypatch.setitem(
        sys.modules,
        "redis",
        SimpleNamespace(Redis=SimpleNamespace(from_url=lambda url: urls.append(url) or Server())),
    )
    source = open_stream("redis://user:pw@h:1/s?db=2", {"redis://h/s": "4-0"})
    batch = source.read(0.01)
    assert batch is not None
    assert (batch.lines, batch.positions) == ([b"{}", b"[]"], {"redis://h/s": "6-0"})
    assert source.read(0.01) is None
    assert asked == [{"s": "4-0"}, {"s": "6-0"}]
    assert urls == ["redis://user:pw@h:1/2"]
    source.close()
