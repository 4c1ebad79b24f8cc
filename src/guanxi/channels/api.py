"""Outgoing messages and a customer's timeline over the API."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema

from guanxi.channels import queries
from guanxi.channels.models import Message
from guanxi.core import keyset
from guanxi.core.api import PAGE, READ, Cursor, Limit, Problem, actor_of
from guanxi.core.phrases import explained
from guanxi.people import queries as people

router = Router(tags=["messages"])
timeline = Router(tags=["customers"])


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
