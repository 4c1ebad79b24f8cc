"""What a timeline can be about. A room says how its subject is found and which events belong to it, by `register`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class Base:
    """The events of one customer (`record_ids`) or one subject, whom it is about in words, what it hears live.

    `hidden` also shows types that are no story for a customer's page (how the work went). `until`: nothing later than that.
    """

    kind: str
    key: str
    title: str
    url: str
    topics: Sequence[str]
    record_ids: Sequence[int] = ()
    subject: tuple[str, int] | None = None
    hidden: bool = False
    until: datetime | None = None

    def events(self) -> Q:
        found = self._about()
        return found if self.until is None else found & Q(occurred__lte=self.until)

    def _about(self) -> Q:
        if self.subject is not None:
            return Q(subject_kind=self.subject[0], subject_id=self.subject[1])
        if len(self.record_ids) == 1:
            return Q(record_id=self.record_ids[0])  # the index then gives them in order
        return Q(record_id__in=self.record_ids)


Find = Callable[[Actor, str], Base]
_bases: dict[str, tuple[str, Find]] = {}


def register(kind: str, right: str, find: Find) -> None:
    """`find(actor, public key)` gives the base or raises `NotFound`; asked only of actors with `right`."""
    _bases[kind] = (right, find)


def find(actor: Actor, kind: str, key: str) -> Base:
    """The base of a timeline this actor may read. Raises `NotFound`, `Denied`, `SignInNeeded`."""
    actor.require("channels.view")
    if kind not in _bases:
        raise NotFound
    right, finder = _bases[kind]
    actor.require(right)
    return finder(actor, key)


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel's name and icon on a timeline."""

    label: Any
    icon: str


Link = Callable[[Mapping[str, Any]], str]


@dataclass
class _Words:
    channels: dict[str, Channel] = field(default_factory=dict)
    groups: dict[str, Any] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)


words = _Words()


def add_channels(channels: Mapping[str, Channel]) -> None:
    words.channels.update(channels)


def add_groups(groups: Mapping[str, Any]) -> None:
    """What types of one prefix are called together: {"case": _("Cases")}."""
    words.groups.update(groups)


def add_link(prefix: str, url_of: Link) -> None:
    """Where the number on an entry of these types leads; "" for nowhere."""
    words.links[prefix] = url_of
