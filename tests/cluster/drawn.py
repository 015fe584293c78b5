"""Random rules and logs, many to a job: every rule of several packs over several logs in one, as clean columns and as JSON."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from keptword.errors import Problems
from keptword.events import FIELD_TYPES, Event, Log, make_log
from keptword.instants import DAY
from keptword.plan import Plan
from keptword.planning import make_plans
from keptword.spec.conditions import Compare
from keptword.testing.strategies import Sample
from keptword.waivers import Waiver

FITS = {"text": str, "bool": bool, "number": (int, float), "instant": int, "list": tuple}


def drawn(strategy: Any, count: int, start: int) -> list[Any]:
    """So many examples of a strategy, the same on every run."""
    out: list[Any] = []

    @seed(start)
    @settings(
        max_examples=count, database=None, phases=[Phase.generate], deadline=None, derandomize=False,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(strategy)
    def collect(value: Any) -> None:
        out.append(value)

    collect()
    return out[-count:]


def together(samples: list[Sample]) -> list[Plan]:
    """The rules of several packs in one audit, each pack under a name of its own."""
    packs = []
    for n, sample in enumerate(samples):
        rules = [replace(r, name=f"p{n}/{r.rule.id}") for r in sample.pack.rules]
        packs.append(replace(sample.pack, name=f"p{n}", rules=rules))
    assert not Problems().found
    return make_plans(packs)


def one_log(logs: list[Log], ids: bool, clean: bool) -> Log:
    """The events of several logs as one; ids stay apart. `ids`: only events that have one of their own, else only made ones."""
    events = []
    for n, log in enumerate(logs):
        for e in log.events:
            fields = dict(e.fields)
            fields = {k: v for k, v in fields.items() if (fits(k, v) if clean else v != "soon")}
            number = float(fields["amount"]) if clean and "amount" in fields else None
            if number is not None:
                fields["amount"] = number
            events.append(Event(e.time, e.event, e.case, f"{n}:{e.id}" if ids else "", fields))
    return make_log(events)


def fits(name: str, value: Any) -> bool:
    """Whether a value has the type that a clean column of this field has."""
    kind = FIELD_TYPES[name]
    return isinstance(value, FITS[kind]) and not (kind in {"instant", "number"} and isinstance(value, bool))


def waivers_for(plans: list[Plan], log: Log) -> list[Waiver]:
    """Some violations are excused: for some days, or on a condition."""
    begun = [log.events[len(log.events) * i // 5].time for i in range(5)] if log.events else [0]
    out = []
    for n, plan in enumerate(plans[::3]):
        start = begun[n % len(begun)]
        where = Compare("channel", "in", ("phone",)) if n % 2 else None
        out.append(Waiver(plan.name, start - DAY, start + 30 * DAY, "agreed", "ann", where))
    return out


def rows_of_columns(log: Log, ids: bool) -> tuple[list[dict[str, Any]], str]:
    """The log as plain rows, and the schema of clean columns for them."""
    import datetime as dt

    kinds = {
        "text": "string",
        "bool": "boolean",
        "number": "double",
        "instant": "timestamp",
        "list": "array<string>",
    }
    names = sorted({n for e in log.events for n in e.fields})
    schema = ["time timestamp", "event string", "case string", *(["id string"] if ids else [])]
    schema += [f"`{n}` {kinds[FIELD_TYPES[n]]}" for n in names]

    def when(micros: int) -> dt.datetime:
        return dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(microseconds=micros)

    out = []
    for e in log.events:
        row: dict[str, Any] = {"time": when(e.time), "event": e.event, "case": e.case or None}
        if ids:
            row["id"] = e.id
        for n in names:
            value = e.fields.get(n)
            if isinstance(value, tuple):
                value = list(value)
            elif FIELD_TYPES[n] == "instant" and value is not None:
                value = when(int(value))  # type: ignore[call-overload]
            row[n] = value
        out.append(row)
    return out, ", ".join(schema)
