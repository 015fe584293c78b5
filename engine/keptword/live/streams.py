"""Redis streams, Kafka and NATS topics as sources, through their own clients, which are extras."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from keptword.errors import usage_error
from keptword.live.sources import LONGEST_LINE, Batch

SCHEMES = ("redis", "rediss", "kafka", "nats")


def open_stream(url: str, positions: dict[str, str]) -> RedisStream | KafkaTopic | NatsSubject:
    """The source behind `redis://host/STREAM`, `kafka://host:9092/TOPIC` or `nats://host/SUBJECT?stream=S`.

    Args:
        url: as above; Redis takes `?db=1`. User and password may stand in it.
        positions: how far it was read, as earlier batches gave it.

    Raises:
        UsageError: U003 the client is not installed; U001 the address is not understood, or nobody answers.
    """
    parts = urlsplit(url)
    name = parts.path.strip("/")
    place = f"{parts.scheme}://{parts.hostname}/{name}"  # without user and password
    if not parts.hostname or not name:
        raise usage_error(
            f"'{place}' names no server or no stream", f"such as {parts.scheme}://localhost/events"
        )
    options = {k: v[-1] for k, v in parse_qs(parts.query).items()}
    match parts.scheme:
        case "redis" | "rediss":
            client = _client("redis", "redis")
            server = client.Redis.from_url(
                url.partition("?")[0].removesuffix(parts.path) + f"/{options.get('db', '0')}"
            )
            return _opened(place, lambda: RedisStream(server, name, place, positions.get(place, "0")))
        case "kafka":
            client = _client("confluent_kafka", "kafka")
            return _opened(place, lambda: KafkaTopic(client, parts.netloc, name, place, positions))
        case _:
            client = _client("nats", "nats")
            return _opened(
                place,
                lambda: NatsSubject(
                    client, url.partition("?")[0].removesuffix(parts.path), name, options.get("stream")
                ),
            )


def _client(module: str, extra: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise usage_error(
            f"the client for {extra} is not installed", f"pip install 'keptword[{extra}]'", "U003"
        ) from error


def _opened(
    place: str, make: Callable[[], RedisStream | KafkaTopic | NatsSubject]
) -> RedisStream | KafkaTopic | NatsSubject:
    try:
        return make()
    except Exception as error:  # each client has exceptions of its own
        raise usage_error(f"'{place}' cannot be read: {type(error).__name__}: {str(error)[:200]}") from error


class RedisStream:
    """Entries of a Redis stream, from the place where the journal ends: the JSON in the field `event`, else the first field."""

    def __init__(self, server: Any, stream: str, place: str, position: str) -> None:
        self._server, self._stream, self._place, self._at = server, stream, place, position
        server.ping()

    def read(self, wait: float) -> Batch | None:
        """See `Source`."""
        found = self._server.xread({self._stream: self._at}, count=500, block=max(1, int(wait * 1000)))
        if not found:
            return None
        rows = found[0][1] if isinstance(found, list) else next(iter(found.values()))[0]
        lines = []
        for number, fields in rows:
            lines.append((fields.get(b"event") or next(iter(fields.values()), b""))[: LONGEST_LINE + 1])
            self._at = number.decode()
        return Batch(lines, {self._place: self._at})

    def finished(self) -> bool:
        """See `Source`."""
        return False

    def close(self) -> None:
        """See `Source`."""
        self._server.close()


class KafkaTopic:
    """All partitions of a topic, from the offsets that the journal holds; nothing is committed to the broker."""

    def __init__(self, client: Any, servers: str, topic: str, place: str, positions: dict[str, str]) -> None:
        self._place = place
        self._consumer = client.Consumer(
            {
                "bootstrap.servers": servers,
                "group.id": "keptword",
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
            }
        )
        known = self._consumer.list_topics(topic, timeout=10).topics.get(topic)
        if known is None or known.error is not None:
            raise ValueError(f"no topic '{topic}'")
        self._consumer.assign([
            client.TopicPartition(topic, number, int(positions.get(f"{place}#{number}", client.OFFSET_BEGINNING))) for number in known.partitions
        ])  # fmt: skip

    def read(self, wait: float) -> Batch | None:
        """See `Source`."""
        lines, positions = [], {}
        for message in self._consumer.consume(500, timeout=wait):
            if message.error() is None:
                lines.append((message.value() or b"")[: LONGEST_LINE + 1])
                positions[f"{self._place}#{message.partition()}"] = str(message.offset() + 1)
        return Batch(lines, positions) if lines else None

    def finished(self) -> bool:
        """See `Source`."""
        return False

    def close(self) -> None:
        """See `Source`."""
        self._consumer.close()


class NatsSubject:
    """A JetStream subject: messages are acknowledged once they are written down, so a crash has them sent again."""

    def __init__(self, client: Any, servers: str, subject: str, stream: str | None) -> None:
        self._loop = asyncio.new_event_loop()
        self._link = self._loop.run_until_complete(
            client.connect(servers, connect_timeout=10, allow_reconnect=True)
        )
        context = self._link.jetstream()
        self._pull = self._loop.run_until_complete(
            context.pull_subscribe(subject, durable="keptword", stream=stream)
        )

    def read(self, wait: float) -> Batch | None:
        """See `Source`; a message that comes twice is the same event if it has an id."""
        try:
            messages = self._loop.run_until_complete(self._pull.fetch(500, timeout=max(wait, 0.05)))
        except TimeoutError:  # the client's own is one too
            return None

        def written(well: bool) -> None:
            if well:
                for message in messages:
                    self._loop.run_until_complete(message.ack())

        return Batch([m.data[: LONGEST_LINE + 1] for m in messages], written=written) if messages else None

    def finished(self) -> bool:
        """See `Source`."""
        return False

    def close(self) -> None:
        """See `Source`."""
        self._loop.run_until_complete(self._link.close())
        self._loop.close()
