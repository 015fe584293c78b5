"""What a reader is given and what it gives back: a source of bytes in, canonical events out, problems beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from keptword.errors import Place, Problem


@dataclass(slots=True)
class Rejected:
    """A line that was left out, unchanged, and why."""

    line: bytes
    problem: Problem


@dataclass(slots=True)
class Reading:
    """One run of reading: the wishes of the user, and everything that came up.

    Attributes:
        zone: IANA zone of times without an offset; None refuses them (L006).
        mapping: canonical name → column or field of the source (`--map customer=client_id`).
        problems: every problem found; with `keep_going` the lines concerned are in `rejected` as well.
        keep_going: `--rejects` was given: a bad line is put aside and reading goes on.
        notes: what is missing or had to be assumed, in the user's words, for the log-quality report.
    """

    zone: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    keep_going: bool = False
    problems: list[Problem] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def bad(self, code: str, message: str, place: Place, raw: bytes = b"", hint: str = "", width: int = 1) -> None:
        """Report a line that cannot be used; `raw` is the whole line as it stood in the file."""
        text = raw.decode("utf-8", "backslashreplace").rstrip("\r\n")
        problem = Problem(code, message, place, text, width, hint)
        self.problems.append(problem)
        if self.keep_going:
            self.rejected.append(Rejected(raw, problem))
