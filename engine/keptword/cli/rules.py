"""`keptword rules`: list, show, lint, schema, docs, say."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keptword.cli import inputs, options
from keptword.errors import did_you_mean, render, usage_error, visible

if TYPE_CHECKING:
    from keptword.spec.pack import Pack, RuleFile

app = typer.Typer(
    help="Look at rules: list, show, lint, schema, docs, say.", no_args_is_help=True, rich_markup_mode=None
)

PackArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PACK...]", help="Built-in packs, folders or rule files; default: every built-in pack."
    ),
]
RulesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--rules", "-r", metavar="PACK|DIR|FILE", help="Where the rule is; default: every built-in pack."
    ),
]


def _packs(names: list[str] | None) -> list[Pack]:
    from keptword.spec.packs import bundled_names

    return inputs.chosen_packs(names or bundled_names())


def _one(rule: str, names: list[str] | None) -> tuple[Pack, RuleFile]:
    if names is None and rule.endswith((".yaml", ".yml")):
        names, rule = [rule], Path(rule).stem
    packs = _packs(names)
    found = [(p, r) for p in packs for r in p.rules if rule in {r.name, r.rule.id}]
    if len(found) != 1:
        if found:
            names_ = ", ".join(r.name for _, r in found)
            raise usage_error(f"'{rule}' is the id of several rules", f"write one of: {names_}")
        known = [n for p in packs for r in p.rules for n in (r.name, r.rule.id)]
        raise usage_error(f"'{rule}' is not a rule of these packs", did_you_mean(rule, known))
    return found[0]


@app.command("list", epilog="Example:  keptword rules list house")
def list_rules(
    packs: PackArgument = None,
    format: options.TextOrJson = "text",
) -> int:
    """List the rules of packs: severity, status, kind, title."""
    rows = [(r.name, r.rule) for p in _packs(packs) for r in p.rules]
    if format == "json":
        typer.echo(
            json.dumps(
                [
                    {
                        "rule": n,
                        "kind": r.kind,
                        "severity": r.severity,
                        "status": r.status,
                        "title": r.title,
                        "source": r.source,
                    }
                    for n, r in rows
                ],
                ensure_ascii=False,
                indent=1,
            )
        )
        return 0
    for name, rule in rows:
        typer.echo(f"{name}\n    {rule.severity} · {rule.kind} · {rule.status}\n    {visible(rule.title)}")
    typer.echo(f"{len(rows)} rule{'s' if len(rows) != 1 else ''}")
    return 0


@app.command("show", epilog="Example:  keptword rules show house/outage-first-notice")
def show(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="pack/rule, or a rule file.")],
    rules: RulesOption = None,
) -> int:
    """Show one rule: its duty, its source, its file."""
    from keptword.spec.model import rule_data
    from keptword.spec.yaml12 import dump_yaml

    _, item = _one(rule, rules)
    typer.echo(f"# {item.document.file}\n{dump_yaml(rule_data(item.rule))}", nl=False)
    return 0


@app.command("lint", epilog="Example:  keptword rules lint my-pack")
def lint(packs: PackArgument = None) -> int:
    """Find rules that cannot be kept or triggered, that contradict or shadow each other, before any log is read."""
    from keptword.spec.lint import lint as linted
    from keptword.words import words_for

    loaded = _packs(packs)
    inputs.chosen_plans(loaded, None)
    words_for(loaded)  # phrasebooks and their examples
    found = linted(loaded)
    count = sum(len(p.rules) for p in loaded)
    if found:
        sys.stdout.write(render(found, limit=1000).replace(": error[", ": warning[") + "\n\n")
    typer.echo(
        f"{count} rule{'s' if count != 1 else ''}, {len(found)} finding{'s' if len(found) != 1 else ''}"
    )
    return 1 if found else 0


@app.command("schema", epilog="Example:  keptword rules schema > rule.schema.json")
def schema() -> int:
    """Print the JSON Schema of rule files, for editors."""
    from keptword.spec.schema import rule_schema

    typer.echo(json.dumps(rule_schema(), ensure_ascii=False, indent=1))
    return 0


@app.command("docs", epilog="Example:  keptword rules docs house > house.md")
def docs(packs: PackArgument = None) -> int:
    """Print a page about the rules: duty, source, why, and examples from their tests."""
    out = []
    for pack in _packs(packs):
        out.append(f"# {pack.title or pack.name}\n")
        for item in pack.rules:
            out.append(_page(item))
    typer.echo("\n".join(out), nl=False)
    return 0


def _page(item: RuleFile) -> str:
    from keptword.spec.model import rule_data
    from keptword.spec.yaml12 import dump_yaml

    rule = item.rule
    head = {"id", "title", "kind", "severity", "status", "source", "why"}
    body = dump_yaml({k: v for k, v in rule_data(rule).items() if k not in head})
    lines = [
        f"## {item.name}",
        "",
        rule.title,
        "",
        f"*{rule.severity}, {rule.kind}, {rule.status}. Source: {rule.source}.*",
        "",
        rule.why,
        "",
        "```yaml",
        body.rstrip(),
        "```",
        "",
    ]
    for name, log, expected in _examples(item):
        lines += [
            f"- {name}: **{expected}**",
            "",
            "  ```text",
            *(f"  {line}" for line in log.rstrip().splitlines()),
            "  ```",
            "",
        ]
    return "\n".join(lines)


def _examples(item: RuleFile) -> list[tuple[str, str, str]]:
    from keptword.spec.yaml12 import read_yaml

    if item.tests is None or not item.tests.is_file():
        return []
    data = read_yaml(item.tests).data
    cases = data.get("cases", []) if isinstance(data, dict) else []
    out = []
    for case in cases:
        verdicts = ", ".join(str(e.get("verdict", "violation")) for e in case.get("expect") or []) or "kept"
        out.append((str(case.get("name", "")), str(case.get("log", "")), verdicts))
    return out


@app.command("say", epilog="Example:  keptword rules say house/outage-first-notice --lang ru")
def say(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="pack/rule, or a rule file.")],
    lang: Annotated[
        str, typer.Option("--lang", metavar="en|ru", help="The language of the sentence.")
    ] = "en",
    rules: RulesOption = None,
) -> int:
    """Print a response, cadence, notice or guard rule as a sentence."""
    from keptword.spec.sentence import say as said

    if lang not in {"en", "ru"}:
        raise usage_error(f"--lang is en or ru, not '{lang}'")
    pack, item = _one(rule, rules)
    typer.echo(said(item.rule, pack.vocabulary, lang))
    return 0
