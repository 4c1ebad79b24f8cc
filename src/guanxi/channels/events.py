from django.utils.translation import gettext_lazy as _

from guanxi.core.timeline import EventType

QUEUED = EventType("message.queued", _("Message written"), icon="mail", direction="out")
HELD = EventType("message.held", _("Message not sent"), icon="mail-off", direction="out")
SENT = EventType("message.sent", _("Message sent"), icon="mail", direction="out", shown=False)
FAILED = EventType("message.failed", _("Message could not be delivered"), icon="mail-x", direction="out")
ALL = (QUEUED, HELD, SENT, FAILED)
