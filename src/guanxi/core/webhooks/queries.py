"""Every read of webhooks. People see their own, administrators all; a token those it made itself."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from guanxi.core.access import Actor, Kind
from guanxi.core.errors import NotFound
from guanxi.core.models import Event, WebhookDelivery, WebhookEndpoint
from guanxi.core.webhooks.reach import ALL, OWN


def list_endpoints(actor: Actor) -> QuerySet[WebhookEndpoint]:
    """Visible endpoints, newest first. Raises `Denied` without the right to have any."""
    found = WebhookEndpoint.objects.select_related("owner", "token").order_by("-created", "-id")
    if actor.may(ALL):
        return found
    actor.require(OWN)
    if actor.kind is Kind.TOKEN:  # not its owner's others: they may reach further than this token does
        return found.filter(token__public_id=actor.id)
    return found.filter(owner_id=actor.user_id) if actor.user_id else found.none()


def get_endpoint(actor: Actor, public_id: str) -> WebhookEndpoint:
    """Raises `NotFound` also when it is somebody else's."""
    endpoint = list_endpoints(actor).filter(public_id=public_id).first()
    if endpoint is None:
        raise NotFound
    return endpoint


def list_deliveries(endpoint: WebhookEndpoint) -> QuerySet[WebhookDelivery]:
    """The log of an endpoint the caller was allowed to see, newest first."""
    return WebhookDelivery.objects.filter(endpoint=endpoint).order_by("-created", "-id")


def due(now: datetime, head: int, *, but: Sequence[int], limit: int) -> list[WebhookEndpoint]:
    """Endpoints with something to send now that nobody has in hand: by hand, or events behind their place."""
    waiting = WebhookDelivery.objects.filter(endpoint=OuterRef("pk"), state=WebhookDelivery.State.WAITING)
    ready = _behind(head) & (Q(next_try=None) | Q(next_try__lte=now))
    free = Q(busy_until=None) | Q(busy_until__lt=now)
    found = WebhookEndpoint.objects.filter(free, ready | Q(Exists(waiting))).exclude(id__in=but)
    return list(found.select_related("owner", "token").order_by("next_try", "id")[:limit])


def next_try(head: int) -> datetime | None:
    """When the next endpoint that rests, or that a lost worker has in hand, is to be tried again."""
    behind = WebhookEndpoint.objects.filter(_behind(head))
    moments = behind.aggregate(rest=Min("next_try"), hand=Min("busy_until"))
    return min((one for one in moments.values() if one is not None), default=None)


def _behind(head: int) -> Q:
    return Q(state=WebhookEndpoint.State.ACTIVE, seq__lt=head)


def event_at(seq: int) -> Event | None:
    return Event.objects.filter(seq=seq).first()
