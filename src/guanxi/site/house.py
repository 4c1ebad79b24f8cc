"""Reads about the house itself for the API: jobs, chain, staff, roles, units. All need `site.settings`."""

import base64
import binascii
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.keyset import EPOCH, MICROSECOND
from guanxi.core.models import Event, Job, Role, SealHead, Unit, User
from guanxi.core.seal import last_anchor
from guanxi.core.webhooks import reach

RIGHT = "site.settings"


def list_jobs(actor: Actor) -> QuerySet[Job]:
    """All kept jobs, newest first."""
    actor.require(RIGHT)
    return Job.objects.order_by("-enqueued", "-id")


def jobs_before(found: QuerySet[Job], moment: datetime, key: uuid.UUID) -> QuerySet[Job]:
    return found.filter(Q(enqueued__lt=moment) | Q(enqueued=moment, id__lt=key))


def job_cursor(job: Job) -> str:
    """Jobs have random keys, so that their cursor is one of its own: microseconds and the key."""
    packed = ((job.enqueued - EPOCH) // MICROSECOND).to_bytes(9, signed=True) + job.id.bytes
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read_job_cursor(cursor: str) -> tuple[datetime, uuid.UUID]:
    """Raises `ValueError` for a cursor that is not ours."""
    try:
        packed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        when = EPOCH + int.from_bytes(packed[:9], signed=True) * MICROSECOND
    except (binascii.Error, OverflowError) as error:
        raise ValueError(cursor) from error
    return when, uuid.UUID(bytes=packed[9:])


def chain(actor: Actor) -> dict[str, Any]:
    """Head of the chain, events not yet sealed, last anchor."""
    actor.require(RIGHT)
    head = SealHead.objects.filter(id=1).first()
    anchor = last_anchor()
    return {
        "seq": head.seq if head else 0,
        "hash": head.hash if head else "",
        "unsealed": Event.objects.filter(seq=None).count(),
        "anchored": int(anchor["seq"]) if anchor else None,
    }


def list_users(actor: Actor) -> QuerySet[User]:
    """Members of staff with their roles, newest first."""
    actor.require(RIGHT)
    found = User.objects.select_related("unit").prefetch_related("grants__role", "grants__unit")
    return found.order_by("-date_joined", "-id")


def get_user(actor: Actor, public_id: str) -> User:
    """Raises `NotFound`."""
    found = list_users(actor).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def list_roles(actor: Actor) -> Sequence[Role]:
    actor.require(RIGHT)
    return list(Role.objects.order_by("code"))


def list_units(actor: Actor) -> Sequence[Unit]:
    """Parents first."""
    actor.require(RIGHT)
    return list(Unit.objects.select_related("parent").order_by("path"))


def right_of(event_type: str) -> str:
    """The right that shows events of this type."""
    return reach.right_of(event_type)
