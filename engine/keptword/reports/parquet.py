"""Every obligation as a Parquet table, for data frames and for comparing months."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from keptword.obligation import Finding, Report
from keptword.reports.json_report import dump
from keptword.reports.showing import listed

if TYPE_CHECKING:
    import polars as pl

_LAST = 2**63 - 1


def render(report: Report, **_: object) -> bytes:
    """The table of `frame` as a Parquet file; the texts are those of the log, untouched."""
    out = io.BytesIO()
    frame(report).write_parquet(out, compression="zstd")
    return out.getvalue()


def frame(report: Report) -> pl.DataFrame:
    """One row an obligation, in the order of every listing; findings and waived ones where the report has no more.

    Columns: `id, rule, severity, verdict, key` (a JSON object as text), `case, opened_by, done_by, part, message, why,
    zone, bound, team, actor` (text), `opened_at, due, done_at, at` (microseconds, UTC), `late_by` (duration),
    `events` (list of text), `silent_periods` (whole number), `baseline` (bool).
    """
    import polars as pl

    when = pl.Datetime("us", "UTC")
    schema: dict[str, Any] = {
        "id": pl.String, "rule": pl.String, "severity": pl.String, "verdict": pl.String, "key": pl.String,
        "case": pl.String, "opened_by": pl.String, "opened_at": when, "due": when, "bound": pl.String, "done_by": pl.String,
        "done_at": when, "at": when, "late_by": pl.Duration("us"), "team": pl.String, "actor": pl.String, "part": pl.String,
        "events": pl.List(pl.String), "silent_periods": pl.Int64, "message": pl.String, "why": pl.String,
        "zone": pl.String, "baseline": pl.Boolean,
    }  # fmt: skip
    found = listed(report, True) if report.obligations else iter((*report.findings, *report.waived))
    columns: dict[str, list[Any]] = {name: [] for name in schema}
    for finding in found:
        for name, value in row_of(finding).items():
            columns[name].append(value)
    series = []
    for name, dtype in schema.items():
        whole = pl.Int64 if dtype in (when, pl.Duration("us")) else dtype
        series.append(pl.Series(name, columns[name], dtype=whole).cast(dtype))
    return pl.DataFrame(series)


def row_of(finding: Finding) -> dict[str, Any]:
    """A finding as a row of `frame`; instants and `late_by` as microseconds."""
    o = finding.obligation
    return {
        "id": o.id, "rule": _text(o.rule), "severity": finding.severity, "verdict": o.verdict, "key": dump(dict(o.key)),
        "case": _text(o.case), "opened_by": _text(o.opened_by), "opened_at": _fit(o.opened_at), "due": _fit(o.due),
        "bound": o.bound, "done_by": None if o.done_by is None else _text(o.done_by), "done_at": _fit(o.done_at),
        "at": _fit(o.at), "late_by": _fit(o.late_by), "team": _text(o.owner.team), "actor": _text(o.owner.actor),
        "part": _text(o.part), "events": [_text(e) for e in o.events], "silent_periods": o.silent_periods,
        "message": _text(finding.message), "why": _text(o.why), "zone": finding.zone, "baseline": finding.baseline,
    }  # fmt: skip


def _text(text: str) -> str:
    """As it is, but for lone surrogates, which no UTF-8 can hold: those become their number."""
    return text.encode("utf-8", "backslashreplace").decode()


def _fit(micros: int | None) -> int | None:
    """The nearest instant that 64 bits hold (the year 294246)."""
    return None if micros is None else max(-_LAST, min(_LAST, micros))
