"""Personal contacts: a named person or the writer with a number, address or handle of their own; hotlines do not count."""

from __future__ import annotations

import re

from keptword.text.anatomy import Anatomy
from keptword.text.forms import fold
from keptword.text.lexicons import inflected, lexicons
from keptword.text.model import Span
from keptword.text.tokens import masked

_PHONE = re.compile(
    r"(?<![\w+.,/#№-])(?:\+\d{1,3}[ \xa0-]?|8[ \xa0-]?|0)?(?:\(\d{2,5}\)[ \xa0-]?)?\d{2,5}(?:[ \xa0.-]?\d{2,4}){1,4}(?![\w/-]|[.,:]\d)"
)
_DIGITS = re.compile(r"[0-9][0-9 \xa0().-]{3,40}[0-9]")
_MAIL = re.compile(r"(?<![\w.+-])([\w.+-]{1,64})@([\w-]{1,64}(?:\.[\w-]{2,24}){1,4})(?![\w@])")
_HANDLE = re.compile(r"(?<![\w@/.])(?:@|t\.me/|https://t\.me/|wa\.me/)([A-Za-z][\w.]{3,31})")
_EXTENSION = re.compile(
    r"^[\s,()]{0,4}(?:доб(?:авочный|\.)?|внутр(?:енний|\.)?|вн\.|ext(?:ension)?\.?|x)\s*\.?:?\s*№?\s*\d{2,5}",
    re.I,
)
_EXTENSION_ALONE = re.compile(
    r"(?<!\w)(?:доб(?:авочный)?\.?|внутр(?:енн\w{2,4}|\.)?(?: номер\w{0,2})?|добавочн\w{2,4}|extension|ext\.?)\s*(?:number )?(?:is |[:—–-])?\s*№?\s*(\d{2,5})(?!\d)",
    re.I,
)
_GENERIC = re.compile(
    r"(?:no-?reply|do-?not-?reply|support|info|help|helpdesk|help-?desk|service|services|servicedesk|service-?desk|sales|office|contact|contacts|care|customercare|customer[.\-_]?(?:care|service|support)|"
    r"abuse|billing|noc|admin|team|feedback|tech|techsupport|tech-?support|hello|hi|mail|security|privacy|complaints?|claims?|press|pr|hr|jobs|legal|postmaster|webmaster|status|accounts?|payments?|"
    r"orders?|shop|store|client|clients|customers?|b2b|corp|business|zakaz|pomosh|podderzhka|otdel|spam|news|newsletter|notifications?|alerts?|incidents?|root|hotline|cc|callcenter|"
    r"pretenz\w*|vopros\w*|uslugi|delivery|returns|refunds?|finance|buh|reception|dispatch\w*|operator|enquiries|inquiries)\d*(?:[.\-_+].*)?",
    re.I,
)
_TOLL_FREE = re.compile(
    r"(?:\+?7|8)?(?:800|804)\d{7}|1?8(?:00|33|44|55|66|77|88)\d{7}|0800\d{6,7}|0808\d{6,7}|0300\d{6,7}|\+?44800\d{6,7}|\+?44808\d{6,7}|(?:0?(?:845|870|345|330|333))\d{7}"
)
_HOTLINE = re.compile(
    r"горяч\w+ лини|ко?лл?[- ]?центр|контакт[- ]?центр|контактн\w+ центр|единый|единой|единому|единого|круглосуточн|общий номер|служб\w+ (?:поддержки|технической|сервиса|заботы|контроля)|"
    r"техническ\w+ поддержк|техподдержк|линии поддержки|линию поддержки|номер поддержки|телефон\w* поддержки|отдел\w* (?:продаж|обслуживания|поддержки|качества|заботы|по работе)|справочн|диспетчерск|приёмн|приемн|бесплатн|поддержк\w+ по|"
    r"hot-?line|help-?line|call[- ]?cent|contact cent|toll-?free|free ?phone|support (?:line|team|desk|number|is)|our support|helpdesk|help desk|service desk|customer (?:service|care|support|services)|"
    r"switchboard|24/7|reception|general (?:line|number|enquiries)|main (?:line|number|office)|front desk|operations cent",
)
_PERSONAL = re.compile(
    r"(?<!\w)(?:мо[йяеюиё]\w{0,2}|моб(?:ильн\w+|\.)?|сот(?:ов\w+|\.)?|мне|меня|лично\w*|личн\w+|прям(?:ой|ого|ому|ая|ую|ым|ые)|напрямую|персональн\w+|его|её|ее|"
    r"my|mine|me|directly?|cell(?:phone)?|mobile|personal(?:ly)?|his|her|ddi|мой|внутренн\w+|добавочн\w+)(?!\w)",
)
# "my direct number", "свой личный номер и почту": what follows in the same sentence belongs to the writer.
_OWN = re.compile(
    r"(?<!\w)(?:мо[йяиюе]\w{0,2}|сво[йюия]\w{0,2}|личн\w+|прям(?:ой|ого|ому|ым|ые)|персональн\w+|my|personal|own|direct)[ \xa0](?:[\w-]+[ \xa0]){0,2}?"
    r"(?:номер|телефон|мобильн|сотов|почт|контакт|адрес|e-?mail|телеграм|ватсап|number|phone|mobile|cell|line|mail|contact|address)\w*"
)
_ASKED_FOR = re.compile(
    r"(?<!\w)(?:укаж\w+|пришл\w+|сообщите|назовите|проверь\w+|оставьте|напишите|введите|смените|enter|send us|give us|provide)[ \xa0](?:[\w-]+[ \xa0]){0,3}(?:сво\w+|ваш\w*|your|own)(?!\w)[^.!?]*$"
)
_NOT_A_PHONE = re.compile(
    r"(?:№|#|(?<!\w)(?:no|num|номер\w* (?:заявк|обращени|тикет|договор|сч[её]т|заказ|лицев|запрос|инцидент|абонент|карт|накладн|кейс|трек|претензи|документ|отправлени|полис)\w*|тикет\w*|заявк\w*|обращени\w*|договор\w*|заказ\w*|"
    r"лицев\w+(?: сч[её]т\w*)?|сч[её]т\w*|л/с|инн|кпп|огрн|бик|р/с|к/с|снилс|инцидент\w*|запрос\w*|кейс\w*|накладн\w+|id|ид|ticket|case|order|invoice|account|ref(?:erence)?|incident|request|tracking|contract|"
    r"inc|chg|req|ticket id|serial|imei|icc(?:id)?|vat|policy|sku|код\w*|code|pin|трек\w*|на сумму|сумм\w+|claim|booking|parcel|meter)(?: (?:number|no|id|номер))?)[\s.:№#«\"'-]{0,4}$",
)
_CUSTOMERS = re.compile(
    r"(?:ваш(?:ему|его|ем|им|их)?(?: (?:контактн|мобильн|основн|городск|рабоч|указанн|корпоративн)\w+)? (?:номер\w*|телефон\w*|лини\w+|адрес\w*|почт\w*|e-?mail|ящик\w*)|номер\w* абонента|абонентск\w+ номер\w*|(?:указанн|контактн)\w+ вами (?:номер|телефон)\w*|"
    r"(?:перезвон\w+|позвон\w+|дозвон\w+|набер\w+|свяж\w+)(?: с)? (?:вам|вас|вами)(?: \w+){0,3}(?: на| по)?(?: номеру?| телефону?)?|вы (?:звонили|обращались|указали|оставили)(?: \w+){0,3}|линия|линии|на (?:вашем )?номере|услуг\w+ (?:на|по) номеру?|подключ\w+ (?:на|к) номеру?|"
    r"your (?:\w+ )?(?:phone|number|line|mobile|landline|e-?mail|address|account)(?: number| address)?|(?:call|ring|phone|reach|email|contact) you(?: \w+){0,2}(?: on| at)?|number you (?:gave|provided)(?: us)?|from (?:the )?number|"
    r"отправлен\w* на|выслан\w* на|направлен\w* на|sent to|registered (?:to|as|e-?mail)|login|логин)[\s:—–-]{0,3}(?:is |на |по )?$",
)
_PHONE_WORD = re.compile(
    r"(?<!\w)(?:тел(?:ефон\w*|\.)?|моб(?:ильн\w*|\.)?|сот(?:ов\w*|\.)?|звон\w+|(?:по|пере|со|до)звон\w+|набер\w+|набирай\w*|номер\w*|whatsapp|ватсап\w*|viber|вайбер\w*|phone|tel|call|ring|mobile|cell|text|dial|direct(?: line)?|ddi|line|number|[tmdтм])[\s.:—–-]*(?:\w+[\s.:—–-]+){0,2}$"
)
_PHONE_STEMS = tuple(
    "тел моб сот звон позвон перезвон созвон дозвон набер набир номер whatsapp ватсап viber вайбер phone tel call ring mobile cell text dial direct ddi line number t m d т м".split()
)
_WORDS = re.compile(r"\w+")
_INITIALS = re.compile(
    r"(?<![\w])(?<![Уу]важаемый )(?<![Уу]важаемая )(?:[А-ЯЁ][а-яё]{2,20} [А-ЯЁ]\. ?[А-ЯЁ]\.|[А-ЯЁ]\. ?[А-ЯЁ]\. [А-ЯЁ][а-яё]{2,20})|(?<!\w)(?<![Dd]ear )(?<![Hh]ello )(?<!Hi )(?<!hi )(?:Mr|Mrs|Ms|Dr)\.? [A-Z][a-z]+"
)
_TWO = re.compile(r"(?<![\w@.])([А-ЯЁA-Z][а-яёa-z]{1,15}(?:-[А-ЯЁA-Z][а-яёa-z]+)?)(?![\w@])")


