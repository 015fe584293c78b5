"""PagerDuty: log entries of incidents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from keptword.events import Event
from keptword.readers.desk import Counts
from keptword.readers.json_records import records
from keptword.readers.reading import Reading
from keptword.readers.source import Source
from keptword.readers.status_events import Fields, shared

_ENDING = "_log_entry"
# What an entry means for the promises about an outage; the rest of its life has names of its own.
_EVENTS = {
    "trigger": "outage.opened", "resolve": "outage.resolved", "acknowledge": "incident.acknowledged", "unacknowledge": "incident.unacknowledged",
    "assign": "ticket.assigned", "reassign": "ticket.assigned", "delegate": "ticket.assigned", "escalate": "incident.escalated", "exhaust_escalation_path": "incident.escalated",
    "notify": "notice.sent", "annotate": "message.sent", "status_update": "status.posted", "snooze": "incident.snoozed", "merge": "incident.merged", "reopen": "outage.opened",
    "urgency_change": "ticket.changed", "priority_change": "ticket.changed", "repeat_escalation_path": "incident.escalated", "add_responder": "incident.joined",
}  # fmt: skip
_CHANNELS = {
    "phone": "phone",
    "phone_call": "phone",
    "sms": "sms",
    "email": "email",
    "push_notification": "push",
}


def recognises(head: bytes, _name: str) -> bool:
    """Whether log entries stand here."""
    return head.lstrip()[:1] in {b"{", b"["} and b"_log_entry" in head and b'"agent"' in head


def read(source: Source, reading: Reading) -> Iterator[Event]:
    """One event an entry; notifications go to responders, so their audience is internal."""
    counts = Counts()
    for record in records(source, reading, ("log_entries",), own=("created_at",)):
        own = Fields(record.value, reading.zone)
        ident, at, kind = (
            own.text("id", needed=True),
            own.time("created_at", needed=True),
            own.text("type", needed=True),
        )
        incident = _part(record.value.get("incident"))
        if not incident.get("id") and not own.faults:
            own.fault("L004", "", "the entry names no incident")
        if own.faults or at is None:
            record.reject(own.faults)
            continue
        record.keep()
        short = kind.removesuffix("_reference").removesuffix(_ENDING)
        name = _EVENTS.get(short)
        if name is None:
            counts.skip(short)
            continue
        yield Event(
            at,
            name,
            str(incident["id"]),
            f"pagerduty:{ident}",
            _fields(record.value, short, name, incident),
            record.place,
        )
    for note in counts.said("pagerduty", "incident"):
        reading.note(note)


def _fields(entry: dict[str, Any], short: str, name: str, incident: dict[str, Any]) -> dict[str, Any]:
    agent, channel, service = (_part(entry.get(k)) for k in ("agent", "channel", "service"))
    person = str(agent.get("type", "")).startswith("user")
    teams = [_part(t).get("summary") for t in entry.get("teams") or ()]
    assigned = [_part(a).get("summary") for a in entry.get("assignees") or ()]
    notified = _part(channel.get("notification"))
    text = next(
        (
            channel[k]
            for k in ("content", "message", "summary")
            if isinstance(channel.get(k), str) and channel[k]
        ),
        "",
    )
    how = str(notified.get("type") or channel.get("type") or "")
    inward = name in {"notice.sent", "message.sent"}
    return dict(
        shared(
            incident=str(incident["id"]), subject=_text(incident.get("summary") or incident.get("title")), service=_text(service.get("summary")),
            actor=_text(agent.get("summary")) or _text(agent.get("id")), role="agent" if person else "system", team=_text(next(iter(teams), "")),
            assignee=_text(next(iter(assigned), "")) if name in {"ticket.assigned", "incident.escalated"} else "", severity=_text(incident.get("urgency")) if short == "trigger" else "",
            text=text if name in {"message.sent", "status.posted"} else "", channel=_CHANNELS.get(how, "") if name == "notice.sent" else "",
            direction="internal" if inward else "", audience="internal" if inward else "", public=False if inward else None, topic="outage" if name == "notice.sent" else "",
            field=short.removesuffix("_change") if name == "ticket.changed" else "", to=_text(channel.get("new_value") or channel.get("urgency") or channel.get("priority")) if name == "ticket.changed" else "",
        )
    )  # fmt: skip


def _part(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("summary") or value.get("name")
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
