"""The live process: sealed events as server-sent events to every page that may hear them.

One small ASGI application without Django's request machinery: `GET /live?ticket=...` and `/healthz`, nothing else. It
imports settings and signing only and speaks to the database driver itself, since memory counts here.
`guanxi live` runs it; `granian --interface asgi guanxi.site.live:application` does too.

A message is `{seq, type, topics}`, with the topics of the client's ticket only; its id is `seq`. A client that comes
back with `Last-Event-ID` (or `after=SEQ`) gets what it missed; when that is more than is kept, one message
`live.missed` with all its topics.
"""

import asyncio
import json
import os
import random
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanxi.site.settings")

from django.conf import settings
from django.core.signing import BadSignature

from guanxi.core.live import read_ticket, topic

POLL_S: Final = 0.2
BACKOFF_S_MAX: Final = 5.0
BATCH: Final = 1_000
KEPT: Final = 1_000  # events a client may catch up on
HEARTBEAT_S: Final = 15.0
WAITING_MAX: Final = 256  # messages; who reads slower is dropped and catches up
CLIENTS_MAX: Final = 2_000
TICKET_CLIENTS_MAX: Final = 500  # one ticket may not take every place
TICKET_CHARS_MAX: Final = 8_000
STREAM_S_MAX: Final = 3_600.0  # then the client returns and its ticket is read again
SEND_S_MAX: Final = 30.0
READY_S_MAX: Final = 5.0
RETRY_MS, RETRY_SLOW_MS = 1_000, 5_000

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Heard:
    """One sealed event, as far as a page may know it."""

    seq: int
    type: str
    topics: frozenset[str]

    def to(self, topics: frozenset[str]) -> bytes:
        """The message for a client that holds `topics`."""
        body = {"seq": self.seq, "type": self.type, "topics": sorted(self.topics & topics)}
        return f"id: {self.seq}\ndata: {json.dumps(body, separators=(',', ':'))}\n\n".encode()


class Feed:
    """Reads sealed events in order, with one connection. Used by one thread at a time."""

    def __init__(self) -> None:
        self.cursor: int | None = None
        self._connection: Any = None

    def read(self) -> list[Heard] | None:
        """What was sealed since; None when the stream was replaced by an older one (a restored backup).

        The first read gives the last `KEPT` events. Raises the driver's errors; the next read connects again.
        """
        try:
            if self._connection is None:
                self._connection = connect()
            return self._read()
        except Exception:
            self.close()
            raise

    def _read(self) -> list[Heard] | None:
        # The head first: it is written in the transaction that seals, so whatever it covers is then seen.
        head = next((row[0] for row in self._rows("SELECT seq FROM core_sealhead WHERE id = 1")), 0)
        if self.cursor is None:
            self.cursor = max(0, head - KEPT)
        if head < self.cursor:
            self.cursor = head
            return None
        if head == self.cursor:
            return []
        found = [heard(*row) for row in self._rows(_NEW.format(after=int(self.cursor), limit=BATCH))]
        self.cursor = found[-1].seq if found else head
        return found

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        return list(self._connection.execute(sql).fetchall())

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):
                connection.close()


_NEW: Final = (
    "SELECT seq, type, record_id, unit_id, subject_kind, subject_id FROM core_event"
    " WHERE seq > {after} ORDER BY seq LIMIT {limit}"
)


def heard(
    seq: int, kind: str, record_id: int | None, unit_id: int | None, subject: str, subject_id: int
) -> Heard:
    """An event's row as the live page hears it: the record, the unit and the subject are its topics."""
    topics = {topic(subject, subject_id)}
    if record_id is not None:
        topics.add(topic("record", record_id))
    if unit_id is not None:
        topics.add(topic("unit", unit_id))
    return Heard(seq, kind, frozenset(topics))


