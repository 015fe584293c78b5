"""Instants: whole microseconds since 1970-01-01T00:00Z, read from and written as ISO 8601 with an offset."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)
_ISO = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(Z|z|[+-]\d{2}(?::?\d{2}(?::?\d{2})?)?)?"
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class InstantError(ValueError):
    """A time that cannot be taken for an instant.

    Attributes:
        code: L005 (unreadable), L006 (no offset) or L007 (does not exist or exists twice).
        hint: what would be right.
    """

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint


@cache
def zone(name: str) -> ZoneInfo:
    """The IANA time zone called `name`; ValueError when there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"'{name}' is not an IANA time zone") from error


def parse_instant(text: str, zone_name: str | None = None) -> int:
    """Read an ISO 8601 date and time; microseconds since the epoch.

    Args:
        text: `2026-03-02T09:00:00+03:00`, `2026-03-02 06:00Z`, up to nine decimals (cut to six).
        zone_name: the IANA zone of times that carry no offset; None refuses them.

    Raises:
        InstantError: unreadable, without an offset, or a local time that a change of the clocks skips or repeats.
    """
    text = text.strip()
    match = _ISO.fullmatch(text)
    if not match:
        hint = "write it as 2026-03-02T09:00:00+03:00"
        raise InstantError("L005", f"'{text[:60]}' is not a date and time of ISO 8601", hint)
    plus_day = text[11:16] == "24:00"  # ISO 8601: the end of the day
    if plus_day:
        text = text[:11] + "00" + text[13:]
    try:
        moment = datetime.fromisoformat(text.upper().replace(",", "."))
    except ValueError as error:
        if "offset" in str(error):
            why = f"'{text[:60]}' is not a date and time: no offset from UTC is a day long or longer"
            raise InstantError("L005", why, "write the offset as +03:00") from error
        raise InstantError("L005", f"'{text[:60]}' is not a date and time: {error}") from error
    if plus_day:
        moment += timedelta(days=1)
    if moment.tzinfo is None:
        if zone_name is None:
            raise InstantError(
                "L006",
                f"'{text}' has no offset from UTC",
                "add one (…+03:00 or …Z), or name the log's zone: --timezone Europe/Moscow",
            )
        return local_instant(moment, zone_name)
    return to_micros(moment)


def local_instant(moment: datetime, zone_name: str) -> int:
    """The instant of a naive local time; InstantError L007 when the clocks skip or repeat it."""
    place = zone(zone_name)
    first, second = moment.replace(tzinfo=place), moment.replace(tzinfo=place, fold=1)
    micros = to_micros(first)
    if first.utcoffset() != second.utcoffset():
        back = (EPOCH + timedelta(microseconds=micros)).astimezone(place)
        if back.replace(tzinfo=None) != moment:
            raise InstantError(
                "L007",
                f"{moment.isoformat(' ')} does not exist in {zone_name}: the clocks skip it",
                "give the offset",
            )
        raise InstantError(
            "L007",
            f"{moment.isoformat(' ')} exists twice in {zone_name}: the clocks repeat it",
            "give the offset",
        )
    return micros


def to_micros(moment: datetime) -> int:
    """Microseconds since the epoch of an aware datetime."""
    return (moment - EPOCH) // _MICRO


def to_datetime(micros: int, zone_name: str = "UTC") -> datetime:
    """The aware local datetime of an instant."""
    return (EPOCH + timedelta(microseconds=micros)).astimezone(zone(zone_name))


def local_date(micros: int, zone_name: str) -> date:
    """The calendar date that a clock in the zone shows at an instant."""
    return to_datetime(micros, zone_name).date()


def midnight(day: date, zone_name: str) -> int:
    """The first instant of a local day (where midnight is skipped, the first that exists)."""
    return to_micros(datetime(day.year, day.month, day.day, tzinfo=zone(zone_name)))


def format_instant(micros: int, zone_name: str = "UTC") -> str:
    """ISO 8601 with the zone's offset: `2026-03-02T09:00:00+03:00`; decimals only when there are any."""
    return to_datetime(micros, zone_name).isoformat()


def is_date(text: str) -> bool:
    """Whether `text` is a plain date, `2026-03-02`, that exists."""
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def as_instant(value: object, zone_name: str) -> int | None:
    """The instant that a field's value states, or None when it states none.

    Args:
        value: an int (already microseconds), a full ISO time with an offset, or a plain date, which means the
            first instant of that day in the zone.
        zone_name: the rule's zone.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str):
        if is_date(value):
            return midnight(date.fromisoformat(value), zone_name)
        try:
            return parse_instant(value)
        except InstantError:
            return None
    return None


_SPAN = re.compile(r"(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)(?:\.(\d{1,6}))?s)?")


def parse_span(text: str) -> int:
    """Elapsed time in microseconds: `1h15m`, `30d`, `0.5s`, `-5m`, `+0m`; a day is 24 hours here.

    Raises:
        ValueError: anything else.
    """
    sign = -1 if text.startswith("-") else 1
    body = text[1:] if text[:1] in {"+", "-"} else text
    match = _SPAN.fullmatch(body)
    if not body or not match:
        raise ValueError(f"'{text}' is not a length of time such as 1h15m or 30d")
    w, d, h, m, s, f = match.groups()
    total = (
        int(w or 0) * 7 * DAY
        + int(d or 0) * DAY
        + int(h or 0) * HOUR
        + int(m or 0) * MINUTE
        + int(s or 0) * SECOND
    )
    return sign * (total + int((f or "0").ljust(6, "0")))


def format_span(micros: int) -> str:
    """The shortest text that `parse_span` reads back: `1h15m`, `2d3h`, `0m`."""
    sign = "-" if micros < 0 else ""
    rest = abs(micros)
    out = ""
    for unit, size in (("d", DAY), ("h", HOUR), ("m", MINUTE)):
        count, rest = divmod(rest, size)
        out += f"{count}{unit}" if count else ""
    if rest:
        whole, part = divmod(rest, SECOND)
        out += f"{whole}" + (f".{part:06d}".rstrip("0") if part else "") + "s"
    return sign + (out or "0m")
