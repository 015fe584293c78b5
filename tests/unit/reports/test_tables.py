"""The reports as tables: XLSX and Parquet."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import ModuleType

import openpyxl
import polars as pl
import pytest

from keptword.obligation import VERDICTS
from keptword.reports import render


def book(report: object, **options: object) -> openpyxl.Workbook:
    """The workbook as openpyxl reads it."""
    return openpyxl.load_workbook(io.BytesIO(render(report, "xlsx", **options)))  # type: ignore[arg-type]


def naive(*parts: int) -> datetime:
    """A local time as a spreadsheet has it."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)  # type: ignore[misc,arg-type]


def rows(page: object) -> list[dict[str, object]]:
    """The rows of a sheet by heading."""
    head, *body = page.iter_rows(values_only=True)  # type: ignore[attr-defined]
    return [dict(zip(head, row, strict=True)) for row in body]


def test_the_workbook_has_its_sheets_with_filters_and_frozen_headers(samples: ModuleType) -> None:
    """Seven sheets, each with a filter over its whole table and a header that stays."""
    opened = book(samples.sample())
    assert opened.sheetnames == [
        "Summary",
        "Findings",
        "Obligations",
        "Rules",
        "Scores",
        "Waivers",
        "Log quality",
    ]
    for page in opened:
        assert page.freeze_panes == "A2"
        assert page.auto_filter.ref == page.dimensions
    assert book(samples.sample(), lang="ru").sheetnames[0] == "Итоги"


def test_scores_are_shares_by_what_was_asked(samples: ModuleType) -> None:
    """Teams, rules and months; people only when asked for."""
    found = rows(book(samples.sample())["Scores"])
    assert {r["by"] for r in found} == {"team", "rule", "month"}
    assert next(r["score"] for r in found if r["who or what"] == samples.UPDATES) == 0.5
    people = rows(book(samples.sample(), scores=("actor",))["Scores"])
    assert [r["who or what"] for r in people] == [None, "ivanova", "petrov", "roma"]


def test_dates_are_dates_and_numbers_are_numbers(samples: ModuleType) -> None:
    """Local times of the rule's zone, hours as a number, the worst first."""
    opened = book(samples.sample())
    first, second = rows(opened["Findings"])[:2]
    assert first["due"] == second["due"] == naive(2015, 6, 17, 9, 0)
    assert (first["hours late"], second["hours late"]) == (119, 0.25)
    assert second["done"] == naive(2015, 6, 17, 9, 15)
    assert first["key"] == "incident INC-7, customer 日本電気"
    summary = {r["what"]: r["value"] for r in rows(opened["Summary"])}
    assert summary["violations"] == 5
    assert summary["share kept"] == pytest.approx(2 / 7)
    assert summary["judged at"] == naive(2015, 6, 22, 8, 0)
    assert [r["kept"] for r in rows(opened["Rules"])] == [0, 1, 1, 0]
    quality = {r["what"]: r["value"] for r in rows(opened["Log quality"])}
    assert quality["events without the key: house/tariff-notice-30-days"] == 3
    assert quality["findings counted but not listed"] == 4


def test_every_obligation_is_there(samples: ModuleType) -> None:
    """All verdicts; without the obligations, the findings and the waived ones."""
    report = samples.sample()
    assert len(rows(book(report)["Obligations"])) == len(report.obligations)
    bare = replace(report, obligations=())
    assert len(rows(book(bare)["Obligations"])) == len(report.findings) + len(report.waived)


def test_no_cell_is_a_formula_or_a_link(samples: ModuleType, hostile_text: str) -> None:
    """Whatever the log says is a text, also when somebody edits the cell."""
    for page in book(samples.hostile(hostile_text)):
        for line in page.iter_rows(min_row=2):
            for cell in line:
                assert cell.data_type in {"s", "n", "d"}
                assert cell.hyperlink is None
                assert cell.data_type != "s" or cell.quotePrefix
                assert not isinstance(cell.value, str) or not set(cell.value) & set(
                    "\x1b\x9b\x00\u202e\u2028\n"
                )


def test_a_text_longer_than_a_cell_is_cut_and_shown(samples: ModuleType) -> None:
    """Excel takes 32,767 characters; more would be lost without a word."""
    long = samples.hostile("ж" * 40_000)
    said = rows(book(long)["Findings"])[0]["what happened"]
    assert isinstance(said, str)
    assert (len(said), said[-1]) == (32_767, "…")


def test_a_date_that_excel_does_not_know_is_a_text(samples: ModuleType) -> None:
    """Before 1900 and after 9999."""
    found = [samples.finding(replace(samples.LATE, due=due), "x") for due in (-(10**16), 10**18)]
    dues = [r["due"] for r in rows(book(replace(samples.sample(), findings=found))["Findings"])[:2]]
    assert dues == ["1653-02-10T08:43:37+02:30:17", "@1000000000000"]


@pytest.mark.parametrize("format", ["xlsx", "parquet"])
def test_the_same_report_gives_the_same_bytes(samples: ModuleType, format: str) -> None:
    """No time of writing, no random number."""
    assert render(samples.sample(), format) == render(samples.sample(), format)


def test_parquet_holds_every_obligation_with_types(samples: ModuleType) -> None:
    """Instants are instants, lateness is a duration, the key is JSON."""
    report = samples.sample()
    frame = pl.read_parquet(io.BytesIO(render(report, "parquet")))
    assert frame["id"].to_list() == [o.id for o in report.obligations]
    assert set(frame["verdict"]) == set(VERDICTS)
    assert frame.schema["due"] == pl.Datetime("us", "UTC")
    late = frame.row(by_predicate=pl.col("id") == samples.LATE.id, named=True)
    assert late["late_by"] == timedelta(minutes=15)
    assert late["due"].isoformat() == "2015-06-17T06:00:00+00:00"
    assert json.loads(late["key"]) == {"incident": "INC-7", "customer": "ромашка"}
    assert late["events"] == ["e1", "e5"]


def test_parquet_keeps_texts_as_they_are(samples: ModuleType, hostile_text: str) -> None:
    """Data stay data; only a lone surrogate, which UTF-8 cannot hold, is written as its number."""
    frame = pl.read_parquet(io.BytesIO(render(samples.hostile(hostile_text), "parquet")))
    assert frame["message"][0] == hostile_text.replace("\ud800", "\\ud800")
    assert json.loads(frame["key"][0]) == {hostile_text: hostile_text}


def test_parquet_of_nothing_has_its_columns(samples: ModuleType) -> None:
    """An audit without obligations is a table without rows."""
    empty = replace(samples.sample(), obligations=(), findings=(), waived=())
    frame = pl.read_parquet(io.BytesIO(render(empty, "parquet")))
    assert frame.shape == (0, 23)
