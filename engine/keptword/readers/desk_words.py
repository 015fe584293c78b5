"""The words of help desks for status and priority, as rules know them: new, open, pending, hold, solved, closed; urgent to low."""

from __future__ import annotations

KNOWN_STATUSES = {
    "new": "new", "active": "open", "assigned": "open", "awaiting user info": "pending", "awaiting evidence": "pending", "awaiting caller": "pending",
    "awaiting problem": "hold", "awaiting vendor": "hold", "awaiting change": "hold", "to do": "new", "open": "open", "reopened": "open", "waiting for support": "open", "in progress": "open", "work in progress": "open",
    "escalated": "open", "under investigation": "open", "in review": "open", "waiting for customer": "pending", "pending": "pending",
    "awaiting customer": "pending", "waiting for third party": "hold", "waiting for vendor": "hold", "on hold": "hold", "hold": "hold",
    "resolved": "solved", "solved": "solved", "done": "solved", "completed": "solved", "closed": "closed", "canceled": "closed", "cancelled": "closed",
    "declined": "closed", "открыт": "open", "открыта": "open", "в работе": "open", "ожидание клиента": "pending", "ожидает клиента": "pending",
    "отложен": "hold", "решен": "solved", "решён": "solved", "готово": "solved", "закрыт": "closed", "закрыта": "closed", "отменен": "closed",
}  # fmt: skip
_PRIORITIES = {
    "highest": "urgent", "blocker": "urgent", "critical": "urgent", "emergency": "urgent", "major": "high", "medium": "normal", "moderate": "normal",
    "minor": "low", "lowest": "low", "trivial": "low", "planning": "low", "срочный": "urgent", "критический": "urgent", "высокий": "high",
    "средний": "normal", "обычный": "normal", "низкий": "low",
}  # fmt: skip


def plain_priority(name: str) -> str:
    """A desk's priority as urgent, high, normal or low where its name is a known one, else in lower case; `1 - Critical` is `critical`."""
    lower = name.strip().lower()
    bare = lower.lstrip("0123456789 -–")
    return _PRIORITIES.get(bare, bare or lower)


def plain_status(name: str) -> str:
    """A desk's status as new, open, pending, hold, solved or closed where its name is a known one, else in lower case."""
    lower = name.strip().lower()
    return KNOWN_STATUSES.get(lower, lower)
