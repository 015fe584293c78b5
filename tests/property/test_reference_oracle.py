"""The reference evaluator against oracles of a dozen lines, written from docs/semantics.md alone.

An oracle knows plain lengths of time and one key; it gives (opened by, verdict, due, done by, late by) of each obligation.
"""

from __future__ import annotations

from hypothesis import given, note, settings
from hypothesis import strategies as st

from keptword.events import Event
from keptword.instants import DAY, HOUR, MINUTE
from keptword.reference import evaluate
from keptword.testing.strategies import logs, moments, plan_of
from keptword.timeline import format_timeline

LIMITS = {"0m": 0, "30m": 30 * MINUTE, "1h": HOUR, "2h": 2 * HOUR, "1d": DAY, "168h": 7 * DAY}
LIMIT = st.sampled_from(sorted(LIMITS))
MAYBE = st.one_of(st.none(), LIMIT)
EXAMPLES = settings(max_examples=150)

Row = tuple[str, str, int | None, str | None, int | None]


def compared(body, oracle, log, as_of):
    plan = plan_of(body)
    found = evaluate([plan], log, as_of).obligations[plan.name]
    rows: list[Row] = []
    for case in {e.case for e in log.events if e.case}:
        own = [e for e in log.events if e.case == case and e.time <= as_of]
        rows += oracle({letter: [e for e in own if e.event == f"{letter}.done"] for letter in "abcd"})
    note(format_timeline(log.events))
    assert sorted((o.opened_by, o.verdict, o.due, o.done_by, o.late_by) for o in found) == sorted(
        rows, key=lambda r: (r[0], r[1], r[2] or 0)
    )


def verdict(opened: str, due: int, done: Event | None, as_of: int, end: int | None = None) -> Row:
    """Section 2, the first four rows and `open`."""
    if done is not None:
        return (
            (opened, "kept", due, done.id, None)
            if done.time <= due
            else (opened, "late", due, done.id, done.time - due)
        )
    return (
        (opened, "open", due, None, None)
        if due >= as_of
        else (opened, "missed", due, None, (end or as_of) - due)
    )


def after(a: Event, b: Event) -> bool:
    return (b.time, b.id) > (a.time, a.id)


@EXAMPLES
@given(
    logs(),
    LIMIT,
    st.sampled_from(("every", "first", "unanswered")),
    st.sampled_from((1, 1, 2, 3)),
    MAYBE,
    st.booleans(),
    st.data(),
)
def test_response(log, limit, each, times, lookback, cancels, data):
    """After A, expect the n-th B within L, with each, lookback and unless."""
    as_of = data.draw(moments(log))
    body = {
        "kind": "response",
        "after": "a.done",
        "expect": "b.done",
        "within": limit,
        "each": each,
        "times": times,
    }
    body |= ({"lookback": lookback} if lookback else {}) | ({"unless": "c.done"} if cancels else {})

    def oracle(events):
        out = []
        for a in events["a"]:
            others = [x for x in events["a"] if after(x, a)]
            if each == "first" and others:
                continue
            last_b = max((b.time for b in events["b"] if b.time < a.time), default=None)
            if each == "unanswered" and any(last_b is None or x.time > last_b for x in others):
                continue
            due = a.time + LIMITS[limit]
            counted = [b for b in events["b"] if b.time >= a.time - LIMITS[lookback or "0m"]]
            done = counted[times - 1] if len(counted) >= times else None
            if cancels and any(
                a.time <= c.time <= due and (done is None or c.time < done.time) for c in events["c"]
            ):
                out.append((a.id, "void", due, None, None))
            else:
                out.append(verdict(a.id, due, done, as_of))
        return out

    compared(body, oracle, log, as_of)


