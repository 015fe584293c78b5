"""The monitor: events and moments go in, announcements come out; the duties of a key are looked at when something touches it."""

from __future__ import annotations

import heapq
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from keptword.clock import NEVER
from keptword.errors import RuleError
from keptword.events import Event, with_id
from keptword.live.agenda import Agenda
from keptword.live.announce import Announcement
from keptword.live.court import Court
from keptword.live.duties import Due, Followed, Record, Settings, passed, retire_at, wakes
from keptword.live.forgetting import Forgetting
from keptword.live.hearing import Hearing, lasting_violation
from keptword.live.holding import ASSIGNING, Holding
from keptword.live.journal import packed_texts
from keptword.live.reach import asks_calendars, check_live, forgets_when_settled, reach
from keptword.live.remedies import Remedies
from keptword.live.slot import Matcher, Matching, Slot, View
from keptword.live.speaking import Speaker
from keptword.live.timed import still_running
from keptword.obligation import Obligation
from keptword.plan import CadencePlan, NoticePlan, Plan, PromisePlan, WordingPlan
from keptword.waivers import Waiver
from keptword.words import Words


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
        self.words.remember = 2000  # a stream has no end
        self.now: int | None = None
        self._court = court
        matching = Matching(self.words)
        self._rules = [
            Followed(
                plan, n, Matcher(plan, matching), [i for i, other in enumerate(plans) if plan.name in other.rests_on],
                [(i, w) for i, w in enumerate(waivers) if w.rule == plan.name], forgets_when_settled(plan), reach(plan),
            )
            for n, plan in enumerate(plans)
        ]  # fmt: skip
        self._by_name: dict[str, list[Followed]] = {}
        for rule in self._rules:
            for name in rule.matcher.names:
                self._by_name.setdefault(name, []).append(rule)
        self._ask_hours = any(asks_calendars(plan) for plan in plans)
        self._slots: dict[str, Slot] = {}
        self._records: dict[str, dict[str, Record]] = {}  # slot → duty → record
        self._changes: dict[str, str | None] = {}
        self._holding = Holding()
        self._agenda = Agenda(self._slots)
        self._remedies = Remedies()
        self.counts: Counter[str] = Counter()
        self._hearing = Hearing(court, self.words, self._holding.assignments, self.counts)
        self._speaker = Speaker(court, self.settings, self.counts, self._changes)
        self._forgetting = Forgetting(
            self.settings, self._slots, self._records, self._holding, self._agenda, self._remedies, self.counts, self._changes,
        )  # fmt: skip
        self._kept_now: int | None = None
        self._restoring = False

    # ── what comes in ──

    def feed(self, event: Event, seq: int = 0) -> list[Announcement]:
        """Take in an event; what there is to say because of it.

        Args:
            event: in any order within the lateness; repeats are ignored.
            seq: its number in the journal, given back by `take_changes` when it is no longer needed (0: none).
        """
        if not event.id:
            event = with_id(event, self._holding.made_id(event))
        held = self._holding.events.get(event.id)
        if held is not None:
            if seq:
                self._holding.forgotten.append(seq)
            if held.event == event:
                self.counts["repeated"] += 1
            else:
                self._leave_out(event, f"the id '{event.id}' stands for two different events")
            return self._speaker.take()
        if self.now is not None and event.time < self.now - self.settings.lateness:
            if seq:
                self._holding.forgotten.append(seq)
            self._leave_out(
                event,
                f"the event '{event.id}' came more than the lateness allowed after its time, or is a repeat",
            )
            return self._speaker.take()
        why = self._undecidable(event) if self._ask_hours else ""
        if why:
            if seq:
                self._holding.forgotten.append(seq)
            self._leave_out(event, f"the event '{event.id}' cannot be matched: {why}")
            return self._speaker.take()
        if self.now is None or event.time > self.now:
            self._run_to(event.time, inclusive=False)
            self._set_now(event.time)
        self.counts["events"] += 1
        self._insert(event, seq)
        self._look()
        return self._speaker.take()

    def advance(self, now: int) -> list[Announcement]:
        """Let time pass up to and including `now`; what there is to say because of it. Time never goes back."""
        if self.now is None or now >= self.now:
            self._run_to(now, inclusive=True)
            self._set_now(now)
        return self._speaker.take()

    def next_wake(self) -> int | None:
        """The instant at which something will have to be decided although nothing comes in."""
        return self._agenda.next_wake()

    # ── what can be asked ──

    def obligations(self) -> dict[str, list[Obligation]]:
        """Every duty that is remembered, by rule, as it stands at the present moment; in the order of the reference."""
        if self.now is not None:
            self._run_to(self.now, inclusive=True)
        out: dict[str, list[Obligation]] = {}
        for rule in self._rules:
            found = out.setdefault(rule.plan.name, [])
            for _, slot in sorted(rule.slots.items()):
                found += [
                    o
                    for _, _, _, o in self._hearing.judged(
                        rule, slot, self._records[slot.name], self._present(), afresh=True
                    )
                ]
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
        self._forgetting.open_graves()
        changes, forgotten = dict(self._changes), self._holding.forgotten
        self._changes.clear()
        self._holding.forgotten = []
        if self.now is not None and (changes or forgotten or self.now != self._kept_now):
            changes["now"] = str(self.now)
            self._kept_now = self.now
        return changes, forgotten

    def restore(self, events: Iterable[tuple[int, Event]], state: Mapping[str, str]) -> None:
        """Bring back what `take_changes` gave: the inputs that still matter (number and event) and the state."""
        for name, value in state.items():
            kind, _, rest = name.partition(":")
            if kind == "o":
                self._hearing.saved[rest] = json.loads(value)
            elif kind == "x":
                time, last = json.loads(value)
                self._forgetting.gone[rest] = (time, last)
            elif kind == "t":
                self._speaker.tally.restore(rest, json.loads(value))
        if "now" not in state:
            return
        self._set_now(int(state["now"]))
        for seq, event in events:
            self._insert(event if event.id else with_id(event, self._holding.made_id(event)), seq)
        self._restoring = True
        self._look()
        self._restoring = False
        self._hearing.saved.clear()

    # ── time ──

    def _set_now(self, now: int) -> None:
        self.now = now
        self._holding.expire(now - self.settings.lateness)

    def _run_to(self, limit: int, inclusive: bool) -> None:
        while (when := self._agenda.next_wake()) is not None and (
            when < limit or (inclusive and when == limit)
        ):
            name, is_case = self._agenda.take()
            if self.now is None or when > self.now:
                self._set_now(when)
            if is_case:
                self._forgetting.retire_case(name, self._present())
                continue
            slot = self._slots[name]
            slot.wake = None
            if slot.retire == when:
                slot.retire = None
                self._forgetting.let_go(self._rules[slot.number], slot, self._present())
                continue
            self._agenda.touch(slot)
            self._look()

    def _present(self) -> int:
        if self.now is None:
            raise RuntimeError("no time has passed yet")
        return self.now

    # ── events to slots ──

    def _undecidable(self, event: Event) -> str:
        """Why a condition about calendars has no answer for this event; "" where every one has."""
        try:
            for rule in self._by_name.get(event.event, ()):
                rule.matcher.entry(event)
        except RuleError as error:
            return "; ".join(p.message for p in error.problems)
        return ""

    def _leave_out(self, event: Event, why: str) -> None:
        self._speaker.leave_out(self.now if self.now is not None else event.time, why)

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
            self._slots[slot].afresh = True  # somebody else may own its duties now
            self._agenda.touch(self._slots[slot])
        self._forgetting.schedule_case(name, case, self._present())

    def _place(self, rule: Followed, event: Event, derived: bool = False) -> None:
        entry = rule.matcher.entry(event)
        if entry is None:
            return
        placed = False
        for values in rule.matcher.keys(event):
            placed = True
            slot = rule.slots.get(values)
            name = slot.name if slot is not None else f"{rule.number}:{packed_texts(values)}"
            gone = self._forgetting.gone.get(name)
            if gone is not None and entry.order <= gone and not derived:
                self._holding.bury(name, event.id)
                continue
            if slot is None:
                slot = rule.slots[values] = self._slots[name] = Slot(name, rule.number, rule.matcher, values)
                self._records[name] = {}
            slot.put(entry)
            slot.touched = max(slot.touched, event.time)
            if derived:
                self._remedies.hold(event, name)
            else:
                self._holding.need(event.id)
            if event.case:
                self._holding.case(event.case).slots.add(name)
            self._agenda.touch(slot)
        rule.skipped += not placed

    def _look(self) -> None:
        """Look at every slot that something touched, rules before those that rest on them."""
        while (slot := self._agenda.touched()) is not None:
            self._refresh(self._rules[slot.number], slot)

    # ── duties ──

    def _refresh(self, rule: Followed, slot: Slot) -> None:
        now, records = self._present(), self._records[slot.name]
        seen = set()
        wake: int | None = None
        settled = slot.touched
        firm = open_ = False
        violations: dict[str, Event] = {}
        timeless = isinstance(rule.plan.body, WordingPlan)
        until_due = isinstance(
            rule.plan.body, PromisePlan | NoticePlan
        )  # another announcement may replace it till then
        afresh, slot.afresh = slot.afresh, False
        for name, candidate, judgement, o in self._hearing.judged(rule, slot, records, now, afresh):
            seen.add(name)
            record = records[name]
            if not self._restoring:
                if rule.plan.rests_on and self._remedies.is_violation(candidate.opening.id):
                    self._speaker.reparation(rule, name, record, o, now)
                self._speaker.tell(rule, name, record, judgement, o, now)
            elif record.told != ("" if o.verdict == "open" else o.verdict):
                wake = now  # what falls on the very moment of the restart is still to be said
            for when in wakes(self.settings, candidate, judgement, record, now):
                wake = when if wake is None else min(wake, when)
            if judgement.verdict == "open" and not candidate.timeless and candidate.last < NEVER:
                open_ = True
                if not self._restoring:
                    self._speaker.warn(rule, name, candidate, record, o, now)
                elif passed(self.settings, candidate, record, now):
                    wake = now
            firm |= judgement.verdict in {"open", "missed"} or (
                judgement.verdict == "unknown" and not timeless
            )
            if until_due and candidate.end is not None and candidate.last < NEVER:
                settled = max(settled, candidate.last)
            if rule.dependents and o.is_violation:
                violations[name] = lasting_violation(rule, o)
        for name in [n for n in records if n not in seen]:
            self._speaker.withdraw(rule, name, records.pop(name), now)
        if rule.dependents:
            self._pass_on(rule, slot, violations)
        if isinstance(rule.plan.body, CadencePlan) and not open_ and not firm:
            firm = still_running(View(slot, now), rule.plan.body)
        slot.retire = (
            None
            if open_ or wake is not None
            else retire_at(
                self.settings, rule, self._holding.cases.get(dict(slot.key).get("case", "")), settled, firm
            )
        )
        if slot.retire is not None and (wake is None or slot.retire <= wake):
            wake = slot.retire
        if slot.retire is not None and slot.retire <= now:
            self._forgetting.let_go(rule, slot, now)
        else:
            self._agenda.wake(slot, wake)

    def _pass_on(self, rule: Followed, slot: Slot, found: dict[str, Event]) -> None:
        """Give new violations to the rules that rest on this one."""
        for name, event in self._remedies.new(slot, found, self._slots, self._agenda):
            for number in self._court.follow(name, event.time, rule.dependents):
                self._place(self._rules[number], event, derived=True)
