"""The report as a workbook for Excel and LibreOffice: real dates, real numbers, no formula whatever the log says."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from keptword.instants import HOUR, to_datetime
from keptword.obligation import SEVERITIES, Finding, Report, Verdict
from keptword.reports.scores import DEFAULT_GROUPS, Group, Weights
from keptword.reports.scores import scores as scores_of
from keptword.reports.showing import flat, key_text, lateness, listed, moment, worst_first
from keptword.reports.summing import notes, quality
from keptword.reports.words import Lang, language, say

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_MOST_ROWS = 1_048_575  # of a sheet, below the header
_MOST_TEXT = 32_767  # characters of a cell
_CREATED = datetime(2000, 1, 1, tzinfo=UTC)  # the time of writing would make every file differ


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant and the zone in which a cell shows it: spreadsheets know no offsets."""

    micros: int
    zone: str


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, shown in per cent; nothing where the whole is 0."""

    part: int
    whole: int


Cell = str | int | float | Moment | Share | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its name, for each column a heading and a width in characters, and the rows."""

    name: str
    columns: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[Cell]]


def render(
    report: Report, *, lang: str = "en", scores: Sequence[Group] = DEFAULT_GROUPS, weights: Weights | None = None, **_: object
) -> bytes:  # fmt: skip
    """Sheets: summary, findings (the worst first), obligations, rules, scores, waivers, log quality.

    Args:
        report: what an audit returned; without its obligations that sheet lists findings and waived violations.
        lang: "en" or "ru", of the headings.
        scores: by what the sheet of scores groups; people ("actor") only when asked for.
        weights: of severities and rules in the scores.
    """
    import xlsxwriter

    words = language(lang)
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": "keptword", "created": _CREATED})
        formats = _formats(book)
        for sheet in _sheets(report, words, _scores(report, scores, weights, words)):
            _write(book.add_worksheet(say(sheet.name, words)), sheet, words, formats)
    return out.getvalue()


def _sheets(report: Report, lang: Lang, scored: Sheet) -> list[Sheet]:
    everything = list(listed(report, True)) if report.obligations else [*report.findings, *report.waived]
    obligations = [_row(f, report, lang) for f in everything[:_MOST_ROWS]]
    return [
        Sheet("Summary", (("what", 46), ("value", 30)), _summary(report, lang)),
        Sheet(
            "Findings",
            _COLUMNS,
            [_row(f, report, lang) for f in [*worst_first(report), *report.waived][:_MOST_ROWS]],
        ),
        Sheet("Obligations", _COLUMNS, obligations),
        _rules(report, lang),
        scored,
        _waivers(report, lang),
        _quality(report, lang, max(0, len(everything) - _MOST_ROWS)),
    ]


_COLUMNS: tuple[tuple[str, int], ...] = (
    ("severity", 10), ("rule", 30), ("verdict", 14), ("key", 32), ("due", 18),
    ("done", 18), ("hours late", 12), ("how bad", 24), ("evidence", 70),
    ("team", 14), ("actor", 14), ("case", 14), ("opened", 18), ("zone", 16),
    ("why", 30), ("baseline", 12), ("id", 18),
)  # fmt: skip


_QUIET: tuple[Verdict, ...] = ("kept", "open", "waived", "review", "borderline", "unknown", "void")


def _row(finding: Finding, report: Report, lang: Lang) -> list[Cell]:
    o, zone = finding.obligation, finding.zone
    return [
        say(finding.severity, lang),
        o.rule,
        say(f"how {o.verdict}", lang),
        key_text(o.key),
        _moment(o.due, zone),
        _moment(o.done_at, zone),
        None if o.late_by is None else o.late_by / HOUR,
        lateness(o, report.as_of, lang),
        finding.message,
        o.owner.team,
        o.owner.actor,
        o.case,
        _moment(o.opened_at, zone),
        zone,
        o.why,
        say("yes", lang) if finding.baseline else "",
        o.id,
    ]


def _summary(report: Report, lang: Lang) -> list[list[Cell]]:
    log, zone = report.log, report.zone
    kept = sum(r.counts.get("kept", 0) for r in report.rules)
    bad = sum(r.violations for r in report.rules)
    rows: list[list[Cell]] = [[say("all violations", lang), bad]]
    rows += [
        [f"– {say(severity, lang)}", sum(r.violations for r in report.rules if r.severity == severity)]
        for severity in reversed(SEVERITIES)
    ]
    rows += [
        [say(f"how {verdict}", lang), sum(r.counts.get(verdict, 0) for r in report.rules)]
        for verdict in _QUIET
    ]
    rows.append([say("share kept", lang), Share(kept, kept + bad)])
    rows += [
        [say("moment", lang), Moment(report.as_of, zone)],
        [say("zone", lang), zone],
        [say("all events", lang), log.events],
        [say("all cases", lang), log.cases],
        [say("first event", lang), _moment(log.first, zone)],
        [say("last event", lang), _moment(log.last, zone)],
    ]
    rows += [[say("file", lang), file] for file in log.files]
    return rows


