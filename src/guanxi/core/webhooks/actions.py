"""Every write of webhooks by people and tokens; what deliveries write stands in `delivery`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from guanxi.core import events, jobs, timeline
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.core.jobs.outbox import sealed_head
from guanxi.core.models import ApiToken, WebhookDelivery, WebhookEndpoint
from guanxi.core.webhooks import events as happened
from guanxi.core.webhooks import queries, signing
from guanxi.core.webhooks.addresses import URL_CHARS_MAX, Refused, read
from guanxi.core.webhooks.payload import PING
from guanxi.core.webhooks.reach import ALL, OWN, is_meant

EACH_MAX = 20  # endpoints of one owner, or of one token
TYPES_MAX = 50
NAME_CHARS_MAX = 80
MANUAL_WAITING_MAX = 20
BEFORE_VALID = timedelta(hours=24)
DELIVER = "guanxi.core.webhooks.jobs.deliver"
REFUSED: dict[str, Any] = {
    "scheme": _("Webhooks go to https addresses."),
    "port": _("Webhooks go to the ports 443 and 8443."),
    "private": _("This address is not public. An administrator can allow it by GUANXI_WEBHOOK_ALLOW."),
    "user": _("Leave user name and password out of the address."),
    "fragment": _("Leave out the # and what follows it."),
    "long": _("At most %(most)s characters fit here.") % {"most": URL_CHARS_MAX},
    "host": _("This is no address we can read."),
}


@action
def add_endpoint(
    *,
    actor: Actor,
    now: datetime,
    name: str,
    url: str,
    types: Sequence[str] = (),
    from_seq: int | None = None,
) -> tuple[WebhookEndpoint, str]:
    """A subscription and its secret, shown only now. It begins with what happens next, or after event `from_seq`.

    Needs `api.webhooks.own`. Raises `Invalid` naming the field, `Conflict` above `EACH_MAX`.
    """
    if not actor.may(ALL):
        actor.require(OWN)
    actor.require_kind(Kind.STAFF, Kind.TOKEN)
    token = ApiToken.objects.get(public_id=actor.id) if actor.kind is Kind.TOKEN else None
    owner_id = token.owner_id if token else actor.user_id
    mine = WebhookEndpoint.objects.filter(token=token, owner_id=owner_id)
    if mine.count() >= EACH_MAX:
        raise Conflict(_("You have %(most)s webhooks already.") % {"most": EACH_MAX}, code="at_most")
    endpoint = WebhookEndpoint(
        name=_readable(name),
        url=_address(url),
        types=_types(types),
        owner_id=owner_id,
        token=token,
        seed=signing.new_seed(),
        seq=_place(from_seq),
        created=now,
    )
    record = _event(happened.ADDED.code, actor, now, endpoint, types=list(endpoint.types))
    events.record(record, with_rows=[endpoint])
    if endpoint.seq < sealed_head():
        jobs.enqueue_named(DELIVER)
    return endpoint, signing.secret_of(endpoint.public_id, endpoint.seed)


def _readable(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > NAME_CHARS_MAX:
        words = _("Give it a name of at most %(most)s characters.") % {"most": NAME_CHARS_MAX}
        raise Invalid(fields={"name": words})
    return name


def _address(url: str) -> str:
    try:
        read(url.strip(), allow=settings.WEBHOOK_ALLOW)
    except Refused as refused:
        raise Invalid(fields={"url": REFUSED.get(refused.code, REFUSED["host"])}, code="url") from refused
    return url.strip()


def _types(types: Sequence[str]) -> list[str]:
    wanted = list(dict.fromkeys(one.strip() for one in types if one.strip()))
    known = timeline.registered()
    unknown = [one for one in wanted if not any(is_meant(code, one) for code in known)]
    if unknown or len(wanted) > TYPES_MAX:
        words = _("No such event types: %(names)s.") % {"names": ", ".join(unknown)[:200]}
        raise Invalid(fields={"types": words})
    return wanted


def _place(from_seq: int | None) -> int:
    head = sealed_head()
    if from_seq is None:
        return head
    if not 0 <= from_seq <= head:
        raise Invalid(fields={"from_seq": _("Events are numbered from 1 to %(head)s.") % {"head": head}})
    return from_seq


def _event(code: str, actor: Actor, now: datetime, endpoint: WebhookEndpoint, **data: Any) -> Event:
    data = {"webhook": endpoint.public_id, **data}
    return Event(code, actor, now, ("webhook", endpoint.id), data=data)


def _lock(actor: Actor, public_id: str, version: int | None = None) -> WebhookEndpoint:
    seen = queries.get_endpoint(actor, public_id)
    endpoint = WebhookEndpoint.objects.select_for_update(of=("self",)).filter(id=seen.id).first()
    if endpoint is None:
        raise NotFound
    if version is not None and version != endpoint.version:
        raise Conflict(_("Somebody changed this webhook in the meantime."), code="stale")
    return endpoint


def _save(endpoint: WebhookEndpoint, *fields: str) -> None:
    """What a worker has in hand at the moment no longer counts: it knows the endpoint as it was."""
    endpoint.version += 1
    endpoint.busy_until = None
    endpoint.save(update_fields=[*fields, "version", "busy_until"])


@action
def change_endpoint(
    *,
    actor: Actor,
    now: datetime,
    public_id: str,
    name: str | None = None,
    url: str | None = None,
    types: Sequence[str] | None = None,
    version: int | None = None,
) -> WebhookEndpoint:
    """Change name, address or types; None leaves one as it is. Raises `Conflict` (`stale`) for an old version."""
    endpoint = _lock(actor, public_id, version)
    endpoint.name = endpoint.name if name is None else _readable(name)
    endpoint.url = endpoint.url if url is None else _address(url)
    endpoint.types = endpoint.types if types is None else _types(types)
    _save(endpoint, "name", "url", "types")
    events.record(_event(happened.CHANGED.code, actor, now, endpoint, types=list(endpoint.types)))
    return endpoint


@action
def pause(*, actor: Actor, now: datetime, public_id: str, version: int | None = None) -> WebhookEndpoint:
    """Send nothing until `resume`; its place in the stream stays. Again, it changes nothing."""
    endpoint = _lock(actor, public_id, version)
    if endpoint.state == WebhookEndpoint.State.ACTIVE:
        endpoint.state, endpoint.paused_why = WebhookEndpoint.State.PAUSED, "by_hand"
        _save(endpoint, "state", "paused_why")
        events.record(_event(happened.PAUSED.code, actor, now, endpoint, why="by_hand"))
    return endpoint


@action
def resume(*, actor: Actor, now: datetime, public_id: str, version: int | None = None) -> WebhookEndpoint:
    """Go on where it stopped, at once; also when it is active and only rests after failures."""
    endpoint = _lock(actor, public_id, version)
    was_paused = endpoint.state == WebhookEndpoint.State.PAUSED
    endpoint.state, endpoint.paused_why = WebhookEndpoint.State.ACTIVE, ""
    endpoint.tries, endpoint.failing_since, endpoint.next_try = 0, None, None
    _save(endpoint, "state", "paused_why", "tries", "failing_since", "next_try")
    if was_paused:
        events.record(_event(happened.RESUMED.code, actor, now, endpoint))
    jobs.enqueue_named(DELIVER)
    return endpoint


@action
def rotate(
    *, actor: Actor, now: datetime, public_id: str, version: int | None = None
) -> tuple[WebhookEndpoint, str]:
    """A new secret, shown only now; for a day the one before signs as well."""
    endpoint = _lock(actor, public_id, version)
    endpoint.seed_before, endpoint.before_until = endpoint.seed, now + BEFORE_VALID
    endpoint.seed = signing.new_seed()
    _save(endpoint, "seed", "seed_before", "before_until")
    events.record(_event(happened.ROTATED.code, actor, now, endpoint))
    return endpoint, signing.secret_of(endpoint.public_id, endpoint.seed)


@action
def ping(*, actor: Actor, now: datetime, public_id: str) -> WebhookDelivery:
    """Send a test once, also to a paused endpoint; the log tells what came of it."""
    endpoint = _lock(actor, public_id)
    return _by_hand(endpoint, WebhookDelivery.Kind.PING, now, 0, PING)


@action
def replay_one(
    *, actor: Actor, now: datetime, public_id: str, seq: int, waiting_max: int = MANUAL_WAITING_MAX
) -> WebhookDelivery:
    """Send one event again, once, out of order, under the same id.

    Raises `NotFound` for an event that is not there, `Conflict` while it waits to be sent again already, or `waiting_max`
    others do.
    """
    endpoint = _lock(actor, public_id)
    event = queries.event_at(seq)
    if event is None:
        raise NotFound
    waiting = WebhookDelivery.objects.filter(endpoint=endpoint, state=WebhookDelivery.State.WAITING)
    if waiting.filter(kind=WebhookDelivery.Kind.REPLAY, seq=seq).exists():
        raise Conflict(_("This waits to be sent again already."), code="waiting")
    events.record(_event(happened.REPLAYED.code, actor, now, endpoint, seq=seq, only=True))
    return _by_hand(endpoint, WebhookDelivery.Kind.REPLAY, now, seq, event.type, waiting_max)


def _by_hand(
    endpoint: WebhookEndpoint,
    kind: str,
    now: datetime,
    seq: int,
    code: str,
    waiting_max: int = MANUAL_WAITING_MAX,
) -> WebhookDelivery:
    waiting = WebhookDelivery.objects.filter(endpoint=endpoint, state=WebhookDelivery.State.WAITING)
    if waiting.count() >= waiting_max:
        raise Conflict(_("Several are waiting to be sent already. Please wait for these."), code="at_most")
    delivery = WebhookDelivery(
        endpoint=endpoint, kind=kind, seq=seq, type=code, state=WebhookDelivery.State.WAITING, created=now
    )
    delivery.save(force_insert=True)
    jobs.enqueue_named(DELIVER)
    return delivery


@action
def replay_from(
    *, actor: Actor, now: datetime, public_id: str, seq: int, version: int | None = None
) -> WebhookEndpoint:
    """Send everything again from event `seq` on, in order, under the same ids, and go on from there."""
    endpoint = _lock(actor, public_id, version)
    head = sealed_head()
    if not 1 <= seq <= head:
        raise Invalid(fields={"seq": _("Events are numbered from 1 to %(head)s.") % {"head": head}})
    endpoint.seq = seq - 1
    endpoint.tries, endpoint.failing_since, endpoint.next_try = 0, None, None
    _save(endpoint, "seq", "tries", "failing_since", "next_try")
    events.record(_event(happened.REPLAYED.code, actor, now, endpoint, seq=seq, only=False))
    jobs.enqueue_named(DELIVER)
    return endpoint


@action
def remove_endpoint(*, actor: Actor, now: datetime, public_id: str, version: int | None = None) -> None:
    """Take an endpoint and its log away."""
    endpoint = _lock(actor, public_id, version)
    events.record(_event(happened.REMOVED.code, actor, now, endpoint))
    endpoint.delete()
