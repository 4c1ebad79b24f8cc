"""A call-back asked for on the web: free for whoever asks, one piece of live work that a free seat is offered and dials.

While nobody is on duty it waits for the next hours of the team. One number has one call-back at a time: asked twice it is the
same one, also by two requests at once (`Contact.outside` counts a number's call-backs, and is unique).
"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from guanxi.channels.actions import contacts, conversing
from guanxi.channels.models import Contact
from guanxi.channels.queries import ringing_back as reads
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid
from guanxi.engine import normalise
from guanxi.engine.normalise import NotNormalisable

ANSWER_S = 15 * 60  # in which somebody who waits to be rung is rung, while we are open
A_DAY_MAX = 3  # call-backs to one number in 24 hours: nobody has somebody else's telephone rung all day


@action
def ask(
    *, actor: Actor, now: datetime, number: str, name: str = "", wish: str = "", language: str = ""
) -> Contact:
    """Have this number rung as soon as a seat is free. For visitors, customers and the line; `wish`: what it is about.

    Raises `Invalid` on "number" for one that nobody can ring, `Conflict` ("often") when it was rung often enough today.
    """
    actor.require_kind(Kind.PUBLIC, Kind.CUSTOMER, Kind.SYSTEM)
    try:
        reached = normalise.phone(number.strip()).value
    except NotNormalisable as error:
        raise Invalid(fields={"number": _("Please give a telephone number with its area code.")}) from error
    said = conversing.read(wish) if wish.strip() else ""
    if (open_one := reads.open_for(reached)) is not None:
        return open_one
    if reads.count_since(reached, now) >= A_DAY_MAX:
        raise Conflict(_("This number was to be rung several times today. Please write to us."), code="often")
    is_known = actor.kind is Kind.CUSTOMER
    caller = contacts.Caller(
        record_id=actor.record_id if is_known else None,
        name=actor.name if is_known else name,
        address=reached,
        language=language,
    )
    return contacts.arrive(
        actor=actor,
        now=now,
        channel="phone",
        caller=caller,
        direction="out",
        outside=reads.key_of(reached),
        answer_s=int((reads.rung_from(now) - now).total_seconds()) + ANSWER_S,
        text=said,
    )


@action
def cancel(*, actor: Actor, now: datetime, token: str) -> Contact:
    """Whoever asked needs no call any more (by the signed address of their page). Twice is once.

    Raises `Conflict` ("talking") when they are being rung, `NotFound` for an address that is not ours.
    """
    contact = reads.by_token(token)
    if contact.state in (Contact.State.LIVE, Contact.State.HELD):
        raise Conflict(_("A colleague is ringing you already."), code="talking")
    return contacts.leave(actor=reads.actor_of(contact), now=now, public_id=contact.public_id)
