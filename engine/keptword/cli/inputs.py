"""What several commands take from the command line: rules, logs, moments, conditions."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from keptword.errors import UsageError, did_you_mean, usage_error
from keptword.instants import InstantError, is_date, parse_instant, zone

if TYPE_CHECKING:
    from keptword.events import Log
    from keptword.plan import Plan
    from keptword.spec.pack import Pack

DEFAULT_RULES = ("house",)


def chosen_packs(rules: Sequence[str] | None) -> list[Pack]:
    """The packs that `--rules` names; the house pack when it names none."""
    from keptword.spec.packs import load_packs

    return load_packs(tuple(rules) if rules else DEFAULT_RULES)


def chosen_plans(packs: Sequence[Pack], timezone: str | None) -> list[Plan]:
    """Plans of every rule in the packs."""
    from keptword.planning import make_plans

    return make_plans(packs, timezone or "UTC")


def checked_zone(name: str | None) -> str | None:
    """An IANA zone, or a usage error that names the nearest."""
    if name is None:
        return None
    try:
        zone(name)
    except ValueError as error:
        from zoneinfo import available_timezones

        raise usage_error(
            f"--timezone: {error}", did_you_mean(name, available_timezones()) or "such as Europe/Moscow"
        ) from error
    return name


def zone_of_days(packs: Sequence[Pack]) -> str | None:
    """The zone that all packs name, in which a day given as an argument ends; None where they name none or several."""
    named = {p.timezone for p in packs}
    return named.pop() if len(named) == 1 else None


def moment(text: str | None, option: str, zone_name: str | None, day_zone: str | None = None) -> int | None:
    """An instant given as an argument: `now`, ISO 8601, or a date (its end); None stays None.

    Args:
        text, option: the argument and its name.
        zone_name: of times without an offset and of dates.
        day_zone: of dates, where no `zone_name` is given.
    """
    if text is None:
        return None
    if text == "now":
        import time

        return time.time_ns() // 1000  # the only place, besides `watch`, where the wall clock is read
    given = text
    if is_date(text):
        text += "T24:00"
        zone_name = zone_name or day_zone
    try:
        return parse_instant(text, zone_name)
    except InstantError as error:
        if is_date(given):
            hint = "add --timezone Europe/Moscow, or write the moment: 2026-03-02T09:00:00+03:00"
            raise usage_error(
                f"{option}: the day '{given}' ends at another moment in each time zone", hint
            ) from error
        raise usage_error(f"{option}: {error}", error.hint) from error


def pairs(items: Sequence[str] | None, option: str) -> dict[str, str]:
    """`NAME=VALUE` arguments as a mapping."""
    out: dict[str, str] = {}
    for item in items or ():
        name, equals, value = item.partition("=")
        if not equals or not name:
            raise usage_error(f"{option} takes NAME=VALUE, not '{item}'")
        if name in out:
            raise usage_error(f"{option} names '{name}' twice")
        out[name] = value
    return out


def only_where(log: Log, wanted: Sequence[str] | None) -> Log:
    """The events of the cases in which some event has these values; every condition has to be met by the case.

    Filtering single events would tear answers away from their questions, so whole cases are kept or left.
    """
    from dataclasses import replace

    from keptword.spec.comparing import compare

    conditions = pairs(wanted, "--where")
    if not conditions:
        return log
    if log.table is not None and (log.table.given or "id" not in conditions):
        from keptword.columnar.picking import fields_of
        from keptword.columnar.picking import only_where as rows_where
        from keptword.columnar.reading import FrameEvents

        table = rows_where(log.table, conditions)
        if not len(table):
            raise _nothing_where(conditions, fields_of(log.table))
        return replace(log, events=FrameEvents(table), table=table)
    hits: dict[str, set[str]] = {}
    single: set[str] = set()
    for event in log.events:
        met = {name for name, value in conditions.items() if compare(event.get(name), "in", (value,))}
        if event.case:
            hits.setdefault(event.case, set()).update(met)
        elif len(met) == len(conditions):
            single.add(event.id)
    kept = [
        e for e in log.events if (len(hits.get(e.case, ())) == len(conditions) if e.case else e.id in single)
    ]
    if not kept and log.events:
        raise _nothing_where(conditions, {n for e in log.events for n in (*e.fields, "case", "event", "id")})
    return replace(log, events=kept, table=None)


def _nothing_where(conditions: Mapping[str, str], names: Iterable[str]) -> UsageError:
    known = set(names)
    unknown = [n for n in conditions if n not in known]
    hint = did_you_mean(unknown[0], known) if unknown else ""
    return usage_error(
        f"--where: no case has {' and '.join(f'{k}={v}' for k, v in conditions.items())}", hint
    )


def write_bytes(data: bytes, output: Path | None) -> None:
    """To a file, or to standard output."""
    if output is None:
        try:
            sys.stdout.flush()
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            # What is still in the buffer cannot be written either, and Python would say so again at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            why = f"standard output cannot be written: {error.strerror}"
            raise usage_error(why, code="U002") from error
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        raise usage_error(f"'{output}' cannot be written: {error.strerror}", code="U002") from error
