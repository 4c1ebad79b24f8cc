"""How much one visitor, and everybody at one network address, may write and begin: beyond it they wait, and are told so."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from guanxi.channels.models import Contact
from guanxi.channels.queries import bounds as reads
from guanxi.core import options
from guanxi.core.errors import Throttled

MINUTE = timedelta(minutes=1)
BEGUN_LATELY = timedelta(minutes=10)
OPEN_MAX = 3  # chats of one customer
AT_ADDRESS = 3  # times what one visitor may write, for all who share a network address


def require_begin(*, now: datetime, record_id: int | None, origin: str) -> None:
    """Raises `Throttled` when this customer has enough chats open, or their network address has begun too many."""
    if record_id is not None and reads.open_of(record_id) >= OPEN_MAX:
        raise Throttled(_("You have enough chats with us open. Please go on in one of them."))
    most = options.number("channels.chats_per_address")
    if origin and most and reads.begun_at(origin, now - BEGUN_LATELY) >= most:
        raise Throttled(
            _("Many chats have been begun from where you are. Please wait ten minutes, or write to us.")
        )


def require_line(*, now: datetime, contact: Contact) -> None:
    """Raises `Throttled` when they, or all at their network address, have written too much within a minute."""
    most = options.number("channels.lines_per_minute")
    if not most:
        return
    many = reads.said_in(contact, now - MINUTE) >= most
    if many or (contact.origin and reads.said_at(contact.origin, now - MINUTE) >= most * AT_ADDRESS):
        raise Throttled(
            _("That was a lot at once. Your words are kept here: please send them again in a minute.")
        )


def forget_origins(now: datetime) -> None:
    """Network addresses count only while they matter: gone ten minutes after the end."""
    Contact.objects.filter(~reads.NOWHERE, ended__lt=now - BEGUN_LATELY).update(origin="")
