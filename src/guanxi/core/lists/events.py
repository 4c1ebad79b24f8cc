from django.utils.translation import gettext_lazy as _

from guanxi.core.timeline import EventType

BULK_STARTED = EventType("list.bulk_started", _("Bulk action started"), icon="list-check", shown=False)
BULK_FINISHED = EventType("list.bulk_finished", _("Bulk action ended"), icon="list-check", shown=False)
BULK_UNDONE = EventType("list.bulk_undone", _("Bulk action undone"), icon="arrow-back-up", shown=False)
EXPORTED = EventType("list.exported", _("List exported"), icon="file-text", shown=False)
DOWNLOADED = EventType("list.downloaded", _("Export downloaded"), icon="download", shown=False)
ALL = (BULK_STARTED, BULK_FINISHED, BULK_UNDONE, EXPORTED, DOWNLOADED)
