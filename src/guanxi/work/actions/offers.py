"""An offer is answered: accepted, declined, or not at all."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, NotFound
from guanxi.work import events as happened
from guanxi.work import rules
from guanxi.work.actions.hands import take_up, wake
from guanxi.work.actions.queue import end_assignment, event_of, lock_member, with_word
from guanxi.work.actions.seats import change_presence
from guanxi.work.models import Assignment, Member, WorkItem

EXPIRED_AT_ONCE = 200


@action
def accept(*, actor: Actor, now: datetime, public_id: str) -> WorkItem:
    """Take what is offered. Raises `NotFound` for what is not offered to the actor, `Conflict` when the time is over."""
    actor.require("work.take")
    member, item, offer = _offered(actor, public_id)
    if offer.offered_until is None or offer.offered_until < now:
        raise Conflict(_("The time for this offer is over: it went back to the queue."), code="over")
    item.state = WorkItem.State.ASSIGNED
    item.save(update_fields=["state"])
    offer.accepted = now
    offer.save(update_fields=["accepted"])
    member.unanswered, member.heartbeat = 0, now
    member.save(update_fields=["unanswered", "heartbeat"])
    events.record(event_of(happened.ASSIGNED.code, actor, now, item, member=actor.id, offered=True))
    return item


@action
def decline(*, actor: Actor, now: datetime, public_id: str, word: str = "") -> WorkItem:
    """Say no to what is offered: back to the queue with the time it came, and for some minutes not to the actor again."""
    actor.require("work.take")
    member, item, _offer = _offered(actor, public_id)
    word = word.strip()[:200]
    _back(item, now, "declined")
    Member.objects.filter(id=member.id).update(unanswered=0, heartbeat=now)
    told = event_of(happened.DECLINED.code, actor, now, item, member=actor.id)
    events.record(with_word(told, word) if word else told)
    wake(item.team_id, item.channel)
    return item


def _offered(actor: Actor, public_id: str) -> tuple[Member, WorkItem, Assignment]:
    member = lock_member(actor)
    item = WorkItem.objects.select_for_update(of=("self",)).filter(public_id=public_id, member=member).first()
    if item is None:
        raise NotFound
    offers = Assignment.objects.filter(item=item, member=member, ended=None, consulting=False)
    offer = offers.first()
    if offer is None or item.state != WorkItem.State.OFFERED:
        raise Conflict(_("This is not offered to you any more."), code="not_offered")
    return member, item, offer


def _back(item: WorkItem, now: datetime, outcome: str) -> None:
    """Out of the hands it was offered to, with the time it came; the caller records the event."""
    end_assignment(item, now, outcome)
    item.state = WorkItem.State.QUEUED
    item.member = None
    item.reason = {}
    item.save(update_fields=["state", "member", "reason"])


@action
def expire_offers(*, actor: Actor, now: datetime) -> int:
    """Bring back what was offered and not answered, with the time it came; returns how many.

    Whoever let two in a row go is not answering from then on. Safe twice: the second run finds nothing.
    """
    over = Assignment.objects.filter(
        ended=None, accepted=None, offered_until__isnull=False, offered_until__lt=now
    )
    back = 0
    for item_id, member_id in over.order_by("id").values_list("item_id", "member_id")[:EXPIRED_AT_ONCE]:
        found = WorkItem.objects.select_for_update(of=("self",)).select_related("member__user")
        item = found.filter(id=item_id, member=member_id, state=WorkItem.State.OFFERED).first()
        offer = Assignment.objects.filter(item=item_id, ended=None, consulting=False).first()
        if item is None or item.member is None or offer is None or (offer.offered_until or now) >= now:
            continue  # answered in between
        who = item.member.user.public_id
        _back(item, now, "unanswered")
        events.record(event_of(happened.UNANSWERED.code, actor, now, item, member=who))
        _count_silence(actor, now, member_id)
        wake(item.team_id, item.channel)
        back += 1
    return back


def _count_silence(actor: Actor, now: datetime, member_id: int) -> None:
    member = Member.objects.select_for_update(of=("self",)).get(id=member_id)
    member.unanswered += 1
    member.save(update_fields=["unanswered"])
    if member.unanswered >= rules.UNANSWERED_MAX and member.presence == Member.Presence.READY:
        change_presence(actor, now, member, Member.Presence.SILENT)


@action
def wrap_up(*, actor: Actor, now: datetime, resolved: bool | None = None) -> Member:
    """Done with the notes after a contact: ready again, and what was parked for it is taken up again.

    `resolved`: was it solved in this one contact? None says nothing. Raises `Conflict` when nothing is being wrapped up.
    """
    actor.require("work.take")
    member = lock_member(actor)
    if member.presence != Member.Presence.WRAP_UP:
        raise Conflict(_("There is nothing to wrap up."), code="no_wrap_up")
    last = last_contact(member)
    if last is not None and resolved is not None:
        last.resolved = resolved
        last.save(update_fields=["resolved"])
    _end_wrap_up(actor, now, member, item=last.item.public_id if last else "", resolved=resolved)
    return member


def last_contact(member: Member) -> Assignment | None:
    """The live contact a member finished last."""
    done = Assignment.objects.filter(member=member, outcome="done", item__channel__in=rules.LIVE)
    return done.select_related("item").order_by("-ended", "-id").first()


def _end_wrap_up(actor: Actor, now: datetime, member: Member, **told: object) -> None:
    if changed := take_up(member, now):
        member.save(update_fields=sorted(changed))
    change_presence(actor, now, member, Member.Presence.READY, **told)


@action
def end_wrap_ups(*, actor: Actor, now: datetime) -> int:
    """Whoever has had their time for notes is ready again; returns how many. Safe twice."""
    over = Member.objects.filter(presence=Member.Presence.WRAP_UP, wrap_until__lt=now)
    ended = 0
    for member_id in over.order_by("id").values_list("id", flat=True)[:EXPIRED_AT_ONCE]:
        member = Member.objects.select_for_update(of=("self",)).get(id=member_id)
        if member.presence == Member.Presence.WRAP_UP and member.wrap_until and member.wrap_until < now:
            _end_wrap_up(actor, now, member)
            ended += 1
    return ended
