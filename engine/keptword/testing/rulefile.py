"""Rule tests as files: `<id>.test.yaml` beside the rule, read with a place for everything that is wrong in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from keptword.errors import LogError, Place, Problem, Problems, did_you_mean
from keptword.events import Event, identify
from keptword.instants import InstantError, parse_instant
from keptword.obligation import VERDICTS
from keptword.spec.yaml12 import Document, Steps
from keptword.testing.expected import Expected, Frame, read_expected
from keptword.timeline import parse_timeline, parse_when

SUFFIX = ".test.yaml"
_FILE_KEYS = ("start", "as_of", "now", "cases")
_CASE_KEYS = ("name", "start", "as_of", "now", "log", "expect", "kept", "verdicts", "boundary")


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a rule test.

    Attributes:
        name: what happens in it.
        frame: how its times are written.
        log: its timeline, as written.
        events: the events of the timeline.
        as_of: the moment of judgement; None: the last event.
        expect: what must be found; every violation, review and borderline, and nothing else of these.
        counts: verdict → how many obligations have it.
        boundary: whether it is marked as a case at the boundary.
        place: where it stands.
    """

    name: str
    frame: Frame
    log: str
    events: tuple[Event, ...]
    as_of: int | None
    expect: tuple[Expected, ...]
    counts: Mapping[str, int]
    boundary: bool
    place: Place


def read_cases(document: Document, zone: str, problems: Problems) -> list[Case]:
    """The cases of a rule test.

    Args:
        document: the file.
        zone: the zone of the rule, for times without an offset.
        problems: where problems are gathered (R022, and L014, L008 for what is wrong in a timeline).
    """
    data = document.data
    if not isinstance(data, dict):
        problems.add(document.problem("R022", "a rule test is a mapping with start: and cases:", ()))
        return []
    _only(document, (), data, _FILE_KEYS, problems)
    if not isinstance(data.get("cases"), list) or not data["cases"]:
        at = ("cases",) if "cases" in data else ()
        problems.add(
            document.problem(
                "R022", "'cases' is a list of at least one case", at, "cases: [{name: …, log: …, expect: []}]"
            )
        )
        return []
    out: list[Case] = []
    names: dict[str, int] = {}
    for i, item in enumerate(data["cases"]):
        case = _Reading(document, zone, problems, data, ("cases", i)).case(item)
        if case is None:
            continue
        if case.name in names:
            problems.add(
                document.problem(
                    "R022",
                    f"two cases are called '{case.name}'",
                    ("cases", i, "name"),
                    f"the first one is in line {names[case.name]}",
                )
            )
        names.setdefault(case.name, case.place.line)
        out.append(case)
    return out


def _only(
    document: Document, path: Steps, data: Mapping[str, Any], known: Sequence[str], problems: Problems
) -> None:
    for key in data:
        if key not in known:
            hint = did_you_mean(key, known) or f"known: {', '.join(known)}"
            problems.add(
                document.problem(
                    "R022",
                    f"'{key}' is not a key of {'a case' if path else 'a rule test'}",
                    (*path, key),
                    hint,
                    at_key=True,
                )
            )


