"""Room in somebody's hands, by channel, on their locked row; and the call to the dispatcher when something changed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from guanxi.core import options
from guanxi.work import rules
from guanxi.work.models import Member, Shelf, WorkItem

_dispatchers: list[Callable[[int], object]] = []


def lane_of(item: WorkItem) -> tuple[str, str]:
    """The columns of room this item takes: (how much there is, how much is taken)."""
    return rules.LANES.get(item.channel, rules.LANES[rules.DEFERRED])


def has_room(member: Member, item: WorkItem) -> bool:
    room, taken = lane_of(item)
    return bool(getattr(member, taken) < getattr(member, room))


def use_room(member: Member, item: WorkItem) -> str:
    """Count the item into a locked member's hands; the column that changed."""
    _, taken = lane_of(item)
    setattr(member, taken, getattr(member, taken) + 1)
    return taken


def free_room(member: Member, item: WorkItem) -> str:
    """The reverse of `use_room`."""
    _, taken = lane_of(item)
    setattr(member, taken, max(0, getattr(member, taken) - 1))
    return taken


def start_wrap_up(member: Member, now: datetime) -> set[str]:
    """After a live contact a moment for notes, as long as the house gives; the columns that changed."""
    seconds = options.number("work.wrap_up_s")
    if not seconds or member.presence != Member.Presence.READY or member.phone_open or member.chat_open:
        return set()
    member.presence = Member.Presence.WRAP_UP
    member.since, member.wrap_until = now, now + timedelta(seconds=seconds)
    return {"presence", "since", "wrap_until"}


def take_up(member: Member, now: datetime) -> set[str]:
    """What a call made a locked member set aside is in their hands again, once no call is; the columns that changed."""
    if not member.parked or member.phone_open or member.chat_open:
        return set()
    back = Shelf.objects.filter(member=member, resumed=None, for_call=True).update(resumed=now)
    member.parked -= back
    return {"parked"}


def dispatch_by(dispatcher: Callable[[int], object]) -> None:
    """Who gives out the work of a team when something changed; called once, where dispatching is defined."""
    _dispatchers[:] = [dispatcher]


def wake(team_id: int, channel: str = "phone") -> None:
    """Give out anew what waits in this team as soon as the transaction is in: a change in presence, room or the queue.

    Deferred work that is only taken with *Next* needs nobody to be woken. What is lost here (the process dies) the
    schedule finds within seconds.
    """
    if channel == rules.DEFERRED and not options.flag("work.offer_deferred"):
        return
    for dispatcher in _dispatchers:
        transaction.on_commit(partial(dispatcher, team_id), robust=True)
