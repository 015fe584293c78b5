"""`keptword due`: one deadline and its reckoning."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Annotated

import typer

from keptword.cli import options
from keptword.cli.clock_arguments import read_choice, read_pauses, read_place, read_time, zone_of
from keptword.clock import (
    DAY_RULES,
    HOUR_RULES,
    NEVER,
    READINGS,
    ROLLS,
    CalendarUnknown,
    Clock,
    Deadline,
    Reading,
    all_leads,
    deadline,
    lead,
)
from keptword.errors import UsageError, usage_error, visible
from keptword.evidence_words import Lang, language
from keptword.instants import format_instant
from keptword.limits import Limit, parse_limit
from keptword.reckoning import time_of_day
from keptword.reckoning_words import step, weekdays


def due(
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="When the clock starts.")] = None,
    within: Annotated[
        str | None, typer.Option("--within", metavar="LIMIT", help="How long: 90m, 1h30m, 30d, 1mo, 5wd.")
    ] = None,
    before: Annotated[
        str | None, typer.Option("--before", metavar="TIME", help="What a notice has to come before.")
    ] = None,
    ahead: Annotated[
        str | None, typer.Option("--ahead", metavar="LIMIT", help="How long ahead of it.")
    ] = None,
    timezone: Annotated[
        str | None,
        typer.Option(
            "--timezone",
            metavar="TZ",
            help="IANA zone of days and months; else the calendar's, else the offset of TIME.",
        ),
    ] = None,
    calendar: Annotated[
        str | None, typer.Option("--calendar", metavar="FILE", help="Opening hours, holidays, working days.")
    ] = None,
    holiday: options.Holidays = None,
    day: Annotated[
        str | None,
        typer.Option(
            "--day",
            metavar="RULE",
            help="rolling (same local time, the default) or full (end of the last day).",
        ),
    ] = None,
    hours: Annotated[
        str | None, typer.Option("--hours", metavar="RULE", help="elapsed (the default) or eu-1182-71.")
    ] = None,
    roll: Annotated[
        str | None,
        typer.Option(
            "--roll",
            metavar="RULE",
            help="none, next-working-day-end, next-working-day-noon or previous-working-day.",
        ),
    ] = None,
    roll_hours: Annotated[
        bool, typer.Option("--roll-hours", help="Let --roll move limits of hours too.")
    ] = False,
    cutoff: Annotated[
        str | None,
        typer.Option("--cutoff", metavar="HH:MM", help="Local time at which the last full day ends."),
    ] = None,
    lead_: Annotated[
        str | None,
        typer.Option(
            "--lead", metavar="READING", help="How --ahead is read; all readings are shown in any case."
        ),
    ] = None,
    pause: options.Pauses = None,
    format: options.TextOrJson = "text",
    lang: options.Language = "en",
) -> None:
    """Compute one deadline and show each step of the reckoning.

    \b
    keptword due --at 2026-03-06T17:00+03:00 --within 3h --calendar calendars/support.yaml
    keptword due --at 2026-01-31T09:00+01:00 --within 1mo --day full --timezone Europe/Berlin
    keptword due --at 2026-03-06T17:00+03:00 --within 5wd --holiday 2026-03-09 --cutoff 17:30
    keptword due --before 2026-04-01 --ahead 30d --timezone Europe/Moscow --lead full-days-between
    """  # noqa: D301 (click needs the control character)
    read_choice("--format", format, ("text", "json"))
    said = language(read_choice("--lang", lang, ("en", "ru")))
    named, working = read_place(timezone, calendar, holiday or ())
    text, limit_text = _what(at, within, before, ahead)
    limit = _limit("--within" if at is not None else "--ahead", limit_text)
    clock = Clock(
        zone=zone_of(text, named),
        calendar=working,
        day=read_choice("--day", day or "rolling", DAY_RULES),
        hours=read_choice("--hours", hours or "elapsed", HOUR_RULES),
        roll=read_choice("--roll", roll or "none", ROLLS),
        cutoff=_cutoff(cutoff, limit, day),
        roll_hours=roll_hours,
    )
    readings: dict[Reading, Deadline] = {}
    reading: Reading = read_choice("--lead", lead_ or "backward-same-date", READINGS)
    if at is not None:
        if lead_ is not None:
            raise usage_error(
                "--lead is about a notice ahead of something",
                "give --before and --ahead, or leave --lead out",
            )
    else:
        useless = {
            "--day": day,
            "--hours": hours,
            "--roll": roll,
            "--roll-hours": roll_hours,
            "--cutoff": cutoff,
            "--pause": pause,
        }
        for option, value in useless.items():
            if value:
                raise usage_error(
                    f"{option} has no meaning for a notice ahead of something",
                    "leave it out; --lead says how to count",
                )
    moment = read_time("--at" if at is not None else "--before", text, named)
    pauses = read_pauses(pause or (), named)
    try:
        if at is not None:
            found = deadline(moment, limit, clock, pauses, explain=True)
        else:
            found = lead(moment, limit, clock, reading, explain=True)
            readings = all_leads(moment, limit, clock)
    except CalendarUnknown as error:
        raise _unknown(error) from error
    found = replace(found, steps=tuple(step(line, said) for line in found.steps))
    typer.echo(
        _as_json(found, readings, clock.zone)
        if format == "json"
        else _as_text(found, readings, reading, clock.zone, said)
    )


def _what(at: str | None, within: str | None, before: str | None, ahead: str | None) -> tuple[str, str]:
    if at is not None and within is not None and before is None and ahead is None:
        return at, within
    if before is not None and ahead is not None and at is None and within is None:
        return before, ahead
    raise usage_error(
        "due needs --at with --within, or --before with --ahead",
        "keptword due --at 2026-03-02T09:00+03:00 --within 1h",
    )


def _limit(option: str, text: str) -> Limit:
    try:
        return parse_limit(text)
    except ValueError as error:
        raise usage_error(f"{option}: {error}", code="R006") from error


def _cutoff(text: str | None, limit: Limit, day: str | None) -> str | None:
    if text is None:
        return None
    try:
        time_of_day(text)
    except ValueError as error:
        raise usage_error(f"--cutoff: {error}") from error
    if not limit.working_days and not (day == "full" and limit.has_calendar_units):
        raise usage_error("--cutoff is about limits in full days", "give the limit in wd, or add --day full")
    return text


def _unknown(error: CalendarUnknown) -> UsageError:
    hint = (
        "add the year to the calendar once its days off are complete"
        if error.calendar
        else "give a shorter limit"
    )
    return usage_error(str(error), hint)


def _as_json(found: Deadline, readings: dict[Reading, Deadline], zone_name: str) -> str:
    result: dict[str, object] = {
        "due": None if found.at >= NEVER else format_instant(found.at, zone_name),
        "bound": found.bound,
        "steps": list(found.steps),
        "readings": {name: format_instant(d.at, zone_name) for name, d in readings.items()},
    }
    if readings:
        result["reading_bounds"] = {name: d.bound for name, d in readings.items()}
    return json.dumps(result, ensure_ascii=False, indent=2)


def _as_text(
    found: Deadline, readings: dict[Reading, Deadline], chosen: Reading, zone_name: str, lang: Lang
) -> str:
    from keptword.clock_steps import say

    out = [visible(step) for step in found.steps]
    if readings:
        out += ["", step("every reading, the strictest first:", lang)]
        for name, other in sorted(readings.items(), key=lambda item: item[1].last):
            mark = "*" if name == chosen else " "
            sides = ("until ", "before") if lang == "en" else ("по", "до")
            side = sides[other.bound == "exclusive"]
            out.append(f"{mark} {name:<21}{side} {weekdays(say(other.at, zone_name), lang)}")
    return "\n".join(out)
