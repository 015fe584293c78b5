"""One e-mail: its headers, times and words, read with the standard library however odd the message is."""

from __future__ import annotations

import email
import email.errors
import email.header
import email.policy
import email.utils
import re
from dataclasses import dataclass
from datetime import UTC
from email.message import Message

from keptword.instants import InstantError, local_instant, to_micros
from keptword.readers.html_text import html_text

_IDS = re.compile(r"<([^<>\s]+)>")
_ZONED = re.compile(r"(?:[+-]\d{4}|\b(?:GMT|UTC?|Z|[ECMP][SD]T))(?:\s*\(.*\))?\s*$")
_BULK = frozenset(["auto_reply", "auto-reply", "bulk", "junk", "list"])
_NEST = 30


@dataclass(frozen=True, slots=True)
class Mail:
    """What is kept of a message.

    Attributes:
        id: the Message-ID without brackets; "" when it has none.
        dated: what its Date header claims; None when it has none that can be read.
        arrived: when the last server took it in (the topmost Received); None when none is named.
        sender, name: address in lower case, and the name shown with it.
        recipients: addresses of To and Cc in lower case.
        ancestors: Message-IDs that it answers, the oldest first.
        automatic: sent by a machine: an automatic reply, a bounce, a mailing.
        reply: the subject says that it is an answer.
    """

    id: str
    dated: int | None
    arrived: int | None
    sender: str
    name: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    ancestors: tuple[str, ...]
    automatic: bool
    reply: bool
    attachments: int


def read_mail(raw: bytes, zone: str | None) -> Mail:
    """A message from its bytes.

    Args:
        raw: header and body as RFC 5322 has them.
        zone: IANA zone of a Date without one; None refuses it.

    Raises:
        InstantError: neither Date nor Received gives an instant.
    """
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    received = _times(message, "Received", zone, last_part=True)
    try:
        dates = _times(message, "Date", zone)
    except InstantError:
        if not received:
            raise
        dates = []
    if not dates and not received:
        shown = _text(message, "Date")
        raise InstantError(
            "L005" if shown else "L004",
            f"'{shown[:60]}' is not a date of an e-mail"
            if shown
            else "the message has no Date and no Received header",
            "such as Mon, 02 Mar 2026 09:00:00 +0300",
        )
    name, sender = _first(message, "From", "Sender")
    subject = _text(message, "Subject")
    text, attachments = _body(message)
    return Mail(
        id=_one_id(message, "Message-ID"), dated=dates[0] if dates else None, arrived=received[0] if received else None, sender=sender, name=name,
        recipients=tuple(dict.fromkeys(_addresses(message, "To", "Cc"))), subject=subject, text=text,
        ancestors=tuple(dict.fromkeys([*_ids(message, "References"), *_ids(message, "In-Reply-To")])), automatic=_automatic(message),
        reply=bool(re.match(r"\s*(?:re|aw|sv|ha|отв|ответ)\s*(?:\[\d+\])?\s*:", subject, re.IGNORECASE)), attachments=attachments,
    )  # fmt: skip


def _raw(message: Message, name: str) -> list[str]:
    return [str(v) for v in message.get_all(name) or []]


def _text(message: Message, name: str) -> str:
    """A header with its encoded words decoded."""
    values = _raw(message, name)
    if not values:
        return ""
    try:
        parts = email.header.decode_header(values[0])
        text = "".join(p if isinstance(p, str) else _decoded(p, c) for p, c in parts)
    except (email.errors.HeaderParseError, ValueError):
        text = values[0]
    return " ".join(text.encode("utf-8", "surrogateescape").decode("utf-8", "replace").split())


def _decoded(data: bytes, charset: str | None) -> str:
    for name in (charset, "utf-8"):
        try:
            if name:
                return data.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    # Old Russian mail often names no encoding at all, or a wrong one.
    return data.decode("cp1251" if sum(b >= 0xC0 for b in data) > len(data) // 4 else "latin-1", "replace")


def _times(message: Message, name: str, zone: str | None, last_part: bool = False) -> list[int]:
    out = []
    for value in _raw(message, name)[:1]:
        text = value.rpartition(";")[2].strip() if last_part else value.strip()
        try:
            moment = email.utils.parsedate_to_datetime(text)
        except (ValueError, TypeError, OverflowError):
            continue
        if moment.tzinfo is None and not _ZONED.search(text):
            if zone is None and not last_part:
                raise InstantError(
                    "L006",
                    f"'{text[:60]}' has no offset from UTC",
                    "name the log's zone: --timezone Europe/Moscow",
                )
            if zone is None:
                continue
            out.append(local_instant(moment, zone))
            continue
        try:
            # -0000 says that the writer's zone is not known; the time itself is UTC (RFC 5322, 3.3).
            out.append(to_micros(moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)))
        except OverflowError:
            continue
    return out


def _addresses(message: Message, *names: str) -> list[str]:
    return [
        a.lower()
        for _, a in email.utils.getaddresses([v for n in names for v in _raw(message, n)])
        if "@" in a
    ]


def _first(message: Message, *names: str) -> tuple[str, str]:
    for name in names:
        for value in _raw(message, name):
            for shown, address in email.utils.getaddresses([value]):
                if "@" in address:
                    holder = Message()
                    holder["Name"] = shown
                    return _text(holder, "Name") or address.lower(), address.lower()
    return "", ""


def _ids(message: Message, name: str) -> list[str]:
    return [i for v in _raw(message, name) for i in _IDS.findall(v)]


def _one_id(message: Message, name: str) -> str:
    found = _ids(message, name)
    return found[0] if found else " ".join(_raw(message, name)).strip().strip("<>")


def _automatic(message: Message) -> bool:
    submitted = _text(message, "Auto-Submitted").lower()
    if submitted and not submitted.startswith("no"):
        return True
    if _text(message, "Precedence").lower() in _BULK or any(
        _raw(message, n)
        for n in ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "List-Id", "List-Unsubscribe")
    ):
        return True
    back = _raw(message, "Return-Path")
    return (bool(back) and back[0].strip() == "<>") or message.get_content_type() == "multipart/report"


def _body(message: Message, depth: int = 0) -> tuple[str, int]:
    """The words, plain ones before HTML, and the number of attachments."""
    if depth > _NEST:
        return "", 0
    parts = message.get_payload() if message.is_multipart() else None
    if not isinstance(parts, list):
        return (
            ("", 1)
            if message.get_content_disposition() == "attachment"
            else (_words(message), 0 if message.get_content_maintype() == "text" else 1)
        )
    inner = [(p, *_body(p, depth + 1)) for p in parts if isinstance(p, Message)]
    attachments = sum(n for _, _, n in inner)
    if message.get_content_subtype() == "alternative":
        plain = next((t for p, t, _ in inner if p.get_content_type() == "text/plain" and t), "")
        return plain or next((t for _, t, _ in reversed(inner) if t), ""), attachments
    return "\n\n".join(t for p, t, _ in inner if t and p.get_content_type() != "message/rfc822"), attachments


def _words(message: Message) -> str:
    if message.get_content_maintype() != "text":
        return ""
    payload = message.get_payload(decode=True)
    text = _decoded(payload, message.get_content_charset()) if isinstance(payload, bytes) else ""
    text = text.replace("\r\n", "\n").replace("\0", "")
    return html_text(text) if message.get_content_subtype() == "html" else text.strip()
