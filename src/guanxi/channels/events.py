from django.utils.translation import gettext_lazy as _

from guanxi.core.timeline import EventType

QUEUED = EventType("message.queued", _("Mail written"), icon="mail", direction="out")
HELD = EventType("message.held", _("Mail not sent"), icon="mail-off", direction="out")
SENT = EventType("message.sent", _("Mail sent"), icon="mail", direction="out", shown=False)
FAILED = EventType("message.failed", _("Mail could not be delivered"), icon="mail-x", direction="out")
ALL = (QUEUED, HELD, SENT, FAILED)
