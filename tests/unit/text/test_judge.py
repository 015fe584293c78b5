"""The optional judge, against a small server of our own: it is asked about review cases only and must quote."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from keptword.audit import Wishes, audit
from keptword.errors import UsageError
from keptword.planning import make_plans
from keptword.readers import read_log
from keptword.spec.packs import load_packs
from keptword.text import analyse, check
from keptword.text.judge import Judge
from keptword.words import words_for

TEXT = "Мы разберёмся, кто из наших это устроил, и вернём вам деньги.\n\nОт: Клиент\nКому: Поддержка\n\nЭто ваша вина"


class Server(HTTPServer):
    """Answers each question with `reply` and counts the questions."""

    reply: Any = None
    status = 200
    asked: list[dict[str, Any]]


class Handler(BaseHTTPRequestHandler):
    """One answer in the shape of a chat completion."""

    server: Server

    def do_POST(self) -> None:
        """Answer."""
        self.server.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        content = (
            self.server.reply
            if isinstance(self.server.reply, str)
            else json.dumps(self.server.reply, ensure_ascii=False)
        )
        body = json.dumps({"choices": [{"message": {"content": content}}]}).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    """A judge on this machine."""
    running = Server(("127.0.0.1", 0), Handler)
    running.asked = []
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


def judge_of(server: Server, cache: Path | None = None) -> Judge:
    """A judge that asks the server."""
    return Judge(
        f"http://127.0.0.1:{server.server_port}/v1/chat/completions", "small", timeout=5, cache=cache
    )


def test_a_quotation_turns_review_into_kept(server: Server, tmp_path: Path) -> None:
    """The span is looked up in the text; the answer is kept by text, so that it is asked once."""
    server.reply = {"present": True, "quote": "вернём вам деньги"}
    found = analyse(TEXT)
    asked = check(analyse("Ваша заявка зарегистрирована."), "help", "require")
    result = check(found, "responsibility", "require")
    assert result.outcome == asked.outcome == "review"
    judge = judge_of(server, tmp_path)
    decided = judge.decide(found, result)
    assert (decided.outcome, decided.spans[0].text) == ("kept", "вернём вам деньги")
    assert TEXT[decided.spans[0].start : decided.spans[0].end] == "вернём вам деньги"
    assert "small" in decided.why
    judge.decide(found, result)
    judge_of(server, tmp_path).decide(found, result)
    assert len(server.asked) == 1


@pytest.mark.parametrize("reply", [
    {"present": True, "quote": "слова, которых нет"}, {"present": True, "quote": ""}, {"present": True}, {"present": False, "quote": "деньги"},
    {"present": True, "quote": "Это ваша вина"}, "no JSON at all", "[1, 2]", {"present": "yes", "quote": "деньги"},
])  # fmt: skip
def test_without_a_true_quotation_a_person_decides(server: Server, reply: object) -> None:
    """Invented, empty and quoted words (the customer's own) and nonsense leave the case for review."""
    server.reply = reply
    found = analyse(TEXT)
    result = check(found, "responsibility", "require")
    assert judge_of(server).decide(found, result) == result


def test_only_review_cases_are_asked(server: Server) -> None:
    """What is kept or broken never leaves the machine."""
    found = analyse("Приносим извинения.")
    for element in ("apology", "eta", "sign-off.formal"):
        result = check(found, element, "require")
        assert judge_of(server).decide(found, result) == result
    assert server.asked == []


def test_a_judge_that_is_not_there_leaves_the_case() -> None:
    """No connection: review stays review."""
    found = analyse(TEXT)
    result = check(found, "responsibility", "require")
    assert Judge("http://127.0.0.1:9/v1", "small", timeout=1).decide(found, result) == result


def test_a_refused_key_is_an_error(server: Server) -> None:
    """401 says that the set-up is wrong, not the message."""
    server.status = 401
    found = analyse(TEXT)
    with pytest.raises(UsageError):
        judge_of(server).decide(found, check(found, "responsibility", "require"))


def test_other_schemes_are_refused() -> None:
    """file: and the like are no judges."""
    with pytest.raises(UsageError):
        Judge("file:///etc/passwd", "small")


def test_the_engines_send_review_cases_only_and_each_text_once(server: Server, tmp_path: Path) -> None:
    """An audit with a judge: one question for two equal letters, none for what the checks decide; the finding says who judged and quotes."""
    server.reply = {"present": True, "quote": "вернём вам деньги"}
    log = tmp_path / "log.jsonl"
    letters = ["Экскаватор порвал кабель. Мы вернём вам деньги."] * 2 + [
        "Экскаватор порвал кабель. Это наша вина, приносим извинения."
    ]
    log.write_text(
        "".join(
            json.dumps(
                {
                    "id": f"e{i}",
                    "time": f"2026-03-02T1{i}:00:00+03:00",
                    "event": "message.sent",
                    "case": "T",
                    "role": "agent",
                    "channel": "email",
                    "topic": "outage",
                    "text": text,
                }
            )
            + "\n"
            for i, text in enumerate(letters)
        ),
        encoding="utf-8",
    )
    packs = load_packs(["house"])
    plans = [p for p in make_plans(packs) if p.name == "house/responsibility"]
    read, _ = read_log([log])
    plain = audit(read, plans, Wishes(everything=True), (), words_for(packs))
    judged = audit(read, plans, Wishes(everything=True), (), words_for(packs, judge_of(server)))
    assert [o.verdict for o in plain.obligations] == ["review", "review", "kept"]
    assert [o.verdict for o in judged.obligations] == ["kept", "kept", "kept"]
    assert len(server.asked) == 1
    assert "judged by" in judged.obligations[0].why
    assert [s.text for s in judged.obligations[0].spans] == ["вернём вам деньги"]
