"""Rights trade protects, and its words."""

from django.utils.translation import gettext_lazy as _

from guanxi.core import words
from guanxi.core.access import Right, declare


def connect() -> None:
    """Declare rights and words; called once at start-up."""
    declare(
        Right("trade.view", _("See orders")),
        Right("trade.import", _("Import orders and their customers")),
    )
    words.register({"moves.order": _("Orders")})
