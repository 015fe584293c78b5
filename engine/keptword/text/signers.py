"""Who signs a message: a full name with a position or a company near it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from keptword.text.anatomy import Line
from keptword.text.forms import fold
from keptword.text.lexicons import Lexicons, lexicons
from keptword.text.model import Span
from keptword.text.tokens import masked

_CAP = r"(?:[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?|[А-ЯЁ]{4,20}(?:-[А-ЯЁ]{3,})?|(?:[OD]['’]|Mc|Mac|Al-)?[A-ZÀ-ÖØ-ÝĀĆČĎĐĒĘĚĞĢĪĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŹŻŽȘȚ][a-zà-öø-ÿā-žșț]+(?:[-'’][A-Za-z][a-zà-öø-ÿā-žșț]+)?|[A-Z]{4,20})"
_INITIAL = r"[A-ZА-ЯЁ]\."
_PARTICLE = r"(?:de|van|von|der|den|di|da|la|el|al|bin|ibn|del|ter|ben|оглы|де|фон|ван)"
_SEQUENCE = re.compile(
    rf"(?<![\w@./-]){_CAP}(?:[ \t\xa0]+(?:{_INITIAL}[ \t\xa0]*)?(?:{_PARTICLE}[ \t\xa0]+){{0,2}}{_CAP}){{1,7}}(?![\w@-])"
)
NAME = re.compile(rf"{_CAP}")
WORD = re.compile(r"[^\W\d_]+(?:[-.'’][^\W\d_]+)*\.?")
_PATRONYMIC = re.compile(r"(?:вич|вна|ична|инична|ьич)$")
_SURNAME = re.compile(
    r"(?:[оеё]в|[оеё]ва|[иы]н|[иы]на|ский|ская|цкий|цкая|ской|цкой|ко|ук|юк|чук|ян|янц|дзе|швили|ых|их|ец|ич|ак|як|ик|ой|ая|ый|ий|ин|ер|ман|берг|штейн|иди|ава|уа|аев|аева)$"
)
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
_CITY = frozenset(
    fold(w)
    for w in "москва питер спб петербург санкт-петербург новосибирск екатеринбург казань самара омск челябинск уфа пермь краснодар воронеж минск киев london paris berlin dublin york boston chicago seattle toronto sydney manchester".split()
)
_CONTACT_SEGMENT = re.compile(
    r"@|\d{3}|https?:|www\.|(?:^|\s)(?:тел|моб|сот|факс|e-?mail|почта|сайт|адрес|phone|tel|mobile|cell|fax|web|г|ул|пр|доб|ext)[.:\s]",
    re.I,
)
_COMPANY_FORM = re.compile(
    r"(?<![\w-])(?:ООО|ОАО|ПАО|ЗАО|АО|ИП|НКО|ГК|LLC|Ltd|Inc|GmbH|Corp|PLC|plc|S\.A\.|Co\.|AG|Limited|Group|Company)(?![\w-])|«[^«»\n]{2,60}»"
)


def _segments(line: Line) -> Iterator[Span]:
    for match in re.finditer(r"(?:[^,|;/•·\t()—–\n-]|(?<=\S)-(?=\S))+", line.text):
        if match[0].strip():
            yield line.start + match.start(), line.start + match.end()


def _full_names(
    zone: list[Line], words: Lexicons, staff: frozenset[str], *, after_closing: bool
) -> tuple[list[Span], Span | None]:
    """Spans of a full name with its position or company, and the span of the name."""
    for number, line in enumerate(zone):
        if after_closing and number == 0 and line.text[:1].islower():
            line = _capitalised(line, words)
        for match in _SEQUENCE.finditer(line.text):
            name = _name_in(line, match, words, staff)
            if name is None:
                continue
            if not after_closing and not _own_line(line, name):
                continue
            near = zone[
                max(0, number - (1 if not after_closing else 9)) : number + (4 if not after_closing else 9)
            ]
            if (
                len(match[0].split()) == 2
                and not _evident(match[0], words, staff)
                and not (after_closing and number == 0)
            ):
                continue
            place = _position(near, name, words)
            if place is not None:
                start, end = min(name[0], place[0]), max(name[1], place[1])
                return [(start, end)] if end - start <= 160 else [name], name
    return [], None


def _capitalised(line: Line, words: Lexicons) -> Line:
    """A signer in small letters with capitals: "ольга романова, отдел качества"; other lines as they are."""
    head, comma, rest = line.text.partition(",")
    parts = head.split(" ")
    if (
        2 <= len(parts) <= 3
        and any(fold(p) in words.names for p in parts)
        and not any(words.is_role(fold(p)) for p in parts)
    ):
        return Line(line.start, line.end, " ".join(p[:1].upper() + p[1:] for p in parts) + comma + rest)
    return line


_SIGNERS: dict[tuple[str, bool], tuple[tuple[Span, ...], Span | None]] = {}
_SIGNERS_LIMIT = 50_000


def signer(
    zone: list[Line], own: str, words: Lexicons, staff: frozenset[str], after_closing: bool
) -> tuple[list[Span], Span | None]:
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
        known = _SIGNERS[key] = (
            tuple((s - base, e - base) for s, e in names),
            (where[0] - base, where[1] - base) if where else None,
        )
    spans, found = known
    return [(s + base, e + base) for s, e in spans], (found[0] + base, found[1] + base) if found else None


def _evident(text: str, words: Lexicons, staff: frozenset[str]) -> bool:
    parts = [fold(p) for p in NAME.findall(text)]
    return any(p in words.names or p in staff for part in parts for p in part.split("-"))


def _own_line(line: Line, name: Span) -> bool:
    """Whether a name stands as a signature does: it, or its position, opens the line or follows a dash."""
    before = line.text[: name[0] - line.start].rstrip(" ,—–-:|*_")
    if not before:
        return True
    if re.match(r"(?:ваш|ваша|your)\s", before, re.I) and _CONTACT_SEGMENT.search(
        line.text[name[1] - line.start :]
    ):
        return False
    if re.search(r"[.!?](?:\s|$)", before[-2:] + " ") and len(line.text) < 160:
        return True
    tokens = WORD.findall(before)
    return (
        len(tokens) <= 5
        and any(lexicons().is_role(fold(t)) for t in tokens)
        and not re.search(r"[.!?]$", line.text[-1:] if len(tokens) > 3 else "")
    )


def _name_in(line: Line, match: re.Match[str], words: Lexicons, staff: frozenset[str]) -> Span | None:
    """The longest run of two to four words in a sequence of capitalised words that can be a person's full name."""
    tokens = [(m.start(), m.end(), fold(m[0])) for m in NAME.finditer(match[0])]
    best: list[tuple[int, int, str]] = []
    run: list[tuple[int, int, str]] = []
    for token in [*tokens, (0, 0, "")]:
        word = token[2]
        if (
            not word
            or words.is_role(word)
            or word in words.brands
            or word in _NOT_NAMES
            or (words.is_brand(word) and word not in words.names)
        ):
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
    if (
        not full
        and not any(_SURNAME.search(p) or _PATRONYMIC.search(p) for p in parts)
        and not parts[0].isascii()
    ):
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
                before, after = (
                    line.text[start - line.start : name[0] - line.start],
                    line.text[name[1] - line.start : end - line.start],
                )
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
    tokens = WORD.findall(piece)
    if not tokens or len(tokens) > 12:
        return False
    folded = [fold(t) for t in tokens]
    if _CONTACT_SEGMENT.search(piece) and not _COMPANY_FORM.search(piece):
        return False
    if folded[0] in {
        "ваш",
        "ваша",
        "спасибо",
        "thanks",
        "thank",
        "с",
        "если",
        "if",
        "please",
        "благодарим",
        "мы",
        "we",
        "за",
    }:
        folded = folded[1:] if folded[0] in {"ваш", "ваша", "с"} else []
    if any(words.is_role(f) for f in folded) and not re.search(r"[!?]\s*$", piece):
        return True
    if any(
        words.is_brand(f)
        for t, f in zip(tokens, [fold(t) for t in tokens], strict=True)
        if t[0].isupper() or f in words.brands
    ):
        return True
    if not whole or len(tokens) > 4 or re.search(r"\d", piece) or re.search(r"[.!?…:]\s*$", piece):
        return False
    if any(f in _CITY or f in _NOT_NAMES or f in words.names or f in words.diminutives for f in folded):
        return False
    return bool(folded) and all(t[0].isupper() for t in tokens)
