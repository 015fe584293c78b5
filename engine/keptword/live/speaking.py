"""What is announced, once: verdicts, warnings, corrections, escalations."""

from __future__ import annotations

from collections import Counter
from typing import Any

from keptword.live.announce import Announcement, Kind
from keptword.live.candidate import Candidate
from keptword.live.court import Court, Judgement
from keptword.live.duties import Followed, Record, Settings, passed
from keptword.live.tally import Tally
from keptword.obligation import Obligation


class Speaker:
    """Compares what is so with what was said.

    Attributes:
        changes: of the state that the journal keeps: `o:` duty → its record, `t:` team → its tally.
        tally: violations of each team.
    """

    def __init__(
        self, court: Court, settings: Settings, counts: Counter[str], changes: dict[str, str | None]
    ) -> None:
        self._court, self._settings, self._counts = court, settings, counts
        self._said: list[Announcement] = []
        self.changes = changes
        self.tally = Tally(court, settings, changes)

    def leave_out(self, now: int, why: str) -> None:
        """An event cannot be used."""
        self._counts["left-out"] += 1
        self._said.append(Announcement("left-out", now, why=why))

    def tell(
        self, rule: Followed, name: str, record: Record, judgement: Judgement, o: Obligation, now: int
    ) -> None:
        """Announce a verdict that is new or another one than was announced."""
        running = judgement.verdict == "missed"
        whose = (
            [o.owner.team, o.owner.actor] if o.at is not None else []
        )  # else it may change with every assignment
        sign = f"{o.due} {o.done_by} {o.at} {None if running and o.done_by is None else o.late_by} {whose}"
        self._count_for_team(rule, name, record, o, now)
        if o.verdict == "open" and not record.told:
            return
        if (record.told, record.sign) == (o.verdict, sign):
            return
        kind: Kind = "verdict"
        if record.told:
            progress = (record.told, o.verdict) in {
                ("missed", "late"),
                ("unknown", "kept"),
                ("unknown", "late"),
            }
            kind = "verdict" if progress else "correction"
        before: Any = record.told
        record.told, record.sign = o.verdict, sign
        self.changes["o:" + name] = record.saved()
        self._say(rule, kind, o, now, before=before)

    def warn(
        self, rule: Followed, name: str, candidate: Candidate, record: Record, o: Obligation, now: int
    ) -> None:
        """Announce that a share of the time has passed, if the court finds a warning due."""
        shares = passed(self._settings, candidate, record, now)
        if not shares or not self._court.warn(name, candidate.facts(), now):
            return
        record.warned = shares[-1]
        self.changes["o:" + name] = record.saved()
        self._say(rule, "warning", o, now, share=shares[-1])

    def reparation(self, rule: Followed, name: str, record: Record, o: Obligation, now: int) -> None:
        """Announce that a violation opened a duty."""
        if o.verdict == "open" and not record.opened and not record.told:
            record.opened = 1
            self.changes["o:" + name] = record.saved()
            self._say(rule, "reparation", o, now)

    def withdraw(self, rule: Followed, name: str, record: Record, now: int) -> None:
        """A duty that was announced is none after all."""
        if record.told or record.warned or record.opened:
            self.changes["o:" + name] = None
        if record.last is not None:
            self._count_for_team(rule, name, record, None, now)
        if (record.told or record.opened) and record.last is not None:
            before: Any = record.told or "open"
            self._say(rule, "withdrawn", record.last, now, before=before)

    def _say(self, rule: Followed, kind: Kind, o: Obligation, now: int, **more: Any) -> None:
        self._counts["said:" + kind] += 1
        self._said.append(
            Announcement(kind, now, o, rule.plan.severity, rule.plan.rule.title, rule.plan.zone, **more)
        )

    def take(self) -> list[Announcement]:
        """What was said since the last call."""
        out, self._said = self._said, []
        return out

    def _count_for_team(
        self, rule: Followed, name: str, record: Record, o: Obligation | None, now: int
    ) -> None:
        """Keep the tally of a team's violations; each time it reaches the threshold once more, that is announced."""
        team = o.owner.team if o is not None and o.is_violation else ""
        if team == record.team or not self._settings.escalate_after:
            return
        if record.team:
            self.tally.remove(record.team, name)
        record.team = team
        if o is None or o.at is None:
            return
        self.changes["o:" + name] = record.saved()
        count = self.tally.add(team, name, o.at) if team else 0
        if count:
            self._counts["said:escalation"] += 1
            self._said.append(
                Announcement("escalation", now, None, "critical", zone=rule.plan.zone, team=team, count=count)
            )
