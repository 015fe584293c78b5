"""Random rules of every kind with every option, as the plain data of a rule file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[Any]], Any]
Data = dict[str, Any]

EVENT_KINDS = ("response", "cadence", "notice", "guard", "promise", "consistency", "count", "wording")
ALL_KINDS = (*EVENT_KINDS, "objective")

VOCABULARY: dict[str, Data] = {
    "alpha": {"event": "a.done"},
    "beta": {"event": ["b.done", "d.done"], "where": {"channel": {"not": ["website"]}}},
    "urgent": {"event": ["a.done", "c.done"], "where": {"priority": {"in": ["P1", "P2"]}}},
}
CALENDARS: dict[str, Data] = {
    "office": {
        "timezone": "Europe/Moscow",
        "hours": {d: ["09:00-13:00", "14:00-18:00"] for d in ("mon", "tue", "wed", "thu")}
        | {"fri": ["09:00-17:00"], "sat": ["22:00-02:00"]},
        "holidays": ["2026-03-09", "2026-01-01"],
        "open": {"2026-03-08": ["10:00-12:00"]},
    },
    "days": {"timezone": "Europe/Berlin", "holidays": ["2026-03-03", "2026-04-03"], "years": [2025, 2026]},
    "night": {
        "timezone": "America/New_York",
        "hours": {d: ["00:00-24:00"] for d in ("sat", "sun")} | {"wed": ["18:00-24:00"]},
    },
}
ZONES = ("UTC", "Europe/Berlin", "Europe/Moscow", "America/New_York", "Asia/Kathmandu")

LIMITS = (
    "0m",
    "30m",
    "30m",
    "1h",
    "1h",
    "1h",
    "90m",
    "2h",
    "4h",
    "1d",
    "1d",
    "2d",
    "1w",
    "1mo",
    "1wd",
    "2wd",
    "1d2h",
    "1mo1d",
    "1y",
    "1wd1h",
    "10s",
)
SHORT = ("30m", "1h", "2h", "1d")
NAMES = ("a.done", "b.done", "c.done", "d.done")

CONDITIONS: tuple[Data, ...] = (
    {"channel": {"not": ["website"]}}, {"channel": {"in": ["phone", "email"]}}, {"planned": {"not": True}}, {"case": {"like": "T*"}},
    {"priority": "P1"}, {"priority": ["P1", "P2"]}, {"priority": {"in": ["P2", "P3"]}}, {"channel": {"not": ["website"]}},
    {"channel": {"not": "phone"}}, {"channel": {"exists": True}}, {"role": {"exists": False}}, {"amount": {"gt": 2}}, {"amount": {"ge": 3}},
    {"amount": {"lt": 3}}, {"amount": {"le": "2.5"}}, {"amount": 3}, {"eta": {"gt": "2026-03-02T10:00:00Z"}}, {"effective_at": {"le": "2026-04-01"}},
    {"cause": {"like": "fi*"}}, {"cause": {"matches": "^(fibre|debt)$"}}, {"says": "apology"}, {"text": {"says": ["blame", "apology"]}},
    {"planned": True}, {"planned": {"not": True}}, {"tags": "vip"}, {"tags": {"not": "new"}}, {"role": "agent", "direction": "out"},
    {"case": "T-1"}, {"affected": "x"}, {"customer": {"like": "[xy]"}}, {"time": {"gt": "2026-03-01"}},
)  # fmt: skip

_limit = st.sampled_from(LIMITS)
_short = st.sampled_from(SHORT)
_ahead = st.sampled_from(
    ("1d", "2d", "1d", "1h", "1wd", "1w", "30m", "1mo", "1d2h", "2h", "0m", "2wd", "1mo1d", "1y")
)
_coarse = st.sampled_from(("12h", "1d", "2d", "1w", "1mo", "2wd", "0m"))
_name = st.sampled_from(
    ("a.done", "b.done", "c.done", "d.done", "a.done", "b.done", "alpha", "beta", "urgent")
)
_yes = st.sampled_from((True, False))
_seldom = st.sampled_from((False, True, False, False, True))
_simple = st.sampled_from(CONDITIONS)
conditions: st.SearchStrategy[Data] = st.one_of(
    _simple, _simple, _simple,
    st.builds(lambda a, b: {"all": [a, b]}, _simple, _simple), st.builds(lambda a, b: {"any": [a, b]}, _simple, _simple),
    st.builds(lambda a: {"not": a}, _simple), st.builds(lambda a, b: {"any": [{"not": a}, {"all": [b]}]}, _simple, _simple),
)  # fmt: skip


@st.composite
def patterns(draw: Draw, violations: Sequence[str] = ()) -> Any:
    """A pattern: mostly a bare name; sometimes several, with a condition, a list, or the violations of an earlier rule."""
    shape = draw(
        st.sampled_from(
            ("name", "name", "name", "name", "name", "event", "events", "events", "where", "list")
        )
    )
    if violations and draw(_seldom):
        out: Data = {"violation": draw(st.sampled_from(violations))}
        return out | ({"where": {"severity": ["minor", "major"]}} if draw(_seldom) else {})
    match shape:
        case "name":
            return draw(_name)
        case "event":
            return {"event": draw(_name)}
        case "events":
            return {"event": draw(st.lists(_name, min_size=2, max_size=3, unique=True))}
        case "where":
            return {"event": draw(_name), "where": draw(conditions)}
        case _:
            return [draw(_name), {"event": draw(_name), "where": draw(conditions)}]


@st.composite
def limits(draw: Draw, *, anchored: bool = True, plain: st.SearchStrategy[str] = _limit) -> Any:
    """A limit: mostly one length of time; by date, by field, from another event, the earliest or latest of several."""
    shapes = ["plain"] * 6 + ["dated", "by", "nested"] + (["anchor", "combined"] if anchored else [])
    match draw(st.sampled_from(shapes)):
        case "plain":
            return draw(plain)
        case "dated":
            return (
                {"2024-01-01": draw(plain), "2026-03-03": draw(plain)}
                if draw(_yes)
                else {"2026-03-03": draw(plain)}
            )
        case "by":
            return {
                "by": draw(st.sampled_from(("priority", "channel", "amount"))),
                "P1": draw(plain),
                "P2": draw(plain),
                "3": draw(plain),
            } | ({"else": draw(plain)} if draw(_yes) else {})
        case "nested":
            return {
                "by": "priority",
                "P1": {"2024-01-01": draw(plain), "2026-03-03": draw(plain)},
                "else": draw(plain),
            }
        case "anchor":
            return draw(_anchors)
        case _:
            parts = draw(st.lists(st.one_of(plain, _anchors), min_size=2, max_size=3))
            return {draw(st.sampled_from(("earliest_of", "latest_of"))): parts}


_anchors = st.builds(
    lambda start, within: {"from": start, "within": within},
    st.sampled_from(("a.done", "b.done", "c.done", "alpha", "eta")),
    _short,
)


@st.composite
def stretches(draw: Draw) -> Data:
    """From one event to another, or without an end."""
    return {"from": draw(patterns())} | ({} if draw(_seldom) else {"to": draw(patterns())})


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
    return head | _head_options(draw, kind) | body


def _head_options(draw: Draw, kind: str) -> Data:
    out: Data = {}
    if kind == "objective":
        return {"timezone": draw(st.sampled_from(ZONES))} if draw(_yes) else out
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
                    out["pause"] = [one, draw(stretches())] if draw(_seldom) else [one]
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
    if draw(_seldom):
        data[key] = draw(value)


def _response(draw: Draw, earlier: Sequence[str]) -> Data:
    out: Data = {"after": draw(patterns(earlier)), "expect": draw(patterns()), "within": draw(limits())}
    _maybe(draw, out, "each", st.sampled_from(("first", "unanswered")))
    _maybe(draw, out, "times", st.integers(2, 3))
    _maybe(draw, out, "lookback", _limit)
    _maybe(draw, out, draw(st.sampled_from(("unless", "until"))), patterns())
    if draw(_seldom):
        out |= {"carry": True, "within": draw(st.sampled_from(("30m", "1h", "2h", "1h30m")))}
    return out


def _cadence(draw: Draw, earlier: Sequence[str]) -> Data:
    grid = draw(_seldom)
    # A grid has a window for every limit until now: short ones would make a hundred thousand obligations.
    every = draw(limits(anchored=not grid, plain=_coarse if grid else _limit))
    start: Data = {"from": draw(patterns(earlier))}
    out: Data = {
        "during": start | ({} if draw(_seldom) else {"to": draw(patterns())}),
        "expect": draw(patterns()),
        "every": every,
    }
    _maybe(draw, out, "first", limits())
    if draw(_seldom):
        out["stated"] = draw(st.sampled_from(("next_update_at", "eta", "text")))
        _maybe(draw, out, "at_most", _short)
    return out | ({"anchor": "grid"} if grid else {})


def _notice(draw: Draw, earlier: Sequence[str]) -> Data:
    out: Data = {
        "before": draw(patterns(earlier)),
        "expect": draw(patterns()),
        "ahead": draw(limits(anchored=False, plain=_ahead)),
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
    if draw(_yes):
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
    if draw(_seldom):
        after = draw(patterns(earlier))
        after = {"event": after} if isinstance(after, str) and draw(_yes) else after
        out["after"] = after | {"for": draw(_limit)} if isinstance(after, dict) and draw(_yes) else after
    excuses = []
    for _ in range(draw(st.integers(0, 2))):
        seen: Data = {"seen": draw(patterns())}
        _maybe(draw, seen, "at_least", _limit)
        if draw(_yes):
            seen["at_most"] = draw(_limit)
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
    if draw(_yes):
        out["with"] = draw(patterns())
    return out


def _count(draw: Draw, earlier: Sequence[str]) -> Data:
    out: Data = {"at_most": draw(st.integers(0, 3)), "of": draw(patterns(earlier))}
    if draw(_yes):
        out["within"] = draw(_limit)
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
