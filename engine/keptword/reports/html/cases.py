"""Findings gathered by case: with everything else that was owed in it, its events and its customers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from keptword.events import Event
from keptword.obligation import Finding, Obligation, Report, order
from keptword.reports.showing import badness, flat, key_text


@dataclass(frozen=True, slots=True)
class Case:
    """One case with at least one finding.

    Attributes:
        number: its place in the report, from 1, the worst case first.
        name: what the log calls it, else the key of its findings; harmless text.
        findings: the worst first, waived violations last.
        owed: every obligation of the case that the report holds, in the usual order.
        events: in order of time; empty when the report was made without them.
        customers: whom its violations concern.
    """

    number: int
    name: str
    findings: Sequence[Finding]
    owed: Sequence[Obligation]
    events: Sequence[Event]
    customers: frozenset[str]

    @property
    def worst(self) -> Finding:
        """The first of its findings."""
        return self.findings[0]

    @property
    def violations(self) -> int:
        """How many of its findings are violations."""
        return sum(f.obligation.is_violation for f in self.findings)

    @property
    def delay(self) -> int | None:
        """The longest delay of its violations, microseconds; None where none has a length."""
        return max(
            (
                f.obligation.late_by
                for f in self.findings
                if f.obligation.is_violation and f.obligation.late_by is not None
            ),
            default=None,
        )


def gathered(report: Report) -> list[Case]:
    """The cases of a report, the worst first."""
    findings: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in (*sorted(report.findings, key=badness), *report.waived):
        findings[_place(finding.obligation)].append(finding)
    owed: defaultdict[str, list[Obligation]] = defaultdict(list)
    for o in report.obligations or [f.obligation for f in (*report.findings, *report.waived)]:
        if (place := _place(o)) in findings:
            owed[place].append(o)
    events: defaultdict[str, list[Event]] = defaultdict(list)
    for event in report.events.values():
        if event.case:
            events[event.case].append(event)
    out = []
    for number, (place, found) in enumerate(
        sorted(findings.items(), key=lambda item: badness(item[1][0])), 1
    ):
        own = _events(found, events, report.events)
        name = flat(found[0].obligation.case) or key_text(found[0].obligation.key)
        out.append(
            Case(number, name, found, sorted(owed[place], key=order), own, _customers(found, report.events))
        )
    return out


def _place(o: Obligation) -> str:
    return o.case or "\x1f".join(f"{name}={value}" for name, value in o.key)


def _events(
    found: Sequence[Finding], by_case: Mapping[str, list[Event]], by_id: Mapping[str, Event]
) -> list[Event]:
    """Those of the case, and those of other cases that its findings rest on."""
    own = {e.id: e for e in by_case.get(found[0].obligation.case, ())}
    for finding in found:
        o = finding.obligation
        own |= {i: by_id[i] for i in (o.opened_by, o.done_by, *o.events) if i is not None and i in by_id}
    return sorted(own.values(), key=lambda e: (e.time, e.id))


def _customers(found: Sequence[Finding], by_id: Mapping[str, Event]) -> frozenset[str]:
    """Those in the keys of the violations; where a key names none, those of the opening event."""
    out: set[str] = set()
    for o in (f.obligation for f in found if f.obligation.is_violation):
        named = {value for name, value in o.key if name == "customer" and value}
        opening = by_id.get(o.opened_by)
        if not named and opening is not None:
            affected, customer = opening.fields.get("affected"), opening.fields.get("customer")
            named = {str(v) for v in affected} if isinstance(affected, tuple) else set()
            named |= {str(customer)} if customer is not None and not isinstance(customer, tuple) else set()
        out |= named
    return frozenset(out)
