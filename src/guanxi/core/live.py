"""Names and tickets of the live stream: a page gets a signed ticket for the topics it may hear; live reads no session.

A topic is an opaque name of (kind, id): integer keys never stand in URLs.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

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


def ticket(topics: Iterable[str]) -> str:
    """A signed, expiring permission to hear `topics`."""
    return signing.dumps(sorted(set(topics)), salt=_SALT, compress=True)


def read_ticket(text: str) -> list[str]:
    """The topics of a ticket. Raises `signing.BadSignature` when forged or too old."""
    return list(signing.loads(text, salt=_SALT, max_age=TICKET_AGE_MAX_S))


@dataclass(frozen=True, slots=True)
class Seat:
    """That one member of staff has one page open: its presence topic, who they are, how their name is shown."""

    topic: str
    person: str
    name: str
    initials: str


def here_topic(kind: str, key: int) -> str:
    """The topic on which colleagues at one page hear of each other; never given to a customer."""
    return topic(f"here.{kind}", key)


def seat(one: Seat) -> str:
    """A signed, expiring permission to be seen at a page: given only to whoever may see the page."""
    return signing.dumps([one.topic, one.person, one.name, one.initials], salt=_SEAT_SALT, compress=True)


def read_seat(text: str) -> Seat:
    """The inverse of `seat`. Raises `signing.BadSignature` when forged or too old."""
    topic_, person, name, initials = signing.loads(text, salt=_SEAT_SALT, max_age=TICKET_AGE_MAX_S)
    return Seat(str(topic_), str(person), str(name), str(initials))
