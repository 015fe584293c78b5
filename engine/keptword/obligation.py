"""Obligations and their verdicts, findings, and the report that carries them: what every engine returns."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from keptword.errors import Place
from keptword.events import Event

Verdict = Literal[
    "kept", "late", "missed", "early", "broken", "open", "void", "waived", "review", "borderline", "unknown"
]
Severity = Literal["minor", "major", "critical"]
Bound = Literal["inclusive", "exclusive"]

VERDICTS: tuple[Verdict, ...] = (
    "kept", "late", "missed", "early", "broken", "open", "void", "waived", "review", "borderline", "unknown",
)  # fmt: skip
VIOLATIONS: frozenset[Verdict] = frozenset({"late", "missed", "early", "broken"})
DECIDED: frozenset[Verdict] = VIOLATIONS | {"kept"}
LISTED: frozenset[Verdict] = VIOLATIONS | {"review", "borderline"}
SEVERITIES: tuple[Severity, ...] = ("minor", "major", "critical")

Key = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a message that a wording verdict is about: characters [start, end) of the event's text."""

    event: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose work an obligation was; "" where the log does not say."""

    team: str = ""
    actor: str = ""


@dataclass(frozen=True, slots=True)
class Obligation:
    """One thing that was owed. All instants are microseconds since 1970-01-01Z.

    Attributes:
        rule: `pack/rule`.
        key: the key fields and their values, in the order of `per`.
        verdict: see the table in docs/semantics.md.
        opened_by: id of the event that opened it.
        opened_at: when.
        case: the case of the opening event ("" = none).
        due: the deadline; None where there is none (a clock that stands still, a count, …).
        bound: whether an act exactly at `due` is in time.
        done_by, done_at: the event that did it, or broke it; None when nothing did.
        at: the instant of a violation: `due` for late and missed, the event's own for early and broken; else None.
        late_by: microseconds; None where lateness has no meaning.
        owner: whose work it was.
        part: tells obligations apart that one event opened under one rule and key (a check, a window); "" mostly.
        events: ids of the events that the verdict rests on, in order of time.
        spans: what the words are.
        silent_periods: updates lacking in one silence (cadence).
        measured: the spans over which a clock ran, where it did not run all the time.
        why: what cannot be seen from the rest: why void, unknown, waived, borderline; what is missing in a message.
    """

    rule: str
    key: Key
    verdict: Verdict
    opened_by: str
    opened_at: int
    case: str = ""
    due: int | None = None
    bound: Bound = "inclusive"
    done_by: str | None = None
    done_at: int | None = None
    at: int | None = None
    late_by: int | None = None
    owner: Owner = Owner()
    part: str = ""
    events: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    silent_periods: int = 0
    measured: tuple[tuple[int, int], ...] = ()
    why: str = ""

    @property
    def id(self) -> str:
        """Depends only on rule, key and opening event, so that reports of different days can be compared."""
        return duty_id(self.rule, self.key, self.opened_by, self.part)

    @property
    def is_violation(self) -> bool:
        """Late, missed, early or broken."""
        return self.verdict in VIOLATIONS

    def waived(self, reason: str) -> Obligation:
        """The same obligation under a waiver: `why` says what was broken, where that has words, and then the reason."""
        return replace(self, verdict="waived", why=f"{self.why}; {reason}" if self.why else reason)


def duty_id(rule: str, key: Key, opened_by: str, part: str) -> str:
    """`Obligation.id` of an obligation that is yet to be made."""
    said = "\x1f".join([rule, *(f"{k}={v}" for k, v in key), opened_by, part])
    return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def order(obligation: Obligation) -> tuple[int, str, Key, int, str, str]:
    """Sort key of every listing: violation instant (else due, else opening), rule, key."""
    o = obligation
    when = o.at if o.at is not None else o.due if o.due is not None else o.opened_at
    return (when, o.rule, o.key, o.opened_at, o.opened_by, o.part)


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule, and how many of its obligations had which verdict.

    Attributes:
        rule: `pack/rule`; title, kind, severity, source, why, tags: as the rule file says.
        zone: the zone in which the rule's times are shown.
        counts: verdict → number, every verdict present.
        skipped: events that lacked a key field and so took no part.
        file: where the rule stands.
    """

    rule: str
    title: str
    kind: str
    severity: Severity
    counts: Mapping[Verdict, int]
    zone: str = "UTC"
    source: str = ""
    why: str = ""
    tags: tuple[str, ...] = ()
    status: str = "stable"
    skipped: int = 0
    file: str = ""

    @property
    def violations(self) -> int:
        """How many obligations were violated."""
        return sum(self.counts[v] for v in VIOLATIONS)

    @property
    def decided(self) -> int:
        """How many obligations were decided: kept or violated."""
        return sum(self.counts[v] for v in DECIDED)


