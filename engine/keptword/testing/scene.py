"""What a scenario says: rules and events gathered, judged, and compared with what it expects."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from keptword.audit import Wishes, audit
from keptword.errors import LogError, Problems, RuleError, did_you_mean
from keptword.events import Event, Log, identify
from keptword.instants import InstantError, parse_instant, zone
from keptword.obligation import LISTED, VERDICTS, VIOLATIONS, Obligation
from keptword.plan import Plan
from keptword.planning import make_plans
from keptword.spec.load import build_rule
from keptword.spec.pack import Pack, RuleFile
from keptword.spec.packs import load_packs
from keptword.spec.yaml12 import load_yaml
from keptword.testing.expected import Expected, Frame, compare, read_expected
from keptword.testing.sidebyside import counted, side_by_side
from keptword.timeline import format_timeline, parse_timeline, parse_when
from keptword.words import words_for

# The words of feature files, for those of rule tests.
COLUMNS = {
    "late": "late_by", "late by": "late_by", "опоздание": "late_by", "правило": "rule", "вердикт": "verdict", "итог": "verdict",
    "срок": "due", "обращение": "case", "ключ": "key", "открыто": "opened", "opened at": "opened", "сделано": "done", "done at": "done",
    "когда": "at", "чего": "check", "проверка": "check", "команда": "team", "сотрудник": "actor", "кто": "actor", "слова": "words",
    "почему": "why", "пропущено": "silent_periods", "silent": "silent_periods", "updates lacking": "silent_periods",
}  # fmt: skip
VERDICT_WORDS = {
    "соблюдено": "kept", "исполнено": "kept", "с опозданием": "late", "опоздание": "late", "не сделано": "missed", "раньше срока": "early",
    "нарушено": "broken", "срок не вышел": "open", "открыто": "open", "отпало": "void", "исключение": "waived", "проверить человеку": "review",
    "спорно": "review", "на грани": "borderline", "решить нельзя": "unknown", "неясно": "unknown",
}  # fmt: skip
_HEAD = {
    "when": "when",
    "case": "case",
    "event": "event",
    "когда": "when",
    "обращение": "case",
    "событие": "event",
}


def fail(message: str) -> NoReturn:
    """End the scenario with a message and no traceback: it says all there is to say."""
    import pytest

    pytest.fail(message, pytrace=False)


@dataclass(slots=True)
class Scene:
    """A scenario in the making.

    Attributes:
        root: the repository, for relative paths.
        zone: of times without an offset; the rules' own where nothing is said.
    """

    root: Path = field(default_factory=Path)
    zone: str | None = None
    start: int | None = None
    packs: list[Pack] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    found: list[Obligation] | None = None

    def add_rules(self, name: str) -> None:
        """A pack by name or folder, a rule file, or `pack/rule`."""
        place: str | Path = (
            self.root / name if (self.root / name).exists() and ("/" in name or "." in name) else name
        )
        self.packs += load_packs([place])

    def add_inline_rule(self, text: str) -> None:
        """A rule written into the scenario; what it lacks of a head is filled in."""
        document = load_yaml(text, "rule in the scenario")
        problems = Problems()
        if isinstance(document.data, dict):
            document.data = {
                "id": "rule",
                "title": "a rule",
                "severity": "minor",
                "source": "house",
                "why": "said in a scenario",
            } | document.data
        rule = build_rule(
            document, None, problems, {t: v for p in self.packs for t, v in p.vocabulary.items()}
        )
        problems.raise_if_any(RuleError)
        if rule is not None:
            pack = Pack(
                "scenario",
                timezone=self.zone,
                vocabulary={t: v for p in self.packs for t, v in p.vocabulary.items()},
            )
            pack.calendars = {n: c for p in self.packs for n, c in p.calendars.items()}
            pack.rules.append(RuleFile(rule, document, f"scenario/{rule.id}", None))
            self.packs.append(pack)

    def set_zone(self, name: str) -> None:
        """The zone of times without an offset."""
        zone(name)
        self.zone = name

    def set_start(self, text: str) -> None:
        """The instant that +0m stands for."""
        self.start = parse_instant(text.strip().strip('"'), self._zone())

    def add_timeline(self, text: str) -> None:
        """Events in the timeline notation."""
        width = len(str(len(text.splitlines()) + len(self.events)))
        for event in parse_timeline(text, self._start(text), "log in the scenario"):
            made = "id=" not in next(
                (raw for n, raw in enumerate(text.splitlines(), 1) if event.place and n == event.place.line),
                "",
            )
            name = f"e{len(self.events) + 1:0{width}d}" if made and self.events else event.id
            self.events.append(Event(event.time, event.event, event.case, name, event.fields, event.place))

    def add_table(self, rows: Sequence[Sequence[str]]) -> None:
        """Events as a table: when, case, event, and a column for each field; an empty cell is a field the event lacks."""
        head = [_HEAD.get(c.strip(), c.strip()) for c in rows[0]]
        lacking = [n for n in ("when", "event") if n not in head]
        if lacking:
            fail(f"the table of events has no column '{lacking[0]}': {', '.join(head)}")
        lines = []
        for row in rows[1:]:
            cells = {n: c.strip() for n, c in zip(head, row, strict=True)}
            words = [cells.pop("when"), cells.pop("case", "") or "-", cells.pop("event")]
            lines.append(
                " ".join(shlex.quote(w) for w in [*words, *(f"{n}={c}" for n, c in cells.items() if c)])
            )
        self.add_timeline("\n".join(lines))

    def add_log_file(self, name: str) -> None:
        """Events of a file, in any format that the audit reads."""
        from keptword.readers import read_log

        path = self.root / name if (self.root / name).exists() else Path(name)
        log, _ = read_log([str(path)], None, self.zone)
        self.events += log.events

    def audit(self, moment: str | None) -> None:
        """Judge the events by the rules."""
        if not self.packs:
            fail('no rules: begin with  Given the rules of pack "house"')
        self.plans = make_plans(_merged(self.packs), self.zone or "UTC")
        events, _, problems = identify(self.events)
        if problems:
            raise LogError(problems)
        as_of = None if moment is None else self._moment(moment.strip().strip('"'))
        report = audit(
            Log(events),
            self.plans,
            Wishes(as_of=as_of, zone=self._zone(), everything=True),
            words=words_for(self.packs),
        )
        self.found = list(report.obligations)

    # ------------------------------------------------------------------------------------------- what is expected

    def no_violations(self) -> None:
        """Nothing late, missed, early or broken."""
        self._check([], [o for o in self._obligations() if o.verdict in VIOLATIONS])

    def findings_are(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Exactly these violations, reviews and borderlines."""
        self._check(self._expected(rows), [o for o in self._obligations() if o.verdict in LISTED])

    def findings_include(self, rows: Sequence[Mapping[str, str]]) -> None:
        """At least these."""
        self.obligations_include(rows)

    def obligations_include(self, rows: Sequence[Mapping[str, str]]) -> None:
        """At least these obligations, whatever their verdict."""
        expected = self._expected(rows)
        result = compare(expected, self._obligations())
        if any(o is None for _, o in result.pairs):
            fail(self._said(expected, self._obligations()))

    def rule_has(self, rule: str, counts: str) -> None:
        """`2 kept, 1 late`, also `1 broken`; what is not named is not compared, and `violations` counts them all."""
        own = [o for o in self._obligations() if rule in {o.rule, o.rule.rpartition("/")[2]}]
        self._known_rule(rule)
        have = Counter[str](o.verdict for o in own)
        have["violations"] = sum(have[v] for v in VIOLATIONS)
        for part in counts.replace(" and ", ",").replace(" и ", ",").split(","):
            number, _, word = part.strip().partition(" ")
            word = {
                "violation": "violations",
                "нарушений": "violations",
                "нарушение": "violations",
                "нарушения": "violations",
            }.get(word, word)
            verdict = VERDICT_WORDS.get(word.strip(), word.strip())
            if not number.isdigit() or verdict not in {*VERDICTS, "violations"}:
                fail(f"'{part.strip()}' is not a count such as: 2 kept")
            if have[verdict] != int(number):
                fail(f"{rule}: expected {number} {verdict}, found {have[verdict]}\n\n{self._said([], own)}")

    def violated_rules_are(self, rules: Sequence[str]) -> None:
        """Exactly these rules found something."""
        for rule in rules:
            self._known_rule(rule)
        found = {o.rule for o in self._obligations() if o.is_violation}
        short = {r.rpartition("/")[2] for r in found}
        lacking = [r for r in rules if r not in found and r not in short]
        more = sorted(r for r in found if r not in rules and r.rpartition("/")[2] not in rules)
        if lacking or more:
            fail(
                f"not violated: {', '.join(lacking) or 'none'}; violated but not named: {', '.join(more) or 'none'}\n\n{self._said([], [o for o in self._obligations() if o.rule in more])}"
            )

    # ---------------------------------------------------------------------------------------------------- within

    def _check(self, expected: Sequence[Expected], found: Sequence[Obligation]) -> None:
        if not compare(expected, found).agrees:
            fail(self._said(expected, found))

    def _said(self, expected: Sequence[Expected], found: Sequence[Obligation]) -> str:
        frame = self._frame()
        listed = [o for o in found if o.verdict in LISTED]
        table = side_by_side(compare(expected, listed or found), frame, ("rule",))
        return f"\n{format_timeline(self.events, frame.start, frame.zone)}\n\n{table}\n\nall obligations: {counted(self._obligations())}"

    def _expected(self, rows: Sequence[Mapping[str, str]]) -> list[Expected]:
        out = []
        for row in rows:
            data = {COLUMNS.get(name.casefold(), name.casefold()): value for name, value in row.items()}
            # An empty cell says nothing; `-` says that there is none.
            data = {
                name: VERDICT_WORDS.get(value, value) if name == "verdict" else value
                for name, value in data.items()
                if value != ""
            }
            expected, found = read_expected(data, self._frame())
            if found:
                fail("; ".join(f"{message} ({hint})" if hint else message for _, message, hint in found))
            if "rule" in data:
                self._known_rule(data["rule"])
            out.append(expected)
        return out

    def _known_rule(self, name: str) -> None:
        known = [p.name for p in self.plans]
        if name not in known and name not in {k.rpartition("/")[2] for k in known}:
            fail(
                f"there is no rule '{name}' here. {did_you_mean(name, [k.rpartition('/')[2] for k in known]) or ', '.join(known)}"
            )

    def _obligations(self) -> list[Obligation]:
        if self.found is None:
            fail("nothing was judged yet: add  When it is audited")
        return self.found

    def _frame(self) -> Frame:
        start = self.start if self.start is not None else min((e.time for e in self.events), default=0)
        return Frame(start, self._zone())

    def _zone(self) -> str:
        return self.zone or next((p.timezone for p in self.packs if p.timezone), None) or "UTC"

    def _moment(self, text: str) -> int:
        try:
            return (
                parse_when(text, self._frame().start)
                if text[:1] in {"+", "-"}
                else parse_instant(text, self._zone())
            )
        except InstantError as error:
            fail(f"{error}. {error.hint}")

    def _start(self, text: str) -> int:
        if self.start is None and any(line.lstrip()[:1] in {"+", "-"} for line in text.splitlines()):
            fail("+0m of what? say  Given a log that starts at 2026-03-02T09:00:00+03:00:")
        return self.start or 0


def _merged(packs: Sequence[Pack]) -> list[Pack]:
    """Packs of one name together: a scenario may name single rules of a pack, one a line."""
    out: dict[str, Pack] = {}
    for pack in packs:
        if pack.name not in out:
            out[pack.name] = pack
        else:
            have = {r.name for r in out[pack.name].rules}
            out[pack.name].rules += [r for r in pack.rules if r.name not in have]
    return list(out.values())