@dataclass(slots=True)
class _Reading:
    """One case being read."""

    document: Document
    zone: str
    problems: Problems
    top: Mapping[str, Any]
    path: Steps

    def case(self, data: Any) -> Case | None:
        before = len(self.problems.found)
        if not isinstance(data, dict):
            self.wrong("a case is a mapping with name:, log: and expect:", ())
            return None
        _only(self.document, self.path, data, _CASE_KEYS, self.problems)
        for key in ("name", "log", "expect"):
            if key not in data:
                self.wrong(
                    f"'{key}' is missing",
                    (),
                    "expect: [] says that nothing is wrong" if key == "expect" else "",
                )
        start = self.start(data)
        as_of = self.as_of(data, start)
        name, log = data.get("name"), data.get("log", "")
        if "name" in data and (not isinstance(name, str) or not name.strip()):
            self.wrong("'name' says in words what happens in the case", ("name",))
        if not isinstance(log, str) and log is not None:
            self.wrong("'log' is a text, one event a line", ("log",), "log: |")
        frame = Frame(start, self.zone)
        events = self.events(str(log or ""), start)
        expect = self.expect(data.get("expect", []), frame)
        counts = self.counts(data)
        boundary = data.get("boundary", False)
        if not isinstance(boundary, bool):
            self.wrong("'boundary' is true or false", ("boundary",))
        if len(self.problems.found) > before:
            return None
        line, column, _ = self.document.values[(*self.path, "name")]
        return Case(
            str(name).strip(),
            frame,
            str(log or ""),
            events,
            as_of,
            expect,
            counts,
            bool(boundary),
            Place(self.document.file, line, column),
        )

    def wrong(self, message: str, below: Steps, hint: str = "", code: str = "R022") -> None:
        self.problems.add(self.document.problem(code, message, (*self.path, *below), hint))

    def start(self, data: Mapping[str, Any]) -> int:
        path: Steps = (*self.path, "start") if "start" in data else ("start",)
        value = data.get("start", self.top.get("start"))
        if value is None:
            self.wrong(
                "'start' is missing: the instant that +0m stands for",
                (),
                "start: 2026-03-02T09:00:00+03:00, at the top of the file or in the case",
            )
            return 0
        try:
            return parse_instant(str(value), self.zone)
        except InstantError as error:
            problem = self.document.problem("R022", f"'start': {error}", path, error.hint)
            if problem not in self.problems.found:  # said once, not once a case
                self.problems.add(problem)
            return 0

    def as_of(self, data: Mapping[str, Any], start: int) -> int | None:
        for source, path in ((data, self.path), (self.top, ())):
            given = [k for k in ("as_of", "now") if source.get(k) is not None]
            if len(given) > 1:
                self.problems.add(
                    self.document.problem(
                        "R022", "'as_of' and 'now' are two words for the same; keep one", (*path, "now")
                    )
                )
            if given:
                text = str(source[given[0]])
                try:
                    return parse_when(text, start) if text[:1] in "+-" else parse_instant(text, self.zone)
                except ValueError as error:
                    self.problems.add(
                        self.document.problem(
                            "R022",
                            f"'{given[0]}': {error}",
                            (*path, given[0]),
                            "write +2h or 2026-03-02T11:00:00+03:00",
                        )
                    )
                    return None
        return None

    def events(self, log: str, start: int) -> tuple[Event, ...]:
        path: Steps = (*self.path, "log")
        if path not in self.document.values:
            return ()
        line, column, _ = self.document.values[path]
        block = self.document.lines[line - 1][column - 1 : column] in {"|", ">"}
        first = line + 1 if block else line
        try:
            events = parse_timeline(log, start, self.document.file, first)
        except LogError as error:
            for problem in error.problems:
                self.problems.add(self.located(problem))
            return ()
        ordered, _, clashes = identify(events)
        for problem in clashes:
            self.problems.add(self.located(problem))
        return tuple(ordered)

    def located(self, problem: Problem) -> Problem:
        """A problem of a timeline, with the line as it stands in the test file."""
        line = problem.place.line
        text = self.document.lines[line - 1] if 0 < line <= len(self.document.lines) else ""
        shift = len(text) - len(text.lstrip())
        return replace(
            problem,
            text=text,
            place=replace(problem.place, column=shift + 1),
            width=max(1, len(text.strip())),
        )

    def expect(self, data: Any, frame: Frame) -> tuple[Expected, ...]:
        if not isinstance(data, list):
            self.wrong(
                "'expect' is a list; expect: [] says that nothing is wrong",
                ("expect",),
                "expect: [{verdict: late, due: +1h, late_by: 15m}]",
            )
            return ()
        out = []
        for i, item in enumerate(data):
            if not isinstance(item, dict) or "verdict" not in item:
                self.wrong(
                    "an expectation says at least the verdict",
                    ("expect", i),
                    "expect: [{verdict: late, due: +1h, late_by: 15m}]",
                )
                continue
            place = self.document.values.get((*self.path, "expect", i), (0, 0, 0))
            expected, found = read_expected(item, frame, place[0])
            for field, message, hint in found:
                self.wrong(message, ("expect", i, field), hint)
            out.append(expected)
        return tuple(out)

    def counts(self, data: Mapping[str, Any]) -> dict[str, int]:
        out: dict[str, int] = {}
        given = data.get("verdicts", {})
        if not isinstance(given, dict):
            self.wrong(
                "'verdicts' says how many obligations have which verdict",
                ("verdicts",),
                "verdicts: {kept: 2, void: 1}",
            )
            given = {}
        wanted: list[tuple[Any, Any, Steps]] = [(name, n, ("verdicts", name)) for name, n in given.items()]
        if "kept" in data:
            wanted.append(("kept", data["kept"], ("kept",)))
        for name, n, below in wanted:
            if name not in VERDICTS:
                self.wrong(
                    f"'{name}' is not a verdict",
                    below,
                    did_you_mean(str(name), VERDICTS) or f"known: {', '.join(VERDICTS)}",
                )
            elif isinstance(n, bool) or not isinstance(n, int) or n < 0:
                self.wrong(f"'{name}' is a number of obligations, not '{n}'", below)
            elif out.setdefault(name, n) != n:
                self.wrong(f"'{name}' is counted twice, as {out[name]} and as {n}", below)
        return out
