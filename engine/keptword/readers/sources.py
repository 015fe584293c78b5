"""sources.yaml: several logs in one audit, and what no export says: which addresses are ours, who was an agent and when, who is whom."""

from __future__ import annotations

import glob
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from keptword.errors import LogError, Place, Problem, did_you_mean
from keptword.events import Event, Value
from keptword.instants import InstantError, is_date, parse_instant
from keptword.instants import zone as zone_of
from keptword.readers.reading import Reading, Role

_KEYS = ("sources", "ours", "agents", "teams", "customers", "timezone")
_SOURCE_KEYS = ("path", "from", "timezone", "map", "fields", "set")


@dataclass(frozen=True, slots=True)
class Job:
    """One entry of `sources`, or all that a command line names.

    Attributes:
        paths: files and directories.
        format: of all of them; None lets names and content decide.
        zone: of their times without an offset.
        mapping: canonical name → field of the source, for the reader.
        fields: canonical name → field of the events that were read (`customer: address`).
        constants: fields that every event of these sources gets, if it lacks them.
    """

    paths: tuple[str | Path, ...]
    format: str | None = None
    zone: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, Value] = field(default_factory=dict)


@dataclass(slots=True)
class Sources:
    """A whole sources.yaml.

    Attributes:
        jobs: what to read.
        ours: domains and addresses, lower case; None when the file says nothing of them.
        agents: name, id or address in lower case → periods (from, to) in microseconds, `to` exclusive; None = without end.
        teams, customers: other names in lower case → the one that counts.
    """

    jobs: list[Job] = field(default_factory=list)
    ours: frozenset[str] | None = None
    agents: dict[str, list[tuple[int | None, int | None]]] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)
    customers: dict[str, str] = field(default_factory=dict)

    def role(self, person: str, time: int) -> Role | None:
        """What somebody was at an instant: an agent, a customer outside the periods named, None if not named at all."""
        periods = self.agents.get(person.strip().lower())
        if periods is None:
            return None
        return (
            "agent"
            if any((a is None or a <= time) and (b is None or time < b) for a, b in periods)
            else "customer"
        )

    def tell(self, reading: Reading) -> None:
        """Let the readers know."""
        reading.people = self.role if self.agents else None
        reading.ours, reading.teams = self.ours, self.teams

    def joined(self, event: Event, job: Job) -> Event:
        """An event under the names that all sources share."""
        fields = dict(event.fields)
        case = event.case
        for ours, theirs in job.fields.items():
            value = event.get(theirs)
            if value is None or isinstance(value, tuple):
                continue
            if ours == "case":
                case = str(value)
            else:
                fields[ours] = value
        for name, constant in job.constants.items():
            fields.setdefault(name, constant)
        for name, table in (("team", self.teams), ("customer", self.customers)):
            value = fields.get(name)
            if isinstance(value, str) and value.lower() in table:
                fields[name] = table[value.lower()]
        if self.agents and "role" not in fields and isinstance(fields.get("actor"), str):
            role = self.role(str(fields["actor"]), event.time)
            if role is not None:
                fields["role"] = role
        return (
            event
            if fields == event.fields and case == event.case
            else replace(event, fields=fields, case=case)
        )


def is_sources(path: str | Path) -> bool:
    """Whether an argument names such a file: by its ending."""
    return str(path).lower().endswith((".yaml", ".yml"))


def load_sources(path: str | Path, formats: Mapping[str, object]) -> Sources:
    """Read a sources.yaml.

    Raises:
        LogError: L001 it cannot be opened, L016 everything in it that is not understood, each with its line.
    """
    return _File(path, formats).sources()


