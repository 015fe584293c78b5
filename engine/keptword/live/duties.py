"""What the monitor knows of the rules it follows and of their duties, and when it has to look at them again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from keptword.clock import NEVER
from keptword.instants import DAY, MINUTE
from keptword.live.candidate import Candidate
from keptword.live.court import Judgement
from keptword.live.holding import Case
from keptword.live.journal import packed_texts
from keptword.live.slot import Matcher, Slot
from keptword.obligation import Obligation, Verdict
from keptword.plan import Plan
from keptword.waivers import Waiver


@dataclass(frozen=True, slots=True)
class Settings:
    """How the monitor goes about it; times in microseconds.

    Attributes:
        lateness: how much later than others an event may come in and still be used.
        shares: at which per cent of a limit a warning is due, ascending.
        keep: how long a key without open duties is remembered after its last event; None: for ever.
        keep_closed: the same once the case was closed (or as far back as the rule looks, if that is longer).
        closing: the events that close a case.
        escalate_after: each time a team has this many more violations, that is announced; 0: never.
        escalate_within: only where they lie within this time; None: however far apart.
    """

    lateness: int = 10 * MINUTE
    shares: tuple[int, ...] = (75, 100)
    keep: int | None = 30 * DAY
    keep_closed: int = DAY
    closing: frozenset[str] = frozenset({"ticket.closed"})
    escalate_after: int = 3
    escalate_within: int | None = None


@dataclass(slots=True)
class Record:
    """What was decided and said about a duty.

    Attributes:
        digest: of the facts that the judgement rests on.
        told: the verdict that was announced last ("" none); sign: its details.
        warned: the highest share announced.
        team: whose tally the violation is in ("" none).
        opened: 1 once it was announced as a reparation.
        last: the duty as it was seen last; mark: of what it was made from then.
    """

    digest: str = ""
    verdict: Verdict = "open"
    by: str = ""
    told: str = ""
    sign: str = ""
    warned: int = 0
    team: str = ""
    opened: int = 0
    last: Obligation | None = None
    mark: int = 0

    def saved(self) -> str:
        """As text for the journal."""
        texts = packed_texts((self.digest, self.verdict, self.by, self.told, self.sign))
        return f"{texts[:-1]},{self.warned},{packed_texts((self.team,))[1:-1]},{self.opened}]"


@dataclass(frozen=True, slots=True)
class Due:
    """Something open, for the board."""

    obligation: Obligation
    warned: int


@dataclass(slots=True)
class Followed:
    """A rule and what the monitor keeps for it.

    Attributes:
        dependents: numbers of the rules that rest on its violations.
        waivers: those of this rule, with their numbers.
        exact: past events further back than `reach` cannot matter once all duties of a key are settled.
        skipped: how many events lacked a field of the key.
    """

    plan: Plan
    number: int
    matcher: Matcher
    dependents: list[int]
    waivers: list[tuple[int, Waiver]]
    exact: bool
    reach: int
    slots: dict[tuple[str, ...], Slot] = field(default_factory=dict)
    skipped: int = 0


def wakes(
    settings: Settings, candidate: Candidate, judgement: Judgement, record: Record, now: int
) -> Iterator[int]:
    """When a duty has to be looked at again although nothing comes in: at its warnings, and once its deadline has passed."""
    if candidate.timeless or candidate.end is None or candidate.last >= NEVER or candidate.last < now:
        return
    if judgement.verdict == "open":
        yield candidate.last + 1
        for share in settings.shares:
            when = candidate.opened_at + (candidate.last - candidate.opened_at) * share // 100
            if share > record.warned and when > now:
                yield when
    elif candidate.part:
        yield candidate.last + 1  # the next window of a grid


def passed(settings: Settings, candidate: Candidate, record: Record, now: int) -> list[int]:
    """The shares of its time that have passed and were not announced."""
    span = candidate.last - candidate.opened_at
    return [
        s
        for s in settings.shares
        if span >= 0 and s > record.warned and candidate.opened_at + span * s // 100 <= now
    ]


def retire_at(settings: Settings, rule: Followed, case: Case | None, settled: int, firm: bool) -> int | None:
    """When the past of a key with nothing open cannot matter any more; None: never.

    Args:
        settings, rule: what is followed how.
        case: of the key, if it has one.
        settled: the last instant that matters to its duties.
        firm: something may still be done, however late.
    """
    if settings.keep is None:
        return None
    rest = max(settings.keep, rule.reach)
    if rule.exact and not firm:
        rest = rule.reach
    elif case is not None and case.closed is not None:
        rest = min(rest, max(settings.keep_closed, rule.reach))
    return settled + max(rest, settings.lateness) + 1
