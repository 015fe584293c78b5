"""Reports that may leave the house: customers left out, colleagues under pseudonyms."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import replace

from keptword.errors import usage_error
from keptword.events import Event, Value
from keptword.obligation import Finding, Key, Obligation, Report

CUSTOMER_FIELDS: frozenset[str] = frozenset(
    {"customer", "contact", "phone", "email", "address", "name", "subject", "text"}
)
STAFF_FIELDS: frozenset[str] = frozenset({"actor", "assignee"})
# What is left of an event: enough to draw it. Other fields may hold anything.
_DRAWN_FIELDS: frozenset[str] = frozenset({
    "direction", "audience", "public", "role", "team", "channel", "actor", "customer", "affected",
})  # fmt: skip


def redact(report: Report, secret: str, fields: Collection[str] = CUSTOMER_FIELDS) -> Report:
    """The report without customers' personal data.

    Key fields that name a customer get a pseudonym, also where the evidence repeats them; the texts of messages and
    the words quoted from them are left out. Cases, incidents, rule files and file names stay.

    Args:
        report: as an audit returned it.
        secret: the same secret gives the same pseudonyms, so that redacted reports of different days can be compared
            (ids rest on the key, so those of a redacted report differ from those of the full one).
        fields: key fields that name a customer.
    """
    return _veiled(report, checked(secret), fields, "customer", staff=False)


def pseudonymise(report: Report, secret: str) -> Report:
    """The report with pseudonyms for colleagues: owners, key fields that name them, and the evidence that repeats them.

    Texts of messages are left out, because they are signed.
    """
    return _veiled(report, checked(secret), STAFF_FIELDS, "person", staff=True)


def checked(secret: str) -> bytes:
    """The secret as a key; UsageError when it is too short to keep anything."""
    if len(secret) < 8:
        hint = "names are few and can be guessed: use a random one and keep it to yourself"
        raise usage_error("the secret for pseudonyms has fewer than 8 characters", hint)
    # blake2b takes keys of at most 64 bytes.
    return hashlib.blake2b(secret.encode("utf-8", "surrogatepass")).digest()


def _whole(value: str) -> str:
    """A pattern for the value as a whole: customer 1 is not hidden in the middle of 15."""
    before = r"(?<!\w)" if re.match(r"\w", value) else ""
    after = r"(?!\w)" if re.search(r"\w\Z", value) else ""
    return f"{before}{re.escape(value)}{after}"


def _veiled(report: Report, secret: bytes, fields: Collection[str], prefix: str, *, staff: bool) -> Report:
    def name(value: str) -> str:
        said = value.encode("utf-8", "surrogatepass")
        return f"{prefix}-{hashlib.blake2b(said, key=secret, digest_size=5).hexdigest()}" if value else ""

    def text(original: str, o: Obligation) -> str:
        for span in sorted({s.text for s in o.spans if s.text}, key=len, reverse=True):
            original = original.replace(span, "…")
        hidden = {v for k, v in o.key if k in fields and v} | ({o.owner.actor} - {""} if staff else set())
        if not hidden:
            return original
        # The longest first, so that no part of a name is left behind.
        pattern = "|".join(_whole(v) for v in sorted(hidden, key=len, reverse=True))
        return re.sub(pattern, lambda found: name(found[0]), original)

    def obligation(o: Obligation) -> Obligation:
        key: Key = tuple((k, name(v) if k in fields else v) for k, v in o.key)
        owner = replace(o.owner, actor=name(o.owner.actor)) if staff else o.owner
        spans = tuple(replace(s, text="") for s in o.spans)
        return replace(o, key=key, owner=owner, spans=spans, why=text(o.why, o))

    def event(e: Event) -> Event:
        kept: dict[str, Value] = {}
        for field, value in e.fields.items():
            person = (
                "customer"
                if field in {"customer", "affected"} or e.fields.get("role") == "customer"
                else "person"
            )
            named = field in {"customer", "affected", "actor"} and person == prefix
            if field in _DRAWN_FIELDS:
                kept[field] = (
                    value
                    if not named
                    else tuple(name(str(v)) for v in value)
                    if isinstance(value, tuple)
                    else name(str(value))
                )
        return replace(e, fields=kept)

    every = {
        o.id: o for o in (*(f.obligation for f in (*report.findings, *report.waived)), *report.obligations)
    }

    def finding(f: Finding) -> Finding:
        return replace(f, obligation=obligation(f.obligation), message=text(f.message, f.obligation))

    return replace(
        report,
        findings=[finding(f) for f in report.findings],
        waived=[finding(f) for f in report.waived],
        obligations=[obligation(o) for o in report.obligations],
        texts={},
        events={i: event(e) for i, e in report.events.items()},
        steps={
            obligation(every[i]).id: tuple(text(step, every[i]) for step in steps)
            for i, steps in report.steps.items()
            if i in every
        },
    )
