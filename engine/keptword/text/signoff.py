"""How a message is signed: formal closings by a white list, over-familiar ones, and the zones of closing and signature."""

from __future__ import annotations

import re
from dataclasses import dataclass

from keptword.text.anatomy import Anatomy, Line
from keptword.text.familiar import BEGINNINGS, INFORMAL, over_familiar
from keptword.text.forms import fold
from keptword.text.lexicons import Lexicons, lexicons
from keptword.text.model import Span
from keptword.text.short_names import short_names
from keptword.text.signers import WORD, signer
from keptword.text.tokens import masked

_HINTS = ("важением", "вожением", "увжением", "уважнием", "уваженем", "rgds", "Rgds", "ожелани", "очтением", "скренне", "агодарност", "ризнательн", "надеждой", "egards", "EGARDS", "ВАЖЕНИЕМ", "incerely", "aithfully",
          "espectfully", "ruly", "ishes", "ordially", "ppreciation", "ratitude", "ith respect", "ith thanks")  # fmt: skip
_WITH = r"(?: и (?:с )?(?:наилучшими |самыми добрыми |добрыми |лучшими )?(?:пожелани(?:ями|ем)(?: (?:успех\w+|добра|благополучия|процветания|удачи|здоровья|всего \w+|хорошего дня|доброго дня))?(?: и (?:успех\w+|благополучия|процветания))?|благодарностью(?: за [\w\x20]{4,40})?|признательностью|почтением|надеждой на [\w\x20]{4,40}))"
# A blank stands for any of the blanks of mail; blanks inside a class are written \x20.
_FORMAL_WORDS = (
    r"(?:[сc]о? (?:глубок\w+ |глубочайш\w+ |искренн\w+ |неизменн\w+ |больш\w+ |безграничн\w+ |огромн\w+ |всем |совершенн\w+ )?(?:уважением|ув[оа]жением|увжением|уважнием|уваженем|почтением)"
    + _WITH
    + r"?"
    r"(?: к вам(?: и ваше\w+ \w+)?(?: и \w+ \w+)?)?"
    r"|[сc] (?:самыми )?(?:наилучшими|добрыми|лучшими|искренними) пожеланиями|(?:наилучшие|искренние|самые добрые|добрые) пожелания|с пожелани(?:ями|ем) (?:успех\w+|благополучия|процветания|добра и процветания)"
    r"|искренне ваш[аи]?(?=\s*[,\n]|\s*$)"
    r"|с (?:искренн\w+ |глубок\w+ |большой )?(?:благодарностью|признательностью)(?: и (?:глубоким |искренним )?уважением| за [\w\x20]{4,40})?"
    r"|с надеждой на (?:дальнейшее |плодотворное |долгосрочное |долгое )*(?:сотрудничество|понимание)(?: и (?:дальнейшее |плодотворное |долгосрочное |взаимовыгодное )*(?:сотрудничество|понимание|поддержку))?"
    r"|(?:(?:many )?thank(?:s| you) (?:and|&) |with )?(?:my |our )?(?:very )?(?:kind(?:est)?|best|warm(?:est)?|good|sincere)(?: personal)? (?:regards|rgds)"
    r"|(?:(?:many )?thank(?:s| you) (?:and|&) |with )?(?:regards|rgds)|(?:yours |most )?(?:sincerely|respectfully)(?: yours)?|yours (?:sincerely|faithfully|truly|respectfully)|faithfully yours"
    r"|(?:very |most )?truly yours|(?:with )?(?:our |my |all )?(?:best|kind|kindest|warm|warmest|good|sincere) wishes|(?:very |most )?sincerely,? yours|(?:most )?cordially(?: yours)?|respectfully submitted"
    r"|with (?:sincere |our |kind |deep )?(?:appreciation|gratitude|respect|apologies|thanks))"
    r"(?![\w-])"
).replace(" ", r"[ \t\xa0]{1,3}")
_FORMAL = re.compile(_FORMAL_WORDS, re.I)
_AND = re.compile(r"\s*(?:и|and|&|\+)\s", re.I)


