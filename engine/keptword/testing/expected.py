"""What a test expects to be found, and whether exactly that was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from keptword.errors import did_you_mean
from keptword.instants import format_span, parse_span
from keptword.obligation import LISTED, VERDICTS, Obligation, order
from keptword.timeline import format_when, parse_when

NOTHING = frozenset({"", "-", "none", "null", "~", "нет"})


@dataclass(frozen=True, slots=True)
class Frame:
    """How times are written in a test: from `start` on, or absolute, in a zone where they carry no offset."""

    start: int
    zone: str = "UTC"

    def when(self, text: str) -> int:
        """An instant; ValueError when it is none."""
        return parse_when(text, self.start)

    def show(self, micros: int) -> str:
        """An instant as a test would write it."""
        return format_when(micros, self.start, self.zone)


@dataclass(frozen=True, slots=True)
class Expected:
    """One obligation as a test describes it; only what is written is compared.

    Attributes:
        wants: field → value, as `FIELDS` names them; None means that there is none.
        line: where it stands in its file, 0 when not known.
    """

    wants: Mapping[str, Any]
    line: int = 0

    def fits(self, o: Obligation) -> bool:
        """Whether an obligation is as described."""
        return self.alike(o) == len(self.wants)

    def alike(self, o: Obligation) -> int:
        """In how many of the fields that are written an obligation is as described."""
        return sum(_equal(name, FIELDS[name].of(o), want) for name, want in self.wants.items())


@dataclass(frozen=True, slots=True)
class _Field:
    of: Callable[[Obligation], Any]
    read: Callable[[str, Frame], Any]
    show: Callable[[Any, Frame], str]


def _instant(of: Callable[[Obligation], int | None]) -> _Field:
    return _Field(of, lambda text, frame: frame.when(text), lambda value, frame: frame.show(value))


def _text(of: Callable[[Obligation], str | None]) -> _Field:
    return _Field(of, lambda text, _: text, lambda value, _: str(value))


def _number(of: Callable[[Obligation], int]) -> _Field:
    return _Field(of, lambda text, _: int(text), lambda value, _: str(value))


def _list(of: Callable[[Obligation], tuple[str, ...]]) -> _Field:
    return _Field(
        of, lambda text, _: tuple(t.strip() for t in text.split(",")), lambda value, _: ", ".join(value)
    )


def _verdict(text: str, _: Frame) -> str:
    if text not in VERDICTS:
        raise ValueError(
            f"'{text}' is not a verdict. {did_you_mean(text, VERDICTS) or 'known: ' + ', '.join(VERDICTS)}"
        )
    return text


FIELDS: dict[str, _Field] = {
    "rule": _text(lambda o: o.rule),
    "verdict": _Field(lambda o: o.verdict, _verdict, lambda value, _: str(value)),
    "due": _instant(lambda o: o.due),
    "late_by": _Field(
        lambda o: o.late_by, lambda text, _: parse_span(text), lambda value, _: format_span(value)
    ),
    "case": _text(lambda o: o.case),
    "key": _Field(lambda o: dict(o.key), lambda text, _: _key(text), lambda value, _: _show_key(value)),
    "opened": _instant(lambda o: o.opened_at),
    "done": _instant(lambda o: o.done_at),
    "at": _instant(lambda o: o.at),
    "bound": _text(lambda o: o.bound),
    "check": _text(lambda o: o.part),
    "silent_periods": _number(lambda o: o.silent_periods),
    "opened_by": _text(lambda o: o.opened_by),
    "done_by": _text(lambda o: o.done_by),
    "team": _text(lambda o: o.owner.team),
    "actor": _text(lambda o: o.owner.actor),
    "events": _list(lambda o: o.events),
    "words": _list(lambda o: tuple(s.text for s in o.spans)),
    "why": _text(lambda o: o.why),
}

# What a test shows of an obligation when nothing says which fields are wanted.
USUAL = ("verdict", "due", "late_by", "case")


def _key(text: str) -> dict[str, str]:
    """`incident=INC-7, customer=ромашка`; values alone stand under the number of their place."""
    out: dict[str, str] = {}
    for i, part in enumerate(text.split(",")):
        name, equals, value = part.strip().partition("=")
        out[name if equals else f"#{i}"] = value if equals else name
    return out


def _show_key(key: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in key.items())


def _equal(name: str, have: Any, want: Any) -> bool:
    if want is None:
        return have in {None, ""} if not isinstance(have, (dict, tuple)) else not have
    match name:
        case "rule":
            return bool(have == want or have.rpartition("/")[2] == want)
        case "check":
            return bool(have == want or have.rpartition(":")[2] == want)
        case "why":
            return bool(want.casefold() in have.casefold())
        case "key":
            values = list(have.values())
            return all(
                values[int(k[1:])] == v if k[0] == "#" and int(k[1:]) < len(values) else have.get(k) == v
                for k, v in want.items()
            )
        case _:
            return bool(have == want)


def read_expected(
    data: Mapping[str, Any], frame: Frame, line: int = 0
) -> tuple[Expected, list[tuple[str, str, str]]]:
    """Read the description of one obligation.

    Args:
        data: field → text (or a number, or for `key` a mapping, for lists a list; None: there is none).
        frame: how times are written.
        line: where it stands.

    Returns:
        The description, and (field, message, hint) for everything in it that cannot be read.
    """
    wants: dict[str, Any] = {}
    found: list[tuple[str, str, str]] = []
    for name, value in data.items():
        if name not in FIELDS:
            found.append(
                (
                    name,
                    f"'{name}' is nothing that an obligation has",
                    did_you_mean(name, FIELDS) or f"known: {', '.join(FIELDS)}",
                )
            )
            continue
        if value is None or (isinstance(value, str) and value.strip() in NOTHING):
            wants[name] = None
        elif name == "key" and isinstance(value, Mapping):
            wants[name] = {str(k): str(v) for k, v in value.items()}
        elif isinstance(value, list):
            wants[name] = tuple(str(v) for v in value)
        elif isinstance(value, (Mapping, bool)):
            found.append((name, f"'{name}' is not written like this", ""))
        else:
            try:
                wants[name] = FIELDS[name].read(str(value).strip(), frame)
            except ValueError as error:
                found.append((name, f"'{name}': {error}", getattr(error, "hint", "")))
    return Expected(wants, line), found


@dataclass(frozen=True, slots=True)
class Comparison:
    """Expected and found, paired.

    Attributes:
        pairs: every expectation with what fits it, or None.
        surplus: what was found and nothing expects.
    """

    pairs: tuple[tuple[Expected, Obligation | None], ...]
    surplus: tuple[Obligation, ...]

    @property
    def agrees(self) -> bool:
        """Whether exactly what was expected was found."""
        return not self.surplus and all(o is not None for _, o in self.pairs)


def compare(expected: Sequence[Expected], obligations: Sequence[Obligation]) -> Comparison:
    """Pair expectations with obligations, each with one of its own.

    Every violation, review and borderline has to be expected; of the other verdicts (kept, open, void, waived, unknown)
    only those that are named have to be there.
    """
    found = sorted(obligations, key=order)
    holder: dict[int, int] = {}  # obligation → expectation

    def place(e: int, tried: set[int]) -> bool:
        for i, o in enumerate(found):
            if i in tried or not expected[e].fits(o):
                continue
            tried.add(i)
            if i not in holder or place(holder[i], tried):
                holder[i] = e
                return True
        return False

    for e in range(len(expected)):
        place(e, set())
    by_expectation = {e: found[i] for i, e in holder.items()}
    surplus = tuple(o for i, o in enumerate(found) if i not in holder and o.verdict in LISTED)
    return Comparison(tuple((x, by_expectation.get(e)) for e, x in enumerate(expected)), surplus)


def shown(o: Obligation, names: Sequence[str], frame: Frame) -> dict[str, str]:
    """The fields of an obligation as a test would write them; those it lacks are left out."""
    out: dict[str, str] = {}
    for name in names:
        value = FIELDS[name].of(o)
        if value is not None and value not in ("", (), {}):
            out[name] = FIELDS[name].show(value, frame)
    return out


def shown_expected(expected: Expected, frame: Frame) -> dict[str, str]:
    """The fields of an expectation as a test would write them."""
    out = {}
    for name, value in expected.wants.items():
        if name == "key" and value:
            value = {("" if k[0] == "#" else k): v for k, v in value.items()}
            out[name] = ", ".join(f"{k}={v}" if k else v for k, v in value.items())
        else:
            out[name] = "none" if value is None else FIELDS[name].show(value, frame)
    return out