@EXAMPLES
@given(logs(), LIMIT, MAYBE, st.data())
def test_cadence(log, limit, first, data):
    """While S, expect B at least every L: a silence from every point, void when S ends in time."""
    as_of = data.draw(moments(log))
    body = {
        "kind": "cadence",
        "during": {"from": "a.done", "to": "c.done"},
        "expect": "b.done",
        "every": limit,
    }
    body |= {"first": first} if first else {}

    def oracle(events):
        out: list[Row] = []
        busy_until = None
        for start in events["a"]:
            if busy_until is not None and start.time <= busy_until:
                continue
            end = min((c.time for c in events["c"] if c.time >= start.time), default=None)
            busy_until = end if end is not None else 2**62
            points = [start, *(b for b in events["b"] if start.time <= b.time <= busy_until)]
            for i, p in enumerate(points):
                due = p.time + LIMITS[first if i == 0 and first else limit]
                done = points[i + 1] if i + 1 < len(points) else None
                if done is None and end is not None and end <= due:
                    out.append((p.id, "void", due, None, None))
                else:
                    out.append(verdict(p.id, due, done, as_of, end))
        return out

    compared(body, oracle, log, as_of)


@EXAMPLES
@given(logs(), LIMIT, MAYBE, st.booleans(), st.booleans(), st.data())
def test_notice(log, limit, window, reuse, moment, data):
    """Before M, expect B at least L ahead: in the window, before it, after it, or not at all."""
    as_of = data.draw(moments(log))
    body = {"kind": "notice", "before": "a.done", "expect": "b.done", "ahead": limit, "reuse": reuse}
    body |= ({"not_before": window} if window else {}) | ({"moment": "effective_at"} if moment else {})

    def when(a):
        value = a.fields.get("effective_at") if moment else a.time
        # A plain date stands for its first instant in the zone of the rule, here UTC; the only one drawn is 2026-04-01.
        return 1_775_001_600_000_000 if value == "2026-04-01" else value

    def oracle(events):
        out = []
        for a in events["a"]:
            m = when(a)
            if m is None:
                out.append((a.id, "unknown", None, None, None))
                continue
            due, opens = m - LIMITS[limit], m - LIMITS[window] if window else None
            previous = max(
                (
                    when(x)
                    for x in events["a"]
                    if x is not a and x.time <= a.time and when(x) is not None and when(x) < m
                ),
                default=None,
            )
            notices = [b for b in events["b"] if reuse or previous is None or b.time > previous]
            inside = [b for b in notices if (opens is None or b.time >= opens) and b.time <= due]
            before = [b for b in notices if opens is not None and b.time < opens]
            behind = [b for b in notices if due < b.time <= m]
            if inside:
                out.append((a.id, "kept", due, inside[0].id, None))
            elif due >= as_of:
                out.append((a.id, "open", due, None, None))
            elif before:
                out.append((a.id, "early", due, before[0].id, None))
            else:
                out.append(verdict(a.id, due, behind[0] if behind else None, as_of))
        return out

    compared(body, oracle, log, as_of)


@EXAMPLES
@given(logs(), MAYBE, MAYBE, st.booleans(), st.booleans(), st.sampled_from((None, "", "1h", "1d")), st.data())
def test_guard(log, least, most, cured, stretch, span, data):
    """Never A, unless a B lies in the window with no C since; only in the stretch and after the event."""
    as_of = data.draw(moments(log))
    excuse = (
        {"seen": "b.done"}
        | ({"at_least": least} if least else {})
        | ({"at_most": most} if most else {})
        | ({"not_cured_by": "c.done"} if cured else {})
    )
    body = {"kind": "guard", "never": "a.done", "unless": [excuse]}
    body |= {"while": {"from": "c.done", "to": "b.done"}} if stretch else {}
    body |= {} if span is None else {"after": {"event": "d.done"} | ({"for": span} if span else {})}

    def within(a, events):
        end = -1
        for s in events["c"]:
            if s.time > end:
                end = min((b.time for b in events["b"] if b.time >= s.time), default=2**62)
                if s.time <= a.time <= end:
                    return True
        return False

    def oracle(events):
        out = []
        for a in events["a"]:
            oldest = a.time - LIMITS[most] if most else None
            newest = a.time - LIMITS[least or "0m"]
            excused = any(
                (oldest is None or oldest <= b.time)
                and b.time <= newest
                and not (cured and any(b.time < c.time < a.time for c in events["c"]))
                for b in events["b"]
            )
            forbidden = (not stretch or within(a, events)) and (
                span is None
                or any(
                    d.time <= a.time and (not span or a.time <= d.time + LIMITS[span]) for d in events["d"]
                )
            )
            out.append((a.id, "broken" if forbidden and not excused else "kept", a.time, a.id, None))
        return out

    compared(body, oracle, log, as_of)
