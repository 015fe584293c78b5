"""Promised times become instants: a table of what is said, when, and what it means."""

from __future__ import annotations

import pytest

from keptword.instants import format_instant, parse_instant
from keptword.text import stated_times

MOSCOW = "Europe/Moscow"
AT = "2015-06-17T09:30:00+03:00"  # a Wednesday

RUSSIAN = [
    ("Восстановим до 14:00.", "2015-06-17T14:00:00+03:00"),
    ("Восстановим до 8:00.", "2015-06-18T08:00:00+03:00"),
    ("Связь будет завтра с утра.", "2015-06-18T12:00:00+03:00"),
    ("Починим через 2–3 часа.", "2015-06-17T12:30:00+03:00"),
    ("Починим через 2-3 часа.", "2015-06-17T12:30:00+03:00"),
    ("Сообщим в течение получаса.", "2015-06-17T10:00:00+03:00"),
    ("Закончим до конца дня.", "2015-06-18T00:00:00+03:00"),
    ("Закончим до конца рабочего дня.", "2015-06-17T18:00:00+03:00"),
    ("Закончим до конца недели.", "2015-06-22T00:00:00+03:00"),
    ("Мастер придёт 25 числа.", "2015-06-26T00:00:00+03:00"),
    ("Заработает к 18 часам.", "2015-06-17T18:00:00+03:00"),
    ("Приедем в пятницу с 10 до 12.", "2015-06-19T12:00:00+03:00"),
    ("Приедем в пятницу, 19 июня, в 15:30.", "2015-06-19T15:30:00+03:00"),
    ("Ответим в течение 3 рабочих дней.", "2015-06-23T00:00:00+03:00"),
    ("Ответим в течение трёх дней.", "2015-06-20T09:30:00+03:00"),
    ("Перезвоним через час.", "2015-06-17T10:30:00+03:00"),
    ("Перезвоним через полтора часа.", "2015-06-17T11:00:00+03:00"),
    ("Восстановим к 21:00 по Москве.", "2015-06-17T21:00:00+03:00"),
    ("Завершим 18.06.2015 в 06:00 МСК.", "2015-06-18T06:00:00+03:00"),
    ("Завершим 18.06 в 9.30.", "2015-06-18T09:30:00+03:00"),
    ("Заработает сегодня вечером.", "2015-06-18T00:00:00+03:00"),
    ("Бригада приедет послезавтра к 9 утра.", "2015-06-19T09:00:00+03:00"),
    ("Бригада приедет завтра в 3 часа дня.", "2015-06-18T15:00:00+03:00"),
    ("Дополнительно сообщим завтра до обеда.", "2015-06-18T13:00:00+03:00"),
    ("К десяти всё заработает, как мы и обещали.", "2015-06-17T10:00:00+03:00"),
    ("Всё заработает к девяти.", "2015-06-17T21:00:00+03:00"),
    ("Починим к шести вечера.", "2015-06-17T18:00:00+03:00"),
    ("Позвоню в полдень, не позднее половины первого.", "2015-06-17T12:30:00+03:00"),
    ("Следующие новости сообщу завтра утром, не позднее девяти.", "2015-06-18T09:00:00+03:00"),
    ("Перезвоню после семи.", "2015-06-17T19:00:00+03:00"),
    ("Закончим к полшестого.", "2015-06-17T17:30:00+03:00"),
    ("Закончим без четверти шесть.", "2015-06-17T17:45:00+03:00"),
    ("Мастер придёт завтра между двумя и четырьмя.", "2015-06-18T16:00:00+03:00"),
]
ENGLISH = [
    ("We will provide an update by Friday, 07:50 US/Pacific.", "2015-06-19T17:50:00+03:00"),
    (
        "We will provide more information by Wednesday, 2021-07-07 17:30 US/Pacific.",
        "2021-07-08T03:30:00+03:00",
    ),
    ("We expect a fix within the next 30 minutes.", "2015-06-17T10:00:00+03:00"),
    ("The next update follows in the next half hour.", "2015-06-17T10:00:00+03:00"),
    ("It will be fixed by end of day.", "2015-06-18T00:00:00+03:00"),
    ("It will be fixed by close of business.", "2015-06-17T18:00:00+03:00"),
    ("We'll be back in an hour and a half.", "2015-06-17T11:00:00+03:00"),
    ("The engineer will arrive tomorrow between 2 and 4 pm.", "2015-06-18T16:00:00+03:00"),
    ("You will have an answer within 2 business days.", "2015-06-20T00:00:00+03:00"),
    ("ETA: 5:30 pm.", "2015-06-17T17:30:00+03:00"),
    ("We will finish by 14:00 UTC.", "2015-06-17T17:00:00+03:00"),
    ("The parts will arrive on June 20.", "2015-06-21T00:00:00+03:00"),
    ("We expect to be done by noon tomorrow.", "2015-06-18T12:00:00+03:00"),
    ("Everything will be back by ten.", "2015-06-17T10:00:00+03:00"),
    ("We will have it fixed by half past six.", "2015-06-17T18:30:00+03:00"),
    ("The technician will arrive at quarter to five this afternoon.", "2015-06-17T16:45:00+03:00"),
]
NOT_TIMES = [
    "Не знаем, когда восстановим.", "Скоро всё заработает.", "Сбой произошёл в 14:00.", "Два часа назад связь пропала.", "Оплатите счёт до 25 числа.",
    "Мы не можем обещать, что починим до завтра.", "Работаем ежедневно с 9:00 до 18:00.", "В ближайшее время сообщим.", "Вы писали: «почините до 15:00».",
    "We do not have an ETA for mitigation at this point.", "It will be back soon.", "The issue was resolved at 16:40 US/Pacific.", "Please reply by Friday.",
    "We cannot promise that it will be fixed by tomorrow.", "Version 1.20 will contain the fix.", "Call us from 9 am to 6 pm on weekdays.",
    "Скорость вырастет до десяти мегабит.", "Позвоним до десяти раз.", "Подключим к двум линиям.", "You will be contacted by one of our engineers.",
    "The line will be shared by two engineers.",
    "The issue was fully resolved on 27 June 2021 21:05 US/Pacific, and we are confident that there will not be a recurrence.",
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [*RUSSIAN, *ENGLISH])
def test_promised_time_is_resolved(text: str, expected: str) -> None:
    """A promised time is the instant that a reader would take it for."""
    found = stated_times(text, parse_instant(AT), MOSCOW)
    assert [format_instant(t.at, MOSCOW) for t in found] == [expected]
    assert text[found[0].start : found[0].end] == found[0].text


