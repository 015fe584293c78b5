"""Charts as inline SVG: pygal draws, the page's style sheet colours."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree as ET

_SIZE = (960, 210)
_MOST_LABELS = 8
_KEPT_ATTRIBUTES = frozenset(
    {"d", "x", "y", "width", "height", "cx", "cy", "r", "class", "transform", "viewBox"}
)
_DROPPED = frozenset({"defs", "script", "style"})


def stacked_bars(title: str, labels: Sequence[str], series: Sequence[tuple[str, Sequence[int]]]) -> str:
    """Bars on top of each other, one for each label; `color-0`, `color-1` … are the classes of the series."""
    highest = max((sum(counts) for counts in zip(*(values for _, values in series), strict=True)), default=0)
    step = next(s * 10**e for e in range(12) for s in (1, 2, 5) if s * 10**e * 5 >= highest)
    ticks = list(range(0, max(highest, 1) + step, step))
    return _drawn("StackedBar", title, labels, series, range=(0, ticks[-1]), y_labels=ticks)


def line(title: str, labels: Sequence[str], name: str, values: Sequence[float | None]) -> str:
    """A line of percentages, interrupted where there is no value; the axis ends at 100."""
    known = [v for v in values if v is not None]
    lowest = min(known, default=0.0)
    floor = 0 if lowest < 50 else 50 if lowest < 80 else 80 if lowest < 95 else 95
    return _drawn(
        "Line",
        title,
        labels,
        [(name, values)],
        range=(floor, 100),
        dots_size=5 if len(labels) < 60 else 3,
        allow_interruptions=True,
    )


def _library() -> Any:
    """Pygal without the finder of plug-ins that it hangs into Python's imports: with it, every later import warns."""
    import pygal

    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != pygal.__name__]
    return pygal


def _drawn(
    kind: str, title: str, labels: Sequence[str], series: Sequence[tuple[str, Sequence[Any]]], **more: Any
) -> str:
    every = max(1, -(-len(labels) // _MOST_LABELS))
    width, height = _SIZE
    chart = getattr(_library(), kind)(
        width=width, height=height, margin=10, show_legend=False, js=(), no_prefix=True, x_labels_major_every=every,
        show_minor_x_labels=False, no_data_text="", truncate_label=-1, max_scale=5, **more,
    )  # fmt: skip
    chart.x_labels = list(labels)
    for name, values in series:
        chart.add(name, list(values))
    drawn = ET.fromstring(chart.render(disable_xml_declaration=True))  # noqa: S314  pygal's own output
    return _plain(drawn, title)


def _plain(drawn: ET.Element, title: str) -> str:
    """Shapes and texts alone: no script, style, date of making or hidden tooltip; values as titles of their shapes."""
    root = ET.Element(
        "svg", {"viewBox": drawn.get("viewBox", ""), "class": "chart", "role": "img", "aria-label": title}
    )
    for child in drawn:
        if _name(child) not in _DROPPED | {"title"}:
            _copy(child, root)
    return ET.tostring(root, encoding="unicode")


def _copy(old: ET.Element, into: ET.Element) -> None:
    name = _name(old)
    if (
        name in _DROPPED
        or name == "title"
        or "tooltip-overlay" in old.get("class", "")
        or "text-overlay" in old.get("class", "")
    ):
        return
    new = ET.SubElement(into, name, {k: _rounded(v) for k, v in old.attrib.items() if k in _KEPT_ATTRIBUTES})
    new.text = (old.text or "").strip() or None
    said = {d.get("class", "").split(" ")[0]: d.text or "" for d in old if _name(d) == "desc"}
    if said.get("value"):
        ET.SubElement(new, "title").text = f"{said.get('x_label', '')}: {said['value']}".removeprefix(": ")
    for child in old:
        if _name(child) != "desc":
            _copy(child, new)


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else "script"


def _rounded(value: str) -> str:
    """Half the bytes: a tenth of a unit is enough for a screen."""
    try:
        return f"{float(value):.1f}".removesuffix(".0")
    except ValueError:
        return value
