"""What is done to many rows of a lower room's list, where the deed belongs to another room."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.channels.actions import ask_to_confirm
from guanxi.core.access import Actor
from guanxi.core.lists import Bulk


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
