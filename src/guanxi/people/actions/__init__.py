"""Every write of people."""

from guanxi.people.actions import privacy
from guanxi.people.actions.attaching import attach_contacts
from guanxi.people.actions.codes import CODE_AGE, CODE_TRIES, code_digest, make_code, redeem_code
from guanxi.people.actions.consents import state_consent
from guanxi.people.actions.deciding import (
    accept_review,
    confirm,
    lift,
    put_off_review,
    reject_review,
    tell_apart,
    tie,
    wake_reviews,
)
from guanxi.people.actions.importing import Entry, import_contacts, read_entry
from guanxi.people.actions.keeping import Moved, Tongue, move_back, move_records, set_language
from guanxi.people.actions.merging import merge, unmerge
from guanxi.people.actions.moving import attach, detach
from guanxi.people.actions.pinning import pin, unpin
from guanxi.people.actions.proposing import PAIRS_MAX, Proposed, propose
from guanxi.people.actions.recognising import (
    NAME_CHARS_MAX,
    Recognised,
    add_record,
    claims_of,
    decide,
    read_contact,
    recognise_contact,
)
from guanxi.people.actions.relating import RIGHT as RELATE_RIGHT
from guanxi.people.actions.relating import end_relation, relate, set_nature
from guanxi.people.actions.withdrawing import withdraw_consents, withdraw_records
from guanxi.people.rules import Contact, Pair, Statement

__all__ = [
    "CODE_AGE",
    "CODE_TRIES",
    "NAME_CHARS_MAX",
    "PAIRS_MAX",
    "RELATE_RIGHT",
    "Contact",
    "Entry",
    "Moved",
    "Pair",
    "Proposed",
    "Recognised",
    "Statement",
    "Tongue",
    "accept_review",
    "add_record",
    "attach",
    "attach_contacts",
    "claims_of",
    "code_digest",
    "confirm",
    "decide",
    "detach",
    "end_relation",
    "import_contacts",
    "lift",
    "make_code",
    "merge",
    "move_back",
    "move_records",
    "pin",
    "privacy",
    "propose",
    "put_off_review",
    "read_contact",
    "read_entry",
    "recognise_contact",
    "redeem_code",
    "reject_review",
    "relate",
    "set_language",
    "set_nature",
    "state_consent",
    "tell_apart",
    "tie",
    "unmerge",
    "unpin",
    "wake_reviews",
    "withdraw_consents",
    "withdraw_records",
]
