from django.utils.translation import gettext_lazy as _

from guanxi.core.timeline import EventType

ADDED = EventType("work.added", _("Put into the queue"), icon="inbox", shown=False)
ASSIGNED = EventType("work.assigned", _("Taken in hand"), icon="hand-grab", shown=False)
RETURNED = EventType("work.returned", _("Put back into the queue"), icon="arrow-back-up", shown=False)
MOVED = EventType("work.moved", _("Handed over to another team"), icon="arrows-left-right", shown=False)
DONE = EventType("work.done", _("Work done"), icon="check", shown=False)
PRESENCE_CHANGED = EventType("work.presence_changed", _("Presence changed"), icon="user", shown=False)
MEMBER_ADDED = EventType("work.member_added", _("Added to a team"), icon="armchair", shown=False)
MEMBER_CHANGED = EventType("work.member_changed", _("Seat in a team changed"), icon="armchair", shown=False)
TEAM_ADDED = EventType("work.team_added", _("Team set up"), icon="users", shown=False)
CALENDAR_CHANGED = EventType("work.calendar_changed", _("Working days changed"), icon="calendar", shown=False)
DUE_MOVED = EventType("work.due_moved", _("Limit recounted"), icon="calendar", shown=False)
ALL = (
    ADDED,
    ASSIGNED,
    RETURNED,
    MOVED,
    DONE,
    PRESENCE_CHANGED,
    MEMBER_ADDED,
    MEMBER_CHANGED,
    TEAM_ADDED,
    CALENDAR_CHANGED,
    DUE_MOVED,
)
