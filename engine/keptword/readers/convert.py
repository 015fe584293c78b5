"""Canonical logs written: JSONL and Parquet that `read_log` reads back as the same events."""

from __future__ import annotations

import json

from keptword.events import FIELD_TYPES, Event
from keptword.instants import format_instant


def event_line(event: Event) -> str:
    """One event as a line of canonical JSONL, its line end included; instants in UTC."""
    record: dict[str, object] = {"time": format_instant(event.time), "event": event.event}
    if event.case:
        record["case"] = event.case
    if event.id:
        record["id"] = event.id
    for key, value in sorted(event.fields.items()):
        instant = FIELD_TYPES.get(key) == "instant" and isinstance(value, int)
        record[key] = format_instant(value) if instant and isinstance(value, int) else value
    return json.dumps(record, ensure_ascii=False, separators=(", ", ": ")) + "\n"
