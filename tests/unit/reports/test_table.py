"""The report for a terminal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keptword.instants import DAY, HOUR, MINUTE, SECOND
from keptword.reports import render
from keptword.reports.cells import cells, cut, pad, wrap
from keptword.reports.showing import clock, flat, lateness, length
from keptword.reports.words import say

Expect = Callable[[str, bytes], None]


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_table_looks_as_committed(samples: ModuleType, expect: Expect, width: int, lang: str) -> None:
    """The whole output, at three widths and in two languages."""
    expect(f"table-{lang}-{width}.txt", render(samples.sample(), "table", width=width, lang=lang))


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal(samples: ModuleType, hostile_text: str, width: int) -> None:
    """Whatever the log says, a line never wraps by accident."""
    for report in (samples.hostile(hostile_text), samples.sample()):
        lines = render(report, "table", width=width).decode().split("\n")
        assert max(cells(line) for line in lines) <= width


def test_colour_changes_nothing_but_colour(samples: ModuleType) -> None:
    """Without its colour codes the coloured table is the plain one; the plain one has no escape in it."""
    plain = render(samples.sample(), "table").decode()
    colored = render(samples.sample(), "table", color=True).decode()
    assert "\x1b" not in plain
    assert colored != plain
    assert re.sub(r"\x1b\[[\d;]*m", "", colored) == plain


def test_a_clean_log_shows_what_was_kept(samples: ModuleType) -> None:
    """Nothing is wrong: the good work is still counted, and the last line says so."""
    report = samples.sample()
    rules = [replace(r, counts=dict.fromkeys(r.counts, 0) | {"kept": 3}, skipped=0) for r in report.rules]
    log = replace(report.log, rejected=0, duplicates=0, notes=())
    clean = replace(report, rules=rules, findings=(), waived=(), waivers=(), notes=(), unlisted=0, log=log)
    lines = render(clean, "table").decode().splitlines()
    assert lines[-2:] == ["besides: 12 kept", "No violations"]
    assert not any(line.startswith("left out") for line in lines)


def test_millions_on_a_narrow_terminal_become_words(samples: ModuleType) -> None:
    """Where the columns do not fit, the counts stand under the rule, complete."""
    report = samples.sample()
    many = replace(
        report, rules=[replace(r, counts=dict.fromkeys(r.counts, 1_000_000)) for r in report.rules]
    )
    lines = render(many, "table", width=60).decode().splitlines()
    assert "  1 000 000 kept, 4 000 000 broken, 1 000 000 open," in lines
    assert max(map(cells, lines)) <= 60


def test_an_audit_without_rules_is_not_an_error(samples: ModuleType) -> None:
    """No rules, no findings: the log is still described."""
    bare = replace(samples.sample(), rules=(), findings=(), waived=(), waivers=())
    assert render(bare, "table").decode().splitlines()[-1] == "No violations"


@pytest.mark.parametrize(
    ("micros", "en", "ru"),
    [
        (0, "0 s", "0 с"),
        (1, "1e-06 s", "1e-06 с"),
        (SECOND // 4, "0.25 s", "0.25 с"),
        (15 * MINUTE, "15 min", "15 мин"),
        (59 * MINUTE + 59 * SECOND + 999_999, "59 min 59 s", "59 мин 59 с"),
        (2 * DAY + 3 * HOUR + 59 * MINUTE, "2 d 3 h", "2 д 3 ч"),
        (DAY + MINUTE, "1 d 1 min", "1 д 1 мин"),
        (12_345 * DAY, "12 345 d", "12 345 д"),
    ],
)
def test_lengths_of_time_for_people(micros: int, en: str, ru: str) -> None:
    """The two largest units, cut and never rounded up."""
    assert (length(micros).replace("\u00a0", " "), length(micros, "ru").replace("\u00a0", " ")) == (en, ru)


def test_how_late_tells_running_from_ended(samples: ModuleType) -> None:
    """A missed duty whose lateness reaches the moment of judgement still runs; one that ended does not."""
    said = [
        lateness(o, samples.AS_OF).replace("\u00a0", " ")
        for o in (samples.MISSED, samples.SILENT, samples.WAIVED)
    ]
    assert said == ["4 d 23 h, still running", "1 d 2 h, never done", "1 h late, waived"]


@pytest.mark.parametrize(
    ("micros", "zone", "text"),
    [
        (0, "Europe/Moscow", "1970-01-01 03:00 +03:00"),
        (1_500_000, "UTC", "1970-01-01 00:00:01.500000 +00:00"),
        (-6_000 * SECOND, "America/New_York", "1969-12-31 17:20 -05:00"),
        (10**20, "Europe/Moscow", "@100000000000000"),
        (253_402_300_799 * SECOND, "Europe/Moscow", "9999-12-31 23:59:59 +00:00"),
    ],
)
def test_moments_for_people(micros: int, zone: str, text: str) -> None:
    """Seconds only when there are any; what no calendar year holds is written as seconds."""
    assert clock(micros, zone).replace("\u00a0", " ") == text


@pytest.mark.parametrize(
    ("n", "text"),
    [(0, "0 нарушений"), (1, "1 нарушение"), (2, "2 нарушения"), (5, "5 нарушений"), (11, "11 нарушений"),
     (12, "12 нарушений"), (21, "21 нарушение"), (102, "102 нарушения"), (111, "111 нарушений"),
     (12_344, "12\u00a0344 нарушения")],
)  # fmt: skip
def test_russian_plurals(n: int, text: str) -> None:
    """The form follows the number."""
    assert say("violations", "ru", n) == text


TEXTS = st.text(st.characters(codec=None, categories=None), max_size=80)


@given(TEXTS, st.integers(2, 40))
def test_wrapping_keeps_every_word_and_the_width(text: str, width: int) -> None:
    """Lines are never too wide, and joined without spaces they are the text."""
    lines = wrap(flat(text), width)
    assert all(cells(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == "".join(flat(text).split())


@given(TEXTS, st.integers(2, 40))
def test_cutting_and_padding_give_the_width(text: str, width: int) -> None:
    """A cut and padded text takes exactly as many cells as asked for."""
    assert cells(pad(cut(flat(text), width), width)) == width
    assert cells(pad(cut(flat(text), width), width, right=True)) == width


@given(TEXTS)
def test_flat_text_is_one_visible_line(text: str) -> None:
    """No control character, no mark that turns the direction, no line end is left."""
    assert not {unicodedata.category(c) for c in flat(text)} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert flat(flat(text)) == flat(text)


@pytest.mark.parametrize(
    ("text", "width"),
    [("ромашка", 7), ("日本電気", 8), ("e\u0301", 1), ("⚠\ufe0f", 2), ("🌞", 2), ("№ 5 — «да»", 10), ("", 0)],
)
def test_cells_of_wide_and_combined_characters(text: str, width: int) -> None:
    """Cyrillic takes one cell, Chinese and emoji two, combining marks none."""
    assert cells(text) == width
