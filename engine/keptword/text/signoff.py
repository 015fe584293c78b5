"""How a message is signed: formal closing by a white list, full name with position or company, over-familiar closings, short names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from keptword.text.anatomy import Anatomy, Line
from keptword.text.forms import fold
from keptword.text.lexicons import Lexicons, inflected, is_endearing, lexicons
from keptword.text.model import Span
from keptword.text.tokens import masked

_HINTS = ("важением", "ожелани", "очтением", "скренне", "агодарност", "ризнательн", "надеждой", "egards", "EGARDS", "ВАЖЕНИЕМ", "incerely", "aithfully",
          "espectfully", "ruly", "ishes", "ordially", "ppreciation", "ratitude", "ith respect", "ith thanks")  # fmt: skip
_WITH = r"(?: и (?:с )?(?:наилучшими |самыми добрыми |добрыми |лучшими )?(?:пожеланиями(?: успех\w+| добра)?|благодарностью|признательностью|почтением|надеждой на [\w ]{4,40}))"
_FORMAL = re.compile(
    r"(?:со? (?:глубок\w+ |искренн\w+ |неизменн\w+ |больш\w+ |безграничн\w+ |огромн\w+ )?(?:уважением|почтением)" + _WITH + r"?"
    r"(?: к вам(?: и ваше\w+ \w+)?(?: и \w+ \w+)?)?"
    r"|с (?:самыми )?(?:наилучшими|добрыми|лучшими|искренними) пожеланиями|наилучшие пожелания|с пожеланиями успех\w+"
    r"|искренне ваш[аи]?(?=\s*[,\n]|\s*$)"
    r"|с (?:искренн\w+ |глубок\w+ |большой )?(?:благодарностью|признательностью)(?: и уважением| за [\w ]{4,40})?"
    r"|с надеждой на (?:дальнейшее |плодотворное |долгосрочное |долгое )*(?:сотрудничество|понимание)"
    r"|(?:(?:many )?thanks (?:and|&) |with )?(?:my |our )?(?:very )?(?:kind(?:est)?|best|warm(?:est)?|good)(?: personal)? regards"
    r"|(?:with )?regards|(?:yours |most )?(?:sincerely|respectfully)(?: yours)?|yours (?:sincerely|faithfully|truly|respectfully)|faithfully yours"
    r"|(?:very |most )?truly yours|(?:with )?(?:our |my )?(?:best|kind|kindest|warm|warmest) wishes|(?:most )?cordially(?: yours)?|respectfully submitted"
    r"|with (?:sincere |our |kind |deep )?(?:appreciation|gratitude|respect|apologies|thanks))"
    r"(?![\w-])",
    re.I,
)
_AND = re.compile(r"\s*(?:и|and|&|\+)\s", re.I)
_SPOILT = re.compile(r"(" + _FORMAL.pattern + r")\s+(?:и|and|&|\+)\s+\w", re.I)     # a formal closing that goes on: "с уважением и обнимашками"
_INFORMAL = re.compile(
    r"(?<![\w-])(?:всем )?(?:добра (?:вам|всем|в чат|и)\b[^\n.!]{0,40}|добра!|всем добра|с теплотой[^\n.!]{0,60}|с любовью[^\n.!]{0,40}|обнимаю\b|обнимаем\b|обнимашки|"
    r"целую\b|чмок\w*|пока-пока|покедова|чао\b|бывайте\b|до связи\b|не скучайте\b|не болейте\b|всех благ\b|всем пис\w*|мира и добра|лучи добра|лучики? \w+|с приветом\b|"
    r"с (?:сердечным|тёплым|теплым|дружеским|горячим|солнечным) (?:приветом|объятиями?)|с обнимашками|с улыбкой|жму руку|крепко жму|ваши друзья|ваш друг|"
    r"твой друг|хорошего настроения и|удачки|пока!|всем пока|не хворайте|берегите себя и|с заботой[^\n.!]{0,40}|ваша? любим\w+[^\n.!]{0,30}|мяу|"
    r"xoxo|hugs\b[^\n.!]{0,30}|(?:warm |big |virtual )hugs|lots of love|much love|love(?=,\s*\n)|with love|cheers\b|ciao\b|toodles|ta-ta|peace(?: out|,|!)|rock on|"
    r"stay (?:awesome|cool|classy|groovy|chill|golden|cosy|cozy|fabulous)|later(?=[,!]?\s*\n)|laters|catch (?:you|ya) later|see ya|take care(?=\s*[,!.\n])|ttyl|bye(?:-bye| bye|[!,])|"
    r"smooches|warmly(?=\s*[,\n])|with (?:warmth|sunshine|a smile)[^\n.!]{0,40}|sending (?:hugs|love|good vibes|positive)[^\n.!]{0,40}|high five\w*|"
    r"your (?:friend|friends|pal|buddy|mate)\b[^\n.!]{0,30}|good vibes|over and out|yours,? with|big love|sparkles|keep (?:smiling|rocking|calm)[^\n.!]{0,20}|happy trails|"
    r"have a (?:great|good|awesome|fab|super) one|thx\b|k?thxbye)",
    re.I,
)
_CAP = r"(?:[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?|[А-ЯЁ]{4,20}(?:-[А-ЯЁ]{3,})?|(?:[OD]['’]|Mc|Mac|Al-)?[A-ZÀ-Ý][a-zà-ÿ]+(?:[-'’][A-Z][a-zà-ÿ]+)?|[A-Z]{4,20})"
_INITIAL = r"[A-ZА-ЯЁ]\."
_PARTICLE = r"(?:de|van|von|der|den|di|da|la|el|al|bin|ibn|del|ter|ben|оглы|де|фон|ван)"
_SEQUENCE = re.compile(rf"(?<![\w@./-]){_CAP}(?:[ \t\xa0]+(?:{_INITIAL}[ \t\xa0]*)?(?:{_PARTICLE}[ \t\xa0]+){{0,2}}{_CAP}){{1,7}}(?![\w@-])")
_ONE = re.compile(rf"{_CAP}")
_WORD = re.compile(r"[^\W\d_]+(?:[-.'’][^\W\d_]+)*\.?")
_PATRONYMIC = re.compile(r"(?:вич|вна|ична|инична|ьич)$")
_SURNAME = re.compile(r"(?:[оеё]в|[оеё]ва|[иы]н|[иы]на|ский|ская|цкий|цкая|ской|цкой|ко|ук|юк|чук|ян|янц|дзе|швили|ых|их|ец|ич|ак|як|ик|ой|ая|ый|ий|ин|ер|ман|берг|штейн|иди|ава|уа|аев|аева)$")
_NOT_NAMES = frozenset(
    fold(w)
    for w in """ваш ваша ваши твой твоя наш наша хорошего доброго доброй удачного приятного отличного прекрасного всего спасибо благодарим дня вечера уважением уважаемый
    уважаемая добрый день вечер утро доброе здравствуйте привет москва санкт-петербург петербург новосибирск екатеринбург казань самара россия российская федерация тел телефон моб
    мобильный почта сайт email e-mail адрес отправлено iphone android регардс с и от до по на из для мы вы я не в за к о у kind best warm regards sincerely yours faithfully truly
    respectfully wishes thank thanks you have a great good nice day weekend evening dear hello hi sent from my the your our we if please best, london york new boston paris berlin dublin
    tel phone mobile cell email web website fax address p.s ps monday tuesday wednesday thursday friday saturday sunday all with in on at for and of to us uk usa january february march april
    june july august september october november december понедельник вторник среда четверг пятница суббота воскресенье января февраля марта апреля мая июня июля августа сентября октября
    ноября декабря обращение заявка заявки номер тикет письмо интернет личный кабинет режим работы горячая линия контакт телеграм telegram whatsapp viber skype linkedin get outlook
    искренне всегда вам вашем вас будьте берегите команда пожалуйста если direct line hotline toll free office next update status incident ticket case reference""".split()
)
_CITY = frozenset(fold(w) for w in "москва питер спб петербург санкт-петербург новосибирск екатеринбург казань самара омск челябинск уфа пермь краснодар воронеж минск киев london paris berlin dublin york boston chicago seattle toronto sydney manchester".split())
_CONTACT_SEGMENT = re.compile(r"@|\d{3}|https?:|www\.|(?:^|\s)(?:тел|моб|сот|факс|e-?mail|почта|сайт|адрес|phone|tel|mobile|cell|fax|web|г|ул|пр|доб|ext)[.:\s]", re.I)
_COMPANY_FORM = re.compile(r"(?<![\w-])(?:ООО|ОАО|ПАО|ЗАО|АО|ИП|НКО|ГК|LLC|Ltd|Inc|GmbH|Corp|PLC|plc|S\.A\.|Co\.|AG|Limited|Group|Company)(?![\w-])|«[^«»\n]{2,60}»")
_ADDRESSED = re.compile(r"(?:спасибо|благодар\w+|здравствуй\w*|привет\w*|добр\w+ \w+|уважаем\w+|дорог\w+|thank\w*|hi|hello|dear|hey|cheers|sorry|извини\w*|прости\w*|поняла?|хорошо|ок|good \w+)[,!]?\s*$", re.I)
_ROLE_BEFORE = r"(?:инженер|мастер|менеджер|специалист|техник|монтажник|коллег|оператор|консультант|руководител|куратор|админ|программист|ассистент|помощник|сотрудни)[а-яё]*(?:[ \xa0]поддержки)?"
_INTRODUCED_RU = re.compile(
    r"(?:(?<!\w)(?:это|меня зовут|зовут|с вами(?: был[аи]?| на связи| сегодня)?|на связи|спросите|спрашивайте|спросить|звоните|позвоните|набирайте|наберите|пишите|напишите|обращайтесь к|обратитесь к|"
    r"обращаться к|пишите мне|ваш|ваша|вашему|вашей|твой|твоя|наш|наша|нашего|нашему|нашей|нашу|я|приедет|подъедет|поможет|свяжется|позвонит|перезвонит|займ[её]тся|ответит|" + _ROLE_BEFORE + r"))"
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
_NOT_AFTER_YOUR = frozenset("bill sue cat dot art ant rich bert kit sandy al em dom pip mel val rob nick dick pat rosie tab tori bella ted meg don".split())


@dataclass(frozen=True, slots=True)
class Clues:
    """Which words a message holds at all, told by its symbols: a part of the reading that cannot find anything is not begun."""

    closing: bool = True       # a word of a formal closing
    informal: bool = True      # a word of a known over-familiar closing
    short: bool = True         # a short form of a name
    name: bool = True          # a first name


@dataclass(frozen=True, slots=True)
class SignOff:
    """Ranges of what was found; `closing` and `signature` are the zones."""

    formal: tuple[Span, ...] = ()
    full_name: tuple[Span, ...] = ()
    informal: tuple[Span, ...] = ()
    diminutive: tuple[Span, ...] = ()
    closing: Span | None = None
    signature: Span | None = None


NOTHING = SignOff()
_ALL = Clues()


def read(anatomy: Anatomy, staff: frozenset[str] = frozenset(), clues: Clues = _ALL) -> SignOff:
    """Read the sign-off of a message.

    Args:
        anatomy: the message taken apart.
        staff: names as people are registered with the provider; none of these counts as a short form.
        clues: what need not be looked for.
    """
    own = anatomy.own
    if not (clues.closing or clues.name or clues.short or clues.informal) and "\n" not in own:
        return NOTHING
    lines = _tail(own, 16)
    if not lines:
        return NOTHING
    formal = _formal(lines) if clues.closing else None
    signed = formal is not None or clues.name or clues.short or (len(lines) > 1 and len(lines[-1].text) < 60)
    if not signed and not clues.informal:
        return NOTHING
    words = lexicons()
    known = frozenset(fold(part) for name in staff for part in name.split())
    zone = _zone(lines, own, formal[1] if formal else None)
    names, where = _signer(zone, own, words, known, formal is not None) if signed else ([], None)
    short = _diminutives(anatomy, zone, words, known, formal is not None) if clues.short else []
    informal = _informal(lines, formal, names, words, clues)
    last = lines[-1].end
    closing = formal or (informal[0] if informal else None)
    begin = closing[1] if closing else (where[0] if where else (zone[0].start if zone and short else None))
    signature = _trim(own, begin, last) if begin is not None and begin < last else None
    return SignOff((formal,) if formal else (), tuple(names), tuple(informal), tuple(short), closing, signature)


def _tail(own: str, count: int) -> list[Line]:
    """The last `count` lines that are not empty, without going through the whole message."""
    found: list[Line] = []
    end = len(own)
    while end > 0 and len(found) < count:
        start = own.rfind("\n", 0, end) + 1
        raw = own[start:end]
        text = raw.strip()
        if text:
            left = start + len(raw) - len(raw.lstrip())
            found.append(Line(left, left + len(text), text))
        end = start - 1
    return found[::-1]


def _trim(own: str, start: int, end: int) -> Span | None:
    text = own[start:end]
    left = len(text) - len(text.lstrip(" \t\r\n,.!;:—–-"))
    return (start + left, end) if left < len(text) else None


def _formal(lines: list[Line]) -> Span | None:
    """The last formal closing that stands where a closing can stand."""
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number]
        text = line.text
        for hint in _HINTS:
            if hint in text:
                break
        else:
            continue
        part = line.text if len(line.text) < 700 else line.text[-700:]
        base = line.end - len(part)
        for match in reversed(list(_FORMAL.finditer(part))):
            if _closes(part, match.start(), match.end()) and not _goes_on(lines, number, part[match.end() :]):
                return base + match.start(), base + match.end()
    return None


def _closes(line: str, start: int, end: int) -> bool:
    before, after = line[:start].rstrip(), line[end:]
    opens = not before or before[-1] in '.!?…—–:;)»"*_' or line[start].isupper()
    if opens and before.endswith((",", "-")) and not line[start].isupper():
        opens = False
    if _AND.match(after):
        return False
    rest = after.lstrip(" \t*_")
    shut = not rest or rest[0] in ",.!;:—–-|/(«" or (rest[0].isupper() and after[:1].isspace())
    return opens and shut


def _goes_on(lines: list[Line], number: int, rest: str) -> bool:
    """Whether prose follows, so that the phrase stood in the middle of the text and not at its end."""
    prose = [line for line in lines[number + 1 :] if len(line.text) > 110 and not re.match(r"(?:P\.?\s?S|З\.?Ы|--)", line.text)]
    return len(prose) >= 2 or len(rest) > 260


def _zone(lines: list[Line], own: str, start: int | None) -> list[Line]:
    """The lines in which the signer can stand: what follows a formal closing, else the short lines at the end."""
    if start is not None:
        return _after(own, start)
    out: list[Line] = []
    for line in reversed(lines[-6:]):
        if len(line.text) > 90:
            cut = max(line.text.rfind(mark) for mark in (". ", "! ", "? ", " — ", " – "))
            if not out and cut > 0 and len(line.text) - cut < 90:
                left = cut + 2
                out.append(Line(line.start + left, line.end, line.text[left:]))
            break
        out.append(line)
    return out[::-1]


def _after(own: str, start: int) -> list[Line]:
    """The nine lines after a closing, the rest of its own line first."""
    found: list[Line] = []
    at = start
    while at < len(own) and len(found) < 9:
        end = own.find("\n", at)
        end = len(own) if end < 0 else end
        raw = own[at:end]
        text = raw.strip(" \t\r,.!;:—–-*_|")
        if text:
            left = at + raw.index(text)
            found.append(Line(left, left + len(text), text))
        at = end + 1
    return found



def _segments(line: Line) -> Iterator[Span]:
    for match in re.finditer(r"(?:[^,|;/•·\t()—–\n-]|(?<=\S)-(?=\S))+", line.text):
        if match[0].strip():
            yield line.start + match.start(), line.start + match.end()


def _full_names(zone: list[Line], words: Lexicons, staff: frozenset[str], *, after_closing: bool) -> tuple[list[Span], Span | None]:
    """Spans of a full name with its position or company, and the span of the name."""
    for number, line in enumerate(zone):
        for match in _SEQUENCE.finditer(line.text):
            name = _name_in(line, match, words, staff)
            if name is None:
                continue
            if not after_closing and not _own_line(line, name):
                continue
            near = zone[max(0, number - (1 if not after_closing else 9)) : number + (4 if not after_closing else 9)]
            if len(match[0].split()) == 2 and not _evident(match[0], words, staff) and not (after_closing and number == 0):
                continue
            place = _position(near, name, words)
            if place is not None:
                start, end = min(name[0], place[0]), max(name[1], place[1])
                return [(start, end)] if end - start <= 160 else [name], name
    return [], None


_SIGNERS: dict[tuple[str, bool], tuple[tuple[Span, ...], Span | None]] = {}
_SIGNERS_LIMIT = 50_000


def _signer(zone: list[Line], own: str, words: Lexicons, staff: frozenset[str], after_closing: bool) -> tuple[list[Span], Span | None]:
    """`_full_names`, once for all messages that end alike but for the digits; not remembered where a staff list has a say."""
    if not zone or staff:
        return _full_names(zone, words, staff, after_closing=after_closing)
    base, end = zone[0].start, zone[-1].end
    key = (masked(own[base:end]), after_closing)
    known = _SIGNERS.get(key)
    if known is None:
        names, where = _full_names(zone, words, staff, after_closing=after_closing)
        if len(_SIGNERS) >= _SIGNERS_LIMIT:
            _SIGNERS.clear()
        known = _SIGNERS[key] = (tuple((s - base, e - base) for s, e in names), (where[0] - base, where[1] - base) if where else None)
    spans, found = known
    return [(s + base, e + base) for s, e in spans], (found[0] + base, found[1] + base) if found else None


def _evident(text: str, words: Lexicons, staff: frozenset[str]) -> bool:
    parts = [fold(p) for p in _ONE.findall(text)]
    return any(p in words.names or p in staff for part in parts for p in part.split("-"))


def _own_line(line: Line, name: Span) -> bool:
    """Whether a name stands as a signature does: it, or its position, opens the line or follows a dash."""
    before = line.text[: name[0] - line.start].rstrip(" ,—–-:|*_")
    if not before:
        return True
    if re.match(r"(?:ваш|ваша|your)\s", before, re.I) and _CONTACT_SEGMENT.search(line.text[name[1] - line.start :]):
        return False
    if re.search(r"[.!?](?:\s|$)", before[-2:] + " ") and len(line.text) < 160:
        return True
    tokens = _WORD.findall(before)
    return len(tokens) <= 5 and any(lexicons().is_role(fold(t)) for t in tokens) and not re.search(r"[.!?]$", line.text[-1:] if len(tokens) > 3 else "")


def _name_in(line: Line, match: re.Match[str], words: Lexicons, staff: frozenset[str]) -> Span | None:
    """The longest run of two to four words in a sequence of capitalised words that can be a person's full name."""
    tokens = [(m.start(), m.end(), fold(m[0])) for m in _ONE.finditer(match[0])]
    best: list[tuple[int, int, str]] = []
    run: list[tuple[int, int, str]] = []
    for token in [*tokens, (0, 0, "")]:
        word = token[2]
        if not word or words.is_role(word) or word in words.brands or word in _NOT_NAMES or (words.is_brand(word) and word not in words.names):
            if len(run) > len(best):
                best = run
            run = []
        else:
            run.append(token)
    if not 2 <= len(best) <= 4:
        return None
    parts = [word for _, _, word in best]
    flat = [p for part in parts for p in part.split("-")]
    full = any(p in words.names or p in staff for p in flat)
    if any(p in words.diminutives and p not in staff for p in parts) and not full:
        return None
    if not full and not any(_SURNAME.search(p) or _PATRONYMIC.search(p) for p in parts) and not parts[0].isascii():
        return None
    if len(parts) == 2 and _PATRONYMIC.search(parts[1]) and parts[0] in words.names:
        return None
    return line.start + match.start() + best[0][0], line.start + match.start() + best[-1][1]


