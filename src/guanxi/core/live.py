"""Names and tickets of the live stream: a page gets a signed ticket for the topics it may hear; live reads no session.

A topic is an opaque name of (kind, id): integer keys never stand in URLs. A ticket of a member of staff also names them, with
a stamp of their sign-in and rights: live compares it every few seconds with what holds now, so that it ends with them.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core import signing

TICKET_AGE_MAX_S = 12 * 3600
_SALT = "guanxi.live"
_SEAT_SALT = "guanxi.live.seat"


@lru_cache(maxsize=50_000)
def topic(kind: str, key: int) -> str:
    """The opaque topic of e.g. ("case", 17)."""
    secret = settings.SECRET_KEY.encode()
    return hmac.new(secret, f"{_SALT}:{kind}:{key}".encode(), hashlib.sha256).hexdigest()[:20]


def doer(public_id: str) -> str:
    """The opaque name under which a page knows what its own reader did; it stands in their tickets alone."""
    secret = settings.SECRET_KEY.encode()
    return hmac.new(secret, f"{_SALT}.doer:{public_id}".encode(), hashlib.sha256).hexdigest()[:20]


def stamp_of(password: str, grants: Iterable[tuple[Mapping[str, Any], str]]) -> str:
    """What a member of staff may and how they sign in, as a mark: `grants` are (rights, path of the unit, "" for none).

    Another password, another role or another unit makes another mark. Says nothing about any of them.
    """
    held = sorted([json.dumps(rights, sort_keys=True), path] for rights, path in grants)
    secret = settings.SECRET_KEY.encode()
    return hmac.new(secret, json.dumps([password, held]).encode(), hashlib.sha256).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a ticket says: the topics, whose it is (a public id; "" for a customer or a link), how they stood, when (s)."""

    topics: list[str]
    person: str = ""
    stamp: str = ""
    issued: float = 0.0


def ticket(topics: Iterable[str], *, person: str = "", stamp: str = "") -> str:
    """A signed, expiring permission to hear `topics`; with `person`, for as long as their `stamp` holds."""
    return signing.dumps([sorted(set(topics)), person, stamp], salt=_SALT, compress=True)


def read_ticket(text: str) -> Ticket:
    """The inverse of `ticket`. Raises `signing.BadSignature` when forged or too old."""
    topics, person, stamp = signing.loads(text, salt=_SALT, max_age=TICKET_AGE_MAX_S)
    return Ticket(list(map(str, topics)), str(person), str(stamp), _issued(text))


def _issued(text: str) -> float:
    """When a signed text was made; Django checks the age, but does not say it."""
    return float(signing.b62_decode(text.rsplit(":", 2)[1]))


@dataclass(frozen=True, slots=True)
class Seat:
    """That one member of staff has one page open: its presence topic, who they are, how their name is shown, their stamp."""

    topic: str
    person: str
    name: str
    initials: str
    stamp: str = ""
    issued: float = 0.0


def here_topic(kind: str, key: int) -> str:
    """The topic on which colleagues at one page hear of each other; never given to a customer."""
    return topic(f"here.{kind}", key)


def seat(one: Seat) -> str:
    """A signed, expiring permission to be seen at a page: given only to whoever may see the page."""
    told = [one.topic, one.person, one.name, one.initials, one.stamp]
    return signing.dumps(told, salt=_SEAT_SALT, compress=True)


def read_seat(text: str) -> Seat:
    """The inverse of `seat`. Raises `signing.BadSignature` when forged or too old."""
    told = signing.loads(text, salt=_SEAT_SALT, max_age=TICKET_AGE_MAX_S)
    topic_, person, name, initials, stamp = map(str, told)
    return Seat(topic_, person, name, initials, stamp, _issued(text))
