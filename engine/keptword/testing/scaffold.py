"""A pack of one's own to begin with: one rule, its test, a feature and a CI file."""

from __future__ import annotations

from collections.abc import Mapping

_PACK = """\
name: {name}
title: How we talk to customers
timezone: {zone}
vocabulary:
  request: {{event: [ticket.opened, message.received], where: {{role: {{not: [agent, system]}}}}}}
  answer: {{event: [message.sent, call.made], where: {{role: {{not: [customer, system]}}}}}}
"""
_RULE = """\
id: first-answer
title: A customer who writes to us hears from a person within four hours
kind: response
severity: major
status: stable
source: house
why: Who hears nothing writes again, and then to somebody else.
after: request
expect: answer
within: 4h
each: unanswered
"""
_TEST = """\
start: 2026-03-02T09:00:00Z
cases:
  - name: an answer at exactly four hours is in time
    log: |
      +0m  T-1  ticket.opened  role=customer
      +4h  T-1  message.sent   role=agent
    expect: []
    kept: 1
  - name: an answer after five hours is an hour late
    log: |
      +0m  T-1  ticket.opened  role=customer
      +5h  T-1  message.sent   role=agent
    expect: [{verdict: late, due: +4h, late_by: 1h}]
  - name: no answer at all
    as_of: +1d
    log: |
      +0m  T-1  ticket.opened  role=customer
    expect: [{verdict: missed, due: +4h, late_by: 20h}]
"""
_CHANGES = "# Changelog\n\n## 0.1.0\n\n- The first rule: `first-answer`.\n"
_FEATURE = """\
Feature: Customers hear from us

  Scenario: An answer that comes too late
    Given the rules of pack "./{folder}"
    And a log that starts at 2026-03-02T09:00:00Z:
      | when | case | event         | role     |
      | +0m  | T-1  | ticket.opened | customer |
      | +5h  | T-1  | message.sent  | agent    |
    When it is audited
    Then the findings are:
      | rule         | verdict | due | late |
      | first-answer | late    | +4h | 1h   |
"""
_SCENARIOS = """\
\"\"\"The features, run with the steps that keptword brings along.\"\"\"

from pytest_bdd import scenarios

scenarios("features")
"""
_CI = """\
# GitHub runs this on every push; elsewhere, the two last commands are all there is to it.
name: keptword
on: [push, pull_request]
jobs:
  rules:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with: {{python-version: "3.12"}}
      - run: pip install keptword pytest pytest-bdd
      - run: keptword test {folder}
      - run: pytest
"""


def files(name: str = "mine", zone: str = "UTC") -> Mapping[str, str]:
    """The files of a new pack: path below the repository → text.

    Args:
        name: of the pack, lower-case words joined by hyphens; its folder is `rules/NAME`.
        zone: the IANA zone of its times.
    """
    folder = f"rules/{name}"
    return {
        f"{folder}/pack.yaml": _PACK.format(name=name, zone=zone),
        f"{folder}/first-answer.yaml": _RULE,
        f"{folder}/first-answer.test.yaml": _TEST,
        f"{folder}/CHANGELOG.md": _CHANGES,
        "features/first-answer.feature": _FEATURE.format(folder=folder),
        "test_features.py": _SCENARIOS,
        ".github/workflows/keptword.yml": _CI.format(folder=folder),
    }
