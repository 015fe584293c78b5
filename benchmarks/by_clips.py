"""The four duties as CLIPS rules (clipspy), one case after the other in the working memory.

.venv-peers/bin/python benchmarks/by_clips.py log.parquet      → {"rule": violations, …}

All facts of a log at once would be far slower: every pattern then looks at every fact. And clipspy keeps a hold on every
fact that Python asserted, so that the collection of garbage takes ever longer: a new environment every 250 cases is the
fastest way found. `i` is the place of an event in its case, by time; `t` is in seconds.
"""

# ruff: noqa: TID253

from __future__ import annotations

import json
import sys

import clips
import polars as pl

RULES = """
(deftemplate e (slot n (type SYMBOL)) (slot i (type INTEGER)) (slot t (type INTEGER)))
(deftemplate judged (slot at (type INTEGER)))
(defglobal ?*r1* = 0 ?*r2* = 0 ?*r3* = 0 ?*r4* = 0)
(defrule outage-notified
  (judged (at ?now)) (e (n outage.opened) (t ?a)) (test (> ?now (+ ?a 3600)))
  (not (e (n outage.notified) (t ?b&:(and (>= ?b ?a) (<= ?b (+ ?a 3600))))))
  => (bind ?*r1* (+ ?*r1* 1)))
(defrule outage-begins
  (judged (at ?now)) (e (n outage.opened) (i ?i) (t ?a)) (test (> ?now (+ ?a 14400)))
  (not (and (e (n outage.opened) (i ?o&:(< ?o ?i))) (not (e (n outage.closed) (i ?c&:(and (> ?c ?o) (< ?c ?i)))))))
  (not (e (n outage.updated|outage.closed) (i ?j&:(> ?j ?i)) (t ?b&:(<= ?b (+ ?a 14400)))))
  => (bind ?*r2* (+ ?*r2* 1)))
(defrule outage-goes-on
  (judged (at ?now)) (e (n outage.updated) (i ?i) (t ?a)) (test (> ?now (+ ?a 14400)))
  (exists (e (n outage.opened) (i ?o&:(< ?o ?i))) (not (e (n outage.closed) (i ?c&:(and (> ?c ?o) (< ?c ?i))))))
  (not (e (n outage.updated|outage.closed) (i ?j&:(> ?j ?i)) (t ?b&:(<= ?b (+ ?a 14400)))))
  => (bind ?*r2* (+ ?*r2* 1)))
(defrule tariff-announced
  (judged) (e (n tariff.changed) (i ?i) (t ?m))
  (not (and (e (n tariff.announced) (i ?j&:(< ?j ?i)) (t ?b&:(<= ?b (- ?m 2592000))))
            (not (e (n tariff.changed) (i ?p&:(and (> ?p ?j) (< ?p ?i)))))))
  => (bind ?*r3* (+ ?*r3* 1)))
(defrule suspension-warned
  (judged) (e (n service.suspended) (t ?a))
  (not (e (n debt.warned) (t ?b&:(and (<= ?b ?a) (>= ?b (- ?a 1209600))))))
  => (bind ?*r4* (+ ?*r4* 1)))
(defrule next-case
  (declare (salience -10)) (judged)
  => (do-for-all-facts ((?f e judged)) TRUE (retract ?f)))
"""
TOGETHER = 250
NAMES = (
    "outage.opened", "outage.notified", "outage.updated", "outage.closed", "tariff.announced", "tariff.changed", "debt.warned",
    "service.suspended",
)  # fmt: skip

frame = pl.read_parquet(sys.argv[1], columns=["time", "event", "case"])
as_of = int(frame["time"].to_physical()[-1]) // 1_000_000
cases = (
    frame.filter(pl.col("event").is_in(NAMES))
    .with_columns(pl.col("time").to_physical() // 1_000_000)
    .group_by("case", maintain_order=True)
    .agg("event", "time")
)
found = dict.fromkeys(("outage-notified", "outage-updated", "tariff-announced", "suspension-warned"), 0)
rows = list(zip(cases["event"].to_list(), cases["time"].to_list(), strict=True))
for begin in range(0, len(rows), TOGETHER):
    env = clips.Environment()
    for construct in RULES.strip().split("\n("):
        env.build(construct if construct.startswith("(") else "(" + construct)
    event, judged = env.find_template("e"), env.find_template("judged")
    symbols = {name: clips.Symbol(name) for name in NAMES}
    for events, times in rows[begin : begin + TOGETHER]:
        for i, (name, t) in enumerate(zip(events, times, strict=True)):
            event.assert_fact(n=symbols[name], i=i, t=t)
        judged.assert_fact(at=as_of)
        env.run()
    for n, rule in enumerate(found, 1):
        found[rule] += int(env.eval(f"?*r{n}*"))
print(json.dumps(found))