def _position(zone: list[Line], name: Span, words: Lexicons) -> Span | None:
    """The nearest position, department or company in the lines around a name."""
    best: Span | None = None
    for line in zone:
        for start, end in _segments(line):
            text = line.text[start - line.start : end - line.start]
            if start < name[1] and end > name[0]:
                before, after = line.text[start - line.start : name[0] - line.start], line.text[name[1] - line.start : end - line.start]
                pieces = [(start, before), (name[1], after)]
            else:
                pieces = [(start, text)]
            for at, piece in pieces:
                if piece.strip() and _is_position(piece, words, whole=len(pieces) == 1):
                    left = at + len(piece) - len(piece.lstrip())
                    found = (left, left + len(piece.strip()))
                    if best is None or abs(found[0] - name[0]) < abs(best[0] - name[0]):
                        best = found
        company = _COMPANY_FORM.search(line.text)
        if company and best is None:
            best = (line.start + company.start(), line.start + company.end())
    return best


def _is_position(piece: str, words: Lexicons, *, whole: bool) -> bool:
    tokens = _WORD.findall(piece)
    if not tokens or len(tokens) > 12:
        return False
    folded = [fold(t) for t in tokens]
    if _CONTACT_SEGMENT.search(piece) and not _COMPANY_FORM.search(piece):
        return False
    if folded[0] in {"ваш", "ваша", "спасибо", "thanks", "thank", "с", "если", "if", "please", "благодарим", "мы", "we", "за"}:
        folded = folded[1:] if folded[0] in {"ваш", "ваша", "с"} else []
    if any(words.is_role(f) for f in folded) and not re.search(r"[!?]\s*$", piece):
        return True
    if any(words.is_brand(f) for t, f in zip(tokens, [fold(t) for t in tokens], strict=True) if t[0].isupper() or f in words.brands):
        return True
    if not whole or len(tokens) > 4 or re.search(r"\d", piece) or re.search(r"[.!?…:]\s*$", piece):
        return False
    if any(f in _CITY or f in _NOT_NAMES or f in words.names or f in words.diminutives for f in folded):
        return False
    return bool(folded) and all(t[0].isupper() for t in tokens)


