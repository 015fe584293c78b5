"""The page put together: what the overview, the cases and the scores give goes into the templates."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Sequence
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from keptword.obligation import VIOLATIONS, Report
from keptword.reports.html.cases import Case, gathered
from keptword.reports.html.dates import day, written
from keptword.reports.html.markup import safe
from keptword.reports.html.phrases import say
from keptword.reports.html.rows import as_json, choices, finding_rows
from keptword.reports.html.scoring import score_tables
from keptword.reports.html.summary import first_screen, percent
from keptword.reports.html.telling import tell
from keptword.reports.scores import DEFAULT_GROUPS, Group, Weights
from keptword.reports.showing import flat
from keptword.reports.summing import left_out, log_line, warnings
from keptword.reports.words import Lang, language

if TYPE_CHECKING:
    from jinja2 import Template

_FIRST_ROWS = (
    200  # rows of the list, and cases, that stand in the page as they are; the rest waits for a click
)
_FIRST_CASES = 60
_PIECE = 50


def render(
    report: Report, *, lang: str = "en", scores: Sequence[Group] = DEFAULT_GROUPS, weights: Weights | None = None, **_: object
) -> bytes:  # fmt: skip
    """One HTML page that needs no network; UTF-8.

    Args:
        report: what an audit returned; made with `stories` it draws the timelines, with every obligation the trend.
        lang: "en" or "ru".
        scores: a table of scores for each of these; people ("actor") only when asked for.
        weights: of severities and rules in the scores.
    """
    words = language(lang)
    cases = gathered(report)
    rows = finding_rows(report, cases, words)
    rules = {r.rule: r for r in report.rules}
    template = _template("case.html.jinja", words)

    def sections(some: Sequence[Case]) -> str:
        return "".join(template.render(c=tell(c, report, rules, words), violations=VIOLATIONS) for c in some)

    tables = score_tables(report, scores, weights, words)
    script = _read("page.js").strip()
    context = first_screen(report, cases, words) | {
        "lang": words,
        "css": safe(_read("style.css").strip()),
        "script": safe(script),
        "script_hash": "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        "version": report.version,
        "files": ", ".join(flat(f) for f in report.log.files[:3])
        + (" …" if len(report.log.files) > 3 else ""),
        "period": _period(report, words),
        "judged": say("judged at", words, when=written(report.as_of, report.zone, words)),
        "sections": _sections(bool(rows), bool(tables)),
        "rows": safe(as_json(report, rows, words, _FIRST_CASES, _PIECE)) if rows else "",
        "first_rows": [
            {**r, "severity": _severity(r["severity"]), "rule": _rule(report, r["rule"])}
            for r in rows[:_FIRST_ROWS]
        ],
        "filters": choices(report, rows, words),
        "heads": [(say(h, words), css) for h, css in _HEADS],
        "first_cases": safe(sections(cases[:_FIRST_CASES])),
        "pieces": [
            {
                "packed": _packed(sections(cases[start : start + _PIECE])),
                "label": say("more cases", words, first=start + 1, last=min(start + _PIECE, len(cases))),
            }
            for start in range(_FIRST_CASES, len(cases), _PIECE)
        ],
        "scores": tables,
        "log_lines": [
            *log_line(report, words),
            *left_out(report, words),
            *(f"{label}: {line}" for label, line in warnings(report, words)),
        ],
        "waivers": _waivers(report, words),
        "waiver_heads": [
            say(h, words) for h in ("rule", "why", "approved by", "opened", "waiver ends", "waiver used")
        ],
        "zones": say(
            "times are", words, zones=", ".join(sorted({report.zone, *(f.zone for f in report.findings)}))
        ),
    }
    return (_template("page.html.jinja", words).render(context) + "\n").encode()


_HEADS = (
    ("severity", ""), ("verdict", ""), ("rule", ""), ("key", ""), ("at", ""), ("how bad", ""), ("team", ""), ("evidence", ""),
)  # fmt: skip


def _severity(number: int) -> str:
    return ("minor", "major", "critical")[number]


def _rule(report: Report, number: int) -> str:
    return flat(report.rules[number].rule) if number >= 0 else ""


def _sections(findings: bool, scores: bool) -> list[tuple[str, str]]:
    out = [("summary", "nav summary")]
    out += [("findings", "nav findings"), ("cases", "nav cases")] if findings else []
    out += [("scores", "nav scores")] if scores else []
    return [*out, ("rules", "nav rules"), ("log", "nav log")]


def _period(report: Report, lang: Lang) -> str:
    first, last = report.log.first, report.log.last
    if first is None or last is None:
        return ""
    return say("from to", lang, first=day(first, report.zone, lang), last=day(last, report.zone, lang))


def _waivers(report: Report, lang: Lang) -> list[list[str]]:
    zone = report.zone
    return [
        [flat(w.rule), flat(w.reason), flat(w.approved_by), written(w.starts, zone, lang),
         written(w.ends, zone, lang) + (f" ({say('waiver expired', lang)})" if w.expired else ""), str(w.used)]
        for w in report.waivers
    ]  # fmt: skip


def _packed(html: str) -> str:
    """Gzip in base64: ten thousand drawings in a tenth of the space. No time of making, so that bytes repeat."""
    return base64.b64encode(gzip.compress(html.encode(), 6, mtime=0)).decode()


def _read(name: str) -> str:
    return files("keptword.reports.html").joinpath(name).read_text(encoding="utf-8")


def _template(name: str, lang: Lang) -> Template:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        autoescape=True,
        loader=FunctionLoader(_read),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["say"] = partial(_say, lang)
    environment.globals["bar"] = partial(_bar, lang)
    return environment.get_template(name)


def _say(lang: Lang, word: str, n: int | None = None, **values: object) -> str:
    return say(word, lang, n, **values)


def _bar(lang: Lang, share: Any) -> Any:
    """A share as a bar with its numbers behind it."""
    if share is None or share.percent is None:
        return safe('<span class="quiet">–</span>')
    drawn = (
        '<svg viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true"><rect class="all" width="100" height="12"/>'
        f'<rect class="part" width="{share.percent:g}" height="12"/></svg>'
    )
    return safe(
        f'<span class="bar">{drawn}<span><b>{percent(share, lang)}</b> <small>{share.kept} / {share.decided}</small></span></span>'
    )
