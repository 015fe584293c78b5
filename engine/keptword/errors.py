"""How every failure reads: a code, a place, the line itself, a caret and what would be right."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

# One entry a code; docs/errors.md has a section for each (a test compares the two). A code is never used again for
# another meaning. R: rule files, packs, calendars, waivers. L: logs. U: arguments. E: engines.
CODES: dict[str, str] = {
    "R001": "the file is not YAML",
    "R002": "the same key twice",
    "R003": "an unknown key",
    "R004": "a missing key",
    "R005": "a value that is not allowed here",
    "R006": "a limit that cannot be read",
    "R007": "an unknown kind of rule",
    "R008": "the id and the file name differ",
    "R009": "an event that is neither in the vocabulary nor a name of the form noun.participle",
    "R010": "a condition that cannot be read",
    "R011": "a regular expression that is refused",
    "R012": "a rule that refers to a rule which is not there",
    "R013": "rules that wait for each other in a circle",
    "R014": "two rules with the same id",
    "R015": "an unknown calendar",
    "R016": "an unknown time zone",
    "R017": "a pack that cannot be found",
    "R018": "a sentence that cannot be understood",
    "R019": "an unknown wording check",
    "R020": "a date or time that cannot be read",
    "R021": "a calendar that cannot be read",
    "R022": "a rule test that cannot be read",
    "R023": "a waiver that cannot be read",
    "R024": "limits that contradict each other",
    "R025": "a phrasebook that cannot be read",
    "R101": "a rule that can never be kept",
    "R102": "a rule that can never be triggered",
    "R103": "two rules that contradict each other",
    "R104": "a rule that another one makes superfluous",
    "R105": "a limit that the calendar makes impossible",
    "R106": "a name of the vocabulary that no rule uses",
    "R107": "a stable rule without tests",
    "L001": "the file cannot be opened",
    "L002": "the format cannot be recognised",
    "L003": "a line that is not JSON",
    "L004": "a missing field",
    "L005": "a time that cannot be read",
    "L006": "a time without an offset",
    "L007": "a local time that does not exist or exists twice",
    "L008": "one id, two different events",
    "L009": "a value of the wrong type",
    "L010": "text that is not UTF-8",
    "L011": "a table whose rows do not fit its header",
    "L012": "the same key twice in one event",
    "L013": "a compressed file that is damaged or that grows beyond all measure",
    "L014": "a line of the timeline notation that cannot be read",
    "L015": "a line that is too long",
    "L016": "a file that is not what its format promises",
    "U001": "an argument that is not understood",
    "U002": "a file that cannot be written",
    "U003": "a part that is not installed",
    "E001": "an engine that cannot evaluate a rule",
    "E002": "a condition about a year that its calendar does not state",
    "E003": "a cluster that gave up",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a file, and line and column counted from 1 (0 = not known)."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        parts = [self.file] + [str(n) for n in (self.line, self.column) if n]
        return ":".join(parts)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        code: a key of `CODES`.
        message: what is wrong with *this* value; lower case, no full stop.
        place: where.
        text: the source line, as it stands in the file ("" = none to show).
        width: how many characters the caret underlines.
        hint: what would be right ("" = nothing to add).
        other: a second place that disagrees with the first, with its own words.
    """

    code: str
    message: str
    place: Place
    text: str = ""
    width: int = 1
    hint: str = ""
    other: tuple[Place, str] | None = None

    def render(self) -> str:
        """The problem as a person reads it, several lines without a trailing line end."""
        out = [f"{self.place}: error[{self.code}]: {visible(self.message)}"]
        if self.text:
            number = str(self.place.line) if self.place.line else ""
            line, column, cut = _window(self.text, self.place.column)
            out.append(f" {number} | {line}")
            if self.place.column:
                pad = " " * _cells(line[: column - 1])
                shown = max(1, _cells(line[column - 1 : column - 1 + self.width]))
                out.append(f" {' ' * len(number)} | {pad}{'^' * (1 if cut and shown > 60 else shown)}")
        if self.other:
            out.append(f"   = {visible(self.other[1])}: {self.other[0]}")
        if self.hint:
            out.append(f"   = {visible(self.hint)}")
        return "\n".join(out)


class KeptwordError(Exception):
    """Something the user can mend; carries every problem found, not the first. Exit status 2."""

    def __init__(self, problems: Iterable[Problem] | Problem) -> None:
        found = [problems] if isinstance(problems, Problem) else list(problems)
        self.problems: list[Problem] = sorted(
            found, key=lambda p: (p.place.file, p.place.line, p.place.column, p.code)
        )
        super().__init__(render(self.problems))


class RuleError(KeptwordError):
    """Rule files, packs, calendars, waivers or phrasebooks that cannot be used as they stand."""


class LogError(KeptwordError):
    """A log that cannot be read without losing or guessing something."""


class UsageError(KeptwordError):
    """Arguments that make no sense."""


class UnsupportedRule(KeptwordError):
    """An engine was given a rule it cannot evaluate exactly; it never approximates."""


def usage_error(message: str, hint: str = "", code: str = "U001") -> UsageError:
    """An error about the call itself, which has no file to point at."""
    return UsageError(Problem(code, message, Place("keptword"), hint=hint))


def render(problems: Sequence[Problem], limit: int = 20) -> str:
    """All problems, a blank line between them; past `limit` the rest is counted, never dropped in silence."""
    shown = [p.render() for p in problems[:limit]]
    if len(problems) > limit:
        shown.append(f"… and {len(problems) - limit} more problems like these")
    return "\n\n".join(shown)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint naming the nearest known word, or "" when none is near."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else ""


def visible(text: str) -> str:
    """`text` with control characters (terminal escapes, right-to-left marks) made harmless and visible."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        c
        if c in "\t\n" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        else f"\\u{ord(c):04x}"
        for c in text
    )


def _window(text: str, column: int, room: int = 120) -> tuple[str, int, bool]:
    """A part of a long line around `column`; the line, the column in it, whether it was cut."""
    flat = text.rstrip("\r\n").replace("\t", " ")
    if len(flat) <= room:
        return visible(flat), column + len(visible(flat[: max(column - 1, 0)])) - max(column - 1, 0), False
    start = max(0, column - room // 2)
    part = (
        ("…" if start else "")
        + visible(flat[start : start + room])
        + ("…" if start + room < len(flat) else "")
    )
    return part, column - start + (1 if start else 0), True


def _cells(text: str) -> int:
    """How many terminal cells `text` takes."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


@dataclass(slots=True)
class Problems:
    """A list that errors are gathered in, so that all of them are reported at once."""

    found: list[Problem] = field(default_factory=list)

    def add(self, problem: Problem) -> None:
        """Keep one more problem."""
        self.found.append(problem)

    def raise_if_any(self, error: type[KeptwordError]) -> None:
        """Raise `error` with everything found so far, if anything was."""
        if self.found:
            raise error(self.found)
