"""Restricting: what is known is kept and used for nothing, until it is lifted."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid
from guanxi.core.events import Event
from guanxi.core.timeline import EventType
from guanxi.people import events as happened
from guanxi.people.models import Customer, PrivacyMark, Record
from guanxi.people.queries import privacy as queries

WHY_CHARS_MAX = 300


def locked_mark(customer: Customer) -> PrivacyMark:
    """The customer's mark, locked, made where there is none. Raises `Conflict` for somebody who was forgotten."""
    Customer.objects.select_for_update().get(id=customer.id)
    mark = queries.marks_of([customer.id]).get(customer.id) or PrivacyMark(customer=customer)
    if mark.anonymised or mark.erased:
        raise Conflict(_("This person was forgotten: nothing of theirs is left."), code="forgotten")
    own = PrivacyMark.objects.filter(customer=customer).first() or PrivacyMark(customer=customer)
    for name in ("restricted", "objected"):
        setattr(own, name, getattr(mark, name))
    return own


def read_why(why: str) -> str:
    """A reason as typed. Raises `Invalid` on `why`."""
    why = why.strip()
    if not why or len(why) > WHY_CHARS_MAX:
        words = _("Say why, in at most %(most)s characters: this stands in the audit trail.")
        raise Invalid(fields={"why": words % {"most": WHY_CHARS_MAX}})
    return why


def about(kind: EventType, actor: Actor, now: datetime, customer: Customer, /, **data: object) -> Event:
    """An event about a customer, on the timeline of their newest record."""
    newest = Record.objects.filter(customer=customer).order_by("-created", "-id").first()
    return Event(
        kind.code,
        actor,
        now,
        ("customer", customer.id),
        record_id=newest.id if newest else None,
        unit_id=newest.unit_id if newest else None,
        data={"customer": customer.public_id, **data},
    )


def told(event: Event, why: str) -> Event:
    return Event(
        event.type,
        event.actor,
        event.occurred,
        event.subject,
        event.record_id,
        event.unit_id,
        event.data,
        {"why": why},
    )


@action
def restrict(*, actor: Actor, now: datetime, public_id: str, why: str) -> PrivacyMark:
    """Set a customer apart: not written to, in no campaign, export or proposal, until it is lifted. Restricted again it
    stays as it is.

    Needs `people.privacy`. Raises `NotFound`, `Invalid` on `why`, `Conflict` for somebody who was forgotten.
    """
    customer = queries.get_subject(actor, public_id)
    why = read_why(why)
    mark = locked_mark(customer)
    if mark.restricted is None:
        mark.restricted = now
        mark.save()
        events.record(told(about(happened.RESTRICTED, actor, now, customer), why))
    return mark


@action
def lift_restriction(*, actor: Actor, now: datetime, public_id: str, why: str) -> PrivacyMark:
    """End a restriction. Raises as `restrict`, and `Conflict` where there is none."""
    customer = queries.get_subject(actor, public_id)
    why = read_why(why)
    mark = locked_mark(customer)
    if mark.restricted is None:
        raise Conflict(_("This customer is not restricted."), code="not_restricted")
    mark.restricted = None
    mark.save()
    PrivacyMark.objects.filter(customer__merged_into=customer).update(restricted=None)
    events.record(told(about(happened.RESTRICTION_LIFTED, actor, now, customer), why))
    return mark


@action
def object_to_all(*, actor: Actor, now: datetime, public_id: str, why: str) -> PrivacyMark:
    """Stop everything but a customer's own matters, written down for them. Raises as `restrict`."""
    customer = queries.get_subject(actor, public_id)
    mark = locked_mark(customer)
    if mark.objected is None:
        mark.objected = now
        mark.save()
        events.record(told(about(happened.OBJECTED, actor, now, customer), read_why(why)))
    return mark
