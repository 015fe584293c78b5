"""`keptword watch`: warnings before a deadline, violations after it, while it happens."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from keptword.cli import inputs
from keptword.errors import usage_error

if TYPE_CHECKING:
    from keptword.events import Event
    from keptword.live.notify import Post
    from keptword.live.sources import Source
    from keptword.live.watcher import Watcher

EPILOG = """\b
Examples:
  tail -F tickets.jsonl | keptword watch -
  keptword watch tickets.jsonl --state watch.db --notify tgram://TOKEN/CHAT --lang ru
  KEPTWORD_TOKEN=secret keptword watch --listen 127.0.0.1:8640 --state watch.db
  keptword watch examples/bad-week.jsonl --speed 3600
"""


def watch(
    source: Annotated[str | None, typer.Argument(metavar="[SOURCE]", help="A growing JSONL file, a directory of them, -, or redis://, kafka://, nats://.")] = None,
    rules: Annotated[list[str] | None, typer.Option("--rules", "-r", metavar="PACK|DIR|FILE", help="A built-in pack, a folder or a rule file; may be repeated. Default: house.")] = None,
    state: Annotated[str | None, typer.Option("--state", metavar="FILE", help="The journal; without it a restart begins anew.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Append announcements as JSON lines there, each exactly once.")] = None,
    format: Annotated[str | None, typer.Option("--format", "-f", metavar="jsonl|text|board", help="Default: board on a terminal, else jsonl.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Announce kept and void duties too.")] = False,
    notify: Annotated[list[str] | None, typer.Option("--notify", metavar="URL", help="An Apprise address; may be repeated.")] = None,
    escalate_to: Annotated[list[str] | None, typer.Option("--escalate-to", metavar="URL", help="Who hears when a team has --escalate more violations.")] = None,
    escalate: Annotated[int, typer.Option("--escalate", metavar="N", min=0, help="Escalate at each N-th violation of a team; 0: never.")] = 3,
    digest: Annotated[str, typer.Option("--digest", metavar="LIMIT", help="Gather notifications for so long; critical ones go at once.")] = "0m",
    quiet: Annotated[str | None, typer.Option("--quiet", metavar="HH:MM-HH:MM", help="Local hours in which only critical notifications are sent.")] = None,
    lang: Annotated[str, typer.Option("--lang", metavar="en|ru", help="Language of notifications and of the board.")] = "en",
    timezone: Annotated[str | None, typer.Option("--timezone", metavar="TZ", help="Zone of times without an offset, and of rules that name none.")] = None,
    map: Annotated[list[str] | None, typer.Option("--map", metavar="NAME=FIELD", help="What a field of the events is called here; may be repeated.")] = None,
    waivers: Annotated[Path | None, typer.Option("--waivers", metavar="FILE", help="Violations that are excused.")] = None,
    lateness: Annotated[str, typer.Option("--lateness", metavar="LIMIT", help="How much later than others an event may come in.")] = "10m",
    warn: Annotated[str, typer.Option("--warn", metavar="SHARES", help="At which shares of a limit to warn.")] = "75%,100%",
    keep: Annotated[str, typer.Option("--keep", metavar="LIMIT", help="How long a key with nothing open is remembered.")] = "30d",
    listen: Annotated[str | None, typer.Option("--listen", metavar="[HOST:]PORT", help="Take events by POST /events; answer GET /health and /metrics.")] = None,
    token_file: Annotated[Path | None, typer.Option("--token-file", metavar="FILE", help="Holds the token for --listen; else KEPTWORD_TOKEN.")] = None,
    clock: Annotated[str | None, typer.Option("--clock", metavar="wall|log", help="log: time passes only as the events say. Default: wall; log with --once.")] = None,
    once: Annotated[bool, typer.Option("--once", help="Stop at the end of the file.")] = False,
    speed: Annotated[float | None, typer.Option("--speed", metavar="N", min=0.001, help="Replay a file N times as fast as it happened.")] = None,
    engine: Annotated[str, typer.Option("--engine", metavar="durable-rules|plain", help="What decides.")] = "durable-rules",
) -> int:
    """Follow events as they happen: warnings before a deadline, violations after it."""
    from keptword.live.court import make_court
    from keptword.live.journal import Journal
    from keptword.live.monitor import Monitor, Settings
    from keptword.live.watcher import Watcher, fingerprint
    from keptword.words import words_for

    _one_of("--engine", engine, ("durable-rules", "plain"))
    _one_of("--lang", lang, ("en", "ru"))
    shown = format or ("board" if sys.stdout.isatty() and output is None else "jsonl")
    _one_of("--format", shown, ("jsonl", "text", "board"))
    pace = clock or ("log" if once or speed else "wall")
    _one_of("--clock", pace, ("wall", "log"))
    if source is None and listen is None:
        raise usage_error("there is nothing to watch", "name a SOURCE, or --listen PORT")
    zone = inputs.checked_zone(timezone)
    settings = Settings(
        lateness=_span("--lateness", lateness), shares=_shares(warn), keep=_span("--keep", keep), escalate_after=escalate
    )
    packs = inputs.chosen_packs(rules)
    plans = [p for p in inputs.chosen_plans(packs, zone) if _can_live(p, rules)]
    excused = _waivers(waivers, zone, plans)
    mapping = inputs.pairs(map, "--map")
    with ExitStack() as stack:
        court = make_court(engine)
        stack.callback(court.close)
        monitor = Monitor(plans, court, settings, excused, words_for(packs))
        journal = Journal(state or ":memory:", fingerprint(plans, settings, excused, zone, mapping))
        stack.callback(journal.close)
        sinks = _sinks(shown, output, stack, journal, lang, everything)
        post = _post(journal, notify, escalate_to, lang, digest, quiet, zone, stack)
        journal.subscribe(["out", *(["post"] if post else [])])
        sinks.settle()
        parse = _parser(zone, mapping)
        watcher = Watcher(journal, monitor, parse)
        sources = _sources(source, listen, token_file, journal, once or speed is not None, stack)
        if speed:
            sources[0] = _Paced(sources[0], parse, speed)
        return _Loop(watcher, sources, sinks, post, pace == "wall", settings.lateness).run()


def _can_live(plan: Any, rules: Sequence[str] | None) -> bool:
    """Objectives of whole packs are passed over with a word; rules that were asked for by name are refused."""
    from keptword.plan import ObjectivePlan

    if isinstance(plan.body, ObjectivePlan) and not any(r.endswith((".yaml", ".yml")) for r in rules or ()):
        sys.stderr.write(f"keptword: {plan.name} is an objective and is not watched; audit it\n")
        return False
    return True


def _one_of(option: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise usage_error(f"{option} takes {' or '.join(known)}, not '{value}'")


def _span(option: str, text: str) -> int:
    from keptword.instants import parse_span

    try:
        span = parse_span(text)
    except ValueError as error:
        raise usage_error(f"{option}: {error}") from error
    if span < 0:
        raise usage_error(f"{option}: '{text}' is less than nothing")
    return span


def _shares(text: str) -> tuple[int, ...]:
    if not re.fullmatch(r"\s*(\d{1,3}\s*%\s*(,\s*\d{1,3}\s*%\s*)*)?", text):
        raise usage_error(f"--warn takes shares such as 75%,100%, not '{text}'")
    found = sorted({int(n) for n in re.findall(r"\d+", text)})
    if found and not 1 <= found[0] <= found[-1] <= 100:
        raise usage_error(f"--warn: the shares of '{text}' are not between 1% and 100%")
    return tuple(found)


def _waivers(path: Path | None, zone: str | None, plans: Sequence[Any]) -> list[Any]:
    from keptword.waivers import load_waivers

    return [] if path is None else load_waivers(path, zone or "UTC", [p.name for p in plans])


def _parser(zone: str | None, mapping: dict[str, str]) -> Callable[[Sequence[bytes]], Sequence[Event | str | None]]:
    """Lines → events, through the reader of JSONL; what is wrong with a line becomes the reason why it is left out."""
    import io

    from keptword.readers import jsonl
    from keptword.readers.reading import Reading
    from keptword.readers.source import Source as Bytes

    def parse(lines: Sequence[bytes]) -> Sequence[Event | str | None]:
        out: list[Event | str | None] = [None] * len(lines)
        reading = Reading(zone, mapping, keep_going=True)
        stream = io.BytesIO(b"".join(line.replace(b"\n", b" ") + b"\n" for line in lines))
        for event in jsonl.read(Bytes("events", stream=stream), reading):
            assert event.place is not None
            out[event.place.line - 1] = event
        for rejected in reading.rejected:
            problem = rejected.problems[0]
            out[problem.place.line - 1] = f"{problem.message} [{problem.code}]: {problem.text[:200]}"
        return out

    return parse


def _sources(source: str | None, listen: str | None, token_file: Path | None, journal: Any, once: bool, stack: ExitStack) -> list[Source]:
    from keptword.live.sources import Folder, Stream, Tail
    from keptword.live.streams import SCHEMES, open_stream
    from keptword.live.web import Status, Web

    out: list[Source] = []
    positions = journal.positions()
    match source:
        case None:
            pass
        case "-":
            out.append(Stream(sys.stdin.buffer))
        case _ if source.partition("://")[0] in SCHEMES:
            out.append(open_stream(source, positions))
        case _ if os.path.isdir(source):
            out.append(Folder(source, positions, once))
        case _:
            out.append(Tail(source, positions.get(source, ""), once))
    if listen is not None:
        host, _, port = listen.rpartition(":")
        if not port.isdigit() or int(port) > 65535:
            raise usage_error(f"--listen takes HOST:PORT, not '{listen}'")
        try:
            token = token_file.read_text("utf-8").strip() if token_file else os.environ.get("KEPTWORD_TOKEN", "")
        except (OSError, UnicodeDecodeError) as error:
            raise usage_error(f"--token-file: '{token_file}' cannot be read") from error
        web = Web(host.strip("[]") or "127.0.0.1", int(port), token, Status())
        sys.stderr.write(f"keptword: listening on port {web.port}\n")
        sys.stderr.flush()
        out.append(web)
    for item in out:
        stack.callback(item.close)
    return out


def _post(
    journal: Any, notify: Sequence[str] | None, escalate_to: Sequence[str] | None, lang: str, digest: str, quiet: str | None, zone: str | None,
    stack: ExitStack,
) -> Post | None:  # fmt: skip
    from keptword.live.notify import Post, Wishes, apprise_sender

    if not notify and not escalate_to:
        return None
    hours = None
    if quiet is not None:
        match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-3]):([0-5]\d)", quiet)
        if not match:
            raise usage_error(f"--quiet takes hours such as 22:00-08:00, not '{quiet}'")
        a, b, c, d = (int(n) for n in match.groups())
        hours = (a * 60 + b, c * 60 + d)
    wishes = Wishes(tuple(notify or ()), tuple(escalate_to or ()), "ru" if lang == "ru" else "en", _span("--digest", digest), hours, zone or "UTC")
    post = Post(journal, wishes, apprise_sender([*wishes.addresses, *wishes.escalation]))
    stack.callback(lambda: post.close(_wall()))
    return post


def _wall() -> int:
    return time.time_ns() // 1000


class _Sink:
    """Writes announcements to standard output or to a file; in a file each stands exactly once, whatever happened before."""

    def __init__(self, journal: Any, file: Any, form: str, lang: Any, everything: bool, exact: bool) -> None:
        self._journal, self._file, self.form, self.lang, self._everything, self._exact = journal, file, form, lang, everything, exact
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
                continue   # not one of ours
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
                said = json.dumps({"no": number, **data}, ensure_ascii=False) if self.form == "jsonl" else f"{clock_time(data['at'])}  {line(data, self.lang)}"
                self._file.write(said.encode("utf-8", "backslashreplace") + b"\n")
            self._file.flush()
            self._journal.delivered("out", new[-1][0])


def _sinks(form: str, output: Path | None, stack: ExitStack, journal: Any, lang: str, everything: bool) -> _Sink:
    if output is None:
        return _Sink(journal, sys.stdout.buffer, form, lang, everything, exact=False)
    try:
        file = stack.enter_context(open(output, "ab+"))   # noqa: SIM115 - the stack closes it
    except OSError as error:
        raise usage_error(f"'{output}' cannot be written: {error.strerror}", code="U002") from error
    return _Sink(journal, file, "jsonl" if form == "board" else form, lang, everything, exact=form == "jsonl")


class _Paced:
    """A source whose lines come at the times that stand in them, so many times as fast."""

    def __init__(self, inner: Source, parse: Any, speed: float) -> None:
        self._inner, self._parse, self._speed = inner, parse, speed
        self._held: deque[tuple[int, bytes, dict[str, str]]] = deque()
        self._start: tuple[float, int] | None = None

    def now(self) -> int | None:
        """The moment in the log; just before the next line while one is waiting."""
        if self._start is None:
            return None
        now = self._start[1] + int((time.monotonic() - self._start[0]) * 1_000_000 * self._speed)
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
            self._start = (time.monotonic(), self._held[0][0])
        due = self._start[0] + (self._held[0][0] - self._start[1]) / 1_000_000 / self._speed
        left = due - time.monotonic()
        if left > 0:
            time.sleep(min(left, wait))
            return None
        _, line, positions = self._held.popleft()
        return Batch([line], positions)

    def finished(self) -> bool:
        """See `Source`."""
        return not self._held and self._inner.finished()

    def close(self) -> None:
        """See `Source`."""
        self._inner.close()


class _Loop:
    """Reads, acts, delivers, until the sources end or somebody says stop."""

    def __init__(self, watcher: Watcher, sources: list[Source], sink: _Sink, post: Post | None, wall: bool, lateness: int) -> None:
        self._watcher, self._sources, self._sink, self._post, self._wall, self._lateness = watcher, sources, sink, post, wall, lateness
        self._stop = False
        self._durations: deque[float] = deque(maxlen=1000)
        self._lines = 0

    def run(self) -> int:
        """0 at the end of the sources or after SIGTERM or SIGINT."""
        with _signals(self._say_stop), self._board() as update:
            self._sink.deliver()
            while not self._stop:
                busy = self._turn()
                self._sink.deliver()
                if self._post is not None:
                    self._post.collect(_wall())
                    self._post.send(_wall())
                update()
                if not busy and all(s.finished() for s in self._sources):
                    break
            if not self._stop and self._watcher.monitor.now is not None:
                self._watcher.tick(self._watcher.monitor.now)
            self._sink.deliver()
            if self._post is not None:
                self._post.collect(_wall())
                self._post.send(_wall())
        return 0

    def _turn(self) -> bool:
        busy = False
        for source in self._sources:
            batch = source.read(0.05)
            if batch is None:
                continue
            busy = True
            began = time.perf_counter()
            self._watcher.take(batch.lines, batch.positions, _wall() + self._lateness if self._wall else None)
            batch.written(True)
            self._durations.append((time.perf_counter() - began) / max(len(batch.lines), 1))
            self._lines += len(batch.lines)
        if not busy:
            first = self._sources[0]
            now = first.now() if isinstance(first, _Paced) else _wall() if self._wall else None
            if now is not None:
                self._watcher.tick(now)
            self._figures()
            if not any(s.finished() for s in self._sources):
                time.sleep(0.02)
        elif self._lines % 64 == 0:
            self._figures()
        return busy

    def _figures(self) -> None:
        from keptword.live.web import Web

        for source in self._sources:
            if isinstance(source, Web):
                monitor = self._watcher.monitor
                figures: dict[str, float] = {f"remembered_{name}": n for name, n in monitor.sizes().items()}
                figures |= {f"{name.replace(':', '_').replace('-', '_')}_total": n for name, n in (monitor.counts + self._watcher.counts).items()}
                if self._post is not None:
                    figures |= {f"letters_{name.replace('-', '_')}": n for name, n in self._watcher.journal.post_counts().items()}
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
                if time.monotonic() - drawn >= 0.5 and monitor.now is not None:
                    drawn = time.monotonic()
                    live.update(board(monitor.open_duties(20), titles, max(monitor.now, _wall() if self._wall else 0), self._sink.recent, self._sink.lang, "UTC"), refresh=True)

            yield update
            drawn = 0.0
            update()


@contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    """SIGTERM and SIGINT end the loop after the present turn."""
    before = {}
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            before[number] = signal.signal(number, lambda *_: stop())
    except ValueError:   # not the main thread: whoever called us stops us
        pass
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
