"""What a supervisor looks at: live queues, who does what, how many were answered in time today; and one's own offers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from guanxi.core.access import Actor
from guanxi.work import queries
from guanxi.work.models import Assignment, Member, Shelf, WorkItem

RIGHT = "work.assign"
ROWS = 20
ASKS_SUPERVISOR = 3  # the last stage of widening


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits of one kind and channel in one team."""

    team_id: int
    kind: str
    channel: str
    waiting: int
    offered: int
    late: int
    oldest: datetime  # arrival
    soonest: datetime  # its limit
    widened: int

    @property
    def asks_supervisor(self) -> bool:
        """It has waited so long that a person must decide."""
        return self.widened >= ASKS_SUPERVISOR


@dataclass(frozen=True, slots=True)
class InTime:
    """Of what was taken since: how much was taken before its limit."""

    taken: int
    in_time: int


def _reached(actor: Actor) -> QuerySet[WorkItem]:
    reach = actor.reach(RIGHT)
    found: QuerySet[WorkItem] = WorkItem.objects.visible_to(actor)
    return found if reach.everything else found.filter(team__in=reach.units)


def list_queues(actor: Actor, now: datetime) -> list[Queue]:
    """Live queues of the teams whose work the actor gives out, the most pressing first: one statement."""
    open_ = _reached(actor).filter(state__in=(WorkItem.State.QUEUED, WorkItem.State.OFFERED))
    rows = (
        open_.order_by()
        .values("team_id", "kind", "channel")
        .annotate(
            waiting=Count("id", filter=Q(state=WorkItem.State.QUEUED)),
            offered=Count("id", filter=Q(state=WorkItem.State.OFFERED)),
            late=Count("id", filter=Q(due__lt=now)),
            oldest=Min("arrived"),
            soonest=Min("due"),
            widened_most=Max("widened"),
        )
    )
    found = [
        Queue(
            one["team_id"],
            one["kind"],
            one["channel"],
            one["waiting"],
            one["offered"],
            one["late"],
            one["oldest"],
            one["soonest"],
            one["widened_most"],
        )
        for one in rows
    ]
    return sorted(found, key=lambda one: (one.channel == "deferred", one.soonest, one.team_id, one.kind))


def list_waiting(actor: Actor) -> list[WorkItem]:
    """The most due that waits, calls and chats first."""
    waits = _reached(actor).filter(state=WorkItem.State.QUEUED).select_related("team__unit")
    live = list(waits.exclude(channel="deferred").order_by("due", "id")[:ROWS])
    return [*live, *waits.filter(channel="deferred").order_by("due", "id")[: ROWS - len(live)]]


def list_people(actor: Actor) -> list[Member]:
    """Who works in the teams the actor gives out work for, by name."""
    reach = actor.reach(RIGHT)
    return queries.list_members(None if reach.everything else reach.units)


def current_of(actor: Actor, members: Sequence[Member]) -> Mapping[int, WorkItem]:
    """member -> what they have been at latest: one statement."""
    busy = [one.id for one in members if one.open or one.phone_open or one.chat_open]
    latest = (
        Assignment.objects.filter(member__in=busy, ended=None, consulting=False)
        .values("member")
        .annotate(last=Max("id"))
        .values_list("last", flat=True)
    )
    found = Assignment.objects.filter(id__in=list(latest)).select_related("item")
    return {one.member_id: one.item for one in found}


def in_time_since(actor: Actor, since: datetime) -> InTime:
    """Service level: of what was taken since then, how much before its limit."""
    taken = Assignment.objects.filter(item__in=_reached(actor), started__gte=since, consulting=False).exclude(
        accepted=None, offered_until__isnull=False
    )
    counted = taken.annotate(at_hand=Coalesce("accepted", "started")).aggregate(
        taken=Count("id"), in_time=Count("id", filter=Q(at_hand__lte=F("item__due")))
    )
    return InTime(counted["taken"], counted["in_time"])


# -- one's own ----------------------------------------------------------------------------------------------


def list_asked(member: Member) -> tuple[list[Assignment], list[Assignment]]:
    """(what is offered to a member now, what they are called in for), the oldest first: one statement."""
    asked = Assignment.objects.filter(member=member, ended=None).filter(
        Q(consulting=True) | Q(accepted=None, offered_until__isnull=False)
    )
    rows = list(asked.select_related("item__team__unit").order_by("id"))
    return [one for one in rows if not one.consulting], [one for one in rows if one.consulting]


def parked_items(member: Member) -> Collection[int]:
    """Items on a member's shelf."""
    if not member.parked:
        return ()
    shelved = Shelf.objects.filter(member=member, resumed=None)
    return set(shelved.values_list("assignment__item_id", flat=True))


def last_contact(member: Member) -> WorkItem | None:
    """What a member is wrapping up."""
    done = Assignment.objects.filter(member=member, outcome="done").exclude(item__channel="deferred")
    last = done.select_related("item").order_by("-ended", "-id").first()
    return last.item if last else None


def called_in(item: WorkItem) -> list[Assignment]:
    """Who has been called in about an item and has not answered yet; the caller has been allowed to see the item."""
    asked = Assignment.objects.filter(item=item, consulting=True, ended=None)
    return list(asked.select_related("member__user").order_by("started", "id"))
