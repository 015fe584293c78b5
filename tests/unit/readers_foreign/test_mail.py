"""E-mail: who wrote to whom, when it came in and when it claims to be from, conversations, robots, odd encodings."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keptword.errors import LogError
from keptword.readers.mail_message import read_mail

from .reading_exports import EXPORTS, read, read_text, said, same_after_conversion

FIXTURE = EXPORTS / "support.mbox"
OURS = {"ours": "example.com"}
SHOWN = ("case", "role", "direction", "public", "customer", "actor", "claimed_at", "attachments", "text")
EXPECTED = [
    "03-02T09:00 message.received case=q1@example.org role=customer direction=in public=true customer=anna@example.org actor=Анна claimed_at=03-02T09:00 text=Не работает с воскресенья.",
    "03-02T09:00 message.sent case=q1@example.org role=bot direction=out public=true customer=anna@example.org actor=support@example.com text=We have got it.",
    "03-02T10:00 message.sent case=q1@example.org role=agent direction=internal public=false actor=Boris text=Vera, is the mast down?\nFrom the roof it looks dead.",
    "03-02T11:00 message.sent case=q1@example.org role=agent direction=out public=true customer=anna@example.org actor=Boris attachments=1 text=We repair the mast.",
    "03-02T12:00 message.received case=b1@example.net role=customer direction=in public=true customer=vlad@example.net actor=Vlad claimed_at=03-01T05:00 text=Why twice as much?",
]  # fmt: skip


def test_a_mailbox_is_read() -> None:
    """Direction by our domain, threads by headers, the arrival of what came in, robots and notes among us told apart."""
    log, _ = read(FIXTURE, "auto", mapping=OURS)
    assert [said(e, *SHOWN) for e in log.events] == EXPECTED
    assert log.events[0].get("subject") == "Нет связи"
    assert list(log.notes) == [
        "mail: 1 answer named no message that it answers; it stands as a conversation of its own",
        "mail: 1 message claimed a date more than an hour away from the arrival; the arrival counts for what came in",
    ]


def test_the_same_as_single_messages_and_as_a_maildir(tmp_path: Path) -> None:
    """One file a message, with endings or without, in any order; a copy in two folders counts once."""
    singles = [p.partition("\n")[2] for p in ("\n" + FIXTURE.read_text("utf-8")).split("\nFrom ")[1:]]
    singles = [s.replace("\n>From", "\nFrom") for s in singles]
    expected = read(FIXTURE, "mbox", mapping=OURS)[0].events
    for folder, ending in (("eml", ".eml"), ("maildir/cur", ":2,S")):
        (tmp_path / folder).mkdir(parents=True)
        for n, text in enumerate(singles[::-1]):
            (tmp_path / folder / f"{n}{ending}").write_text(text, "utf-8")
    for folder in ("eml", "maildir"):
        assert read(tmp_path / folder, "auto", mapping=OURS)[0].events == expected
    both, _ = read([tmp_path / "eml", tmp_path / "maildir"], "maildir", mapping=OURS)
    assert both.events == expected
    assert "mail: 5 copies of a message that is there already; each counts once" in both.notes


def test_nobody_guesses_which_addresses_are_ours() -> None:
    """Without domains there is no direction, and reading is refused."""
    with pytest.raises(LogError) as caught:
        read(FIXTURE, "mbox")
    assert [(p.code, p.message) for p in caught.value.problems] == [
        ("L004", "nothing says which addresses are ours, so nobody can say which mail went out")
    ]


BASE = "From: a@x.org\nTo: b@example.com\nSubject: s\nMessage-ID: <1@x.org>\nDate: Mon, 02 Mar 2026 12:00:00 +0300\n"


@pytest.mark.parametrize(
    "header",
    ["Auto-Submitted: auto-generated", "Precedence: bulk", "X-Autoreply: yes", "List-Id: <l.x.org>", "Return-Path: <>", "Content-Type: multipart/report; boundary=x"],
)  # fmt: skip
def test_machines_are_told_apart(tmp_path: Path, header: str) -> None:
    """Any of the usual headers of automatic mail makes its sender a robot."""
    log, _ = read_text(tmp_path, f"{BASE}{header}\n\nhello\n", "eml", mapping=OURS)
    assert [e.get("role") for e in log.events] == ["bot"]


def test_auto_submitted_no_is_a_person(tmp_path: Path) -> None:
    """RFC 3834: `no` says that a person wrote it."""
    log, _ = read_text(tmp_path, f"{BASE}Auto-Submitted: no\n\nhello\n", "eml", mapping=OURS)
    assert [e.get("role") for e in log.events] == ["customer"]


REFUSED = [
    (
        BASE.replace("Date: Mon, 02 Mar 2026 12:00:00 +0300", "Date: yesterday"),
        "5:1 L005 'yesterday' is not a date of an e-mail",
    ),
    (
        BASE.replace("Date: Mon, 02 Mar 2026 12:00:00 +0300\n", ""),
        "1:1 L004 the message has no Date and no Received header",
    ),
    (BASE.replace(" +0300", ""), "5:1 L006 'Mon, 02 Mar 2026 12:00:00' has no offset from UTC"),
    (BASE.replace("a@x.org\n", "nobody\n", 1), "1 L004 the message has no From with an address"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_has_no_time_or_no_sender_is_refused(tmp_path: Path, text: str, message: str) -> None:
    """Such a message is named with the line of its header."""
    with pytest.raises(LogError) as caught:
        read_text(tmp_path, f"{text}\nhello\n", "eml", mapping=OURS)
    assert [
        f"{p.place} {p.code} {p.message}".removeprefix(f"{tmp_path}/f.json:") for p in caught.value.problems
    ] == [message]


@settings(max_examples=60)
@given(st.binary(max_size=200), st.binary(max_size=200))
def test_no_message_is_too_odd(header: bytes, body: bytes) -> None:
    """Whatever bytes stand in headers and body, a message with a sender and a date is read."""
    odd = header.replace(b"\n", b" ").replace(b"\r", b" ")
    for name in (
        b"Subject: ",
        b"Content-Type: text/",
        b"Content-Transfer-Encoding: ",
        b"References: ",
        b"To: ",
        b"Content-Type: multipart/mixed; boundary=",
    ):
        mail = read_mail(
            b"From: a@x.org\nDate: Mon, 02 Mar 2026 12:00:00 +0300\n" + name + odd + b"\n\n" + body, None
        )
        assert mail.sender == "a@x.org"
        mail.text.encode("utf-8")
        mail.subject.encode("utf-8")


def test_it_comes_back_from_jsonl_and_parquet(tmp_path: Path) -> None:
    """Converting loses nothing."""
    assert same_after_conversion(read(FIXTURE, "mbox", mapping=OURS)[0], tmp_path)
