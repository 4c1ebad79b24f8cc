"""The queue: adding, taking, putting back, finishing. Never lost, never doubled: capacity is a column on a locked row, one
open assignment per item."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanxi.core import events, rows, staff
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.core.explain import Explanation
from guanxi.people.queries.standing import head_start_of
from guanxi.work import events as happened
from guanxi.work import queries, rules
from guanxi.work.actions.hands import free_room, has_room, start_wrap_up, take_up, use_room, wake
from guanxi.work.models import Assignment, Member, Shelf, WorkItem
from guanxi.work.queries import floor

WORD_CHARS_MAX = 200


@dataclass(frozen=True, slots=True)
class Needs:
    """What matters for who gets a piece of work.

    `channel`: "phone" or "chat" when somebody is there now. `tier`: 0 to 2, 2 the highest. `manager_id`: the member who looks
    after the customer. `conflicts`: members who are a party to it. `outbound`: we called them.
    """

    channel: str = rules.DEFERRED
    skill: str = ""
    tier: int = 0
    manager_id: int | None = None
    conflicts: Sequence[int] = ()
    outbound: bool = False


PLAIN = Needs()


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
    needs: Needs = PLAIN,
) -> Added:
    """Put something to do into a team's queue, as part of a greater action of a room above.

    `needs` says what matters for who gets it; without, anybody of the team takes it when they find the time. Its tier, where it
    names none, is the customer's.
    """
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
        **{**asdict(needs), "tier": needs.tier or head_start_of(record_id)},
    )
    wake(team.id, item.channel)
    return Added(item, event_of(happened.ADDED.code, actor, now, item))


def event_of(code: str, actor: Actor, now: datetime, item: WorkItem, **data: object) -> Event:
    """An event about a piece of work."""
    return Event(
        code,
        actor,
        now,
        ("work", item.id),
        record_id=item.record_id,
        unit_id=item.team_id,
        data={"work": item.public_id, "kind": item.kind, **data},
    )


def lock_member(actor: Actor) -> Member:
    """The actor's seat, locked. Raises `Denied` without one."""
    member = Member.objects.select_for_update(of=("self",)).filter(user_id=actor.user_id or 0).first()
    if member is None:
        raise Denied(_("You are not in a team, so you cannot take work."), code="no_seat")
    return member


def _lock_waiting(item: WorkItem) -> WorkItem | None:
    """The item, locked, if it still waits. Others may be choosing too: what they hold is passed over."""
    skip = connection.vendor == "postgresql"
    waits = WorkItem.objects.filter(id=item.id, state=WorkItem.State.QUEUED)
    return waits.select_for_update(skip_locked=skip, of=("self",)).first()


@action
def take_next(*, actor: Actor, now: datetime) -> WorkItem | None:
    """Give the actor the item they should do next, with the reason; None when nothing waits.

    Raises `Conflict` when their hands are full.
    """
    actor.require("work.take")
    member = lock_member(actor)
    if member.open >= member.capacity:
        raise Conflict(_("Your hands are full: finish or put back something first."), code="hands_full")
    waiting = floor.Offering(actor, member, now)
    while picked := waiting.pick():
        if item := _lock_waiting(picked.item):
            _assign(actor=actor, now=now, item=item, member=member, why=picked.why)
            return item
    return None


@action
def take(*, actor: Actor, now: datetime, item: WorkItem) -> WorkItem:
    """Take one waiting item by hand (it was opened from a list). Raises `Conflict` when somebody else has it."""
    actor.require_at("work.take", item.team_id)
    member = lock_member(actor)
    locked = WorkItem.objects.select_for_update(of=("self",)).get(id=item.id)
    if locked.state == WorkItem.State.ASSIGNED and locked.member_id == member.id:
        return locked
    if locked.state != WorkItem.State.QUEUED:
        raise Conflict(_("Somebody else has this in hand."), code="taken")
    if member.id in locked.conflicts:
        raise Conflict(_("You are a party to this: a colleague takes it."), code="party")
    if not has_room(member, locked):
        raise Conflict(_("Your hands are full: finish or put back something first."), code="hands_full")
    why = rules.said_by_hand("work.opened_by_hand")
    _assign(actor=actor, now=now, item=locked, member=member, why=why)
    return locked