def _diminutives(anatomy: Anatomy, zone: list[Line], words: Lexicons, staff: frozenset[str], formal: bool) -> list[Span]:
    """Short names of those who sign or who are named as the person to turn to."""
    found: set[Span] = set()

    def short(word: str) -> bool:
        folded = fold(word)
        return folded not in staff and (folded in words.diminutives or is_endearing(folded))

    for number, line in enumerate(zone):
        if formal and number > 5:
            break
        for match in _ONE.finditer(line.text):
            if not short(match[0]) or (match.start() and (line.text[match.start() - 1].isalnum() or line.text[match.start() - 1] in "@«-")):
                continue
            if match.end() < len(line.text) and (line.text[match.end()].isalnum() or line.text[match.end()] in "@-»"):
                continue
            before, after = line.text[: match.start()], line.text[match.end() :]
            if _ADDRESSED.search(before) or (anatomy.greeting and anatomy.greeting[0] <= line.start + match.start() < anatomy.greeting[1]):
                continue
            if formal or _signs(before, after, words, number == len(zone) - 1):
                found.add((line.start + match.start(), line.start + match.end()))
    own = anatomy.own
    for match in _PRESENTS.finditer(own) if _may_introduce(own) else ():
        if short(match["name"]):
            found.add(match.span("name"))
    pattern, forms = (_INTRODUCED_EN, words.diminutives) if anatomy.lang == "en" else (_INTRODUCED_RU, inflected())
    for match in pattern.finditer(own) if _may_introduce(own) else ():
        word = fold(match["name"])
        if not match["name"][0].isupper() or word in staff or word not in forms:
            continue
        if anatomy.lang == "en" and word in _NOT_AFTER_YOUR and fold(match[0].split()[0]) in {"your", "our", "with", "text", "drop", "call", "email"}:
            continue
        found.add(match.span("name"))
    return sorted(found)


