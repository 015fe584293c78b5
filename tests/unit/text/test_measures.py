"""What is counted of a message: by hand, by the published formulas, in both languages."""

from __future__ import annotations

import pytest

from keptword.text import analyse
from keptword.text.checks import check, says
from keptword.text.measures import counted, limit_of

COUNTED = [
    ("The cat sat on the mat. It was fixed.", "en", (9, 2, 9, 6)),
    ("We will write again at noon, e.g. at 12:00. Dr. Smith knows.", "en", (12, 2, 13, 9)),
    ("Кошка сидит. Линия работает, смотрите https://example.org/a.b.c!", "ru", (5, 2, 14, 3)),
    ("Мастер будет на ул. Мира в 15:00. Ждите звонка.", "ru", (8, 2, 12, 6)),
    ("One\n\ntwo three", "en", (3, 2, 3, 2)),
    ("- one two\n- three", "en", (3, 2, 3, 2)),
]


@pytest.mark.parametrize(("text", "lang", "wanted"), COUNTED, ids=[c[0][:20] for c in COUNTED])
def test_words_sentences_and_syllables(text, lang, wanted):
    """Abbreviations, links, blank lines and lists are no ends, no words, ends."""
    found = counted(analyse(text, lang))
    assert (found.words, found.sentences, found.syllables, found.longest) == wanted


def test_the_formulas():
    """Flesch 206.835 - 1.015 W/S - 84.6 Y/W; Oborneva 206.835 - 1.3 W/S - 60.1 Y/W; Kincaid's grade."""
    english, russian = counted(analyse(COUNTED[0][0], "en")), counted(analyse(COUNTED[2][0], "ru"))
    assert english.value("reading-ease") == round(206.835 - 1.015 * 9 / 2 - 84.6 * 9 / 9, 1)
    assert english.value("reading-grade") == round(0.39 * 9 / 2 + 11.8 * 9 / 9 - 15.59, 1)
    assert russian.value("reading-ease") == round(206.835 - 1.3 * 5 / 2 - 60.1 * 14 / 5, 1)
    assert russian.value("reading-grade") == round(0.5 * 5 / 2 + 8.4 * 14 / 5 - 15.59, 1)


@pytest.mark.parametrize("text", ["words <= 9", "words<=9", "longest-sentence < 30", "reading-ease >= 50.5"])
def test_a_limit_is_read(text):
    """With or without blanks; a measure, a sign and a number."""
    assert limit_of(text) is not None


@pytest.mark.parametrize("text", ["words", "words = 9", "apology >= 1", "words <= many", "words <= 9 <= 10"])
def test_anything_else_is_none(text):
    """Nothing is guessed."""
    assert limit_of(text) is None


def test_outcomes():
    """Required and forbidden, the sentence shown; how a short text reads is left to a person."""
    analysis = analyse("The cat sat on the mat. It was fixed.", "en")
    assert check(analysis, "words <= 9", "require").outcome == "kept"
    assert check(analysis, "words <= 9", "forbid").outcome == "broken"
    broken = check(analysis, "longest-sentence <= 5", "require")
    assert (broken.outcome, broken.spans[0].text) == ("broken", "The cat sat on the mat.")
    assert broken.why == "longest-sentence is 6, wanted <= 5"
    assert check(analysis, "reading-ease >= 120", "require").outcome == "review"
    assert check(analyse("12345", None), "reading-ease >= 50", "require").outcome == "review"
    assert says(analysis, "words < 10") and not says(analysis, "words > 9")


def test_a_thread_below_and_a_signature_are_not_counted():
    """Only the writer's own body."""
    text = "Hello,\n\nYour line works.\n\nKind regards,\nAnn Lee, engineer\n\n> On Monday you wrote\n> many many words"
    assert counted(analyse(text, "en")).words == 3


def test_hostile_texts_are_counted_quickly():
    """No catastrophic pattern."""
    for text in ("a." * 50_000, "." * 100_000, "a-" * 50_000, "\n" * 100_000, "e" * 100_000):
        counted(analyse(text, "en"))
