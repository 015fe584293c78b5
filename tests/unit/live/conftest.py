"""Tests on durable-rules are skipped with the reason where it cannot be built, and fail there when CI is set."""

import contextlib
import os
from collections.abc import Callable, Iterator

import pytest

from keptword.live.decide import Rete, available
from keptword.live.dialect import Decider, Program
from keptword.live.plain import Plain


def need_durable_rules() -> None:
    if why := available():
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)


@pytest.fixture
def durable_rules() -> None:
    need_durable_rules()


@pytest.fixture(params=["durable-rules", "plain"])
def make(request: pytest.FixtureRequest) -> Iterator[Callable[..., Decider]]:
    """Makes either decider; whatever is left open is closed at the end."""
    made: list[Decider] = []
    if request.param == "durable-rules":
        need_durable_rules()

    def build(program: Program, shards: int = 4) -> Decider:
        made.append(Rete(program, shards) if request.param == "durable-rules" else Plain(program))
        return made[-1]

    yield build
    for decider in made:
        with contextlib.suppress(RuntimeError):  # the test has closed it
            decider.close()
