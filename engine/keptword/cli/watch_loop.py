"""What `keptword watch` does once it has begun: read, act, deliver, until somebody says stop."""

from __future__ import annotations

import gc
import json
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keptword.live.notify import Post
    from keptword.live.sources import Source
    from keptword.live.watcher import Watcher


def wall_clock() -> int:
    """Microseconds since 1970-01-01Z, as this machine believes."""
    return time.time_ns() // 1000


class Sink:
    """Writes announcements to standard output or to a file; in a file each stands exactly once, whatever happened before."""

    def __init__(self, journal: Any, file: Any, form: str, lang: Any, everything: bool, exact: bool) -> None:
        self._journal, self._file, self.form, self.lang, self._everything, self._exact = (
            journal,
            file,
            form,
            lang,
            everything,
            exact,
        )
        self.recent: deque[Mapping[str, Any]] = deque(maxlen=10)

    def settle(self) -> None:
        """After a crash: what already stands in the file is delivered; half a line is taken away."""
        if not self._exact or not self._journal.number:
            return
        last = 0
        end = 0
        self._file.seek(0)
        for raw in self._file:
            if not raw.endswith(b"\n"):
                break
            end += len(raw)
            try:
                last = max(last, int(json.loads(raw)["no"]))
            except (ValueError, KeyError, TypeError):
                continue  # not one of ours
        self._file.seek(end)
        self._file.truncate()
        if last:
            self._journal.delivered("out", min(last, self._journal.number))

    def deliver(self) -> None:
        """Write what is new."""
        from keptword.live.announce import urgent
        from keptword.live.notify import clock_time, line

        while new := self._journal.undelivered("out"):
            for number, text in new:
                data = json.loads(text)
                if not self._everything and not urgent(data):
                    continue
                self.recent.append(data)
                if self.form == "board":
                    continue
                said = (
                    json.dumps({"no": number, **data}, ensure_ascii=False)
                    if self.form == "jsonl"
                    else f"{clock_time(data['at'])}  {line(data, self.lang)}"
                )
                self._file.write(said.encode("utf-8", "backslashreplace") + b"\n")
            self._file.flush()
            self._journal.delivered("out", new[-1][0])


class Paced:
    """A source whose lines come at the times that stand in them, so many times as fast."""

    def __init__(self, inner: Source, parse: Any, speed: float) -> None:
        self._inner, self._parse, self._speed = inner, parse, speed
        self._held: deque[tuple[int, bytes, dict[str, str]]] = deque()
        self._start: tuple[float, int] | None = None

    def now(self) -> int | None:
        """The moment in the log; just before the next line while one is waiting."""
        if self._start is None:
            return None
        now = self._start[1] + int((monotonic() - self._start[0]) * 1_000_000 * self._speed)
        return min(now, self._held[0][0] - 1) if self._held else None

    def read(self, wait: float) -> Any:
        """See `Source`."""
        from keptword.events import Event
        from keptword.live.sources import Batch

        if not self._held and (batch := self._inner.read(0)) is not None:
            last = 0
            for line, event in zip(batch.lines, self._parse(batch.lines), strict=True):
                last = event.time if isinstance(event, Event) else last
                self._held.append((last, line, {}))
            self._held[-1][2].update(batch.positions)
        if not self._held:
            return None
        if self._start is None:
            self._start = (monotonic(), self._held[0][0])
        due = self._start[0] + (self._held[0][0] - self._start[1]) / 1_000_000 / self._speed
        left = due - monotonic()
        if left > 0:
            sleep(min(left, wait))
            return None
        _, line, positions = self._held.popleft()
        return Batch([line], positions)

    def finished(self) -> bool:
        """See `Source`."""
        return not self._held and self._inner.finished()

    def close(self) -> None:
        """See `Source`."""
        self._inner.close()


