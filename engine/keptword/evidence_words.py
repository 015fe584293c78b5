"""The words of the evidence in English and Russian: what happened, what was lacking, and why."""

from __future__ import annotations

import re
from typing import Literal

Lang = Literal["en", "ru"]

# what is said → English, Russian. {since} and {done} are events with their times.
SENTENCES: dict[str, tuple[str, str]] = {
    "at": ("{what} at {when}", "{what} {when}"),
    "opened": ("opened", "начало"),
    "violation": ("violation of {rule}", "нарушение правила {rule}"),
    "undecided": ("{since}: cannot be decided: {why}", "{since}: решить нельзя: {why}"),
    "because": ("{since}: {why}", "{since}: {why}"),
    "too late": ("{since}: {done}, {late} late", "{since}: {done}, опоздание {late}"),
    "not until": ("{since}: {nothing} until {end}, {gap} later", "{since}: до {end} ({gap} спустя) {nothing}"),
    "silence": ("silence of {gap} from {since} to {done}{lacking}", "молчание {gap}: {since}, затем {done}{lacking}"),
    "silence to the end": (
        "{nothing} since {since} until {end}, {gap} later{lacking}", "{since}: до {end} ({gap} спустя) {nothing}{lacking}",
    ),
    "too early": ("{done} came before the window in which it counts", "{done}: раньше окна, в котором это засчитывается"),
    "not in time": ("{since}: {nothing} in time", "{since}: вовремя {nothing}"),
    "unexcused": ("{since}: {nothing} before it", "{since}: перед этим {nothing}"),
    "unexcused in time": (
        "{since}: {nothing} in the window before it", "{since}: в положенный срок перед этим {nothing}",
    ),
    "forbidden": ("{since}: this is never allowed", "{since}: это недопустимо"),
    "forbidden then": ("{since}: this is not allowed at that time", "{since}: в это время так нельзя"),
    "promised": ("promised for {due}", "обещано к {due}"),
    "how late": ("{how}, {late} late", "{how}, опоздание {late}"),
    "or": (" or ", " или "),
    "nothing like": ("nothing that counts as {what}", "не было ничего, что значит {what}"),
    "no event": ("no {what}", "не было события {what}"),
    "under a second": ("under 1 s", "меньше 1 с"),
}  # fmt: skip

UNITS: dict[str, tuple[str, str]] = {"d": ("d", "д"), "h": ("h", "ч"), "min": ("min", "мин"), "s": ("s", "с")}

# The events of the common vocabulary (docs/logs.md) in Russian; another keeps its name.
EVENTS_RU: dict[str, str] = {
    "outage.started": "сбой начался", "outage.opened": "сбой зафиксирован", "outage.resolved": "сбой устранён",
    "cause.confirmed": "причина установлена", "notice.sent": "уведомление отправлено",
    "call.made": "звонок клиенту", "call.received": "звонок от клиента",
    "message.sent": "сообщение отправлено", "message.received": "сообщение получено", "status.posted": "запись на странице статуса",
    "ticket.opened": "обращение открыто", "ticket.assigned": "обращение назначено", "ticket.changed": "обращение изменено",
    "ticket.solved": "обращение решено", "ticket.reopened": "обращение открыто заново", "ticket.closed": "обращение закрыто",
    "maintenance.announced": "работы объявлены", "maintenance.started": "работы начались", "maintenance.ended": "работы закончились",
    "tariff.announced": "изменение тарифа объявлено", "tariff.changed": "тариф изменён", "invoice.sent": "счёт отправлен",
    "payment.received": "оплата получена", "payment.missed": "оплата не поступила", "warning.sent": "предупреждение отправлено",
    "service.suspended": "услуга отключена", "service.restored": "услуга подключена",
    "claim.received": "претензия получена", "claim.answered": "ответ на претензию дан",
}  # fmt: skip

