"""`keptword explain`: one rule over a log, step by step."""

from __future__ import annotations

import json
import shutil
import textwrap
from typing import Annotated, Any

import typer

from keptword.cli import inputs, options
from keptword.errors import did_you_mean, usage_error, visible

HELP = """Show why: the events, the reckoning of the deadline, the verdict, and what would have kept it."""
EPILOG = """\b
Examples:
  keptword explain tickets.jsonl --rule house/first-answer --case T-17
  keptword explain log.csv --rules my-pack --rule outage-first-notice --format json
"""


def explain(
    log: options.Logs,
    rule: Annotated[str, typer.Option("--rule", metavar="RULE", help="pack/rule, or the rule's id.")],
    case: Annotated[
        str | None, typer.Option("--case", metavar="C", help="Only this case or key value.")
    ] = None,
    rules: Annotated[
        list[str] | None,
        typer.Option(
            "--rules",
            "-r",
            metavar="PACK|DIR|FILE",
            help="Where the rule is; default: the pack it names, else house.",
        ),
    ] = None,
    source: options.From = None,
    as_of: options.AsOf = None,
    timezone: options.Zone = None,
    map: options.Mapping = None,
    format: options.TextOrJson = "text",
    violations: Annotated[bool, typer.Option("--violations", help="Only what was violated.")] = False,
    lang: options.Language = "en",
) -> int:
    """Show why: the events, the reckoning of the deadline, the verdict, and what would have kept it."""
    from keptword.cli.audit import read
    from keptword.evidence_words import language
    from keptword.explain import explain as explained
    from keptword.reckoning_words import label as said
    from keptword.words import words_for

    if format not in {"text", "json"}:
        raise usage_error(f"--format is text or json, not '{format}'")
    if lang not in {"en", "ru"}:
        raise usage_error(f"--lang is en or ru, not '{lang}'")
    zone = inputs.checked_zone(timezone)
    pack = rule.partition("/")[0] if "/" in rule else None
    packs = inputs.chosen_packs(rules or ([pack] if pack else None))
    moment = inputs.moment(as_of, "--as-of", zone, inputs.zone_of_days(packs))
    plans = inputs.chosen_plans(packs, zone)
    names = [p.name for p in plans if rule in {p.name, p.rule.id}]
    if len(names) != 1:
        what = "is the id of several rules: write pack/rule" if names else "is not a rule of these packs"
        raise usage_error(
            f"--rule: '{rule}' {what}", did_you_mean(rule, [n for p in plans for n in (p.name, p.rule.id)])
        )
    events = read(log, source, zone, map, None)
    judged = moment if moment is not None else events.events[-1].time if events.events else 0
    plan = next(p for p in plans if p.name == names[0])
    needed = _with_bases(plans, names[0])
    found = explained(events, needed, names[0], case, judged, (), words_for(packs), lang)
    if violations:
        found = [e for e in found if e.obligation.is_violation]
    if format == "json":
        typer.echo(json.dumps([_data(e) for e in found], ensure_ascii=False, indent=1))
        return 0
    width = max(40, shutil.get_terminal_size().columns)
    typer.echo(_wrapped(f"{plan.name}: ", visible(plan.rule.title), width - len(plan.name), 2))
    if not found:
        where = f"{' в обращении' if lang == 'ru' else ' in case'} '{visible(case)}'" if case else ""
        none = "по этому правилу долгов не возникло" if lang == "ru" else "this rule opened no obligation"
        typer.echo(f"{none}{where}")
    for e in found:
        o = e.obligation
        typer.echo(f"\n{visible(', '.join(f'{k} {v}' for k, v in o.key))}")
        marks = {o.done_by: "* ", o.opened_by: "> "}
        for event, line in zip(e.shown, e.timeline.splitlines(), strict=True):
            typer.echo(_wrapped(f"  {marks.get(event, '  ')}", visible(line), width, 6))
        last = ""
        for name, text in e.lines:
            typer.echo(
                _wrapped(
                    f"  {'' if name == last else said(name, language(lang)):<12}", visible(text), width, 14
                )
            )
            last = name
    return 0


explain.__doc__ = HELP


def _wrapped(before: str, text: str, width: int, indent: int) -> str:
    """Text behind its label; what does not fit goes on below it. Words are never broken."""
    lines = textwrap.wrap(
        text, max(20, width - indent), break_long_words=False, break_on_hyphens=False, drop_whitespace=True,
        replace_whitespace=False,
    )  # fmt: skip
    first, *rest = lines or [""]
    return "\n".join([before + first, *(" " * indent + line for line in rest)])


def _with_bases(plans: list[Any], name: str) -> list[Any]:
    wanted: set[str] = set()

    def want(one: str) -> None:
        if one not in wanted:
            wanted.add(one)
            for p in plans:
                if p.name == one:
                    for base in p.rests_on:
                        want(base)

    want(name)
    return [p for p in plans if p.name in wanted]


def _data(e: Any) -> dict[str, Any]:
    o = e.obligation
    return {
        "id": o.id, "rule": o.rule, "key": dict(o.key), "verdict": o.verdict, "timeline": e.timeline.splitlines(),
        "steps": [{"step": label, "text": text} for label, text in e.lines],
    }  # fmt: skip
