"""What changed between two JSON reports: what is new, what is gone, what is worse, what is better."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from keptword.errors import LogError, Place, Problem
from keptword.instants import SECOND, InstantError, parse_instant
from keptword.obligation import SEVERITIES, VERDICTS, VIOLATIONS
from keptword.reports.cells import cut, wrap
from keptword.reports.json_report import SCHEMA, dump
from keptword.reports.showing import flat, length
from keptword.reports.words import NBSP, Lang, language, say

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One finding in both reports; `before` or `after` is None where it is in one only."""

    before: Row | None
    after: Row | None

    @property
    def row(self) -> Row:
        """The later state, or the earlier where there is no later one."""
        found = self.after if self.after is not None else self.before
        assert found is not None
        return found


@dataclass(frozen=True, slots=True)
class Difference:
    """Changes between two reports, each group the worst first.

    Attributes:
        new: findings that the earlier report lacks.
        gone: findings that the later report lacks (mended, waived, or their events are no longer in the log).
        worse: later by at least a second, more severe, or a violation now and none before.
        better: the opposite.
        same: how many have not changed.
        notes: why the comparison may say less than it seems to.
    """

    new: Sequence[Change]
    gone: Sequence[Change]
    worse: Sequence[Change]
    better: Sequence[Change]
    same: int
    notes: Sequence[str]


