"""Which kinds of notices there are, and how their subjects are named: two registries that rooms fill at start-up."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.models import Event

APP: Final = "app"  # the bell and the page of notices
TITLE: Final = "title"  # the number in the title of the browser's tab and on the installed app
MAIL: Final = "mail"  # an e-mail at once
DIGEST: Final = "digest"  # one e-mail a day, of what is still unread
CHANNELS: Final = (APP, TITLE, MAIL, DIGEST)


def subject_of(event: Event) -> tuple[str, int]:
    return event.subject_kind, event.subject_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind: the events that make it, whom they concern (ids of users), the right its readers need ("": any staff).

    `words` say what happened, in the settings and above the subject's own title. Nobody is told of their own doing, but for
    what they set off and what ended by itself (`tells_doer`).
    """

    code: str
    words: Any
    right: str
    types: Collection[str]
    whom: Callable[[Event], Collection[int]]
    subject: Callable[[Event], tuple[str, int] | None] = subject_of
    icon: str = "bell"
    tone: str = ""
    channels: Sequence[str] = field(default=(APP, TITLE))
    tells_doer: bool = False

    def is_open_to(self, actor: Actor) -> bool:
        return not self.right or actor.may(self.right)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a notice is about, as its reader may see it now."""

    title: str
    url: str
    who: str = ""


Describe = Callable[[Actor, Sequence[int]], Mapping[int, Subject]]
_kinds: dict[str, Kind] = {}
_subjects: dict[str, Describe] = {}


def register(*kinds: Kind) -> None:
    """Called by `site/wiring.py` at start-up."""
    for kind in kinds:
        _kinds[kind.code] = kind


def register_subject(kind: str, describe: Describe) -> None:
    """How subjects of one kind are named: `describe(actor, ids)` leaves out what the actor may not see."""
    _subjects[kind] = describe


def registered() -> Mapping[str, Kind]:
    return dict(_kinds)


def get(code: str) -> Kind:
    """Raises `NotFound`."""
    if code not in _kinds:
        raise NotFound
    return _kinds[code]


def visible_kinds(actor: Actor) -> list[Kind]:
    """The kinds somebody with these rights may be told of, in the order they were registered."""
    return [kind for kind in _kinds.values() if kind.is_open_to(actor)]


def describe(actor: Actor, subjects: Collection[tuple[str, int]]) -> dict[tuple[str, int], Subject]:
    """(kind, id) -> what it is, one look-up per kind of subject; what the actor may not see is left out."""
    found: dict[tuple[str, int], Subject] = {}
    for kind in dict.fromkeys(kind for kind, _ in subjects):
        if kind in _subjects:
            ids = list(dict.fromkeys(key for one, key in subjects if one == kind))
            found |= {(kind, key): subject for key, subject in _subjects[kind](actor, ids).items()}
    return found
