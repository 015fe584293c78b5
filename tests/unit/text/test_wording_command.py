"""`keptword wording`: JSON as documented, exit status, and messages that are hostile to a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from keptword.cli.wording import wording
from keptword.errors import UsageError

ROMA = "Следите за информацией на сайте.\nС теплотой к вам и вашему бизнесу, ваш Рома\n"


@pytest.fixture
def message(tmp_path: Path) -> str:
    """A file with the worst of letters."""
    path = tmp_path / "letter.txt"
    path.write_text(ROMA, encoding="utf-8")
    return str(path)


def test_json_is_as_documented(message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """lang, elements with spans, checks with verdict and why; 1 when a check is broken."""
    assert wording(message, format="json") == 1
    out = json.loads(capsys.readouterr().out)
    assert out["lang"] == "ru"
    (hit,) = out["elements"]["diminutive-name"]
    assert ROMA[hit["start"] : hit["end"]] == hit["text"] == "Рома"
    verdicts = {c["check"]: c["verdict"] for c in out["checks"]}
    assert verdicts["diminutive-name"] == verdicts["sign-off.formal"] == verdicts["deflection"] == "broken"
    assert verdicts["apology"] == "review"
    assert all(c["why"] for c in out["checks"])


def test_only_the_named_checks(message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`--check` selects; nothing broken gives 0."""
    assert wording(message, check=["blame"], format="json") == 0
    assert [c["check"] for c in json.loads(capsys.readouterr().out)["checks"]] == ["blame"]


def test_text_shows_message_and_checks(message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The message itself, then a line for each check."""
    wording(message)
    out = capsys.readouterr().out
    assert out.startswith("Следите за информацией")
    assert "broken" in out
    assert "“Рома”" in out


def test_escape_codes_of_a_message_are_harmless(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Control characters are shown, not sent to the terminal."""
    path = tmp_path / "evil.txt"
    path.write_text("Приносим \x1b[31mизвинения\x1b]0;x\x07 [bold]", encoding="utf-8")
    wording(str(path))
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\x07" not in out
    assert "[bold]" in out


@pytest.mark.parametrize(("arguments", "code"), [
    ({"check": ["apologie"]}, "U001"), ({"lang": "de"}, "U001"), ({"format": "xml"}, "U001"), ({"file": "nowhere.txt"}, "L001"),
])  # fmt: skip
def test_bad_arguments(message: str, arguments: dict[str, object], code: str) -> None:
    """An unknown check, language, format or file is a usage error."""
    with pytest.raises(UsageError) as caught:
        wording(**{"file": message, **arguments})  # type: ignore[arg-type]
    assert caught.value.problems[0].code == code


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    """Bytes of another encoding are an error, not question marks."""
    path = tmp_path / "old.txt"
    path.write_bytes("Привет".encode("cp1251"))
    with pytest.raises(UsageError) as caught:
        wording(str(path))
    assert caught.value.problems[0].code == "L010"
