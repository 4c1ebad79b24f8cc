"""Every write of people."""

from guanxi.people.actions.codes import CODE_AGE, CODE_TRIES, code_digest, make_code, redeem_code
from guanxi.people.actions.consents import state_consent
from guanxi.people.actions.importing import import_contacts
from guanxi.people.actions.recognising import (
    NAME_CHARS_MAX,
    Contact,
    Recognised,
    add_record,
    claims_of,
    explain,
    recognise_contact,
)

__all__ = [
    "CODE_AGE",
    "CODE_TRIES",
    "NAME_CHARS_MAX",
    "Contact",
    "Recognised",
    "add_record",
    "claims_of",
    "code_digest",
    "explain",
    "import_contacts",
    "make_code",
    "recognise_contact",
    "redeem_code",
    "state_consent",
]
