"""What the monitor says, and how it is written as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from keptword.instants import format_instant
from keptword.obligation import Obligation, Severity, Verdict

Kind = Literal["warning", "verdict", "correction", "withdrawn", "reparation", "escalation", "left-out"]


@dataclass(frozen=True, slots=True)
class Announcement:
    """One thing to say.

    Attributes:
        kind: `warning` a share of the time has passed; `verdict` something was decided; `correction` a late event
            changed a verdict that was announced; `withdrawn` the duty turned out not to exist; `reparation` a violation
            opened a duty; `escalation` a team has too many violations; `left-out` an event that could not be used.
        at: the logical moment, microseconds.
        obligation: what it is about; None for `escalation` and `left-out`.
        share: per cent of the time that has passed (warning).
        before: the verdict that was announced earlier.
        team, count: of an escalation.
        why: of what was left out.
    """

    kind: Kind
    at: int
    obligation: Obligation | None = None
    severity: Severity = "minor"
    title: str = ""
    zone: str = "UTC"
    share: int = 0
    before: Verdict | Literal[""] = ""
    team: str = ""
    count: int = 0
    why: str = ""

    @property
    def urgent(self) -> bool:
        """Whether somebody has to hear of it: everything but duties that were simply kept or fell away."""
        if self.kind != "verdict" or self.obligation is None:
            return True
        return self.obligation.verdict not in {"kept", "void", "unknown", "waived"}


def as_data(said: Announcement) -> dict[str, Any]:
    """An announcement as plain JSON data; times with the offset of the rule's zone, empty values left out."""
    out: dict[str, Any] = {"kind": said.kind, "at": format_instant(said.at, said.zone)}
    o = said.obligation
    if o is not None:
        out |= {
            "id": o.id, "rule": o.rule, "title": said.title, "severity": said.severity, "verdict": o.verdict, "before": said.before,
            "share": said.share, "key": dict(o.key), "case": o.case, "opened_at": _time(o.opened_at, said.zone),
            "due": _time(o.due, said.zone), "bound": o.bound, "done": _time(o.done_at, said.zone),
            "violated_at": _time(o.at, said.zone), "late_by_s": None if o.late_by is None else o.late_by / 1_000_000,
            "owner": {k: v for k, v in (("team", o.owner.team), ("actor", o.owner.actor)) if v}, "events": list(o.events),
            "part": o.part, "why": o.why,
        }  # fmt: skip
    else:
        out |= {
            "severity": said.severity if said.kind == "escalation" else "",
            "team": said.team,
            "count": said.count,
            "why": said.why,
        }
    return {k: v for k, v in out.items() if v not in ("", None, 0, {}, [])}


def _time(micros: int | None, zone: str) -> str | None:
    if micros is None:
        return None
    try:
        return format_instant(micros, zone)
    except (OverflowError, ValueError):  # a stated time that no calendar can name
        return str(micros)


def urgent(data: Mapping[str, Any]) -> bool:
    """`Announcement.urgent` of an announcement as JSON data."""
    return data["kind"] != "verdict" or data.get("verdict") not in {"kept", "void", "unknown", "waived"}
