from django.utils.translation import gettext_lazy as _

from guanxi.core.timeline import EventType

ORDER_IMPORTED = EventType("order.imported", _("Order"), icon="shopping-bag", direction="in")
ALL = (ORDER_IMPORTED,)
