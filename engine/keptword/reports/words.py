"""The words of the reports that people read, in English and in Russian."""

from __future__ import annotations

from typing import Literal

Lang = Literal["en", "ru"]

# A number, its unit and the parts of a date stay on one line.
NBSP = "\u00a0"

# word → English, Russian. A text with `|` has forms by number: one|other in English, one|few|many in Russian.
WORDS: dict[str, tuple[str, str]] = {
    "d": ("d", "д"),
    "h": ("h", "ч"),
    "min": ("min", "мин"),
    "s": ("s", "с"),
    "too late": ("late", "опоздания"),
    "too early": ("too early", "раньше срока"),
    "still running": ("still running", "всё ещё длится"),
    "never done": ("never done", "не сделано"),
    "how kept": ("kept", "соблюдено"),
    "how late": ("late", "с опозданием"),
    "how missed": ("never done", "не сделано"),
    "how early": ("too early", "раньше срока"),
    "how broken": ("broken", "нарушено"),
    "how open": ("open", "срок не вышел"),
    "how void": ("void", "отпало"),
    "how waived": ("waived", "исключение"),
    "how review": ("to be reviewed", "проверить человеку"),
    "how borderline": ("borderline", "на грани"),
    "how unknown": ("cannot be decided", "решить нельзя"),
    "critical": ("critical", "критично"),
    "major": ("major", "важно"),
    "minor": ("minor", "мелочь"),
    "rule": ("rule", "правило"),
    "title": ("title", "название"),
    "severity": ("severity", "важность"),
    "key": ("key", "ключ"),
    "due": ("due", "срок"),
    "no deadline": ("no deadline", "без срока"),
    "before": ("before", "раньше"),
    "at": ("at", "когда"),
    "how bad": ("how late", "опоздание"),
    "evidence": ("what happened", "что произошло"),
    "owner": ("owner", "чьё дело"),
    "kept": ("kept", "исполн."),
    "violated": ("broken", "наруш."),
    "open": ("open", "ждут"),
    "void": ("void", "отпало"),
    "waived": ("waived", "исключ."),
    "review": ("review", "спорно"),
    "borderline": ("borderline", "на грани"),
    "unknown": ("unknown", "неясно"),
    "rules": ("Rules", "Правила"),
    "findings": ("Findings", "Находки"),
    "waived findings": ("Waived", "Исключения"),
    "waived because": ("waived: {reason}", "исключение: {reason}"),
    "in the baseline": ("in the baseline", "уже в базовом списке"),
    "log": ("log", "журнал"),
    "judged at": ("judged at {when}", "на момент {when}"),
    "from to": ("{first} to {last}", "с {first} по {last}"),
    "files": ("{n} file|{n} files", "{n} файл|{n} файла|{n} файлов"),
    "events": ("{n} event|{n} events", "{n} событие|{n} события|{n} событий"),
    "cases": ("{n} case|{n} cases", "{n} обращение|{n} обращения|{n} обращений"),
    "left out": ("left out", "не вошло"),
    "rejected": ("{n} line that cannot be read|{n} lines that cannot be read",
                 "{n} нечитаемая строка|{n} нечитаемые строки|{n} нечитаемых строк"),
    "repeated": ("{n} line that repeats another|{n} lines that repeat another",
                 "{n} повторная строка|{n} повторные строки|{n} повторных строк"),
    "without a key": ("{n} event without the key of {rule}|{n} events without the key of {rule}",
                      "{n} событие без ключа правила {rule}|{n} события без ключа правила {rule}|{n} событий без ключа правила {rule}"),
    "nothing to judge": ("{n} rule had nothing to judge: {names}|{n} rules had nothing to judge: {names}",
                         "{n} правилу нечего было проверять: {names}|{n} правилам нечего было проверять: {names}|{n} правилам нечего было проверять: {names}"),
    "not listed": ("{n} finding counted but not listed|{n} findings counted but not listed",
                   "{n} находка учтена, но не показана|{n} находки учтены, но не показаны|{n} находок учтено, но не показано"),
    "note": ("note", "примечание"),
    "waiver": ("waiver", "исключение"),
    "expired": ("expired {when}", "истекло {when}"),
    "unused": ("never used", "не понадобилось"),
    "violations": ("{n} violation|{n} violations", "{n} нарушение|{n} нарушения|{n} нарушений"),
    "no violations": ("No violations", "Нарушений нет"),
    "n critical": ("{n} critical", "критичных\u00a0{n}"),
    "n major": ("{n} major", "важных\u00a0{n}"),
    "n minor": ("{n} minor", "мелких\u00a0{n}"),
    "n kept": ("{n} kept", "исполнено\u00a0{n}"),
    "n to review": ("{n} to review", "проверить человеку\u00a0{n}"),
    "n open": ("{n} open", "срок не вышел\u00a0{n}"),
    "n waived": ("{n} waived", "исключений\u00a0{n}"),
    "verdict": ("verdict", "итог"),
    "case": ("case", "обращение"),
    "opened": ("began", "начало"),
    "done": ("done", "сделано"),
    "hours late": ("hours late", "опоздание, ч"),
    "zone": ("time zone", "часовой пояс"),
    "team": ("team", "команда"),
    "actor": ("person", "сотрудник"),
    "why": ("why", "почему"),
    "source": ("source", "источник"),
    "kind": ("kind", "вид"),
    "status": ("status", "состояние"),
    "share kept": ("share kept", "доля исполненных"),
    "decided": ("decided", "решено"),
    "skipped": ("events without the key", "события без ключа"),
    "id": ("id", "номер"),
    "baseline": ("in the baseline", "в базовом списке"),
    "yes": ("yes", "да"),
    "what": ("what", "что"),
    "value": ("value", "значение"),
    "where": ("where", "где"),
    "file": ("file", "файл"),
    "all violations": ("violations", "нарушений"),
    "all events": ("events", "событий"),
    "all cases": ("cases", "обращений"),
    "all rejected": ("lines that cannot be read", "нечитаемых строк"),
    "all duplicates": ("lines that repeat another", "повторных строк"),
    "all unlisted": ("findings counted but not listed", "находок учтено, но не показано"),
    "all cut": ("obligations that did not fit into the sheet", "обязательств, не поместившихся на лист"),
    "first event": ("first event", "первое событие"),
    "last event": ("last event", "последнее событие"),
    "moment": ("judged at", "на момент"),
    "waiver ends": ("waiver ends", "исключение до"),
    "waiver used": ("waiver used, times", "исключение применено, раз"),
    "waiver expired": ("waiver expired", "исключение истекло"),
    "approved by": ("approved by", "кто разрешил"),
    "Summary": ("Summary", "Итоги"),
    "Findings": ("Findings", "Находки"),
    "Obligations": ("Obligations", "Обязательства"),
    "Rules": ("Rules", "Правила"),
    "Log quality": ("Log quality", "Качество журнала"),
    "Waivers": ("Waivers", "Исключения"),
    "Scores": ("Scores", "Оценки"),
    "scored by": ("by", "по чему"),
    "scored": ("who or what", "кто или что"),
    "score": ("score", "оценка"),
    "near": ("near misses", "едва успели"),
    "vetoed": ("a critical rule broken", "нарушено критичное"),
    "month": ("month", "месяц"),
    "week": ("week", "неделя"),
    "day": ("day", "день"),
    "diff new": ("New", "Новые"),
    "diff gone": ("Gone", "Ушли"),
    "diff worse": ("Worse", "Хуже"),
    "diff better": ("Better", "Лучше"),
    "diff same": ("same", "без изменений"),
    "read as": ("read as {formats}", "прочитано как {formats}"),
    "and more": ("{named} and {n} more", "{named} и ещё {n}"),
    "weakens": ("{what}: weakens {n} obligation of {rules}|{what}: weakens {n} obligations of {rules}",
                "{what}; менее надёжно {n} обязательство: {rules}|{what}; менее надёжны {n} обязательства: {rules}|{what}; менее надёжны {n} обязательств: {rules}"),
    "weak unknown": ("{n} obligation of {rules} cannot be decided: {why}|{n} obligations of {rules} cannot be decided: {why}",
                     "нельзя решить {n} обязательство ({rules}): {why}|нельзя решить {n} обязательства ({rules}): {why}|нельзя решить {n} обязательств ({rules}): {why}"),
    "weak no text": ("{n} of {of} messages has no text|{n} of {of} messages have no text",
                     "{n} из {of} сообщений без текста|{n} из {of} сообщений без текста|{n} из {of} сообщений без текста"),
    "weak no role": ("{n} of {of} messages does not say who wrote it, and counts as a person's|{n} of {of} messages do not say who wrote them, and count as people's",
                     "в {n} из {of} сообщений не сказано, кто написал: считаем, что человек|в {n} из {of} сообщений не сказано, кто написал: считаем, что человек|в {n} из {of} сообщений не сказано, кто написал: считаем, что человек"),
    "weak role guessed": ("who wrote {n} of {of} messages is guessed|who wrote {n} of {of} messages is guessed",
                          "кто написал {n} из {of} сообщений, угадано|кто написал {n} из {of} сообщений, угадано|кто написал {n} из {of} сообщений, угадано"),
    "weak start guessed": ("{n} of {of} incidents does not say when it began: counted from its first post|{n} of {of} incidents do not say when they began: counted from their first posts",
                           "{n} из {of} инцидентов без времени начала: считаем с первой записи|{n} из {of} инцидентов без времени начала: считаем с первой записи|{n} из {of} инцидентов без времени начала: считаем с первой записи"),
    "weak start claimed": ("when {n} of {of} incidents began is known only from what was said afterwards|when {n} of {of} incidents began is known only from what was said afterwards",
                           "начало {n} из {of} инцидентов известно только со слов, сказанных потом|начало {n} из {of} инцидентов известно только со слов, сказанных потом|начало {n} из {of} инцидентов известно только со слов, сказанных потом"),
    "weak end guessed": ("{n} of {of} incidents ended without a post that says so: over when the page claims it was|{n} of {of} incidents ended without a post that says so: over when the page claims they were",
                         "{n} из {of} инцидентов закончился без записи об этом: конец со слов страницы|{n} из {of} инцидентов закончились без записи об этом: конец со слов страницы|{n} из {of} инцидентов закончились без записи об этом: конец со слов страницы"),
    "weak edited": ("{n} of {of} texts was changed after it was posted, and only the last version is known|{n} of {of} texts were changed after they were posted, and only the last version is known",
                    "{n} из {of} текстов изменён после публикации, известен только последний|{n} из {of} текстов изменены после публикации, известен только последний|{n} из {of} текстов изменены после публикации, известен только последний"),
    "besides": ("besides", "кроме того"),
    "n unknown": ("{n} undecided", "решить нельзя\u00a0{n}"),
}  # fmt: skip


def language(value: object) -> Lang:
    """The language that an option names; English for any that has no words here."""
    return "ru" if value == "ru" else "en"


def say(word: str, lang: Lang, n: int | None = None, **values: object) -> str:
    """The text for `word`, in the form that the number `n` asks for, with `values` put in."""
    return filled(WORDS[word][lang == "ru"], lang, n, **values)


def filled(text: str, lang: Lang, n: int | None = None, **values: object) -> str:
    """`text` in the form that the number `n` asks for, with `values` put in."""
    if "|" in text:
        forms = text.split("|")
        text = forms[_russian(n or 0) if lang == "ru" else (n != 1)]
    if n is not None:
        values["n"] = number(n)
    return text.format(**values) if values else text


def number(n: int) -> str:
    """`9999`, `12 345`: thousands apart from five digits on."""
    return f"{n:,}".replace(",", NBSP) if n >= 10_000 else str(n)


def _russian(n: int) -> int:
    """0 for 1, 21, 31 …; 1 for 2–4, 22–24 …; 2 for the rest, 11–14 among them."""
    if n % 10 == 1 and n % 100 != 11:
        return 0
    return 1 if 2 <= n % 10 <= 4 and not 12 <= n % 100 <= 14 else 2
