"""The steps of a reckoning in Russian: the clock tells them in English, line by line, and each line has its words here."""

from __future__ import annotations

import re

from keptword.evidence_words import Lang, event_words, reason

_DAYS = {"Mon": "пн", "Tue": "вт", "Wed": "ср", "Thu": "чт", "Fri": "пт", "Sat": "сб", "Sun": "вс"}
_WEEKDAY = re.compile(r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?= \d{4}-\d{2}-\d{2})")

LABELS_RU: dict[str, str] = {
    "opened": "начало", "looked for": "ожидалось", "reckoning": "расчёт", "due": "срок", "verdict": "итог", "because": "почему",
    "nearest": "ближе всего",
}  # fmt: skip
VERDICTS_RU: dict[str, str] = {
    "kept": "исполнено", "late": "с опозданием", "missed": "не исполнено", "early": "слишком рано", "broken": "нарушено",
    "open": "срок не вышел", "void": "отпало", "waived": "исключение", "review": "посмотреть", "borderline": "спорно",
    "unknown": "неизвестно",
}  # fmt: skip

_CLOCK = r"(?: in (?P<zone>\S+))?(?:, calendar (?P<calendar>.+))?"
_LINES: tuple[tuple[str, str], ...] = (
    (rf"from (?P<a>.+?\)): (?P<b>[\dа-яa-z]+){_CLOCK}", "от {a}: {b}{zone}{calendar}"),
    (rf"before (?P<a>.+?\)): (?P<b>\w+) ahead{_CLOCK}", "до {a}: за {b}{zone}{calendar}"),
    (r"no time at all: due at once", "нисколько: срок сразу"),
    (r"the hour of the event is not counted: from (?P<a>.+)", "час события не считается: от {a}"),
    (r"the clock stands still and is never started again: no deadline comes", "часы стоят и больше не пущены: срок не наступит"),
    (r"reading elapsed: .*", "счёт elapsed: сутки по 24 часа, месяцы и годы по календарю"),
    (r"reading full-days-between: .*", "счёт full-days-between: полные дни между днём уведомления и тем днём"),
    (r"reading date-subtraction: .*", "счёт date-subtraction: любое время той даты, что на столько раньше"),
    (r"reading backward-same-date: .*", "счёт backward-same-date: то же местное время на столько раньше"),
    (r"reading same-date-forward: .*", "счёт same-date-forward: дата уведомления плюс срок не позже той даты"),
    (r"reading full-period-forward: .*", "счёт full-period-forward: срок идёт со дня после уведомления и к тому времени истёк"),
    (r"(?P<s>[+-]) (?P<a>[\w.]+) of opening time: (?P<b>.+)", "{s} {a} рабочего времени: {b}"),
    (r"(?P<s>[+-]) (?P<a>[\w.]+) of running time: (?P<b>.+)", "{s} {a} хода часов: {b}"),
    (r"(?P<s>[+-]) (?P<a>[\w.]+) elapsed: (?P<b>.+)", "{s} {a} подряд: {b}"),
    (r"(?P<s>[+-]) (?P<a>\w+): (?P<b>.+)", "{s} {a}: {b}"),
    (r"the latest date for the notice: (?P<a>.+)", "последняя дата для уведомления: {a}"),
    (r"(?P<a>[\d-]+) \+ (?P<b>\w+) is (?P<c>[\d-]+)", "{a} + {b} = {c}"),
    (r"in between: (?P<a>\S+) to (?P<b>\S+), (?P<n>\d+) full days", "между ними: с {a} по {b}, полных дней: {n}"),
    (r"due: never", "срок: никогда"),
    (r"due: before (?P<a>.+)", "срок: до {a}"),
    (r"due: (?P<a>.+), this instant included", "срок: {a}, включая этот миг"),
    (r"the day of the event, (?P<a>.+), is not counted", "день события, {a}, не считается"),
    (r"(?P<a>\d{4}-\d\d) has no day (?P<b>\d+): its last day, (?P<c>\d+)", "в {a} нет числа {b}: последний день, {c}"),
    (r"until the end of (?P<a>.+)", "до конца {a}"),
    (r"until (?P<a>.+) on that day", "до {a} того дня"),
    (r"the same local time: (?P<a>.+)", "то же местное время: {a}"),
    (r"(?P<a>[\d:]+) is skipped by the clocks that day: (?P<b>.+)", "{a} в тот день часы пропускают: {b}"),
    (r"that local time comes twice that day: the first one counts", "это местное время в тот день бывает дважды: считается первое"),
    (r"paused from (?P<a>.+) on", "пауза с {a}"),
    (r"paused (?P<a>.+?\)) to (?P<b>.+)", "пауза с {a} по {b}"),
    (r"moved later by the pauses, (?P<a>\S+): (?P<b>.+)", "паузы отодвигают на {a}: {b}"),
    (r"the clocks change in between, which changes no hours that elapse", "часы за это время переводят, прошедших часов это не меняет"),
    (r"(?P<a>  .+)-(?P<b>.+)  (?P<c>[\w.]+), in all (?P<d>[\w.]+)", "{a}-{b}  {c}, всего {d}"),
    (r"(?P<a>  .+) closed: (?P<why>.+)", "{a} закрыто: {why}"),
    (r"(?P<a>  .+) not counted: (?P<why>.+)", "{a} не считается: {why}"),
    (r"(?P<a>  .+) working day (?P<n>\d+) before", "{a} рабочий день {n} до"),
    (r"(?P<a>  .+) working day (?P<n>\d+)", "{a} рабочий день {n}"),
    (r"  … (?P<n>\d+) lines more …", "  … ещё строк: {n} …"),
    (r"  … (?P<n>\d+) days more …", "  … ещё дней: {n} …"),
    (r"(?P<a>.+) is not a working day \((?P<why>.+)\):", "{a} — нерабочий день ({why}):"),
    (r"  the working day before lies before the event: due at once", "  рабочий день перед ним раньше события: срок сразу"),
    (r"  moved to (?P<a>[\d:]+) on (?P<b>.+)", "  перенос на {a}, {b}"),
    (r"  moved to the end of the working day before it, (?P<a>.+)", "  перенос на конец рабочего дня перед ним, {a}"),
    (r"  moved to the end of the working day after it, (?P<a>.+)", "  перенос на конец рабочего дня после него, {a}"),
    (r"limit (?P<a>\d+) of (?P<b>\d+)", "срок {a} из {b}"),
    (r"the earliest of these is limit (?P<a>\d+), (?P<due>.+)", "раньше всех срок {a}; {due}"),
    (r"the latest of these is limit (?P<a>\d+), (?P<due>.+)", "позже всех срок {a}; {due}"),
    (r"measured from the field '(?P<a>.+)'", "отсчёт от времени в поле «{a}»"),
    (r"measured from (?P<event>\S+) \((?P<a>.+)\)", "отсчёт от события «{event}» ({a})"),
    (r"the limit changes at (?P<a>.+), (?P<b>.+) after the start: (?P<c>\w+)", "срок меняется {a}, через {b} после начала: {c}"),
    (r"the calendar changes at (?P<a>.+): (?P<b>.+)", "календарь меняется {a}: {b}"),
    (r"the calendar is (?P<a>.+)", "календарь: {a}"),
    (r"forbidden for (?P<a>\w+) after (?P<event>\S+)", "запрет на {a} после события «{event}»"),
    (r"forbidden until: (?P<due>.+)", "запрет до: {due}"),
    (r"the window ends: (?P<due>.+)", "окно кончается: {due}"),
    (r"(?P<names>.+): at least (?P<a>\w+) before", "{names}: не менее чем за {a}"),
    (r"(?P<names>.+): at most (?P<a>\w+) before", "{names}: не более чем за {a}"),
    (r"not later than (?P<a>.+)", "не позже {a}"),
    (r"not earlier than (?P<a>.+)", "не раньше {a}"),
    (r"looked for (?P<names>.+)", "ожидалось: {names}"),
    (r"every reading, the strictest first:", "все способы счёта, самый строгий первым:"),
    # Of `nearest` and of the labels of an explanation.
    (r"(?P<a>.+) \(this instant is in time\)", "{a} (этот миг ещё вовремя)"),
    (r"(?P<a>.+) \(this instant is too late\)", "{a} (этот миг уже поздно)"),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), text) for pattern, text in _LINES)
