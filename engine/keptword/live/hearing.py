"""From the events of a key to its duties as they stand: facts are found, what changed is put before the court."""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from keptword.evaluation import Assignments, violation_event
from keptword.events import Event
from keptword.live import instant, timed
from keptword.live.candidate import Candidate
from keptword.live.court import Court, Judgement
from keptword.live.duties import Followed, Record
from keptword.live.slot import Slot, View
from keptword.obligation import Obligation, duty_id
from keptword.plan import (
    CadencePlan,
    ConsistencyPlan,
    CountPlan,
    GuardPlan,
    NoticePlan,
    PromisePlan,
    ResponsePlan,
    WordingPlan,
)  # fmt: skip
from keptword.words import Words

TRACK: dict[type, Callable[[View, Any], Iterator[Candidate]]] = {
    ResponsePlan: timed.response, CadencePlan: timed.cadence, NoticePlan: timed.notice, PromisePlan: timed.promise,
    GuardPlan: instant.guard, ConsistencyPlan: instant.consistency, CountPlan: instant.count, WordingPlan: instant.wording,
}  # fmt: skip


class Hearing:
    """Keeps the court busy with what is new only.

    Attributes:
        saved: records of before a restart, by duty, as the journal kept them.
    """

    def __init__(self, court: Court, words: Words, assignments: Assignments, counts: Counter[str]) -> None:
        self._court, self._words, self._assignments, self._counts = court, words, assignments, counts
        self.saved: dict[str, list[Any]] = {}

    def judged(
        self, rule: Followed, slot: Slot, records: dict[str, Record], now: int, afresh: bool
    ) -> Iterator[tuple[str, Candidate, Judgement, Obligation]]:
        """The duties of a slot as they stand now; only those whose facts changed are put before the court.

        Unless all are wanted `afresh`, one of which nothing changed is given as it was seen last.
        """
        key, plan = slot.key, rule.plan
        for candidate in TRACK[type(plan.body)](View(slot, now), plan.body):
            name = slot.duties.get((candidate.opening.id, candidate.part))
            if name is None:
                name = duty_id(plan.name, key, candidate.opening.id, candidate.part)
                slot.duties[candidate.opening.id, candidate.part] = name
            record = records.get(name)
            if record is None:
                record = records[name] = Record(*self.saved[name]) if name in self.saved else Record()
            # Once decided, a verdict stands as long as the facts do; only an open duty waits for its deadline to pass.
            over = record.verdict == "open" and candidate.last < now
            mark = candidate.mark(over)
            if record.mark == mark and record.last is not None and not afresh:
                yield name, candidate, Judgement(record.verdict, record.by), record.last
                continue
            facts = candidate.facts()
            digest = hashlib.blake2b(repr((facts, over)).encode(), digest_size=6).hexdigest()
            if record.digest == digest:
                judgement = Judgement(record.verdict, record.by)
            else:
                judgement = Judgement("open")
                if len(facts) > 1 or candidate.last < now:  # else there is nothing to hear yet
                    judgement = self._court.judge(name, facts, now)
                    self._counts["hearings"] += 1
                if judgement.verdict != "open" and over:
                    digest = hashlib.blake2b(repr((facts, False)).encode(), digest_size=6).hexdigest()
                record.digest, record.verdict, record.by = digest, judgement.verdict, judgement.by
            record.mark = candidate.mark(record.verdict == "open" and candidate.last < now)
            o = candidate.obligation(plan.name, key, judgement, now, self._assignments)
            if o.is_violation and rule.waivers:
                o = self._excuse(rule, name, candidate, o)
            record.last = o
            yield name, candidate, judgement, o

    def _excuse(self, rule: Followed, name: str, candidate: Candidate, o: Obligation) -> Obligation:
        """Which waivers speak of this duty is found here; whether one covers the violation is decided."""
        meant = [
            (w.starts, w.ends, n) for n, w in rule.waivers
            if w.where is None or w.covers(dataclasses.replace(o, at=w.starts), candidate.opening, self._words.says)
        ]  # fmt: skip
        if not meant or o.at is None:
            return o
        number = self._court.excuse(name, o.at, meant)
        if number is None:
            return o
        waiver = next(w for n, w in rule.waivers if n == number)
        waiver.used.add(o.id)
        return o.waived(f"waived: {waiver.reason} (approved by {waiver.approved_by})")


def lasting_violation(rule: Followed, o: Obligation) -> Event:
    """A violation as an event, without its lateness, which grows while the violation lasts."""
    event = violation_event(o, rule.plan.severity)
    return Event(
        event.time,
        event.event,
        event.case,
        event.id,
        {k: v for k, v in event.fields.items() if k != "late_by"},
    )
