"""`--map` with formats whose fields are known: fields of the events under other names, or a refusal."""

from __future__ import annotations

from pathlib import Path

import pytest

from keptword.errors import LogError
from keptword.readers import read_log

from .reading_exports import EXPORTS, read


def refused(mapping: dict[str, str]) -> list[str]:
    """Code, message and hint of what is refused."""
    with pytest.raises(LogError) as error:
        read(EXPORTS / "zendesk.json", "zendesk", mapping=mapping)
    return [f"{p.code} {p.message}; {p.hint}" for p in error.value.problems]


def test_a_field_of_the_events_is_taken_under_another_name() -> None:
    """Beside its own name, in every event that has it; ids, times and all else stay."""
    plain, _ = read(EXPORTS / "zendesk.json", "zendesk")
    log, _ = read(EXPORTS / "zendesk.json", "zendesk", mapping={"service": "team", "incident": "case"})
    assert [e.get("service") for e in log.events] == [e.get("team") for e in plain.events]
    assert {e.get("incident") for e in log.events} == {e.case for e in plain.events}
    assert [e.id for e in log.events] == [e.id for e in plain.events]


def test_a_field_that_no_event_has_is_refused() -> None:
    """With the nearest one."""
    said = "L004 no event has the field 'teem', from which --map takes 'service'; did you mean 'team'?"
    assert refused({"service": "teem"}) == [said]


def test_a_value_that_its_new_name_cannot_hold_is_refused() -> None:
    """Each event that has it, with its place."""
    assert all(
        "L009 'team' cannot be 'planned': 'planned' is true or false" in p
        for p in refused({"planned": "team"})
    )


def test_claimed_times_can_be_the_times_that_are_judged(tmp_path: Path) -> None:
    """An instant may be mapped to `time`."""
    page = tmp_path / "page.json"
    page.write_text(
        '{"page": {}, "incidents": [{"id": "a", "name": "x", "impact": "minor", "created_at": "2026-03-02T09:00:00Z", "incident_updates": '
        '[{"id": "u", "status": "resolved", "body": "", "created_at": "2026-03-02T11:00:00Z", "display_at": "2026-03-02T10:00:00Z"}]}]}'
    )
    log, _ = read_log([page], "statuspage", mapping={"time": "claimed_at"})
    posted = next(e for e in log.events if e.event == "status.posted")
    assert posted.time == posted.get("claimed_at") < posted.get("observed_at")  # type: ignore[operator]
