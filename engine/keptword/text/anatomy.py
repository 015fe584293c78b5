"""The parts of a message: what the writer says themselves, the quoted thread, disclaimers, greeting, closing, signature."""

from __future__ import annotations

import re
from dataclasses import dataclass

from keptword.text.model import Lang, Span

MAX_TEXT = (
    200_000  # longer messages are read at both ends: a sign-off stands at the end, a greeting at the start
)
_MAX_LINE = 400  # of a line's characters, those that can make it a header of a thread

_SUSPECTS = (
    ">", "От:", "From:", "Кому:", "wrote", "пишет", "писал", "Original", "сходно", "ересыла", "ересла", "____", "Вы пи", "Forwarded",
    "Отправлено", "Цитата", "itat", "цитир", "Клиент:", "Customer:", "wrote", "Ваше сообщ", "Ваш вопрос", "Вопрос:", "Your message",
    "история переписки", "История переписки", "Предыдущ", "revious", "ваше обращение:", "Текст обращения", "Ваше обращение",
    "Тема:", "Subject:", "Обращение клиента", "Абонент:", "You said", "enquiry:", "request:", "message:",
)  # fmt: skip
# One word of each suspect, and of each notice below: where no chunk of a message holds any, there is nothing to cut out.
HEADER_WORDS = (
    ">", "От:", "From:", "Кому:", "wrote", "пишет", "писал", "Original", "сходно", "ересыла", "ересла", "____", "пи", "Forwarded",
    "Отправлено", "Цитата", "itat", "цитир", "Клиент:", "Customer:", "сообщ", "вопрос", "Вопрос:", "message", "ереписк", "Предыдущ", "revious",
    "обращени", "Тема:", "Subject:", "Обращение", "Абонент:", "said", "enquiry:", "request:",
)  # fmt: skip
_HEADER_KEYS = (
    r"(?:от|кому|копия|тема|дата|отправлено|отправитель|получатель|from|to|cc|bcc|subject|date|sent|reply-to)"
)
_HEADER_LINE = re.compile(r"[>\s*]*\**" + _HEADER_KEYS + r"\**\s*:", re.I)
_SEPARATOR = re.compile(
    r"\s*(?:[-_=*]{2,}\s*(?:original message|forwarded message|исходное сообщение|пересылаемое сообщение|пересланное сообщение|"
    r"конец пересылаемого|начало переадресованного|предыдущее сообщение|сообщение клиента|история переписки|ваше сообщение|"
    r"previous message|customer message)\b.{0,80}|begin forwarded message:?|начало переадресованного сообщения:?|"
    r"(?:история переписки|предыдущ\w+ (?:сообщени\w+|переписк\w+)|previous (?:messages?|correspondence|conversation)|conversation history)\s*:?)\s*",
    re.I,
)
_WROTE = re.compile(
    r"(?:.{0,200}\b(?:пишет|написала?|написал\(а\)|писала?|писал\(а\)|wrote|writes)\s*:\s*(?P<rest>.{0,300})"
    r"|\W*(?:on\s.{5,160}\swrote)\s*:?"
    r"|.{0,60}\d{1,2}[.:/]\d{2}.{0,120}<[^<>\s]{1,80}@[^<>\s]{1,80}>\s*:?"
    r"|\W*(?:вы (?:писали|пишете|написали|указали|сообщили)|ваш[ае]? (?:сообщение|вопрос|обращение|запрос)|текст (?:вашего )?(?:обращения|запроса|сообщения)|"
    r"обращение клиента|сообщение клиента|вопрос клиента|клиент|абонент|цитата|customer|client|you wrote|you said|your (?:message|question|request|enquiry)|"
    r"customer (?:wrote|message|request|enquiry)|original (?:message|request)|вопрос|quote)\s*:\s*(?P<tail>.{0,300}))\s*$",
    re.I,
)
_STARTS_ON = re.compile(r"\W*(?:on|в|пн|вт|ср|чт|пт|сб|вс|\d{1,2}[./ ]).{5,}", re.I)
_DISCLAIMER = re.compile(
    r"(?:конфиденциальн|предназначен\w* (?:исключительно|только)|confidential|privileged|intended (?:solely|only|recipient)|"
    r"intended for the (?:addressee|recipient|named)|не отвечайте на (?:это|данное) (?:письмо|сообщение)|do not reply to this (?:e-?mail|message)|"
    r"сформировано автоматически|отправлено автоматически|automatically generated|consider the environment|подумайте об окружающей среде|"
    r"прежде чем распечат|before printing|ошибочно получили|received this (?:e-?mail|message) in error)",
    re.I,
)
_DISCLAIMER_HINTS = ("онфиденц", "редназначен", "onfidential", "rivileged", "ntended", "втоматически", "utomatic", "do not reply", "Do not reply",
                     "не отвечайте", "Не отвечайте", "nvironment", "окружающ", "ошибочно", "in error", "распечат")  # fmt: skip
NOTICE_WORDS = ("онфиденц", "редназначен", "onfidential", "rivileged", "ntended", "втоматически", "utomatic", "reply",
                "отвечайте", "nvironment", "окружающ", "ошибочно", "error", "распечат")  # fmt: skip
