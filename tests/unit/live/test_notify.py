"""Notifications: in two languages, at the right time, never twice."""

import time

import pytest

from keptword.errors import UsageError
from keptword.instants import HOUR, MINUTE, parse_instant
from keptword.live.journal import Journal, packed
from keptword.live.notify import SINK, Post, Wishes, apprise_sender, compose, line, not_before

MISSED = {
    "kind": "verdict", "verdict": "missed", "title": "Told within an hour", "severity": "major", "key": {"case": "Т-1"}, "late_by_s": 5400.0,
    "owner": {"team": "noc"}, "due": "2026-03-02T10:00:00+03:00", "at": "2026-03-02T11:30:00+03:00",
}  # fmt: skip
WARNING = {**MISSED, "kind": "warning", "verdict": "open", "share": 75}
KEPT = {**MISSED, "verdict": "kept"}


@pytest.mark.parametrize(
    ("data", "lang", "text"),
    [
        (MISSED, "en", "missed: Told within an hour (Т-1), 1 h 30 m late, noc"),
        (MISSED, "ru", "не сделано: Told within an hour (Т-1), опоздание 1 h 30 m, noc"),
        (WARNING, "en", "75 % of the time has passed: Told within an hour (Т-1), due 2026-03-02 10:00:00+03:00, noc"),
        (WARNING, "ru", "прошло 75 % срока: Told within an hour (Т-1), срок 2026-03-02 10:00:00+03:00, noc"),
        ({**MISSED, "kind": "correction", "verdict": "kept", "before": "missed", "late_by_s": 0}, "en", "corrected from missed to kept: Told within an hour (Т-1), noc"),
        ({**MISSED, "kind": "correction", "verdict": "late", "before": "missed"}, "ru", "исправлено с «не сделано» на «сделано поздно»: Told within an hour (Т-1), опоздание 1 h 30 m, noc"),
        ({"kind": "escalation", "team": "noc", "count": 3}, "en", "team noc: 3 violations"),
        ({"kind": "escalation", "team": "noc", "count": 3}, "ru", "команда noc: нарушений 3"),
        ({"kind": "left-out", "why": "\x1b[31mred\n"}, "en", "left out: \\u001b[31mred "),
        ({**MISSED, "kind": "withdrawn", "before": "missed"}, "en", "withdrawn: Told within an hour (Т-1) was announced as missed, noc"),
    ],
)  # fmt: skip
def test_announcements_read_as_sentences(data: dict[str, object], lang: str, text: str) -> None:
    """In English and in Russian, with control characters made visible."""
    assert line(data, lang) == text  # type: ignore[arg-type]


def test_a_digest_lists_what_was_gathered() -> None:
    """Up to a number, and says how many more there are."""
    title, text = compose([MISSED] * 40, "en")
    assert title == "keptword: 40 announcements"
    assert text.count("missed:") == 30
    assert text.endswith("… and 10 more")


@pytest.mark.parametrize(
    ("now", "critical", "digest", "expected"),
    [
        ("2026-03-02T12:00:00+03:00", False, 0, "2026-03-02T12:00:00+03:00"), ("2026-03-02T12:00:00+03:00", False, 10 * MINUTE, "2026-03-02T12:10:00+03:00"),
        ("2026-03-02T22:00:00+03:00", False, 0, "2026-03-03T08:00:00+03:00"), ("2026-03-03T07:59:30+03:00", False, 0, "2026-03-03T08:00:00+03:00"),
        ("2026-03-03T08:00:00+03:00", False, 0, "2026-03-03T08:00:00+03:00"), ("2026-03-02T21:55:00+03:00", False, 10 * MINUTE, "2026-03-03T08:00:00+03:00"),
        ("2026-03-02T23:00:00+03:00", True, HOUR, "2026-03-02T23:00:00+03:00"),
    ],
)  # fmt: skip
def test_quiet_hours_hold_back_what_is_not_critical(
    now: str, critical: bool, digest: int, expected: str
) -> None:
    """Local hours over midnight; a digest that ends in them waits too."""
    wishes = Wishes(quiet=(22 * 60, 8 * 60), zone="Europe/Moscow", digest=digest)
    assert not_before(parse_instant(now), critical, wishes) == parse_instant(expected)


