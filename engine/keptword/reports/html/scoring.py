"""The scores as tables for the page: one for each way to group them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from keptword.obligation import Report
from keptword.reports.html.phrases import say
from keptword.reports.scores import Group, Weights, scores
from keptword.reports.showing import flat
from keptword.reports.words import NBSP, Lang

_TITLES: dict[Group, str] = {
    "team": "by team", "rule": "by rule", "actor": "by actor", "month": "by score month", "week": "by score week", "day": "by day",
}  # fmt: skip


def score_tables(
    report: Report, groups: Sequence[Group], weights: Weights | None, lang: Lang
) -> list[dict[str, Any]]:
    """Title, heading and rows of each table; none where nothing was decided or the report holds no obligations."""
    out = []
    for group in groups:
        found = scores(report, [group], weights)
        if found and any(name for s in found for _, name in s.group):
            out.append({
                "title": say(_TITLES[group], lang),
                "head": say("period" if group in {"month", "week", "day"} else group, lang),
                "rows": [
                    {
                        "name": flat(s.group[0][1]) or say("nobody", lang), "score": _per_cent(s.score, lang), "score_sort": _sort(s.score),
                        "share": _per_cent(s.share, lang), "share_sort": _sort(s.share), "vetoed": s.vetoed,
                        "kept": f"{s.kept} / {s.kept + s.violated}", "violated": s.violated, "near": s.near,
                    }
                    for s in found
                ],
            })  # fmt: skip
    return out


def _per_cent(value: Fraction | None, lang: Lang) -> str:
    if value is None:
        return "–"
    text = f"{int(value * 1000) / 10:g}"
    return (text.replace(".", ",") if lang == "ru" else text) + NBSP + "%"


def _sort(value: Fraction | None) -> float:
    return -1.0 if value is None else float(value)