def _may_introduce(own: str) -> bool:
    return len(own) < 20_000


def _signs(before: str, after: str, words: Lexicons, last: bool) -> bool:
    """Whether a word on a line near the end stands as a signature does."""
    lead = before.strip(" ,—–-*_")
    rest = after.strip(" .,!:)(*_")
    follows = [fold(t) for t in _WORD.findall(rest)]
    tail = not follows or words.is_role(follows[0]) or (len(follows) <= 5 and (rest[:1].isupper() or any(words.is_role(f) for f in follows) or follows[0] in {"из", "from", "с", "со"}))
    if not lead:
        return bool(tail) and not after.lstrip().startswith(("!", "?")) and (last or not after.startswith(",") or (bool(rest) and any(words.is_role(f) for f in follows)))
    if re.search(r"(?:^|\W)(?:ваш|ваша|твой|твоя|your|yours|xoxo|это|by|from)$", lead, re.I):
        return True
    if last and re.match(r"(?:всегда )?(?:ваш|ваша|твой|твоя|your)\s", lead, re.I) and len(lead.split()) <= 5 and not rest:
        return True
    return bool(tail) and bool(re.search(r"(?:[,—–.!]|\s-)\s*$", before)) and (last or len(lead) < 60) and not re.search(r"\?\s*$", after)


