"""`keptword watch`: warnings before a deadline, violations after it, while it happens."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from keptword.cli import inputs, options
from keptword.cli.watch_loop import Loop, Paced, Sink, wall_clock
from keptword.errors import usage_error

if TYPE_CHECKING:
    from keptword.events import Event
    from keptword.live.notify import Post
    from keptword.live.sources import Source

EPILOG = """\b
Examples:
  tail -F tickets.jsonl | keptword watch -
  keptword watch tickets.jsonl --state watch.db --notify tgram://TOKEN/CHAT --lang ru
  KEPTWORD_TOKEN=secret keptword watch --listen 127.0.0.1:8640 --state watch.db
  keptword watch examples/bad-week.jsonl --speed 3600
"""


def watch(
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="[SOURCE]",
            help="A growing JSONL file, a directory of them, -, or redis://, kafka://, nats://.",
        ),
    ] = None,
    rules: options.Rules = None,
    state: Annotated[
        str | None,
        typer.Option("--state", metavar="FILE", help="The journal; without it a restart begins anew."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Append announcements as JSON lines there, each exactly once.",
        ),
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(
            "--format", "-f", metavar="jsonl|text|board", help="Default: board on a terminal, else jsonl."
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Announce kept and void duties too.")] = False,
    notify: Annotated[
        list[str] | None, typer.Option("--notify", metavar="URL", help="An Apprise address; may be repeated.")
    ] = None,
    escalate_to: Annotated[
        list[str] | None,
        typer.Option(
            "--escalate-to", metavar="URL", help="Who hears when a team has --escalate more violations."
        ),
    ] = None,
    escalate: Annotated[
        int,
        typer.Option(
            "--escalate", metavar="N", min=0, help="Escalate at each N-th violation of a team; 0: never."
        ),
    ] = 3,
    escalate_within: Annotated[
        str | None,
        typer.Option(
            "--escalate-within", metavar="LIMIT", help="Escalate only N violations within this time."
        ),
    ] = None,
    digest: Annotated[
        str,
        typer.Option(
            "--digest", metavar="LIMIT", help="Gather notifications for so long; critical ones go at once."
        ),
    ] = "0m",
    quiet: Annotated[
        str | None,
        typer.Option(
            "--quiet",
            metavar="HH:MM-HH:MM",
            help="Local hours in which only critical notifications are sent.",
        ),
    ] = None,
    lang: Annotated[
        str, typer.Option("--lang", metavar="en|ru", help="Language of notifications and of the board.")
    ] = "en",
    timezone: options.Zone = None,
    map: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="NAME=FIELD", help="What a field of the events is called here; may be repeated."
        ),
    ] = None,
    waivers: options.Waivers = None,
    lateness: Annotated[
        str,
        typer.Option("--lateness", metavar="LIMIT", help="How much later than others an event may come in."),
    ] = "10m",
    warn: Annotated[
        str, typer.Option("--warn", metavar="SHARES", help="At which shares of a limit to warn.")
    ] = "75%,100%",
    keep: Annotated[
        str, typer.Option("--keep", metavar="LIMIT", help="How long a key with nothing open is remembered.")
    ] = "30d",
    listen: Annotated[
        str | None,
        typer.Option(
            "--listen",
            metavar="[HOST:]PORT",
            help="Take events by POST /events; answer GET /health and /metrics.",
        ),
    ] = None,
    token_file: Annotated[
        Path | None,
        typer.Option(
            "--token-file", metavar="FILE", help="Holds the token for --listen; else KEPTWORD_TOKEN."
        ),
    ] = None,
    clock: Annotated[
        str | None,
        typer.Option(
            "--clock",
            metavar="wall|log",
            help="log: time passes only as the events say. Default: wall; log with --once.",
        ),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Stop at the end of the file.")] = False,
    speed: Annotated[
        float | None,
        typer.Option("--speed", metavar="N", min=0.001, help="Replay a file N times as fast as it happened."),
    ] = None,
    durability: Annotated[
        str,
        typer.Option(
            "--durability",
            metavar="normal|full",
            help="full: a power failure loses nothing either; slower.",
        ),
    ] = "normal",
    engine: Annotated[
        str, typer.Option("--engine", metavar="durable-rules|plain", help="What decides.")
    ] = "durable-rules",
) -> int:
    """Follow events as they happen: warnings before a deadline, violations after it."""
    from keptword.live.court import make_court
    from keptword.live.duties import Settings
    from keptword.live.journal import Journal
    from keptword.live.monitor import Monitor
    from keptword.live.watcher import Watcher, fingerprint
    from keptword.words import words_for

    _one_of("--engine", engine, ("durable-rules", "plain"))
    _one_of("--lang", lang, ("en", "ru"))
    _one_of("--durability", durability, ("normal", "full"))
    shown = format or ("board" if sys.stdout.isatty() and output is None else "jsonl")
    _one_of("--format", shown, ("jsonl", "text", "board"))
    pace = clock or ("log" if once or speed else "wall")
    _one_of("--clock", pace, ("wall", "log"))
    if source is None and listen is None:
        raise usage_error("there is nothing to watch", "name a SOURCE, or --listen PORT")
    zone = inputs.checked_zone(timezone)
    settings = Settings(
        lateness=_span("--lateness", lateness),
        shares=_shares(warn),
        keep=_span("--keep", keep),
        escalate_after=escalate,
        escalate_within=None if escalate_within is None else _span("--escalate-within", escalate_within),
    )
    packs = inputs.chosen_packs(rules)
    plans = [p for p in inputs.chosen_plans(packs, zone) if _can_live(p, rules)]
    excused = _waivers(waivers, zone, plans)
    mapping = inputs.pairs(map, "--map")
    with ExitStack() as stack:
        court = make_court(engine)
        stack.callback(court.close)
        monitor = Monitor(plans, court, settings, excused, words_for(packs))
        journal = Journal(
            state or ":memory:",
            fingerprint(plans, settings, excused, zone, mapping),
            "full" if durability == "full" else "normal",
        )
        stack.callback(journal.close)
        sink = _sink(shown, output, stack, journal, lang, everything)
        post = _post(journal, notify, escalate_to, lang, digest, quiet, zone, stack)
        journal.subscribe(["out", *(["post"] if post else [])])
        sink.settle()
        parse = _parser(zone, mapping)
        watcher = Watcher(journal, monitor, parse, everything=everything)
        sources = _sources(source, listen, token_file, journal, once or speed is not None, stack)
        if speed:
            sources[0] = Paced(sources[0], parse, speed)
        return Loop(watcher, sources, sink, post, pace == "wall", settings.lateness).run()


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


def _parser(
    zone: str | None, mapping: dict[str, str]
) -> Callable[[Sequence[bytes]], Sequence[Event | str | None]]:
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


def _sources(
    source: str | None,
    listen: str | None,
    token_file: Path | None,
    journal: Any,
    once: bool,
    stack: ExitStack,
) -> list[Source]:
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
            token = (
                token_file.read_text("utf-8").strip() if token_file else os.environ.get("KEPTWORD_TOKEN", "")
            )
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
    wishes = Wishes(
        tuple(notify or ()),
        tuple(escalate_to or ()),
        "ru" if lang == "ru" else "en",
        _span("--digest", digest),
        hours,
        zone or "UTC",
    )
    post = Post(journal, wishes, apprise_sender([*wishes.addresses, *wishes.escalation]))
    stack.callback(lambda: post.close(wall_clock()))
    return post


def _sink(
    form: str, output: Path | None, stack: ExitStack, journal: Any, lang: str, everything: bool
) -> Sink:
    if output is None:
        return Sink(journal, sys.stdout.buffer, form, lang, everything, exact=False)
    try:
        file = stack.enter_context(open(output, "ab+"))  # noqa: SIM115 - the stack closes it
    except OSError as error:
        raise usage_error(f"'{output}' cannot be written: {error.strerror}", code="U002") from error
    return Sink(journal, file, "jsonl" if form == "board" else form, lang, everything, exact=form == "jsonl")