_WHYS = {"day off": "выходной", "weekly day off": "выходной недели", "holiday": "праздник"}
_UNITS = (
    (r"(\d+) d\b", r"\1 д"),
    (r"(\d+) h\b", r"\1 ч"),
    (r"(\d+) min\b", r"\1 мин"),
    (r"(\d+) s\b", r"\1 с"),
)
_NEAR: tuple[tuple[str, str], ...] = (
    (r"^(\S+) at (?=\d{4}-)", r"\1 "), (r"(.+) after it", r"\1 после этого"), (r"(.+) too late", r"позже срока на \1"),
    (r"(.+) before it was owed", r"\1 до начала срока"), (r"(.+) before it, at least (.+) wanted", r"\1 до этого, а нужно не менее \2"),
    (r"(.+) before it, at most (.+) allowed", r"\1 до этого, а можно не более \2"), (r"cured by (\S+) at (.+)", r"снято событием \1 \2"),
    (r"no (\S+)", r"нет поля \1"), (r"(\S+) is (.+), wanted (.+)", r"\1: \2, а нужно \3"), (r"(\S+) is (.+), not (.+)", r"\1: \2, а не \3"),
    (r"wanted (.+)", r"нужно \1"),
)  # fmt: skip


def step(line: str, lang: Lang) -> str:
    """A line of a reckoning in the language; one without words here stays as it is."""
    if lang == "en":
        return line
    for pattern, text in _COMPILED:
        found = pattern.fullmatch(line)
        if found is None:
            continue
        values = {name: value or "" for name, value in found.groupdict().items()}
        if values.get("zone"):
            values["zone"] = f", пояс {values['zone']}"
        if values.get("calendar"):
            values["calendar"] = f", календарь {values['calendar']}"
        if "why" in values:
            values["why"] = _why(values["why"])
        if "due" in values:
            due = values["due"] if values["due"].startswith("due: ") else f"due: {values['due']}"
            words = step(due, lang)
            values["due"] = words if values["due"].startswith("due: ") else words.removeprefix("срок: ")
        if "event" in values:
            values["event"] = event_words(values["event"], lang)
        if "names" in values:
            values["names"] = _names(values["names"])
        return _units(_weekdays(text.format(**values)).replace("under 1 s", "меньше 1 с"))
    told = reason(line, lang)
    return _weekdays(told)


