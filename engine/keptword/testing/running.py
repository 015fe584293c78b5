"""Rule tests as runs: a rule and those it rests on, over the timeline of each case, compared with what the case expects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from keptword.audit import Engine, Wishes, audit
from keptword.errors import KeptwordError, Place, Problem, Problems, RuleError
from keptword.events import Log
from keptword.instants import format_instant
from keptword.obligation import VIOLATIONS, Obligation
from keptword.plan import Plan
from keptword.planning import make_plans
from keptword.spec.pack import Pack, RuleFile
from keptword.spec.packs import load_packs
from keptword.spec.yaml12 import read_yaml
from keptword.testing.expected import compare
from keptword.testing.rulefile import SUFFIX, Case, read_cases
from keptword.testing.sidebyside import counted, pasteable, side_by_side
from keptword.words import Words, words_for


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case and what became of it; `failure` is "" when it passed."""

    case: Case
    failure: str
    verdicts: Mapping[str, int]
    boundary: bool

    @property
    def passed(self) -> bool:
        """Whether exactly what was expected was found."""
        return not self.failure


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule and its test.

    Attributes:
        rule: `pack/id`.
        file: the test file, whether it is there or not.
        cases: one result a case.
        lacking: what a stable rule's test has to have and this one has not.
        retired: a retired rule is not run.
    """

    rule: str
    file: Path
    cases: tuple[CaseResult, ...] = ()
    lacking: tuple[str, ...] = ()
    retired: bool = False

    @property
    def passed(self) -> bool:
        """Whether every case passed and nothing is lacking."""
        return not self.lacking and all(c.passed for c in self.cases)


@dataclass(slots=True)
class Bench:
    """A pack made ready for its tests: loaded once, then one rule after the other.

    Attributes:
        pack: the pack.
        plans: `pack/id` → plan, each after those it rests on.
        words: its wording checks.
        engine: which evaluator judges.
    """

    pack: Pack
    plans: dict[str, Plan]
    words: Words
    engine: Engine = "auto"
    _read: dict[Path, list[Case]] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: str | Path, engine: Engine = "auto") -> Bench:
        """Load the pack in a folder (or a built-in one by name); RuleError with all that is wrong in it."""
        [pack] = load_packs([folder])
        return cls(pack, {p.name: p for p in make_plans([pack])}, words_for([pack]), engine)

    def rule_beside(self, test: Path) -> RuleFile | None:
        """The rule that a test file stands beside."""
        return next((r for r in self.pack.rules if r.tests is not None and r.tests.name == test.name), None)

    def cases(self, item: RuleFile) -> list[Case]:
        """The cases of a rule's test; RuleError with everything that is wrong in the file."""
        if item.tests is None or not item.tests.is_file():
            return []
        if item.tests not in self._read:
            problems = Problems()
            cases = read_cases(read_yaml(item.tests), self.zone(item), problems)
            problems.raise_if_any(RuleError)
            self._read[item.tests] = cases
        return self._read[item.tests]

    def zone(self, item: RuleFile) -> str:
        """The zone of a rule's times."""
        return self.plans[item.name].zone if item.name in self.plans else self.pack.timezone or "UTC"

    def run(self, item: RuleFile, case: Case) -> CaseResult:
        """Judge one case."""
        found = obligations_of(item.name, self.plans, case, self.words, self.engine)
        counts = Counter[str](o.verdict for o in found)
        return CaseResult(
            case, _failure(item, case, found), counts, case.boundary or any(_at_boundary(o) for o in found)
        )

    def result(self, item: RuleFile) -> RuleResult:
        """Judge every case of a rule."""
        file = item.tests or Path(item.document.file)
        if item.rule.status == "retired":
            return RuleResult(item.name, file, retired=True)
        cases = tuple(self.run(item, case) for case in self.cases(item))
        return RuleResult(item.name, file, cases, lacking(item, cases))

    def strays(self) -> list[Problem]:
        """Test files that stand beside no rule."""
        if self.pack.folder is None:
            return []
        tests = sorted(self.pack.folder.glob(f"*{SUFFIX}"))
        return [stray(path) for path in tests if self.rule_beside(path) is None]


def stray(path: Path) -> Problem:
    """The problem of a test file that stands beside no rule."""
    rule = path.name[: -len(SUFFIX)] + ".yaml"
    return Problem(
        "R022",
        f"there is no rule '{rule}' beside this test",
        Place(str(path)),
        hint="a test is called like its rule: ID.yaml and ID.test.yaml",
    )


