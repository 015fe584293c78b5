"""An invented support floor for the live benchmarks: outages, questions, claims and debts, so many cases open at a time."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterator

from wording import messages

from keptword.instants import MINUTE, format_instant

T0 = 1_772_431_200_000_000
_OUT = {"direction": "out", "role": "agent"}
_IN = {"direction": "in", "role": "customer"}
_PHONE = {**_OUT, "channel": "phone", "answered": True}

# Each step: minutes after the opening, or a share of the case's life below 1; the event; its fields. TEXT asks for a message of its own.
TEXT = "text"
_Step = tuple[float, str, dict[str, object]]
_OUTAGE: tuple[_Step, ...] = (
    (0, "outage.opened", {}),
    (50, "call.made", {**_PHONE, "topic": "outage"}),
    (0.25, "cause.confirmed", {"cause": "cable"}),
    (0.45, "notice.sent", {**_OUT, "channel": "sms", "topic": "outage", "cause": "cable", TEXT: True}),
    (0.7, "outage.resolved", {}),
    (0.75, "call.made", {**_PHONE, "topic": "outage", "status": "resolved"}),
    (0.99, "ticket.closed", {}),
)
_QUESTION: tuple[_Step, ...] = (
    (0, "ticket.opened", {**_IN, "channel": "email", "priority": "P2", TEXT: True}),
    (45, "message.sent", {**_OUT, "channel": "email", "customer_lang": "ru", TEXT: True}),
    (0.3, "message.received", {**_IN, "channel": "email", TEXT: True}),
    (0.5, "ticket.assigned", {"assignee": "anna"}),
    (0.6, "message.sent", {**_OUT, "channel": "email", "customer_lang": "ru", TEXT: True}),
    (0.8, "ticket.solved", {}),
    (0.99, "ticket.closed", {}),
)
_CLAIM: tuple[_Step, ...] = (
    (0, "claim.received", {**_IN, "channel": "letter"}),
    (0.6, "claim.answered", {**_OUT, "channel": "letter"}),
    (0.99, "ticket.closed", {}),
)
_DEBT: tuple[_Step, ...] = (
    (0, "payment.missed", {}),
    (30, "warning.sent", {**_OUT, "channel": "sms", "topic": "debt"}),
    (0.5, "service.suspended", {"reason": "debt"}),
    (0.52, "notice.sent", {**_OUT, "channel": "sms", "topic": "suspension", TEXT: True}),
    (0.7, "payment.received", {}),
    (0.8, "service.restored", {}),
    (0.99, "ticket.closed", {}),
)
STORIES = (_OUTAGE, _QUESTION, _OUTAGE, _OUTAGE, _QUESTION, _CLAIM, _OUTAGE, _QUESTION, _OUTAGE, _DEBT)


def log(events: int, open_cases: int, life: int, customers: int) -> Iterator[bytes]:
    """JSON lines in order of time.

    Args:
        events: how many.
        open_cases: how many cases are open at a time, once the first ones close.
        life: microseconds from the opening of a case to its end.
        customers: from among whom the cases come, in turns.
    """
    texts = messages("ru", 20_000)
    heap: list[tuple[int, int, int]] = [(T0, 0, 0)]
    for made in range(events):
        when, number, k = heapq.heappop(heap)
        story = STORIES[number % len(STORIES)]
        _, name, more = story[k]
        # Another number in each message: no two texts are the same.
        said = {
            key: f"{texts[made % 20_000]} № {made}" if key == TEXT else value for key, value in more.items()
        }
        head = {"case": f"T-{number}", "customer": f"c{number % customers}", "team": f"team-{number % 9}"}
        if story is _OUTAGE:
            head["incident"] = f"I-{number}"
        line = {"time": format_instant(when), "event": name, "id": f"{number}.{k}", **head, **said}
        yield json.dumps(line, ensure_ascii=False).encode()
        if k == 0:
            heapq.heappush(heap, (T0 + (number + 1) * (life // open_cases), number + 1, 0))
        if k + 1 < len(story):
            after = story[k + 1][0]
            # Every seventh case is served too late.
            late = 40 * MINUTE if number % 7 == 0 and k == 0 else 0
            start = T0 + number * (life // open_cases)
            at = start + int(after * (life if after < 1 else MINUTE)) + late
            heapq.heappush(heap, (max(at, when), number, k + 1))
