"""Random rules of every kind with every option, as the plain data of a rule file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from keptword.testing.random_parts import (
    CALENDARS,
    ZONES,
    Data,
    Draw,
    any_limit,
    coarse_limit,
    conditions,
    lead_limit,
    limits,
    patterns,
    seldom,
    short_limit,
    stretches,
    yes,
)


@st.composite
def rule_data(draw: Draw, kind: str, name: str, earlier: Sequence[str] = ()) -> Data:
    """A rule file of a kind, as plain data.

    Args:
        draw: given by Hypothesis.
        kind: one of the nine.
        name: its id.
        earlier: ids of rules that it may rest on.
    """
    head: Data = {
        "id": name, "title": f"a {kind}", "kind": kind, "severity": draw(st.sampled_from(("minor", "major", "critical"))),
        "status": "stable", "source": "house", "why": "to be tested",
    }  # fmt: skip
    body: Data = _KINDS[kind](draw, earlier)
    return _possible(head | _head_options(draw, kind) | body)


def _possible(data: Data) -> Data:
    """Without the options that a calendar which changes excludes."""
    clock = data.get("clock")
    if isinstance(clock, dict) and "on_change" in clock:
        data.pop("carry", None)
        if clock["on_change"] == "accumulate":
            data |= {"within": _hours_only(data["within"])}
            for name in ("hours", "roll_hours", "roll"):
                data.pop(name, None)
    return data


def _hours_only(limit: Any) -> Any:
    if isinstance(limit, str):
        return limit if set(limit) <= set("0123456789hms") and "mo" not in limit else "2h"
    if isinstance(limit, list):
        return [_hours_only(item) for item in limit]
    return {k: v if k in {"by", "from"} else _hours_only(v) for k, v in limit.items()}


_clocks = st.builds(
    lambda field, other, changed, how: {"by": field, "P1": "office", "P2": "night", "phone": "office", "email": "days"} | other | changed
    | ({"on_change": how} if changed and how != "first" else {}),
    st.sampled_from(("priority", "channel")), st.sampled_from(({}, {"else": "office"}, {"else": "night"})),
    st.one_of(st.just({}), st.builds(lambda p: {"changed_by": p}, patterns()), st.builds(lambda p: {"changed_by": p}, patterns())),
    st.sampled_from(("first", "last", "accumulate", "accumulate")),
)  # fmt: skip


def _head_options(draw: Draw, kind: str) -> Data:
    out: Data = {}
    if kind == "objective":
        return {"timezone": draw(st.sampled_from(ZONES))} if draw(yes) else out
    chosen = draw(st.lists(st.sampled_from(_OPTIONS), max_size=3, unique=True))
    for option in chosen:
        match option:
            case "per" if "for_each" not in chosen:
                out["per"] = draw(
                    st.sampled_from(
                        (
                            "customer",
                            ["case"],
                            ["incident", "customer"],
                            ["case", "channel"],
                            ["case", "affected"],
                        )
                    )
                )
            case "for_each":
                out |= draw(st.sampled_from((
                    {"per": ["case", "customer"], "for_each": "affected"}, {"per": "customer", "for_each": "affected"},
                    {"per": ["customer", "case"], "for_each": {"customer": "affected"}},
                )))  # fmt: skip
            case "applies":
                out["applies"] = draw(conditions)
            case "in_force":
                out["in_force"] = draw(
                    st.sampled_from(
                        (
                            {"from": "2026-03-03"},
                            {"to": "2026-03-29"},
                            {"from": "2024-02-01", "to": "2026-10-25"},
                        )
                    )
                )
            case "timezone":
                out["timezone"] = draw(st.sampled_from(ZONES))
            case "clock":
                out["clock"] = draw(st.sampled_from(tuple(CALENDARS)))
                if kind == "response" and draw(yes):
                    out["clock"] = draw(_clocks)
            case "day":
                out["day"] = "full"
            case "hours":
                out["hours"] = "eu-1182-71"
            case "roll":
                out["roll"] = draw(
                    st.sampled_from(("next-working-day-end", "next-working-day-noon", "previous-working-day"))
                )
            case "roll_hours":
                out |= {"roll_hours": True, "roll": "next-working-day-end"}
            case "cutoff":
                out["cutoff"] = draw(st.sampled_from(("17:30", "09:00")))
            case "pause":
                if kind in {"response", "cadence"}:
                    one = draw(stretches())
                    out["pause"] = [one, draw(stretches())] if draw(seldom) else [one]
            case "message":
                out["tags"] = ["tested"]
                out["message"] = "{key} {due} {late}"
    return out


_OPTIONS = (
    "per",
    "for_each",
    "applies",
    "in_force",
    "timezone",
    "timezone",
    "clock",
    "clock",
    "day",
    "hours",
    "roll",
    "roll_hours",
    "cutoff",
    "pause",
    "pause",
    "message",
)


def _maybe(draw: Draw, data: Data, key: str, value: st.SearchStrategy[Any]) -> None:
    if draw(seldom):
        data[key] = draw(value)


def _response(draw: Draw, earlier: Sequence[str]) -> Data:
    out: Data = {"after": draw(patterns(earlier)), "expect": draw(patterns()), "within": draw(limits())}
    _maybe(draw, out, "each", st.sampled_from(("first", "unanswered")))
    _maybe(draw, out, "times", st.integers(2, 3))
    _maybe(draw, out, "lookback", any_limit)
    _maybe(draw, out, draw(st.sampled_from(("unless", "until"))), patterns())
    if draw(seldom):
        out |= {"carry": True, "within": draw(st.sampled_from(("30m", "1h", "2h", "1h30m")))}
    return out


def _cadence(draw: Draw, earlier: Sequence[str]) -> Data:
    grid = draw(seldom)
    # A grid has a window for every limit until now: short ones would make a hundred thousand obligations.
    every = draw(limits(anchored=not grid, plain=coarse_limit if grid else any_limit))
    start: Data = {"from": draw(patterns(earlier))}
    out: Data = {
        "during": start | ({} if draw(seldom) else {"to": draw(patterns())}),
        "expect": draw(patterns()),
        "every": every,
    }
    _maybe(draw, out, "first", limits())
    if not grid and draw(yes):
        when = st.one_of(any_limit, patterns())
        out["then"] = [{"after": draw(when), "every": draw(limits())} for _ in range(draw(st.integers(1, 3)))]
    if draw(seldom):
        out["stated"] = draw(st.sampled_from(("next_update_at", "eta", "text")))
        _maybe(draw, out, "at_most", short_limit)
    return out | ({"anchor": "grid"} if grid else {})


def _notice(draw: Draw, earlier: Sequence[str]) -> Data:
    out: Data = {
        "before": draw(patterns(earlier)),
        "expect": draw(patterns()),
        "ahead": draw(limits(anchored=False, plain=lead_limit)),
    }
    if draw(st.sampled_from((True, True, False))):
        out["moment"] = draw(st.sampled_from(("effective_at", "eta")))
    if draw(st.sampled_from((True, True, False))):
        out["lead"] = draw(
            st.one_of(
                st.sampled_from(("all", *READINGS, "all")),
                st.lists(st.sampled_from(READINGS), min_size=2, max_size=3, unique=True),
            )
        )
    if draw(yes):
        out["not_before"] = draw(st.sampled_from(("1h", "2h", "1d", "2d", "1w", "1mo", "2wd")))
    _maybe(draw, out, "change_of", st.sampled_from(("cause", "priority")))
    _maybe(draw, out, "reuse", st.just(True))
    return out


READINGS = (
    "elapsed",
    "full-days-between",
    "date-subtraction",
    "backward-same-date",
    "same-date-forward",
    "full-period-forward",
)


def _guard(draw: Draw, earlier: Sequence[str]) -> Data:
    out: Data = {"never": draw(patterns(earlier))}
    _maybe(draw, out, "while", stretches())
    if draw(seldom):
        after = draw(patterns(earlier))
        after = {"event": after} if isinstance(after, str) and draw(yes) else after
        out["after"] = after | {"for": draw(any_limit)} if isinstance(after, dict) and draw(yes) else after
    excuses = []
    for _ in range(draw(st.integers(0, 2))):
        seen: Data = {"seen": draw(patterns())}
        _maybe(draw, seen, "at_least", any_limit)
        if draw(yes):
            seen["at_most"] = draw(any_limit)
        _maybe(draw, seen, "not_cured_by", patterns())
        excuses.append(seen)
    if excuses:
        out["unless"] = excuses
    return out


def _promise(draw: Draw, earlier: Sequence[str]) -> Data:
    out: Data = {
        "of": draw(patterns(earlier)),
        "promised": draw(st.sampled_from(("eta", "eta", "effective_at", "text"))),
        "expect": draw(patterns()),
    }
    _maybe(draw, out, "renewals", st.integers(0, 2))
    return out


def _consistency(draw: Draw, earlier: Sequence[str]) -> Data:
    out: Data = {
        "field": draw(st.sampled_from(("cause", "cause", "priority", "amount"))),
        "of": draw(patterns(earlier)),
    }
    if draw(seldom):
        del out["field"]
        out["terms"] = draw(st.lists(st.sampled_from(_ELEMENTS), min_size=2, max_size=3, unique=True))
    if draw(yes):
        out["with"] = draw(patterns())
    return out


def _count(draw: Draw, earlier: Sequence[str]) -> Data:
    out: Data = {"at_most": draw(st.integers(0, 3)), "of": draw(patterns(earlier))}
    if draw(yes):
        out["within"] = draw(any_limit)
    return out


_ELEMENTS = ("apology", "sign-off.formal", "blame", "deflection")


def _wording(draw: Draw, earlier: Sequence[str]) -> Data:
    chosen = draw(st.lists(st.sampled_from(_ELEMENTS), min_size=1, max_size=3, unique=True))
    cut = draw(st.integers(0, len(chosen)))
    out: Data = {"of": draw(patterns(earlier))}
    return (
        out | ({"require": chosen[:cut]} if cut else {}) | ({"forbid": chosen[cut:]} if chosen[cut:] else {})
    )


def _objective(draw: Draw, earlier: Sequence[str]) -> Data:
    out: Data = {
        "of": draw(st.lists(st.sampled_from(tuple(earlier)), min_size=1, max_size=2, unique=True)),
        "target": draw(st.sampled_from(("95%", "50%", "100%", 0.25, "66.6 %"))),
    }
    _maybe(draw, out, "each", st.sampled_from(("day", "week", "month", "quarter", "year")))
    _maybe(draw, out, "by", st.sampled_from(("team", ["team", "actor"], ["priority"], ["case"])))
    return out


_KINDS: dict[str, Callable[[Draw, Sequence[str]], Data]] = {
    "response": _response, "cadence": _cadence, "notice": _notice, "guard": _guard, "promise": _promise,
    "consistency": _consistency, "count": _count, "wording": _wording, "objective": _objective,
}  # fmt: skip