def connect() -> Any:
    """One connection that only reads and never waits long; `sqlite3` and `psycopg` both know `execute`."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        path = str(database["NAME"]).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
        connection = sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=5, check_same_thread=False)
        connection.execute("PRAGMA query_only = ON")
        return connection
    import psycopg  # 10 MiB that SQLite can do without

    options = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 10_000}
    return psycopg.connect(**options, **_postgresql(database), autocommit=True)


def _postgresql(database: dict[str, Any]) -> dict[str, Any]:
    """libpq's names for Django's settings; what only Django understands stays behind."""
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    ours = {name: value for name, value in database["OPTIONS"].items() if name not in _DJANGO_OPTIONS}
    return {**ours, **{theirs: database[name] for name, theirs in names.items() if database.get(name)}}


_DJANGO_OPTIONS: Final = {"server_side_binding", "prepare_threshold", "isolation_level", "pool", "assume_role"}


@dataclass(eq=False, slots=True)
class Client:
    """One open page. `None` in its queue ends the stream."""

    ticket: str
    topics: frozenset[str]
    waiting: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(WAITING_MAX))
    retry_ms: int = RETRY_MS

    def give(self, message: bytes) -> bool:
        """Queue a message; False (and the end of the stream) when the client reads too slowly."""
        try:
            self.waiting.put_nowait(message)
        except asyncio.QueueFull:
            self.end(RETRY_SLOW_MS)
            return False
        return True

    def end(self, retry_ms: int = RETRY_MS) -> None:
        self.retry_ms = retry_ms
        while not self.waiting.empty():
            self.waiting.get_nowait()
        self.waiting.put_nowait(None)


class Hub:
    """Who listens to what, and the last events for those who come back."""

    def __init__(self) -> None:
        self.ready = asyncio.Event()
        self.seq = 0
        self.is_away = False
        self.clients: set[Client] = set()
        self._by_topic: dict[str, set[Client]] = {}
        self._kept: deque[Heard] = deque(maxlen=KEPT)

    def join(self, client: Client, after: int | None) -> bytes:
        """Add a client; returns what it missed since `after`. No event can fall between the two."""
        self.clients.add(client)
        for name in client.topics:
            self._by_topic.setdefault(name, set()).add(client)
        return b"" if after is None else b"".join(self._missed(client, after))

    def leave(self, client: Client) -> None:
        self.clients.discard(client)
        for name in client.topics:
            listeners = self._by_topic.get(name, set())
            listeners.discard(client)
            if not listeners:
                self._by_topic.pop(name, None)

    def is_full_for(self, ticket: str) -> bool:
        same = sum(client.ticket == ticket for client in self.clients)
        return len(self.clients) >= CLIENTS_MAX or same >= TICKET_CLIENTS_MAX

    def _missed(self, client: Client, after: int) -> Iterator[bytes]:
        oldest = self._kept[0].seq if self._kept else self.seq + 1
        if after > self.seq or after < oldest - 1:
            yield self._all(client)
            return
        for event in self._kept:
            if event.seq > after and event.topics & client.topics:
                yield event.to(client.topics)

    def _all(self, client: Client) -> bytes:
        return Heard(self.seq, "live.missed", client.topics).to(client.topics)

    def broadcast(self, events: Iterable[Heard]) -> None:
        """Give each event to the clients that hold one of its topics."""
        for event in events:
            self.seq = event.seq
            self._kept.append(event)
            for client in self._listeners(event):
                if not client.give(event.to(client.topics)):
                    self.leave(client)
        self.ready.set()

    def _listeners(self, event: Heard) -> set[Client]:
        return set().union(*(self._by_topic.get(name, ()) for name in event.topics))

    def restart(self, seq: int) -> None:
        """The stream now ends at `seq`, before what was told already: every page has to look again."""
        self.seq = seq
        self._kept.clear()
        for client in list(self.clients):
            client.give(self._all(client))

    def close(self) -> None:
        for client in list(self.clients):
            client.end()


async def poll(hub: Hub, feed: Feed) -> None:
    """Read and broadcast for ever; a database that is away is tried again, later and later."""
    from structlog import get_logger

    log, wait_s = get_logger("guanxi.live"), POLL_S
    with ThreadPoolExecutor(1, "feed") as thread:
        try:
            while True:
                try:
                    found = await asyncio.get_running_loop().run_in_executor(thread, feed.read)
                except Exception as error:  # noqa: BLE001 - two drivers' errors, and a page must not lose its stream
                    hub.is_away, wait_s = True, min(wait_s * 2, BACKOFF_S_MAX)
                    log.warning("database.away", wait_s=wait_s, error=type(error).__name__)
                    await asyncio.sleep(wait_s)
                    continue
                hub.is_away, wait_s = False, POLL_S
                if found is None:
                    hub.restart(feed.cursor or 0)
                else:
                    hub.broadcast(found)
                await asyncio.sleep(0 if found and len(found) == BATCH else POLL_S)
        finally:
            feed.close()


class Application:
    """The ASGI application: lifespan, `/live`, `/healthz`."""

    def __init__(self) -> None:
        parts = urlsplit(settings.BASE_URL)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self.hub: Hub
        self._poll: asyncio.Task[None]

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self.hub = Hub()
        self._poll = asyncio.create_task(poll(self.hub, Feed()))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.hub.close()
        self._poll.cancel()
        with suppress(asyncio.CancelledError):
            await self._poll
        await send({"type": "lifespan.shutdown.complete"})

    async def _http(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["path"] not in {"/live", "/healthz"}:
            await self._answer(send, 404, "not found")
        elif scope["method"] != "GET":
            await self._answer(send, 405, "GET only", ("allow", "GET"))
        elif scope["path"] == "/healthz":
            await self._health(send)
        else:
            await self._admit(scope, receive, send)

    async def _health(self, send: Send) -> None:
        alive = not self._poll.done()
        state = {"status": "ok" if alive else "dead", "database": "away" if self.hub.is_away else "ok"}
        await self._answer(
            send, 200 if alive else 503, json.dumps({**state, "clients": len(self.hub.clients)})
        )

    async def _admit(self, scope: Message, receive: Receive, send: Send) -> None:
        query = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=10)
        ticket = query.get("ticket", [""])[0]
        topics = topics_of(ticket)
        if topics is None:
            await self._answer(send, 401, "no valid ticket")
        elif self.hub.is_full_for(ticket):
            await self._answer(send, 503, "too many clients", ("retry-after", "10"))
        elif not await self._is_ready():
            await self._answer(send, 503, "the database is away", ("retry-after", "5"))
        else:
            client = Client(ticket, topics)
            missed = self.hub.join(client, _after(scope, query))
            await self._stream(client, missed, receive, send)

    async def _is_ready(self) -> bool:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.hub.ready.wait(), READY_S_MAX)
        return self.hub.ready.is_set()

    async def _stream(self, client: Client, missed: bytes, receive: Receive, send: Send) -> None:
        leaving = asyncio.create_task(_watch(client, receive))
        try:
            await self._start(send, 200, "text/event-stream; charset=utf-8", ("x-accel-buffering", "no"))
            first = f"retry: {RETRY_MS + random.randrange(RETRY_MS)}\nid: {self.hub.seq}\n\n"  # noqa: S311 - spread only
            await _give(send, missed + first.encode())
            async with asyncio.timeout(STREAM_S_MAX):
                while (message := await self._next(client)) is not None:
                    await _give(send, message)
        except TimeoutError:
            pass
        finally:
            self.hub.leave(client)
            leaving.cancel()
        with suppress(Exception):
            await _give(send, f"retry: {client.retry_ms}\n\n".encode(), more=False)

    async def _next(self, client: Client) -> bytes | None:
        """The next message; after a while without one a comment, with how far the client has heard."""
        try:
            return await asyncio.wait_for(client.waiting.get(), HEARTBEAT_S)
        except TimeoutError:
            return f": still here\nid: {self.hub.seq}\n\n".encode()

    async def _start(self, send: Send, status: int, kind: str, *more: tuple[str, str]) -> None:
        headers = [
            ("content-type", kind),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("access-control-allow-origin", self._origin),
            ("vary", "origin"),
            *more,
        ]
        encoded = [(name.encode(), value.encode()) for name, value in headers]
        await send({"type": "http.response.start", "status": status, "headers": encoded})

    async def _answer(self, send: Send, status: int, text: str, *more: tuple[str, str]) -> None:
        kind = "application/json" if text.startswith("{") else "text/plain; charset=utf-8"
        await self._start(send, status, kind, *more)
        await send({"type": "http.response.body", "body": text.encode() + b"\n"})


def topics_of(ticket: str) -> frozenset[str] | None:
    """The topics of a ticket; None when it is forged, expired, damaged or too long."""
    if len(ticket) > TICKET_CHARS_MAX:
        return None
    try:
        return frozenset(map(str, read_ticket(ticket)))
    except (BadSignature, ValueError, TypeError):
        return None


def _after(scope: Message, query: dict[str, list[str]]) -> int | None:
    """The `seq` a client has heard: the header a browser sends when it returns, else `after`."""
    header = next((value for name, value in scope["headers"] if name == b"last-event-id"), b"")
    text = header.decode("latin-1") or query.get("after", [""])[0]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


async def _watch(client: Client, receive: Receive) -> None:
    """End the stream when the client goes away."""
    while (await receive())["type"] != "http.disconnect":
        pass
    client.end()


async def _give(send: Send, body: bytes, *, more: bool = True) -> None:
    await asyncio.wait_for(
        asyncio.ensure_future(send({"type": "http.response.body", "body": body, "more_body": more})), SEND_S_MAX
    )


application = Application()


async def serve(host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT, in this one process; open streams end with a hint to come back."""
    import signal

    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server.embed import Server

    server = Server(
        application,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        websockets=False,
        backlog=1024,
        backpressure=CLIENTS_MAX + 100,
        log_level=LogLevels.error,
    )

    def end() -> None:
        application.hub.close()
        server.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, end)
    await server.serve()


def main() -> None:
    """`python -m guanxi.site.live HOST PORT`."""
    import resource
    import sys

    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(serve(sys.argv[1], int(sys.argv[2])))


if __name__ == "__main__":
    main()