def near(text: str, lang: Lang) -> str:
    """The event that came closest, and what it lacked, in the language."""
    if lang == "en":
        return text
    head, _, lacks = text.partition("): ")
    out = [re.sub(*_NEAR[0], head) + ")"] if lacks else []
    parts = []
    for part in (lacks or text).split("; "):
        for pattern, words in _NEAR[1:]:
            if re.fullmatch(pattern, part):
                part = re.sub(pattern, words, part)
                break
        else:
            part = step(part, lang)
        parts.append(_names(part).replace("not there", "нет"))
    return _units(": ".join([*out, "; ".join(parts)]))


def label(name: str, lang: Lang) -> str:
    """The name of a step of an explanation."""
    return LABELS_RU.get(name, name) if lang == "ru" else name


def verdict(name: str, lang: Lang) -> str:
    """A verdict as an explanation says it."""
    return VERDICTS_RU.get(name, name) if lang == "ru" else name


def _why(why: str) -> str:
    holiday = re.fullmatch(r"holiday: (.+)", why)
    return f"праздник: {holiday[1]}" if holiday else _WHYS.get(why, why)


def names(text: str, lang: Lang) -> str:
    """Names of events with their conditions, in the language."""
    return _names(text) if lang == "ru" else text


def _names(text: str) -> str:
    text = re.sub(r", if ", ", если ", text)
    text = re.sub(
        r"\bit says\b",
        "в тексте есть",
        re.sub(r" is there\b", " есть", re.sub(r" is not there\b", " нет", text)),
    )
    return re.sub(r" or ", " или ", re.sub(r" and ", " и ", re.sub(r"\bnot \(", "не (", text)))


def _units(text: str) -> str:
    for pattern, words in _UNITS:
        text = re.sub(pattern, words, text)
    return text


def weekdays(text: str, lang: Lang) -> str:
    """Names of weekdays before dates, in the language."""
    return _weekdays(text) if lang == "ru" else text


def _weekdays(text: str) -> str:
    return _WEEKDAY.sub(lambda found: _DAYS[found[1]], text)
