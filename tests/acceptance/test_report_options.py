"""What the options of `audit` change in its reports: names, scores, what cannot be decided, waivers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from keptword.cli.app import call
from keptword.reports import BINARY, FORMATS

ROOT = Path(__file__).parents[2]
BAD = str(ROOT / "examples" / "bad-operator.jsonl")


def written(folder: Path, format: str, *arguments: str) -> bytes:
    """The report in a format, in one process."""
    out = folder / f"report.{format}"
    assert call(["audit", *arguments, "--format", format, "--output", str(out)]) in {0, 1}
    return out.read_bytes()


@pytest.fixture
def silent_log(tmp_path: Path) -> str:
    """Eight messages without a text, so that no check of wording can say anything."""
    lines = [
        {
            "id": f"e{n}", "time": f"2026-03-02T09:0{n}:00+03:00", "event": "message.sent", "case": f"T-{n}", "role": "agent",
            "direction": "out", "channel": "email",
        }
        for n in range(8)
    ]  # fmt: skip
    path = tmp_path / "silent.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("engine", ["reference", "columnar"])
def test_what_cannot_be_decided_is_listed_first_ones_only(
    tmp_path: Path, silent_log: str, engine: str
) -> None:
    """Five of each rule and reason are findings, the rest is counted; nothing fails because of them."""
    report: dict[str, Any] = json.loads(written(tmp_path, "json", silent_log, "--engine", engine))
    rules = {r["rule"]: r["unknown"] for r in report["rules"] if r["unknown"]}
    assert rules["house/no-deflection"] == 8
    assert {f["verdict"] for f in report["findings"]} == {"unknown"}
    assert [f["key"]["case"] for f in report["findings"] if f["rule"] == "house/no-deflection"] == [
        f"T-{n}" for n in range(5)
    ]
    assert report["unlisted"] == sum(rules.values()) - 5 * len(rules)
    assert report["failing"] == 0
    limited = json.loads(written(tmp_path, "json", silent_log, "--engine", engine, "--limit", "3"))
    assert len(limited["findings"]) == 3
    assert limited["unlisted"] == sum(rules.values()) - 3


@pytest.mark.parametrize("format", sorted(set(FORMATS) - BINARY - {"table"}))
def test_every_format_lists_what_cannot_be_decided(tmp_path: Path, silent_log: str, format: str) -> None:
    """The reason stands in each of them."""
    assert "the message has no text" in written(tmp_path, format, silent_log).decode()


def test_names_are_left_out_on_demand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--redact` and `--pseudonymise` hide customers and colleagues; the secret comes from the environment."""
    monkeypatch.setenv("KEPTWORD_SECRET", "correct horse battery")
    plain = written(tmp_path, "html", BAD).decode()
    assert "контора на Лесной" in plain
    assert "Рома" in plain
    hidden = written(tmp_path, "html", BAD, "--redact", "--pseudonymise").decode()
    assert "customer-" in hidden
    assert "person-" in hidden
    for name in ("контора на Лесной", "Рома", "Ольга", "Добра вам", "двадцать два года"):
        assert name not in hidden


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--redact"], "--redact needs a secret"),
        (["--pseudonymise", "--secret", "short"], "fewer than 8 characters"),
        (["--scores", "agnt"], "did you mean 'agent'?"),
    ],
)
def test_wrong_options_are_refused_before_a_log_is_read(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    """Status 2 and what would be right."""
    monkeypatch.delenv("KEPTWORD_SECRET", raising=False)
    assert call(["audit", "no-such-file.jsonl", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_people_are_scored_only_when_asked_for(tmp_path: Path) -> None:
    """Teams, rules and months by default; `--scores agent` adds nobody else's table."""
    assert "By person" not in written(tmp_path, "html", BAD).decode()
    asked = written(tmp_path, "html", BAD, "--scores", "agent", "--scores", "week").decode()
    assert "<h3>By person</h3>" in asked
    assert "<h3>By week</h3>" in asked
    assert "<h3>By rule</h3>" not in asked


def test_a_pack_weighs_its_rules(tmp_path: Path) -> None:
    """`scores:` in pack.yaml changes the share, a misspelt name is an error."""
    pack = tmp_path / "own"
    pack.mkdir()
    head = "name: own\ntimezone: Europe/Moscow\n"
    (pack / "fast.yaml").write_text(
        "id: fast\ntitle: fast\nkind: response\nseverity: minor\nstatus: draft\nsource: house\nwhy: because\nafter: a.opened\nexpect: a.done\nwithin: 1h\n",
        "utf-8",
    )
    (pack / "slow.yaml").write_text(
        "id: slow\ntitle: slow\nkind: response\nseverity: minor\nstatus: draft\nsource: house\nwhy: because\nafter: a.opened\nexpect: a.done\nwithin: 2h\n",
        "utf-8",
    )
    log = tmp_path / "log.jsonl"
    log.write_text(
        '{"time":"2026-03-02T09:00:00Z","event":"a.opened","case":"1","team":"noc"}\n'
        '{"time":"2026-03-02T10:30:00Z","event":"a.done","case":"1","team":"noc"}\n', "utf-8"
    )  # fmt: skip
    shares = []
    for weights in ("", "scores: {slow: 9}\n"):
        (pack / "pack.yaml").write_text(head + weights, "utf-8")
        page = written(tmp_path, "html", str(log), "--rules", str(pack), "--scores", "team").decode()
        shares.append(
            page.partition('id="scores"')[2].partition("noc</td>")[2].split("</td>")[1].rpartition(">")[2]
        )
    assert shares == ["50\u00a0%", "90\u00a0%"]
    (pack / "pack.yaml").write_text(head + "scores: {sloow: 9}\n", "utf-8")
    assert (
        call(["audit", str(log), "--rules", str(pack), "--format", "html", "--output", str(tmp_path / "x")])
        == 2
    )


def test_a_waived_violation_keeps_what_was_broken(tmp_path: Path) -> None:
    """The reason of the waiver does not replace the reason of the violation."""
    waivers = tmp_path / "waivers.yaml"
    waivers.write_text(
        "- rule: house/cause-agrees\n  from: 2015-10-01\n  until: 2015-10-31\n  reason: the storm\n  approved_by: Ivanova\n",
        "utf-8",
    )
    report = json.loads(written(tmp_path, "json", BAD, "--waivers", str(waivers)))
    (waived,) = report["waived"]
    assert "отключение за неуплату" in waived["why"]
    assert "the storm" in waived["why"]
