"""`keptword wording`: what one message says, with the places coloured in the terminal or as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keptword.cli import options
from keptword.errors import Place, Problem, UsageError, did_you_mean, usage_error, visible

if TYPE_CHECKING:
    from keptword.text import Analysis, CheckResult, Hit

_BAD = ("sign-off.informal", "diminutive-name", "non-apology", "deflection", "blame")
_STYLE = {"kept": "green", "broken": "bold red", "review": "yellow"}
_LIMIT = 20_000_000


HELP = """Check the words of one message, with the passages found: sign-off, apology, promised times, blame, ….

FILE is the message as text or HTML; - is standard input.

Exit status: 0 no check is broken; 1 some are; 2 a wrong argument or phrasebook.
"""
EPILOG = """\b
Examples:
  keptword wording letter.txt
  keptword wording - --check blame --check deflection --format json < letter.txt
"""


def wording(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="The message.")],
    check: Annotated[
        list[str] | None,
        typer.Option("--check", metavar="NAME", help="Only this check; may be repeated."),
    ] = None,
    lang: Annotated[
        str | None, typer.Option("--lang", metavar="ru|en", help="Override what the letters say.")
    ] = None,
    format: options.TextOrJson = "text",
    phrasebook: Annotated[
        list[Path] | None,
        typer.Option("--phrasebook", metavar="FILE|DIR", help="Further phrasebooks; may be repeated."),
    ] = None,
    staff: Annotated[
        Path | None,
        typer.Option("--staff", metavar="FILE", help="Registered names, one a line; none is a short form."),
    ] = None,
) -> int:
    """Check the words of one message, with the passages found."""
    from keptword.text import ELEMENTS, analyse, load_phrasebooks

    if format not in {"text", "json"}:
        raise usage_error(f"'{format}' is not a format of wording", "use text or json")
    if lang not in {None, "ru", "en"}:
        raise usage_error(f"'{lang}' is not a language of the wording checks", "use ru or en")
    books = load_phrasebooks(phrasebook) if phrasebook else None
    known = [*ELEMENTS, *(n for n in (books.names if books else ()) if n not in ELEMENTS)]
    for name in check or ():
        if name not in known:
            raise usage_error(
                f"there is no wording check '{name}'",
                did_you_mean(name, known) or f"the checks are {', '.join(known)}",
            )
    names = frozenset(_read(str(staff)).splitlines()) if staff else frozenset()
    analysis = analyse(_read(file), lang, books=books, staff=frozenset(n.strip() for n in names if n.strip()))
    results = [
        _run(analysis, name)
        for name in (check or [n for n in known if n not in {"greeting", "next-update-time"}])
    ]
    if format == "json":
        sys.stdout.write(as_json(analysis, results) + "\n")
    else:
        _show(analysis, results)
    return int(any(r.outcome == "broken" for r in results))


wording.__doc__ = HELP


def as_json(analysis: Analysis, results: Sequence[CheckResult]) -> str:
    """The documented JSON: lang, elements with their spans, checks with verdict and why."""
    return json.dumps(
        {
            "lang": analysis.lang,
            "elements": {name: [_span(hit) for hit in hits] for name, hits in analysis.elements.items()},
            "checks": [
                {"check": r.check, "verdict": r.outcome, "why": r.why, "spans": [_span(h) for h in r.spans]}
                for r in results
            ],
        },
        ensure_ascii=False,
        indent=2,
    )


def _span(hit: Hit) -> dict[str, object]:
    return {"start": hit.start, "end": hit.end, "text": hit.text}


def _run(analysis: Analysis, name: str) -> CheckResult:
    from keptword.text import check as one

    return one(analysis, name, "forbid" if name in _BAD else "require")


def _read(file: str) -> str:
    try:
        if file == "-":
            data = sys.stdin.buffer.read(_LIMIT + 1)
        else:
            with Path(file).open("rb") as source:
                data = source.read(_LIMIT + 1)
    except OSError as error:
        raise UsageError(
            Problem("L001", f"the file cannot be opened: {error.strerror or error}", Place(file))
        ) from error
    if len(data) > _LIMIT:
        raise usage_error(f"the message is longer than {_LIMIT // 1_000_000} MB", "give one message")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = Place("standard input" if file == "-" else file)
        raise UsageError(
            Problem("L010", f"not UTF-8 at byte {error.start}", place, hint="convert it to UTF-8")
        ) from error


def _show(analysis: Analysis, results: Sequence[CheckResult]) -> None:
    """The message with its hits coloured (escape codes of the message's own made harmless), then the checks."""
    from rich.console import Console
    from rich.text import Text

    console = Console(soft_wrap=True, highlight=False)
    marks: list[tuple[int, int, str]] = []
    for name, hits in analysis.elements.items():
        if name != "language":
            marks += [(h.start, h.end, "bold red" if name in _BAD else "green") for h in hits]
    shown = Text()
    at = 0
    for start, end, style in sorted(marks, key=lambda m: (m[0], -m[1])):
        if start < at:
            continue
        shown.append(visible(analysis.text[at:start]))
        shown.append(visible(analysis.text[start:end]), style=style)
        at = end
    shown.append(visible(analysis.text[at:].rstrip("\n")))
    console.print(shown)
    console.print()
    width = max((len(r.check) for r in results), default=0)
    for result in results:
        line = Text(f"{result.outcome:<7}", style=_STYLE[result.outcome])
        line.append(f" {result.check:<{width}}  ", style="bold")
        line.append(visible(result.why))
        console.print(line)
