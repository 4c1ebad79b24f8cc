"""The dispatcher: what a worker's job runs to send what is due, each endpoint in order, none waiting for another.

This thread reads and writes the database; each endpoint's requests run in a thread of their own that knows only bytes.
A slow endpoint holds up nobody but itself. At least once: what was sent and not written down is sent again under its id.
"""

import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import structlog
from django.conf import settings
from django.db import transaction

from guanxi.core import clock, events, jobs
from guanxi.core.access import PUBLIC, Actor, system
from guanxi.core.events import Event as Happening
from guanxi.core.jobs.outbox import sealed_head
from guanxi.core.models import Event, WebhookDelivery, WebhookEndpoint
from guanxi.core.webhooks import payload, queries, reach, signing
from guanxi.core.webhooks.addresses import Refused, Target, read, resolve
from guanxi.core.webhooks.events import PAUSED
from guanxi.core.webhooks.sending import SECONDS_MAX, Outcome, exchange, request_head

log = structlog.get_logger("guanxi.webhooks")
FLIGHTS_MAX = 64
RUN = 20  # events of one endpoint sent one after another before they are written down
LOOK = 500  # events looked at a time
RUN_S_MAX = 10.0  # no further event of a run is begun after this
OVERDUE_S = 25.0  # a thread that has not come back by then is given up
BUSY = timedelta(seconds=60)
BACKOFF_S, BACKOFF_FACTOR, BACKOFF_S_MAX = 5.0, 3.0, 4 * 3_600.0
GIVEN_UP = timedelta(hours=24)
PROGRESS_EVERY_S = 2.0
SHOWN_OF_REQUEST = 1_000
_jitter = Random()  # noqa: S311  spreads retries, protects nothing  # nosec B311


@dataclass(frozen=True, slots=True)
class Parcel:
    """One request to be: an event in its turn, or (`delivery_id`) one asked for by hand."""

    seq: int
    type: str
    message_id: str
    body: bytes
    delivery_id: int | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    parcel: Parcel
    outcome: Outcome
    head: str


@dataclass
class Flight:
    """A run of parcels on its way to one endpoint. `until` is the lease: whoever took it over has another."""

    endpoint: WebhookEndpoint
    until: datetime
    parcels: Sequence[Parcel]
    keys: Sequence[bytes]
    by_hand: bool
    reached: int
    began: float = field(default_factory=time.monotonic)

    def send(self, now: Callable[[], float]) -> list[Sent]:
        """In a thread of its own: one after another until one fails or the run has taken its time."""
        sent: list[Sent] = []
        try:
            target = read(self.endpoint.url, allow=settings.WEBHOOK_ALLOW)
            place = resolve(target)
        except Refused as refused:
            return [Sent(self.parcels[0], Outcome(refused.code), "")]
        for parcel in self.parcels:
            sent.append(self._one(target, parcel, place, int(now())))
            late = time.monotonic() - self.began > RUN_S_MAX
            if late or not (sent[-1].outcome.is_delivered or self.by_hand):
                break
        return sent

    def _one(self, target: Target, parcel: Parcel, place: tuple[int, tuple[object, ...]], now_s: int) -> Sent:
        headers = {
            "User-Agent": "Guanxi-Webhooks/1",
            "webhook-id": parcel.message_id,
            "webhook-timestamp": str(now_s),
            "webhook-signature": signing.signature(self.keys, parcel.message_id, now_s, parcel.body),
        }
        head = request_head(target, headers, len(parcel.body))
        outcome = exchange(target, head, parcel.body, seconds_max=SECONDS_MAX, place=place)
        return Sent(parcel, outcome, head.decode()[:SHOWN_OF_REQUEST])


Landed = tuple[Flight, list[Sent]]


