"""Every write of work. Never lost, never doubled: capacity is a column on a locked row, one open assignment per item."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from guanxi.core import events, rows
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.core.explain import Explanation, Fact
from guanxi.core.models import User
from guanxi.work import events as happened
from guanxi.work import queries, rules
from guanxi.work.models import Assignment, Member, Team, WorkItem


@dataclass(frozen=True, slots=True)
class Added:
    """A new item and its event: the caller writes both in its own statement."""

    item: WorkItem
    event: Event


def add(
    *,
    actor: Actor,
    now: datetime,
    kind: str,
    subject: tuple[str, int],
    record_id: int | None,
    team: queries.TeamFacts,
    due: datetime,
    language: str = "",
) -> Added:
    """Put something to do into a team's queue, as part of a greater action of a room above."""
    item = rows.new(
        WorkItem,
        kind=kind,
        subject_kind=subject[0],
        subject_id=subject[1],
        record_id=record_id,
        team_id=team.id,
        language=language,
        arrived=now,
        due=due,
    )
    return Added(item, _event(happened.ADDED.code, actor, now, item))


def _event(code: str, actor: Actor, now: datetime, item: WorkItem, **data: object) -> Event:
    return Event(
        code,
        actor,
        now,
        ("work", item.id),
        record_id=item.record_id,
        unit_id=item.team_id,
        data={"work": item.public_id, "kind": item.kind, **data},
    )


def _lock_member(actor: Actor) -> Member:
    member = Member.objects.select_for_update(of=("self",)).filter(user_id=actor.user_id or 0).first()
    if member is None:
        raise Denied(_("You are not in a team, so you cannot take work."), code="no_seat")
    return member


def _lock_first(items: Sequence[WorkItem]) -> WorkItem | None:
    """Lock the first that still waits. Others may be choosing too: what they hold is passed over."""
    skip = connection.vendor == "postgresql"
    for item in items:
        waits = WorkItem.objects.filter(id=item.id, state=WorkItem.State.QUEUED)
        if locked := waits.select_for_update(skip_locked=skip, of=("self",)).first():
            return locked
    return None


@action
def take_next(*, actor: Actor, now: datetime) -> WorkItem | None:
    """Give the actor the item they should do next, with the reason; None when nothing waits.

    Raises `Conflict` when their hands are full.
    """
    actor.require("work.take")
    member = _lock_member(actor)
    if member.open >= member.capacity:
        raise Conflict(_("Your hands are full: finish or put back something first."), code="hands_full")
    queue = queries.list_queue(actor).filter(team_id=member.team_id)
    found = {item.id: item for item in queue[: queries.QUEUE_LOOK_MAX]}
    waiting = queries.waiting(list(found.values()))
    ranked = rules.rank(waiting, now=now, member=member.id, languages=member.languages)
    item = _lock_first([found[one.item.id] for one in ranked])
    if item is None:
        return None
    place = next(n for n, one in enumerate(ranked) if one.item.id == item.id)
    why = rules.explain(ranked[place], ranked[place + 1 :], now=now)
    _assign(actor=actor, now=now, item=item, member=member, why=why)
    return item


@action
def take(*, actor: Actor, now: datetime, item: WorkItem) -> WorkItem:
    """Take one waiting item by hand (it was opened from a list). Raises `Conflict` when somebody else has it."""
    actor.require_at("work.take", item.team_id)
    member = _lock_member(actor)
    locked = WorkItem.objects.select_for_update(of=("self",)).get(id=item.id)
    if locked.state == WorkItem.State.ASSIGNED and locked.member_id == member.id:
        return locked
    if locked.state != WorkItem.State.QUEUED:
        raise Conflict(_("Somebody else has this in hand."), code="taken")
    if member.open >= member.capacity:
        raise Conflict(_("Your hands are full: finish or put back something first."), code="hands_full")
    why = Explanation("assigned", (Fact("work.opened_by_hand", {}),), rules.RULE)
    _assign(actor=actor, now=now, item=locked, member=member, why=why)
    return locked


def _assign(*, actor: Actor, now: datetime, item: WorkItem, member: Member, why: Explanation) -> None:
    item.state = WorkItem.State.ASSIGNED
    item.member = member
    item.reason = why.as_json()
    item.save(update_fields=["state", "member", "reason"])
    member.open += 1
    member.heartbeat = now  # a sign of life
    member.save(update_fields=["open", "heartbeat"])
    assignment = Assignment(item=item, member=member, started=now, reason=item.reason)
    events.record(
        _event(happened.ASSIGNED.code, actor, now, item, member=actor.id, why=item.reason),
        with_rows=[assignment],
    )


@action
def put_back(*, actor: Actor, now: datetime, public_id: str, word: str) -> WorkItem:
    """Return an item to the queue with its original arrival time and a word why. Only whoever has it may."""
    item = _held_by(actor, public_id)
    word = word.strip()[:200]
    if not word:
        raise Invalid(fields={"word": _("Please say in a word why, for whoever takes it next.")})
    _release(actor=actor, now=now, item=item, outcome="returned", word=word)
    return item


