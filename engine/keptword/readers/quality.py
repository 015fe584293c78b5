"""What a log is worth: what was read, what is missing in it, what had to be guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from keptword.events import Log
from keptword.instants import HOUR
from keptword.readers.reading import Reading, counted

_WORDS = frozenset(["message.sent", "message.received", "notice.sent", "status.posted"])
_SPOKEN = frozenset(["message.sent", "message.received"])


@dataclass(frozen=True, slots=True)
class Quality:
    """Facts about a log that was read.

    Attributes:
        formats: file → the format it was read as.
        events: how many of each name.
        caseless: events that belong to no case.
        messages: messages, notices and posts; textless of them have no text, roleless messages nobody of a known role.
        claimed: events whose claimed time is more than an hour away from when they could be seen.
        edited: texts that were changed after they were posted.
        rejected: lines left out; repeats: lines that came again.
        notes: what the readers themselves said.
    """

    formats: dict[str, str]
    events: dict[str, int]
    caseless: int = 0
    messages: int = 0
    textless: int = 0
    roleless: int = 0
    claimed: int = 0
    edited: int = 0
    rejected: int = 0
    repeats: int = 0
    notes: tuple[str, ...] = field(default_factory=tuple)

    def lines(self) -> Iterator[str]:
        """The report: one fact a line, what is in order left out."""
        for file, format in self.formats.items():
            yield f"{file} was read as {format}"
        if self.caseless:
            yield f"{counted(self.caseless, 'event')} without a case: rules that judge cases pass over what has none"
        if self.textless:
            yield f"{self.textless} of {counted(self.messages, 'message')} without a text: rules about words and about times named in words are unknown there"
        if self.roleless:
            yield f"{counted(self.roleless, 'message')} by nobody of a known role: taken for written by a person"
        if self.claimed:
            yield f"{counted(self.claimed, 'event')} with a claimed time more than an hour away from when it could be seen"
        if self.edited:
            yield f"{counted(self.edited, 'text')} changed after posting: what was to be read at first is not known"
        if self.rejected:
            yield f"{counted(self.rejected, 'line')} left out, because it could not be read"
        if self.repeats:
            yield f"{counted(self.repeats, 'line')} repeated, and counted once"
        yield from self.notes


def quality(log: Log, reading: Reading) -> Quality:
    """The facts about a log, from its events and from what came up while reading."""
    names = Counter(e.event for e in log.events)
    caseless = messages = textless = roleless = claimed = edited = 0
    for event in log.events:
        fields = event.fields
        caseless += not event.case
        if event.event in _WORDS:
            messages += 1
            text = fields.get("text")
            textless += not (isinstance(text, str) and text.strip())
            roleless += event.event in _SPOKEN and "role" not in fields
        edited += "edited_at" in fields
        said, seen = fields.get("claimed_at"), fields.get("observed_at", event.time)
        claimed += isinstance(said, int) and isinstance(seen, int) and abs(said - seen) > HOUR
    return Quality(
        dict(reading.formats),
        dict(sorted(names.items())),
        caseless,
        messages,
        textless,
        roleless,
        claimed,
        edited,
        log.rejected,
        log.duplicates,
        tuple(log.notes),
    )
