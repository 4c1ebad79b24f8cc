from django.utils.translation import gettext_lazy as _

from guanxi.core.timeline import EventType

OPENED = EventType("case.opened", _("Complaint received"), icon="message-report", direction="in")
APPENDED = EventType("case.appended", _("Added to the case"), icon="message-plus", direction="in")
ANSWERED = EventType("case.answered", _("Answered"), icon="message-reply", direction="out")
RESOLVED = EventType("case.resolved", _("Resolved"), icon="circle-check", direction="out")
REOPENED = EventType("case.reopened", _("Opened again"), icon="refresh", direction="in")
LAPSED = EventType("case.lapsed", _("Settled, no reply within the time stated"), icon="clock-check")
OVERDUE = EventType("case.overdue", _("Our answer is overdue"), icon="alarm")
RETITLED = EventType("case.retitled", _("Subject corrected"), icon="edit", shown=False)
LANGUAGE_SET = EventType("case.language_set", _("Language corrected"), icon="language", shown=False)
MOVED = EventType("case.moved", _("Handed over to another team"), icon="arrows-left-right", shown=False)
DUE_MOVED = EventType(
    "case.due_moved", _("Promised time recounted: working days have changed"), icon="calendar"
)
ALL = (
    OPENED,
    APPENDED,
    ANSWERED,
    RESOLVED,
    REOPENED,
    LAPSED,
    OVERDUE,
    RETITLED,
    LANGUAGE_SET,
    MOVED,
    DUE_MOVED,
)
