"""`keptword explain`, as a user sees it at 80 columns; the reckoning is that of the engines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from keptword.cli import main
from keptword.instants import format_instant, parse_instant
from keptword.spec.yaml12 import dump_yaml, read_yaml
from keptword.timeline import parse_timeline

CASES = read_yaml(Path(__file__).with_name("cases.yaml"), "cases.yaml").data["cases"]
START = parse_instant("2026-03-02T09:00:00Z")
HEAD = {"id": "one", "title": "t", "severity": "minor", "status": "draft", "source": "house", "why": "w"}


def explained(case, folder, monkeypatch, capsys, *more):
    """What the command prints for a case, without the title."""
    monkeypatch.setenv("COLUMNS", "80")
    (folder / "office.yaml").write_text('timezone: UTC\nhours: {mon-fri: ["09:00-18:00"]}\n')
    (folder / "pack.yaml").write_text("name: p\ncalendars: {office: office.yaml}\n")
    (folder / "night.yaml").write_text('timezone: UTC\nhours: {mon-sun: ["16:00-08:00"]}\n')
    (folder / "rules").mkdir()
    (folder / "rules" / "pack.yaml").write_text(
        "name: p\ncalendars: {office: ../office.yaml, night: ../night.yaml}\n"
    )
    (folder / "rules" / "one.yaml").write_text(dump_yaml(HEAD | case["rule"]), encoding="utf-8")
    with (folder / "log.jsonl").open("w", encoding="utf-8") as log:
        for e in parse_timeline(case["log"], START):
            fields = {
                k: format_instant(v, "UTC") if k in {"eta", "effective_at"} else v
                for k, v in e.fields.items()
            }
            row = {
                "time": format_instant(e.time, "UTC"),
                "event": e.event,
                "case": e.case,
                "id": e.id,
                **fields,
            }
            log.write(json.dumps(row) + "\n")
    args = ["explain", str(folder / "log.jsonl"), "--rules", str(folder / "rules"), "--rule", "one", *more]
    assert main(args) == 0, capsys.readouterr().err
    return capsys.readouterr().out


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["says"])
def test_explain_prints_exactly_this(case, tmp_path, monkeypatch, capsys):
    """Timeline, what was looked for, the reckoning, the verdict, and the nearest event."""
    title, _, rest = explained(case, tmp_path, monkeypatch, capsys).partition("\n")
    assert title == "p/one: t"
    assert rest.strip("\n") == case["shows"].rstrip("\n")
    assert max(len(line) for line in rest.splitlines()) <= 80


@pytest.mark.parametrize(
    "case", [c for c in CASES if c["rule"]["kind"] == "response"], ids=lambda c: c["says"]
)
def test_the_reckoning_ends_at_the_deadline_of_the_obligation(case, tmp_path, monkeypatch, capsys):
    """Explanation and engine never part: the last instant of the reckoning is the due that was judged by."""
    for item in json.loads(explained(case, tmp_path, monkeypatch, capsys, "--format", "json")):
        steps = [s["text"] for s in item["steps"] if s["step"] == "reckoning"]
        [due] = [s["text"] for s in item["steps"] if s["step"] == "due"]
        assert due.split(" (")[0] in steps[-1]


def test_no_obligation_is_said(tmp_path, monkeypatch, capsys):
    """A case that the rule is not about."""
    case = {"rule": CASES[0]["rule"], "log": "+0m T-1 ticket.closed"}
    assert explained(case, tmp_path, monkeypatch, capsys, "--case", "T-9").splitlines()[1:] == [
        "this rule opened no obligation in case 'T-9'"
    ]