def _held_by(actor: Actor, public_id: str) -> WorkItem:
    member = _lock_member(actor)
    item = WorkItem.objects.select_for_update(of=("self",)).filter(public_id=public_id, member=member).first()
    if item is None:
        raise NotFound
    if item.state != WorkItem.State.ASSIGNED:
        raise Conflict(_("This is no longer in your hands."), code="not_in_hand")
    return item


def _release(*, actor: Actor, now: datetime, item: WorkItem, outcome: str, word: str = "") -> None:
    _end_assignment(item, now, outcome)
    item.state = WorkItem.State.QUEUED
    item.member = None
    item.reason = {}
    item.save(update_fields=["state", "member", "reason"])
    returned = _event(happened.RETURNED.code, actor, now, item, outcome=outcome)
    events.record(returned if not word else _with_word(returned, word))


def _with_word(event: Event, word: str) -> Event:
    return Event(
        event.type,
        event.actor,
        event.occurred,
        event.subject,
        event.record_id,
        event.unit_id,
        event.data,
        {"word": word},
    )


def _end_assignment(item: WorkItem, now: datetime, outcome: str) -> None:
    if item.member_id is None:
        return
    member = Member.objects.select_for_update(of=("self",)).get(id=item.member_id)
    member.open = max(0, member.open - 1)
    member.save(update_fields=["open"])
    Assignment.objects.filter(item=item, ended=None).update(ended=now, outcome=outcome)


def finish(*, actor: Actor, now: datetime, subject: tuple[str, int], kind: str) -> Event | None:
    """The work of this kind about a subject is done, whoever had it: part of a greater action, which records the event."""
    item = queries.open_item(subject, kind)
    if item is None:
        return None
    item = WorkItem.objects.select_for_update(of=("self",)).get(id=item.id)
    if item.state not in (WorkItem.State.QUEUED, WorkItem.State.ASSIGNED):
        return None
    _end_assignment(item, now, "done")
    item.state = WorkItem.State.DONE
    item.finished = now
    item.save(update_fields=["state", "finished"])
    return _event(happened.DONE.code, actor, now, item)


@action
def set_presence(*, actor: Actor, now: datetime, presence: str) -> Member:
    """Declare oneself ready, away or offline."""
    member = _lock_member(actor)
    if presence not in Member.Presence.values:
        raise Invalid(fields={"presence": _("Unknown presence.")})
    member.heartbeat = now
    member.save(update_fields=["heartbeat"])
    _change_presence(actor, now, member, presence)
    return member


def _change_presence(actor: Actor, now: datetime, member: Member, presence: str) -> None:
    if member.presence == presence:
        return
    data = {"from": str(member.presence), "to": str(presence)}
    member.presence = presence
    member.save(update_fields=["presence"])
    events.record(
        Event(
            happened.PRESENCE_CHANGED.code,
            actor,
            now,
            ("member", member.id),
            unit_id=member.team_id,
            data=data,
        )
    )


def beat(*, actor: Actor, now: datetime) -> None:
    """The page is still open. One small statement and no event: presence is declared, only its end is observed."""
    Member.objects.filter(user_id=actor.user_id or 0).update(heartbeat=now)


@action
def sweep_absent(*, actor: Actor, now: datetime) -> int:
    """Whoever has not been heard of is away; after a grace period their work goes back. Returns items put back."""
    put_back_count = 0
    for absent in queries.absent_members(now, rules.HEARTBEAT_MAX):
        member = Member.objects.select_for_update(of=("self",)).get(id=absent.id)
        if member.heartbeat is None or member.heartbeat >= now - rules.HEARTBEAT_MAX:
            continue
        gone = member.heartbeat < now - rules.GRACE
        if gone:
            _change_presence(actor, now, member, Member.Presence.OFFLINE)
            put_back_count += _return_all(actor, now, member)
        elif member.presence == Member.Presence.READY:
            _change_presence(actor, now, member, Member.Presence.AWAY)
    return put_back_count


def _return_all(actor: Actor, now: datetime, member: Member) -> int:
    items = list(WorkItem.objects.select_for_update(of=("self",)).filter(member=member, state="assigned"))
    for item in items:
        _release(actor=actor, now=now, item=item, outcome="left")
    return len(items)


@action
def add_member(
    *, actor: Actor, now: datetime, user: User, team: str, languages: Sequence[str], capacity: int = 8
) -> Member:
    """Give a member of staff a seat in the team with this code; whoever has one keeps it. Needs `site.settings`."""
    actor.require("site.settings")
    seat = Team.objects.filter(unit__code=team).first()
    if seat is None:
        raise Invalid(fields={"team": _("There is no such team.")})
    known = Member.objects.filter(user=user).first()
    if known is not None:
        return known
    member = Member(user=user, team=seat, languages=list(languages), capacity=capacity)
    data = {"user": user.public_id, "team": team}
    events.record(
        Event(happened.MEMBER_ADDED.code, actor, now, ("member", member.id), unit_id=seat.pk, data=data),
        with_rows=[member],
    )
    return member


@action
def put_back_all(*, actor: Actor, now: datetime, user: User) -> int:
    """Return everything a member of staff has in hand, because they leave. Needs `site.settings`. Returns how many."""
    actor.require("site.settings")
    member = Member.objects.select_for_update(of=("self",)).filter(user=user).first()
    return _return_all(actor, now, member) if member else 0