class Service:
    """Takes notifications; fails as often as told."""

    def __init__(self, failures: int = 0) -> None:
        self.got: list[tuple[str, str]] = []
        self.failures = failures

    def __call__(self, address: str, _title: str, text: str) -> bool:
        if self.failures:
            self.failures -= 1
            raise OSError("no route")
        self.got.append((address, text))
        return True


def journal_with(*items: dict[str, object]) -> Journal:
    journal = Journal(":memory:", "r")
    journal.subscribe([SINK])
    journal.record([("event", b"x")])
    journal.commit(1, [packed(i) for i in items], {}, [])
    return journal


def turn(post: Post, now: int) -> None:
    post.send(now)
    for _ in range(200):
        if not post._busy:
            return
        time.sleep(0.005)
        post._settle(now)
    raise AssertionError("nothing came back")


def test_only_what_matters_is_sent_and_escalations_go_further() -> None:
    """Kept duties are no news; the escalation address hears of escalations only."""
    journal, service = (
        journal_with(MISSED, KEPT, {"kind": "escalation", "team": "noc", "count": 3, "severity": "critical"}),
        Service(),
    )
    post = Post(journal, Wishes(("a://x",), ("b://boss",)), service)
    assert post.collect(0) == 3
    for _ in range(3):
        turn(post, 0)
    assert sorted((a, t.split(":")[0]) for a, t in service.got) == [
        ("a://x", "missed"),
        ("a://x", "team noc"),
        ("b://boss", "team noc"),
    ]
    assert post.collect(0) == 0
    post.close(0)


def test_a_failure_is_tried_again_later_and_later_and_given_up() -> None:
    """Back-off doubles; after eight tries it is kept as given up, never in silence."""
    journal, service = journal_with(MISSED), Service(failures=100)
    post = Post(journal, Wishes(("a://x",)), service)
    post.collect(0)
    now, waits = 0, []
    while journal.post_counts().get("given-up", 0) == 0:
        turn(post, now)
        row = journal._db.execute("SELECT not_before, status FROM letter").fetchone()
        if row[1] == "waiting":
            assert journal.letters(row[0] - 1) == []
            waits.append((row[0] - now) // 1_000_000)
            now = row[0]
    assert waits == [30, 60, 120, 240, 480, 960, 1920]
    assert service.got == []
    post.close(now)


def test_after_a_failure_it_arrives_once() -> None:
    """And is then gone from the post."""
    journal, service = journal_with(MISSED), Service(failures=1)
    post = Post(journal, Wishes(("a://x",)), service)
    post.collect(0)
    turn(post, 0)
    turn(post, HOUR)
    turn(post, 2 * HOUR)
    assert len(service.got) == 1
    assert journal.post_counts() == {}
    post.close(0)


def test_a_digest_waits_and_comes_as_one_message() -> None:
    """Gathered for so long as was asked."""
    journal, service = journal_with(MISSED, WARNING), Service()
    post = Post(journal, Wishes(("a://x",), digest=10 * MINUTE), service)
    post.collect(0)
    turn(post, 9 * MINUTE)
    assert service.got == []
    turn(post, 10 * MINUTE)
    assert [text.count("\n") for _, text in service.got] == [1]
    post.close(0)


def test_an_address_that_apprise_refuses_is_an_error_without_its_secret() -> None:
    """A password must not end up in a log."""
    pytest.importorskip("apprise")
    with pytest.raises(UsageError, match="not an address") as error:
        apprise_sender(["nonsense://user:geheim@x"])
    assert "geheim" not in str(error.value)
