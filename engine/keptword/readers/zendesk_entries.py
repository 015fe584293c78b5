"""What a single entry of a Zendesk audit says: its words, its channel, and whether a person did it."""

from __future__ import annotations

from typing import Any

from keptword.readers.html_text import html_text
from keptword.readers.zendesk_records import Audit

_CHANNELS = {
    "email": "email", "mail": "email", "web": "portal", "web_form": "portal", "help_center": "portal", "chat": "chat", "native_messaging": "chat", "messaging": "chat",
    "whatsapp": "chat", "voice": "phone", "phone": "phone", "sms": "sms", "facebook": "chat", "twitter": "chat",
}  # fmt: skip


def plain(value: Any) -> str:
    """A value as text; "" for nothing and for what is no plain value."""
    if value is None or isinstance(value, dict | list):
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def words(value: Any) -> tuple[str, ...]:
    """Tags: a list, or words with spaces between them."""
    found = value if isinstance(value, list) else str(value or "").split()
    return tuple(str(v) for v in found)


def body(event: dict[str, Any]) -> str:
    """The words of a comment, from HTML where there are no others."""
    for name in ("plain_body", "body"):
        if isinstance(event.get(name), str) and event[name].strip():
            return str(event[name]).replace("\xa0", " ").replace("&nbsp;", " ").strip()
    return html_text(event["html_body"]) if isinstance(event.get("html_body"), str) else ""


def source_of(event: dict[str, Any], audit: Audit) -> dict[str, Any]:
    """The `source` of what an entry, or else its audit, came by."""
    source = via_of(event, audit).get("source")
    return source if isinstance(source, dict) else {}


def via_of(event: dict[str, Any], audit: Audit) -> dict[str, Any]:
    """What an entry, or else its audit, came by."""
    own = event.get("via")
    return own if isinstance(own, dict) and own else audit.via


def by_rule(event: dict[str, Any], audit: Audit) -> str:
    """The name of the trigger or automation that did it; "" if a person did."""
    via = via_of(event, audit)
    channel = str(via.get("channel", "")).lower()
    source = source_of(event, audit)
    if channel not in {
        "rule",
        "trigger",
        "automation",
        "system",
        "answer_bot",
        "answer_bot_api",
    } and source.get("rel") not in {"trigger", "automation"}:
        return ""
    origin = source.get("from")
    return str(origin.get("title") or channel) if isinstance(origin, dict) else channel


def merged(event: dict[str, Any], audit: Audit) -> bool:
    """Whether an entry closed its ticket because it was merged into another."""
    return source_of(event, audit).get("rel") == "merge" or "closed_by_merge" in words(
        next((e.get("value") for e in audit.events if e.get("field_name") == "tags"), None)
    )


def channel_of(via: Any) -> str:
    """The channel as rules know it; Zendesk's own name where they know none."""
    name = str(via.get("channel", "")).lower() if isinstance(via, dict) else ""
    return _CHANNELS.get(name, name)
