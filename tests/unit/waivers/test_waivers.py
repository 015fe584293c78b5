"""Waivers cover what lies between their ends, and expired and unused ones are reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from keptword.events import make_log
from keptword.instants import parse_instant
from keptword.reference import evaluate
from keptword.testing.strategies import plan_of
from keptword.timeline import parse_timeline
from keptword.waivers import load_waivers, uses

PLAN = plan_of({"kind": "response", "after": "a.done", "expect": "b.done", "within": "1h"})
LOG = make_log(
    parse_timeline(
        "+0m T a.done customer=acme\n+1d U a.done customer=bolt\n+9d V b.done",
        parse_instant("2026-03-02T09:00:00Z"),
    )
)


def judged(tmp_path: Path, text: str, zone: str = "UTC"):
    """Verdicts by case, and what each waiver did."""
    file = tmp_path / "waivers.yaml"
    file.write_text(text, encoding="utf-8")
    waivers = load_waivers(file, zone, [PLAN.name])
    as_of = LOG.events[-1].time
    found = evaluate([PLAN], LOG, as_of, waivers).obligations[PLAN.name]
    return {o.case: o.verdict for o in found}, [(u.used, u.expired) for u in uses(waivers, as_of)]


def entry(start: str, end: str, more: str = "") -> str:
    return f"- {{rule: {PLAN.name}, from: '{start}', until: '{end}', reason: r, approved_by: ann{more}}}\n"


@pytest.mark.parametrize(
    ("text", "verdicts", "used"),
    [
        (entry("2026-03-02", "2026-03-02"), {"T": "waived", "U": "missed"}, [(1, True)]),
        (entry("2026-03-02", "2026-03-20"), {"T": "waived", "U": "waived"}, [(2, False)]),
        (
            entry("2026-03-02", "2026-03-20", ", where: {customer: bolt}"),
            {"T": "missed", "U": "waived"},
            [(1, False)],
        ),
        (entry("2026-03-20", "2026-03-21"), {"T": "missed", "U": "missed"}, [(0, False)]),
        (entry("2026-01-01", "2026-01-31"), {"T": "missed", "U": "missed"}, [(0, True)]),
        # The instant of a missed one is its due, 10:00; both ends are included.
        (entry("2026-03-02T10:00:00Z", "2026-03-02T10:00:00Z"), {"T": "waived", "U": "missed"}, [(1, True)]),
        (entry("2026-03-02T10:00:01Z", "2026-03-02T11:00:00Z"), {"T": "missed", "U": "missed"}, [(0, True)]),
        # The first that covers it counts; the other one is unused.
        (entry("2026-03-02", "2026-03-02") * 2, {"T": "waived", "U": "missed"}, [(1, True), (0, True)]),
    ],
)
def test_what_a_waiver_covers(tmp_path, text, verdicts, used):
    """Verdicts, and how often each waiver was used, and whether it has expired."""
    assert judged(tmp_path, text) == (verdicts, used)


def test_a_date_is_the_local_day(tmp_path):
    """10:00 UTC is already the next day on Kiritimati."""
    text = entry("2026-03-03", "2026-03-03")
    assert judged(tmp_path, text, "UTC")[0] == {"T": "missed", "U": "waived"}
    assert judged(tmp_path, text, "Pacific/Kiritimati")[0] == {"T": "waived", "U": "missed"}