@dataclass(frozen=True, slots=True)
class Clues:
    """Which words a message holds at all, told by its symbols: a part of the reading that cannot find anything is not begun."""

    closing: bool = True  # a word of a formal closing
    informal: bool = True  # a word of a known over-familiar closing
    short: bool = True  # a short form of a name
    name: bool = True  # a first name


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
    key, base = (
        ("", 0) if staff or clues.informal or clues.short or not clues.closing else _ending(own, clues.name)
    )
    if key:
        known_sign = _REMEMBERED.get((key, clues.name))
        if known_sign is not None:
            return _moved(known_sign, base)
    sign = _read(anatomy, own, staff, clues)
    if key and sign.formal and sign.formal[0][0] >= base:
        if len(_REMEMBERED) >= _REMEMBERED_LIMIT:
            _REMEMBERED.clear()
        _REMEMBERED[(key, clues.name)] = _moved(sign, -base)
    return sign


_REMEMBERED: dict[tuple[str, bool], SignOff] = {}
_REMEMBERED_LIMIT = 50_000
_LONG_LINE = 110


def forget() -> None:
    """Drop the sign-offs remembered so far; what is read stays the same, only slower."""
    _REMEMBERED.clear()


def _ending(own: str, name: bool) -> tuple[str, int]:
    """The short lines at the end of a message with its digits masked, and where they begin: all that a formal closing among them is read by.

    "" where a longer line or a tenth one above them could have a say.
    """
    end = len(own)
    start = end
    count = 0
    while end > 0:
        left = own.rfind("\n", 0, end) + 1
        if end - left > _LONG_LINE:
            wall = own[left:end]
            if (
                name
                and any(mark in wall[-240:] for mark in _YOURS_HINTS)
                and _YOURS.search(wall.rstrip()[-240:])
            ) or any(h in wall for h in _HINTS):
                return "", 0
            break
        if not own[left:end].isspace() and left < end:
            count += 1
            if count > 9:
                return "", 0
        start = left
        end = left - 1
    return (masked(own[start:]), start) if count else ("", 0)


def _moved(sign: SignOff, by: int) -> SignOff:
    def shifted(spans: tuple[Span, ...]) -> tuple[Span, ...]:
        return tuple((s + by, e + by) for s, e in spans)

    return SignOff(
        shifted(sign.formal), shifted(sign.full_name), shifted(sign.informal), shifted(sign.diminutive),
        (sign.closing[0] + by, sign.closing[1] + by) if sign.closing else None,
        (sign.signature[0] + by, sign.signature[1] + by) if sign.signature else None,
    )  # fmt: skip


def _read(anatomy: Anatomy, own: str, staff: frozenset[str], clues: Clues) -> SignOff:
    """`read`, from the text itself."""
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
    names, where = signer(zone, own, words, known, formal is not None) if signed else ([], None)
    if formal is not None and not names:  # the name stands above the closing
        above = _above(lines, formal[0])
        names, where = signer(above, own, words, known, False) if above else ([], None)
    short = short_names(anatomy, zone, words, known, formal is not None) if clues.short else []
    informal = _informal(lines, formal, names, words, clues)
    last = lines[-1].end
    closing = formal or (informal[0] if informal else None)
    begin = closing[1] if closing else (where[0] if where else (zone[0].start if zone and short else None))
    signature = _trim(own, begin, last) if begin is not None and begin < last else None
    return SignOff(
        (formal,) if formal else (), tuple(names), tuple(informal), tuple(short), closing, signature
    )


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
    rest = after.lstrip(" \t\xa0*_")
    if rest[:1] in ",;" and _FAMILIAR.match(rest):
        return False
    shut = not rest or not rest[0].isalnum() or (rest[0].isupper() and after[:1].isspace())
    return opens and (shut or (not before and after[:1].isspace() and _signed_on_line(rest)))


# "с уважением, любовью и верой в завтра": a formal closing that goes on over-familiarly.
_FAMILIAR = re.compile(
    r"[,;]\s*(?:с |and |и )?(?:любовью|нежностью|теплом|теплотой|заботой|обнимашками|объятиями|приветом|улыбкой|радостью|поцелуями|чмок\w*|обним\w+|целу\w+|"
    r"(?:lots of |much |big |warm )?(?:love|hugs|kisses|cuddles|smiles|sunshine|joy|xoxo|smooches|high fives))\b",
    re.I,
)


def _signed_on_line(rest: str) -> bool:
    """Whether what follows a closing without a comma or capital is a signer all the same: "с уважением лиза", "regards support team"."""
    words = [fold(w) for w in WORD.findall(rest[:80])]
    if not words or len(words) > 6:
        return False
    lists = lexicons()
    return (
        words[0] in lists.names or words[0] in lists.diminutives or any(lists.is_role(w) for w in words[:3])
    )