_INLINE = re.compile(r"«([^«»]{3,1500})»|“([^“”]{3,1500})”|„([^„“”]{3,1500})[“”]|\"([^\"\n]{3,600})\"")
_GREETING = re.compile(
    r"\s*(?:уважаем\w+|добр\w+ (?:день|утро|вечер|ночи|времени суток)|здравствуй(?:те)?|приветствуем|привет(?:ик|ствую)?|доброго (?:дня|времени суток|утра|вечера)|"
    r"доброе утро|хай|dear|hello|hi|hey|good (?:morning|afternoon|evening|day)|greetings|глубокоуважаем\w+|многоуважаем\w+|дорог(?:ой|ая|ие)|"
    r"[А-ЯЁ][а-яё]{2,20}(?: [А-ЯЁ][а-яё]{3,20})?,? (?:добрый|здравствуйте|доброе|приветствую|привет|доброго))(?![\w-])",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a message, blanks at both ends left out: `text == message[start:end]`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Anatomy:
    """A message taken apart.

    Attributes:
        own: the message with everything that is not the writer's own blanked out; offsets stay the same.
        quoted, disclaimer: ranges that were blanked.
        greeting: the range of the greeting, if there is one.
        lang: the language of the own text, or of the whole where that has no letters.
        spoken: whether the own text has letters.
    """

    own: str
    quoted: tuple[Span, ...]
    disclaimer: tuple[Span, ...]
    greeting: Span | None
    lang: Lang
    spoken: bool

    def lines(self) -> list[Line]:
        """The lines of the own text that are not empty."""
        return lines_of(self.own)


def lines_of(text: str) -> list[Line]:
    """The lines of a text that are not empty."""
    out = []
    at = 0
    for raw in text.split("\n"):
        stripped = raw.strip()
        if stripped:
            start = at + len(raw) - len(raw.lstrip())
            out.append(Line(start, start + len(stripped), stripped))
        at += len(raw) + 1
    return out


def in_one_piece(text: str, lang: str | None = None) -> Anatomy:
    """`take_apart` for a message that is known to hold no thread, quotation or notice."""
    return _apart(text, text, [], [], lang)


def take_apart(text: str, lang: str | None = None) -> Anatomy:
    """Find the parts of a plain-text message; pure, linear in its length."""
    own = text
    quoted: list[Span] = []
    disclaimer: list[Span] = []
    if _may_quote(text):
        quoted = _thread(text)
        own = blank(own, quoted)
    if _holds(own, _DISCLAIMER_HINTS):
        disclaimer = _disclaimers(own)
        own = blank(own, disclaimer)
    if "«" in own or "“" in own or '"' in own or "„" in own:
        inline = [m.span() for m in _INLINE.finditer(own) if len(m[0].split()) >= 3]
        if inline:
            quoted = sorted(quoted + inline)
            own = blank(own, inline)
    return _apart(text, own, quoted, disclaimer, lang)


def _apart(text: str, own: str, quoted: list[Span], disclaimer: list[Span], lang: str | None) -> Anatomy:
    greeting = None
    start = len(own) - len(own.lstrip())
    match = _GREETING.match(own, start)
    if match:
        greeting = (start, _greeting_end(own, match.end()))
    spoken = _lang(own, None)
    return Anatomy(
        own,
        tuple(quoted),
        tuple(disclaimer),
        greeting,
        _lang(own, lang) if lang else spoken or _lang(text, None),
        bool(spoken),
    )


def _may_quote(text: str) -> bool:
    """Whether a message can hold a thread at all; cheap, for most do not."""
    if ">" in text or "____" in text or "---" in text or "|" in text:
        return True
    return (": " in text or ":\n" in text or text.endswith(":")) and _holds(text, _SUSPECTS)


def _holds(text: str, marks: tuple[str, ...]) -> bool:
    for mark in marks:  # noqa: SIM110 - a generator costs twice as much here
        if mark in text:
            return True
    return False


def _greeting_end(own: str, at: int) -> int:
    """The greeting goes on to the first '!', '.', line end, or to the comma before a lower-case word."""
    stop = min(len(own), at + 120)
    for i in range(at, stop):
        if own[i] in "!.\n":
            return i
        if own[i] == "," and own[i + 1 : i + 3].strip()[:1].islower():
            return i
    return stop if stop == len(own) else at


def blank(text: str, spans: list[Span]) -> str:
    """`text` with the spans overwritten by blanks, line ends kept, so that offsets stay true."""
    if not spans:
        return text
    out = []
    at = 0
    for start, end in spans:
        start = max(start, at)
        out.append(text[at:start])
        out.append("".join("\n" if c == "\n" else " " for c in text[start:end]))
        at = max(at, end)
    out.append(text[at:])
    return "".join(out)


def _lang(own: str, lang: str | None) -> Lang:
    if lang:
        return "ru" if lang.lower().startswith("ru") else "en"
    if own.isascii():
        return "en" if _LETTER.search(own) else ""
    wide = len(own.encode("utf-8", "replace")) - len(own)  # one more byte for each Cyrillic letter
    if wide * 2 > len(own) and ("о" in own or "е" in own or "а" in own):
        return "ru"
    return _lang_of_letters(own)


_LETTER = re.compile(r"[a-zA-Z]")


def _lang_of_letters(own: str) -> Lang:
    """The slow way, for texts with both alphabets: Russian words are often mixed with Latin names, seldom the other way round."""
    cyrillic = latin = 0
    for c in own.lower():
        if "а" <= c <= "я" or c == "ё":
            cyrillic += 1
        elif c.isalpha():
            latin += 1
    if not cyrillic and not latin:
        return ""
    return "ru" if cyrillic * 2 >= latin else "en"


def _thread(text: str) -> list[Span]:
    """Ranges of quoted mail: `>` lines, and everything below the header of a quoted message."""
    spans: list[Span] = []
    lines = lines_of(text)
    seen_own = False
    count = len(lines)
    i = 0
    while i < count:
        line = lines[i]
        head = line.text[:_MAX_LINE]
        if head[0] in ">|" or head.startswith("&gt;"):
            spans.append((line.start, line.end))
            i += 1
            continue
        if _SEPARATOR.fullmatch(head) or _header_block(lines, i) or _ruled(lines, i):
            if not seen_own:  # the message's own headers: only they go
                while i < count and (
                    _HEADER_LINE.match(lines[i].text) or _SEPARATOR.fullmatch(lines[i].text[:_MAX_LINE])
                ):
                    spans.append((lines[i].start, lines[i].end))
                    i += 1
                continue
            spans.append((line.start, len(text)))
            break
        wrote = _WROTE.fullmatch(head)
        joined = 1
        if not wrote and i + 1 < count and _STARTS_ON.match(head) and len(head) < 120:
            wrote = _WROTE.fullmatch((head + " " + lines[i + 1].text)[:_MAX_LINE])
            joined = 2
        if wrote:
            rest = (wrote["rest"] or wrote["tail"] or "").strip()
            after = i + joined
            key = re.search(
                r"\b(?:клиент|абонент|заказчик|пользователь|customer|client|subscriber|вы|you)?\s*(?:пишет|написал|писал|wrote|writes)",
                head[: wrote.start("rest")] if wrote["rest"] else "",
                re.I,
            )
            cut = (
                max((head.rfind(mark, 0, key.start()) for mark in (". ", "! ", "? ")), default=-1)
                if key
                else -1
            )
            if rest and cut > 0:  # a sentence of the writer's stands before it
                spans.append((line.start + cut + 1, line.end))
                seen_own = True
                i += 1
                continue
            if rest and len(rest.split()) < 2:
                seen_own = True
                i += 1
                continue
            if rest or (
                after < count and lines[after].text[0] in ">|"
            ):  # "Вы писали: не работает телефон": the quotation stands on the line
                spans.append((line.start, lines[after - 1].end))
                i = after
            elif seen_own:
                spans.append((line.start, len(text)))
                break
            else:  # a quotation above the answer: up to the next empty line
                stop = after
                while stop < count and "\n\n" not in re.sub(
                    r"[ \t\r]", "", text[lines[stop - 1].end : lines[stop].start]
                ):
                    stop += 1
                if (
                    stop == after
                ):  # an empty line right below the header: the paragraph after it is the quotation
                    stop += 1
                    while stop < count and "\n\n" not in re.sub(
                        r"[ \t\r]", "", text[lines[stop - 1].end : lines[stop].start]
                    ):
                        stop += 1
                spans.append((line.start, lines[min(stop, count) - 1].end))
                i = stop
            continue
        seen_own = True
        i += 1
    return spans


def _header_block(lines: list[Line], i: int) -> bool:
    """Two mail headers within three lines: От/Кому, From/Sent, Тема/Дата."""
    if not _HEADER_LINE.match(lines[i].text):
        return False
    return any(_HEADER_LINE.match(other.text) for other in lines[i + 1 : i + 3])


def _ruled(lines: list[Line], i: int) -> bool:
    """A line of underscores (Outlook) above a mail header."""
    text = lines[i].text
    return (
        len(text) >= 10
        and not text.strip("_-=")
        and i + 1 < len(lines)
        and bool(_HEADER_LINE.match(lines[i + 1].text))
    )


def _disclaimers(own: str) -> list[Span]:
    """Paragraphs and sentences that are a notice rather than the writer's words; never the first paragraph whole."""
    spans: list[Span] = []
    for line in lines_of(own):
        match = _DISCLAIMER.search(line.text[:2000])
        if not match:
            continue
        left = max(line.text.rfind(mark, 0, match.start()) for mark in (". ", "! ", "? ")) + 1
        stops = [p for p in (line.text.find(mark, match.end()) for mark in (". ", "! ", ".\n")) if p >= 0]
        whole = line.start > 0 and left == 0
        end = line.end if whole or not stops else line.start + min(stops) + 1
        spans.append((line.start + left, end))
    return spans
