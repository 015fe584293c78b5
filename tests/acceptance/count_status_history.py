"""Counts silences and late posts in GitHub's status history with nothing but json and datetime: an independent opinion.

python tests/acceptance/count_status_history.py github_status_2022_2024.jsonl
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path

HOUR, QUARTER, THREE_DAYS = timedelta(hours=1), timedelta(minutes=15), timedelta(hours=72)
SILENT = {"Scheduled", "In progress", "Verifying", "Completed"}


def moment(text: str) -> datetime:
    """A time of the file, with its zone."""
    return datetime.fromisoformat(text)


def count(path: Path) -> dict[str, dict[str, list[float]]]:
    """For each rule of the status-page pack: incident → seconds late of each of its violations, in order.

    Told only when over has no lateness: 0.
    """
    found: dict[str, dict[str, list[float]]] = {
        "updates": {},
        "first-post": {},
        "told-before-over": {},
        "works-announced": {},
    }

    def add(rule: str, incident: str, late: timedelta) -> None:
        found[rule].setdefault(incident, []).append(late.total_seconds())

    for line in path.read_text("utf-8").splitlines():
        incident = json.loads(line)
        name = incident["id"]
        all_posts = [(moment(u["at"]), u["status"]) for u in incident["updates"]]
        if incident["impact"] == "maintenance":
            announced = moment(incident["started_at"])
            begun = min(at for at, status in all_posts if status == "In progress")
            if begun - announced < THREE_DAYS:
                add("works-announced", name, announced - (begun - THREE_DAYS))
            continue
        posts = sorted(at for at, status in all_posts if status not in SILENT)
        opened, over = moment(incident["started_at"]), moment(incident["resolved_at"])
        begun = moment(incident["downtime_start"])
        if posts[0] - begun > QUARTER:
            add("first-post", name, posts[0] - begun - QUARTER)
        points = [opened, *(at for at in posts if opened <= at <= over)]
        for before, after in zip(points, [*points[1:], over], strict=True):
            if after - before > HOUR:
                add("updates", name, after - before - HOUR)
        if not any(at <= over for at, status in all_posts if status not in {"Resolved", *SILENT}):
            add("told-before-over", name, timedelta())
    return found


if __name__ == "__main__":
    for rule, incidents in count(Path(sys.argv[1])).items():
        sys.stdout.write(f"{rule}: {sum(map(len, incidents.values()))} in {len(incidents)} incidents\n")