def find(anatomy: Anatomy, signature: Span | None, *, addresses: bool = True) -> list[Span]:
    """Spans of personal contacts in the writer's own words; `addresses` is False where it is known that there is no address, handle or extension."""
    own = anatomy.own
    found: list[Span] = []
    if len(own) > 40_000:
        own = own[:20_000] + " " * (len(own) - 40_000) + own[-20_000:]
    if addresses and ("@" in own or "t.me/" in own or "wa.me/" in own):
        for match in _MAIL.finditer(own):
            if not _GENERIC.fullmatch(match[1]) and not _CUSTOMERS.search(
                own[max(0, match.start() - 60) : match.start()].lower()
            ):
                if (
                    _looks_personal(match[1])
                    or _PERSONAL.search(own[max(0, match.start() - 40) : match.start()].lower()) is not None
                    or _offered(own, match.start())
                    or _someone_near(own, match.span(), signature)
                    or _is_signers(match[1], own, signature)
                ):
                    found.append(match.span())
        for match in _HANDLE.finditer(own):
            before = own[max(0, match.start() - 80) : match.start()].lower()
            if match[1].lower().endswith(("bot", "support", "help", "_news", "channel")) or _CUSTOMERS.search(
                before
            ):
                continue
            if (
                _PERSONAL.search(before)
                or _is_a_name(match[1])
                or _someone_near(own, match.span(), signature)
            ):
                found.append(match.span())
    for run in _DIGITS.finditer(own):
        for match in _PHONE.finditer(own, max(0, run.start() - 3), min(len(own), run.end() + 3)):
            if match.end() <= run.end() and _remembered(own, match, signature):
                found.append(match.span())
    if addresses:
        for match in _EXTENSION_ALONE.finditer(own):
            if not any(start <= match.start() <= end + 12 for start, end in found) and (
                _someone_near(own, match.span(), signature)
                or _PERSONAL.search(own[max(0, match.start() - 30) : match.start()].lower())
            ):
                found.append(match.span())
    return sorted(found)


