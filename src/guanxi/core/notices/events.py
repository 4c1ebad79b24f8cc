from django.utils.translation import gettext_lazy as _

from guanxi.core.timeline import EventType

ADDED = EventType("notice.added", _("Somebody was told"), icon="bell", shown=False)
READ = EventType("notice.read", _("Notices read"), icon="check", shown=False)
CHOSEN = EventType("notice.chosen", _("Notices chosen"), icon="settings", shown=False)
ALL = (ADDED, READ, CHOSEN)