def _rules(report: Report, lang: Lang) -> Sheet:
    verdicts: tuple[Verdict, ...] = ("kept", "late", "missed", "early", "broken", *_QUIET[1:])
    columns = [("rule", 30), ("title", 50), ("severity", 10), ("share kept", 12), ("decided", 10)]
    columns += [(f"how {v}", 12) for v in verdicts]
    columns += [("source", 30), ("why", 50), ("kind", 12), ("status", 10), ("zone", 16), ("skipped", 12)]
    rows: list[list[Cell]] = [
        [
            r.rule, r.title, say(r.severity, lang), Share(r.counts.get("kept", 0), r.decided), r.decided,
            *(r.counts.get(v, 0) for v in verdicts),
            r.source, r.why, r.kind, r.status, r.zone, r.skipped,
        ]
        for r in report.rules
    ]  # fmt: skip
    return Sheet("Rules", columns, rows)


def _scores(report: Report, groups: Sequence[Group], weights: Weights | None, lang: Lang) -> Sheet:
    heads = (("scored by", 12), ("scored", 36), ("score", 10), ("share kept", 12), ("kept", 10), ("violated", 10), ("near", 12),
             ("vetoed", 22))  # fmt: skip
    rows: list[list[Cell]] = []
    for group in groups:
        for s in scores_of(report, [group], weights):
            score, share = (
                None if v is None else Share(v.numerator, v.denominator) for v in (s.score, s.share)
            )
            veto = say("yes", lang) if s.vetoed else ""
            rows.append([say(group, lang), s.group[0][1], score, share, s.kept, s.violated, s.near, veto])
    return Sheet("Scores", heads, rows)


def _waivers(report: Report, lang: Lang) -> Sheet:
    heads = (("rule", 30), ("why", 50), ("approved by", 18), ("opened", 18), ("waiver ends", 18), ("waiver used", 12),
             ("waiver expired", 12), ("where", 30))  # fmt: skip
    zone = report.zone
    rows: list[list[Cell]] = [
        [w.rule, w.reason, w.approved_by, Moment(w.starts, zone), Moment(w.ends, zone), w.used,
         say("yes", lang) if w.expired else "", w.place]
        for w in report.waivers
    ]  # fmt: skip
    return Sheet("Waivers", heads, rows)


def _quality(report: Report, lang: Lang, cut: int) -> Sheet:
    log = report.log
    counts = {
        "all rejected": log.rejected,
        "all duplicates": log.duplicates,
        "all unlisted": report.unlisted,
        "all cut": cut,
    }
    rows: list[list[Cell]] = [[say(word, lang), n] for word, n in counts.items()]
    rows += [[f"{say('skipped', lang)}: {flat(r.rule)}", r.skipped] for r in report.rules if r.skipped]
    rows += [[say("note", lang), note] for note in (*quality(report, lang), *notes(report))]
    return Sheet("Log quality", (("what", 60), ("value", 70)), rows)


def _moment(micros: int | None, zone: str) -> Moment | None:
    return None if micros is None else Moment(micros, zone)


def _formats(book: Workbook) -> dict[str, Format]:
    # With the quote prefix a text stays a text even when somebody edits the cell.
    return {
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        "text": book.add_format({"quote_prefix": True, "valign": "top", "text_wrap": True}),
        "when": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "valign": "top", "align": "left"}),
        "count": book.add_format({"num_format": "#,##0", "valign": "top"}),
        "number": book.add_format({"num_format": "#,##0.00", "valign": "top"}),
        "share": book.add_format({"num_format": "0.0%", "valign": "top"}),
    }


def _write(page: Worksheet, sheet: Sheet, lang: Lang, formats: dict[str, Format]) -> None:
    for at, (head, width) in enumerate(sheet.columns):
        page.set_column(at, at, width)
        page.write_string(0, at, say(head, lang), formats["head"])
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(1, len(sheet.rows)), len(sheet.columns) - 1)
    for line, row in enumerate(sheet.rows, 1):
        for at, value in enumerate(row):
            _cell(page, line, at, value, formats)


def _cell(page: Worksheet, line: int, at: int, value: Cell, formats: dict[str, Format]) -> None:
    match value:
        case None | "":
            return
        case str():
            text = flat(value)
            shown = text if len(text) <= _MOST_TEXT else text[: _MOST_TEXT - 1] + "…"
            page.write_string(line, at, shown, formats["text"])
        case Moment():
            local = _local(value)
            if isinstance(local, str):
                page.write_string(line, at, local, formats["text"])
            else:
                page.write_datetime(line, at, local, formats["when"])
        case Share():
            if value.whole:
                page.write_number(line, at, value.part / value.whole, formats["share"])
        case int():
            page.write_number(line, at, value, formats["count"])
        case float():
            page.write_number(line, at, value, formats["number"])


def _local(value: Moment) -> datetime | str:
    """The local clock; as text where a spreadsheet has no such date (before 1900, after 9999)."""
    try:
        local = to_datetime(value.micros, value.zone).replace(tzinfo=None)
    except (OverflowError, ValueError):
        return moment(value.micros, value.zone)
    return local if local.year >= 1900 else moment(value.micros, value.zone)