class Loop:
    """Reads, acts, delivers, until the sources end or somebody says stop."""

    def __init__(
        self,
        watcher: Watcher,
        sources: list[Source],
        sink: Sink,
        post: Post | None,
        wall: bool,
        lateness: int,
    ) -> None:
        self._watcher, self._sources, self._sink, self._post, self._wall, self._lateness = (
            watcher,
            sources,
            sink,
            post,
            wall,
            lateness,
        )
        self._stop = False
        self._durations: deque[float] = deque(maxlen=1000)
        self._lines = 0

    def run(self) -> int:
        """0 at the end of the sources or after SIGTERM or SIGINT."""
        with _signals(self._say_stop), young_garbage_only(), self._board() as update:
            self._sink.deliver()
            while not self._stop:
                busy = self._turn()
                self._sink.deliver()
                if self._post is not None:
                    self._post.collect(wall_clock())
                    self._post.send(wall_clock())
                update()
                if not busy and all(s.finished() for s in self._sources):
                    break
            if not self._stop and self._watcher.monitor.now is not None:
                self._watcher.tick(self._watcher.monitor.now)
            self._sink.deliver()
            if self._post is not None:
                self._post.collect(wall_clock())
                self._post.send(wall_clock())
        return 0

    def _turn(self) -> bool:
        busy = False
        came = monotonic()
        for source in self._sources:
            batch = source.read(0.05 / len(self._sources))
            if batch is None:
                continue
            busy = True
            began = time.perf_counter()
            self._watcher.take(
                batch.lines, batch.positions, wall_clock() + self._lateness if self._wall else None
            )
            batch.written(True)
            self._durations.append((time.perf_counter() - began) / max(len(batch.lines), 1))
            self._lines += len(batch.lines)
        if not busy:
            first = self._sources[0]
            now = first.now() if isinstance(first, Paced) else wall_clock() if self._wall else None
            if now is not None:
                self._watcher.tick(now)
            self._figures()
            if monotonic() - came < 0.005 and not any(s.finished() for s in self._sources):
                sleep(0.01)  # a file does not wait, the others have waited
        elif self._lines % 64 == 0:
            self._figures()
        return busy

    def _figures(self) -> None:
        from keptword.live.web import Web

        for source in self._sources:
            if isinstance(source, Web):
                monitor = self._watcher.monitor
                figures: dict[str, float] = {f"remembered_{name}": n for name, n in monitor.sizes().items()}
                figures |= {
                    f"{name.replace(':', '_').replace('-', '_')}_total": n
                    for name, n in (monitor.counts + self._watcher.counts).items()
                }
                if self._post is not None:
                    figures |= {
                        f"letters_{name.replace('-', '_')}": n
                        for name, n in self._watcher.journal.post_counts().items()
                    }
                if self._durations:
                    ordered = sorted(self._durations)
                    figures["decision_seconds_p50"] = ordered[len(ordered) // 2]
                    figures["decision_seconds_p99"] = ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
                if monitor.now is not None:
                    figures["logical_time_seconds"] = monitor.now / 1_000_000
                source.status.put(figures)

    def _say_stop(self) -> None:
        self._stop = True

    @contextmanager
    def _board(self) -> Iterator[Callable[[], None]]:
        if self._sink.form != "board":
            yield lambda: None
            return
        from rich.live import Live

        from keptword.live.board import board

        monitor = self._watcher.monitor
        titles = monitor.titles()
        drawn = 0.0
        with Live(auto_refresh=False, screen=False) as live:

            def update() -> None:
                nonlocal drawn
                if monotonic() - drawn >= 0.5 and monitor.now is not None:
                    drawn = monotonic()
                    live.update(
                        board(
                            monitor.open_duties(20),
                            titles,
                            max(monitor.now, wall_clock() if self._wall else 0),
                            self._sink.recent,
                            self._sink.lang,
                            "UTC",
                        ),
                        refresh=True,
                    )

            yield update
            drawn = 0.0
            update()


@contextmanager
def young_garbage_only() -> Iterator[None]:
    """No search of more than the newest objects for garbage meanwhile.

    What a decision leaves is freed at once by counting references: of 200,000 events some hundred objects stay that are not.
    A search of all that is remembered of 10,000 open cases would hold decisions up for a second.
    """
    before = gc.get_threshold()
    gc.set_threshold(1_000, 1_000_000_000, 1_000_000_000)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    """SIGTERM and SIGINT end the loop after the present turn."""
    before = {}
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            before[number] = signal.signal(number, lambda *_: stop())
    except ValueError:  # not the main thread: whoever called us stops us
        pass
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
