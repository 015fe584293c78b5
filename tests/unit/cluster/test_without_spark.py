"""What of the audit on Spark can be tried without a cluster: how rules are grouped, what travels, what is refused."""

from __future__ import annotations

import stat

import pyarrow as pa
import pytest

from keptword.cli import main
from keptword.cluster.lake import looked_lists, needed
from keptword.cluster.part import BUCKET, whole_buckets
from keptword.cluster.session import java, java_version, settings
from keptword.columnar.grouping import schedule, splits
from keptword.errors import UsageError
from keptword.testing.strategies import in_pack

HEAD = {"title": "a rule", "severity": "minor", "source": "house", "why": "tested"}


def rule(name, **data):
    """A response rule, or another with the options given."""
    kind = (
        {"kind": "response", "after": "a.done", "expect": "b.done", "within": "1h"}
        if "kind" not in data
        else {}
    )
    return {"id": name} | HEAD | kind | data


def plans(*rules):
    return in_pack(list(rules)).plans


def test_a_coarser_key_serves_the_finer_ones():
    """Each distinct key is split by once, and a key that is part of another serves both; `for_each` has its own split."""
    found = splits(
        plans(
            rule("r1", per="customer"),
            rule("r2", per=["incident", "customer"]),
            rule("r3", per=["case"]),
            rule("r4", per=["case", "customer"], for_each={"customer": "affected"}),
        )
    )
    assert found["p/r1"] == found["p/r2"] == (("customer",), None)
    assert found["p/r3"] == (("case",), None)
    assert found["p/r4"] == (("case", "customer"), ("customer", "affected"))


def test_rules_wait_for_those_that_they_rest_on_in_other_parts():
    """A reparation of the same key is judged with its rule, one of another key a level later, and an objective after both."""
    found = schedule(
        plans(
            rule("r1", per="customer"),
            rule("r2", per="customer", after={"violation": "r1"}),
            rule("r3", after={"violation": "r2"}),
            rule("r4", kind="objective", of=["r1", "r3"], target="95%"),
            rule("r5", after={"violation": "r4"}),
        )
    )
    assert [(u.level, u.key, [p.name for p in u.plans]) for u in found.units] == [
        (0, ("customer",), ["p/r1", "p/r2"]),
        (1, ("case",), ["p/r3"]),
        (2, ("case",), ["p/r5"]),
    ]
    assert [(n, p.name) for n, p in found.objectives] == [(1, "p/r4")]


def test_only_columns_that_rules_name_travel():
    """A column travels if its name stands anywhere in a rule, or if owners and evidence need it; a text only with words."""
    columns = ("time", "event", "case", "id", "team", "text", "note", "channel", "affected", "lang")
    quiet = plans(rule("r1", applies={"channel": "phone"}))
    assert needed(quiet, (), columns) == ("time", "event", "case", "id", "team", "channel")
    loud = plans(rule("r1", kind="wording", of="a.done", require=["apology"]))
    assert {"text", "lang"} <= set(needed(loud, (), columns))
    fanned = rule("r1", per="customer", for_each={"customer": "affected"})
    assert looked_lists(plans(fanned)) == frozenset()
    assert looked_lists(plans(fanned | {"applies": {"affected": "x"}})) == {"affected"}


@pytest.mark.parametrize("enough", [1, 3, 7, 100])
def test_parts_hold_whole_buckets(enough):
    """However rows come in batches, no bucket is torn, and each part has enough of them before the next begins."""
    buckets = [0, 0, 0, 2, 2, 5, 5, 5, 5, 6, 7, 7]
    batches = [
        pa.RecordBatch.from_pydict({BUCKET: pa.array(buckets[i : i + 5], pa.int32())})
        for i in range(0, len(buckets), 5)
    ]
    parts = [t.column(BUCKET).to_pylist() for t in whole_buckets(iter(batches), enough)]
    assert [b for part in parts for b in part] == buckets
    assert all(not set(a) & set(b) for n, a in enumerate(parts) for b in parts[n + 1 :])
    assert all(len(part) >= min(enough, len(buckets)) for part in parts[:-1])


def test_java_is_asked_for_in_one_line(tmp_path, monkeypatch):
    """No Java, one that is too old, something that is none: a line that says so, and what to install."""
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "nothing"))
    with pytest.raises(UsageError, match=r"U003.*Spark needs Java, and there is none in JAVA_HOME") as caught:
        java()
    assert "JAVA_HOME" in caught.value.problems[0].hint
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="none on the PATH"):
        java()
    old = tmp_path / "java"
    for said, version in (('openjdk version "1.8.0_392"', 8), ("hello", 0)):
        old.write_text(f"#!/bin/sh\necho '{said}' >&2\n", "utf-8")
        old.chmod(old.stat().st_mode | stat.S_IEXEC)
        assert java_version(str(old)) == version
        with pytest.raises(UsageError, match="needs Java 17 or later"):
            java()


def test_a_local_session_listens_to_nobody_else():
    """On one machine Spark stays on the loopback; the user's own settings go before ours."""
    own = settings("local[2]", {"spark.driver.memory": "9g"})
    assert own["spark.driver.bindAddress"] == "127.0.0.1"
    assert own["spark.driver.memory"] == "9g"
    assert "spark.driver.bindAddress" not in settings("yarn", {})


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--master", "local[2]"], "--master is for Spark alone"),
        (["--engine", "spark", "--where", "team=noc"], "--where does not go with --engine spark"),
        (["--engine", "spark", "--all"], "--all does not go with --engine spark"),
        (["--engine", "spark", "--format", "html"], "html lists every obligation"),
    ],
)
def test_what_makes_no_sense_on_a_cluster_is_refused_before_it_starts(arguments, said, capsys):
    """Options that one machine has and a cluster has not, and the other way round."""
    assert main(["audit", "log.parquet", *arguments]) == 2
    assert said in capsys.readouterr().err
