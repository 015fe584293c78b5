"""What is wrong with rules before any log is read: never kept, never triggered, contradicting, shadowed, unused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from keptword.errors import Problem
from keptword.limits import Limit
from keptword.spec.conditions import All, Compare, Condition
from keptword.spec.model import Cadence, Count, Guard, Notice, Promise, Response, Rule, Wording
from keptword.spec.pack import Pack, RuleFile
from keptword.spec.references import patterns_in
from keptword.spec.satisfiable import flat, joint, satisfiable
from keptword.spec.values import AnyPattern, EventPattern, LimitChoice, Pattern, limits_in

Path = tuple[str | int, ...]
Fault = tuple[str, str, Path, str]  # code, message, path, hint


def lint(packs: Sequence[Pack]) -> list[Problem]:
    """Every finding in the packs, ordered by place.

    Args:
        packs: as `load_packs` gives them, so that every rule is well formed.
    """
    out: list[Problem] = []
    for pack in packs:
        for item in pack.rules:
            faults = [
                *_conditions(item.rule, pack),
                *_windows(item.rule),
                *_calendar(item, pack),
                *_tests(item),
            ]
            out += [item.document.problem(code, message, path, hint) for code, message, path, hint in faults]
        out += _unused(pack)
    rules = [(pack, item) for pack in packs for item in pack.rules]
    for (pack, first), (other, second) in combinations(rules, 2):
        out += _together(first, pack, second, other)
    return sorted(out, key=lambda p: (p.place.file, p.place.line, p.place.column, p.code, p.message))


# ------------------------------------------------------------------------------------------------ one rule alone


def _conditions(rule: Rule, pack: Pack) -> Iterator[Fault]:
    """Patterns and selections that no event can meet."""
    openers = {"after", "during", "before", "never", "of"}
    for path, pattern in patterns_in(rule):
        if not _possible(pattern, pack, None):
            opens = (
                path[0] in openers
                and path[-1] != "to"
                and not (isinstance(rule, Guard) and path[0] == "after")
            )
            code, what = ("R102", "triggered") if opens else ("R101", "kept")
            yield (
                code,
                f"no event can meet this condition, so the rule is never {what}",
                path,
                _culprit(pattern, pack),
            )
        elif (
            path[0] in openers
            and path[-1] != "to"
            and rule.applies is not None
            and not _possible(pattern, pack, rule.applies)
        ):
            yield (
                "R102",
                "what the rule applies to and what opens it exclude each other",
                ("applies",),
                _culprit(pattern, pack, rule.applies),
            )
    force = rule.in_force
    if force is not None and force.start is not None and force.end is not None and force.end < force.start:
        yield "R102", "the rule ends before it begins", ("in_force",), "swap from and to"


def _windows(rule: Rule) -> Iterator[Fault]:
    """Windows that are empty, limits that are no time at all."""
    match rule:
        case Guard(unless=unless):
            for i, excuse in enumerate(unless):
                if (
                    excuse.at_least is not None
                    and excuse.at_most is not None
                    and excuse.at_most.rough() < excuse.at_least.rough()
                ):
                    yield (
                        "R101",
                        f"at least {excuse.at_least} and at most {excuse.at_most} before: no time is left",
                        ("unless", i, "at_most"),
                        "swap at_least and at_most",
                    )
        case Notice(ahead=ahead, not_before=not_before) if not_before is not None:
            if any(limit.rough() > not_before.rough() for limit in limits_in(ahead)):
                yield (
                    "R101",
                    f"the window opens {not_before} before, after the notice is due",
                    ("not_before",),
                    "not_before is longer than ahead",
                )
        case Cadence():
            for path, choice in (p for p in _limits(rule) if p[0][-1] == "every"):
                if any(limit.is_zero for limit in limits_in(choice)):
                    yield (
                        "R101",
                        "an update every 0m cannot be kept",
                        path,
                        "write a length of time such as 4h",
                    )
        case Count(at_most=0, within=within) if within is not None:
            yield (
                "R104",
                "at most 0 in any window means never: the window has no effect",
                ("within",),
                "a guard says it plainly",
            )
        case _:
            pass


def _limits(rule: Rule) -> Iterator[tuple[Path, LimitChoice]]:
    match rule:
        case Response():
            yield ("within",), rule.within
            if rule.lookback is not None:
                yield ("lookback",), rule.lookback
        case Cadence():
            yield ("every",), rule.every
            if rule.first is not None:
                yield ("first",), rule.first
            yield from ((("then", i, "every"), step.every) for i, step in enumerate(rule.then))
        case Notice():
            yield ("ahead",), rule.ahead
        case Count(within=within) if within is not None:
            yield ("within",), within
        case _:
            pass


def _calendar(item: RuleFile, pack: Pack) -> Iterator[Fault]:
    """Limits and cut-offs that the calendar has no room for."""
    rule = item.rule
    calendar = pack.calendars.get(rule.clock) if isinstance(rule.clock, str) else None
    if calendar is None:
        return
    week = calendar.hours or ()
    for path, choice in _limits(rule):
        for limit in limits_in(choice):
            if limit.working_days and calendar.hours is not None and not any(week):
                yield "R105", f"{limit}: the calendar '{rule.clock}' has no working day in the week", path, ""
    if (
        rule.cutoff is not None
        and rule.day != "full"
        and not any(limit.working_days for _, c in _limits(rule) for limit in limits_in(c))
    ):
        yield (
            "R105",
            "a cut-off has a meaning only for limits in working days",
            ("cutoff",),
            "write the limit as 1wd, or leave the cut-off out",
        )
    if isinstance(rule, Cadence) and rule.anchor == "grid":
        return
    if calendar.has_hours and isinstance(rule, (Response, Cadence)):
        longest = max((sum(end - start for start, end in spans) for spans in week), default=0)
        for path, choice in _limits(rule):
            for limit in limits_in(choice):
                if (
                    limit.clock
                    and not limit.has_calendar_units
                    and longest
                    and limit.clock > 366 * longest * 1_000_000
                ):
                    yield (
                        "R105",
                        f"{limit} of opening time is more than a year: the calendar opens {longest // 3600} h a day at most",
                        path,
                        "count it in wd",
                    )


def _tests(item: RuleFile) -> Iterator[Fault]:
    if item.rule.status == "stable" and (item.tests is None or not item.tests.is_file()):
        yield (
            "R107",
            "a stable rule has tests beside it: a case kept, one violated, one at the boundary",
            ("status",),
            f"write {item.rule.id}.test.yaml",
        )


def _unused(pack: Pack) -> list[Problem]:
    if pack.document is None or not pack.rules:
        return []
    used: set[str] = set()
    for item in pack.rules:
        used |= {n for _, p in patterns_in(item.rule) for part in _parts(p) for n in part.events}
        used |= {str(a) for _, c in _limits(item.rule) for a in _anchors(c)}
    loaded_whole = len(pack.rules) == len(list(_files(pack)))
    return [
        pack.document.problem("R106", f"no rule of the pack uses '{name}'", ("vocabulary", name), "use it or take it out", at_key=True)
        for name, term in pack.vocabulary.items() if loaded_whole and name not in used and not any(t.ends == name for t in pack.vocabulary.values())
    ]  # fmt: skip


def _files(pack: Pack) -> Iterator[object]:
    from keptword.spec.packs import rule_files

    return iter(rule_files(pack.folder)) if pack.folder is not None else iter(())


def _anchors(choice: LimitChoice) -> Iterator[str]:
    from keptword.spec.values import Anchored, Combined

    if isinstance(choice, Anchored):
        yield choice.start
    if isinstance(choice, Combined):
        yield from (p.start for p in choice.parts if isinstance(p, Anchored))


# ------------------------------------------------------------------------------------------------ two rules at once


def _together(first: RuleFile, pack: Pack, second: RuleFile, other: Pack) -> Iterator[Problem]:
    a, b = first.rule, second.rule
    if a.status == "retired" or b.status == "retired":
        return
    for one, two, one_pack, two_pack, file in ((a, b, pack, other, first), (b, a, other, pack, second)):
        if (
            isinstance(one, Guard)
            and not one.unless
            and one.during is None
            and one.after is None
            and one.applies is None
        ):
            wanted = _required(two)
            if (
                wanted is not None
                and _events(wanted, two_pack)
                and _events(wanted, two_pack) <= _events(one.never, one_pack)
                and not _wheres(one.never, one_pack)
            ):
                yield file.document.problem(
                    "R103",
                    f"this forbids what '{two.id}' demands",
                    ("never",),
                    "an exception under unless: would let both be kept",
                )
    for one, two, one_pack, two_pack, file in ((a, b, pack, other, first), (b, a, other, pack, second)):
        if isinstance(one, Cadence) and isinstance(two, Count) and _too_many(one, two, one_pack, two_pack):
            yield file.document.problem(
                "R103",
                f"an update every {one.every} is more than the {two.at_most} in {two.within} that '{two.id}' allows",
                ("every",),
                "let one of the two give way",
            )
    if (
        isinstance(a, Wording)
        and isinstance(b, Wording)
        and _events(a.of, pack) & _events(b.of, other)
        and not _apart(a, b)
    ):
        for element in sorted((set(a.require) & set(b.forbid)) | (set(a.forbid) & set(b.require))):
            yield second.document.problem(
                "R103",
                f"'{element}' is {'required' if element in b.require else 'forbidden'} here and {'forbidden' if element in b.require else 'required'} by '{a.id}'",
                ("of",),
                "if they are about different messages, a condition under where: says so",
            )
    if type(a) is type(b) and isinstance(a, (Response, Cadence, Notice)) and _same_duty(a, b):
        x, y = _plain_limit(a), _plain_limit(b)
        if x is not None and y is not None:
            tight, loose, file = (
                (a, b, second) if (x.rough() <= y.rough()) is not isinstance(a, Notice) else (b, a, first)
            )
            yield file.document.problem(
                "R104",
                f"'{loose.id}' is kept whenever '{tight.id}' is",
                ("id",),
                f"{_plain_limit(loose)} is not stricter than {_plain_limit(tight)}; retire it, or let 'applies' tell the two apart",
            )


def _too_many(cadence: Cadence, count: Count, pack: Pack, other: Pack) -> bool:
    """Whether whoever keeps a cadence breaks a count of the same events under the same key."""
    if (
        cadence.per != count.per
        or count.applies is not None
        or count.within is None
        or _wheres(count.of, other)
    ):
        return False
    wanted, every = _events(cadence.expect, pack), cadence.every
    if not wanted or not wanted <= _events(count.of, other) or not isinstance(every, Limit):
        return False
    return count.at_most * every.rough() < count.within.rough() - every.rough()


def _required(rule: Rule) -> Pattern | None:
    return rule.expect if isinstance(rule, (Response, Cadence, Notice, Promise)) else None


def _apart(a: Wording, b: Wording) -> bool:
    """Whether two wording rules speak of different messages for all that can be seen."""
    wheres = [*_pattern_wheres(a.of), *_pattern_wheres(b.of)] + [
        c for c in (a.applies, b.applies) if c is not None
    ]
    return bool(wheres) and not satisfiable(All(tuple(wheres)))


def _same_duty(a: Rule, b: Rule) -> bool:
    limits = {"within", "every", "ahead"}
    said = {
        n
        for n in type(a).model_fields
        if n not in {"id", "title", "severity", "status", "source", "why", "message", "tags"} | limits
    }
    return all(getattr(a, n) == getattr(b, n) for n in said)


def _plain_limit(rule: Rule) -> Limit | None:
    choice = next((c for path, c in _limits(rule) if path[0] in {"within", "every", "ahead"}), None)
    return choice if isinstance(choice, Limit) else None


# ---------------------------------------------------------------------------------------------------- conditions


def _parts(pattern: Pattern) -> tuple[EventPattern, ...]:
    parts = pattern.parts if isinstance(pattern, AnyPattern) else (pattern,)
    return tuple(p for p in parts if isinstance(p, EventPattern))


def _events(pattern: Pattern, pack: Pack) -> set[str]:
    return {
        e
        for part in _parts(pattern)
        for n in part.events
        for e in (pack.vocabulary[n].events if n in pack.vocabulary else (n,))
    }


def _pattern_wheres(pattern: Pattern) -> list[Condition]:
    return [p.where for p in _parts(pattern) if p.where is not None]


def _wheres(pattern: Pattern, pack: Pack) -> list[Condition]:
    named = [pack.vocabulary[n].where for p in _parts(pattern) for n in p.events if n in pack.vocabulary]
    return [*_pattern_wheres(pattern), *(w for w in named if w is not None)]


def _possible(pattern: Pattern, pack: Pack, applies: Condition | None) -> bool:
    """Whether some event could match; violations of rules always can."""
    parts = _parts(pattern)
    if len(parts) < (len(pattern.parts) if isinstance(pattern, AnyPattern) else 1):
        return True
    for part in parts:
        for name in part.events:
            term = pack.vocabulary[name].where if name in pack.vocabulary else None
            together = tuple(c for c in (term, part.where, applies) if c is not None)
            if not together or satisfiable(All(together)):
                return True
    return False


def _culprit(pattern: Pattern, pack: Pack, applies: Condition | None = None) -> str:
    """Which field cannot be what is asked of it, if that can be said of one."""
    for part in _parts(pattern):
        for name in part.events:
            term = pack.vocabulary[name].where if name in pack.vocabulary else None
            found = [f for c in (term, part.where, applies) if c is not None for f in flat(c)]
            for f in found:
                if isinstance(f, Compare) and not joint(
                    [g for g in found if isinstance(g, Compare) and g.field == f.field]
                ):
                    return f"'{f.field}' cannot be all of this at once"
    return "two parts of it exclude each other"
