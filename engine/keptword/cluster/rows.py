"""What the parts of a job hand to each other: events, obligations and tallies as rows of one table, their inside as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from keptword.evaluation import Tally
from keptword.events import Event, Value
from keptword.obligation import SEVERITIES, Finding, Obligation, Owner, Severity, Span, order

# A result of a part: an obligation, a number, a tally of an objective, or a violation for the rules that rest on it.
# `rank` sorts obligations as every listing does: violated, severity, late, when, rule, key, opened, opener, part.
SCHEMA = (
    "what string, rule string, verdict string, n long, id string, violated int, severity int, late long, when long, "
    "key array<string>, opened long, opener string, part string, why string, named map<string,string>, payload string"
)
OWED, COUNT, SKIPPED, UNKNOWN, FAILING, TALLY, VIOLATION, WAIVER, WEAK, BEARING = (
    "owed", "count", "skipped", "unknown", "failing", "tally", "violation", "waiver", "weak", "bearing",
)  # fmt: skip
Row = dict[str, Any]


def arrow_schema() -> Any:
    """`SCHEMA` for Arrow."""
    import pyarrow as pa

    kinds = {
        "string": pa.string(), "long": pa.int64(), "int": pa.int32(), "array<string>": pa.list_(pa.string()),
        "map<string,string>": pa.map_(pa.string(), pa.string()),
    }  # fmt: skip
    return pa.schema([(n, kinds[t]) for n, t in (c.split(" ") for c in SCHEMA.split(", "))])


def batch(rows: Sequence[Row]) -> Any:
    """Rows as a record batch of Arrow; what a row does not name is null."""
    import pyarrow as pa

    schema = arrow_schema()
    columns = [pa.array([_clean(r.get(f.name)) for r in rows], type=f.type) for f in schema]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    return value


# ---------------------------------------------------------------------------------------------------------- events


def event_text(event: Event) -> str:
    """An event as JSON; whole numbers, numbers, truth values, texts and lists stay apart."""
    fields = {k: list(v) if isinstance(v, tuple) else v for k, v in event.fields.items()}
    return json.dumps([event.time, event.event, event.case, event.id, fields], separators=(",", ":"))


def event_of(text: str) -> Event:
    """The event that `event_text` wrote."""
    time, name, case, id, fields = json.loads(text)
    kept: dict[str, Value] = {k: tuple(v) if isinstance(v, list) else v for k, v in fields.items()}
    return Event(time, name, case, id, kept)


# ----------------------------------------------------------------------------------------------------- obligations


def owed_row(finding: Finding, events: Mapping[str, Event]) -> Row:
    """An obligation with its sentence, and the texts of the events that it names."""
    o = finding.obligation
    when, rule, key, opened, opener, part = order(o)
    texts = {i: t for i in o.events if i in events and isinstance(t := events[i].fields.get("text"), str)}
    inside = asdict(o)
    for name, default in (
        ("owner", {"team": "", "actor": ""}),
        ("spans", ()),
        ("measured", ()),
        ("why", ""),
        ("part", ""),
    ):
        if inside[name] == default:
            del inside[name]
    return {
        "what": OWED, "rule": rule, "verdict": o.verdict, "id": o.id, "violated": int(o.is_violation),
        "severity": SEVERITIES.index(finding.severity), "late": _fit(o.late_by or 0), "when": _fit(when), "key": [t for pair in key for t in pair],
        "opened": _fit(opened), "opener": opener, "part": part, "why": o.why,
        "payload": json.dumps([inside, finding.zone, finding.message, finding.baseline, texts], separators=(",", ":")),
    }  # fmt: skip


def _fit(micros: int) -> int:
    """The nearest number that 64 bits hold."""
    return max(-(2**63), min(2**63 - 1, micros))


def finding_of(severity: int, payload: str) -> tuple[Finding, dict[str, str]]:
    """The finding that `owed_row` wrote, and the texts of its events."""
    inside, zone, message, baseline, texts = json.loads(payload)
    inside["key"] = tuple((k, v) for k, v in inside["key"])
    inside["events"] = tuple(inside["events"])
    inside["owner"] = Owner(**inside.get("owner", {}))
    inside["spans"] = tuple(Span(**s) for s in inside.get("spans", ()))
    inside["measured"] = tuple((a, b) for a, b in inside.get("measured", ()))
    level: Severity = SEVERITIES[severity]
    return Finding(Obligation(**inside), level, zone, message, baseline), texts


def count_row(what: str, rule: str, n: int, verdict: str = "", part: str = "") -> Row:
    """A number about a rule: of a verdict, of events left out, of what is unknown for a reason, …"""
    return {"what": what, "rule": rule, "verdict": verdict, "part": part, "n": n}


def violation_row(event: Event, rule: str) -> Row:
    """A violation as an event, with its fields as text for whoever has to split by them."""
    from keptword.spec.comparing import text_of

    named = {n: text_of(v) for n, v in event.fields.items() if not isinstance(v, tuple)}
    named |= {"time": str(event.time), "event": event.event, "id": event.id}
    if event.case:
        named["case"] = event.case
    return {
        "what": VIOLATION,
        "rule": rule,
        "when": event.time,
        "named": list(named.items()),
        "payload": event_text(event),
    }


# -------------------------------------------------------------------------------------------------------- tallies


def tally_rows(rule: str, tally: Tally) -> list[Row]:
    """What one part of a log gives an objective."""
    return [
        {
            "what": TALLY, "rule": rule, "n": total, "when": first, "opened": after, "part": name,
            "key": [text for pair in key for text in pair], "payload": json.dumps([kept, lacking], separators=(",", ":")),
        }
        for (first, after, name, key), kept, total, lacking in tally.portions()
    ]  # fmt: skip


def add_tallies(tally: Tally, found: Iterable[Mapping[str, Any]]) -> None:
    """Add such rows to what an objective counts."""
    for row in found:
        flat = row["key"]
        key = tuple(zip(flat[::2], flat[1::2], strict=True))
        kept, lacking = json.loads(row["payload"])
        named = [(rule, tuple((k, v) for k, v in pairs), n, opener) for rule, pairs, n, opener in lacking]
        tally.take((row["when"], row["opened"], row["part"], key), kept, row["n"], named)