def _assign(
    *,
    actor: Actor,
    now: datetime,
    item: WorkItem,
    member: Member,
    why: Explanation,
    to: str = "",
    word: str = "",
) -> None:
    """Into `member`'s hands; `to` is their public id where it is not the actor's own."""
    item.state = WorkItem.State.ASSIGNED
    item.member = member
    item.reason = why.as_json()
    item.save(update_fields=["state", "member", "reason"])
    taken = use_room(member, item)
    if not to:
        member.heartbeat = now  # a sign of life
    member.save(update_fields=[taken, "heartbeat"])
    assignment = Assignment(item=item, member=member, started=now, accepted=now, reason=item.reason)
    data = {"member": to or actor.id, "why": rules.nameless(item.reason)}
    assigned = event_of(happened.ASSIGNED.code, actor, now, item, **data)
    events.record(with_word(assigned, word[:WORD_CHARS_MAX]) if word else assigned, with_rows=[assignment])


@action
def put_back(*, actor: Actor, now: datetime, public_id: str, word: str) -> WorkItem:
    """Return an item to the queue with its original arrival time and a word why. Only whoever has it may."""
    item = _held_by(actor, public_id)
    word = word.strip()[:WORD_CHARS_MAX]
    if not word:
        raise Invalid(fields={"word": _("Please say in a word why, for whoever takes it next.")})
    release(actor=actor, now=now, item=item, outcome="returned", word=word)
    return item


@action
def give(*, actor: Actor, now: datetime, public_id: str, to: str, word: str = "") -> str:
    """Give an open item to the colleague of its team with this public id, whoever has it; gives who had it, "" for nobody.
    `word` says why, if anything needs saying.

    Needs `work.assign` for the team. Raises `NotFound`; `Conflict` for what is settled, and for somebody who is away or has
    their hands full: it would come straight back; `Invalid` for somebody of another team.
    """
    item = _open_item(actor, public_id)
    found = Member.objects.select_for_update(of=("self",)).select_related("user")
    members = list(found.filter(Q(user__public_id=to) | Q(id=item.member_id or 0)).order_by("id"))
    member = next((one for one in members if one.user.public_id == to), None)
    if member is None or not member.user.is_active or member.team_id != item.team_id:
        raise Invalid(fields={"member": _("This colleague is not in the team of this work.")})
    before = next((one.user.public_id for one in members if one.id == item.member_id), "")
    if before == to:
        return before
    if member.presence == Member.Presence.OFFLINE:
        raise Conflict(_("This colleague is not here: it would go back to the queue."), code="away")
    if member.id in item.conflicts:
        raise Conflict(_("This colleague is a party to this."), code="party")
    if not has_room(member, item):
        raise Conflict(_("The hands of this colleague are full."), code="hands_full")
    end_assignment(item, now, "given")
    _assign(
        actor=actor, now=now, item=item, member=member, why=rules.said_by_hand("work.given"), to=to, word=word
    )
    return before


@action
def put_back_for(*, actor: Actor, now: datetime, public_id: str, word: str) -> str:
    """Return an item to the queue for whoever has it, with a word why; gives who that was.

    Needs `work.assign` for the team. Raises `Conflict` when nobody has it, `Invalid` without a word.
    """
    item = _open_item(actor, public_id)
    if item.member is None:
        raise Conflict(_("Nobody has this in hand."), code="not_in_hand")
    word = word.strip()[:WORD_CHARS_MAX]
    if not word:
        raise Invalid(fields={"word": _("Please say in a word why, for whoever takes it next.")})
    had = item.member.user.public_id
    release(actor=actor, now=now, item=item, outcome="taken_away", word=word)
    return had


def _open_item(actor: Actor, public_id: str) -> WorkItem:
    """A visible item that is not settled, locked, of a team for which the actor gives out work."""
    seen = queries.get_item(actor, public_id)
    actor.require_at("work.assign", seen.team_id)
    item = WorkItem.objects.select_for_update(of=("self",)).select_related("member__user").get(id=seen.id)
    if item.state not in queries.OPEN:
        raise Conflict(_("This is settled already."), code="settled")
    return item


def _held_by(actor: Actor, public_id: str) -> WorkItem:
    member = lock_member(actor)
    item = WorkItem.objects.select_for_update(of=("self",)).filter(public_id=public_id, member=member).first()
    if item is None:
        raise NotFound
    if item.state != WorkItem.State.ASSIGNED:
        raise Conflict(_("This is no longer in your hands."), code="not_in_hand")
    return item


