"""Where webhooks never go: addresses as written, as resolved, and as answered. Resolvers here are ours: no name is asked."""

import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guanxi.core.webhooks.addresses import FORBIDDEN, Refused, is_public, read, resolve
from guanxi.core.webhooks.sending import KEPT_BYTES, Outcome, exchange, request_head

PRIVATE = [
    "127.0.0.1", "127.255.0.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "169.254.0.1", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192",
    "198.18.0.1", "192.0.2.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250",
    "240.0.0.1", "255.255.255.255", "192.88.99.1",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:169.254.169.254",
    "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:7f00:1::", "2001:db8::1",
    "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "100::1", "5f00::1", "3fff::1",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4001:81b::200e"]


def answering(*addresses: str) -> Any:
    """A resolver that gives these, whatever is asked."""

    def resolver(host: str, port: int, **_options: Any) -> list[tuple[Any, ...]]:
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
            for one in addresses
        ]

    return resolver


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    target = read("https://hooks.example.org/x", allow=())
    with pytest.raises(Refused, match="private"):
        resolve(target, resolver=answering(address))
    with pytest.raises(Refused, match="private"):
        resolve(target, resolver=answering("8.8.8.8", address))  # one is enough
    literal = f"[{address}]" if ":" in address else address
    with pytest.raises(Refused, match="private"):
        read(f"https://{literal}/", allow=())


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    target = read("https://hooks.example.org/x", allow=())
    family, place = resolve(target, resolver=answering(address))
    assert place == (address, 443)
    assert family == (socket.AF_INET6 if ":" in address else socket.AF_INET)


