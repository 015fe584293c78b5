"""A log for benchmarks: seeded, in order of time, cases of about ten events, some duties broken; written in parts.

    python benchmarks/generate.py 10000000 log.parquet [--full] [--seed 1]

Each case is a ticket (opened, messages, closed); most have an outage (opened, notified, updates, closed; a fifth come back),
some a tariff change with its announcement, some a debt with warnings and a suspension. Notices are late or lacking,
updates lag, changes are announced too late, services are suspended without a warning, outages are never closed, and the
log ends in the middle of things. About 4.5 % of the events are violations of the four rules in `rules`.

Three columns (time, event, case); `--full` adds the fields that the twenty rules in `rules20` look at. However many events
there are, only those of cases that are not over yet are held in memory.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from typing import Any

NAMES = (
    "ticket.opened", "message.posted", "ticket.closed", "outage.opened", "outage.notified", "outage.updated", "outage.closed",
    "tariff.announced", "tariff.changed", "debt.warned", "service.suspended", "service.resumed",
)  # fmt: skip
CODE = {name: i for i, name in enumerate(NAMES)}
START, SPAN = 1_704_067_200, 2 * 365 * 86_400  # 2024-01-01Z and two years, in seconds
HOUR, DAY = 3_600, 86_400
PER_CASE = 9.6  # events of a case, on average, less those that the end of the log cuts off
ROW_GROUP = 1 << 20
CAUSES = ("fibre", "power", "router", "software", "weather")
TEAMS = ("noc", "field", "desk", "billing", "key accounts", "network", "regions")
CHANNELS = ("phone", "email", "sms", "letter")
GREETINGS = ("Здравствуйте!", "Добрый день!", "Dear customer,", "Good morning,")
SORRY = ("Приносим извинения за перерыв связи.", "We are sorry for the interruption.", "", "We apologise.")
BODIES = (
    "Бригада на месте, восстановим до {h}:30.", "Заявка принята, ответим в течение {h} часов.", "Your request is with our engineers.",
    "Мы проверили настройки на вашем узле, ошибок нет.", "The cable was cut by a contractor; we expect service back by {h}:30.",
    "You should have told us earlier.",
)  # fmt: skip
ENDS = (
    "С уважением, Анна Смирнова, служба поддержки",
    "Kind regards, John Brown, support",
    "Спасибо.",
    "С уважением, Петров",
)

Rows = tuple[Any, Any, Any]  # three arrays of one length: number of the case, seconds, code of the event


class Cases:
    """The events of some cases, drawn group by group."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self._parts: list[Rows] = []

    def put(self, name: str, case: Any, time: Any) -> None:
        """One event of that name for each of the cases."""
        import numpy as np

        self._parts.append(
            (case.astype(np.int32), time.astype(np.int64), np.full(len(case), CODE[name], dtype=np.int8))
        )

    def some(self, of: Any, share: float) -> Any:
        """Each with that probability."""
        return of[self.draw.random(len(of)) < share]

    def spread(self, count: int, usual: tuple[int, int], other: tuple[int, int], share: float) -> Any:
        """Seconds: as usual, or, with that probability, otherwise."""
        import numpy as np

        odd = self.draw.random(count) < share
        return np.where(odd, self.draw.integers(*other, count), self.draw.integers(*usual, count))

    def rows(self) -> Rows:
        """Everything that was put."""
        import numpy as np

        case, time, code = (np.concatenate(column) for column in zip(*self._parts, strict=True))
        return case, time, code


def tickets(cases: Cases, everyone: Any, begin: Any) -> None:
    """Opened, talked about, closed within the week as a rule; some stay open."""
    import numpy as np

    cases.put("ticket.opened", everyone, begin)
    for _ in range(2):
        talking = cases.some(np.arange(len(everyone)), 0.7)
        cases.put(
            "message.posted",
            everyone[talking],
            begin[talking] + cases.draw.integers(60, 3 * DAY, len(talking)),
        )
    done = cases.some(np.arange(len(everyone)), 0.9)
    cases.put("ticket.closed", everyone[done], begin[done] + cases.draw.integers(3 * DAY, 6 * DAY, len(done)))