_YOURS_HINTS = ("ваш", "Ваш", "ВАШ", "тво", "Тво", "your", "Your", "YOUR")
_YOURS = re.compile(r"(?<!\w)(?:ваш|ваша|твой|твоя|всегда ваш|всегда ваша|your|yours,?)[ \xa0]+(?:[\w-]{2,30}[ \xa0]+){0,4}?(?P<name>(?-i:[А-ЯЁA-Z][а-яёa-z]+))[^\n]{0,30}\s*$", re.I)


def _informal(lines: list[Line], formal: Span | None, names: list[Span], words: Lexicons, clues: Clues) -> list[Span]:
    """Over-familiar closings: those that are known, "ваш Рома", and a short last line above a bare name that is not on the white list."""
    found: list[Span] = []
    for line in lines[-4:] if clues.closing else ():
        if " и " not in line.text and " and " not in line.text and "&" not in line.text and "+" not in line.text:
            continue
        spoilt = _SPOILT.match(line.text)
        if spoilt and not _closes(line.text, spoilt.start(1), spoilt.end(1)) and len(line.text.split()) <= 9:
            found.append((line.start, line.start + len(line.text.rstrip(" ,.!"))))
    for line in lines[-4:] if clues.informal or clues.short or clues.name else ():
        part = line.text[-240:]
        base = line.end - len(part)
        for match in _INFORMAL.finditer(part) if clues.informal else ():
            before = part[: match.start()].rstrip()
            if (not before or before[-1] in ".!?…,—–-)") and (formal is None or base + match.start() >= formal[0] or base + match.end() <= formal[0]):
                found.append((base + match.start(), base + match.end()))
        yours = _YOURS.search(part) if (clues.short or clues.name) and any(mark in part for mark in _YOURS_HINTS) else None
        if yours and yours["name"][0].isupper():
            word = fold(yours["name"])
            close = yours.start("name") - yours.start() < 12
            if word in words.diminutives or (close and word in words.both) or (close and word in words.names and formal is None and not names):
                found.append((base + yours.start(), base + yours.end("name")))
    if formal is None and not found and len(lines) >= 2 and not names:
        above, last = lines[-2], lines[-1]
        bare = [fold(t) for t in _WORD.findall(last.text)]
        signer = 1 <= len(bare) <= 3 and last.text[0].isupper() and any(b in words.names or b in words.diminutives for b in bare)
        count = len(above.text.split())
        if signer and count <= 7 and above.text[-1] in ",!" and above.start > lines[0].start and not re.match(r"(?:thank|спасибо|благодар)", above.text, re.I):
            found.append((above.start, above.start + len(above.text.rstrip(" ,!"))))
    return sorted(set(found))
