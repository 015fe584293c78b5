"""Holidays by year: `{2026: [2026-01-01, …]}`, or with moved working days `{2026: {off: […], working: […]}}`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from keptword.instants import is_date

Steps = tuple[str | int, ...]
Fault = tuple[Steps, str, str]  # where, what is wrong, what would be right

_MOST_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class HolidayFile:
    """The days off of a calendar.

    Attributes:
        off: days off.
        working: days that were made working days in exchange.
        years: the years that are stated; None for a bare list of dates, which sets no bound.
        country, subdivision: whose holidays are to be taken from the library.
    """

    off: frozenset[date] = frozenset()
    working: frozenset[date] = frozenset()
    years: frozenset[int] | None = None
    country: str | None = None
    subdivision: str | None = None


def read_by_year(data: Mapping[Any, Any], path: Steps) -> tuple[HolidayFile, list[Fault]]:
    """The days of every year stated, and what is wrong with them."""
    faults: list[Fault] = []
    off: set[date] = set()
    working: set[date] = set()
    years: set[int] = set()
    for key, value in data.items():
        here = (*path, str(key))
        if not (str(key).isascii() and str(key).isdigit() and len(str(key)) == 4):
            faults.append((here, f"'{key}' is not a year", "write it as 2026"))
            continue
        year = int(key)
        years.add(year)
        parts = value if isinstance(value, Mapping) else {"off": value}
        for part, days in parts.items():
            if part not in ("off", "working"):
                faults.append(((*here, str(part)), f"a year has no '{part}'", "write off: and working:"))
                continue
            where = (*here, part) if isinstance(value, Mapping) else here
            if not isinstance(days, (list, tuple)):
                faults.append((where, "a list of dates is needed here", f"write [{year}-01-01]"))
                continue
            for n, text in enumerate(days):
                if not is_date(str(text)) or date.fromisoformat(str(text)).year != year:
                    faults.append(
                        ((*where, n), f"'{text}' is not a date of {year}", f"write it as {year}-01-01")
                    )
                    continue
                (off if part == "off" else working).add(date.fromisoformat(str(text)))
    faults += [
        (path, f"{day} is both a day off and a working day", "take it out of one of the two")
        for day in sorted(off & working)
    ]
    return HolidayFile(frozenset(off), frozenset(working), frozenset(years)), faults


def read_holiday_file(name: str, base_dir: Path | None) -> tuple[HolidayFile, list[Fault]]:
    """The same from a YAML file next to the calendar; every fault stands at `holidays` and names the file."""
    where: Steps = ("holidays",)
    path = (base_dir or Path()) / name
    try:
        if path.stat().st_size > _MOST_BYTES:
            return HolidayFile(), [(where, f"the holiday file '{name}' is larger than 5 MB", "")]
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        return HolidayFile(), [
            (
                where,
                f"the holiday file '{name}' cannot be read: {reason}",
                "it is looked for next to the calendar",
            )
        ]
    try:
        data = _load(text)
    except ValueError as error:
        return HolidayFile(), [(where, f"the holiday file '{name}' is not YAML: {error}", "")]
    if not isinstance(data, Mapping) or not data:
        return HolidayFile(), [
            (where, f"the holiday file '{name}' states no years", "write 2026: [2026-01-01]")
        ]
    found, faults = read_by_year(data, ())
    return found, [
        (where, f"{name}: {'.'.join(map(str, at))}: {message}", hint) for at, message, hint in faults
    ]


def _load(text: str) -> object:
    """YAML in which every scalar stays text; ValueError for what is no YAML, has an alias or a key twice."""
    import yaml

    try:
        node = yaml.compose(text, Loader=yaml.BaseLoader)
        return _plain(node, set())
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(str(error).split("\n")[0] or "nested too deeply") from error


def _plain(node: Any, seen: set[int]) -> object:
    import yaml

    if node is None:
        return None
    if id(node) in seen:
        raise ValueError("aliases are not used here")
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        out: dict[str, object] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value in out:
                raise ValueError(
                    f"'{getattr(key, 'value', key)}' stands there twice or is no text (line {key.start_mark.line + 1})"
                )
            out[key.value] = _plain(value, seen)
        return out
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, seen) for child in node.value]
    return str(node.value)
