"""An expert or a department is called in: they advise, and the customer stays where they are."""

from datetime import datetime

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.work import events as happened
from guanxi.work import queries, rules
from guanxi.work.actions.queue import WORD_CHARS_MAX, event_of, lock_member, with_word
from guanxi.work.models import Assignment, Member, WorkItem

HERE = (Member.Presence.READY, Member.Presence.AWAY, Member.Presence.WRAP_UP)


@action
def call_in(*, actor: Actor, now: datetime, public_id: str, whom: str, word: str) -> Assignment:
    """Ask an expert about what one has in hand, with a word what is asked. Whoever gives out the team's work may too.

    `whom` is a member's public id, or a team's code: then whoever of it is ready and has the least in hand. Raises
    `Conflict` when nobody is there, they have no room or are a party to it, `Invalid` without a word.
    """
    item = _mine_to_ask_about(actor, public_id)
    word = word.strip()[:WORD_CHARS_MAX]
    if not word:
        raise Invalid(fields={"word": _("Please say in a word what you want to know.")})
    expert = _expert(item, whom)
    if Assignment.objects.filter(item=item, member=expert, ended=None, consulting=True).exists():
        raise Conflict(_("They are called in already."), code="called_in")
    expert.open += 1
    expert.save(update_fields=["open"])
    item.experts += 1
    item.save(update_fields=["experts"])
    called = Assignment(
        item=item,
        member=expert,
        started=now,
        accepted=now,
        consulting=True,
        reason=rules.said_by_hand("work.called_in").as_json(),
    )
    told = event_of(happened.CALLED_IN.code, actor, now, item, member=expert.user.public_id)
    events.record(with_word(told, word), with_rows=[called])
    return called


def _mine_to_ask_about(actor: Actor, public_id: str) -> WorkItem:
    seen = queries.get_item(actor, public_id)
    if not actor.may_at("work.assign", seen.team_id):
        actor.require_at("work.take", seen.team_id)
    found = WorkItem.objects.select_for_update(of=("self",)).select_related("member")
    item = found.get(id=seen.id)
    if item.state != WorkItem.State.ASSIGNED or item.member is None:
        raise Conflict(_("Nobody has this in hand."), code="not_in_hand")
    if item.member.user_id != actor.user_id and not actor.may_at("work.assign", item.team_id):
        raise Denied(_("Whoever has it in hand calls somebody in."), code="not_in_hand")
    return item


def _expert(item: WorkItem, whom: str) -> Member:
    """The member to call in, locked."""
    found = Member.objects.select_for_update(of=("self",)).select_related("user").filter(user__is_active=True)
    named = found.filter(user__public_id=whom).first()
    if named is None:
        here = found.filter(Q(team__unit__code=whom), presence=Member.Presence.READY, open__lt=F("capacity"))
        fits = [one for one in here.order_by("open", "since", "id")[:50] if _may_advise(one, item)]
        if not fits:
            raise Conflict(_("Nobody of them is ready just now."), code="nobody")
        return fits[0]
    if not _may_advise(named, item):
        raise Conflict(_("This colleague is a party to this, or has it in hand."), code="party")
    if named.presence not in HERE:
        raise Conflict(_("This colleague is not here."), code="away")
    if named.open >= named.capacity:
        raise Conflict(_("The hands of this colleague are full."), code="hands_full")
    return named


def _may_advise(member: Member, item: WorkItem) -> bool:
    return member.id != item.member_id and member.id not in item.conflicts


@action
def advise(*, actor: Actor, now: datetime, public_id: str, word: str) -> WorkItem:
    """Say what one was called in for, and be done with it. Raises `NotFound` when the actor was not called in."""
    actor.require("work.take")
    member = lock_member(actor)
    item = WorkItem.objects.select_for_update(of=("self",)).filter(public_id=public_id).first()
    mine = Assignment.objects.filter(item=item, member=member, ended=None, consulting=True)
    if item is None or not mine.exists():
        raise NotFound
    word = word.strip()[:WORD_CHARS_MAX]
    if not word:
        raise Invalid(fields={"word": _("Please say in a word what you advise.")})
    mine.update(ended=now, outcome="advised")
    member.open -= 1
    member.heartbeat = now
    member.save(update_fields=["open", "heartbeat"])
    item.experts -= 1
    item.save(update_fields=["experts"])
    events.record(with_word(event_of(happened.ADVISED.code, actor, now, item, member=actor.id), word))
    return item
