"""Signs of a weak log: what single events lack, what was guessed about them, what was changed afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from keptword.events import Event

_WORDED = frozenset(["message.sent", "message.received", "notice.sent", "status.posted"])
_SPOKEN = frozenset(["message.sent", "message.received"])


@dataclass(frozen=True, slots=True)
class Sign:
    """One way in which an event can be weak evidence.

    Attributes:
        what: names it in reports.
        events: names of the events that are looked at.
        field: the field that is looked at.
        how: `lacks`: the event has no such field, or an empty text; `guessed`: a reader put the field's name into
            `guessed`; `has`: the event has the field; `claimed`: the event's time is no more than what `field` claims.
        reads: what a rule has to look at to be weakened: a field, or "time" for any use of the event.
    """

    what: str
    events: frozenset[str]
    field: str
    how: Literal["lacks", "guessed", "has", "claimed"]
    reads: str

    def on(self, event: Event) -> bool:
        """Whether an event bears the sign."""
        if event.event not in self.events:
            return False
        match self.how:
            case "lacks":
                value = event.get(self.field)
                return value is None or (isinstance(value, str) and not value.strip())
            case "has":
                return self.field in event.fields
            case "guessed":
                guessed = event.fields.get("guessed")
                return isinstance(guessed, tuple) and self.field in guessed
            case "claimed":
                seen = event.fields.get("observed_at", event.time)
                return event.fields.get(self.field) == event.time != seen


SIGNS = (
    Sign("no text", _WORDED, "text", "lacks", "text"),
    Sign("no role", _SPOKEN, "role", "lacks", "role"),
    Sign("role guessed", _SPOKEN, "role", "guessed", "role"),
    Sign("start guessed", frozenset(["outage.started"]), "time", "guessed", "time"),
    Sign("start claimed", frozenset(["outage.started"]), "claimed_at", "claimed", "time"),
    Sign("end guessed", frozenset(["outage.resolved"]), "time", "guessed", "time"),
    Sign("edited", _WORDED, "edited_at", "has", "text"),
)


def counted(events: Iterable[Event], signs: Iterable[Sign] = SIGNS) -> dict[Sign, tuple[int, int]]:
    """How many events bear each sign, and of how many that were looked at; signs that none bears are left out."""
    by_name: dict[str, list[Sign]] = {}
    for sign in signs:
        for name in sign.events:
            by_name.setdefault(name, []).append(sign)
    found: dict[Sign, list[int]] = {}
    for event in events:
        for sign in by_name.get(event.event, ()):
            numbers = found.setdefault(sign, [0, 0])
            numbers[1] += 1
            numbers[0] += sign.on(event)
    return {sign: (n, of) for sign, (n, of) in found.items() if n}
