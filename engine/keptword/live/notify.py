"""Notifications: which announcements somebody is told of, in what words, when, and never twice."""

from __future__ import annotations

import hashlib
import importlib
import json
import queue
import re
import threading
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from keptword.errors import usage_error, visible
from keptword.instants import DAY, HOUR, MINUTE, SECOND, to_datetime
from keptword.live.announce import urgent
from keptword.live.journal import Journal, Letter, packed

Lang = Literal["en", "ru"]
Send = Callable[[str, str, str], bool]  # address, title, text → whether it went out
SINK = "post"
_TRIES = 8

_WORDS: dict[Lang, dict[str, str]] = {
    "en": {
        "warning": "{share} % of the time has passed: {title} ({key}), due {due}",
        "verdict": "{verdict}: {title} ({key}){late}", "correction": "corrected from {before} to {verdict}: {title} ({key}){late}",
        "withdrawn": "withdrawn: {title} ({key}) was announced as {before}", "escalation": "team {team}: {count} violations",
        "reparation": "a violation opens a duty: {title} ({key}), due {due}",
        "left-out": "left out: {why}", "late": ", {late_by} late", "owner": ", {owner}", "digest": "{n} announcements", "more": "… and {n} more",
        "missed": "missed", "kept": "kept", "early": "too early", "broken": "broken", "open": "open", "void": "void", "waived": "waived",
        "review": "please look", "borderline": "borderline", "unknown": "cannot be decided", "done-late": "late",
    },
    "ru": {
        "warning": "прошло {share} % срока: {title} ({key}), срок {due}",
        "verdict": "{verdict}: {title} ({key}){late}", "correction": "исправлено с «{before}» на «{verdict}»: {title} ({key}){late}",
        "withdrawn": "отозвано: {title} ({key}), было «{before}»", "escalation": "команда {team}: нарушений {count}",
        "reparation": "нарушение обязывает: {title} ({key}), срок {due}",
        "left-out": "не учтено: {why}", "late": ", опоздание {late_by}", "owner": ", {owner}", "digest": "сообщений: {n}", "more": "… и ещё {n}",
        "missed": "не сделано", "kept": "сделано в срок", "early": "слишком рано", "broken": "нарушено", "open": "открыто",
        "void": "отпало", "waived": "снято", "review": "нужно посмотреть", "borderline": "на границе", "unknown": "не определить",
        "done-late": "сделано поздно",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wishes:
    """How people want to be told.

    Attributes:
        addresses: Apprise URLs; escalation: those that hear of escalations only.
        lang: of the messages.
        digest: gather for so long (microseconds); 0: at once.
        quiet: local hours [from, to) as minutes of the day in which only critical matters are sent; None: none.
        zone: of the quiet hours.
    """

    addresses: tuple[str, ...] = ()
    escalation: tuple[str, ...] = ()
    lang: Lang = "en"
    digest: int = 0
    quiet: tuple[int, int] | None = None
    zone: str = "UTC"


class Post:
    """Turns announcements into letters, and sees to it that each is handed over at most once.

    Sending happens in a thread of its own, so that a slow service does not hold up decisions. A letter whose sending
    was cut off by the end of the process is not sent again; `Journal.post_counts` shows it as `unsure`.
    """

    def __init__(self, journal: Journal, wishes: Wishes, send: Send) -> None:
        self._journal, self._wishes, self._send = journal, wishes, send
        self._names = {_name(a): a for a in (*wishes.addresses, *wishes.escalation)}
        self._out: queue.Queue[tuple[list[Letter], str, str, str] | None] = queue.Queue()
        self._back: queue.Queue[tuple[list[Letter], bool]] = queue.Queue()
        self._busy = 0
        self._thread = threading.Thread(target=self._carry, name="keptword-post", daemon=True)
        self._thread.start()

    def collect(self, now: int) -> int:
        """Write letters for new announcements; how many. `now`: microseconds of the caller's clock."""
        new = self._journal.undelivered(SINK)
        if not new:
            return 0
        letters: list[tuple[str, str, int]] = []
        for _, text in new:
            data = json.loads(text)
            if not urgent(data):
                continue
            to = (
                (*self._wishes.addresses, *self._wishes.escalation)
                if data["kind"] == "escalation"
                else self._wishes.addresses
            )
            when = not_before(now, data.get("severity") == "critical", self._wishes)
            letters += [(_name(a), packed(data), when) for a in dict.fromkeys(to)]
        self._journal.post(letters, SINK, new[-1][0])
        return len(letters)

    def send(self, now: int) -> None:
        """Hand over what may be sent now, and take note of what became of what was handed over before."""
        self._settle(now)
        if self._busy:
            return  # one at a time, so that an address gets its letters in order
        by_address: dict[str, list[Letter]] = {}
        for letter in self._journal.letters(now):
            by_address.setdefault(letter.address, []).append(letter)
        for name, letters in by_address.items():
            if name not in self._names:  # the address is no longer wanted
                self._journal.mark([item.id for item in letters], "given-up")
                continue
            group = letters if self._wishes.digest or len(letters) > 5 else letters[:1]
            self._journal.mark([item.id for item in group], "sending")
            title, text = compose([json.loads(item.body) for item in group], self._wishes.lang)
            self._busy += 1
            self._out.put((group, self._names[name], title, text))

    def _settle(self, now: int, wait: float = 0.0) -> None:
        while self._busy:
            try:
                letters, went = self._back.get(block=wait > 0, timeout=wait or None)
            except queue.Empty:
                return
            self._busy -= 1
            if went:
                self._journal.mark([item.id for item in letters], "sent")
                continue
            for item in letters:
                tries = item.tries + 1
                if tries >= _TRIES:
                    self._journal.mark([item.id], "given-up")
                else:
                    self._journal.mark([item.id], "waiting", now + min(HOUR, 15 * SECOND * 2**tries))

    def _carry(self) -> None:
        while (item := self._out.get()) is not None:
            letters, address, title, text = item
            try:
                went = self._send(address, title, text)
            except Exception:  # noqa: BLE001 - whatever a service's plug-in raises, it did not go out
                went = False
            self._back.put((letters, went))

    def close(self, now: int, wait: float = 10.0) -> None:
        """Wait a little for what is being sent, then let go."""
        self._settle(now, wait)
        self._out.put(None)


def not_before(now: int, critical: bool, wishes: Wishes) -> int:
    """When a message that comes up now may be sent: after the digest's wait, and not in quiet hours unless critical."""
    when = now if critical else now + wishes.digest
    if wishes.quiet is None or critical:
        return when
    start, end = wishes.quiet
    local = to_datetime(when, wishes.zone)
    minute = local.hour * 60 + local.minute
    inside = start <= minute < end if start <= end else minute >= start or minute < end
    if not inside:
        return when
    wait = (end - minute) % (24 * 60)
    return when - (when % MINUTE) + wait * MINUTE


def compose(items: Sequence[Mapping[str, Any]], lang: Lang, most: int = 30) -> tuple[str, str]:
    """Title and text of one message about some announcements; control characters made visible."""
    lines = [line(item, lang) for item in items]
    if len(lines) == 1:
        title = lines[0]
        return title[:120], lines[0]
    words = _WORDS[lang]
    shown = lines[:most] + ([words["more"].format(n=len(lines) - most)] if len(lines) > most else [])
    return "keptword: " + words["digest"].format(n=len(lines)), "\n".join(shown)


def line(data: Mapping[str, Any], lang: Lang) -> str:
    """One announcement as a sentence."""
    words = _WORDS[lang]

    def verdict(name: object) -> str:
        return words["done-late"] if name == "late" else words.get(str(name), str(name))

    late = (
        words["late"].format(late_by=_span(data["late_by_s"]))
        if (data.get("late_by_s") or 0) >= 1 and data["kind"] != "warning"
        else ""
    )
    owner = ", ".join(str(v) for v in (data.get("owner") or {}).values())
    text = words[str(data["kind"])].format(
        share=data.get("share", ""), title=data.get("title") or data.get("rule", ""),
        key=", ".join(str(v) for v in (data.get("key") or {}).values()), due=clock_time(str(data.get("due", ""))),
        verdict=verdict(data.get("verdict")), before=verdict(data.get("before")), late=late,
        team=data.get("team", ""), count=data.get("count", ""), why=data.get("why", ""),
    )  # fmt: skip
    return visible((text + (words["owner"].format(owner=owner) if owner else "")).replace("\n", " "))[:1000]


def clock_time(text: str) -> str:
    """An instant of an announcement without parts of a second and with a blank: `2026-03-02 10:00:00+03:00`."""
    return re.sub(r"\.\d+", "", text).replace("T", " ")


def _span(seconds: float) -> str:
    days, rest = divmod(int(seconds), DAY // SECOND)
    hours, rest = divmod(rest, 3600)
    parts = [(days, "d"), (hours, "h"), (rest // 60, "m"), (rest % 60 if not days and not hours else 0, "s")]
    return " ".join(f"{n} {unit}" for n, unit in parts if n) or "0 s"


def _name(address: str) -> str:
    """How an address is called in the journal, which must not hold its secrets."""
    return hashlib.blake2b(address.encode(), digest_size=6).hexdigest()


def apprise_sender(addresses: Sequence[str]) -> Send:
    """Sends through Apprise.

    Raises:
        UsageError: U003 Apprise is not installed; U001 an address that it does not understand (its secrets are not shown).
    """
    ready: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # its own affair, also when it loads its services
        try:
            apprise: Any = importlib.import_module("apprise")
        except ImportError as error:
            raise usage_error(
                "notifications need Apprise, which is not installed", "pip install 'keptword[live]'", "U003"
            ) from error
        for address in addresses:
            box = apprise.Apprise()
            if not box.add(address):
                scheme = address.partition(":")[0]
                raise usage_error(
                    f"--notify: '{scheme}://…' is not an address that Apprise understands",
                    "such as mailto://user:password@example.org",
                )
            ready[address] = box

    def send(address: str, title: str, text: str) -> bool:
        return bool(ready[address].notify(body=text, title=title, body_format="text"))

    return send
