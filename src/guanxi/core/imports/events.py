from django.utils.translation import gettext_lazy as _

from guanxi.core.timeline import EventType

STARTED = EventType("import.started", _("Import started"), icon="upload", shown=False)
FINISHED = EventType("import.finished", _("Import finished"), icon="circle-check", shown=False)
CANCELLED = EventType("import.cancelled", _("Import cancelled"), icon="x", shown=False)
STOPPED = EventType("import.stopped", _("Import stopped"), icon="alert-circle", shown=False)
UNDONE = EventType("import.undone", _("Import undone"), icon="arrow-back-up", shown=False)
ALL = (STARTED, FINISHED, CANCELLED, STOPPED, UNDONE)
