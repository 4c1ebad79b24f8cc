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
CONTACT_ARRIVED = EventType("contact.arrived", _("Is on the line"), icon="message-2", direction="in")
CONTACT_CALLED = EventType("contact.called", _("Called by us"), icon="phone", direction="out")
CONTACT_ANSWERED = EventType("contact.answered", _("Answered live"), icon="message-2", shown=False)
CONTACT_SAID = EventType("contact.said", _("Said live"), icon="message-2", shown=False)
CONTACT_HELD = EventType("contact.held", _("Put on hold"), icon="clock", shown=False)
CONTACT_RESUMED = EventType("contact.resumed", _("Taken off hold"), icon="message-2", shown=False)
CONTACT_RETURNED = EventType("contact.returned", _("Waits again"), icon="arrow-back-up", shown=False)
CONTACT_KNOWN = EventType("contact.identified", _("Found out who it is"), icon="user", shown=False)
CONTACT_RATED = EventType("contact.rated", _("Said how it was"), icon="message-2", direction="in")
CONTACT_ENDED = EventType("contact.ended", _("Live contact ended"), icon="message-2")
CONTACT_ABANDONED = EventType("contact.abandoned", _("Gave up waiting"), icon="message-2", direction="in")
CALL_LIST_MADE = EventType("call_list.made", _("Call list made"), icon="list-check", shown=False)
CALL_LIST_CHANGED = EventType("call_list.changed", _("Call list changed"), icon="list-check", shown=False)
CALL_LISTED = EventType("call.listed", _("Put on a call list"), icon="phone", shown=False)
CALL_REFUSED = EventType("call.refused", _("Not to be telephoned"), icon="phone", shown=False)
CALL_TAKEN_OFF = EventType("call.taken_off", _("Taken off a call list"), icon="phone", shown=False)
CALL_QUEUED = EventType("call.queued", _("Call due"), icon="phone", shown=False)
CALL_DIALLED = EventType("call.dialled", _("We telephoned"), icon="phone", direction="out")
CALL_ENDED = EventType("call.ended", _("What came of our call"), icon="phone", direction="out")
CALL_ORDERED = EventType("call.ordered", _("An order came of our call"), icon="shopping-bag", shown=False)
ALL = (
    CALL_ORDERED,
    CALL_LIST_MADE,
    CALL_LIST_CHANGED,
    CALL_LISTED,
    CALL_REFUSED,
    CALL_TAKEN_OFF,
    CALL_QUEUED,
    CALL_DIALLED,
    CALL_ENDED,
    CONTACT_ARRIVED,
    CONTACT_CALLED,
    CONTACT_ANSWERED,
    CONTACT_SAID,
    CONTACT_HELD,
    CONTACT_RESUMED,
    CONTACT_RETURNED,
    CONTACT_KNOWN,
    CONTACT_RATED,
    CONTACT_ENDED,
    CONTACT_ABANDONED,
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
