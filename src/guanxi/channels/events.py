from django.utils.translation import gettext_lazy as _

from guanxi.core.timeline import EventType

QUEUED = EventType("message.queued", _("Mail written"), icon="mail", direction="out")
HELD = EventType("message.held", _("Mail not sent"), icon="mail-off", direction="out")
SENT = EventType("message.sent", _("Mail sent"), icon="mail", direction="out", shown=False)
FAILED = EventType("message.failed", _("Mail could not be delivered"), icon="mail-x", direction="out")
IMPORTED_IN = EventType("message.in.imported", _("Message from the customer"), icon="message", direction="in")
IMPORTED_OUT = EventType(
    "message.out.imported", _("Message to the customer"), icon="message", direction="out"
)
WITHDRAWN = EventType(
    "message.withdrawn", _("Imported message taken back"), icon="arrow-back-up", shown=False
)
STAFF_QUEUED = EventType("staff_mail.queued", _("Mail to a colleague written"), icon="mail", shown=False)
STAFF_HELD = EventType("staff_mail.held", _("Mail to a colleague not sent"), icon="mail-off", shown=False)
STAFF_SENT = EventType("staff_mail.sent", _("Mail to a colleague sent"), icon="mail", shown=False)
STAFF_FAILED = EventType(
    "staff_mail.failed", _("Mail to a colleague could not be delivered"), icon="mail-x", shown=False
)
ALL = (
    QUEUED,
    HELD,
    SENT,
    FAILED,
    IMPORTED_IN,
    IMPORTED_OUT,
    WITHDRAWN,
    STAFF_QUEUED,
    STAFF_HELD,
    STAFF_SENT,
    STAFF_FAILED,
)
