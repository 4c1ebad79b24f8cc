"""What importing asks: who has a key, which record states it, whether a consent was written down before."""

from collections.abc import Sequence
from datetime import datetime

from guanxi.people.models import Consent, Customer, Identifier, Record


def owners_of(kind: str, wanted: Sequence[str]) -> list[tuple[str, int]]:
    """(value, customer id) of everybody who has one of these identifiers, or these public codes (kind "customer")."""
    if kind == "customer":
        codes = Customer.objects.filter(public_id__in=[code.upper() for code in wanted])
        by_code = {
            code: into or key for code, key, into in codes.values_list("public_id", "id", "merged_into_id")
        }
        return [(code, by_code[code.upper()]) for code in wanted if code.upper() in by_code]
    found = Identifier.objects.filter(value__in=wanted, kind=kind, valid_to=None)
    return list(found.order_by("id").values_list("value", "record__customer_id"))


def record_stating(customer: int, keys: Sequence[tuple[str, str]]) -> int | None:
    """The customer's newest record that states one of these (kind, value), else their newest at all."""
    records = Record.objects.filter(customer_id=customer).order_by("-created", "-id")
    for kind, value in keys:
        stating = records.filter(identifiers__kind=kind, identifiers__value=value, identifiers__valid_to=None)
        if (found := stating.values_list("id", flat=True).first()) is not None:
            return found
    return records.values_list("id", flat=True).first()


def has_consent(record: int, purpose: str, channel: str, given: bool, stated: datetime) -> bool:
    """Whether exactly this statement stands there already."""
    found = Consent.objects.filter(record_id=record, purpose=purpose, channel=channel)
    return found.filter(given=given, stated=stated).exists()


def is_said(fingerprint: str) -> bool:
    """Whether this very statement was written down before."""
    return Record.objects.filter(fingerprint=fingerprint).exists()
