"""What the table says once, and in whose words."""

from __future__ import annotations

from pathlib import Path

import pytest

from keptword.evidence_words import lacking, reason

from .asking import pack, run

WORDS = """\
name: p
vocabulary:
  told: {event: [call.made, message.sent], says: {en: [notify], ru: [уведомить]}}
"""
RESPONSE = "kind: response\ntitle: We tell within an hour\nper: [case]\nafter: {event: outage.opened}\nexpect: told\nwithin: 1h\n"
GUARD = "kind: guard\nper: [case]\nnever: {event: service.suspended}\nunless: [{seen: told}]\n"
IDLE = "kind: count\nper: [case]\nof: {event: ticket.reopened}\nat_most: 2\n"
LOG = """\
{"time":"2026-03-02T09:00:00Z","event":"outage.opened","case":"A","id":"1"}
{"time":"2026-03-02T10:15:00Z","event":"call.made","case":"A","id":"2"}
{"time":"2026-03-02T09:00:00Z","event":"outage.opened","case":"B","id":"3"}
{"time":"2026-03-02T11:00:00Z","event":"service.suspended","case":"B","id":"4"}
{"time":"2026-03-02T11:00:00Z","event":"outage.opened","id":"5"}
"""


@pytest.fixture
def scene(tmp_path: Path) -> tuple[Path, Path]:
    """A log and a pack."""
    log = tmp_path / "log.jsonl"
    log.write_text(LOG, encoding="utf-8")
    return log, pack(tmp_path / "p", {"told": RESPONSE, "warned": GUARD, "idle": IDLE}, WORDS)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "en",
            [
                "outage opened at 2026-03-02 09:00: call made at 2026-03-02 10:15, 15 min late",
                "nothing that counts as 'notify' until 2026-03-02 11:00, 2 h later",
                "service suspended at 2026-03-02 11:00: nothing that counts as 'notify' before it",
            ],
        ),
        (
            "ru",
            [
                "сбой зафиксирован 2026-03-02 09:00: звонок клиенту 2026-03-02 10:15, опоздание 15 мин",
                "до 2026-03-02 11:00 (2 ч спустя) не было ничего, что значит «уведомить»",
                "услуга отключена 2026-03-02 11:00: перед этим не было ничего, что значит «уведомить»",
            ],
        ),
    ],
)
def test_the_evidence_speaks_the_language_and_the_words_of_the_vocabulary(
    scene: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, lang: str, said: list[str]
) -> None:
    """Not `no call.made or message.sent`; and `in the time that counts` only where a time counts."""
    monkeypatch.setenv("COLUMNS", "200")
    _, out, _ = run("audit", scene[0], "--rules", scene[1], "--lang", lang)
    for sentence in said:
        assert sentence in out


def test_a_title_is_shown_an_idle_rule_is_not_a_row_and_a_note_comes_once(scene: tuple[Path, Path]) -> None:
    """A card carries the title of its rule; rules without obligations share one line."""
    _, out, _ = run("audit", scene[0], "--rules", scene[1])
    assert "          We tell within an hour\n" in out
    assert "\n1 rule had nothing to judge: p/idle\n" in out
    assert out.count("without the key of p/told") == 1
    assert "a field of its key is missing" not in out


def test_a_prohibition_broken_at_once_has_no_deadline_to_show(scene: tuple[Path, Path]) -> None:
    """`at`, not `due`: nobody owed the suspension."""
    _, out, _ = run("audit", scene[0], "--rules", scene[1])
    assert "case B · at 2026-03-02 11:00 +00:00" in out


REASONS = [
    ("call.made came first", "раньше случилось: звонок клиенту"),
    ("19 of 20 kept (95.0%), target 95%", "исполнено 19 из 20 (95.0%), цель 95%"),
    ("3 in 30d, at most 2 allowed", "3 за 30d, а допустимо не больше 2"),
    ("said 'a', but it is 'b'; waived: works (approved by Ann)", "сказано «a», а на деле «b»; исключение: works (разрешил: Ann)"),
    ("waived: works (approved by Ann)", "исключение: works (разрешил: Ann)"),
    ("words of a phrasebook of one's own {x}", "words of a phrasebook of one's own {x}"),
]  # fmt: skip


@pytest.mark.parametrize(("english", "russian"), REASONS)
def test_a_reason_is_said_in_russian(english: str, russian: str) -> None:
    """One without words stays as it is."""
    assert reason(english, "ru") == russian
    assert reason(english, "en") == english


@pytest.mark.parametrize(
    ("n", "form"),
    [(1, "сообщения"), (2, "сообщений"), (11, "сообщений"), (21, "сообщения"), (111, "сообщений")],
)
def test_what_is_lacking_takes_the_form_that_its_number_asks_for(n: int, form: str) -> None:
    """The genitive after `не хватает`."""
    assert lacking(n, "ru") == f"; не хватает {n} {form}"
