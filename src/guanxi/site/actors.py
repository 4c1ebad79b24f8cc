"""Who asks: the one place where a request becomes an actor."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.http import HttpRequest

from guanxi.core import staff, tokens
from guanxi.core.access import PUBLIC, Actor, Kind
from guanxi.core.clock import now
from guanxi.core.models import User
from guanxi.people.models import Identifier, Record

CUSTOMER_SESSION = "gx_customer_record"
_API = "/api/"
MACHINES = ("/static/", "/healthz", "/readyz", "/metrics")
"""Addresses that machines ask: nobody in particular, and no database for that."""


def actor_of(request: HttpRequest) -> Actor:
    """Staff by session, customer by their own session key, API by bearer token; else a visitor. The API reads no session."""
    if request.path.startswith(_API):
        return token_actor(request.headers.get("Authorization", ""), now())
    if request.path.startswith(MACHINES):
        return PUBLIC
    if request.user.is_authenticated and isinstance(request.user, User):
        return staff.actor_of(request.user)
    record_id = request.session.get(CUSTOMER_SESSION)
    return customer_actor(int(record_id)) if record_id else PUBLIC


def customer_actor(record_id: int) -> Actor:
    """A signed-in customer: all records of their person that state the address they have proven to read.

    Not all records of the person: anybody may put a stranger's telephone and an address of their own into a form.
    """
    record = Record.objects.select_related("customer").filter(id=record_id).first()
    if record is None:
        return PUBLIC
    return Actor(
        kind=Kind.CUSTOMER,
        id=record.customer.public_id,
        name=record.name,
        customer_id=record.customer_id,
        record_id=record.id,
        records=frozenset({record.id, *_same_address(record)}),
    )


def _same_address(record: Record) -> Iterable[int]:
    stated = Q(record__customer=record.customer_id, kind="email", valid_to=None)
    mine = Identifier.objects.filter(record=record, kind="email", valid_to=None).values("value")
    return Identifier.objects.filter(stated, value__in=mine).values_list("record_id", flat=True)


def token_actor(header: str, moment: datetime) -> Actor:
    """An API token's actor. Without a token, or with a void one, a visitor: the API then asks for one."""
    scheme, _, secret = header.partition(" ")
    if scheme.lower() != "bearer" or not secret.startswith(tokens.PREFIX):
        return PUBLIC
    return tokens.actor_by_secret(secret, moment)
