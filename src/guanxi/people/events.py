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
ALL = (
    RECORDED,
    SIGNED_IN,
    CONSENT_STATED,
    REVIEW_ADDED,
    REVIEW_WITHDRAWN,
    WITHDRAWN,
    CONSENT_WITHDRAWN,
    LANGUAGE_SET,
    MOVED,
)
