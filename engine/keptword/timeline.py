"""The timeline notation: *when, case, event, field=value…*, one event a line.

The same notation serves rule tests, Gherkin doc strings, documentation, `explain` and failing property tests.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable

from keptword.errors import LogError, Place, Problem, Problems
from keptword.events import FIELD_TYPES, Event, Value
from keptword.instants import InstantError, format_instant, format_span, is_date, parse_instant, parse_span

_ESCAPED = {"n": "\n", "\\": "\\"}
_NAME = re.compile(r"[^\W\d][\w.-]*")


def parse_when(text: str, start: int) -> int:
    """`+1h15m` or `-30d` from `start` (elapsed time), or a full instant; microseconds. ValueError otherwise."""
    if text[:1] in {"+", "-"}:
        return start + parse_span(text)
    return parse_instant(text)


def parse_timeline(text: str, start: int, file: str = "timeline", line: int = 1) -> list[Event]:
    r"""Read a timeline.

    Args:
        text: one event a line; `#` begins a comment; quotes as in a shell; a case of `-` means none. In values
            `\n` is a new line and `\\` a backslash.
        start: the instant that `+0m` stands for, microseconds.
        file: for error messages.
        line: the number of the first line, for error messages.

    Returns:
        Events in the order of the lines. Those without `id=` are called e1, e2, … by their line.

    Raises:
        LogError: L014 for every line that cannot be read.
    """
    problems = Problems()
    out: list[Event] = []
    lines = text.split("\n")  # other line ends may stand inside a value
    width = len(str(sum(1 for raw in lines if raw.strip() and not raw.strip().startswith("#"))))
    for number, raw in enumerate(lines, line):
        try:
            words = shlex.split(raw, comments=True)
            if words:
                out.append(_event(words, start, f"e{len(out) + 1:0{width}d}", Place(file, number)))
        except ValueError as error:
            hint = getattr(error, "hint", "") or "a line is: when case event field=value…"
            problems.add(
                Problem(
                    "L014", str(error), Place(file, number, len(raw) - len(raw.lstrip()) + 1), raw, hint=hint
                )
            )
    problems.raise_if_any(LogError)
    return out


def _event(words: list[str], start: int, default_id: str, place: Place) -> Event:
    if len(words) < 3:
        raise ValueError(
            f"'{' '.join(words)}' has {len(words)} words where at least when, case and event are needed"
        )
    when, case, name, *rest = words
    fields: dict[str, Value] = {}
    for word in rest:
        key, equals, value = word.partition("=")
        if not equals or not _NAME.fullmatch(key):
            raise ValueError(f"'{word}' is not of the form field=value")
        if key in fields:
            raise ValueError(f"'{key}' is given twice")
        fields[key] = _value(key, re.sub(r"\\([n\\])", lambda m: _ESCAPED[m[1]], value), start)
    event_id = str(fields.pop("id", default_id))
    return Event(parse_when(when, start), name, "" if case == "-" else case, event_id, fields, place)


def _value(key: str, text: str, start: int) -> Value:
    kind = FIELD_TYPES.get(key)
    if kind == "instant":
        return text if is_date(text) else parse_when(text, start)
    if kind == "bool":
        if text not in {"true", "false"}:
            raise ValueError(f"'{key}' is true or false, not '{text}'")
        return text == "true"
    if kind == "list":
        return tuple(part for part in text.split(",") if part)
    if kind == "number":
        try:
            return int(text) if re.fullmatch(r"-?\d+", text) else float(text)
        except ValueError:
            raise ValueError(f"'{key}' is a number, not '{text}'") from None
    return text


def format_timeline(events: Iterable[Event], start: int | None = None, zone_name: str = "UTC") -> str:
    """Write events so that `parse_timeline` reads them back; absolute times when `start` is None."""
    rows = [_row(e, start, zone_name) for e in events]
    if not rows:
        return ""
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    return "\n".join(
        "  ".join([*(w.ljust(n) for w, n in zip(row[:3], widths, strict=True)), *row[3:]]).rstrip()
        for row in rows
    )


def _row(event: Event, start: int | None, zone_name: str) -> list[str]:
    when = format_when(event.time, start, zone_name)
    words = [f"id={_quoted(event.id)}"] if event.id else []
    for key, value in sorted(event.fields.items()):
        if FIELD_TYPES.get(key) == "instant" and isinstance(value, int):
            text = format_when(value, start, zone_name)
        elif isinstance(value, bool):
            text = "true" if value else "false"
        elif isinstance(value, tuple):
            text = ",".join(str(v) for v in value)
        else:
            text = str(value)
        escaped = text.replace("\\", "\\\\").replace("\n", "\\n")
        words.append(f"{key}={_quoted(escaped)}")
    return [when, _quoted(event.case) if event.case else "-", event.event, *words]


def _quoted(text: str) -> str:
    """Quoted only where the notation needs it: words of any script stay as they are."""
    return text if re.fullmatch(r"[\w.,:+/@%=-]*", text) else shlex.quote(text)


def format_when(time: int, start: int | None, zone_name: str = "UTC") -> str:
    """`+1h15m` from `start`, or the full instant when `start` is None."""
    if start is None:
        return format_instant(time, zone_name)
    return ("+" if time >= start else "") + format_span(time - start)


__all__ = ["InstantError", "format_timeline", "format_when", "parse_timeline", "parse_when"]
