from django.utils.translation import gettext_lazy as _

from guanxi.core.timeline import EventType

RECORDED = EventType("person.recorded", _("First contact recorded"), icon="user-plus")
SIGNED_IN = EventType("person.signed_in", _("Signed in with a one-time code"), icon="key")
CONSENT_STATED = EventType("person.consent_stated", _("Consent changed"), icon="checkbox")
REVIEW_ADDED = EventType("person.review_added", _("Possible duplicate found"), icon="git-merge")
ALL = (RECORDED, SIGNED_IN, CONSENT_STATED, REVIEW_ADDED)