class Dispatcher:
    """Sends all that is due and ends. One per worker lane; several workers share the endpoints by leases."""

    def __init__(self) -> None:
        self.flying: dict[int, Flight] = {}
        self.landed: queue.SimpleQueue[Landed] = queue.SimpleQueue()
        self.delivered = 0
        self._said = time.monotonic()

    def run(self) -> int:
        """Until nothing is due and nobody is on the way; returns how many were delivered."""
        while True:
            self._say()
            self._start_due()
            if not self.flying:
                return self.delivered
            self._land()

    def _say(self) -> None:
        """Keep the job's lease and hear whether to stop; what is in the air then counts as not sent."""
        if time.monotonic() - self._said >= PROGRESS_EVERY_S:
            self._said = time.monotonic()
            jobs.progress(self.delivered)

    def _start_due(self) -> None:
        now, head = clock.now(), sealed_head()
        free = FLIGHTS_MAX - len(self.flying)
        if free <= 0:
            return
        for endpoint in queries.due(now, head, but=list(self.flying), limit=free):
            flight = _prepare(endpoint, now, head)
            if flight is not None:
                self._fly(flight)

    def _fly(self, flight: Flight) -> None:
        self.flying[flight.endpoint.id] = flight
        moment = clock.now().timestamp

        def go() -> None:
            try:
                sent = flight.send(moment)
            except Exception as error:  # noqa: BLE001  a fault of ours must not leave the flight in the air
                log.error("webhook.broken", endpoint=flight.endpoint.public_id, kind=type(error).__name__)
                sent = [Sent(flight.parcels[0], Outcome("broken"), "")]
            self.landed.put((flight, sent))

        # A daemon: a worker that ends does not wait for a stranger's server.
        threading.Thread(target=go, name=f"webhook {flight.endpoint.public_id}", daemon=True).start()

    def _land(self) -> None:
        try:
            flight, sent = self.landed.get(timeout=0.25)
        except queue.Empty:
            self._give_up()
            return
        if self.flying.get(flight.endpoint.id) is flight:
            del self.flying[flight.endpoint.id]
            self.delivered += settle(flight, sent, clock.now())

    def _give_up(self) -> None:
        """Name servers know no time limit of ours, and a peer may drip."""
        for key, flight in list(self.flying.items()):
            if time.monotonic() - flight.began > OVERDUE_S:
                del self.flying[key]
                settle(flight, [Sent(flight.parcels[0], Outcome("timeout"), "")], clock.now())


def _prepare(endpoint: WebhookEndpoint, now: datetime, head: int) -> Flight | None:
    """Take the endpoint in hand and pack its next parcels; None when there is nothing for it after all."""
    until = now + BUSY
    free = WebhookEndpoint.objects.filter(
        id=endpoint.id, busy_until=endpoint.busy_until, version=endpoint.version
    )
    if not free.update(busy_until=until):
        return None
    actor = reach.actor_of(endpoint, now)
    if actor is PUBLIC:
        _stop(endpoint, until, "owner_left", now)
        return None
    waiting = list(
        WebhookDelivery.objects.filter(endpoint=endpoint, state=WebhookDelivery.State.WAITING).order_by("id")[
            :RUN
        ]
    )
    keys = signing.keys_of(endpoint, now)
    if waiting:
        parcels = _by_hand(actor, waiting, now)
        if parcels:
            return Flight(endpoint, until, parcels, keys, True, endpoint.seq)
        _release(endpoint, until, endpoint.seq)
        return None
    parcels, reached = _in_turn(actor, endpoint, head)
    if not parcels:
        _release(endpoint, until, reached)
        return None
    return Flight(endpoint, until, parcels, keys, False, reached)


def _in_turn(actor: Actor, endpoint: WebhookEndpoint, head: int) -> tuple[list[Parcel], int]:
    """The next events this endpoint hears, at most `RUN`, and how far the stream was looked through for them."""
    types = reach.types_of(actor, endpoint.types)
    found = events.read_from(endpoint.seq, limit=LOOK, types=types) if types else []
    reached = (found[-1].seq or 0) if len(found) == LOOK else head
    records = reach.records_of(found)
    parcels: list[Parcel] = []
    for event in found:
        if reach.may_hear(actor, event, records):
            parcels.append(_parcel(event, records))
            if len(parcels) == RUN:
                return parcels, event.seq or 0
    return parcels, reached


def _parcel(
    event: Event, records: Mapping[int, tuple[str, int | None]], delivery_id: int | None = None
) -> Parcel:
    body = payload.body_of(event, records)
    return Parcel(event.seq or 0, event.type, payload.message_id(event), body, delivery_id)


def _by_hand(actor: Actor, waiting: Sequence[WebhookDelivery], now: datetime) -> list[Parcel]:
    """Pings, and events sent again; one that may no longer be heard is marked as failed here."""
    found = {
        event.seq: event for event in Event.objects.filter(seq__in=[one.seq for one in waiting if one.seq])
    }
    records = reach.records_of(found.values())
    parcels = []
    for one in waiting:
        if one.kind == WebhookDelivery.Kind.PING:
            body = payload.ping(one.public_id, now)
            parcels.append(Parcel(0, one.type, f"ping_{one.public_id}", body, one.id))
            continue
        event = found.get(one.seq)
        if event is not None and reach.may_hear(actor, event, records):
            parcels.append(_parcel(event, records, one.id))
        else:
            _write(one, Outcome("not_visible"), "", now)
    return parcels


def _release(endpoint: WebhookEndpoint, until: datetime, reached: int) -> None:
    WebhookEndpoint.objects.filter(id=endpoint.id, busy_until=until).update(busy_until=None, seq=reached)


