"""The live engine against the reference on the rules and logs that every engine is compared on: calendars, words, clocks."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from keptword import reference
from keptword.errors import UnsupportedRule
from keptword.live.court import Court, make_court
from keptword.live.decide import available
from keptword.live.replay import evaluate
from keptword.testing.strategies import WORDS, Sample, logs, moments, packs

EXAMPLES = int(os.environ.get("KEPTWORD_LIVE_EXAMPLES", "150"))


@pytest.fixture(scope="module")
def court() -> Iterator[Court]:
    if why := available():
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    court = make_court()
    yield court
    court.close()


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(sample=packs(), data=st.data())
def test_packs_of_any_rules_are_judged_alike(court: Court, sample: Sample, data: st.DataObject) -> None:
    """Every obligation of every rule that can be followed live, at any as_of."""
    log = data.draw(logs())
    as_of = data.draw(moments(log))
    try:
        found = evaluate(sample.plans, log, as_of, words=WORDS, court=court)
    except UnsupportedRule:
        assume(False)
        raise
    wanted = reference.evaluate(sample.plans, log, as_of, words=WORDS)
    assert found.obligations == wanted.obligations
    assert found.skipped == wanted.skipped
