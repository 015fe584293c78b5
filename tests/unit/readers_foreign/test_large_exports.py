"""Exports read in pieces and judged as columns: the same report as when every event is held."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from keptword.audit import Wishes, audit
from keptword.cli.foreign import read_foreign
from keptword.cli.inputs import chosen_packs, chosen_plans
from keptword.errors import LogError
from keptword.events import Event
from keptword.readers import in_pieces, on_disk, read_log
from keptword.readers.convert import write_parquet
from keptword.reports import render
from keptword.words import words_for

from .reading_exports import EXPORTS

CASES = [
    ("zendesk.json", "zendesk", {}),
    ("jira.json", "jira", {}),
    ("support.mbox", "mbox", {"ours": "example.com"}),
]


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A handful of events is a large log here."""
    monkeypatch.setattr(on_disk, "PIECE", 3)
    monkeypatch.setattr(on_disk, "PART", 4)


def report(log: Any) -> bytes:
    """The whole report in JSON."""
    packs = chosen_packs(["helpdesk"])
    return render(
        audit(log, chosen_plans(packs, "UTC"), Wishes(everything=True), words=words_for(packs)), "json"
    )


@pytest.mark.parametrize(("name", "format", "mapping"), CASES)
def test_the_report_is_the_same(name: str, format: str, mapping: dict[str, str]) -> None:
    """Findings, notes and log quality; and events keep the places where they were read."""
    path = EXPORTS / name
    whole, _ = read_log([path], format, mapping=mapping)
    columns = read_foreign([path], format, None, mapping, None, large=1)
    assert columns is not None and columns.table is not None
    assert report(columns) == report(whole)
    assert [e.place for e in columns.events] == [e.place for e in whole.events]


@pytest.mark.parametrize(("name", "format", "mapping"), CASES)
def test_what_is_written_is_the_same(tmp_path: Path, name: str, format: str, mapping: dict[str, str]) -> None:
    """A Parquet file made of many pieces is the one that is made at once."""
    whole, _ = read_log([EXPORTS / name], format, mapping=mapping)
    write_parquet(whole, tmp_path / "at_once.parquet")
    with in_pieces([EXPORTS / name], format, mapping=mapping) as (pieces, _reading):
        assert len(pieces.parts) > 1
        pieces.sink(tmp_path / "pieces.parquet")
    assert pl.read_parquet(tmp_path / "pieces.parquet").equals(pl.read_parquet(tmp_path / "at_once.parquet"))


LINE = '{{"time": "2026-03-02T09:00:{:02d}Z", "event": "ticket.opened", "case": "T", {}}}\n'


def test_columns_whose_pieces_differ_become_one(tmp_path: Path) -> None:
    """Whole numbers and fractions, numbers and texts, lists and texts: as when all is held; what no line has is left out."""
    odd = ['"amount": 1', '"amount": 2.5', '"n": 1', '"n": "one"', '"n": [1, 2]', '"f": 0.1', '"f": true', '"eta": "2026-03-02"', '"eta": "2026-03-02T09:00:00Z"', '"x": null', '"amount": 9007199254740993']  # fmt: skip
    path = tmp_path / "log.jsonl"
    path.write_text("".join(LINE.format(n, said) for n, said in enumerate(odd)))
    whole, _ = read_log([path])
    with in_pieces([path]) as (pieces, _reading):
        pieces.sink(tmp_path / "log.parquet")
    again, _ = read_log([tmp_path / "log.parquet"])
    write_parquet(whole, tmp_path / "at_once.parquet")
    assert [(e.id, dict(e.fields)) for e in again.events] == [
        (e.id, dict(e.fields)) for e in read_log([tmp_path / "at_once.parquet"])[0].events
    ]


def test_repeats_count_once_and_clashes_are_refused(tmp_path: Path) -> None:
    """Also those in other pieces; lines without an id that say the same are told apart."""
    path = tmp_path / "log.jsonl"
    lines = [LINE.format(n % 5, f'"id": "e{n % 5}"') for n in range(12)] + [LINE.format(1, '"text": "x"')] * 3
    path.write_text("".join(lines))
    whole, _ = read_log([path])
    with in_pieces([path]) as (pieces, _reading):
        assert (pieces.events, pieces.repeats) == (len(whole.events), whole.duplicates) == (8, 7)
        pieces.sink(tmp_path / "log.parquet")
    assert [e.id for e in read_log([tmp_path / "log.parquet"])[0].events] == [e.id for e in whole.events]
    for clash in (LINE.format(9, '"id": "e1"'), LINE.format(1, '"id": "e1", "text": "y"')):
        path.write_text("".join(lines) + clash)
        with pytest.raises(LogError) as refused, in_pieces([path]):
            pass
        assert [p.code for p in refused.value.problems][:1] == ["L008"]


def test_small_logs_and_our_own_are_read_as_ever() -> None:
    """Nothing is gained there."""
    assert read_foreign([EXPORTS / "jira.json"], "jira", None, {}, None) is None
    assert read_foreign([EXPORTS / "jira.json"], None, None, {}, None, large=1) is None
    assert isinstance(read_log([EXPORTS / "jira.json"], "jira")[0].events[0], Event)
