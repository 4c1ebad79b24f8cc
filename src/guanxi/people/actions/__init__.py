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
from guanxi.people.actions.noting import NOTE_CHARS_MAX, note_down
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
from guanxi.people.actions.refilling import Refilled, refill_keys
from guanxi.people.actions.relating import RIGHT as RELATE_RIGHT
from guanxi.people.actions.relating import end_relation, relate, set_nature
from guanxi.people.actions.undoing import take_back_review, take_back_word
from guanxi.people.actions.unifying import ask_scan, end_scan, use_weights
from guanxi.people.actions.upkeep import (
    Answers,
    ask_confirmation,
    clear_trouble,
    confirm_details,
    end_identifier,
    note_bounce,
    note_trouble,
    restore_identifier,
    verify_identifier,
)
from guanxi.people.actions.withdrawing import withdraw_consents, withdraw_records
from guanxi.people.rules import Contact, Pair, Statement

__all__ = [
    "CODE_AGE",
    "CODE_TRIES",
    "NAME_CHARS_MAX",
    "NOTE_CHARS_MAX",
    "PAIRS_MAX",
    "RELATE_RIGHT",
    "Answers",
    "Contact",
    "Entry",
    "Moved",
    "Pair",
    "Proposed",
    "Recognised",
    "Refilled",
    "Statement",
    "Tongue",
    "accept_review",
    "add_record",
    "ask_confirmation",
    "ask_scan",
    "attach",
    "attach_contacts",
    "claims_of",
    "clear_trouble",
    "code_digest",
    "confirm",
    "confirm_details",
    "decide",
    "detach",
    "end_identifier",
    "end_relation",
    "end_scan",
    "import_contacts",
    "lift",
    "make_code",
    "merge",
    "move_back",
    "move_records",
    "note_bounce",
    "note_down",
    "note_trouble",
    "pin",
    "privacy",
    "propose",
    "put_off_review",
    "read_contact",
    "read_entry",
    "recognise_contact",
    "redeem_code",
    "refill_keys",
    "reject_review",
    "relate",
    "restore_identifier",
    "set_language",
    "set_nature",
    "state_consent",
    "take_back_review",
    "take_back_word",
    "tell_apart",
    "tie",
    "unmerge",
    "unpin",
    "use_weights",
    "verify_identifier",
    "wake_reviews",
    "withdraw_consents",
    "withdraw_records",
]
