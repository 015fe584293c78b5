"""Counts late first posts, silences and promises in two providers' own feeds with json, re and datetime alone.

python tests/acceptance/foreign/count_feeds.py google google_cloud_2021.json
python tests/acceptance/foreign/count_feeds.py yandex yandex_cloud.json
"""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)
# Every spelling that the feeds of those months use. A day without an hour ends at midnight UTC, the zone of the pack.
BY = re.compile(
    r"We will provide (?:an update|more information|the next update) (?:by|on) "
    r"\w+,? (\d{4}-\d\d-\d\d) (?:by )?(\d\d):(\d\d)(?::\d\d)? US/Pacific"
)
BY_DAY = re.compile(r"We will provide an update by \w+, July (\d+)th with current details")
MOSCOW = re.compile(r"Обновление статуса по инциденту планируется в (\d\d):(\d\d) по московскому времени")


def promised_by_google(text: str) -> datetime | None:
    """The time of the next update that a post names."""
    if said := BY.search(text):
        return datetime.fromisoformat(f"{said[1]}T{said[2]}:{said[3]}").replace(tzinfo=ZoneInfo("US/Pacific"))
    if said := BY_DAY.search(text):
        return datetime(2021, 7, int(said[1]), tzinfo=UTC) + timedelta(days=1)
    return None


def promised_by_yandex(text: str, posted: datetime) -> datetime | None:
    """The same in Russian."""
    said = MOSCOW.search(text)
    if said is None:
        return None
    day = posted.astimezone(ZoneInfo("Europe/Moscow"))
    return day.replace(hour=int(said[1]), minute=int(said[2]), second=0, microsecond=0)


def google(path: Path) -> list[dict[str, Any]]:
    """Incidents with begin, opened, over and posts (time, closes, promised) in order."""
    out = []
    for incident in json.loads(path.read_text("utf-8")):
        posts = []
        for update in incident["updates"]:
            promised = promised_by_google(update["text"])
            posts.append(
                (datetime.fromisoformat(update["created"]), update["status"] == "AVAILABLE", promised)
            )
        posts.sort(key=lambda p: p[0])
        opened = min(datetime.fromisoformat(incident["created"]), posts[0][0])
        closing = [p for n, p in enumerate(posts) if all(q[1] for q in posts[n:])]
        end = datetime.fromisoformat(incident["end"])
        over = closing[0][0] if closing else max(end, opened)
        out.append(
            {
                "id": incident["id"],
                "begin": datetime.fromisoformat(incident["begin"]),
                "opened": opened,
                "over": over,
                "posts": posts,
            }
        )
    return out


def yandex(path: Path) -> list[dict[str, Any]]:
    """The same of the other feed; comments named `resolved` close an incident, reports are posts too."""
    out = []
    for incident in json.loads(path.read_text("utf-8"))["items"]:
        posts = []
        for comment in incident["comments"]:
            at = datetime.fromisoformat(comment["createdAt"])
            posts.append((at, comment["type"] == "resolved", promised_by_yandex(comment["content"], at)))
        if incident["isReportPublished"]:
            posts.append((datetime.fromisoformat(incident["reportPublishedTime"]), False, None))
        posts.sort(key=lambda p: p[0])
        over = min(p[0] for p in posts if p[1])
        begin, opened = (
            datetime.fromisoformat(incident["startDate"]),
            datetime.fromisoformat(incident["createdAt"]),
        )
        out.append(
            {"id": str(incident["id"]), "begin": begin, "opened": opened, "over": over, "posts": posts}
        )
    return out


def count(incidents: list[dict[str, Any]]) -> dict[str, dict[str, list[float]]]:
    """For each rule: incident → seconds late of each violation, in order of size."""
    found: dict[str, dict[str, list[float]]] = {"first-post": {}, "updates": {}, "promised-updates": {}}

    def add(rule: str, incident: str, late: timedelta) -> None:
        found[rule].setdefault(incident, []).append(late.total_seconds())

    for incident in incidents:
        name, posts = incident["id"], incident["posts"]
        first = min(p[0] for p in posts)
        if first - incident["begin"] > QUARTER:
            add("first-post", name, first - incident["begin"] - QUARTER)
        inside = [p for p in posts if p[0] <= incident["over"]]
        points = [incident["opened"], *(p[0] for p in inside), incident["over"]]
        for before, after in pairwise(points):
            if after - before > HOUR:
                add("updates", name, after - before - HOUR)
        for (at, _, promised), (following, _, _) in pairwise(inside):
            if promised is not None and promised > at and following > promised:
                add("promised-updates", name, following - promised)
    return {rule: {k: sorted(v) for k, v in by.items()} for rule, by in found.items()}


def promises(incidents: list[dict[str, Any]]) -> tuple[int, int]:
    """How many promised next updates were kept and how many broken, while the incident lasted."""
    kept = broken = 0
    for incident in incidents:
        inside = [p for p in incident["posts"] if p[0] <= incident["over"]]
        for (at, _, promised), (following, _, _) in pairwise(inside):
            if promised is not None and promised > at:
                kept += following <= promised
                broken += following > promised
    return kept, broken


if __name__ == "__main__":
    read = {"google": google, "yandex": yandex}[sys.argv[1]](Path(sys.argv[2]))
    for rule, by_incident in count(read).items():
        sys.stdout.write(f"{rule}: {sum(map(len, by_incident.values()))} in {len(by_incident)} incidents\n")
    sys.stdout.write("promises: {} kept, {} broken\n".format(*promises(read)))
