"""The reckoning in Russian: every line that the clock can tell has its words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keptword.cli import main
from keptword.clock import READINGS, CalendarUnknown, deadline, lead
from keptword.explain import explain
from keptword.instants import DAY, parse_instant
from keptword.limits import parse_limit
from keptword.reckoning_words import LABELS_RU, VERDICTS_RU, step
from keptword.testing.random_parts import LIMITS
from keptword.testing.strategies import WORDS, logs, moments, packs

START = parse_instant("2026-03-27T23:30:00Z")
# What stays as the rule writes it: limits, zones, names of calendars and of readings, names of days off.
NOTATION = re.compile(
    r"\b(?:\d+(?:mo|wd|[smhdwy])(?:\d+(?:mo|wd|[smhdwy]))*|[A-Z]\w+/[A-Z]\w+(?:_\w+)?|office|days|night|"
    + "|".join(READINGS)
    + r")\b"
)


def left(line: str) -> list[str]:
    """English words of a line."""
    return re.findall(r"[A-Za-z]{2,}", NOTATION.sub("", re.sub(r"\([0-9a-z.]+\)", "", line)))


@settings(max_examples=40, deadline=None)
@given(sample=packs(kinds=("response", "cadence", "notice", "guard", "count"), max_rules=1), data=st.data())
def test_no_english_word_is_left_in_a_reckoning(sample, data):
    """Of any rule over any log: names of events, fields and ids stay, words do not."""
    log = data.draw(logs())
    [plan] = sample.plans
    found = explain(log, sample.plans, plan.name, None, data.draw(moments(log)), words=WORDS, wanted="ru")
    known = {
        "done",
        "ticket",
        "assigned",
        "changed",
        *(i for e in log.events for i in re.findall(r"\w+", e.id)),
    }
    for e in found:
        for label, text in e.lines:
            if label in {"reckoning", "due"}:
                assert not [
                    w for w in left(text) if w not in known | {"eta", "effective_at", "at", "effective"}
                ], text


@pytest.mark.parametrize("limit", LIMITS)
def test_deadlines_and_leads_are_told_in_russian(limit):
    """On a calendar with hours, holidays, a pause, a roll and a change of the clocks."""
    from keptword.testing.strategies import plan_of

    for options in (
        {}, {"clock": "office"}, {"clock": "night", "roll": "next-working-day-noon", "roll_hours": True},
        {"timezone": "Europe/Berlin", "roll": "previous-working-day"}, {"day": "full", "cutoff": "17:30", "clock": "days"},
        {"hours": "eu-1182-71"},
    ):  # fmt: skip
        clock = plan_of(
            {"kind": "response", "after": "a.done", "expect": "b.done", "within": "1h"} | options
        ).clock
        try:
            steps = [
                *deadline(START, parse_limit(limit), clock, [(START + 1, START + DAY)], True).steps,
                *(
                    s
                    for r in READINGS
                    for s in lead(START + 9 * DAY, parse_limit(limit), clock, r, True).steps
                ),
            ]
        except CalendarUnknown:
            continue
        for line in steps:
            assert not left(step(line, "ru")), (line, step(line, "ru"))


def test_every_label_and_verdict_has_its_word():
    """Nothing of the frame stays English."""
    assert len(LABELS_RU) == 7 and len(VERDICTS_RU) == 11
    assert not any(re.search("[a-z]", w) for w in (*LABELS_RU.values(), *VERDICTS_RU.values()))


def test_due_speaks_russian(capsys):
    """`keptword due --lang ru`."""
    assert main(["due", "--at", "2026-03-06T17:00+03:00", "--within", "2wd", "--lang", "ru"]) == 0
    out = capsys.readouterr().out
    assert "день события, пт 2026-03-06, не считается" in out
    assert out.rstrip().endswith("срок: до ср 2026-03-11 00:00 (+03:00)")
    assert main(["due", "--at", "2026-03-06T17:00Z", "--within", "2h", "--lang", "de"]) == 2


def test_explain_speaks_russian(tmp_path, capsys):
    """`keptword explain --lang ru`: labels, reckoning, verdict, evidence and the nearest event."""
    log = tmp_path / "log.jsonl"
    log.write_text(
        '{"time": "2026-03-02T09:00:00Z", "event": "message.received", "case": "T-1"}\n'
        '{"time": "2026-03-04T09:00:00Z", "event": "message.sent", "case": "T-1", "role": "bot"}\n'
    )
    assert main(["explain", str(log), "--rule", "house/first-answer", "--lang", "ru"]) == 0
    out = capsys.readouterr().out
    for word in ("начало", "ожидалось", "расчёт", "срок", "итог", "почему", "ближе всего"):
        assert word in out
