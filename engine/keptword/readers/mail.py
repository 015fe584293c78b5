"""E-mail: mbox files, single messages and maildirs, joined into conversations by the headers that name what is answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from keptword.errors import LogError, Place, Problem
from keptword.events import Event, Value
from keptword.instants import HOUR, InstantError
from keptword.readers.mail_message import Mail, read_mail
from keptword.readers.reading import Reading, Role, counted
from keptword.readers.source import Source

LARGEST = 64 * 1024 * 1024
_HEADER = re.compile(rb"[!-9;-~]+:[ \t]")
_STUFFED = re.compile(rb"(?m)^>(>*From )")
_PLAIN = frozenset(
    [
        b"received:",
        b"from:",
        b"date:",
        b"message-id:",
        b"return-path:",
        b"subject:",
        b"delivered-to:",
        b"to:",
        b"mime-version:",
        b"x-gm-thrid:",
    ]
)


@dataclass(slots=True)
class _Box:
    """The messages of one run, until all of them are read."""

    mails: dict[str, tuple[Mail, Place]] = field(default_factory=dict)
    nameless: list[tuple[Mail, Place]] = field(default_factory=list)
    copies: int = 0


def recognises(head: bytes, _name: str) -> bool:
    """Whether a `From ` line or headers of a message stand at the beginning."""
    if head.startswith(b"From ") and _HEADER.match(head.partition(b"\n")[2]):
        return True
    first = head.split(b"\n", 1)[0].lower()
    top = head.partition(b"\n\n")[0].replace(b"\r", b"").lower() + b"\n"
    return (
        first[: first.find(b":") + 1] in _PLAIN
        and b"\nfrom:" in b"\n" + top
        and (b"\ndate:" in b"\n" + top or b"\nreceived:" in b"\n" + top)
    )


def read(source: Source, reading: Reading) -> Iterator[Event]:
    """Takes in the messages of a source; the events come from `finish`, when every conversation is known.

    Raises:
        LogError: L004 when nothing says which addresses are ours: who asks and who answers would be a guess.
    """
    if reading.ours is None and not reading.mapping.get("ours"):
        hint = "--map ours=example.com (domains or addresses, commas between them), or ours: in sources.yaml"
        raise LogError(
            Problem(
                "L004",
                "nothing says which addresses are ours, so nobody can say which mail went out",
                Place(source.name),
                hint=hint,
            )
        )
    box: _Box = reading.kept.setdefault("mail", _Box())
    for place, raw in _messages(source, reading):
        try:
            mail = read_mail(raw, reading.zone)
        except InstantError as error:
            line = next((n for n, row in enumerate(raw.split(b"\n")) if row.lower().startswith(b"date:")), 0)
            shown = raw.split(b"\n")[line]
            reading.reject(
                raw,
                [
                    Problem(
                        error.code,
                        str(error),
                        Place(place.file, place.line + line, 1),
                        shown.decode("utf-8", "replace"),
                        len(shown),
                        error.hint,
                    )
                ],
            )
            continue
        if not mail.sender:
            reading.bad("L004", "the message has no From with an address", place, raw)
            continue
        if reading.keep_going:
            reading.raws[place] = raw
        if not mail.id:
            box.nameless.append((mail, place))
            continue
        known = box.mails.setdefault(mail.id, (mail, place))
        if known[1] is not place:
            box.copies += 1
            if _instant(mail) < _instant(known[0]):
                box.mails[mail.id] = (mail, place)
    yield from ()


def _messages(source: Source, reading: Reading) -> Iterator[tuple[Place, bytes]]:
    """Each message of a source with the place where it begins."""
    if not source.head().startswith(b"From "):
        whole = source.read()
        if whole.strip():
            yield Place(source.name, 1), whole
        return
    parts: list[bytes] = []
    begin, size, blank = 0, 0, True
    for number, line in source.lines(reading):
        if blank and line.startswith(b"From "):
            if begin:
                yield from _whole(source, reading, begin, parts, size)
            parts, begin, size = [], number, 0
        elif size <= LARGEST:
            parts.append(line)
        size += len(line)
        blank = not line.strip()
    if begin:
        yield from _whole(source, reading, begin, parts, size)


def _whole(
    source: Source, reading: Reading, begin: int, parts: list[bytes], size: int
) -> Iterator[tuple[Place, bytes]]:
    place = Place(source.name, begin + 1)
    raw = b"".join(parts)
    if size > LARGEST:
        reading.bad(
            "L015",
            f"the message has {size} bytes, more than {LARGEST // 1024**2} MiB",
            place,
            raw if reading.keep_going else raw[:200],
        )
        return
    yield place, _STUFFED.sub(rb"\1", raw)


def _instant(mail: Mail) -> int:
    return mail.arrived if mail.arrived is not None else mail.dated or 0


def finish(reading: Reading) -> Iterator[Event]:
    """The events of every message, each in the conversation that its headers lead to."""
    box: _Box = reading.kept.pop("mail", _Box())
    mails = [*box.mails.values(), *box.nameless]
    if not mails:
        return
    mails.sort(key=lambda m: (_instant(m[0]), m[0].id))
    roots = _roots([m for m, _ in mails])
    lost = astray = 0
    for mail, place in mails:
        lost += mail.reply and not mail.ancestors
        astray += (
            mail.arrived is not None and mail.dated is not None and abs(mail.arrived - mail.dated) > HOUR
        )
        yield _event(mail, place, roots.get(mail.id or next(iter(mail.ancestors), ""), mail.id), reading)
    if box.copies:
        reading.note(
            f"mail: {counted(box.copies, 'copy').replace('copys', 'copies')} of a message that is there already; each counts once"
        )
    if lost:
        reading.note(
            f"mail: {counted(lost, 'answer')} named no message that it answers; it stands as a conversation of its own"
            if lost == 1
            else f"mail: {lost} answers named no message that they answer; each stands as a conversation of its own"
        )
    if astray:
        reading.note(
            f"mail: {counted(astray, 'message')} claimed a date more than an hour away from the arrival; the arrival counts for what came in"
        )


def _roots(mails: list[Mail]) -> dict[str, str]:
    """Message-ID → the Message-ID at the beginning of its conversation."""
    parent: dict[str, str] = {}

    def top(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for mail in mails:
        chain = [*mail.ancestors, mail.id] if mail.id else list(mail.ancestors)
        for older, newer in pairwise(chain):
            parent[top(newer)] = top(older)
    # The name of a conversation is its oldest message that is named anywhere: it stays when later mail comes in.
    return {name: top(name) for name in list(parent)}


def _event(mail: Mail, place: Place, case: str, reading: Reading) -> Event:
    ours = reading.is_ours
    mine, others = ours(mail.sender), [r for r in mail.recipients if not ours(r)]
    inside = mine and not others and bool(mail.recipients)
    time = mail.dated if mine and mail.dated is not None else _instant(mail)
    told = reading.role(mail.sender, time)
    role: Role = "bot" if mail.automatic else told or ("agent" if mine else "customer")
    customer = mail.sender if not mine else next(iter(others), "")
    fields: dict[str, Value | None] = {
        "actor": mail.name, "role": role, "direction": "internal" if inside else "out" if mine else "in", "public": not inside, "channel": "email",
        "customer": customer, "subject": mail.subject, "text": mail.text, "address": mail.sender,
        "claimed_at": mail.dated if mail.dated != time else None, "attachments": mail.attachments or None,
        "team": reading.team(mail.sender) or next((t for r in mail.recipients if (t := reading.team(r))), None),
    }  # fmt: skip
    kept: dict[str, Value] = {k: v for k, v in fields.items() if v is not None and v != ""}
    return Event(
        time,
        "message.sent" if mine else "message.received",
        case,
        f"mail:{mail.id}" if mail.id else "",
        kept,
        place,
    )