_DECIDED: dict[tuple[str, int, int, bool], bool] = {}
_DECIDED_LIMIT = 50_000


def _remembered(own: str, match: re.Match[str], signature: Span | None) -> bool:
    """`_is_personal_phone`, once for all messages in which the same words stand around a number of the same shape."""
    start, end = match.span()
    raw = match[0]
    if (
        raw.isdigit() and len(raw) < 10
    ):  # too short for a number that nothing announces: most are no telephone numbers
        near = own[max(0, start - 40) : start]
        near = near[near.rfind("\n") + 1 :].lower()
        called = any(word.startswith(_PHONE_STEMS) for word in _WORDS.findall(near)[-5:])
        if not (called and _PHONE_WORD.search(near)) and not _EXTENSION.match(own[end : end + 24]):
            return False
    left = max(0, start - 160)
    inside = signature is not None and signature[0] <= start < signature[1]
    if signature is not None and inside:  # in a signature nothing before it counts
        left = max(left, signature[0])
    floor = 0 if inside else -1
    free = _TOLL_FREE.fullmatch(re.sub(r"\D", "", match[0])) is not None
    first = match[0][0] if match[0].isdigit() else ""
    key = (masked(own[left : end + 60]) + first, start - left, floor, free)
    known = _DECIDED.get(key)
    if known is None:
        if len(_DECIDED) >= _DECIDED_LIMIT:
            _DECIDED.clear()
        known = _DECIDED[key] = _is_personal_phone(own, match, signature)
    return known


