"""`keptword test`: the tests that lie beside the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from keptword.testing.running import RuleResult

HELP = """Run the tests that lie beside the rules (ID.test.yaml), and say which rule lacks one.

PACK is a built-in pack's name, a folder, or one rule or test file. Default: house.

Exit status: 0 all passed; 1 a case failed, or a stable rule lacks a kept, a violated or a boundary case; 2 bad rules or tests.
"""
EPILOG = """Examples:

  keptword test

  keptword test rules/house --quiet

  keptword test mypack/first-answer.test.yaml
"""


def run_tests(
    pack: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PACK...]", help="Packs, folders, rule files or test files. Default: house."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only what failed.")] = False,
    engine: Annotated[
        str, typer.Option("--engine", metavar="auto|reference|columnar|live", help="Which evaluator judges.")
    ] = "auto",
) -> int:
    """Run the tests that lie beside the rules, and say which rule lacks one."""
    from keptword.testing.running import run_rule_tests

    results = run_rule_tests(pack or ["house"], engine)  # type: ignore[arg-type]
    for result in results:
        if not quiet or not result.passed:
            print(_line(result))
    failures = [c.failure for r in results for c in r.cases if not c.passed]
    for failure in failures:
        print(f"\n{failure}")
    cases = sum(len(r.cases) for r in results)
    bad = sum(not r.passed for r in results)
    print(f"\n{len(results)} rules, {cases} cases: " + (f"{bad} rules failed" if bad else "all passed"))
    return 1 if bad else 0


run_tests.__doc__ = HELP


def _line(result: RuleResult) -> str:
    """One line a rule: how many cases passed, and what is lacking."""
    if result.retired:
        return f"retired {result.rule}"
    passed = sum(c.passed for c in result.cases)
    lacking = f"; lacks {' and '.join(result.lacking)}" if result.lacking else ""
    mark = "passed" if result.passed else "FAILED"
    return (
        f"{mark:7} {result.rule}: {passed} of {len(result.cases)} cases{lacking}"
        if result.cases
        else f"{mark:7} {result.rule}: no test" + ("" if result.passed else " (a stable rule needs one)")
    )
