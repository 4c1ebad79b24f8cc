"""The page on which a customer confirms their details: who holds its link, and which of the details that link shows."""

from collections.abc import Sequence
from datetime import timedelta

from django.core import signing

from guanxi.core.access import Actor, Kind
from guanxi.core.errors import NotFound
from guanxi.people.models import Identifier, Record

SALT = "people.confirm"
LINK_AGE = timedelta(days=60)
SHOWN = ("phone", "email", "address", "member")


def confirm_token(record: Record, email: str) -> str:
    """The signed link for whoever reads `email`, an address that this record states."""
    return signing.dumps([record.fingerprint[:24], email], salt=SALT, compress=True)


def confirm_actor(token: str) -> Actor:
    """Who holds this link. Raises `NotFound` when it is forged or too old, or the address is theirs no more."""
    try:
        mark, email = signing.loads(token, salt=SALT, max_age=LINK_AGE)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NotFound from error
    if not isinstance(mark, str) or not isinstance(email, str) or len(mark) != 24:
        raise NotFound
    stated = Identifier.objects.filter(kind="email", value=email, valid_to=None)
    record = Record.objects.filter(fingerprint__startswith=mark, identifiers__in=stated).first()
    if record is None:
        raise NotFound
    return Actor(
        kind=Kind.LINK,
        id=f"confirm:{mark}",
        subject=("record", record.id),
        record_id=record.id,
        customer_id=record.customer_id,
        records=frozenset({record.id, *_same_address(record, email)}),
    )


def _same_address(record: Record, email: str) -> Sequence[int]:
    """Records of this person that state the address the link was sent to: its reader may see what those say."""
    same = Identifier.objects.filter(
        record__customer=record.customer_id, kind="email", value=email, valid_to=None
    )
    return list(same.values_list("record_id", flat=True))


def confirmable(actor: Actor) -> list[Identifier]:
    """The identifiers a link shows: those of the records it reaches that hold, best known first."""
    if actor.kind is not Kind.LINK or not actor.records:
        return []
    found = Identifier.objects.filter(record__in=actor.records, kind__in=SHOWN, valid_to=None).select_related(
        "record"
    )
    return sorted(found, key=lambda one: (SHOWN.index(one.kind), -one.valid_from.timestamp(), one.id))


def confirm_name(actor: Actor) -> str:
    """The name by which whoever holds the link is addressed: the newest on the records it reaches."""
    said = Record.objects.filter(id__in=actor.records or ()).exclude(name="").order_by("-created", "-id")
    return said.values_list("name", flat=True).first() or ""
