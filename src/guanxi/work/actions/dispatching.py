"""Giving out what waits: one dispatcher per team at a time, offers with a lease, widening, the backlog at a shift's start.

Two dispatchers of one team never decide at once: PostgreSQL by an advisory lock of the transaction, SQLite by its one writer.
Every row is locked before it is written and what others hold is passed over, so that a dispatcher never waits for anybody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import connection

from guanxi.core import clock, events, options
from guanxi.core.access import Actor, system
from guanxi.core.action import action
from guanxi.core.events import Event
from guanxi.core.explain import Explanation, Fact
from guanxi.engine import routing
from guanxi.work import events as happened
from guanxi.work import queries, rules
from guanxi.work.actions.hands import dispatch_by, has_room, use_room
from guanxi.work.actions.queue import event_of
from guanxi.work.models import Assignment, Member, Shelf, Shift, WorkItem
from guanxi.work.queries import floor

LOCK_CLASS = 0x6778  # "gx": keeps our advisory locks apart from others'
IS_GIVEN = ("offer", "park")
STAGES = {"widen", "supervisor"}


@dataclass(slots=True)
class _Round:
    """What one round changes, gathered so that it costs the same number of statements however much is given out."""

    items: list[WorkItem]
    members: dict[int, Member]
    rows: list[Assignment | Shelf]
    told: list[Event]


@action
def dispatch(*, actor: Actor, now: datetime, team_id: int) -> int:
    """Offer what waits in a team to whom it fits, widen the circle of what waits too long; returns how many are offered.

    Nothing when another dispatcher of the team is at it. Safe to run at any moment and any number of times.
    """
    if not _alone(team_id):
        return 0
    deferred = options.flag("work.offer_deferred")
    waiting = floor.look(
        WorkItem.objects.filter(team=team_id, state=WorkItem.State.QUEUED), deferred=deferred
    )
    if not waiting:
        return 0
    members = _locked_members(team_id)
    hands = floor.hands_of(members, now)
    agents = floor.as_agents(members, hands, deferred_room=1)
    until = now + timedelta(seconds=options.number("work.offer_s"))
    return _give_out(actor, now, waiting, members, agents, hands, until=until)


@action
def deal(*, actor: Actor, now: datetime, shift_id: int) -> int:
    """Deal a team's backlog to somebody whose shift has begun and who is ready, a few pieces, the most fitting first.

    Once for each shift: what was dealt is in hand at once, since it is no call. Returns how many pieces.
    """
    shift = Shift.objects.select_for_update().filter(id=shift_id, dealt=None).first()
    if shift is None or not shift.starts <= now < shift.ends:
        return 0
    found = Member.objects.select_for_update(of=("self",)).select_related("user")
    member = found.filter(id=shift.member_id).first()
    if member is None or member.presence != Member.Presence.READY or not _alone(member.team_id):
        return 0
    shift.dealt = now
    shift.save(update_fields=["dealt"])
    rounds = options.number("work.deal_rounds")
    queue = WorkItem.objects.filter(
        team=member.team_id, state=WorkItem.State.QUEUED, channel=rules.DEFERRED
    ).order_by("due", "id")
    waiting = list(queue[: queries.QUEUE_LOOK_MAX]) if rounds else []
    hands = floor.Hands({}, {})
    agents = [
        replace(one, parked=0)
        for one in floor.as_agents([member], hands, deferred_room=member.open - member.parked + rounds)
    ]
    return _give_out(actor, now, waiting, [member], agents, hands, until=None) if waiting else 0


def _alone(team_id: int) -> bool:
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, hashint8(%s))", [LOCK_CLASS, team_id])
        return bool(cursor.fetchone()[0])


def _locked_members(team_id: int) -> list[Member]:
    skip = connection.vendor == "postgresql"
    here = Member.objects.filter(team=team_id, user__is_active=True).exclude(presence=Member.Presence.OFFLINE)
    here = here.select_related("user")
    return list(here.order_by("id").select_for_update(skip_locked=skip, of=("self",))[: queries.MEMBERS_MAX])


def _give_out(
    actor: Actor,
    now: datetime,
    waiting: Sequence[WorkItem],
    members: Sequence[Member],
    agents: Sequence[routing.Agent],
    hands: floor.Hands,
    *,
    until: datetime | None,
) -> int:
    calendar = queries.team_of(waiting[0].team_id).calendar
    items = floor.as_items(waiting, calendar, now, declines=True)
    policy = floor.policy()
    if until is None:
        policy = replace(policy, reserve=0)
    decisions = routing.decide(items, agents, policy=policy, now=now.timestamp())
    rows = {item.id: item for item in waiting}
    _widen(actor, now, rows, items, decisions, policy)
    given = [one for one in decisions if one.act in IS_GIVEN and one.agent is not None]
    if not given:
        return 0
    locked = _locked_items([one.item for one in given])
    names = floor.names_of(member for one in given for member in rules.told(one))
    round_ = _Round([], {one.id: one for one in members}, [], [])
    shelved = {key: list(held) for key, held in hands.parkable.items()}
    for decision in given:
        item = locked.get(decision.item)
        if item is not None:
            _give_one(actor, now, round_, decision, item, names, shelved, until)
    _write(round_)
    return len(round_.items)


def _locked_items(ids: Sequence[int]) -> dict[int, WorkItem]:
    skip = connection.vendor == "postgresql"
    waits = WorkItem.objects.filter(id__in=ids, state=WorkItem.State.QUEUED).order_by("id")
    return {one.id: one for one in waits.select_for_update(skip_locked=skip, of=("self",))}


def _give_one(
    actor: Actor,
    now: datetime,
    round_: _Round,
    decision: routing.Decision,
    item: WorkItem,
    names: Mapping[int, str],
    shelved: dict[int, list[WorkItem]],
    until: datetime | None,
) -> None:
    member = round_.members[decision.agent or 0]
    if not has_room(member, item):
        return
    if decision.act == "park" and not _set_aside(now, round_, member, shelved):
        return
    why = rules.explain(
        decision, arrived=item.arrived, due=item.due, live=item.channel in rules.LIVE, names=names, now=now
    )
    if until is None:
        why = Explanation(why.outcome, (*why.facts, Fact("work.why.dealt", {})), why.rule, why.objection)
    item.state = WorkItem.State.OFFERED if until else WorkItem.State.ASSIGNED
    item.member, item.reason = member, why.as_json()
    use_room(member, item)
    accepted = None if until else now
    round_.items.append(item)
    round_.rows.append(
        Assignment(
            item=item, member=member, started=now, offered_until=until, accepted=accepted, reason=item.reason
        )
    )
    code = happened.OFFERED.code if until else happened.ASSIGNED.code
    data = {"member": member.user.public_id, "why": rules.nameless(item.reason)}
    round_.told.append(event_of(code, actor, now, item, **data))


def _set_aside(now: datetime, round_: _Round, member: Member, shelved: dict[int, list[WorkItem]]) -> bool:
    """The newest deferred piece onto the member's shelf, for a call."""
    held = shelved.get(member.id, [])
    while held and member.parked < rules.PARKED_MAX:
        one = held.pop(0)
        main = Assignment.objects.filter(item=one, member=member, ended=None, consulting=False).first()
        if main is None:
            continue
        member.parked += 1
        round_.rows.append(Shelf(assignment=main, member=member, parked=now, for_call=True))
        return True
    return False


