from django.utils.translation import gettext_lazy as _

from guanxi.core.timeline import EventType

ORDER_IMPORTED = EventType("order.imported", _("Order"), icon="shopping-bag", direction="in")
ORDER_CORRECTED = EventType("order.corrected", _("Order corrected"), icon="package")
ORDER_WITHDRAWN = EventType(
    "order.withdrawn", _("Imported order taken back"), icon="arrow-back-up", shown=False
)
ALL = (ORDER_IMPORTED, ORDER_CORRECTED, ORDER_WITHDRAWN)
