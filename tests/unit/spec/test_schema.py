"""The JSON Schema of rule files: every rule we ship fits it, typical mistakes do not."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from keptword.cli import main
from keptword.spec.schema import rule_schema
from keptword.spec.yaml12 import load_yaml, read_yaml

ROOT = Path(__file__).parents[3]
SCHEMA = rule_schema()
VALID = jsonschema.Draft202012Validator(SCHEMA)
RULES = sorted(
    p
    for p in [*(ROOT / "rules").glob("*/*.yaml"), *(ROOT / "examples").glob("*/*.yaml")]
    if p.name != "pack.yaml" and ".test." not in p.name and (p.parent / "pack.yaml").is_file()
)
GOOD = """
id: one
title: t
kind: response
severity: minor
source: house
why: w
after: a.done
expect: b.done
within: 1h
"""


def test_the_schema_is_a_schema_and_is_printed(capsys):
    """`keptword rules schema` prints it as JSON."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert main(["rules", "schema"]) == 0
    assert json.loads(capsys.readouterr().out) == SCHEMA


@pytest.mark.parametrize("path", RULES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_rule_that_we_ship_fits(path):
    """Packs and examples; an editor underlines none of them."""
    assert [e.message for e in VALID.iter_errors(read_yaml(path).data)] == []


@pytest.mark.parametrize(
    "change",
    [
        "per: customer",
        "tags: [a, b]",
        "within: {by: priority, P1: {2025-01-01: 15m, 2026-01-01: 10m}, else: 4h}",
        "within: {earliest_of: [4h, {from: incident.detected, within: 24h}]}",
        "clock: {calendar: support, roll: next-working-day-end}",
        "pause: {from: a.done, to: b.done}",
        "applies: {any: [{channel: phone}, {not: {size: {gt: 3}}}, {says: apology}]}",
        "after: [a.done, {event: [b.done, c.done], where: {x: 1}}, {violation: two}]",
        "for_each: {customer: affected}",
    ],
)
def test_what_the_loader_takes_fits(change):
    """Short forms and choices within choices."""
    key = change.partition(":")[0]
    kept = "\n".join(line for line in GOOD.splitlines() if not line.startswith(f"{key}:"))
    assert [e.message for e in VALID.iter_errors(load_yaml(f"{kept}\n{change}\n", "x").data)] == []


@pytest.mark.parametrize(
    "change",
    [
        "wihtin: 2h", "severity: high", "within: 1 hour", "within: 90", "within: {by: priority}", "within: {earliest_of: [1h]}",
        "times: 0", "times: two", "kind: respnse", "kind: cadence", "each: evry", "status: done", "in_force: {since: 2026-01-01}",
        "cutoff: 5 pm", "pause: [a.done]", "after: {evnet: a.done}", "after: {event: a.done, violation: two}", "after: []",
        "applies: {size: {above: 3}}", "applies: {}", "applies: {all: {x: 1}}", "applies: [x]", "carry: 5", "roll: next-day",
        "clock: {calendar: support, rol: none}", "id: Not Kebab", "why: ''",
    ],
)  # fmt: skip
def test_a_typical_mistake_does_not_fit(change):
    """What an editor can underline while one types."""
    key = change.partition(":")[0]
    kept = "\n".join(line for line in GOOD.splitlines() if not line.startswith(f"{key}:"))
    assert not VALID.is_valid(load_yaml(f"{kept}\n{change}\n", "x").data)


@pytest.mark.parametrize(
    "key", ["id", "title", "kind", "severity", "source", "why", "after", "expect", "within"]
)
def test_a_missing_key_does_not_fit(key):
    """Every required key."""
    kept = "\n".join(line for line in GOOD.splitlines() if not line.startswith(f"{key}:"))
    assert not VALID.is_valid(load_yaml(f"{kept}\n", "x").data)


def test_a_sentence_takes_the_place_of_the_body():
    """`rule:` with the head; a misspelt key is still found."""
    head = "id: one\ntitle: t\nseverity: minor\nsource: house\nwhy: w\n"
    assert VALID.is_valid(
        load_yaml(head + "rule: notify within 1h of an outage\nper: [incident]\n", "x").data
    )
    assert not VALID.is_valid(
        load_yaml(head + "rule: notify within 1h of an outage\nprr: [incident]\n", "x").data
    )
