"""Outgoing messages and a customer's timeline over the API."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from guanxi.channels import queries
from guanxi.channels.actions import adapters, contacts, conversing
from guanxi.channels.models import Contact, Message
from guanxi.channels.queries import contacts as reads
from guanxi.core import clock, keyset
from guanxi.core.access import Actor
from guanxi.core.api import PAGE, READ, WRITE, Cursor, IdempotencyKey, Limit, Problem, actor_of, once
from guanxi.core.errors import Invalid
from guanxi.core.phrases import explained
from guanxi.people import queries as people

router = Router(tags=["messages"])
timeline = Router(tags=["customers"])
live = Router(tags=["contacts"])


class MessageOut(Schema):
    """A message that was sent, or held back: then `why` says so.

    `address` is masked without `people.contacts`; the text of sign-in codes (purpose `security`) is never given.
    """

    id: str
    channel: str
    purpose: str
    state: Literal["held", "queued", "sent", "failed"]
    customer: str
    address: str
    title: str
    text: str
    language: str
    created: datetime
    sent: datetime | None
    why: dict[str, Any] | None


class MessagesOut(Schema):
    items: list[MessageOut]
    next: str


class EntryOut(Schema):
    """What happened with a customer: `what` in words, `text` what was said, `data` codes and numbers."""

    type: str
    what: str
    direction: Literal["in", "out", ""]
    occurred: datetime
    who: str
    text: str
    data: dict[str, Any]


class TimelineOut(Schema):
    items: list[EntryOut]
    next: str


def _out(message: Message, address: str) -> dict[str, Any]:
    return {
        "id": message.public_id,
        "channel": message.channel,
        "purpose": message.purpose,
        "state": message.state,
        "customer": message.person.customer.public_id,
        "address": address,
        "title": message.title,
        "text": "" if message.purpose == "security" else message.body,
        "language": message.language,
        "created": message.created,
        "sent": message.sent,
        "why": explained(message.explanation) if message.state == Message.State.HELD else None,
    }


@router.get("", response={200: MessagesOut, READ: Problem}, summary="Newest outgoing messages")
def list_messages(
    request: HttpRequest,
    after: Cursor = "",
    limit: Limit = PAGE,
    state: Literal["", "held", "queued", "sent", "failed"] = "",
) -> Any:
    """As far as the right `channels.outbox` goes, newest first; `state` narrows."""
    actor = actor_of(request)
    found = queries.list_outgoing(actor).select_related("record__customer")
    shown = keyset.cut(found.filter(state=state) if state else found, "created", after, size=limit)
    items = [_out(one, queries.address_shown(actor, one)) for one in shown.rows]
    return {"items": items, "next": shown.next_cursor}


@router.get("/{public_id}", response={200: MessageOut, READ: Problem}, summary="One outgoing message")
def get_message(request: HttpRequest, public_id: str) -> Any:
    actor = actor_of(request)
    message = queries.get_outgoing(actor, public_id)
    return _out(message, queries.address_shown(actor, message))


@timeline.get(
    "/{public_id}/timeline", response={200: TimelineOut, READ: Problem}, summary="A customer's timeline"
)
def get_timeline(request: HttpRequest, public_id: str, after: Cursor = "", limit: Limit = PAGE) -> Any:
    """Everything with a customer over all channels, newest first."""
    actor = actor_of(request)
    actor.require("people.view")
    actor.require("channels.view")
    who = people.get_customer(actor, public_id)
    place = keyset.read(after) if after else None
    records = [record.id for record in who.records]
    entries = queries.timeline_of(actor, records, before=place, limit=limit + 1)
    shown = entries[:limit]
    following = keyset.write(*queries.place_of(shown[-1])) if len(entries) > limit else ""
    items = [
        {
            "type": one.type.code,
            "what": str(one.type.words),
            "direction": one.type.direction,
            "occurred": one.occurred,
            "who": one.who,
            "text": one.text,
            "data": dict(one.data),
        }
        for one in shown
    ]
    return {"items": items, "next": following}


# -- live contacts ------------------------------------------------------------------------------------------


class LiveLineOut(Schema):
    """One thing said: `in` by the customer, `out` by us."""

    id: str
    direction: Literal["in", "out"]
    author: str
    text: str
    at: datetime


class LiveContactOut(Schema):
    """Somebody who is or was there by telephone or chat. `customer` is "" for somebody unknown, `call` the line's own name.

    `address` is masked without `people.contacts`.
    """

    id: str
    channel: str
    direction: Literal["in", "out"]
    state: Literal["waiting", "live", "held", "ended", "abandoned"]
    customer: str
    name: str
    address: str
    call: str
    team: str
    language: str
    staff: str
    outcome: str
    arrived: datetime
    answered: datetime | None
    ended: datetime | None


class LiveContactsOut(Schema):
    items: list[LiveContactOut]


class ConversationOut(LiveContactOut):
    lines: list[LiveLineOut]


class HeardIn(Schema):
    """What a line says (see `channels/actions/adapters.py`); `call` is its own name for the contact.

    `address`: who rings or writes, "" for a hidden number. `staff`: public id of the colleague who picked up, for `answered`.
    `to`: code of a team, for `transferred`.
    """

    what: Literal["offered", "answered", "said", "held", "resumed", "transferred", "hung_up"]
    channel: Literal["chat", "phone", "sms", "wechat"]
    call: str = Field(min_length=1, max_length=100)
    address: str = Field("", max_length=contacts.ADDRESS_CHARS_MAX)
    name: str = Field("", max_length=100)
    text: str = Field("", max_length=conversing.LINE_CHARS_MAX)
    to: str = Field("", max_length=40)
    staff: str = Field("", max_length=20)
    language: str = Field("", max_length=10)


class LiveLineIn(Schema):
    text: str = Field(min_length=1, max_length=conversing.LINE_CHARS_MAX)


class LiveEndIn(Schema):
    outcome: Literal["", "solved", "case", "call_back", "nobody", "nuisance"]


def _contact(actor: Actor, one: Contact) -> dict[str, Any]:
    return {
        "id": one.public_id,
        "channel": one.channel,
        "direction": one.direction,
        "state": one.state,
        "customer": one.record.customer.public_id if one.record is not None else "",
        "name": reads.shown_name(actor, one),
        "address": reads.shown_address(actor, one),
        "call": one.outside,
        "team": one.team.unit.code,
        "language": one.language,
        "staff": one.staff.public_id if one.staff is not None else "",
        "outcome": one.outcome,
        "arrived": one.arrived,
        "answered": one.answered,
        "ended": one.ended,
    }


def _line(one: Message) -> dict[str, Any]:
    return {
        "id": one.public_id,
        "direction": one.direction,
        "author": one.author,
        "text": one.body,
        "at": one.created,
    }


@live.get("", response={200: LiveContactsOut, READ: Problem}, summary="Who is there now")
def list_contacts(request: HttpRequest, channel: str = "", limit: Limit = PAGE) -> Any:
    """Contacts that wait or talk, the longest there first."""
    actor = actor_of(request)
    actor.require("channels.view")
    return {"items": [_contact(actor, one) for one in reads.list_open(actor, channel[:10])[:limit]]}


@live.post(
    "/heard", response={200: LiveContactOut, WRITE: Problem}, summary="A line says what happened on it"
)
def hear(request: HttpRequest, body: HeardIn, idempotency_key: IdempotencyKey = "") -> Any:
    """For switchboards, gateways and messengers. The same twice has one effect, and what comes after the end none.

    409 `waiting` for what needs somebody to have answered, `taken` when another colleague has; 422 for a call or
    colleague nobody knows.
    """

    def effect() -> tuple[int, dict[str, Any]]:
        actor = actor_of(request)
        actor.require(contacts.RIGHT)
        told = {**body.dict(exclude={"staff"}), "call": body.call.strip()}
        if not told["call"]:
            raise Invalid(fields={"call": _("Nobody knows this call.")})
        picked_up = reads.colleague(body.staff) if body.what == "answered" else None
        heard = adapters.Heard(**told, actor=picked_up)
        known = reads.by_outside(heard.channel, heard.call)
        actor.require_at(contacts.RIGHT, known.team_id if known else reads.team_for(heard.channel).id)
        contact = adapters.hear(now=clock.now(), heard=heard)
        if contact is None:
            raise Invalid(fields={"call": _("Nobody knows this call.")})
        return 200, _contact(actor, reads.get_contact(actor, contact.public_id))

    return once(request, idempotency_key, body.dict(), effect)


@live.get(
    "/{public_id}", response={200: ConversationOut, READ: Problem}, summary="One live contact with its words"
)
def get_contact(request: HttpRequest, public_id: str) -> Any:
    actor = actor_of(request)
    actor.require("channels.view")
    one = reads.get_contact(actor, public_id)
    return {**_contact(actor, one), "lines": [_line(line) for line in reads.lines_of(one)]}


@live.post("/{public_id}/say", response={200: LiveLineOut, WRITE: Problem}, summary="Say something to them")
def say(request: HttpRequest, public_id: str, body: LiveLineIn, idempotency_key: IdempotencyKey = "") -> Any:
    """In the name of the token. 409 `waiting` while nobody has accepted them, `over` when it has ended."""

    def effect() -> tuple[int, dict[str, Any]]:
        actor = actor_of(request)
        actor.require(contacts.RIGHT)
        made = conversing.say(actor=actor, now=clock.now(), public_id=public_id, text=body.text)
        return 200, _line(made)

    return once(request, idempotency_key, body.dict(), effect)


@live.post("/{public_id}/end", response={200: LiveContactOut, WRITE: Problem}, summary="End a live contact")
def end(request: HttpRequest, public_id: str, body: LiveEndIn, idempotency_key: IdempotencyKey = "") -> Any:
    """409 `over` when it has ended."""

    def effect() -> tuple[int, dict[str, Any]]:
        actor = actor_of(request)
        actor.require(contacts.RIGHT)
        contacts.end(actor=actor, now=clock.now(), public_id=public_id, outcome=body.outcome)
        return 200, _contact(actor, reads.get_contact(actor, public_id))

    return once(request, idempotency_key, body.dict(), effect)
