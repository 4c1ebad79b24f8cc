"""A word for colleagues about a customer. It stands in the timeline alone: no row besides the event and its detail."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Invalid, NotFound
from guanxi.core.events import Event
from guanxi.people import events as happened
from guanxi.people import queries
from guanxi.people.actions.keeping import require_at

NOTE_CHARS_MAX = 2_000


@action
def note_down(*, actor: Actor, now: datetime, customer: str, text: str) -> None:
    """Write a note about a customer, by public id. Needs `people.record`; raises `Invalid` for an empty or overlong one."""
    actor.require("people.record")
    words = text.strip()
    if not words or len(words) > NOTE_CHARS_MAX:
        raise Invalid(fields={"text": _("Between 1 and %(most)s characters.") % {"most": NOTE_CHARS_MAX}})
    who = queries.get_customer(actor, customer)
    if who.public_id != customer:
        raise NotFound
    newest = who.records[0]
    require_at(actor, newest.unit_id)
    subject = ("record", newest.id)
    told = Event(happened.NOTED.code, actor, now, subject, newest.id, newest.unit_id, detail={"text": words})
    events.record(told)
