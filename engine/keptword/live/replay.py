"""A whole log through the monitor: `keptword audit --engine live`."""

from __future__ import annotations

from collections.abc import Sequence

from keptword.evaluation import Evaluation
from keptword.events import Log
from keptword.live.court import Court, make_court
from keptword.live.duties import Settings
from keptword.live.monitor import Monitor
from keptword.plan import Plan
from keptword.waivers import Waiver
from keptword.words import Words

_EVERYTHING = Settings(lateness=0, shares=(), keep=None, escalate_after=0)


def evaluate(
    plans: Sequence[Plan],
    log: Log,
    as_of: int,
    waivers: Sequence[Waiver] = (),
    words: Words | None = None,
    court: Court | None = None,
) -> Evaluation:
    """Every obligation of every rule, by feeding the log to the monitor event by event.

    Args:
        plans: each after those it rests on.
        log: the events.
        as_of: the moment of judgement, microseconds; later events do not exist.
        waivers: what is excused.
        words: the wording checks.
        court: what decides; durable-rules when none is given.

    Raises:
        UnsupportedRule: rules that cannot be followed live.
        UsageError: U003 durable-rules is not installed.
    """
    own = court if court is not None else make_court()
    try:
        monitor = Monitor(plans, own, _EVERYTHING, waivers, words)
        for waiver in waivers:
            waiver.used.clear()
        for event in sorted((e for e in log.events if e.time <= as_of), key=lambda e: (e.time, e.id)):
            monitor.feed(event)
        monitor.advance(as_of)
        for waiver in waivers:
            waiver.used.clear()  # uses by verdicts that later events changed do not count
        return Evaluation(monitor.obligations(), monitor.skipped())
    finally:
        if court is None:
            own.close()
