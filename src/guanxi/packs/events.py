from django.utils.translation import gettext_lazy as _

from guanxi.core.timeline import EventType

INSTALLED = EventType("pack.installed", _("Pack installed or changed"), icon="package", shown=False)
SEEDED = EventType("sample.seeded", _("Sample world begun"), icon="seedling", shown=False)
REMOVED = EventType("sample.removed", _("Sample data removed"), icon="trash", shown=False)
ALL = (INSTALLED, SEEDED, REMOVED)
