"""What messages say: the two stories, sign-offs, quotations, look-alikes and outcomes."""

from __future__ import annotations

from itertools import pairwise

import pytest

from keptword.text import analyse, check, says

GOOD_FIRST = """Уважаемая Марина Петровна, доброе утро!

Ночью экскаватор порвал наш оптический кабель, поэтому телефоны в офисе молчат. Это наша линия и наша ответственность, приносим Вам самые искренние извинения.
Бригады работают весь день и всю ночь, связь должна заработать завтра утром. В полдень позвоню Вам снова.

С уважением,
Пётр Соколов,
руководитель поддержки ООО «Бизнес-Связь»
мобильный +7 916 123-45-67
"""
GOOD_NOON = """Марина Петровна, добрый день!

Ещё раз просим прощения за перерыв. Сварено 40 волокон из 96. Можем ли мы чем-то помочь — посоветовать или помочь переключиться?
Если вечером будут вопросы, мой личный номер +7 916 123-45-67. Следующие новости сообщу завтра в 8:00.

С уважением,
Пётр Соколов,
руководитель поддержки ООО «Бизнес-Связь»
"""
BAD = {
    "Техническая неисправность на линии. Ожидайте.": {"deflection"},
    "Следите за информацией на сайте, там всё написано. Вы сами виноваты.": {"deflection", "blame"},
    "Оплата зачислена.\nДобра вам в чат": {"sign-off.informal"},
    "Оплата зачислена.\nС теплотой к вам и вашему бизнесу, ваш Рома": {
        "sign-off.informal",
        "diminutive-name",
    },
    "Мы не уверены, что авария есть. Можем приехать и посмотреть.": {"deflection"},
}


def test_the_good_provider_passes_every_house_check() -> None:
    """Both messages of the good provider: nothing broken, nothing forbidden."""
    first, noon = analyse(GOOD_FIRST), analyse(GOOD_NOON)
    for element in (
        "sign-off.formal",
        "sign-off.full-name",
        "apology",
        "eta",
        "personal-contact",
        "next-update-time",
        "language",
    ):
        assert check(first, element, "require", "ru").outcome == "kept", element
        assert check(noon, element, "require", "ru").outcome == "kept", element
    for element in ("responsibility", "cause"):
        assert check(first, element, "require").outcome == "kept", element
    assert check(noon, "help", "require").outcome == "kept"
    for element in ("deflection", "blame", "diminutive-name", "sign-off.informal", "non-apology"):
        assert check(first, element, "forbid").outcome == check(noon, element, "forbid").outcome == "kept", (
            element
        )


@pytest.mark.parametrize(("text", "elements"), BAD.items())
def test_the_bad_operator_is_caught(text: str, elements: set[str]) -> None:
    """Each message of the bad operator shows what stories.md names, and its sign-off does not pass."""
    found = analyse(text)
    assert elements <= set(found.elements)
    assert all(check(found, e, "forbid").outcome == "broken" for e in elements)
    assert check(found, "sign-off.formal", "require").outcome == "broken"


def test_spans_are_exact() -> None:
    """A span names the characters that say it."""
    text = "Оплата зачислена.\nС теплотой к вам и вашему бизнесу, ваш Рома"
    (hit,) = analyse(text).elements["diminutive-name"]
    assert (hit.text, text[hit.start : hit.end]) == ("Рома", "Рома")


@pytest.mark.parametrize("closing", [
    "С уважением", "с уважением", "С глубоким уважением", "С наилучшими пожеланиями", "Kind regards", "Best regards", "Yours sincerely", "Yours faithfully", "Respectfully",
])  # fmt: skip
def test_white_list_of_closings(closing: str) -> None:
    """A formal closing with a full name and a position passes."""
    found = analyse(f"Done. Готово.\n\n{closing},\nMaria Stone\nSupport Engineer, Acme Ltd")
    assert check(found, "sign-off.formal", "require").outcome == "kept"
    assert check(found, "sign-off.full-name", "require").outcome == "kept"