@pytest.mark.parametrize("text", NOT_TIMES)
def test_what_is_no_promise_gives_no_time(text: str) -> None:
    """Vague, refused and past times, opening hours and the customer's own deadlines are not promises."""
    assert stated_times(text, parse_instant(AT), MOSCOW) == ()


def test_next_update_and_restoration_are_told_apart() -> None:
    """A message can promise both; `what` selects."""
    text = "Восстановим до 14:00. Следующее обновление в 11:30."
    at = parse_instant(AT)
    assert [t.text for t in stated_times(text, at, MOSCOW, what="eta")] == ["до 14:00"]
    assert [t.text for t in stated_times(text, at, MOSCOW, what="next-update")] == ["11:30"]
    assert len(stated_times(text, at, MOSCOW)) == 2


def test_zone_of_the_whole_message() -> None:
    """A note on all times of a message goes before the zone of the caller."""
    text = "(All times US/Pacific)\nWe will send an update by 2021-07-07 17:30."
    found = stated_times(text, parse_instant("2021-07-07T20:00:00Z"), "UTC")
    assert [format_instant(t.at) for t in found] == ["2021-07-08T00:30:00+00:00"]


def test_clock_time_on_a_day_when_the_clocks_change() -> None:
    """A clock time that a change of the clocks skips is still an instant, not an error."""
    found = stated_times(
        "We will be done by 02:30 tomorrow.", parse_instant("2024-03-30T12:00:00Z"), "Europe/Berlin"
    )
    assert len(found) == 1


def test_impossible_dates_are_left_out() -> None:
    """A 31 February or an hour 99 is no time and no error."""
    assert stated_times("Починим до 31.02.2024.", 0, MOSCOW) == ()
    assert stated_times("We will finish by 2024-13-45.", 0, MOSCOW) == ()
