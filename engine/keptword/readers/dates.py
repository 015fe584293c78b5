"""Dates of tables that do not follow ISO 8601: which number is the day is found in the whole table or refused, never guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from keptword.instants import InstantError, local_instant, parse_instant

_DATE = re.compile(
    r"\s*(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([AaPp][Mm])?)?\s*"
)
_HINT = "name the log's zone: --timezone Europe/Moscow"


@dataclass(slots=True)
class Dates:
    """How a table writes its dates.

    Attributes:
        zone: IANA zone of its local times; None refuses them.
        day_first: whether `03/02/2026` is the third of February; None while nothing in the table has shown it.
        contradiction: a date of the other order, found after the order was shown.
    """

    zone: str | None
    day_first: bool | None = None
    contradiction: str = ""

    def look(self, text: str) -> bool:
        """Learn the order from one date; whether the order is known now."""
        found = _DATE.fullmatch(text)
        if found is not None:
            first, second = int(found[1]), int(found[3])
            shown = True if first > 12 >= second else False if second > 12 >= first else None
            if shown is not None and self.day_first is None:
                self.day_first = shown
            elif shown is not None and shown != self.day_first:
                self.contradiction = text
        return self.day_first is not None

    def instant(self, text: str) -> int:
        """A local time of the table as microseconds UTC, or an ISO time with its offset.

        Raises:
            InstantError: it cannot be read, has no zone, or does not exist or exists twice when clocks change.
        """
        found = _DATE.fullmatch(text)
        if found is None:
            return parse_instant(text, self.zone)
        if self.day_first is None:
            raise InstantError(
                "L005",
                f"'{text}' may be two dates, and no date of this table shows whether the day or the month comes first",
                "write 2026-03-02 09:00",
            )
        day, month = (int(found[1]), int(found[3])) if self.day_first else (int(found[3]), int(found[1]))
        hour, minute, second = int(found[5] or 0), int(found[6] or 0), int(found[7] or 0)
        if found[8]:
            hour = hour % 12 + (12 if found[8].lower() == "pm" else 0)
        try:
            moment = datetime(int(found[4]), month, day, hour, minute, second)  # noqa: DTZ001 - local, its zone is the table's
        except ValueError as error:
            order = "day" if self.day_first else "month"
            raise InstantError("L005", f"'{text}' is no date with the {order} first: {error}") from None
        if self.zone is None:
            raise InstantError("L006", f"'{text}' has no offset from UTC", _HINT)
        return local_instant(moment, self.zone)
