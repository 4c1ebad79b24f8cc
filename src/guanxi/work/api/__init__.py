"""Work over the API: the queue, what one has in hand, next, take, put back, presence.

Work is taken by people: a token takes it for its owner, and only if the owner has a seat in a team.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from guanxi.core import clock, keyset
from guanxi.core.access import Actor
from guanxi.core.api import (
    PAGE,
    READ,
    WRITE,
    Cursor,
    IdempotencyKey,
    Limit,
    Problem,
    actor_of,
    once,
)
from guanxi.core.phrases import explained
from guanxi.work import actions, queries
from guanxi.work.models import Member, WorkItem
from guanxi.work.queries import board as boards

router = Router(tags=["work"])


class ItemOut(Schema):
    """`title` and `path` (the page) say what it is about; empty where the token may not see that."""

    id: str
    kind: str
    team: str
    state: Literal["queued", "offered", "assigned", "done", "cancelled"]
    arrived: datetime
    due: datetime
    language: str
    title: str
    path: str


class ItemsOut(Schema):
    items: list[ItemOut]
    next: str


class TakenOut(Schema):
    """The item now in hand, with why it is this one; null when nothing waits."""

    item: ItemOut | None
    why: dict[str, Any] | None


class WorkOfferOut(Schema):
    """What is offered to the owner until `until`, with why it is theirs; null when nothing is."""

    item: ItemOut | None
    until: datetime | None
    why: dict[str, Any] | None


class QueueOut(Schema):
    """What waits of one kind and channel in one team; `asks_supervisor`: it has waited so long that a person decides."""

    team: str
    kind: str
    channel: str
    waiting: int
    offered: int
    overdue: int
    oldest: datetime
    soonest: datetime
    asks_supervisor: bool


class AtWorkOut(Schema):
    """Somebody at work; `item` is what they are at."""

    user: str
    name: str
    team: str
    presence: Literal["offline", "ready", "away", "wrap_up", "silent"]
    since: datetime | None
    open: int
    capacity: int
    phone_open: int
    chat_open: int
    parked: int
    item: str


class BoardOut(Schema):
    """Live queues, people, and how much of what was taken in the last 24 hours was taken in time."""

    queues: list[QueueOut]
    people: list[AtWorkOut]
    taken: int
    in_time: int


class WordIn(Schema):
    word: str = Field(min_length=1, max_length=200, description="Why, for whoever takes it next")


class PresenceIn(Schema):
    presence: Literal["offline", "ready", "away"]


class SeatOut(Schema):
    """The owner's seat in a team."""

    team: str
    presence: Literal["offline", "ready", "away", "wrap_up", "silent"]
    capacity: int
    open: int
    languages: list[str]
    phone_capacity: int
    phone_open: int
    chat_capacity: int
    chat_open: int
    parked: int
    skills: dict[str, int]


def _out(actor: Actor, items: Sequence[WorkItem]) -> list[dict[str, Any]]:
    subjects = queries.subjects_of(actor, items)
    return [_row(item, subjects) for item in items]


def _row(item: WorkItem, subjects: Mapping[int, queries.SubjectView]) -> dict[str, Any]:
    subject = subjects.get(item.id)
    return {
        "id": item.public_id,
        "kind": item.kind,
        "team": item.team.unit.code,
        "state": item.state,
        "arrived": item.arrived.isoformat(),
        "due": item.due.isoformat(),
        "language": item.language,
        "title": subject.title if subject else "",
        "path": subject.url if subject else "",
    }


@router.get("", response={200: ItemsOut, READ: Problem}, summary="What waits, the most due first")
def list_queue(request: HttpRequest, after: Cursor = "", limit: Limit = PAGE, kind: str = "") -> Any:
    """Waiting items the token may see; `kind` narrows (`case.answer`, `people.review`)."""
    actor = actor_of(request)
    actor.require("work.view")
    found = queries.list_queue(actor).select_related("team__unit")
    shown = keyset.cut(found.filter(kind=kind) if kind else found, "due", after, size=limit, rising=True)
    return {"items": _out(actor, shown.rows), "next": shown.next_cursor}


@router.get("/mine", response={200: ItemsOut, READ: Problem}, summary="What the owner has in hand")
def list_mine(request: HttpRequest) -> Any:
    """At most 100, the most due first; empty for an owner without a seat."""
    actor = actor_of(request)
    actor.require("work.view")
    member = queries.member_of(actor)
    return {"items": _out(actor, queries.list_mine(member)) if member else [], "next": ""}


@router.get("/presence", response={200: SeatOut, READ: Problem}, summary="The owner's seat")
def get_presence(request: HttpRequest) -> Any:
    actor = actor_of(request)
    actor.require("work.take")
    return _seat(queries.get_seat(actor))


def _seat(member: Member) -> dict[str, Any]:
    return {
        "team": member.team.unit.code,
        "presence": member.presence,
        "capacity": member.capacity,
        "open": member.open,
        "languages": list(member.languages),
        "phone_capacity": member.phone_capacity,
        "phone_open": member.phone_open,
        "chat_capacity": member.chat_capacity,
        "chat_open": member.chat_open,
        "parked": member.parked,
        "skills": dict(member.skills),
    }


@router.get("/offer", response={200: WorkOfferOut, READ: Problem}, summary="What is offered to the owner")
def get_offer(request: HttpRequest) -> Any:
    """To be accepted or declined by `until`; then it goes to a colleague."""
    actor = actor_of(request)
    actor.require("work.take")
    offers, _called = boards.list_asked(queries.get_seat(actor))
    if not offers:
        return {"item": None, "until": None, "why": None}
    first = offers[0]
    shown = _out(actor, [first.item])[0]
    return {"item": shown, "until": first.offered_until, "why": explained(first.reason)}


