"""How many violations a team has, and when they are so many more that somebody else has to hear of it."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

from keptword.live.court import Court
from keptword.live.duties import Settings
from keptword.live.journal import packed


class Tally:
    """Counts violations by team; the court says when a count is to be escalated.

    Without a window, at each N-th violation that stands. With one, when N violations lie within it; then counting
    begins anew, so that each violation is escalated at most once.
    """

    def __init__(self, court: Court, settings: Settings, changes: dict[str, str | None]) -> None:
        """`changes`: of the state that the journal keeps (`t:` team → its tally)."""
        self._court, self._changes = court, changes
        self._every, self._within = settings.escalate_after, settings.escalate_within
        self._count: Counter[str] = Counter()
        self._level: dict[str, int] = {}
        self._recent: dict[str, dict[str, int]] = {}  # team → duty → instant of its violation

    def add(self, team: str, duty: str, at: int) -> int:
        """One more; how many violations are to be escalated because of it, 0 if none are."""
        if self._within is not None:
            recent = self._recent.setdefault(team, {})
            recent[duty] = at
            oldest = max(recent.values()) - self._within
            for name in [n for n, when in recent.items() if when < oldest]:
                del recent[name]
            found = len(recent) if self._ask(team, len(recent), 1, 0) else 0
            if found:
                recent.clear()
        else:
            self._count[team] += 1
            level = self._count[team] // self._every
            told = self._level.get(team, 0)
            found = self._count[team] if level and self._ask(team, self._count[team], level, told) else 0
            if found:
                self._level[team] = level
        self._keep(team)
        return found

    def remove(self, team: str, duty: str) -> None:
        """A violation is none any more, or another team's."""
        if self._within is not None:
            self._recent.get(team, {}).pop(duty, None)
        else:
            self._count[team] -= 1
        self._keep(team)

    def restore(self, team: str, saved: Any) -> None:
        """What was kept in `changes`, as JSON data."""
        self._count[team], self._level[team], *recent = saved
        self._recent[team] = dict(recent[0]) if recent else {}

    def _ask(self, team: str, violations: int, level: int, told: int) -> bool:
        case = "team " + hashlib.blake2b(team.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
        return self._court.escalate(case, violations, level * self._every, level, told)

    def _keep(self, team: str) -> None:
        said = [self._count[team], self._level.get(team, 0), self._recent.get(team, {})]
        self._changes["t:" + team] = packed(said)
