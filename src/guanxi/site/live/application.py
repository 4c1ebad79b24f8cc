"""The ASGI application: lifespan, `/live`, `/live/here`, `/healthz`."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core.signing import BadSignature
from structlog import get_logger

from guanxi.core.live import Seat, Ticket, read_seat, read_ticket
from guanxi.site.live.feed import Feed
from guanxi.site.live.here import Here
from guanxi.site.live.hub import RETRY_MS, Client, Hub, Reader, poll

HEARTBEAT_S: Final = 15.0
TICKET_CHARS_MAX: Final = 8_000
STREAM_S_MAX: Final = 3_600.0  # then the client returns and its ticket is read again
SEND_S_MAX: Final = 30.0  # a client that takes nothing for so long is gone
READY_S_MAX: Final = 5.0
SWEEP_S: Final = 2.0
BEAT_BYTES_MAX: Final = 4_000
PAGE_CHARS_MAX: Final = 40

log = get_logger("guanxi.live")
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Application:
    """One process's application: its hub and the task that feeds it."""

    def __init__(self) -> None:
        parts = urlsplit(settings.BASE_URL)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self.hub: Hub
        self.here: Here
        self._reader: Reader
        self._poll: asyncio.Task[None]
        self._sweep: asyncio.Task[None]

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self.hub, self.here, self._reader = Hub(), Here(), Reader(Feed())
        self._poll = asyncio.create_task(poll(self.hub, self._reader, self.here))
        self._sweep = asyncio.create_task(self._sweep_away())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.hub.close()
        for task in (self._poll, self._sweep):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await send({"type": "lifespan.shutdown.complete"})

    async def _http(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["path"] == "/live/here":
            await self._beat(scope, receive, send)
        elif scope["path"] not in {"/live", "/healthz"}:
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

    async def _beat(self, scope: Message, receive: Receive, send: Send) -> None:
        """A page says that it is open: {seat, page, doing}. Answers who else is there."""
        if scope["method"] != "POST":
            await self._answer(send, 405, "POST only", ("allow", "POST"))
            return
        try:
            told = json.loads(await _body(receive))
            seat = read_seat(str(told["seat"]))
            page, doing = str(told["page"])[:PAGE_CHARS_MAX], str(told.get("doing", ""))
        except (BadSignature, ValueError, TypeError, KeyError, AttributeError, RecursionError, TimeoutError):
            await self._answer(send, 401, "no valid seat")
            return
        if not await self._holds(seat):
            await self._answer(send, 401, "no longer valid")
            return
        if self.here.beat(seat, page, doing):
            self.hub.tell(seat.topic, self.here.message(seat.topic))
        await self._answer(send, 200, json.dumps({"here": self.here.people(seat.topic)}))

    async def _sweep_away(self) -> None:
        """Take whoever fell silent off the pages of the others, for ever."""
        while True:
            await asyncio.sleep(SWEEP_S)
            for topic in self.here.sweep():
                self.hub.tell(topic, self.here.message(topic))

    async def _admit(self, scope: Message, receive: Receive, send: Send) -> None:
        query = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=10)
        text = query.get("ticket", [""])[0]
        ticket = ticket_of(text)
        if ticket is None:
            await self._answer(send, 401, "no valid ticket")
        elif self.hub.is_full_for(text):
            await self._answer(send, 503, "too many clients", ("retry-after", "10"))
        elif not await self._is_ready():
            await self._answer(send, 503, "the database is away", ("retry-after", "5"))
        elif not await self._holds(ticket):
            await self._answer(send, 401, "no longer valid")
        else:
            client = Client(text, frozenset(ticket.topics), ticket.person, ticket.stamp, ticket.issued)
            missed = self.hub.join(client, _after(scope, query))
            await self._stream(client, missed, receive, send)

    async def _holds(self, one: Ticket | Seat) -> bool:
        """Whether its member of staff still stands as they did when it was made. Not while nobody can be asked."""
        if not one.person:
            return True
        try:
            standing = await self._reader.standing([one.person])
        except Exception as error:  # noqa: BLE001 - two drivers' errors
            log.warning("database.away", error=type(error).__name__)
            return False
        return standing.allows(one.person, one.stamp, one.issued)

    async def _is_ready(self) -> bool:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.hub.ready.wait(), READY_S_MAX)
        return self.hub.ready.is_set()

    async def _stream(self, client: Client, missed: bytes, receive: Receive, send: Send) -> None:
        leaving = asyncio.create_task(_watch(client, receive))
        try:
            await self._start(send, 200, "text/event-stream; charset=utf-8", ("x-accel-buffering", "no"))
            wait_ms = RETRY_MS + random.randrange(RETRY_MS)  # noqa: S311 - not all at once, nothing secret
            await _give(send, f"retry: {wait_ms}\n".encode() + missed)
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
            place = f"id: {self.hub.seq}\n" if client.waiting.empty() else ""
            return f": still here\n{place}\n".encode()

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


def ticket_of(text: str) -> Ticket | None:
    """What a ticket says; None when it is forged, expired, damaged or too long."""
    if len(text) > TICKET_CHARS_MAX:
        return None
    try:
        return read_ticket(text)
    except (BadSignature, ValueError, TypeError):
        return None


def _after(scope: Message, query: dict[str, list[str]]) -> int | None:
    """The `seq` a client has heard: the header a browser sends when it returns, else `after`."""
    header = next((value for name, value in scope["headers"] if name == b"last-event-id"), b"")
    text = header.decode("latin-1") or query.get("after", [""])[0]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


async def _body(receive: Receive) -> bytes:
    """A small request body. Raises `ValueError` for a large one or a client that went away."""
    body = b""
    while True:
        part = await asyncio.wait_for(receive(), SEND_S_MAX)
        if part["type"] != "http.request":
            raise ValueError("the client went away")
        body += bytes(part.get("body", b""))
        if len(body) > BEAT_BYTES_MAX:
            raise ValueError("too long")
        if not part.get("more_body"):
            return body


async def _watch(client: Client, receive: Receive) -> None:
    """End the stream when the client goes away."""
    while (await receive())["type"] != "http.disconnect":
        pass
    client.end()


async def _give(send: Send, body: bytes, *, more: bool = True) -> None:
    await asyncio.wait_for(
        asyncio.ensure_future(send({"type": "http.response.body", "body": body, "more_body": more})),
        SEND_S_MAX,
    )


application = Application()
