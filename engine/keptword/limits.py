"""Limits as rules write them: `1h30m`, `30d`, `1mo`, `5wd`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from keptword.instants import DAY, HOUR, MINUTE, SECOND

Unit = Literal["s", "m", "h", "d", "w", "mo", "y", "wd"]
UNITS: tuple[Unit, ...] = ("y", "mo", "w", "d", "wd", "h", "m", "s")
_CLOCK: dict[str, int] = {"h": HOUR, "m": MINUTE, "s": SECOND}
_PART = re.compile(r"(\d+)\s*(mo|wd|[smhdwy])\s*")
_SPELT = {
    "sec": "s", "second": "s", "seconds": "s", "min": "m", "minute": "m", "minutes": "m", "hour": "h", "hours": "h",
    "day": "d", "days": "d", "week": "w", "weeks": "w", "month": "mo", "months": "mo", "year": "y", "years": "y",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limit:
    """A length of time on a clock: whole counts of calendar units, then clock time in microseconds.

    A month is never 30 days and a working day never 24 hours, so the units are kept apart.
    """

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0
    working_days: int = 0
    clock: int = 0  # hours, minutes and seconds, in microseconds

    @property
    def has_calendar_units(self) -> bool:
        """Whether any of d, w, mo, y, wd is in it."""
        return bool(self.years or self.months or self.weeks or self.days or self.working_days)

    @property
    def is_zero(self) -> bool:
        """Whether it is no time at all."""
        return not self.has_calendar_units and not self.clock

    def times(self, n: int) -> Limit:
        """n times this limit, counted from one origin (never chained)."""
        return Limit(
            self.years * n,
            self.months * n,
            self.weeks * n,
            self.days * n,
            self.working_days * n,
            self.clock * n,
        )

    def rough(self) -> int:
        """Microseconds for comparing magnitudes (progress shares, lint), never for a verdict."""
        return self.clock + DAY * (
            self.days + 7 * self.weeks + 30 * self.months + 365 * self.years + self.working_days
        )

    def __str__(self) -> str:
        """The canonical text, which `parse_limit` reads back."""
        counts = {
            "y": self.years,
            "mo": self.months,
            "w": self.weeks,
            "d": self.days,
            "wd": self.working_days,
        }
        out = "".join(f"{n}{unit}" for unit, n in counts.items() if n)
        rest = self.clock
        for unit, size in _CLOCK.items():
            n, rest = divmod(rest, size)
            out += f"{n}{unit}" if n else ""
        return out or "0m"


def parse_limit(text: str) -> Limit:
    """Read `90m`, `1h30m`, `30d`, `1mo`, `5wd`; units s m h d w mo y wd, each at most once.

    Raises:
        ValueError: with a sentence that says what would be right.
    """
    stripped = text.strip()
    counts: dict[str, int] = {}
    at = 0
    while at < len(stripped):
        match = _PART.match(stripped, at)
        if not match:
            raise ValueError(_why(stripped))
        amount, unit = int(match[1]), match[2]
        if unit in counts:
            raise ValueError(f"'{text}' names the unit '{unit}' twice")
        counts[unit] = amount
        at = match.end()
    if not counts:
        raise ValueError(_why(stripped))
    if any(n > 1_000_000_000 for n in counts.values()):
        raise ValueError(f"'{text}' is longer than anything a calendar holds")
    clock = sum(counts.get(unit, 0) * size for unit, size in _CLOCK.items())
    return Limit(
        counts.get("y", 0),
        counts.get("mo", 0),
        counts.get("w", 0),
        counts.get("d", 0),
        counts.get("wd", 0),
        clock,
    )


def _why(text: str) -> str:
    words = re.fullmatch(r"(\d+)\s*([A-Za-z]+)", text)
    if words and words[2].lower() in _SPELT:
        return f"'{text}' is not a limit: write {words[1]}{_SPELT[words[2].lower()]}"
    if re.fullmatch(r"\d+", text):
        return f"'{text}' has no unit: write {text}m, {text}h, {text}d, {text}mo or {text}wd"
    return f"'{text}' is not a limit such as 30m, 1h30m, 30d, 1mo or 5wd"
