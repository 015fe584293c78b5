"""A log that lies in buckets on disk is judged as the same log in memory is, however many buckets there are."""

from __future__ import annotations

import os
from contextlib import ExitStack

from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from keptword.cli.buckets import held_or_spilled
from keptword.columnar.bucketed import gather_buckets
from keptword.columnar.gather import gather
from keptword.columnar.reading import framed
from keptword.readers.assembled import assembled
from keptword.readers.typed_columns import batch_of
from keptword.testing.strategies import WORDS, logs, moments, packs
from keptword.timeline import format_timeline

EXAMPLES = settings(
    max_examples=int(os.environ.get("KEPTWORD_EXAMPLES", "100")),
    suppress_health_check=list(HealthCheck),
    deadline=None,
    report_multiple_bugs=False,
    phases=(Phase.explicit, Phase.generate) if os.environ.get("NOSHRINK") else tuple(Phase),
)


class Pieces(list):
    """Batches that are there already."""

    def share(self):
        return 1.0


def batches(events, sizes):
    out = Pieces()
    while events:
        some, events = events[: sizes[0]], events[sizes[0] :]
        sizes = sizes[1:] + sizes[:1]
        out.append(("log.jsonl", batch_of(some)))
    return out


@EXAMPLES
@given(
    sample=packs(),
    data=st.data(),
    ids=st.sampled_from(["all", "none", "some"]),
    count=st.sampled_from([1, 2, 3, 7]),
    limit=st.sampled_from([None, 0, 1, 3]),
    sizes=st.lists(st.integers(1, 6), min_size=1, max_size=3),
)
def test_any_number_of_buckets_gives_the_same(sample, data, ids, count, limit, sizes):
    """Every obligation, count, finding, note on quality and event of the evidence."""
    log = data.draw(logs())
    as_of = data.draw(moments(log))
    note(format_timeline(log.events))
    events = [
        e if ids == "all" or (ids == "some" and n % 2) else type(e)(e.time, e.event, e.case, "", e.fields)
        for n, e in enumerate(log.events)
    ]
    pieces = batches(events, sizes)
    whole = assembled(pieces)
    if whole is None:
        return
    table = framed(whole.frame, "log", whole.make, WORDS.says, whole.coded).table
    wanted = gather(sample.plans, table, as_of, (), WORDS, limit, True, frozenset(), "minor")
    with ExitStack() as stack:
        stored = held_or_spilled(pieces, sample.plans, 1, stack.enter_context, count)
        assert stored.last == table.last
        found = gather_buckets(sample.plans, stored, as_of, (), WORDS, limit, True, frozenset(), "minor")
        folder = stored.folder
        assert folder.exists()
        for name in wanted.__slots__:
            ours, theirs = getattr(found, name), getattr(wanted, name)
            if name == "counts":
                ours, theirs = (
                    {r: {v: n for v, n in c.items() if n} for r, c in x.items()} for x in (ours, theirs)
                )
            if name == "skipped":
                ours, theirs = ({r: n for r, n in x.items() if n} for x in (ours, theirs))
            assert (name, ours) == (name, theirs)
    assert not folder.exists()
