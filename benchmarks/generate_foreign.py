"""Exports of other systems, of any size, made from a seed: for measuring how they are read.

python benchmarks/generate_foreign.py xes 200000 log.xes
python benchmarks/generate_foreign.py zendesk 100000 tickets.ndjson
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2024, 1, 1, tzinfo=UTC)
STEPS = ("Register claim", "Check documents", "Ask for details", "Decide", "Pay", "Close claim")
WORDS = "the mast near the river is being repaired and we expect the signal to be back today thank you for waiting".split()


def moment(random_: random.Random, last: datetime) -> datetime:
    """A later moment, in whole milliseconds."""
    return last + timedelta(milliseconds=random_.randrange(60_000, 9_000_000))


def xes(events: int, seed: int = 1) -> Iterator[str]:
    """Traces of about ten events with seven attributes each."""
    r = random.Random(seed)  # noqa: S311 - nothing secret
    yield '<?xml version="1.0" encoding="UTF-8" ?>\n<log xes.version="1.0" xmlns="http://www.xes-standard.org/">\n'
    yield '<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>\n'
    made = trace = 0
    while made < events:
        trace += 1
        at = START + timedelta(minutes=7 * trace)
        out = [
            f'<trace>\n<string key="concept:name" value="C-{trace}"/>\n<string key="product" value="line {trace % 9}"/>\n'
        ]
        for _ in range(min(events - made, r.randrange(5, 16))):
            at = moment(r, at)
            made += 1
            out.append(
                f'<event>\n<string key="concept:name" value="{r.choice(STEPS)}"/>\n'
                f'<string key="lifecycle:transition" value="{r.choice(("start", "complete"))}"/>\n'
                f'<string key="org:resource" value="user {r.randrange(200)}"/>\n<string key="org:group" value="group {r.randrange(12)}"/>\n'
                f'<date key="time:timestamp" value="{at.isoformat(timespec="milliseconds")}"/>\n'
                f'<int key="amount" value="{r.randrange(10000)}"/>\n<boolean key="urgent" value="{r.choice(("true", "false"))}"/>\n</event>\n'
            )
        yield "".join(out) + "</trace>\n"
    yield "</log>\n"


def zendesk(events: int, seed: int = 1) -> Iterator[str]:
    """Tickets one a line, each with its comments; every twentieth comes again in a later page."""
    r = random.Random(seed)  # noqa: S311 - nothing secret
    made = ticket = 0
    while made < events:
        ticket += 1
        at = START + timedelta(minutes=3 * ticket)
        audits = []
        for n in range(1, r.randrange(4, 9)):
            at = moment(r, at)
            ident = ticket * 100 + n
            asker, agent = 10_000 + ticket % 5000, 90 + ticket % 7
            told = [
                {
                    "id": ident * 10,
                    "type": "Comment",
                    "author_id": asker if n % 2 else agent,
                    "public": True,
                    "body": " ".join(r.choices(WORDS, k=60)),
                }
            ]
            if n == 1:
                told = [
                    {"id": ident * 10 + 1, "type": "Create", "field_name": "status", "value": "new"},
                    {
                        "id": ident * 10 + 2,
                        "type": "Create",
                        "field_name": "requester_id",
                        "value": str(asker),
                    },
                    *told,
                ]
            made += len(told)
            audits.append(
                {
                    "id": ident,
                    "ticket_id": ticket,
                    "created_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                    "author_id": told[-1]["author_id"],
                    "via": {"channel": "email"},
                    "events": told,
                }
            )
        whole = {
            "id": ticket,
            "subject": f"Question {ticket}",
            "requester_id": 10_000 + ticket % 5000,
            "created_at": audits[0]["created_at"],
            "updated_at": audits[-1]["created_at"],
            "via": {"channel": "email"},
            "status": "open",
            "audits": audits,
        }
        line = json.dumps(whole) + "\n"
        yield line
        if ticket % 20 == 0:
            yield line


def servicenow(events: int, seed: int = 1) -> Iterator[str]:
    """Snapshots of incidents, several rows each, as the UCI event log has them."""
    r = random.Random(seed)  # noqa: S311 - nothing secret
    yield "number,incident_state,opened_by,opened_at,sys_updated_at,priority,assignment_group,assigned_to,short_description\n"
    made = number = 0
    while made < events:
        number += 1
        at = opened = START + timedelta(minutes=5 * number)
        for state in ("New", "Active", "Awaiting User Info", "Active", "Resolved", "Closed"):
            made += 1
            yield f"INC{number:08d},{state},Caller {number % 900},{opened:%Y-%m-%d %H:%M:%S},{at:%Y-%m-%d %H:%M:%S},{1 + number % 4} - P,Group {r.randrange(20)},Agent {r.randrange(90)},{' '.join(r.choices(WORDS, k=20))}\n"
            at = moment(r, at).replace(microsecond=0)


def github_statuses(events: int, seed: int = 1) -> Iterator[str]:
    """Incidents one a line with their posts."""
    r = random.Random(seed)  # noqa: S311 - nothing secret
    made = number = 0
    while made < events:
        number += 1
        at = START + timedelta(minutes=30 * number)
        updates = []
        for status in ("Investigating", "Identified", "Monitoring", "Resolved"):
            updates.append(
                {"at": at.isoformat(), "status": status, "message": " ".join(r.choices(WORDS, k=40))}
            )
            at = moment(r, at)
        made += 7
        yield (
            json.dumps(
                {
                    "id": f"g{number}",
                    "title": "Errors",
                    "impact": "minor",
                    "started_at": updates[0]["at"],
                    "resolved_at": updates[-1]["at"],
                    "downtime_start": updates[0]["at"],
                    "downtime_end": None,
                    "impact_window": None,
                    "components": ["API"],
                    "status_sequence": ["Investigating"],
                    "updates": updates,
                }
            )
            + "\n"
        )


KINDS: dict[str, Callable[[int], Iterator[str]]] = {
    "xes": xes,
    "zendesk": zendesk,
    "servicenow": servicenow,
    "github-statuses": github_statuses,
}


def write(kind: str, events: int, path: Path) -> Path:
    """Write an export of about so many events."""
    with path.open("w", encoding="utf-8") as out:
        out.writelines(KINDS[kind](events))
    return path


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