def _is_personal_phone(own: str, match: re.Match[str], signature: Span | None) -> bool:
    raw = match[0]
    digits = sum(map(str.isdigit, raw))
    if not 5 <= digits <= 15:
        return False
    start, end = match.span()
    inside = signature is not None and signature[0] <= start < signature[1]
    floor = signature[0] if signature is not None and inside else 0
    before = own[max(floor, start - 70) : start].lower()
    lead = before[before.rfind("\n") + 1 :]
    after = own[end : end + 24]
    extension = _EXTENSION.match(after)
    called = _PHONE_WORD.search(lead[-40:]) is not None
    if (
        not called
        and not extension
        and (digits < 10 or (raw.isdigit() and (raw[0] not in "7801" or digits > 12)))
    ):
        return False
    if not called and _DATE_OR_SUM.fullmatch(raw):
        return False
    if _holds(lead[-40:], _NUMBER_HINTS) and _NOT_A_PHONE.search(lead[-40:]):
        return False
    if _holds(lead, _CUSTOMER_HINTS) and (_CUSTOMERS.search(lead) or _ASKED_FOR.search(lead)):
        return False
    if re.match(r"\s*(?:руб|₽|р\.|usd|eur|%|шт|мб|gb|кбит|мбит)", after):
        return False
    if extension:
        return True
    if _TOLL_FREE.fullmatch(re.sub(r"\D", "", raw)):
        return False
    window = before[-60:]
    hotline = (
        max((m.start() for m in _HOTLINE.finditer(window)), default=-1)
        if _holds(window, _HOTLINE_HINTS)
        else -1
    )
    if hotline < 0:
        rest = own[end : end + 30].partition("\n")[0].lower()
        hotline = 0 if _holds(rest, _HOTLINE_HINTS) and _HOTLINE.search(rest) else -1
    personal = max((m.start() for m in _PERSONAL.finditer(window, max(0, len(window) - 45))), default=-1)
    if hotline >= 0:
        return personal > hotline
    return personal >= 0 or _offered(own, start, floor) or _someone_near(own, match.span(), signature)


def _holds(text: str, marks: tuple[str, ...]) -> bool:
    for mark in marks:  # noqa: SIM110 - a generator costs twice as much here
        if mark in text:
            return True
    return False


_DATE_OR_SUM = re.compile(r"\d{1,2}[.-]\d{1,2}[.-]\d{2,4}|\d{4}-\d{2}-\d{2}.*|\d{1,3}(?:[ \xa0]\d{3})+")
# What each of the slower expressions cannot do without, in lower case.
_NUMBER_HINTS = tuple(
    "№ # ном no num тикет заявк обращ договор заказ лицев сч л/с инн кпп огрн бик р/с к/с снилс инцид запрос кейс накладн id ид ticket case order invoice account ref incident request track "
    "contract inc chg req serial imei icc vat policy sku код code pin трек сумм claim booking parcel meter".split()
)
_CUSTOMER_HINTS = tuple(
    "ваш сво own вам вас вы абонент указанн контактн лини номере услуг подключ you from отправлен выслан направлен sent regist login логин".split()
)
_HOTLINE_HINTS = tuple(
    "лини центр един кругл общий служб поддерж отдел справ диспетч при бесплат hot help call cent toll free support desk customer switch 24/7 recept general main front operation".split()
)


def _looks_personal(local: str) -> bool:
    """first.last, f.last, flast@…: the part before the @ names a person."""
    parts = [p for p in re.split(r"[._-]", local.lower()) if p]
    if _is_a_name(local):
        return True
    if any(_GENERIC.fullmatch(p) for p in parts) or any(p in _DEPARTMENTS for p in parts):
        return False
    return len(parts) >= 2 and all(p.isalpha() for p in parts[:2])


def _is_a_name(local: str) -> bool:
    """olga, olga_manager, anna.k: a handle or the part before the @ begins with a first name."""
    first = re.split(r"[\d._-]", local.lower(), maxsplit=1)[0]
    words = lexicons()
    return len(first) > 2 and (first in words.names or first in words.diminutives)


