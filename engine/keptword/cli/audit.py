"""`keptword audit`: rules over a log, every violation with its evidence."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from keptword.cli import inputs, options
from keptword.cli.memory import budget
from keptword.cli.progress import Bar
from keptword.cli.spark import OnSpark, audited, refuse
from keptword.errors import usage_error

if TYPE_CHECKING:
    from keptword.cli.large import Room
    from keptword.events import Log
    from keptword.obligation import Report

HELP = """Judge a log by rules and show every violation with its evidence.

LOG is a JSONL, JSON, CSV, TSV or Parquet file (also .gz and .zst), a directory, or - for standard input.

Exit status: 0 no violation at or above --fail-on; 1 violations; 2 bad rules, log or arguments; 3 a defect of keptword.
"""
_LARGE = 4 * 1024 * 1024  # bytes of a Parquet log from which on it is read while rules are loaded

EPILOG = """\b
Examples:
  keptword audit tickets.jsonl
  keptword audit tickets.csv --timezone Europe/Moscow --map case=ticket_id --rules house
  keptword audit log.jsonl --format json --output report.json --fail-on critical
  keptword audit s3a://lake/events --engine spark --master yarn --tables s3a://lake/audit
  curl -s https://www.githubstatus.com/api/v2/incidents.json | keptword audit - --from statuspage --rules status-page
