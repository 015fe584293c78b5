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
# What stands right before a name; read only where a short name stands.
_INTRODUCED_RU = re.compile(
    r"(?:(?<!\w)(?:это|меня|к|ко|у|меня зовут|зовут|с вами(?: был[аи]?| на связи| сегодня)?|на связи|спросите|спрашивайте|спросить|звоните|позвоните|набирайте|наберите|пишите|напишите|обращайтесь к|обратитесь к|"
    r"обращаться к|пишите мне|ваш|ваша|вашему|вашей|твой|твоя|наш|наша|нашего|нашему|нашей|нашу|я|приедет|подъедет|поможет|свяжется|позвонит|перезвонит|займ[её]тся|ответит|отвечает|приветствует|консультирует|обслуживает|занимается|работает|пишет|общаетесь с|общались с|"
    r"переда\w+ (?:трубку|вас|вопрос|заявку|дело|обращение|всё|все|диалог|чат)|(?:переключ|соедин|перевед|перевож|переброс|направ|перенаправ)\w+(?: вас)?(?: на| с| к)?|поруч\w+|попрос\w+|спрос\w+ у|узна\w+ у|уточн\w+ у|"
    r"подойд\w+ к|обра\w+ к|подскажет|расскажет|разбер[её]тся|отпишется|напишет|придет|придёт|зайд[её]т|заедет|выехал[аи]?|едет|подойд[её]т|дежурит|сегодня|передал[аи]?|передаю|переда[мш]|спасибо от|целует|обнимает|"
    + _ROLE_BEFORE
    + r"))"
    r"[ \xa0]*[,—–:-]?[ \xa0]*$",
    re.I,
)
_INTRODUCED_EN = re.compile(
    r"(?<!\w)(?:(?:pass|hand|transfer|put|connect|refer|send|direct|switch|over|back|on|through|you|it) ?(?:ing|ed|red|ring|ting)?(?: you| this| it)?(?: over| on| through| back)? to|passed to|"
    r"this is|give|ring|phone|buzz|shout|try|see|catch|chatting (?:with|to)|talking (?:with|to)|speaking (?:with|to)|served by|helped by|welcome from|love from|hugs from|regards from|greetings from|"
    r"assisted by|handled by|looked after by|it's|it is|i'm|i am|my name is|my name's|name is|call|ask for|contact|reach|reach out to|engineer|technician|manager|colleague|specialist|agent|rep|your|email|text|ping|message|"
    r"with|speak to|speak with|talk to|drop|our|buddy|pal|friend|mate)[ \xa0]+$",
    re.I,
)
_PRESENTS = re.compile(
    r"['’](?:ll|s on (?:his|her|the) way|s coming|s looking|s sorting)(?!\w)|[ \xa0](?:here(?: from|,|\.|!)|from (?:the )?(?:support|tech|customer|billing|accounts|sales|helpdesk|service)"
    r"|(?:in|at|over in|over at) (?:the )?(?:support|tech|customer|billing|accounts|sales|helpdesk|service|dispatch|reception|logistics|hosting|complaints|the office)"
    r"|(?:will|is going to|is on (?:his|her|the) way|is coming|is looking|is dealing|is sorting|can help|has (?:already|just))(?!\w)"
    r"|из (?:тех)?(?:поддержки|отдела|службы|офиса|клиентского|бухгалтерии|продаж|хостинга|доставки|чата|команды|склада|сервиса|логистики)"
    r"|(?:к вам |вам |все |всё |сейчас |уже |скоро |завтра |сегодня )?(?:приедет|подъедет|поможет|свяжется|позвонит|перезвонит|займ[её]тся|ответит|подскажет|разбер[её]тся|напишет|отпишется|прид[её]т|зайд[её]т|починит|посмотрит|едет|выехал[аи]?|сделает|настроит|привез[её]т)(?!\w)"
    r"|на связи|на проводе|на линии)"
)
_YOURS = re.compile(r"(?<!\w)(?:ваша?|тво[йя]|yours?),?[ \xa0]+$", re.I)
_SURNAME_NEXT = re.compile(r"[ \xa0]+[А-ЯЁA-Z]")
# "Ксюша, оператор чата", "Maddie, chat agent", "Лена (бухгалтерия)": a position stands right after the name.
_TITLED = re.compile(r"(?:,| [—–-]| ?\()[ \xa0]?(?P<title>[а-яёa-z-]{3,20}(?:[ \xa0][а-яёa-z-]{3,20})?)")
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
    zone_start = zone[0].start if zone else len(own)
    if zone and formal:  # "с уважением лиза": whatever its letters, the first word after the closing signs
        first = WORD.match(zone[0].text)
        if first and first[0].islower() and short(first[0]) and len(zone[0].text) < 60:
            found.add((zone[0].start, zone[0].start + first.end()))
    elif zone and zone[-1].text.islower():  # "лена", "vicky, support" alone on the last line
        first = WORD.match(zone[-1].text)
        follows = [fold(w) for w in WORD.findall(zone[-1].text)[1:]]
        if (
            first
            and short(first[0])
            and len(zone) + len(anatomy.own.split("\n", 2)) > 2
            and (not follows or (len(follows) < 4 and words.is_role(follows[0])))
        ):
            found.add((zone[-1].start, zone[-1].start + first.end()))
    if len(own) < 20_000:
        for match in _CAPITAL.finditer(own):
            if match.span() not in found and _introduced(
                anatomy, match, words, staff, formal or match.start() >= zone_start
            ):
                found.add(match.span())
    return sorted(found)


