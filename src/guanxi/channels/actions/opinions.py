"""What a customer says of a contact when it is over."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from guanxi.channels import events as happened
from guanxi.channels.actions.contacts import event_of, locked
from guanxi.channels.models import Contact, Opinion
from guanxi.channels.queries import contacts as reads
from guanxi.core import events
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid
from guanxi.engine.writing import clean_text

WORDS_CHARS_MAX = 1_000
SCALES = {"satisfied": (1, 5), "easy": (1, 7), "recommends": (0, 10)}


@action
def give_opinion(
    *,
    actor: Actor,
    now: datetime,
    public_id: str,
    satisfied: int | None,
    easy: int | None = None,
    recommends: int | None = None,
    words: str = "",
) -> Opinion:
    """The customer says once how it was, on `SCALES`; only how satisfied they are has to be said.

    Raises `Invalid`; `Conflict` `not_now` before somebody talked with them and it ended, `at_most` the second time.
    """
    actor.require_kind(Kind.LINK, Kind.CUSTOMER)
    given = {"satisfied": satisfied, "easy": easy, "recommends": recommends}
    faults = {}
    for name, (least, most) in SCALES.items():
        value = given[name]
        if (value is None and name == "satisfied") or (value is not None and not least <= value <= most):
            faults[name] = _("Choose one of these.")
    if faults:
        raise Invalid(fields=faults)
    contact = locked(reads.get_contact(actor, public_id).id)
    if contact.state != Contact.State.ENDED or contact.answered is None:
        raise Conflict(_("We ask when it is over."), code="not_now")
    if Opinion.objects.filter(contact=contact).exists():
        raise Conflict(_("You have answered already. Thank you."), code="at_most")
    text = clean_text(words)[:WORDS_CHARS_MAX]
    row = Opinion(contact=contact, words=text, given=now, **given)
    told = {name: value for name, value in given.items() if value is not None}
    detail = {"text": text} if text else None
    rated = event_of(happened.CONTACT_RATED.code, actor, now, contact, detail=detail, **told)
    events.record(rated, with_rows=[row])
    return row
