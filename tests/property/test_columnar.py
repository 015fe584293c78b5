"""The columnar engine gives what the plain evaluator gives, for every kind and option."""

from __future__ import annotations

import os
from copy import deepcopy

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from keptword import reference
from keptword.columnar.evaluate import evaluate
from keptword.instants import DAY
from keptword.spec.conditions import Compare
from keptword.testing.strategies import WORDS, logs, moments, packs
from keptword.timeline import format_timeline
from keptword.waivers import Waiver

EXAMPLES = settings(
    max_examples=int(os.environ.get("KEPTWORD_EXAMPLES", "250")), suppress_health_check=[HealthCheck.too_slow]
)


@EXAMPLES
@given(sample=packs(), data=st.data())
def test_columnar_equals_reference(sample, data):
    """Any rules over any log: the same obligations, in the same order, and the same events left out."""
    log = data.draw(logs())
    as_of = data.draw(moments(log))
    waivers = data.draw(st.sampled_from(([], [], waivers_for(sample, log))))
    note(format_timeline(log.events))
    theirs, ours = deepcopy(waivers), deepcopy(waivers)
    wanted = reference.evaluate(sample.plans, log, as_of, theirs, WORDS)
    found = evaluate(sample.plans, log, as_of, ours, WORDS)
    for name, obligations in wanted.obligations.items():
        for o, w in zip(found.obligations[name], obligations, strict=False):
            assert o == w
        assert len(found.obligations[name]) == len(obligations)
    assert found.skipped == wanted.skipped
    assert [w.used for w in ours] == [w.used for w in theirs]


def waivers_for(sample, log):
    """A waiver of the first rule for some days, and one with a condition."""
    start = log.events[0].time if log.events else 0
    rule = sample.plans[0].name
    return [
        Waiver(rule, start, start + DAY, "agreed", "ann", Compare("channel", "in", ("phone",))),
        Waiver(rule, start + DAY, start + 40 * DAY, "flood", "bob"),
    ]
