"""Rights trade protects."""

from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Right, declare


def connect() -> None:
    """Declare rights; called once at start-up."""
    declare(
        Right("trade.view", _("See orders")),
        Right("trade.import", _("Import orders and their customers")),
    )