@pytest.mark.parametrize("ending", [
    "Обнимаем,\nАнна Смирнова\nменеджер ООО «Вега»", "С уважением и обнимашками,\nАнна Смирнова, менеджер", "С уважением,\nваш Рома", "С уважением, Анна", "С уважением,\nАнна Смирнова",
    "С уважением,\nАнна Смирнова\n+7 916 000-11-22", "С уважением,\nСаша Петров, инженер", "С уважением, А. Смирнова, менеджер", "Анна", "", "Cheers,\nJohn Smith, Engineer",
    "Kind regards,\nJohn", "Kind regards,\nMike Johnson, Support Engineer", "Lots of love,\nJohn Smith\nSupport Engineer", "Best regards and hugs,\nJohn Smith, Engineer",
    "С уважением,\nкоманда поддержки", "Мы с уважением относимся к Анне Смирновой, менеджеру.", "С уважением,\nАнна Сергеевна, менеджер",
])  # fmt: skip
def test_a_bad_signoff_never_passes(ending: str) -> None:
    """Whatever is missing or over-familiar, one of the two checks of a sign-off is broken."""
    found = analyse(f"Ваша заявка выполнена, услуга подключена.\n\n{ending}")
    outcomes = {check(found, e, "require").outcome for e in ("sign-off.formal", "sign-off.full-name")}
    assert "broken" in outcomes


@pytest.mark.parametrize("text", [
    "Принято.\n\nОт: Иван\nКому: Поддержка\nТема: сбой\n\nПриносим извинения, вы сами виноваты. Звоните: моб. +7 916 000-00-00, Рома",
    "Принято.\n\n> Приносим извинения, вы сами виноваты\n> мой моб. +7 916 000-00-00\n> Рома",
    "Принято.\n\n12.03.2024, 10:15, Иван <ivan@client.ru>:\nПриносим извинения, вы сами виноваты.\nРома",
    "Received.\n\nOn Mon, 3 Jun 2024 at 09:15, Ivan <ivan@client.com>\nwrote:\n\nWe apologise, it is your own fault, call me on my cell 917 555 0100. Bob",
    "Received.\n\n________________________________\nFrom: Ivan\nSent: Monday\n\nWe apologise, it is your own fault. Bob",
    "Клиент пишет: «приносим извинения, вы сами виноваты, ваш Рома».",
    "<p>Принято.</p><blockquote>Приносим извинения, вы сами виноваты.<br>ваш Рома</blockquote>",
])  # fmt: skip
def test_the_customers_words_are_not_ours(text: str) -> None:
    """Quoted mail, inline quotations and quotation boxes of HTML never count."""
    assert not {"apology", "blame", "personal-contact", "diminutive-name"} & set(analyse(text).elements)


@pytest.mark.parametrize(("text", "element"), [
    ("Извинения не требуются.", "apology"), ("No need to apologise.", "apology"), ("Это не ваша вина.", "blame"), ("It is not your fault.", "blame"),
    ("Заявка № 84951234567 принята.", "personal-contact"), ("Ticket 02079460123 is open.", "personal-contact"),
    ("Укажите свой личный номер телефона, например +7 900 000-00-12.", "personal-contact"), ("Личный кабинет работает, номер поддержки +7 495 000-00-12.", "personal-contact"),
    ("Горячая линия 8 800 555-35-35.", "personal-contact"), ("Мы с уважением относимся к вам.", "sign-off.formal"),
    ("Причина пока не известна.", "cause"), ("The cause is unknown.", "cause"), ("Света не было минуту.", "diminutive-name"),
    ("Hi Mike, all done.", "diminutive-name"), ("Привет, Саша!", "diminutive-name"), ("Мы не берём на себя ответственность за это.", "responsibility"),
])  # fmt: skip
def test_look_alikes(text: str, element: str) -> None:
    """Negations, numbers that look like telephones and names that are words are left alone."""
    assert not says(analyse(text), element)


def test_a_hollow_apology_is_for_a_person_to_judge() -> None:
    """It is no apology, and not a plain failure either."""
    found = analyse("We are sorry if you feel that way.")
    result = check(found, "apology", "require")
    assert (result.outcome, result.spans[0].element) == ("review", "non-apology")
    assert not says(found, "apology")


