"""What a weak log does to the result: every fact with the rules and the number of obligations that it weakens."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from keptword.audit import audit
from keptword.cli.inputs import chosen_packs, chosen_plans
from keptword.cli.large import rows_of
from keptword.columnar.reading import framed
from keptword.events import Event, Log, make_log
from keptword.instants import HOUR, MINUTE
from keptword.readers.convert import write_parquet
from keptword.reports.summing import quality
from keptword.spec.conditions import no_words
from keptword.words import words_for

START = 1_772_442_000_000_000  # 2026-03-02T09:00Z


def event(at: int, name: str, case: str, ident: str, **fields: object) -> Event:
    """An event so many microseconds after the start."""
    return Event(START + at, name, case, ident, fields)  # type: ignore[arg-type]


WEAK = [
    event(0, "outage.started", "I-1", "1", claimed_at=START, observed_at=START + HOUR),
    event(HOUR, "outage.opened", "I-1", "2"),
    event(HOUR, "status.posted", "I-1", "3", status="investigating", text="Next update within 30 minutes.", edited_at="later"),
    event(2 * HOUR, "status.posted", "I-1", "4", status="resolved"),
    event(2 * HOUR, "outage.resolved", "I-1", "5", guessed=("time",)),
    event(0, "outage.started", "I-2", "6", guessed=("time",)),
    event(0, "outage.opened", "I-2", "7"),
    event(5 * MINUTE, "status.posted", "I-2", "8", status="resolved", text="Over."),
    event(5 * MINUTE, "outage.resolved", "I-2", "9"),
]  # fmt: skip
LINES = [
    "1 of 3 messages has no text: weakens 2 obligations of status-page/promised-updates",
    "1 of 2 incidents does not say when it began: counted from its first post: weakens 1 obligation of status-page/first-post",
    "when 1 of 2 incidents began is known only from what was said afterwards: weakens 1 obligation of status-page/first-post",
    "1 of 2 incidents ended without a post that says so: over when the page claims it was: weakens 1 obligation of status-page/told-before-over",
    "1 of 3 texts was changed after it was posted, and only the last version is known: weakens 2 obligations of status-page/promised-updates",
]


def said(log: Log, pack: str, lang: str = "en") -> list[str]:
    """The lines of an audit's log quality."""
    packs = chosen_packs([pack])
    report = audit(log, chosen_plans(packs, None), words=words_for(packs))
    return quality(report, "ru" if lang == "ru" else "en")


def in_columns(events: Sequence[Event], folder: Path) -> Log:
    """The same log as the engine for large logs sees it."""
    write_parquet(make_log(events), folder / "log.parquet")
    frame = pl.read_parquet(folder / "log.parquet")
    log = framed(frame, "log.parquet", rows_of("log.parquet"), no_words)
    assert log is not None
    return log


def test_each_weakness_names_its_rules_and_how_many_obligations(tmp_path: Path) -> None:
    """As trigger or as answer; the engine for large logs counts the same."""
    assert said(make_log(WEAK), "status-page") == said(in_columns(WEAK, tmp_path), "status-page")
    assert [line for line in said(make_log(WEAK), "status-page") if line in LINES] == LINES
    assert len(said(make_log(WEAK), "status-page")) == len(LINES)


def test_what_no_rule_looks_at_is_not_told() -> None:
    """A log in order has no lines; nor has one whose faults concern no rule."""
    assert said(make_log(WEAK[5:6]), "helpdesk") == []
    whole = [
        event(0, "outage.started", "I-1", "1"),
        event(MINUTE, "status.posted", "I-1", "2", text="Found."),
    ]
    assert said(make_log(whole), "status-page") == []


def test_who_wrote_matters_where_a_rule_asks_for_it(tmp_path: Path) -> None:
    """A message without an author counts as a person's, and the replies that rest on it are told."""
    log = [
        event(0, "message.received", "T-1", "1", role="customer", text="Help"),
        event(MINUTE, "message.sent", "T-1", "2", text="Yes"),
        event(0, "message.received", "T-2", "3", role="customer", text="Help"),
        event(MINUTE, "message.sent", "T-2", "4", text="Yes", role="agent", guessed=("role",)),
    ]
    lines = said(make_log(log), "helpdesk")
    assert lines == said(in_columns(log, tmp_path), "helpdesk")
    assert lines[0].startswith(
        "1 of 4 messages does not say who wrote it, and counts as a person's: weakens "
    )
    assert lines[1].startswith("who wrote 1 of 4 messages is guessed: weakens ")
    assert said(make_log(log), "helpdesk", "ru")[1].startswith(
        "кто написал 1 из 4 сообщений, угадано; менее надёжн"
    )


def test_what_cannot_be_decided_for_other_reasons_is_told_with_its_rules() -> None:
    """Rules that wait for a time that the log does not say, with the reason."""
    log = [event(0, "message.sent", "T-1", "1", role="agent", direction="out", customer="a")]
    assert any("has no text" in line and "house/" in line for line in said(make_log(log), "house"))
