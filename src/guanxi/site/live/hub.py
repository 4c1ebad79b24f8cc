"""Who listens to what, and the last events for those who come back."""

import asyncio
import time
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from structlog import get_logger

from guanxi.site.live.feed import BATCH, KEPT, Feed, Heard
from guanxi.site.live.here import Here
from guanxi.site.live.standing import CHECK_S, Standing

POLL_S: Final = 0.2
BACKOFF_S_MAX: Final = 5.0
WAITING_MAX: Final = 256  # messages; who reads slower is dropped and catches up
CLIENTS_MAX: Final = 2_000
TICKET_CLIENTS_MAX: Final = 500  # one ticket may not take every place
RETRY_MS, RETRY_SLOW_MS = 1_000, 5_000

log = get_logger("guanxi.live")


@dataclass(eq=False, slots=True)
class Client:
    """One open page. `None` in its queue ends the stream."""

    ticket: str
    topics: frozenset[str]
    person: str = ""
    stamp: str = ""
    issued: float = 0.0
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
        """Add a client; returns what it missed since `after` and its place. No event can fall between the two."""
        self.clients.add(client)
        for name in client.topics:
            self._by_topic.setdefault(name, set()).add(client)
        missed = b"" if after is None else b"".join(self._missed(client, after))
        return missed + f"id: {self.seq}\n\n".encode()

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

    def tell(self, name: str, message: bytes) -> None:
        """Give a message that is no event (it has no place in the stream) to everybody who holds a topic."""
        for client in list(self._by_topic.get(name, ())):
            if not client.give(message):
                self.leave(client)

    def people(self) -> set[str]:
        """Members of staff who listen."""
        return {client.person for client in self.clients if client.person}

    def let_go(self, standing: Standing) -> None:
        """End the streams of whoever may not hear any more what their ticket says."""
        for client in list(self.clients):
            if standing.knows(client.person) and not standing.allows(
                client.person, client.stamp, client.issued
            ):
                self.leave(client)
                client.end()

    def restart(self, seq: int) -> None:
        """The stream now ends at `seq`, before what was told already: every page has to look again."""
        self.seq = seq
        self._kept.clear()
        for client in list(self.clients):
            client.give(self._all(client))

    def close(self) -> None:
        for client in list(self.clients):
            client.end()


class Reader:
    """The feed, read in one thread of its own: by the poll, and for whoever comes in between."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self._thread = ThreadPoolExecutor(1, "feed")

    async def events(self) -> list[Heard] | None:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self.feed.read)

    async def standing(self, people: Collection[str]) -> Standing:
        """How these people stand now. Raises the driver's errors."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self.feed.standing, set(people))

    def close(self) -> None:
        self._thread.shutdown(cancel_futures=True)
        self.feed.close()


async def poll(hub: Hub, reader: Reader, here: Here) -> None:
    """Read and broadcast for ever, and see every `CHECK_S` who still may hear; a database that is away is tried again,
    later and later."""
    wait_s, checked = POLL_S, 0.0
    try:
        while True:
            try:
                found = await reader.events()
                if time.monotonic() - checked >= CHECK_S:
                    standing = await reader.standing(hub.people() | here.members())
                    checked = time.monotonic()
                    hub.let_go(standing)
                    _show_out(hub, here, standing)
            except Exception as error:  # noqa: BLE001 - two drivers' errors, and a page must not lose its stream
                hub.is_away, wait_s = True, min(wait_s * 2, BACKOFF_S_MAX)
                log.warning("database.away", wait_s=wait_s, error=type(error).__name__)
                await asyncio.sleep(wait_s)
                continue
            hub.is_away, wait_s = False, POLL_S
            if found is None:
                hub.restart(reader.feed.cursor or 0)
            else:
                hub.broadcast(found)
            await asyncio.sleep(0 if found and len(found) == BATCH else POLL_S)
    finally:
        reader.close()


def _show_out(hub: Hub, here: Here, standing: Standing) -> None:
    """Colleagues no longer see them at their pages."""
    for name in here.show_out(standing):
        hub.tell(name, here.message(name))
