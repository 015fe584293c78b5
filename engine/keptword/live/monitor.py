"""The monitor: events and moments go in, announcements come out; the duties of a key are looked at when something touches it."""

from __future__ import annotations

import dataclasses
import hashlib
import heapq
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from keptword.clock import NEVER
from keptword.evaluation import violation_event
from keptword.events import Event, content_id, with_id
from keptword.instants import DAY, MINUTE
from keptword.live import instant, timed
from keptword.live.announce import Announcement, Kind
from keptword.live.candidate import Candidate
from keptword.live.court import Court, Judgement
from keptword.live.holding import ASSIGNING, Case, Holding
from keptword.live.journal import packed
from keptword.live.reach import check_live, forgets_when_settled, reach
from keptword.live.slot import Matcher, Matching, Slot, View
from keptword.obligation import Obligation, Verdict
from keptword.plan import (
    CadencePlan,
    ConsistencyPlan,
    CountPlan,
    GuardPlan,
    NoticePlan,
    Plan,
    PromisePlan,
    ResponsePlan,
    WordingPlan,
)  # fmt: skip
from keptword.waivers import Waiver
from keptword.words import Words

_TRACK: dict[type, Callable[[View, Any], Iterator[Candidate]]] = {
    ResponsePlan: timed.response, CadencePlan: timed.cadence, NoticePlan: timed.notice, PromisePlan: timed.promise,
    GuardPlan: instant.guard, ConsistencyPlan: instant.consistency, CountPlan: instant.count, WordingPlan: instant.wording,
}  # fmt: skip


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
    """

    lateness: int = 10 * MINUTE
    shares: tuple[int, ...] = (75, 100)
    keep: int | None = 30 * DAY
    keep_closed: int = DAY
    closing: frozenset[str] = frozenset({"ticket.closed"})
    escalate_after: int = 3


@dataclass(slots=True)
class Record:
    """What was decided and said about a duty.

    Attributes:
        digest: of the facts that the judgement rests on.
        told: the verdict that was announced last ("" none); sign: its details.
        warned: the highest share announced.
        team: whose tally the violation is in ("" none).
        last: the duty as it was seen last; mark: of what it was made from then.
    """

    digest: str = ""
    verdict: Verdict = "open"
    by: str = ""
    told: str = ""
    sign: str = ""
    warned: int = 0
    team: str = ""
    last: Obligation | None = None
    mark: int = 0

    def saved(self) -> str:
        """As text for the journal."""
        return packed([self.digest, self.verdict, self.by, self.told, self.sign, self.warned, self.team])


@dataclass(frozen=True, slots=True)
class Due:
    """Something open, for the board."""

    obligation: Obligation
    warned: int


@dataclass(slots=True)
class _Rule:
    """A plan and what the monitor keeps for it."""

    plan: Plan
    number: int
    matcher: Matcher
    dependents: list[int]
    waivers: list[tuple[int, Waiver]]
    exact: bool
    reach: int
    slots: dict[tuple[str, ...], Slot] = field(default_factory=dict)
    skipped: int = 0


class Monitor:
    """Follows rules over events that may come late or out of order within `Settings.lateness`.

    Everything it does depends only on the order of `feed` and `advance`, so that a replay says the same again.
    Not for several threads.
    """

    def __init__(
        self, plans: Sequence[Plan], court: Court, settings: Settings | None = None, waivers: Sequence[Waiver] = (),
        words: Words | None = None,
    ) -> None:  # fmt: skip
        """Args as those of the reference evaluator; UnsupportedRule for rules that cannot be followed live."""
        check_live(plans)
        self.settings = settings or Settings()
        self.words = words or Words()
        self.now: int | None = None
        self._court = court
        matching = Matching(self.words)
        self._rules = [
            _Rule(
                plan, n, Matcher(plan, matching), [i for i, other in enumerate(plans) if plan.name in other.rests_on],
                [(i, w) for i, w in enumerate(waivers) if w.rule == plan.name], forgets_when_settled(plan), reach(plan),
            )
            for n, plan in enumerate(plans)
        ]  # fmt: skip
        self._by_name: dict[str, list[_Rule]] = {}
        for rule in self._rules:
            for name in rule.matcher.names:
                self._by_name.setdefault(name, []).append(rule)
        self._slots: dict[str, Slot] = {}
        self._records: dict[str, dict[str, Record]] = {}       # slot → duty → record
        self._derived: dict[str, tuple[Event, set[str]]] = {}  # violations as events, and the slots that hold them
        self._violations: dict[str, dict[str, Event]] = {}     # slot → duty → its violation
        self._holding = Holding()
        self._heap: list[tuple[int, int, str]] = []
        self._dirty: list[tuple[int, str]] = []
        self._tally: Counter[str] = Counter()
        self._level: dict[str, int] = {}
        self._changes: dict[str, str | None] = {}
        self._saved: dict[str, list[Any]] = {}
        self._gone: dict[str, tuple[int, str]] = {}
        self._said: list[Announcement] = []
        self.counts: Counter[str] = Counter()

    # ── what comes in ──

    def feed(self, event: Event, seq: int = 0) -> list[Announcement]:
        """Take in an event; what there is to say because of it.

        Args:
            event: in any order within the lateness; repeats are ignored.
            seq: its number in the journal, given back by `take_changes` when it is no longer needed (0: none).
        """
        if not event.id:
            event = with_id(event, self._made_id(event))
        held = self._holding.events.get(event.id)
        if held is not None:
            if seq:
                self._holding.forgotten.append(seq)
            if held.event == event:
                self.counts["repeated"] += 1
            else:
                self._leave_out(event, f"the id '{event.id}' stands for two different events")
            return self._take_said()
        if self.now is not None and event.time < self.now - self.settings.lateness:
            if seq:
                self._holding.forgotten.append(seq)
            self._leave_out(event, f"the event '{event.id}' came more than the lateness allowed after its time, or is a repeat")
            return self._take_said()
        if self.now is None or event.time > self.now:
            self._run_to(event.time, inclusive=False)
            self._set_now(event.time)
        self.counts["events"] += 1
        self._insert(event, seq)
        self._look()
        return self._take_said()

    def advance(self, now: int) -> list[Announcement]:
        """Let time pass up to and including `now`; what there is to say because of it. Time never goes back."""
        if self.now is None or now >= self.now:
            self._run_to(now, inclusive=True)
            self._set_now(now)
        return self._take_said()

    def next_wake(self) -> int | None:
        """The instant at which something will have to be decided although nothing comes in."""
        while self._heap:
            when, _, name = self._heap[0]
            if name.startswith("case ") or ((slot := self._slots.get(name)) is not None and slot.wake == when):
                return when
            heapq.heappop(self._heap)
        return None

    # ── what can be asked ──

    def obligations(self) -> dict[str, list[Obligation]]:
        """Every duty that is remembered, by rule, as it stands at the present moment; in the order of the reference."""
        if self.now is not None:
            self._run_to(self.now, inclusive=True)
        out: dict[str, list[Obligation]] = {}
        for rule in self._rules:
            found = out.setdefault(rule.plan.name, [])
            for _, slot in sorted(rule.slots.items()):
                found += [o for _, _, _, o in self._judged(rule, slot, afresh=True)]
        return out

    def skipped(self) -> dict[str, int]:
        """Rule → how many events that it looks for lacked a field of its key."""
        return {rule.plan.name: rule.skipped for rule in self._rules}

    def open_duties(self, limit: int) -> list[Due]:
        """What is due next, soonest first."""
        found = [
            (r.last.due, r.last.id, r) for records in self._records.values() for r in records.values()
            if r.verdict == "open" and r.last is not None and r.last.due is not None
        ]  # fmt: skip
        return [Due(r.last, r.warned) for _, _, r in heapq.nsmallest(limit, found) if r.last is not None]

    def titles(self) -> dict[str, str]:
        """Rule → its title."""
        return {rule.plan.name: rule.plan.rule.title for rule in self._rules}

    def sizes(self) -> dict[str, int]:
        """How much is remembered."""
        return {
            "slots": len(self._slots), "events": len(self._holding.events), "cases": len(self._holding.cases),
            "duties": sum(map(len, self._records.values())),
        }  # fmt: skip

    # ── what has to be kept over a restart ──

    def take_changes(self) -> tuple[dict[str, str | None], list[int]]:
        """Changes of the state to be kept since the last call, and inputs that no longer matter."""
        for slot in self._holding.opened_graves:
            self._changes["x:" + slot] = None
            self._gone.pop(slot, None)
        self._holding.opened_graves.clear()
        changes, forgotten = self._changes, self._holding.forgotten
        self._changes, self._holding.forgotten = {}, []
        if self.now is not None and (changes or forgotten or self.now != self._kept_now):
            changes["now"] = str(self.now)
            self._kept_now = self.now
        return changes, forgotten

    _kept_now: int | None = None
    _restoring = False

    def restore(self, events: Iterable[tuple[int, Event]], state: Mapping[str, str]) -> None:
        """Bring back what `take_changes` gave: the inputs that still matter (number and event) and the state."""
        for name, value in state.items():
            kind, _, rest = name.partition(":")
            if kind == "o":
                self._saved[rest] = json.loads(value)
            elif kind == "x":
                time, last = json.loads(value)
                self._gone[rest] = (time, last)
            elif kind == "t":
                self._tally[rest], self._level[rest] = json.loads(value)
        if "now" not in state:
            return
        self._set_now(int(state["now"]))
        for seq, event in events:
            self._insert(event if event.id else with_id(event, self._made_id(event)), seq)
        self._restoring = True
        self._look()
        self._restoring = False
        self._saved.clear()

    # ── time ──

    def _set_now(self, now: int) -> None:
        self.now = now
        self._holding.expire(now - self.settings.lateness)

    def _run_to(self, limit: int, inclusive: bool) -> None:
        while (when := self.next_wake()) is not None and (when < limit or (inclusive and when == limit)):
            _, number, name = heapq.heappop(self._heap)
            if self.now is None or when > self.now:
                self._set_now(when)
            if name.startswith("case "):
                self._retire_case(name[5:])
                continue
            slot = self._slots[name]
            slot.wake = None
            if slot.retire == when:
                slot.retire = None
                if self._let_go(self._rules[number], slot):
                    continue
            heapq.heappush(self._dirty, (number, name))
            self._look()

    def _present(self) -> int:
        if self.now is None:
            raise RuntimeError("no time has passed yet")
        return self.now

    # ── events to slots ──

    def _made_id(self, event: Event) -> str:
        made = content_id(event)
        number = 1
        while (made if number == 1 else f"{made}.{number}") in self._holding.events:
            number += 1
        return made if number == 1 else f"{made}.{number}"

    def _leave_out(self, event: Event, why: str) -> None:
        self.counts["left-out"] += 1
        self._said.append(Announcement("left-out", self.now if self.now is not None else event.time, why=why))

    def _insert(self, event: Event, seq: int) -> None:
        self._holding.add(event, seq)
        for rule in self._by_name.get(event.event, ()):
            self._place(rule, event)
        if event.case and event.event in ASSIGNING:
            self._holding.assign(event)
            self._mark_case(event.case)
        if event.case and event.event in self.settings.closing:
            self._holding.close_case(event)
            self._mark_case(event.case)

    def _mark_case(self, name: str) -> None:
        case = self._holding.case(name)
        for slot in sorted(case.slots):
            self._slots[slot].afresh = True   # somebody else may own its duties now
            heapq.heappush(self._dirty, (self._slots[slot].number, slot))
        self._schedule_case(name, case)

    def _place(self, rule: _Rule, event: Event, derived: bool = False) -> None:
        entry = rule.matcher.entry(event)
        if entry is None:
            return
        placed = False
        for values in rule.matcher.keys(event):
            placed = True
            slot = rule.slots.get(values)
            name = slot.name if slot is not None else f"{rule.number}:{packed(values)}"
            gone = self._gone.get(name) if self._gone else None
            if gone is not None and entry.order <= gone and not derived:
                self._holding.bury(name, event.id)
                continue
            if slot is None:
                slot = rule.slots[values] = self._slots[name] = Slot(name, rule.number, rule.matcher, values)
                self._records[name] = {}
            slot.put(entry)
            slot.touched = max(slot.touched, event.time)
            if derived:
                self._derived[event.id][1].add(name)
            else:
                self._holding.need(event.id)
            if event.case:
                self._holding.case(event.case).slots.add(name)
            heapq.heappush(self._dirty, (rule.number, name))
        rule.skipped += not placed

    def _look(self) -> None:
        """Look at every slot that something touched, rules before those that rest on them."""
        done: tuple[int, str] | None = None
        while self._dirty:
            item = heapq.heappop(self._dirty)
            if item != done and item[1] in self._slots:
                self._refresh(self._rules[item[0]], self._slots[item[1]])
            done = item

    # ── duties ──

    def _refresh(self, rule: _Rule, slot: Slot) -> None:
        records = self._records[slot.name]
        seen = set()
        wake: int | None = None
        settled = slot.touched
        firm = open_ = False
        violations: dict[str, Event] = {}
        timeless = isinstance(rule.plan.body, WordingPlan)
        until_due = isinstance(rule.plan.body, PromisePlan | NoticePlan)   # another announcement may replace it till then
        afresh, slot.afresh = slot.afresh, False
        for name, candidate, judgement, o in self._judged(rule, slot, afresh):
            seen.add(name)
            record = records[name]
            if not self._restoring:
                self._tell(rule, name, record, judgement, o)
            elif record.told != ("" if o.verdict == "open" else o.verdict):
                wake = self._present()   # what falls on the very moment of the restart is still to be said
            for when in self._wakes(candidate, judgement, record):
                wake = when if wake is None else min(wake, when)
            if judgement.verdict == "open" and not candidate.timeless and candidate.last < NEVER:
                open_ = True
                if not self._restoring:
                    self._warn(rule, name, candidate, record, o)
                elif self._passed(candidate, record):
                    wake = self._present()
            firm |= judgement.verdict in {"open", "missed"} or (judgement.verdict == "unknown" and not timeless)
            if until_due and candidate.end is not None and candidate.last < NEVER:
                settled = max(settled, candidate.last)
            if rule.dependents and o.is_violation:
                violations[name] = self._violation(rule, o)
        for name in [n for n in records if n not in seen]:
            self._withdraw(rule, name, records.pop(name))
        if rule.dependents:
            self._pass_on(rule, slot, violations)
        slot.retire = None if open_ else self._retire(rule, slot, settled, firm)
        if slot.retire is not None and (wake is None or slot.retire <= wake):
            wake = slot.retire
        if slot.retire is None or slot.retire > self._present() or not self._let_go(rule, slot):
            slot.wake = wake
            if wake is not None:
                heapq.heappush(self._heap, (wake, slot.number, slot.name))

    def _judged(self, rule: _Rule, slot: Slot, afresh: bool) -> Iterator[tuple[str, Candidate, Judgement, Obligation]]:
        """The duties of a slot as they stand now; only those whose facts changed are put before the court.

        Unless all are wanted `afresh`, one of which nothing changed is given as it was seen last.
        """
        now = self._present()
        key, plan, records = slot.key, rule.plan, self._records[slot.name]
        for candidate in _TRACK[type(plan.body)](View(slot, now), plan.body):
            name = slot.duties.get((candidate.opening.id, candidate.part))
            if name is None:
                name = Obligation(plan.name, key, "open", candidate.opening.id, candidate.opened_at, part=candidate.part).id
                slot.duties[candidate.opening.id, candidate.part] = name
            record = records.get(name)
            if record is None:
                record = records[name] = Record(*self._saved[name]) if name in self._saved else Record()
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
                if len(facts) > 1 or candidate.last < now:   # else there is nothing to hear yet
                    judgement = self._court.judge(name, facts, now)
                    self.counts["hearings"] += 1
                if judgement.verdict != "open" and over:
                    digest = hashlib.blake2b(repr((facts, False)).encode(), digest_size=6).hexdigest()
                record.digest, record.verdict, record.by = digest, judgement.verdict, judgement.by
            record.mark = candidate.mark(record.verdict == "open" and candidate.last < now)
            o = candidate.obligation(plan.name, key, judgement, now, self._holding.assignments)
            if o.is_violation and rule.waivers:
                o = self._excuse(rule, name, candidate, o)
            record.last = o
            yield name, candidate, judgement, o

    def _excuse(self, rule: _Rule, name: str, candidate: Candidate, o: Obligation) -> Obligation:
        """Which waivers speak of this duty is found here; whether one covers the violation is decided."""
        meant = [
            (w.starts, w.ends, n) for n, w in rule.waivers
            if w.where is None or w.covers(dataclasses.replace(o, at=w.starts), candidate.opening, self.words.says)
        ]  # fmt: skip
        if not meant or o.at is None:
            return o
        number = self._court.excuse(name, o.at, meant)
        if number is None:
            return o
        waiver = next(w for n, w in rule.waivers if n == number)
        waiver.used.add(o.id)
        return o.waived(f"waived: {waiver.reason} (approved by {waiver.approved_by})")

    def _wakes(self, candidate: Candidate, judgement: Judgement, record: Record) -> Iterator[int]:
        now = self._present()
        if candidate.timeless or candidate.end is None or candidate.last >= NEVER or candidate.last < now:
            return
        if judgement.verdict == "open":
            yield candidate.last + 1
            for share in self.settings.shares:
                when = candidate.opened_at + (candidate.last - candidate.opened_at) * share // 100
                if share > record.warned and when > now:
                    yield when
        elif candidate.part:
            yield candidate.last + 1   # the next window of a grid

    # ── announcements ──

    def _tell(self, rule: _Rule, name: str, record: Record, judgement: Judgement, o: Obligation) -> None:
        """Announce a verdict that is new or another one than was announced."""
        running = judgement.verdict == "missed"
        whose = [o.owner.team, o.owner.actor] if o.at is not None else []   # else it may change with every assignment
        sign = f"{o.due} {o.done_by} {o.at} {None if running and o.done_by is None else o.late_by} {whose}"
        self._count_for_team(rule, name, record, o)
        if o.verdict == "open" and not record.told:
            return
        if (record.told, record.sign) == (o.verdict, sign):
            return
        kind: Kind = "verdict"
        if record.told:
            progress = (record.told, o.verdict) in {("missed", "late"), ("unknown", "kept"), ("unknown", "late")}
            kind = "verdict" if progress else "correction"
        before: Any = record.told
        record.told, record.sign = o.verdict, sign
        self._changes["o:" + name] = record.saved()
        self._say(rule, kind, o, before=before)

    def _warn(self, rule: _Rule, name: str, candidate: Candidate, record: Record, o: Obligation) -> None:
        passed = self._passed(candidate, record)
        if not passed or not self._court.warn(name, candidate.facts(), self._present()):
            return
        record.warned = passed[-1]
        self._changes["o:" + name] = record.saved()
        self._say(rule, "warning", o, share=passed[-1])

    def _passed(self, candidate: Candidate, record: Record) -> list[int]:
        """The shares of its time that have passed and were not announced."""
        span, now = candidate.last - candidate.opened_at, self._present()
        return [s for s in self.settings.shares if span >= 0 and s > record.warned and candidate.opened_at + span * s // 100 <= now]

    def _withdraw(self, rule: _Rule, name: str, record: Record) -> None:
        if record.told or record.warned:
            self._changes["o:" + name] = None
        if record.last is not None:
            self._count_for_team(rule, name, record, None)
        if record.told and record.last is not None:
            before: Any = record.told
            self._say(rule, "withdrawn", record.last, before=before)

    def _say(self, rule: _Rule, kind: Kind, o: Obligation, **more: Any) -> None:
        self.counts["said:" + kind] += 1
        self._said.append(Announcement(kind, self._present(), o, rule.plan.severity, rule.plan.rule.title, rule.plan.zone, **more))

    def _take_said(self) -> list[Announcement]:
        out, self._said = self._said, []
        return out

    def _count_for_team(self, rule: _Rule, name: str, record: Record, o: Obligation | None) -> None:
        """Keep the tally of a team's violations; each time it reaches the threshold once more, that is announced."""
        team = o.owner.team if o is not None and o.is_violation else ""
        if team == record.team or not self.settings.escalate_after:
            return
        if record.team:
            self._tally[record.team] -= 1
            self._keep_tally(record.team)
        record.team = team
        if o is not None:
            self._changes["o:" + name] = record.saved()
        if not team:
            return
        self._tally[team] += 1
        level, told = self._tally[team] // self.settings.escalate_after, self._level.get(team, 0)
        case = "team " + hashlib.blake2b(team.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
        if level and self._court.escalate(case, self._tally[team], level * self.settings.escalate_after, level, told):
            self._level[team] = level
            self.counts["said:escalation"] += 1
            self._said.append(Announcement("escalation", self._present(), None, "critical", zone=rule.plan.zone, team=team, count=self._tally[team]))
        self._keep_tally(team)

    def _keep_tally(self, team: str) -> None:
        self._changes["t:" + team] = packed([self._tally[team], self._level.get(team, 0)])

    # ── violations that other rules rest on ──

    def _violation(self, rule: _Rule, o: Obligation) -> Event:
        event = violation_event(o, rule.plan.severity)
        fields = {k: v for k, v in event.fields.items() if k != "late_by"}   # it grows while the violation lasts
        return Event(event.time, event.event, event.case, event.id, fields)

    def _pass_on(self, rule: _Rule, slot: Slot, found: dict[str, Event]) -> None:
        """Give new violations to the rules that rest on this one, and take back those that are none any more."""
        past = self._violations.setdefault(slot.name, {})
        for name in [n for n in past if past[n] != found.get(n)]:
            self._take_back(past.pop(name))
        for name, event in found.items():
            if name in past:
                continue
            past[name] = event
            self._derived[event.id] = (event, set())
            for number in self._court.follow(name, event.time, rule.dependents):
                self._place(self._rules[number], event, derived=True)

    def _take_back(self, event: Event) -> None:
        _, holders = self._derived.pop(event.id)
        for name in holders:
            holder = self._slots[name]
            holder.take(event.time, event.id)
            heapq.heappush(self._dirty, (holder.number, name))

    # ── forgetting ──

    def _retire(self, rule: _Rule, slot: Slot, settled: int, firm: bool) -> int | None:
        """When the past of a slot with nothing open cannot matter any more; None: never."""
        if self.settings.keep is None:
            return None
        rest = max(self.settings.keep, rule.reach)
        if rule.exact and not firm:
            rest = rule.reach
        else:
            case = self._holding.cases.get(dict(slot.key).get("case", ""))
            if case is not None and case.closed is not None:
                rest = min(rest, max(self.settings.keep_closed, rule.reach))
        return settled + max(rest, self.settings.lateness) + 1

    def _let_go(self, rule: _Rule, slot: Slot) -> bool:
        """Drop a slot, unless a rule that rests on its violations still needs them."""
        if any(self._derived[e.id][1] for e in self._violations.get(slot.name, {}).values()):
            slot.retire = slot.wake = self._present() + max(self.settings.lateness, MINUTE)
            heapq.heappush(self._heap, (slot.wake, slot.number, slot.name))
            return True
        self._drop(rule, slot)
        return True

    def _drop(self, rule: _Rule, slot: Slot) -> None:
        del rule.slots[slot.values], self._slots[slot.name]
        for name, record in self._records.pop(slot.name).items():
            if record.told or record.warned or record.team:
                self._changes["o:" + name] = None
        for event in self._violations.pop(slot.name, {}).values():
            del self._derived[event.id]
        for entry in slot.entries:
            if entry.id in self._derived:
                self._derived[entry.id][1].discard(slot.name)
            else:
                if self._holding.events[entry.id].needed > 1:
                    self._holding.bury(slot.name, entry.id)
                self._holding.release(entry.id)
            if entry.event.case:
                self._leave_case(entry.event.case, slot.name)
        if slot.entries and self._holding.buried(slot.name):
            self._gone[slot.name] = slot.entries[-1].order
            self._changes["x:" + slot.name] = packed(slot.entries[-1].order)
        self.counts["forgotten"] += 1

    def _leave_case(self, name: str, slot: str) -> None:
        case = self._holding.cases.get(name)
        if case is not None:
            case.slots.discard(slot)
            if not case.slots:
                self._schedule_case(name, case)

    def _schedule_case(self, name: str, case: Case) -> None:
        if self.settings.keep is not None and not case.slots:
            rest = self.settings.keep_closed if case.closed is not None else self.settings.keep
            when = max(case.touched + max(rest, self.settings.lateness), self._present()) + 1
            heapq.heappush(self._heap, (when, -1, "case " + name))

    def _retire_case(self, name: str) -> None:
        case = self._holding.cases.get(name)
        if case is None or case.slots or self.settings.keep is None:
            return
        rest = self.settings.keep_closed if case.closed is not None else self.settings.keep
        if case.touched + max(rest, self.settings.lateness) < self._present():
            self._holding.drop_case(name)