def obligations_of(
    rule: str, plans: Mapping[str, Plan], case: Case, words: Words, engine: Engine = "auto"
) -> list[Obligation]:
    """The obligations of one rule over the timeline of a case; rules that it rests on are judged too."""
    wanted = closure(rule, plans)
    as_of = (
        case.as_of if case.as_of is not None else max((e.time for e in case.events), default=case.frame.start)
    )
    wishes = Wishes(as_of=as_of, zone=plans[rule].zone, engine=engine, everything=True)
    report = audit(Log(case.events), [p for name, p in plans.items() if name in wanted], wishes, words=words)
    return [o for o in report.obligations if o.rule == rule]


def closure(rule: str, plans: Mapping[str, Plan]) -> set[str]:
    """A rule and all that it rests on."""
    out: set[str] = set()
    todo = [rule]
    while todo:
        name = todo.pop()
        if name not in out and name in plans:
            out.add(name)
            todo.extend(plans[name].rests_on)
    return out


def _at_boundary(o: Obligation) -> bool:
    """Done at the last instant that is in time, or at the first that is not."""
    if o.due is None or o.done_at is None or o.verdict in {"broken", "unknown"} or o.done_at == o.opened_at:
        return False
    return o.done_at == o.due or (o.bound == "exclusive" and o.done_at == o.due - 1)


def lacking(item: RuleFile, cases: Sequence[CaseResult]) -> tuple[str, ...]:
    """What a stable rule's test has to have and these cases have not."""
    if item.rule.status != "stable":
        return ()
    if not cases:
        return ("a test",)
    verdicts: Counter[str] = Counter()
    for case in cases:
        verdicts.update(case.verdicts)
    out = []
    if not verdicts["kept"]:
        out.append("a case that is kept")
    # Where a check says its confidence is low, what it finds is a review and never a violation.
    if not any(verdicts[v] for v in (*VIOLATIONS, "review")):
        out.append("a case that is violated")
    if not any(c.boundary for c in cases):
        out.append("a case at the boundary (something done exactly at its due, or boundary: true)")
    return tuple(out)


def _failure(item: RuleFile, case: Case, found: Sequence[Obligation]) -> str:
    result = compare(case.expect, found)
    counts = Counter[str](o.verdict for o in found)
    wrong = {v: n for v, n in case.counts.items() if counts[v] != n}
    if result.agrees and not wrong:
        return ""
    frame = case.frame
    judged = case.as_of if case.as_of is not None else max((e.time for e in case.events), default=frame.start)
    timeline = "\n".join(f"    {line}" for line in case.log.strip("\n").splitlines())
    parts = [
        f"{item.name}: {case.name}\n{case.place}",
        f"+0m is {format_instant(frame.start, frame.zone)}; judged at {frame.show(judged)}\n{timeline or '    (no event)'}",
        side_by_side(result, frame),
    ]
    parts += [f"expected {n} {verdict}, found {counts[verdict]}" for verdict, n in wrong.items()]
    parts.append(
        f"all obligations: {counted(found)}; what was found, to be pasted if it is right:\n{pasteable(found, frame)}"
    )
    return "\n\n".join(parts)


def run_rule_tests(wanted: Sequence[str | Path], engine: Engine = "auto") -> list[RuleResult]:
    """Run the tests of packs, or of single rules.

    Args:
        wanted: names of built-in packs, folders, rule files or their test files.
        engine: which evaluator.

    Returns:
        One result a rule, in order of pack and id. A rule without a test has no cases.

    Raises:
        RuleError: rules or tests that cannot be read, all problems at once.
    """
    benches: dict[Path, tuple[Bench, set[str] | None]] = {}
    for name in wanted:
        path, only = _rule_in(name)
        bench = Bench.of(path, engine)
        folder = bench.pack.folder or Path(path)
        known = benches[folder][1] if folder in benches else set()
        benches[folder] = (bench, None if only is None or known is None else known | {only})
    problems = Problems()
    out: list[RuleResult] = []
    for bench, only_these in benches.values():
        if only_these is None:
            problems.found.extend(bench.strays())
        for item in sorted(bench.pack.rules, key=lambda r: r.name):
            if only_these is not None and item.rule.id not in only_these:
                continue
            try:
                out.append(bench.result(item))
            except KeptwordError as error:
                problems.found.extend(error.problems)
    problems.raise_if_any(RuleError)
    return out


def _rule_in(name: str | Path) -> tuple[str | Path, str | None]:
    """The folder of a rule or test file and the rule's id; a pack stays as it is."""
    path = Path(name)
    if path.is_file() and path.name != "pack.yaml":
        if not (path.parent / "pack.yaml").is_file():
            return path, None
        stem = path.name[: -len(SUFFIX)] if path.name.endswith(SUFFIX) else path.stem
        return path.parent, stem
    if path.name == "pack.yaml" and path.is_file():
        return path.parent, None
    return name, None