def _offered(own: str, at: int, floor: int = 0, reach: int = 150) -> bool:
    """Whether the sentence up to `at`, begun not before `floor`, offers the writer's own number or address and does not ask for the customer's."""
    lead = own[max(floor, at - reach) : at].lower()
    cut = max((m.end() for m in _SENTENCE_END.finditer(lead)), default=0)
    lead = lead[cut:]
    found = _OWN.search(lead)
    return (
        found is not None
        and not _ASKED_FOR.search(lead)
        and not (_holds(lead, _HOTLINE_HINTS) and _HOTLINE.search(lead, found.end()))
    )


_SENTENCE_END = re.compile(r"[.!?…]\s|\n\s*\n")
_LATIN = str.maketrans(
    {"а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
     "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia"}
)  # fmt: skip


def _plain_latin(word: str) -> str:
    """A name in Latin letters with the differences between ways of transliterating taken out."""
    out = fold(word).translate(_LATIN)
    for many, one in (
        ("shch", "sch"),
        ("kh", "h"),
        ("ts", "c"),
        ("tz", "c"),
        ("x", "ks"),
        ("y", "i"),
        ("j", "i"),
        ("w", "v"),
        ("ii", "i"),
        ("ie", "e"),
        ("io", "e"),
    ):
        out = out.replace(many, one)
    return out


def _is_signers(local: str, own: str, signature: Span | None) -> bool:
    """Whether the part of an address before the @ is, or ends or begins with, a capitalised word of four letters or more in the signature."""
    if signature is None:
        return False
    parts = [_plain_latin(p) for p in re.split(r"[\d._+-]", local.lower()) if len(p) >= 4]
    named = [
        _plain_latin(m[1])
        for m in _TWO.finditer(own[signature[0] : min(signature[1], signature[0] + 200)])
        if len(m[1]) >= 4
    ]
    return any(
        part == name or (len(part) - len(name) in (1, 2) and part.endswith(name))
        for part in parts
        for name in named
    )


_DEPARTMENTS = frozenset(
    "it dept department desk group line center centre web site prod ops operations network crm vip retail msk spb ru en eu us uk company corporate abonent abon lk quality kachestvo".split()
)


def _someone_near(own: str, span: Span, signature: Span | None, reach: int = 160) -> bool:
    """A person's name within `reach` characters before, or 60 after, not across an empty line outside the signature."""
    left = max(0, span[0] - reach)
    words = lexicons()
    before, after = own[left : span[0]], own[span[1] : span[1] + 60]
    if not (signature and signature[0] <= span[0] < signature[1]):
        gap = max(before.rfind("\n\n"), before.rfind("\n \n"))
        before = before[gap + 1 :]
        after = after.partition("\n")[0]
    else:
        before = own[max(left, signature[0]) : span[0]]
        first = re.match(
            r"[^\W\d_]{3,20}", own[signature[0] : signature[0] + 24]
        )  # "с уважением лиза, +7 921 …"
        if first and first[0].islower():
            word = fold(first[0])
            if word in words.names or word in words.diminutives:
                return True
    if _INITIALS.search(before) or _INITIALS.match(after):
        return True
    for part, anywhere in ((before, True), (after, False)):
        for match in _TWO.finditer(part):
            word = fold(match[1])
            lead = part[: match.start()].rstrip().lower()
            if lead.endswith(
                (
                    "уважаемый",
                    "уважаемая",
                    "здравствуйте,",
                    "dear",
                    "hello",
                    "hi",
                    "день,",
                    "здравствуйте",
                    "спасибо,",
                )
            ):
                continue
            if word in words.names or word in words.diminutives or word in inflected() or _case_of_name(word):
                if anywhere or match.start() < 40:
                    return True
    return False


def _case_of_name(word: str) -> bool:
    """Whether a folded word is a full Russian first name in an oblique case."""
    names = lexicons().names
    for ending, base in (
        ("ой", "а"),
        ("ей", "я"),
        ("ой", "я"),
        ("ом", ""),
        ("ем", "й"),
        ("ем", "ь"),
        ("ю", "й"),
        ("ю", "ь"),
        ("у", "а"),
        ("ю", "я"),
        ("у", ""),
        ("е", "а"),
        ("е", "я"),
        ("и", "я"),
        ("ы", "а"),
        ("и", "а"),
        ("а", ""),
        ("я", "й"),
        ("я", "ь"),
        ("ии", "ия"),
        ("ию", "ия"),
        ("ией", "ия"),
        ("ию", "ий"),
        ("ием", "ий"),
        ("ия", "ий"),
    ):
        if word.endswith(ending) and word[: -len(ending)] + base in names and len(word) > 3:
            return True
    return False