@router.get("/board", response={200: BoardOut, READ: Problem}, summary="The supervisor's board")
def get_board(request: HttpRequest) -> Any:
    """Of the teams whose work the token gives out (`work.assign`)."""
    actor = actor_of(request)
    actor.require(boards.RIGHT)
    now = clock.now()
    people = boards.list_people(actor)
    current = boards.current_of(actor, people)
    level = boards.in_time_since(actor, now - timedelta(days=1))
    codes = {team.pk: team.unit.code for team in queries.list_teams()}
    return {
        "queues": [_queue(one, codes) for one in boards.list_queues(actor, now)],
        "people": [_at_work(one, current.get(one.id)) for one in people],
        "taken": level.taken,
        "in_time": level.in_time,
    }


def _queue(one: boards.Queue, codes: Mapping[int, str]) -> dict[str, Any]:
    return {
        "team": codes.get(one.team_id, ""),
        "kind": one.kind,
        "channel": one.channel,
        "waiting": one.waiting,
        "offered": one.offered,
        "overdue": one.late,
        "oldest": one.oldest,
        "soonest": one.soonest,
        "asks_supervisor": one.asks_supervisor,
    }


def _at_work(one: Member, item: WorkItem | None) -> dict[str, Any]:
    return {
        "user": one.user.public_id,
        "name": str(one.user),
        "team": one.team.unit.code,
        "presence": one.presence,
        "since": one.since,
        "open": one.open,
        "capacity": one.capacity,
        "phone_open": one.phone_open,
        "chat_open": one.chat_open,
        "parked": one.parked,
        "item": item.public_id if item else "",
    }


@router.post("/{public_id}/accept", response={200: ItemOut, WRITE: Problem}, summary="Accept an offer")
def accept(request: HttpRequest, public_id: str, idempotency_key: IdempotencyKey = "") -> Any:
    """409 `over` when its time has passed, `not_offered` when it is no longer the owner's to answer."""

    def effect() -> tuple[int, dict[str, Any]]:
        actor = actor_of(request)
        item = actions.accept(actor=actor, now=clock.now(), public_id=public_id)
        return 200, _out(actor, [item])[0]

    return once(request, idempotency_key, None, effect)


@router.post("/{public_id}/decline", response={200: ItemOut, WRITE: Problem}, summary="Decline an offer")
def decline(request: HttpRequest, public_id: str, idempotency_key: IdempotencyKey = "") -> Any:
    """Back into the queue, with its original arrival time; for some minutes it is not offered to the owner again."""

    def effect() -> tuple[int, dict[str, Any]]:
        actor = actor_of(request)
        item = actions.decline(actor=actor, now=clock.now(), public_id=public_id)
        return 200, _out(actor, [item])[0]

    return once(request, idempotency_key, None, effect)


@router.post("/presence", response={200: SeatOut, WRITE: Problem}, summary="Declare presence")
def set_presence(request: HttpRequest, body: PresenceIn, idempotency_key: IdempotencyKey = "") -> Any:
    """`ready`, `away` or `offline`, for the owner of the token."""

    def effect() -> tuple[int, dict[str, Any]]:
        actor = actor_of(request)
        actor.require("work.take")
        actions.set_presence(actor=actor, now=clock.now(), presence=body.presence)
        return 200, _seat(queries.get_seat(actor))

    return once(request, idempotency_key, body.dict(), effect)


@router.post("/next", response={200: TakenOut, WRITE: Problem}, summary="Take the most fitting item")
def take_next(request: HttpRequest, idempotency_key: IdempotencyKey = "") -> Any:
    """*Next*: the item the owner should do now, with why; 409 `hands_full`, 403 `no_seat`."""

    def effect() -> tuple[int, dict[str, Any]]:
        actor = actor_of(request)
        return 200, _taken(actor, actions.take_next(actor=actor, now=clock.now()))

    return once(request, idempotency_key, None, effect)


def _taken(actor: Actor, item: WorkItem | None) -> dict[str, Any]:
    if item is None:
        return {"item": None, "why": None}
    return {"item": _out(actor, [item])[0], "why": explained(item.reason)}


@router.post("/{public_id}/take", response={200: TakenOut, WRITE: Problem}, summary="Take one item by hand")
def take(request: HttpRequest, public_id: str, idempotency_key: IdempotencyKey = "") -> Any:
    """409 `taken` when somebody else has it."""

    def effect() -> tuple[int, dict[str, Any]]:
        actor = actor_of(request)
        actor.require("work.take")
        item = actions.take(actor=actor, now=clock.now(), item=queries.get_item(actor, public_id))
        return 200, _taken(actor, item)

    return once(request, idempotency_key, None, effect)


@router.post("/{public_id}/put-back", response={200: ItemOut, WRITE: Problem}, summary="Put one item back")
def put_back(request: HttpRequest, public_id: str, body: WordIn, idempotency_key: IdempotencyKey = "") -> Any:
    """Into the queue, with its original arrival time and a word why. Only whoever has it in hand may."""

    def effect() -> tuple[int, dict[str, Any]]:
        actor = actor_of(request)
        actor.require("work.take")
        item = actions.put_back(actor=actor, now=clock.now(), public_id=public_id, word=body.word)
        return 200, _out(actor, [item])[0]

    return once(request, idempotency_key, body.dict(), effect)