_REASONS_RU: tuple[tuple[str, str], ...] = (
    (r"(?:(?P<before>.*); )?waived: (?P<reason>.*) \(approved by (?P<by>.*)\)", "{before}исключение: {reason} (разрешил: {by})"),
    (r"(?P<event>[\w.-]+) came first", "раньше случилось: {event}"),
    (r"the change itself was moved", "само изменение перенесли"),
    (r"in time by the most lenient of (?P<all>.*), not by the strictest", "вовремя по самому мягкому счёту из {all}, но не по самому строгому"),
    (r"(?P<n>\d+) in all, at most (?P<most>\d+) allowed", "всего {n}, а допустимо не больше {most}"),
    (r"(?P<n>\d+) in (?P<span>.*), at most (?P<most>\d+) allowed", "{n} за {span}, а допустимо не больше {most}"),
    (r"the stated time was already past", "названное время уже прошло"),
    (r"put off (?P<n>\d+) times in a row", "отложено подряд: {n}"),
    (r"another time was stated before this one passed", "до срока назвали другое время"),
    (r"said '(?P<said>.*)', but it is '(?P<so>.*)'", "сказано «{said}», а на деле «{so}»"),
    (r"(?P<kept>\d+) of (?P<n>\d+) kept \((?P<share>.*)\), target (?P<target>.*)", "исполнено {kept} из {n} ({share}), цель {target}"),
    (r"the message has no text", "у сообщения нет текста"),
    (r"no (?P<element>.*) found", "не нашлось: {element}"),
    (r"no (?P<element>.*), but (?P<said>“.*)", "не нашлось: {element}; вместо этого {said}"),
    (r"a formal closing, spoilt by (?P<said>.*)", "формальное прощание, испорченное словами {said}"),
    (r"the apology is hollow: (?P<said>.*)", "пустое извинение: {said}"),
    (r"(?:an? )?(?P<element>[^:]*): (?P<said>“.*)", "{element}: {said}"),
    (r"(?P<name>[a-z-]+) is (?P<n>[-\d.]+), wanted (?P<most>.+)", "{name}: {n}, а нужно {most}"),
    (r"(?P<name>[a-z-]+) is (?P<n>[-\d.]+), forbidden (?P<most>.+)", "{name}: {n}, а нельзя {most}"),
    (r"(?P<name>[a-z-]+) cannot be measured here", "{name} здесь не измерить"),
    (r"uses (?P<all>.+) side by side", "вперемешку: {all}"),
    (r"written in (?P<spoken>\w+)(?:, the customer's language is (?P<wanted>\w+))?", "язык письма: {spoken}, язык клиента: {wanted}"),
    (r"no time in the field '(?P<name>.*)'(?: from which its limit could run)?", "в поле «{name}» нет времени"),
    (r"no (?P<events>.*) from which its limit could run", "нет события, от которого шёл бы срок: {events}"),
    (r"the calendar '(?P<name>.*)' does not state the year (?P<year>\d+)", "в календаре «{name}» нет {year} года"),
    (r"the calendar '(?P<name>.*)' has no opening hours up to the year (?P<year>\d+)", "в календаре «{name}» нет рабочих часов до {year} года"),
    (r"the calendar '(?P<name>.*)' has no working days near (?P<day>.*)", "в календаре «{name}» нет рабочих дней около {day}"),
    (r"the reckoning leaves the years 1 to 9999, which are all that a calendar holds", "расчёт выходит за годы 1–9999"),
)  # fmt: skip
# Names of wording elements as the checks word them.
_ELEMENTS_RU: dict[str, str] = {
    "formal closing": "формальное прощание", "full name with a position or company": "полное имя с должностью или компанией",
    "over-familiar closing": "панибратское прощание", "short form of a name": "уменьшительное имя", "apology": "извинение",
    "hollow apology": "пустое извинение", "words that take responsibility": "слова об ответственности", "time": "время",
    "time of the next update": "время следующих новостей", "offer of help": "предложение помочь",
    "personal contact": "личный контакт", "deflection": "отговорка", "blame of the customer": "обвинение клиента",
    "cause": "причина", "greeting": "приветствие", "text in the customer's language": "текст на языке клиента",
    "Russian": "русский", "English": "английский", "ru": "русский", "en": "английский",
}  # fmt: skip
_COMPILED = tuple((re.compile(pattern, re.DOTALL), text) for pattern, text in _REASONS_RU)

_EVENT = re.compile(r"[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*")


def language(name: str) -> Lang:
    """The language that an option names; English for any that has no words here."""
    return "ru" if name == "ru" else "en"


def say(what: str, lang: Lang, /, **values: str) -> str:
    """The text for `what` with `values` put in."""
    return SENTENCES[what][lang == "ru"].format(**values)


def event_words(name: str, lang: Lang) -> str:
    """`message.sent` → `message sent`, `сообщение отправлено`; a name of another form stays as it is."""
    if lang == "ru":
        return EVENTS_RU.get(name, name)
    return name.replace(".", " ") if _EVENT.fullmatch(name) else name


def lacking(updates: int, lang: Lang) -> str:
    """How many updates a silence lacks; "" for none."""
    if not updates:
        return ""
    if lang == "ru":
        one = updates % 10 == 1 and updates % 100 != 11
        return f"; не хватает {updates} {'сообщения' if one else 'сообщений'}"
    return f"; {updates} update{'s' if updates != 1 else ''} lacking"


def reason(why: str, lang: Lang) -> str:
    """The reason that an engine gives, in the language; one without words here stays as it is."""
    if lang == "en" or not why:
        return why
    for pattern, text in _COMPILED:
        found = pattern.fullmatch(why)
        if found is None:
            continue
        values = {name: value or "" for name, value in found.groupdict().items()}
        if values.get("before"):
            values["before"] = reason(values["before"], lang) + "; "
        for name in ("element", "spoken", "wanted"):
            if name in values:
                values[name] = _ELEMENTS_RU.get(values[name], values[name])
        if "event" in values:
            values["event"] = event_words(values["event"], lang)
        return text.format(**values).replace("“", "«").replace("”", "»")
    return why
