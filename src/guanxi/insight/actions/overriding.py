"""A class set by hand: by whom, why, until when."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Invalid, NotFound
from guanxi.core.events import Event
from guanxi.engine.classes import STANDINGS, TIERS
from guanxi.engine.writing import clean_text
from guanxi.insight import events as happened
from guanxi.insight.models import Override
from guanxi.people import queries as people

RIGHT = "insight.override"
DAYS_MAX = 366
REASON_CHARS_MAX = 400


@action
def override(
    *, actor: Actor, now: datetime, customer: str, standing: str, tier: str, reason: str, days: int
) -> Override:
    """Set a customer's (public id) class by hand for so many days; an earlier one by hand ends. Needs `insight.override`.

    Raises `NotFound`, `Invalid` for a class or tier there is not, a tier without a live relation, no reason, too many days.
    """
    actor.require(RIGHT)
    who = people.get_customer(actor, customer)
    text = clean_text(reason)[:REASON_CHARS_MAX]
    live = standing.startswith(("loyal", "disloyal"))
    tiers = {"_high": ("core", "key"), "_low": ("general",)}
    faults: dict[str, Any] = {}
    if standing not in STANDINGS:
        faults["standing"] = _("Choose one of these.")
    elif tier not in (tiers[standing[standing.rindex("_") :]] if live else ("",)) or tier not in TIERS:
        faults["tier"] = _("This tier does not go with this class.")
    if not text:
        faults["reason"] = _("Please say why: the customer may read it.")
    if not 1 <= days <= DAYS_MAX:
        faults["days"] = _("From %(least)s to %(most)s.") % {"least": 1, "most": DAYS_MAX}
    if faults:
        raise Invalid(fields=faults)
    Override.objects.filter(customer=who.id, ended=None).update(ended=now)
    row = Override(
        customer_id=who.id, standing=standing, tier=tier, reason=text, author_id=actor.user_id, made=now,
        until=now + timedelta(days=days),
    )  # fmt: skip
    data = {"customer": who.public_id, "standing": standing, "tier": tier, "days": days}
    told = Event(happened.OVERRIDDEN.code, actor, now, ("customer", who.id), data=data, detail={"word": text})
    events.record(told, with_rows=[row])
    return row


@action
def end_override(*, actor: Actor, now: datetime, customer: str) -> None:
    """Go back to what runs find. Needs `insight.override`. Raises `NotFound` where nothing is set by hand."""
    actor.require(RIGHT)
    who = people.get_customer(actor, customer)
    if not Override.objects.filter(customer=who.id, ended=None, until__gt=now).update(ended=now):
        raise NotFound
    data = {"customer": who.public_id}
    events.record(Event(happened.OVERRIDE_ENDED.code, actor, now, ("customer", who.id), data=data))
