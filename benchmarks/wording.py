# ruff: noqa: S311 - numbers for a benchmark need not be secret
"""How many messages a second the wording checks read on one core: `python benchmarks/wording.py`; prints a table."""

from __future__ import annotations

import random
import time

from keptword.text import analyse_many
from keptword.text.books import built_in

_WORDS = {
    "ru": "клиент связь работа линия договор услуга счёт заявка адрес номер время группа система узел канал данные отчёт проверка настройка офис этаж здание стойка порт запрос "
    "сегодня утром коллеги проверили настройки соединения на вашем узле и передали сведения в отдел развития который готовит план замены старых плат во втором квартале года",
    "en": "customer line service account order address number time group system node channel data report check setting office floor building rack port request today our colleagues "
    "looked at the settings of the link on your node and passed the details to the planning group which prepares the replacement of old cards in the second quarter of the year",
}
_TEMPLATES = {
    "ru": [
        "Уважаемый клиент, добрый день! Приносим извинения за перерыв связи по адресу {n}. Ночью экскаватор повредил кабель, бригада работает. Восстановим до {h}:30, следующее обновление в {h}:00. {f}\n\nС уважением,\nАнна Смирнова\nспециалист поддержки ООО «Связь»\nмоб. +7 916 {p}",
        "Здравствуйте! Заявка № {n} принята в работу. {f} Мы берём на себя ответственность за задержку и вернёмся с ответом в течение {h} часов. Если нужно, поможем переключиться на резервный канал.\nС уважением, служба поддержки",
    ],
    "en": [
        "Dear customer, we apologise for the outage at {n}. A contractor cut through a fibre last night and a crew is on site. We expect service back by {h}:30 and will send the next update at {h}:00. {f}\n\nKind regards,\nAnna Smith\nSupport Engineer, Acme Telecom\ncell +1 917 {p}",
        "Hello! Request {n} is being worked on. {f} We take full responsibility for the delay and will get back to you within {h} hours. If you need it, we can help you switch to a backup line.\nBest regards, Support",
    ],
}


def messages(lang: str, count: int, seed: int = 7) -> list[str]:
    """Distinct messages of about 60 words: half made from letters of support teams, half of filler with numbers of their own."""
    dice = random.Random(seed)
    words = _WORDS[lang].split()
    out = []
    for i in range(count):
        filler = " ".join(dice.choices(words, k=30 if i % 2 else 28)).capitalize() + f" {i}."
        template = (
            dice.choice(_TEMPLATES[lang])
            if i % 2
            else "{f} " + " ".join(dice.choices(words, k=30)).capitalize() + "."
        )
        out.append(
            template.format(
                n=dice.randrange(10**6),
                h=dice.randrange(10, 23),
                f=filler,
                p=f"{dice.randrange(100, 999)}-{dice.randrange(10, 99)}-{dice.randrange(10, 99)}",
            )
        )
    return out


def speed(batches: list[list[str]]) -> float:
    """Messages a second of processor time, the best of several batches, none of which was read before."""
    best = 0.0
    for texts in batches:
        start = time.process_time()
        analyse_many(texts)
        best = max(best, len(texts) / (time.process_time() - start))
    return best


def main() -> None:
    """Measure and print."""
    start = time.perf_counter()
    built_in()
    print(f"phrasebooks loaded in {time.perf_counter() - start:.3f} s")
    for lang in ("ru", "en"):
        analyse_many(messages(lang, 2000, seed=1))
        fresh = [messages(lang, 20_000, seed) for seed in (2, 3, 4)]
        repeated = [
            random.Random(seed).choices(messages(lang, 10_000, seed), k=200_000) for seed in (5, 6, 7)
        ]
        average = sum(len(t.split()) for t in fresh[0]) / len(fresh[0])
        print(
            f"{lang}: {speed(fresh):,.0f} distinct messages a second ({average:.0f} words), {speed(repeated):,.0f} with 95 % repeats"
        )


if __name__ == "__main__":
    main()
