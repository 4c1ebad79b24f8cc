"""The shelf: what somebody has in hand and sets aside, and takes up again themselves."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, NotFound
from guanxi.work import events as happened
from guanxi.work import rules
from guanxi.work.actions.queue import event_of, lock_member
from guanxi.work.models import Assignment, Member, Shelf, WorkItem


@action
def park(*, actor: Actor, now: datetime, public_id: str) -> WorkItem:
    """Set deferred work in hand aside; it stays the actor's and keeps its time.

    Raises `Conflict` for live work, for what is overdue and when the shelf is full.
    """
    actor.require("work.take")
    member, item, main = _in_hand(actor, public_id)
    if item.channel in rules.LIVE or item.outbound:
        raise Conflict(_("Somebody is on the line: this cannot be set aside."), code="live")
    if item.due <= now:
        raise Conflict(_("This is over its time: it cannot be set aside."), code="overdue")
    if Shelf.objects.filter(assignment=main, resumed=None).exists():
        raise Conflict(_("This is on your shelf already."), code="parked")
    if member.parked >= rules.PARKED_MAX:
        raise Conflict(_("Your shelf is full: take something up again first."), code="shelf_full")
    member.parked += 1
    member.heartbeat = now
    member.save(update_fields=["parked", "heartbeat"])
    shelf = Shelf(assignment=main, member=member, parked=now)
    events.record(event_of(happened.PARKED.code, actor, now, item, member=actor.id), with_rows=[shelf])
    return item


@action
def resume(*, actor: Actor, now: datetime, public_id: str) -> WorkItem:
    """Take up again what one had set aside. Raises `Conflict` when it is not on the actor's shelf."""
    actor.require("work.take")
    member, item, main = _in_hand(actor, public_id)
    if not Shelf.objects.filter(assignment=main, resumed=None).update(resumed=now):
        raise Conflict(_("This is not on your shelf."), code="not_parked")
    member.parked -= 1
    member.heartbeat = now
    member.save(update_fields=["parked", "heartbeat"])
    events.record(event_of(happened.RESUMED.code, actor, now, item, member=actor.id))
    return item


def _in_hand(actor: Actor, public_id: str) -> tuple[Member, WorkItem, Assignment]:
    member = lock_member(actor)
    item = WorkItem.objects.select_for_update(of=("self",)).filter(public_id=public_id, member=member).first()
    if item is None:
        raise NotFound
    main = Assignment.objects.filter(item=item, member=member, ended=None, consulting=False).first()
    if main is None or item.state != WorkItem.State.ASSIGNED:
        raise Conflict(_("This is no longer in your hands."), code="not_in_hand")
    return member, item, main
