"""Short forms of names that sign a message or that the customer is sent to."""

from __future__ import annotations

import re

from keptword.text.anatomy import Anatomy, Line
from keptword.text.forms import fold
from keptword.text.lexicons import Lexicons, inflected, is_endearing
from keptword.text.model import Span
from keptword.text.signers import NAME, WORD

_ADDRESSED = re.compile(
    r"(?:спасибо|благодар\w+|здравствуй\w*|привет\w*|добр\w+ \w+|уважаем\w+|дорог\w+|thank\w*|hi|hello|dear|hey|cheers|sorry|извини\w*|прости\w*|поняла?|хорошо|ок|good \w+)[,!]?\s*$",
    re.I,
)
_ROLE_BEFORE = r"(?:инженер|мастер|менеджер|специалист|техник|монтажник|коллег|оператор|консультант|руководител|куратор|админ|программист|ассистент|помощник|сотрудни)[а-яё]*(?:[ \xa0]поддержки)?"
_INTRODUCED_RU = re.compile(
    r"(?:(?<!\w)(?:это|меня зовут|зовут|с вами(?: был[аи]?| на связи| сегодня)?|на связи|спросите|спрашивайте|спросить|звоните|позвоните|набирайте|наберите|пишите|напишите|обращайтесь к|обратитесь к|"
    r"обращаться к|пишите мне|ваш|ваша|вашему|вашей|твой|твоя|наш|наша|нашего|нашему|нашей|нашу|я|приедет|подъедет|поможет|свяжется|позвонит|перезвонит|займ[её]тся|ответит|"
    + _ROLE_BEFORE
    + r"))"
    r"[ \xa0]*[,—–:-]?[ \xa0]*(?P<name>(?-i:[А-ЯЁ][а-яё]{2,15}))(?![\w-])",
    re.I,
)
_INTRODUCED_EN = re.compile(
    r"(?<!\w)(?:this is|it's|it is|i'm|i am|my name is|my name's|name is|call|ask for|contact|reach|reach out to|engineer|technician|manager|colleague|specialist|agent|rep|your|email|text|ping|message|"
    r"with|speak to|speak with|talk to|drop|our|buddy|pal|friend|mate)[ \xa0]+(?P<name>(?-i:[A-Z][a-z]{1,14}))(?![\w-])",
    re.I,
)
_PRESENTS = re.compile(
    r"(?<![\w-])(?P<name>[А-ЯЁA-Z][а-яёa-z]{1,15})[ \xa0](?:here(?: from|,|\.|!)|from (?:the )?(?:support|tech|customer|billing|accounts|sales|helpdesk|service)"
    r"|из (?:тех)?(?:поддержки|отдела|службы|офиса|клиентского)|на связи|на проводе|на линии)"
)
_NOT_AFTER_YOUR = frozenset(
    "bill sue cat dot art ant rich bert kit sandy al em dom pip mel val rob nick dick pat rosie tab tori bella ted meg don".split()
)


def short_names(
    anatomy: Anatomy, zone: list[Line], words: Lexicons, staff: frozenset[str], formal: bool
) -> list[Span]:
    """Short names of those who sign or who are named as the person to turn to."""
    found: set[Span] = set()

    def short(word: str) -> bool:
        folded = fold(word)
        return folded not in staff and (folded in words.diminutives or is_endearing(folded))

    for number, line in enumerate(zone):
        if formal and number > 5:
            break
        for match in NAME.finditer(line.text):
            if not short(match[0]) or (
                match.start()
                and (line.text[match.start() - 1].isalnum() or line.text[match.start() - 1] in "@«-")
            ):
                continue
            if match.end() < len(line.text) and (
                line.text[match.end()].isalnum() or line.text[match.end()] in "@-»"
            ):
                continue
            before, after = line.text[: match.start()], line.text[match.end() :]
            if _ADDRESSED.search(before) or (
                anatomy.greeting and anatomy.greeting[0] <= line.start + match.start() < anatomy.greeting[1]
            ):
                continue
            if formal or _signs(before, after, words, number == len(zone) - 1):
                found.add((line.start + match.start(), line.start + match.end()))
    own = anatomy.own
    for match in _PRESENTS.finditer(own) if _may_introduce(own) else ():
        if short(match["name"]):
            found.add(match.span("name"))
    pattern, forms = (
        (_INTRODUCED_EN, words.diminutives) if anatomy.lang == "en" else (_INTRODUCED_RU, inflected())
    )
    for match in pattern.finditer(own) if _may_introduce(own) else ():
        word = fold(match["name"])
        if not match["name"][0].isupper() or word in staff or word not in forms:
            continue
        if (
            anatomy.lang == "en"
            and word in _NOT_AFTER_YOUR
            and fold(match[0].split()[0]) in {"your", "our", "with", "text", "drop", "call", "email"}
        ):
            continue
        found.add(match.span("name"))
    return sorted(found)


def _may_introduce(own: str) -> bool:
    return len(own) < 20_000


def _signs(before: str, after: str, words: Lexicons, last: bool) -> bool:
    """Whether a word on a line near the end stands as a signature does."""
    lead = before.strip(" ,—–-*_")
    rest = after.strip(" .,!:)(*_")
    follows = [fold(t) for t in WORD.findall(rest)]
    tail = (
        not follows
        or words.is_role(follows[0])
        or (
            len(follows) <= 5
            and (
                rest[:1].isupper()
                or any(words.is_role(f) for f in follows)
                or follows[0] in {"из", "from", "с", "со"}
            )
        )
    )
    if not lead:
        return (
            bool(tail)
            and not after.lstrip().startswith(("!", "?"))
            and (last or not after.startswith(",") or (bool(rest) and any(words.is_role(f) for f in follows)))
        )
    if re.search(r"(?:^|\W)(?:ваш|ваша|твой|твоя|your|yours|xoxo|это|by|from)$", lead, re.I):
        return True
    if (
        last
        and re.match(r"(?:всегда )?(?:ваш|ваша|твой|твоя|your)\s", lead, re.I)
        and len(lead.split()) <= 5
        and not rest
    ):
        return True
    return (
        bool(tail)
        and bool(re.search(r"(?:[,—–.!]|\s-)\s*$", before))
        and (last or len(lead) < 60)
        and not re.search(r"\?\s*$", after)
    )
