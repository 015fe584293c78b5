"""What is due next, by team, and what was said last, as a table for a terminal."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from keptword.errors import visible
from keptword.instants import format_instant, format_span
from keptword.live.duties import Due
from keptword.live.notify import Lang, clock_time, line

_WORDS: dict[Lang, dict[str, str]] = {
    "en": {"team": "team", "what": "duty", "key": "for", "due": "due", "left": "left", "next": "due next", "said": "announced", "none": "nothing is open"},
    "ru": {"team": "команда", "what": "обязательство", "key": "по чему", "due": "срок", "left": "осталось", "next": "ближайшие сроки", "said": "сообщения", "none": "ничего не открыто"},
}  # fmt: skip


def board(
    open_duties: Sequence[Due],
    titles: Mapping[str, str],
    now: int,
    said: deque[Mapping[str, Any]],
    lang: Lang,
    zone: str,
) -> Any:
    """A renderable for rich.

    Args:
        open_duties: soonest first.
        titles: rule → title.
        now: the logical moment.
        said: announcements, latest last.
        lang: of the headings.
        zone: in which times are shown.
    """
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    words = _WORDS[lang]
    table = Table(
        title=f"{words['next']} · {format_instant(now // 1_000_000 * 1_000_000, zone)}",
        expand=True,
        title_justify="left",
    )
    for name in ("team", "left", "due", "what", "key"):
        table.add_column(words[name], overflow="fold")
    for item in sorted(open_duties, key=lambda d: (d.obligation.owner.team, d.obligation.due or 0)):
        o = item.obligation
        left = (o.due or now) - now
        style = "red" if item.warned >= 100 or left <= 0 else "yellow" if item.warned else ""
        key = ", ".join(value for _, value in o.key)
        cells = (
            o.owner.team or "—",
            format_span(left // 1_000_000 * 1_000_000),
            format_instant(o.due or now, zone),
            titles.get(o.rule, o.rule),
            key,
        )
        table.add_row(*(Text(visible(cell), style=style) for cell in cells))
    if not open_duties:
        table.add_row("", "", "", Text(words["none"]), "")
    return Group(
        table,
        Text(words["said"] + ":"),
        *(Text(f"{clock_time(data['at'])}  {line(data, lang)}") for data in list(said)[-10:]),
    )
