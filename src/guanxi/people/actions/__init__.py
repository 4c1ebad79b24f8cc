"""Every write of people."""

from guanxi.people.actions.attaching import attach_contacts
from guanxi.people.actions.codes import CODE_AGE, CODE_TRIES, code_digest, make_code, redeem_code
from guanxi.people.actions.consents import state_consent
from guanxi.people.actions.importing import Entry, import_contacts, read_entry
from guanxi.people.actions.keeping import Moved, Tongue, move_back, move_records, set_language
from guanxi.people.actions.recognising import (
    NAME_CHARS_MAX,
    Contact,
    Recognised,
    Statement,
    add_record,
    claims_of,
    explain,
    read_contact,
    recognise_contact,
)
from guanxi.people.actions.withdrawing import withdraw_consents, withdraw_records

__all__ = [
    "CODE_AGE",
    "CODE_TRIES",
    "NAME_CHARS_MAX",
    "Contact",
    "Entry",
    "Moved",
    "Recognised",
    "Statement",
    "Tongue",
    "add_record",
    "attach_contacts",
    "claims_of",
    "code_digest",
    "explain",
    "import_contacts",
    "make_code",
    "move_back",
    "move_records",
    "read_contact",
    "read_entry",
    "recognise_contact",
    "redeem_code",
    "set_language",
    "state_consent",
    "withdraw_consents",
    "withdraw_records",
]