def settle(flight: Flight, sent: Sequence[Sent], now: datetime) -> int:
    """Write down what came of a flight; returns how many were delivered. Nothing when somebody changed the endpoint."""
    with transaction.atomic():
        held = WebhookEndpoint.objects.select_for_update().filter(
            id=flight.endpoint.id, busy_until=flight.until
        )
        endpoint = held.first()
        if endpoint is None:
            return 0
        endpoint.busy_until = None
        if flight.by_hand:
            _settle_by_hand(sent, now)
        else:
            _settle_in_turn(endpoint, flight, sent, now)
        endpoint.save(
            update_fields=[
                "busy_until", "seq", "tries", "failing_since", "next_try", "state", "paused_why", "version",
            ]
        )  # fmt: skip
    return sum(one.outcome.is_delivered for one in sent)


def _settle_by_hand(sent: Sequence[Sent], now: datetime) -> None:
    rows = WebhookDelivery.objects.in_bulk([one.parcel.delivery_id for one in sent])
    for one in sent:
        if one.parcel.delivery_id in rows:
            _write(rows[one.parcel.delivery_id], one.outcome, one.head, now)


def _settle_in_turn(endpoint: WebhookEndpoint, flight: Flight, sent: Sequence[Sent], now: datetime) -> None:
    known = {
        row.seq: row
        for row in WebhookDelivery.objects.filter(
            endpoint=endpoint, kind=WebhookDelivery.Kind.EVENT, seq__in=[one.parcel.seq for one in sent]
        )
    }
    for one in sent:
        row = known.get(one.parcel.seq) or WebhookDelivery(
            endpoint=endpoint, seq=one.parcel.seq, type=one.parcel.type, created=now
        )
        _write(row, one.outcome, one.head, now)
        if one.outcome.is_delivered:
            endpoint.seq = one.parcel.seq
            endpoint.tries, endpoint.failing_since, endpoint.next_try = 0, None, None
        else:
            _failed(endpoint, one.outcome, now)
    if len(sent) == len(flight.parcels) and sent[-1].outcome.is_delivered:
        endpoint.seq = max(endpoint.seq, flight.reached)  # past events that are not for it


def _write(row: WebhookDelivery, outcome: Outcome, head: str, now: datetime) -> None:
    done = WebhookDelivery.State.DELIVERED if outcome.is_delivered else WebhookDelivery.State.FAILED
    row.state = done
    row.tries += 1
    row.status, row.error = outcome.status, outcome.error
    row.duration_ms = outcome.duration_ms
    row.request_head, row.response_head, row.response_body = head, outcome.head, outcome.body
    row.last_try = now
    row.save()


def _failed(endpoint: WebhookEndpoint, outcome: Outcome, now: datetime) -> None:
    endpoint.tries += 1
    endpoint.failing_since = endpoint.failing_since or now
    endpoint.next_try = now + backoff(endpoint.tries, outcome.retry_after_s)
    if outcome.status == 410:
        _pause(endpoint, "gone", now)
    elif now - endpoint.failing_since >= GIVEN_UP:
        _pause(endpoint, "unreachable", now)


def backoff(tries: int, asked_s: int | None = None) -> timedelta:
    """5 s, 15 s, 45 s ... up to four hours, times 0.5 to 1.5; longer where the endpoint asks for it (up to four hours)."""
    wait_s = min(BACKOFF_S * BACKOFF_FACTOR ** min(tries - 1, 12), BACKOFF_S_MAX)
    wait_s *= 0.5 + _jitter.random()
    return timedelta(seconds=min(max(wait_s, asked_s or 0.0), BACKOFF_S_MAX * 1.5))


def _pause(endpoint: WebhookEndpoint, why: str, now: datetime) -> None:
    """Stop and say so in the stream, where its owner's notices come from."""
    endpoint.state, endpoint.paused_why = WebhookEndpoint.State.PAUSED, why
    endpoint.version += 1
    data = {"webhook": endpoint.public_id, "why": why, "seq": endpoint.seq}
    events.record(Happening(PAUSED.code, system("webhooks"), now, ("webhook", endpoint.id), data=data))


def _stop(endpoint: WebhookEndpoint, until: datetime, why: str, now: datetime) -> None:
    with transaction.atomic():
        held = WebhookEndpoint.objects.select_for_update().filter(id=endpoint.id, busy_until=until).first()
        if held is None:
            return
        held.busy_until = None
        WebhookDelivery.objects.filter(endpoint=held, state=WebhookDelivery.State.WAITING).update(
            state=WebhookDelivery.State.FAILED, error=why, last_try=now
        )
        if held.state == WebhookEndpoint.State.ACTIVE:
            _pause(held, why, now)
        held.save(update_fields=["busy_until", "state", "paused_why", "version"])