class _File:
    """Reads the nodes of the YAML, so that every problem has its line."""

    def __init__(self, path: str | Path, formats: Mapping[str, object]) -> None:
        self.name, self.formats = str(path), formats
        self.folder = os.path.dirname(self.name)
        self.problems: list[Problem] = []
        self.lines: list[str] = []

    def bad(self, node: Any, message: str, hint: str = "") -> None:
        mark = node.start_mark
        text = self.lines[mark.line] if mark.line < len(self.lines) else ""
        self.problems.append(
            Problem("L016", message, Place(self.name, mark.line + 1, mark.column + 1), text, 1, hint)
        )

    def sources(self) -> Sources:
        import yaml

        try:
            text = Path(self.name).read_text("utf-8-sig")
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "it is not UTF-8"
            raise LogError(
                Problem("L001", f"'{self.name}' cannot be opened: {why.lower()}", Place(self.name))
            ) from error
        self.lines = text.splitlines()
        try:
            root = yaml.compose(text, Loader=yaml.SafeLoader)
        except (yaml.YAMLError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            place = Place(self.name, mark.line + 1, mark.column + 1) if mark else Place(self.name)
            raise LogError(
                Problem(
                    "L016",
                    f"this is not YAML: {getattr(error, 'problem', None) or 'it is nested too deeply'}",
                    place,
                )
            ) from error
        out = Sources()
        if root is None:
            self.problems.append(
                Problem(
                    "L016",
                    "the file names no sources",
                    Place(self.name, 1),
                    hint="sources: [{path: tickets.json, from: zendesk}]",
                )
            )
        else:
            self._fill(out, self.mapping(root, _KEYS, "sources.yaml"))
        if self.problems:
            raise LogError(self.problems)
        return out

    def _fill(self, out: Sources, top: dict[str, Any]) -> None:
        zone = self.zone(top.get("timezone"))
        if "sources" not in top:
            self.problems.append(
                Problem(
                    "L016",
                    "the file names no sources",
                    Place(self.name, 1),
                    hint="sources: [{path: tickets.json, from: zendesk}]",
                )
            )
        out.jobs = [j for n in self.list(top.get("sources")) if (j := self.job(n, zone)) is not None]
        if "ours" in top:
            out.ours = frozenset(self.text(n).lower().lstrip("@") for n in self.list(top["ours"]))
        for node in self.list(top.get("agents")):
            self.agent(node, out, zone)
        for name, table in (("teams", out.teams), ("customers", out.customers)):
            if name in top:
                table |= {k.lower(): self.text(v) for k, v in self.mapping(top[name], None, name).items()}

    def job(self, node: Any, zone: str | None) -> Job | None:
        entry = self.mapping(node, _SOURCE_KEYS, "a source")
        if "path" not in entry:
            self.bad(node, "a source has no path", "{path: tickets.json, from: zendesk}")
            return None
        pattern = self.text(entry["path"])
        whole = pattern if os.path.isabs(pattern) else os.path.join(self.folder, pattern)
        found = sorted(glob.glob(whole)) if glob.has_magic(whole) else [whole]
        if not found:
            self.bad(entry["path"], f"no file matches '{pattern}'")
        format = self.text(entry["from"]) if "from" in entry else None
        if format is not None and format != "auto" and format not in self.formats:
            self.bad(
                entry["from"],
                f"'{format}' is not a format of logs",
                did_you_mean(format, self.formats) or f"formats: {', '.join(sorted(self.formats))}",
            )
        tables = {
            k: {n: self.text(v) for n, v in self.mapping(entry[k], None, k).items()}
            for k in ("map", "fields", "set")
            if k in entry
        }
        own = self.zone(entry.get("timezone")) or zone
        return Job(
            tuple(found), format, own, tables.get("map", {}), tables.get("fields", {}), tables.get("set", {})
        )

    def agent(self, node: Any, out: Sources, zone: str | None) -> None:
        if node.id == "scalar":
            out.agents.setdefault(self.text(node).lower(), []).append((None, None))
            return
        entry = self.mapping(node, ("name", "from", "to"), "an agent")
        if "name" not in entry:
            self.bad(node, "an agent has no name", "{name: Boris, from: 2026-01-01, to: 2026-03-01}")
            return
        period = (
            self.moment(entry.get("from"), zone, end=False),
            self.moment(entry.get("to"), zone, end=True),
        )
        for name in self.list(entry["name"]) if entry["name"].id == "sequence" else [entry["name"]]:
            out.agents.setdefault(self.text(name).lower(), []).append(period)

    def moment(self, node: Any, zone: str | None, end: bool) -> int | None:
        """A date (its beginning, or its end) or a time."""
        if node is None:
            return None
        text = self.text(node)
        try:
            if is_date(text):
                return parse_instant(f"{text}T24:00" if end else f"{text}T00:00", zone or "UTC")
            return parse_instant(text, zone)
        except InstantError as error:
            self.bad(node, str(error), error.hint)
            return None

    def zone(self, node: Any) -> str | None:
        if node is None:
            return None
        name = self.text(node)
        try:
            zone_of(name)
        except ValueError as error:
            self.bad(node, str(error), "such as Europe/Moscow")
            return None
        return name

    def mapping(self, node: Any, keys: tuple[str, ...] | None, what: str) -> dict[str, Any]:
        if node.id != "mapping":
            self.bad(node, f"{what} is written as keys and values")
            return {}
        out: dict[str, Any] = {}
        for key, value in node.value:
            name = self.text(key)
            if keys is not None and name not in keys:
                self.bad(
                    key,
                    f"'{name}' is not a key of {what}",
                    did_you_mean(name, keys) or f"keys: {', '.join(keys)}",
                )
            elif name in out:
                self.bad(key, f"the key '{name}' stands twice")
            out[name] = value
        return out

    def list(self, node: Any) -> list[Any]:
        if node is None:
            return []
        return list(node.value) if node.id == "sequence" else [node]

    def text(self, node: Any) -> str:
        if node.id != "scalar" or not node.value:
            self.bad(node, "a text should stand here")
            return ""
        return str(node.value)
