"""What is done to many rows of a lower room's list, where the deed belongs to another room."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.channels.actions import ask_to_confirm, calling
from guanxi.channels.models import CallList
from guanxi.channels.queries import calling as calls
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict
from guanxi.core.lists import Bulk, Choices, Input
from guanxi.core.phrases import sentences


def _ask(*, actor: Actor, now: datetime, row: Any, values: Mapping[str, str]) -> dict[str, Any]:
    return {"message": ask_to_confirm(actor=actor, now=now, customer=row.public_id).public_id}


ASK_TO_CONFIRM = Bulk(
    code="ask",
    title=_("Ask to confirm"),
    right="people.record",
    act=_ask,
    icon="send",
    says=_(
        "Each gets a letter by e-mail with a link to their details, through the gate that every message passes. "
        "Whoever was asked within 30 days, refused, or has no address that reaches them is left and listed."
    ),
)


LISTS_OFFERED = 50


def _open_lists(actor: Actor) -> Choices:
    found = calls.list_lists(actor).exclude(state=CallList.State.CLOSED)[:LISTS_OFFERED]
    return [(one.public_id, one.name) for one in found if actor.may_at(calls.RUN_RIGHT, one.team_id)]


def _put_on(*, actor: Actor, now: datetime, row: Any, values: Mapping[str, str]) -> dict[str, Any]:
    """Refused ones are listed as not done, with why."""
    entry = calling.add_customer(
        actor=actor, now=now, public_id=values["list"], customer=row.customer.public_id
    )
    if entry.explanation:
        raise Conflict("; ".join(sentences(entry.explanation)), code="refused")
    return {"entry": entry.public_id}


def _take_off(*, actor: Actor, now: datetime, row: Any, kept: Mapping[str, Any]) -> None:
    if not calling.take_off(actor=actor, now=now, public_id=kept["entry"]):
        raise Conflict(_("This customer has been rung since."), code="changed")


PUT_ON_CALL_LIST = Bulk(
    code="call",
    title=_("Put on a call list"),
    right=calls.RUN_RIGHT,
    act=_put_on,
    undo=_take_off,
    icon="phone",
    inputs=(Input(code="list", title=_("Which call list?"), kind="choice", choices=_open_lists),),
    says=_(
        "Each is asked of the gate that every message passes. Whoever refused calls, never agreed to them, or has no number"
        " is left and listed with why."
    ),
)
