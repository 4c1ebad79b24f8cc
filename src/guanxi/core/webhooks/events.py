from django.utils.translation import gettext_lazy as _

from guanxi.core.timeline import EventType

ADDED = EventType("webhook.added", _("Webhook added"), icon="plug", shown=False)
CHANGED = EventType("webhook.changed", _("Webhook changed"), icon="plug", shown=False)
PAUSED = EventType("webhook.paused", _("Webhook paused"), icon="player-pause", shown=False)
RESUMED = EventType("webhook.resumed", _("Webhook resumed"), icon="plug", shown=False)
ROTATED = EventType("webhook.rotated", _("Webhook secret changed"), icon="key", shown=False)
REPLAYED = EventType("webhook.replayed", _("Webhook events sent again"), icon="refresh", shown=False)
REMOVED = EventType("webhook.removed", _("Webhook removed"), icon="trash", shown=False)
ALL = (ADDED, CHANGED, PAUSED, RESUMED, ROTATED, REPLAYED, REMOVED)
