"""Days and times of day as people write them, in English and in Russian."""

from __future__ import annotations

from datetime import datetime

from keptword.instants import to_datetime
from keptword.reports.html.phrases import MONTHS
from keptword.reports.showing import moment
from keptword.reports.words import NBSP, Lang


def local(micros: int, zone: str) -> datetime | None:
    """The local clock; None before the year 1 and after 9999."""
    try:
        return to_datetime(micros, zone)
    except (OverflowError, ValueError):
        return None


def day(micros: int, zone: str, lang: Lang) -> str:
    """`5 Oct 2015`, `5 окт 2015`; the spaces do not break."""
    when = local(micros, zone)
    return (
        moment(micros, zone)
        if when is None
        else NBSP.join([str(when.day), MONTHS[lang][when.month - 1], str(when.year)])
    )


def written(micros: int, zone: str, lang: Lang) -> str:
    """`5 Oct 2015, 15:10`, with seconds only when there are any."""
    when = local(micros, zone)
    if when is None:
        return moment(micros, zone)
    seconds = f":{when:%S}" if when.second or when.microsecond else ""
    return f"{day(micros, zone, lang)},{NBSP}{when:%H:%M}{seconds}"


def short(micros: int, zone: str, lang: Lang, *, clock: bool, date: bool) -> str:
    """A label of an axis: `15:10`, `5 Oct`, or both."""
    when = local(micros, zone)
    if when is None:
        return moment(micros, zone)
    parts = [f"{when.day}{NBSP}{MONTHS[lang][when.month - 1]}"] if date else []
    return NBSP.join([*parts, f"{when:%H:%M}"] if clock else parts)
