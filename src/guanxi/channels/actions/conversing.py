"""What is said in a live contact: each line a message, heard by both pages at once."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.channels import events as happened
from guanxi.channels import rules
from guanxi.channels.actions import bounds
from guanxi.channels.actions.contacts import RIGHT, event_of, line_of, locked
from guanxi.channels.models import Contact, Message
from guanxi.channels.queries import contacts as reads
from guanxi.core import events
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Denied, Invalid
from guanxi.core.files import NO_FILES, Given
from guanxi.core.files.actions import attach

LINE_CHARS_MAX = 4_000
LINES_MAX = 500
FILES_MAX = 30  # in one conversation
SEEN_EVERY = timedelta(seconds=20)


def read(text: str, *, required: bool = True) -> str:
    """Words as they are kept. Raises `Invalid` on "text" for none where they are required, or too many."""
    text = text.replace("\r\n", "\n").strip()
    if not text and required:
        raise Invalid(fields={"text": _("Please write something.")})
    if len(text) > LINE_CHARS_MAX:
        raise Invalid(
            fields={"text": _("At most %(most)s characters fit here.") % {"most": f"{LINE_CHARS_MAX:,}"}}
        )
    return text


@action
def say(*, actor: Actor, now: datetime, public_id: str, text: str, given: Given = NO_FILES) -> Message:
    """One line: of the customer (signed in, by link, or by their line), or of the colleague who has them. With files, the words
    may be missing.

    Raises `Conflict` when it is over, full or (for staff) nobody has answered yet, `Denied` for somebody else's, `Invalid`
    for no text or too much of it, `Throttled` for a customer who writes more than they may in a minute.
    """
    text = read(text, required=not given)
    contact = locked(reads.get_contact(actor, public_id).id)
    if contact.state not in rules.OPEN:
        raise Conflict(_("This conversation is over."), code="over")
    if reads.count_lines(contact) >= LINES_MAX:
        raise Conflict(_("This conversation is full: please begin a new one."), code="full")
    if actor.kind in (Kind.LINK, Kind.CUSTOMER):
        bounds.require_line(now=now, contact=contact)
    if given and len(reads.files_of(contact)) + len(given.fingerprint()) > FILES_MAX:
        words = _("At most %(most)s files fit in one conversation.") % {"most": FILES_MAX}
        raise Invalid(fields={"files": words}, code="files")
    ours = actor.kind in (Kind.STAFF, Kind.TOKEN)
    if ours:
        _may_answer(actor, contact)
    else:
        contact.seen = now if contact.seen is not None else None
        contact.save(update_fields=["seen"])
    direction = Message.Direction.OUT if ours else Message.Direction.IN
    line = line_of(
        now=now, contact=contact, text=text, direction=direction, author=actor.name if ours else ""
    )
    place, record_id = (reads.KIND, contact.id), contact.record_id
    sent = attach(given, actor=actor, now=now, subject=place, part_id=line.id, record_id=record_id)
    counted: dict[str, Any] = {"files": len(given.fingerprint())} if given else {}
    told = event_of(happened.CONTACT_SAID.code, actor, now, contact, direction=str(direction), **counted)
    events.record(told, with_rows=[line, *sent])
    return line


def _may_answer(actor: Actor, contact: Contact) -> None:
    actor.require_at(RIGHT, contact.team_id)
    if contact.state not in rules.TALKING:
        raise Conflict(_("Accept it first: nobody has answered them yet."), code="waiting")
    if actor.kind is Kind.STAFF and contact.staff_id != actor.user_id:
        raise Denied(_("A colleague has this contact."), code="not_in_hand")


def beat(*, now: datetime, contact: Contact) -> None:
    """The customer's page is still open: one small statement, and no event."""
    if contact.seen is None or contact.seen < now - SEEN_EVERY:
        Contact.objects.filter(id=contact.id, state__in=rules.OPEN).update(seen=now)