def outages(cases: Cases, struck: Any, begin: Any) -> None:
    """Opened, notified within the hour as a rule, updated every few hours, closed; a fifth of the cases have a second one."""
    import numpy as np

    draw = cases.draw
    at = begin + draw.integers(0, DAY, len(struck))
    for share in (1.0, 0.2):
        own = draw.random(len(struck)) < share
        struck, at = struck[own], at[own]
        cases.put("outage.opened", struck, at)
        told = cases.some(np.arange(len(struck)), 0.975)
        delay = cases.spread(len(told), (60, HOUR), (HOUR + 1, 6 * HOUR), 0.095)
        cases.put("outage.notified", struck[told], at[told] + delay)
        last = at.copy()
        updates = draw.integers(1, 6, len(struck))
        for n in range(5):
            more = np.flatnonzero(updates > n)
            last[more] += cases.spread(len(more), (HOUR, 4 * HOUR), (4 * HOUR + 1, 12 * HOUR), 0.067)
            cases.put("outage.updated", struck[more], last[more])
        ended = cases.some(np.arange(len(struck)), 0.985)
        cases.put("outage.closed", struck[ended], last[ended] + draw.integers(600, 4 * HOUR, len(ended)))
        at = last + draw.integers(10 * DAY, 40 * DAY, len(struck))


def tariffs(cases: Cases, changed: Any, begin: Any) -> None:
    """A change, announced 30 days ahead as a rule."""
    import numpy as np

    at = begin + cases.draw.integers(40 * DAY, 90 * DAY, len(changed))
    cases.put("tariff.changed", changed, at)
    said = cases.some(np.arange(len(changed)), 0.94)
    ahead = cases.spread(len(said), (30 * DAY, 39 * DAY), (DAY, 30 * DAY), 0.23)
    cases.put("tariff.announced", changed[said], at[said] - ahead)


def debts(cases: Cases, owing: Any, begin: Any) -> None:
    """Warned, suspended within 14 days of the last warning as a rule, resumed."""
    import numpy as np

    at = begin + cases.draw.integers(20 * DAY, 60 * DAY, len(owing))
    warned = cases.some(np.arange(len(owing)), 0.93)
    before = cases.spread(len(warned), (DAY, 14 * DAY), (14 * DAY + 1, 18 * DAY), 0.20)
    cases.put("debt.warned", owing[warned], at[warned] - before)
    cases.put("service.suspended", owing, at)
    back = cases.some(np.arange(len(owing)), 0.8)
    cases.put("service.resumed", owing[back], at[back] + cases.draw.integers(HOUR, 5 * DAY, len(back)))


def begun(draw: Any, first: int, count: int, lo: int, hi: int) -> Rows:
    """All events of the cases numbered from `first` on that begin between two instants."""
    import numpy as np

    cases = Cases(draw)
    everyone = np.arange(first, first + count)
    begin = draw.integers(lo, hi, count)
    tickets(cases, everyone, begin)
    for make, share in ((outages, 0.8), (tariffs, 0.25), (debts, 0.3)):
        own = cases.some(np.arange(count), share)
        make(cases, everyone[own], begin[own])
    return cases.rows()


