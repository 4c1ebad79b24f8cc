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
MAIL_TAKEN = EventType("mail.taken", _("Mail came in"), icon="inbox", shown=False)
MAIL_SORTED = EventType("mail.sorted", _("Mail sorted"), icon="inbox", shown=False)
MAIL_ATTACHED = EventType("message.attached", _("Automatic reply"), icon="mail", direction="in")
MAIL_READ_AGAIN = EventType("mail.read_again", _("Mail read in another charset"), icon="refresh", shown=False)
MAIL_BOUNCED = EventType("message.bounced", _("Mail came back"), icon="mail-x", direction="out")
MAILBOX_ADDED = EventType("mailbox.added", _("Mailbox added"), icon="inbox", shown=False)
MAILBOX_CHANGED = EventType("mailbox.changed", _("Mailbox changed"), icon="inbox", shown=False)
MAILBOX_PAUSED = EventType("mailbox.paused", _("Mailbox paused"), icon="inbox", shown=False)
MAILBOX_RESUMED = EventType("mailbox.resumed", _("Mailbox resumed"), icon="inbox", shown=False)
MAILBOX_REMOVED = EventType("mailbox.removed", _("Mailbox removed"), icon="inbox", shown=False)
ALL = (
    MAIL_TAKEN,
    MAIL_SORTED,
    MAIL_ATTACHED,
    MAIL_BOUNCED,
    MAIL_READ_AGAIN,
    MAILBOX_ADDED,
    MAILBOX_CHANGED,
    MAILBOX_PAUSED,
    MAILBOX_RESUMED,
    MAILBOX_REMOVED,
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
