"""Chat that becomes a case: words left while nobody is there, and a conversation that needs more than this contact.

What a case is, the room above knows: it registers its desk here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from guanxi.channels.actions.contacts import RIGHT, locked
from guanxi.channels.models import Contact, Message
from guanxi.channels.queries import contacts as reads
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Invalid
from guanxi.core.files import NO_FILES, Given, again
from guanxi.people import queries as people
from guanxi.people.actions import Contact as Person


@dataclass(frozen=True, slots=True)
class Left:
    """Words for the room above: by whom, for whom, in what words. `person` None: the actor themself, signed in."""

    actor: Actor
    now: datetime
    text: str
    language: str
    person: Person | None = None
    channel: str = "chat"
    sample: bool = False
    files: Given = NO_FILES


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it: its number, where its customer follows it, where staff do."""

    number: str
    follow_url: str
    url: str


Open = Callable[[Left], Taken]
_desk: list[Open] = []


def register_desk(open_: Open) -> None:
    """Called once by `site/wiring.py`."""
    _desk[:] = [open_]


def hand_in(left: Left) -> Taken:
    """To the room above. Raises `Invalid` for words or a person it cannot read."""
    if not _desk:
        raise LookupError("no desk takes words")
    return _desk[0](left)


@action
def make_case(*, actor: Actor, now: datetime, public_id: str, text: str) -> Taken:
    """A case out of a live contact, in words its colleague has chosen, with the files sent in it; its outcome says so.

    Needs `channels.converse` for the team and what a case needs. Raises `Invalid` when nothing tells whose it is.
    """
    seen = reads.get_contact(actor, public_id)
    actor.require_at(RIGHT, seen.team_id)
    if not text.strip():
        raise Invalid(fields={"text": _("Please write something.")})
    taken = hand_in(
        Left(
            actor,
            now,
            text,
            seen.language,
            _person(seen),
            channel=seen.channel,
            sample=seen.sample,
            files=again(reads.files_of(seen)),
        )
    )
    contact = locked(seen.id)
    contact.outcome, contact.became_case = "case", True
    contact.save(update_fields=["outcome", "became_case"])
    return taken


def _person(contact: Contact) -> Person:
    """Who it is for, by what we know of them or they say of themselves."""
    if contact.record is not None:
        ids = [contact.record.id]
        return Person(
            name=contact.record.name,
            phone=people.address_for(ids, "phone"),
            email=people.address_for(ids, "email"),
            language=contact.language,
        )
    is_mail = "@" in contact.address
    return Person(
        name=contact.name,
        phone="" if is_mail else contact.address,
        email=contact.address if is_mail else "",
        language=contact.language,
    )


def words_of(contact: Contact) -> str:
    """What the customer said, as the beginning of a case."""
    said = [one.body for one in reads.lines_of(contact) if one.direction == Message.Direction.IN]
    return "\n".join(filter(None, said))
