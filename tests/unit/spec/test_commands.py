"""`keptword rules list | show | docs | say`: what they print, and what they refuse."""

from __future__ import annotations

import json

import pytest

from keptword.cli import main
from keptword.spec.yaml12 import load_yaml


@pytest.fixture
def pack(tmp_path, monkeypatch):
    """A pack of one rule in the folder one stands in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pack.yaml").write_text(
        "name: p\ntitle: Ours\nvocabulary:\n"
        "  outage: {event: outage.opened, says: {en: [outage], ru: [сбой, сбоя]}}\n"
        "  told: {event: notice.sent, says: {en: [notify], ru: [уведомить]}}\n",
        encoding="utf-8",
    )
    (tmp_path / "one.yaml").write_text(
        "id: one\ntitle: Told in an hour\nseverity: minor\nstatus: stable\nsource: house\nwhy: People wait.\n"
        "rule: notify within 1h of an outage\n",
        encoding="utf-8",
    )
    (tmp_path / "one.test.yaml").write_text(
        "start: 2026-03-02T09:00:00Z\ncases:\n  - name: late\n    log: |\n      +0m  T  outage.opened\n      +2h  T  notice.sent\n"
        "    expect: [{verdict: late}]\n",
        encoding="utf-8",
    )
    return tmp_path


def run(capsys, *args):
    """Status, output and errors of a command."""
    status = main([*args])
    return status, *capsys.readouterr()


def test_list_as_text_and_for_programs(pack, capsys):
    """Name, severity, kind, status, title; the folder one stands in is a pack."""
    assert run(capsys, "rules", "list", ".") == (
        0,
        "p/one\n    minor · response · stable\n    Told in an hour\n1 rule\n",
        "",
    )
    status, out, _ = run(capsys, "rules", "list", ".", "--format", "json")
    assert status == 0
    assert json.loads(out) == [
        {
            "rule": "p/one",
            "kind": "response",
            "severity": "minor",
            "status": "stable",
            "title": "Told in an hour",
            "source": "house",
        }
    ]


def test_show_prints_a_sentence_in_its_structured_form(pack, capsys):
    """What is shown is a rule file that means the same."""
    status, out, _ = run(capsys, "rules", "show", "p/one", "--rules", ".")
    data = load_yaml(out, "shown").data
    assert status == 0
    assert (data["kind"], data["after"], data["expect"], data["within"]) == (
        "response",
        "outage",
        "told",
        "1h",
    )


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [("en", "notify within 1h of an outage"), ("ru", "уведомить в течение 1 ч после сбоя")],
)
def test_say_prints_the_sentence(pack, capsys, lang, sentence):
    """In both languages."""
    assert run(capsys, "rules", "say", "p/one", "--rules", ".", "--lang", lang) == (0, f"{sentence}\n", "")


def test_docs_have_the_examples_of_the_tests(pack, capsys):
    """Duty, source, why, body, and each case with what it finds."""
    status, out, _ = run(capsys, "rules", "docs", ".")
    assert status == 0
    for text in (
        "# Ours",
        "## p/one",
        "Told in an hour",
        "Source: house.",
        "People wait.",
        "- late: **late**",
        "+2h  T  notice.sent",
    ):
        assert text in out


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("show", "p/on", "--rules", "."), "'p/on' is not a rule of these packs"),
        (("say", "p/one", "--rules", ".", "--lang", "de"), "--lang is en or ru, not 'de'"),
        (("list", "nowhere"), "there is no pack or rule file called 'nowhere'"),
    ],
)
def test_what_is_refused(pack, capsys, args, message):
    """Status 2, a message on standard error, nothing on standard output."""
    status, out, err = run(capsys, "rules", *args)
    assert (status, out) == (2, "")
    assert message in err
