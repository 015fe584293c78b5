"""The facts about a log that was read."""

from __future__ import annotations

import json
from pathlib import Path

from keptword.readers.quality import quality

from .reading_exports import EXPORTS, read, read_text


def test_what_is_missing_is_counted(tmp_path: Path) -> None:
    """Events without a case, messages without words or author, claims, edits, repeats: one line each."""
    lines = [
        {"time": "2026-03-02T09:00:00Z", "event": "message.sent", "id": "1", "text": " "},
        {"time": "2026-03-02T09:00:00Z", "event": "message.received", "case": "A", "id": "2", "text": "Help", "role": "customer"},
        {"time": "2026-03-02T09:00:00Z", "event": "message.received", "case": "A", "id": "2", "text": "Help", "role": "customer"},
        {"time": "2026-03-02T09:00:00Z", "event": "outage.started", "case": "A", "id": "3", "claimed_at": "2026-03-02T09:00:00Z", "observed_at": "2026-03-02T11:00:00Z"},
        {"time": "2026-03-02T09:00:00Z", "event": "status.posted", "case": "A", "id": "4", "text": "x", "edited_at": "later"},
    ]  # fmt: skip
    log, reading = read_text(tmp_path, "\n".join(map(json.dumps, lines)), "jsonl")
    facts = quality(log, reading)
    assert facts.events == {"message.received": 1, "message.sent": 1, "outage.started": 1, "status.posted": 1}
    assert [line.replace(f"{tmp_path}/", "") for line in facts.lines()] == [
        "f.json was read as jsonl",
        "1 event without a case: rules that judge cases pass over what has none",
        "1 of 3 messages without a text: rules about words and about times named in words are unknown there",
        "1 message by nobody of a known role: taken for written by a person",
        "1 event with a claimed time more than an hour away from when it could be seen",
        "1 text changed after posting: what was to be read at first is not known",
        "1 line repeated, and counted once",
    ]


def test_a_whole_log_says_only_what_it_was_read_as() -> None:
    """What is in order is not told, what the reader noted is."""
    log, reading = read(EXPORTS / "jira.json")
    facts = list(quality(log, reading).lines())
    assert facts[0].endswith("jira.json was read as jira")
    assert facts[-1] == "jira: 1 comment changed after posting; the text is that of the last edit"