def read_report(text: bytes, file: str) -> Row:
    """A report that `--format json` wrote, checked as far as a comparison needs it.

    Raises:
        LogError: L016 when the file is no such report.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refused(file, f"the file is not JSON: {error}") from None
    if (
        not isinstance(document, dict)
        or "keptword" not in document
        or not isinstance(document.get("findings"), list)
    ):
        raise _refused(file, "the file is no report of keptword: 'keptword' and 'findings' are missing")
    if document.get("schema") != SCHEMA:
        raise _refused(
            file, f"the report has the schema {dump(document.get('schema'))}, this keptword reads {SCHEMA}"
        )
    for number, row in enumerate(document["findings"], 1):
        if wrong := _wrong(row):
            raise _refused(file, f"finding {number} of the report {wrong}")
    return document


def _wrong(row: object) -> str:
    if not isinstance(row, dict):
        return "is no object"
    texts = [k for k in ("id", "rule", "severity", "verdict", "message") if not isinstance(row.get(k), str)]
    if texts:
        return f"lacks {', '.join(repr(k) for k in texts)}"
    if row["severity"] not in SEVERITIES:
        return f"has the unknown severity '{row['severity']}'"
    if row["verdict"] not in VERDICTS:
        return f"has the unknown verdict '{row['verdict']}'"
    if not isinstance(row.get("key"), dict):
        return "lacks 'key'"
    return ""


def _refused(file: str, message: str) -> LogError:
    return LogError(
        Problem("L016", message, Place(file), hint="write it with keptword audit … --format json")
    )


def compare(before: Row, after: Row) -> Difference:
    """What changed from one report to a later one; findings meet by their `id`.

    Args:
        before: the earlier report, as `read_report` gives it.
        after: the later one.
    """
    old = {row["id"]: row for row in before["findings"]}
    new = {row["id"]: row for row in after["findings"]}
    both = [Change(old[i], new[i]) for i in new if i in old]
    worse = [c for c in both if _moved(c) > 0]
    better = [c for c in both if _moved(c) < 0]
    return Difference(
        new=_sorted(Change(None, new[i]) for i in new if i not in old),
        gone=_sorted(Change(old[i], None) for i in old if i not in new),
        worse=_sorted(worse),
        better=_sorted(better),
        same=len(both) - len(worse) - len(better),
        notes=_notes(before, after),
    )


def _moved(change: Change) -> int:
    """1: worse, -1: better, 0: the same."""
    a, b = (_badness(row) for row in (change.before, change.after) if row is not None)
    if a[:2] != b[:2]:
        return 1 if b[:2] > a[:2] else -1
    grown = b[2] - a[2]
    return 0 if abs(grown) < 1 else 1 if grown > 0 else -1


def _badness(row: Row) -> tuple[bool, int, float]:
    late = row.get("late_by_s")
    known = isinstance(late, int | float) and not isinstance(late, bool) and abs(late) < 1e15
    return (
        row["verdict"] in VIOLATIONS,
        SEVERITIES.index(row["severity"]),
        float(late) if known and late else 0.0,
    )


def _sorted(changes: Any) -> list[Change]:
    def key(change: Change) -> tuple[Any, ...]:
        violation, severity, late = _badness(change.row)
        return (not violation, -severity, -late, change.row["rule"], change.row["id"])

    return sorted(changes, key=key)


def _notes(before: Row, after: Row) -> list[str]:
    notes = []
    for name, report in (("earlier", before), ("later", after)):
        unlisted = report.get("unlisted")
        if isinstance(unlisted, int) and unlisted > 0:
            notes.append(
                f"the {name} report leaves out {unlisted} findings (--limit): some may be wrongly new or gone"
            )
    try:
        if parse_instant(str(after.get("as_of"))) < parse_instant(str(before.get("as_of"))):
            notes.append("the second report was judged at an earlier moment than the first")
    except InstantError:
        notes.append("a report does not say at what moment it was judged")
    rules = [
        {r.get("rule") for r in report.get("rules", []) if isinstance(r, dict)} for report in (before, after)
    ]
    if only := sorted(str(r) for r in rules[0] ^ rules[1]):
        notes.append(f"rules in one report only: {', '.join(only)}")
    return notes


def as_dict(difference: Difference) -> dict[str, Any]:
    """The difference for `--format json`; `was` is the earlier state of what is worse or better."""
    out: dict[str, Any] = {}
    for name in ("new", "gone", "worse", "better"):
        rows: Sequence[Change] = getattr(difference, name)
        out[name] = [
            dict(c.row) | ({"was": dict(c.before)} if c.before is not None and c.after is not None else {})
            for c in rows
        ]
    return out | {"same": difference.same, "notes": list(difference.notes)}


def render_json(difference: Difference) -> bytes:
    """`as_dict` as UTF-8."""
    return (dump(as_dict(difference), indent=2) + "\n").encode()


def render_text(difference: Difference, *, width: int = 80, lang: str = "en") -> bytes:
    """The difference for a terminal: a block for each group, a last line with the numbers; UTF-8."""
    words, room = language(lang), max(width, 40)
    out: list[str] = []
    groups = {
        "new": difference.new,
        "worse": difference.worse,
        "better": difference.better,
        "gone": difference.gone,
    }
    for name, changes in groups.items():
        if changes:
            out.append(say(f"diff {name}", words))
            for change in changes:
                out += _block(change, room, words)
            out.append("")
    for note in difference.notes:
        out += wrap(f"{say('note', words)}: {flat(note)}", room)
    counts = [f"{say(f'diff {name}', words).lower()}{NBSP}{len(changes)}" for name, changes in groups.items()]
    out += wrap(", ".join([*counts, f"{say('diff same', words)}{NBSP}{difference.same}"]), room)
    return ("\n".join(out) + "\n").encode()


def _block(change: Change, room: int, lang: Lang) -> list[str]:
    row = change.row
    key = ", ".join(f"{flat(str(k))} {flat(str(v))}" for k, v in row["key"].items())
    lines = [cut(f"  {say(row['severity'], lang)}  {flat(row['rule'])}", room)]
    lines += [f"    {line}" for line in wrap(key, room - 4, 2)]
    if change.before is not None and change.after is not None:
        lines += [
            f"    {line}"
            for line in wrap(f"{_state(change.before, lang)} → {_state(change.after, lang)}", room - 4)
        ]
    return lines + [f"    {line}" for line in wrap(flat(row["message"]), room - 4, 4)]


def _state(row: Row, lang: Lang) -> str:
    late = _badness(row)[2]
    verdict = say(f"how {row['verdict']}", lang)
    return f"{say(row['severity'], lang)}, {verdict}" + (
        f" ({length(int(late * SECOND), lang)})" if late else ""
    )
