from django.utils.translation import gettext_lazy as _

from guanxi.core.timeline import EventType

UPLOADED = EventType("file.uploaded", _("File uploaded"), icon="paperclip", shown=False)
INFECTED = EventType(
    "file.infected", _("A virus was found in a file; nobody can open it"), icon="alert-triangle"
)
ERASED = EventType("file.erased", _("A file was erased"), icon="trash")
ALL = (UPLOADED, INFECTED, ERASED)
