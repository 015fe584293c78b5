"""Activities of process logs as events: names that are events already stay, others become the activity of `activity.completed`."""

from __future__ import annotations

import re

_EVENT = re.compile(r"[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*")
# The standard life cycle of XES.
_TRANSITIONS = {
    "complete": "activity.completed", "start": "activity.started", "schedule": "activity.scheduled", "assign": "activity.assigned", "reassign": "activity.reassigned",
    "suspend": "activity.suspended", "resume": "activity.resumed", "withdraw": "activity.withdrawn", "autoskip": "activity.skipped", "manualskip": "activity.skipped",
    "ate_abort": "activity.aborted", "pi_abort": "activity.aborted",
}  # fmt: skip


def event_of(activity: str, transition: str = "") -> str:
    """The name of the event for an activity and its transition."""
    if _EVENT.fullmatch(activity):
        return activity
    return _TRANSITIONS.get(transition.strip().lower(), "activity.completed")
