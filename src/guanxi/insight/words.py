"""Words for insight's codes and the rights it protects."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from guanxi.core import words
from guanxi.core.access import Right, declare

NUMERALS: Final = {
    "loyal_high": "一",
    "disloyal_high": "二",
    "loyal_low": "三",
    "disloyal_low": "四",
    "inactive": "五",
    "latent": "六",
    "suspect": "七",
}
"""Also their order: 1 to 4 are live relations, 5 to 7 follow from facts alone."""


def connect() -> None:
    """Declare rights and words; called once at start-up."""
    declare(
        Right("insight.view", _("See what relations are worth, and why")),
        Right("insight.run", _("Have values worked out")),
        Right("insight.override", _("Set a customer's class by hand")),
    )
    words.register(
        {
            "insight.class.loyal_high": _("Allies"),
            "insight.class.disloyal_high": _("Prized"),
            "insight.class.loyal_low": _("Regulars"),
            "insight.class.disloyal_low": _("Passing"),
            "insight.class.inactive": _("Inactive"),
            "insight.class.latent": _("Latent"),
            "insight.class.suspect": _("Not yet customers"),
            "insight.tier.core": _("core"),
            "insight.tier.key": _("key"),
            "insight.tier.general": _("general"),
            "insight.component.accounts": _("accounts in use"),
            "insight.component.breadth": _("product lines"),
            "insight.component.engagement": _("own transactions in 90 days"),
            "insight.component.tenure": _("years with us"),
            "insight.component.recommends": _("would recommend us"),
            "insight.component.feedback": _("answers given to us"),
            "insight.component.insensitivity": _("buys without discounts"),
            "insight.state.running": _("being worked out"),
            "insight.state.done": _("done"),
            "insight.state.failed": _("failed"),
        }
    )
