"""One HTTP exchange with a stranger: connect to the checked address, say it once, read a little, hang up.

No redirect is followed, no proxy asked, no cookie kept. Everything has an end: seconds in all, bytes of head and body.
No Django, no database: this runs in threads of its own.
"""

import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from guanxi.core.webhooks.addresses import Refused, Resolver, Target, resolve

SECONDS_MAX = 10.0
BODY_WAIT_S = 2.0  # the status has decided: what it says besides is only for the log
HEAD_BYTES_MAX = 16_384
KEPT_BYTES = 2_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came back. `error`: "" for a status of 2xx, else status, redirect, timeout, connect, tls, answer, dns, private."""

    error: str
    status: int | None = None
    head: str = ""
    body: str = ""
    duration_ms: int = 0
    retry_after_s: int | None = None

    @property
    def is_delivered(self) -> bool:
        return not self.error


def request_head(target: Target, headers: Mapping[str, str], length: int) -> bytes:
    """The request's first lines. Header values are ours: none comes from outside."""
    lines = [
        f"POST {target.path} HTTP/1.1",
        f"Host: {target.authority}",
        "Connection: close",
        "Accept: */*",
        "Content-Type: application/json",
        f"Content-Length: {length}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def exchange(
    target: Target,
    head: bytes,
    body: bytes,
    *,
    seconds_max: float = SECONDS_MAX,
    place: tuple[int, tuple[Any, ...]] | None = None,
    resolver: Resolver = socket.getaddrinfo,
) -> Outcome:
    """Send one request and say what came of it; never raises for what the other side does.

    `place` is an address `resolve` gave before. Sockets time out at what is left of `seconds_max`.
    """
    began = time.monotonic()
    line = Line(target, began + seconds_max)
    try:
        outcome = line.talk(place or resolve(target, resolver=resolver), head, body)
    except Refused as refused:
        outcome = Outcome(refused.code)
    except TimeoutError:
        outcome = Outcome("timeout")
    except ssl.SSLError as error:
        outcome = Outcome("timeout" if "timed out" in str(error) else "tls")
    except OSError:
        outcome = Outcome("connect")
    except ValueError:
        outcome = Outcome("answer")
    return _timed(outcome, began)


def _timed(outcome: Outcome, began: float) -> Outcome:
    took = round((time.monotonic() - began) * 1_000)
    return Outcome(outcome.error, outcome.status, outcome.head, outcome.body, took, outcome.retry_after_s)


class Line:
    """A connection with an end: every wait is cut at what is left of the time."""

    def __init__(self, target: Target, until: float) -> None:
        self._target, self._until = target, until

    def talk(self, place: tuple[int, tuple[Any, ...]], head: bytes, body: bytes) -> Outcome:
        family, address = place
        plain = socket.socket(family, socket.SOCK_STREAM)
        with plain:
            plain.settimeout(self._left())
            plain.connect(address)
            if not self._target.secure:
                return self._say(plain, head + body)
            plain.settimeout(self._left())
            with context().wrap_socket(plain, server_hostname=self._target.host) as sealed:
                return self._say(sealed, head + body)

    def _left(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def _say(self, sock: socket.socket, sent: bytes) -> Outcome:
        sock.settimeout(self._left())
        sock.sendall(sent)
        head, rest = self._head(sock, b"")
        status = _status(head)
        while 100 <= status < 200:
            head, rest = self._head(sock, rest)
            status = _status(head)
        return _judge(status, head, self._body(sock, head, rest))

    def _head(self, sock: socket.socket, read: bytes) -> tuple[bytes, bytes]:
        while b"\r\n\r\n" not in read:
            if len(read) > HEAD_BYTES_MAX:
                raise ValueError("endless head")
            sock.settimeout(self._left())
            more = sock.recv(4_096)
            if not more:
                raise ValueError("hung up")
            read += more
        head, _, rest = read.partition(b"\r\n\r\n")
        return head, rest

    def _body(self, sock: socket.socket, head: bytes, read: bytes) -> bytes:
        length = _field(head, "content-length")
        wanted = min(int(length), KEPT_BYTES) if length.isdecimal() else KEPT_BYTES
        self._until = min(self._until, time.monotonic() + BODY_WAIT_S)
        with suppress(OSError, TimeoutError):
            while len(read) < wanted:
                sock.settimeout(self._left())
                more = sock.recv(1_024)
                if not more:
                    break
                read += more
        return read[:wanted]


def _status(head: bytes) -> int:
    first = head.split(b"\r\n", 1)[0].split(b" ")
    if len(first) < 2 or not first[0].startswith(b"HTTP/1.") or not first[1].isdigit() or len(first[1]) != 3:
        raise ValueError("no HTTP")
    return int(first[1])


def _field(head: bytes, name: str) -> str:
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == name.encode():
            return value.strip().decode("latin-1")
    return ""


def _judge(status: int, head: bytes, body: bytes) -> Outcome:
    error = "" if 200 <= status < 300 else "redirect" if 300 <= status < 400 else "status"
    wait = _field(head, "retry-after")
    return Outcome(
        error,
        status,
        _readable(head),
        _readable(body),
        retry_after_s=int(wait) if wait.isdecimal() and len(wait) < 6 else None,
    )


def _readable(raw: bytes) -> str:
    """What a database can keep and a page can show."""
    return raw[:KEPT_BYTES].decode("utf-8", "replace").replace("\0", "�")


_context: ssl.SSLContext | None = None


def context() -> ssl.SSLContext:
    """Certificates are checked against the system's authorities; read once."""
    global _context
    if _context is None:
        _context = ssl.create_default_context()
    return _context
