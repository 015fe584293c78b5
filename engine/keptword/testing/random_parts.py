"""What random rules are made of: names, calendars, conditions, patterns, limits, as the plain data of a rule file."""

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
    {"time": {"within": "office"}}, {"time": {"outside": "night"}}, {"time": {"on": "office"}}, {"time": {"outside": ["09:00-13:00", "14:00-18:00"]}},
    {"time": {"within": "22:00-02:00"}}, {"time": {"on": ["sat", "sun"]}}, {"eta": {"within": "night"}}, {"effective_at": {"outside": "night"}},
    {"time": {"on": ["mon-wed"]}}, {"effective_at": {"on": "office"}},
)  # fmt: skip

any_limit = st.sampled_from(LIMITS)
short_limit = st.sampled_from(SHORT)
lead_limit = st.sampled_from(
    ("1d", "2d", "1d", "1h", "1wd", "1w", "30m", "1mo", "1d2h", "2h", "0m", "2wd", "1mo1d", "1y")
)
coarse_limit = st.sampled_from(("12h", "1d", "2d", "1w", "1mo", "2wd", "0m"))
_name = st.sampled_from(
    ("a.done", "b.done", "c.done", "d.done", "a.done", "b.done", "alpha", "beta", "urgent")
)
yes = st.sampled_from((True, False))
seldom = st.sampled_from((False, True, False, False, True))
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
    if violations and draw(seldom):
        out: Data = {"violation": draw(st.sampled_from(violations))}
        return out | ({"where": {"severity": ["minor", "major"]}} if draw(seldom) else {})
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
def limits(draw: Draw, *, anchored: bool = True, plain: st.SearchStrategy[str] = any_limit) -> Any:
    """A limit: mostly one length of time; by date, by field, from another event, the earliest or latest of several."""
    shapes = ["plain"] * 6 + ["dated", "by", "nested"] + (["anchor", "combined"] if anchored else [])
    match draw(st.sampled_from(shapes)):
        case "plain":
            return draw(plain)
        case "dated":
            return (
                {"2024-01-01": draw(plain), "2026-03-03": draw(plain)}
                if draw(yes)
                else {"2026-03-03": draw(plain)}
            )
        case "by":
            return {
                "by": draw(st.sampled_from(("priority", "channel", "amount"))),
                "P1": draw(plain),
                "P2": draw(plain),
                "3": draw(plain),
            } | ({"else": draw(plain)} if draw(yes) else {})
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
    short_limit,
)


@st.composite
def stretches(draw: Draw) -> Data:
    """From one event to another, or without an end."""
    return {"from": draw(patterns())} | ({} if draw(seldom) else {"to": draw(patterns())})
