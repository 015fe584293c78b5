"""`keptword audit --engine spark`: the same arguments, as far as they make sense for a lake, and a session that ends with the command."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from keptword.errors import usage_error

if TYPE_CHECKING:
    from keptword.audit import Wishes
    from keptword.obligation import Report
    from keptword.plan import Plan
    from keptword.waivers import Waiver
    from keptword.words import Words


@dataclass(frozen=True, slots=True)
class OnSpark:
    """What only this engine takes.

    Attributes:
        master: as for spark-submit.
        conf: NAME=VALUE for Spark.
        tables: folder for the tables of results.
    """

    master: str | None = None
    conf: tuple[str, ...] = ()
    tables: str | None = None

    def refuse_elsewhere(self, engine: str) -> None:
        """Usage error where the audit is not one on Spark, and something was given that means nothing without it."""
        for name, value in (("--master", self.master), ("--conf", self.conf), ("--tables", self.tables)):
            if value and engine != "spark":
                raise usage_error(f"{name} is for Spark alone", "add --engine spark, or leave it out")


def refuse(given: Mapping[str, Any], formats: Sequence[str], needs_obligations: Sequence[str]) -> None:
    """Usage error for what a single machine does and a cluster does not."""
    hints = {
        "--where": "choose the rows in Spark, or give a table that holds them alone",
        "--rejects": "a bad row stops the audit on Spark; clean the table, or leave it out there",
        "--judge": "ask about the findings afterwards, on one machine",
        "--all": "--tables DIR writes every obligation",
    }
    for name, hint in hints.items():
        if given.get(name):
            raise usage_error(f"{name} does not go with --engine spark", hint)
    for name in formats:
        if name in needs_obligations:
            raise usage_error(
                f"{name} lists every obligation, and on Spark they may be billions",
                "--tables DIR writes them, and their scores, as tables",
            )


def audited(
    logs: Sequence[str], source: str | None, zone: str | None, mapping: Mapping[str, str], on: OnSpark, pairs: Mapping[str, str],
    plans: Sequence[Plan], wishes: Wishes, waivers: Sequence[Waiver], words: Words,
) -> Report:  # fmt: skip
    """The report of an audit on Spark; arguments as for `keptword.cluster.audit_tables`, `pairs`: settings of Spark."""
    from keptword.cluster import audit_tables
    from keptword.cluster.opening import opened
    from keptword.cluster.session import session

    with _Bar() as told, session(on.master, pairs, told) as spark:
        frames = opened(spark, logs, source, zone, mapping)
        return audit_tables(frames, plans, wishes, waivers, words, tuple(logs), on.tables)


class _Bar:
    """How far the stages of Spark are, on standard error, when that is a terminal."""

    def __enter__(self) -> Callable[[int, int, int], None] | None:
        self.wide = 0
        return self.tell if sys.stderr.isatty() else None

    def tell(self, stage: int, done: int, total: int) -> None:
        """Write over the line before."""
        line = f"spark: stage {stage}, {done} of {total} tasks"
        sys.stderr.write(f"\r{line:<{self.wide}}")
        sys.stderr.flush()
        self.wide = len(line)

    def __exit__(self, *_: object) -> None:
        if self.wide:
            sys.stderr.write(f"\r{'':<{self.wide}}\r")
            sys.stderr.flush()
