"""`keptword elapsed`: time on a clock, span by span."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from keptword.cli import options
from keptword.cli.clock_arguments import read_choice, read_pauses, read_place, read_time, zone_of
from keptword.clock import CalendarUnknown, Clock, running
from keptword.errors import usage_error, visible
from keptword.instants import SECOND, format_instant


def elapsed(
    from_: Annotated[str, typer.Option("--from", metavar="TIME", help="The beginning.")],
    to: Annotated[str, typer.Option("--to", metavar="TIME", help="The end.")],
    timezone: Annotated[
        str | None,
        typer.Option(
            "--timezone",
            metavar="TZ",
            help="IANA zone of times and days; else the calendar's, else the offset of TIME.",
        ),
    ] = None,
    calendar: Annotated[
        str | None,
        typer.Option(
            "--calendar", metavar="FILE", help="Opening hours and holidays: only opening time counts."
        ),
    ] = None,
    holiday: options.Holidays = None,
    pause: options.Pauses = None,
    format: options.TextOrJson = "text",
) -> None:
    """Measure the time between two instants on a clock.

    \b
    keptword elapsed --from 2026-03-06T17:00+03:00 --to 2026-03-11T12:00+03:00 --calendar calendars/support.yaml
    keptword elapsed --from "2026-03-29 00:00" --to "2026-03-30 00:00" --timezone Europe/Berlin
    """  # noqa: D301 (click needs the control character)
    read_choice("--format", format, ("text", "json"))
    named, working = read_place(timezone, calendar, holiday or ())
    if holiday and (working is None or not working.has_hours):
        raise usage_error(
            "--holiday closes nothing here: there are no opening hours",
            "name a calendar with hours: --calendar FILE",
        )
    begin, end = read_time("--from", from_, named), read_time("--to", to, named)
    if end < begin:
        raise usage_error(f"'{to}' lies before '{from_}'", "give the earlier time as --from")
    clock = Clock(zone=zone_of(from_, named), calendar=working)
    try:
        spans = running(begin, end, clock, read_pauses(pause or (), named))
    except CalendarUnknown as error:
        raise usage_error(
            str(error), "add the year to the calendar once its days off are complete"
        ) from error
    total = sum(b - a for a, b in spans)
    if format == "json":
        seconds = total // SECOND if total % SECOND == 0 else total / SECOND
        listed = [[format_instant(a, clock.zone), format_instant(b, clock.zone)] for a, b in spans]
        typer.echo(json.dumps({"seconds": seconds, "spans": listed}, ensure_ascii=False, indent=2))
        return
    from keptword.clock_steps import hours, say, span_lines

    lines = [f"from {say(begin, clock.zone)}", f"to   {say(end, clock.zone)}", *span_lines(spans, clock)]
    kind = "of opening time" if clock.opening else "of running time" if pause else "elapsed"
    typer.echo("\n".join(visible(line) for line in [*lines, f"{hours(total)} {kind}"]))
