"""The status-page pack over what Statuspage's API gives, against counts made without keptword."""

from __future__ import annotations

import importlib.util
import json
import os
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from keptword.audit import audit
from keptword.cli.inputs import chosen_packs, chosen_plans
from keptword.readers import read_log
from keptword.words import words_for

HERE = Path(__file__).parent


def independent() -> ModuleType:
    """The script beside this file, loaded by its path."""
    spec = importlib.util.spec_from_file_location("count_statuspage", HERE / "count_statuspage.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


START = datetime(2026, 1, 5, tzinfo=UTC)


def page(seed: int) -> dict[str, Any]:
    """Incidents and planned works as pages have them: posts at odd times, back-dated, edited, out of order, works announced late or never begun."""
    r = random.Random(seed)

    def at(moment: datetime) -> str:
        shown = moment.astimezone(UTC) if r.random() < 0.5 else moment + timedelta(0)
        return shown.isoformat(timespec="milliseconds").replace("+00:00", r.choice(["Z", "+00:00"]))

    def posts(name: str, begin: datetime, statuses: list[str], most: int) -> list[dict[str, Any]]:
        out = []
        for n, status in enumerate(statuses):
            shown = begin - timedelta(minutes=r.randrange(90)) if r.random() < 0.2 else begin
            changed = begin + timedelta(minutes=r.choice([0, 0, 5]))
            out.append(
                {
                    "id": f"{name}-{n}",
                    "status": status,
                    "body": f"post {n}",
                    "created_at": at(begin),
                    "display_at": at(shown),
                    "updated_at": at(changed),
                }
            )
            begin += timedelta(minutes=r.randrange(1, most))
        return out[::-1]

    incidents, works = [], []
    for n in range(25):
        opened = START + timedelta(hours=9 * n, minutes=r.randrange(60))
        middle = [r.choice(["identified", "monitoring", "investigating"]) for _ in range(r.randrange(0, 5))]
        statuses = [
            *(["investigating"] if r.random() < 0.8 else []),
            *middle,
            *(["resolved"] if r.random() < 0.9 else []),
            *(["postmortem"] if r.random() < 0.2 else []),
        ]
        first = opened + timedelta(minutes=r.choice([0, 0, 3, 40]))
        updates = posts(f"i{n}", first, statuses or ["resolved"], 150)
        incident = {
            "id": f"i{n}",
            "name": "Down",
            "impact": "minor",
            "created_at": at(opened),
            "updated_at": at(opened),
            "incident_updates": updates,
        }
        if r.random() < 0.7:
            incident["started_at"] = at(opened - timedelta(minutes=r.choice([0, 5, 15, 16, 60])))
        incidents.append(incident)
    for n in range(20):
        announced = START + timedelta(hours=11 * n)
        begin = announced + timedelta(hours=r.choice([1, 24, 71, 72, 73, 200]))
        updates = [
            {
                "id": f"w{n}-a",
                "status": "scheduled",
                "body": "Works",
                "created_at": at(announced),
                "display_at": at(announced),
                "updated_at": at(announced),
            }
        ]
        if r.random() < 0.85:
            updates = [
                *posts(f"w{n}", begin, ["in_progress", "verifying", "completed"][r.randrange(0, 2) :], 100),
                *updates,
            ]
        works.append(
            {
                "id": f"w{n}",
                "name": "Works",
                "impact": "maintenance",
                "created_at": at(announced),
                "updated_at": at(announced),
                "scheduled_for": at(begin),
                "scheduled_until": at(begin + timedelta(hours=2)),
                "incident_updates": updates,
            }
        )
    return {"page": {"id": "p"}, "incidents": incidents, "scheduled_maintenances": works}


def audited(paths: list[Path]) -> dict[str, dict[str, list[float]]]:
    """Rule → incident → seconds late, as an audit has them."""
    packs = chosen_packs(["status-page"])
    log, _ = read_log(paths, "statuspage")
    found: dict[str, dict[str, list[float]]] = {}
    for finding in audit(log, chosen_plans(packs, None), words=words_for(packs)).findings:
        o = finding.obligation
        late = (o.late_by or 0) / 1_000_000
        found.setdefault(o.rule.partition("/")[2], {}).setdefault(dict(o.key)["case"], []).append(late)
    return {rule: {k: sorted(v) for k, v in by.items()} for rule, by in found.items()}


def agreed(paths: list[Path]) -> dict[str, int]:
    """How many violations of each rule both find, to the second."""
    ours, theirs = audited(paths), independent().count(paths)
    for rule, by_incident in theirs.items():
        assert ours.get(rule, {}) == {k: sorted(v) for k, v in by_incident.items()}, rule
    return {rule: sum(map(len, by.values())) for rule, by in theirs.items()}


@pytest.mark.parametrize("seed", range(8))
def test_numbers_are_those_of_an_independent_script(tmp_path: Path, seed: int) -> None:
    """First posts, silences, lead times of works, incidents told only when over."""
    path = tmp_path / "summary.json"
    path.write_text(json.dumps(page(seed)))
    found = agreed([path])
    assert found["first-post"] and found["updates"] and found["works-announced"]


def test_lead_times_are_exact_to_the_second(tmp_path: Path) -> None:
    """Announced 72 hours before they begin is in time, a second later is not."""
    for number, (seconds, late) in enumerate([(0, {}), (1, {"w": [1.0]})]):
        announced = START + timedelta(seconds=seconds)
        update = {
            "id": "u",
            "status": "in_progress",
            "body": "",
            "created_at": (START + timedelta(hours=72)).isoformat(),
        }
        work = {
            "id": "w",
            "impact": "maintenance",
            "created_at": announced.isoformat(),
            "updated_at": announced.isoformat(),
            "scheduled_for": START.isoformat(),
            "incident_updates": [update],
        }
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps({"page": {}, "scheduled_maintenances": [work]}))
        assert (
            audited([path]).get("works-announced", {})
            == independent().count([path])["works-announced"]
            == late
        )


@pytest.mark.real_data
def test_real_captures_agree() -> None:
    """Each capture of the real pages."""
    folder = Path(os.environ["KEPTWORD_REAL_DATA"]) / "incidents" / "statuspage"
    for path in sorted(folder.glob("*.json")):
        agreed([path])
