"""Whatever a message holds, reading it ends soon, spans are true, and nothing raises."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keptword.text import analyse, analyse_many, check, contacts, signoff, stated_times
from keptword.text.anatomy import in_one_piece, take_apart
from keptword.text.books import built_in
from keptword.text.model import ELEMENTS
from keptword.text.phrases import PhraseError, parse, work
from keptword.text.tokens import COLON, NOTICE, QUOTING, REACH, SUSPECT

PIECES = st.sampled_from([
    "приносим", "извинения", "если", "вы", "сами", "виноваты", "до", "14:00", "через", "2–3", "часа", "завтра", "С уважением", ",", "\n", "\n\n", "> ", "«", "»", '"', "От:", "Кому:",
    "пишет:", "On Mon, wrote:", "we", "apologise", "by", "Friday", "US/Pacific", "it's", "don't", "+7 916 123-45-67", "a@b.ru", "@handle", "Рома", "Анна Смирнова", "инженер", "<p>", "</p>",
    "<blockquote>", "31.02.2024", "99:99", "\x00", "\u202e", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"), "____________", "в течение", "within", "half an hour",
    "25 числа", "5 pm", "не", "9999999999999999999999", "ё", "İ", "ﬀ", "\u2028", "\r\n", "\t",
])  # fmt: skip
MESSAGES = st.one_of(
    st.text(max_size=300),
    st.lists(PIECES, max_size=40).map(" ".join),
    st.lists(PIECES, max_size=40).map("".join),
)


@settings(max_examples=300, deadline=None)
@given(MESSAGES)
def test_spans_are_true_and_nothing_raises(text: str) -> None:
    """Every hit quotes the text it points at; every zone lies in the text; every check has an outcome."""
    found = analyse(text)
    for name, hits in found.elements.items():
        assert hits, name
        for hit in hits:
            assert 0 <= hit.start < hit.end <= len(found.text)
            assert found.text[hit.start : hit.end] == hit.text
    for zone in (found.zones.own, found.zones.body, found.zones.quoted, found.zones.signature):
        assert all(0 <= start < end <= len(found.text) for start, end in zone)
    for element in ELEMENTS:
        assert check(found, element, "require").outcome in {"kept", "broken", "review"}
        assert check(found, element, "forbid").outcome in {"kept", "broken"}


@settings(max_examples=200, deadline=None)
@given(MESSAGES, st.integers(-(2**50), 2**52))
def test_stated_times_never_raise(text: str, at: int) -> None:
    """Times that cannot be are left out; the same text gives the same times."""
    first = stated_times(text, at, "Europe/Moscow")
    assert first == stated_times(text, at, "Europe/Moscow")


@settings(max_examples=100, deadline=None)
@given(MESSAGES)
def test_fast_and_located_symbols_agree(text: str) -> None:
    """The fast reading (chunk cache) and the one that keeps offsets see the same symbols."""
    symboliser = built_in().symboliser
    plain = text.replace("\r", " ").replace("\u2028", " ")
    symbols, _ = symboliser.scan(plain)
    located, spans = symboliser.located(plain)
    assert symbols == located
    assert len(spans) == len(located)


@settings(max_examples=300, deadline=None)
@given(MESSAGES)
def test_a_message_without_signs_of_quotations_has_none(text: str) -> None:
    """Where the chunks of a message show no sign of a thread, a quotation or a notice, taking it apart finds none."""
    plain = text.replace("\r", " ").replace("\u2028", "\n")
    _, signs = built_in().symboliser.scan(plain)
    if not (signs & (QUOTING | NOTICE) or (signs & SUSPECT and signs & COLON)):
        assert take_apart(plain) == in_one_piece(plain)
    if not signs & REACH:
        anatomy = in_one_piece(plain)
        assert contacts.find(anatomy, None) == contacts.find(anatomy, None, addresses=False)


ENDINGS = st.lists(
    st.sampled_from([
        "С уважением,", "с уважением", "Kind regards,", "Анна Смирнова", "Рома", "инженер", "Support Engineer", "отдел продаж", "моб. +7 916 123-45-67", "Хорошего дня!", "Обнимаем!",
        "Всем печенек!", "ООО «Связь»", "P.S. ваш Стас", "", "Спасибо.", "и ещё одна длинная строка о том, как ваши коллеги проверили настройки и передали сведения дальше, чтобы всё заработало",
    ]),
    max_size=12,
).map("\n".join)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(ENDINGS, ENDINGS)
def test_a_remembered_sign_off_reads_as_a_new_one(first: str, second: str) -> None:
    """A sign-off reads the same whatever was read before it, and whatever stands far above it."""
    far = "Заявка принята в работу, мастера уже выехали, и всё заработает, как только они заменят повреждённый кабель на узле связи.\n"
    names = ("sign-off.formal", "sign-off.full-name", "sign-off.informal", "diminutive-name")
    for text in (first, second, far + first, first.replace("123", "456")):
        signoff.forget()
        fresh = analyse(text)
        analyse(second)
        analyse(far * 2 + text)
        again = analyse(text)
        assert [fresh.hits(n) for n in names] == [again.hits(n) for n in names]


@settings(max_examples=60, deadline=None)
@given(st.lists(MESSAGES, max_size=6))
def test_batches_agree_with_single_messages(texts: list[str]) -> None:
    """A batch finds what one message after the other finds."""
    batch = analyse_many(texts * 2)
    assert [dict(a.elements) for a in batch] == [dict(analyse(t).elements) for t in texts * 2]


HOSTILE = {
    "one long word": "а" * 300_000,
    "dots": "a." * 100_000,
    "quotes": "«" * 100_000,
    "opening quotes with words": "« слово " * 30_000,
    "angle brackets": "<" * 100_000,
    "nested tags": "<div>" * 30_000 + "привет",
    "nested blockquotes": "<blockquote>" * 20_000 + "x" + "</blockquote>" * 20_000,
    "digits": "1" * 200_000,
    "digit groups": "12 " * 80_000,
    "phone-like": "+7 916 " * 40_000,
    "at signs": "a@" * 100_000,
    "mail-like": "a.b@c." * 40_000,
    "headers": "От: x\n" * 20_000,
    "wrote": "пишет: " * 40_000,
    "new lines": "\n" * 200_000,
    "capitalised words": "Анна Смирнова " * 20_000,
    "one phrase over and over": "приносим свои самые искренние " * 10_000,
    "apology words": "sorry if you feel but we regret that you " * 8_000,
    "times": "до завтра до 14:00 через 2 часа within the next 30 minutes by " * 4_000,
    "greeting": "Уважаемый " * 30_000,
    "closings": "С уважением, и с уважением и " * 10_000,
    "closings that go on": "С уважением и благодарностью за всё и надеждой на понимание и с уважением "
    * 6_000,
    "wishes": "Хорошего дня и отличного вечера, и доброго утра " * 8_000,
    "yours": "ваш самый лучший друг Рома your dear friend Bob " * 8_000,
    "names and verbs": "Рома приедет, Лена из поддержки, Bob will call, " * 8_000,
    "minutes after": "минут через сорок часа за четыре ещё минут 15 " * 8_000,
    "short lines": "с уважением\nлиза\n" * 12_000,
    "signs of quotations": "сообщение: вопрос: error reply @ | --- " * 8_000,
    "blanks": " " * 300_000,
    "numbers of time": "2 два three half " * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_end_soon(name: str) -> None:
    """No text of a few hundred thousand characters takes more than some seconds, spans and times included."""
    begin = time.process_time()
    found = analyse(HOSTILE[name])
    dict(found.elements)
    assert found.zones is not None
    stated_times(HOSTILE[name], 0, "UTC")
    assert time.process_time() - begin < 8


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="аб(|)?.<>=^$ 1238N", max_size=60))
def test_phrases_parse_or_say_why(text: str) -> None:
    """A phrase either is read, with bounded work, or is refused with a place inside it."""
    try:
        assert work(parse(text)) <= 4096
    except PhraseError as error:
        assert 0 <= error.at <= len(text)  # noqa: PT017 - either outcome is right
        assert str(error)  # noqa: PT017