@given(st.ip_addresses())
@example(ipaddress.ip_address("::ffff:10.0.0.1"))
def test_no_public_address_hides_a_private_one(address: Any) -> None:
    if is_public(address):
        assert address.is_global
        assert not any(address in one for one in FORBIDDEN if one.version == address.version)
        assert getattr(address, "ipv4_mapped", None) is None
        assert getattr(address, "sixtofour", None) is None
        assert getattr(address, "teredo", None) is None


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.org/", "scheme"),
        ("ftp://example.org/", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("gopher://example.org/", "scheme"),
        ("example.org", "scheme"),
        ("https://", "host"),
        ("https:///x", "host"),
        ("https://example.org:22/", "port"),
        ("https://example.org:80/", "port"),
        ("https://example.org:99999/", "host"),
        ("https://example.org:x/", "host"),
        ("https://user:word@example.org/", "user"),
        ("https://example.org@10.0.0.1/", "user"),
        ("https://@example.org/", "user"),
        ("https://example.org/#part", "fragment"),
        ("https://example.org/#", "fragment"),
        ("https://example.org/a b", "host"),
        ("https://example.org/\r\nX-Evil: 1", "host"),
        ("https://example.org/\tx", "host"),
        ("https://exa\nmple.org/", "host"),
        ("https://example.org/ünï", "host"),
        ("https://exa\\mple.org/", "host"),
        ("https://[fe80::1%25eth0]/", "host"),
        ("https://[::1/", "host"),
        ("https://example.org/" + "x" * 600, "long"),
    ],
)
def test_addresses_nobody_subscribes(url: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read(url, allow={"allowed.example:80"})
    assert refused.value.code == code


@pytest.mark.parametrize(
    "host", ["0x7f000001", "2130706433", "0177.0.0.1", "127.1", "localhost", "LOCALHOST."]
)
def test_other_spellings_of_home(host: str) -> None:
    """What the system takes for a number is resolved like a name, and what came out is looked at."""
    with pytest.raises(Refused, match=r"private|dns"):
        resolve(read(f"https://{host}/", allow=()))


def test_international_names_are_spelled_as_they_travel() -> None:
    assert read("https://客户.example/", allow=()).host == "xn--ubt06m.example"


def test_ones_own_network_is_named_by_host_and_port() -> None:
    allow = {"crm.house:8080", "[::1]:8080", "127.0.0.1:9000"}
    for url in ("http://crm.house:8080/x", "http://[::1]:8080/", "https://127.0.0.1:9000/"):
        target = read(url, allow=allow)
        assert target.allowed
        assert resolve(target, resolver=answering("127.0.0.1"))[1][0] == "127.0.0.1"
    for url in ("http://crm.house/", "http://crm.house:8081/", "http://127.0.0.1:9001/"):
        with pytest.raises(Refused):
            read(url, allow=allow)


def test_a_name_is_asked_once_and_what_was_checked_is_called() -> None:
    """Rebinding: the second answer would be private. There is no second question."""
    asked: list[str] = []

    def changing(host: str, port: int, **_options: Any) -> list[tuple[Any, ...]]:
        asked.append(host)
        return list(answering("192.0.2.1" if len(asked) > 1 else "8.8.8.8")(host, port))

    target = read("https://rebind.example.org/", allow=())
    place = resolve(target, resolver=changing)
    outcome = exchange(target, b"", b"", place=(place[0], ("127.0.0.1", 1)), resolver=changing)
    assert asked == ["rebind.example.org"]
    assert outcome.error == "connect"


def test_a_name_that_answers_with_something_private_is_not_called() -> None:
    target = read("https://rebind.example.org/", allow=())
    assert exchange(target, b"", b"", resolver=answering("127.0.0.1")).error == "private"


# -- what strangers answer ---------------------------------------------------------------------------------------


class Peer:
    """A bare socket that says what it is told."""

    def __init__(self, *pieces: bytes, pause_s: float = 0.0, close: bool = True) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.heard = b""
        self._pieces, self._pause_s, self._close = pieces, pause_s, close
        self._ending = threading.Event()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        connection, _ = self.listener.accept()
        with connection:
            connection.settimeout(2)
            self.heard = connection.recv(65_536)
            try:
                for piece in self._pieces:
                    connection.sendall(piece)
                    if self._ending.wait(self._pause_s):
                        return
                if not self._close:
                    self._ending.wait(5)
            except OSError:
                pass

    def stop(self) -> None:
        self._ending.set()
        self.thread.join(5)
        self.listener.close()


@pytest.fixture
def peers() -> Iterator[list[Peer]]:
    made: list[Peer] = []
    yield made
    for one in made:
        one.stop()


def call(peers: list[Peer], *pieces: bytes, seconds_max: float = 5.0, **options: Any) -> Outcome:
    peer = Peer(*pieces, **options)
    peers.append(peer)
    allow = {f"127.0.0.1:{peer.port}"}
    target = read(f"http://127.0.0.1:{peer.port}/hook?x=1", allow=allow)
    head = request_head(target, {"webhook-id": "evt_1"}, 2)
    return exchange(target, head, b"{}", seconds_max=seconds_max)


def test_what_is_said(peers: list[Peer]) -> None:
    outcome = call(peers, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", close=False)
    assert (outcome.error, outcome.status, outcome.body) == ("", 200, "ok")
    lines = peers[0].heard.decode().split("\r\n")
    assert lines[0] == "POST /hook?x=1 HTTP/1.1"
    assert f"Host: 127.0.0.1:{peers[0].port}" in lines
    assert {"Connection: close", "Content-Length: 2", "webhook-id: evt_1"} <= set(lines)
    assert lines[-1] == "{}"


def test_an_answer_in_drops(peers: list[Peer]) -> None:
    text = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\n\r\nfine"
    outcome = call(peers, *(bytes([one]) for one in text))
    assert (outcome.error, outcome.status, outcome.body) == ("", 202, "fine")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"HTTP/1.1 301 Moved\r\nLocation: http://10.0.0.1/\r\n\r\n", "redirect"),
        (b"HTTP/1.1 404 No\r\n\r\n", "status"),
        (b"HTTP/1.1 500 No\r\n\r\n", "status"),
        (b"", "answer"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "answer"),
        (b"HTTP/1.1 OK\r\n\r\n", "answer"),
        (b"HTTP/1.1 20 OK\r\n\r\n", "answer"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 40_000, "answer"),
    ],
)
def test_answers_that_count_as_failures(peers: list[Peer], answer: bytes, error: str) -> None:
    assert call(peers, answer).error == error


def test_an_endless_body_is_cut(peers: list[Peer]) -> None:
    outcome = call(peers, b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 1_000_000)
    assert (outcome.error, len(outcome.body)) == ("", KEPT_BYTES)


@pytest.mark.parametrize("drip", [b"", b"H"])
def test_who_never_answers_is_left(peers: list[Peer], drip: bytes) -> None:
    began = time.monotonic()
    outcome = call(peers, *[drip] * 40, seconds_max=0.3, pause_s=0.05)
    assert outcome.error == "timeout"
    assert time.monotonic() - began < 2


def test_a_plain_server_at_an_https_address(peers: list[Peer]) -> None:
    peer = Peer(b"HTTP/1.1 200 OK\r\n\r\n")
    peers.append(peer)
    target = read(f"https://127.0.0.1:{peer.port}/", allow={f"127.0.0.1:{peer.port}"})
    assert exchange(target, b"", b"", seconds_max=3).error == "tls"


def test_what_cannot_be_shown_is_replaced(peers: list[Peer]) -> None:
    outcome = call(peers, b"HTTP/1.1 200 OK\r\nRetry-After: 7\r\n\r\n\x00\xff")
    assert outcome.body == "��"
    assert outcome.retry_after_s == 7
