"""Where a webhook may go: an https address on a public host, resolved once, and connected to exactly as checked.

No Django, no clock. What the house's own network may receive is listed by hand (`GUANXI_WEBHOOK_ALLOW`).
"""

import ipaddress
import re
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

PORTS = frozenset({443, 8443})
URL_CHARS_MAX = 500
Resolver = Callable[..., list[tuple[Any, ...]]]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_UNSEEN = re.compile(r"[\x00-\x20\x7f]")
_STRANGE = re.compile(r"[^\x21-\x7e]|[\\<>\"^`{|}]")
_HOST = re.compile(r"[a-z0-9._:-]+", re.IGNORECASE)
# Everything that leads somewhere else than it says, or nowhere public. `is_global` knows most of it, but not alike in every
# Python, so that the list is ours: loopback, private, shared, link-local (with the clouds' metadata), documentation,
# benchmarks, multicast, reserved; of IPv6 also everything that carries an IPv4 address inside (mapped, compatible,
# translated, 6to4, Teredo, ISATAP by its prefixes).
FORBIDDEN = tuple(
    ipaddress.ip_network(one)
    for one in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64",
        "100:0:0:1::/64", "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
        "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    )
)  # fmt: skip


class Refused(ValueError):
    """An address no webhook goes to. `code`: scheme, host, port, user, fragment, long, dns, private."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address. `host` is lower-case ASCII; `path` is what follows it, with its query."""

    secure: bool
    host: str
    port: int
    path: str
    allowed: bool  # by hand: no further question

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


def read(url: str, *, allow: Collection[str]) -> Target:
    """An address as written. Raises `Refused`. It is not resolved here: names change between now and later."""
    if len(url) > URL_CHARS_MAX:
        raise Refused("long")
    if _UNSEEN.search(url):  # urlsplit would let some of them vanish
        raise Refused("host")
    try:
        parts = urlsplit(url)
        host, port = _ascii(parts.hostname or ""), parts.port
    except ValueError as error:
        raise Refused("host") from error
    _check_form(parts, url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not _HOST.fullmatch(host) or _STRANGE.search(path):
        raise Refused("host")
    secure = parts.scheme == "https"
    port = port if port is not None else (443 if secure else 80)
    named = {f"{host}:{port}", f"[{host}]:{port}"}
    target = Target(secure, host, port, path, allowed=not named.isdisjoint(allow))
    if not target.allowed:
        _check_public(target)
    return target


def _check_form(parts: SplitResult, url: str) -> None:
    if parts.scheme not in ("https", "http"):
        raise Refused("scheme")
    if parts.username is not None or parts.password is not None:
        raise Refused("user")
    if "#" in url:
        raise Refused("fragment")


def _ascii(host: str) -> str:
    if "%" in host:  # a zone, or something hidden
        raise ValueError(host)
    return host.lower() if host.isascii() else host.encode("idna").decode().lower()


def _check_public(target: Target) -> None:
    if not target.secure:
        raise Refused("scheme")
    if target.port not in PORTS:
        raise Refused("port")
    try:
        literal = ipaddress.ip_address(target.host)
    except ValueError:
        return
    if not is_public(literal):
        raise Refused("private")


def is_public(address: Address) -> bool:
    """Whether anybody on the internet could be reached there."""
    inside = (one for one in FORBIDDEN if one.version == address.version)
    scoped = address.version == 6 and getattr(address, "scope_id", None) is not None
    return address.is_global and not scoped and not any(address in network for network in inside)


def resolve(target: Target, *, resolver: Resolver = socket.getaddrinfo) -> tuple[int, tuple[Any, ...]]:
    """(family, socket address) to connect to: asked for once, so that no second answer can lead elsewhere.

    One answer that is not public refuses them all. Raises `Refused`: dns, private.
    """
    try:
        found = resolver(target.host, target.port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError) as error:
        raise Refused("dns") from error
    if not found:
        raise Refused("dns")
    if not target.allowed and not all(_is_public_text(str(one[4][0])) for one in found):
        raise Refused("private")
    family, _type, _proto, _name, address = found[0]
    return family, address


def _is_public_text(text: str) -> bool:
    try:
        return is_public(ipaddress.ip_address(text))
    except ValueError:
        return False
