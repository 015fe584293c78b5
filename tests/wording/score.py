"""Scores the wording checks on the labelled messages: `python tests/wording/score.py [--errors PART] [--write docs/wording.md]`."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from keptword.text import analyse, check

HERE = Path(__file__).parent
# label in the data → the elements any of which means it
LABELS: dict[str, tuple[str, ...]] = {
    "formal": ("sign-off.formal",), "name": ("sign-off.full-name",), "informal": ("sign-off.informal",),
    "dim": ("diminutive-name",), "contact": ("personal-contact",), "eta": ("eta",), "next": ("next-update-time",),
    "apology": ("apology",), "hollow": ("non-apology",), "resp": ("responsibility",), "help": ("help",),
    "deflect/blame": ("deflection", "blame"), "cause": ("cause",),
}  # fmt: skip
TARGETS = {"formal": 0.97, "name": 0.95, "dim": 0.90, "contact": 0.92, "eta": 0.90, "apology": 0.85, "hollow": 0.70,
           "deflect/blame": 0.60, "resp": 0.55, "help": 0.55, "cause": 0.45}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Message:
    """A labelled message: where it stands, its language, its labels, its text."""

    file: str
    number: int
    lang: str
    labels: frozenset[str]
    text: str


def messages(part: str) -> Iterator[Message]:
    """The messages of "development" or "held_out"."""
    for path in sorted(HERE.glob(f"{part}_*.yaml")):
        for number, entry in enumerate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)):
            labels = set((entry.get("has") or "").split())
            unknown = labels - {
                "formal",
                "name",
                "informal",
                "dim",
                "contact",
                "eta",
                "next",
                "apology",
                "hollow",
                "resp",
                "help",
                "deflect",
                "blame",
                "cause",
            }
            if unknown:
                raise ValueError(f"{path.name} message {number}: unknown labels {unknown}")
            if labels & {"deflect", "blame"}:
                labels = (labels - {"deflect", "blame"}) | {"deflect/blame"}
            lang = "ru" if "_ru" in path.stem else "en"
            yield Message(path.name, number, lang, frozenset(labels), entry["text"])


@dataclass(slots=True)
class Count:
    """Hits and errors of one element."""

    right: int = 0
    extra: int = 0
    lost: int = 0

    def precision(self) -> float:
        """Right ones among those found."""
        return self.right / (self.right + self.extra) if self.right + self.extra else 1.0

    def recall(self) -> float:
        """Found ones among those that are there."""
        return self.right / (self.right + self.lost) if self.right + self.lost else 1.0

    def f1(self) -> float:
        """Harmonic mean of the two."""
        return (
            2 * self.right / (2 * self.right + self.extra + self.lost)
            if self.right + self.extra + self.lost
            else 1.0
        )


@dataclass(slots=True)
class Score:
    """What a part scored: an element's counts, languages that were right, bad sign-offs that were passed."""

    counts: dict[str, Count]
    total: int = 0
    russian: int = 0
    language_right: int = 0
    bad_passed: int = 0
    bad_signoffs: int = 0


def score(part: str, show: str = "") -> Score:
    """Read every message of a part and compare."""
    out = Score({label: Count() for label in LABELS})
    for message in messages(part):
        found = analyse(message.text)
        out.total += 1
        out.russian += message.lang == "ru"
        out.language_right += found.lang == message.lang
        for label, elements in LABELS.items():
            has, says = label in message.labels, any(e in found.elements for e in elements)
            count = out.counts[label]
            count.right += has and says
            count.extra += says and not has
            count.lost += has and not says
            if has != says and show in (label, "all"):
                spans = [h.text for e in elements for h in found.hits(e)]
                print(
                    f"{'EXTRA' if says else 'LOST'} {label} {message.file}#{message.number} {spans}\n    {' / '.join(message.text.splitlines())[:420]}"
                )
        signed = {"formal", "informal", "name", "dim"} & message.labels
        if signed and not ({"formal", "name"} <= message.labels and not {"informal", "dim"} & message.labels):
            out.bad_signoffs += 1
            passed = all(
                check(found, e, "require").outcome == "kept"
                for e in ("sign-off.formal", "sign-off.full-name")
            ) and all(
                check(found, e, "forbid").outcome == "kept" for e in ("sign-off.informal", "diminutive-name")
            )
            out.bad_passed += passed
            if passed and show:
                print(f"BAD SIGN-OFF PASSED {message.file}#{message.number}: {message.text!r}")
    return out


def table(scores: dict[str, Score], firsts: dict[str, dict[str, str]] | None = None) -> str:
    """Markdown: precision, recall and F1 of each part; `firsts` holds the cells of a last column for each part that was run before it was tuned to."""
    firsts = firsts or {}
    head = (
        "| element | target F1 | "
        + " | ".join(f"{part.replace('_', ' ')}: P / R / F1 (with it)" for part in scores)
        + " |"
    )
    head += "".join(f" {part.replace('_', ' ')}, first run |" for part in firsts)
    lines = [head, "|---|---|" + "---|" * (len(scores) + len(firsts))]
    for label, elements in LABELS.items():
        cells = []
        for part in scores.values():
            c = part.counts[label]
            cells.append(f"{c.precision():.2f} / {c.recall():.2f} / **{c.f1():.2f}** ({c.right + c.lost})")
        lines.append(
            f"| {' or '.join(f'`{e}`' for e in elements)} | {TARGETS.get(label, '')} | "
            + " | ".join([*cells, *(first[label] for first in firsts.values())])
            + " |"
        )
    for name, value in (
        ("`language`", lambda s: f"{s.language_right / s.total:.2f} of {s.total}"),
        ("bad sign-offs passed", lambda s: f"{s.bad_passed} of {s.bad_signoffs}"),
    ):
        key = "language" if "lang" in name else "bad"
        lines.append(
            f"| {name} | {'1.00' if 'lang' in name else '0'} | "
            + " | ".join([*(value(s) for s in scores.values()), *(first[key] for first in firsts.values())])
            + " |"
        )
    return "\n".join(lines)


def main() -> None:
    """Print the table, the errors of a part, or write the table into a page between its marks."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument(
        "--errors", default="", help="a label or 'all': show its errors in the development part"
    )
    arguments.add_argument("--write", type=Path, help="a page with <!-- scores --> … <!-- /scores -->")
    given = arguments.parse_args()
    scores = {
        "development": score("development", given.errors),
        "held_out": score("held_out"),
        "second_held_out": score("second_held_out"),
        "third_held_out": score("third_held_out"),
    }
    firsts = {
        part: yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
        for part, name in (
            ("second_held_out", "first_score.yaml"),
            ("third_held_out", "third_first_score.yaml"),
        )
    }
    text = table(scores, firsts)
    print(text)
    if given.write:
        page = given.write.read_text(encoding="utf-8")
        page = re.sub(
            r"(<!-- scores -->\n).*?(<!-- /scores -->)", lambda m: m[1] + text + "\n" + m[2], page, flags=re.S
        )
        given.write.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
