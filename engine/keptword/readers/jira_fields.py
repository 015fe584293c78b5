"""Values of Jira's fields: people, statuses as help desks call them, rich text, SLA cycles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from keptword.events import Value
from keptword.readers.desk_words import KNOWN_STATUSES

_CATEGORIES = {"new": "new", "indeterminate": "open", "done": "solved"}
_BLOCKS = frozenset(
    ["paragraph", "heading", "blockquote", "bulletList", "orderedList", "codeBlock", "panel", "table", "rule"]
)
_DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in Jira.

    Attributes:
        id: the account, or the user name of a server.
        name: as it is shown.
        type: of the account: `atlassian`, `app`, `customer`; "" where Jira does not say.
        mail: address, where shown.
    """

    id: str
    name: str
    type: str
    mail: str = ""


def person(value: Any) -> Person:
    """Who a field names; an empty one for nobody."""
    if not isinstance(value, dict):
        return Person("", str(value) if isinstance(value, str) else "", "")

    def text(*names: str) -> str:
        return next(
            (str(value[n]) for n in names if isinstance(value.get(n), str | int) and value[n] != ""), ""
        )

    return Person(
        text("accountId", "name", "key"),
        text("displayName", "name", "accountId"),
        text("accountType"),
        text("emailAddress"),
    )


@dataclass(slots=True)
class Statuses:
    """Jira's statuses, which every project names for itself, as new, open, pending, hold, solved and closed."""

    categories: dict[str, str] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)

    def learn(self, status: Any) -> None:
        """Remember the category of a status that an issue has today."""
        if isinstance(status, dict) and isinstance(status.get("statusCategory"), dict):
            self.categories[str(status.get("name", "")).lower()] = str(
                status["statusCategory"].get("key", "")
            )

    def plain(self, name: str) -> str:
        """The word for a status; its own name in lower case where nothing is known of it."""
        lower = name.strip().lower()
        if lower not in self.taken:
            self.taken[lower] = KNOWN_STATUSES.get(lower) or _CATEGORIES.get(
                self.categories.get(lower, ""), lower
            )
        return self.taken[lower]

    def said(self) -> Iterator[str]:
        """What had to be guessed."""
        guessed = [
            f"'{k}' as {v}" for k, v in sorted(self.taken.items()) if k not in KNOWN_STATUSES and v != k
        ]
        if guessed:
            yield f"jira: statuses are taken by their category: {', '.join(guessed)}"
        unknown = [
            f"'{k}'" for k, v in sorted(self.taken.items()) if k not in KNOWN_STATUSES and v == k and k
        ]
        if unknown:
            yield f"jira: nothing is known of these statuses, so they pause and end nothing: {', '.join(unknown)}"


def document_text(value: Any) -> str:
    """The text of a field: plain text, or Atlassian's document format as paragraphs and lists."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    return (
        "\n\n".join(p for p in (_block(b, 0) for b in _inside(value)) if p).strip()
        if isinstance(value, dict)
        else ""
    )


def _inside(node: Mapping[str, Any]) -> list[dict[str, Any]]:
    content = node.get("content")
    return [n for n in content if isinstance(n, dict)] if isinstance(content, list) else []


def _block(node: dict[str, Any], depth: int) -> str:
    if depth > _DEEPEST:
        return ""
    kind, attributes = node.get("type"), node.get("attrs")
    attributes = attributes if isinstance(attributes, dict) else {}
    match kind:
        case "text":
            return str(node.get("text", ""))
        case "hardBreak":
            return "\n"
        case "mention" | "emoji" | "status" | "date":
            return str(
                attributes.get("text") or attributes.get("shortName") or attributes.get("timestamp") or ""
            )
        case "inlineCard" | "blockCard":
            return str(attributes.get("url", ""))
        case "bulletList" | "orderedList":
            return "\n".join(f"- {_block(item, depth + 1).strip()}" for item in _inside(node))
    parts = [_block(n, depth + 1) for n in _inside(node)]
    inner = [str(n.get("type")) in _BLOCKS for n in _inside(node)]
    text = ("\n" if any(inner) else "").join(parts)
    return "\n".join(f"> {line}" for line in text.split("\n")) if kind == "blockquote" else text


def sla_events(fields: Mapping[str, Any]) -> Iterator[tuple[int, str, str, dict[str, Value | None]]]:
    """Time, event, id and fields of what Jira Service Management itself says of its targets."""
    for name, value in sorted(fields.items()):
        if not isinstance(value, dict) or not ("completedCycles" in value or "ongoingCycle" in value):
            continue
        done = value.get("completedCycles")
        cycles = [c for c in done if isinstance(c, dict)] if isinstance(done, list) else []
        if isinstance(value.get("ongoingCycle"), dict):
            cycles.append(value["ongoingCycle"])
        for n, cycle in enumerate(cycles, 1):
            goal = cycle.get("goalDuration")
            millis = goal.get("millis") if isinstance(goal, dict) else None
            said: dict[str, Value | None] = {
                "metric": str(value.get("name") or name), "instance": str(n), "role": "system",
                "target_s": millis // 1000 if isinstance(millis, int) and not isinstance(millis, bool) else None,
            }  # fmt: skip
            moments = [("startTime", "sla.activated"), ("stopTime", "sla.fulfilled")]
            moments += [("breachTime", "sla.breached")] if cycle.get("breached") is True else []
            for key, event in moments:
                stamp = cycle.get(key)
                millis = stamp.get("epochMillis") if isinstance(stamp, dict) else None
                if isinstance(millis, int) and not isinstance(millis, bool) and abs(millis) < 10**14:
                    yield millis * 1000, event, f"{name}.{n}.{event.split('.')[1]}", said