def windows(events: int, seed: int) -> Iterator[tuple[Rows, Any]]:
    """Exactly so many events in order of time, window by window, with the dice of each window."""
    import numpy as np

    steps = max(24, -(-events // 1_000_000))
    count = max(1, round(events / PER_CASE / steps))
    waiting: Rows = (np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0, np.int8))
    left, step = events, 0
    while left:
        draw = np.random.default_rng([seed, step])
        lo, hi = START + SPAN * step // steps, START + SPAN * (step + 1) // steps
        fresh = begun(draw, step * count, count, lo, hi)
        rows = [np.concatenate(pair) for pair in zip(waiting, fresh, strict=True)]
        now = rows[1] < hi
        waiting = (rows[0][~now], rows[1][~now], rows[2][~now])
        due = [column[now] for column in rows]
        order = np.argsort(due[1], kind="stable")[:left]
        left -= len(order)
        step += 1
        if len(order):
            yield (due[0][order], due[1][order], due[2][order]), draw


def scattered(numbers: Any, count: int) -> Any:
    """Other numbers below the next power of ten above `count`, one for one: names of cases tell nothing about their order."""
    import numpy as np

    size = 10 ** len(str(count))
    return (numbers.astype(np.int64) * 7_654_321 + 1_234_567) % size  # 7654321 shares no factor with ten


def labelled(prefix: str, numbers: Any, width: int) -> Any:
    """Texts such as T-00001234, as a Polars column."""
    import polars as pl

    return prefix + pl.Series(numbers).cast(pl.String).str.zfill(width)


def bare(rows: Rows, most: int) -> dict[str, Any]:
    """Time, event and case as columns."""
    import polars as pl

    case, time, code = rows
    return {
        "time": pl.Series(time * 1_000_000).cast(pl.Datetime("us", "UTC")),
        "event": one_of(NAMES, code),
        "case": labelled("T-", scattered(case, most), max(8, len(str(most)))),
    }


def one_of(words: tuple[str, ...], at: Any, there: Any = None) -> Any:
    """A word for each number; none where there is none."""
    import numpy as np
    import polars as pl

    index = pl.Series(np.asarray(at).astype(np.uint32))
    if there is not None:
        index = pl.DataFrame({"i": index, "there": there}).select(pl.when("there").then("i")).to_series()
    return pl.Series(words, dtype=pl.String).gather(index)


def dressed(rows: Rows, most: int, draw: Any) -> dict[str, Any]:
    """The fields that richer rules look at: some for every event of a case, some for a kind of event."""
    import polars as pl

    case, time, code = rows
    count = len(case)
    own = scattered(case, most)
    is_ = {name: code == number for name, number in CODE.items()}
    told, updated, posted = is_["outage.notified"], is_["outage.updated"], is_["message.posted"]
    wrong = draw.random(count) < 0.02
    hours = draw.integers(4, 30, count)
    texts = all_texts()
    eta = pl.Series((time + hours * HOUR) * 1_000_000).cast(pl.Datetime("us", "UTC"))
    return {
        "customer": labelled("C-", scattered(case % max(1, most // 8), most // 8), 7),
        "team": one_of(TEAMS, own % len(TEAMS)),
        "priority": one_of(
            ("P1", "P2", "P3", "P4"), own % 10 // 3, is_["ticket.opened"] | is_["outage.opened"]
        ),
        "channel": one_of(CHANNELS, draw.integers(0, len(CHANNELS), count), told | updated | posted),
        "role": one_of(("customer", "agent"), draw.random(count) < 0.5, posted),
        "cause": one_of(CAUSES, (own + wrong) % len(CAUSES), told | updated),
        "eta": pl.DataFrame({"eta": eta, "told": told}).select(pl.when("told").then("eta")).to_series(),
        "text": one_of(texts, draw.integers(0, len(texts), count), posted),
    }


def all_texts() -> tuple[str, ...]:
    """Two thousand messages, as they come of a support team's templates."""
    return tuple(
        " ".join(
            part
            for part in (greeting, sorry, body.format(h=hour), f"№ {number}.", f"\n{end}")
            if part.strip()
        )
        for number, (hour, greeting, sorry, body, end) in enumerate(
            (hour, greeting, sorry, body, end)
            for hour in (9, 11, 14, 17, 19)
            for greeting in GREETINGS
            for sorry in SORRY
            for body in BODIES
            for end in ENDS
        )
    )


def write(events: int, path: str, seed: int = 1, *, full: bool = False) -> None:
    """A Parquet file of so many events: zstd, row groups of a million, times in microseconds."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    most = round(events / PER_CASE * 1.1) + 1000
    columns: Callable[[Rows, Any], dict[str, Any]] = (
        (lambda rows, draw: bare(rows, most) | dressed(rows, most, draw))
        if full
        else (lambda rows, _: bare(rows, most))
    )
    writer, held = None, None
    for rows, draw in windows(events, seed):
        part = pa.table({name: plain(column.to_arrow()) for name, column in columns(rows, draw).items()})
        held = part if held is None else pa.concat_tables([held, part])
        writer = writer or pq.ParquetWriter(path, held.schema, compression="zstd")
        while len(held) >= ROW_GROUP:
            writer.write_table(held.slice(0, ROW_GROUP), row_group_size=ROW_GROUP)
            held = held.slice(ROW_GROUP)
    assert writer is not None
    assert held is not None
    if len(held):
        writer.write_table(held, row_group_size=ROW_GROUP)
    writer.close()


def plain(array: Any) -> Any:
    """Texts as the type that every reader knows."""
    import pyarrow as pa

    return (
        array.cast(pa.string())
        if pa.types.is_large_string(array.type) or "view" in str(array.type)
        else array
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("events", type=int)
    parser.add_argument("path")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    wishes = parser.parse_args()
    write(wishes.events, wishes.path, wishes.seed, full=wishes.full)
