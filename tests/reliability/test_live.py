"""The live process with real clients: in time, only what a ticket allows, nothing missed after a break."""

import asyncio
import json
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import Message
from typing import Any, Self
from urllib.parse import urlencode

import pytest
from django.core import signing
from django.db import connection

from guanxi.core.live import TICKET_AGE_MAX_S, ticket, topic
from guanxi.site.live.feed import KEPT, Heard
from guanxi.site.live.hub import WAITING_MAX, Client, Hub
from tests.fixtures import StackMaker
from tests.harness.postgres import Cluster
from tests.harness.processes import Stack
from tests.reliability.writing import Writer

pytestmark = pytest.mark.reliability
CLIENTS = 200
DELAY_S_MAX = 1.0
UNIT = topic("unit", 1)


@pytest.fixture
def live(make_stack: StackMaker) -> Stack:
    return make_stack().start("live", "worker")


@pytest.fixture
def writer(live: Stack) -> Iterator[Writer]:
    with Writer(live.environment) as process:
        yield process


class Page:
    """An open page: one HTTP connection that reads server-sent events. `arrived` is `time.time()` of the last one."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.place, self.arrived = "", 0.0

    @classmethod
    async def open(cls, stack: Stack, topics: list[str], *, last: str = "", given: str = "") -> Self:
        reader, writer = await asyncio.open_connection("127.0.0.1", stack.ports["live"])
        header = f"Last-Event-ID: {last}\r\n" if last else ""
        query = urlencode({"ticket": given or ticket(topics)})
        writer.write(
            f"GET /live?{query} HTTP/1.1\r\nHost: live\r\nConnection: close\r\n{header}\r\n".encode()
        )
        page = cls(reader, writer)
        assert b" 200 " in await reader.readline()
        while (await reader.readline()).strip():
            pass
        return page

    async def next(self, *, within_s: float = 10.0) -> dict[str, Any]:
        """The next message. Raises `TimeoutError`, or `EOFError` when the stream ended."""
        async with asyncio.timeout(within_s):
            while True:
                line = await self._reader.readline()
                if not line:
                    raise EOFError
                name, _, value = line.decode().strip().partition(": ")
                if name == "id":
                    self.place = value
                if name == "data":
                    self.arrived = time.time()
                    return dict(json.loads(value))

    async def hears_nothing(self) -> bool:
        try:
            await self.next(within_s=1.0)
        except TimeoutError:
            return True
        return False

    def close(self) -> None:
        self._writer.close()


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(90):
            await test()

    # In a thread of its own: Playwright keeps a running loop in the main one once a browser test went before.
    with ThreadPoolExecutor(1) as apart:
        apart.submit(asyncio.run, limited()).result()


def test_200_clients_get_an_event_within_a_second(live: Stack, writer: Writer) -> None:
    async def test() -> None:
        opening = (Page.open(live, [topic("record", number), UNIT]) for number in range(CLIENTS))
        pages = await asyncio.gather(*opening)
        for round_number in range(3):
            # A thread, or the clients could not read meanwhile.
            written = asyncio.create_task(asyncio.to_thread(writer.write, unit_id=1))
            heard = await asyncio.gather(*(page.next() for page in pages))
            assert [message["topics"] for message in heard] == [[UNIT]] * CLIENTS
            assert {message["seq"] for message in heard} == {round_number + 1}
            committed = (await written)["committed"]
            slowest = max(page.arrived for page in pages) - committed
            print(f"{CLIENTS} clients: the last one heard after {slowest:.3f} s")
            assert slowest <= DELAY_S_MAX
        print(f"live: {live.pss_mib()['live']:.1f} MiB")
        for page in pages:
            page.close()

    run(test)


def test_a_page_hears_only_its_topics_and_names_no_other(live: Stack, writer: Writer) -> None:
    async def test() -> None:
        mine, other = topic("record", 5), topic("record", 6)
        page, stranger = await Page.open(live, [mine]), await Page.open(live, [other])
        await asyncio.to_thread(writer.write, record_id=5, unit_id=1, subject=["case", 9])
        assert await page.next() == {"seq": 1, "type": "thing.happened", "topics": [mine]}
        assert await stranger.hears_nothing()
        page.close()
        stranger.close()

    run(test)


def _status(stack: Stack, query: dict[str, str]) -> tuple[int, Message]:
    try:
        with urllib.request.urlopen(f"{stack.live_url}?{urlencode(query)}", timeout=5) as answer:
            return answer.status, answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers


def test_only_a_valid_ticket_is_let_in(live: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    good = ticket([UNIT])
    monkeypatch.setattr("django.core.signing.time.time", lambda: NOW_S - TICKET_AGE_MAX_S - 5)
    old = ticket([UNIT])
    monkeypatch.undo()
    other_salt = signing.dumps([UNIT], salt="another")
    other_key = signing.dumps([UNIT], salt="guanxi.live", key="another" * 10)
    for forged in (
        "",
        "x",
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        old,
        other_salt,
        other_key,
        "x" * 20_000,
    ):
        assert _status(live, {"ticket": forged})[0] == 401
    status, headers = _status(live, {"ticket": good})
    assert status == 200
    assert headers["access-control-allow-origin"] == live.url
    assert headers["access-control-allow-credentials"] is None
    assert headers["content-type"] == "text/event-stream; charset=utf-8"


NOW_S = time.time()


def test_whoever_is_shut_out_hears_nothing_more_within_seconds(live: Stack, writer: Writer) -> None:
    def shell(code: str) -> str:
        return live.run("shell", "--no-imports", "-c", code).strip().splitlines()[-1]

    make = "from guanxi.core.models import User; from guanxi.core.staff import actor_of\n"
    make += "user = User.objects.create(username='li', name='Li', password='x')\n"
    person, stamp = shell(make + "print(user.public_id, actor_of(user).stamp)").split()
    theirs = ticket([UNIT], person=person, stamp=stamp)

    async def test() -> None:
        page, other = await Page.open(live, [UNIT], given=theirs), await Page.open(live, [UNIT])
        await asyncio.to_thread(writer.write, unit_id=1)
        assert (await page.next())["seq"] == 1
        out = f"from guanxi.core.models import User; print(User.objects.filter(public_id='{person}').update(is_active=False))"
        await asyncio.to_thread(shell, out)
        began = time.monotonic()
        with pytest.raises(EOFError):
            await page.next(within_s=5)
        print(f"the stream ended {time.monotonic() - began:.1f} s after the sign-in was closed")
        assert (await other.next(within_s=5))["seq"] == 1
        page.close()
        other.close()

    run(test)
    assert _status(live, {"ticket": theirs})[0] == 401


def test_who_comes_back_gets_what_was_missed(live: Stack, writer: Writer) -> None:
    async def test() -> None:
        page = await Page.open(live, [UNIT])
        await asyncio.to_thread(writer.write, unit_id=1)
        assert (await page.next())["seq"] == 1
        page.close()
        await asyncio.to_thread(writer.write, 2, unit_id=1)
        await asyncio.to_thread(writer.write, 2, unit_id=2)
        await asyncio.to_thread(writer.write, 1, unit_id=1)
        again = await Page.open(live, [UNIT], last=page.place)
        assert [(await again.next())["seq"] for _ in range(3)] == [2, 3, 6]
        again.close()

    run(test)


def test_after_a_kill_the_next_process_still_knows_what_was_missed(live: Stack, writer: Writer) -> None:
    async def test() -> None:
        page = await Page.open(live, [UNIT])
        await asyncio.to_thread(writer.write, unit_id=1)
        await page.next()
        live.kill("live")
        with pytest.raises((EOFError, ConnectionResetError)):
            await page.next()
        page.close()
        await asyncio.to_thread(writer.write, unit_id=1)
        await asyncio.to_thread(live.start, "live")
        again = await Page.open(live, [UNIT], last=page.place)
        assert (await again.next())["seq"] == 2
        again.close()

    run(test)


def test_who_was_away_too_long_is_told_to_look_again(live: Stack, writer: Writer) -> None:
    async def test() -> None:
        await asyncio.to_thread(writer.write, KEPT + 50, unit_id=2)
        page = await Page.open(live, [UNIT])
        await asyncio.to_thread(writer.write, unit_id=1)
        last = (await page.next(within_s=30))["seq"]
        again = await Page.open(live, [UNIT], last="1")
        assert await again.next() == {"seq": last, "type": "live.missed", "topics": [UNIT]}
        for each in (page, again):
            each.close()

    run(test)


def test_sigterm_ends_open_streams_at_once(live: Stack) -> None:
    async def test() -> None:
        page = await Page.open(live, [UNIT])
        began = time.monotonic()
        live.processes["live"].send_signal(signal.SIGTERM)
        with pytest.raises(EOFError):
            await page.next()
        assert await asyncio.to_thread(live.processes["live"].wait, 10) == 0
        assert time.monotonic() - began < 5
        page.close()

    run(test)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server that could go away")
def test_streams_outlive_a_restart_of_the_database(live: Stack, postgres: Cluster) -> None:
    async def test() -> None:
        page = await Page.open(live, [UNIT])
        await asyncio.to_thread(postgres.kill)
        await asyncio.sleep(1)
        with urllib.request.urlopen(live.live_url.replace("/live", "/healthz"), timeout=5) as answer:
            assert json.load(answer)["database"] == "away"
        await asyncio.to_thread(postgres.restart)
        with Writer(live.environment) as writer:
            await asyncio.to_thread(writer.write, unit_id=1)
            assert (await page.next(within_s=20))["seq"] == 1
        page.close()

    run(test)


def test_a_client_that_does_not_read_is_dropped_and_the_others_go_on() -> None:
    async def test() -> None:
        hub, slow, quick = Hub(), Client("a", frozenset({"t"})), Client("b", frozenset({"t"}))
        hub.join(slow, None)
        hub.join(quick, None)
        for seq in range(1, WAITING_MAX + 2):
            hub.broadcast([Heard(seq, "x", frozenset({"t"}))])
            assert quick.waiting.get_nowait()
        assert hub.clients == {quick}
        assert slow.waiting.get_nowait() is None
        assert slow.waiting.empty()

    run(test)
