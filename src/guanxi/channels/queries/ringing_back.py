"""Reads of call-backs asked for on the web: one number's, whose signed page it is, when somebody rings."""

from datetime import datetime, timedelta

from django.core import signing
from django.db.models import QuerySet

from guanxi.channels import rules
from guanxi.channels.models import Contact
from guanxi.channels.queries import contacts as reads
from guanxi.core.access import Actor, Kind
from guanxi.core.errors import NotFound
from guanxi.work.rules import opening

SALT = "guanxi.call_back"
PREFIX = "back:"
DAY = timedelta(hours=24)


def _of(number: str) -> QuerySet[Contact]:
    return Contact.objects.filter(channel="phone", outside__startswith=f"{PREFIX}{number}:")


def open_for(number: str) -> Contact | None:
    """The call-back this number (E.164) waits for, or is in."""
    return _of(number).filter(state__in=rules.OPEN).first()


def count_since(number: str, now: datetime) -> int:
    """How many call-backs this number was asked for in the last 24 hours."""
    return _of(number).filter(arrived__gt=now - DAY).count()


def key_of(number: str) -> str:
    """The line's name for the next call-back to this number: two who ask at once get the same, and meet."""
    return f"{PREFIX}{number}:{_of(number).count() + 1}"


def rung_from(now: datetime) -> datetime:
    """When somebody rings at the earliest: now within the team's hours, else when they begin. Raises `NotFound`: no team."""
    found = opening(reads.team_for("phone").calendar, now)
    return now if found.is_open else (found.opens or now)


def token_of(contact: Contact) -> str:
    """The signed part of the address under which whoever asked sees what becomes of it."""
    return signing.Signer(salt=SALT).sign_object([contact.public_id])


def by_token(token: str) -> Contact:
    """The call-back of a signed address. Raises `NotFound` when it is forged or gone."""
    try:
        [public_id] = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NotFound from error
    found = Contact.objects.filter(public_id=str(public_id), outside__startswith=PREFIX).first()
    if found is None:
        raise NotFound
    return found


def actor_of(contact: Contact) -> Actor:
    """Whoever holds the call-back's address."""
    return Actor(
        kind=Kind.LINK, id=contact.public_id, subject=(reads.KIND, contact.id), record_id=contact.record_id
    )
