"""Events by HTTP, and what there is to know about the monitor's health: one small server for machines in the same house."""

from __future__ import annotations

import hmac
import json
import queue
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from keptword.errors import usage_error
from keptword.live.sources import Batch

LARGEST = 1024 * 1024
_WAIT = 30.0
_AT_ONCE = 32


class Status:
    """Figures for `/metrics` and `/health`, put here by the one thread that knows them and read by the server's."""

    def __init__(self) -> None:
        self._figures: Mapping[str, float] = {}
        self._healthy = True

    def put(self, figures: Mapping[str, float], healthy: bool = True) -> None:
        """Replace all figures at once."""
        self._figures, self._healthy = dict(figures), healthy

    def metrics(self) -> str:
        """Prometheus text: `keptword_events_total 12` a line; names that end in `_total` are counters."""
        out = []
        for name, value in sorted(self._figures.items()):
            kind = "counter" if name.endswith("_total") else "gauge"
            out.append(f"# TYPE keptword_{name} {kind}\nkeptword_{name} {value:.10g}\n")
        return "".join(out)

    def health(self) -> tuple[int, str]:
        """HTTP status and a JSON body."""
        return (200 if self._healthy else 503), json.dumps(
            {"status": "ok" if self._healthy else "failing"}
        ) + "\n"


class Web:
    """A `Source` of events sent to `POST /events`; also answers `GET /metrics` and `GET /health`.

    The request is answered only when its lines are written down: 202 then, 503 when that took too long, 401 without
    the token, 411 without a length, 413 above a mebibyte, 429 with too many requests at once.
    """

    def __init__(self, host: str, port: int, token: str, status: Status) -> None:
        """Begin to listen (port 0: any free one); UsageError when that is not possible or the token is missing."""
        if not token:
            raise usage_error(
                "--listen needs a token", "set KEPTWORD_TOKEN, or name a file with --token-file"
            )
        self.status = status
        self._queue: queue.Queue[tuple[list[bytes], queue.Queue[bool]]] = queue.Queue(100)
        try:
            self._server = _Server((host, port), _Handler)
        except (OSError, OverflowError) as error:
            raise usage_error(f"cannot listen on {host}:{port}: {error}") from error
        self._server.inbox, self._server.token, self._server.status = self._queue, token.encode(), status
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.2}, name="keptword-web", daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def read(self, wait: float) -> Batch | None:
        """See `Source`."""
        try:
            lines, answer = self._queue.get(timeout=wait)
        except queue.Empty:
            return None
        return Batch(lines, written=answer.put)

    def finished(self) -> bool:
        """See `Source`; more can always come."""
        return False

    def close(self) -> None:
        """Stop listening; requests that wait are answered with 503."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
        while not self._queue.empty():
            self._queue.get_nowait()[1].put(False)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    inbox: queue.Queue[tuple[list[bytes], queue.Queue[bool]]]
    token: bytes
    status: Status

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self.room = threading.BoundedSemaphore(_AT_ONCE)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 10  # seconds without a byte
    server_version = "keptword"
    sys_version = ""

    def do_GET(self) -> None:
        """Health and metrics."""
        match self.path.partition("?")[0]:
            case "/health":
                self._answer(*self.server.status.health(), "application/json")
            case "/metrics":
                self._answer(200, self.server.status.metrics(), "text/plain; version=0.0.4; charset=utf-8")
            case _:
                self._answer(404, "known: GET /health, GET /metrics, POST /events\n")

    def do_POST(self) -> None:
        """Events."""
        if self.path.partition("?")[0] != "/events":
            return self._answer(404, "events go to /events\n")
        given = (
            self.headers.get("Authorization", "")
            .removeprefix("Bearer ")
            .strip()
            .encode("utf-8", "surrogateescape")
        )
        if not hmac.compare_digest(given, self.server.token):
            return self._answer(401, "send the token: Authorization: Bearer …\n")
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            return self._answer(411, "send a Content-Length\n")
        if len(length) > 9 or int(length) > LARGEST:
            return self._answer(413, f"at most {LARGEST} bytes at once\n")
        if not self.server.room.acquire(blocking=False):
            return self._answer(429, "too many requests at once\n")
        try:
            body = self.rfile.read(int(length))
            if len(body) != int(length):
                return self._answer(400, "the body is shorter than its length\n")
            answer: queue.Queue[bool] = queue.Queue(1)
            try:
                self.server.inbox.put((body.splitlines(), answer), timeout=_WAIT)
                written = answer.get(timeout=_WAIT)
            except (queue.Full, queue.Empty):
                written = False
        finally:
            self.server.room.release()
        return (
            self._answer(202, "written down\n")
            if written
            else self._answer(503, "not written down, send it again\n")
        )

    def _answer(self, status: int, text: str, kind: str = "text/plain; charset=utf-8") -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed."""
