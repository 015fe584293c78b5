"""Gherkin steps in English and in Russian; the plugin offers them to every scenario."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_bdd import given, parsers, then, when

from keptword.testing.scene import Scene


@pytest.fixture
def scene(request: pytest.FixtureRequest) -> Scene:
    """What a scenario has said so far: rules, events, and after the audit the obligations."""
    return Scene(root=request.config.rootpath)


# ------------------------------------------------------------------------------------------------------- given


@given(parsers.parse('the rules of pack "{name}"'))
@given(parsers.parse('правила пакета "{name}"'))
def _pack(scene: Scene, name: str) -> None:
    scene.add_rules(name)


@given(parsers.parse('the rule "{name}"'))
@given(parsers.parse('the rule file "{name}"'))
@given(parsers.parse('правило "{name}"'))
@given(parsers.parse('файл правила "{name}"'))
def _rule_file(scene: Scene, name: str) -> None:
    scene.add_rules(name)


@given("the rule:")
@given("a rule:")
@given("правило:")
def _inline_rule(scene: Scene, docstring: str) -> None:
    scene.add_inline_rule(docstring)


@given(parsers.parse("the zone {zone}"))
@given(parsers.parse("часовой пояс {zone}"))
def _zone(scene: Scene, zone: str) -> None:
    scene.set_zone(zone.strip().strip('"'))


@given(parsers.parse("a log that starts at {start}:"))
@given(parsers.parse("the log, starting at {start}:"))
@given(parsers.parse("журнал, начатый {start}:"))
def _log(scene: Scene, start: str, docstring: str | None = None, datatable: Any = None) -> None:
    scene.set_start(start)
    _add_events(scene, docstring, datatable)


@given("a log:")
@given("the log:")
@given("журнал:")
def _plain_log(scene: Scene, docstring: str | None = None, datatable: Any = None) -> None:
    _add_events(scene, docstring, datatable)


@given(parsers.parse('the log file "{name}"'))
@given(parsers.parse('файл журнала "{name}"'))
def _log_file(scene: Scene, name: str) -> None:
    scene.add_log_file(name)


def _add_events(scene: Scene, docstring: str | None, datatable: Any) -> None:
    if docstring is not None:
        scene.add_timeline(docstring)
    if datatable is not None:
        scene.add_table([[str(cell) for cell in row] for row in datatable])


# -------------------------------------------------------------------------------------------------------- when


@when("it is audited")
@when("the log is audited")
@when("проводится проверка")
@when("журнал проверен")
def _audit(scene: Scene) -> None:
    scene.audit(None)


@when(parsers.re(r"(?:it|the log) is audited as of (?P<moment>.+)"))
@when(parsers.re(r"(?:проводится проверка|журнал проверен) на момент (?P<moment>.+)"))
def _audit_as_of(scene: Scene, moment: str) -> None:
    scene.audit(moment)


# -------------------------------------------------------------------------------------------------------- then


@then("there are no violations")
@then("нарушений нет")
def _no_violations(scene: Scene) -> None:
    scene.no_violations()


@then("there are no findings")
@then("находок нет")
def _no_findings(scene: Scene) -> None:
    scene.findings_are([])


@then("the findings are:")
@then("находки:")
@then("найдено ровно это:")
def _findings(scene: Scene, datatable: Any) -> None:
    scene.findings_are(_rows(datatable))


@then("the findings include:")
@then("среди находок есть:")
def _some_findings(scene: Scene, datatable: Any) -> None:
    scene.findings_include(_rows(datatable))


@then(parsers.parse('rule "{rule}" has {counts}'))
@then(parsers.parse('у правила "{rule}" {counts}'))
def _counts(scene: Scene, rule: str, counts: str) -> None:
    scene.rule_has(rule, counts)


@then(parsers.parse('the rule "{rule}" finds nothing'))
@then(parsers.parse('по правилу "{rule}" нарушений нет'))
def _rule_clean(scene: Scene, rule: str) -> None:
    scene.rule_has(rule, "0 late, 0 missed, 0 early, 0 broken")


@then(parsers.parse('the rules that found something are "{rules}"'))
@then(parsers.parse('нарушены ровно правила "{rules}"'))
def _rules_broken(scene: Scene, rules: str) -> None:
    scene.violated_rules_are([r.strip() for r in rules.split(",")])


@then("the violated rules are:")
@then("нарушены ровно правила:")
def _rules_broken_table(scene: Scene, datatable: Any) -> None:
    scene.violated_rules_are([row[0] for row in datatable])


@then(parsers.re(r'the obligation of "(?P<rule>[^"]+)" opened at (?P<opened>\S+) is (?P<verdict>[a-z]+)'))
@then(parsers.re(r'обязательство по "(?P<rule>[^"]+)" от (?P<opened>\S+) (?P<verdict>.+)'))
def _obligation(scene: Scene, rule: str, opened: str, verdict: str) -> None:
    scene.obligations_include([{"rule": rule, "opened": opened, "verdict": verdict}])


@then("the obligations include:")
@then("среди обязательств есть:")
def _obligations(scene: Scene, datatable: Any) -> None:
    scene.obligations_include(_rows(datatable))


def _rows(datatable: Any) -> list[dict[str, str]]:
    head, *rows = [[str(cell).strip() for cell in row] for row in datatable]
    return [dict(zip(head, row, strict=True)) for row in rows]
