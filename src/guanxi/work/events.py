from django.utils.translation import gettext_lazy as _

from guanxi.core.timeline import EventType

ADDED = EventType("work.added", _("Put into the queue"), icon="inbox", shown=False)
ASSIGNED = EventType("work.assigned", _("Taken in hand"), icon="hand-grab", shown=False)
RETURNED = EventType("work.returned", _("Put back into the queue"), icon="arrow-back-up", shown=False)
MOVED = EventType("work.moved", _("Handed over to another team"), icon="arrows-left-right", shown=False)
DONE = EventType("work.done", _("Work done"), icon="check", shown=False)
CANCELLED = EventType("work.cancelled", _("No longer needed"), icon="x", shown=False)
PRESENCE_CHANGED = EventType("work.presence_changed", _("Presence changed"), icon="user", shown=False)
MEMBER_ADDED = EventType("work.member_added", _("Added to a team"), icon="armchair", shown=False)
MEMBER_CHANGED = EventType("work.member_changed", _("Seat in a team changed"), icon="armchair", shown=False)
TEAM_ADDED = EventType("work.team_added", _("Team set up"), icon="users", shown=False)
CALENDAR_CHANGED = EventType("work.calendar_changed", _("Working days changed"), icon="calendar", shown=False)
DUE_MOVED = EventType("work.due_moved", _("Limit recounted"), icon="calendar", shown=False)
BRANCH_SET = EventType("work.branch_set", _("Branch described"), icon="map-pin", shown=False)
OFFERED = EventType("work.offered", _("Offered"), icon="hand-grab", shown=False)
DECLINED = EventType("work.declined", _("Offer declined"), icon="arrow-back-up", shown=False)
UNANSWERED = EventType("work.unanswered", _("Offer not answered"), icon="arrow-back-up", shown=False)
WIDENED = EventType("work.widened", _("More people may take it"), icon="users", shown=False)
PARKED = EventType("work.parked", _("Set aside"), icon="clock", shown=False)
RESUMED = EventType("work.resumed", _("Taken up again"), icon="hand-grab", shown=False)
CALLED_IN = EventType("work.called_in", _("An expert called in"), icon="users", shown=False)
ADVISED = EventType("work.advised", _("Advice given"), icon="message-2", shown=False)
SHIFT_PLANNED = EventType("work.shift_planned", _("Shift planned"), icon="calendar", shown=False)
SHIFT_DROPPED = EventType("work.shift_dropped", _("Shift taken off the rota"), icon="calendar", shown=False)
AUDITS_DRAWN = EventType(
    "work.audits_drawn", _("Work drawn for a look at quality"), icon="checkbox", shown=False
)
AUDITED = EventType("work.audited", _("Quality of work looked at"), icon="checkbox", shown=False)
AUDIT_REPLIED = EventType("work.audit_replied", _("Judgement of work answered"), icon="checkbox", shown=False)
ARTICLE_ADDED = EventType("work.article_added", _("Article begun"), icon="book-2", shown=False)
ARTICLE_CHANGED = EventType(
    "work.article_changed", _("Draft of an article changed"), icon="edit", shown=False
)
ARTICLE_PUBLISHED = EventType("work.article_published", _("Article published"), icon="book-2", shown=False)
ARTICLE_CONFIRMED = EventType(
    "work.article_confirmed", _("Article found still right"), icon="check", shown=False
)
ARTICLE_RETIRED = EventType("work.article_retired", _("Article retired"), icon="book-2", shown=False)
ARTICLE_VOTED = EventType(
    "work.article_voted", _("Said whether an article helped"), icon="thumb-up", shown=False
)
CHECKLIST_SET = EventType("work.checklist_set", _("Training checklist set"), icon="checklist", shown=False)
LEARNED = EventType("work.learned", _("Training item done"), icon="checkbox", shown=False)
ROTA_COPIED = EventType("work.rota_copied", _("Rota copied to the next week"), icon="calendar", shown=False)
WHAT_IF_ASKED = EventType(
    "work.what_if_asked", _("Asked what another way had done"), icon="chart-dots", shown=False
)
WHAT_IF_DONE = EventType(
    "work.what_if_done", _("What another way had done is worked out"), icon="chart-dots", shown=False
)
ALL = (
    ADDED,
    ASSIGNED,
    RETURNED,
    MOVED,
    DONE,
    CANCELLED,
    PRESENCE_CHANGED,
    MEMBER_ADDED,
    MEMBER_CHANGED,
    TEAM_ADDED,
    CALENDAR_CHANGED,
    DUE_MOVED,
    BRANCH_SET,
    OFFERED,
    DECLINED,
    UNANSWERED,
    WIDENED,
    PARKED,
    RESUMED,
    CALLED_IN,
    ADVISED,
    SHIFT_PLANNED,
    SHIFT_DROPPED,
    ROTA_COPIED,
    WHAT_IF_ASKED,
    WHAT_IF_DONE,
    AUDITS_DRAWN,
    AUDITED,
    AUDIT_REPLIED,
    ARTICLE_ADDED,
    ARTICLE_CHANGED,
    ARTICLE_PUBLISHED,
    ARTICLE_CONFIRMED,
    ARTICLE_RETIRED,
    ARTICLE_VOTED,
    CHECKLIST_SET,
    LEARNED,
)
