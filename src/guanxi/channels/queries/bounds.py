"""What counts against somebody who writes a lot: lines of late, chats open or begun of late, by visitor and network address."""

from datetime import datetime

from django.db.models import Q
from django.utils.crypto import salted_hmac

from guanxi.channels import rules
from guanxi.channels.models import Contact, Message
from guanxi.channels.queries.contacts import KIND

NOWHERE = Q(origin="")


def origin_of(address: str) -> str:
    """A network address as we keep it for a while: a digest with our secret, from which nobody gets the address back."""
    return salted_hmac("guanxi.chat.origin", address, algorithm="sha256").hexdigest()[:16] if address else ""


def open_of(record_id: int) -> int:
    """How many chats of this record are open."""
    return Contact.objects.filter(record=record_id, channel="chat", state__in=rules.OPEN).count()


def begun_at(origin: str, since: datetime) -> int:
    """How many chats from there are open, or were begun since then."""
    here = Contact.objects.filter(origin=origin)
    return here.filter(Q(state__in=rules.OPEN) | Q(arrived__gt=since)).count()


def said_in(contact: Contact, since: datetime) -> int:
    """How many lines they have written in it since then."""
    return _said([contact.id], since)


def said_at(origin: str, since: datetime) -> int:
    """How many lines everybody there has written since then."""
    return _said(list(Contact.objects.filter(origin=origin).values_list("id", flat=True)), since)


def _said(ids: list[int], since: datetime) -> int:
    found = Message.objects.filter(subject_kind=KIND, subject_id__in=ids, created__gt=since)
    return found.filter(direction=Message.Direction.IN).count()
