from django.utils.translation import gettext_lazy as _

from guanxi.core.timeline import EventType

RECORDED = EventType("person.recorded", _("First contact recorded"), icon="user-plus")
SIGNED_IN = EventType("person.signed_in", _("Signed in with a one-time code"), icon="key")
CONSENT_STATED = EventType("person.consent_stated", _("Consent changed"), icon="checkbox")
REVIEW_ADDED = EventType("person.review_added", _("Possible duplicate found"), icon="git-merge")
REVIEW_WITHDRAWN = EventType("person.review.withdrawn", _("Possible duplicate taken back"), shown=False)
WITHDRAWN = EventType("person.withdrawn", _("Imported record taken back"), icon="arrow-back-up", shown=False)
CONSENT_WITHDRAWN = EventType("person.consent.withdrawn", _("Consent taken back"), icon="arrow-back-up")
LANGUAGE_SET = EventType("person.language_set", _("Language of the customer set"), icon="language")
MOVED = EventType("person.moved", _("Looked after by another unit"), icon="arrows-left-right")
MERGED = EventType("person.merged", _("Customers merged"), icon="git-merge")
UNMERGED = EventType("person.unmerged", _("Merge undone"), icon="arrow-back-up")
RECORD_ATTACHED = EventType("person.record_attached", _("Record moved here"), icon="git-merge")
RECORD_DETACHED = EventType("person.record_detached", _("Record taken out"), icon="arrows-split-2")
TOLD_APART = EventType("person.told_apart", _("Decided: two persons"), icon="users")
TIED = EventType("person.tied", _("Decided: one person for ever"), icon="link")
LIFTED = EventType("person.decision_lifted", _("Decision lifted"), icon="arrow-back-up")
CONFIRMED = EventType("person.confirmed", _("Confirmed as a customer of their own"), icon="user-check")
REVIEW_PUT_OFF = EventType("person.review_put_off", _("Possible duplicate put off"), shown=False)
REVIEW_WOKEN = EventType("person.review_woken", _("Possible duplicate comes up again"), shown=False)
PROPOSED = EventType("person.proposed", _("A scan has found possible duplicates"), shown=False)
SCAN_ASKED = EventType("person.scan_asked", _("Scan of all customers asked for"), shown=False)
SCAN_ENDED = EventType("person.scan_ended", _("Scan of all customers ended"), shown=False)
PINNED = EventType("person.pinned", _("Value pinned"), icon="pin", shown=False)
UNPINNED = EventType("person.unpinned", _("Value no longer pinned"), icon="pin", shown=False)
RELATED = EventType("person.related", _("Relation written down"), icon="users")
RELATION_ENDED = EventType("person.relation_ended", _("Relation ended"), icon="users-minus")
NOTED = EventType("person.noted", _("Note"), icon="note")
NATURE_SET = EventType("person.nature_set", _("Person or company set"), icon="building", shown=False)
RESTRICTED = EventType("person.restricted", _("Use of this person's data restricted"), icon="lock")
RESTRICTION_LIFTED = EventType("person.restriction_lifted", _("Restriction lifted"), icon="lock")
OBJECTED = EventType("person.objected", _("Stopped everything but their own matters"), icon="mail-off")
CHOSE = EventType("person.chose", _("Chose what we may write about"), icon="adjustments")
REQUEST_OPENED = EventType("person.request_opened", _("Asked about their data"), icon="shield-lock")
REQUEST_EXTENDED = EventType(
    "person.request_extended", _("Limit of a request extended"), icon="clock", shown=False
)
REQUEST_DONE = EventType(
    "person.request_done", _("Request about their data carried out"), icon="shield-check"
)
REQUEST_REFUSED = EventType("person.request_refused", _("Request about their data refused"), icon="x")
COPY_ASKED = EventType(
    "person.copy_asked", _("Copy of one person's data begun"), icon="download", shown=False
)
COPY_FETCHED = EventType(
    "person.copy_fetched", _("Copy of one person's data fetched"), icon="download", shown=False
)
ANONYMISED = EventType("person.anonymised", _("Anonymised"), icon="user-off")
ERASED = EventType("person.erased", _("Erased"), icon="user-off")
IDENTIFIER_TROUBLED = EventType(
    "person.identifier_troubled", _("Does not reach them any more"), icon="mail-x"
)
IDENTIFIER_CLEARED = EventType("person.identifier_cleared", _("Reaches them again"), icon="mail")
IDENTIFIER_VERIFIED = EventType("person.identifier_verified", _("Verified"), icon="rosette-discount-check")
IDENTIFIER_ENDED = EventType("person.identifier_ended", _("Theirs no more"), icon="user-off")
IDENTIFIER_RESTORED = EventType("person.identifier_restored", _("Theirs after all"), icon="arrow-back-up")
CONFIRMATION_ASKED = EventType(
    "person.confirmation_asked", _("Asked to confirm their details"), icon="mail", direction="out"
)
DETAILS_CONFIRMED = EventType(
    "person.details_confirmed", _("Confirmed their details"), icon="checklist", direction="in"
)
ALL = (
    IDENTIFIER_TROUBLED,
    IDENTIFIER_CLEARED,
    IDENTIFIER_VERIFIED,
    IDENTIFIER_ENDED,
    IDENTIFIER_RESTORED,
    CONFIRMATION_ASKED,
    DETAILS_CONFIRMED,
    RECORDED,
    SIGNED_IN,
    CONSENT_STATED,
    REVIEW_ADDED,
    REVIEW_WITHDRAWN,
    WITHDRAWN,
    CONSENT_WITHDRAWN,
    LANGUAGE_SET,
    MOVED,
    MERGED,
    UNMERGED,
    RECORD_ATTACHED,
    RECORD_DETACHED,
    TOLD_APART,
    TIED,
    LIFTED,
    CONFIRMED,
    REVIEW_PUT_OFF,
    REVIEW_WOKEN,
    PROPOSED,
    SCAN_ASKED,
    SCAN_ENDED,
    PINNED,
    UNPINNED,
    RELATED,
    RELATION_ENDED,
    NATURE_SET,
    NOTED,
    RESTRICTED,
    RESTRICTION_LIFTED,
    OBJECTED,
    CHOSE,
    REQUEST_OPENED,
    REQUEST_EXTENDED,
    REQUEST_DONE,
    REQUEST_REFUSED,
    COPY_ASKED,
    COPY_FETCHED,
    ANONYMISED,
    ERASED,
)
