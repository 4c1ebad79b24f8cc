"""The list of deliveries to other systems: what was sent, what came back, what is sent again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from guanxi.core import timeline
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict
from guanxi.core.http import address
from guanxi.core.lists import Bulk, Choices, Column, Kind, Listing, View
from guanxi.core.lists.choosing import KEYS_MAX
from guanxi.core.models import WebhookDelivery
from guanxi.core.webhooks import actions, queries
from guanxi.core.webhooks.reach import OWN
from guanxi.site.webhooks import ERRORS, KINDS, STATES, TONES


def _rows(actor: Actor) -> QuerySet[WebhookDelivery]:
    mine = queries.list_endpoints(actor).order_by()
    return (
        WebhookDelivery.objects.filter(endpoint__in=mine)
        .select_related("endpoint")
        .defer("request_head", "response_head", "response_body")
    )


def _what(row: WebhookDelivery) -> str:
    known = timeline.registered().get(row.type)
    return str(known.words) if known else str(KINDS[WebhookDelivery.Kind.PING])


def _title(actor: Actor, row: WebhookDelivery) -> Mapping[str, Any]:
    place = f" #{row.seq:,}" if row.seq else ""
    again = row.kind == WebhookDelivery.Kind.REPLAY
    return {
        "title": _what(row),
        "sub": f"{row.type}{place}",
        "chip": KINDS[WebhookDelivery.Kind.REPLAY] if again else "",
    }


def _state(row: WebhookDelivery) -> str:
    return str(STATES[WebhookDelivery.State(row.state)])


def _hooks(actor: Actor) -> Choices:
    return [(one.public_id, one.name) for one in queries.list_endpoints(actor)[:200]]


def _quick(actor: Actor, row: WebhookDelivery) -> Mapping[str, Any]:
    """What site/delivery_quick.html draws."""
    return {
        **_title(actor, row),
        "webhook": row.endpoint.name,
        "address": row.endpoint.url,
        "state": _state(row),
        "tone": TONES[row.state],
        "status": row.status,
        "error": str(ERRORS.get(row.error, row.error)),
        "tries": row.tries,
        "duration_ms": row.duration_ms,
        "at": row.last_try or row.created,
        "request_head": row.request_head,
        "response": "\n\n".join(filter(None, (row.response_head, row.response_body))),
    }


def _again(*, actor: Actor, now: datetime, row: WebhookDelivery, values: Mapping[str, str]) -> None:
    if not row.seq:
        raise Conflict(_("This was a test: there is no event to send again."), code="ping")
    actions.replay_one(
        actor=actor, now=now, public_id=row.endpoint.public_id, seq=row.seq, waiting_max=KEYS_MAX
    )


BULK = (
    Bulk(
        code="again",
        title=_("Send again"),
        right=OWN,
        act=_again,
        icon="refresh",
        mine=lambda actor: Q(seq__gt=0),
        says=_(
            "Each event is sent once more, under the same id: a receiver can tell. The order is not kept."
        ),
    ),
)

DELIVERIES = Listing(
    code="deliveries",
    title=_("Deliveries to other systems"),
    right=OWN,
    query=_rows,
    order="-created",
    key=lambda row: row.public_id,
    key_path="public_id",
    url=lambda row: address("webhook", row.endpoint.public_id),
    url_name="deliveries",
    icon="plug",
    bulk=BULK,
    quick="site/delivery_quick.html",
    quick_context=_quick,
    empty=_("What is sent appears here, with what came back."),
    views=(
        View("failed", _("Not delivered"), "state=failed"),
        View("waiting", _("Waiting"), "state=waiting"),
    ),
    columns=(
        Column(code="event", title=_("Event"), value=lambda actor, row: _what(row), shape="title", cell=_title),
        Column(
            code="type", title=_("Type"), value=lambda actor, row: row.type, filter_path="type", shown=False
        ),
        Column(
            code="seq", title=_("Number"), value=lambda actor, row: row.seq, kind=Kind.NUMBER, filter_path="seq",
            shown=False,
        ),
        Column(
            code="webhook",
            title=_("Webhook"),
            value=lambda actor, row: row.endpoint.name,
            kind=Kind.CHOICE,
            filter_path="endpoint__public_id",
            choices=_hooks,
        ),
        Column(
            code="state",
            title=_("Result"),
            value=lambda actor, row: _state(row),
            kind=Kind.CHOICE,
            filter_path="state",
            choices=lambda actor: [(code.value, words) for code, words in STATES.items()],
            shape="chip",
            cell=lambda actor, row: {"value": _state(row), "tone": TONES[row.state]},
        ),
        Column(
            code="status", title=_("Status"), value=lambda actor, row: row.status, kind=Kind.NUMBER,
            filter_path="status", nullable=True,
        ),
        Column(code="error", title=_("Reason"), value=lambda actor, row: str(ERRORS.get(row.error, row.error))),
        Column(
            code="tries", title=_("Tries"), value=lambda actor, row: row.tries, kind=Kind.NUMBER,
            filter_path="tries", shown=False,
        ),
        Column(
            code="took", title=_("Took (ms)"), value=lambda actor, row: row.duration_ms if row.tries else None,
            kind=Kind.NUMBER, filter_path="duration_ms", shown=False,
        ),
        Column(
            code="created",
            title=_("Since"),
            value=lambda actor, row: row.created,
            kind=Kind.MOMENT,
            path="id",  # keys rise with time: the order needs no index of its own
            filter_path="created",
        ),
        Column(
            code="tried",
            title=_("Last try"),
            value=lambda actor, row: row.last_try,
            kind=Kind.MOMENT,
            filter_path="last_try",
            nullable=True,
            shown=False,
        ),
    ),
)  # fmt: skip