"""


def audit(
    log: options.Logs,
    rules: options.Rules = None,
    source: options.From = None,
    format: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            "-f",
            metavar="F",
            help="table, json, jsonl, csv, md, html, xlsx, parquet, sarif, junit, github, gitlab; may be repeated with --output.",
        ),
    ] = None,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write there instead of standard output; one for each --format.",
        ),
    ] = None,
    as_of: options.AsOf = None,
    timezone: options.Zone = None,
    engine: Annotated[
        str,
        typer.Option(
            "--engine",
            metavar="auto|reference|columnar|live|spark",
            help="Which evaluator; all give the same result.",
        ),
    ] = "auto",
    fail_on: Annotated[
        str,
        typer.Option(
            "--fail-on",
            metavar="minor|major|critical|never",
            help="The least severity that ends in status 1.",
        ),
    ] = "minor",
    waivers: options.Waivers = None,
    baseline: Annotated[
        Path | None,
        typer.Option("--baseline", metavar="FILE", help="Findings already known; only new ones fail."),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(
            "--where",
            metavar="FIELD=VALUE",
            help="Only cases in which an event has this value; may be repeated.",
        ),
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option("--rejects", metavar="FILE", help="Put bad lines there and go on.")
    ] = None,
    map: options.Mapping = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", metavar="N", min=0, help="List only the N worst findings; counts stay complete."
        ),
    ] = None,
    memory: Annotated[
        str | None,
        typer.Option(
            "--memory",
            metavar="SIZE",
            help="How much to take, such as 2GB; a larger log is laid out on disk meanwhile. Default: most of what is free.",
        ),
    ] = None,
    cache: Annotated[
        bool,
        typer.Option(
            "--cache/--no-cache",
            envvar="KEPTWORD_CACHE",
            help="Keep a large log laid out in your cache folder, so that the next audit of it need not read it.",
        ),
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="Every obligation, the kept ones too.")] = False,
    judge: Annotated[
        str | None,
        typer.Option(
            "--judge", metavar="URL", help="Ask this OpenAI-compatible endpoint about review cases only."
        ),
    ] = None,
    lang: Annotated[
        str, typer.Option("--lang", metavar="en|ru", help="Language of headings and evidence.")
    ] = "en",
    scores: Annotated[
        list[str] | None,
        typer.Option(
            "--scores",
            metavar="GROUP",
            help="Scores in html and xlsx by team, rule, month, week, day or agent (single people: only when named); may be repeated.",
        ),
    ] = None,
    redact: Annotated[
        bool, typer.Option("--redact", help="Leave out customers' names and what was written to them.")
    ] = False,
    pseudonymise: Annotated[
        bool, typer.Option("--pseudonymise", help="Replace colleagues' names by pseudonyms.")
    ] = False,
    secret: Annotated[
        str | None,
        typer.Option(
            "--secret",
            metavar="S",
            envvar="KEPTWORD_SECRET",
            help="What pseudonyms are made from: the same secret, the same pseudonyms.",
        ),
    ] = None,
    master: Annotated[
        str | None,
        typer.Option("--master", metavar="URL", help="Of Spark, such as local[4], yarn, spark://host:7077."),
    ] = None,
    conf: Annotated[
        list[str] | None,
        typer.Option("--conf", metavar="NAME=VALUE", help="A setting of Spark; may be repeated."),
    ] = None,
    tables: Annotated[
        str | None,
        typer.Option(
            "--tables",
            metavar="DIR",
            help="With Spark: write obligations, findings, counts, objectives and scores there as Parquet.",
        ),
    ] = None,
    color: Annotated[bool | None, typer.Option("--color/--no-color", help="Default: on a terminal.")] = None,
) -> int:
    """Judge a log by rules and show every violation with its evidence."""
    from keptword.cli import report_options
    from keptword.reports import FORMATS, NEEDS_OBLIGATIONS

    formats = format or ["table"]
    outputs: list[Path | None] = list(output or [])
    if len(outputs) > len(formats) or (len(formats) > 1 and len(outputs) < len(formats) - 1):
        raise usage_error(
            f"{len(formats)} formats and {len(outputs)} outputs: give one --output for each --format (one may go to standard output)"
        )
    outputs = [*(None for _ in range(len(formats) - len(outputs))), *outputs]
    unknown = [f for f in formats if f not in FORMATS]
    if unknown:
        from keptword.errors import did_you_mean

        raise usage_error(
            f"there is no report format '{unknown[0]}'",
            did_you_mean(unknown[0], FORMATS) or f"known: {', '.join(FORMATS)}",
        )
    on = OnSpark(master, tuple(conf or ()), tables)
    on.refuse_elsewhere(engine)
    if engine == "spark":
        given = {"--where": where, "--rejects": rejects, "--judge": judge, "--all": everything}
        refuse(given, formats, sorted(NEEDS_OBLIGATIONS))
    groups = report_options.score_groups(scores)
    veil = report_options.veil(redact, pseudonymise, secret)
    report = make_report(
        log, rules, source, as_of, timezone, engine, fail_on, waivers, baseline, where, rejects, map, limit,
        everything or any(f in NEEDS_OBLIGATIONS for f in formats), "html" in formats, lang, judge, memory, cache, on,
    )  # fmt: skip
    more: dict[str, Any] = {} if groups is None else {"scores": groups}
    if {"html", "xlsx"} & set(formats):
        more["weights"] = report_options.weights_of(inputs.chosen_packs(rules))
    _write(veil(report), formats, outputs, everything, lang, color, more)
    return 1 if report.failing else 0


audit.__doc__ = HELP


def make_report(
    paths: list[str], rules: list[str] | None, source: str | None, as_of: str | None, timezone: str | None, engine: str,
    fail_on: str, waiver_file: Path | None, baseline: Path | None, where: list[str] | None, rejects: Path | None,
    mapping: list[str] | None, limit: int | None, everything: bool, stories: bool = False, lang: str = "en",
    judge: str | None = None, memory: str | None = None, cache: bool = False, on: OnSpark = OnSpark(),
) -> Report:  # fmt: skip
    """Read, judge, report: the arguments are those of the command."""
    if lang not in {"en", "ru"}:
        raise usage_error(f"--lang is en or ru, not '{lang}'")
    if fail_on not in {"minor", "major", "critical", "never"}:
        raise usage_error(f"--fail-on is minor, major, critical or never, not '{fail_on}'")
    if source in {None, "auto", "parquet"} and not mapping and rejects is None:
        _read_ahead(paths)
    zone = inputs.checked_zone(timezone)
    packs = inputs.chosen_packs(rules)
    moment = inputs.moment(as_of, "--as-of", zone, inputs.zone_of_days(packs))
    plans = inputs.chosen_plans(packs, zone)
    from keptword.audit import Wishes, audit, engine_called
    from keptword.words import words_for

    if engine != "spark":
        engine_called(engine)  # a wrong name should not cost the reading of a log
    waivers = []
    if waiver_file is not None:
        from keptword.waivers import load_waivers

        waivers = load_waivers(
            waiver_file,
            zone or next((p.timezone for p in packs if p.timezone), "UTC"),
            [p.name for p in plans],
        )
    known = _baseline(baseline)
    shown_zone = zone or next((p.zone for p in plans), "UTC")
    wishes = Wishes(moment, shown_zone, engine, fail_on, limit, everything, known, stories, lang)  # type: ignore[arg-type]
    if engine == "spark":
        names, settings = inputs.pairs(mapping, "--map"), inputs.pairs(list(on.conf), "--conf")
        words = words_for(packs)
        return audited(paths, source, zone, names, on, settings, plans, wishes, waivers, words)
    taken = budget(memory)
    with ExitStack() as stack:
        room = None
        if engine in {"auto", "columnar"} and not where:
            from keptword.cli.large import Room

            room = Room(plans, taken, stack.enter_context)
        log = inputs.only_where(read(paths, source, zone, mapping, rejects, room, cache), where)
        with Bar("judging") as told:
            if told is not None and log.table is not None:
                from keptword.cli.large import tell

                tell(log, told)
            return audit(log, plans, wishes, waivers, words_for(packs, _judge(judge)))


def _read_ahead(paths: list[str]) -> None:
    """Begin with a large Parquet log while rules are loaded."""
    if len(paths) == 1 and paths[0].lower().endswith((".parquet", ".pq")):
        path = Path(paths[0])
        if path.is_file() and path.stat().st_size > _LARGE:
            from keptword.columnar.parquet import read_ahead

            read_ahead(path)


def read(
    paths: list[str],
    source: str | None,
    zone: str | None,
    mapping: list[str] | None,
    rejects: Path | None,
    room: Room | None = None,
    cache: bool = False,
) -> Log:
    """Read a log as the options ask, with a progress bar on a terminal; a large one as columns, one larger than `room` on disk."""
    from keptword.readers import read_log, write_rejects

    if source in {None, "auto", "parquet", "csv", "tsv", "jsonl"}:
        from keptword.cli.large import read_as_columns

        with Bar("reading", bytes=True) as advance:
            large = read_as_columns(
                paths, zone, source, inputs.pairs(mapping, "--map"), advance, room, cache, rejects
            )
        if large is not None:
            return large
    if rejects is None and source is not None:
        from keptword.cli.foreign import read_foreign

        with Bar("reading", bytes=True) as advance:
            large = read_foreign(paths, source, zone, inputs.pairs(mapping, "--map"), advance)
        if large is not None:
            return large
    with Bar("reading", bytes=True) as advance:
        log, reading = read_log(
            paths,
            source,
            zone,
            inputs.pairs(mapping, "--map"),
            rejects is not None,
            advance,
            sys.stdin.buffer,
        )
    if rejects is not None:
        write_rejects(reading, rejects)
    return log


def _judge(url: str | None) -> Any:
    """The optional judge of review cases; model and key come from the environment."""
    if url is None:
        return None
    from keptword.text.judge import Judge

    return Judge(url, os.environ.get("KEPTWORD_JUDGE_MODEL", ""), os.environ.get("KEPTWORD_JUDGE_KEY", ""))


def _baseline(path: Path | None) -> frozenset[str]:
    if path is None:
        return frozenset()
    import json

    try:
        data = json.loads(path.read_text("utf-8"))
        return frozenset(str(f["id"]) for f in data["findings"])
    except OSError as error:
        raise usage_error(f"--baseline: '{path}' cannot be opened: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise usage_error(
            f"--baseline: '{path}' is not a report in JSON",
            "make one with: keptword audit LOG --format json --output baseline.json",
        ) from error


def _columns() -> int:
    wish = os.environ.get("COLUMNS", "")
    return int(wish) if wish.isascii() and wish.isdigit() and 0 < len(wish) < 6 else 80


def _write(
    report: Report,
    formats: list[str],
    outputs: list[Path | None],
    everything: bool,
    lang: str,
    color: bool | None,
    more: dict[str, Any],
) -> None:
    from keptword.reports import BINARY, render

    for name, output in zip(formats, outputs, strict=True):
        terminal = sys.stdout is not None and sys.stdout.isatty()
        if output is None and name in BINARY and terminal:
            raise usage_error(f"{name} is no text for a terminal", f"add --output report.{name}")
        on_screen = terminal and output is None
        wants = color if color is not None else on_screen and "NO_COLOR" not in os.environ
        width = shutil.get_terminal_size((80, 24)).columns if on_screen else _columns()
        inputs.write_bytes(
            render(report, name, color=wants, width=width, lang=lang, everything=everything, **more), output
        )