@dataclass(frozen=True, slots=True)
class Finding:
    """An obligation that has to be shown: a violation, a review, a borderline case or a waived violation.

    Attributes:
        obligation: what was owed and what became of it.
        severity: of its rule.
        zone: in which its times are shown.
        message: one sentence of evidence.
        baseline: already in the baseline, so it does not fail the run.
    """

    obligation: Obligation
    severity: Severity
    zone: str
    message: str
    baseline: bool = False


@dataclass(frozen=True, slots=True)
class WaiverUse:
    """A waiver and what it did in this audit."""

    rule: str
    reason: str
    approved_by: str
    starts: int
    ends: int
    used: int
    expired: bool
    place: str


@dataclass(frozen=True, slots=True)
class Weakness:
    """Something wanting in the log, and what it does to the result.

    Attributes:
        what: kind: `no text`, `no role`, `role guessed`, `start guessed`, `start claimed`, `end guessed`, `edited`, or
            `unknown` for obligations that cannot be decided for another reason.
        count: how many events; of: of how many that were looked at.
        rules: rule → how many of its obligations rest on such an event.
        why: the reason, with `unknown`.
    """

    what: str
    count: int
    of: int
    rules: tuple[tuple[str, int], ...]
    why: str = ""

    @property
    def obligations(self) -> int:
        """How many obligations are weakened."""
        return sum(n for _, n in self.rules)


@dataclass(frozen=True, slots=True)
class LogSummary:
    """What was read, and what was wanting in it."""

    files: tuple[str, ...]
    events: int
    cases: int
    rejected: int
    duplicates: int
    first: int | None
    last: int | None
    notes: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The result of one audit; the report formats are functions of it.

    Attributes:
        as_of: the moment at which the log was judged.
        zone: in which times that belong to no rule are shown.
        rules: one result a rule, in the order of their ids.
        findings: violations, reviews, borderlines, and the first of what is unknown (of each rule and reason), ordered by
            `order`; cut to the worst with `--limit`.
        waived: violations that a waiver covers.
        obligations: every obligation when asked for, else empty.
        unlisted: findings that exist and are counted, but were left out of `findings`.
        failing: how many violations are at or above the threshold and not in the baseline (exit status 1 if > 0).
        quality: what is wanting in the log, and which obligations that weakens.
        texts: text of the events that findings point at, by event id.
        places: where in the log the events stand that findings point at, by event id.
        events: the events of the cases that findings belong to, by id, in order of time; empty unless asked for.
        steps: id of an obligation → how its deadline was reckoned, a line a step; empty unless asked for.
    """

    version: str
    as_of: int
    zone: str
    log: LogSummary
    rules: Sequence[RuleResult]
    findings: Sequence[Finding]
    waived: Sequence[Finding] = ()
    obligations: Sequence[Obligation] = ()
    unlisted: int = 0
    failing: int = 0
    waivers: Sequence[WaiverUse] = ()
    notes: Sequence[str] = ()
    quality: Sequence[Weakness] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)
    steps: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
