"""Text measured in terminal cells: Cyrillic takes one, Chinese and emoji two, combining marks none."""

from __future__ import annotations

import re

from keptword.reports.words import NBSP

# Latin, Greek, Cyrillic and common punctuation: one cell each. Rich knows the rest, and costs 20 ms to import.
_SINGLE = re.compile(r"[\x20-\x7e\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2116]*")


def cells(text: str) -> int:
    """How many terminal cells `text` takes."""
    if text.isascii() or _SINGLE.fullmatch(text):
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def pad(text: str, width: int, right: bool = False) -> str:
    """`text` with spaces up to `width` cells, on the left with `right`."""
    space = " " * (width - cells(text))
    return space + text if right else text + space


def cut(text: str, width: int) -> str:
    """`text` if it fits into `width` cells, else its beginning and an ellipsis."""
    if cells(text) <= width:
        return text
    return _chop(text, max(1, width - 1))[0].rstrip() + "…"


def wrap(text: str, width: int, most: int = 0) -> list[str]:
    """Lines of at most `width` cells, broken at spaces, inside a word only where it is longer than a line.

    A no-break space holds its neighbours together and comes out as a plain one.


    With `most`, at most so many lines; the last then ends in an ellipsis if anything was left out.
    """
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if cells(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        pieces = _chop(word, width) if cells(word) > width else [word]
        lines.extend(pieces[:-1])
        line = pieces[-1]
        if most and len(lines) > most:
            break
    if line:
        lines.append(line)
    lines = [line.replace(NBSP, " ") for line in lines]
    if most and len(lines) > most:
        return [*lines[: most - 1], cut(lines[most - 1] + " " * width, width)]
    return lines


def _chop(text: str, width: int) -> list[str]:
    if _SINGLE.fullmatch(text):
        return [text[i : i + width] for i in range(0, len(text), width)]
    from rich.cells import chop_cells

    return chop_cells(text, width)
