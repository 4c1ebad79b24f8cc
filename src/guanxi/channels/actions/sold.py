"""Orders keyed from calls of ours: remembered with the call they came from."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from guanxi.channels import events as happened
from guanxi.channels.actions.calling import told
from guanxi.channels.models import CallEntry, CallOrder
from guanxi.channels.queries import calling as reads
from guanxi.core import events, rows
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid
from guanxi.core.money import Money
from guanxi.people import queries as people


@dataclass(frozen=True, slots=True)
class Sold:
    """An order as far as a call needs to know it; orders themselves are another room's."""

    order_id: int
    number: str
    record_id: int
    worth: Money


@action
def remember_order(*, actor: Actor, now: datetime, call: str, sold: Sold) -> CallOrder:
    """Write down that an order came of a call; the same order twice is once. Needs `channels.converse` for the list's team.

    Raises `NotFound`, `Invalid` for an order of somebody else, `Conflict` (`not_dialled`, `other_call`).
    """
    seen = reads.get_entry(actor, call)
    actor.require_at(reads.RIGHT, seen.list.team_id)
    entry = CallEntry.objects.select_for_update(of=("self",)).get(id=seen.id)
    known = CallOrder.objects.filter(order_id=sold.order_id).first()
    if known is not None and known.entry_id != entry.id:
        raise Conflict(_("This order came of another call."), code="other_call")
    if known is not None:
        return known
    if not entry.attempts:
        raise Conflict(_("Nobody has dialled this call yet."), code="not_dialled")
    theirs, whose = people.customer_of(entry.record_id), people.customer_of(sold.record_id)
    if theirs is None or whose is None or theirs.id != whose.id:
        raise Invalid(_("The call was to somebody else."))
    made = rows.new(
        CallOrder,
        entry_id=entry.id,
        order_id=sold.order_id,
        number=sold.number,
        minor=sold.worth.minor,
        currency=sold.worth.currency,
        placed=now,
    )
    event = told(
        happened.CALL_ORDERED.code,
        actor,
        now,
        entry,
        seen.list,
        order=sold.number,
        minor=sold.worth.minor,
        currency=sold.worth.currency,
    )
    events.record(event, with_rows=[made])
    return made
