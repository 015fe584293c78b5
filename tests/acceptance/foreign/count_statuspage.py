"""Counts late first posts, silences, lead times of planned works and incidents told only when over, in what Statuspage's API gives.

Nothing but json and datetime: an independent opinion on the rules of the status-page pack.

python tests/acceptance/foreign/count_statuspage.py incidents.json scheduled-maintenances.json
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

HOUR, QUARTER, THREE_DAYS = timedelta(hours=1), timedelta(minutes=15), timedelta(hours=72)
BEGUN, SILENT = (
    {"in_progress", "verifying", "completed"},
    {"scheduled", "in_progress", "verifying", "completed"},
)


def moment(text: str) -> datetime:
    """A time of the file, with its zone."""
    return datetime.fromisoformat(text)


def entries(paths: list[Path]) -> list[dict[str, Any]]:
    """Incidents and planned works; of one that several files have the state that was changed last."""
    latest: dict[str, dict[str, Any]] = {}
    for path in paths:
        whole = json.loads(path.read_text("utf-8"))
        found = (
            whole
            if isinstance(whole, list)
            else [*whole.get("incidents", []), *whole.get("scheduled_maintenances", [])]
        )
        for entry in found:
            known = latest.setdefault(entry["id"], entry)
            if moment(entry["updated_at"]) > moment(known["updated_at"]):
                latest[entry["id"]] = entry
    return list(latest.values())


def leads(works: list[dict[str, Any]]) -> dict[str, float]:
    """Planned works that began → how many seconds before they stood on the page."""
    out = {}
    for work in works:
        begun = [moment(u["created_at"]) for u in work["incident_updates"] if u["status"] in BEGUN]
        if begun:
            out[work["id"]] = (min(begun) - moment(work["created_at"])).total_seconds()
    return out


def count(paths: list[Path]) -> dict[str, dict[str, list[float]]]:
    """For each rule: incident → seconds late of each violation, in order; told only when over has no lateness: 0."""
    found: dict[str, dict[str, list[float]]] = {
        "first-post": {},
        "updates": {},
        "told-before-over": {},
        "works-announced": {},
    }
    last = max(moment(u["created_at"]) for e in entries(paths) for u in e["incident_updates"])
    every = entries(paths)
    works = [e for e in every if e.get("scheduled_for") or e.get("impact") == "maintenance"]
    for name, lead in leads(works).items():
        if lead < THREE_DAYS.total_seconds():
            found["works-announced"][name] = [THREE_DAYS.total_seconds() - lead]
    for incident in every:
        if incident in works:
            continue
        name = incident["id"]
        posts = sorted((moment(u["created_at"]), u["status"]) for u in incident["incident_updates"])
        told = [at for at, status in posts if status not in SILENT]
        opened = moment(incident["created_at"])
        begun = moment(incident.get("started_at") or incident["created_at"])
        over = next((at for at, status in posts if status == "resolved"), None)
        if told and told[0] - begun > QUARTER:
            found["first-post"][name] = [(told[0] - begun - QUARTER).total_seconds()]
        end = over or last
        points = [opened, *(at for at in told if opened <= at <= end)]
        late = [(b - a - HOUR).total_seconds() for a, b in pairwise([*points, end]) if b - a > HOUR]
        if late:
            found["updates"][name] = late
        if over is not None and not any(
            at <= over for at, status in posts if status not in {"resolved", *SILENT}
        ):
            found["told-before-over"][name] = [0.0]
    return found


if __name__ == "__main__":
    for rule, incidents in count([Path(p) for p in sys.argv[1:]]).items():
        sys.stdout.write(f"{rule}: {sum(map(len, incidents.values()))} in {len(incidents)} incidents\n")