_CAPITAL = re.compile(r"(?<![\w-])[А-ЯЁA-Z][а-яёa-z]{1,15}(?![\w-])")


def _introduced(
    anatomy: Anatomy, match: re.Match[str], words: Lexicons, staff: frozenset[str], signing: bool
) -> bool:
    """Whether a capitalised word is a short name by which somebody is introduced, or with which they sign."""
    own = anatomy.own
    start, end = match.span()
    word = fold(match[0])
    if word in staff:
        return False
    registered = word in words.both
    short = word in words.diminutives or is_endearing(word)
    if not (short or registered or word in inflected()):
        return False
    before = own[max(0, start - 40) : start]
    if registered:  # "your Katie", "ваш Стас": only a friend signs so
        return signing and _YOURS.search(before) is not None and not _SURNAME_NEXT.match(own, end)
    if short:
        titled = _TITLED.match(own, end)
        if titled and any(words.is_role(fold(t)) for t in titled["title"].split()):
            greeted = anatomy.greeting is not None and start < anatomy.greeting[1]
            if not _ADDRESSED.search(before[-30:]) and not (
                greeted and "приветств" not in own[:start].lower()
            ):
                return True
        if _PRESENTS.match(own, end):
            return True
    if (anatomy.lang == "en") != word.isascii():
        return False
    lead = (_INTRODUCED_EN if anatomy.lang == "en" else _INTRODUCED_RU).search(before)
    return lead is not None and not (
        word in _NOT_AFTER_YOUR
        and fold(lead[0].split()[0]) in {"your", "our", "with", "text", "drop", "call", "email"}
    )


def _signs(before: str, after: str, words: Lexicons, last: bool) -> bool:
    """Whether a word on a line near the end stands as a signature does."""
    lead = before.strip(" ,—–-*_")
    rest = after.strip(" .,!:)(*_")
    follows = [fold(t) for t in WORD.findall(rest)]
    tail = (
        not follows
        or (after.lstrip().startswith("(") and after.rstrip(" .!").endswith(")") and len(follows) <= 5)
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
    if re.search(r"(?:^|\W)(?:ваш|ваша|твой|твоя|your|yours|xoxo|x{1,4}|это|by|from)$", lead, re.I):
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
