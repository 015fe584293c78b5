"""Promised times in symbol strings: which sentences say when something will be done, and where they say it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from keptword.text.model import Span


@dataclass(frozen=True, slots=True)
class Promise:
    """A promised time in a symbol string: the tokens of the time, and whether it is that of the next update."""

    start: int
    end: int
    update: bool


def _class(classes: Mapping[str, str], *names: str) -> str:
    return "[" + "".join(sorted({c for name in names for c in classes[name]})) + "]"


class TimeGrammar:
    """The grammar over symbols; compiled once for a set of phrasebooks."""

    __slots__ = (
        "_as_of",
        "_condition",
        "_customer",
        "_deadline",
        "_firm",
        "_from",
        "_future",
        "_half_past",
        "_hours",
        "_lead",
        "_loose",
        "_noun",
        "_past",
        "_pasttime",
        "_payment",
        "_range",
        "_refuse",
        "_restore",
        "_slot",
        "_take",
        "_takes",
        "_threat",
        "_tomorrow",
        "_update",
        "_we",
        "_you",
        "timely",
    )  # fmt: skip

    def __init__(self, classes: Mapping[str, str]) -> None:
        def c(*names: str) -> str:
            return _class(classes, *names)

        fill = c("FILL")
        zone = f"(?:{fill}{{0,2}}{c('TZ')}{{1,2}})?"
        number = f"(?:[NR]|{c('NUMW')})(?:{c('ANDTO')}?(?:[NR]|{c('NUMW')})){{0,2}}"
        hour = c("HOURNUM")
        spoken = (  # "к десяти", "by half past six": an hour in words, where nothing follows that it could count
            f"(?:(?:(?<={c('DLPREP', 'LATEST', 'ABOUT', 'FILL', 'FROMW', 'ANDTO', 'SINCEW')})|{c('SINCEW', 'FILL')}){hour}(?=$|{c('AFTERHOUR', 'FUTURE', 'PART', 'REL', 'WDAY', 'AMPM', 'DLPREP', 'FROMW', 'ANDTO')})"
            f"|{c('HALF', 'QUARTER')}{c('ORDHOUR')}|{c('HALFHOUR')}|{c('WITHOUT')}{c('QUARTER', 'NUMW')}{hour}"
            f"|{c('QUARTER', 'HALF', 'HOURNUM')}{c('PASTHOUR')}{hour}|{c('QUARTER')}{c('ANDTO')}{hour})(?:{c('AMPM')}|{fill}?{c('PART')})?"
        )
        length = f"(?:{c('MINUTESW')}[NR]|{number}{c('ABOUT')}?{c('BIZ')}?{c('UNIT')}(?:{fill}{{0,2}}{c('HALF')})?|S{{1,2}}|{c('BIGUNIT')})"
        bare = f"(?:{c('BIZ')}?{c('UNIT')}|{c('BIGUNIT')})"
        clock = f"(?:T{c('AMPM')}{{0,3}}|K|(?<={c('RUPREP')})H|[NR]{c('HOURW')}(?:[N]{c('UNIT')})?(?:{fill}?{c('PART')})?|N(?:{c('AMPM')}{{1,2}}|{c('PART')}|{c('TZ')})|{c('NUMW')}{c('HOURW')}?{c('PART')}|{c('HOURW')}{c('PART')}|{spoken})"
        day = (
            f"(?:D|O(?=$|{c('AFTERHOUR')})|O{fill}?(?:{c('CHISLO')}|{c('MONTH')})|N{c('CHISLO')}|[NR]{c('MONTH')}|{c('MONTH')}{fill}?[NO]|{c('REL')}|{c('WDAY')}"
            f"|{c('FIRSTHALF')}{c('HALF')}{fill}{{0,2}}{c('PART', 'UNIT')}|{c('ENDW')}{fill}{{0,2}}{c('BIZ')}?{c('ENDOF', 'WDAY', 'REL', 'MONTH')}|{c('EODW')}|{c('PART')})Y?"
        )
        point = f"(?:{clock}|{day}){zone}(?:{fill}{{0,3}}(?:{clock}|{day}|(?<={c('MONTH')})N|Y){zone}){{0,4}}"
        about = f"(?:{fill}|{c('ABOUT')}){{0,4}}"
        deadline = (
            f"(?:{c('DLPREP')}|{c('LATEST')}){about}{point}"
            f"|{c('LATEST')}{about}{length}|{c('APPROX')}{length}|{c('STILL')}{about}{length}"
            f"|{c('SPANPREP')}{about}(?:{length}|{bare})"
            f"|{c('IN')}{c('TECHENIE')}{about}(?:{length}|{bare}|{c('REL')}(?:{c('ENDOF')})?|{c('PART')})"
            f"|{c('IN')}(?:{fill}|{c('ABOUT')}|{c('NEXTW')}){{0,3}}{length}"
            f"|{c('NEXTW')}{c('ABOUT')}{{0,2}}{length}"
            f"|{c('UNIT')}(?:{c('SPANPREP')}|{c('IN')}){about}{number}"  # "минут через сорок", "часа за четыре"
        )
        self._deadline = re.compile(deadline)
        self._half_past = re.compile(f"(?<={c('QUARTER', 'HALF', 'HOURNUM')}){c('PASTHOUR')}")
        self._loose = re.compile(f"{point}|{c('DLPREP')}{about}{length}")
        self._range = re.compile(
            f"{c('FROMW')}(?:{clock}|{day}|[N]|{hour}){zone}(?:{fill}|{c('DLPREP', 'ANDTO')}){{0,2}}(?:{clock}|{day}|[N]){zone}(?:{fill}{{0,3}}(?:{day}){zone}){{0,2}}"
        )
        self._take = re.compile(f"{c('TAKE')}{c('USW')}?{about}{length}|{c('TAKE')}{about}{bare}")
        self._future = frozenset(classes["FUTURE"])
        self._past = frozenset(classes["PASTW"])
        self._pasttime = frozenset(classes["PASTTIME"])
        self._restore = frozenset(classes["RESTOREW"])
        self._hours = frozenset(classes["HOURSW"])
        self._customer = frozenset(classes["CUSTOMER"])
        self._lead = frozenset(
            "".join(classes[n] for n in ("DLPREP", "LATEST", "SPANPREP", "IN", "NEXTW", "STILL", "APPROX"))
        )
        self._slot = frozenset(classes["SLOTW"])
        self._noun = frozenset(classes["NOUNLEAD"]) | frozenset(classes["WEW"])
        self._from = frozenset(classes["FROMW"])
        self._takes = frozenset(classes["TAKE"])
        self._payment = frozenset(classes["PAYW"])
        self._firm = self._future - frozenset(classes["SOFTFUTURE"])
        self._tomorrow = frozenset(classes["FUTREL"])
        self._as_of = frozenset(classes["ASOFW"])
        self._threat = frozenset(classes["THREAT"])
        self._update = frozenset(classes["UPDATEW"])
        self._condition = frozenset(classes["CONDITION"])
        self._you = frozenset(classes["YOUW"])
        self._we = frozenset(classes["WEW"])
        self._refuse = re.compile(
            f"{c('NOTW')}[^.]{{0,3}}{c('SAYW')}[^.]{{0,5}}{c('WHENW')}|{c('REFUSE')}|{c('NOTW')}[^.]{{0,2}}{c('SAYW')}[^.]{{0,4}}$|{c('NOTW')}{c('SAYW')}"
        )
        timely = "TKDSOH" + "".join(
            classes[n]
            for n in (
                "UNIT",
                "BIGUNIT",
                "REL",
                "WDAY",
                "MONTH",
                "PART",
                "EODW",
                "ENDW",
                "CHISLO",
                "AMPM",
                "HOURNUM",
                "HALFHOUR",
                "ORDHOUR",
            )
        )
        self.timely = frozenset(timely)

    def read(self, sentence: str) -> tuple[Promise, ...]:
        """Promised times of one sentence (a symbol string without bounds), offsets in it."""
        if self.timely.isdisjoint(sentence):
            return ()
        update = not self._update.isdisjoint(sentence)
        return tuple(Promise(left, right, update) for left, right in self._sentence(sentence))

    def _sentence(self, sentence: str) -> list[Span]:
        held = set(sentence)
        future = not self._future.isdisjoint(held)
        past = not self._past.isdisjoint(held)
        ours = future and not self._we.isdisjoint(held)
        restored = not self._restore.isdisjoint(held)
        if not self._hours.isdisjoint(held) and not ours and not restored:
            return []
        if not self._threat.isdisjoint(held) and self._update.isdisjoint(held) and not ours and not restored:
            return []
        strong = (
            [m.span() for m in self._deadline.finditer(sentence)]
            if (future or not past) and not self._lead.isdisjoint(held)
            else []
        )
        loose: list[Span] = []
        if future:
            if not self._from.isdisjoint(held):
                loose = [m.span() for m in self._range.finditer(sentence)]
            if not self._takes.isdisjoint(held):
                loose += [m.span() for m in self._take.finditer(sentence)]
            loose += [m.span() for m in self._loose.finditer(sentence)]
        elif not past:
            if not self._takes.isdisjoint(held):
                loose = [m.span() for m in self._take.finditer(sentence)]
            if (len(sentence) <= 6 and not self._update.isdisjoint(held)) or (
                len(sentence) <= 12 and not self._slot.isdisjoint(sentence[:4])
            ):
                loose += [m.span() for m in self._loose.finditer(sentence)]
        return [
            span for span in _merge(strong + loose)
            if self._stands(sentence, span) and not self._customers(sentence, span, future) and not self._bygone(sentence, span, future)
        ]  # fmt: skip

    def _customers(self, sentence: str, span: Span, future: bool) -> bool:
        """Whether a time is the customer's, not ours: "оплатите до 25 числа", "please reply by Friday", "if you do not pay by …"."""
        before, after = sentence[: span[0]], sentence[span[1] :]
        if not self._payment.isdisjoint(before) and self._firm.isdisjoint(sentence):
            return True
        asked = _last(before, self._customer)
        if asked > 0 and before[asked - 1] in self._noun:  # "our reply", "we aim to reply"
            asked = -1
        if asked >= 0 and asked > _last(before, self._future):
            return True
        if not future and not self._customer.isdisjoint(after) and self._we.isdisjoint(sentence):
            return True
        condition = _last(before, self._condition)
        if condition < 0:
            return False
        if not self._customer.isdisjoint(after) or not self._threat.isdisjoint(after):
            return True
        return not future or (not self._you.isdisjoint(before[condition:]) and self._we.isdisjoint(sentence))

    def _bygone(self, sentence: str, span: Span, future: bool) -> bool:
        """Whether the words before the time speak of the past: "was resolved at 14:00, we will …"."""
        before = sentence[: span[0]]
        done = _last(before, self._past)
        if done < 0 or not self._tomorrow.isdisjoint(sentence[span[0] : span[1]]):
            return False
        return _last(before, self._future) < 0 and not (future and span[0] - done > 8)

    def _stands(self, sentence: str, span: Span) -> bool:
        """Not refused before it, not "ago" or "since" right around it."""
        before, after = sentence[max(0, span[0] - 9) : span[0]], sentence[span[1] : span[1] + 2]
        if self._refuse.search(before) or not self._as_of.isdisjoint(before[-3:]):
            return False
        return self._pasttime.isdisjoint(
            self._half_past.sub("", before[-2:] + sentence[span[0] : span[1]] + after)
        )


def _last(part: str, symbols: frozenset[str]) -> int:
    """Where the last of these symbols stands, -1 if none does."""
    return next((i for i in range(len(part) - 1, -1, -1) if part[i] in symbols), -1)


def _merge(spans: list[Span]) -> list[Span]:
    """Overlapping and touching spans joined, in order."""
    out: list[Span] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        elif end > start:
            out.append((start, end))
    return out
