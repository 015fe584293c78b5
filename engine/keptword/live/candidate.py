"""A duty and the facts about it, as the tracker finds them; what it came to is decided elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from keptword.clock import NEVER, Deadline
from keptword.evaluation import Assignments, owner_of
from keptword.events import Event
from keptword.live.court import Facts, Judgement, clamp
from keptword.live.dialect import Atom
from keptword.obligation import VIOLATIONS, Key, Obligation, Span


@dataclass(slots=True)
class Candidate:
    """A duty under one rule and key, without a verdict.

    Attributes:
        opening: the event that opened it; opened_at: from when it runs.
        end: its deadline; None where that is unknown, or where no deadline is meant (`timeless`).
        strict: the last instant by the strictest reading.
        timeless: it can only be broken, not missed.
        done, ended, early, renewed: the events that did it, ended it, came before its window, or replaced it.
        breach: the duty is broken by the opening event itself.
        excuse: the event that allows it after all.
        said, truth: values that have to agree, and the event that the truth stands in.
        doubt: the verdict where none can be reached, or where a person has to look.
        stop: where a missed duty stops running.
        cadence: whether silences are counted.
        why, ended_why: for broken, borderline, doubt and renewed; for void by an end.
        measure: at a moment, the spans over which the clock ran, where it did not run all the time.
        note: said with any verdict that says nothing else.
        events: what the verdict rests on, where it is not just the events above.
    """

    opening: Event
    opened_at: int
    end: Deadline | None
    strict: int | None = None
    part: str = ""
    timeless: bool = False
    done: Event | None = None
    ended: Event | None = None
    early: Event | None = None
    renewed: Event | None = None
    breach: bool = False
    excuse: Event | None = None
    said: str | None = None
    truth: str | None = None
    truth_event: Event | None = None
    doubt: str = ""
    stop: Event | None = None
    cadence: bool = False
    why: str = ""
    ended_why: str = ""
    note: str = ""
    events: tuple[str, ...] | None = None
    spans: tuple[Span, ...] = ()
    measure: Callable[[int], tuple[tuple[int, int], ...]] | None = None

    @property
    def last(self) -> int:
        """The last instant in time; for duties without one, never."""
        return NEVER if self.end is None or self.timeless else self.end.last

    def mark(self, over: bool) -> int:
        """Equal as long as nothing changes that the duty's verdict and details rest on, within this process."""
        others = (self.done, self.ended, self.early, self.renewed, self.excuse, self.stop, self.truth_event)
        return hash((
            self.opening.id, self.opened_at, self.end, self.strict, over, self.breach, self.doubt, self.said, self.truth, self.why,
            self.events, *(None if e is None else (e.time, e.id) for e in others),
        ))  # fmt: skip

    def facts(self) -> Facts:
        """The duty as facts of the deciding rules."""
        last = clamp(self.last)
        strict = last if self.strict is None else clamp(self.strict)
        out: list[tuple[str, tuple[tuple[str, Atom], ...]]] = [
            ("duty", (("last", last), ("strict", min(strict, last))))
        ]
        for kind, event in (
            ("done", self.done),
            ("ended", self.ended),
            ("early", self.early),
            ("renewed", self.renewed),
        ):
            if event is not None:
                out.append((kind, (("t", clamp(event.time)),)))
        if self.breach:
            out.append(("breach", (("t", clamp(self.opening.time)),)))
        if self.excuse is not None:
            out.append(("excuse", (("t", clamp(self.excuse.time)),)))
        if self.said is not None:
            out.append(("said", (("value", _digest(self.said)),)))
            if self.truth is not None:
                out.append(("truth", (("value", _digest(self.truth)),)))
        if self.doubt:
            out.append(("doubt", (("verdict", self.doubt),)))
        return tuple(out)

    def obligation(
        self, rule: str, key: Key, judgement: Judgement, now: int, assignments: Assignments
    ) -> Obligation:
        """The duty with its verdict and its owner, seen at the moment `now`."""
        verdict, done, a = judgement.verdict, self.done, self.opening
        if self.end is None:
            return Obligation(
                rule, key, verdict, a.id, self.opened_at, why=self.why, events=(a.id,), part=self.part,
                done_by=done.id if done else None, done_at=done.time if done else None, case=a.case,
                owner=owner_of(done, a, a.case, done.time if done else now, assignments),
            )  # fmt: skip
        at: int | None = None
        late_by: int | None = None
        why = self.note
        events: tuple[Event | None, ...] = (a, done)
        match verdict:
            case "late" | "missed":
                at = self.end.at
                until = done or self.stop
                late_by = (until.time if until is not None else now) - at
                events = (a, until)
            case "early":
                done, at = self.early, self.early.time if self.early else None
                events = (a, self.early)
            case "broken":
                done, at, why, events = a, a.time, self.why, (a,)
            case "void":
                done, events = None, (a, self.renewed or self.ended)
                why = self.why if self.renewed else self.ended_why
            case "kept" if judgement.by in {"excused", "agreed"}:
                done, events = a, (self.excuse, a)
            case "borderline" | "review":
                why = self.why
            case "open":
                done, events = None, (a,)
        silent = 0
        if self.cadence and verdict in VIOLATIONS:
            length = self.end.at - a.time
            silent = ceil(((at or 0) + (late_by or 0) - a.time) / length) - 1 if length > 0 else 0
        named = events if verdict in {"void", "missed", "early", "broken"} else _by_time(events)
        names = tuple(e.id for e in named if e is not None)
        if self.events is not None and verdict != "open":
            names = self.events
        instant = at if at is not None else done.time if done is not None else min(self.end.at, now)
        return Obligation(
            rule, key, verdict, a.id, self.opened_at, case=a.case, owner=owner_of(done, a, a.case, instant, assignments), due=None if self.end.at == NEVER else self.end.at, bound=self.end.bound,
            done_by=done.id if done else None, done_at=done.time if done else None, at=at, late_by=late_by, part=self.part,
            events=names, spans=self.spans, silent_periods=silent, measured=self.measure(now) if self.measure else (), why=why,
        )  # fmt: skip


def _by_time(events: tuple[Event | None, ...]) -> tuple[Event | None, ...]:
    return tuple(sorted((e for e in events if e is not None), key=lambda e: (e.time, e.id)))


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
