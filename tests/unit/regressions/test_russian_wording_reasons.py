"""Reasons of the wording checks in Russian."""

from __future__ import annotations

import re

import pytest

from keptword import text as wording
from keptword.evidence_words import reason

LETTERS = (
    "Технический сбой на линии. Ожидайте.",
    "Следите за информацией на сайте. Вы сами виноваты.\n\nДобра вам в чат",
    "Оплату видим, скоро включим.\n\nС теплотой к вам и вашему бизнесу, ваш Рома",
    "Здравствуйте! Это наша ответственность, приносим извинения. Кабель порван, починим до 14:00.\n\nС уважением,\nАнна Петрова,\nинженер",
    "Извините, но это не к нам.",
)
CHECKED = [
    (letter, element, mode)
    for letter in LETTERS
    for element in wording.ELEMENTS
    for mode in ("require", "forbid")
]


@pytest.mark.parametrize(("letter", "element", "mode"), CHECKED)
def test_what_a_broken_check_says_is_russian_in_a_russian_report(
    letter: str, element: str, mode: str
) -> None:
    """Only the letter's own words, in quotation marks, stay as they are."""
    result = wording.check(wording.analyse(letter), element, mode, "en")  # type: ignore[arg-type]
    said = reason(result.why, "ru")

    if result.outcome != "kept":
        assert not re.search(r"[A-Za-z]", re.sub(r"«[^»]*»", "", said)), said