@pytest.mark.parametrize(("element", "outcome"), [
    ("sign-off.formal", "broken"), ("sign-off.full-name", "broken"), ("eta", "broken"), ("personal-contact", "broken"), ("apology", "review"), ("responsibility", "review"),
    ("help", "review"), ("cause", "review"),
])  # fmt: skip
def test_what_absence_proves(element: str, outcome: str) -> None:
    """Structure is pass or fail; what can be worded in any way asks for a person."""
    assert check(analyse("Ваша заявка зарегистрирована."), element, "require").outcome == outcome


def test_language_is_that_of_the_customer() -> None:
    """An answer in another language than the customer's is broken; without a known language any will do."""
    found = analyse("Your request has been registered.")
    assert check(found, "language", "require", "en").outcome == "kept"
    assert check(found, "language", "require", "ru").outcome == "broken"
    assert check(found, "language", "require").outcome == "kept"


def test_staff_directory_makes_an_exception() -> None:
    """A name that a person is registered under is no short form."""
    text = "Готово.\n\nС уважением,\nСаша Петров\nинженер поддержки"
    assert says(analyse(text), "diminutive-name")
    found = analyse(text, staff=frozenset({"Саша Петров"}))
    assert not says(found, "diminutive-name")
    assert says(found, "sign-off.full-name")


def test_zones_do_not_overlap_and_cover_own_text() -> None:
    """Greeting, body, closing and signature lie in the own text, in this order."""
    found = analyse(GOOD_FIRST + "\nОт: Марина\nКому: Пётр\n\nСпасибо")
    zones = found.zones
    order = [*zones.greeting, *zones.body, *zones.closing, *zones.signature, *zones.quoted]
    assert order == sorted(order)
    assert all(a[1] <= b[0] for a, b in pairwise(order))
    assert found.text[slice(*zones.closing[0])] == "С уважением"
    assert found.text[slice(*zones.signature[0])].startswith("Пётр Соколов")


def test_html_mail_is_read_as_text() -> None:
    """Tags, styles and entities are gone; spans count in the text."""
    html = "<html><style>b{}</style><body><p>Приносим&nbsp;извинения за сбой.</p><p>С уважением,<br>Анна Смирнова,<br>менеджер ООО &laquo;Вега&raquo;</p></body></html>"
    found = analyse(html)
    assert {"apology", "sign-off.formal", "sign-off.full-name"} <= set(found.elements)
    for hits in found.elements.values():
        assert all(found.text[h.start : h.end] == h.text for h in hits)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (
            "Оставляю свой личный номер и почту на случай вопросов вечером: +7 900 000-00-12, voronov@provider.example.\n\nС уважением,\nАлексей Воронов,\nинженер",
            ["+7 900 000-00-12", "voronov@provider.example"],
        ),
        (
            "Пишите на chukhareva@firm.example.\n\nС уважением,\nАнна Чухарева,\nинженер",
            ["chukhareva@firm.example"],
        ),
        (
            "Write to jkowalska@firm.example.\n\nBest regards,\nJulia Kowalska\nEngineer, Acme",
            ["jkowalska@firm.example"],
        ),
        ("Write to orders@firm.example.\n\nBest regards,\nJulia Kowalska\nEngineer, Acme", []),
    ],
)
def test_an_offered_number_or_the_signers_address_is_a_personal_contact(text: str, where: list[str]) -> None:
    """A number offered as one's own, far before it, and an address made of the signer's surname, however transliterated."""
    assert [h.text for h in analyse(text).hits("personal-contact")] == where


@pytest.mark.parametrize(
    "text", ["Поможем переключиться на мобильную связь, если нужно.", "Если понадобится, поможем."]
)
def test_an_offer_of_help_may_come_before_or_after_its_condition(text: str) -> None:
    """ "We will help, if you need it" is an offer of help."""
    assert "help" in analyse(text).elements


@pytest.mark.parametrize("text", ["Рома;", "Рома ;;", "Bobby #", "Рома —"])
def test_a_short_name_with_marks_after_it_is_read(text: str) -> None:
    """Marks without a word after a short name are no reason to fail."""
    assert "diminutive-name" in analyse(text).elements