def _write(round_: _Round) -> None:
    if not round_.items:
        return
    WorkItem.objects.bulk_update(round_.items, ["state", "member", "reason"], batch_size=100)
    touched = {item.member_id for item in round_.items}
    changed = [one for one in round_.members.values() if one.id in touched]
    columns = ["open", "phone_open", "chat_open", "parked"]
    Member.objects.bulk_update(changed, columns, batch_size=100)
    events.record(*round_.told, with_rows=round_.rows)


def _widen(
    actor: Actor,
    now: datetime,
    rows: Mapping[int, WorkItem],
    items: Sequence[routing.Item],
    decisions: Sequence[routing.Decision],
    policy: routing.Policy,
) -> None:
    """Note how far the circle of what waits has widened, where that is news; each is an event that boards show."""
    by_id = {one.id: one for one in items}
    news: dict[int, list[WorkItem]] = {}
    for decision in decisions:
        if decision.act in STAGES:
            stage = routing.stage_of(by_id[decision.item], policy)
            if stage > rows[decision.item].widened:
                news.setdefault(stage, []).append(rows[decision.item])
    for stage, widened in sorted(news.items()):
        locked = _locked_items([one.id for one in widened])
        WorkItem.objects.filter(id__in=list(locked)).update(widened=stage)
        told = [event_of(happened.WIDENED.code, actor, now, one, stage=stage) for one in locked.values()]
        if told:
            events.record(*told)


def dispatch_now(team_id: int) -> None:
    """After a change: dispatch if anything waits that is offered; one read when nothing does."""
    deferred = options.flag("work.offer_deferred")
    waits = WorkItem.objects.filter(team=team_id, state=WorkItem.State.QUEUED)
    if (waits if deferred else waits.exclude(channel=rules.DEFERRED)).exists():
        dispatch(actor=system("dispatcher"), now=clock.now(), team_id=team_id)


dispatch_by(dispatch_now)