def _goes_on(lines: list[Line], number: int, rest: str) -> bool:
    """Whether prose follows, so that the phrase stood in the middle of the text and not at its end."""
    prose = [
        line
        for line in lines[number + 1 :]
        if len(line.text) > 110 and not re.match(r"(?:P\.?\s?S|З\.?Ы|--)", line.text)
    ]
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


def _above(lines: list[Line], start: int) -> list[Line]:
    """The short lines right above a closing, three at most."""
    out: list[Line] = []
    for line in reversed([line for line in lines if line.end <= start][-3:]):
        if len(line.text) > 80 or line.text[-1] in ".!?:":
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


_YOURS_HINTS = ("ваш", "Ваш", "ВАШ", "тво", "Тво", "your", "Your", "YOUR")
_YOURS = re.compile(
    r"(?<!\w)(?:ваш|ваша|твой|твоя|всегда ваш|всегда ваша|your|yours,?)[ \xa0]+(?:[\w-]{2,30}[ \xa0]+){0,4}?(?P<name>(?-i:[А-ЯЁA-Z][а-яёa-z]+))[^\n]{0,30}\s*$",
    re.I,
)


def _informal(
    lines: list[Line], formal: Span | None, names: list[Span], words: Lexicons, clues: Clues
) -> list[Span]:
    """Over-familiar closings: those that are known, "ваш Рома", and a short last line above a bare name that is not on the white list."""
    found: list[Span] = []
    for line in lines[-4:] if clues.closing else ():
        if (
            " и " not in line.text
            and " and " not in line.text
            and "&" not in line.text
            and "+" not in line.text
        ):
            continue
        spoilt = _FORMAL.match(line.text)  # a formal closing that goes on: "с уважением и обнимашками"
        if spoilt and _AND.match(line.text, spoilt.end()) and len(line.text.split()) <= 9:
            found.append((line.start, line.start + len(line.text.rstrip(" ,.!"))))
    for line in lines[-5:] if clues.closing else ():
        if not _FAMILIAR.search(line.text[:160]):
            continue
        for match in _FORMAL.finditer(line.text[:120]):
            more = _FAMILIAR.match(line.text, match.end())
            if more:
                found.append((line.start + match.start(), line.start + len(line.text.rstrip(" ,.!"))))
                break
    before = [line for line in lines if line.end <= formal[0]] if formal else lines
    found += [(line.start, line.end) for line in before[-2:] if over_familiar(line)]
    for line in lines[-4:] if clues.informal or clues.short or clues.name else ():
        part = line.text[-240:]
        base = line.end - len(part)
        for begin in BEGINNINGS.finditer(part) if clues.informal else ():
            known = INFORMAL.match(part, begin.end())
            if known and (
                formal is None or base + known.start() >= formal[0] or base + known.end() <= formal[0]
            ):
                found.append((base + known.start(), base + known.end()))
        yours = (
            _YOURS.search(part)
            if (clues.short or clues.name) and any(mark in part for mark in _YOURS_HINTS)
            else None
        )
        if yours and yours["name"][0].isupper():
            word = fold(yours["name"])
            close = yours.start("name") - yours.start() < 12
            between = WORD.findall(part[yours.start() : yours.start("name")])
            if (
                (word in words.diminutives and not any(words.is_role(fold(w)) for w in between))
                or (close and word in words.both)
                or (close and word in words.names and formal is None and not names)
            ):
                found.append((base + yours.start(), base + yours.end("name")))
    if formal is None and not found and len(lines) >= 2 and not names:
        above, last = lines[-2], lines[-1]
        bare = [fold(t) for t in WORD.findall(last.text)]
        signer = (
            1 <= len(bare) <= 3
            and last.text[0].isupper()
            and any(b in words.names or b in words.diminutives for b in bare)
        )
        count = len(above.text.split())
        if (
            signer
            and count <= 7
            and above.text[-1] in ",!"
            and above.start > lines[0].start
            and not re.match(r"(?:thank|спасибо|благодар)", above.text, re.I)
        ):
            found.append((above.start, above.start + len(above.text.rstrip(" ,!"))))
    return sorted(set(found))