def release(*, actor: Actor, now: datetime, item: WorkItem, outcome: str, word: str = "") -> None:
    """Back into the queue with the time it came, and the event that says so."""
    end_assignment(item, now, outcome)
    item.state = WorkItem.State.QUEUED
    item.member = None
    item.reason = {}
    item.save(update_fields=["state", "member", "reason"])
    returned = event_of(happened.RETURNED.code, actor, now, item, outcome=outcome)
    events.record(with_word(returned, word) if word else returned)
    wake(item.team_id, item.channel)


def with_word(event: Event, word: str) -> Event:
    """With the word apart from the event, and the colleagues it names (@username) in it: they are told."""
    named = staff.named_in(word)
    return Event(
        event.type,
        event.actor,
        event.occurred,
        event.subject,
        event.record_id,
        event.unit_id,
        {**event.data, "mentions": named} if named else event.data,
        {"word": word},
    )


def end_assignment(item: WorkItem, now: datetime, outcome: str) -> None:
    """Out of whoever's hands it is in, and off their shelf; what is done ends for experts who were called in too."""
    if outcome == "done" and item.experts:
        _send_experts_home(item, now)
    if item.member_id is None:
        return
    member = Member.objects.select_for_update(of=("self",)).get(id=item.member_id)
    changed = {free_room(member, item)}
    if member.parked:
        off = Shelf.objects.filter(assignment__item=item, member=member, resumed=None).update(resumed=now)
        member.parked -= off
        changed.add("parked")
    if item.channel in rules.LIVE:
        notes = outcome == "done" and item.state == WorkItem.State.ASSIGNED
        changed |= (start_wrap_up(member, now) if notes else set()) or take_up(member, now)
    member.save(update_fields=sorted(changed))
    Assignment.objects.filter(item=item, ended=None, consulting=False).update(ended=now, outcome=outcome)


def _send_experts_home(item: WorkItem, now: datetime) -> None:
    called = Assignment.objects.filter(item=item, ended=None, consulting=True)
    ids = list(called.values_list("member_id", flat=True))
    for member in Member.objects.select_for_update(of=("self",)).filter(id__in=ids).order_by("id"):
        member.open -= 1
        member.save(update_fields=["open"])
    called.update(ended=now, outcome="done")
    item.experts = 0
    item.save(update_fields=["experts"])


def finish(*, actor: Actor, now: datetime, subject: tuple[str, int], kind: str) -> Event | None:
    """The work of this kind about a subject is done, whoever had it: part of a greater action, which records the event."""
    item = queries.open_item(subject, kind)
    if item is None:
        return None
    item = WorkItem.objects.select_for_update(of=("self",)).get(id=item.id)
    if item.state not in queries.OPEN:
        return None
    end_assignment(item, now, "done")
    item.state = WorkItem.State.DONE
    item.finished = now
    item.save(update_fields=["state", "finished"])
    wake(item.team_id, item.channel)
    return event_of(happened.DONE.code, actor, now, item)


def move(
    *, actor: Actor, now: datetime, subject: tuple[str, int], kind: str, team: queries.TeamFacts
) -> Event | None:
    """The work of this kind about a subject waits in another team's queue from now on, with its time and limit as they
    were: part of a greater action, which records the event. None when there is no such work."""
    item = queries.open_item(subject, kind)
    if item is None or item.team_id == team.id:
        return None
    item = WorkItem.objects.select_for_update(of=("self",)).get(id=item.id)
    if item.state not in queries.OPEN:
        return None
    end_assignment(item, now, "moved")
    moved = event_of(
        happened.MOVED.code, actor, now, item, team=team.code
    )  # told where it was: their list is shorter
    item.team_id = team.id
    item.state = WorkItem.State.QUEUED
    item.member = None
    item.reason = {}
    item.save(update_fields=["team", "state", "member", "reason"])
    return moved


def return_all(actor: Actor, now: datetime, member: Member) -> int:
    """Everything a member has in hand goes back to its queue, because they left. Part of a greater action."""
    items = list(
        WorkItem.objects.select_for_update(of=("self",)).filter(member=member, state__in=queries.IN_HANDS)
    )
    for item in items:
        release(actor=actor, now=now, item=item, outcome="left")
    return len(items)
